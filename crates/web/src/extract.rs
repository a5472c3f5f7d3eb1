//! What handlers take from a request: JSON bodies, ids, pages and filters, each with errors that name the field.

use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::{auth, body};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use http::request::Parts;
use jiff::Timestamp;
use ringleader_core::id::{Id, TenantId};
use ringleader_core::phone;
use ringleader_core::tenant::Tenant;
use ringleader_providers::problem::FieldError;
use ringleader_store::db;
use ringleader_store::repo::Page;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use std::str::FromStr;

/// A JSON body.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for Json<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &AppState) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let bytes = body::read(&parts.headers, body, state.settings.api_limit).await?;
        from_json(if bytes.is_empty() { b"{}" } else { &bytes }).map(Self)
    }
}

/// Tells null (take away) from absent (leave).
pub(crate) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    value: D,
) -> std::result::Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(value).map(Some)
}

/// Reads JSON; an error names the field by its path.
pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_syntax() || inner.is_eof() {
            return Problem::malformed(format!(
                "The body is not JSON (line {}, column {}).",
                inner.line(),
                inner.column()
            ));
        }
        Problem::invalid(vec![field_error(&path, &inner.to_string())])
    })?;
    reader.end().map_err(|_| Problem::malformed("Something follows the JSON of the body."))?;
    Ok(value)
}

/// Turns serde's words into a field and what is wrong with it, without repeating what was sent.
pub(crate) fn field_error(path: &str, message: &str) -> FieldError {
    let message = message.split(" at line ").next().unwrap_or(message);
    let quoted = |prefix: &str| message.strip_prefix(prefix).and_then(|rest| rest.split('`').next());
    let under = |name: &str| if path == "." || path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    if let Some(name) = quoted("missing field `") {
        return FieldError::new(under(name), "is required");
    }
    if let Some(name) = quoted("unknown field `") {
        let known = message.split_once("expected ").map(|(_, known)| known.replace('`', ""));
        let known =
            known.map_or(String::new(), |known| format!("; there are: {}", known.trim_start_matches("one of ")));
        // The path of an unknown field ends with its own name already.
        let field = if path == name || path.ends_with(&format!(".{name}")) { path.to_owned() } else { under(name) };
        return FieldError::new(field, format!("is not known here{known}"));
    }
    let field = if path == "." { "" } else { path };
    let message = match message.rsplit_once("expected ") {
        Some((_, expected)) => format!("must be {expected}"),
        None => without_values(message),
    };
    FieldError::new(field, message)
}

/// Errors of our own types quote what they found; a problem document does not.
fn without_values(message: &str) -> String {
    match message.split_once("` is not a ") {
        Some((_, kind)) => format!("is not a known {kind}"),
        None => message.to_owned(),
    }
}

/// An id in the path. A text that is no such id is 404, like an id that is not there.
pub struct IdOf<T>(pub T);

impl<T: Id + FromStr> FromRequestParts<AppState> for IdOf<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        // Who may not ask at all hears that first, whatever the id looks like.
        auth::Caller::of(&parts.headers, state).await?;
        let path = Path::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let text = path.ok().and_then(|Path(all)| all.into_iter().next()).map(|(_, value)| value);
        text.and_then(|text| text.parse().ok()).map(Self).ok_or_else(Problem::not_found)
    }
}

/// The query of a list: which page, and which rows. Each list says which filters mean something to it.
#[derive(Debug, Default, Clone, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Rows a page: 50, at most 200.
    pub limit: Option<u32>,
    /// Where the page begins: `next` of the page before.
    pub cursor: Option<String>,
    /// A phone number, E.164 or as written in the tenant's country.
    pub phone: Option<String>,
    /// Of this contact.
    pub contact_id: Option<String>,
    /// Of this property.
    pub property_id: Option<String>,
    /// Of this lead.
    pub lead_id: Option<String>,
    /// Of this episode.
    pub episode_id: Option<String>,
    /// Of this call.
    pub call_id: Option<String>,
    /// Of this conversation.
    pub conversation_id: Option<String>,
    /// In this state.
    pub state: Option<String>,
    /// With this status.
    pub status: Option<String>,
    /// With this outcome.
    pub outcome: Option<String>,
    /// With this verdict.
    pub verdict: Option<String>,
    /// Of this kind.
    pub kind: Option<String>,
    /// For these readers: `contact` or `owner`.
    pub audience: Option<String>,
    /// Not before, RFC 3339.
    #[param(value_type = Option<String>)]
    pub since: Option<Timestamp>,
    /// Before, RFC 3339.
    #[param(value_type = Option<String>)]
    pub until: Option<Timestamp>,
    /// The tenant's line that was called.
    pub line: Option<String>,
    /// Words to look for.
    pub q: Option<String>,
    /// Looked after by this user.
    pub assigned_to: Option<String>,
    /// With this label.
    pub label: Option<String>,
    /// With this tag: `Hot`, `Warm` or `Cold`.
    pub tag: Option<String>,
    /// With a score of so many points or more.
    pub min_score: Option<i64>,
    /// Explanations in this language, `he` or `en`; without it: as `Accept-Language` asks, else the tenant's.
    pub language: Option<String>,
}

/// A list's query, read.
pub struct Query(pub ListQuery);

impl FromRequestParts<AppState> for Query {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self> {
        query(&parts.uri).map(Self)
    }
}

/// The query of a request; an error names the field.
pub fn query<T: DeserializeOwned>(uri: &http::Uri) -> Result<T> {
    axum::extract::Query::<T>::try_from_uri(uri).map(|query| query.0).map_err(|error| {
        let text = error.body_text();
        let text = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
        match text.split_once(": ") {
            Some((path, message)) => Problem::invalid(vec![field_error(path, message)]),
            None => Problem::invalid(vec![field_error("", text)]),
        }
    })
}

/// Which page: 50 rows, at most 200, from the `next` of an earlier page.
pub fn page_of(limit: Option<u32>, cursor: Option<String>) -> Result<Page> {
    ListQuery { limit, cursor, ..ListQuery::default() }.page()
}

impl ListQuery {
    /// Which page.
    pub fn page(&self) -> Result<Page> {
        let limit = self.limit.unwrap_or(50);
        if !(1..=200).contains(&limit) {
            return Err(Problem::field("limit", "must be between 1 and 200"));
        }
        let bare = |cursor: &String| cursor.len() == 32 && cursor.bytes().all(|b| b.is_ascii_hexdigit());
        if !self.cursor.as_ref().is_none_or(bare) {
            return Err(Problem::field("cursor", "must be the `next` of an earlier page"));
        }
        Ok(Page { limit, before: self.cursor.clone() })
    }

    /// Refuses filters that the list does not know, since ignoring one would show wrong rows.
    pub fn only(&self, known: &[&str]) -> Result<()> {
        let given = [
            ("phone", self.phone.is_some()),
            ("contact_id", self.contact_id.is_some()),
            ("property_id", self.property_id.is_some()),
            ("lead_id", self.lead_id.is_some()),
            ("episode_id", self.episode_id.is_some()),
            ("call_id", self.call_id.is_some()),
            ("conversation_id", self.conversation_id.is_some()),
            ("state", self.state.is_some()),
            ("status", self.status.is_some()),
            ("outcome", self.outcome.is_some()),
            ("verdict", self.verdict.is_some()),
            ("kind", self.kind.is_some()),
            ("audience", self.audience.is_some()),
            ("since", self.since.is_some()),
            ("until", self.until.is_some()),
            ("line", self.line.is_some()),
            ("q", self.q.is_some()),
            ("language", self.language.is_some()),
            ("assigned_to", self.assigned_to.is_some()),
            ("label", self.label.is_some()),
            ("tag", self.tag.is_some()),
            ("min_score", self.min_score.is_some()),
        ];
        let unknown = given.into_iter().filter(|(name, present)| *present && !known.contains(name));
        let message = format!("is no filter of this list; there are: {}", known.join(", "));
        let errors: Vec<_> = unknown.map(|(name, _)| FieldError::new(name, message.clone())).collect();
        if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
    }

    /// `status` or `state`: lists take either word.
    pub fn standing(&self) -> Option<String> {
        self.status.clone().or_else(|| self.state.clone())
    }
}

/// In which language a reader wants words of the catalogue: as asked for, else as `Accept-Language` has it, else the tenant's.
pub fn reader_language(asked: Option<&str>, headers: &http::HeaderMap, tenant: &Tenant) -> Result<&'static str> {
    let spoken = |tag: &str| match tag.trim().split(['-', ';']).next().unwrap_or_default() {
        "he" | "iw" => Some("he"),
        "en" => Some("en"),
        _ => None,
    };
    if let Some(asked) = asked {
        return spoken(asked).ok_or_else(|| Problem::field("language", "must be `he` or `en`"));
    }
    let accepted = headers.get(http::header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = accepted.split(',').find_map(|part| spoken(&part.to_ascii_lowercase()));
    Ok(first.or_else(|| spoken(tenant.language())).unwrap_or("en"))
}

/// The id of another thing in a filter or a body, as it is stored; the wrong kind names the field.
pub fn id_text<T: Id + FromStr>(field: &str, text: Option<&String>) -> Result<Option<String>> {
    let bare = |text: &String| match text.parse::<T>() {
        Ok(id) => Ok(db::id_text(id)),
        Err(_) => Err(Problem::field(field, format!("must be an id that begins with `{}_`", T::PREFIX))),
    };
    text.map(bare).transpose()
}

/// A phone number as the tenant's country writes it, as E.164; as given, where it is no number (it will match nothing).
pub async fn e164(state: &AppState, tenant: TenantId, text: Option<&String>) -> Result<Option<String>> {
    let Some(text) = text else { return Ok(None) };
    let country = state.store.read(tenant).await?.tenants().me().await?.country;
    // A plus in a query is read as a blank.
    let parsed = phone::parse(text.trim(), &country).phone.or_else(|| {
        let plus = format!("+{}", text.trim());
        text.starts_with(' ').then(|| phone::parse(&plus, &country).phone).flatten()
    });
    Ok(Some(parsed.map_or_else(|| text.clone(), |phone| phone.as_str().to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read by serde")]
    struct Body {
        name: String,
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read by serde")]
    struct Inner {
        count: u32,
    }

    #[test]
    fn a_wrong_body_names_its_field_and_never_repeats_its_value() {
        let errors = |json: &str| {
            let problem = from_json::<Body>(json.as_bytes()).unwrap_err();
            let document = problem.document(None);
            assert!(!document.to_string().contains("0501234567"), "{document}");
            document["errors"][0]["field"].as_str().map(str::to_owned)
        };
        assert_eq!(errors("{}").as_deref(), Some("name"));
        assert_eq!(errors(r#"{"name":"a","nam":1}"#).as_deref(), Some("nam"));
        assert_eq!(errors(r#"{"name":"a","inner":{}}"#).as_deref(), Some("inner.count"));
        assert_eq!(errors(r#"{"name":"a","inner":{"count":"0501234567"}}"#).as_deref(), Some("inner.count"));
        assert_eq!(errors(r#"{"name":"a","inner":{"x":1}}"#).as_deref(), Some("inner.x"));
        assert_eq!(errors(r#"{"name":"#), None);
    }
}

//! Forms of the pages, read only if they come from our own pages: each carries its session's form key.

use super::token;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::{body, digest};
use axum::extract::{FromRequest, Request};
use http::HeaderMap;
use ringleader_jobs::access;

/// What browsers make of a byte of a letter in a form.
const ENCODED: usize = "%D7".len();

/// A form's fields. The session's form key was checked.
#[derive(Debug)]
pub struct Form(pub Fields);

/// The fields of a form, in order; a name may come several times.
#[derive(Debug, Default)]
pub struct Fields(Vec<(String, String)>);

impl FromRequest<AppState> for Form {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &AppState) -> Result<Self> {
        let (parts, sent) = request.into_parts();
        let fields = read(&parts.headers, sent, state).await?;
        let wanted = token(&parts.headers).map(access::form_key);
        match (wanted, fields.text("form_key")) {
            (Some(wanted), Some(given)) if digest::same(&wanted, given) => Ok(Self(fields)),
            _ => Err(Problem::forbidden("This form is too old or comes from elsewhere. Load the page again.")),
        }
    }
}

/// Reads a form before anyone is signed in: refused where a browser says that it comes from another site.
pub(crate) async fn read(headers: &HeaderMap, sent: axum::body::Body, state: &AppState) -> Result<Fields> {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return Err(Problem::forbidden("This form comes from another site."));
    }
    let bytes = body::read(headers, sent, state.settings.api_limit * ENCODED).await?;
    let pairs = serde_urlencoded::from_bytes(&bytes);
    pairs.map(Fields).map_err(|_| Problem::malformed("This is not a form."))
}

/// A form that comes before there is a session.
#[derive(Debug)]
pub(crate) struct Open(pub Fields);

impl FromRequest<AppState> for Open {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &AppState) -> Result<Self> {
        let (parts, sent) = request.into_parts();
        read(&parts.headers, sent, state).await.map(Self)
    }
}

impl Fields {
    /// The field of this name as it was sent.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The field of this name without blanks around it; empty if it was not sent.
    pub fn trimmed(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default().trim()
    }

    /// The field of this name, if something stands in it.
    pub fn given(&self, name: &str) -> Option<&str> {
        Some(self.trimmed(name)).filter(|text| !text.is_empty())
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    /// All values of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All fields, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A word of one of our enums; an error names the field.
    pub fn word<T: std::str::FromStr>(&self, name: &str) -> Result<T> {
        self.trimmed(name).parse().map_err(|_| Problem::field(name, "is none of the known words"))
    }
}

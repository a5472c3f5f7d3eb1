//! The texts that people read, and a tenant's own words for them (A16): all of them, a preview, and the change.

use super::Listed;
use crate::auth::{Manager, Reader};
use crate::extract::{Json, given};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::{Path, State};
use ringleader_core::id::TenantId;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::gender::gendered;
use ringleader_core::texts::{self, Key, TextError, Texts};
use ringleader_providers::problem::FieldError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The languages of the catalogue.
const LANGUAGES: [&str; 2] = ["he", "en"];

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(change)).routes(routes!(preview))
}

/// One text in both languages.
#[derive(Debug, Serialize, ToSchema)]
struct TextView {
    /// What it is called in `settings.texts`.
    key: String,
    /// Who reads it: `customer`, `owner`, `task` or `decision`.
    audience: &'static str,
    /// What it may name, as `{{ name }}`.
    variables: Vec<VariableView>,
    /// Built-in and own words by language, `he` and `en`.
    languages: BTreeMap<&'static str, WordsView>,
}

/// A variable of a text.
#[derive(Debug, Serialize, ToSchema)]
struct VariableView {
    name: &'static str,
    /// It may be empty: the text must get along without it, as in `{% if name %}, {{ name }}{% endif %}`.
    optional: bool,
}

/// The words of a text in one language.
#[derive(Debug, Serialize, ToSchema)]
struct WordsView {
    /// As the program brings it.
    built_in: &'static str,
    /// The tenant's own words; null: the built-in ones go out.
    own: Option<String>,
}

impl TextView {
    fn of(key: Key, tenant: &Tenant) -> Self {
        let own = tenant.settings.texts.get(key.as_str());
        let words = |language: &'static str| WordsView {
            built_in: texts::source(key, language),
            own: own.and_then(|languages| languages.get(language)).cloned(),
        };
        let audience = match key.as_str().split('_').next() {
            Some("owner" | "button") => "owner",
            Some("task") => "task",
            Some("why") => "decision",
            _ => "customer",
        };
        Self {
            key: key.to_string(),
            audience,
            variables: key.variables().iter().map(|v| VariableView { name: v.name, optional: v.optional }).collect(),
            languages: LANGUAGES.into_iter().map(|language| (language, words(language))).collect(),
        }
    }
}

/// Every text with its variables, its built-in and its own words.
#[utoipa::path(get, path = "/texts", tag = "texts", responses((status = 200, body = Listed<TextView>)))]
async fn list(State(state): State<AppState>, Reader(key): Reader) -> Result<axum::Json<Listed<TextView>>> {
    let tenant = state.store.read(key.tenant).await?.tenants().me().await?;
    Ok(Listed::all(Key::ALL.iter().map(|key| TextView::of(*key, &tenant)).collect()))
}

/// Own words for a text: what is absent stays, null goes back to the built-in words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeText {
    /// In Hebrew.
    #[serde(default, deserialize_with = "given")]
    he: Option<Option<String>>,
    /// In English.
    #[serde(default, deserialize_with = "given")]
    en: Option<Option<String>>,
}

/// Change the words of one text.
#[utoipa::path(put, path = "/texts/{key}", tag = "texts", params(("key" = String, Path, description = "Which text: `first_message` …")), request_body = ChangeText, responses((status = 200, body = TextView)))]
async fn change(
    State(state): State<AppState>,
    Manager(key): Manager,
    Path(name): Path<String>,
    Json(body): Json<ChangeText>,
) -> Result<axum::Json<TextView>> {
    let text: Key = name.parse().map_err(|_| Problem::not_found())?;
    let changed = set_words(&state, key.tenant, &key.actor(), text, [("he", body.he), ("en", body.en)]).await?;
    Ok(axum::Json(TextView::of(text, &changed)))
}

/// Own words by language: none leaves them, none inside goes back to the built-in ones.
pub(crate) type Wanted = [(&'static str, Option<Option<String>>); 2];

/// Checks and keeps own words of a text, for the pages too.
pub(crate) async fn set_words(
    state: &AppState,
    id: TenantId,
    actor: &str,
    text: Key,
    wanted: Wanted,
) -> Result<Tenant> {
    let mut errors = Vec::new();
    for (language, words) in &wanted {
        if let Some(Some(words)) = words {
            errors.extend(texts::preview(text, language, words).err().map(|error| wrong(language, &error)));
        }
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let mut tx = state.store.begin(id).await?;
    tx.tenants().lock().await?;
    let tenant = tx.tenants().me().await?;
    let mut settings = tx.tenants().raw_settings().await?;
    let before = settings["texts"][text.as_str()].clone();
    let own: Value = wanted
        .into_iter()
        .filter_map(|(language, words)| {
            words.map(|words| (language.to_owned(), words.map_or(Value::Null, Value::String)))
        })
        .collect::<serde_json::Map<_, _>>()
        .into();
    super::tenant::merge_patch(&mut settings, &json!({"texts": {text.as_str(): own}}));
    let after = settings["texts"][text.as_str()].clone();
    tx.tenants().update(&tenant.name, &tenant.owner, &settings).await?;
    tx.usage().audit(actor, "text.change", text.as_str(), Some(before), Some(after)).await?;
    let changed = tx.tenants().me().await?;
    tx.commit().await?;
    Ok(changed)
}

/// What is to be shown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PreviewBody {
    /// Which text: `first_message`.
    key: String,
    /// `he` or `en`; without it: the tenant's.
    language: Option<String>,
    /// Words that are not saved yet; without them: those that would go out now.
    text: Option<String>,
    /// Values of variables; without one: an example of it.
    #[serde(default)]
    values: BTreeMap<String, String>,
}

/// A text as people would see it.
#[derive(Debug, Serialize, ToSchema)]
struct PreviewView {
    key: String,
    language: String,
    /// With values in place, each isolated where the direction of writing asks for it.
    text: String,
    /// What could be better, and how.
    remarks: Vec<String>,
}

/// See a text with values in place, before it is saved.
#[utoipa::path(post, path = "/texts/preview", tag = "texts", request_body = PreviewBody, responses((status = 200, body = PreviewView)))]
async fn preview(
    State(state): State<AppState>,
    Reader(key): Reader,
    Json(body): Json<PreviewBody>,
) -> Result<axum::Json<PreviewView>> {
    let tenant = state.store.read(key.tenant).await?.tenants().me().await?;
    let text: Key = body.key.parse().map_err(|_| Problem::field("key", "is no text; GET /texts lists them"))?;
    let language = body.language.as_deref().unwrap_or(tenant.language());
    if !LANGUAGES.contains(&language) {
        return Err(Problem::field("language", "must be `he` or `en`"));
    }
    let shown = sample(&tenant, text, language, body.text.as_deref(), &body.values)?;
    let source = body.text.as_deref().unwrap_or_default();
    let remarks = gendered(if language == "he" { source } else { "" })
        .into_iter()
        .map(|word| format!("`{word}` speaks to one man or one woman; plural or infinitive suits everyone"))
        .collect();
    Ok(axum::Json(PreviewView { key: text.to_string(), language: language.to_owned(), text: shown, remarks }))
}

/// A text with examples in the place of its variables, as people would see it.
pub(crate) fn sample(
    tenant: &Tenant,
    text: Key,
    language: &str,
    unsaved: Option<&str>,
    values: &BTreeMap<String, String>,
) -> Result<String> {
    let mut vars = texts::samples(text, language);
    vars.entry("business").and_modify(|business| business.clone_from(&tenant.name));
    vars.extend(values.iter().map(|(name, value)| (name.as_str(), value.clone())));
    let shown = match unsaved {
        Some(source) => texts::render_source(text, language, source, &vars),
        None => Texts::with(&tenant.settings.texts).render(text, language, &vars),
    };
    shown.map_err(|error| Problem::invalid(vec![wrong("text", &error)]))
}

/// The field, what is wrong with it, and how to mend it.
fn wrong(field: &str, error: &TextError) -> FieldError {
    let mend = match error {
        TextError::Broken { .. } => {
            "; a variable is written `{{ name }}`, a part that may be missing `{% if name %}…{% endif %}`"
        }
        _ => "",
    };
    FieldError::new(field, format!("{error}{mend}"))
}

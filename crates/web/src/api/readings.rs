//! What brains understood of single words (D2): the sample that people judge, what they judged, and their verdicts.

use super::Listed;
use super::days::days_of;
use crate::auth::{Reader, TenantKey, Writer};
use crate::extract::{IdOf, Json, query};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use http::{StatusCode, Uri};
use ringleader_core::id::{Id, MessageId, ReadingId};
use ringleader_core::reading::Language;
use ringleader_jobs::quality;
use ringleader_jobs::reports::LONGEST;
use ringleader_store::repo::{Period, Sample, WhichVerdicts};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(sample)).routes(routes!(judged)).routes(routes!(judge)).routes(routes!(label))
}

/// Words of the sample, with what was understood of them.
#[derive(Debug, Serialize, ToSchema)]
struct SampleView {
    /// The reading.
    id: String,
    /// The messages that were read together, oldest first; none of a turn of a talk.
    messages: Vec<String>,
    /// The talk with the receptionist that it is a turn of.
    talk_id: Option<String>,
    /// All that was read, message by message.
    text: String,
    /// Facts by name; null: it was known already, or another's word counts.
    read: BTreeMap<String, Value>,
    /// What is wanted, the surest first.
    intents: Vec<String>,
    /// What else was understood: `opt_out`, `wants_person`, `emergency` …
    signals: Vec<String>,
    /// The language of the words.
    language: String,
    /// Who read them.
    brain: String,
    /// With which prompt or rules.
    prompt: String,
    /// `right`, `wrong`, or null: nobody has said yet.
    verdict: Option<String>,
}

/// The ten readings of the last whole week that people are asked to judge.
#[utoipa::path(get, path = "/analytics/sample", tag = "analytics", responses((status = 200, body = Listed<SampleView>)))]
async fn sample(State(state): State<AppState>, Reader(key): Reader) -> Result<axum::Json<Listed<SampleView>>> {
    let mut read = state.store.read(key.tenant).await?;
    let tenant = read.tenants().me().await?;
    let (_, all) = quality::sample(&mut read, &tenant).await?;
    Ok(Listed::all(all.into_iter().map(SampleView::from).collect()))
}

impl From<Sample> for SampleView {
    fn from(it: Sample) -> Self {
        let verdict = |right: bool| if right { "right" } else { "wrong" }.to_owned();
        Self {
            id: it.reading.id.to_string(),
            messages: it.reading.messages.iter().map(ToString::to_string).collect(),
            talk_id: it.reading.turn.map(|(talk, _)| talk.to_string()),
            text: it.words.join("\n"),
            read: it.read,
            intents: it.reading.intents,
            signals: it.reading.signals,
            language: it.reading.by.language.to_string(),
            brain: it.reading.by.brain,
            prompt: it.reading.by.prompt,
            verdict: it.right.map(verdict),
        }
    }
}

/// Which of the readings that people judged.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct JudgedAsked {
    /// First local day of the verdicts: `2026-11-01`; without it the 30 days until `to`.
    from: Option<String>,
    /// Last local day; without it today.
    to: Option<String>,
    /// `right` or `wrong` alone.
    verdict: Option<String>,
    /// Only words in this language: `he`, `en` …
    language: Option<String>,
    /// Only what was taken for this intent or signal; empty: for none.
    intent: Option<String>,
    /// Where the page begins.
    cursor: Option<String>,
    /// Rows of a page, 50 without it, at most 200.
    limit: Option<u32>,
}

/// The readings that people judged, the latest verdict first: what the numbers of verdicts are made of.
#[utoipa::path(get, path = "/analytics/judged", tag = "analytics", params(JudgedAsked), responses((status = 200, body = Listed<SampleView>)))]
async fn judged(
    State(state): State<AppState>,
    Reader(key): Reader,
    uri: Uri,
) -> Result<axum::Json<Listed<SampleView>>> {
    let asked: JudgedAsked = query(&uri)?;
    let right = asked.verdict.as_deref().map(is_right).transpose()?;
    let language = asked.language.as_deref().map(str::parse::<Language>).transpose();
    let language =
        language.map_err(|_| Problem::field("language", "must be a language that is told apart, as he or en"))?;
    let mut read = state.store.read(key.tenant).await?;
    let zone = read.tenants().me().await?.time_zone;
    let today = read.now().to_zoned(zone.clone()).date();
    let (from, to) = days_of(asked.from.as_deref(), asked.to.as_deref(), today, LONGEST)?;
    let (begin, end) = Period { first: from, last: to, line: None }.span(&zone);
    let which = WhichVerdicts { right, language, intent: asked.intent };
    let limit = asked.limit.unwrap_or(50).clamp(1, 200);
    let (all, next) = read.quality().judged(&which, begin, end, asked.cursor.as_deref(), limit).await?;
    Ok(axum::Json(Listed { data: all.into_iter().map(SampleView::from).collect(), next }))
}

/// What a person says of what was understood.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Verdict {
    /// `right` or `wrong`.
    verdict: String,
}

/// Whether a word is a verdict, and which: `true` is right.
pub(crate) fn is_right(word: &str) -> Result<bool> {
    match word {
        "right" => Ok(true),
        "wrong" => Ok(false),
        _ => Err(Problem::field("verdict", "must be one of: right, wrong")),
    }
}

/// Says whether a reading of the sample is right; the last word counts.
#[utoipa::path(put, path = "/readings/{id}/label", tag = "analytics", request_body = Verdict,
    responses((status = 204, description = "Kept")))]
async fn judge(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<ReadingId>,
    Json(body): Json<Verdict>,
) -> Result<StatusCode> {
    keep(&state, &key, id, &body).await
}

/// Says whether a message was read right, with those that were read together with it; the last word counts.
#[utoipa::path(put, path = "/messages/{id}/label", tag = "analytics", request_body = Verdict,
    responses((status = 204, description = "Kept")))]
async fn label(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<MessageId>,
    Json(body): Json<Verdict>,
) -> Result<StatusCode> {
    keep(&state, &key, id, &body).await
}

async fn keep(state: &AppState, key: &TenantKey, id: impl Id, verdict: &Verdict) -> Result<StatusCode> {
    let right = is_right(&verdict.verdict)?;
    let mut tx = state.store.begin(key.tenant).await?;
    if !quality::label(&mut tx, id, right, &key.actor()).await? {
        return Err(Problem::not_found());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

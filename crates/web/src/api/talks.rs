//! Talks of the receptionist: who, on which channel, and what was said and done, turn by turn (C3, C12).

use super::Listed;
use crate::auth::Reader;
use crate::extract::{IdOf, ListQuery, Query, id_text};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use jiff::Timestamp;
use ringleader_core::id::{ContactId, TalkId};
use ringleader_core::reception::talk::{Heard, Talk};
use ringleader_store::repo::{Filter, Spoken};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show))
}

/// A talk of the receptionist.
#[derive(Debug, Serialize, ToSchema)]
struct TalkView {
    id: String,
    /// `voice`, `whatsapp` or `sms`.
    medium: String,
    contact_id: Option<String>,
    language: String,
    turns: i64,
    /// A person has it.
    handed_over: bool,
    begun_at: Timestamp,
    ended_at: Option<Timestamp>,
}

impl TalkView {
    fn of(talk: Talk) -> Self {
        Self {
            id: talk.id.to_string(),
            medium: talk.medium.to_string(),
            contact_id: talk.contact_id.map(|id| id.to_string()),
            language: talk.desk.language,
            turns: talk.turns,
            handed_over: talk.desk.handed,
            begun_at: talk.begun_at,
            ended_at: talk.ended_at,
        }
    }
}

/// One turn.
#[derive(Debug, Serialize, ToSchema)]
struct TurnView {
    at: Timestamp,
    /// What was said, or `*` and what happened: `*began`, `*key 1`, `*photo`, `*silence`.
    heard: String,
    answer: String,
    /// What was done: `search`, `hold`, `book` …
    acts: Vec<String>,
}

impl TurnView {
    fn of(turn: Spoken) -> Self {
        let heard = match turn.heard {
            Heard::Began => "*began".to_owned(),
            Heard::Words(words) => words,
            Heard::Pressed(key) => format!("*key {key}"),
            Heard::Rated(_, rating) => format!("*rating {rating}"),
            Heard::Shown { words: Some(words), .. } => words,
            Heard::Shown { .. } => "*photo".to_owned(),
            Heard::Unheard => "*voice message".to_owned(),
            Heard::Silence => "*silence".to_owned(),
            Heard::Gone => "*gone".to_owned(),
            Heard::TooLong => "*too long".to_owned(),
            Heard::Answered(taken) => format!("*{}", if taken { "handed over" } else { "nobody free" }),
        };
        Self { at: turn.at, heard, answer: turn.answer.text, acts: turn.acts }
    }
}

/// A talk with what was said in it.
#[derive(Debug, Serialize, ToSchema)]
struct WholeTalk {
    #[serde(flatten)]
    talk: TalkView,
    /// In order.
    said: Vec<TurnView>,
}

/// Talks, newest first. `kind` is the medium.
#[utoipa::path(get, path = "/talks", tag = "talks", params(ListQuery), responses((status = 200, body = Listed<TalkView>)))]
async fn list(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<Listed<TalkView>>> {
    query.only(&["contact_id", "kind", "since", "until"])?;
    let filter = Filter::default()
        .and("contact_id =", id_text::<ContactId>("contact_id", query.contact_id.as_ref())?)
        .and("medium =", query.kind.clone())
        .and("begun_at >=", query.since)
        .and("begun_at <", query.until);
    let found = state.store.read(key.tenant).await?.talks().list(filter, &query.page()?).await?;
    Ok(Listed::of(found, TalkView::of))
}

/// One talk with what was said in it.
#[utoipa::path(get, path = "/talks/{id}", tag = "talks", responses((status = 200, body = WholeTalk)))]
async fn show(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<TalkId>,
) -> Result<axum::Json<WholeTalk>> {
    let mut read = state.store.read(key.tenant).await?;
    let talk = read.talks().get(id).await?.ok_or_else(Problem::not_found)?;
    let said = read.talks().turns(id).await?;
    Ok(axum::Json(WholeTalk { talk: TalkView::of(talk), said: said.into_iter().map(TurnView::of).collect() }))
}

//! Calls that the receptionist holds, as Twilio asks about them (C1): each question is answered with a document of what to say
//! and do next. Signed with the account's auth token (P5).
//!
//! Always true:
//! - the answer is XML and comes long before the fifteen seconds that Twilio waits; a turn that takes its time is answered
//!   with "one moment" and asked for again;
//! - the caller never hears an error: where nothing else works, a message is taken (C15);
//! - a repeated question has the same key and so the same answer (P2); no address carries a number or words (P10).

mod alarm;
mod fallback;
mod people;
mod recordings;
mod relay;
mod render;
mod session;
pub(super) mod signed;
mod turns;
mod waiting;

pub(crate) use waiting::Waiting;

use crate::state::AppState;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::header;
use ringleader_providers::twilio::twiml::{self, Verb};

/// The provider's name.
const KIND: &str = "twilio";

/// Where everything about voice lies.
const ROOT: &str = "/webhooks/twilio/voice";

/// Where the WebSocket is.
const RELAY: &str = "/webhooks/twilio/relay";

/// The routes.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route(ROOT, post(turns::ringing))
        .route("/webhooks/twilio/voice/turn", post(turns::heard))
        .route("/webhooks/twilio/voice/dial", post(people::dialled))
        .route("/webhooks/twilio/voice/whisper", post(people::whisper))
        .route("/webhooks/twilio/voice/whisper/answer", post(people::answered))
        .route("/webhooks/twilio/voice/alarm", post(alarm::answered))
        .route("/webhooks/twilio/voice/alarm/key", post(alarm::pressed))
        .route("/webhooks/twilio/voice/alarm/status", post(alarm::over))
        .route("/webhooks/twilio/voice/relay-end", post(relay::ended))
        .route("/webhooks/twilio/voice/fallback", get(fallback::by_query).post(fallback::by_form))
        .route("/webhooks/twilio/voice/fallback/key", post(fallback::pressed))
        .route("/webhooks/twilio/voice/fallback/rung", post(fallback::rung))
        .route("/webhooks/twilio/voice/message", post(fallback::left))
        .route("/webhooks/twilio/voice/recording", post(recordings::stored))
        .route(RELAY, get(relay::open))
}

fn document(verbs: &[Verb]) -> Response {
    ([(header::CONTENT_TYPE, twiml::CONTENT_TYPE)], twiml::document(verbs)).into_response()
}

//! Twilio's messages and statuses: signed with the account's own token over the address they came to (twilio sheet, 7, 11).
//!
//! Always true: the answer is an empty TwiML document, since any other words would be sent to the customer; an event
//! reaches a connection only if that connection's token signed it.

use super::voice::signed::signed_by;
use super::{Arrival, Sort, split};
use crate::directory::Account;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header;
use ringleader_providers::twilio::inbound::{self, Event};
use ringleader_providers::twilio::{twiml, voice_status};

const KIND: &str = "twilio";

/// A text message came in, or there is news of one of ours.
pub async fn messages(State(state): State<AppState>, request: Request) -> Result<Response> {
    let (parts, body) = split(request);
    let arrival = Arrival::read(KIND, &parts, body, state.settings.webhook_limit).await?;
    let form = voice_status::form(&arrival.body);
    let authentic = signed_by(&state, &parts, &form).await?;
    let account = whose(&authentic, &inbound::own_ends(&form));
    match inbound::parse(&arrival.body, state.store.clock().now()) {
        Ok(event) => {
            arrival.keep(&state, account, Sort::Good(event_key(&event))).await?;
            Ok(([(header::CONTENT_TYPE, twiml::CONTENT_TYPE)], twiml::NOTHING).into_response())
        }
        Err(unreadable) => {
            arrival.keep(&state, account, Sort::Unreadable(&unreadable.errors)).await?;
            Err(Problem::invalid(unreadable.errors))
        }
    }
}

/// The connection whose number or service the event names, else the oldest of the account.
fn whose<'a>(authentic: &'a [Account], ends: &[&str]) -> Option<&'a Account> {
    let named = authentic.iter().find(|account| account.ends.iter().any(|end| ends.contains(&end.as_str())));
    named.or(authentic.first())
}

fn event_key(event: &Event) -> String {
    match event {
        Event::Messages { messages, .. } => messages.first().map(|m| m.provider_id.clone()).unwrap_or_default(),
        Event::Status(report) => report.provider_id.clone(),
    }
}

//! Twilio's messages and statuses: signed with the account's own token over the address they came to (twilio sheet, 7, 11).
//!
//! Always true: the answer is an empty TwiML document, since any other words would be sent to the customer; an event
//! reaches a connection only if that connection's token signed it.

use super::{Arrival, Sort, split};
use crate::directory::Account;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header;
use ringleader_providers::twilio::inbound::{self, Event};
use ringleader_providers::twilio::signature;

const KIND: &str = "twilio";

/// A text message came in, or there is news of one of ours.
pub async fn messages(State(state): State<AppState>, request: Request) -> Result<Response> {
    let (parts, body) = split(request);
    let arrival = Arrival::read(KIND, &parts, body, state.settings.webhook_limit).await?;
    let form = inbound::form(&arrival.body);
    let given = parts.headers.get("x-twilio-signature").and_then(|value| value.to_str().ok());
    let path = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let url = format!("{}{path}", state.settings.public_url);
    let accounts = match inbound::account_sid(&form) {
        Some(sid) => state.directory.by_account(KIND, sid).await?,
        None => return Err(refused()),
    };
    let signed = |account: &&Account| {
        let token = account.signing_secret.as_ref();
        token.zip(given).is_some_and(|(token, tag)| signature::verify(token.reveal(), &url, &form, tag))
    };
    let authentic: Vec<&Account> = accounts.iter().filter(signed).collect();
    let Some(account) = whose(&authentic, &inbound::own_ends(&form)) else { return Err(refused()) };
    match inbound::parse(&arrival.body, state.store.clock().now()) {
        Ok(event) => {
            arrival.keep(&state, Some(account), Sort::Good(event_key(&event))).await?;
            Ok(([(header::CONTENT_TYPE, inbound::ANSWER.0)], inbound::ANSWER.1).into_response())
        }
        Err(unreadable) => {
            arrival.keep(&state, Some(account), Sort::Unreadable(&unreadable.errors)).await?;
            Err(Problem::invalid(unreadable.errors))
        }
    }
}

/// The connection whose number or service the event names, else the oldest of the account.
fn whose<'a>(authentic: &[&'a Account], ends: &[&str]) -> Option<&'a Account> {
    let named = authentic.iter().find(|account| account.ends.iter().any(|end| ends.contains(&end.as_str())));
    named.or(authentic.first()).copied()
}

fn event_key(event: &Event) -> String {
    match event {
        Event::Messages { messages, .. } => messages.first().map(|m| m.provider_id.clone()).unwrap_or_default(),
        Event::Status(report) => report.provider_id.clone(),
    }
}

fn refused() -> Problem {
    metrics::counter!("ringleader_webhooks_total", "provider" => KIND, "outcome" => "forged").increment(1);
    Problem::unauthenticated(
        "The signature is missing or was not made with this account's auth token over this address.",
    )
}

//! Twilio's status callbacks of calls (A17): a caller who hung up early was missed. Signed with the account's auth token (P5).
//!
//! Always true: an event reaches a connection only if that connection's token signed it, over the address that the
//! installation is configured with; an account that nobody has is refused, since nobody can vouch for it.

use super::{Arrival, Sort, split};
use crate::directory::Account;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{Uri, header};
use ringleader_providers::twilio::{signature, voice_status};
use std::sync::Arc;

const KIND: &str = "twilio";

/// What Twilio wants to hear: nothing to say. Any other content would be spoken to the caller.
const NOTHING: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";

/// News of a call: it began, it is over, nobody answered.
pub async fn voice_status(State(state): State<AppState>, request: Request) -> Result<Response> {
    let (parts, body) = split(request);
    let mut arrival = Arrival::read(KIND, &parts, body, state.settings.webhook_limit).await?;
    let form = voice_status::form(&arrival.body);
    let given = parts.headers.get("x-twilio-signature").and_then(|value| value.to_str().ok());
    let Some(account) = sender(&state, &parts.uri, &form, given).await? else {
        metrics::counter!("ringleader_webhooks_total", "provider" => KIND, "outcome" => "forged").increment(1);
        let detail = "The signature is missing, or was not made with the auth token of this account for this address. \
                      Is `public_url` the address that is entered at Twilio?";
        return Err(Problem::unauthenticated(detail));
    };
    // The same for each try of an event.
    let token = parts.headers.get("i-twilio-idempotency-token").and_then(|value| value.to_str().ok());
    match voice_status::parse(&form, state.store.clock().now(), voice_status::HUNG_UP_WITHIN) {
        Ok(_) => {
            arrival.event_id = token.map(str::to_owned);
            arrival.keep(&state, Some(&account), Sort::Good(voice_status::event_key(&form))).await?;
            Ok(([(header::CONTENT_TYPE, "text/xml")], NOTHING).into_response())
        }
        Err(errors) => {
            arrival.keep(&state, Some(&account), Sort::Unreadable(&errors)).await?;
            Err(Problem::invalid(errors))
        }
    }
}

/// The connection whose token signed the form.
async fn sender(
    state: &AppState,
    uri: &Uri,
    form: &voice_status::Form,
    given: Option<&str>,
) -> Result<Option<Account>> {
    let (Some(given), Some(sid)) = (given, voice_status::get(form, "AccountSid")) else { return Ok(None) };
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let url = format!("{}{path}", state.settings.public_url);
    let accounts: Arc<[Account]> = state.directory.by_account(KIND, sid).await?;
    let signed = |account: &&Account| {
        let token = account.signing_secret.as_ref();
        token.is_some_and(|token| signature::verify(token.reveal(), &url, form, given))
    };
    Ok(accounts.iter().find(signed).cloned())
}

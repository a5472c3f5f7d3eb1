//! WhatsApp: one address for all numbers of all tenants, signed by the Meta app's secret (whatsapp-cloud sheet, section 2).
//!
//! Always true: an event reaches a connection only if that connection's secret signed it (its own, else the
//! installation's); so a tenant who claims another's number learns nothing.

use super::{Arrival, Sort, split};
use crate::directory::Account;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::{Request, State};
use http::{StatusCode, header};
use ringleader_core::secret::Secret;
use ringleader_providers::whatsapp_cloud::inbound;
use std::sync::Arc;

const KIND: &str = "whatsapp_cloud";

/// Meta asks whether this address is ours.
pub async fn verify(
    State(state): State<AppState>,
    request: Request,
) -> Result<([(header::HeaderName, &'static str); 1], String)> {
    let token = state.settings.whatsapp_verify_token.as_ref();
    let query = request.uri().query().unwrap_or_default();
    let challenge = token.and_then(|token| inbound::challenge(query, token.reveal()));
    challenge.map(|text| ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text)).ok_or_else(|| {
        Problem::forbidden("The verify token is not the one that this installation expects (`whatsapp.verify_token`).")
    })
}

/// Messages, statuses and news of accounts.
pub async fn events(State(state): State<AppState>, request: Request) -> Result<StatusCode> {
    let (parts, body) = split(request);
    let arrival = Arrival::read(KIND, &parts, body, state.settings.whatsapp_limit).await?;
    let signature = parts.headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok());
    let Some(signature) = signature else {
        return Err(refused());
    };
    let concerned = concerned(&state, &arrival.body).await?;
    let by_installation = signed(state.settings.whatsapp_app_secret.as_ref(), signature, &arrival.body);
    let authentic: Vec<&Account> =
        concerned.accounts(by_installation, |secret| signed(Some(secret), signature, &arrival.body));
    if authentic.is_empty() && !(by_installation && concerned.has_unknown()) {
        return Err(refused());
    }
    let events = match inbound::parse(&arrival.body) {
        Ok(events) => events,
        Err(unreadable) => {
            arrival.keep(&state, authentic.first().copied(), Sort::Unreadable(&unreadable.errors)).await?;
            return Err(Problem::invalid(unreadable.errors));
        }
    };
    let key = events.iter().find_map(event_key).unwrap_or_default();
    for account in &authentic {
        arrival.keep(&state, Some(account), Sort::Good(key.clone())).await?;
    }
    if by_installation {
        for account in concerned.unknown() {
            arrival.keep(&state, None, Sort::Unroutable(account)).await?;
        }
    }
    Ok(StatusCode::OK)
}

fn refused() -> Problem {
    metrics::counter!("ringleader_webhooks_total", "provider" => KIND, "outcome" => "forged").increment(1);
    Problem::unauthenticated(
        "The signature is missing or was not made with the app secret that belongs to this number.",
    )
}

fn signed(secret: Option<&Secret<String>>, signature: &str, body: &[u8]) -> bool {
    secret.is_some_and(|secret| inbound::verify(secret.reveal(), Some(signature), body))
}

/// For whom a body is: each number it names, and the connections that have it.
struct Concerned(Vec<(String, Arc<[Account]>)>);

async fn concerned(state: &AppState, body: &[u8]) -> Result<Concerned> {
    let mut found = Vec::new();
    for number in inbound::number_keys(body) {
        let accounts = state.directory.by_account(KIND, &number).await?;
        found.push((number, accounts));
    }
    // News of templates and accounts name no number.
    if found.is_empty() {
        for account in inbound::waba_ids(body) {
            let accounts = state.directory.by_setting(KIND, "waba_id", &account).await?;
            found.push((account, accounts));
        }
    }
    Ok(Concerned(found))
}

impl Concerned {
    /// Those whose secret signed the body. The installation's secret speaks for the first that has none of its own.
    fn accounts(&self, by_installation: bool, own: impl Fn(&Secret<String>) -> bool) -> Vec<&Account> {
        let mut authentic: Vec<&Account> = Vec::new();
        for (_, accounts) in &self.0 {
            let shared = accounts.iter().find(|account| account.signing_secret.is_none()).filter(|_| by_installation);
            let signed = accounts.iter().filter(|account| account.signing_secret.as_ref().is_some_and(&own));
            for account in shared.into_iter().chain(signed) {
                if !authentic.iter().any(|known| known.connection == account.connection) {
                    authentic.push(account);
                }
            }
        }
        authentic
    }

    /// Accounts that no connection has; the empty one for a body that names none.
    fn unknown(&self) -> Vec<&str> {
        if self.0.is_empty() {
            return vec![""];
        }
        self.0.iter().filter(|(_, accounts)| accounts.is_empty()).map(|(account, _)| account.as_str()).collect()
    }

    fn has_unknown(&self) -> bool {
        !self.unknown().is_empty()
    }
}

/// What the first event is about, by the provider's own id.
fn event_key(event: &inbound::Event) -> Option<String> {
    match &event.kind {
        inbound::EventKind::Message(message) | inbound::EventKind::Echo { message, .. } => {
            Some(message.provider_id.clone())
        }
        inbound::EventKind::Status(status) => Some(status.provider_id.clone()),
        _ => None,
    }
}

//! Bolna's executions. There is no signature: the key in the URL, a header of the tenant's own and the sender's address are
//! the proof (P5, bolna sheet, section 1).

use super::{Arrival, Sort, split};
use crate::origin;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::{Path, Request, State};
use http::StatusCode;
use ringleader_providers::bolna::inbound::{self, Inbound};

const KIND: &str = "bolna";

/// The record of an execution at one of its statuses.
pub async fn execution(State(state): State<AppState>, Path(key): Path<String>, request: Request) -> Result<StatusCode> {
    let Some(account) = state.directory.by_key(KIND, &key).await? else {
        return Err(Problem::not_found());
    };
    let from = origin::address(request.extensions(), request.headers());
    let (parts, body) = split(request);
    if !account.gate.as_ref().is_some_and(|gate| gate.admits(&parts.headers, from)) {
        metrics::counter!("ringleader_webhooks_total", "provider" => KIND, "outcome" => "forged").increment(1);
        return Err(Problem::unauthenticated(
            "The connection expects a header or an address that this request does not have.",
        ));
    }
    let arrival = Arrival::read(KIND, &parts, body, state.settings.webhook_limit).await?;
    match inbound::parse(&arrival.body) {
        Ok(Inbound::Call(progress)) => {
            arrival.keep(&state, Some(&account), Sort::Good(inbound::event_key(&progress))).await?;
        }
        Ok(Inbound::Batch) => arrival.keep(&state, Some(&account), Sort::Good(String::new())).await?,
        Err(unreadable) => {
            arrival.keep(&state, Some(&account), Sort::Unreadable(&unreadable.errors)).await?;
            return Err(Problem::invalid(unreadable.errors));
        }
    }
    Ok(StatusCode::OK)
}

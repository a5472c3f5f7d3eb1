//! The live stream: what changed, as it changes (server-sent events). Notices name things, the API tells of them.

use crate::auth::Reader;
use crate::problem::Result;
use crate::state::AppState;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt};
use ringleader_core::id::TenantId;
use std::convert::Infallible;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(stream))
}

/// Changes of the tenant, as they happen: `event` is the kind of thing, `data` is `{"id": …}`. `behind` says: look afresh.
#[utoipa::path(get, path = "/events", tag = "events", responses((status = 200, content_type = "text/event-stream", body = String)))]
async fn stream(
    State(state): State<AppState>,
    Reader(key): Reader,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    Ok(Sse::new(notices(&state, key.tenant)).keep_alive(KeepAlive::default()))
}

/// The notices of one tenant.
pub(crate) fn notices(state: &AppState, tenant: TenantId) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    BroadcastStream::new(state.store.changes()).filter_map(move |change| {
        let event = match change {
            Ok(change) if change.tenant == tenant => {
                let data = serde_json::json!({ "id": change.id }).to_string();
                Some(Ok(Event::default().event(change.kind).data(data)))
            }
            Ok(_) => None,
            Err(BroadcastStreamRecvError::Lagged(_)) => Some(Ok(Event::default().event("behind").data("{}"))),
        };
        std::future::ready(event)
    })
}

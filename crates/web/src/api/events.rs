//! The live stream: what changed, as it changes (server-sent events). Notices name things, the API tells of them. It ends when
//! its key is taken back. Nothing is kept for who was away: each stream begins with `behind`, so a client that comes back looks
//! at what it missed.

use crate::auth::{Reader, TenantKey};
use crate::problem::Result;
use crate::state::AppState;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt};
use std::convert::Infallible;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(stream))
}

/// Changes of the tenant, as they happen: `event` is the kind of thing, `data` is `{"id": …}`. `behind` says: look afresh; it
/// comes first on every stream, and again where changes came faster than they were read.
#[utoipa::path(get, path = "/events", tag = "events", responses((status = 200, content_type = "text/event-stream", body = String)))]
async fn stream(
    State(state): State<AppState>,
    Reader(key): Reader,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    Ok(Sse::new(notices(&state, key)).keep_alive(KeepAlive::default()))
}

/// Whether the key was not taken back since.
async fn still_good(state: AppState, key: TenantKey) -> bool {
    let Ok(mut read) = state.store.read(key.tenant).await else { return false };
    let keys = read.people().keys().await.unwrap_or_default();
    keys.iter().any(|known| known.id == key.key && known.revoked_at.is_none())
}

/// The notices of the key's tenant.
fn notices(state: &AppState, key: TenantKey) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let tenant = key.tenant;
    let state = state.clone();
    let changes = BroadcastStream::new(state.store.changes());
    let changes = changes.take_while(move |change| {
        let of_keys = change.as_ref().map_or(true, |change| change.tenant == tenant && change.kind == "key");
        let (state, key) = (state.clone(), key.clone());
        async move { !of_keys || still_good(state, key).await }
    });
    let notices = changes.filter_map(move |change| {
        let event = match change {
            Ok(change) if change.tenant == tenant => {
                let data = serde_json::json!({ "id": change.id }).to_string();
                Some(Ok(Event::default().event(change.kind).data(data)))
            }
            Ok(_) => None,
            Err(BroadcastStreamRecvError::Lagged(_)) => Some(Ok(behind())),
        };
        std::future::ready(event)
    });
    futures::stream::iter([Ok(behind())]).chain(notices) // listened for already: nothing is lost between the two
}

/// Something may have changed that was not told: look afresh.
fn behind() -> Event {
    Event::default().event("behind").data("{}")
}

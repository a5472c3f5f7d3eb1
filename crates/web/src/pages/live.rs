//! The live stream of the pages: which kinds of things of the business changed, from commits of this node and of others. The
//! page looks afresh at the parts that care. Resuming needs no memory: after a gap the page looks once at everything.

use crate::problem::Result;
use crate::session::Viewer;
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures::{Stream, StreamExt};
use std::convert::Infallible;
use tokio_stream::wrappers::BroadcastStream;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/live", get(stream))
}

/// `change` with the kind of thing; `all` when this listener fell behind.
async fn stream(
    State(state): State<AppState>,
    Viewer(me): Viewer,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let tenant = me.tenant.id;
    let changes = BroadcastStream::new(state.store.changes()).filter_map(move |change| {
        let kind = match change {
            Ok(change) if change.tenant == tenant => Some(change.kind),
            Ok(_) => None,
            Err(_) => Some("all".into()),
        };
        std::future::ready(kind.map(|kind| Ok(Event::default().event("change").data(kind))))
    });
    Ok(Sse::new(changes).keep_alive(KeepAlive::default()))
}

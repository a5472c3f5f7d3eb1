//! The live stream of the pages: which kinds of things of the business changed, from commits of this node and of others. The
//! page looks afresh at the parts that care. Resuming needs no memory: after a gap the page looks once at everything.
//!
//! Always true: a stream wakes and writes at most ten times a second, however much happens at however many businesses, so a
//! thousand open pages cost little; it ends with the session, since each change of the tenant's people asks whether that is
//! still open, and no change is told after the time that it was given.

use crate::problem::Result;
use crate::session::{self, Viewer};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures::Stream;
use http::HeaderMap;
use jiff::Timestamp;
use ringleader_core::id::TenantId;
use ringleader_jobs::access;
use ringleader_store::changes::Change;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

/// What happens within this time is told at once: shorter than a person notices.
const GATHER: Duration = Duration::from_millis(100);

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/live", get(stream))
}

/// `change` with the kinds of things, parted by blanks; `all` when this listener fell behind.
async fn stream(
    State(state): State<AppState>,
    Viewer(me): Viewer,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let token = session::token(&headers).unwrap_or_default().to_owned();
    let until = me.session.expires_at;
    let listener = Listener { tenant: me.tenant.id, changes: state.store.changes(), state, token, until };
    let events = futures::stream::unfold(listener, |mut listener| async {
        let kinds = listener.next().await?;
        Some((Ok(Event::default().event("change").data(kinds)), listener))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// One open page.
struct Listener {
    tenant: TenantId,
    changes: Receiver<Change>,
    state: AppState,
    /// Of the session.
    token: String,
    /// When the session ends by itself.
    until: Timestamp,
}

impl Listener {
    /// The kinds of things that changed next; `None` when the session or the program ends.
    async fn next(&mut self) -> Option<String> {
        loop {
            let mut kinds = BTreeSet::new();
            match self.changes.recv().await {
                Ok(change) => self.add(&mut kinds, change),
                Err(RecvError::Lagged(_)) => drop(kinds.insert("all".to_owned())),
                Err(RecvError::Closed) => return None,
            }
            tokio::time::sleep(GATHER).await;
            loop {
                match self.changes.try_recv() {
                    Ok(change) => self.add(&mut kinds, change),
                    Err(TryRecvError::Lagged(_)) => drop(kinds.insert("all".to_owned())),
                    Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                }
            }
            if self.state.store.clock().now() >= self.until {
                return None;
            }
            if (kinds.contains("user") || kinds.contains("all")) && !self.is_signed_in().await {
                return None;
            }
            if !kinds.is_empty() {
                return Some(kinds.into_iter().collect::<Vec<_>>().join(" "));
            }
        }
    }

    async fn is_signed_in(&self) -> bool {
        matches!(access::who(&self.state.cx, &self.token).await, Ok(Some(_)))
    }

    fn add(&self, kinds: &mut BTreeSet<String>, change: Change) {
        if change.tenant == self.tenant && !kinds.contains(change.kind.as_ref()) {
            kinds.insert(change.kind.into_owned());
        }
    }
}

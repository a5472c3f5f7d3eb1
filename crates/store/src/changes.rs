//! What just changed, for pages and programs that want to know at once (D1, D3): small notices, never the data itself.
//!
//! Always true: a notice is told after the commit that it belongs to, never for one that was rolled back; whoever listens
//! filters by tenant; a listener that falls behind is told so and looks afresh. On PostgreSQL the relay carries notices to
//! other nodes; where there is none, another node's changes show at the next look.

use crate::db::{Conn, Store};
use ringleader_core::id::TenantId;
use std::borrow::Cow;
use tokio::sync::broadcast;

/// Something of a tenant changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Whose.
    pub tenant: TenantId,
    /// What kind of thing: `lead`, `message`, `call` …
    pub kind: Cow<'static, str>,
    /// Which: an id with its prefix; empty if many of this kind changed.
    pub id: String,
    /// It happened on another node, which told us.
    pub from_afar: bool,
}

/// A listener that falls further behind is told to look afresh.
const BACKLOG: usize = 4096;

pub(crate) fn channel() -> broadcast::Sender<Change> {
    broadcast::Sender::new(BACKLOG)
}

/// What the commit of a transaction will tell.
#[derive(Debug, Default)]
pub(crate) struct Notes(Vec<(&'static str, String)>);

impl Conn {
    /// Notes that a thing of this tenant changed; told when the transaction commits, and counted for the reports. System transactions tell nothing.
    pub(crate) fn changed(&mut self, kind: &'static str, id: impl std::fmt::Display) {
        let id = id.to_string();
        if self.tenant().is_ok() {
            self.touched.note(kind, &id);
        }
        self.told(kind, id);
    }

    /// Notes a change that no sum of the reports knows of.
    pub(crate) fn told(&mut self, kind: &'static str, id: impl std::fmt::Display) {
        if self.tenant().is_err() || !self.store().is_listened_to() {
            return;
        }
        let note = (kind, id.to_string());
        if !self.notes.0.contains(&note) {
            self.notes.0.push(note);
        }
    }

    /// Like [`Conn::changed`], where the statement may have changed nothing; gives back whether it did.
    pub(crate) fn changed_if(&mut self, done: bool, kind: &'static str, id: impl std::fmt::Display) -> bool {
        if done {
            self.changed(kind, id);
        }
        done
    }
}

impl Store {
    /// Changes of all tenants from now on, as they are committed: here, and on other nodes that tell us.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.change_sender().subscribe()
    }

    /// Tells what a commit has changed.
    pub(crate) fn tell_changes(&self, tenant: Option<TenantId>, notes: Notes) {
        let Some(tenant) = tenant else { return };
        for (kind, id) in notes.0 {
            self.tell_change(Change { tenant, kind: kind.into(), id, from_afar: false });
        }
    }

    pub(crate) fn tell_change(&self, change: Change) {
        let _ = self.change_sender().send(change); // nobody listening is fine
    }

    fn is_listened_to(&self) -> bool {
        self.change_sender().receiver_count() > 0
    }
}

//! What just changed, for pages and programs that want to know at once: small notices, never the data itself.

use ringleader_core::id::TenantId;
use tokio::sync::broadcast;

/// Something of a tenant changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Whose.
    pub tenant: TenantId,
    /// What kind of thing: `lead`, `message`, `call` …
    pub kind: &'static str,
    /// Which: an id with its prefix.
    pub id: String,
}

/// The stream of notices. Cheap to clone; clones share it.
#[derive(Debug, Clone)]
pub struct Live(broadcast::Sender<Notice>);

/// A listener that falls further behind is told to look afresh.
const BACKLOG: usize = 1024;

impl Default for Live {
    fn default() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }
}

impl Live {
    /// Tells everyone who listens; call it after the commit.
    pub fn publish(&self, tenant: TenantId, kind: &'static str, id: impl std::fmt::Display) {
        // Nobody listening is fine.
        let _ = self.0.send(Notice { tenant, kind, id: id.to_string() });
    }

    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Notice> {
        self.0.subscribe()
    }
}

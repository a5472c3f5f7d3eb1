//! Episodes: one reason to reach out to one contact (PRODUCT 0, A6).

use crate::id::{ContactId, EpisodeId};
use crate::phone::Phone;
use jiff::Timestamp;

crate::words! {
    /// Where an episode stands.
    pub enum EpisodeState {
        /// Within the grace.
        Waiting = "waiting",
        /// Due, but put off: quiet hours, budget, pause of a provider.
        Deferred = "deferred",
        /// The caller was written to, or reached otherwise.
        Contacted = "contacted",
        /// Cannot go on without a person: reason tells.
        Held = "held",
        /// Ended before outreach: they spoke, or the caller wrote.
        Cancelled = "cancelled",
        /// Never to be reached out to: reason tells.
        Excluded = "excluded",
    }
}

impl EpisodeState {
    /// Whether the outreach is still to come.
    pub fn is_planned(self) -> bool {
        matches!(self, Self::Waiting | Self::Deferred)
    }
}

/// One reason to reach out: a run of missed calls until someone spoke, wrote or gave up.
#[derive(Debug, Clone)]
pub struct Episode {
    /// Its id.
    pub id: EpisodeId,
    /// Whom.
    pub contact_id: ContactId,
    /// Why: `missed_call`.
    pub purpose: String,
    /// The line that was called.
    pub line: Option<Phone>,
    /// Where it stands.
    pub state: EpisodeState,
    /// Why it stands there, as a word: `spoke`, `wrote`, `landline` …
    pub reason: Option<String>,
    /// When the outreach is due.
    pub due_at: Timestamp,
    /// After this moment the opener makes no sense any more (A6 `latest`).
    pub expires_at: Timestamp,
    /// When the first call of the run began; what comes before is no answer to it.
    pub called_at: Timestamp,
    /// Opened.
    pub opened_at: Timestamp,
    /// Closed; at most one open per contact and purpose.
    pub closed_at: Option<Timestamp>,
}

/// Whether business and caller were in touch without our outreach: they spoke, the caller wrote, or a person of the business did.
pub fn in_touch(state: EpisodeState, reason: Option<&str>) -> bool {
    let over = matches!(state, EpisodeState::Contacted | EpisodeState::Cancelled | EpisodeState::Excluded);
    over && matches!(reason, Some("spoke" | "wrote" | "person"))
}

impl Episode {
    /// The same of this one.
    pub fn in_touch(&self) -> bool {
        in_touch(self.state, self.reason.as_deref())
    }

    /// Whether it is over because they spoke.
    pub fn spoke(&self) -> bool {
        self.in_touch() && self.reason.as_deref() == Some("spoke")
    }
}

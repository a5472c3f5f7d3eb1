//! Tasks: follow-ups for people.

use crate::id::{ContactId, LeadId, TaskId, UserId};
use jiff::Timestamp;

crate::words! {
    /// Whether a task is still to be done.
    pub enum TaskState {
        /// To be done.
        Open = "open",
        /// Done.
        Done = "done",
        /// Not needed.
        Dismissed = "dismissed",
    }
}

crate::words! {
    /// How soon.
    pub enum Urgency {
        /// In its turn.
        Normal = "normal",
        /// Now.
        Urgent = "urgent",
    }
}

/// A follow-up for a person.
#[derive(Debug, Clone)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// What kind: `call_back`, `check_send`, `alert` …
    pub kind: String,
    /// What to do, in one line.
    pub title: String,
    /// Why, and what is known.
    pub detail: String,
    /// Whom it concerns.
    pub contact_id: Option<ContactId>,
    /// The lead.
    pub lead_id: Option<LeadId>,
    /// The number to call.
    pub phone: Option<String>,
    /// When it should be done.
    pub due_at: Option<Timestamp>,
    /// How soon.
    pub urgency: Urgency,
    /// Done or not.
    pub state: TaskState,
    /// Whose it is.
    pub assigned_to: Option<UserId>,
    /// Made.
    pub created_at: Timestamp,
}

//! Flows: one file per kind of event. Each loads, lets core decide, saves, and adds the work that follows, in one commit.

pub mod amend;
pub mod call_analysis;
mod call_course;
pub mod call_leads;
pub mod call_progressed;
pub mod call_reported;
mod caller;
pub mod chat;
pub mod consent;
pub mod echo;
pub mod enquiry;
pub mod learning;
pub mod message_received;
pub mod on_call;
pub mod opener;
pub mod owner_answered;
mod reply;
pub mod reroute;
pub mod sender;
pub mod status_reported;
pub mod template_changed;
pub mod voicemail;
mod wording;

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handled {
    /// Everything that follows from it is saved.
    Done,
    /// It tells of somebody who was erased: nothing follows, and nothing of it is kept (P10).
    Erased,
    /// It belongs to something that this installation does not know (yet): shown in the tray, tried again later (A4).
    Unroutable(&'static str),
}

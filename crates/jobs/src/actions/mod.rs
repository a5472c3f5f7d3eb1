//! What people can do, from the API and from the dashboard alike: each checks, changes, and leaves a line in the audit trail.

mod analyses;
mod answers;
mod appointments;
mod calls;
mod chats;
pub(crate) mod colleagues;
mod connections;
mod contacts;
mod credits;
mod erasure;
mod feeds;
mod lead_work;
mod leads;
mod leaving;
mod merge;
mod properties;
mod tasks;
mod telephone;
mod tenancies;
mod tickets;
mod tray;

pub use analyses::{analyse_call, rerun_analysis};
pub use answers::{AnswerPage, answer_link, look_at_answers};
pub use appointments::{Wanted, close_appointment, free_slots, make_appointment, move_appointment};
pub use calls::{Heard, can_hang_up, hang_up, listen, where_heard, where_told};
pub use chats::{SendBody, hand_back, lead_spoke, say, send_message, spoke, spoke_with_lead, take_over};
pub use connections::{
    ConnectionReport, can_be_asked, create_connection, delete_connection, open_config, sync_templates, test_connection,
    update_connection,
};
pub use contacts::{ContactChange, update_contact};
pub use credits::top_up;
pub(crate) use erasure::erase_out_of_touch;
pub use erasure::{erase_contact, export_contact};
pub use feeds::{feed, give_feed, revoke_feed};
pub use lead_work::{Changed, LeadChange, change_leads, undo_lead_change};
pub use leads::{change_lead, set_fact};
pub(crate) use leaving::leaving_link;
pub use leaving::{LeavingPage, leave_by_link, look_at_leaving};
pub use merge::{merge, merge_contacts, merge_leads, unmerge};
pub use properties::{
    Found, find_more, find_properties, import_properties, put_property, search_of, set_property_state, set_viewings,
};
pub use tasks::set_task_state;
pub use tenancies::{NewContractor, end_tenancy, import_tenancies, put_contractor, put_tenancy, remove_contractor};
pub use tickets::{TicketChange, change_ticket, open_ticket, take_alarm};
pub use tray::{discard, replay, route_again};

use ringleader_providers::problem::FieldError;
use ringleader_store::StoreError;

/// Why something was not done: one variant for each thing the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// There is no such thing at this tenant.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// It clashes with what is there.
    #[error("{0}")]
    Conflict(String),
    /// Fields are wrong.
    #[error("some fields are not right")]
    Invalid(Vec<FieldError>),
    /// The rules do not allow it now.
    #[error("{detail}")]
    Refused {
        /// The problem's name: `window-closed` …
        slug: &'static str,
        /// Why, and what would be allowed.
        detail: String,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an action gives.
pub type Done<T> = Result<T, ActionError>;

/// What the rules do not allow now, and what would be allowed.
fn refused(slug: &'static str, detail: &str) -> ActionError {
    ActionError::Refused { slug, detail: detail.to_owned() }
}

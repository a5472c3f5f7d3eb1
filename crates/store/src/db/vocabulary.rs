//! Core's ids and words as columns: ids are the bare UUID as 32 hex digits, words are themselves.
//!
//! To store a new id or a new `words!` enum, add its name to the list below.

use super::row::{Cell, Column};
use super::value::{Kind, ToValue, Value};
use jiff::Timestamp;
use ringleader_core::id::{self, Id};
use ringleader_core::reception::{danger, talk, words};
use ringleader_core::{
    analysis, call, contact, conversation, credits, decision, episode, lead, message, phone, reading, settings, task,
    tenant, ticket, user,
};

macro_rules! stored_ids {
    ($($id:ty),+ $(,)?) => {$(
        impl ToValue for $id {
            const KIND: Kind = Kind::Text;
            fn to_value(self) -> Value { Value::Text(id_text(self)) }
        }
        impl Column for $id {
            const EXPECTED: &'static str = "an id";
            fn from_cell(cell: Cell) -> Option<Self> {
                let Cell::Text(text) = cell else { return None };
                uuid::Uuid::try_parse(&text).ok().map(Self::from_uuid)
            }
        }
    )+};
}

macro_rules! stored_words {
    ($($word:ty),+ $(,)?) => {$(
        impl ToValue for $word {
            const KIND: Kind = Kind::Text;
            fn to_value(self) -> Value { Value::Text(self.as_str().to_owned()) }
        }
        impl Column for $word {
            const EXPECTED: &'static str = "one of its known words";
            fn from_cell(cell: Cell) -> Option<Self> {
                if let Cell::Text(text) = cell { text.parse().ok() } else { None }
            }
        }
    )+};
}

/// How an id is stored: the bare UUID as 32 hex digits, so that ids sort by time on both engines.
pub fn id_text(id: impl Id) -> String {
    id.uuid().simple().to_string()
}

/// Below every id that was made at a moment or later: ids begin with their time.
pub(crate) fn ids_from(at: Timestamp) -> String {
    format!("{:012x}", at.as_millisecond().max(0))
}

stored_ids! {
    id::TenantId, id::UserId, id::ApiKeyId, id::ConnectionId, id::LineId, id::InboxId, id::JobId, id::ContactId,
    id::CallId, id::EpisodeId, id::LeadId, id::FactId, id::ConversationId, id::MessageId, id::DecisionId,
    id::TaskId, id::MergeId, id::CreditId, id::AuditId, id::AnalysisId, id::PropertyId,
    id::AppointmentId, id::HoldId, id::TalkId, id::TicketId, id::AlarmId, id::SearchId, id::ReadingId,
    id::TenancyId, id::ContractorId, id::ErasureId,
}

stored_words! {
    analysis::Kind, analysis::State, analysis::Tag, call::Direction, call::Outcome, call::CallStatus,
    credits::EntryKind, contact::ContactKind, contact::IdentityKind,
    conversation::ChatState, conversation::Channel, decision::Verdict, episode::EpisodeState, lead::LeadStatus,
    lead::FactSource, message::Audience, message::MessageStatus, phone::NumberKind, reading::Language,
    settings::LeadPolicy, task::TaskState, task::Urgency, tenant::LineUse,
    user::Role, ticket::TicketState, ticket::AlarmState, ticket::RingState, talk::Medium, danger::Danger, words::FaultCategory,
    words::FaultUrgency,
}

impl ToValue for conversation::Driver {
    const KIND: Kind = Kind::Text;
    fn to_value(self) -> Value {
        Value::Text(self.to_string())
    }
}

impl Column for conversation::Driver {
    const EXPECTED: &'static str = "bot, handset or a user's id";
    fn from_cell(cell: Cell) -> Option<Self> {
        if let Cell::Text(text) = cell { text.parse().ok() } else { None }
    }
}

//! Repositories: every query of the business, bound to a tenant by the connection it runs on (P12).
//!
//! A repository is a view of a `Conn`, so whatever is read and written through it belongs to that transaction and that
//! tenant. To add one: a file here, a table in `migrations/`, a line below, a case in the conformance suite.

mod agent_calls;
mod analyses;
mod answers;
mod appointments;
mod behind;
mod budgets;
mod call_log;
mod calls;
mod connections;
mod contacts;
mod conversations;
mod credits;
mod decisions;
mod desk;
mod episodes;
mod erasures;
mod feeds;
mod figures;
pub(crate) mod hours;
mod labels;
mod lead_work;
mod leads;
mod lists;
mod loss;
mod merges;
mod messages;
mod model_money;
mod months;
mod people;
mod properties;
mod quality;
mod readings;
mod reports;
mod rings;
mod satisfaction;
mod sealed;
mod searches;
mod sessions;
mod sums;
mod talks;
mod tallied;
pub(crate) mod tallies;
mod tasks;
mod templates;
mod tenancies;
mod tenants;
mod tickets;
mod usage;
mod users;
mod uses;
mod voice;
mod whose;

pub use agent_calls::{AgentCalls, Unsure};
pub use analyses::{Analyses, NewComplete};
pub use answers::{AnswerLink, Answers};
pub use appointments::{Appointments, NewAppointment, Stretch};
pub use behind::{Behind, Only, Slot};
pub use budgets::Budgets;
pub use call_log::CallLogMarks;
pub use calls::Calls;
pub use connections::{Connection, Connections, NewConnection};
pub use contacts::{Consent, Contacts, Identity};
pub use conversations::Conversations;
pub use credits::{CreditEntry, Credits, Statement, StatementLine};
pub use decisions::{Decisions, NewDecision};
pub use desk::{CallRow, ChatRow, Chats, Desk, LeadRow, Waiting};
pub use episodes::Episodes;
pub use erasures::{Erasure, Erasures, Look, Reach};
pub use feeds::Feeds;
pub use figures::Rollups;
pub use labels::{Sample, Verdicts, WhichVerdicts, verdicts_by};
pub use leads::{LeadView, Leads, PastFact, SaidFact};
pub use lists::{Filter, Listing, Page, Place};
pub use loss::{Alike, Loss, Traced};
pub use merges::{Merge, Merges};
pub use messages::{Incoming, Messages, NewMessage};
pub use people::{ApiKey, People};
pub use properties::Properties;
pub use quality::{BrainUse, FactQuality, Judged, Quality, fallback_share, judged_by};
pub use readings::{Kept, NewReading, Words};
pub use reports::{Kind, Period, Recounted, Reports};
pub use rings::Rings;
pub use satisfaction::Satisfaction;
pub use sealed::{Resealed, Sealed};
pub use searches::{SavedSearch, Searches};
pub use sessions::{PasswordLink, Session, Sessions};
pub use sums::{MessageSum, ModelSum, Sums};
pub use talks::{NewTalk, NewTurn, Spoken, Talks};
pub use tallies::Subject;
pub use tasks::{NewTask, Tasks};
pub use templates::{Template, Templates};
pub use tenancies::{Let, Tenancies};
pub use tenants::{NewTenant, Tenants};
pub use tickets::{NewAlarm, NewTicket, Tickets};
pub use usage::{AuditEntry, OwnerNotice, Remembered, Usage};
pub use users::{NewUser, User, Users};
pub use uses::{KeptUse, OnlyUses, WhichUses};
pub use voice::{Voice, VoiceCall};
pub use whose::Whose;

use crate::Conn;

macro_rules! views {
    ($($(#[$meta:meta])* $method:ident -> $view:ident),+ $(,)?) => {
        impl Conn {
            $($(#[$meta])* pub fn $method(&mut self) -> $view<'_> { $view(self) })+
        }
    };
}

views! {
    /// Tenants and their lines.
    tenants -> Tenants,
    /// Accounts at providers.
    connections -> Connections,
    /// What is sealed.
    sealed -> Sealed,
    /// API keys.
    people -> People,
    /// People who sign in.
    users -> Users,
    /// Their open sessions, and links to choose a password with.
    sessions -> Sessions,
    /// Contacts and their identities.
    contacts -> Contacts,
    /// Reasons to reach out.
    episodes -> Episodes,
    /// Phone calls and their legs.
    calls -> Calls,
    /// What platforms of voice agents reported.
    agent_calls -> AgentCalls,
    /// The credits ledger.
    credits -> Credits,
    /// The telephone side of the receptionist's talks.
    voice -> Voice,
    /// What was understood from calls.
    analyses -> Analyses,
    /// Sums of voice agents' calls.
    rollups -> Rollups,
    /// What people made of what brains read.
    quality -> Quality,
    /// Sums of the business, hour by hour.
    reports -> Reports,
    /// Leads and facts.
    leads -> Leads,
    /// Merges of contacts.
    merges -> Merges,
    /// Chats.
    conversations -> Conversations,
    /// Messages and their status events.
    messages -> Messages,
    /// The send ledger.
    decisions -> Decisions,
    /// Lists as the pages show them.
    desk -> Desk,
    /// What the loss account is made of.
    loss -> Loss,
    /// Sums of a span of time.
    sums -> Sums,
    /// Follow-ups for people.
    tasks -> Tasks,
    /// Message templates.
    templates -> Templates,
    /// Token buckets.
    budgets -> Budgets,
    /// What is let and sold.
    properties -> Properties,
    /// Who rents what, and who mends it.
    tenancies -> Tenancies,
    /// Talks of the receptionist.
    talks -> Talks,
    /// Faults that were reported, and calls for the people on call.
    tickets -> Tickets,
    /// What people are sent about properties.
    searches -> Searches,
    /// People on call who are rung.
    rings -> Rings,
    /// Secret addresses of calendars.
    feeds -> Feeds,
    /// How satisfied callers were.
    satisfaction -> Satisfaction,
    /// Viewings, valuations, visits.
    appointments -> Appointments,
    /// What the business's own people were told, and what they answered.
    answers -> Answers,
    /// Up to when call logs were read.
    call_log_marks -> CallLogMarks,
    /// People who were erased.
    erasures -> Erasures,
    /// Model use, audit trail, remembered answers.
    usage -> Usage,
}

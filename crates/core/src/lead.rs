//! Leads and facts (PRODUCT 0, A9).

use crate::analysis::{Scored, Tag};
use crate::id::{ContactId, FactId, LeadId, UserId};
use crate::reading::ReadBy;
use jiff::Timestamp;

crate::words! {
    /// Where a lead stands (A9).
    pub enum LeadStatus {
        /// Written to, no answer yet.
        New = "new",
        /// Answered, something is missing.
        Qualifying = "qualifying",
        /// Name, need and preference are known.
        Qualified = "qualified",
        /// A person spoke with them.
        Contacted = "contacted",
        /// A viewing is booked.
        ViewingBooked = "viewing_booked",
        /// An offer was made.
        OfferMade = "offer_made",
        /// Became business.
        Converted = "converted",
        /// Did not.
        Lost = "lost",
        /// Fell silent after the reminders.
        Unresponsive = "unresponsive",
    }
}

crate::words! {
    /// Who says so; later variants win over earlier ones.
    pub enum FactSource {
        /// Concluded from what was said.
        Inferred = "inferred",
        /// Said in so many words.
        Explicit = "explicit",
        /// Set or corrected by a user: wins over everything.
        Person = "person",
    }
}

/// The facts that complete a missed-call lead, in the order they are asked (A9).
pub const CHAT_FACTS: [&str; 3] = ["name", "need", "preference"];

/// One known thing about a contact.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Its id.
    pub id: FactId,
    /// Which: `name`, `need`, `preference`, `budget` …
    pub name: String,
    /// What: a text, or an object as for `preference`: `{text, from, until}`.
    pub value: serde_json::Value,
    /// 0 to 1.
    pub confidence: f64,
    /// Who says so.
    pub source: FactSource,
    /// What it was read from: `msg_…`, `call_…`, `usr_…`.
    pub origin: Option<String>,
    /// Read by a brain that was not the first choice: read again when a model is back (P6).
    pub provisional: bool,
    /// Who read it; nothing for what no brain read.
    pub read_by: Option<ReadBy>,
    /// When it was said.
    pub at: Timestamp,
}

/// The open commercial interest of a contact.
#[derive(Debug, Clone)]
pub struct Lead {
    /// Its id.
    pub id: LeadId,
    /// Whose.
    pub contact_id: ContactId,
    /// Where it stands.
    pub status: LeadStatus,
    /// Where it came from: `missed_call`, `whatsapp` …
    pub source: String,
    /// Derived from facts: the customer's name.
    pub name: Option<String>,
    /// Derived from facts: what they need.
    pub need: Option<String>,
    /// Derived from facts: when and how to get back to them, `{text, from, until}`.
    pub preference: Option<serde_json::Value>,
    /// How promising its calls are; none before one was analysed (B10).
    pub score: Option<LeadScore>,
    /// Who of the business looks after it.
    pub assigned_to: Option<UserId>,
    /// When the interest began.
    pub opened_at: Timestamp,
    /// Closed; at most one open per contact.
    pub closed_at: Option<Timestamp>,
    /// Last change.
    pub updated_at: Timestamp,
}

/// How promising a lead is by its calls, and why (B10, P8).
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct LeadScore {
    /// 0 to 100.
    pub total: u8,
    /// In a word.
    pub tag: Tag,
    /// Which formula.
    pub version: String,
    /// Reasons, which add up to the total.
    pub parts: Vec<(String, i64)>,
}

impl LeadScore {
    /// Whether it is the receptionist's (C10), and not of analysed calls (B10).
    pub fn is_reception(&self) -> bool {
        self.version.starts_with("reception")
    }

    /// How warm a lead of the receptionist's is.
    pub fn temperature(&self) -> Option<&'static str> {
        let words = match self.total {
            75.. => "hot",
            50.. => "warm",
            _ => "cold",
        };
        self.is_reception().then_some(words)
    }

    /// From the calls of the contact: the points of each dimension, and what the formula's exceptions make of their sum.
    pub fn of_calls(complete: &crate::analysis::complete::Complete) -> Self {
        let Scored { score, tag, version } = complete.scored;
        let mut parts: Vec<(String, i64)> =
            complete.parts.iter().map(|(dimension, points)| (dimension.to_string(), i64::from(*points))).collect();
        let rest = i64::from(score) - parts.iter().map(|(_, points)| points).sum::<i64>();
        if rest != 0 {
            parts.push(("exceptions".to_owned(), rest));
        }
        Self { total: score, tag, version: format!("calls-{version}"), parts }
    }
}

//! What happens in a talk, and what follows from it.

use super::photos::Shown;
use crate::reception::criteria::Criteria;
use crate::reception::danger::Danger;
use crate::reception::reading::{Fault, TurnReading};
use crate::reception::say::{Card, Line, Relaxed};
use crate::reception::sending::Way;
use crate::reception::words::{Change, Purpose};
use jiff::civil::DateTime;

/// The facts of the moment, from the tenant's data.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// The business's name.
    pub business: String,
    /// The tenant's country, two letters.
    pub country: String,
    /// Local time.
    pub now: DateTime,
    /// When the office is open, in words.
    pub hours: Option<String>,
    /// A moment by which someone can ring back, from the opening hours.
    pub call_back_by: Option<DateTime>,
    /// Calls are recorded, and the caller is told so.
    pub recorded: bool,
    /// There are people on call for emergencies.
    pub on_call: bool,
    /// Somebody can be reached now: the office is open, and for a call there are people to ring (C13).
    pub staffed: bool,
    /// When the office opens next, where it is closed.
    pub opens: Option<DateTime>,
    /// The caller is one whom people see to themselves (C13).
    pub vip: bool,
    /// People make a deal above this, in whole units of the currency; 0: there is no limit (C13).
    pub deal_limit: i64,
}

/// What happens in a talk.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// It begins, or goes on on another channel. The name is the one that may be said.
    Began {
        /// First name, where it may be said.
        name: Option<String>,
    },
    /// Something was said or written.
    Heard {
        /// What was understood.
        reading: Box<TurnReading>,
        /// The words.
        text: String,
    },
    /// A key, or a figure as the whole text.
    Pressed(char),
    /// A call was good (1), so-so (2) or bad (3); the question named it.
    Rated(String, u8),
    /// Photos came, in writing; words that came with them are heard next.
    Shown(Shown),
    /// A voice message came, in writing.
    Unheard,
    /// The talk turned to another language, and nothing else was said.
    Language,
    /// Nothing was heard.
    Silence,
    /// The caller is gone.
    Gone,
    /// It went on for as long as it may.
    TooLong,
    /// What a search found: the first, whether there are more, and what was let go of.
    Found {
        /// At most three.
        cards: Vec<Card>,
        /// There are more.
        more: bool,
        /// What was let go of.
        relaxed: Option<Relaxed>,
    },
    /// Free slots; none if there are none.
    Slots(Vec<DateTime>),
    /// Whether the slot could be held.
    Held(bool),
    /// Whether it is booked.
    Booked(bool),
    /// Whether an appointment was changed: it may be over, or somebody else's.
    Changed(bool),
    /// The ticket's number.
    Ticketed(String),
    /// Whether a person took it.
    Answered(bool),
    /// Whether a code is on its way to the number on file.
    CodeSent(bool),
    /// Whether the code that was told is the one that was sent.
    Checked(bool),
    /// How the details are on their way; `None`: nothing leads to them, and people know of it.
    Sent(Option<Way>),
    /// Whether they can be told of what comes up; if not, people know of it.
    Watching(bool),
}

impl Event {
    /// What is said of this event where its act stood, whatever else the turn holds; it moves no talk on. `None`: it does.
    pub const fn says(&self) -> Option<Line> {
        match self {
            Self::Sent(Some(way)) => Some(Line::Sending(*way)),
            Self::Sent(None) => Some(Line::NotSent),
            Self::Watching(true) => Some(Line::Watching),
            Self::Watching(false) => Some(Line::NotWatching),
            _ => None,
        }
    }
}

crate::words! {
    /// Why a person is wanted (C13).
    pub enum Reason {
        /// Asked for.
        Asked = "asked",
        /// Not understood.
        NotUnderstood = "not_understood",
        /// Complains or insults.
        Complaint = "complaint",
        /// Went on for too long.
        TooLong = "too_long",
        /// People see to this customer themselves.
        Vip = "vip",
        /// A deal above the business's limit.
        Deal = "deal",
    }
}

/// What is booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// What for.
    pub purpose: Purpose,
    /// The property, for a viewing.
    pub property: Option<String>,
    /// Where, as it is said.
    pub place: String,
    /// When, local time.
    pub at: DateTime,
}

/// What is reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketDraft {
    /// In the caller's words.
    pub report: String,
    /// Sorted.
    pub fault: Fault,
    /// Found by rule.
    pub danger: Option<Danger>,
    /// Where, as said.
    pub address: Option<String>,
    /// The home of theirs that it is about.
    pub property: Option<String>,
}

/// What people are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageDraft {
    /// In the caller's words.
    pub text: String,
    /// What it is about.
    pub about: String,
}

/// What follows.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Say a line.
    Say(Line),
    /// Look for properties; answered by [`Event::Found`].
    Search(Criteria),
    /// Look for more of the same search, without these that were told; answered by [`Event::Found`].
    More(Criteria, Vec<String>),
    /// Look for one property by its road or reference; answered by [`Event::Found`].
    Lookup {
        /// The road.
        street: Option<String>,
        /// The reference.
        reference: Option<String>,
    },
    /// Look for free slots; answered by [`Event::Slots`].
    FindSlots {
        /// What for.
        purpose: Purpose,
        /// The property, for a viewing.
        property: Option<String>,
        /// Not before this, where a time was wished for.
        from: Option<DateTime>,
    },
    /// Hold a slot for this talk; answered by [`Event::Held`].
    Hold(Booking),
    /// Let the held slot go.
    Release,
    /// Book the held slot; answered by [`Event::Booked`].
    Book(Booking),
    /// Send a code to the number on file (C2); answered by [`Event::CodeSent`].
    SendCode,
    /// Compare what was told with the code that was sent; answered by [`Event::Checked`].
    CheckCode(String),
    /// Send the details of these properties, in this order (C11); answered by [`Event::Sent`].
    SendDetails(Vec<String>, Way),
    /// Tell them of what comes up for this search, which they agreed to (C11); answered by [`Event::Watching`].
    Watch(Criteria),
    /// Keep how satisfied they were with a call: 1 good, 2 so-so, 3 bad (C14).
    KeepRating(String, u8),
    /// Keep what they thought of an appointment, in their words, and whether they liked it.
    KeepFeedback(String, String, Option<bool>),
    /// Change an appointment that exists; answered by [`Event::Changed`].
    Change(String, Change),
    /// Open a ticket; answered by [`Event::Ticketed`].
    OpenTicket(TicketDraft),
    /// Put the photos in these messages with the report that was opened last (C8).
    KeepPhotos(Vec<String>),
    /// Ring the on-call chain (C8).
    RingOnCall(Danger),
    /// Get a person; answered by [`Event::Answered`].
    HandOver(Reason),
    /// Tell people.
    TakeMessage(MessageDraft),
    /// Nobody was free: an urgent task for a call-back.
    PromiseCallBack(Option<DateTime>),
    /// Something is unfinished: take it up in writing (C12).
    FollowUp,
    /// It is over.
    End,
}

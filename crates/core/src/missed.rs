//! From a call to an episode: whom to write to, when, and when not (A2, A3, A5, A6, P11).
//!
//! Always true: every missed call ends in an episode, a hold or an exclusion, each with its reason; a call that was not missed
//! starts nothing; what was answered after the missed call ends its episode, what was answered before does not.

use crate::call::{Direction, Outcome};
use crate::contact::ContactKind;
use crate::lead::LeadStatus;
use crate::legs::NotMissed;
use crate::phone::NumberKind;
use crate::settings::Outreach;
use crate::texts::Key;
use jiff::Timestamp;

/// A call as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Which way.
    pub direction: Direction,
    /// What became of it; `None`: not over yet.
    pub outcome: Option<Outcome>,
    /// Whether it counts as missed, by the provider's table and the tenant's changes (`legs::is_missed`).
    pub missed: Result<(), NotMissed>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When we heard of it.
    pub received_at: Timestamp,
    /// The provider reports calls late: the grace runs from the receipt.
    pub reported_late: bool,
}

/// Who the other party is and what runs with them already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Party {
    /// What kind of number.
    pub number: NumberKind,
    /// What they are to the business.
    pub kind: ContactKind,
    /// They take no messages.
    pub opted_out: bool,
    /// It is one of the tenant's own lines.
    pub own_line: bool,
    /// `called_at` of their open episode.
    pub episode: Option<Timestamp>,
    /// Their open lead.
    pub lead: Option<LeadStatus>,
    /// A chat with them is going on (not ended, not unresponsive).
    pub chatting: bool,
    /// A person of the business leads a chat with them.
    pub led_by_person: bool,
    /// When they last spoke with the business, by an answered call.
    pub spoke_at: Option<Timestamp>,
    /// When they last wrote.
    pub wrote_at: Option<Timestamp>,
}

/// A task that comes with an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// None.
    Nothing,
    /// Call back.
    CallBack,
    /// Look at it.
    Review,
}

/// What becomes of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// A new episode.
    OpenEpisode {
        /// When to write.
        due_at: Timestamp,
        /// After this the opener makes no sense.
        expires_at: Timestamp,
    },
    /// It belongs to the open episode, which keeps its date.
    JoinEpisode,
    /// They are known: no cold opener, the owner hears of it, someone calls back.
    OwnPath,
    /// Never to be written to about this.
    Exclude,
    /// A person must act.
    Hold {
        /// What they are asked to do.
        follow: Follow,
    },
    /// No contact can be made: the owner is told.
    TellOwner,
    /// Business and customer spoke: the open episode is over.
    CancelEpisode,
    /// Nothing follows.
    Nothing,
}

/// What becomes of a call, under which rule and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ruling {
    /// What.
    pub course: Course,
    /// The rule of PRODUCT.
    pub rule: &'static str,
    /// A word for programs.
    pub reason: &'static str,
    /// In a shop owner's words.
    pub explain: Key,
}

const fn ruling(course: Course, rule: &'static str, reason: &'static str, explain: Key) -> Ruling {
    Ruling { course, rule, reason, explain }
}

/// Decides on a call that is over.
pub fn on_call(call: &Seen, party: &Party, outreach: &Outreach, now: Timestamp) -> Ruling {
    if call.outcome == Some(Outcome::Answered) && call.direction != Direction::Internal {
        return answered(call, party);
    }
    if let Err(why) = call.missed {
        let explain = if why == NotMissed::PocketDial { Key::WhyShortRing } else { Key::WhyNotMissed };
        return ruling(Course::Nothing, "A3", why.as_str(), explain);
    }
    not_for_outreach(party)
        .or_else(|| overtaken(call, party))
        .or_else(|| running(party))
        .unwrap_or_else(|| outreach_to(call, party, outreach, now))
}

/// Spoken after the missed call: its episode is over. What came before is no answer to it (A6).
fn answered(call: &Seen, party: &Party) -> Ruling {
    let at = call.ended_at.or(call.started_at).unwrap_or(call.received_at);
    match party.episode {
        Some(called_at) if at >= called_at => ruling(Course::CancelEpisode, "A6", "spoke", Key::WhySpoke),
        _ => ruling(Course::Nothing, "A2", "answered", Key::WhyNotMissed),
    }
}

fn not_for_outreach(party: &Party) -> Option<Ruling> {
    let exclude = |reason, explain| Some(ruling(Course::Exclude, "A5", reason, explain));
    match party {
        Party { number: NumberKind::Withheld, .. } => {
            Some(ruling(Course::TellOwner, "A5", "withheld", Key::WhyWithheld))
        }
        Party { own_line: true, .. } => exclude("own_line", Key::WhyOwnLine),
        Party { kind: ContactKind::Staff, .. } => exclude("staff", Key::WhyStaff),
        Party { kind: ContactKind::Supplier, .. } => exclude("supplier", Key::WhySupplier),
        Party { kind: ContactKind::Blocked, .. } => exclude("blocked", Key::WhyBlocked),
        Party { opted_out: true, .. } => Some(ruling(Course::Exclude, "A14", "opted_out", Key::WhyOptedOut)),
        _ => None,
    }
}

/// A record that comes late may be about a call that was followed by a talk or a message long since.
fn overtaken(call: &Seen, party: &Party) -> Option<Ruling> {
    let ended = call.ended_at.or(call.started_at)?;
    let since = |at: Option<Timestamp>| at.is_some_and(|at| at > ended);
    if since(party.spoke_at) {
        return Some(ruling(Course::Exclude, "A6", "spoke", Key::WhySpoke));
    }
    since(party.wrote_at).then(|| ruling(Course::Exclude, "A6", "wrote", Key::WhyWrote))
}

fn running(party: &Party) -> Option<Ruling> {
    use LeadStatus::{Contacted, Converted, OfferMade, Qualified, ViewingBooked};
    let known = matches!(party.lead, Some(Qualified | Contacted | ViewingBooked | OfferMade | Converted));
    if known || party.chatting || matches!(party.kind, ContactKind::Tenancy | ContactKind::Landlord) {
        return Some(ruling(Course::OwnPath, "A5", "existing", Key::WhyExisting));
    }
    if party.led_by_person {
        return Some(ruling(Course::OwnPath, "P9", "taken_over", Key::WhyTakenOver));
    }
    party.episode.map(|_| ruling(Course::JoinEpisode, "P4", "joined", Key::WhyJoined))
}

fn outreach_to(call: &Seen, party: &Party, outreach: &Outreach, now: Timestamp) -> Ruling {
    let hold = |follow, reason, explain| ruling(Course::Hold { follow }, "A5", reason, explain);
    match party.number {
        kind if kind.may_receive_messages() => {}
        NumberKind::Kosher => return hold(Follow::CallBack, "kosher", Key::WhyKosher),
        NumberKind::Landline => return hold(Follow::CallBack, "landline", Key::WhyLandline),
        NumberKind::Voip => return hold(Follow::CallBack, "voip", Key::WhyVoip),
        NumberKind::TollFree | NumberKind::Service => return hold(Follow::CallBack, "service", Key::WhyService),
        NumberKind::Short => return hold(Follow::CallBack, "short", Key::WhyShort),
        _ => return hold(Follow::Review, "invalid", Key::WhyInvalid),
    }
    let ended = call.ended_at.or(call.started_at).unwrap_or(call.received_at).min(call.received_at);
    let expires_at = ended.checked_add(outreach.latest.0).unwrap_or(Timestamp::MAX);
    if now > expires_at {
        return ruling(Course::Hold { follow: Follow::CallBack }, "A6", "too_late", Key::WhyTooLate);
    }
    let from = if call.reported_late { call.received_at } else { ended };
    let due_at = from.checked_add(outreach.grace.0).unwrap_or(Timestamp::MAX);
    ruling(Course::OpenEpisode { due_at, expires_at: expires_at.max(due_at) }, "A6", "missed", Key::WhyMissed)
}

//! Figures of a business (D2): what a call, an outreach, a lead, a chat, a talk or an appointment adds to the sums of its hour.
//!
//! Pure. The sums of an hour are kept as those of voice agents' calls are ([`crate::figures`]): what a thing added is taken back
//! exactly when it changes, so late, repeated and corrected events come out right. Always true: a thing counts once, in one
//! hour of the tenant's clock and on one line; whatever happened on the way, the sums are those of a count of all things as
//! they are. An hour that the clocks of the place have twice is one hour here.

pub mod letter;
pub mod people;
mod response;
pub mod summary;

pub use response::open_seconds;

use crate::appointment::{Appointment, AppointmentState};
use crate::call::{Call, CallStatus, Direction, Outcome};
use crate::conversation::{Conversation, MOVED};
use crate::episode::{Episode, EpisodeState};
use crate::figures::{self, Counted, Sums};
use crate::hours::OpeningHours;
use crate::lead::{Lead, LeadStatus};
use crate::lifecycle::DISOWNED;
use crate::reception::afterwards::{Afterwards, Ending};
use crate::reception::talk::{Medium, Talk};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The source of leads that began with a missed call.
pub const MISSED_CALL: &str = "missed_call";

/// So long after a missed call words to the caller, or a talk, are an answer to it.
pub const ANSWERED_WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What a caller said of a call (C14).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opinion {
    /// Nobody asked.
    Unasked,
    /// They were asked, and said nothing.
    Asked,
    /// 1 good, 2 so-so, 3 bad.
    Said(i64),
}

/// What the analysis of a call came to, 0 to 100 (B8); nothing where it was not analysed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CallScores {
    /// By itself.
    pub individual: Option<i64>,
    /// What its contact had as soon as it was counted in.
    pub complete: Option<i64>,
}

/// The hour in which a thing counts, and the line it came over (empty where none is known).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hour {
    /// The local day.
    pub day: Date,
    /// The local hour, 0 to 23.
    pub hour: i8,
    /// The tenant's line.
    pub line: String,
}

impl Hour {
    /// The hour of a moment in a zone.
    pub fn of(at: Timestamp, zone: &TimeZone, line: Option<&str>) -> Self {
        let local = at.to_zoned(zone.clone());
        Self { day: local.date(), hour: local.hour(), line: line.unwrap_or_default().to_owned() }
    }
}

/// What one thing adds, and in which hour.
pub type Tally = Counted<Hour>;

/// What is needed to count: the zone, and when the business is open.
#[derive(Debug, Clone, Copy)]
pub struct Clockwork<'a> {
    /// The tenant's zone.
    pub zone: &'a TimeZone,
    /// Opening hours; `None`: not told, then every hour counts.
    pub open: Option<OpeningHours<'a>>,
}

/// Sums that leave zeros out.
fn sums<'a>(all: impl IntoIterator<Item = (&'a str, i64)>) -> Sums {
    all.into_iter().filter(|(_, value)| *value != 0).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Whether nobody spoke with the caller, though the call came in: nobody answered, or only a machine did (A2).
pub fn is_missed(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Missed | Outcome::Voicemail | Outcome::Menu)
}

/// What a call adds. `None` for a call that its platform says never took place.
pub fn call(call: &Call, opinion: Opinion, scores: CallScores, clock: &Clockwork<'_>) -> Option<Tally> {
    if call.lifecycle == DISOWNED {
        return None;
    }
    let line = call.line.as_ref().map(|line| line.as_str());
    let place = Hour::of(figures::began(call), clock.zone, line);
    let mut sums = sums([(format!("calls:{}", call.direction).as_str(), 1)]);
    let mut add = |name: &str, value: i64| {
        if value != 0 {
            sums.insert(name.to_owned(), value);
        }
    };
    if let Some(agent) = &call.agent {
        add(&format!("voice_agent:{}", agent.agent_id.as_deref().unwrap_or("unknown")), 1);
        add("voice_agent_calls", 1);
        // The same reasons, outcomes, times and money as in the sums of voice agents' calls (B8): here they have their rows.
        for (measure, value) in figures::count(call, clock.zone).map(|counted| counted.sums).unwrap_or_default() {
            match measure.as_str() {
                "outcome:missed" | "outcome:voicemail" => add("voice_agent_missed", value),
                "outcome:answered" | "outcome:silent" => add("voice_agent_connected", value),
                "waits" => add("voice_agent_waits", value),
                "talk_seconds" => add("voice_agent_talk_seconds", value),
                "credits" | "platform_cost_micros" => add(&measure, value),
                reason if reason.starts_with("hangup:") => add(reason, value),
                _ => {}
            }
        }
    }
    for (kind, score) in [("individual", scores.individual), ("complete", scores.complete)] {
        add(&format!("scored:{kind}"), i64::from(score.is_some()));
        add(&format!("points:{kind}"), score.unwrap_or(0));
    }
    add("asked_satisfaction", i64::from(opinion != Opinion::Unasked));
    if let Opinion::Said(answer) = opinion {
        add(&format!("satisfaction:{}", opinion_word(answer)), 1);
    }
    if call.status == CallStatus::InProgress {
        add("in_progress", 1);
        return Some(Tally { place, sums });
    }
    let outcome = call.outcome.unwrap_or(Outcome::Unknown);
    let talk = call.duration_seconds.unwrap_or(0).max(0);
    match call.direction {
        Direction::Inbound => {
            add(&format!("outcome:{outcome}"), 1);
            add("missed", i64::from(is_missed(outcome)));
            if outcome == Outcome::Answered {
                add("answered", 1);
                add("talk_seconds", talk);
                if let Some(wait) = figures::wait(call).or(call.ring_seconds).filter(|wait| *wait >= 0) {
                    add("waits", 1);
                    add("wait_seconds", wait);
                }
            }
        }
        Direction::Outbound => {
            add("outbound_answered", i64::from(outcome == Outcome::Answered));
            add("outbound_talk_seconds", if outcome == Outcome::Answered { talk } else { 0 });
        }
        Direction::Internal => {}
    }
    Some(Tally { place, sums })
}

fn opinion_word(answer: i64) -> &'static str {
    match answer {
        1 => "good",
        2 => "so_so",
        _ => "bad",
    }
}

/// What an outreach adds. `answered_at`: when the caller was first written to, or spoken with, since they rang; where people
/// say that they spoke and no call shows it, the moment in which they said so counts.
pub fn episode(episode: &Episode, answered_at: Option<Timestamp>, clock: &Clockwork<'_>) -> Tally {
    let line = episode.line.as_ref().map(|line| line.as_str());
    let answered = answered_at.or(episode.closed_at.filter(|_| episode.spoke()));
    let waited = answered.map(|at| open_seconds(episode.called_at, at, clock));
    let state = format!("outreach:{}", episode.state);
    let reached = episode.state == EpisodeState::Contacted || episode.in_touch() || answered.is_some();
    let sums = sums([
        ("outreach", 1),
        (state.as_str(), 1),
        ("reached", i64::from(reached)),
        ("responses", i64::from(waited.is_some())),
        ("response_seconds", waited.unwrap_or(0)),
    ]);
    Tally { place: Hour::of(episode.called_at, clock.zone, line), sums }
}

/// What a lead adds. `line`: that of its first call; `viewing`: it has one that was not called off, and to which they came as
/// far as anybody knows. What it came to afterwards does not undo that.
pub fn lead(lead: &Lead, line: Option<&str>, viewing: bool, clock: &Clockwork<'_>) -> Tally {
    use LeadStatus::{Contacted, Converted, Lost, OfferMade, Qualified, ViewingBooked};
    let complete = lead.name.is_some() && lead.need.is_some() && lead.preference.is_some();
    let at = |statuses: &[LeadStatus]| i64::from(statuses.contains(&lead.status));
    let qualified = at(&[Qualified, Contacted, ViewingBooked, OfferMade, Converted]).max(i64::from(complete));
    let (viewing, converted) = (i64::from(viewing), at(&[Converted]));
    let viewing_booked = at(&[ViewingBooked, OfferMade, Converted]).max(viewing);
    let of_missed = |value: i64| if lead.source == MISSED_CALL { value } else { 0 };
    let (source, status) = (format!("source:{}", lead.source), format!("status:{}", lead.status));
    let mut sums = sums([
        ("leads", 1),
        (source.as_str(), 1),
        (status.as_str(), 1),
        ("qualified", qualified),
        ("recovered", of_missed(qualified)),
        ("spoken_with", at(&[Contacted, ViewingBooked, OfferMade, Converted])),
        ("viewing_booked", viewing_booked),
        ("converted", converted),
        ("with_viewing", viewing),
        ("with_viewing_converted", viewing * converted),
        ("funnel:viewing_booked", of_missed(viewing_booked)),
        ("funnel:converted", of_missed(converted)),
        ("lost", at(&[Lost])),
    ]);
    if let Some(user) = lead.assigned_to {
        sums.insert(format!("assigned:{user}"), 1);
        if let Converted | Lost = lead.status {
            sums.insert(format!("assigned:{user}:{}", lead.status), 1);
        }
    }
    Tally { place: Hour::of(lead.opened_at, clock.zone, line), sums }
}

/// What a chat adds to the enquiry it is about; nothing where none of it reached the customer and it went on elsewhere.
/// `line`: that of the enquiry's first call.
pub fn chat(chat: &Conversation, line: Option<&str>, clock: &Clockwork<'_>) -> Option<Tally> {
    let replied = chat.last_inbound_at.is_some_and(|at| at >= chat.opened_at);
    if chat.closed_reason.as_deref() == Some(MOVED) && !replied {
        return None;
    }
    let reminded = chat.reminders_sent > 0;
    let because = |word: &str| i64::from(chat.closed_reason.as_deref() == Some(word));
    let channel = format!("chats:{}", chat.channel);
    let mut sums = sums([
        ("chats", 1),
        (channel.as_str(), 1),
        ("replied", i64::from(replied)),
        ("funnel:replied", i64::from(replied && chat.episode_id.is_some())),
        ("reminded", i64::from(reminded)),
        ("replied_after_reminder", i64::from(replied && reminded)),
        ("handed_over", i64::from(chat.handed_over_at.is_some())),
        ("opted_out", because("opt_out")),
    ]);
    // They are sent until the customer writes, so it was the last that brought the answer (A12).
    sums.extend(chat.reminders().map(|nth| (format!("reminded:{nth}"), 1)));
    if let Some(nth) = chat.reminders().last().filter(|_| replied) {
        sums.insert(format!("replied_after_reminder:{nth}"), 1);
    }
    sums.extend(chat.led_by.iter().map(|user| (format!("led:{user}"), 1)));
    Some(Tally { place: Hour::of(chat.opened_at, clock.zone, line), sums })
}

/// What an appointment adds, on the hour it was made: to its purpose, and to the agent who goes. `line`: that of the enquiry
/// it is about.
pub fn appointment(it: &Appointment, line: Option<&str>, clock: &Clockwork<'_>) -> Tally {
    let (purpose, agent) = (format!("appointments:{}", it.purpose), format!("agent:{}", it.agent_id));
    let now = |of: &str| format!("{of}:{}", it.state);
    let (purpose_now, agent_now) = (now(&purpose), now(&agent));
    let liked = it.feedback.as_ref().and_then(|feedback| feedback.liked);
    let sums = sums([
        (purpose.as_str(), 1),
        (purpose_now.as_str(), 1),
        (agent.as_str(), 1),
        (agent_now.as_str(), 1),
        ("took_place", i64::from(it.state == AppointmentState::Done)),
        ("asked_feedback", i64::from(it.feedback_asked_at.is_some())),
        ("feedback", i64::from(it.feedback.is_some())),
        ("liked", i64::from(liked == Some(true))),
        ("disliked", i64::from(liked == Some(false))),
    ]);
    Tally { place: Hour::of(it.created_at, clock.zone, line), sums }
}

/// What a talk with the receptionist adds, on the hour it began. `came_to`: what it came to, once it is over; `line`: that
/// which was called.
pub fn talk(talk: &Talk, came_to: Option<&Afterwards>, line: Option<&str>, clock: &Clockwork<'_>) -> Tally {
    let medium = format!("talks:{}", talk.medium);
    let mut sums = sums([("talks", 1), (medium.as_str(), 1)]);
    if let Some(after) = came_to {
        sums.insert(format!("ending:{}", after.ending), 1);
        sums.extend(after.intents.iter().map(|intent| (format!("intent:{intent}"), 1)));
        if talk.medium == Medium::Voice {
            sums.insert("calls_taken".to_owned(), 1);
            if after.ending == Ending::HandedOver {
                sums.insert("calls_handed_over".to_owned(), 1);
            }
        }
    }
    Tally { place: Hour::of(talk.begun_at, clock.zone, line), sums }
}

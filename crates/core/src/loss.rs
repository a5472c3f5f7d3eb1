//! The loss account: what became of each missed call of a day (P11).
//!
//! Pure: from what is stored about a call to the one place where it counts. Always true, and checked as properties:
//! - every inbound call that nobody answered has exactly one place, so a day's sum has no room for a forgotten one;
//! - a call counts as contacted only if a message went, is no longer in doubt, or both sides were in touch by themselves;
//! - an outreach that should have happened long since is lost, not open.

use crate::call::Outcome;
use crate::decision::Verdict;
use crate::episode::{self, EpisodeState};
use crate::legs::NotMissed;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Days back from today that may still change: a record that comes later than this counts on the day of its receipt.
pub const OPEN_BOOKS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The moment that decides on which day a call counts: when it began or ended, unless its record came more than
/// [`OPEN_BOOKS`] later, or tells of a time to come; then when the record came.
pub fn counted_at(started: Option<Timestamp>, ended: Option<Timestamp>, received: Timestamp) -> Timestamp {
    let told = started.or(ended).unwrap_or(received);
    if told <= received && received.duration_since(told) <= OPEN_BOOKS { told } else { received }
}

/// So long after its date an outreach that has not happened is lost: queue and rulings take seconds.
pub const OVERDUE: SignedDuration = SignedDuration::from_hours(1);

/// So long after its wish a message that the provider has not taken is lost.
pub const STALE: SignedDuration = SignedDuration::from_hours(24);

/// The reason of the decision that the daily check writes about a lost call.
pub const FOUND: &str = "not_accounted";

crate::words! {
    /// How a missed call ended.
    pub enum Fate {
        /// Someone wrote to the caller, or both were in touch by themselves.
        Contacted = "contacted",
        /// A person must act: the reason tells.
        Held = "held",
        /// Not to be reached out to: the reason tells.
        Excluded = "excluded",
        /// On its way: within the grace, put off, or being sent.
        Open = "open",
        /// Nothing stands behind it. There should be none.
        Lost = "lost",
        /// Not answered, and yet no missed call: a pocket dial, a technical failure, a status that no table knows.
        NotMissed = "not_missed",
    }
}

crate::words! {
    /// How far the messages of an episode came.
    pub enum Carried {
        /// The provider has one.
        Sent = "sent",
        /// One is wanted, being sent, or in doubt.
        Pending = "pending",
        /// The same, for longer than a day.
        Stale = "stale",
        /// There is none, or all failed.
        Nothing = "nothing",
    }
}

/// What is stored about an inbound call that nobody answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// What became of the call; `None`: not over, as far as we heard.
    pub outcome: Option<Outcome>,
    /// Its episode.
    pub episode: Option<EpisodeTrace>,
    /// The last decision about the call itself: verdict and reason.
    pub decision: Option<(Verdict, String)>,
}

/// What is stored about the episode of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpisodeTrace {
    /// Where it stands.
    pub state: EpisodeState,
    /// Why.
    pub reason: Option<String>,
    /// Its date is over for longer than [`OVERDUE`].
    pub overdue: bool,
    /// How far its messages came.
    pub carried: Carried,
}

/// The place of a call in the account, and the word that says why.
pub fn place(call: &Trace) -> (Fate, String) {
    // The tenant may count any status as missed, so what was decided comes before what the provider's table says.
    let missed = matches!(call.outcome, Some(Outcome::Missed | Outcome::Voicemail | Outcome::Menu));
    match (&call.episode, &call.decision) {
        (Some(episode), _) => of_episode(episode),
        (None, Some((Verdict::Hold, reason))) if reason == FOUND => (Fate::Lost, reason.clone()),
        (None, Some((Verdict::Hold, reason))) => (Fate::Held, reason.clone()),
        (None, Some((Verdict::Skip, reason))) if reason.parse::<NotMissed>().is_ok() => {
            (Fate::NotMissed, reason.clone())
        }
        (None, Some((Verdict::Skip, reason))) => (Fate::Excluded, reason.clone()),
        (None, Some(_)) => (Fate::Lost, "no_episode".to_owned()),
        (None, None) if missed => (Fate::Lost, "no_decision".to_owned()),
        (None, None) => (Fate::NotMissed, call.outcome.map_or("not_over", Outcome::as_str).to_owned()),
    }
}

fn of_episode(it: &EpisodeTrace) -> (Fate, String) {
    let reason = it.reason.clone().unwrap_or_default();
    let in_touch = episode::in_touch(it.state, it.reason.as_deref());
    let lost = |word: &str| (Fate::Lost, word.to_owned());
    match it.state {
        _ if in_touch => (Fate::Contacted, reason),
        EpisodeState::Waiting | EpisodeState::Deferred if it.overdue => lost("overdue"),
        EpisodeState::Waiting => (Fate::Open, "grace".to_owned()),
        EpisodeState::Deferred => (Fate::Open, reason),
        EpisodeState::Contacted => match it.carried {
            Carried::Sent => (Fate::Contacted, "sent".to_owned()),
            Carried::Pending => (Fate::Open, "sending".to_owned()),
            Carried::Stale => lost("not_sent"),
            Carried::Nothing => lost("nothing_sent"),
        },
        EpisodeState::Held => (Fate::Held, reason),
        EpisodeState::Cancelled | EpisodeState::Excluded => (Fate::Excluded, reason),
    }
}

/// When a local day begins and the next one does, clock changes included. `None` at the end of time.
pub fn bounds(day: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let begin = |date: Date| date.to_zoned(zone.clone()).ok().map(|z| z.timestamp());
    Some((begin(day)?, begin(day.tomorrow().ok()?)?))
}

/// When the books of a local day are looked at: half past midnight of the next one, clock changes included.
pub fn closing(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    let half_past = day.tomorrow().ok()?.at(0, 30, 0, 0);
    zone.to_ambiguous_zoned(half_past).compatible().ok().map(|z| z.timestamp())
}

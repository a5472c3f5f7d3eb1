//! Figures of voice agents' calls (B8): what one call adds to the sums, and what the sums say.
//!
//! Pure. A sum is kept by taking back what a call added before and adding what it adds now, so late events, another day and
//! another agent come out right. Always true, and checked as properties: whatever happened on the way, the sums are those of
//! a count of all calls as they are.

use crate::call::{Call, CallStatus, Outcome};
use crate::lifecycle::DISOWNED;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A call that says to have begun longer than this before its first event counts on the day of that event.
const BELIEVED: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Longer waits for an answer are a mistake of somebody's clock.
const LONGEST_WAIT: i64 = 600;

/// The longest reason of a hang-up that is counted by itself.
const LONGEST_REASON: usize = 80;

/// The place of a call in the sums: day in the tenant's zone, line and agent (empty where unknown).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The local day of its beginning.
    pub day: Date,
    /// The tenant's line.
    pub line: String,
    /// The agent's id at the platform.
    pub agent: String,
}

/// What one call adds, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted<P = Place> {
    /// Where.
    pub place: P,
    /// The measures that are not zero, by name.
    pub sums: Sums,
}

/// Measures by name: `calls`, `in_progress`, `outcome:answered`, `hangup:Call recipient hung up` …
pub type Sums = BTreeMap<String, i64>;

/// One change of a sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change<P = Place> {
    /// Where.
    pub place: P,
    /// Which measure.
    pub measure: String,
    /// By how much.
    pub by: i64,
}

/// What a call adds. `None` for calls that are no voice agent's, and for those that the platform says never took place.
pub fn count(call: &Call, zone: &TimeZone) -> Option<Counted> {
    let agent = call.agent.as_ref()?;
    if call.lifecycle == DISOWNED {
        return None;
    }
    let place = Place {
        day: began(call).to_zoned(zone.clone()).date(),
        line: call.line.as_ref().map(|line| line.as_str().to_owned()).unwrap_or_default(),
        agent: agent.agent_id.clone().unwrap_or_default(),
    };
    let mut sums = Sums::new();
    let mut add = |measure: &str, value: i64| {
        if value != 0 {
            sums.insert(measure.to_owned(), value);
        }
    };
    add("calls", 1);
    add("platform_cost_micros", agent.cost_micros.unwrap_or(0));
    if call.status == CallStatus::InProgress {
        add("in_progress", 1);
        return Some(Counted { place, sums });
    }
    add(&format!("outcome:{}", call.outcome.unwrap_or(Outcome::Unknown)), 1);
    add("credits", call.credits.unwrap_or(0));
    if call.outcome == Some(Outcome::Answered) {
        add("talk_seconds", call.duration_seconds.unwrap_or(0));
    }
    if let Some(wait) = wait(call) {
        add("waits", 1);
        add("wait_seconds", wait);
    }
    if let Some(reason) = call.hangup.as_ref().and_then(|hangup| hangup.reason.as_deref()) {
        add(&format!("hangup:{}", reason.chars().take(LONGEST_REASON).collect::<String>()), 1);
    }
    Some(Counted { place, sums })
}

/// What changes in the sums when a call that added `before` adds `after`: nothing twice, and always in the same order, so
/// that two who change sums at once wait for each other and never both.
pub fn change<P: Ord + Clone>(before: Option<&Counted<P>>, after: Option<&Counted<P>>) -> Vec<Change<P>> {
    let mut sums: BTreeMap<(&P, &str), i64> = BTreeMap::new();
    for (counted, sign) in [(before, -1), (after, 1)] {
        let Some(counted) = counted else { continue };
        for (measure, value) in &counted.sums {
            *sums.entry((&counted.place, measure)).or_default() += sign * value;
        }
    }
    let changed = sums.into_iter().filter(|(_, by)| *by != 0);
    changed.map(|((place, measure), by)| Change { place: place.clone(), measure: measure.to_owned(), by }).collect()
}

/// When it began, as far as that can be believed.
pub(crate) fn began(call: &Call) -> Timestamp {
    let plausible = |at: &Timestamp| *at <= call.received_at && call.received_at.duration_since(*at) <= BELIEVED;
    call.started_at.filter(plausible).unwrap_or(call.received_at)
}

/// Seconds from the ringing (else from the beginning) to the answer.
pub(crate) fn wait(call: &Call) -> Option<i64> {
    call.outcome.filter(|outcome| matches!(outcome, Outcome::Answered | Outcome::Silent))?;
    let wait = call.answered_at?.duration_since(call.ringing_at.or(call.started_at)?).as_secs();
    (0..=LONGEST_WAIT).contains(&wait).then_some(wait)
}

/// What sums of calls say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figures {
    /// Calls.
    pub calls: i64,
    /// Of them under way.
    pub in_progress: i64,
    /// Of them over: what the rates are of.
    pub over: i64,
    /// Calls that are over, by outcome.
    pub outcomes: Sums,
    /// Part of the calls that reached nobody: missed, or taken by a voicemail. `None` while none is over.
    pub missed_rate: Option<f64>,
    /// Part of the calls in which a person picked up, whether they spoke or not.
    pub connected_rate: Option<f64>,
    /// Seconds of talk of all answered calls.
    pub talk_seconds: i64,
    /// The same for one.
    pub average_talk_seconds: Option<f64>,
    /// From the ringing to the answer, for one.
    pub average_wait_seconds: Option<f64>,
    /// Calls that are over, by the platform's reason of the hang-up.
    pub hangups: Sums,
    /// Credits that they cost.
    pub credits: i64,
    /// What the platform charges for them, in millionths of a US dollar.
    pub platform_cost_micros: i64,
}

impl Figures {
    /// Reads the sums.
    pub fn of(sums: &Sums) -> Self {
        let sum = |measure: &str| sums.get(measure).copied().unwrap_or(0);
        let (calls, in_progress) = (sum("calls"), sum("in_progress"));
        let over = calls - in_progress;
        let outcomes = named(sums, "outcome:");
        let of = |words: &[Outcome]| words.iter().filter_map(|word| outcomes.get(word.as_str())).sum::<i64>();
        let (answered, picked_up) = (of(&[Outcome::Answered]), of(&[Outcome::Answered, Outcome::Silent]));
        Self {
            calls,
            in_progress,
            over,
            missed_rate: ratio(of(&[Outcome::Missed, Outcome::Voicemail]), over),
            connected_rate: ratio(picked_up, over),
            talk_seconds: sum("talk_seconds"),
            average_talk_seconds: ratio(sum("talk_seconds"), answered),
            average_wait_seconds: ratio(sum("wait_seconds"), sum("waits")),
            hangups: named(sums, "hangup:"),
            credits: sum("credits"),
            platform_cost_micros: sum("platform_cost_micros"),
            outcomes,
        }
    }
}

/// Measures of one family, by what follows its prefix.
pub(crate) fn named(sums: &Sums, prefix: &str) -> Sums {
    let of = sums.iter().filter(|(_, value)| **value != 0);
    of.filter_map(|(measure, value)| Some((measure.strip_prefix(prefix)?.to_owned(), *value))).collect()
}

pub(crate) fn ratio(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Adds up `rows`, each under what `key` says of its place.
pub fn group<K: Ord>(rows: &[Change], key: impl Fn(&Place) -> K) -> BTreeMap<K, Sums> {
    let mut groups: BTreeMap<K, Sums> = BTreeMap::new();
    for row in rows {
        *groups.entry(key(&row.place)).or_default().entry(row.measure.clone()).or_default() += row.by;
    }
    groups
}

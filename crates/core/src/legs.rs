//! One call out of the legs that a switchboard reports (A2, A3).
//!
//! Pure. Always true, and checked as properties:
//! - order and repeats of the reports change nothing;
//! - answered by a person on any leg is answered, and no further report takes that back;
//! - a status that no table knows starts nothing, unless the tenant lists it.

use crate::call::{CallStatus, Direction, LegReport, Outcome, Turn};
use crate::settings::Outreach;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// The flag of a leg whose status no table knows.
pub const UNKNOWN_STATUS: &str = "unknown_status";

/// What the tenant says about missed calls.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FoldRules {
    /// Statuses that count as missed, instead of the provider's table. Case does not matter.
    pub missed_statuses: Option<Vec<String>>,
    /// A call that only a menu answered counts as missed.
    pub after_menu: bool,
    /// Callers who gave up sooner dialled by mistake.
    pub min_ring: SignedDuration,
}

impl From<&Outreach> for FoldRules {
    fn from(outreach: &Outreach) -> Self {
        Self {
            missed_statuses: outreach.missed_statuses.clone(),
            after_menu: outreach.after_menu,
            min_ring: outreach.min_ring.0,
        }
    }
}

/// What all legs together say about a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded {
    /// Which way the call went: inbound if any leg was.
    pub direction: Direction,
    /// The number that called, as reported; `None` when withheld.
    pub from: Option<String>,
    /// The number that was called, as reported.
    pub to: Option<String>,
    /// The business number concerned, as reported.
    pub line: Option<String>,
    /// What became of the call.
    pub outcome: Outcome,
    /// The coarse state.
    pub status: CallStatus,
    /// The provider's own word on the leg that decided the outcome.
    pub lifecycle: String,
    /// The earliest start.
    pub started_at: Option<Timestamp>,
    /// When a person answered.
    pub answered_at: Option<Timestamp>,
    /// The latest end.
    pub ended_at: Option<Timestamp>,
    /// Seconds of ringing, the longest leg's.
    pub ring_seconds: Option<i64>,
    /// Seconds that the caller held on, ringing and waiting; `None` where no report tells.
    pub held_seconds: Option<i64>,
    /// Seconds of talk; the talks of a call that was handed on are added.
    pub talk_seconds: Option<i64>,
    /// Who answered.
    pub answered_by: Option<String>,
    /// Where the recording is.
    pub recording_url: Option<String>,
    /// What was said.
    pub transcript: Vec<Turn>,
    /// Remarks for people, sorted.
    pub flags: Vec<String>,
    /// A leg counts as missed by the table or by the tenant's list.
    counts_as_missed: bool,
}

crate::words! {
    /// Why a call starts no outreach.
    pub enum NotMissed {
        /// The business called, or colleagues each other.
        NotInbound = "not_inbound",
        /// A person answered.
        Answered = "answered",
        /// Only a menu answered, and the tenant does not count that as missed.
        OnlyMenu = "only_menu",
        /// The caller gave up at once.
        PocketDial = "pocket_dial",
        /// Nobody knows the provider's status.
        UnknownStatus = "unknown_status",
        /// The tenant's list of statuses leaves this one out.
        NotListed = "not_listed",
    }
}

/// Folds the legs of one call; `None` without legs. Any order and any repeats give the same.
pub fn fold(reports: &[LegReport], rules: &FoldRules) -> Option<Folded> {
    let legs: Vec<LegReport> = merged(reports).into_values().map(|leg| judged(leg, rules)).collect();
    let direction = legs.iter().map(|leg| leg.direction).min_by_key(|d| direction_rank(*d))?;
    let decisive = legs.iter().max_by_key(|leg| (outcome_rank(leg.outcome), leg.started_at, &leg.leg_key))?;
    let outcome = decisive.outcome;
    let deciding: Vec<&LegReport> = legs.iter().filter(|leg| leg.outcome == outcome).collect();
    let main: Vec<&LegReport> = legs.iter().filter(|leg| leg.direction == direction).collect();
    Some(Folded {
        direction,
        from: earliest(&main, |leg| leg.from.clone()),
        to: earliest(&main, |leg| leg.to.clone()),
        line: earliest(&main, |leg| leg.line.clone()),
        outcome,
        status: coarse(outcome),
        lifecycle: decisive.status.clone(),
        started_at: legs.iter().filter_map(|leg| leg.started_at).min(),
        answered_at: if outcome == Outcome::Answered { earliest(&deciding, answered_at) } else { None },
        ended_at: legs.iter().filter_map(|leg| leg.ended_at).max(),
        ring_seconds: legs.iter().filter_map(|leg| leg.ring_seconds).max(),
        held_seconds: legs.iter().filter_map(held).max(),
        talk_seconds: talk(&deciding),
        answered_by: if outcome == Outcome::Answered { earliest(&deciding, |l| l.answered_by.clone()) } else { None },
        recording_url: recording(&deciding, &legs),
        transcript: legs
            .iter()
            .map(|leg| &leg.transcript)
            .max_by_key(|turns| spoken(turns))
            .cloned()
            .unwrap_or_default(),
        flags: legs.iter().flat_map(|leg| leg.flags.iter().cloned()).collect::<BTreeSet<_>>().into_iter().collect(),
        counts_as_missed: legs.iter().any(|leg| counts(leg, rules)),
    })
}

/// Whether the call is missed, that is: an outreach is to be considered (A3).
///
/// # Errors
/// Why it is not missed.
pub fn is_missed(call: &Folded, rules: &FoldRules) -> Result<(), NotMissed> {
    let held = call.held_seconds.map(SignedDuration::from_secs);
    match call.outcome {
        _ if call.direction != Direction::Inbound => Err(NotMissed::NotInbound),
        Outcome::Answered => Err(NotMissed::Answered),
        Outcome::Unknown => Err(NotMissed::UnknownStatus),
        Outcome::Menu if !call.counts_as_missed && rules.missed_statuses.is_none() => Err(NotMissed::OnlyMenu),
        _ if !call.counts_as_missed => Err(NotMissed::NotListed),
        Outcome::Voicemail => Ok(()), // whoever leaves a message meant to call
        _ if held.is_some_and(|held| held < rules.min_ring) => Err(NotMissed::PocketDial),
        _ => Ok(()),
    }
}

/// Two reports of the same leg as one: empty values are filled, contradictions are settled the same way in any order,
/// and the weightier outcome stays (answered never goes back).
pub fn merge(a: &LegReport, b: &LegReport) -> LegReport {
    let weight = |leg: &LegReport| (outcome_rank(leg.outcome), leg.status.clone());
    let lead = if weight(a) >= weight(b) { a } else { b };
    LegReport {
        call_key: root(a).max(root(b)).unwrap_or(&lead.call_key).to_owned(),
        own_key: (&a.own_key).max(&b.own_key).clone(),
        leg_key: lead.leg_key.clone(),
        direction: if direction_rank(a.direction) <= direction_rank(b.direction) { a.direction } else { b.direction },
        from: richer(&a.from, &b.from),
        to: richer(&a.to, &b.to),
        line: richer(&a.line, &b.line),
        status: lead.status.clone(),
        outcome: lead.outcome,
        started_at: [a.started_at, b.started_at].into_iter().flatten().min(),
        ended_at: a.ended_at.max(b.ended_at),
        ring_seconds: a.ring_seconds.max(b.ring_seconds),
        wait_seconds: a.wait_seconds.max(b.wait_seconds),
        talk_seconds: a.talk_seconds.max(b.talk_seconds),
        answered_by: richer(&a.answered_by, &b.answered_by),
        queue: richer(&a.queue, &b.queue),
        recording_url: richer(&a.recording_url, &b.recording_url),
        transcript: std::cmp::max_by_key(&a.transcript, &b.transcript, |turns| spoken(turns)).clone(),
        flags: a.flags.iter().chain(&b.flags).cloned().collect::<BTreeSet<_>>().into_iter().collect(),
    }
}

fn merged(reports: &[LegReport]) -> BTreeMap<&str, LegReport> {
    let mut legs: BTreeMap<&str, LegReport> = BTreeMap::new();
    for report in reports {
        let leg = legs.get(report.leg_key.as_str()).map_or_else(|| report.clone(), |known| merge(known, report));
        legs.insert(&report.leg_key, leg);
    }
    legs
}

/// The leg with the tenant's word on its status: a listed status is known.
fn judged(mut leg: LegReport, rules: &FoldRules) -> LegReport {
    if leg.outcome == Outcome::Unknown && listed(&leg, rules) == Some(true) {
        leg.outcome = Outcome::Missed;
        leg.flags.retain(|flag| flag != UNKNOWN_STATUS);
    }
    leg
}

fn counts(leg: &LegReport, rules: &FoldRules) -> bool {
    match (leg.outcome, listed(leg, rules)) {
        (Outcome::Answered | Outcome::Unknown, _) => false,
        (_, Some(listed)) => listed,
        (Outcome::Menu, None) => rules.after_menu,
        (_, None) => true,
    }
}

/// Whether the tenant lists this status; `None` when the provider's table holds.
fn listed(leg: &LegReport, rules: &FoldRules) -> Option<bool> {
    let list = rules.missed_statuses.as_ref()?;
    Some(list.iter().any(|status| status.trim().eq_ignore_ascii_case(leg.status.trim())))
}

/// Which outcome of several legs tells the story: who wanted a person and got none was missed, menu or not.
const fn outcome_rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Answered => 6,
        Outcome::Voicemail => 5,
        Outcome::Missed => 4,
        Outcome::Silent => 3,
        Outcome::Menu => 2,
        Outcome::Technical => 1,
        Outcome::Unknown => 0,
    }
}

const fn direction_rank(direction: Direction) -> u8 {
    match direction {
        Direction::Inbound => 0,
        Direction::Outbound => 1,
        Direction::Internal => 2,
    }
}

const fn coarse(outcome: Outcome) -> CallStatus {
    match outcome {
        Outcome::Missed | Outcome::Technical => CallStatus::Failed,
        _ => CallStatus::Completed,
    }
}

/// What the earliest leg that knows says.
fn earliest<T>(legs: &[&LegReport], what: impl Fn(&LegReport) -> Option<T>) -> Option<T> {
    let known = legs.iter().filter_map(|leg| Some((leg, what(leg)?)));
    known.min_by_key(|(leg, _)| (leg.started_at.is_none(), leg.started_at, &leg.leg_key)).map(|(_, value)| value)
}

fn answered_at(leg: &LegReport) -> Option<Timestamp> {
    let before = leg.ring_seconds.unwrap_or(0).saturating_add(leg.wait_seconds.unwrap_or(0));
    leg.started_at?.checked_add(SignedDuration::from_secs(before)).ok()
}

fn held(leg: &LegReport) -> Option<i64> {
    let told = match (leg.ring_seconds, leg.wait_seconds) {
        (None, None) => None,
        (ring, wait) => Some(ring.unwrap_or(0).saturating_add(wait.unwrap_or(0))),
    };
    let whole = leg.ended_at.zip(leg.started_at).map(|(end, start)| end.duration_since(start).as_secs());
    told.map(|told| told.max(whole.unwrap_or(0)))
}

/// Records of one switchboard call describe the same talk, those of calls handed on describe further ones.
fn talk(legs: &[&LegReport]) -> Option<i64> {
    let mut by_record: BTreeMap<&str, i64> = BTreeMap::new();
    for (key, seconds) in legs.iter().filter_map(|leg| Some((leg.own_key.as_str(), leg.talk_seconds?))) {
        let known = by_record.entry(key).or_default();
        *known = seconds.max(*known);
    }
    (!by_record.is_empty()).then(|| by_record.into_values().fold(0, i64::saturating_add))
}

fn recording(deciding: &[&LegReport], legs: &[LegReport]) -> Option<String> {
    let all: Vec<&LegReport> = legs.iter().collect();
    earliest(deciding, |leg| leg.recording_url.clone()).or_else(|| earliest(&all, |leg| leg.recording_url.clone()))
}

fn richer(a: &Option<String>, b: &Option<String>) -> Option<String> {
    let size = |text: &Option<String>| text.as_ref().map(|t| (t.len(), t.clone()));
    if size(a) >= size(b) { a.clone() } else { b.clone() }
}

fn spoken(turns: &[Turn]) -> (usize, Vec<(String, String)>) {
    (turns.len(), turns.iter().map(|turn| (turn.role.clone(), turn.text.clone())).collect())
}

/// The call that this one came from, where the report names it.
fn root(leg: &LegReport) -> Option<&String> {
    (leg.call_key != leg.own_key).then_some(&leg.call_key)
}

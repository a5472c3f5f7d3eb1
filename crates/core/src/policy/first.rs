//! The first message to a missed caller (A6, A7, A8).

use super::route::Route;
use super::{Caps, Ruling, Standing, Verdict, waits};
use crate::calendar::windows::{Deferral, Matter};
use crate::settings::{Limits, Outreach};
use crate::texts::Key;
use jiff::Timestamp;
use serde_json::json;

crate::words! {
    /// What first messages are limited by (P12, A8).
    pub enum Allowance {
        /// The tenant's of a minute.
        Minute = "minute",
        /// The tenant's of 24 hours.
        Day = "day",
        /// The number's own of 24 hours, as its provider grants it.
        Number = "number",
    }
}

/// An allowance that is used up, and when there is some again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedUp {
    /// Which.
    pub what: Allowance,
    /// When the next message may go.
    pub frees_at: Timestamp,
}

/// What the caller did before, as far as it speaks against writing to them (P5: no spam, and no cannon for it).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Repeats {
    /// Calls of this number within the last hour.
    pub calls_last_hour: u32,
    /// First messages in the last 7 days, none of them answered.
    pub unanswered_openers: u32,
}

/// Everything the first message depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct First {
    /// The contact and the stops.
    pub standing: Standing,
    /// When the missed call began; what came before is no answer to it.
    pub called_at: Timestamp,
    /// When the message is due.
    pub due_at: Timestamp,
    /// After this it makes no sense.
    pub expires_at: Timestamp,
    /// The last answered call between business and customer, or the tap "we spoke".
    pub spoke_at: Option<Timestamp>,
    /// The customer's last message on any channel.
    pub wrote_at: Option<Timestamp>,
    /// A person of the business leads a chat with them (P9).
    pub led_by_person: bool,
    /// It has gone out already.
    pub sent_already: bool,
    /// A message to them of the last day may or may not have arrived, and a person was asked: another one might be the second.
    pub unsettled: bool,
    /// What it waits for (`Windows::wait`, by [`matter`]).
    pub wait: Option<Deferral>,
    /// What the caller did before.
    pub repeats: Repeats,
    /// The day's caps that are reached.
    pub caps: Caps,
    /// What is used up of the allowances.
    pub used_up: Option<UsedUp>,
    /// The tenant's caps.
    pub limits: Limits,
    /// The ways to the caller.
    pub route: Route,
}

/// How long the caller is taken to be awake: `outreach.fresh` after the call and its grace. Later the first message minds
/// quiet hours as a reminder does, be it that the record came late or that a day of rest lay between (A6, A7).
pub fn matter(called_at: Timestamp, outreach: &Outreach) -> Matter {
    let fresh = outreach.grace.0.saturating_add(outreach.fresh.0);
    Matter::FreshUntil(called_at.checked_add(fresh).unwrap_or(Timestamp::MAX))
}

/// Until when a message makes sense that waits for its hour until `until`: waiting does not make it expire (A7).
pub fn expiry(expires_at: Timestamp, until: Timestamp, outreach: &Outreach) -> Timestamp {
    expires_at.max(until.checked_add(outreach.latest.0).unwrap_or(Timestamp::MAX))
}

/// Rules on the first message. Quiet hours do not stop it while the caller has just called; days of rest do (A7).
///
/// The order matters: what makes it pointless comes before what puts it off, and the way is chosen last.
pub fn first_message(it: &First, now: Timestamp) -> Ruling {
    if it.sent_already {
        return Ruling::skip("P2", "sent_already", Key::WhyJoined);
    }
    if let Some(ruling) = overtaken(it).or_else(|| it.standing.stops()).or_else(|| suspicious(it)) {
        return ruling;
    }
    if it.led_by_person {
        return Ruling::skip("P9", "taken_over", Key::WhyTakenOver);
    }
    if it.unsettled {
        return Ruling::hold("P2", "unknown_outcome", Key::WhyUnsettled, Key::TaskCallBack);
    }
    if let Some(ruling) = it.standing.put_off(now).or_else(|| waits(it.wait.as_ref(), now)) {
        return ruling;
    }
    if now > it.expires_at {
        let late = Ruling::hold("A6", "expired", Key::WhyExpired, Key::TaskCallBack);
        return late.with(json!({ "expires_at": it.expires_at.to_string() }));
    }
    if now < it.due_at {
        return Ruling::wait("A6", "grace", Key::WhyGrace, it.due_at);
    }
    let ruling = it.route.choose(Key::WhyOpener, now);
    match ruling.verdict {
        Verdict::Go { channel, .. } => {
            let held = it.caps.hold(channel, Some(Key::TaskCallBack));
            held.or_else(|| it.used_up.map(over_budget)).unwrap_or(ruling)
        }
        _ => ruling,
    }
}

fn overtaken(it: &First) -> Option<Ruling> {
    let since = |at: Option<Timestamp>| at.filter(|at| *at >= it.called_at);
    if let Some(at) = since(it.spoke_at) {
        return Some(Ruling::skip("A6", "spoke", Key::WhySpoke).with(json!({ "spoke_at": at.to_string() })));
    }
    let at = since(it.wrote_at)?;
    Some(Ruling::skip("A6", "wrote", Key::WhyWrote).with(json!({ "wrote_at": at.to_string() })))
}

/// A machine, or someone who does not want to be written to: a person looks instead (P5, A11).
fn suspicious(it: &First) -> Option<Ruling> {
    let over = |cap: u32, count: u32| cap > 0 && count >= cap;
    let Repeats { calls_last_hour: calls, unanswered_openers: openers } = it.repeats;
    if over(it.limits.calls_per_hour, calls) {
        let ruling = Ruling::hold("P5", "many_calls", Key::WhyManyCalls, Key::TaskReview);
        return Some(ruling.with(json!({ "calls_last_hour": calls })));
    }
    over(it.limits.unanswered_openers, openers).then(|| {
        let ruling = Ruling::hold("A11", "never_answers", Key::WhyNeverAnswers, Key::TaskCallBack);
        ruling.with(json!({ "unanswered_openers": openers }))
    })
}

fn over_budget(used_up: UsedUp) -> Ruling {
    Ruling::wait("A8", "budget", Key::WhyBudget, used_up.frees_at).with(json!({ "used_up": used_up.what }))
}

//! The fold itself: events are put into one order that does not depend on how they came, then each field takes what was
//! told last.

use super::status::{Class, class};
use super::{DISOWNED, Event, Folded, Progress, UNKNOWN_STATUS};
use crate::call::{CallStatus, Direction, Outcome, Turn};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Folds the events of one execution; `None` without events. Any order and any repeats give the same.
pub fn fold(events: &[Event]) -> Option<Folded> {
    let all = in_order(&believed(events));
    let top = *all.last()?;
    let last: Vec<&Event> = all.iter().copied().filter(|e| e.progress.attempt == top.progress.attempt).collect();
    let class = class(&top.progress.status);
    let sure = |e: &&&Event| !top.progress.fetched || e.progress.fetched;
    let over = class.is_final() && !last.iter().filter(sure).any(|e| e.progress.tried_again && is_final(e));
    let voicemail = told(&last, |p| p.voicemail).unwrap_or(false);
    let transcript = told(&last, |p| (!p.transcript.is_empty()).then(|| p.transcript.clone())).unwrap_or_default();
    // Before the end platforms say 0; only the end may mean it, and the platform's own end means what it says.
    let final_word = top.progress.talk.filter(|_| top.progress.fetched && class.is_final());
    let talk =
        final_word.or_else(|| told(&last, |p| p.talk.filter(|t| !t.is_zero()))).or_else(|| told(&last, |p| p.talk));
    let direction = told(&all, |p| p.direction).unwrap_or(Direction::Outbound);
    Some(Folded {
        lifecycle: top.progress.status.clone(),
        status: if over { class.coarse() } else { CallStatus::InProgress },
        outcome: outcome(class, voicemail, talk.map(|t| !t.is_zero()), &transcript)
            .filter(|_| over || !class.is_final()),
        over,
        confirmed: top.progress.fetched,
        attempt: top.progress.attempt,
        agent: told(&all, |p| p.agent.clone()),
        direction,
        customer: told(&all, |p| p.customer.clone()),
        business: told(&all, |p| p.business.clone()),
        started_at: began(&all, &last),
        ringing_at: first(&last, |c| c == Class::Ringing),
        answered_at: answered(&last, talk),
        disconnected_at: first(&last, |c| c == Class::Dropped)
            .or_else(|| first(&last, Class::is_final).filter(|_| over)),
        completed_at: first(&last, Class::is_final).filter(|_| over),
        ring_seconds: told(&last, |p| p.ring_seconds),
        talk: talk.filter(|t| over || !t.is_zero()),
        voicemail,
        transcript,
        recording_url: told(&last, |p| p.recording_url.clone()),
        hangup: told(&last, |p| p.hangup.clone()),
        cost_micros: told(&all, |p| p.cost_micros.filter(|c| *c != 0)).or_else(|| told(&all, |p| p.cost_micros)),
        carrier_call_id: told(&last, |p| p.carrier_call_id.clone()),
        extraction: told(&last, |p| p.extraction.clone()),
        summary: told(&last, |p| p.summary.clone()),
        error: told(&last, |p| p.error.clone()),
        handover: told(&all, |p| p.handover.clone()),
        flags: flags(&all),
    })
}

/// The events that stand against what the platform itself said when it was asked (P5): a record outweighs "no such call", and
/// an attempt that it knows nothing of did not happen. What came after the asking is news again.
fn believed(events: &[Event]) -> Vec<&Event> {
    let asked = || events.iter().filter(|e| e.progress.fetched);
    let owned = asked().any(|e| e.progress.status != DISOWNED);
    let ended = || asked().filter(|e| is_final(e) && !e.progress.tried_again);
    let known = asked().map(|e| e.progress.attempt).max();
    let refuted = |event: &Event| {
        let beyond = known < Some(event.progress.attempt);
        beyond && ended().any(|end| end.received_at >= event.received_at)
    };
    let taken_back = |event: &Event| owned && event.progress.status == DISOWNED;
    events.iter().filter(|e| !taken_back(e) && !refuted(e)).collect()
}

/// "No such call" above all; by attempt, then along the ladder, then what is certain above what anybody may have sent, then by
/// the clock. Events that agree in all of that are told apart by what they say, so that the order is the same everywhere.
fn in_order<'a>(events: &[&'a Event]) -> Vec<&'a Event> {
    let mut keyed: Vec<_> = events
        .iter()
        .map(|&event| {
            let p = &event.progress;
            let text = serde_json::to_string(p).unwrap_or_default();
            (
                (p.status == DISOWNED, p.attempt, class(&p.status).rank(), p.fetched, p.at, text, event.received_at),
                event,
            )
        })
        .collect();
    keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
    keyed.into_iter().map(|(_, event)| event).collect()
}

/// The value of the last event that has one.
fn told<T>(events: &[&Event], field: impl Fn(&Progress) -> Option<T>) -> Option<T> {
    events.iter().rev().find_map(|event| field(&event.progress))
}

/// When a status of this class was reached.
fn first(events: &[&Event], wanted: impl Fn(Class) -> bool) -> Option<Timestamp> {
    events.iter().filter(|e| wanted(class(&e.progress.status))).map(|e| e.time()).min()
}

fn is_final(event: &Event) -> bool {
    class(&event.progress.status).is_final()
}

/// A scheduled execution is made long before its call, so that time is the last resort.
fn began(all: &[&Event], last: &[&Event]) -> Option<Timestamp> {
    let live = |c: Class| matches!(c, Class::Ringing | Class::Talking);
    told(last, |p| p.initiated_at)
        .or_else(|| first(last, |c| c == Class::Initiated))
        .or_else(|| first(last, live))
        .or_else(|| told(all, |p| p.created_at))
}

/// When someone answered: told, or counted back from the end.
fn answered(last: &[&Event], talk: Option<jiff::SignedDuration>) -> Option<Timestamp> {
    let talk = talk.filter(|t| !t.is_zero());
    let ended = first(last, |c| c == Class::Dropped);
    first(last, |c| c == Class::Talking).or_else(|| ended?.checked_sub(talk?).ok())
}

/// What became of the call: from the talk, the machine and the status, never from `completed` alone.
fn outcome(class: Class, voicemail: bool, talked: Option<bool>, transcript: &[Turn]) -> Option<Outcome> {
    let heard = transcript.iter().any(|turn| turn.role == "customer" && !turn.text.trim().is_empty());
    match class {
        Class::Unknown => Some(Outcome::Unknown),
        Class::Dropped | Class::Completed if voicemail => Some(Outcome::Voicemail),
        Class::Dropped | Class::Completed if heard && talked != Some(false) => Some(Outcome::Answered),
        Class::Dropped => None,
        Class::Completed if talked == Some(true) => Some(Outcome::Silent),
        Class::Completed | Class::Unanswered => Some(Outcome::Missed),
        Class::CalledOff => Some(Outcome::Missed),
        Class::Stopped | Class::NotPlaced | Class::Disowned => Some(Outcome::Technical),
        Class::Pending | Class::Initiated | Class::Ringing | Class::Talking => None,
    }
}

fn flags(all: &[&Event]) -> Vec<String> {
    let unknown = all.iter().any(|e| class(&e.progress.status) == Class::Unknown);
    let own = all.iter().flat_map(|e| e.progress.flags.iter().cloned());
    let all: BTreeSet<String> = own.chain(unknown.then(|| UNKNOWN_STATUS.to_owned())).collect();
    all.into_iter().collect()
}

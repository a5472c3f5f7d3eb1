//! One call out of its events, in whatever order and however often they come (B1, B2).

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use ringleader_core::call::{CallStatus, Direction, Outcome, Turn};
use ringleader_core::lifecycle::{DISOWNED, Event, Folded, Progress, fold};

fn at(second: i64) -> Timestamp {
    "2026-11-23T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(second)
}

fn event(status: &str, second: i64) -> Event {
    let progress = Progress {
        execution: "ex-1".into(),
        status: status.into(),
        at: Some(at(second)),
        created_at: Some(at(-600)),
        customer: Some("+447700900123".into()),
        talk: Some(SignedDuration::ZERO),
        ..Progress::default()
    };
    Event { progress, received_at: at(1000) }
}

fn said() -> Vec<Turn> {
    let turn = |role: &str, text: &str| Turn { role: role.into(), text: text.into() };
    vec![turn("agent", "Hello"), turn("customer", "Two rooms in Haifa, please")]
}

/// The five events of a call that was answered.
fn answered() -> Vec<Event> {
    let mut five: Vec<Event> =
        [("initiated", 0), ("ringing", 2), ("in-progress", 5), ("call-disconnected", 33), ("completed", 180)]
            .into_iter()
            .map(|(status, second)| event(status, second))
            .collect();
    for end in &mut five[3..] {
        end.progress.talk = Some(SignedDuration::from_millis(27_200));
        end.progress.transcript = said();
    }
    five[4].progress.recording_url = Some("https://platform.example/recordings/ex-1".into());
    five[4].progress.cost_micros = Some(43_100);
    five
}

fn folded(events: &[Event]) -> Folded {
    fold(events).unwrap()
}

#[test]
fn an_answered_call_has_all_its_times() {
    let call = folded(&answered());
    assert_eq!(
        (call.lifecycle.as_str(), call.status, call.outcome),
        ("completed", CallStatus::Completed, Some(Outcome::Answered))
    );
    let times = [call.started_at, call.ringing_at, call.answered_at, call.disconnected_at, call.completed_at];
    assert_eq!(times, [0, 2, 5, 33, 180].map(|second| Some(at(second))));
    assert_eq!((call.talk, call.cost_micros), (Some(SignedDuration::from_millis(27_200)), Some(43_100)));
    assert!(call.over && call.recording_url.is_some() && call.transcript == said());
}

#[test]
fn every_status_ends_in_its_state_and_outcome() {
    use CallStatus::{Cancelled, Completed, Failed, InProgress};
    let table = [
        ("scheduled", InProgress, None),
        ("prepared", InProgress, None),
        ("queued", InProgress, None),
        ("rescheduled", InProgress, None),
        ("initiated", InProgress, None),
        ("ringing", InProgress, None),
        ("in-progress", InProgress, None),
        ("call-disconnected", InProgress, None),
        ("completed", Completed, Some(Outcome::Missed)),
        ("no-answer", Failed, Some(Outcome::Missed)),
        ("busy", Failed, Some(Outcome::Missed)),
        ("failed", Failed, Some(Outcome::Technical)),
        ("error", Failed, Some(Outcome::Technical)),
        ("balance-low", Failed, Some(Outcome::Technical)),
        ("canceled", Cancelled, Some(Outcome::Missed)),
        ("stopped", Cancelled, Some(Outcome::Technical)),
        (DISOWNED, Failed, Some(Outcome::Technical)),
        ("on-the-moon", InProgress, Some(Outcome::Unknown)),
    ];
    for (status, state, outcome) in table {
        let call = folded(&[event(status, 1)]);
        assert_eq!((call.lifecycle.as_str(), call.status, call.outcome), (status, state, outcome));
        assert_eq!(call.flags.contains(&"unknown_status".to_owned()), status == "on-the-moon");
        assert_eq!(call.over, !matches!(state, InProgress));
    }
}

#[test]
fn completed_alone_does_not_mean_that_anyone_spoke() {
    let table = [
        (27, false, said(), Outcome::Answered),
        (27, false, said()[..1].to_vec(), Outcome::Silent),
        (27, true, said(), Outcome::Voicemail),
        (0, false, vec![], Outcome::Missed),
    ];
    for (seconds, voicemail, transcript, outcome) in table {
        let mut done = event("completed", 9);
        done.progress.talk = Some(SignedDuration::from_secs(seconds));
        done.progress.voicemail = Some(voicemail);
        done.progress.transcript = transcript;
        assert_eq!(folded(&[done]).outcome, Some(outcome));
    }
}

#[test]
fn another_attempt_stands_above_the_one_before() {
    let mut missed = event("no-answer", 40);
    missed.progress.tried_again = true;
    let waiting = folded(std::slice::from_ref(&missed));
    assert_eq!((waiting.status, waiting.outcome, waiting.over), (CallStatus::InProgress, None, false));
    let mut again: Vec<Event> = answered();
    again.iter_mut().for_each(|e| e.progress.attempt = 1);
    let mut scheduled = event("scheduled", 45);
    scheduled.progress.attempt = 1;
    assert_eq!(folded(&[missed.clone(), scheduled.clone()]).lifecycle, "scheduled");
    let all: Vec<Event> = [vec![missed, scheduled], again].concat();
    let call = folded(&all);
    assert_eq!((call.attempt, call.outcome, call.over), (1, Some(Outcome::Answered), true));
    assert_eq!(call.ringing_at, Some(at(2)));
}

#[test]
fn a_richer_repeat_adds_and_an_emptier_one_takes_nothing_away() {
    let mut rich = event("completed", 180);
    rich.progress.talk = Some(SignedDuration::from_secs(61));
    rich.progress.direction = Some(Direction::Inbound);
    let poor = event("completed", 181);
    let call = folded(&[rich, poor]);
    assert_eq!((call.talk, call.direction), (Some(SignedDuration::from_secs(61)), Direction::Inbound));
}

#[test]
fn what_the_platform_itself_says_stands_above_what_anybody_may_have_sent() {
    let mut sent = event("completed", 500);
    sent.progress.talk = Some(SignedDuration::from_secs(6000));
    let mut fetched = event("completed", 180);
    fetched.progress.talk = Some(SignedDuration::from_secs(20));
    fetched.progress.fetched = true;
    let call = folded(&[fetched, sent.clone()]);
    assert_eq!((call.talk, call.confirmed), (Some(SignedDuration::from_secs(20)), true));
    let mut disowned = event(DISOWNED, 600);
    disowned.progress.fetched = true;
    let call = folded(&[disowned, sent]);
    assert_eq!((call.lifecycle.as_str(), call.status), (DISOWNED, CallStatus::Failed));
}

#[test]
fn a_claimed_attempt_that_the_platform_knows_nothing_of_counts_for_nothing() {
    let mut forged = event("completed", 500);
    forged.progress.attempt = 1;
    forged.progress.talk = Some(SignedDuration::from_hours(24));
    let mut fetched = event("completed", 180);
    fetched.progress.talk = Some(SignedDuration::ZERO);
    fetched.progress.fetched = true;
    let call = folded(&[fetched.clone(), forged.clone()]);
    assert_eq!((call.attempt, call.talk, call.over), (0, Some(SignedDuration::ZERO), true));
    assert!(call.confirmed);
    let mut disowned = event(DISOWNED, 600);
    disowned.progress.fetched = true;
    let call = folded(&[disowned.clone(), forged.clone()]);
    assert_eq!((call.lifecycle.as_str(), call.over, call.confirmed), (DISOWNED, true, true));
    assert_eq!(folded(&[disowned, fetched.clone(), forged.clone()]).lifecycle, "completed", "a record outweighs a 404");
    forged.received_at = fetched.received_at + SignedDuration::from_secs(1);
    let call = folded(&[fetched, forged]);
    assert_eq!((call.attempt, call.confirmed), (1, false), "what came after the asking is news, and asked about again");
}

#[test]
fn the_platforms_own_zero_stands_above_claimed_talk() {
    let mut claimed = event("call-disconnected", 170);
    claimed.progress.talk = Some(SignedDuration::from_hours(24));
    let mut fetched = event("completed", 180);
    fetched.progress.fetched = true;
    assert_eq!(folded(&[claimed, fetched]).talk, Some(SignedDuration::ZERO));
}

#[test]
fn all_orders_of_the_five_events_give_the_same_call() {
    let five = answered();
    let reference = folded(&five);
    for order in orders(five.len()) {
        let shuffled: Vec<Event> = order.iter().map(|i| five[*i].clone()).collect();
        assert_eq!(folded(&shuffled), reference, "{order:?}");
    }
}

/// Every order of `0..n`.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![vec![]];
    }
    let shorter = orders(n - 1);
    shorter
        .iter()
        .flat_map(|order| {
            (0..n).map(move |place| {
                let mut longer = order.clone();
                longer.insert(place, n - 1);
                longer
            })
        })
        .collect()
}

/// Events of two attempts with any fields, some without a clock.
fn any_event() -> impl Strategy<Value = Event> {
    let words = [
        "scheduled",
        "queued",
        "initiated",
        "ringing",
        "in-progress",
        "call-disconnected",
        "completed",
        "no-answer",
        "busy",
        "odd",
    ];
    (0..words.len(), 0..2i64, prop::option::of(0..50i64), any::<bool>(), prop::option::of(0..90i64), any::<bool>())
        .prop_map(move |(word, attempt, second, fetched, talk, spoke)| {
            let mut event = event(words[word], second.unwrap_or(0));
            event.progress.at = second.map(at);
            event.progress.attempt = attempt;
            event.progress.fetched = fetched;
            event.progress.talk = talk.map(SignedDuration::from_secs);
            event.progress.transcript = if spoke { said() } else { vec![] };
            event
        })
}

proptest! {
    #[test]
    fn order_and_repeats_change_nothing(
        events in prop::collection::vec(any_event(), 1..7),
        seed in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        order in any::<u64>(),
    ) {
        let reference = folded(&events);
        let mut shuffled = events.clone();
        shuffled.extend(seed.iter().map(|index| index.get(&events).clone()));
        let mut state = order;
        for last in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(last, (state >> 33) as usize % (last + 1));
        }
        prop_assert_eq!(folded(&shuffled), reference);
    }

    #[test]
    fn the_lifecycle_only_moves_forward(events in prop::collection::vec(any_event(), 2..7)) {
        let mut over = None;
        for n in 1..=events.len() {
            let call = folded(&events[..n]);
            if let Some(attempt) = over {
                prop_assert!(call.over || call.attempt > attempt, "only another attempt begins again");
            }
            over = call.over.then_some(call.attempt);
        }
    }

    #[test]
    fn the_five_events_with_any_repeats_give_the_call(picks in prop::collection::vec(0..5usize, 0..12), order in any::<u64>()) {
        let five = answered();
        let mut events: Vec<Event> = five.iter().cloned().chain(picks.iter().map(|i| five[*i].clone())).collect();
        let turn = (order % events.len() as u64) as usize;
        events.rotate_left(turn);
        prop_assert_eq!(folded(&events), folded(&five));
    }
}

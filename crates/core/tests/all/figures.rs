//! Sums of calls that are kept up by changes are those of a count (B8).

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use ringleader_core::call::{AgentCall, Call, CallStatus, Direction, Hangup, Outcome};
use ringleader_core::figures::{Change, Counted, Figures, Sums, change, count, group};
use ringleader_core::id::{CallId, Id};
use ringleader_core::lifecycle::DISOWNED;
use std::collections::BTreeMap;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A call that was answered at 23:59:35 of the 23rd in Jerusalem, after three seconds of ringing.
fn answered() -> Call {
    let id = CallId::from_uuid(uuid::Uuid::nil());
    Call {
        lifecycle: "completed".into(),
        status: CallStatus::Completed,
        outcome: Some(Outcome::Answered),
        started_at: Some(at("2026-11-23T21:59:30Z")),
        ringing_at: Some(at("2026-11-23T21:59:32Z")),
        answered_at: Some(at("2026-11-23T21:59:35Z")),
        duration_seconds: Some(61),
        credits: Some(2),
        hangup: Some(Hangup { reason: Some("Hung up".into()), ..Hangup::default() }),
        agent: Some(AgentCall { agent_id: Some("agent-1".into()), cost_micros: Some(43_100), ..AgentCall::default() }),
        ..Call::begun(id, "platform", "ex-1", Direction::Outbound, at("2026-11-23T22:05:00Z"))
    }
}

fn zone() -> TimeZone {
    TimeZone::get("Asia/Jerusalem").unwrap()
}

fn counted(call: &Call) -> Counted {
    count(call, &zone()).unwrap()
}

#[test]
fn a_call_counts_on_the_local_day_of_its_beginning_as_far_as_that_can_be_believed() {
    let table = [
        (Some("2026-11-23T21:59:30Z"), "2026-11-23"),
        (Some("2026-11-17T21:59:30Z"), "2026-11-17"),
        (Some("1970-01-01T00:00:00Z"), "2026-11-24"),
        (Some("2026-11-29T00:00:00Z"), "2026-11-24"),
        (None, "2026-11-24"),
    ];
    for (began, day) in table {
        let call = Call { started_at: began.map(at), ..answered() };
        assert_eq!(counted(&call).place.day.to_string(), day, "{began:?}");
    }
}

#[test]
fn what_a_call_adds() {
    let sums = |call: &Call| counted(call).sums.into_iter().map(|(name, n)| format!("{name}={n}")).collect::<Vec<_>>();
    let all = [
        "calls=1",
        "credits=2",
        "hangup:Hung up=1",
        "outcome:answered=1",
        "platform_cost_micros=43100",
        "talk_seconds=61",
        "wait_seconds=3",
        "waits=1",
    ];
    assert_eq!(sums(&answered()), all);
    let silent = Call { outcome: Some(Outcome::Silent), hangup: None, ..answered() };
    assert_eq!(
        sums(&silent),
        ["calls=1", "credits=2", "outcome:silent=1", "platform_cost_micros=43100", "wait_seconds=3", "waits=1"]
    );
    let live = Call { status: CallStatus::InProgress, ..answered() };
    assert_eq!(sums(&live), ["calls=1", "in_progress=1", "platform_cost_micros=43100"]);
    assert_eq!(count(&Call { lifecycle: DISOWNED.into(), ..answered() }, &zone()), None, "it never took place");
    assert_eq!(count(&Call { agent: None, ..answered() }, &zone()), None, "a person's call");
}

#[test]
fn rates_are_of_calls_that_are_over() {
    let sums: Sums = [
        ("calls", 6),
        ("in_progress", 2),
        ("outcome:answered", 1),
        ("outcome:voicemail", 1),
        ("outcome:missed", 2),
        ("talk_seconds", 61),
    ]
    .map(|(name, n)| (name.to_owned(), n))
    .into();
    let figures = Figures::of(&sums);
    assert_eq!((figures.over, figures.missed_rate, figures.connected_rate), (4, Some(0.75), Some(0.25)));
    assert_eq!((figures.average_talk_seconds, figures.average_wait_seconds), (Some(61.0), None));
    assert_eq!(Figures::of(&Sums::new()), Figures::default());
}

/// A call at some moment of its life.
fn any_call() -> impl Strategy<Value = Call> {
    (0..4usize, 0..3i64, prop::option::of(0..200i64), 0..2u8, any::<bool>()).prop_map(
        |(state, day, talk, agent, known)| {
            let began = at("2026-11-20T10:00:00Z") + jiff::SignedDuration::from_hours(24 * day);
            let (status, outcome) = [
                (CallStatus::InProgress, None),
                (CallStatus::Completed, Some(Outcome::Answered)),
                (CallStatus::Failed, Some(Outcome::Missed)),
                (CallStatus::Failed, Some(Outcome::Technical)),
            ][state];
            let agent = Some(AgentCall { agent_id: Some(format!("agent-{agent}")), ..AgentCall::default() });
            let lifecycle = if known { "completed" } else { DISOWNED }.to_owned();
            Call { status, outcome, started_at: Some(began), duration_seconds: talk, agent, lifecycle, ..answered() }
        },
    )
}

proptest! {
    #[test]
    fn sums_kept_by_changes_are_those_of_a_count(steps in prop::collection::vec((0..4usize, any_call()), 1..20)) {
        let mut now: BTreeMap<usize, Option<Counted>> = BTreeMap::new();
        let mut kept: Vec<Change> = Vec::new();
        for (which, call) in steps {
            let after = count(&call, &zone());
            let before = now.insert(which, after.clone()).flatten();
            kept.extend(change(before.as_ref(), after.as_ref()));
        }
        let fresh: Vec<Change> = now.values().flatten().flat_map(|counted| change(None, Some(counted))).collect();
        let zeroless = |rows: &[Change]| {
            let mut groups = group(rows, Clone::clone);
            groups.values_mut().for_each(|sums| sums.retain(|_, n| *n != 0));
            groups.retain(|_, sums| !sums.is_empty());
            groups
        };
        prop_assert_eq!(zeroless(&kept), zeroless(&fresh));
    }

    #[test]
    fn what_says_the_same_changes_nothing(call in any_call()) {
        let counted = count(&call, &zone());
        prop_assert!(change(counted.as_ref(), counted.as_ref()).is_empty());
    }
}

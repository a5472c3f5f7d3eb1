//! From a call to an episode (A2, A3, A5, A6).

use jiff::{SignedDuration, Timestamp};
use ringleader_core::call::{Direction, Outcome};
use ringleader_core::contact::ContactKind;
use ringleader_core::lead::LeadStatus;
use ringleader_core::legs::NotMissed;
use ringleader_core::missed::{Course, Follow, Party, Seen, on_call};
use ringleader_core::phone::NumberKind;
use ringleader_core::settings::Outreach;

fn at(minutes: i64) -> Timestamp {
    "2026-01-05T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}

/// Rang from minute 0 to 1, reported at minute 3 by a provider that is late.
fn call() -> Seen {
    Seen {
        direction: Direction::Inbound,
        outcome: Some(Outcome::Missed),
        missed: Ok(()),
        started_at: Some(at(0)),
        ended_at: Some(at(1)),
        received_at: at(3),
        reported_late: true,
    }
}

fn party() -> Party {
    Party {
        number: NumberKind::Mobile,
        kind: ContactKind::Lead,
        opted_out: false,
        own_line: false,
        episode: None,
        lead: None,
        chatting: false,
        led_by_person: false,
        spoke_at: None,
        wrote_at: None,
    }
}

fn reason(call: &Seen, party: &Party) -> (&'static str, &'static str) {
    let ruling = on_call(call, party, &Outreach::default(), at(3));
    (ruling.rule, ruling.reason)
}

#[test]
fn the_grace_runs_from_the_receipt_where_records_come_late_and_from_the_end_elsewhere() {
    let outreach = Outreach::default();
    let late = on_call(&call(), &party(), &outreach, at(3));
    assert_eq!(late.course, Course::OpenEpisode { due_at: at(5), expires_at: at(361) }); // A6
    let prompt = on_call(&Seen { reported_late: false, ..call() }, &party(), &outreach, at(30));
    assert_eq!(
        prompt.course,
        Course::OpenEpisode { due_at: at(3), expires_at: at(361) },
        "not from the worker's clock"
    );
}

#[test]
fn a_record_that_comes_too_late_becomes_a_task() {
    let ruling = on_call(&call(), &party(), &Outreach::default(), at(362));
    assert_eq!((ruling.course, ruling.reason), (Course::Hold { follow: Follow::CallBack }, "too_late")); // A6
}

#[test]
fn what_the_legs_do_not_call_missed_starts_nothing_and_says_why() {
    for why in NotMissed::ALL.iter().copied().filter(|why| *why != NotMissed::Answered) {
        let ruling = on_call(&Seen { missed: Err(why), ..call() }, &party(), &Outreach::default(), at(3));
        assert_eq!((ruling.course, ruling.rule, ruling.reason), (Course::Nothing, "A3", why.as_str()));
    }
}

#[test]
fn each_kind_of_caller_takes_its_own_path() {
    use NumberKind::{Invalid, Kosher, Landline, Mobile, Short, Unclear, Voip, Withheld};
    for (number, expected) in [
        (Mobile, "missed"), // A5
        (Unclear, "missed"),
        (Voip, "voip"),
        (Landline, "landline"),
        (Kosher, "kosher"),
        (Short, "short"),
        (Withheld, "withheld"),
        (Invalid, "invalid"),
    ] {
        assert_eq!(reason(&call(), &Party { number, ..party() }).1, expected);
    }
    for (who, expected) in [
        (Party { own_line: true, ..party() }, ("A5", "own_line")),
        (Party { kind: ContactKind::Staff, ..party() }, ("A5", "staff")),
        (Party { kind: ContactKind::Supplier, ..party() }, ("A5", "supplier")),
        (Party { kind: ContactKind::Blocked, ..party() }, ("A5", "blocked")),
        (Party { opted_out: true, ..party() }, ("A14", "opted_out")),
        (Party { kind: ContactKind::Tenancy, ..party() }, ("A5", "existing")),
        (Party { lead: Some(LeadStatus::Qualified), ..party() }, ("A5", "existing")),
        (Party { chatting: true, ..party() }, ("A5", "existing")),
        (Party { lead: Some(LeadStatus::Unresponsive), ..party() }, ("A6", "missed")),
        (Party { episode: Some(at(-1)), ..party() }, ("P4", "joined")),
        (Party { spoke_at: Some(at(2)), ..party() }, ("A6", "spoke")), // the record came after the talk
        (Party { wrote_at: Some(at(2)), ..party() }, ("A6", "wrote")),
        (Party { spoke_at: Some(at(-9)), wrote_at: Some(at(-9)), ..party() }, ("A6", "missed")),
    ] {
        assert_eq!(reason(&call(), &who), expected, "{who:?}");
    }
}

#[test]
fn a_talk_after_the_missed_call_cancels_its_episode_and_one_before_does_not() {
    for direction in [Direction::Inbound, Direction::Outbound] {
        let talk = Seen { direction, outcome: Some(Outcome::Answered), ..call() };
        assert_eq!(reason(&talk, &Party { episode: Some(at(0)), ..party() }), ("A6", "spoke"));
        assert_eq!(reason(&talk, &Party { episode: Some(at(2)), ..party() }), ("A2", "answered"));
        assert_eq!(reason(&talk, &party()), ("A2", "answered"));
    }
}

//! Voicenter's call records: one fixture per documented variant (A1-A3).

#![expect(clippy::unwrap_used, reason = "a test may fail so")]

use jiff::{SignedDuration, Timestamp};
use ringleader_core::call::{Direction, LegReport, Outcome};
use ringleader_core::legs::{FoldRules, UNKNOWN_STATUS, fold, is_missed};
use ringleader_providers::voicenter::inbound::{Format, Record, Unreadable, answer_error, answer_ok, parse};
use serde_json::{Value, json};

/// 10:00 in Israel on a winter day.
const START: i64 = 1_767_600_000;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/voicenter/fixtures/", $name)).as_slice()
    };
}

mod written; // below the macro, which it uses

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// Received five minutes after the call.
fn read(body: &[u8]) -> Result<Record, Unreadable> {
    parse(None, body, at(START + 300 + 900))
}

fn report(body: &[u8]) -> LegReport {
    read(body).unwrap().report
}

fn outcome(body: &[u8]) -> Outcome {
    report(body).outcome
}

/// The record that most variants are made from.
fn missed() -> Value {
    serde_json::from_slice(fixture!("missed_extension.json")).unwrap()
}

fn with(changes: Value) -> Vec<u8> {
    let mut record = missed();
    for (key, value) in changes.as_object().unwrap() {
        record[key] = value.clone();
    }
    record.to_string().into_bytes()
}

fn without(keys: &[&str]) -> Vec<u8> {
    let mut record = missed();
    keys.iter().for_each(|key| drop(record.as_object_mut().unwrap().remove(*key)));
    record.to_string().into_bytes()
}

#[test]
fn a_call_that_rang_in_vain_is_missed() {
    let record = read(fixture!("missed_extension.json")).unwrap();
    assert_eq!(record.format, Format::Json);
    assert_eq!(
        record.report,
        LegReport {
            call_key: "20260105100000aa01testcall".into(),
            own_key: "20260105100000aa01testcall".into(),
            leg_key: "20260105100000aa01testcall|incomingcall|SIPtest1".into(),
            direction: Direction::Inbound,
            from: Some("0501234567".into()),
            to: Some("0771234567".into()),
            line: Some("0771234567".into()),
            status: "NOANSWER".into(),
            outcome: Outcome::Missed,
            started_at: Some(at(START)),
            ended_at: Some(at(START + 25)),
            ring_seconds: Some(25),
            wait_seconds: None,
            talk_seconds: Some(0),
            answered_by: None,
            queue: None,
            recording_url: None,
            transcript: vec![],
            flags: vec![],
        }
    );
}

#[test]
fn waiting_in_a_queue_is_not_talking() {
    let left = report(fixture!("queue_abandoned.json"));
    assert_eq!((left.outcome, left.talk_seconds, left.wait_seconds), (Outcome::Missed, Some(0), Some(64)));
    assert_eq!((left.queue.as_deref(), left.ended_at), (Some("Sales"), Some(at(START + 364))));
    let taken = report(fixture!("queue_answered.json"));
    assert_eq!(
        (taken.outcome, taken.talk_seconds, taken.answered_by.as_deref()),
        (Outcome::Answered, Some(60), Some("דנה"))
    );
}

#[test]
fn a_menu_or_a_voicemail_is_no_answer() {
    assert_eq!(outcome(fixture!("menu_answered.json")), Outcome::Menu);
    assert_eq!(outcome(fixture!("menu_ended.json")), Outcome::Menu);
    assert_eq!(outcome(fixture!("voicemail.json")), Outcome::Voicemail);
    assert_eq!(outcome(fixture!("answered_without_talk.json")), Outcome::Silent);
    let spoken = report(fixture!("extension_answered.json"));
    assert_eq!(
        (spoken.outcome, spoken.talk_seconds, spoken.answered_by.as_deref()),
        (Outcome::Answered, Some(73), Some("Owner"))
    );
    assert_eq!(spoken.recording_url.as_deref(), Some("http://records.example/20260105.mp3"));
}

#[test]
fn a_call_back_is_outbound_and_its_line_is_the_number_shown() {
    let back = report(fixture!("outbound_answered.json"));
    assert_eq!((back.direction, back.outcome), (Direction::Outbound, Outcome::Answered));
    assert_eq!((back.line.as_deref(), back.to.as_deref()), (Some("0771234567"), Some("972501234567")));
    assert_eq!(outcome(fixture!("outbound_failed.json")), Outcome::Missed);
}

#[test]
fn click_to_call_is_answered_only_when_the_customer_answers() {
    let folded =
        |legs: &[&[u8]]| fold(&legs.iter().map(|leg| report(leg)).collect::<Vec<_>>(), &FoldRules::default()).unwrap();
    let agent = fixture!("click2call_leg1.json");
    let spoke = folded(&[agent, fixture!("click2call_leg2.json")]);
    assert_eq!((spoke.direction, spoke.outcome), (Direction::Outbound, Outcome::Answered));
    let in_vain = folded(&[fixture!("click2call_leg2_failed.json"), agent]);
    assert_eq!((in_vain.direction, in_vain.outcome), (Direction::Outbound, Outcome::Missed));
    assert_ne!(read(agent).unwrap().event_key, read(fixture!("click2call_leg2.json")).unwrap().event_key);
}

#[test]
fn a_transfer_belongs_to_the_call_it_came_from() {
    for body in [fixture!("transfer.json"), fixture!("transfer_custom.json")] {
        let leg = report(body);
        assert_eq!(leg.call_key, "20260105100000aa01testcall");
        assert_ne!(leg.own_key, leg.call_key);
        assert_eq!((leg.direction, leg.outcome), (Direction::Inbound, Outcome::Answered));
    }
}

#[test]
fn three_extensions_of_a_call_are_three_legs_of_one_missed_call() {
    let legs: Vec<LegReport> = ["SIPtest1", "SIPtest2", "SIPtest3"]
        .iter()
        .map(|ext| report(&with(json!({"target": ext, "targetextension": ext}))))
        .collect();
    assert!(legs.iter().all(|leg| leg.call_key == legs[0].call_key));
    assert_ne!(legs[0].leg_key, legs[1].leg_key);
    let rules = FoldRules { after_menu: true, ..FoldRules::default() };
    assert_eq!(is_missed(&fold(&legs, &rules).unwrap(), &rules), Ok(()));
}

#[test]
fn a_hidden_caller_is_none_and_the_customers_own_number_comes_first() {
    assert_eq!(report(fixture!("withheld.json")).from, None);
    for hidden in [json!(""), json!(null), json!("0"), json!("Unavailable"), json!(0)] {
        assert_eq!(report(&with(json!({"caller": hidden, "callerPhone": ""}))).from, None);
    }
    let both = with(json!({"caller": "0771234567", "callerPhone": "0501234567"}));
    assert_eq!(report(&both).from.as_deref(), Some("0501234567"));
}

#[test]
fn every_documented_status_has_its_outcome() {
    use Outcome::{Menu, Missed, Voicemail};
    let table = [
        ("NOANSWER", Missed),
        ("BUSY", Missed),
        ("CANCEL", Missed),
        ("ABANDONE", Missed),
        ("ABANDON", Missed),
        ("ABANDONED", Missed),
        ("TIMEOUT", Missed),
        ("FULL", Missed),
        ("EXIT", Missed),
        ("JOINEMPTY", Missed),
        ("NOTCALLED", Missed),
        ("VOEND", Menu),
        ("TE", Missed),
        ("VOICEMAIL", Voicemail),
        ("NOTDIALED", Missed),
        ("CONGESTION", Missed),
        ("CHANUNAVAIL", Missed),
        ("DONTCALL", Missed),
        ("TORTURE", Missed),
        ("INVALIDARGS", Missed),
        ("LEAVEEMPTY", Missed),
        ("EXITEMPTY", Missed),
        ("EXITWITHTIMEOUT", Missed),
        ("EXITWITHKEY", Missed),
        ("noanswer", Missed),
    ];
    for (status, expected) in table {
        let leg = report(&with(json!({"status": status, "duration": 30})));
        assert_eq!((leg.outcome, leg.status.as_str()), (expected, status));
        assert!(!leg.flags.contains(&UNKNOWN_STATUS.to_owned()), "{status}");
    }
    assert_eq!(report(&with(json!({"status": "TE"}))).flags, ["doubtful_status"]);
    assert_eq!(report(&with(json!({"status": "FULL", "dialtime": 0}))).ring_seconds, None, "nobody was dialled");
}

#[test]
fn an_unknown_status_is_kept_flagged_and_decides_nothing() {
    let odd = report(fixture!("unknown_status.json"));
    assert_eq!((odd.outcome, odd.status.as_str()), (Outcome::Unknown, "SOMETHINGNEW"));
    assert_eq!(odd.flags, [UNKNOWN_STATUS]);
    let spoken =
        with(json!({"status": "SOMETHINGNEW", "isAnswer": "1", "extenUser": "SIPtest1", "actualCallDuration": "20"}));
    assert_eq!(outcome(&spoken), Outcome::Answered);
    let flag = |is: bool| {
        outcome(&with(
            json!({"status": "SOMETHINGNEW", "isAnswer": is, "extenUser": "SIPtest1", "actualCallDuration": 20}),
        ))
    };
    assert_eq!((flag(true), flag(false) == Outcome::Answered), (Outcome::Answered, false));
}

#[test]
fn the_direction_follows_from_the_type_where_it_is_not_told() {
    use Direction::{Inbound, Internal, Outbound};
    let table = [
        ("Incoming Call", Inbound),
        ("queue", Inbound),
        ("Extension Outgoing", Outbound),
        ("ExtensionOutgoing", Outbound),
        ("Click2Call leg1", Internal),
        ("Click2Call Leg2", Outbound),
        ("ProductiveCall leg2", Outbound),
        ("VoiceMail", Inbound),
        ("Click 2 IVR Incoming", Inbound),
        ("Click 2 Queue Incoming", Inbound),
        ("8", Inbound),
        ("4", Outbound),
        ("10", Outbound),
    ];
    for (call_type, expected) in table {
        let body = with(json!({"type": call_type, "direction": null}));
        assert_eq!(report(&body).direction, expected, "{call_type}");
    }
    let between = with(json!({"type": "XferCDR", "direction": "", "did": ""}));
    assert_eq!(report(&between).direction, Internal);
    assert_eq!(report(&with(json!({"type": "Queue", "direction": "OUTGOING"}))).direction, Outbound);
}

#[test]
fn what_was_said_is_kept_as_object_and_as_text() {
    for body in [fixture!("ai_object.json"), fixture!("ai_text.json")] {
        let turns = report(body).transcript;
        let said: Vec<_> = turns.iter().map(|turn| (turn.role.as_str(), turn.text.as_str())).collect();
        assert_eq!(said, [("agent", "שלום, איך אפשר לעזור?"), ("customer", "צריך אינסטלטור")]);
    }
    assert!(report(&with(json!({"aiData": null}))).transcript.is_empty());
}

#[test]
fn local_time_written_as_utc_is_recognised() {
    let received = at(START + 240);
    let winter = parse(None, fixture!("local_time_winter.json"), received).unwrap().report;
    assert_eq!(winter.started_at, Some(at(START)));
    let seven_utc: Timestamp = "2026-07-05T07:00:00Z".parse().unwrap();
    let summer =
        parse(None, fixture!("local_time_summer.json"), seven_utc + SignedDuration::from_secs(200)).unwrap().report;
    assert_eq!(summer.started_at, Some(seven_utc));
}

#[test]
fn impossible_and_odd_times_are_flagged() {
    let start = |time: Value| {
        let leg = report(&with(json!({"time": time})));
        (leg.started_at, leg.flags)
    };
    assert_eq!(start(json!(START)), (Some(at(START)), vec![]));
    assert_eq!(start(json!((START * 1000).to_string())), (Some(at(START)), vec![]));
    assert_eq!(start(json!("2026-01-05 08:00:00")), (Some(at(START)), vec![]));
    assert_eq!(start(json!(START + 86_400)), (None, vec!["time_in_future".to_owned()]));
    assert_eq!(start(json!("soon")), (None, vec!["time_unreadable".to_owned()]));
    assert_eq!(start(json!("")), (None, vec![]));
    // Received hours later, a local time no longer lies in the future; the id gives it away.
    let late = parse(None, fixture!("local_time_winter.json"), at(START + 4 * 3600)).unwrap().report;
    assert_eq!(late.flags, ["time_ambiguous"]);
}

#[test]
fn a_repeat_has_the_same_key_and_a_new_status_another() {
    let key = |body: &[u8]| read(body).unwrap().event_key;
    assert_eq!(key(&with(json!({}))), key(&with(json!({"record": "http://records.example/late.mp3"}))));
    assert_ne!(key(&with(json!({}))), key(&with(json!({"status": "ANSWER"}))));
}

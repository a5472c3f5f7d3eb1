//! Calls of other switchboards, read from whatever bytes come, and Voicenter's Call Log over real HTTP (A17, A6, P10).

use crate::whatsapp::world::http;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use ringleader_core::call::{Direction, Outcome};
use ringleader_core::phone::Phone;
use ringleader_core::secret::Secret;
use ringleader_providers::generic::{fake, inbound};
use ringleader_providers::twilio::voice_status::{self, News};
use ringleader_providers::voicenter::call_log::{CallLog, CallLogError};
use ringleader_providers::voicenter::fake::{CallLog as Played, CallLogRules, Scenario};
use serde_json::{Value, json};

fn now() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

fn event() -> Value {
    fake::call("pbx-1", "+447700900123", "+442079460018", "missed", now())
}

#[test]
fn a_generic_event_becomes_a_leg_with_the_line_where_it_belongs() {
    let leg = inbound::parse(event().to_string().as_bytes(), now()).unwrap().report;
    assert_eq!(
        (leg.direction, leg.outcome, leg.line.as_deref()),
        (Direction::Inbound, Outcome::Missed, Some("+442079460018"))
    );
    assert_eq!(leg.ended_at, Some(now()));
    let mut out = event();
    out["direction"] = json!("outbound");
    let leg = inbound::parse(out.to_string().as_bytes(), now()).unwrap().report;
    assert_eq!(leg.line.as_deref(), Some("+447700900123"), "the business's own number");
    for hidden in [json!(null), json!(""), json!("anonymous")] {
        let mut withheld = event();
        withheld["from"] = hidden;
        assert_eq!(inbound::parse(withheld.to_string().as_bytes(), now()).unwrap().report.from, None);
    }
}

#[test]
fn each_mistake_in_a_generic_event_is_named() {
    for (field, value) in [
        ("id", json!("")),
        ("id", json!(5)),
        ("direction", json!("in")),
        ("from", json!("12345678901234567890123456789012345")),
        ("from", json!("Danny")),
        ("to", json!(null)),
        ("started_at", json!("2026-11-23 10:00")),
        ("ended_at", json!("2026-11-23T09:00:00Z")),
        ("ended_at", json!("2026-11-23T11:00:00Z")),
        ("outcome", json!("no_answer")),
        ("ring_seconds", json!("25")),
        ("talk_seconds", json!(1.5)),
        ("talk_seconds", json!(30)),
        ("recording_url", json!("ftp://x")),
        ("transcript", json!([{"role": "robot", "text": "x"}])),
        ("caller", json!("x")),
    ] {
        let mut wrong = event();
        wrong[field] = value.clone();
        let errors = inbound::parse(wrong.to_string().as_bytes(), now()).unwrap_err();
        assert_eq!(errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), [field], "{field} {value}: {errors:?}");
    }
    assert_eq!(inbound::parse(b"{}", now()).unwrap_err().len(), 7, "everything that is missing");
    assert_eq!(inbound::parse(b"[1", now()).unwrap_err().len(), 1);
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), text in ".{0,200}") {
        drop(inbound::parse(&bytes, now()));
        drop(inbound::parse(json!({ "id": text, "from": text, "to": text, "started_at": text }).to_string().as_bytes(), now()));
        let form = voice_status::form(&bytes);
        drop(voice_status::parse(&form, now(), 10));
        voice_status::event_key(&form);
    }
}

#[test]
fn twilios_statuses_say_whether_someone_was_there() {
    let read = |pairs: &[(&str, &str)]| {
        let mut form: voice_status::Form = vec![
            ("CallSid".into(), "CA1".into()),
            ("To".into(), "+442079460018".into()),
            ("From".into(), "+447700900123".into()),
        ];
        form.extend(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        match voice_status::parse(&form, now(), 10).unwrap() {
            News::Over(leg) => Some((leg.outcome, leg.direction, leg.call_key, leg.ended_at.unwrap())),
            News::GoesOn => None,
        }
    };
    let outcome = |pairs: &[(&str, &str)]| read(pairs).map(|(outcome, ..)| outcome);
    assert_eq!(outcome(&[("CallStatus", "in-progress")]), None);
    assert_eq!(outcome(&[("CallStatus", "canceled"), ("Direction", "inbound")]), Some(Outcome::Missed));
    assert_eq!(outcome(&[("CallStatus", "failed")]), Some(Outcome::Technical));
    assert_eq!(outcome(&[("CallStatus", "completed"), ("CallDuration", "9")]), Some(Outcome::Missed));
    assert_eq!(outcome(&[("CallStatus", "completed"), ("CallDuration", "10")]), Some(Outcome::Answered));
    assert_eq!(outcome(&[("CallStatus", "melted")]), Some(Outcome::Unknown));
    let out = [("CallStatus", "completed"), ("Direction", "outbound-api"), ("CallDuration", "3")];
    assert_eq!(outcome(&out), Some(Outcome::Answered), "a short call back is one");
    let machine = [("CallStatus", "completed"), ("CallDuration", "30"), ("AnsweredBy", "machine_start")];
    assert_eq!(outcome(&machine), Some(Outcome::Voicemail));
    let child = read(&[
        ("CallStatus", "no-answer"),
        ("ParentCallSid", "CA0"),
        ("Timestamp", "Mon, 23 Nov 2026 09:59:00 +0000"),
    ]);
    let (_, _, call, ended) = child.unwrap();
    assert_eq!((call.as_str(), ended), ("CA0", now() - SignedDuration::from_mins(1)));
}

#[tokio::test]
async fn the_call_log_is_read_in_either_casing_and_its_rows_are_the_webhooks_legs() {
    let played = Played::start(CallLogRules::default(), now()).await.unwrap();
    let back =
        Scenario::called_back("0771234567", "0501234567", 60).id("back-1").at(now() - SignedDuration::from_mins(30));
    let other = Scenario::missed("0521234567", "0771234567").id("call-2").at(now() - SignedDuration::from_mins(20));
    played.add(&back);
    played.add(&other);
    let log = CallLog::new(http(), &played.url, Secret::new("test-code".to_owned()));
    let from = now() - SignedDuration::from_hours(1);
    let phone = Phone::from_e164("+972501234567").unwrap();
    for lower_case in [true, false] {
        played.set_rules(|rules| rules.lower_case = lower_case);
        let found = log.calls(from, now(), Some(&phone), now()).await.unwrap();
        assert_eq!((found.records.len(), found.unreadable, found.complete), (1, 0, true));
        assert_eq!(found.records[0].report.outcome, Outcome::Answered);
        let all = log.calls(from, now(), None, now()).await.unwrap();
        let webhook = other.payload(ringleader_providers::voicenter::fake::Encoding::Json);
        let pushed =
            ringleader_providers::voicenter::inbound::parse(Some(webhook.content_type), webhook.body.as_ref(), now())
                .unwrap();
        assert!(all.records.iter().any(|r| r.report.leg_key == pushed.report.leg_key), "one call, one leg");
    }
    played.set_rules(|rules| rules.max_rows = 1);
    assert!(!log.calls(from, now(), None, now()).await.unwrap().complete);
}

#[tokio::test]
async fn refusals_of_the_call_log_say_what_to_do() {
    let played = Played::start(CallLogRules { per_minute: 1, ..CallLogRules::default() }, now()).await.unwrap();
    let log = |code: &str| CallLog::new(http(), &played.url, Secret::new(code.to_owned()));
    let ask = async |log: &CallLog| log.calls(now() - SignedDuration::from_hours(1), now(), None, now()).await;
    assert!(matches!(ask(&log("wrong")).await, Err(CallLogError::Refused(why)) if why.contains("code")));
    assert!(ask(&log("test-code")).await.is_ok());
    assert_eq!(ask(&log("test-code")).await, Err(CallLogError::TooFast));
    played.set_rules(|rules| rules.address_allowed = false);
    assert!(matches!(ask(&log("test-code")).await, Err(CallLogError::Refused(why)) if why.contains("address")));
    let url = played.url.clone();
    drop(played);
    let away = CallLog::new(http(), &url, Secret::new("test-code".to_owned()));
    assert!(matches!(ask(&away).await, Err(CallLogError::Unavailable(_))));
}

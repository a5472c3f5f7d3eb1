//! Bolna: its records as it sends them, who may send them, its API, and the fake of both.

use crate::whatsapp::world::http;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use ringleader_core::call::{Direction, Outcome};
use ringleader_core::lifecycle::{Event, Folded, Progress, fold};
use ringleader_providers::bolna::client::ApiError;
use ringleader_providers::bolna::fake::{BolnaFake, Scenario};
use ringleader_providers::bolna::inbound::{Inbound, parse};
use ringleader_providers::bolna::{Client, Config};
use serde_json::{Value, json};

fn config(more: Value) -> Config {
    let mut config = json!({ "api_key": "key-1", "agents": [{ "agent_id": "agent-1", "name": "Dana" }] });
    config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Config::parse(&config).unwrap()
}

fn read(record: &Value) -> Progress {
    match parse(record.to_string().as_bytes()).unwrap() {
        Inbound::Call(progress) => *progress,
        Inbound::Batch => panic!("a batch"),
    }
}

fn at() -> Timestamp {
    "2026-03-04T08:48:27Z".parse().unwrap()
}

fn folded(bodies: &[Value]) -> Folded {
    let events: Vec<Event> = bodies.iter().map(|b| Event { progress: read(b), received_at: at() }).collect();
    fold(&events).unwrap()
}

#[test]
fn the_scenarios_end_as_they_should() {
    let table = [
        (Scenario::answered(27.2), "completed", Some(Outcome::Answered)),
        (Scenario::answered(27.2).empty_disconnect(), "completed", Some(Outcome::Answered)),
        (Scenario::answered(27.2).inbound(), "completed", Some(Outcome::Answered)),
        (Scenario::silent(12.0), "completed", Some(Outcome::Silent)),
        (Scenario::voicemail(9.0), "completed", Some(Outcome::Voicemail)),
        (Scenario::completed_without_talk(), "completed", Some(Outcome::Missed)),
        (Scenario::no_answer(), "no-answer", Some(Outcome::Missed)),
        (Scenario::busy(), "busy", Some(Outcome::Missed)),
        (Scenario::ending("failed"), "failed", Some(Outcome::Technical)),
        (Scenario::ending("error"), "error", Some(Outcome::Technical)),
        (Scenario::ending("balance_low"), "balance-low", Some(Outcome::Technical)),
        (Scenario::ending("cancelled"), "canceled", Some(Outcome::Missed)),
        (Scenario::ending("stopped"), "stopped", Some(Outcome::Technical)),
        (Scenario::ending("rescheduled"), "initiated", None),
        (Scenario::ending("gone-fishing"), "initiated", None),
        (Scenario::answered_at_the_second_try(61.0), "completed", Some(Outcome::Answered)),
    ];
    for (scenario, lifecycle, outcome) in table {
        let call = folded(&scenario.clone().at(at()).bodies());
        assert_eq!((call.lifecycle.as_str(), call.outcome), (lifecycle, outcome), "{scenario:?}");
    }
}

#[test]
fn times_are_read_with_and_without_a_zone() {
    let with = folded(&Scenario::answered(27.2).at(at()).bodies());
    let without = folded(&Scenario::answered(27.2).at(at()).naive_times().bodies());
    let second = |t: Option<Timestamp>| t.map(|t| t.as_second());
    assert_eq!(with.ringing_at, Some(at() + SignedDuration::from_secs(2)));
    assert_eq!(second(with.ringing_at), second(without.ringing_at));
    assert_eq!(second(with.completed_at), second(without.completed_at));
}

#[test]
fn the_customer_is_the_other_party_wherever_the_numbers_stand() {
    for scenario in [Scenario::answered(5.0), Scenario::answered(5.0).inbound()] {
        for scenario in [scenario.clone(), scenario.numbers_in_telephony()] {
            let call = folded(&scenario.at(at()).bodies());
            assert_eq!(call.customer.as_deref(), Some("+447700900123"));
            assert_eq!(call.business.as_deref(), Some("+442079460018"));
        }
    }
    let bare = read(
        &json!({ "id": "e", "status": "queued", "context_details": { "recipient_phone_number": "+447700900124" } }),
    );
    assert_eq!((bare.customer.as_deref(), bare.direction), (Some("+447700900124"), None));
}

#[test]
fn every_field_may_be_absent_null_empty_or_of_the_neighbouring_type() {
    let record = json!({ "id": 4_611_686_018_427_387_904_u64, "status": " In_Progress ", "conversation_duration": "27.2",
        "total_cost": "4.31", "answered_by_voice_mail": "false", "retry_count": "1", "transcript": "", "extracted_data": "null",
        "agent_extraction": "{\"budget\": 5}", "telephony_data": null, "agent_id": null, "created_at": "yesterday" });
    let progress = read(&record);
    assert_eq!((progress.execution.as_str(), progress.status.as_str()), ("4611686018427387904", "in-progress"));
    assert_eq!((progress.talk, progress.cost_micros), (Some(SignedDuration::from_millis(27_200)), Some(43_100)));
    assert_eq!(
        (progress.attempt, progress.voicemail, progress.extraction),
        (1, Some(false), Some(json!({ "budget": 5 })))
    );
    assert!(progress.transcript.is_empty() && progress.created_at.is_none() && progress.hangup.is_none());
}

#[test]
fn a_transcript_is_split_at_roles_that_begin_a_line_and_nowhere_else() {
    let text = "assistant:  שלום, איך אפשר לעזור?\nuser: I told the user: wait\nand then\n\nassistant_tool_call: {\"x\": 1}\nUSER : bye\n";
    let turns = read(&json!({ "id": "e", "status": "completed", "transcript": text })).transcript;
    let told: Vec<(&str, &str)> = turns.iter().map(|t| (t.role.as_str(), t.text.as_str())).collect();
    assert_eq!(
        told,
        [
            ("agent", "שלום, איך אפשר לעזור?"),
            ("customer", "I told the user: wait\nand then"),
            ("assistant_tool_call", "{\"x\": 1}"),
            ("customer", "bye"),
        ]
    );
}

#[test]
fn a_pre_call_webhook_is_news_of_the_call_and_keeps_what_the_agent_said() {
    let call = folded(&Scenario::answered(30.0).handed_on("customer asked for a person").at(at()).bodies());
    assert_eq!(call.handover.unwrap()["transfer_reason"], "customer asked for a person");
    assert_eq!((call.lifecycle.as_str(), call.answered_at), ("completed", Some(at() + SignedDuration::from_secs(5))));
}

#[test]
fn what_cannot_be_read_names_its_fields_and_a_batch_is_no_call() {
    let fields = |body: &str| -> Vec<String> {
        parse(body.as_bytes()).unwrap_err().errors.into_iter().map(|e| e.field).collect()
    };
    assert_eq!(fields("{}"), ["id", "status"]);
    assert_eq!(fields(r#"{"id": "e"}"#), ["status"]);
    assert_eq!(fields("[]"), [""]);
    assert_eq!(fields("{"), [""]);
    assert_eq!(parse(br#"{"batch_id": "b", "status": "completed"}"#).unwrap(), Inbound::Batch);
}

#[test]
fn a_talk_that_cannot_be_is_none() {
    for nonsense in [json!(1e12), json!(-5), json!("NaN")] {
        let progress = read(&json!({ "id": "e", "status": "completed", "conversation_duration": nonsense }));
        assert_eq!(progress.talk, None, "{nonsense}");
    }
}

#[test]
fn only_the_right_header_from_a_listed_address_is_let_in() {
    let gate =
        config(json!({ "header": { "name": "X-Our-Token", "value": "s3cret" }, "sources": ["13.203.39.153"] })).gate;
    let headers = |value: &str| {
        http::HeaderMap::from_iter([(http::HeaderName::from_static("x-our-token"), value.parse().unwrap())])
    };
    let (good, other) = ("13.203.39.153".parse().ok(), "192.0.2.1".parse().ok());
    assert!(gate.admits(&headers("s3cret"), good));
    assert!(gate.admits(&headers("s3cret"), "::ffff:13.203.39.153".parse().ok()));
    assert!(!gate.admits(&headers("wrong"), good) && !gate.admits(&http::HeaderMap::new(), good));
    assert!(!gate.admits(&headers("s3cret"), other) && !gate.admits(&headers("s3cret"), None));
    assert!(config(json!({})).gate.admits(&http::HeaderMap::new(), other));
    assert!(!format!("{gate:?}").contains("s3cret"), "secrets do not print");
}

#[test]
fn wrong_settings_are_named_all_at_once() {
    let wrong = json!({ "header": { "name": "bad name", "value": "x" }, "sources": ["nowhere"], "agents": [] });
    let fields: Vec<String> = Config::parse(&wrong).unwrap_err().into_iter().map(|e| e.field).collect();
    assert_eq!(fields, ["header", "sources", "agents"]);
}

async fn world() -> (BolnaFake, Client) {
    let fake = BolnaFake::start(([127, 0, 0, 1], 0).into(), http(), "key-1", 7).await.unwrap();
    let client = Client::new(http(), &fake.base_url(), &config(json!({}))).unwrap();
    (fake, client)
}

#[tokio::test]
async fn executions_are_listed_over_pages_and_weeks_and_fetched_whole() {
    let (fake, client) = world().await;
    for n in 0..120 {
        let made = at() + SignedDuration::from_hours(n * 2);
        fake.play(&Scenario::answered(27.2).id(&format!("ex-{n}")).at(made));
    }
    let listed = client.executions("agent-1", at(), at() + SignedDuration::from_hours(240)).await.unwrap();
    assert_eq!(listed.len(), 120);
    assert!(client.executions("agent-2", at(), at() + SignedDuration::from_hours(24)).await.unwrap().is_empty());
    let record = client.execution(&listed[0].id).await.unwrap().unwrap();
    assert_eq!(read(&record).talk, Some(SignedDuration::from_millis(27_200)));
    assert_eq!(client.execution("unknown").await, Ok(None));
    assert_eq!(client.execution("../user/me").await, Ok(None), "an id from outside is no path");
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let (fake, client) = world().await;
    fake.refuse(&[429, 500, 400]);
    assert_eq!(client.me().await, Err(ApiError::Throttled { retry_after: None }));
    assert!(matches!(client.me().await, Err(ApiError::Unavailable(_))));
    assert!(matches!(client.me().await, Err(ApiError::Refused(_))));
    assert_eq!(client.me().await, Ok(()));
    let stranger = Client::new(http(), &fake.base_url(), &config(json!({ "api_key": "other" }))).unwrap();
    assert_eq!(stranger.me().await, Err(ApiError::Unauthorised));
    assert_eq!(Client::new(http(), "http://x", &config(json!({ "api_key": null }))).err(), Some(ApiError::NoKey));
}

#[tokio::test]
async fn a_call_is_placed_and_called_off_before_it_is_dialled() {
    let (_fake, client) = world().await;
    let id = client.call("agent-1", "+447700900123", &json!({ "name": "Noa" })).await.unwrap();
    assert_eq!(client.stop(&id).await, Ok(()));
    assert!(matches!(client.stop(&id).await, Err(ApiError::Refused(_))), "it was stopped already");
    assert!(client.call("agent-1", "0501234567", &json!({})).await.is_err());
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn any_values_in_the_known_fields_are_read_without_a_panic(number in any::<f64>(), text in ".{0,40}") {
        for value in [json!(number), json!(text), json!([text]), json!({ "a": number }), Value::Null] {
            let record = json!({ "id": "e", "status": text, "conversation_duration": value, "transcript": value,
                "telephony_data": value, "retry_config": value, "retry_count": value, "updated_at": value, "total_cost": value,
                "extracted_data": value, "transfer_call_data": value, "context_details": value });
            let _ = parse(record.to_string().as_bytes());
        }
    }

    #[test]
    fn a_direction_is_one_of_two(kind in "inbound|outbound|web") {
        let direction = read(&json!({ "id": "e", "status": "queued", "telephony_data": { "call_type": kind } })).direction;
        let expected = match kind.as_str() { "inbound" => Some(Direction::Inbound), "outbound" => Some(Direction::Outbound), _ => None };
        prop_assert_eq!(direction, expected);
    }
}

//! The played Voicenter says what the real one says, in every habit of writing, over real HTTP (D4).

#![expect(clippy::unwrap_used, reason = "a test may fail so")]

use axum::http::HeaderMap;
use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::call::{Direction, LegReport, Outcome};
use ringleader_core::legs::{FoldRules, Folded, fold, is_missed};
use ringleader_providers::voicenter::fake::{
    CallLog, CallLogRules, Disorder, Encoding, Scenario, Style, VoicenterFake,
};
use ringleader_providers::voicenter::inbound::{answer_ok, parse};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

const CALLER: &str = "0501234567";
const DID: &str = "0771234567";

fn start() -> Timestamp {
    "2026-07-05T07:00:00Z".parse().unwrap()
}

fn later(seconds: i64) -> Timestamp {
    start() + SignedDuration::from_secs(seconds)
}

fn client() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().no_proxy().build().unwrap()
}

fn styles() -> Vec<Style> {
    let mut styles = Vec::new();
    for encoding in [Encoding::Json, Encoding::Form, Encoding::XmlRpc] {
        for bits in 0..32u8 {
            let on = |bit: u8| bits & (1 << bit) != 0;
            let nested_as_text = on(4);
            let (old_fields, local_time, mixed_case, numbers_as_text) = (on(0), on(1), on(2), on(3));
            let in_array = nested_as_text && encoding == Encoding::Json;
            styles.push(Style {
                encoding,
                old_fields,
                local_time,
                in_array,
                mixed_case,
                nested_as_text,
                numbers_as_text,
            });
        }
    }
    styles
}

fn read(call: &Scenario, style: Style) -> Folded {
    let read = |payload: &ringleader_providers::voicenter::fake::Payload| -> LegReport {
        parse(Some(payload.content_type), &payload.body, later(200)).unwrap().report
    };
    let legs: Vec<LegReport> = call.payloads(style).iter().map(read).collect();
    assert!(legs.iter().all(|leg| leg.call_key == legs[0].call_key), "one call");
    fold(&legs, &FoldRules { after_menu: true, ..FoldRules::default() }).unwrap()
}

#[test]
fn every_scenario_is_read_alike_in_every_style() {
    use Direction::{Inbound, Outbound};
    let table = [
        (Scenario::missed(CALLER, DID), Inbound, Outcome::Missed),
        (Scenario::missed(CALLER, DID).extensions(&["SIPtest1", "SIPtest2", "SIPtest3"]), Inbound, Outcome::Missed),
        (Scenario::missed("", DID), Inbound, Outcome::Missed),
        (Scenario::missed(CALLER, DID).status("WHATEVER"), Inbound, Outcome::Unknown),
        (Scenario::answered(CALLER, DID, 60), Inbound, Outcome::Answered),
        (Scenario::menu(CALLER, DID), Inbound, Outcome::Menu),
        (Scenario::voicemail(CALLER, DID, "http://records.example/1.mp3"), Inbound, Outcome::Voicemail),
        (Scenario::queue_abandoned(CALLER, DID, 64), Inbound, Outcome::Missed),
        (Scenario::left_queue_then_answered(CALLER, DID), Inbound, Outcome::Answered),
        (Scenario::transferred(CALLER, DID), Inbound, Outcome::Answered),
        (Scenario::called_back(DID, CALLER, 60), Outbound, Outcome::Answered),
        (Scenario::call_back_failed(DID, CALLER), Outbound, Outcome::Missed),
        (Scenario::click_to_call(DID, CALLER, true), Outbound, Outcome::Answered),
        (Scenario::click_to_call(DID, CALLER, false), Outbound, Outcome::Missed),
    ];
    for (call, direction, outcome) in table {
        let call = call.at(start());
        for style in styles() {
            let folded = read(&call, style);
            assert_eq!((folded.direction, folded.outcome), (direction, outcome), "{style:?} {call:?}");
            assert_eq!(folded.started_at, Some(start()), "{style:?}");
            assert_eq!(folded.line.as_deref(), Some(DID), "{style:?}");
        }
    }
}

#[test]
fn calls_are_named_by_their_time_unless_they_have_a_name() {
    let id = |call: &Scenario| call.records()[0]["ivruniqueid"].as_str().unwrap().to_owned();
    let call = Scenario::missed(CALLER, DID).at(start());
    assert!(id(&call).starts_with("20260705100000"), "{}", id(&call));
    assert_ne!(id(&call), id(&Scenario::missed("0501234568", DID).at(start())));
    assert_eq!(id(&Scenario::missed(CALLER, DID).id("call-1").at(start())), "call-1");
    assert_eq!(id(&call.id("call-2")), "call-2");
}

#[derive(Clone, Default)]
struct Hook {
    bodies: Arc<Mutex<Vec<(String, Bytes)>>>,
    refusals: Arc<Mutex<u32>>,
}

async fn take(State(hook): State<Hook>, headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
    let content_type = headers["content-type"].to_str().unwrap().to_owned();
    hook.bodies.lock().unwrap().push((content_type.clone(), body.clone()));
    let mut refusals = hook.refusals.lock().unwrap();
    if *refusals > 0 {
        *refusals -= 1;
        return (StatusCode::SERVICE_UNAVAILABLE, String::new());
    }
    let record = parse(Some(&content_type), &body, later(300)).unwrap();
    (StatusCode::OK, answer_ok(record.format).1)
}

async fn webhook() -> (Hook, String) {
    let hook = Hook::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let app = Router::new().route("/hook", post(take)).with_state(hook.clone());
    tokio::spawn(async move { drop(axum::serve(listener, app).await) });
    (hook, url)
}

#[tokio::test]
async fn a_refused_record_comes_again_unchanged() {
    let (hook, url) = webhook().await;
    *hook.refusals.lock().unwrap() = 2;
    let fake = VoicenterFake::new(client(), url, 1);
    let delivered = fake.deliver(&Scenario::missed(CALLER, DID).at(start()).payload(Encoding::XmlRpc)).await;
    assert_eq!((delivered.attempts, delivered.status), (3, Some(200)));
    assert!(delivered.body.contains("<int>0</int>"), "{}", delivered.body);
    let bodies = hook.bodies.lock().unwrap();
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}

#[tokio::test]
async fn nobody_listening_is_told_as_no_answer() {
    let fake = VoicenterFake::new(client(), "http://127.0.0.1:1/hook", 1);
    let delivered = fake.deliver(&Scenario::missed(CALLER, DID).at(start()).payload(Encoding::Json)).await;
    assert_eq!((delivered.attempts, delivered.status), (fake.attempts, None));
}

#[tokio::test]
async fn disorder_repeats_and_shuffles_by_the_seed() {
    let (hook, url) = webhook().await;
    let calls: Vec<_> = (0..20)
        .map(|n| Scenario::missed(CALLER, DID).id(&format!("call-{n}")).at(later(n)).payload(Encoding::Json))
        .collect();
    let disorder = Disorder { duplicates_percent: 50, shuffle: true };
    VoicenterFake::new(client(), url.clone(), 7).deliver_all(&calls, disorder).await;
    let first: Vec<_> = std::mem::take(&mut *hook.bodies.lock().unwrap());
    VoicenterFake::new(client(), url.clone(), 7).deliver_all(&calls, disorder).await;
    let second: Vec<_> = std::mem::take(&mut *hook.bodies.lock().unwrap());
    assert_eq!(first, second);
    assert!(first.len() > 20 && first.len() <= 40);
    let fake = VoicenterFake::new(client(), url, 7);
    assert!((0..100).all(|_| (60..=600).contains(&fake.delay().as_secs())));
}

async fn ask(log: &CallLog, body: Value) -> (u16, Value) {
    let answer = client().post(format!("{}/hub/cdr/", log.url)).body(body.to_string()).send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

fn search(code: &str) -> Value {
    json!({"code": code, "fields": ["CallID"], "search": {"fromdate": "2026-07-05T06:00:00", "todate": "2026-07-05T08:00:00Z",
        "phones": ["972501234567"], "cdrTypes": [4, 10, 15]}})
}

#[tokio::test]
async fn the_call_log_finds_call_backs_after_its_lag() {
    let log = CallLog::start(CallLogRules::default(), later(100)).await.unwrap();
    log.add(&Scenario::called_back(DID, "972501234567", 60).at(start()));
    log.add(&Scenario::missed(CALLER, DID).at(start()));
    log.add(&Scenario::called_back(DID, "972501234999", 60).at(start()));
    let (status, early) = ask(&log, search("test-code")).await;
    assert_eq!((status, &early["TOTAL_HITS"]), (200, &json!(0)));
    log.set_now(later(300));
    let (_, found) = ask(&log, search("test-code")).await;
    assert_eq!(found["RETURN_HITS"], json!(1));
    let row = found["CDR_LIST"][0].to_string();
    let leg = parse(None, row.as_bytes(), later(300)).unwrap().report;
    assert_eq!((leg.direction, leg.outcome, leg.started_at), (Direction::Outbound, Outcome::Answered, Some(start())));
    log.set_rules(|rules| rules.lower_case = false);
    let (_, found) = ask(&log, search("test-code")).await;
    assert!(found["CDR_LIST"][0].get("CallID").is_some());
}

#[tokio::test]
async fn the_call_log_refuses_as_the_real_one() {
    let rules = CallLogRules { per_minute: 1, ..CallLogRules::default() };
    let log = CallLog::start(rules, later(300)).await.unwrap();
    let mut backwards = search("test-code");
    backwards["search"]["todate"] = json!("2026-07-05T05:00:00");
    let number = |answer: (u16, Value)| (answer.0, answer.1["ERROR_NUMBER"].as_i64().unwrap());
    assert_eq!(number(ask(&log, search("wrong")).await), (403, 2));
    assert_eq!(number(ask(&log, backwards).await), (404, 5));
    assert_eq!(number(ask(&log, search("test-code")).await), (403, 1));
    log.set_now(later(400));
    assert_eq!(number(ask(&log, search("test-code")).await), (200, 0));
    log.set_rules(|rules| rules.address_allowed = false);
    assert_eq!(number(ask(&log, search("test-code")).await), (403, 4));
}

#[test]
fn the_missed_ones_are_missed_and_the_others_are_not() {
    let rules = FoldRules { after_menu: true, ..FoldRules::default() };
    let missed = |call: Scenario| is_missed(&read(&call.at(start()), Style::default()), &rules).is_ok();
    assert!(
        missed(Scenario::missed(CALLER, DID))
            && missed(Scenario::menu(CALLER, DID))
            && missed(Scenario::queue_abandoned(CALLER, DID, 9))
    );
    assert!(!missed(Scenario::answered(CALLER, DID, 5)) && !missed(Scenario::called_back(DID, CALLER, 5)));
    assert!(!missed(Scenario::missed(CALLER, DID).status("WHATEVER")));
}

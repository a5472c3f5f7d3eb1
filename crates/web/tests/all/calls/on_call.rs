//! Emergencies: who is on call is rung and texted, one after the other, until one takes it by key or reply (C8).

use super::agency::{Agency, LINE, customer};
use crate::support::Model;
use axum::body::Body;
use http::Request;
use jiff::SignedDuration;
use ringleader_brain::seam::{Asked, Brain, BrainError, MessageRequest, TurnRequest};
use ringleader_core::reading::Reading;
use ringleader_core::reception::reading::TurnReading;
use ringleader_jobs::voice::on_call::pressed;
use ringleader_providers::faults::{Chance, Fault};
use ringleader_providers::twilio::fake::PlacedCall;
use ringleader_providers::twilio::fake::caller::{Picks, Played, Script, Webhooks};
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const OWNER: &str = "+447700900001";
const ON_CALL: [&str; 2] = ["+447700900803", "+447700900804"];

/// A model that is down.
struct Down;

#[async_trait::async_trait]
impl Brain for Down {
    fn name(&self) -> &'static str {
        "openai"
    }

    async fn read_message(&self, _: &MessageRequest) -> Asked<Reading> {
        Err((BrainError::Unavailable { detail: "down".into(), retry_after: None }, Vec::new()))
    }

    async fn read_turn(&self, _: &TurnRequest, _flaw: Option<&str>) -> Asked<TurnReading> {
        Err((BrainError::Unavailable { detail: "down".into(), retry_after: None }, Vec::new()))
    }
}

/// An agency with two people on call and every model down, and somebody who smells gas.
async fn gas(db: TestDb) -> (Agency, Played) {
    let models = || -> Vec<Model> { vec![(Arc::new(Down), Duration::from_millis(50))] };
    let agency = Agency::open(db, "gather", Box::new(models)).await;
    let chain = json!([{"name": "Sam", "phone": ON_CALL[0]}, {"name": "Kit", "phone": ON_CALL[1]}]);
    agency.set(json!({"reception": {"on_call": chain, "on_call_wait": "2m"}})).await;
    let mut mind = Script::saying(&["I can smell gas in the kitchen", "12 Secret Mews W9 2AB", "my name is Ada Moss"]);
    let played = agency.call(&agency.dialled(customer(60).as_str()), &mut mind).await;
    assert!(played.words().contains("Please don't switch anything on or off"), "{}", played.words());
    (agency, played)
}

/// Whom the program rang so far.
fn rung(agency: &Agency) -> Vec<PlacedCall> {
    agency.twilio.calls()
}

/// The nth call that was placed is answered so.
async fn picks(agency: &Agency, nth: usize, how: Picks) -> Played {
    let hooks = Webhooks { fallback: String::new(), ..Webhooks::usual("https://ring.example", &agency.address) };
    let played = agency.exchange.ring(&rung(agency)[nth], &hooks, how).await;
    assert!(played.failures().is_empty(), "{:#?}", played.steps);
    agency.app.run_due().await;
    played
}

async fn waits(agency: &Agency, time: SignedDuration) {
    agency.app.db.clock.advance(time);
    agency.app.run_due().await;
}

async fn alarm(agency: &Agency) -> Value {
    agency.list("alarms").await.remove(0)
}

fn texts(agency: &Agency, to: &str) -> usize {
    agency.twilio.sent().iter().filter(|sms| sms.to == to).count()
}

async fn trail(agency: &Agency) -> Vec<String> {
    let all = agency.list("audit?limit=200").await;
    all.iter()
        .map(|it| it["action"].as_str().unwrap_or_default().to_owned())
        .filter(|it| it.starts_with("on_call."))
        .collect()
}

both_engines! {
    async fn the_first_on_call_is_rung_and_texted_at_once_and_takes_it_by_key(db: TestDb) {
        let (agency, _) = gas(db).await;
        let placed = rung(&agency);
        assert_eq!((placed.len(), placed[0].to.as_str(), placed[0].from.as_str()), (1, ON_CALL[0], LINE));
        assert!(!placed[0].url.contains("447700"), "no number in an address: {}", placed[0].url);
        assert!(texts(&agency, ON_CALL[0]) >= 1);
        let played = picks(&agency, 0, Picks::Accepts).await;
        let words = played.words();
        let (before, after) = words.split_once("Thank you, it is yours now.").expect("it was taken");
        assert!(before.contains("An emergency was reported: gas. Press 1"), "{before}");
        assert!(!before.contains("Secret Mews") && !before.contains("4 4 7 7"), "nothing private before the key: {before}");
        assert!(after.contains("12 Secret Mews") && after.contains("4 4 7 7 0 0"), "{after}");
        let alarm = alarm(&agency).await;
        assert_eq!((alarm["state"].as_str(), alarm["taken_by"].as_str()), (Some("acknowledged"), Some("Sam")), "{alarm}");
        waits(&agency, SignedDuration::from_mins(10)).await;
        assert_eq!((rung(&agency).len(), texts(&agency, ON_CALL[1])), (1, 0), "nobody else is told");
        assert!(trail(&agency).await.contains(&"on_call.taken".to_owned()));
    }

    async fn who_does_not_answer_or_lets_a_machine_answer_has_not_taken_it(db: TestDb) {
        let (agency, _) = gas(db).await;
        let played = picks(&agency, 0, Picks::Voicemail).await;
        assert!(!played.words().contains("Secret Mews"), "a voicemail hears nothing private: {}", played.words());
        waits(&agency, SignedDuration::from_secs(100)).await; // of the two minutes, the call took some
        assert_eq!(rung(&agency).len(), 1, "the set time is theirs: they may still answer the text");
        waits(&agency, SignedDuration::from_secs(21)).await;
        assert_eq!((rung(&agency).len(), rung(&agency)[1].to.as_str()), (2, ON_CALL[1]));
        picks(&agency, 1, Picks::NoAnswer).await;
        assert_eq!(trail(&agency).await.iter().filter(|it| *it == "on_call.rung").count(), 2);
        waits(&agency, SignedDuration::from_mins(2)).await;
        assert_eq!((rung(&agency).len(), alarm(&agency).await["state"].clone()), (3, json!("ringing")), "once more");
        let owner = texts(&agency, OWNER);
        for _ in 0..6 {
            waits(&agency, SignedDuration::from_mins(2)).await;
        }
        let chain: Vec<String> = rung(&agency).into_iter().map(|call| call.to).collect();
        assert_eq!(chain, [ON_CALL, ON_CALL, ON_CALL].concat(), "three rounds");
        assert_eq!(alarm(&agency).await["state"], "unanswered");
        let told: Vec<String> = agency.twilio.sent().into_iter().filter(|sms| sms.to == OWNER).map(|sms| sms.body).collect();
        assert!(told.len() > owner && told.iter().any(|text| text.contains("Nobody on call has taken it")), "{told:?}");
        let late = picks(&agency, 5, Picks::Accepts).await;
        assert!(late.words().contains("it is yours now"), "it can still be taken: {}", late.words());
    }

    async fn the_owner_hears_at_once_of_danger_that_no_lead_tells_of(db: TestDb) {
        let agency = Agency::open(db, "gather", Box::new(Vec::new)).await;
        let mut mind = Script::saying(&["there is a fire in the kitchen"]);
        agency.call(&agency.dialled(""), &mut mind).await;
        let told: Vec<String> = agency.twilio.sent().into_iter().filter(|sms| sms.to == OWNER).map(|sms| sms.body).collect();
        assert!(told.iter().any(|text| text.contains("EMERGENCY: fire") && text.contains("are being told")), "{told:?}");
    }

    async fn a_slip_of_the_finger_declines_nothing_and_the_last_one_is_told_the_truth(db: TestDb) {
        let (agency, _) = gas(db).await;
        let id = alarm(&agency).await["id"].as_str().unwrap().parse().unwrap();
        let key = async |nth, key| pressed(&agency.app.cx, agency.tenant, id, nth, key).await.unwrap().unwrap();
        let told = key(0, "5").await;
        assert!(told.asks && told.text.contains("Press 1"), "asked again: {told:?}");
        agency.app.run_due().await;
        assert_eq!(rung(&agency).len(), 1, "nobody else is told");
        for nth in 0..6 {
            let told = key(nth, "2").await;
            let expected = if nth < 5 { "the next person is told" } else { "the office is told" };
            assert!(!told.asks && told.text.contains(expected), "{nth}: {told:?}");
            agency.app.run_due().await;
            waits(&agency, SignedDuration::from_mins(3)).await;
        }
        assert_eq!(alarm(&agency).await["state"], "unanswered");
    }

    async fn a_phone_whose_call_was_placed_unknown_to_us_is_silenced_too(db: TestDb) {
        let agency = Agency::open(db, "gather", Box::new(Vec::new)).await;
        agency.set(json!({"reception": {"on_call": [{"name": "Sam", "phone": ON_CALL[0]}], "on_call_wait": "2m"}})).await;
        agency.twilio.fail_next(10, Fault::Http500AfterAccept);
        let mut mind = Script::saying(&["there is a fire in the kitchen"]);
        agency.exchange.call(&agency.dialled(customer(62).as_str()), &mut mind).await;
        agency.app.run_due().await;
        assert_eq!(rung(&agency).len(), 1, "it rings, though the answer was lost");
        let id = alarm(&agency).await["id"].as_str().unwrap().to_owned();
        let taken = agency.app.post(&format!("/api/v1/alarms/{id}/taken"), &agency.key, json!({})).await;
        assert!(taken.status.is_success(), "{}", taken.text);
        agency.app.run_due().await;
        assert_eq!(rung(&agency)[0].status, "completed", "the phone is silent");
        waits(&agency, SignedDuration::from_mins(20)).await;
        assert_eq!(rung(&agency).len(), 1, "and rings no more");
    }

    async fn who_declines_passes_it_on_at_once_and_the_next_one_has_it(db: TestDb) {
        let (agency, _) = gas(db).await;
        let played = picks(&agency, 0, Picks::Declines).await;
        assert!(played.words().contains("the next person is told"), "{}", played.words());
        assert_eq!(rung(&agency).len(), 2, "at once");
        let played = picks(&agency, 1, Picks::Accepts).await;
        assert!(played.words().contains("it is yours now"), "{}", played.words());
        let late = picks(&agency, 0, Picks::Accepts).await;
        assert!(late.words().contains("Somebody has taken it already") && !late.words().contains("Secret Mews"), "{}", late.words());
        assert_eq!(alarm(&agency).await["taken_by"], "Kit");
    }

    async fn a_reply_to_the_text_stops_the_phone_that_still_rings(db: TestDb) {
        let (agency, _) = gas(db).await;
        let url = "https://ring.example/webhooks/twilio/messages";
        let (body, tag) = agency.twilio.customer_says(ON_CALL[0], LINE, "1", url);
        let request = Request::post("/webhooks/twilio/messages")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-twilio-signature", tag);
        let answer = agency.app.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.status, http::StatusCode::OK, "{}", answer.text);
        agency.app.run_due().await;
        assert_eq!(alarm(&agency).await["taken_by"], "Sam");
        assert_eq!(rung(&agency)[0].status, "completed", "the phone is silent");
        waits(&agency, SignedDuration::from_mins(5)).await;
        assert_eq!(rung(&agency).len(), 1);
    }

    async fn a_phone_company_that_is_slow_or_refuses_stops_nothing(db: TestDb) {
        let models = || -> Vec<Model> { vec![] };
        let agency = Agency::open(db, "gather", Box::new(models)).await;
        let chain = json!([{"name": "Sam", "phone": ON_CALL[0]}, {"name": "Kit", "phone": ON_CALL[1]}]);
        agency.set(json!({"reception": {"on_call": chain, "on_call_wait": "1m"}})).await;
        agency.twilio.set_faults(vec![Chance { p: 1.0, fault: Fault::Error { code: 21211 } }]);
        let mut mind = Script::saying(&["there is a fire in the kitchen"]);
        agency.call(&agency.dialled(customer(61).as_str()), &mut mind).await;
        assert!(trail(&agency).await.contains(&"on_call.refused".to_owned()), "{:?}", trail(&agency).await);
        agency.twilio.set_faults(Vec::new());
        for called in ON_CALL {
            waits(&agency, SignedDuration::from_secs(61)).await;
            assert_eq!(rung(&agency).last().map(|call| call.to.clone()).as_deref(), Some(called), "in the next round");
        }
    }

    async fn where_neither_call_nor_text_reaches_somebody_the_next_one_is_told_at_once(db: TestDb) {
        let agency = Agency::open(db, "gather", Box::new(Vec::new)).await;
        let chain = json!([{"name": "Sam", "phone": ON_CALL[0]}, {"name": "Kit", "phone": ON_CALL[1]}]);
        agency.set(json!({"reception": {"on_call": chain, "on_call_wait": "10m"}})).await;
        agency.twilio.set_faults(vec![Chance { p: 1.0, fault: Fault::Error { code: 21211 } }]);
        let mut mind = Script::saying(&["there is a fire in the kitchen"]);
        agency.call(&agency.dialled(customer(63).as_str()), &mut mind).await;
        let told = |trail: Vec<String>| trail.iter().filter(|it| *it == "on_call.told").count();
        assert_eq!(told(trail(&agency).await), 2, "not after ten minutes");
        waits(&agency, SignedDuration::from_mins(9)).await;
        assert_eq!(told(trail(&agency).await), 2, "a new round has its time");
        waits(&agency, SignedDuration::from_mins(2)).await;
        assert!(told(trail(&agency).await) > 2);
    }
}

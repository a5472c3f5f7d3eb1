//! How a call was, asked after it (C14).

use super::agency::{Agency, LINE, customer};
use axum::body::Body;
use http::{Request, StatusCode};
use jiff::SignedDuration;
use ringleader_providers::twilio::fake::caller::{Played, Script};
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;

async fn called(agency: &Agency, nth: usize) -> Played {
    let mut mind = Script::saying(&["when are you open?", "no thanks"]);
    agency.call(&agency.dialled(customer(nth).as_str()), &mut mind).await
}

async fn passes(agency: &Agency, time: SignedDuration) {
    agency.app.db.clock.advance(time);
    agency.app.run_due().await;
}

fn asked(agency: &Agency, nth: usize) -> usize {
    let to = customer(nth);
    let sent = agency.twilio.sent();
    sent.iter().filter(|sms| sms.to == to.as_str() && sms.body.contains("how was your call with us?")).count()
}

async fn replies(agency: &Agency, nth: usize, words: &str) {
    let url = "https://ring.example/webhooks/twilio/messages";
    let (body, tag) = agency.twilio.customer_says(customer(nth).as_str(), LINE, words, url);
    let request = Request::post("/webhooks/twilio/messages")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("x-twilio-signature", tag);
    let answer = agency.app.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    agency.app.run_due().await;
    passes(agency, SignedDuration::from_secs(6)).await;
}

both_engines! {
    async fn a_caller_is_asked_once_a_month_how_it_was_and_the_answer_counts(db: TestDb) {
        let agency = Agency::open(db, "gather", Box::new(Vec::new)).await;
        agency.set(json!({"reception": {"messages": true}})).await;
        let played = called(&agency, 70).await;
        assert_eq!(asked(&agency, 70), 0, "not at once");
        passes(&agency, SignedDuration::from_mins(16)).await;
        assert_eq!(asked(&agency, 70), 1);
        replies(&agency, 70, "3").await;
        let call = agency.voice(&played).await.unwrap().call_id;
        let mut read = agency.app.db.store.read(agency.tenant).await.unwrap();
        assert_eq!(read.satisfaction().of_call(call).await.unwrap(), Some(3));
        drop(read);
        let report = agency.app.get("/api/v1/analytics/summary", &agency.key).await.json();
        let total = &report["total"];
        assert_eq!((&total["asked_satisfaction"], &total["opinions"], &total["satisfaction"]), (&json!(1), &json!({"bad": 1}), &json!(0.0)), "{report}");
        assert_eq!((&total["calls_taken"], &total["call_handover_rate"]), (&json!(1), &json!(0.0)), "{report}");
        assert_eq!(total["sources"], json!({"receptionist": 1}), "{report}");
        let rows = agency.app.get("/api/v1/analytics/rows?measure=satisfaction:bad", &agency.key).await.json();
        assert_eq!(rows["data"][0]["id"], call.to_string(), "{rows}");
        let tasks = agency.list("tasks?limit=200").await;
        assert!(tasks.iter().any(|task| task["kind"] == "call_back" && task["urgency"] == "urgent"), "{tasks:?}");
        passes(&agency, SignedDuration::from_hours(24 * 7)).await;
        called(&agency, 70).await;
        passes(&agency, SignedDuration::from_mins(16)).await;
        assert_eq!(asked(&agency, 70), 1, "at most monthly");
    }

    async fn nobody_is_asked_after_an_emergency_nor_where_nobody_reads_the_answer(db: TestDb) {
        let agency = Agency::open(db, "gather", Box::new(Vec::new)).await;
        called(&agency, 71).await;
        passes(&agency, SignedDuration::from_mins(16)).await;
        assert_eq!(asked(&agency, 71), 0, "the receptionist does not answer messages here");
        agency.set(json!({"reception": {"messages": true}})).await;
        let mut mind = Script::saying(&["I can smell gas", "12 Elgin Avenue", "my name is Ada Moss"]);
        agency.call(&agency.dialled(customer(72).as_str()), &mut mind).await;
        passes(&agency, SignedDuration::from_mins(16)).await;
        assert_eq!(asked(&agency, 72), 0);
    }
}

//! Recordings of voice agents' calls are heard with the platform's key, and calls that wait are called off (D1).

use super::{Agency, CUSTOMER, settings};
use crate::support::Answer;
use axum::body::{Body, to_bytes};
use http::{Method, Request, StatusCode};
use ringleader_brain::models::http_client;
use ringleader_core::user::Role;
use ringleader_providers::bolna::fake::Scenario;
use ringleader_providers::bolna::{Client, Config};
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

async fn heard(agency: &Agency, call: &Value, range: Option<&str>) -> (StatusCode, Vec<u8>) {
    let path = format!("/api/v1/calls/{}/recording", call["id"].as_str().unwrap());
    let request = Request::get(path).header("authorization", format!("Bearer {}", agency.key));
    let request = range.into_iter().fold(request, |request, range| request.header("range", range));
    let answer = agency.app.open(request.body(Body::empty()).unwrap()).await;
    (answer.status(), to_bytes(answer.into_body(), 1 << 20).await.unwrap().to_vec())
}

async fn hang_up(agency: &Agency, call: &Value) -> Answer {
    let path = format!("/api/v1/calls/{}/hang-up", call["id"].as_str().unwrap());
    agency.app.call(Method::POST, &path, &agency.key, None).await
}

both_engines! {
    async fn a_recording_is_heard_through_us_in_parts_too_and_its_link_is_asked_for_each_time(db: TestDb) {
        let agency = Agency::open(db).await;
        let call = agency.hear_of(Scenario::answered(27.2)).await;
        assert_eq!(heard(&agency, &call, Some("bytes=1-")).await.0, StatusCode::PARTIAL_CONTENT);
        let (status, sound) = heard(&agency, &call, None).await;
        assert_eq!((status, &sound[..4]), (StatusCode::OK, &b"RIFF"[..]));
        assert_eq!(heard(&agency, &call, Some("bytes=9000000-")).await.0, StatusCode::RANGE_NOT_SATISFIABLE);
        agency.app.db.clock.advance(jiff::SignedDuration::from_mins(11));
        let (status, part) = heard(&agency, &call, Some("bytes=8-11")).await;
        assert_eq!((status, part.as_slice()), (StatusCode::PARTIAL_CONTENT, &b"WAVE"[..]));
        agency.fake.links_expire();
        assert_eq!(heard(&agency, &call, None).await.0, StatusCode::OK);
        let audit = agency.get("audit?limit=200").await;
        let listened = audit["data"].as_array().unwrap().iter().filter(|line| line["action"] == "call.listen");
        assert_eq!(listened.count(), 2, "who listens is noted once, whichever part they begin with");
    }

    async fn nobody_else_hears_it_and_what_is_not_there_is_said(db: TestDb) {
        let agency = Agency::open(db).await;
        let call = agency.hear_of(Scenario::answered(27.2)).await;
        let path = format!("/api/v1/calls/{}/recording", call["id"].as_str().unwrap());
        let other = agency.app.shop("Other Homes").await;
        assert_eq!(agency.app.get(&path, &other).await.status, StatusCode::NOT_FOUND);
        let missed = agency.hear_of(Scenario::no_answer().id("ex-2")).await;
        assert_eq!(heard(&agency, &missed, None).await.0, StatusCode::NOT_FOUND);
    }

    async fn a_recording_that_the_platform_keeps_no_more_or_elsewhere_is_told_apart(db: TestDb) {
        let agency = Agency::open(db).await;
        let told = |id: &str, url: &str| json!({
            "id": id, "agent_id": "agent-1", "status": "completed", "user_number": CUSTOMER,
            "telephony_data": { "call_type": "outbound", "recording_url": url },
        });
        let elsewhere = "https://plivo.example/sound.mp3";
        agency.hear(&[told("ex-3", "https://api.bolna.ai/recordings/call/ex-3"), told("ex-4", elsewhere)]).await;
        let gone = agency.app.get(&format!("/api/v1/calls/{}/recording", id(&agency, "ex-3").await), &agency.key).await;
        assert_eq!((gone.status, &gone.json()["type"]), (StatusCode::CONFLICT, &json!("/problems/recording-missing")));
        let there = agency.app.get(&format!("/api/v1/calls/{}/recording", id(&agency, "ex-4").await), &agency.key).await;
        assert_eq!((there.status, there.headers["location"].to_str().unwrap()), (StatusCode::TEMPORARY_REDIRECT, elsewhere));
    }

    async fn a_call_is_called_off_before_it_is_dialled_and_not_after(db: TestDb) {
        let agency = Agency::open(db).await;
        let config = Config::parse(&settings()).unwrap();
        let client = Client::new(http_client(), &agency.fake.base_url(), &config).unwrap();
        let execution = client.call("agent-1", CUSTOMER, &json!({})).await.unwrap();
        let queued = json!({ "id": execution, "agent_id": "agent-1", "status": "queued", "user_number": CUSTOMER });
        agency.hear(&[queued]).await;
        let tenant = agency.app.tenant_of(&agency.key).await;
        agency.app.user(tenant, "dana@now.example", Role::Owner).await;
        let mut dana = agency.app.signed_in("dana@now.example").await;
        assert!(!dana.page("/today").await.contains("Calls now"), "nobody has dialled it yet");
        let call = agency.call(&execution).await;
        assert_eq!(hang_up(&agency, &call).await.status, StatusCode::ACCEPTED);
        let again = hang_up(&agency, &call).await;
        assert_eq!((again.status, &again.json()["type"]), (StatusCode::CONFLICT, &json!("/problems/conflict")), "{}", again.text);
        let bodies = agency.fake.play(&Scenario::answered(27.2).id("ex-9").at(agency.now()));
        agency.hear(&bodies[..3]).await;
        assert!(dana.page("/today").await.contains("Calls now"));
        let talking = hang_up(&agency, &agency.call("ex-9").await).await;
        assert_eq!((talking.status, &talking.json()["type"]), (StatusCode::CONFLICT, &json!("/problems/cannot-hang-up")));
    }
}

async fn id(agency: &Agency, execution: &str) -> String {
    agency.call(execution).await["id"].as_str().unwrap().to_owned()
}

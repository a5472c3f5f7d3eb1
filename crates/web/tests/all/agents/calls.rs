//! From the webhook to the row and the contact (B1, B2, B4).

use super::{Agency, CUSTOMER, debit, settings};
use crate::support::{ADMIN, tenant};
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Request, StatusCode};
use jiff::SignedDuration;
use ringleader_providers::bolna::fake::{Disorder, Scenario, Target};
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};
use std::net::SocketAddr;

both_engines! {
    async fn an_answered_call_is_one_row_with_contact_times_transcript_and_one_debit(db: TestDb) {
        let agency = Agency::open(db).await;
        let begun = agency.now() - SignedDuration::from_mins(5);
        let call = agency.hear_of(Scenario::answered(27.2)).await;
        assert_eq!(agency.calls().await.len(), 1);
        assert_eq!((&call["lifecycle"], &call["status"], &call["outcome"]), (&json!("completed"), &json!("completed"), &json!("answered")));
        assert_eq!((&call["direction"], &call["from"], &call["to"]), (&json!("outbound"), &json!("+442079460018"), &json!(CUSTOMER)));
        assert_eq!((&call["duration_seconds"], &call["duration_minutes"], &call["credits"]), (&json!(28), &json!(1), &json!(1)));
        let time = |after| json!(begun + SignedDuration::from_secs(after));
        assert_eq!((&call["started_at"], &call["ringing_at"], &call["answered_at"]), (&time(0), &time(2), &time(5)));
        assert_eq!((&call["disconnected_at"], &call["completed_at"]), (&time(33), &time(183)));
        assert_eq!(call["hangup"], json!({"by": "Callee", "reason": "Call recipient hung up", "code": "4000"}));
        assert_eq!(call["transcript"][1], json!({"role": "customer", "text": "Hi, do you have three room flats in Haifa?"}));
        assert!(call["recording_url"].as_str().unwrap().ends_with("0b5f2c1e-7a0d-4c39-9d54-6f1f0f3d2a11"));
        assert_eq!((&call["line"], &call["agent"]["agent_id"]), (&json!("+442079460018"), &json!("agent-1")));
        let contacts = agency.get("contacts").await;
        assert_eq!(contacts["data"][0]["id"], call["contact_id"]);
        assert_eq!((agency.ledger().await, agency.balance().await), (vec![debit(1)], -1));
    }

    async fn what_was_told_of_a_call_is_shown_with_both_clocks(db: TestDb) {
        let agency = Agency::open(db).await;
        let begun = agency.now() - SignedDuration::from_mins(5);
        let call = agency.hear_of(Scenario::answered(27.2)).await;
        let shown = agency.get(&format!("calls/{}", call["id"].as_str().unwrap())).await;
        let mut events = shown["events"].as_array().unwrap().clone();
        events.sort_by_key(|event| event["at"].as_str().unwrap().to_owned());
        let told: Vec<&str> = events.iter().map(|event| event["status"].as_str().unwrap()).collect();
        assert_eq!(told, ["initiated", "ringing", "in-progress", "call-disconnected", "completed"]);
        let ringing = json!({"status": "ringing", "attempt": 0, "at": begun + SignedDuration::from_secs(2), "received_at": agency.now(), "fetched": false});
        assert_eq!(events[1], ringing);
    }

    async fn the_contact_is_there_from_the_first_event(db: TestDb) {
        let agency = Agency::open(db).await;
        let bodies = agency.fake.play(&Scenario::answered(27.2).at(agency.now()));
        agency.hear(&bodies[..1]).await;
        let call = &agency.calls().await[0];
        assert_eq!((&call["status"], &call["lifecycle"], &call["credits"]), (&json!("in_progress"), &json!("initiated"), &json!(null)));
        assert!(call["contact_id"].is_string());
        assert!(agency.ledger().await.is_empty());
    }

    async fn every_ending_has_its_state_outcome_and_price(db: TestDb) {
        let agency = Agency::open(db).await;
        let table = [
            (Scenario::answered(61.0), "completed", "completed", "answered", 2),
            (Scenario::answered(27.2).empty_disconnect().naive_times(), "completed", "completed", "answered", 1),
            (Scenario::answered(27.2).inbound().numbers_in_telephony(), "completed", "completed", "answered", 1),
            (Scenario::answered_at_the_second_try(27.2), "completed", "completed", "answered", 1),
            (Scenario::silent(12.0), "completed", "completed", "silent", 1),
            (Scenario::voicemail(9.0), "completed", "completed", "voicemail", 1),
            (Scenario::completed_without_talk(), "completed", "completed", "missed", 0),
            (Scenario::no_answer(), "no-answer", "failed", "missed", 0),
            (Scenario::busy(), "busy", "failed", "missed", 0),
            (Scenario::ending("failed"), "failed", "failed", "technical", 0),
            (Scenario::ending("error"), "error", "failed", "technical", 0),
            (Scenario::ending("balance_low"), "balance-low", "failed", "technical", 0),
            (Scenario::ending("canceled"), "canceled", "cancelled", "missed", 0),
            (Scenario::ending("stopped"), "stopped", "cancelled", "technical", 0),
        ];
        let mut spent = 0;
        for (n, (scenario, lifecycle, status, outcome, credits)) in table.into_iter().enumerate() {
            let call = agency.hear_of(scenario.id(&format!("ex-{n}"))).await;
            let seen = [&call["lifecycle"], &call["status"], &call["outcome"]].map(|v| v.as_str().unwrap_or("null").to_owned());
            assert_eq!(seen, [lifecycle, status, outcome], "{call}");
            assert_eq!(call["credits"], credits, "{call}");
            assert!(call["contact_id"].is_string());
            spent += credits;
        }
        assert_eq!(agency.balance().await, -spent);
        assert_eq!(agency.get("contacts").await["data"].as_array().unwrap().len(), 1, "one customer, many calls");
        assert_eq!(agency.tasks("agent_wallet").await, 1, "an empty wallet is told once a day");
        let unknown = agency.hear_of(Scenario::ending("gone_fishing").id("ex-x")).await;
        assert_eq!((&unknown["status"], &unknown["flags"]), (&json!("in_progress"), &json!(["unknown_status"])));
    }

    async fn disorder_repeats_and_two_nodes_make_one_call_and_one_debit(db: TestDb) {
        let agency = Agency::open(db).await;
        let (url, server) = agency.app.serve().await;
        let target = Target { url: format!("{url}{}", agency.path), header: None };
        let other = agency.app.restarted();
        let disorder = Disorder { duplicates_percent: 60, lost_percent: 0, shuffle: true };
        let mut seen: Vec<Value> = Vec::new();
        for n in 0..12 {
            let bodies = agency.fake.play(&Scenario::answered(61.0).id(&format!("ex-{n}")).at(agency.now()));
            let answers = agency.fake.deliver(&target, &bodies, disorder).await;
            assert!(answers.iter().all(|status| *status == 200));
            tokio::join!(agency.app.run_due(), other.run_due());
            let mut call = agency.call(&format!("ex-{n}")).await;
            for own in ["id", "provider_call_id", "recording_url"] {
                call.as_object_mut().unwrap().remove(own);
            }
            seen.push(call);
        }
        server.abort();
        assert!(seen.iter().all(|call| *call == seen[0]), "the same call, whatever the order");
        assert_eq!(agency.ledger().await, vec![debit(2); 12]);
    }

    async fn an_agent_that_no_one_registered_goes_to_the_tray_until_it_is(db: TestDb) {
        let agency = Agency::open(db).await;
        let bodies = agency.fake.play(&Scenario::answered(27.2).agent("agent-2").at(agency.now()));
        agency.hear(&bodies).await;
        assert!(agency.calls().await.is_empty());
        let tray = agency.get("inbox?state=unroutable").await;
        assert_eq!(tray["data"].as_array().unwrap().len(), 5);
        let id = agency.get("connections").await["data"][0]["id"].as_str().unwrap().to_owned();
        let agents = json!({"config": {"agents": [{"agent_id": "agent-1", "name": "Dana"}, {"agent_id": "agent-2", "name": "Eli"}]}});
        let changed = agency.app.patch(&format!("/api/v1/connections/{id}"), &agency.key, agents).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
        agency.app.run_due().await;
        assert_eq!(agency.calls().await[0]["outcome"], "answered");
        assert_eq!(agency.ledger().await, [debit(1)]);
    }

    async fn only_who_knows_key_header_and_address_may_tell(db: TestDb) {
        let agency = Agency::open(db).await;
        let body = &Scenario::answered(27.2).at(agency.now()).bodies()[4];
        assert_eq!(agency.post("/webhooks/bolna/guessed", body).await, StatusCode::NOT_FOUND);
        let gate = json!({ "header": {"name": "X-Our-Token", "value": "s3cret"}, "sources": ["192.0.2.7"],
            "agents": [{"agent_id": "agent-1", "name": "Dana"}] });
        let path = agency.app.connection(&agency.key, "bolna", gate, "executions").await;
        let told = async |token: &str, peer: [u8; 4], forwarded: &str| {
            let request = Request::post(&path).header("x-our-token", token).header("x-forwarded-for", forwarded);
            let mut request = request.body(Body::from(body.to_string())).unwrap();
            request.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 4711))));
            agency.app.send(request).await.status
        };
        let (far, near, listed) = ([198, 51, 100, 9], [127, 0, 0, 1], [192, 0, 2, 7]);
        assert_eq!(told("wrong", listed, "").await, StatusCode::UNAUTHORIZED);
        assert_eq!(told("s3cret", far, "192.0.2.7").await, StatusCode::UNAUTHORIZED, "anybody may write that header");
        assert_eq!(told("s3cret", near, "192.0.2.7, 198.51.100.9").await, StatusCode::UNAUTHORIZED);
        assert!(agency.app.kept().await.is_empty(), "what is not authentic leaves no trace");
        assert_eq!(told("s3cret", listed, "").await, StatusCode::OK);
        assert_eq!(told("s3cret", near, "198.51.100.9, 192.0.2.7").await, StatusCode::OK);
        assert_eq!(agency.post(&path, body).await, StatusCode::UNAUTHORIZED);
        let shown = agency.app.get("/api/v1/connections", &agency.key).await;
        assert!(!shown.text.contains("s3cret"), "secrets go in and never come out");
    }

    async fn what_cannot_be_read_is_kept_and_a_batch_is_no_call(db: TestDb) {
        let agency = Agency::open(db).await;
        assert_eq!(agency.post(&agency.path, &json!({"agent_id": "agent-1"})).await, StatusCode::BAD_REQUEST);
        assert_eq!(agency.post(&agency.path, &json!({"batch_id": "b-1", "status": "executed"})).await, StatusCode::OK);
        agency.app.run_due().await;
        assert!(agency.calls().await.is_empty());
        let states: Vec<Value> = agency.get("inbox").await["data"].as_array().unwrap().iter().map(|e| e["state"].clone()).collect();
        assert_eq!(states, [json!("processed"), json!("unreadable")]);
    }

    async fn the_same_execution_at_two_tenants_is_two_calls_two_contacts_and_two_ledgers(db: TestDb) {
        let agency = Agency::open(db).await;
        let made = agency.app.post("/api/v1/tenants", ADMIN, tenant("Other")).await;
        let other = made.json()["api_key"].as_str().unwrap().to_owned();
        let path = agency.app.connection(&other, "bolna", settings(), "executions").await;
        let call = agency.hear_of(Scenario::answered(27.2)).await;
        let theirs = agency.app.get("/api/v1/calls", &other).await.json();
        assert!(theirs["data"].as_array().unwrap().is_empty());
        for body in Scenario::answered(61.0).at(agency.now()).bodies() {
            assert_eq!(agency.post(&path, &body).await, StatusCode::OK);
        }
        agency.app.run_due().await;
        let theirs = agency.app.get("/api/v1/calls", &other).await.json();
        assert_eq!(theirs["data"][0]["credits"], 2);
        assert_ne!(theirs["data"][0]["contact_id"], call["contact_id"]);
        assert_eq!((agency.balance().await, &agency.app.get("/api/v1/credits", &other).await.json()["balance"]), (-1, &json!(-2)));
    }

    async fn a_missed_call_to_an_agent_has_its_place_in_the_loss_account(db: TestDb) {
        let agency = Agency::open(db).await;
        let call = agency.hear_of(Scenario::voicemail(9.0).inbound()).await;
        assert_eq!(call["direction"], "inbound");
        let account = agency.get("loss-account?date=2026-11-23").await;
        assert_eq!((&account["missed"], &account["excluded"], &account["balanced"]), (&json!(1), &json!(1), &json!(true)), "{account}");
    }
}

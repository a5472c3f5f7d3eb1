//! Models that fail in every way: what is tried again and when, and that nothing is lost meanwhile (B7, P6).

use super::world::{Desk, HOT, text};
use http::StatusCode;
use jiff::SignedDuration;
use ringleader_brain::fake::Mode;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};
use std::time::Duration;

fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

/// What is said, and that it is analysed somehow, and how.
async fn state(desk: &Desk, id: &str) -> (String, String) {
    let call = desk.call(id).await;
    assert_eq!(call["transcript"].as_array().unwrap().len(), 4, "the words of the call are never lost");
    let analysis = &call["analysis"];
    assert!(analysis["score"].is_number() && analysis["dimensions"].as_object().unwrap().len() == 5, "{analysis}");
    (text(&analysis["state"]).to_owned(), text(&analysis["model"]["brain"]).to_owned())
}

fn provisional() -> (String, String) {
    ("provisional".to_owned(), "local".to_owned())
}

fn done() -> (String, String) {
    ("done".to_owned(), "openai".to_owned())
}

both_engines! {
    async fn while_the_model_is_away_the_rules_analyse_and_it_does_so_when_it_is_back(db: TestDb) {
        let desk = Desk::open(db).await;
        let modes = [Mode::Failing, Mode::Overloaded, Mode::Cut, Mode::Throttled(None), Mode::Throttled(Some(Duration::from_secs(90)))];
        for (n, mode) in modes.into_iter().enumerate() {
            let id = format!("call-{n}");
            let before = desk.model.requests();
            desk.model.set(mode.clone());
            desk.talk_from(&format!("+44770090010{n}"), &id, HOT).await;
            assert_eq!((state(&desk, &id).await, desk.model.requests()), (provisional(), before + 1), "{mode:?}");
            desk.model.set(Mode::Ok);
            desk.pass_in_steps(8, minutes(1)).await;
            assert_eq!((state(&desk, &id).await, desk.model.requests()), (done(), before + 2), "{mode:?}");
            let complete = desk.complete(&desk.call(&id).await).await;
            assert_eq!((&complete["state"], &complete["model"]["brain"]), (&json!("done"), &json!("openai")), "{mode:?}");
        }
    }

    async fn a_pause_that_the_model_asks_for_is_kept(db: TestDb) {
        let desk = Desk::open(db).await;
        desk.model.set(Mode::Throttled(Some(Duration::from_secs(600))));
        desk.talk("one", HOT).await;
        desk.model.set(Mode::Ok);
        desk.pass_in_steps(9, minutes(1)).await;
        assert_eq!((state(&desk, "one").await, desk.model.requests()), (provisional(), 1));
        desk.pass_in_steps(9, minutes(1)).await;
        assert_eq!(state(&desk, "one").await, done());
    }

    async fn what_has_to_be_mended_first_is_not_tried_before_an_hour(db: TestDb) {
        let desk = Desk::open(db).await;
        let error = json!({"error": {"message": "no", "type": "invalid_request_error", "code": "invalid_api_key"}}).to_string();
        let modes = [Mode::OutOfQuota, Mode::TooLarge, Mode::Raw(401, vec![], error.clone()), Mode::Raw(400, vec![], error)];
        for (n, mode) in modes.into_iter().enumerate() {
            let id = format!("call-{n}");
            let before = desk.model.requests();
            desk.model.set(mode.clone());
            desk.talk_from(&format!("+44770090010{n}"), &id, HOT).await;
            desk.model.set(Mode::Ok);
            desk.pass_in_steps(5, minutes(10)).await;
            assert_eq!((state(&desk, &id).await, desk.model.requests()), (provisional(), before + 1), "{mode:?}");
            desk.pass_in_steps(3, minutes(10)).await;
            assert_eq!((state(&desk, &id).await, desk.model.requests()), (done(), before + 2), "{mode:?}");
        }
    }

    async fn what_a_model_declines_is_repaired_at_most_once_and_left_until_a_person_asks(db: TestDb) {
        let desk = Desk::open(db).await;
        let cases = [(Mode::Refusing, 1), (Mode::Filtered, 1), (Mode::Text("I would rather not".into()), 2), (Mode::Truncated, 2), (Mode::Empty, 2)];
        for (n, (mode, requests)) in cases.into_iter().enumerate() {
            let id = format!("call-{n}");
            let before = desk.model.requests();
            desk.model.set(mode.clone());
            let call = desk.talk_from(&format!("+44770090010{n}"), &id, HOT).await;
            desk.model.set(Mode::Ok);
            desk.pass_in_steps(3, minutes(24 * 60)).await;
            assert_eq!((state(&desk, &id).await, desk.model.requests()), (provisional(), before + requests), "{mode:?}");
            let asked = desk.app.post(&format!("/api/v1/calls/{}/analysis", text(&call["id"])), &desk.key, json!({})).await;
            assert_eq!((asked.status, &asked.json()["state"]), (StatusCode::ACCEPTED, &json!("pending")), "{}", asked.text);
            desk.app.run_due().await;
            assert_eq!(state(&desk, &id).await, done(), "{mode:?}");
        }
    }

    async fn a_repaired_answer_is_no_provisional_one(db: TestDb) {
        let desk = Desk::open(db).await;
        desk.model.next([Mode::Truncated]);
        desk.talk("one", HOT).await;
        assert_eq!((state(&desk, "one").await, desk.model.requests()), (done(), 2));
    }

    async fn without_money_for_today_no_model_is_asked_until_there_is(db: TestDb) {
        let desk = Desk::open(db).await;
        let cap = |cents: Value| json!({"settings": {"limits": {"model_money_per_day": cents}}});
        assert_eq!(desk.app.patch("/api/v1/tenant", &desk.key, cap(json!(0))).await.status, StatusCode::OK);
        desk.talk("one", HOT).await;
        desk.pass_in_steps(5, minutes(2)).await;
        assert_eq!((state(&desk, "one").await, desk.model.requests()), (provisional(), 0));
        assert_eq!(desk.app.patch("/api/v1/tenant", &desk.key, cap(Value::Null)).await.status, StatusCode::OK);
        desk.pass_in_steps(10, minutes(2)).await;
        assert_eq!((state(&desk, "one").await, desk.model.requests()), (done(), 1));
    }

    async fn words_about_several_calls_wait_for_the_model_too(db: TestDb) {
        let desk = Desk::open(db).await;
        desk.talk("one", HOT).await;
        desk.model.next([Mode::Ok, Mode::Overloaded]);
        let call = desk.talk("two", HOT).await;
        let all = desk.complete(&call).await;
        assert_eq!((&all["state"], &all["calls_analysed"], &all["model"]["brain"]), (&json!("provisional"), &json!(2), &json!("local")));
        desk.pass_in_steps(5, minutes(1)).await;
        let all = desk.complete(&call).await;
        assert_eq!((&all["state"], &all["model"]["brain"], desk.model.requests()), (&json!("done"), &json!("openai"), 4));
        let again = desk.app.post(&format!("/api/v1/analyses/{}/rerun", text(&all["id"])), &desk.key, json!({})).await;
        assert_eq!((again.status, &again.json()["state"]), (StatusCode::ACCEPTED, &json!("pending")));
        desk.app.run_due().await;
        assert_eq!((&desk.complete(&call).await["state"], desk.model.requests()), (&json!("done"), 5));
        let states = desk.list("analyses?state=done").await;
        assert_eq!(states.len(), 3);
        assert_eq!(desk.list("analyses?state=provisional").await.len(), 0);
    }

    async fn every_request_is_in_the_usage_ledger_whatever_came_of_it(db: TestDb) {
        let desk = Desk::open(db).await;
        desk.model.next([Mode::Truncated, Mode::Ok]);
        desk.talk("one", HOT).await;
        let tenant = desk.get("tenant").await["id"].as_str().unwrap().parse().unwrap();
        let mut read = desk.app.db.store.read(tenant).await.unwrap();
        let sql = "SELECT result, tokens_in, prompt FROM model_usage ORDER BY id";
        let rows: Vec<(String, i64, String)> = read.fetch_all(sql, vec![]).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.0.as_str()).collect::<Vec<_>>(), ["invalid", "repaired"]);
        assert!(rows.iter().all(|row| row.1 > 0 && row.2 == "analyse_call@2"));
        assert!(read.usage().model_cost_since(jiff::Timestamp::UNIX_EPOCH).await.unwrap() > 0);
    }
}

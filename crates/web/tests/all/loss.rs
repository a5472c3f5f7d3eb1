//! The loss account (P11): a day closes whatever happened on it, and what was lost is found.

use crate::town::{Dice, Town};
use jiff::SignedDuration;
use ringleader_core::id::{CallId, TenantId};
use ringleader_providers::voicenter::fake::Scenario;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// The places of an account in one line.
fn sums(account: &Value) -> String {
    ["missed", "contacted", "held", "excluded", "open", "lost"].map(|place| account[place].to_string()).join(" ")
}

fn missed(town: &Town, shop: usize, caller: &str, id: &str) -> Scenario {
    let at = town.app.db.clock.now() - SignedDuration::from_secs(40);
    Scenario::missed(caller, &town.shops[shop].did).id(id).at(at)
}

async fn tenant(town: &Town, shop: usize) -> TenantId {
    town.get(shop, "tenant").await["id"].as_str().unwrap().parse().unwrap()
}

/// Takes away what stands behind the outreach of one call, as a bug would.
async fn plant(town: &Town, shop: usize, statements: &[&'static str]) {
    let mut tx = town.app.db.store.begin(tenant(town, shop).await).await.unwrap();
    for sql in statements {
        let tenant = tx.tenant().unwrap();
        assert!(tx.execute(sql, ringleader_store::args![tenant]).await.unwrap() > 0, "{sql}");
    }
    tx.commit().await.unwrap();
}

/// One of the things that happen in a shop within an hour.
async fn something(town: &Town, shop: usize, dice: &mut Dice, n: usize) {
    let number = 100 + dice.below(40);
    let mobile = format!("05012340{number}");
    let id = format!("call-{n}");
    let caller = match dice.below(12) {
        0 => "02-123-4567".to_owned(),   // a landline
        1 => "050-4123456".to_owned(),   // a kosher line
        2 => "050-765-4321".to_owned(),  // the owner
        3 => "Anonymous".to_owned(),     // withheld
        4 => "+447700900123".to_owned(), // a mobile from abroad
        5 => town.shops[shop].did.clone(),
        _ => mobile.clone(),
    };
    let call = missed(town, shop, &caller, &id);
    match dice.below(8) {
        0 => town.report(shop, &call.status("VOEND")).await, // a status that the tables know as ended by the caller
        1 => {
            town.report(shop, &call).await;
            let back = Scenario::called_back(&town.shops[shop].did, &mobile, 60).id(&format!("back-{n}"));
            town.report(shop, &back.at(town.app.db.clock.now())).await;
        }
        2 => {
            town.report(shop, &call).await;
            town.writes(shop, &format!("+97250{}", &mobile[3..]), "צריך אינסטלטור").await;
        }
        3 => {
            town.report(shop, &call).await;
            town.report(shop, &call).await;
        }
        _ => town.report(shop, &call).await,
    }
}

async fn a_day(db: TestDb, shops: usize, calls: usize) {
    let town = Town::build(db, shops).await;
    let mut dice = Dice::new(7);
    let hours = 20;
    for hour in 0..hours {
        for n in (hour * calls / hours)..((hour + 1) * calls / hours) {
            something(&town, n % shops, &mut dice, n).await;
        }
        town.run().await;
        town.pass(HOUR).await;
    }
    town.pass(HOUR * 24).await;
    let mut told = 0;
    for shop in 0..shops {
        let days = town.get(shop, "loss-account?from=2026-11-23&to=2026-11-25").await;
        for day in days["data"].as_array().unwrap() {
            assert_eq!(day["balanced"], true, "shop {shop}: {day}");
            let sum: i64 = ["contacted", "held", "excluded", "open"].iter().map(|p| day[p].as_i64().unwrap()).sum();
            assert_eq!(day["missed"], sum, "shop {shop}: {day}");
            told += day["missed"].as_i64().unwrap();
            told += day["reasons"]["not_missed"]
                .as_object()
                .into_iter()
                .flatten()
                .filter_map(|(_, n)| n.as_i64())
                .sum::<i64>();
        }
        let calls = town.all(shop, "calls").await;
        let unanswered = calls.iter().filter(|c| c["direction"] == "inbound" && c["outcome"] != "answered");
        told -= i64::try_from(unanswered.count()).unwrap();
        assert!(town.all(shop, "tasks").await.iter().all(|task| task["kind"] != "loss_account"));
    }
    assert_eq!(told, 0, "every call that nobody answered is on the account of its day, once");
}

both_engines! {
    async fn the_account_of_a_busy_day_closes_for_each_shop(db: TestDb) {
        let (shops, calls) = if std::env::var_os("RINGLEADER_FULL_TRIALS").is_some() { (50, 1000) } else { (5, 100) };
        a_day(db, shops, calls).await;
    }

    async fn each_missed_call_has_its_place_and_each_number_can_be_opened(db: TestDb) {
        let town = Town::build(db, 1).await;
        for (caller, id) in [("0501234567", "a"), ("0501234567", "b"), ("02-123-4567", "c"), ("Anonymous", "d"), ("050-765-4321", "e")] {
            town.report(0, &missed(&town, 0, caller, id)).await;
        }
        let unknown = Scenario::missed("0501234568", "0779999999").id("f").at(town.app.db.clock.now());
        town.report(0, &unknown).await;
        let before = town.get(0, "loss-account").await;
        assert_eq!(before["set_aside"]["received"], 6, "not worked off yet: {before}");
        town.run().await;
        let account = town.get(0, "loss-account").await;
        assert_eq!((account["date"].as_str(), sums(&account)), (Some("2026-11-23"), "5 0 2 1 2 0".into()), "{account}");
        assert_eq!(account["reasons"]["held"], json!({"landline": 1, "withheld": 1}));
        assert_eq!(account["set_aside"], json!({"unroutable": 1}));
        town.pass(HOUR).await;
        let account = town.get(0, "loss-account?date=2026-11-23").await;
        assert_eq!(sums(&account), "5 2 2 1 0 0", "{account}");

        let held = town.all(0, "loss-account/calls?date=2026-11-23&state=held").await;
        assert_eq!(held.iter().map(|c| c["reason"].as_str().unwrap()).collect::<Vec<_>>(), ["withheld", "landline"]);
        let first = town.get(0, "loss-account/calls?limit=3").await;
        let rest = town.get(0, &format!("loss-account/calls?limit=3&cursor={}", first["next"].as_str().unwrap())).await;
        assert_eq!((first["data"].as_array().unwrap().len(), rest["data"].as_array().unwrap().len()), (3, 2));
        let decision = held[0]["decision_id"].as_str().unwrap();
        assert!(town.all(0, "decisions").await.iter().any(|d| d["id"] == decision && d["rule"] == "A5"));
        for wrong in ["loss-account?date=soon", "loss-account?to=2026-11-23", "loss-account?from=2026-01-01&to=2026-11-23", "loss-account?dat=1", "loss-account/calls?state=gone"] {
            let answer = town.app.get(&format!("/api/v1/{wrong}"), &town.shops[0].key).await;
            assert_eq!((answer.status.as_u16(), answer.wrong_fields().len()), (400, 1), "{wrong}: {}", answer.text);
        }
    }

    async fn a_planted_leak_is_found_by_the_daily_check(db: TestDb) {
        let town = Town::build(db, 2).await;
        for shop in [0, 1] {
            town.report(shop, &missed(&town, shop, "0501234567", "kept")).await;
        }
        town.run().await;
        town.pass(HOUR).await;
        town.report(0, &missed(&town, 0, "0501234568", "leak")).await;
        town.run().await;
        plant(&town, 0, &[
            "DELETE FROM decisions WHERE tenant_id = $1 AND call_id IN (SELECT id FROM calls WHERE from_number = '+972501234568')",
            "UPDATE calls SET episode_id = NULL WHERE tenant_id = $1 AND from_number = '+972501234568'",
            "DELETE FROM jobs WHERE tenant_id = $1 AND kind = 'reach_out' AND state = 'scheduled'",
        ]).await;
        town.pass(HOUR * 24).await;
        let account = town.get(0, "loss-account?date=2026-11-23").await;
        assert_eq!((account["balanced"].as_bool(), account["lost"].as_i64()), (Some(false), Some(1)), "{account}");
        let tasks = town.all(0, "tasks").await;
        let alert: Vec<_> = tasks.iter().filter(|task| task["kind"] == "loss_account").collect();
        assert_eq!((alert.len(), &alert[0]["urgency"]), (1, &json!("urgent")));
        assert!(tasks.iter().any(|task| task["kind"] == "call_back" && task["phone"] == "+972501234568"), "the call itself");
        let found = town.all(0, "decisions").await.into_iter().find(|d| d["reason"] == "not_accounted").expect("a decision");
        assert_eq!((&found["verdict"], &found["rule"]), (&json!("hold"), &json!("P11")));
        let lost = town.all(0, "loss-account/calls?date=2026-11-23&state=lost").await;
        assert_eq!((&lost[0]["id"], &lost[0]["from"]), (&found["call_id"], &json!("+972501234568")));
        let _: CallId = lost[0]["id"].as_str().unwrap().parse().unwrap();

        town.pass(HOUR * 48).await;
        let again: Vec<_> = town.all(0, "tasks").await.into_iter().filter(|task| task["kind"] == "loss_account").collect();
        assert_eq!(again.len(), 1, "told once");
        assert!(town.all(1, "tasks").await.iter().all(|task| task["kind"] != "loss_account"), "the other shop closes");
    }

    async fn a_forgotten_outreach_is_planned_again(db: TestDb) {
        let town = Town::build(db, 1).await;
        town.report(0, &missed(&town, 0, "0501234567", "a")).await;
        town.run().await;
        plant(&town, 0, &["DELETE FROM jobs WHERE tenant_id = $1 AND kind = 'reach_out'"]).await;
        town.pass(SignedDuration::from_mins(90)).await;
        assert_eq!(sums(&town.get(0, "loss-account").await), "1 0 0 0 0 1");
        town.pass(HOUR * 24).await;
        assert_eq!(sums(&town.get(0, "loss-account?date=2026-11-23").await), "1 0 1 0 0 0", "too late to write: a task");
    }

    async fn an_opener_that_an_opt_out_stopped_is_not_called_contacted(db: TestDb) {
        let town = Town::build(db, 1).await;
        town.report(0, &missed(&town, 0, "0501234567", "a")).await;
        town.run().await;
        let contact = town.all(0, "contacts").await.into_iter().find(|c| c["phone"] == "+972501234567").unwrap();
        let id = contact["id"].as_str().unwrap().parse().unwrap();
        let mut tx = town.app.db.store.begin(tenant(&town, 0).await).await.unwrap();
        let at = Some(tx.now());
        tx.contacts().set_opted_out(id, at, "told us by phone", "test").await.unwrap();
        tx.commit().await.unwrap();
        town.pass(HOUR).await;
        let account = town.get(0, "loss-account").await;
        assert_eq!((sums(&account), &account["reasons"]["excluded"]), ("1 0 0 1 0 0".into(), &json!({"opted_out": 1})));
    }
}

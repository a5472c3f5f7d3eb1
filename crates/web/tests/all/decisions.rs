//! The send ledger told over random days (P8): each message has its one decision, each silence its reason, both languages.

use crate::town::{Dice, Town};
use http::Method;
use jiff::SignedDuration;
use ringleader_providers::voicenter::fake::Scenario;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const CUSTOMERS: [&str; 4] = ["0501234560", "0501234561", "0501234562", "0501234563"];

const WORDS: [&str; 8] =
    ["צריך אינסטלטור", "קוראים לי דני", "מחר בבוקר", "הסר", "אפשר לדבר עם מישהו?", "טעות במספר", "כבר דיברנו", "START"];

async fn something(town: &Town, dice: &mut Dice, n: usize) {
    let (now, shop) = (town.app.db.clock.now(), &town.shops[0]);
    let customer = CUSTOMERS[dice.below(4) as usize];
    let chance = dice.below(14);
    match chance {
        0..=3 => town.report(0, &Scenario::missed(customer, &shop.did).id(&format!("m{n}")).at(now)).await,
        4 => town.report(0, &Scenario::called_back(&shop.did, customer, 60).id(&format!("b{n}")).at(now)).await,
        5 => town.report(0, &Scenario::missed("02-123-4567", &shop.did).id(&format!("l{n}")).at(now)).await,
        6..=9 => {
            let words = WORDS[dice.below(8) as usize];
            town.writes(0, &format!("+972{}", &customer[1..]), words).await;
        }
        _ => {
            let Some(chat) = town.all(0, "conversations").await.pop() else { return };
            let id = chat["id"].as_str().unwrap();
            let (action, body) = match chance {
                10 => ("takeover", json!({})),
                11 => ("handback", json!({})),
                _ => ("messages", json!({"text": "כאן רון מהצוות"})), // refused outside the window, and that is fine
            };
            let path = format!("/api/v1/conversations/{id}/{action}");
            town.app.call(Method::POST, &path, &shop.key, Some(body)).await;
        }
    }
    let pauses = [1, 1, 3, 10, 60, 60 * 5, 60 * 26];
    town.pass(SignedDuration::from_mins(pauses[dice.below(7) as usize])).await;
}

fn text<'v>(row: &'v Value, field: &str) -> &'v str {
    row[field].as_str().unwrap_or_default()
}

both_engines! {
    async fn each_message_has_one_decision_and_each_silence_its_reason(db: TestDb) {
        let (town, mut dice) = (Town::build(db, 1).await, Dice::new(11));
        for n in 0..60 {
            something(&town, &mut dice, n).await;
        }
        town.pass(SignedDuration::from_hours(24 * 5)).await;
        let decisions = town.all(0, "decisions").await;
        let mut sends: BTreeMap<&str, usize> = BTreeMap::new();
        for decision in decisions.iter().filter(|decision| decision["verdict"] == "send") {
            *sends.entry(text(decision, "message_id")).or_default() += 1;
        }
        let messages = town.all(0, "messages").await;
        let outbound: Vec<_> = messages.iter().filter(|message| message["direction"] == "outbound").collect();
        assert!(outbound.len() > 20, "{} messages", outbound.len());
        for message in &outbound {
            assert_eq!(sends.get(text(message, "id")), Some(&1), "{message}");
        }
        assert_eq!(sends.len(), outbound.len(), "a decision to send without a message");

        let episodes = town.all(0, "episodes").await;
        let closed: Vec<_> = episodes.iter().filter(|episode| !episode["closed_at"].is_null()).collect();
        assert!(closed.len() > 5, "{} episodes", closed.len());
        for episode in closed {
            let its: Vec<_> = decisions.iter().filter(|d| d["episode_id"] == episode["id"]).collect();
            let sent = its.iter().any(|d| d["verdict"] == "send");
            let why = its.iter().any(|d| matches!(text(d, "verdict"), "skip" | "hold") && !text(d, "explanation").is_empty());
            assert!(sent || why, "{episode}: {its:?}");
        }
    }

    async fn every_decision_is_told_in_both_languages(db: TestDb) {
        let (town, mut dice) = (Town::build(db, 1).await, Dice::new(5));
        for n in 0..25 {
            something(&town, &mut dice, n).await;
        }
        let (he, en) = (town.all(0, "decisions?language=he").await, town.all(0, "decisions?language=en").await);
        assert!(he.len() > 10);
        let hebrew = |row: &Value| text(row, "explanation").chars().any(|c| ('א'..='ת').contains(&c));
        for (he, en) in he.iter().zip(&en) {
            assert_eq!(he["id"], en["id"]);
            assert!(hebrew(he) && !hebrew(en) && text(en, "explanation").len() > 10, "{he} {en}");
            assert!(!text(he, "rule").is_empty() && !text(he, "reason").is_empty() && he["evidence"].is_object());
        }
    }
}

//! From a missed call to a message, or to none: grace, talks, words in between (A6).

use crate::shop::{DID, OWNER, Shop, minutes};
use ringleader_providers::voicenter::fake::Scenario;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;

both_engines! {
    async fn a_missed_call_becomes_a_message_a_chat_and_a_lead(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.report(&shop.missed("call-1")).await;
        assert!(shop.to_caller().is_empty(), "the grace is running");
        shop.pass(minutes(2)).await;
        let sent = shop.to_caller();
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].template.as_ref().map(|(name, _)| name.as_str()), Some("first"));
        assert_eq!(shop.lead().await["status"], "new");
        assert_eq!(shop.fake.sent_to(OWNER).len(), 1, "the owner is told at once");

        shop.says("היי קוראים לי דני, צריך אינסטלטור לפיצוץ, תתקשרו מחר בבוקר").await;
        let lead = shop.lead().await;
        assert_eq!((&lead["status"], &lead["name"]), (&json!("qualified"), &json!("דני")), "{lead}");
        assert!(lead["need"].as_str().unwrap().contains("אינסטלטור"));
        assert_eq!(lead["preference"]["from"], "2026-11-24T06:00:00Z", "08:00 in Jerusalem");
        assert_eq!(shop.to_caller().len(), 2, "one confirmation");
        assert_eq!(shop.fake.sent_to(OWNER).len(), 2, "completing is told at once");
        assert!(shop.wished().await.iter().all(|message| message["status"] == "delivered"));
    }

    async fn nothing_is_sent_when_they_spoke_within_the_grace(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.report(&shop.missed("call-1")).await;
        let back = Scenario::called_back(DID, "0501234567", 60).id("back-1").at(shop.app.db.clock.now());
        shop.report(&back).await;
        shop.pass(minutes(5)).await;
        assert!(shop.to_caller().is_empty());
        let episodes = shop.list("episodes").await;
        assert_eq!((&episodes[0]["state"], &episodes[0]["reason"]), (&json!("cancelled"), &json!("spoke")));
        let decisions = shop.list("decisions").await;
        assert!(decisions.iter().any(|d| d["verdict"] == "skip" && d["reason"] == "spoke" && d["rule"] == "A6"));
    }

    async fn nothing_is_sent_when_the_owner_says_that_they_spoke(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.report(&shop.missed("call-1")).await;
        let id = shop.list("episodes").await[0]["id"].as_str().unwrap().to_owned();
        let answer = shop.app.post(&format!("/api/v1/episodes/{id}/spoke"), &shop.key, json!({})).await;
        assert!(answer.status.is_success(), "{}", answer.text);
        shop.pass(minutes(5)).await;
        assert!(shop.to_caller().is_empty());
        assert!(shop.decided("skip", "spoke").await);
    }

    async fn a_message_within_the_grace_begins_the_chat_without_opener(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.report(&shop.missed("call-1")).await;
        shop.says("מזגן מטפטף").await;
        shop.pass(minutes(5)).await;
        let sent = shop.to_caller();
        assert_eq!(sent.len(), 1, "the answer, no opener");
        assert_eq!(sent[0].kind, "text");
        assert_eq!(shop.list("episodes").await[0]["reason"], "wrote");
        assert!(shop.decided("skip", "wrote").await);
    }

    async fn silence_brings_two_reminders_and_then_the_end_and_a_late_reply_reopens(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.pass_in_steps(80, minutes(60)).await;
        assert_eq!(shop.to_caller().len(), 3, "the opener and two reminders");
        assert_eq!(shop.lead().await["status"], "unresponsive");
        let told = shop.fake.sent_to(OWNER).len();
        shop.says("קוראים לי נטע").await;
        shop.pass(minutes(5)).await;
        assert_eq!(shop.lead().await["status"], "qualifying", "a late reply reopens");
        assert_eq!(shop.purposes().await.last().unwrap(), "ask_need", "and the chat goes on");
        assert!(shop.fake.sent_to(OWNER).len() > told, "and the owner hears of it");
    }
}

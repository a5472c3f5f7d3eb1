//! To whom: kinds of lines and of people, each with its own next step, its decision and its task (A5, P8).

use super::world::{CALLER, Shop, minutes};
use jiff::SignedDuration;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;

both_engines! {
    async fn each_kind_of_line_has_its_next_step(db: TestDb) {
        let shop = Shop::open(db).await;
        for (number, verdict, rule, reason, task) in [
            ("0504112345", "hold", "A5", "kosher", Some("call_back")),
            ("026234567", "hold", "A5", "landline", Some("call_back")),
            ("+442079460123", "hold", "A5", "landline", Some("call_back")), // foreign, and still a landline
            ("0761234567", "hold", "A5", "voip", Some("call_back")),
            ("1800123456", "hold", "A5", "service", Some("call_back")),
            ("*2345", "hold", "A5", "short", Some("call_back")),
            ("anonymous", "hold", "A5", "withheld", Some("review")),
            ("SIPphone7", "hold", "A5", "invalid", Some("review")),
        ] {
            let before = shop.list("decisions?limit=200").await.len();
            let tasks = shop.list("tasks?limit=200").await.len();
            shop.missed(number).await;
            let decisions = shop.list("decisions?limit=200").await;
            assert_eq!(decisions.len(), before + 1, "{number}: one decision");
            let d = &decisions[0];
            assert_eq!((d["verdict"].as_str(), d["rule"].as_str(), d["reason"].as_str()), (Some(verdict), Some(rule), Some(reason)), "{number}");
            assert!(d["explanation"].as_str().is_some_and(|words| !words.is_empty()));
            let all = shop.list("tasks?limit=200").await;
            assert_eq!(all.len() - tasks, usize::from(task.is_some()), "{number}");
            assert_eq!(all[0]["kind"].as_str(), task, "{number}");
        }
        shop.hours(1).await;
        assert!(shop.whatsapp.sent().is_empty() && shop.twilio.sent().is_empty(), "nobody is written to");
    }

    async fn a_foreign_mobile_is_written_to_on_whatsapp_but_not_by_text_message(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.missed("+447700900117").await;
        shop.grace().await;
        assert_eq!(shop.on_whatsapp("+447700900117").len(), 1);
        shop.whatsapp.fail_next(1, ringleader_providers::faults::Fault::Error { code: 131026 });
        shop.missed("+447700900118").await;
        shop.grace().await;
        assert!(shop.by_sms("+447700900118").is_empty(), "text messages abroad are off");
        assert_eq!(shop.tasks().await, ["call_back"]);
        shop.set(json!({"outreach": {"sms_abroad": true}})).await;
        shop.whatsapp.fail_next(1, ringleader_providers::faults::Fault::Error { code: 131026 });
        shop.missed("+447700900119").await;
        shop.grace().await;
        assert_eq!(shop.by_sms("+447700900119").len(), 1);
    }

    async fn people_who_are_no_customers_are_not_written_to(db: TestDb) {
        let shop = Shop::open(db).await;
        for (n, (kind, reason)) in [("staff", "staff"), ("supplier", "supplier"), ("blocked", "blocked")].iter().enumerate() {
            let number = format!("+97250123456{n}");
            shop.missed(&number).await; // makes the contact and plans the opener
            shop.change_contact(&number, json!({"kind": kind})).await;
            assert!(shop.decided("skip", "A5", reason).await, "{kind}: what was planned is off");
            shop.grace().await;
            shop.missed(&number).await;
            shop.grace().await;
            assert!(shop.on_whatsapp(&number).is_empty(), "{kind}");
            let contact = shop.contact(&number).await;
            assert_eq!(contact["kind"], *kind);
            let episodes = shop.list(&format!("episodes?contact_id={}", contact["id"].as_str().unwrap())).await;
            assert!(episodes.iter().all(|e| e["state"] == "excluded" && e["reason"] == *reason), "{kind}: {episodes:?}");
        }
        assert!(shop.tasks().await.is_empty());
        let trail = shop.list("audit?kind=contact.update").await;
        assert_eq!(trail.len(), 3, "each change is in the trail");
    }

    async fn a_supplier_who_writes_is_read_by_a_person_and_not_questioned(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.missed("0501234567").await;
        shop.change_contact(CALLER, json!({"kind": "supplier"})).await;
        shop.says(CALLER, "the pipes arrive tomorrow").await;
        shop.says(CALLER, "at nine").await;
        assert!(shop.on_whatsapp(CALLER).is_empty());
        assert_eq!(shop.tasks().await, ["review"], "once a day");
        assert!(shop.list("leads").await.is_empty());
    }

    async fn existing_customers_take_their_own_path(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.says(CALLER, "קוראים לי דני, צריך אינסטלטור, מחר בבוקר").await;
        assert_eq!(shop.lead().await["status"], "qualified");
        let before = shop.on_whatsapp(CALLER).len();
        shop.pass(minutes(5)).await;
        shop.missed("0501234567").await;
        shop.grace().await;
        assert_eq!(shop.on_whatsapp(CALLER).len(), before, "no cold opener");
        assert!(shop.decided("skip", "A5", "existing").await);
        assert_eq!(shop.tasks().await, ["call_back"]);
        for (n, kind) in ["tenancy", "landlord"].iter().enumerate() {
            let number = format!("+97250123450{n}");
            shop.missed(&number).await;
            shop.change_contact(&number, json!({"kind": kind})).await;
            shop.grace().await;
            let sent = shop.on_whatsapp(&number).len();
            shop.missed(&number).await;
            shop.grace().await;
            assert_eq!(shop.on_whatsapp(&number).len(), sent, "{kind}: someone calls back");
        }
    }

    async fn a_machine_that_calls_and_calls_is_looked_at_by_a_person_first(db: TestDb) {
        let shop = Shop::open(db).await;
        for _ in 0..10 {
            shop.missed("0501234567").await;
        }
        shop.grace().await;
        assert!(shop.on_whatsapp(CALLER).is_empty());
        assert!(shop.decided("hold", "P5", "many_calls").await);
        assert_eq!(shop.tasks().await, ["review"]);
        assert_eq!(shop.list("episodes").await[0]["state"], "held");
    }

    async fn someone_who_never_answers_is_called_back_instead(db: TestDb) {
        let shop = Shop::with(db, json!({"outreach": {"reminders": [], "give_up": "1h"}})).await;
        for _ in 0..3 {
            shop.missed("0501234567").await;
            shop.grace().await;
            shop.hours(25).await;
        }
        assert_eq!(shop.on_whatsapp(CALLER).len(), 3);
        shop.missed("0501234567").await;
        shop.grace().await;
        assert_eq!(shop.on_whatsapp(CALLER).len(), 3, "not a fourth time in a week");
        assert!(shop.decided("hold", "A11", "never_answers").await);
        assert_eq!(shop.tasks().await, ["call_back"]);
        shop.says(CALLER, "sorry, I was away").await;
        shop.hours(80).await;
        assert!(shop.on_whatsapp(CALLER).len() > 3, "an answer changes that");
    }

    async fn a_pocket_dial_starts_nothing(db: TestDb) {
        let shop = Shop::with(db, json!({"outreach": {"min_ring": "90s"}})).await;
        shop.missed("0501234567").await;
        shop.grace().await;
        assert!(shop.on_whatsapp(CALLER).is_empty());
        assert!(shop.list("episodes").await.is_empty());
        shop.set(json!({"outreach": {"min_ring": "1s"}})).await;
        shop.missed("0501234568").await;
        shop.grace().await;
        shop.pass(SignedDuration::from_secs(1)).await;
        assert_eq!(shop.on_whatsapp("+972501234568").len(), 1);
        shop.pass(minutes(1)).await;
    }

    async fn a_scarce_allowance_goes_to_the_newest_callers_first(db: TestDb) {
        let shop = Shop::with(db, json!({"limits": {"first_messages_per_minute": 1}, "outreach": {"reminders": []}})).await;
        for number in ["0501234561", "0501234562", "0501234563"] {
            shop.missed(number).await;
            shop.pass(SignedDuration::from_secs(1)).await;
        }
        shop.pass(SignedDuration::from_secs(119)).await;
        let written = || ["+972501234561", "+972501234562", "+972501234563"].map(|to| shop.on_whatsapp(to).len());
        assert_eq!(written(), [1, 0, 0], "one a minute, and nobody else was due");
        assert!(shop.decided("wait", "A8", "budget").await);
        for step in 1..=8 {
            shop.pass(SignedDuration::from_secs(15)).await;
            let [_, older, newer] = written();
            assert!(newer >= older, "the newest first, at step {step}");
        }
        assert_eq!(written(), [1, 1, 1]);
    }

    async fn a_days_allowance_is_never_more_in_any_24_hours(db: TestDb) {
        let settings = json!({"limits": {"first_messages_per_day": 2}, "outreach": {"reminders": [], "latest": "48h"}, "quiet_hours": []});
        let shop = Shop::with(db, settings).await;
        let caller = |n: usize| format!("+97250123456{n}");
        let written = |all: usize| (1..=all).filter(|n| shop.on_whatsapp(&caller(*n)).len() == 1).count();
        for n in 1..=2 {
            shop.missed(&format!("050123456{n}")).await;
            shop.grace().await;
        }
        assert_eq!(written(2), 2);
        shop.hours(23).await; // a bucket would have filled again
        shop.missed("0501234563").await;
        shop.grace().await;
        assert_eq!(written(3), 2, "not a third within a day");
        assert!(shop.decided("wait", "A8", "budget").await);
        let seen = shop.list("decisions").await;
        assert!(seen.iter().any(|d| d["evidence"]["used_up"] == "day"), "{seen:?}");
        shop.hours(3).await;
        assert_eq!(written(3), 3, "it goes as soon as there is room");
    }

    async fn a_number_writes_to_no_more_people_than_its_provider_grants(db: TestDb) {
        let shop = Shop::with(db, json!({"outreach": {"reminders": [], "latest": "48h"}, "quiet_hours": []})).await;
        shop.whatsapp.behave(|behaviour| behaviour.messaging_limit = "TIER_1".to_owned());
        shop.hours(25).await; // it is read daily
        shop.missed("0501234561").await;
        shop.grace().await;
        shop.missed("0501234562").await;
        shop.grace().await;
        assert_eq!((shop.on_whatsapp("+972501234561").len(), shop.on_whatsapp("+972501234562").len()), (1, 0));
        let waits = shop.list("decisions").await;
        assert!(waits.iter().any(|d| d["evidence"]["used_up"] == "number"), "{waits:?}");
        shop.says("+972501234562", "צריך אינסטלטור").await;
        assert!(!shop.on_whatsapp("+972501234562").is_empty(), "answers in an open window are not counted");
        shop.whatsapp.behave(|behaviour| behaviour.messaging_limit = "TIER_2K".to_owned());
        shop.hours(25).await;
        shop.missed("0501234563").await;
        shop.missed("0501234564").await;
        shop.grace().await;
        assert_eq!((shop.on_whatsapp("+972501234563").len(), shop.on_whatsapp("+972501234564").len()), (1, 1));
    }
}

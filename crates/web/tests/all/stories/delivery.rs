//! What the provider refuses, at once or hours later, and what follows from it (A8, DESIGN 6).

use crate::shop::{CALLER, OWNER, Shop, minutes, seconds};
use ringleader_providers::whatsapp_cloud::fake::{CustomerSpec, Failing, Fault};
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;

/// Refused at once, or accepted and failed later.
const WAYS: [bool; 2] = [false, true];

fn fault(code: i64, later: bool) -> Fault {
    if later { Fault::FailsLater { code } } else { Fault::Error { code } }
}

fn never(code: i64, later: bool) -> CustomerSpec {
    CustomerSpec { fails: Some(Failing { code, later }), ..CustomerSpec::default() }
}

/// What the provider took for the caller is in the order in which it was wished.
async fn in_order(shop: &Shop) -> bool {
    let wished: Vec<String> = shop.wished().await.iter().map(|m| m["id"].as_str().unwrap().to_owned()).collect();
    let sent: Vec<String> = shop.to_caller().into_iter().filter_map(|sent| sent.send_key).collect();
    let mut places: Vec<usize> = sent.iter().map(|key| wished.iter().position(|id| id == key).unwrap()).collect();
    places.dedup();
    places.is_sorted()
}

both_engines! {
    async fn a_number_sends_no_quicker_than_it_may_and_what_waits_is_no_failure(db: TestDb) {
        let shop = Shop::open(db).await;
        let connections = shop.list("connections").await;
        let id = connections.iter().find(|it| it["kind"] == "whatsapp_cloud").unwrap()["id"].as_str().unwrap().to_owned();
        let set = async |pace: &str| {
            shop.app.patch(&format!("/api/v1/connections/{id}"), &shop.key, json!({"config": {"per_second": pace}})).await
        };
        assert_eq!(set("0").await.wrong_fields(), ["config.per_second"]);
        assert!(set("1").await.status.is_success());
        let other = shop.app.restarted(); // another node on the same database
        for n in 0..4 {
            shop.report(&shop.missed_from(&format!("050123456{n}"), &format!("call-{n}"))).await;
        }
        shop.app.db.clock.advance(minutes(2));
        let sent = || (0..4).map(|n| shop.fake.sent_to(&format!("+97250123456{n}")).len()).sum::<usize>();
        let mut counts = vec![];
        for _ in 0..12 {
            other.run_due().await;
            shop.run().await;
            counts.push(sent());
            shop.app.db.clock.advance(seconds(1));
        }
        assert!(counts.windows(2).all(|pair| pair[1] - pair[0] <= 1), "{counts:?}");
        assert_eq!((counts[0] <= 1, counts.last()), (true, Some(&4)), "{counts:?}");
        for message in shop.wished().await {
            assert_eq!((&message["status"], &message["error"]), (&json!("delivered"), &json!(null)), "{message}");
        }
    }

    async fn who_was_held_up_past_their_turn_takes_another(db: TestDb) {
        let shop = Shop::open(db).await;
        let connections = shop.list("connections").await;
        let id = connections.iter().find(|it| it["kind"] == "whatsapp_cloud").unwrap()["id"].as_str().unwrap().to_owned();
        let slow = json!({"config": {"per_second": "1"}});
        assert!(shop.app.patch(&format!("/api/v1/connections/{id}"), &shop.key, slow).await.status.is_success());
        for n in 0..4 {
            shop.report(&shop.missed_from(&format!("050123456{n}"), &format!("call-{n}"))).await;
        }
        shop.app.db.clock.advance(minutes(2));
        shop.run().await; // all have their turn
        let tenant = shop.app.tenant_of(&shop.key).await;
        let mut tx = shop.app.cx.store.begin(tenant).await.unwrap();
        let until = tx.now() + minutes(1);
        tx.connections().pause(id.parse().unwrap(), until).await.unwrap();
        tx.commit().await.unwrap();
        let sent = || (0..4).map(|n| shop.fake.sent_to(&format!("+97250123456{n}")).len()).sum::<usize>();
        let before = sent();
        shop.app.db.clock.advance(minutes(1));
        let mut counts = vec![before];
        for _ in 0..6 {
            shop.run().await;
            counts.push(sent());
            shop.app.db.clock.advance(seconds(1));
        }
        assert!(counts.windows(2).all(|pair| pair[1] - pair[0] <= 1), "a pause makes no burst: {counts:?}");
        assert_eq!(counts.last(), Some(&4), "{counts:?}");
    }

    async fn one_person_is_not_written_to_more_quickly_than_the_channel_allows(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.says("היי").await;
        let chat = shop.list("conversations").await[0]["id"].as_str().unwrap().to_owned();
        let tenant = shop.app.tenant_of(&shop.key).await;
        let before = shop.to_caller().len();
        shop.write("דני").await;
        shop.app.db.clock.advance(seconds(5));
        let mut tx = shop.app.cx.store.begin(tenant).await.unwrap();
        while tx.budgets().take(&format!("pair:{chat}"), 45, seconds(6 * 45)).await.unwrap().is_ok() {}
        tx.commit().await.unwrap();
        shop.run().await;
        assert_eq!(shop.to_caller().len(), before, "it waits");
        shop.pass(seconds(6)).await;
        assert_eq!(shop.to_caller().len(), before + 1);
        assert_eq!(shop.wished().await.last().unwrap()["error"], json!(null));
    }

    async fn who_is_not_on_whatsapp_gets_a_text_message_instead(db: TestDb) {
        let shop = Shop::open(db).await.with_sms().await;
        for (n, later) in WAYS.into_iter().enumerate() {
            let (caller, local) = (format!("+97250123456{n}"), format!("050123456{n}"));
            shop.fake.customer(&caller, never(131_026, later));
            shop.report(&shop.missed_from(&local, &format!("call-{n}"))).await;
            shop.pass_in_steps(4, minutes(1)).await;
            assert_eq!(shop.texts_to(&caller).len(), 1, "later: {later}");
            let mut wished = shop.wished().await;
            let (text, failed) = (wished.pop().unwrap(), wished.pop().unwrap());
            assert_eq!((&failed["status"], &failed["error"]["code"]), (&json!("failed"), &json!("131026")));
            assert_eq!((&text["channel"], &text["status"]), (&json!("sms"), &json!("accepted")));
            shop.pass_in_steps(60, minutes(60)).await;
            assert_eq!(shop.texts_to(&caller).len(), 3, "two reminders go the same way: a number can be answered");
            assert!(shop.fake.sent_to(&caller).len() <= 1, "and WhatsApp is not tried again");
        }
        assert!(shop.decided("send", "sms_instead").await);
        assert!(shop.tasks("call_back").await.is_empty());
    }

    async fn who_can_be_written_to_in_no_way_is_to_be_called_back(db: TestDb) {
        let shop = Shop::open(db).await;
        for (n, later) in WAYS.into_iter().enumerate() {
            let (caller, local) = (format!("+97250123456{n}"), format!("050123456{n}"));
            shop.fake.customer(&caller, never(131_026, later));
            shop.report(&shop.missed_from(&local, &format!("call-{n}"))).await;
            shop.pass_in_steps(4, minutes(1)).await;
            let tasks = shop.tasks("call_back").await;
            assert_eq!((tasks.len(), &tasks[0]["phone"]), (n + 1, &json!(caller)), "later: {later}");
            let episode = &shop.list("episodes").await[0];
            assert_eq!((&episode["state"], &episode["reason"]), (&json!("held"), &json!("unreachable")));
        }
        assert!(shop.decided("hold", "unreachable").await);
        shop.pass_in_steps(60, minutes(60)).await;
        assert_eq!(shop.tasks("call_back").await.len(), 2, "one each, and no reminders into the void");
    }

    async fn a_window_that_is_closed_after_all_is_answered_with_the_template(db: TestDb) {
        let shop = Shop::open(db).await;
        for (n, later) in WAYS.into_iter().enumerate() {
            shop.says("טעות במספר, לא התקשרתי אליכם").await; // the window is open now, and no chat is
            shop.pass(minutes(10)).await; // and the owner knows
            let before = shop.to_caller().len();
            shop.fake.fail_next(1, fault(131_047, later));
            shop.report(&shop.missed(&format!("call-{n}"))).await;
            shop.pass_in_steps(3, minutes(1)).await;
            let sent = shop.to_caller().split_off(before);
            let openers: Vec<bool> = sent.iter().map(|sent| sent.template.is_some()).collect();
            assert_eq!(openers, if later { vec![false, true] } else { vec![true] }, "later: {later}");
            let wished = shop.wished().await;
            assert_eq!(wished[wished.len() - 2]["error"]["code"], "131047");
            assert_eq!(wished[wished.len() - 1]["status"], "delivered");
        }
        assert!(shop.decided("send", "template_instead").await);
    }

    async fn the_pair_limit_makes_messages_wait_and_keeps_their_order(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.fake.fail_next(2, fault(131_056, false));
        shop.says("קוראים לי דני").await;
        shop.says("צריך אינסטלטור").await; // its answer is wished while the first waits for its third try
        assert_eq!(shop.to_caller().len(), 1, "the second answer must not overtake the first");
        shop.pass_in_steps(30, seconds(2)).await;
        assert_eq!(shop.to_caller().len(), 3);
        assert!(in_order(&shop).await);
        assert_eq!(shop.purposes().await, ["first_message", "ask_need", "ask_preference"]);
        assert!(shop.wished().await.iter().all(|message| message["status"] == "delivered" && message["error"].is_null()));
        assert!(shop.tasks("call_back").await.is_empty());
    }

    async fn the_pair_limit_told_later_brings_the_message_again(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.fake.fail_next(1, fault(131_056, true));
        shop.says("קוראים לי דני").await;
        assert_eq!(shop.to_caller().len(), 2);
        shop.pass_in_steps(5, seconds(2)).await;
        let sent = shop.to_caller();
        assert_eq!((sent.len(), &sent[1].text), (3, &sent[2].text), "the failed one, once more");
        assert_eq!(shop.wished().await[1]["status"], "delivered");
    }

    async fn a_limit_that_never_ends_becomes_a_persons_matter_after_a_few_tries(db: TestDb) {
        let shop = Shop::open(db).await;
        for (n, later) in WAYS.into_iter().enumerate() {
            let (caller, local) = (format!("+97250123456{n}"), format!("050123456{n}"));
            shop.fake.customer(&caller, never(131_056, later));
            shop.report(&shop.missed_from(&local, &format!("call-{n}"))).await;
            shop.pass_in_steps(50, minutes(1)).await;
            assert!(shop.fake.sent_to(&caller).len() <= 6);
            assert_eq!(shop.tasks("call_back").await.len(), n + 1, "later: {later}");
        }
    }

    async fn a_number_that_is_too_fast_pauses_and_then_everyone_gets_theirs(db: TestDb) {
        let shop = Shop::open(db).await;
        for (n, later) in WAYS.into_iter().enumerate() {
            let (told, local) = (shop.fake.sent_to(OWNER).len(), format!("050123456{n}"));
            shop.report(&shop.missed_from(&local, &format!("call-{n}"))).await;
            shop.fake.fail_next(1, fault(130_429, later));
            shop.pass(minutes(2)).await;
            let at_once = shop.fake.sent_to(&format!("+97250123456{n}")).len();
            assert_eq!(at_once, usize::from(later), "taken, if it fails later");
            assert!(later || shop.fake.sent_to(OWNER).len() == told, "the whole number pauses");
            shop.pass_in_steps(10, seconds(2)).await;
            assert_eq!(shop.fake.sent_to(&format!("+97250123456{n}")).len(), at_once + 1);
            assert_eq!(shop.fake.sent_to(OWNER).len(), told + 1);
            assert_eq!(shop.wished().await.last().unwrap()["status"], "delivered");
        }
    }

    async fn an_answer_that_meets_a_paused_number_waits_and_is_not_lost(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.fake.fail_next(2, fault(130_429, false));
        shop.says("קוראים לי דני").await;
        shop.says("צריך אינסטלטור").await; // read while the number pauses
        shop.pass_in_steps(30, seconds(2)).await;
        assert_eq!(shop.purposes().await, ["first_message", "ask_need", "ask_preference"]);
        assert_eq!(shop.to_caller().len(), 3);
        assert!(in_order(&shop).await);
        assert!(shop.tasks("alert").await.is_empty(), "a pause of seconds is no reason for an alert");
    }

    async fn the_budget_of_first_messages_is_spent_evenly(db: TestDb) {
        let shop = Shop::open(db).await;
        let settings = json!({"settings": {"limits": {"first_messages_per_minute": 2}}});
        assert!(shop.app.patch("/api/v1/tenant", &shop.key, settings).await.status.is_success());
        let callers: Vec<String> = (0..6).map(|n| format!("+97250123456{n}")).collect();
        for n in 0..6 {
            shop.report(&shop.missed_from(&format!("050123456{n}"), &format!("call-{n}"))).await;
        }
        let written = || callers.iter().filter(|caller| !shop.fake.sent_to(caller).is_empty()).count();
        shop.pass(minutes(2)).await;
        assert_eq!(written(), 2);
        assert!(shop.decided("wait", "budget").await);
        shop.pass_in_steps(12, seconds(30)).await;
        assert_eq!(written(), 6);
        assert!(callers.iter().all(|caller| shop.fake.sent_to(caller).len() == 1));
    }

    async fn status_events_out_of_order_twice_and_late_leave_one_final_state(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.fake.behave(|behaviour| {
            behaviour.duplicates = 1.0;
            behaviour.jitter_ms = 90_000;
            behaviour.read_ms = Some(2_000);
            behaviour.batch = 3;
        });
        shop.report(&shop.missed("call-1")).await;
        shop.pass(minutes(2)).await;
        for text in ["קוראים לי דני", "צריך אינסטלטור", "מחר בבוקר"] {
            shop.write(text).await;
            shop.pass_in_steps(20, seconds(10)).await;
        }
        let wished = shop.wished().await;
        assert_eq!(shop.to_caller().len(), wished.len(), "each once");
        assert!(wished.iter().all(|message| message["status"] == "read"), "{wished:?}");
        assert!(in_order(&shop).await);

        shop.fake.behave(|behaviour| {
            behaviour.sent_ms = Some(3 * 24 * 3_600_000);
            behaviour.delivered_ms = Some(3 * 24 * 3_600_000);
            behaviour.read_ms = None;
        });
        shop.report(&shop.missed_from("0501234568", "call-2")).await;
        shop.pass(minutes(2)).await;
        assert_eq!(shop.wished().await.last().unwrap()["status"], "accepted");
        shop.fake.behave(|behaviour| behaviour.sent_ms = None); // no word on what comes later
        shop.pass_in_steps(80, minutes(60)).await;
        let opener = shop.wished().await.into_iter().rfind(|m| m["purpose"] == "first_message").unwrap();
        assert_eq!(opener["status"], "delivered", "days late");
        assert_eq!(shop.fake.counts().duplicate_keys, 0);
        assert!(!shop.fake.sent_to(CALLER).is_empty());
    }
}

//! Call records as switchboards send them: every encoding and habit, repeats, several extensions, a restart (A1-A4, P2).

use crate::shop::{DID, Shop, minutes};
use http::StatusCode;
use ringleader_providers::voicenter::fake::{Encoding, Scenario, Style};
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Map, Value, json};

/// Encodings and habits of the accounts that were seen.
fn styles() -> Vec<Style> {
    let plain = [Encoding::Json, Encoding::Form, Encoding::XmlRpc].map(Style::from);
    let mut all = Vec::new();
    for style in plain {
        all.push(style);
        all.push(Style { mixed_case: true, ..style });
        all.push(Style { old_fields: true, numbers_as_text: true, ..style });
        all.push(Style { nested_as_text: true, local_time: true, ..style });
    }
    all.push(Style { in_array: true, nested_as_text: true, mixed_case: true, ..plain[0] });
    all
}

/// A call of each kind with the outcome that it has, each from a caller of its own.
fn calls(n: usize) -> Vec<(Scenario, &'static str)> {
    let caller = |kind: usize| format!("05012345{}{kind}", n % 10);
    vec![
        (Scenario::missed(&caller(0), DID), "missed"),
        (Scenario::queue_abandoned(&caller(1), DID, 64), "missed"),
        (Scenario::menu(&caller(2), DID), "menu"),
        (Scenario::answered(&caller(3), DID, 60), "answered"),
        (Scenario::voicemail(&caller(4), DID, "https://recordings.example/1.mp3"), "voicemail"),
        (Scenario::missed(&caller(5), DID).status("TELEPATHY"), "unknown"),
        (Scenario::called_back(DID, &caller(6), 95), "answered"),
    ]
}

both_engines! {
    async fn a_long_backlog_is_worked_off_in_short_runs(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.app.run_due().await; // what new connections bring along
        for nth in 0..70 {
            shop.deliver(&shop.cdr, &shop.missed(&format!("call-{nth}")), Style::default()).await;
        }
        assert_eq!(shop.app.run_due().await, 2, "one run takes no more than 64 events");
        assert_eq!(shop.list("calls?limit=200").await.len(), 70);
    }

    async fn every_encoding_and_habit_of_a_record_is_the_same_call_with_the_same_outcome(db: TestDb) {
        let shop = Shop::open(db).await;
        let mut expected = Map::new();
        for (n, style) in styles().into_iter().enumerate() {
            for (kind, (call, outcome)) in calls(n).into_iter().enumerate() {
                let id = format!("call-{n}-{kind}");
                let call = call.id(&id).at(shop.app.db.clock.now() - minutes(3));
                shop.deliver(&shop.cdr, &call, style).await;
                expected.insert(id, json!([outcome, if kind == 6 { "outbound" } else { "inbound" }]));
            }
        }
        shop.run().await;
        let calls = shop.list("calls?limit=200").await;
        let found: Map<String, Value> = calls
            .iter()
            .map(|call| (call["provider_call_id"].as_str().unwrap().to_owned(), json!([call["outcome"], call["direction"]])))
            .collect();
        assert_eq!(found, expected);
        assert!(calls.iter().all(|call| call["line"] == "+972771234567"), "each on its line");
    }

    async fn names_in_small_letters_are_read_too(db: TestDb) {
        let shop = Shop::open(db).await;
        let call = shop.missed("call-1");
        let small: Map<String, Value> =
            call.records()[0].iter().map(|(name, value)| (name.to_lowercase(), value.clone())).collect();
        let answer = shop.post(&shop.cdr, &[], json!([small]).to_string()).await;
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, r#"{"Err":0,"Errdesc":"OK"}"#));
        shop.run().await;
        assert_eq!(shop.list("calls").await[0]["outcome"], "missed");
    }

    async fn an_answer_by_a_menu_is_no_answer_and_a_person_later_in_the_call_is(db: TestDb) {
        let shop = Shop::open(db).await;
        let now = shop.app.db.clock.now();
        shop.report(&Scenario::menu("0501234567", DID).id("menu").at(now - minutes(1))).await;
        shop.report(&Scenario::left_queue_then_answered("0501234568", DID).id("queue").at(now - minutes(2))).await;
        shop.pass(minutes(2)).await;
        assert_eq!(shop.to_caller().len(), 1, "whom only a menu answered");
        assert!(shop.fake.sent_to("+972501234568").is_empty(), "whom a person answered");
    }

    async fn however_often_a_record_comes_there_is_one_message_even_after_a_restart(db: TestDb) {
        let shop = Shop::open(db).await;
        let call = shop.missed("call-1").extensions(&["SIPa", "SIPb", "SIPc"]);
        futures::future::join_all((0..50).map(|_| shop.deliver(&shop.cdr, &call, Encoding::Json))).await;
        // Two nodes at work at once.
        let other = shop.app.restarted();
        futures::join!(shop.app.run_due(), other.run_due());
        shop.report(&shop.missed("call-2")).await;
        shop.app.db.clock.advance(minutes(2));
        futures::join!(shop.app.run_due(), other.run_due());
        shop.run().await;
        assert_eq!(shop.to_caller().len(), 1);

        let again = shop.app.restarted();
        let (address, server) = again.serve().await;
        let payload = call.payload(Encoding::Json);
        let path = format!("{address}{}", shop.cdr);
        let answer = again.cx.http
            .post(path).header("content-type", payload.content_type).body(payload.body).send().await.unwrap();
        assert!(answer.status().is_success());
        server.abort();
        again.run_due().await;
        shop.report(&call).await;
        shop.pass(minutes(3)).await;
        assert_eq!(shop.to_caller().len(), 1);
        assert_eq!((shop.list("episodes").await.len(), shop.list("calls").await.len()), (1, 2));
        assert_eq!(shop.fake.counts().duplicate_keys, 0);
    }

    async fn a_foreign_or_unwritable_number_takes_the_path_of_its_kind(db: TestDb) {
        let shop = Shop::open(db).await;
        for (n, caller) in ["+447700900123", "031234567", "0800123", "anonymous", ""].into_iter().enumerate() {
            shop.report(&shop.missed_from(caller, &format!("call-{n}"))).await;
        }
        shop.pass(minutes(3)).await;
        assert_eq!(shop.fake.sent_to("+447700900123").len(), 1, "a foreign mobile is a mobile");
        assert_eq!(shop.fake.sent().iter().filter(|sent| sent.to != "+972507654321").count(), 1, "the others cannot be written to");
        assert_eq!(shop.list("calls").await.len(), 5, "and every record is a call");
    }
}

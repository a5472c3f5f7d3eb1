//! Leaving and coming back, over all channels (A14, P10).

use super::appointments::{booked, change};
use super::world::{CALLER, Plan, Shop, minutes};
use axum::body::Body;
use http::{Request, StatusCode};
use ringleader_providers::faults::Fault;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;

both_engines! {
    async fn stop_by_text_message_silences_whatsapp_and_start_brings_it_back(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.missed("0501234567").await;
        shop.grace().await;
        assert_eq!(shop.on_whatsapp(CALLER).len(), 1, "the opener");
        shop.texts(CALLER, "STOP").await;
        assert!(shop.by_sms(CALLER).is_empty(), "the carrier has confirmed it already");
        assert!(shop.contact(CALLER).await["opted_out_at"].is_string());
        assert_eq!(shop.lead().await["status"], "lost");
        shop.hours(80).await;
        shop.missed("0501234567").await;
        shop.grace().await;
        assert_eq!(shop.on_whatsapp(CALLER).len(), 1, "no reminder, no opener");
        assert!(shop.decided("skip", "A14", "opted_out").await);
        shop.texts(CALLER, "START").await;
        assert!(shop.contact(CALLER).await["opted_out_at"].is_null());
        shop.missed("0501234567").await;
        shop.grace().await;
        assert_eq!(shop.on_whatsapp(CALLER).len(), 2, "they are written to again");
        let id = shop.contact(CALLER).await["id"].as_str().unwrap().to_owned();
        let consents = shop.get(&format!("contacts/{id}/consents")).await;
        let states: Vec<_> = consents["data"].as_array().unwrap().iter().map(|c| c["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["implied", "granted", "withdrawn", "implied"], "newest first, each with its basis");
    }

    async fn leaving_on_whatsapp_silences_text_messages_and_is_confirmed_once(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.texts(CALLER, "שלום").await;
        assert_eq!(shop.by_sms(CALLER).len(), 1, "the chat runs by text message");
        shop.says(CALLER, "הסר").await;
        assert_eq!(shop.on_whatsapp(CALLER).len(), 1, "one confirmation, where they said it");
        let chats = shop.list("conversations").await;
        assert!(chats.iter().all(|chat| chat["closed_reason"] == "opt_out"), "{chats:?}");
        shop.texts(CALLER, "צריך אינסטלטור").await;
        shop.says(CALLER, "stop").await;
        shop.missed("0501234567").await;
        shop.hours(60).await;
        assert_eq!((shop.by_sms(CALLER).len(), shop.on_whatsapp(CALLER).len()), (1, 1), "silence on both");
        shop.says(CALLER, "START").await;
        let chats = shop.list("conversations").await;
        assert!(chats.iter().all(|chat| chat["closed_reason"].is_null()), "both are open again: {chats:?}");
        assert_eq!(shop.lead().await["status"], "qualifying");
    }

    async fn an_opt_out_noted_by_a_person_cancels_what_is_planned(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.missed("0501234567").await;
        shop.change_contact(CALLER, json!({"opted_out": true})).await;
        let episode = shop.list("episodes").await[0].clone();
        assert_eq!((&episode["state"], &episode["reason"]), (&json!("excluded"), &json!("opted_out")));
        shop.hours(3).await;
        assert!(shop.on_whatsapp(CALLER).is_empty() && shop.by_sms(CALLER).is_empty());
    }

    async fn hebrew_words_by_text_message_are_ours_to_confirm(db: TestDb) {
        let shop = Shop::planned(db, Plan { whatsapp: false, ..Plan::default() }).await;
        shop.texts(CALLER, "שלום").await;
        shop.texts(CALLER, "הסירו").await;
        let sent = shop.by_sms(CALLER);
        assert_eq!(sent.len(), 2);
        assert!(sent[1].body.contains("START"), "the way back is named: {}", sent[1].body);
        shop.texts(CALLER, "הסר").await;
        assert_eq!(shop.by_sms(CALLER).len(), 2, "confirmed once");
    }

    async fn a_block_at_the_carrier_closes_only_its_channel_for_someone_who_came_back(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.texts(CALLER, "STOP").await;
        shop.change_contact(CALLER, json!({"opted_out": false})).await; // told to the business in person
        shop.whatsapp.fail_next(1, Fault::Error { code: 131026 });
        shop.twilio.opt_out(CALLER);
        shop.missed("0501234567").await;
        shop.grace().await;
        shop.pass(minutes(1)).await;
        assert!(shop.contact(CALLER).await["opted_out_at"].is_null(), "what they told us last counts");
        assert!(shop.tasks().await.contains(&"call_back".to_owned()), "no way in writing is left");
    }

    async fn texts_without_a_true_signature_are_refused_and_leave_no_trace(db: TestDb) {
        let shop = Shop::open(db).await;
        let before = shop.app.kept().await.len();
        let path = "/webhooks/twilio/messages";
        let (body, tag) = shop.twilio.customer_says(CALLER, "+15005550006", "hello", "https://ring.example/webhooks/twilio/messages");
        for forged in [
            (body.clone(), String::new()),
            (body.clone(), "AAAA".to_owned()),
            (body.replace("hello", "hullo"), tag.clone()),
            (body.replace("AC00000000000000000000000000000001", "AC00000000000000000000000000000002"), tag.clone()),
        ] {
            assert_eq!(shop.twilio_hook(path, &forged).await.status, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(shop.twilio_hook("/webhooks/twilio/messages/status", &(body.clone(), tag.clone())).await.status, StatusCode::UNAUTHORIZED, "another address");
        assert_eq!(shop.app.kept().await.len(), before);
        for _ in 0..2 {
            assert_eq!(shop.twilio_hook(path, &(body.clone(), tag.clone())).await.status, StatusCode::OK);
        }
        assert_eq!(shop.app.kept().await.len(), before + 1, "a repeat is the same event");
    }

    async fn leaving_by_the_button_of_a_mail_program_holds_everywhere_and_start_brings_it_back(db: TestDb) {
        let (shop, mail, viewing) = booked(db).await;
        let sent = mail.mails().pop().expect("an invitation");
        assert_eq!(sent.header("List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
        let header = sent.header("List-Unsubscribe").expect("a way to leave");
        let path = header.trim_matches(['<', '>']).strip_prefix("https://ring.example").unwrap().to_owned();
        assert!(path.starts_with("/leave/") && !path.contains("972"), "{path}");
        let looked = shop.app.send(Request::get(&path).body(Body::empty()).unwrap()).await;
        assert!(looked.status.is_success() && looked.text.contains("<form"), "{}", looked.text);
        assert!(shop.contact(CALLER).await["opted_out_at"].is_null(), "looking changes nothing");
        for _ in 0..2 {
            let press = Request::post(&path).header("content-type", "application/x-www-form-urlencoded");
            let left = shop.app.send(press.body(Body::from("List-Unsubscribe=One-Click")).unwrap()).await;
            assert!(left.status.is_success() && !left.text.contains("<form"), "{}", left.text);
        }
        shop.run().await;
        assert!(shop.contact(CALLER).await["opted_out_at"].is_string());
        let (wrote, mailed) = (shop.on_whatsapp(CALLER).len(), mail.mails().len());
        change(&shop, &viewing, json!({"starts_at": "2026-11-27T14:00:00Z"})).await;
        shop.hours(30).await;
        assert_eq!((shop.on_whatsapp(CALLER).len(), mail.mails().len()), (wrote, mailed), "silence on both");
        shop.says(CALLER, "START").await;
        assert!(shop.contact(CALLER).await["opted_out_at"].is_null());
        for forged in ["/leave/x", &path[..path.len() - 4], "/leave/dGVuX3ggdjEuYQ"] {
            let answer = shop.app.send(Request::post(forged).body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{forged}");
        }
    }
}

//! Questions that come by themselves (C6, C14): who is asked, when they wait, and which question an answer belongs to.

use super::desk::{agency, agency_over};
use super::world::{CALLER, Plan, Shop, minutes};
use http::StatusCode;
use jiff::SignedDuration;
use ringleader_core::call::{Call, Direction};
use ringleader_core::id::{CallId, TenantId};
use ringleader_core::phone::Phone;
use ringleader_core::reception::afterwards;
use ringleader_jobs::work::{AskSatisfaction, put};
use ringleader_store::both_engines;
use ringleader_store::jobs::OnConflict;
use ringleader_store::repo::{Identity, VoiceCall};
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

async fn tenant(shop: &Shop) -> TenantId {
    shop.get("tenant").await["id"].as_str().unwrap().parse().unwrap()
}

/// The caller has rung the receptionist, and is asked now how it was.
async fn rung(shop: &Shop, sid: &str) -> CallId {
    let tenant = tenant(shop).await;
    let (ids, now) = (shop.app.db.store.ids(), shop.app.db.clock.now());
    let phone = Phone::from_e164(CALLER).unwrap();
    let mut tx = shop.app.db.store.begin(tenant).await.unwrap();
    let contact = tx.contacts().find_or_make(&[Identity::Phone(phone.clone())]).await.unwrap();
    let call =
        Call { contact_id: Some(contact.id), ..Call::begun(ids.new_id(), "twilio", sid, Direction::Inbound, now) };
    assert!(tx.calls().insert(&call, None).await.unwrap());
    let voice = VoiceCall {
        provider_call_id: sid.to_owned(),
        call_id: call.id,
        talk_id: None,
        connection_id: ids.new_id(),
        contact_id: Some(contact.id),
        line: Phone::from_e164("+442079460018").unwrap(),
        caller: Some(phone),
        mode: "gather".to_owned(),
        language: "en-GB".to_owned(),
        begun_at: now,
        ended_at: Some(now),
        taken_by: None,
        cuts: Default::default(),
        summary: None,
    };
    tx.voice().begin(&voice).await.unwrap();
    tx.voice().sum_up(&voice, &afterwards::of(&[]), None).await.unwrap();
    put(&mut tx, &AskSatisfaction { call: call.id }, now, OnConflict::Keep).await.unwrap();
    tx.commit().await.unwrap();
    shop.run().await;
    call.id
}

async fn rating(shop: &Shop, call: CallId) -> Option<i64> {
    let mut read = shop.app.db.store.read(tenant(shop).await).await.unwrap();
    read.satisfaction().of_call(call).await.unwrap()
}

/// How often they were asked how a call was, and how often it counts as asked.
async fn asked(shop: &Shop) -> (usize, i64) {
    let asks = |text: &str| text.contains("how was your call");
    let wrote = shop.on_whatsapp(CALLER).iter().filter(|sent| asks(&sent.text)).count();
    let texted = shop.by_sms(CALLER).iter().filter(|sms| asks(&sms.body)).count();
    let report = shop.get("analytics/summary").await;
    (wrote + texted, report["total"]["asked_satisfaction"].as_i64().unwrap())
}

async fn tap(shop: &Shop, (id, title): &(String, String)) {
    let reply = json!({"type": "button_reply", "button_reply": {"id": id, "title": title}});
    shop.sends(CALLER, json!({"type": "interactive", "interactive": reply})).await;
    shop.pass(SignedDuration::from_secs(5)).await;
}

/// The answers to "how was your call?" as they stand in the chat.
fn answers(shop: &Shop) -> Vec<(String, String)> {
    let sent = shop.on_whatsapp(CALLER).into_iter().rev().find(|sent| sent.text.contains("how was your call"));
    sent.expect("the question").buttons
}

/// A viewing that took place, and whose visitor writes by text message.
async fn seen(shop: &Shop) -> String {
    shop.texts(CALLER, "I'd like to view the flat on Elgin Avenue, my name is Sam Hill").await;
    shop.texts(CALLER, "1").await;
    shop.texts(CALLER, "yes").await;
    let id = shop.list("viewings").await.pop().expect("a viewing")["id"].as_str().unwrap().to_owned();
    moved(shop, &id, "2026-11-26T10:00:00Z").await;
    id
}

async fn moved(shop: &Shop, id: &str, at: &str) {
    let body = json!({ "starts_at": at });
    let answer = shop.app.patch(&format!("/api/v1/appointments/{id}"), &shop.key, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    shop.run().await;
}

async fn viewing(shop: &Shop, id: &str) -> Value {
    shop.get(&format!("appointments/{id}")).await
}

both_engines! {
    async fn a_tap_answers_the_letter_that_it_belongs_to_whatever_was_written_meanwhile(db: TestDb) {
        let shop = agency(db).await;
        shop.says(CALLER, "when are you open?").await;
        let call = rung(&shop, "CA-1").await;
        let buttons = answers(&shop);
        assert_eq!(buttons.len(), 3);
        shop.says(CALLER, "I'm looking for a two bedroom flat to rent in Maida Vale up to 2200 a month").await;
        assert_eq!(rating(&shop, call).await, None);
        tap(&shop, &buttons[2]).await;
        assert_eq!(rating(&shop, call).await, Some(3), "it was bad");
        let said = shop.on_whatsapp(CALLER).pop().unwrap().text;
        assert!(said.contains("passed that on") && said.contains("Which property"), "the talk goes on: {said}");
        assert!(shop.tasks().await.contains(&"call_back".to_owned()), "{:?}", shop.tasks().await);
        tap(&shop, &buttons[0]).await;
        assert_eq!(rating(&shop, call).await, Some(3), "answered once");
        assert!(shop.list("tickets").await.is_empty());
    }

    async fn a_tap_that_comes_after_weeks_begins_no_search_and_no_repair(db: TestDb) {
        let shop = agency(db).await;
        shop.says(CALLER, "when are you open?").await;
        let call = rung(&shop, "CA-1").await;
        let buttons = answers(&shop);
        shop.hours(24 * 9).await;
        tap(&shop, &buttons[1]).await;
        assert_eq!(rating(&shop, call).await, Some(2));
        let said = shop.on_whatsapp(CALLER).pop().unwrap().text;
        assert!(said.contains("passed that on") && said.contains("anything else"), "{said}");
    }

    async fn by_text_message_a_call_is_rated_by_figure_or_in_words(db: TestDb) {
        let shop = agency_over(db, Plan { whatsapp: false, ..Plan::default() }).await;
        let call = rung(&shop, "CA-1").await;
        let said = shop.by_sms(CALLER).pop().expect("the question").body;
        assert!(said.contains("3. Bad") && said.contains("reply with the number"), "{said}");
        shop.texts(CALLER, "Bad").await;
        assert_eq!(rating(&shop, call).await, Some(3));
    }

    async fn whom_nothing_reaches_was_not_asked(db: TestDb) {
        let shop = agency_over(db, Plan { sms_from: None, ..Plan::default() }).await;
        shop.says(CALLER, "I'd like to view the flat on Elgin Avenue, my name is Sam Hill").await;
        shop.taps(CALLER, 0).await;
        shop.taps(CALLER, 0).await;
        let id = shop.list("viewings").await.pop().expect("a viewing")["id"].as_str().unwrap().to_owned();
        moved(&shop, &id, "2026-11-26T10:00:00Z").await;
        shop.hours(76).await;
        rung(&shop, "CA-1").await;
        assert_eq!(asked(&shop).await, (0, 0), "the window is closed, and nothing counts as asked");
        shop.says(CALLER, "what are your opening hours?").await;
        let seen = viewing(&shop, &id).await;
        assert!(seen["feedback_asked_at"].is_null() && seen["feedback"].is_null() && seen["state"] == "booked", "{seen}");
        assert!(shop.on_whatsapp(CALLER).pop().unwrap().text.contains("every day from 8:00"));
        rung(&shop, "CA-2").await;
        assert_eq!(asked(&shop).await, (1, 1), "this month's question was not used up");
    }

    async fn nobody_is_asked_while_a_person_leads_the_chat(db: TestDb) {
        let shop = agency_over(db, Plan { whatsapp: false, ..Plan::default() }).await;
        let id = seen(&shop).await;
        let chat = shop.list("conversations").await.pop().unwrap()["id"].as_str().unwrap().to_owned();
        shop.post(&format!("conversations/{chat}/takeover"), json!({})).await;
        shop.hours(80).await;
        assert!(viewing(&shop, &id).await["feedback_asked_at"].is_null(), "a person talks with them");
        assert!(shop.decided("wait", "C13", "taken_over").await);
        shop.post(&format!("conversations/{chat}/handback"), json!({})).await;
        shop.hours(24).await;
        assert!(!viewing(&shop, &id).await["feedback_asked_at"].is_null());
    }

    async fn nobody_is_asked_in_the_middle_of_a_booking(db: TestDb) {
        let shop = agency_over(db, Plan { whatsapp: false, ..Plan::default() }).await;
        shop.texts(CALLER, "I'd like to view the flat on Elgin Avenue, my name is Sam Hill").await;
        let call = rung(&shop, "CA-1").await;
        assert_eq!(asked(&shop).await, (0, 0));
        shop.texts(CALLER, "1").await;
        assert_eq!(rating(&shop, call).await, None, "it chose a time");
        assert!(shop.by_sms(CALLER).pop().unwrap().body.contains("Is that right?"));
        shop.texts(CALLER, "yes").await;
        shop.pass(minutes(61)).await;
        assert_eq!(asked(&shop).await, (1, 1));
    }
}

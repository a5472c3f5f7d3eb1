//! A missed call, told end to end: the record over HTTP, the message at the provider, the chat, the lead, the owner (A1-A14).

use crate::support::{APP_SECRET, App};
use axum::body::Body;
use http::{Request, StatusCode};
use jiff::SignedDuration;
use ringleader_jobs::engine::Config;
use ringleader_providers::voicenter::fake::{Encoding, Scenario};
use ringleader_providers::whatsapp_cloud::fake::{Options, Says, Sent, TemplateSpec, WhatsappFake};
use ringleader_providers::whatsapp_cloud::inbound::sign;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};
use std::sync::Arc;

const CALLER: &str = "+972501234567";
const DID: &str = "0771234567";
const NUMBER: &str = "800000000000042";

/// A shop with Voicenter and WhatsApp, and the world around it.
struct Shop {
    app: App,
    fake: WhatsappFake,
    key: String,
    cdr: String,
    sent_by_customer: std::cell::Cell<u32>,
}

impl Shop {
    async fn open(db: TestDb) -> Self {
        let clock = db.clock.clone();
        let mut options = Options::new(Arc::new(move || clock.now()), ringleader_brain::models::http_client());
        options.templates = vec![
            TemplateSpec::approved("first", "he", "{{1}}"),
            TemplateSpec::approved("again", "he", "{{1}}"),
            TemplateSpec::approved("lead", "he", "{{1}} {{2}} {{3}} {{4}} {{5}} {{6}} {{7}}"),
        ];
        let fake = WhatsappFake::start(options).await.unwrap();
        let app = App::with(db, 1024, &fake.base_url()).await;
        let key = app.shop("Plumbers").await;
        let settings = json!({"settings": {"templates": {
            "first_message": {"name": "first", "language": "he"}, "reminder": {"name": "again", "language": "he"},
            "last_reminder": {"name": "again", "language": "he"}, "owner_lead": {"name": "lead", "language": "he"}}}});
        let patched = app.call(http::Method::PATCH, "/api/v1/tenant", &key, Some(settings)).await;
        assert_eq!(patched.status, StatusCode::OK, "{}", patched.text);
        let cdr = app.connection(&key, "voicenter", json!({}), "cdr").await;
        let config = json!({"phone_number_id": NUMBER, "display_number": "+442079460018", "access_token": "token-1"});
        app.connection(&key, "whatsapp_cloud", config, "messages").await;
        let line = json!({"number": DID, "uses": ["missed_call"]});
        assert_eq!(app.post("/api/v1/lines", &key, line).await.status, StatusCode::CREATED);
        Self { app, fake, key, cdr, sent_by_customer: std::cell::Cell::new(0) }
    }

    async fn report(&self, call: &Scenario) {
        for payload in call.payloads(Encoding::Json) {
            let request = Request::post(&self.cdr).header("content-type", payload.content_type);
            let answer = self.app.send(request.body(Body::from(payload.body.clone())).unwrap()).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        }
        self.run().await;
    }

    fn missed(&self, id: &str) -> Scenario {
        Scenario::missed("0501234567", DID).id(id).at(self.app.db.clock.now() - SignedDuration::from_secs(40))
    }

    async fn says(&self, text: &str) {
        self.write(text).await;
        self.pass(SignedDuration::from_secs(5)).await;
    }

    /// Delivers a message without waiting for the answer.
    async fn write(&self, text: &str) {
        self.fake.customer_says(CALLER, Says::text(text)); // opens the window at the provider
        let n = self.sent_by_customer.get() + 1;
        self.sent_by_customer.set(n);
        let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "700000000000001", "changes": [
            {"field": "messages", "value": {"messaging_product": "whatsapp",
             "metadata": {"display_phone_number": "442079460018", "phone_number_id": NUMBER},
             "contacts": [{"profile": {"name": "D"}, "wa_id": "972501234567"}],
             "messages": [{"from": "972501234567", "id": format!("wamid.IN{n}"), "type": "text",
                           "timestamp": self.app.db.clock.now().as_second().to_string(), "text": {"body": text}}]}}]}]});
        let body = body.to_string();
        let request =
            Request::post("/webhooks/whatsapp").header("x-hub-signature-256", sign(APP_SECRET, body.as_bytes()));
        assert_eq!(self.app.send(request.body(Body::from(body)).unwrap()).await.status, StatusCode::OK);
        self.run().await;
    }

    async fn run(&self) {
        ringleader_jobs::all::engine(&self.app.cx, Config::default()).run_due().await.unwrap();
    }

    async fn pass(&self, time: SignedDuration) {
        self.app.db.clock.advance(time);
        self.run().await;
    }

    fn to_caller(&self) -> Vec<Sent> {
        self.fake.sent_to(CALLER)
    }

    async fn list(&self, what: &str) -> Vec<Value> {
        let answer = self.app.get(&format!("/api/v1/{what}"), &self.key).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["data"].as_array().unwrap().clone()
    }

    async fn lead(&self) -> Value {
        self.list("leads").await.pop().expect("a lead")
    }
}

fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

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
        assert_eq!(shop.fake.sent_to("+972507654321").len(), 1, "the owner is told at once");

        shop.says("היי קוראים לי דני, צריך אינסטלטור לפיצוץ, תתקשרו מחר בבוקר").await;
        let lead = shop.lead().await;
        assert_eq!((&lead["status"], &lead["name"]), (&json!("qualified"), &json!("דני")), "{lead}");
        assert!(lead["need"].as_str().unwrap().contains("אינסטלטור"));
        assert_eq!(lead["preference"]["from"], "2026-11-24T06:00:00Z", "08:00 in Jerusalem");
        assert_eq!(shop.to_caller().len(), 2, "one confirmation");
        assert_eq!(shop.fake.sent_to("+972507654321").len(), 2, "completing is told at once");
    }

    async fn however_often_a_record_comes_there_is_one_message(db: TestDb) {
        let shop = Shop::open(db).await;
        let call = shop.missed("call-1").extensions(&["SIPa", "SIPb", "SIPc"]);
        let deliveries = (0..20).map(|_| shop.report(&call));
        futures::future::join_all(deliveries).await;
        shop.report(&shop.missed("call-2")).await;
        shop.pass(minutes(2)).await;
        shop.report(&call).await;
        shop.pass(minutes(1)).await;
        assert_eq!(shop.to_caller().len(), 1);
        assert_eq!(shop.list("episodes").await.len(), 1);
        assert_eq!(shop.fake.counts().duplicate_keys, 0);
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
    }

    async fn a_burst_is_answered_once(db: TestDb) {
        let shop = Shop::open(db).await;
        for text in ["היי", "קוראים לי דני", "צריך אינסטלטור", "מחר בבוקר"] {
            shop.write(text).await;
            shop.pass(SignedDuration::from_secs(1)).await;
        }
        assert!(shop.to_caller().is_empty());
        shop.pass(SignedDuration::from_secs(5)).await;
        assert_eq!(shop.to_caller().len(), 1);
        assert_eq!(shop.lead().await["status"], "qualified");
    }

    async fn an_opt_out_is_confirmed_once_and_final(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.report(&shop.missed("call-1")).await;
        shop.pass(minutes(2)).await;
        shop.says("תפסיקו לשלוח לי הודעות בבקשה").await;
        assert_eq!(shop.to_caller().len(), 2);
        shop.says("הסר").await;
        shop.report(&shop.missed("call-2")).await;
        shop.pass(minutes(60 * 30)).await;
        assert_eq!(shop.to_caller().len(), 2, "silence after the confirmation");
    }

    async fn silence_brings_two_reminders_and_then_the_end(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.report(&shop.missed("call-1")).await;
        shop.pass(minutes(2)).await;
        for _ in 0..80 {
            shop.pass(minutes(60)).await;
        }
        assert_eq!(shop.to_caller().len(), 3, "the opener and two reminders");
        assert_eq!(shop.lead().await["status"], "unresponsive");
        shop.says("נטע").await;
        assert_eq!(shop.lead().await["status"], "qualifying", "a late reply reopens");
    }
}

//! A shop with Voicenter, WhatsApp and text messages, played by their fakes.

use crate::support::{APP_SECRET, App, World};
use axum::body::Body;
use http::{Method, Request, StatusCode};
use jiff::SignedDuration;
use ringleader_jobs::engine::Config;
use ringleader_providers::twilio::fake::{SentSms, TwilioFake};
use ringleader_providers::voicenter::fake::{Encoding, Scenario};
use ringleader_providers::whatsapp_cloud::fake::{Options, Says, Sent, TemplateSpec, WhatsappFake};
use ringleader_providers::whatsapp_cloud::inbound::sign;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};
use std::cell::Cell;
use std::sync::Arc;

pub const CALLER: &str = "+972501234567";
pub const DID: &str = "0771234567";
pub const NUMBER: &str = "800000000000042";
pub const SMS_FROM: &str = "+15005550006";
const SID: &str = "AC00000000000000000000000000000001";
pub const SMS_URL: &str = "https://ring.example/webhooks/twilio/messages";

/// What the shop is made of.
pub struct Plan {
    pub whatsapp: bool,
    pub sms_from: Option<&'static str>,
    /// The number of WhatsApp at the account that sends text messages.
    pub whatsapp_from: Option<&'static str>,
    pub templates: Vec<TemplateSpec>,
    pub settings: Value,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            whatsapp: true,
            sms_from: Some(SMS_FROM),
            whatsapp_from: None,
            templates: vec![
                TemplateSpec::approved("first", "he", "{{1}}"),
                TemplateSpec::approved("again", "he", "{{1}}"),
                TemplateSpec::approved("lead", "he", "{{1}} {{2}} {{3}} {{4}} {{5}} {{6}} {{7}}"),
            ],
            settings: json!({}),
        }
    }
}

/// The shop and the world around it.
pub struct Shop {
    pub app: App,
    pub whatsapp: WhatsappFake,
    pub twilio: TwilioFake,
    pub key: String,
    cdr: String,
    written: Cell<u32>,
    called: Cell<u32>,
}

impl Shop {
    pub async fn open(db: TestDb) -> Self {
        Self::planned(db, Plan::default()).await
    }

    pub async fn with(db: TestDb, settings: Value) -> Self {
        Self::planned(db, Plan { settings, ..Plan::default() }).await
    }

    pub async fn planned(db: TestDb, plan: Plan) -> Self {
        let clock = db.clock.clone();
        let now = clock.clone();
        let mut options = Options::new(Arc::new(move || clock.now()), ringleader_brain::models::http_client());
        options.templates = plan.templates;
        let whatsapp = WhatsappFake::start(options).await.unwrap();
        let twilio = TwilioFake::start(([127, 0, 0, 1], 0).into(), Arc::new(move || now.now()), SID, "token-2");
        let twilio = twilio.await.unwrap();
        let world = World { whatsapp: whatsapp.base_url(), twilio: twilio.base_url(), ..World::default() };
        let app = App::in_world(db, world).await;
        let key = app.shop("Plumbers").await;
        let cdr = app.connection(&key, "voicenter", json!({}), "cdr").await;
        if plan.whatsapp {
            let config =
                json!({"phone_number_id": NUMBER, "display_number": "+442079460018", "access_token": "token-1"});
            app.connection(&key, "whatsapp_cloud", config, "messages").await;
        }
        if let Some(from) = plan.sms_from {
            let mut config = json!({"account_sid": SID, "auth_token": "token-2", "sms_from": from});
            if let Some(from) = plan.whatsapp_from {
                config["whatsapp_from"] = json!(from);
            }
            app.connection(&key, "twilio", config, "messages").await;
        }
        let line = json!({"number": DID, "uses": ["missed_call"]});
        assert_eq!(app.post("/api/v1/lines", &key, line).await.status, StatusCode::CREATED);
        let shop = Self { app, whatsapp, twilio, key, cdr, written: Cell::new(0), called: Cell::new(0) };
        shop.set(json!({"templates": {
            "first_message": {"name": "first", "language": "he"}, "reminder": {"name": "again", "language": "he"},
            "last_reminder": {"name": "again", "language": "he"}, "owner_lead": {"name": "lead", "language": "he"}}}))
            .await;
        shop.set(plan.settings).await;
        shop
    }

    pub async fn set(&self, settings: Value) {
        let patched = self.app.patch("/api/v1/tenant", &self.key, json!({"settings": settings})).await;
        assert_eq!(patched.status, StatusCode::OK, "{}", patched.text);
    }

    /// Somebody calls, nobody answers, the record comes.
    pub async fn missed(&self, from: &str) {
        let n = self.called.get() + 1;
        self.called.set(n);
        let call = Scenario::missed(from, DID).id(&format!("call-{n}"));
        self.report(&call.at(self.app.db.clock.now() - SignedDuration::from_secs(40))).await;
    }

    pub async fn report(&self, call: &Scenario) {
        for payload in call.payloads(Encoding::Json) {
            let request = Request::post(&self.cdr).header("content-type", payload.content_type);
            let answer = self.app.send(request.body(Body::from(payload.body.clone())).unwrap()).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        }
        self.run().await;
    }

    /// A customer writes on WhatsApp, and the burst is over.
    pub async fn says(&self, from: &str, text: &str) {
        self.sends(from, json!({"type": "text", "text": {"body": text}})).await;
        self.pass(SignedDuration::from_secs(5)).await;
    }

    /// A WhatsApp message of any kind; its id.
    pub async fn sends(&self, from: &str, message: Value) -> String {
        self.whatsapp.customer_says(from, Says::text("(opens the window at the provider)"));
        let n = self.written.get() + 1;
        self.written.set(n);
        let id = format!("wamid.IN{n}");
        let digits = from.trim_start_matches('+');
        let mut message = message;
        for (name, value) in [
            ("from", digits.to_owned()),
            ("id", id.clone()),
            ("timestamp", self.app.db.clock.now().as_second().to_string()),
        ] {
            message[name] = json!(value);
        }
        self.hook(
            "messages",
            json!({"contacts": [{"profile": {"name": "D"}, "wa_id": digits}], "messages": [message]}),
        )
        .await;
        id
    }

    /// A WhatsApp webhook with this field and value.
    pub async fn hook(&self, field: &str, mut value: Value) {
        value["messaging_product"] = json!("whatsapp");
        value["metadata"] = json!({"display_phone_number": "442079460018", "phone_number_id": NUMBER});
        let body = json!({"object": "whatsapp_business_account",
            "entry": [{"id": "700000000000001", "changes": [{"field": field, "value": value}]}]})
        .to_string();
        let tag = sign(APP_SECRET, body.as_bytes());
        let request = Request::post("/webhooks/whatsapp").header("x-hub-signature-256", tag);
        assert_eq!(self.app.send(request.body(Body::from(body)).unwrap()).await.status, StatusCode::OK);
        self.run().await;
    }

    /// A customer sends a text message, and the burst is over.
    pub async fn texts(&self, from: &str, text: &str) {
        self.writes(from, SMS_FROM, text).await;
    }

    /// A customer writes from one end to the other, both named as the carrier does, and the burst is over.
    pub async fn writes(&self, from: &str, to: &str, text: &str) {
        let signed = self.twilio.customer_says(from, to, text, SMS_URL);
        let answer = self.twilio_hook("/webhooks/twilio/messages", &signed).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert!(
            answer.text.ends_with("<Response/>") && answer.headers["content-type"].to_str().unwrap().contains("xml")
        );
        self.run().await;
        self.pass(SignedDuration::from_secs(5)).await;
    }

    pub async fn twilio_hook(&self, path: &str, (body, signature): &(String, String)) -> crate::support::Answer {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-twilio-signature", signature);
        self.app.send(request.body(Body::from(body.clone())).unwrap()).await
    }

    pub async fn run(&self) {
        ringleader_jobs::all::engine(&self.app.cx, Config::default()).run_due().await.unwrap();
    }

    pub async fn pass(&self, time: SignedDuration) {
        self.app.db.clock.advance(time);
        self.run().await;
    }

    /// Lets hours go by, one after the other.
    pub async fn hours(&self, n: u32) {
        for _ in 0..n {
            self.pass(SignedDuration::from_hours(1)).await;
        }
    }

    /// The grace is over.
    pub async fn grace(&self) {
        self.pass(SignedDuration::from_secs(121)).await;
    }

    pub fn on_whatsapp(&self, to: &str) -> Vec<Sent> {
        self.whatsapp.sent_to(to)
    }

    pub fn by_sms(&self, to: &str) -> Vec<SentSms> {
        self.twilio.sent().into_iter().filter(|sent| sent.to == to).collect()
    }

    pub async fn list(&self, what: &str) -> Vec<Value> {
        let answer = self.app.get(&format!("/api/v1/{what}"), &self.key).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["data"].as_array().unwrap().clone()
    }

    pub async fn get(&self, what: &str) -> Value {
        let answer = self.app.get(&format!("/api/v1/{what}"), &self.key).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    }

    /// Text messages to customers, as the API shows them.
    pub async fn sms_rows(&self) -> Vec<Value> {
        let all = self.list("messages?audience=contact&limit=200").await;
        all.into_iter().filter(|m| m["channel"] == "sms" && m["direction"] == "outbound").collect()
    }

    pub async fn lead(&self) -> Value {
        self.list("leads").await.into_iter().next().expect("a lead")
    }

    pub async fn contact(&self, phone: &str) -> Value {
        let phone = phone.replace('+', "%2B");
        self.list(&format!("contacts?phone={phone}")).await.pop().expect("a contact")
    }

    pub async fn change_contact(&self, phone: &str, change: Value) {
        let id = self.contact(phone).await["id"].as_str().unwrap().to_owned();
        let answer = self.app.patch(&format!("/api/v1/contacts/{id}"), &self.key, change).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self.app.call(Method::POST, &format!("/api/v1/{path}"), &self.key, Some(body)).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text);
        serde_json::from_str(&answer.text).unwrap_or_default()
    }

    /// Whether a decision with this verdict, rule and reason was recorded.
    pub async fn decided(&self, verdict: &str, rule: &str, reason: &str) -> bool {
        let all = self.list("decisions?limit=200").await;
        all.iter().any(|d| d["verdict"] == verdict && d["rule"] == rule && d["reason"] == reason)
    }

    /// The kinds of open tasks, sorted.
    pub async fn tasks(&self) -> Vec<String> {
        let all = self.list("tasks?limit=200").await;
        let open = all.iter().filter(|task| task["state"] == "open");
        let mut kinds: Vec<String> = open.map(|task| task["kind"].as_str().unwrap().to_owned()).collect();
        kinds.sort();
        kinds
    }

    /// People do all that is asked of them.
    pub async fn done_with_tasks(&self) {
        for task in self.list("tasks?limit=200").await.into_iter().filter(|task| task["state"] == "open") {
            let path = format!("/api/v1/tasks/{}", task["id"].as_str().unwrap());
            let done = self.app.patch(&path, &self.key, json!({"state": "done"})).await;
            assert_eq!(done.status, StatusCode::OK, "{}", done.text);
        }
    }
}

pub fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

//! A shop and the world around it: its switchboard, WhatsApp and text messages, all over real HTTP, and its customers.

use crate::support::{APP_SECRET, Answer, App, Model, World};
use http::StatusCode;
use jiff::SignedDuration;
use ringleader_brain::models::http_client;
use ringleader_providers::twilio::fake::{SentSms, TwilioFake};
use ringleader_providers::voicenter::fake::{Scenario, Style};
use ringleader_providers::whatsapp_cloud::fake::{
    NumberSpec, Options, Says, Sent, TemplateSpec, Webhook, WhatsappFake,
};
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};
use std::sync::Arc;

pub const CALLER: &str = "+972501234567";
pub const OWNER: &str = "+972507654321";
pub const DID: &str = "0771234567";
const NUMBER: &str = "800000000000042";
const SID: &str = "AC00000000000000000000000000000001";

/// A shop with Voicenter and WhatsApp, and the world around it.
pub struct Shop {
    pub app: App,
    pub fake: WhatsappFake,
    pub sms: TwilioFake,
    pub key: String,
    /// Where the installation is served.
    pub address: String,
    /// The path of the switchboard's webhook.
    pub cdr: String,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Shop {
    pub async fn open(db: TestDb) -> Self {
        Self::with_models(db, Box::new(Vec::new)).await
    }

    pub async fn with_models(db: TestDb, models: Box<dyn Fn() -> Vec<Model> + Send + Sync>) -> Self {
        let clock = db.clock.clone();
        let now: ringleader_providers::twilio::fake::Now = Arc::new(move || clock.now());
        let mut options = Options::new(now.clone(), http_client());
        options.templates = vec![
            TemplateSpec::approved("first", "he", "{{1}}"),
            TemplateSpec::approved("heard", "he", "{{1}} {{2}}"),
            TemplateSpec::approved("again", "he", "{{1}}"),
            TemplateSpec::approved("lead", "he", "{{1}} {{2}} {{3}} {{4}} {{5}} {{6}} {{7}}"),
        ];
        options.behaviour.retry_ms = 0; // a webhook that was not taken comes again at once, whatever the clock says
        let fake = WhatsappFake::start(options).await.unwrap();
        let sms = TwilioFake::start(([127, 0, 0, 1], 0).into(), now, SID, "token-2").await.unwrap();
        let world = World { whatsapp: fake.base_url(), twilio: sms.base_url(), models, ..World::default() };
        let app = App::in_world(db, world).await;
        let (address, server) = app.serve().await;
        fake.webhook(Webhook { url: format!("{address}/webhooks/whatsapp"), app_secret: APP_SECRET.into() });
        let (key, cdr) = furnish(&app, "Plumbers", NUMBER).await;
        Self { app, fake, sms, key, address, cdr, server }
    }

    /// Another business on the same installation, with a WhatsApp number of its own; its key and its switchboard's path.
    pub async fn neighbour(&self) -> (String, String) {
        let id = "800000000000043";
        self.fake.number(NumberSpec { id: id.into(), display: "442079460019".into(), ..NumberSpec::default() });
        furnish(&self.app, "Painters", id).await
    }

    /// The shop can send text messages too.
    pub async fn with_sms(self) -> Self {
        let config = json!({"account_sid": SID, "auth_token": "token-2", "sms_from": "+447700900999"});
        let made = self.app.post("/api/v1/connections", &self.key, json!({"kind": "twilio", "config": config})).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        self
    }

    /// Posts a body as an outside service does.
    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Answer {
        let request = self.app.cx.http.post(format!("{}{path}", self.address)).body(body.into());
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        Answer { status, headers, text: answer.text().await.unwrap() }
    }

    /// Delivers the records of a call, in any style.
    pub async fn deliver(&self, cdr: &str, call: &Scenario, style: impl Into<Style>) {
        for payload in call.payloads(style) {
            let answer = self.post(cdr, &[("content-type", payload.content_type)], payload.body).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        }
    }

    /// A call comes to an end and is reported.
    pub async fn report(&self, call: &Scenario) {
        self.deliver(&self.cdr, call, Style::default()).await;
        self.run().await;
    }

    /// The caller rang in vain and hung up just now.
    pub fn missed(&self, id: &str) -> Scenario {
        self.missed_from("0501234567", id)
    }

    pub fn missed_from(&self, caller: &str, id: &str) -> Scenario {
        Scenario::missed(caller, DID).id(id).at(self.app.db.clock.now() - SignedDuration::from_secs(40))
    }

    /// The caller was written to.
    pub async fn opened(db: TestDb) -> Self {
        let shop = Self::open(db).await;
        shop.report(&shop.missed("call-1")).await;
        shop.pass(minutes(2)).await;
        assert_eq!(shop.to_caller().len(), 1);
        shop
    }

    /// The caller writes and is answered.
    pub async fn says(&self, text: &str) {
        self.write(text).await;
        self.pass(seconds(5)).await;
    }

    /// The caller writes; the answer may wait for more.
    pub async fn write(&self, text: &str) {
        self.fake.customer_says(CALLER, Says::text(text));
        self.run().await;
    }

    /// Works until nothing is due here and nothing is on its way from outside.
    pub async fn run(&self) {
        loop {
            self.fake.settle().await;
            if self.app.run_due().await == 0 {
                break;
            }
        }
    }

    pub async fn pass(&self, time: SignedDuration) {
        self.app.db.clock.advance(time);
        self.run().await;
    }

    /// Lets `steps` spans of time pass, so that what is planned happens when it is due.
    pub async fn pass_in_steps(&self, steps: usize, step: SignedDuration) {
        for _ in 0..steps {
            self.pass(step).await;
        }
    }

    pub fn to_caller(&self) -> Vec<Sent> {
        self.fake.sent_to(CALLER)
    }

    pub fn texts_to(&self, phone: &str) -> Vec<SentSms> {
        self.sms.sent().into_iter().filter(|sms| sms.to == phone).collect()
    }

    /// Rows of a list of the API, newest first.
    pub async fn list(&self, what: &str) -> Vec<Value> {
        let answer = self.app.get(&format!("/api/v1/{what}"), &self.key).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["data"].as_array().unwrap().clone()
    }

    pub async fn lead(&self) -> Value {
        self.list("leads").await.pop().expect("a lead")
    }

    /// What was wished to be sent to customers, oldest first.
    pub async fn wished(&self) -> Vec<Value> {
        let mut all = self.list("messages?audience=contact&limit=200").await;
        all.retain(|message| message["direction"] == "outbound");
        all.reverse();
        all
    }

    /// Why each of them was sent.
    pub async fn purposes(&self) -> Vec<String> {
        self.wished().await.iter().map(|message| message["purpose"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Open tasks of a kind.
    pub async fn tasks(&self, kind: &str) -> Vec<Value> {
        let mut all = self.list("tasks?limit=200").await;
        all.retain(|task| task["kind"] == kind && task["state"] == "open");
        all
    }

    /// Whether a decision says this.
    pub async fn decided(&self, verdict: &str, reason: &str) -> bool {
        let all = self.list("decisions?limit=200").await;
        all.iter().any(|decision| decision["verdict"] == verdict && decision["reason"] == reason)
    }
}

/// A tenant with switchboard, line, WhatsApp number and templates; its key and the path of its switchboard's webhook.
async fn furnish(app: &App, name: &str, number: &str) -> (String, String) {
    let key = app.shop(name).await;
    let settings = json!({"settings": {"templates": {
        "first_message": {"name": "first", "language": "he"}, "reminder": {"name": "again", "language": "he"},
        "last_reminder": {"name": "again", "language": "he"}, "owner_lead": {"name": "lead", "language": "he"}}}});
    let patched = app.patch("/api/v1/tenant", &key, settings).await;
    assert_eq!(patched.status, StatusCode::OK, "{}", patched.text);
    let cdr = app.connection(&key, "voicenter", json!({}), "cdr").await;
    let config = json!({"phone_number_id": number, "display_number": "+442079460018", "access_token": "token-1"});
    app.connection(&key, "whatsapp_cloud", config, "messages").await;
    let line = json!({"number": DID, "uses": ["missed_call"]});
    assert_eq!(app.post("/api/v1/lines", &key, line).await.status, StatusCode::CREATED);
    (key, cdr)
}

pub fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

pub fn seconds(n: i64) -> SignedDuration {
    SignedDuration::from_secs(n)
}

//! A shop whose owner is told over every channel that there is, each played by its fake.

use crate::support::{APP_SECRET, App, World};
use axum::body::Body;
use http::{Request, StatusCode};
use jiff::SignedDuration;
use ringleader_core::conversation::Channel;
use ringleader_core::message::{Audience, Content};
use ringleader_jobs::engine::Config;
use ringleader_jobs::work::send_message;
use ringleader_providers::slack::fake::SlackFake;
use ringleader_providers::smtp::fake::{Rules, SmtpFake};
use ringleader_providers::twilio::fake::TwilioFake;
use ringleader_providers::voicenter::fake::{Encoding, Scenario};
use ringleader_providers::whatsapp_cloud::fake::{Options, Says, TemplateSpec, WhatsappFake};
use ringleader_providers::whatsapp_cloud::inbound::sign;
use ringleader_store::repo::{Identity, NewMessage};
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};
use std::sync::Arc;

pub const DID: &str = "0771234567";
pub const OWNER: &str = "+972507654321";
pub const NUMBER: &str = "800000000000042";
pub const SID: &str = "AC00000000000000000000000000000001";
pub const LOOPBACK: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

/// A shop with every channel there is.
pub struct Shop {
    pub app: App,
    pub key: String,
    pub cdr: String,
    pub whatsapp: WhatsappFake,
    pub twilio: TwilioFake,
    pub mail: SmtpFake,
    pub slack: SlackFake,
}

impl Shop {
    pub async fn open(db: TestDb, notify: Value) -> Self {
        let (clock, also) = (db.clock.clone(), db.clock.clone());
        let mut options = Options::new(Arc::new(move || clock.now()), ringleader_brain::models::http_client());
        options.templates = vec![
            TemplateSpec::approved("first", "he", "{{1}}"),
            TemplateSpec::approved("lead", "he", "{{1}} {{2}} {{3}} {{4}} {{5}} {{6}} {{7}}"),
        ];
        let whatsapp = WhatsappFake::start(options).await.unwrap();
        let twilio = TwilioFake::start(LOOPBACK.into(), Arc::new(move || also.now()), SID, "sim-auth").await.unwrap();
        let mail = SmtpFake::start(LOOPBACK.into(), Rules::default()).await.unwrap();
        let slack = SlackFake::start(LOOPBACK.into()).await.unwrap();
        let world = World { whatsapp: whatsapp.base_url(), twilio: twilio.base_url(), ..World::default() };
        let app = App::in_world(db, world).await;
        let key = app.shop("Plumbers").await;
        let settings = json!({"settings": {"notify": notify, "templates": {
            "first_message": {"name": "first", "language": "he"}, "owner_lead": {"name": "lead", "language": "he"}}}});
        let patched = app.patch("/api/v1/tenant", &key, settings).await;
        assert_eq!(patched.status, StatusCode::OK, "{}", patched.text);
        let cdr = app.connection(&key, "voicenter", json!({}), "cdr").await;
        for (kind, config) in [
            (
                "whatsapp_cloud",
                json!({"phone_number_id": NUMBER, "display_number": "+442079460018", "access_token": "token-1"}),
            ),
            ("twilio", json!({"account_sid": SID, "auth_token": "sim-auth", "sms_from": "+15005550006"})),
            ("smtp", json!({"url": format!("smtp://{}", mail.address()), "from": "Ringleader <leads@ring.example>"})),
            ("slack", json!({"webhook_url": slack.webhook_url()})),
        ] {
            let made = app.post("/api/v1/connections", &key, json!({"kind": kind, "config": config})).await;
            assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
            let tried = app.post(&format!("/api/v1/connections/{}/test", made.id()), &key, json!({})).await;
            assert_eq!(tried.json()["ok"], true, "{kind}: {}", tried.text);
        }
        let line = json!({"number": DID, "uses": ["missed_call"]});
        assert_eq!(app.post("/api/v1/lines", &key, line).await.status, StatusCode::CREATED);
        Self { app, key, cdr, whatsapp, twilio, mail, slack }
    }

    /// A missed call whose grace is over: a lead exists, and the owner is told.
    pub async fn lead(&self, caller: &str, id: &str) {
        let at = self.app.db.clock.now() - SignedDuration::from_secs(40);
        for payload in Scenario::missed(caller, DID).id(id).at(at).payloads(Encoding::Json) {
            let request = Request::post(&self.cdr).header("content-type", payload.content_type);
            let answer = self.app.send(request.body(Body::from(payload.body.clone())).unwrap()).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        }
        self.run().await;
        self.pass(SignedDuration::from_mins(2)).await;
    }

    /// The carrier reports on a text message.
    pub async fn text_status(&self, sid: &str, status: &str, error: Option<&str>) {
        let path = "/webhooks/twilio/messages/status";
        let news = self.twilio.status(sid, status, error, &format!("https://ring.example{path}"));
        self.twilio_posts(path, news).await;
    }

    pub async fn twilio_posts(&self, path: &str, (body, signature): (String, String)) {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-twilio-signature", signature);
        let answer = self.app.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        self.run().await;
    }

    /// An email to the customer, whatever makes it; what becomes of it.
    pub async fn emails_customer(&self, key: &str) -> String {
        let email = NewMessage {
            audience: Audience::Contact,
            channel: Channel::Email,
            to_email: Some("customer@ring.example".to_owned()),
            content: Content::Text { body: "The details you asked for".to_owned() },
            purpose: "details".to_owned(),
            ..note(key)
        };
        self.writes("smtp", email).await
    }

    /// Something is written about a caller, over the connection of this kind; what becomes of it.
    pub async fn writes(&self, kind: &str, wish: NewMessage) -> String {
        let tenant = self.app.get("/api/v1/tenant", &self.key).await.id().parse().unwrap();
        let mut tx = self.app.cx.store.begin(tenant).await.unwrap();
        let connection = tx.connections().of_kind(kind).await.unwrap().remove(0);
        let phone = ringleader_core::phone::parse("+972501234567", "IL").phone.unwrap();
        let contact = tx.contacts().by_identity(&Identity::Phone(phone)).await.unwrap().unwrap();
        let wish = NewMessage { contact_id: Some(contact.id), connection_id: Some(connection.id), ..wish };
        let message = send_message::wish(&mut tx, &wish).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        self.run().await;
        let mut read = self.app.cx.store.read(tenant).await.unwrap();
        read.messages().get(message).await.unwrap().unwrap().status.to_string()
    }

    pub async fn run(&self) {
        ringleader_jobs::all::engine(&self.app.cx, Config::default()).run_due().await.unwrap();
    }

    pub async fn pass(&self, time: SignedDuration) {
        self.app.db.clock.advance(time);
        self.run().await;
    }

    pub async fn list(&self, what: &str) -> Vec<Value> {
        let answer = self.app.get(&format!("/api/v1/{what}"), &self.key).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["data"].as_array().unwrap().clone()
    }

    pub async fn tasks(&self, kind: &str) -> usize {
        self.list("tasks").await.iter().filter(|task| task["kind"] == kind).count()
    }

    pub async fn decided(&self, reason: &str) -> usize {
        self.list("decisions").await.iter().filter(|d| d["reason"] == reason && d["rule"] == "A13").count()
    }

    /// The path of the link in a text.
    pub fn link(text: &str) -> String {
        let at = text.find("https://ring.example/a/").expect("a link") + "https://ring.example".len();
        text[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || "/_-".contains(*c)).collect()
    }

    pub async fn tap(&self, path: &str, answer: &str) -> String {
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        let answer = self.app.send(request.body(Body::from(format!("a={answer}"))).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.text
    }

    /// The owner writes or taps on WhatsApp.
    pub async fn owner_sends(&self, id: &str, message: Value) {
        self.whatsapp.customer_says(OWNER, Says::text("x")); // opens the window at the provider
        let mut message = message;
        message["from"] = json!(OWNER.trim_start_matches('+'));
        message["id"] = json!(id);
        message["timestamp"] = json!(self.app.db.clock.now().as_second().to_string());
        let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "700000000000001", "changes": [
            {"field": "messages", "value": {"messaging_product": "whatsapp",
             "metadata": {"display_phone_number": "442079460018", "phone_number_id": NUMBER},
             "contacts": [{"profile": {"name": "D"}, "wa_id": OWNER.trim_start_matches('+')}],
             "messages": [message]}}]}]})
        .to_string();
        let signed = sign(APP_SECRET, body.as_bytes());
        let request = Request::post("/webhooks/whatsapp").header("x-hub-signature-256", signed);
        assert_eq!(self.app.send(request.body(Body::from(body)).unwrap()).await.status, StatusCode::OK);
        self.run().await;
    }
}

/// A note to the room, about somebody who is no lead.
pub fn note(key: &str) -> NewMessage {
    NewMessage {
        send_key: key.to_owned(),
        conversation_id: None,
        contact_id: None,
        lead_id: None,
        episode_id: None,
        audience: Audience::Owner,
        channel: Channel::Slack,
        connection_id: None,
        to: None,
        to_email: None,
        content: Content::Text { body: "A call from somebody: ring back".to_owned() },
        purpose: "hand_over".to_owned(),
    }
}

pub fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

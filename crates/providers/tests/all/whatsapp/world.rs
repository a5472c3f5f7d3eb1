//! A business number, its customer, the fake, our client and the place where webhooks arrive, in one hand.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::message::Content;
use ringleader_core::phone::Phone;
use ringleader_providers::messaging::{Accepted, Messaging, Outgoing, SendError};
use ringleader_providers::whatsapp_cloud::fake::{Options, TemplateSpec, Webhook, WhatsappFake};
use ringleader_providers::whatsapp_cloud::inbound::{Event, EventKind, parse, verify};
use ringleader_providers::whatsapp_cloud::{Client, Config};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

pub const NOA: &str = "+447700900117";
pub const SECRET: &str = "sim-app-secret-01";
pub const TOKEN: &str = "sim-token-01";

/// A client that needs no TLS and no proxy.
pub fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default(); // the second time it is there already
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// A clock that stands still until it is moved.
#[derive(Clone)]
pub struct Clock(Arc<Mutex<Timestamp>>);

impl Clock {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new("2026-11-21T12:00:00Z".parse().unwrap())))
    }

    pub fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    pub fn advance(&self, span: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now += span;
    }
}

/// What arrived at the webhook.
#[derive(Default)]
pub struct Inbox {
    pub bodies: Vec<Bytes>,
    /// Answers to give first; then 200.
    pub answers: VecDeque<u16>,
}

pub struct World {
    pub fake: WhatsappFake,
    pub client: Client,
    pub clock: Clock,
    pub inbox: Arc<Mutex<Inbox>>,
}

pub fn config() -> Config {
    Config::parse(&serde_json::json!({
        "phone_number_id": "800000000000042", "display_number": "+44 20 7946 0018", "access_token": TOKEN,
        "app_secret": SECRET, "waba_id": "700000000000001"
    }))
    .unwrap()
}

impl World {
    pub async fn new() -> Self {
        let (clock, inbox) = (Clock::new(), Arc::new(Mutex::new(Inbox::default())));
        let url = receiver(inbox.clone()).await;
        let moved = clock.clone();
        let mut options = Options::new(Arc::new(move || moved.now()), http());
        options.numbers[0].access_token = Some(TOKEN.to_owned());
        options.webhook = Some(Webhook { url, app_secret: SECRET.to_owned() });
        options.templates = vec![TemplateSpec::approved("first_message", "he", "שלום מ{{1}}, איך אפשר לעזור?")];
        let fake = WhatsappFake::start(options).await.unwrap();
        let client = Client::new(http(), &fake.base_url(), &config());
        Self { fake, client, clock, inbox }
    }

    pub async fn send(&self, content: Content) -> Result<Accepted, SendError> {
        self.client.send(&outgoing("msg_1", content)).await
    }

    /// Everything that the webhook was told since the last call, in the order of arrival.
    pub async fn news(&self) -> Vec<Event> {
        self.fake.settle().await;
        let bodies = std::mem::take(&mut self.inbox.lock().unwrap().bodies);
        bodies.iter().flat_map(|body| parse(body).unwrap()).collect()
    }

    /// The words of the status events since the last call.
    pub async fn statuses(&self) -> Vec<String> {
        let news = self.news().await;
        let word = |e: Event| match e.kind {
            EventKind::Status(status) => Some(status.word),
            _ => None,
        };
        news.into_iter().filter_map(word).collect()
    }
}

pub fn outgoing(key: &str, content: Content) -> Outgoing {
    Outgoing {
        to: Phone::from_e164(NOA).unwrap().into(),
        send_key: key.to_owned(),
        content,
        link: None,
        leave: None,
        calendar: None,
    }
}

pub fn text(body: &str) -> Content {
    Content::Text { body: body.to_owned() }
}

pub fn template(name: &str, params: &[&str]) -> Content {
    Content::Template {
        name: name.to_owned(),
        language: "he".to_owned(),
        params: params.iter().map(|p| (*p).to_owned()).collect(),
        preview: String::new(),
    }
}

/// A place for webhooks that refuses what is not signed over exactly these bytes.
async fn receiver(inbox: Arc<Mutex<Inbox>>) -> String {
    let receive = async move |headers: HeaderMap, body: Bytes| {
        let signature = headers.get("x-hub-signature-256").and_then(|h| h.to_str().ok());
        if !verify(SECRET, signature, &body) {
            return StatusCode::UNAUTHORIZED;
        }
        let mut inbox = inbox.lock().unwrap();
        match inbox.answers.pop_front() {
            Some(status) => StatusCode::from_u16(status).unwrap(),
            None => {
                inbox.bodies.push(body);
                StatusCode::OK
            }
        }
    };
    let app = axum::Router::new().route("/webhooks/whatsapp", axum::routing::post(receive));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhooks/whatsapp", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    url
}

//! Many shops in one installation, for stories about a whole day: each with its line, its switchboard and WhatsApp.

use crate::support::{APP_SECRET, App};
use axum::body::Body;
use http::{Request, StatusCode};
use jiff::SignedDuration;
use ringleader_jobs::engine::Config;
use ringleader_providers::voicenter::fake::{Encoding, Scenario};
use ringleader_providers::whatsapp_cloud::fake::{Behaviour, Options, WhatsappFake};
use ringleader_providers::whatsapp_cloud::inbound::sign;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};
use std::sync::Arc;

pub struct Town {
    pub app: App,
    /// Plays WhatsApp as long as the town stands.
    _fake: WhatsappFake,
    pub shops: Vec<Shop>,
    wamids: std::cell::Cell<u32>,
}

pub struct Shop {
    pub key: String,
    pub did: String,
    cdr: String,
    number: String,
}

impl Town {
    pub async fn build(db: TestDb, shops: usize) -> Self {
        let clock = db.clock.clone();
        let mut options = Options::new(Arc::new(move || clock.now()), ringleader_brain::models::http_client());
        options.behaviour = Behaviour::fast();
        let fake = WhatsappFake::start(options).await.unwrap();
        let app = App::with(db, 1024, &fake.base_url()).await;
        let mut town = Self { app, _fake: fake, shops: vec![], wamids: 0.into() };
        for n in 0..shops {
            let shop = town.open(n).await;
            town.shops.push(shop);
        }
        town
    }

    async fn open(&self, n: usize) -> Shop {
        let key = self.app.shop(&format!("Shop {n}")).await;
        let template = |name: &str| json!({"name": name, "language": "he"});
        let settings = json!({"settings": {"templates": {"first_message": template("first"), "reminder": template("again"),
            "last_reminder": template("again"), "owner_lead": template("lead")}}});
        let patched = self.app.patch("/api/v1/tenant", &key, settings).await;
        assert_eq!(patched.status, StatusCode::OK, "{}", patched.text);
        let cdr = self.app.connection(&key, "voicenter", json!({}), "cdr").await;
        let (number, did) = (format!("8000000001{n:05}"), format!("07712{n:05}"));
        let config = json!({"phone_number_id": number, "display_number": "+442079460018", "access_token": "token-1"});
        self.app.connection(&key, "whatsapp_cloud", config, "messages").await;
        let line = json!({"number": did, "uses": ["missed_call"]});
        assert_eq!(self.app.post("/api/v1/lines", &key, line).await.status, StatusCode::CREATED);
        Shop { key, did, cdr, number }
    }

    /// A switchboard tells of a call, as it is; nothing is worked off yet.
    pub async fn report(&self, shop: usize, call: &Scenario) {
        for payload in call.payloads(Encoding::Json) {
            let request = Request::post(&self.shops[shop].cdr).header("content-type", payload.content_type);
            let answer = self.app.send(request.body(Body::from(payload.body.clone())).unwrap()).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        }
    }

    /// A customer writes to a shop.
    pub async fn writes(&self, shop: usize, phone: &str, text: &str) {
        let (number, n) = (&self.shops[shop].number, self.wamids.get() + 1);
        self.wamids.set(n);
        let digits = phone.trim_start_matches('+');
        let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "700000000000001", "changes": [
            {"field": "messages", "value": {"messaging_product": "whatsapp",
             "metadata": {"display_phone_number": "442079460018", "phone_number_id": number},
             "contacts": [{"profile": {"name": "D"}, "wa_id": digits}],
             "messages": [{"from": digits, "id": format!("wamid.T{n}"), "type": "text",
                           "timestamp": self.app.db.clock.now().as_second().to_string(), "text": {"body": text}}]}}]}]});
        let body = body.to_string();
        let signed = sign(APP_SECRET, body.as_bytes());
        let request = Request::post("/webhooks/whatsapp").header("x-hub-signature-256", signed);
        assert_eq!(self.app.send(request.body(Body::from(body)).unwrap()).await.status, StatusCode::OK);
    }

    pub async fn run(&self) {
        ringleader_jobs::all::engine(&self.app.cx, Config::default()).run_due().await.unwrap();
    }

    pub async fn pass(&self, time: SignedDuration) {
        self.app.db.clock.advance(time);
        self.run().await;
    }

    pub async fn get(&self, shop: usize, path: &str) -> Value {
        let answer = self.app.get(&format!("/api/v1/{path}"), &self.shops[shop].key).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    }

    /// Every row of a list.
    pub async fn all(&self, shop: usize, list: &str) -> Vec<Value> {
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let mark = if list.contains('?') { '&' } else { '?' };
            let page = self.get(shop, &format!("{list}{mark}limit=200{cursor}")).await;
            rows.extend(page["data"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return rows,
            }
        }
    }
}

/// Chance that can be repeated.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % n
    }
}

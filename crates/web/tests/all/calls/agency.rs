//! An estate agency in London whose line the receptionist answers, and people who call it.

use crate::support::{ADMIN, App, Model, World};
use http::StatusCode;
use jiff::SignedDuration;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use ringleader_brain::models::http_client;
use ringleader_core::id::TenantId;
use ringleader_core::phone::Phone;
use ringleader_core::property::Property;
use ringleader_core::reception::say::{self, Line, Style};
use ringleader_core::reception::talk::Medium;
use ringleader_core::reception::trade::TradeKind;
use ringleader_providers::twilio::fake::TwilioFake;
use ringleader_providers::twilio::fake::caller::{Dialled, Exchange, Mind, Played, Webhooks};
use ringleader_store::repo::{Page, Spoken, VoiceCall};
use ringleader_store::testing::TestDb;
use ringleader_web::VoicePace;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

pub const SID: &str = "AC00000000000000000000000000000001";
pub const TOKEN: &str = "fake-auth-token-for-tests-only-1";
pub const LINE: &str = "+442079460018";
pub const PEOPLE: [&str; 2] = ["+447700900801", "+447700900802"];

/// Silence on a relay, short enough for a test.
pub const PACE: VoicePace =
    VoicePace { answer_within: Duration::from_secs(7), silence: Duration::from_secs(1), character: Duration::ZERO };

/// Where the agency is, and the languages of its line.
pub struct Town {
    pub line: &'static str,
    pub languages: &'static [&'static str],
    about: fn() -> Value,
    zone: &'static str,
    rest: Weekday,
    /// Dearer sales are a person's.
    deal_limit: i64,
    csv: &'static str,
}

pub const LONDON: Town = Town {
    line: LINE,
    languages: &["en-GB"],
    about: || json!({"name": "Acme Homes", "locale": "en-GB", "time_zone": "Europe/London", "country": "GB", "place": "London"}),
    zone: "Europe/London",
    rest: Weekday::Sunday,
    deal_limit: 2_000_000,
    csv: include_str!("properties.csv"),
};

pub const TEL_AVIV: Town = Town {
    line: "+97237654321",
    languages: &["he-IL", "en-GB"],
    about: || json!({"name": "בתים בעיר", "locale": "he-IL", "time_zone": "Asia/Jerusalem", "country": "IL", "place": "Tel Aviv"}),
    zone: "Asia/Jerusalem",
    rest: Weekday::Saturday,
    deal_limit: 5_000_000,
    csv: include_str!("properties_he.csv"),
};

/// The agency and the world around it.
pub struct Agency {
    pub app: App,
    pub key: String,
    pub tenant: TenantId,
    pub exchange: Arc<Exchange>,
    pub twilio: TwilioFake,
    pub address: String,
    town: &'static Town,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Agency {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Agency {
    /// With calls held in this mode, and these models.
    pub async fn open(db: TestDb, mode: &str, models: Box<dyn Fn() -> Vec<Model> + Send + Sync>) -> Self {
        Self::paced(db, &LONDON, mode, models, PACE).await
    }

    /// In a town.
    pub async fn open_in(db: TestDb, town: &'static Town, mode: &str) -> Self {
        Self::paced(db, town, mode, Box::new(Vec::new), PACE).await
    }

    /// With no patience at all: every answer is late at first.
    pub async fn hurried(db: TestDb) -> Self {
        let pace = VoicePace { answer_within: Duration::from_micros(1), ..PACE };
        Self::paced(db, &LONDON, "gather", Box::new(Vec::new), pace).await
    }

    async fn paced(
        db: TestDb,
        town: &'static Town,
        mode: &str,
        models: Box<dyn Fn() -> Vec<Model> + Send + Sync>,
        pace: VoicePace,
    ) -> Self {
        let clock = db.clock.clone();
        let now: ringleader_providers::twilio::fake::Now = Arc::new(move || clock.now());
        let twilio = TwilioFake::start(([127, 0, 0, 1], 0).into(), now.clone(), SID, TOKEN).await.unwrap();
        let world = World { twilio: twilio.base_url(), models, voice: pace, ..World::default() };
        let app = App::in_world(db, world).await;
        let (address, server) = app.serve().await;
        let (key, tenant) = furnish(&app, town, mode).await;
        let exchange = Arc::new(Exchange::new(http_client(), SID, TOKEN, now));
        Self { app, key, tenant, exchange, twilio, address, town, server }
    }

    /// Changes settings.
    pub async fn set(&self, settings: Value) {
        let changed = self.app.patch("/api/v1/tenant", &self.key, json!({ "settings": settings })).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    }

    /// A call to the agency.
    pub fn dialled(&self, from: &str) -> Dialled {
        let webhooks = Webhooks::usual("https://ring.example", &self.address);
        Dialled { from: from.to_owned(), to: self.town.line.to_owned(), webhooks, twice: false }
    }

    /// Plays a call, and all that follows from it.
    pub async fn call(&self, call: &Dialled, mind: &mut dyn Mind) -> Played {
        let played = self.exchange.call(call, mind).await;
        self.app.run_due().await;
        self.app.db.clock.advance(SignedDuration::from_secs(16)); // the last words had their time
        self.app.run_due().await;
        played
    }

    /// The languages of the line from now on.
    pub async fn speaks(&self, languages: &[&str]) {
        let lines = self.list("lines").await;
        let path = format!("/api/v1/lines/{}", lines[0]["id"].as_str().unwrap());
        let changed = self.app.patch(&path, &self.key, json!({ "languages": languages })).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    }

    pub async fn list(&self, what: &str) -> Vec<Value> {
        let answer = self.app.get(&format!("/api/v1/{what}"), &self.key).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["data"].as_array().unwrap().clone()
    }

    /// The telephone side of a call.
    pub async fn voice(&self, played: &Played) -> Option<VoiceCall> {
        self.app.db.store.read(self.tenant).await.unwrap().voice().get(&played.call_sid).await.unwrap()
    }

    /// Everything that was said in a call.
    pub async fn turns(&self, played: &Played) -> Vec<Spoken> {
        let mut read = self.app.db.store.read(self.tenant).await.unwrap();
        match read.talks().by_external(Medium::Voice, &played.call_sid).await.unwrap() {
            Some(talk) => read.talks().turns(talk.id).await.unwrap(),
            None => vec![],
        }
    }

    /// Whatever was said stands in the data: prices, places, slots; and nothing was said but what the lines hold.
    pub async fn grounded(&self, played: &Played) {
        let turns = self.turns(played).await;
        let mut read = self.app.db.store.read(self.tenant).await.unwrap();
        let properties = read.properties().list(Default::default(), &Page { limit: 200, before: None }).await.unwrap();
        let booked = read.appointments().list(Default::default(), &Page { limit: 200, before: None }).await.unwrap();
        let zone = TimeZone::get(self.town.zone).unwrap();
        for turn in &turns {
            let now = turn.at.to_zoned(zone.clone()).datetime();
            let words = say::turn(&turn.answer.lines, &turn.answer.language, Style::Spoken, TradeKind::Estate, now);
            assert_eq!(words, turn.answer.text, "the words are the lines' own");
            for line in &turn.answer.lines {
                match line {
                    Line::Found(cards, _) => cards.iter().for_each(|card| told(card, &properties.rows)),
                    Line::Offer(_, _, slots) => slots.iter().for_each(|slot| {
                        assert!(*slot > now && (9..18).contains(&slot.hour()) && slot.minute() % 30 == 0, "{slot}");
                        assert_ne!(slot.weekday(), self.town.rest, "{slot}");
                    }),
                    Line::Booked(purpose, place, at) => {
                        let start = zone.to_timestamp(*at).unwrap();
                        let row = booked.rows.iter().find(|row| row.start == start && row.place == *place);
                        assert_eq!(row.map(|row| row.purpose), Some(*purpose), "{place} {at}");
                    }
                    _ => {}
                }
            }
        }
    }
}

fn told(card: &say::Card, properties: &[Property]) {
    let row = properties.iter().find(|row| row.id.to_string() == card.id).expect("a property of the agency");
    assert_eq!((card.price, card.period), (row.entered.price, row.entered.period), "{}", card.place);
    assert!(card.place.contains(&row.entered.street), "{}", card.place);
    assert!(row.entered.door.as_ref().is_none_or(|door| !card.place.contains(door.as_str())), "{}", card.place);
}

/// The agency with its line, its people, its hours and some properties.
async fn furnish(app: &App, town: &Town, mode: &str) -> (String, TenantId) {
    let mut tenant = (town.about)();
    tenant["owner"] = json!({"name": "Ada", "phone": "+447700900001", "email": "ada@acme.example"});
    let made = app.post("/api/v1/tenants", ADMIN, tenant).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let (key, tenant) = (made.json()["api_key"].as_str().unwrap().to_owned(), made.json()["tenant"]["id"].clone());
    let people = json!([{"name": "Priya", "phone": PEOPLE[0]}, {"name": "Tom", "phone": PEOPLE[1]}]);
    let hours = json!([{"days": "all", "from": "09:00", "to": "18:00"}]);
    let settings = json!({
        "reception": {
            "trade": "estate",
            "people": people,
            "on_call": [{"name": "Sam", "phone": "+447700900803"}],
            "deal_limit": town.deal_limit,
        },
        "opening_hours": hours,
    });
    let changed = app.patch("/api/v1/tenant", &key, json!({ "settings": settings })).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    let config = json!({"account_sid": SID, "auth_token": TOKEN, "sms_from": town.line, "voice_mode": mode});
    let made = app.post("/api/v1/connections", &key, json!({"kind": "twilio", "config": config})).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let line = json!({"number": town.line, "uses": ["receptionist"], "languages": town.languages});
    assert_eq!(app.post("/api/v1/lines", &key, line).await.status, StatusCode::CREATED);
    let csv = town.csv;
    let kept = app.post("/api/v1/properties/import", &key, json!({ "csv": csv })).await.json();
    assert_eq!(kept["kept"], true, "{kept}");
    (key, tenant.as_str().unwrap().parse().unwrap())
}

/// The number of the nth customer, of the range that is kept for drama.
pub fn customer(nth: usize) -> Phone {
    Phone::from_e164(&format!("+447700900{:03}", 100 + nth)).unwrap()
}

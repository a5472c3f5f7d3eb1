//! An estate agency with sample data, and people who talk to its receptionist.

use jiff::SignedDuration;
use ringleader_brain::chain::Chain;
use ringleader_brain::local::Local;
use ringleader_brain::seam::Brain;
use ringleader_core::id::{ContactId, TalkId, TenantId};
use ringleader_core::phone::Phone;
use ringleader_core::property::{NewProperty, PropertyState};
use ringleader_core::reception::say::Line;
use ringleader_core::reception::words::{Deal, Period, PropertyKind};
use ringleader_core::tenant::Owner;
use ringleader_core::user::Role;
use ringleader_jobs::context::{Context, Hosts, Parts};
use ringleader_jobs::reception::{self, Heard, Medium, Opening, Then, Turn};
use ringleader_store::repo::{Filter, Identity, NewConnection, NewTenant, NewUser, Page};
use ringleader_store::secrets::Keys;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};
use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

/// A brain with the time that it has for an answer.
pub type Model = (Arc<dyn Brain>, Duration);

/// The agency.
pub struct Office {
    pub db: TestDb,
    pub cx: Context,
    pub tenant: TenantId,
    begun: Cell<u32>,
}

/// Reference, deal, kind, road, area, postcode, bedrooms, price, period, features.
type Row = (
    &'static str,
    Deal,
    PropertyKind,
    &'static str,
    &'static str,
    &'static str,
    u8,
    i64,
    Period,
    &'static [&'static str],
);

const DATA: &[Row] = &[
    (
        "MV-1",
        Deal::Rent,
        PropertyKind::Flat,
        "Elgin Avenue",
        "Maida Vale",
        "W9 2AB",
        2,
        2_100,
        Period::Month,
        &["Balcony"],
    ),
    (
        "MV-2",
        Deal::Rent,
        PropertyKind::Flat,
        "Lauderdale Road",
        "Maida Vale",
        "W9 1LX",
        2,
        1_950,
        Period::Month,
        &["Garden"],
    ),
    ("KB-1", Deal::Rent, PropertyKind::Flat, "Kilburn Lane", "Kilburn", "NW6 6AA", 1, 1_400, Period::Month, &[]),
    (
        "EA-1",
        Deal::Sale,
        PropertyKind::House,
        "Acacia Road",
        "Ealing",
        "W5 1AA",
        3,
        750_000,
        Period::Total,
        &["Garden", "Parking"],
    ),
    ("EA-2", Deal::Sale, PropertyKind::Flat, "Mattock Lane", "Ealing", "W5 5BG", 1, 425_000, Period::Total, &[]),
    (
        "EA-3",
        Deal::Sale,
        PropertyKind::House,
        "Castlebar Road",
        "Ealing",
        "W5 2DP",
        4,
        1_150_000,
        Period::Total,
        &["Garden"],
    ),
];

impl Office {
    pub async fn open(db: TestDb) -> Self {
        Self::planned(db, Vec::new(), json!({})).await
    }

    pub async fn planned(db: TestDb, models: Vec<Model>, settings: Value) -> Self {
        let mut reception = json!({"trade": "estate", "messages": true,
            "people": [{"name": "Ada", "phone": "+447700900777"}],
            "on_call": [{"name": "Bob", "phone": "+447700900701"}, {"name": "Cleo", "phone": "+447700900702"}]});
        for (name, value) in settings.as_object().into_iter().flatten() {
            reception[name] = value.clone();
        }
        let weekdays = ["mon", "tue", "wed", "thu", "fri"];
        let new = NewTenant {
            name: "Acme Homes".to_owned(),
            locale: "en-GB".to_owned(),
            country: "GB".to_owned(),
            time_zone: "Europe/London".to_owned(),
            place: None,
            owner: Owner { name: "Ada".to_owned(), phone: Phone::from_e164("+447700900777"), email: None },
            settings: json!({"reception": reception,
                "opening_hours": [{"days": weekdays, "from": "09:00", "to": "18:00"}]}),
        };
        Self::of(db, models, new).await
    }

    /// A business of any kind, with the agency's sample data.
    pub async fn of(db: TestDb, models: Vec<Model>, new: NewTenant) -> Self {
        let cx = context(&db, models);
        let tenant: TenantId = db.store.ids().new_id();
        let mut tx = db.store.begin(tenant).await.unwrap();
        tx.tenants().insert(tenant, &new).await.unwrap();
        let agent = NewUser { name: "Kim", email: "kim@acme.example", role: Role::Agent, password_hash: None };
        tx.users().add(&agent).await.unwrap();
        for row in DATA {
            tx.properties().put(&property(row)).await.unwrap();
        }
        tx.commit().await.unwrap();
        Self { db, cx, tenant, begun: Cell::new(0) }
    }

    /// Changes a setting of the business.
    pub async fn set(&self, name: &str, value: Value) {
        let mut tx = self.db.store.begin(self.tenant).await.unwrap();
        let me = tx.tenants().me().await.unwrap();
        let mut settings = tx.tenants().raw_settings().await.unwrap();
        settings[name] = value;
        tx.tenants().update(&me.name, &me.owner, &settings).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Someone with this number; made if there is none.
    pub async fn person(&self, phone: &str, name: Option<&str>) -> ContactId {
        let mut tx = self.db.store.begin(self.tenant).await.unwrap();
        let number = Phone::from_e164(phone).unwrap();
        let contact = tx.contacts().find_or_make(&[Identity::Phone(number)]).await.unwrap();
        tx.contacts().learn(contact.id, name, None, None).await.unwrap();
        tx.commit().await.unwrap();
        contact.id
    }

    /// A talk is begun; its first turn.
    pub async fn begin(&self, medium: Medium, contact: Option<ContactId>, language: &str) -> Talk<'_> {
        self.begun.set(self.begun.get() + 1);
        let opening = Opening {
            languages: Vec::new(),
            medium,
            external_id: format!("outside-{}", self.begun.get()),
            contact,
            language: language.to_owned(),
        };
        let id = reception::begin(&self.cx, self.tenant, opening).await.unwrap();
        let talk = Talk { office: self, id, nth: Cell::new(0) };
        talk.hears(Heard::Began).await;
        talk
    }

    /// A call of someone unknown.
    pub async fn call(&self) -> Talk<'_> {
        let n = 100 + self.begun.get();
        let contact = self.person(&format!("+447700900{n}"), None).await;
        self.begin(Medium::Voice, Some(contact), "en-GB").await
    }

    /// Sam, who has just booked a viewing on WhatsApp, and the talk in which it was.
    pub async fn booked(&self) -> (ContactId, Talk<'_>) {
        let sam = self.person("+447700900555", Some("Sam Hill")).await;
        let talk = self.begin(Medium::Whatsapp, Some(sam), "en-GB").await;
        talk.says("I'd like to view the flat on Elgin Avenue").await;
        talk.hears(Heard::Pressed('1')).await;
        assert!(talk.says("yes").await.text.contains("That's booked"));
        (sam, talk)
    }

    /// How many rows a table of the tenant's has.
    pub async fn count(&self, what: &str) -> usize {
        let mut read = self.db.store.read(self.tenant).await.unwrap();
        let (filter, page) = (Default::default(), Page { limit: 200, before: None });
        match what {
            "appointments" => read.appointments().list(filter, &page).await.unwrap().rows.len(),
            "tickets" => read.tickets().list(filter, &page).await.unwrap().rows.len(),
            "alarms" => read.tickets().alarms(filter, &page).await.unwrap().rows.len(),
            "tasks" => read.tasks().list(filter, &page).await.unwrap().rows.len(),
            "decisions" => read.decisions().list(filter, &page).await.unwrap().rows.len(),
            other => panic!("nothing counts {other}"),
        }
    }

    /// Text messages can be sent from now on.
    pub async fn with_texts(&self) {
        let config = json!({"account_sid": "AC00000000000000000000000000000001", "sms_from": "+442079460018"});
        self.connected("twilio", config).await;
    }

    /// The business has a room from now on.
    pub async fn with_a_room(&self) {
        self.connected("slack", json!({})).await;
    }

    async fn connected(&self, kind: &str, config: Value) {
        let mut tx = self.db.store.begin(self.tenant).await.unwrap();
        let new = NewConnection {
            kind: kind.into(),
            name: kind.into(),
            config,
            sealed: "-".into(),
            key_hash: format!("-{kind}"),
            account_key: None,
        };
        let id = self.db.store.ids().new_id();
        tx.connections().insert(id, &new).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// What was written for a purpose, newest first: number and words.
    pub async fn written(&self, purpose: &'static str) -> Vec<(String, String)> {
        let mut read = self.db.store.read(self.tenant).await.unwrap();
        let filter = Filter::default().and("purpose =", Some(purpose));
        let all = read.messages().list(filter, &Page { limit: 200, before: None }).await.unwrap().rows;
        let to = |phone: Option<Phone>| phone.map(|phone| phone.as_str().to_owned()).unwrap_or_default();
        all.into_iter().map(|it| (to(it.to), it.content.words().unwrap_or_default().to_owned())).collect()
    }

    /// Why talks were handed over, newest first.
    pub async fn handed(&self) -> Vec<String> {
        let mut read = self.db.store.read(self.tenant).await.unwrap();
        let all = read.decisions().list(Filter::default(), &Page { limit: 200, before: None }).await.unwrap().rows;
        let why = |it: ringleader_core::decision::Decision| it.evidence["why"].as_str().map(str::to_owned);
        all.into_iter().filter(|it| it.reason == "hand_over").filter_map(why).collect()
    }

    /// The last code that was sent.
    pub async fn code(&self) -> String {
        let words = self.written("code").await.remove(0).1;
        words.chars().filter(char::is_ascii_digit).collect()
    }

    pub fn pass(&self, time: SignedDuration) {
        self.db.clock.advance(time);
    }
}

/// A talk that goes on.
pub struct Talk<'o> {
    pub office: &'o Office,
    pub id: TalkId,
    nth: Cell<u32>,
}

impl Talk<'_> {
    pub async fn hears(&self, heard: Heard) -> Turn {
        self.nth.set(self.nth.get() + 1);
        self.hears_as(&format!("turn-{}", self.nth.get()), heard).await
    }

    pub async fn hears_as(&self, key: &str, heard: Heard) -> Turn {
        reception::turn(&self.office.cx, self.office.tenant, self.id, key, heard).await.unwrap()
    }

    pub async fn says(&self, words: &str) -> Turn {
        self.hears(Heard::Words(words.to_owned())).await
    }
}

/// What can be chosen from.
pub fn options(turn: &Turn) -> Vec<String> {
    match &turn.then {
        Then::Listen { options, .. } => options.clone(),
        _ => Vec::new(),
    }
}

fn property(row: &Row) -> NewProperty {
    let (reference, deal, kind, street, area, postcode, bedrooms, price, period, features) = *row;
    NewProperty {
        reference: reference.to_owned(),
        deal,
        kind,
        door: Some("7".to_owned()),
        street: street.to_owned(),
        area: Some(area.to_owned()),
        postcode: Some(postcode.to_owned()),
        bedrooms,
        price,
        period,
        features: features.iter().map(|feature| (*feature).to_owned()).collect(),
        media: None,
        viewings: None,
        link: None,
        state: PropertyState::Available,
    }
}

fn context(db: &TestDb, models: Vec<Model>) -> Context {
    Context::new(Parts {
        store: db.store.clone(),
        keys: Keys::from_base64(&["AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="]).unwrap(),
        brain_order: models.iter().map(|(brain, _)| brain.name().into()).chain(["local".into()]).collect(),
        chain: Chain::new(models, Arc::new(Local), Duration::from_secs(30)),
        http: ringleader_brain::models::http_client(),
        hosts: Hosts::default(),
        public_url: "https://ring.example".into(),
        send_timeout: Duration::from_secs(1),
        read_again_after: SignedDuration::from_mins(1),
    })
}

/// Whatever is said of roads, prices and slots stands in the data.
pub async fn grounded(office: &Office, turn: &Turn) {
    for line in &turn.lines {
        match line {
            Line::Found(cards, _) => {
                for card in cards {
                    let row = DATA.iter().find(|row| card.place.contains(row.3)).expect("a road of ours");
                    assert!(card.place.contains(row.4) && card.price == row.7 && card.period == row.8, "{card:?}");
                    assert!(!card.place.contains('7'), "the door number is nobody's: {card:?}");
                }
            }
            Line::Offer(_, _, slots) => {
                let mut read = office.db.store.read(office.tenant).await.unwrap();
                let zone = read.tenants().me().await.unwrap().time_zone;
                for slot in slots {
                    let at = slot.to_zoned(zone.clone()).unwrap().timestamp();
                    let booked = read.appointments().booked(at, at + SignedDuration::from_mins(30)).await.unwrap();
                    assert!(booked.is_empty() && at > office.db.clock.now(), "{slot} is not free");
                    assert!((9..18).contains(&slot.hour()) && [0, 30].contains(&slot.minute()), "{slot}");
                }
            }
            Line::Booked(_, place, at) => {
                let mut read = office.db.store.read(office.tenant).await.unwrap();
                let zone = read.tenants().me().await.unwrap().time_zone;
                let at = at.to_zoned(zone).unwrap().timestamp();
                let booked = read.appointments().booked(at, at + SignedDuration::from_secs(1)).await.unwrap();
                assert!(booked.iter().any(|row| row.place == *place), "{place} at {at} is booked");
            }
            _ => {}
        }
    }
}

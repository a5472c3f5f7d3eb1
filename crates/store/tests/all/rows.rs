//! Rows that several tests of the counts stand on: a business, its calls, contacts, outreach and words.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::call::{Call, CallStatus, Direction, Outcome};
use ringleader_core::contact::Contact;
use ringleader_core::conversation::Channel;
use ringleader_core::episode::{Episode, EpisodeState};
use ringleader_core::id::{CallId, ContactId, ConversationId, TenantId};
use ringleader_core::message::{Audience, Content};
use ringleader_core::phone::Phone;
use ringleader_core::tenant::Owner;
use ringleader_store::Tx;
use ringleader_store::repo::{Identity, NewMessage, NewTenant, Period};
use ringleader_store::testing::TestDb;
use std::collections::BTreeMap;

/// Chance that is the same in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }
}

/// A business in a time zone.
pub async fn tenant(db: &TestDb, zone: &str, settings: serde_json::Value) -> TenantId {
    let id = db.store.ids().new_id();
    let new = NewTenant {
        name: "A business".into(),
        locale: "en-GB".into(),
        country: "GB".into(),
        time_zone: zone.into(),
        place: None,
        owner: Owner { name: "Owner".into(), phone: None, email: None },
        settings,
    };
    let mut tx = db.store.begin(id).await.unwrap();
    tx.tenants().insert(id, &new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

pub const LINES: [&str; 2] = ["+442079460001", "+442079460002"];

pub fn call(id: CallId, n: usize, began: Timestamp, dice: &mut Dice) -> Call {
    let outcome = dice.pick(&[Outcome::Answered, Outcome::Missed, Outcome::Voicemail, Outcome::Menu, Outcome::Silent]);
    Call {
        id,
        provider: "exchange".into(),
        provider_call_id: format!("call-{n}"),
        direction: dice.pick(&[Direction::Inbound, Direction::Inbound, Direction::Inbound, Direction::Outbound]),
        from: None,
        to: None,
        line: Phone::from_e164(dice.pick(&LINES)),
        contact_id: None,
        lead_id: None,
        episode_id: None,
        lifecycle: "completed".into(),
        status: CallStatus::Completed,
        outcome: Some(outcome),
        received_at: began + SignedDuration::from_mins(dice.roll(600) as i64),
        started_at: Some(began),
        ringing_at: None,
        answered_at: None,
        ended_at: None,
        completed_at: None,
        ring_seconds: Some(dice.roll(40) as i64),
        duration_seconds: (outcome == Outcome::Answered).then(|| dice.roll(900) as i64),
        credits: None,
        hangup: None,
        answered_by: None,
        recording_url: None,
        transcript: vec![],
        flags: vec![],
        agent: None,
    }
}

/// Hours of days as hours of the week.
pub fn week(hours: &BTreeMap<(Date, i8), i64>) -> [[i64; 24]; 7] {
    let mut week = [[0; 24]; 7];
    for ((day, hour), value) in hours {
        let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap();
        week[weekday][usize::try_from(*hour).unwrap()] += value;
    }
    week
}

pub fn at(texts: &[&str]) -> Vec<Timestamp> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// Words to a contact, about no outreach.
pub fn letter(key: &str, contact: ContactId, chat: Option<ConversationId>, purpose: &str) -> NewMessage {
    NewMessage {
        send_key: key.to_owned(),
        conversation_id: chat,
        contact_id: Some(contact),
        lead_id: None,
        episode_id: None,
        audience: Audience::Contact,
        channel: Channel::Whatsapp,
        connection_id: None,
        to: None,
        to_email: None,
        content: Content::Text { body: "Hello".into() },
        purpose: purpose.to_owned(),
    }
}

pub async fn contact(tx: &mut Tx, number: &str) -> Contact {
    tx.contacts().find_or_make(&[Identity::Phone(Phone::from_e164(number).unwrap())]).await.unwrap()
}

/// The sums of all time.
pub async fn sums(db: &TestDb, tenant: TenantId) -> BTreeMap<String, i64> {
    let period = Period { first: "2020-01-01".parse().unwrap(), last: "2030-01-01".parse().unwrap(), line: None };
    db.store.read(tenant).await.unwrap().reports().sums(&period).await.unwrap()
}

/// An outreach that begins now and waits.
pub async fn outreach(tx: &mut Tx, contact: ContactId) -> Episode {
    let now = tx.now();
    let episode = Episode {
        id: tx.new_id(),
        contact_id: contact,
        purpose: "missed_call".into(),
        line: Phone::from_e164(LINES[0]),
        state: EpisodeState::Waiting,
        reason: None,
        due_at: now,
        expires_at: now,
        called_at: now,
        opened_at: now,
        closed_at: None,
    };
    tx.episodes().open(&episode).await.unwrap();
    episode
}

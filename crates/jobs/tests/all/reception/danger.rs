//! Danger that is told again, or that only a model sees (C8); and two people on one number (C2).

use super::office::{Office, options};
use jiff::SignedDuration;
use ringleader_brain::seam::{Answer, Asked, Brain, MessageRequest, TurnRequest};
use ringleader_core::reading::Reading;
use ringleader_core::reception::reading::{Fault, TurnReading};
use ringleader_core::reception::words::{FaultCategory, FaultUrgency, Intent};
use ringleader_core::task::Urgency;
use ringleader_core::ticket::{Alarm, AlarmState};
use ringleader_jobs::engine::URGENT;
use ringleader_jobs::reception::{Heard, Medium, Then};
use ringleader_store::both_engines;
use ringleader_store::jobs::Filter;
use ringleader_store::repo::Page;
use ringleader_store::testing::TestDb;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// A model that takes everything for an emergency.
struct Worried;

#[async_trait::async_trait]
impl Brain for Worried {
    fn name(&self) -> &'static str {
        "openai"
    }

    async fn read_message(&self, _: &MessageRequest) -> Asked<Reading> {
        std::future::pending().await
    }

    async fn read_turn(&self, _: &TurnRequest, _flaw: Option<&str>) -> Asked<TurnReading> {
        let fault = Fault { category: FaultCategory::Other, urgency: FaultUrgency::Emergency };
        let reading = TurnReading { intents: vec![Intent::Maintenance], fault: Some(fault), ..TurnReading::nothing() };
        Ok(Answer { value: reading, uses: Vec::new() })
    }
}

async fn alarms(office: &Office) -> Vec<Alarm> {
    let mut read = office.db.store.read(office.tenant).await.unwrap();
    read.tickets().alarms(Default::default(), &Page { limit: 50, before: None }).await.unwrap().rows
}

both_engines! {
    async fn help_is_called_before_all_other_work(db: TestDb) {
        let office = Office::open(db).await;
        office.with_texts().await;
        office.call().await.says("I can smell gas").await;
        let mut read = office.db.store.read(office.tenant).await.unwrap();
        let of = Filter { kind: Some("ring_on_call".to_owned()), limit: 10, ..Filter::default() };
        let rings = read.jobs().list(&of).await.unwrap();
        assert_eq!(rings.iter().map(|job| job.priority).collect::<Vec<_>>(), [URGENT]);
    }

    async fn who_rings_again_about_the_same_danger_is_warned_again_and_help_is_called_again(db: TestDb) {
        let office = Office::open(db).await;
        let sam = office.person("+447700900555", Some("Sam Hill")).await;
        for calls in 1..=2 {
            let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
            let turn = call.says("I can smell gas").await;
            assert!(turn.text.contains("Please don't switch anything on or off"), "call {calls}: {}", turn.text);
            assert_eq!(office.count("alarms").await, calls);
            call.hears(Heard::Gone).await;
            office.pass(SignedDuration::from_hours(20));
        }
    }

    async fn the_same_danger_told_later_in_one_chat_calls_for_help_again(db: TestDb) {
        let office = Office::open(db).await;
        let sam = office.person("+447700900555", Some("Sam Hill")).await;
        let chat = office.begin(Medium::Whatsapp, Some(sam), "en-GB").await;
        chat.says("I can smell gas at 14 Elgin Avenue W9 2AB").await;
        assert_eq!((office.count("alarms").await, office.count("tickets").await), (1, 1));
        // Help is on its way: it is not called twice at a time.
        let turn = chat.says("I can smell gas at 14 Elgin Avenue W9 2AB").await;
        assert!(turn.text.contains("Please don't switch anything on or off"), "{}", turn.text);
        assert_eq!(office.count("alarms").await, 1);
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        let first = alarms(&office).await[0].id;
        assert!(tx.tickets().close_alarm(first, AlarmState::Acknowledged, Some("Bob")).await.unwrap());
        tx.commit().await.unwrap();
        office.pass(SignedDuration::from_hours(6));
        let turn = chat.says("I can smell gas again").await;
        assert!(turn.text.contains("Please don't switch anything on or off"), "{}", turn.text);
        assert_eq!(office.count("alarms").await, 2);
    }

    async fn an_emergency_in_a_models_eyes_reaches_people(db: TestDb) {
        let office = Office::planned(db, vec![(Arc::new(Worried), Duration::from_secs(5))], json!({})).await;
        let sam = office.person("+447700900555", Some("Sam Hill")).await;
        let chat = office.begin(Medium::Whatsapp, Some(sam), "en-GB").await;
        chat.says("something terrible came through the letter box").await;
        let turn = chat.says("14 Elgin Avenue").await;
        assert!(turn.text.contains("Someone will ring you straight away"), "{}", turn.text);
        let mut read = office.db.store.read(office.tenant).await.unwrap();
        let tasks = read.tasks().list(Default::default(), &Page { limit: 50, before: None }).await.unwrap().rows;
        assert!(tasks.iter().any(|task| task.urgency == Urgency::Urgent && task.title.starts_with("Emergency")), "{tasks:?}");
    }

    async fn a_second_call_from_a_shared_number_leaves_the_first_alone(db: TestDb) {
        let office = Office::open(db).await;
        let shared = office.person("+447700900555", None).await;
        let first = office.begin(Medium::Voice, Some(shared), "en-GB").await;
        let offered = first.says("I'd like to view the flat on Elgin Avenue").await;
        assert_eq!(options(&offered).len(), 3, "{}", offered.text);
        let second = office.begin(Medium::Voice, Some(shared), "en-GB").await;
        let turn = second.says("what are your opening hours").await;
        assert!(!turn.text.contains("Elgin Avenue"), "{}", turn.text);
        let turn = first.hears(Heard::Pressed('1')).await;
        assert!(turn.text.contains("name") && turn.then != Then::End, "the first caller goes on: {}", turn.text);
    }
}

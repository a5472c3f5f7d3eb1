//! What the engine promises whatever is said: once per key, one booking per slot, one state over channels, no brain needed.

use super::office::{Office, options};
use futures::future::join_all;
use jiff::SignedDuration;
use ringleader_brain::seam::{Asked, Brain, BrainError, MessageRequest, TurnRequest};
use ringleader_core::reading::Reading;
use ringleader_core::reception::reading::TurnReading;
use ringleader_jobs::reception::{Heard, Medium, Then};
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// A model that is down, or never answers.
struct Silent {
    hangs: bool,
}

#[async_trait::async_trait]
impl Brain for Silent {
    fn name(&self) -> &'static str {
        "openai"
    }

    async fn read_message(&self, _: &MessageRequest) -> Asked<Reading> {
        self.fail().await
    }

    async fn read_turn(&self, _: &TurnRequest, _flaw: Option<&str>) -> Asked<TurnReading> {
        self.fail().await
    }
}

impl Silent {
    async fn fail<T>(&self) -> Asked<T> {
        if self.hangs {
            std::future::pending::<()>().await;
        }
        Err((BrainError::Unavailable { detail: "down".into(), retry_after: None }, Vec::new()))
    }
}

/// How many callers race for a slot; more with `RINGLEADER_RACERS`.
fn racers() -> usize {
    std::env::var("RINGLEADER_RACERS").ok().and_then(|n| n.parse().ok()).unwrap_or(6)
}

/// How often they do.
fn rounds() -> usize {
    std::env::var("RINGLEADER_RACE_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

both_engines! {
    async fn a_repeated_key_gives_the_same_answer_and_does_nothing_again(db: TestDb) {
        let office = Office::open(db).await;
        let talk = office.call().await;
        let first = talk.hears_as("k", Heard::Words("the boiler is broken, no hot water, my name is Sam Hill, 12 Elgin Avenue".into())).await;
        let rows = (office.count("tickets").await, office.count("decisions").await, office.count("tasks").await);
        let again = talk.hears_as("k", Heard::Words("the boiler is broken".into())).await;
        assert_eq!(first, again);
        assert_eq!(rows, (office.count("tickets").await, office.count("decisions").await, office.count("tasks").await));
    }

    async fn callers_who_race_for_a_slot_get_one_each_and_never_the_same(db: TestDb) {
        let office = Office::open(db).await;
        for round in 0..rounds() {
            let mut talks = Vec::new();
            for _ in 0..racers() {
                let talk = office.call().await;
                talk.says("I'd like to view the flat on Elgin Avenue, my name is Sam Hill").await;
                talks.push(talk);
            }
            let before = office.count("appointments").await;
            let chosen = join_all(talks.iter().map(|talk| talk.hears(Heard::Pressed('1')))).await;
            let held = chosen.iter().filter(|turn| turn.text.contains("Is that right?")).count();
            assert_eq!(held, 1, "round {round}: one caller holds the slot: {chosen:#?}");
            for turn in chosen.iter().filter(|turn| !turn.text.contains("Is that right?")) {
                assert!(turn.text.contains("has just gone"), "{}", turn.text);
                assert!(!options(turn).is_empty(), "the others are offered another: {}", turn.text);
            }
            let booked = join_all(talks.iter().zip(&chosen).filter(|(_, turn)| turn.text.contains("Is that right?"))
                .map(|(talk, _)| talk.says("yes"))).await;
            assert!(booked.iter().all(|turn| turn.text.contains("That's booked")), "{booked:#?}");
            assert_eq!(office.count("appointments").await, before + 1);
        }
    }

    async fn a_call_that_breaks_off_goes_on_in_writing_where_it_stopped_and_the_reverse(db: TestDb) {
        let office = Office::open(db).await;
        let sam = office.person("+447700900555", Some("Sam Hill")).await;
        let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        let offered = call.says("I'd like to view the flat on Elgin Avenue").await;
        assert_eq!(options(&offered).len(), 3, "{}", offered.text);
        call.hears(Heard::Gone).await;
        office.pass(SignedDuration::from_mins(10));

        let chat = office.begin(Medium::Whatsapp, Some(sam), "en-GB").await;
        let read_back = chat.says("the first one please").await;
        assert!(read_back.text.contains("Elgin Avenue") && read_back.text.contains("Is that right?"), "{}", read_back.text);
        office.pass(SignedDuration::from_mins(1));

        // The slot is held in the chat; the next call has it.
        let back = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        let done = back.says("yes that's right").await;
        assert!(done.text.contains("That's booked: the viewing of the property on Elgin Avenue"), "{}", done.text);
        assert_eq!(office.count("appointments").await, 1);
    }

    async fn with_every_model_down_a_talk_goes_on(db: TestDb) {
        let model: Arc<dyn Brain> = Arc::new(Silent { hangs: false });
        let office = Office::planned(db, vec![(model, Duration::from_millis(50))], json!({})).await;
        let talk = office.call().await;
        let found = talk.says("I'm looking for a two bedroom flat to rent in Maida Vale up to two thousand two hundred a month").await;
        assert!(found.text.contains("Elgin Avenue") && found.text.contains("two thousand one hundred pounds a month"), "{}", found.text);
        let danger = talk.says("actually I can smell gas").await;
        assert!(danger.text.starts_with("Please don't switch anything on or off"), "{}", danger.text);
        assert_eq!(office.count("alarms").await, 1);
    }

    async fn a_model_that_hangs_is_not_waited_for_and_danger_asks_none(db: TestDb) {
        let model: Arc<dyn Brain> = Arc::new(Silent { hangs: true });
        let office = Office::planned(db, vec![(model, Duration::from_millis(20))], json!({})).await;
        let talk = office.call().await;
        let turn = talk.says("what are your opening hours").await;
        assert!(turn.text.contains("Monday to Friday from nine in the morning to six in the evening"), "{}", turn.text);
        let turn = talk.says("there is a fire in the kitchen").await;
        assert!(turn.text.starts_with("Please leave the building now"), "{}", turn.text);
    }

    async fn after_the_end_nothing_is_said_or_done(db: TestDb) {
        let office = Office::open(db).await;
        let talk = office.call().await;
        let end = talk.hears(Heard::Gone).await;
        assert_eq!(end.then, Then::End);
        let after = talk.says("I can smell gas").await;
        assert_eq!((after.text.as_str(), after.then), ("", Then::End));
        assert_eq!(office.count("alarms").await, 0);
    }
}

//! Models on turns of callers (C4-C8, B7): what they are given, what they may add, and what stays with the rules.

use crate::support::*;
use proptest::prelude::*;
use ringleader_brain::chain::{Chain, Missed};
use ringleader_brain::fake::{self, Fake, Mode, lint};
use ringleader_brain::local::Local;
use ringleader_brain::prompts::read_turn::{self, Data};
use ringleader_brain::seam::{Brain, TurnRequest};
use ringleader_brain::wire::ReadTurn;
use ringleader_core::reception::danger::Danger;
use ringleader_core::reception::reading::TurnReading;
use ringleader_core::reception::words::{FaultUrgency, Intent, Question};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

fn turn(text: &str) -> TurnRequest {
    let offer = |text: &str| text.parse().expect("a local time");
    TurnRequest {
        text: text.to_owned(),
        asked: Some(Question::Slot),
        offers: vec![offer("2026-11-23T10:00"), offer("2026-11-24T16:30")],
        areas: vec!["Old Mill Quarter".to_owned()],
        now: now(),
        zone: jerusalem(),
        country: "GB".to_owned(),
        mask: vec!["+447700900123".to_owned()],
    }
}

/// What a good model answers when nothing was said.
fn silence() -> Value {
    serde_json::to_value(ReadTurn::of_reading(&TurnReading::nothing(), &jerusalem())).expect("plain data")
}

/// What a client makes of one answer to one turn.
async fn made_of(text: &str, change: impl Fn(&mut Value) + Send + Sync + 'static) -> Result<TurnReading, String> {
    let fake = fake::openai::start().await.expect("a port");
    fake.turn(move |_| {
        let mut answer = silence();
        change(&mut answer);
        answer
    });
    let read = openai(&fake, PATIENT).read_turn(&turn(text), None).await;
    read.map(|answer| answer.value).map_err(|(error, _)| error.to_string())
}

#[test]
fn both_providers_take_the_schema() {
    let schema = ReadTurn::schema();
    lint::anthropic(&schema).unwrap();
    lint::openai(&schema).unwrap();
}

#[test]
fn a_model_is_told_what_was_asked_and_offered() {
    let data: Data = read_turn_data(&turn("the second one, ring me on 07700 900 123"));
    assert_eq!(data.asked_for, "slot");
    assert_eq!(data.offers, ["Monday 2026-11-23T10:00", "Tuesday 2026-11-24T16:30"]);
    assert_eq!((data.said_at.as_str(), data.weekday.as_str()), ("2026-11-21T14:05", "Saturday"));
    assert_eq!(data.turn, "the second one, ring me on [hidden-1]");
}

fn read_turn_data(request: &TurnRequest) -> Data {
    ringleader_brain::prompts::read_back(&read_turn::turn(request).text).expect("the data is whole")
}

proptest! {
    #[test]
    fn whatever_a_caller_says_stays_between_the_delimiters(text in any::<String>()) {
        let told = read_turn::turn(&turn(&text)).text;
        prop_assert_eq!(told.matches('<').count(), 2);
        prop_assert!(told.starts_with("<data>\n") && told.ends_with("\n</data>"));
    }

    #[test]
    fn what_the_rules_read_survives_the_way_through_a_models_answer(
        text in "(i'm after|looking for|do you have) a (one|two|three) bed(room)? (flat|house|maisonette) to (rent|buy) in (maida vale|nw6|kilburn)"
    ) {
        let request = turn(&text);
        let rules = ringleader_brain::local::turn::read_turn(&request);
        let answer = serde_json::to_string(&ReadTurn::of_reading(&rules, &request.zone)).expect("plain data");
        let read = ReadTurn::parse(&answer).and_then(|answer| answer.into_reading(&request)).expect("within bounds");
        prop_assert_eq!(read.criteria, rules.criteria);
        prop_assert_eq!(read.intents, rules.intents);
    }
}

#[tokio::test]
async fn every_client_reads_turns() {
    let (one, two, three): (Fake, Fake, Fake) = (
        fake::anthropic::start().await.expect("a port"),
        fake::openai::start().await.expect("a port"),
        fake::openai::start().await.expect("a port"),
    );
    let clients: [Box<dyn Brain>; 3] =
        [Box::new(anthropic(&one, PATIENT)), Box::new(openai(&two, PATIENT)), Box::new(compatible(&three, PATIENT))];
    for brain in clients {
        let read = brain.read_turn(&turn("the second one please"), None).await.expect("a good answer");
        assert_eq!(read.value.choice, Some(1), "{}", brain.name());
        assert_eq!(read.uses[0].prompt, "read_turn@2");
    }
}

#[tokio::test]
async fn a_model_adds_understanding_and_the_rules_keep_danger_and_identifiers() {
    let text = "it whiffs of gas in here something awful you can reach me on 07700 900123";
    let read = made_of(text, |answer| answer["intents"] = json!(["general_enquiry"])).await.unwrap();
    assert_eq!(read.danger, Some(Danger::Gas), "danger is found by rule, whatever the model says");
    assert_eq!(read.fault.expect("a fault").urgency, FaultUrgency::Emergency);
    assert_eq!(read.phone.as_deref(), Some("+447700900123"));
    assert_eq!(read.intents, [Intent::General]);
    let played_down = json!({"category": "gas", "urgency": "normal"});
    let read = made_of(text, move |answer| answer["fault"] = played_down.clone()).await.unwrap();
    assert_eq!(read.fault.expect("a fault").urgency, FaultUrgency::Emergency, "a model cannot play danger down");
}

#[tokio::test]
async fn what_a_model_makes_up_is_dropped_or_refused() {
    let read = made_of("something with a balcony near the old mill quarter", |answer| {
        answer["search"]["areas"] = json!(["Old Mill Quarter", "Hampstead", "Atlantis"]);
        answer["search"]["street"] = json!("Baker Street");
        answer["search"]["must_haves"] = json!(["balcony", "see https://example.com/x", "x".repeat(200)]);
        answer["choice"] = json!(3);
        answer["name"] = json!({"text": "Zelda", "confidence": 0.99, "explicit": true});
    });
    let read = read.await.unwrap();
    assert_eq!(read.criteria.areas, ["Old Mill Quarter", "Hampstead"], "known or said");
    assert_eq!((read.criteria.street, read.choice, read.name), (None, None, None));
    assert_eq!(read.criteria.must_haves, ["balcony", "see"]);
    let out_of_bounds: [fn(&mut Value); 5] = [
        |answer| answer["search"]["price_max"] = json!(-5),
        |answer| answer["search"]["bedrooms_min"] = json!(4_000),
        |answer| answer["intents"] = json!(["give_me_the_keys"]),
        |answer| answer["change"] = json!("delete"),
        |answer| answer["answer"] = json!("maybe"),
    ];
    for change in out_of_bounds {
        assert!(made_of("ok", change).await.unwrap_err().contains("invalid output"));
    }
}

#[tokio::test]
async fn the_chain_reads_a_turn_whatever_the_models_do() {
    let fake = fake::anthropic::start().await.expect("a port");
    let models: Vec<(Arc<dyn Brain>, Duration)> = vec![(Arc::new(anthropic(&fake, QUICK)), QUICK)];
    let chain = Chain::new(models, Arc::new(Local), Duration::from_secs(30));
    let order = ["anthropic", "local"].map(str::to_owned);
    let read = chain.read_turn(&turn("monday at ten works"), &order, true, now(), PATIENT).await;
    assert_eq!((read.brain.as_str(), read.provisional, read.reading.choice), ("anthropic", false, Some(0)));
    fake.set(Mode::Silent);
    let read = chain.read_turn(&turn("monday at ten works"), &order, true, now(), PATIENT).await;
    assert_eq!((read.brain.as_str(), read.missed, read.reading.choice), ("local", Some(Missed::Away), Some(0)));
}

#[tokio::test]
async fn a_model_that_keeps_callers_waiting_is_soon_asked_no_more_for_turns_and_still_reads_messages() {
    let fake = fake::anthropic::start().await.expect("a port");
    let models: Vec<(Arc<dyn Brain>, Duration)> = vec![(Arc::new(anthropic(&fake, PATIENT)), PATIENT)];
    let chain = Chain::new(models, Arc::new(Local), Duration::from_secs(30));
    let order = ["anthropic", "local"].map(str::to_owned);
    fake.set(Mode::Silent);
    let (tries, limit) = (9, Duration::from_millis(50));
    let mut uses = 0;
    for _ in 0..tries {
        let read = chain.read_turn(&turn("monday at ten works"), &order, true, now(), limit).await;
        assert_eq!((read.brain.as_str(), read.reading.choice), ("local", Some(0)));
        uses += read.uses.iter().filter(|used| used.brain == "anthropic").count();
    }
    assert!(fake.requests() < tries, "left alone after {} of {tries}", fake.requests());
    assert_eq!(uses, fake.requests(), "each that was waited for is in the books");
    fake.set(Mode::Ok);
    let read = chain.read_message(&request("I need a plumber"), &order, true, now()).await;
    assert_eq!(read.brain, "anthropic", "messages have their own patience");
}

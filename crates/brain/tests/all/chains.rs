//! The chain: whatever the models do, the customer's message is read (P6, B7).

use crate::support::*;
use jiff::{SignedDuration, Timestamp};
use ringleader_brain::chain::{Chain, Outcome};
use ringleader_brain::fake::{self, Fake, Mode};
use ringleader_brain::seam::Brain;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// Two models and the local brain.
struct World {
    anthropic: Fake,
    openai: Fake,
    chain: Chain,
    order: Vec<String>,
}

impl World {
    async fn new() -> Self {
        Self::with_limit(PATIENT).await
    }

    /// `limit` is the time that the first model has.
    async fn with_limit(limit: Duration) -> Self {
        let one = fake::anthropic::start().await.expect("a port");
        let two = fake::openai::start().await.expect("a port");
        one.answer(|_| answer());
        two.answer(|_| answer());
        let models: Vec<(Arc<dyn Brain>, Duration)> =
            vec![(Arc::new(anthropic(&one, PATIENT)), limit), (Arc::new(openai(&two, PATIENT)), PATIENT)];
        let chain = Chain::new(models, Arc::new(Cardboard), Duration::from_secs(30));
        let order = ["anthropic", "openai", "compatible", "local"].map(str::to_owned).to_vec();
        Self { anthropic: one, openai: two, chain, order }
    }

    async fn read_at(&self, now: Timestamp) -> Outcome {
        self.chain.read_message(&request(BURST), &self.order, true, now).await
    }

    async fn read(&self) -> Outcome {
        self.read_at(now()).await
    }

    fn set_all(&self, mode: Mode) {
        self.anthropic.set(mode.clone());
        self.openai.set(mode);
    }

    fn requests(&self) -> (usize, usize) {
        (self.anthropic.requests(), self.openai.requests())
    }
}

fn results(outcome: &Outcome) -> Vec<(&str, &str)> {
    outcome.uses.iter().map(|used| (used.brain.as_str(), used.result.as_str())).collect()
}

#[tokio::test]
async fn the_first_of_the_order_answers_and_no_other_is_asked() {
    let world = World::new().await;
    let outcome = world.read().await;
    assert_eq!(
        (outcome.brain.as_str(), outcome.provisional, outcome.prompt.as_str()),
        ("anthropic", false, "read_message@1")
    );
    assert_eq!(world.requests(), (1, 0));
}

#[tokio::test]
async fn the_tenants_order_counts_and_unknown_names_are_skipped() {
    let mut world = World::new().await;
    world.order = ["oracle", "compatible", "openai"].map(str::to_owned).to_vec();
    assert_eq!(world.read().await.brain, "openai");
    assert_eq!(world.requests(), (0, 1));
}

#[tokio::test]
async fn a_model_that_is_down_refuses_or_throttles_is_asked_once_and_the_next_answers() {
    let cases = [
        (Mode::Failing, "unavailable"),
        (Mode::Overloaded, "unavailable"),
        (Mode::Cut, "unavailable"),
        (Mode::Refusing, "refused"),
        (Mode::Throttled(Some(Duration::from_secs(5))), "unavailable"),
        (Mode::OutOfQuota, "misconfigured"),
    ];
    for (mode, word) in cases {
        let world = World::new().await;
        world.anthropic.set(mode.clone());
        let outcome = world.read().await;
        assert_eq!((outcome.brain.as_str(), outcome.provisional), ("openai", false), "{mode:?}");
        assert_eq!(results(&outcome), [("anthropic", word), ("openai", "ok")], "{mode:?}");
        assert_eq!(world.requests(), (1, 1), "{mode:?}");
    }
}

#[tokio::test]
async fn a_slow_model_is_left_after_its_time_limit() {
    let world = World::with_limit(QUICK).await;
    world.anthropic.set(Mode::Silent);
    let outcome = world.read().await;
    assert_eq!(results(&outcome), [("anthropic", "unavailable"), ("openai", "ok")]);
}

#[tokio::test]
async fn nonsense_is_repaired_once() {
    let world = World::new().await;
    world.anthropic.next([Mode::Text("What a day".to_owned())]);
    let outcome = world.read().await;
    assert_eq!(results(&outcome), [("anthropic", "invalid"), ("anthropic", "repaired")]);
    assert_eq!(world.requests(), (2, 0));
}

#[tokio::test]
async fn nonsense_twice_goes_to_the_next_brain() {
    let world = World::new().await;
    for mode in [Mode::Text("What a day".to_owned()), Mode::Truncated, Mode::Empty] {
        world.anthropic.set(mode);
        let outcome = world.read().await;
        assert_eq!(results(&outcome), [("anthropic", "invalid"), ("anthropic", "invalid"), ("openai", "ok")]);
    }
}

#[tokio::test]
async fn with_every_model_down_the_local_brain_answers_provisionally() {
    for mode in [Mode::Failing, Mode::Refusing, Mode::Throttled(None), Mode::Text("no".to_owned()), Mode::OutOfQuota] {
        let world = World::new().await;
        world.set_all(mode);
        let outcome = world.read().await;
        assert_eq!((outcome.brain.as_str(), outcome.provisional), ("local", true));
        let used = outcome.uses.last().expect("the local brain is counted too");
        assert_eq!((used.brain.as_str(), used.result.as_str(), used.cost_micros), ("local", "fallback", Some(0)));
        assert!(outcome.prompt.starts_with("read_message@local-") && used.prompt == outcome.prompt, "{outcome:?}");
        assert_eq!(outcome.reading.need.expect("read locally").value, BURST);
    }
}

#[tokio::test]
async fn local_by_choice_is_not_provisional() {
    let mut world = World::new().await;
    for order in [vec!["local".to_owned()], vec![], vec!["local".to_owned(), "openai".to_owned()]] {
        world.order = order;
        let outcome = world.read().await;
        assert_eq!((results(&outcome), outcome.provisional), (vec![("local", "ok")], false));
    }
    assert_eq!(world.requests(), (0, 0));
}

#[tokio::test]
async fn without_budget_no_model_is_asked() {
    let world = World::new().await;
    let outcome = world.chain.read_message(&request(BURST), &world.order, false, now()).await;
    assert_eq!((outcome.brain.as_str(), outcome.provisional, world.requests()), ("local", true, (0, 0)));
}

#[tokio::test]
async fn a_model_that_keeps_failing_is_left_alone_until_the_pause_is_over() {
    let world = World::new().await;
    world.set_all(Mode::Failing);
    for _ in 0..8 {
        world.read().await;
    }
    assert_eq!(world.requests(), (5, 5), "five failures open the breaker");
    assert!(!world.chain.model_available(&world.order, now()));

    world.set_all(Mode::Ok);
    let later = now() + SignedDuration::from_secs(30);
    assert!(world.chain.model_available(&world.order, later));
    assert_eq!(world.read_at(later).await.brain, "anthropic");
    assert_eq!(world.read_at(later).await.brain, "anthropic", "one success closes it");
}

#[tokio::test]
async fn a_failed_trial_opens_the_breaker_again() {
    let world = World::new().await;
    world.anthropic.set(Mode::OutOfQuota);
    world.read().await;
    world.read().await;
    assert_eq!(world.requests(), (1, 2), "a wrong setting opens at once");
    let later = now() + SignedDuration::from_secs(31);
    world.read_at(later).await;
    world.read_at(later).await;
    assert_eq!(world.requests(), (2, 4));
}

#[tokio::test]
async fn a_pause_that_a_model_asks_for_is_kept() {
    let world = World::new().await;
    world.anthropic.set(Mode::Throttled(Some(Duration::from_secs(120))));
    world.read().await;
    world.anthropic.set(Mode::Ok);
    assert_eq!(world.read_at(now() + SignedDuration::from_secs(119)).await.brain, "openai");
    assert_eq!(world.read_at(now() + SignedDuration::from_secs(121)).await.brain, "anthropic");
}

#[tokio::test]
async fn no_model_is_available_where_none_is_configured() {
    let chain = Chain::new(Vec::new(), Arc::new(Cardboard), Duration::from_secs(30));
    let order = ["openai", "local"].map(str::to_owned);
    assert!(!chain.model_available(&order, now()));
    assert!(chain.read_message(&request(BURST), &order, true, now()).await.provisional);
}

#[tokio::test]
async fn a_fake_can_answer_with_what_a_brain_understands() {
    let world = World::new().await;
    world.anthropic.answer_with(Arc::new(Cardboard));
    let need = world.read().await.reading.need.expect("a need");
    assert_eq!(need.value, BURST);
}

#[tokio::test]
async fn identifiers_never_reach_a_model_and_come_back_in_the_reading() {
    let world = World::new().await;
    world.anthropic.answer(|data| {
        let mut answer = answer();
        answer["name"] = json!(null);
        answer["need"]["text"] = json!(data.messages);
        answer
    });
    let text = "אני 050-123-4567 או Dana@Example.com";
    let outcome = world.chain.read_message(&request(text), &world.order, true, now()).await;
    let body = world.anthropic.bodies()[0].to_string();
    assert!(!body.contains("123-4567") && !body.to_lowercase().contains("dana@example.com"));
    assert_eq!(outcome.reading.need.expect("a need").value, text);
}

//! Models that are down, slow, refusing, throttling or talking nonsense: the chat goes on, and what was read without them is
//! read again when one is back (P6, B7).

use crate::shop::{Shop, minutes, seconds};
use crate::support::Model;
use ringleader_brain::fake::{self, Fake, Mode};
use ringleader_brain::models::{anthropic, http_client, openai};
use ringleader_core::reading::{Found, Reading};
use ringleader_core::secret::Secret;
use ringleader_providers::whatsapp_cloud::fake::Says;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Long enough for a busy machine, short enough for a model that says nothing.
const LIMIT: Duration = Duration::from_secs(3);

/// A shop with both models.
struct Minds {
    shop: Shop,
    anthropic: Fake,
    openai: Fake,
}

impl Minds {
    async fn open(db: TestDb) -> Self {
        let (one, two) = (fake::anthropic::start().await.unwrap(), fake::openai::start().await.unwrap());
        let (at_one, at_two) = (one.base_url.clone(), two.base_url.clone());
        let models = move || -> Vec<Model> {
            let one = anthropic::Config {
                base_url: at_one.clone(),
                api_key: Secret::new(fake::KEY.to_owned()),
                model: anthropic::DEFAULT_MODEL.to_owned(),
                timeout: LIMIT,
            };
            let two = openai::Config {
                base_url: at_two.clone(),
                api_key: Secret::new(fake::KEY.to_owned()),
                model: openai::DEFAULT_MODEL.to_owned(),
                timeout: LIMIT,
                prompt_ids: Default::default(),
            };
            vec![
                (Arc::new(anthropic::Anthropic::new(one, http_client())), LIMIT),
                (Arc::new(openai::OpenAi::new(two, http_client())), LIMIT),
            ]
        };
        let shop = Shop::with_models(db, Box::new(models)).await;
        let minds = Self { shop, anthropic: one, openai: two };
        minds.anthropic.answer(|_| understood());
        minds.openai.answer(|_| understood());
        minds
    }

    fn set(&self, mode: &Mode) {
        self.anthropic.set(mode.clone());
        self.openai.set(mode.clone());
    }

    fn asked(&self) -> usize {
        self.anthropic.requests() + self.openai.requests()
    }

    /// The lead of the nth caller, who rang, was written to, and wrote.
    async fn lead_of(&self, n: usize) -> Value {
        let mut found = self.shop.list(&format!("leads?phone=050123456{n}")).await;
        found.pop().expect("a lead")
    }

    async fn talk(&self, n: usize) -> Value {
        let shop = &self.shop;
        shop.report(&shop.missed_from(&format!("050123456{n}"), &format!("call-{n}"))).await;
        shop.pass(minutes(2)).await;
        let words = "קוראים לי דני, צריך אינסטלטור לפיצוץ, תתקשרו מחר בבוקר";
        shop.fake.customer_says(&format!("+97250123456{n}"), Says::text(words));
        shop.run().await;
        shop.pass(seconds(5)).await;
        self.lead_of(n).await
    }
}

/// What a model makes of the need.
const NEED: &str = "אינסטלטור לצינור שהתפוצץ";

/// What a good model makes of it: more than the local brain can.
fn understood() -> Value {
    let found = |text: &str| Some(Found { value: text.to_owned(), confidence: 0.97, explicit: true });
    let reading = Reading { name: found("דני"), need: found(NEED), ..Reading::nothing() };
    let mut answer = fake::to_json(&reading, &jiff::tz::TimeZone::UTC);
    answer["preference"] = json!({"text": "מחר בבוקר", "from": "2026-11-24T08:00", "until": "2026-11-24T12:00",
        "ambiguous": false, "confidence": 0.9});
    answer
}

fn provisional(lead: &Value) -> Vec<bool> {
    lead["facts"].as_array().unwrap().iter().map(|fact| fact["provisional"].as_bool().unwrap()).collect()
}

both_engines! {
    async fn whatever_the_models_do_the_chat_goes_on_and_they_read_it_again_when_they_are_back(db: TestDb) {
        let minds = Minds::open(db).await;
        let modes = [Mode::Failing, Mode::Overloaded, Mode::Cut, Mode::Silent, Mode::Refusing,
            Mode::Throttled(Some(Duration::from_secs(30))), Mode::Text("I would rather talk about the weather".into()),
            Mode::Page, Mode::Truncated];
        for (n, mode) in modes.into_iter().enumerate() {
            minds.set(&mode);
            let lead = minds.talk(n).await;
            assert_eq!((&lead["status"], &lead["name"]), (&json!("qualified"), &json!("דני")), "{mode:?}: {lead}");
            assert_eq!(provisional(&lead), [true; 3], "{mode:?}");
            let said = minds.shop.fake.sent_to(&format!("+97250123456{n}")).len();
            assert_eq!(said, 2, "{mode:?}: the opener and the confirmation");

            minds.set(&Mode::Ok);
            minds.shop.pass_in_steps(10, minutes(1)).await;
            let lead = minds.lead_of(n).await;
            assert_eq!((&lead["need"], &lead["status"]), (&json!(NEED), &json!("qualified")), "{mode:?}");
            assert_eq!(provisional(&lead), [false; 3], "{mode:?}");
            assert_eq!(minds.shop.fake.sent_to(&format!("+97250123456{n}")).len(), said, "what was said stays said");
        }
    }

    async fn people_judge_what_the_model_read_and_not_what_it_replaced(db: TestDb) {
        let minds = Minds::open(db).await;
        minds.set(&Mode::Failing);
        let before = minds.talk(0).await["need"].clone();
        minds.set(&Mode::Ok);
        minds.shop.pass_in_steps(10, minutes(1)).await;
        minds.shop.pass(minutes(7 * 24 * 60)).await;
        let sample = minds.shop.app.get("/api/v1/analytics/sample", &minds.shop.key).await.json()["data"].clone();
        assert_ne!(before, json!(NEED));
        let one = &sample[0];
        assert_eq!((&one["read"]["need"], &one["read"]["name"], &one["brain"]), (&json!(NEED), &json!("דני"), &json!("anthropic")), "{sample}");
        assert_eq!((sample.as_array().unwrap().len(), &one["prompt"]), (1, &json!("read_message@1")));
        let told = minds.shop.app.get("/api/v1/analytics/brain", &minds.shop.key).await.json();
        let local = told["brains"].as_array().unwrap().iter().find(|it| it["brain"] == "local").unwrap();
        assert!(local["fallback"].as_i64() >= Some(1) && local["cost_micros"] == 0 && local["average_ms"].is_number(), "{told}");
        assert!(told["fallback_share"].as_f64().is_some_and(|share| share > 0.0 && share < 1.0), "{told}");
    }

    async fn a_stop_stays_one_in_what_people_judge_whatever_a_model_makes_of_it(db: TestDb) {
        let minds = Minds::open(db).await;
        minds.set(&Mode::Failing);
        let shop = &minds.shop;
        shop.report(&shop.missed_from("0501234560", "call-0")).await;
        shop.pass(minutes(2)).await;
        shop.fake.customer_says("+972501234560", Says::text("הסר"));
        shop.run().await;
        shop.pass(seconds(5)).await;
        minds.set(&Mode::Ok);
        shop.pass_in_steps(10, minutes(1)).await;
        shop.pass(minutes(7 * 24 * 60)).await;
        let sample = shop.app.get("/api/v1/analytics/sample", &shop.key).await.json()["data"].clone();
        assert_eq!((&sample[0]["brain"], &sample[0]["signals"]), (&json!("anthropic"), &json!(["opt_out"])), "{sample}");
    }

    async fn while_one_model_is_away_the_other_answers_and_nothing_is_provisional(db: TestDb) {
        let minds = Minds::open(db).await;
        minds.anthropic.set(Mode::Overloaded);
        let lead = minds.talk(0).await;
        assert_eq!((&lead["need"], provisional(&lead)), (&json!(NEED), vec![false; 3]));
        assert_eq!((minds.anthropic.requests(), minds.openai.requests()), (1, 1));
    }

    async fn a_message_that_models_refuse_is_not_asked_about_for_ever(db: TestDb) {
        let minds = Minds::open(db).await;
        minds.set(&Mode::Refusing);
        minds.talk(0).await;
        minds.shop.pass_in_steps(24, minutes(60)).await;
        let after_a_day = minds.asked();
        assert!(after_a_day <= 40, "{after_a_day} requests");
        minds.shop.pass_in_steps(10, minutes(24 * 60)).await;
        let after_a_week = minds.asked();
        minds.shop.pass_in_steps(10, minutes(24 * 60)).await;
        assert_eq!(minds.asked(), after_a_week, "it stays as the local brain read it");
        assert_eq!(provisional(&minds.lead_of(0).await), [true; 3]);
        let told = minds.shop.app.get("/api/v1/analytics/brain", &minds.shop.key).await.json();
        let local = told["brains"].as_array().unwrap().iter().find(|it| it["brain"] == "local").unwrap();
        assert_eq!(local["uses"], 1, "what was read again and thrown away answered nothing: {told}");
    }
}

//! What several stories here share: a request, a reading, a local brain of cardboard.

use jiff::{Timestamp, tz::TimeZone};
use ringleader_brain::fake::{self, Fake};
use ringleader_brain::models::{anthropic, compatible, http_client, openai};
use ringleader_brain::seam::{Answer, Brain, BrainError, Known, MessageRequest, ModelUse};
use ringleader_core::conversation::ChatState;
use ringleader_core::reading::{Found, Language, Reading, Signals};
use ringleader_core::secret::Secret;
use serde_json::{Value, json};
use std::time::Duration;

/// Saturday 21 November 2026, 14:05 in Jerusalem.
pub fn now() -> Timestamp {
    "2026-11-21T12:05:00Z".parse().expect("a valid time")
}

pub fn jerusalem() -> TimeZone {
    TimeZone::get("Asia/Jerusalem").expect("zones are built in")
}

pub fn request(text: &str) -> MessageRequest {
    MessageRequest {
        text: text.to_owned(),
        state: ChatState::AwaitingResponse,
        known: Known::default(),
        now: now(),
        zone: jerusalem(),
        country: "IL".to_owned(),
        language: "he".to_owned(),
        mask: vec!["+972501234567".to_owned(), "dana@example.com".to_owned()],
    }
}

pub const BURST: &str = "היי קוראים לי דני, צריך אינסטלטור לפיצוץ, תתקשרו מחר בבוקר";

/// What a good model answers to `BURST`.
pub fn answer() -> Value {
    let mut answer = fake::to_json(&Reading { language: Language::Hebrew, ..Reading::nothing() }, &jerusalem());
    answer["name"] = json!({"text": "דני", "confidence": 0.97, "explicit": true});
    answer["need"] = json!({"text": "אינסטלטור לפיצוץ", "confidence": 0.95, "explicit": true});
    answer["preference"] = json!({"text": "מחר בבוקר", "from": "2026-11-22T08:00", "until": "2026-11-22T12:00", "ambiguous": false, "confidence": 0.9});
    answer
}

pub const QUICK: Duration = Duration::from_millis(300);
pub const PATIENT: Duration = Duration::from_secs(20);

pub fn anthropic(fake: &Fake, timeout: Duration) -> anthropic::Anthropic {
    anthropic_with(fake, fake::KEY, anthropic::DEFAULT_MODEL, timeout)
}

pub fn anthropic_with(fake: &Fake, key: &str, model: &str, timeout: Duration) -> anthropic::Anthropic {
    let (base_url, api_key) = (fake.base_url.clone(), Secret::new(key.to_owned()));
    anthropic::Anthropic::new(anthropic::Config { base_url, api_key, model: model.to_owned(), timeout }, http_client())
}

pub fn openai(fake: &Fake, timeout: Duration) -> openai::OpenAi {
    openai_with(fake, fake::KEY, openai::DEFAULT_MODEL, None, timeout)
}

pub fn openai_with(fake: &Fake, key: &str, model: &str, prompt: Option<&str>, timeout: Duration) -> openai::OpenAi {
    let (base_url, api_key) = (fake.base_url.clone(), Secret::new(key.to_owned()));
    let config = openai::Config { base_url, api_key, model: model.to_owned(), timeout, prompt_ids: stored(prompt) };
    openai::OpenAi::new(config, http_client())
}

pub fn compatible(fake: &Fake, timeout: Duration) -> compatible::Compatible {
    let config = compatible::Config {
        base_url: fake.base_url.clone(),
        api_key: None,
        model: "any-model".to_owned(),
        timeout,
        price: None,
    };
    compatible::Compatible::new(config, http_client())
}

/// Stands in for the local brain: takes the whole text for the need.
pub struct Cardboard;

#[async_trait::async_trait]
impl Brain for Cardboard {
    fn name(&self) -> &'static str {
        "local"
    }

    async fn read_message(&self, request: &MessageRequest) -> Result<Answer<Reading>, (BrainError, Vec<ModelUse>)> {
        let need = Some(Found { value: request.text.clone(), confidence: 0.5, explicit: false });
        Ok(Answer { value: Reading { need, signals: Signals::default(), ..Reading::nothing() }, uses: Vec::new() })
    }
}

/// The same stored prompt for every question.
fn stored(prompt: Option<&str>) -> std::collections::BTreeMap<&'static str, String> {
    let names = ["read_message", "analyse_call"];
    prompt.into_iter().flat_map(|prompt| names.map(|name| (name, prompt.to_owned()))).collect()
}

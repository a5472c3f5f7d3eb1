//! A business whose voice agent calls, a model that analyses, and what is said.

use crate::support::{App, Model, World};
use axum::body::Body;
use http::{Request, StatusCode};
use jiff::SignedDuration;
use ringleader_brain::fake::{self, Fake};
use ringleader_brain::models::{http_client, openai};
use ringleader_core::secret::Secret;
use ringleader_providers::bolna::fake::{BolnaFake, Scenario};
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

pub const CUSTOMER: &str = "+447700900123";

/// Long enough for a busy machine, short enough for a model that says nothing.
const LIMIT: Duration = Duration::from_secs(3);

/// Words of a customer who wants it now.
pub const HOT: &str = "assistant:  Hello, Acme Homes. How can I help?\nuser:  hi I'm Maria Lopez from Lopez Studio, we need a \
    new boiler this week, the money is there\nassistant:  Shall we come tomorrow at ten for a visit?\nuser:  yes please, \
    tomorrow at ten, and call me back today at five";

/// Words of a customer who does not.
pub const COLD: &str = "assistant:  Hello, Acme Homes. How can I help?\nuser:  I was just looking, bye";

pub struct Desk {
    pub app: App,
    pub model: Fake,
    pub key: String,
    fake: BolnaFake,
    path: String,
}

impl Desk {
    /// With one model, which understands what the words above say.
    pub async fn open(db: TestDb) -> Self {
        let fake = BolnaFake::start(([127, 0, 0, 1], 0).into(), http_client(), "key-1", 7).await.unwrap();
        let model = fake::openai::start().await.unwrap();
        model.analyse(|call| understood(&call.transcript.iter().map(|turn| turn.text.as_str()).collect::<Vec<_>>()));
        model.sum_up(|_| overview());
        let at = model.base_url.clone();
        let models = move || -> Vec<Model> {
            let config = openai::Config {
                base_url: at.clone(),
                api_key: Secret::new(fake::KEY.to_owned()),
                model: openai::DEFAULT_MODEL.to_owned(),
                timeout: LIMIT,
                prompt_ids: Default::default(),
            };
            vec![(Arc::new(openai::OpenAi::new(config, http_client())), LIMIT)]
        };
        let world = World { bolna: fake.base_url(), models: Box::new(models), ..World::default() };
        let app = App::in_world(db, world).await;
        let key = app.shop("Acme Homes").await;
        let path = app.connection(&key, "bolna", settings(), "executions").await;
        Self { app, model, key, fake, path }
    }

    /// Another business on the same installation: its key and its webhook.
    pub async fn neighbour(&self) -> (String, String) {
        let key = self.app.shop("Other Homes").await;
        let path = self.app.connection(&key, "bolna", settings(), "executions").await;
        (key, path)
    }

    pub async fn post(&self, path: &str, body: &Value) {
        let request = Request::post(path).header("content-type", "application/json").body(Body::from(body.to_string()));
        assert_eq!(self.app.send(request.unwrap()).await.status, StatusCode::OK);
    }

    /// The platform tells of a call, which was just over; nothing is worked off yet.
    pub async fn tell(&self, path: &str, call: Scenario) {
        let at = self.app.db.clock.now() - SignedDuration::from_mins(5);
        for body in self.fake.play(&call.at(at)) {
            self.post(path, &body).await;
        }
    }

    pub async fn report(&self, call: Scenario) {
        let path = self.path.clone();
        self.tell(&path, call).await;
    }

    /// Events in this order, each worked off before the next one comes.
    pub async fn hear(&self, bodies: &[Value]) {
        for body in bodies {
            self.post(&self.path, body).await;
            self.app.run_due().await;
        }
    }

    /// The customer talks to the agent, and everything that follows is done.
    pub async fn talk(&self, id: &str, words: &str) -> Value {
        self.talk_from(CUSTOMER, id, words).await
    }

    pub async fn talk_from(&self, customer: &str, id: &str, words: &str) -> Value {
        self.report(Scenario::saying(60.0, words).id(id).customer(customer)).await;
        self.app.run_due().await;
        self.call(id).await
    }

    pub async fn get(&self, path: &str) -> Value {
        let answer = self.app.get(&format!("/api/v1/{path}"), &self.key).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.json()
    }

    pub async fn list(&self, what: &str) -> Vec<Value> {
        self.get(what).await["data"].as_array().unwrap().clone()
    }

    /// One call with its analysis.
    pub async fn call(&self, execution: &str) -> Value {
        let all = self.list("calls?limit=200").await;
        let call = all.iter().find(|call| call["provider_call_id"] == execution).expect("the call");
        self.get(&format!("calls/{}", text(&call["id"]))).await
    }

    /// The complete analysis of the person of a call.
    pub async fn complete(&self, call: &Value) -> Value {
        self.get(&format!("contacts/{}/analysis", text(&call["contact_id"]))).await
    }

    pub async fn lead(&self) -> Value {
        self.list("leads").await.pop().expect("a lead")
    }

    /// Open tasks of a kind.
    pub async fn tasks(&self, kind: &str) -> Vec<Value> {
        let mut all = self.list("tasks?limit=200").await;
        all.retain(|task| task["kind"] == kind && task["state"] == "open");
        all
    }

    pub async fn pass(&self, span: SignedDuration) {
        self.app.db.clock.advance(span);
        self.app.run_due().await;
    }

    pub async fn pass_in_steps(&self, steps: usize, step: SignedDuration) {
        for _ in 0..steps {
            self.pass(step).await;
        }
    }
}

pub fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn settings() -> Value {
    json!({ "api_key": "key-1", "agents": [{ "agent_id": "agent-1", "name": "Dana", "line": "+442079460018" }] })
}

/// What a model makes of the words: hot where the money is there, else cold.
pub fn understood(said: &[&str]) -> Value {
    let hot = said.iter().any(|text| text.contains("the money is there"));
    let last = said.last().copied().unwrap_or_default();
    let judged = |score: u8| json!({"score": score, "reasoning": "It was said.", "quotes": [last]});
    let quote = |text: &str| json!({"text": text, "confidence": 0.9, "explicit": true});
    let when = |text: &str, from: &str| json!({"text": text, "from": from, "until": null, "ambiguous": false, "confidence": 0.9});
    let only = |value: Value| if hot { value } else { Value::Null };
    let score = if hot { 3 } else { 0 };
    json!({
        "intent": judged(score), "urgency": judged(score), "budget": judged(score), "fit": judged(score),
        "engagement": judged(score.max(1)),
        "name": only(quote("Maria Lopez")), "company_name": only(quote("Lopez Studio")), "email": null,
        "need": only(quote("a new boiler")), "spend": null,
        "call_back": only(when("today at five", "2026-11-23T17:00")), "demo_at": only(when("tomorrow at ten", "2026-11-24T10:00")),
        "calls_to_action": {"pricing": false, "demo": hot, "follow_up": hot, "sample": false, "escalated_to_human": false},
        "no_lead": "none", "notification": if hot { json!("Wants a boiler this week") } else { Value::Null },
        "summary": if hot { "Wants a boiler this week." } else { "Was just looking." }, "total": if hot { 97 } else { 3 },
    })
}

/// What a model writes about several calls.
pub const STORY: &str = "First looked around, then wanted a boiler.";

fn overview() -> Value {
    let judged = json!({"score": 2, "reasoning": "It grew from call to call.", "quotes": ["tomorrow at ten"]});
    json!({
        "intent": judged, "urgency": judged, "budget": judged, "fit": judged, "engagement": judged,
        "notification": "Be there tomorrow at ten", "summary": STORY, "total": 88,
    })
}

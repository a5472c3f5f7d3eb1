//! Calls of voice agents, from the platform's webhook to the row, the contact, the ledger and the figures (B1-B4, B8, B9).

mod calls;
mod figures;
mod money;
mod orders;
mod recordings;
mod repair;
mod trials;

use crate::support::{App, World};
use axum::body::Body;
use http::{Request, StatusCode};
use jiff::{SignedDuration, Timestamp};
use ringleader_brain::models::http_client;
use ringleader_providers::bolna::fake::{BolnaFake, Scenario};
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

const CUSTOMER: &str = "+447700900123";

/// A tenant whose agent calls, the platform that it calls with, and its installation.
struct Agency {
    app: App,
    fake: BolnaFake,
    key: String,
    path: String,
}

impl Agency {
    async fn open(db: TestDb) -> Self {
        let fake = BolnaFake::start(([127, 0, 0, 1], 0).into(), http_client(), "key-1", 7).await.unwrap();
        let app = App::in_world(db, World { bolna: fake.base_url(), ..World::default() }).await;
        let key = app.shop("Acme Homes").await;
        let path = app.connection(&key, "bolna", settings(), "executions").await;
        Self { app, fake, key, path }
    }

    fn now(&self) -> Timestamp {
        self.app.db.clock.now()
    }

    async fn post(&self, path: &str, body: &Value) -> StatusCode {
        let request = Request::post(path).header("content-type", "application/json").body(Body::from(body.to_string()));
        self.app.send(request.unwrap()).await.status
    }

    /// Events come in and are worked off, one by one.
    async fn hear(&self, bodies: &[Value]) {
        for body in bodies {
            assert_eq!(self.post(&self.path, body).await, StatusCode::OK);
            self.app.run_due().await;
        }
    }

    async fn hear_of(&self, scenario: Scenario) -> Value {
        let id = scenario.execution().to_owned();
        self.hear(&self.fake.play(&scenario.at(self.now() - SignedDuration::from_mins(5)))).await;
        self.call(&id).await
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.app.get(&format!("/api/v1/{path}"), &self.key).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    }

    async fn calls(&self) -> Vec<Value> {
        self.get("calls?limit=200").await["data"].as_array().unwrap().clone()
    }

    async fn call(&self, execution: &str) -> Value {
        let all = self.calls().await;
        all.into_iter().find(|call| call["provider_call_id"] == execution).expect("the call")
    }

    /// Kinds and credits of the ledger, newest first.
    async fn ledger(&self) -> Vec<(String, i64)> {
        let credits = self.get("credits?limit=200").await;
        let entries = credits["entries"].as_array().unwrap();
        entries.iter().map(|e| (e["kind"].as_str().unwrap().to_owned(), e["credits"].as_i64().unwrap())).collect()
    }

    async fn balance(&self) -> i64 {
        self.get("credits").await["balance"].as_i64().unwrap()
    }

    async fn tasks(&self, kind: &str) -> usize {
        let all = self.get("tasks?limit=200").await;
        all["data"].as_array().unwrap().iter().filter(|task| task["kind"] == kind).count()
    }

    async fn pass(&self, span: SignedDuration) {
        self.app.db.clock.advance(span);
        self.app.run_due().await;
    }
}

fn settings() -> Value {
    json!({ "api_key": "key-1", "agents": [{ "agent_id": "agent-1", "name": "Dana", "line": "+442079460018" }] })
}

fn debit(credits: i64) -> (String, i64) {
    ("debit".to_owned(), -credits)
}

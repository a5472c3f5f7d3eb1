//! The demo, as a newcomer uses it: started, a call missed, time moved on, an answer written, and stopped.

use ringleader_brain::models::http_client;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// The running demo; killed if a test gives up on it.
struct Running {
    program: Child,
    address: String,
    http: reqwest::Client,
}

const CUSTOMER: &str = "+972501234567";

impl Running {
    fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ringleader"));
        command.args(["demo", "--port", "0", "--json"]).stdout(Stdio::piped());
        let mut program = command.spawn().expect("the program can be started");
        let mut text = String::new();
        let mut out = BufReader::new(program.stdout.take().expect("its output is a pipe"));
        while serde_json::from_str::<Value>(&text).is_err() {
            assert_ne!(out.read_line(&mut text).expect("it prints text"), 0, "the demo ended: {text}");
        }
        let hello: Value = serde_json::from_str(&text).expect("it was just read");
        let address = hello["phone"].as_str().expect("the page's address").replace("/phone", "");
        Self { program, address, http: http_client() }
    }

    async fn scene(&self) -> Value {
        let request = self.http.get(format!("{}/sandbox/scene", self.address)).query(&[("customer", CUSTOMER)]);
        request.send().await.expect("the demo answers").json().await.expect("the scene is JSON")
    }

    async fn post(&self, what: &str, mut body: Value) {
        body["customer"] = CUSTOMER.into();
        let request = self.http.post(format!("{}/sandbox/{what}", self.address)).json(&body);
        let answer = request.send().await.expect("the demo answers");
        assert!(answer.status().is_success(), "{what}: {}", answer.status());
    }

    /// Looks at the scene until it is as hoped, for half a minute at most.
    async fn see(&self, what: &str, hoped: impl Fn(&Value) -> bool) -> Value {
        let looking = async {
            loop {
                let scene = self.scene().await;
                if hoped(&scene) {
                    break scene;
                }
            }
        };
        let seen = tokio::time::timeout(std::time::Duration::from_secs(30), looking).await;
        seen.unwrap_or_else(|_| panic!("never seen: {what}"))
    }

    fn stop(mut self) -> Option<i32> {
        let told = Command::new("kill").args(["-TERM", &self.program.id().to_string()]).status();
        assert!(told.expect("kill is there").success());
        self.program.wait().expect("it ends").code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[tokio::test]
async fn a_missed_call_becomes_a_lead_before_the_newcomers_eyes() {
    let demo = Running::start();
    demo.post("call", json!({})).await;
    demo.see("the episode that waits", |scene| scene["episode"]["state"] == "waiting").await;
    demo.post("time", json!({"advance_seconds": 125})).await;
    let scene = demo.see("the first message", |scene| scene["chat"][0]["status"] == "delivered").await;
    assert_eq!((&scene["chat"][0]["template"], &scene["chat"][0]["mine"]), (&json!(true), &json!(false)));
    let words = "היי קוראים לי דני, צריך אינסטלטור לפיצוץ, תתקשרו מחר בבוקר";
    demo.post("say", json!({"text": words})).await;
    demo.see("the answer on the phone", |scene| scene["chat"][1]["mine"] == true).await;
    demo.post("time", json!({"advance_seconds": 10})).await;
    let scene = demo.see("the finished lead", |scene| scene["lead"]["status"] == "qualified").await;
    assert_eq!(scene["lead"]["name"], "דני");
    demo.see("the owner's second message", |scene| scene["owner"].as_array().is_some_and(|all| all.len() == 2)).await;
    assert_eq!(demo.stop(), Some(0));
}

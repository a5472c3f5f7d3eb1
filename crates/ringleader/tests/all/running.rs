//! The built program as the demo, started and stopped by a test.

use ringleader_brain::models::http_client;
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// The running demo; killed if a test gives up on it.
pub struct Running {
    program: Child,
    /// Where it is, without a path.
    pub address: String,
    /// Opens the API of the agency whose voice agent calls people.
    pub agency_key: String,
    owners: Value,
    http: reqwest::Client,
}

/// Business and customer, by their words.
pub type Who = (&'static str, &'static str);

impl Running {
    /// Starts it and waits until it says hello.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with more options.
    pub fn start_with(options: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ringleader"));
        command.args(["demo", "--port", "0", "--json"]).args(options).stdout(Stdio::piped());
        let mut program = command.spawn().expect("the program can be started");
        let mut text = String::new();
        let mut out = BufReader::new(program.stdout.take().expect("its output is a pipe"));
        while serde_json::from_str::<Value>(&text).is_err() {
            assert_ne!(out.read_line(&mut text).expect("it prints text"), 0, "the demo ended: {text}");
        }
        let hello: Value = serde_json::from_str(&text).expect("it was just read");
        let address = hello["phone"].as_str().expect("the page's address").replace("/phone", "");
        let agency_key = hello["agency_key"].as_str().expect("the agency's key").to_owned();
        Self { program, address, agency_key, owners: hello["owners"].clone(), http: http_client() }
    }

    /// What the agency's API answers.
    pub async fn agency(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}/api/v1/{path}", self.address)).bearer_auth(&self.agency_key);
        request.send().await.expect("the demo answers").json().await.expect("the answer is JSON")
    }

    /// Address and password of the owner of a business.
    pub fn owner(&self, business: usize) -> (String, String) {
        let owner = &self.owners[business];
        let text = |field: &str| owner[field].as_str().expect("a text").to_owned();
        (text("email"), text("password"))
    }

    /// Makes a business of its own, a Hebrew or a British one; address and password of its owner.
    pub async fn new_business(&self, language: &str) -> (String, String) {
        let (email, password) = ("new@first.example", "the first password");
        let (name, locale, zone, country, place, phone) = match language {
            "he" => ("צעד ראשון", "he-IL", "Asia/Jerusalem", "IL", "Tel Aviv", "+972501234577"),
            _ => ("First Steps Ltd", "en-GB", "Europe/London", "GB", "London", "+447700900777"),
        };
        let owner = serde_json::json!({"name": "Robin", "phone": phone, "email": email, "password": password});
        let body = serde_json::json!({"name": name, "locale": locale, "time_zone": zone,
            "country": country, "place": place, "owner": owner});
        let request = self.http.post(format!("{}/api/v1/tenants", self.address)).bearer_auth("demo-admin-token");
        let answer = request.json(&body).send().await.expect("the demo answers");
        assert!(answer.status().is_success(), "{}", answer.status());
        (email.to_owned(), password.to_owned())
    }

    /// What the page shows of a customer of a business.
    pub async fn scene(&self, (shop, customer): Who) -> Value {
        let who = [("shop", shop), ("customer", customer)];
        let request = self.http.get(format!("{}/sandbox/scene", self.address)).query(&who);
        request.send().await.expect("the demo answers").json().await.expect("the scene is JSON")
    }

    /// Presses a button of the page.
    pub async fn post(&self, who: Who, what: &str, body: Value) {
        let status = self.pressed(who, what, body).await;
        assert!((200..300).contains(&status), "{what}: {status}");
    }

    /// Presses a button of the page; the status of the answer.
    pub async fn pressed(&self, (shop, customer): Who, what: &str, mut body: Value) -> u16 {
        (body["shop"], body["customer"]) = (shop.into(), customer.into());
        let request = self.http.post(format!("{}/sandbox/{what}", self.address)).json(&body);
        request.send().await.expect("the demo answers").status().as_u16()
    }

    /// Looks at the scene until it is as hoped, for a minute at most.
    pub async fn see(&self, who: Who, what: &str, hoped: impl Fn(&Value) -> bool) -> Value {
        let looking = async {
            loop {
                let scene = self.scene(who).await;
                if hoped(&scene) {
                    break scene;
                }
            }
        };
        let seen = tokio::time::timeout(std::time::Duration::from_secs(60), looking).await;
        seen.unwrap_or_else(|_| panic!("never seen: {what}"))
    }

    /// Tells it to stop; gives its exit code.
    pub fn stop(mut self) -> Option<i32> {
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

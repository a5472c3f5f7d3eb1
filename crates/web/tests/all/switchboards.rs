//! Other switchboards: the signed call event and Twilio's status callbacks start the same flow (A17), and the Call Log is asked
//! before anyone is written to and read after we were away (A6).

use crate::support::{Answer, App, World};
use axum::body::Body;
use http::{Request, StatusCode};
use jiff::SignedDuration;
use ringleader_jobs::engine::Config;
use ringleader_providers::generic::fake::{Delivery, call, sign};
use ringleader_providers::standard_webhooks::Secrets;
use ringleader_providers::twilio::signature;
use ringleader_providers::voicenter::fake::{CallLog, CallLogRules, Encoding, Scenario};
use ringleader_store::both_engines;
use ringleader_store::inbox::State;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

const SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const SID: &str = "AC00000000000000000000000000000001";
const TOKEN: &str = "fake-auth-token-for-tests-only-1";
const DID: &str = "0771234567";
const CALLER: &str = "0501234567";

struct Shop {
    app: App,
    key: String,
}

impl Shop {
    async fn open(db: TestDb, voicenter: &str) -> Self {
        let app = App::in_world(db, World { voicenter: voicenter.to_owned(), ..World::default() }).await;
        let key = app.shop("Plumbers").await;
        let line = json!({"number": DID, "uses": ["missed_call"]});
        assert_eq!(app.post("/api/v1/lines", &key, line).await.status, StatusCode::CREATED);
        Self { app, key }
    }

    fn now(&self) -> jiff::Timestamp {
        self.app.db.clock.now()
    }

    async fn post(&self, path: &str, delivery: &Delivery) -> Answer {
        let mut request = Request::post(path).header("content-type", "application/json");
        for (name, value) in &delivery.headers {
            request = request.header(*name, value);
        }
        self.app.send(request.body(Body::from(delivery.body.clone())).unwrap()).await
    }

    /// Twilio reports a call.
    async fn callback(&self, token: &str, pairs: &[(&str, &str)]) -> Answer {
        let path = "/webhooks/twilio/voice/status";
        let mut form: Vec<(String, String)> = vec![("AccountSid".into(), SID.into())];
        form.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let signature = signature::sign(token, &format!("https://ring.example{path}"), &form);
        let body: Vec<String> = form.iter().map(|(n, v)| format!("{n}={}", v.replace('+', "%2B"))).collect();
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-twilio-signature", signature);
        self.app.send(request.body(Body::from(body.join("&"))).unwrap()).await
    }

    async fn run(&self) {
        ringleader_jobs::all::engine(&self.app.cx, Config::default()).run_due().await.unwrap();
    }

    async fn pass(&self, time: SignedDuration) {
        self.app.db.clock.advance(time);
        self.run().await;
    }

    async fn list(&self, what: &str) -> Vec<Value> {
        let answer = self.app.get(&format!("/api/v1/{what}"), &self.key).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["data"].as_array().unwrap().clone()
    }

    /// State and reason of each episode.
    async fn episodes(&self) -> Vec<(String, String)> {
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        self.list("episodes").await.iter().map(|e| (word(&e["state"]), word(&e["reason"]))).collect()
    }
}

fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

fn words(state: &str, reason: &str) -> Vec<(String, String)> {
    vec![(state.to_owned(), reason.to_owned())]
}

both_engines! {
    async fn a_signed_event_of_a_missed_call_opens_an_episode_once(db: TestDb) {
        let shop = Shop::open(db, "").await;
        let path = shop.app.connection(&shop.key, "calls", json!({"secret": SECRET}), "calls").await;
        let secrets = Secrets::parse(SECRET).unwrap();
        let missed = call("pbx-1", CALLER, DID, "missed", shop.now());
        for _ in 0..3 {
            let again = sign(&secrets, "evt_1", shop.now(), &missed); // each try is signed anew
            let answer = shop.post(&path, &again).await;
            assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""));
            shop.app.db.clock.advance(SignedDuration::from_secs(1));
        }
        shop.run().await;
        assert_eq!(shop.app.kept().await.len(), 1, "one id is one event");
        assert_eq!(shop.episodes().await, words("waiting", ""));
        let calls = shop.list("calls").await;
        assert_eq!((&calls[0]["provider"], &calls[0]["outcome"]), (&json!("calls"), &json!("missed")));

        // Answered after all, says a later event about the same call.
        let answered = call("pbx-1", CALLER, DID, "answered", shop.now());
        assert_eq!(shop.post(&path, &sign(&secrets, "evt_2", shop.now(), &answered)).await.status, StatusCode::OK);
        shop.run().await;
        assert_eq!(shop.list("calls").await.len(), 1);
        assert_eq!(shop.episodes().await, words("cancelled", "spoke"));
    }

    async fn forged_and_replayed_events_are_refused_with_the_reason_and_leave_no_trace(db: TestDb) {
        let shop = Shop::open(db, "").await;
        let path = shop.app.connection(&shop.key, "calls", json!({"secret": SECRET}), "calls").await;
        let secrets = Secrets::parse(SECRET).unwrap();
        let body = call("pbx-1", CALLER, DID, "missed", shop.now());
        let good = sign(&secrets, "evt_1", shop.now(), &body);
        let changed = Delivery { body: good.body.replace("missed", "answered"), ..good.clone() };
        let mut bare = good.clone();
        bare.headers[2] = ("x-nothing", String::new());
        let old = sign(&secrets, "evt_1", shop.now() - minutes(6), &body);
        for (delivery, says) in [(changed, "HMAC-SHA256"), (bare, "`webhook-signature` is missing"), (old, "five minutes")] {
            let answer = shop.post(&path, &delivery).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
            assert!(answer.json()["detail"].as_str().unwrap().contains(says), "{}", answer.text);
        }
        assert_eq!(shop.post("/webhooks/calls/guessed", &good).await.status, StatusCode::NOT_FOUND);
        assert!(shop.app.kept().await.is_empty());
        let weak = shop.app.post("/api/v1/connections", &shop.key, json!({"kind": "calls", "config": {"secret": "x"}})).await;
        assert_eq!(weak.status, StatusCode::BAD_REQUEST, "{}", weak.text);
    }

    async fn an_event_that_cannot_be_read_names_everything_that_is_wrong_and_may_be_mended_under_its_id(db: TestDb) {
        let shop = Shop::open(db, "").await;
        let path = shop.app.connection(&shop.key, "calls", json!({"secret": SECRET}), "calls").await;
        let secrets = Secrets::parse(SECRET).unwrap();
        let good = call("pbx-1", CALLER, DID, "missed", shop.now());
        let mut wrong = good.clone();
        for (field, value) in [("outcome", json!("busy")), ("started_at", json!("today")), ("talk_seconds", json!(-1)),
            ("form", json!("typo")), ("to", Value::Null)] {
            wrong[field] = value;
        }
        let answer = shop.post(&path, &sign(&secrets, "evt_1", shop.now(), &wrong)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let mut fields = answer.wrong_fields();
        fields.sort();
        assert_eq!(fields, ["form", "outcome", "started_at", "talk_seconds", "to"], "{}", answer.text);
        assert!(!answer.text.contains(CALLER), "no values in answers");
        assert_eq!(shop.app.kept().await[0].state, State::Unreadable);
        assert_eq!(shop.post(&path, &sign(&secrets, "evt_1", shop.now(), &good)).await.status, StatusCode::OK);
        shop.run().await;
        assert_eq!(shop.episodes().await.len(), 1);
    }

    async fn a_call_to_twilio_that_ended_early_was_missed(db: TestDb) {
        let shop = Shop::open(db, "").await;
        let config = json!({"account_sid": SID, "auth_token": TOKEN, "sms_from": "+15005550006"});
        let path = shop.app.connection(&shop.key, "twilio", config, "voice_status").await;
        assert_eq!(path, "/webhooks/twilio/voice/status");
        let line = "+972771234567";
        let report = async |id: &str, from: &str, status: &str, seconds: &str| {
            let pairs = [("CallSid", id), ("From", from), ("To", line), ("CallStatus", status), ("Direction", "inbound"),
                ("CallDuration", seconds)];
            let answer = shop.callback(TOKEN, &pairs).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
            assert_eq!(answer.headers["content-type"], "text/xml", "anything else is spoken to the caller");
            shop.run().await;
        };
        report("CA01", "+972501234567", "ringing", "0").await;
        assert!(shop.list("calls").await.is_empty(), "it goes on");
        report("CA01", "+972501234567", "canceled", "0").await;
        report("CA01", "+972501234567", "canceled", "0").await;
        report("CA02", "+972521234567", "completed", "4").await;
        report("CA03", "+972541234567", "completed", "95").await;
        report("CA04", "anonymous", "no-answer", "0").await;
        let calls = shop.list("calls").await;
        let outcomes: Vec<_> = calls.iter().rev().map(|c| c["outcome"].as_str().unwrap()).collect();
        assert_eq!(outcomes, ["missed", "missed", "answered", "missed"]);
        assert_eq!(calls[2]["flags"], json!(["hung_up_early"]));
        assert_eq!(shop.episodes().await.iter().filter(|(state, _)| state == "waiting").count(), 2);
    }

    async fn a_callback_that_the_account_did_not_sign_is_refused(db: TestDb) {
        let shop = Shop::open(db, "").await;
        let pairs = [("CallSid", "CA01"), ("From", "+972501234567"), ("To", "+972771234567"), ("CallStatus", "canceled")];
        assert_eq!(shop.callback(TOKEN, &pairs).await.status, StatusCode::UNAUTHORIZED, "an account that nobody has");
        let config = json!({"account_sid": SID, "auth_token": TOKEN, "sms_from": "+15005550006"});
        shop.app.connection(&shop.key, "twilio", config, "voice_status").await;
        assert_eq!(shop.callback("another", &pairs).await.status, StatusCode::UNAUTHORIZED);
        assert!(shop.app.kept().await.is_empty());
        assert_eq!(shop.callback(TOKEN, &pairs[..2]).await.status, StatusCode::BAD_REQUEST);
    }

    async fn who_was_spoken_with_by_the_call_log_is_not_written_to(db: TestDb) {
        let log = CallLog::start(CallLogRules { lag: SignedDuration::ZERO, ..CallLogRules::default() }, db.clock.now()).await.unwrap();
        let shop = Shop::open(db, &log.url).await;
        // Read seldom, so that only the check before sending can know.
        let config = json!({"call_log_code": "test-code", "call_log_every": "24h"});
        let cdr = shop.app.connection(&shop.key, "voicenter", config, "cdr").await;
        shop.run().await;
        let missed = Scenario::missed(CALLER, DID).id("call-1").at(shop.now() - SignedDuration::from_secs(40));
        for payload in missed.payloads(Encoding::Json) {
            let request = Request::post(&cdr).header("content-type", payload.content_type);
            shop.app.send(request.body(Body::from(payload.body.clone())).unwrap()).await;
        }
        shop.run().await;
        assert_eq!(shop.episodes().await, words("waiting", ""));
        log.add(&Scenario::called_back(DID, CALLER, 60).id("back-1").at(shop.now()));
        log.set_now(shop.now() + minutes(2));
        shop.pass(minutes(2)).await;
        assert_eq!(shop.episodes().await, words("cancelled", "spoke"));
        assert_eq!(shop.list("calls").await.len(), 2, "the call back is known now");
    }

    async fn the_call_log_is_asked_about_the_number_that_called(db: TestDb) {
        const SECOND: &str = "0501234568";
        let log = CallLog::start(CallLogRules { lag: SignedDuration::ZERO, ..CallLogRules::default() }, db.clock.now()).await.unwrap();
        let shop = Shop::open(db, &log.url).await;
        let config = json!({"call_log_code": "test-code", "call_log_every": "24h"});
        let cdr = shop.app.connection(&shop.key, "voicenter", config, "cdr").await;
        shop.run().await;
        let report = async |call: Scenario| {
            for payload in call.payloads(Encoding::Json) {
                let request = Request::post(&cdr).header("content-type", payload.content_type);
                shop.app.send(request.body(Body::from(payload.body.clone())).unwrap()).await;
            }
            shop.run().await;
        };
        for (caller, id) in [(CALLER, "first"), (SECOND, "second")] {
            report(Scenario::answered(caller, DID, 30).id(id).at(shop.now() - minutes(30))).await;
        }
        let people = shop.list("contacts").await; // one person with two numbers
        let id = |phone: &str| people.iter().find(|c| c["phone"] == phone).unwrap()["id"].as_str().unwrap().to_owned();
        let (one, two) = (id("+972501234567"), id("+972501234568"));
        let merged = shop.app.post(&format!("/api/v1/contacts/{one}/merge"), &shop.key, json!({"contact_id": two})).await;
        assert!(merged.status.is_success(), "{}", merged.text);
        report(Scenario::missed(SECOND, DID).id("missed").at(shop.now() - SignedDuration::from_secs(40))).await;
        assert_eq!(shop.episodes().await, words("waiting", ""));
        log.add(&Scenario::called_back(DID, SECOND, 60).id("back").at(shop.now()));
        log.set_now(shop.now() + minutes(2));
        shop.pass(minutes(2)).await;
        assert_eq!(shop.episodes().await, words("cancelled", "spoke"));
    }

    async fn a_log_that_is_away_or_refuses_us_holds_nothing_up_for_long(db: TestDb) {
        let log = CallLog::start(CallLogRules::default(), db.clock.now()).await.unwrap();
        let shop = Shop::open(db, &log.url).await;
        let cdr = shop.app.connection(&shop.key, "voicenter", json!({"call_log_code": "wrong"}), "cdr").await;
        let missed = Scenario::missed(CALLER, DID).id("call-1").at(shop.now() - SignedDuration::from_secs(40));
        for payload in missed.payloads(Encoding::Json) {
            let request = Request::post(&cdr).header("content-type", payload.content_type);
            shop.app.send(request.body(Body::from(payload.body.clone())).unwrap()).await;
        }
        shop.run().await;
        assert_eq!(shop.list("tasks").await.iter().filter(|t| t["kind"] == "mend_connection").count(), 1);
        log.set_rules(|rules| rules.code = "wrong".to_owned());
        drop(log); // from now on nobody answers
        shop.pass(minutes(2)).await;
        assert_eq!(shop.episodes().await, words("waiting", ""), "asked again shortly");
        assert!(shop.list("decisions").await.iter().any(|d| d["reason"] == "call_log_busy"));
        for _ in 0..6 {
            shop.pass(SignedDuration::from_secs(15)).await;
        }
        assert_eq!(shop.episodes().await[0].0, "held", "no channel here, but it was decided");
    }

    async fn records_that_were_missed_while_we_were_away_are_found_once(db: TestDb) {
        let log = CallLog::start(CallLogRules::default(), db.clock.now()).await.unwrap();
        let shop = Shop::open(db, &log.url).await;
        let config = json!({"call_log_code": "test-code", "call_log_every": "10m"});
        shop.app.connection(&shop.key, "voicenter", config, "cdr").await;
        shop.run().await;
        // Down for two hours; more calls than one answer takes.
        log.set_rules(|rules| rules.max_rows = 5);
        for n in 0..40 {
            let at = shop.now() + SignedDuration::from_mins(10 + 2 * n);
            log.add(&Scenario::missed(&format!("05012345{n:02}"), DID).id(&format!("call-{n}")).at(at));
        }
        shop.app.db.clock.advance(minutes(120));
        log.set_now(shop.now());
        ringleader_jobs::work::read_call_log::plan_all(&shop.app.cx).await.unwrap(); // as at start
        shop.run().await;
        for _ in 0..10 {
            log.set_now(shop.now() + minutes(1));
            shop.pass(minutes(1)).await;
        }
        assert_eq!(shop.list("calls?limit=200").await.len(), 40);
        assert_eq!(shop.list("episodes?limit=200").await.len(), 40);
        for _ in 0..3 {
            log.set_now(shop.now() + minutes(10));
            shop.pass(minutes(10)).await;
        }
        assert_eq!(shop.list("episodes?limit=200").await.len(), 40, "reading again changes nothing");
    }

    async fn without_credentials_no_log_is_asked(db: TestDb) {
        let log = CallLog::start(CallLogRules::default(), db.clock.now()).await.unwrap();
        let shop = Shop::open(db, &log.url).await;
        log.add(&Scenario::missed(CALLER, DID).id("call-1").at(shop.now()));
        shop.app.connection(&shop.key, "voicenter", json!({}), "cdr").await;
        log.set_now(shop.now() + minutes(30));
        shop.pass(minutes(30)).await;
        assert!(shop.list("calls").await.is_empty());
        let made = shop.app.post("/api/v1/connections", &shop.key,
            json!({"kind": "voicenter", "config": {"call_log_every": "1s", "call_log_check": "maybe"}})).await;
        assert_eq!(made.wrong_fields(), ["config.call_log_every", "config.call_log_check"]);
    }
}

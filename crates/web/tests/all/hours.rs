//! When messages go, end to end: Shabbat, the emergency stop, gentle release, and what the API shows of it (A7, P8).

use crate::shop::{Shop, minutes};
use crate::support::{ADMIN, App, tenant};
use http::StatusCode;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

/// Friday evening in Jerusalem, an hour and a half after candle lighting; nightfall is on Saturday at 17:15.
const FRIDAY: &str = "2026-11-27T15:30:00Z";
const NIGHTFALL: &str = "2026-11-28T15:15:00Z";

impl Shop {
    async fn set(&self, settings: Value) {
        let answer = self.app.patch("/api/v1/tenant", &self.key, json!({ "settings": settings })).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        self.run().await;
    }

    async fn until(&self, time: &str) {
        self.app.db.clock.set(time.parse().unwrap());
        self.run().await;
    }

    async fn waits(&self) -> Vec<Value> {
        self.list("decisions").await.into_iter().filter(|d| d["verdict"] == "wait" && d["rule"] == "A7").collect()
    }
}

both_engines! {
    async fn a_call_on_shabbat_is_answered_after_it_and_the_ledger_says_so(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.set(json!({"keeps_shabbat": true})).await;
        shop.until(FRIDAY).await;
        shop.report(&shop.missed("call-1")).await;
        shop.pass(minutes(2)).await;
        shop.pass(minutes(600)).await;
        assert!(shop.to_caller().is_empty());
        let waits = shop.waits().await;
        assert_eq!((waits.len(), &waits[0]["reason"], &waits[0]["wait_until"]), (1, &json!("rest"), &json!(NIGHTFALL)));
        let words = waits[0]["explanation"].as_str().unwrap();
        assert!(words.contains("יום שבת 17:15") && words.contains("השבת"), "{words}");
        assert_eq!(waits[0]["evidence"]["occasion"], "shabbat");
        shop.until(NIGHTFALL).await;
        assert_eq!(shop.to_caller().len(), 1, "it did not expire by waiting");
    }

    async fn who_was_spoken_with_meanwhile_is_not_written_to_after_shabbat(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.set(json!({"keeps_shabbat": true})).await;
        shop.until(FRIDAY).await;
        shop.report(&shop.missed("call-1")).await;
        shop.pass(minutes(2)).await;
        let id = shop.list("episodes").await[0]["id"].as_str().unwrap().to_owned();
        assert!(shop.app.post(&format!("/api/v1/episodes/{id}/spoke"), &shop.key, json!({})).await.status.is_success());
        shop.until(NIGHTFALL).await;
        shop.pass(minutes(60)).await;
        assert!(shop.to_caller().is_empty());
    }

    async fn what_waited_is_let_go_one_after_the_other(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.set(json!({"keeps_shabbat": true, "limits": {"released_per_minute": 1}})).await;
        shop.until(FRIDAY).await;
        let callers = ["0501234561", "0501234562", "0501234563"];
        for caller in callers {
            shop.report(&shop.missed_from(caller, caller)).await;
        }
        shop.pass(minutes(2)).await;
        shop.until(NIGHTFALL).await;
        let sent = || callers.iter().map(|c| shop.fake.sent_to(&format!("+972{}", &c[1..])).len()).sum::<usize>();
        for expected in 1..=3 {
            assert_eq!(sent(), expected);
            shop.pass(minutes(1)).await;
        }
        assert_eq!(sent(), 3, "each once");
    }

    async fn an_emergency_stop_holds_everything_back_and_tells_it_once(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.report(&shop.missed("call-1")).await;
        shop.set(json!({"emergency_stop": true})).await;
        shop.pass(minutes(2)).await;
        shop.pass(minutes(61)).await;
        shop.pass(minutes(61)).await;
        assert!(shop.to_caller().is_empty());
        let waits = shop.waits().await;
        assert_eq!((waits.len(), &waits[0]["reason"]), (1, &json!("emergency_stop")));
        shop.set(json!({"emergency_stop": false})).await;
        assert_eq!(shop.to_caller().len(), 1, "lifted: it goes at once");

        shop.set(json!({"emergency_stop": true})).await;
        shop.says("היי, צריך אינסטלטור").await;
        assert_eq!(shop.to_caller().len(), 1, "the answer waits at the door");
        shop.set(json!({"emergency_stop": false})).await;
        shop.pass(minutes(1)).await;
        assert_eq!(shop.to_caller().len(), 2);
    }

    async fn the_api_shows_when_messages_may_go(db: TestDb) {
        let shop = Shop::open(db).await;
        let weekly = json!([{"days": ["sun", "mon", "tue", "wed", "thu"], "from": "09:00", "to": "18:00"}]);
        shop.set(json!({"keeps_shabbat": true, "opening_hours": weekly})).await;
        let hours = shop.app.get(&format!("/api/v1/hours?at={FRIDAY}"), &shop.key).await.json();
        assert_eq!((&hours["first_message"]["at"], &hours["reminder"]["at"]), (&json!(NIGHTFALL), &json!(NIGHTFALL)));
        assert_eq!(hours["first_message"]["waits_for"][0]["occasion"], "shabbat");
        assert!(hours["first_message"]["explanation"].as_str().unwrap().contains("יום שבת 17:15"), "{hours}");
        assert_eq!((&hours["rest"]["place"], &hours["rest"]["until"]), (&json!("Jerusalem"), &json!(NIGHTFALL)));
        assert_eq!(hours["opening"], json!({"open": false, "closes_at": null, "opens_at": "2026-11-29T07:00:00Z"}));
        let monday = shop.app.get("/api/v1/hours?at=2026-11-30T10:00:00Z", &shop.key).await.json();
        assert_eq!((&monday["reminder"]["at"], &monday["reminder"]["explanation"]), (&json!("2026-11-30T10:00:00Z"), &Value::Null));
        let abroad = shop.app.get("/api/v1/hours?at=2026-11-30T10:00:00Z&phone=%2B12125550123", &shop.key).await.json();
        assert_eq!(abroad["reminder"]["waits_for"][0]["why"], "their_night", "{abroad}");
        assert_eq!(shop.app.get("/api/v1/hours?at=soon", &shop.key).await.status, StatusCode::BAD_REQUEST);
    }

    async fn whoever_keeps_shabbat_says_where(db: TestDb) {
        let app = App::new(db).await;
        let mut body = tenant("Nowhere");
        body["place"] = json!("Atlantis");
        body["time_zone"] = json!("Asia/Tokyo");
        body["settings"] = json!({"keeps_shabbat": true});
        let refused = app.post("/api/v1/tenants", ADMIN, body.clone()).await;
        assert_eq!((refused.status, &refused.json()["errors"][0]["field"]), (StatusCode::BAD_REQUEST, &json!("place")));
        body["settings"]["shabbat"] = json!({"latitude": 35.68, "longitude": 139.69});
        let made = app.post("/api/v1/tenants", ADMIN, body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let key = made.json()["api_key"].as_str().unwrap().to_owned();
        let moved = app.patch("/api/v1/tenant", &key, json!({"place": "תל אביב"})).await;
        assert_eq!((moved.status, &moved.json()["place"]), (StatusCode::OK, &json!("תל אביב")));
        let back = app.patch("/api/v1/tenant", &key, json!({"place": "", "settings": {"shabbat": null}})).await;
        assert_eq!(back.status, StatusCode::BAD_REQUEST, "{}", back.text);
    }
}

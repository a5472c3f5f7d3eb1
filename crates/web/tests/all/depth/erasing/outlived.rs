//! What was kept for long enough goes by itself (P10): raw events, and people with whom there was nothing for long.

use super::super::world::{CALLER, DID, Shop};
use super::{NEIGHBOUR, erase, id, traces};
use http::StatusCode;
use jiff::SignedDuration;
use ringleader_providers::voicenter::fake::Scenario as Rings;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Shop {
    /// So many nights go by.
    async fn nights(&self, nights: u32) {
        for _ in 0..nights {
            self.pass(DAY).await;
        }
    }

    async fn actors(&self) -> Vec<Value> {
        self.list("erasures").await.into_iter().map(|it| it["actor"].clone()).collect()
    }
}

both_engines! {
    async fn who_was_not_heard_of_for_long_is_erased_and_who_was_stays(db: TestDb) {
        let shop = Shop::open(db).await;
        for settings in [json!({"people_days": 30}), json!({"events_days": 1})] {
            let wrong = shop.app.patch("/api/v1/tenant", &shop.key, json!({"settings": {"retention": settings}})).await;
            assert_eq!(wrong.status, StatusCode::BAD_REQUEST, "{}", wrong.text);
        }
        shop.missed(CALLER).await;
        shop.grace().await;
        shop.says(CALLER, "my name is Sam Zorbax and I need a plumsock tomorrow morning").await;
        shop.missed(NEIGHBOUR).await;
        shop.grace().await;
        let landlord = "+972501234570";
        shop.missed(landlord).await;
        shop.grace().await;
        shop.change_contact(landlord, json!({"kind": "landlord"})).await;
        shop.nights(3).await;
        shop.done_with_tasks().await;
        shop.set(json!({"retention": {"people_days": 90}})).await;
        shop.nights(80).await;
        shop.says(NEIGHBOUR, "my name is Robin Hale, are you there?").await;
        assert_eq!(shop.actors().await, [] as [Value; 0], "not yet");
        let then = async || shop.get("loss-account?date=2026-11-23").await;
        let before = then().await;
        assert_eq!(before["missed"], 3, "{before}");
        shop.nights(20).await;
        let receipts = shop.list("erasures").await;
        assert_eq!(receipts.len(), 1, "{receipts:?}");
        assert_eq!((&receipts[0]["actor"], &receipts[0]["reason"]), (&json!("retention"), &json!("לא היה קשר 90 ימים")));
        let nobody = shop.app.db.store.ids().new_id();
        assert_eq!(traces(&shop, nobody).await, []);
        assert_eq!(shop.contact(NEIGHBOUR).await["name"], "Robin Hale");
        assert_eq!(shop.contact(landlord).await["kind"], "landlord");
        assert_eq!(then().await, before, "what was counted stays");
        assert!(shop.list("audit?limit=200").await.iter().any(|it| it["actor"] == "retention"));
    }

    async fn each_goes_by_themselves_and_who_left_is_the_only_one_who_left(db: TestDb) {
        let shop = Shop::open(db).await;
        for number in [CALLER, NEIGHBOUR] {
            shop.missed(number).await;
            shop.grace().await;
        }
        shop.says(CALLER, "STOP").await;
        let searching = "+972501234571";
        shop.missed(searching).await;
        shop.grace().await;
        let person = id(&shop.contact(searching).await).parse().unwrap();
        let mut tx = shop.app.db.store.begin(shop.tenant().await).await.unwrap();
        tx.searches().save(person, &Default::default()).await.unwrap();
        tx.commit().await.unwrap();
        shop.nights(4).await;
        shop.done_with_tasks().await;
        shop.set(json!({"retention": {"people_days": 90}})).await;
        shop.nights(100).await;
        assert_eq!(shop.actors().await, ["retention", "retention"], "each has a receipt");
        assert_eq!(shop.list("contacts").await.len(), 1, "whoever waits for news of a search stays");
        for number in [CALLER, NEIGHBOUR] {
            shop.missed(number).await;
            shop.grace().await;
        }
        assert!(!shop.contact(CALLER).await["opted_out_at"].is_null());
        assert!(shop.contact(NEIGHBOUR).await["opted_out_at"].is_null());
        let openers = shop.on_whatsapp(NEIGHBOUR).into_iter().filter(|sent| sent.template.as_ref().is_some_and(|it| it.0 == "first"));
        assert_eq!(openers.count(), 2, "before and after");
    }

    async fn in_whose_way_something_stands_is_let_be_and_keeps_nobody_else(db: TestDb) {
        let shop = Shop::open(db).await;
        for number in [NEIGHBOUR, CALLER] {
            shop.missed(number).await;
            shop.grace().await;
        }
        let elsewhere = Rings::missed("0501234569", "0779999999");
        shop.report(&elsewhere.id("call-9").at(shop.app.db.clock.now())).await;
        shop.nights(4).await;
        shop.done_with_tasks().await;
        shop.set(json!({"retention": {"people_days": 90}})).await;
        shop.nights(100).await;
        assert_eq!(shop.actors().await, ["retention"], "what is in the tray of the other waits for a person");
        assert_eq!(shop.contact(NEIGHBOUR).await["kind"], "lead");
        let tray = shop.list("inbox?state=unroutable").await;
        let discarded = shop.app.post(&format!("/api/v1/inbox/{}/discard", id(&tray[0])), &shop.key, json!({})).await;
        assert!(discarded.status.is_success(), "{}", discarded.text);
        shop.nights(1).await;
        assert_eq!(shop.actors().await, ["retention", "retention"]);
        assert!(shop.list("contacts").await.is_empty());
    }

    async fn raw_events_go_and_what_waits_for_a_person_stays(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.missed(CALLER).await;
        shop.grace().await;
        let elsewhere = Rings::missed("0501234567", "0779999999");
        shop.report(&elsewhere.id("call-9").at(shop.app.db.clock.now())).await;
        shop.nights(40).await;
        assert_eq!(shop.list("inbox?limit=200").await.len(), 2, "where nothing is said, everything is kept");
        shop.set(json!({"retention": {"events_days": 70}})).await;
        let states = async || -> Vec<Value> { shop.list("inbox?limit=200").await.into_iter().map(|it| it["state"].clone()).collect() };
        assert_eq!(states().await.len(), 2);
        shop.nights(29).await;
        assert_eq!(states().await.len(), 2, "not yet");
        shop.nights(3).await;
        assert_eq!(states().await, [json!("unroutable")]);
        let receipts = shop.list("erasures").await;
        assert_eq!((receipts.len(), &receipts[0]["counts"]), (1, &json!({"inbox": 1})), "{receipts:?}");
        assert_eq!(shop.list("calls").await.len(), 1, "what came of it stays");
        // The same record again, so late, is still the same call.
        let sent = shop.on_whatsapp(CALLER).len();
        let again = Rings::missed("0501234567", DID);
        shop.report(&again.id("call-1").at(shop.app.db.clock.now() - SignedDuration::from_hours(24 * 32))).await;
        shop.grace().await;
        assert_eq!((shop.list("calls").await.len(), shop.on_whatsapp(CALLER).len()), (1, sent));
        // The one receipt of events stands where the last of them went, above what was erased in between.
        shop.missed(NEIGHBOUR).await;
        shop.grace().await;
        assert_eq!(erase(&shop, &id(&shop.contact(NEIGHBOUR).await)).await.status, StatusCode::OK);
        assert_ne!(shop.actors().await[0], "retention");
        shop.nights(72).await;
        let receipts = shop.list("erasures").await;
        assert_eq!((receipts.len(), &receipts[0]["counts"]), (2, &json!({"inbox": 3})), "{receipts:?}");
    }
}

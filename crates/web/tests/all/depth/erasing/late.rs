//! What comes about a person after they were erased, or waited before (P10, P1): it brings nobody back, and stays nowhere.

use super::super::world::{CALLER, DID, Plan, SMS_URL, Shop};
use super::{NEIGHBOUR, erase, id, traces};
use http::StatusCode;
use jiff::SignedDuration;
use ringleader_jobs::actions::{self, ActionError};
use ringleader_providers::voicenter::fake::Scenario as Rings;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;
use std::time::Duration;

both_engines! {
    async fn late_news_of_a_message_to_who_was_erased_is_forgotten(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.missed(CALLER).await;
        shop.grace().await;
        let (sent, ours) = (shop.on_whatsapp(CALLER).remove(0), id(&shop.list("messages").await[0]));
        let person = id(&shop.contact(CALLER).await);
        assert_eq!(erase(&shop, &person).await.status, StatusCode::OK);
        let tasks = shop.tasks().await;
        let failed = json!({"id": sent.id, "status": "failed", "recipient_id": CALLER.trim_start_matches('+'),
            "biz_opaque_callback_data": ours, "timestamp": shop.app.db.clock.now().as_second().to_string(),
            "errors": [{"code": 131_026, "title": "Message undeliverable"}]});
        shop.hook("messages", json!({"statuses": [failed]})).await;
        shop.pass(SignedDuration::from_mins(1)).await;
        let nobody = shop.app.db.store.ids().new_id();
        assert_eq!((traces(&shop, nobody).await, shop.tasks().await), (vec![], tasks));
    }

    async fn who_became_part_of_them_while_it_was_looked_for_is_not_overlooked(db: TestDb) {
        let shop = Shop::open(db).await;
        for number in [CALLER, NEIGHBOUR] {
            shop.missed(number).await;
            shop.grace().await;
        }
        let [person, other] = [shop.contact(CALLER).await, shop.contact(NEIGHBOUR).await].map(|it| id(&it).parse().unwrap());
        let tenant = shop.tenant().await;
        let mut tx = shop.app.db.store.begin(tenant).await.unwrap();
        tx.contacts().lock(person).await.unwrap();
        let mut erasing = Box::pin(actions::erase_contact(&shop.app.cx, tenant, person, "asked", "test"));
        let waits = tokio::time::timeout(Duration::from_secs(1), &mut erasing).await;
        assert!(waits.is_err(), "it has looked, and waits for who holds them");
        actions::merge(&mut tx, person, other, "test").await.unwrap();
        tx.commit().await.unwrap();
        let refused = erasing.await.unwrap_err();
        assert!(matches!(&refused, ActionError::Conflict(why) if why.contains("merged")), "{refused:?}");
        assert_eq!(erase(&shop, &person.to_string()).await.status, StatusCode::OK);
        let nobody = shop.app.db.store.ids().new_id();
        assert_eq!(traces(&shop, nobody).await, []);
        assert!(shop.list("contacts").await.is_empty(), "both went");
    }

    async fn late_news_of_a_text_message_too(db: TestDb) {
        let shop = Shop::planned(db, Plan { whatsapp: false, ..Plan::default() }).await;
        shop.missed(CALLER).await;
        shop.grace().await;
        let sent = shop.by_sms(CALLER).remove(0);
        assert_eq!(erase(&shop, &id(&shop.contact(CALLER).await)).await.status, StatusCode::OK);
        let told = shop.twilio.outcome(&sent, SMS_URL);
        assert!(told.0.contains("501234567"), "{}", told.0);
        assert_eq!(shop.twilio_hook("/webhooks/twilio/messages", &told).await.status, StatusCode::OK);
        shop.pass(SignedDuration::from_mins(1)).await;
        let nobody = shop.app.db.store.ids().new_id();
        assert_eq!(traces(&shop, nobody).await, []);
    }

    async fn a_leg_that_comes_late_makes_nobody_new(db: TestDb) {
        let shop = Shop::open(db).await;
        let at = shop.app.db.clock.now() - SignedDuration::from_mins(4);
        shop.report(&Rings::transferred("0501234567", DID).id("call-1").at(at)).await;
        assert_eq!(erase(&shop, &id(&shop.contact(CALLER).await)).await.status, StatusCode::OK);
        let onward = Rings::missed("0501234567", DID).id("call-1-y").at(at).set("OriginalIvrUniqueID", "call-1-x");
        shop.report(&onward.set("type", "XferCDR")).await;
        // Even one that names a call we never heard of as the one that it is a part of.
        let inner = Rings::missed("0501234567", DID).id("call-1").at(at).set("OriginalIvrUniqueID", "call-0");
        shop.report(&inner.set("type", "XferCDR")).await;
        assert!(shop.list("contacts").await.is_empty());
        assert!(shop.list("calls").await.iter().all(|call| call["from"].is_null()));
        // And where the line is gone by then.
        let line = id(&shop.list("lines").await[0]);
        let gone = shop.app.call(http::Method::DELETE, &format!("/api/v1/lines/{line}"), &shop.key, None).await;
        assert!(gone.status.is_success(), "{}", gone.text);
        shop.report(&Rings::answered("0501234567", DID, 31).id("call-1").at(at)).await;
        let inner = Rings::missed("0501234567", DID).id("call-1").at(at).set("OriginalIvrUniqueID", "call-00");
        shop.report(&inner.set("type", "XferCDR")).await;
        let nobody = shop.app.db.store.ids().new_id();
        assert_eq!(traces(&shop, nobody).await, []);
    }

    async fn what_could_not_be_handled_is_settled_before_and_does_not_come_back(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.missed(CALLER).await;
        shop.grace().await;
        let at = shop.app.db.clock.now();
        shop.report(&Rings::missed("0501234567", "0779999999").id("call-9").at(at)).await;
        let event = shop.list("inbox?state=unroutable").await.remove(0);
        let person = id(&shop.contact(CALLER).await);
        let refused = erase(&shop, &person).await;
        assert!(refused.status == StatusCode::CONFLICT && refused.text.contains("tray"), "{}", refused.text);
        let path = format!("/api/v1/inbox/{}", id(&event));
        for (times, status) in [(1, StatusCode::OK), (2, StatusCode::CONFLICT)] {
            let answer = shop.app.post(&format!("{path}/discard"), &shop.key, json!({})).await;
            assert_eq!(answer.status, status, "{times}: {}", answer.text);
        }
        assert_eq!(erase(&shop, &person).await.status, StatusCode::OK);
        let nobody = shop.app.db.store.ids().new_id();
        assert_eq!(traces(&shop, nobody).await, []);
        let again = shop.app.post(&format!("{path}/replay"), &shop.key, json!({})).await;
        assert!(again.status == StatusCode::CONFLICT && again.text.contains("forgotten"), "{}", again.text);
        let line = json!({"number": "0779999999", "uses": ["missed_call"]});
        assert_eq!(shop.app.post("/api/v1/lines", &shop.key, line).await.status, StatusCode::CREATED);
        shop.run().await;
        assert_eq!(shop.get(&format!("inbox/{}", id(&event))).await["state"], "discarded");
        assert!(shop.list("contacts").await.is_empty());
    }
}

//! Sends whose answer is lost (P2): never repeated blindly, settled by what the provider tells or by a person.

use crate::shop::{Shop, minutes, seconds};
use ringleader_core::conversation::Channel;
use ringleader_core::message::{Audience, Content};
use ringleader_jobs::work::send_message;
use ringleader_providers::whatsapp_cloud::fake::{CustomerSpec, Failing, Fault};
use ringleader_store::both_engines;
use ringleader_store::repo::{Identity, NewMessage};
use ringleader_store::testing::TestDb;
use serde_json::json;

const LOST: [Fault; 3] = [Fault::CutAfterAccept, Fault::Http500AfterAccept, Fault::GarbageAfterAccept];

/// The newest first message.
async fn opener(shop: &Shop) -> serde_json::Value {
    shop.wished().await.into_iter().rfind(|message| message["purpose"] == "first_message").unwrap()
}

both_engines! {
    async fn a_lost_answer_is_not_repeated_when_the_status_event_proves_that_it_went(db: TestDb) {
        let shop = Shop::open(db).await;
        for (n, fault) in LOST.into_iter().enumerate() {
            let (caller, local) = (format!("+97250123456{n}"), format!("050123456{n}"));
            shop.report(&shop.missed_from(&local, &format!("call-{n}"))).await;
            shop.fake.fail_next(1, fault.clone());
            shop.pass(minutes(2)).await;
            assert_eq!(shop.wished().await.last().unwrap()["status"], "delivered", "{fault:?}");
            shop.pass_in_steps(30, minutes(1)).await;
            assert_eq!(shop.fake.sent_to(&caller).len(), 1, "{fault:?}");
        }
        assert!(shop.tasks("check_send").await.is_empty());
        assert_eq!(shop.fake.counts().duplicate_keys, 0);
    }

    async fn a_lost_answer_without_proof_is_a_persons_matter_and_a_late_proof_settles_it(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.fake.behave(|behaviour| {
            behaviour.sent_ms = Some(30 * 60_000);
            behaviour.delivered_ms = None;
        });
        for (n, fault) in LOST.into_iter().chain([Fault::CutBefore]).enumerate() {
            let (caller, local) = (format!("+97250123456{n}"), format!("050123456{n}"));
            shop.report(&shop.missed_from(&local, &format!("call-{n}"))).await;
            shop.fake.fail_next(1, fault.clone());
            shop.pass(minutes(2)).await;
            assert_eq!(shop.wished().await.last().unwrap()["status"], "unknown");
            shop.pass_in_steps(15, minutes(1)).await;
            let message = opener(&shop).await;
            assert_eq!((&message["status"], &message["error"]["code"]), (&json!("held"), &json!("unknown_outcome")));
            assert_eq!(shop.tasks("check_send").await.len(), 1, "{fault:?}");
            shop.pass_in_steps(20, minutes(1)).await;
            let went = fault != Fault::CutBefore;
            assert_eq!(shop.fake.sent_to(&caller).len(), usize::from(went), "never blindly repeated: {fault:?}");
            assert_eq!(opener(&shop).await["status"], if went { "sent" } else { "held" });
            assert_eq!(shop.tasks("check_send").await.len(), usize::from(!went), "the proof answers the question");
        }
        assert!(shop.decided("hold", "unknown_outcome").await);
        let never = format!("+97250123456{}", LOST.len());
        shop.report(&shop.missed_from(&format!("050123456{}", LOST.len()), "call-again")).await;
        shop.pass(minutes(3)).await;
        assert!(shop.fake.sent_to(&never).is_empty(), "a second call is no reason for what may be the second message");
        assert!(shop.decided("hold", "unknown_outcome").await);
        shop.pass_in_steps(30, minutes(60)).await;
        assert!(shop.fake.sent_to(&never).is_empty(), "nobody is reminded of what they may not have read");
        assert!(shop.decided("skip", "unknown_outcome").await);
    }

    async fn a_text_message_whose_answer_is_lost_is_looked_up_and_sent_again_only_if_it_did_not_go(db: TestDb) {
        let shop = Shop::open(db).await.with_sms().await;
        for (n, fault) in [Fault::CutAfterAccept, Fault::CutBefore].into_iter().enumerate() {
            let (caller, local) = (format!("+97250123456{n}"), format!("050123456{n}"));
            let fails = Some(Failing { code: 131_026, later: false });
            shop.fake.customer(&caller, CustomerSpec { fails, ..CustomerSpec::default() });
            shop.sms.fail_next(1, fault.clone());
            shop.report(&shop.missed_from(&local, &format!("call-{n}"))).await;
            shop.pass(minutes(2)).await;
            assert_eq!(shop.wished().await.last().unwrap()["status"], "unknown");
            shop.pass_in_steps(11, minutes(1)).await;
            shop.pass(seconds(5)).await;
            assert_eq!(shop.texts_to(&caller).len(), 1, "{fault:?}");
            assert_eq!(shop.wished().await.last().unwrap()["status"], "accepted");
        }
        assert!(shop.tasks("check_send").await.is_empty());
    }

    async fn what_looks_like_an_earlier_message_is_a_persons_matter(db: TestDb) {
        let shop = Shop::open(db).await.with_sms().await;
        let tenant = shop.app.get("/api/v1/tenant", &shop.key).await.id().parse().unwrap();
        let phone = ringleader_core::phone::parse("050-123-4560", "IL").phone.unwrap();
        for (key, fault) in [("one", None), ("two", Some(Fault::CutBefore))] {
            fault.into_iter().for_each(|fault| shop.sms.fail_next(1, fault));
            let mut tx = shop.app.cx.store.begin(tenant).await.unwrap();
            let contact = tx.contacts().find_or_make(&[Identity::Phone(phone.clone())]).await.unwrap();
            let connection = tx.connections().of_kind("twilio").await.unwrap().remove(0);
            let (chat, _) = tx.conversations().find_or_make(contact.id, Channel::Sms, connection.id, Some(&phone)).await.unwrap();
            let wish = NewMessage {
                send_key: key.to_owned(),
                conversation_id: Some(chat.id),
                contact_id: Some(contact.id),
                lead_id: None,
                episode_id: None,
                audience: Audience::Contact,
                channel: Channel::Sms,
                connection_id: Some(connection.id),
                to: Some(phone.clone()),
                to_email: None,
                content: Content::Text { body: "The same words".to_owned() },
                purpose: "reception".to_owned(),
            };
            send_message::wish(&mut tx, &wish).await.unwrap().unwrap();
            tx.commit().await.unwrap();
            shop.run().await;
        }
        shop.pass_in_steps(15, minutes(1)).await;
        let wished = shop.wished().await;
        let states: Vec<&str> = wished.iter().map(|message| message["status"].as_str().unwrap()).collect();
        assert_eq!(states, ["accepted", "held"], "the one is not taken for the other");
        assert_eq!((shop.tasks("check_send").await.len(), shop.texts_to("+972501234560").len()), (1, 1));
    }
}

//! WhatsApp and text messages over one account, each from its own number (A8, C12).

use super::desk::agency_over;
use super::world::{CALLER, Plan, SMS_FROM, Shop, minutes};
use http::StatusCode;
use jiff::SignedDuration;
use ringleader_providers::faults::Fault;
use ringleader_providers::twilio::fake::SentSms;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;

const NUMBER: &str = "+442079460018";
const OTHER: &str = "+972501234568";
const FIRST: &str = "HX00000000000000000000000000000001";

fn plan() -> Plan {
    let template = json!({"name": FIRST, "language": "he"});
    let settings = json!({"templates": {"first_message": template}});
    Plan { whatsapp: false, whatsapp_from: Some(NUMBER), settings, ..Plan::default() }
}

impl Shop {
    /// A customer writes on WhatsApp, through the carrier.
    async fn chats(&self, from: &str, text: &str) {
        self.writes(&format!("whatsapp:{from}"), &format!("whatsapp:{NUMBER}"), text).await;
    }

    /// What they got on WhatsApp.
    fn chatted(&self, to: &str) -> Vec<SentSms> {
        self.by_sms(&format!("whatsapp:{to}"))
    }
}

both_engines! {
    async fn a_whole_talk_goes_over_whatsapp_and_text_messages_stay_text_messages(db: TestDb) {
        let shop = agency_over(db, plan()).await;
        let last = |to: &str| shop.chatted(to).pop().expect("an answer").body;
        shop.chats(CALLER, "Hi, I'm looking for a two bedroom flat to rent in Maida Vale up to 2200 a month").await;
        assert!(last(CALLER).ends_with("\n1. Elgin Avenue\n2. Lauderdale Road"), "{}", last(CALLER));
        shop.chats(CALLER, "2").await;
        assert!(last(CALLER).contains("Lauderdale Road") && last(CALLER).contains("\n3. "), "{}", last(CALLER));
        shop.chats(CALLER, "1").await;
        shop.chats(CALLER, "Sam Hill").await;
        assert!(last(CALLER).contains("Is that right?\n1. Yes\n2. No"), "{}", last(CALLER));
        shop.chats(CALLER, "1").await;
        assert!(last(CALLER).starts_with("That's booked"), "{}", last(CALLER));
        assert_eq!(shop.lead().await["status"], "viewing_booked");
        assert!(shop.chatted(CALLER).iter().all(|sent| sent.from == format!("whatsapp:{NUMBER}") && sent.error.is_none()));
        assert!(shop.by_sms(CALLER).is_empty(), "nothing of it is a text message");
        shop.texts(OTHER, "my shower is leaking").await;
        assert!(shop.by_sms(OTHER).pop().unwrap().body.contains("address"));
        assert!(shop.by_sms(OTHER).iter().all(|sent| sent.from == SMS_FROM) && shop.chatted(OTHER).is_empty());
    }

    async fn photos_go_as_files_over_it(db: TestDb) {
        let shop = agency_over(db, plan()).await;
        let property = json!({"reference": "MV-1", "deal": "rent", "kind": "flat", "street": "Elgin Avenue",
            "area": "Maida Vale", "postcode": "W9 2AB", "bedrooms": 2, "price": 2100,
            "media": [{"kind": "photo", "url": "https://homes.example/1.jpg"}]});
        shop.post("properties", property).await;
        shop.chats(CALLER, "I'd like to view the flat on Elgin Avenue").await;
        shop.chats(CALLER, "can you send me the photos please").await;
        shop.pass(minutes(1)).await;
        let files: Vec<String> = shop.chatted(CALLER).into_iter().filter_map(|sent| sent.media).collect();
        assert_eq!(files, ["https://homes.example/1.jpg"], "{:?}", shop.chatted(CALLER));
    }

    async fn outside_the_window_a_template_goes_and_a_closed_window_is_heard_of_at_once_or_later(db: TestDb) {
        let shop = Shop::planned(db, plan()).await;
        shop.twilio.content(FIRST, "Hello from {{1}}");
        shop.missed("0501234567").await;
        shop.grace().await;
        let opener = shop.chatted(CALLER).pop().expect("the first message");
        assert_eq!((opener.template.as_deref(), opener.body.as_str()), (Some(FIRST), "Hello from \u{2068}Plumbers\u{2069}"));
        assert!(shop.by_sms(CALLER).is_empty());
        for later in [false, true] {
            shop.pass(SignedDuration::from_hours(24 * 8)).await;
            shop.chats(OTHER, "טעות במספר, לא התקשרתי אליכם").await; // the window is open now, and no chat is
            shop.pass(minutes(10)).await;
            let before = shop.chatted(OTHER).len();
            if !later {
                shop.twilio.fail_next(1, Fault::Error { code: 63016 });
            }
            shop.missed("0501234568").await;
            shop.grace().await;
            if later {
                let sent = shop.chatted(OTHER).pop().unwrap();
                assert!(sent.template.is_none(), "{sent:?}");
                let failed = SentSms { error: Some(63016), ..sent };
                let signed = shop.twilio.outcome(&failed, "https://ring.example/webhooks/twilio/messages/status");
                assert_eq!(shop.twilio_hook("/webhooks/twilio/messages/status", &signed).await.status, StatusCode::OK);
            }
            shop.run().await;
            let sent = shop.chatted(OTHER).split_off(before);
            assert_eq!(sent.last().and_then(|sent| sent.template.as_deref()), Some(FIRST), "later: {later}: {sent:?}");
        }
        assert!(shop.decided("send", "A8", "template_instead").await);
    }

    async fn an_account_without_a_number_for_it_carries_no_whatsapp(db: TestDb) {
        let shop = Shop::planned(db, Plan { whatsapp_from: None, ..plan() }).await;
        shop.missed("0501234567").await;
        shop.grace().await;
        assert_eq!((shop.by_sms(CALLER).len(), shop.chatted(CALLER).len()), (1, 0));
    }
}

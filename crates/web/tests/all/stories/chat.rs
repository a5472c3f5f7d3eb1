//! What customers write, and what the bot makes of it (A9, A11, A14, A15).

use crate::shop::{CALLER, OWNER, Shop, minutes, seconds};
use ringleader_providers::whatsapp_cloud::fake::Says;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

both_engines! {
    async fn who_gives_only_a_name_is_asked_for_the_need(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.says("קוראים לי דני").await;
        assert_eq!(shop.purposes().await, ["first_message", "ask_need"]);
        let lead = shop.lead().await;
        assert_eq!((&lead["name"], &lead["need"], &lead["status"]), (&json!("דני"), &Value::Null, &json!("qualifying")));
        assert!(shop.to_caller()[1].text.contains("דני"), "by name");
    }

    async fn who_gives_only_a_need_is_asked_for_the_name_and_not_for_the_need(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.says("I need an electrician to hang a lamp").await;
        assert_eq!(shop.purposes().await, ["first_message", "ask_name"]);
        shop.says("Daniel").await;
        assert_eq!(shop.purposes().await.last().unwrap(), "ask_preference");
        let lead = shop.lead().await;
        assert_eq!(lead["name"], "Daniel");
        assert!(lead["need"].as_str().unwrap().contains("electrician"), "{lead}");
    }

    async fn who_says_nothing_useful_is_asked_each_thing_twice_in_other_words_and_then_people_take_it_from_there(db: TestDb) {
        let shop = Shop::opened(db).await;
        for _ in 0..9 {
            shop.says("אהלן").await;
        }
        let asked = ["first_message", "ask_name", "ask_name_again", "ask_need", "ask_need_again", "ask_preference",
            "ask_preference_again", "confirm_partial", "thanks_later"];
        assert_eq!(shop.purposes().await, asked, "nothing a third time, and one thanks");
        let texts: std::collections::HashSet<String> = shop.to_caller().into_iter().map(|sent| sent.text).collect();
        assert_eq!(texts.len(), asked.len(), "in other words each time");
        let chat = shop.list("conversations").await;
        assert_eq!((&chat[0]["state"], &chat[0]["closed_reason"]), (&json!("completed"), &json!("partial")));
        assert_eq!(shop.tasks("review").await.len(), 1, "someone reads it and decides");
        shop.pass(minutes(6)).await;
        assert_eq!(shop.fake.sent_to(OWNER).len(), 2, "and the owner hears of what came afterwards");
    }

    async fn an_opt_out_is_confirmed_once_and_final_in_either_language(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.says("תפסיקו לשלוח לי הודעות בבקשה").await;
        assert_eq!(shop.purposes().await.last().unwrap(), "opt_out_done");
        shop.says("הסר").await;
        shop.report(&shop.missed("call-2")).await;
        shop.pass_in_steps(60, minutes(60)).await;
        assert_eq!(shop.to_caller().len(), 2, "silence after the confirmation");
        assert!(shop.decided("skip", "opted_out").await);
        shop.says("START").await;
        assert_eq!(shop.purposes().await.last().unwrap(), "opt_in_done");
        shop.says("Please stop texting me").await;
        assert_eq!(shop.purposes().await.last().unwrap(), "opt_out_done");
        assert!(shop.list("contacts").await[0]["opted_out_at"].is_string());
        shop.says("STOP").await;
        assert_eq!(shop.to_caller().len(), 4, "one confirmation for each time");
    }

    async fn a_wrong_number_ends_politely_and_is_left_alone(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.says("טעות במספר, לא התקשרתי אליכם").await;
        assert_eq!(shop.purposes().await, ["first_message", "wrong_number"]);
        assert_eq!(shop.lead().await["status"], "lost");
        shop.pass_in_steps(60, minutes(60)).await;
        assert_eq!(shop.to_caller().len(), 2, "no reminders");
    }

    async fn a_burst_is_answered_once(db: TestDb) {
        let shop = Shop::open(db).await;
        for text in ["היי", "קוראים לי דני", "צריך אינסטלטור", "מחר בבוקר"] {
            shop.write(text).await;
            shop.pass(seconds(1)).await;
        }
        assert!(shop.to_caller().is_empty());
        shop.pass(seconds(5)).await;
        assert_eq!(shop.to_caller().len(), 1);
        assert_eq!(shop.lead().await["status"], "qualified");
    }

    async fn a_voice_note_is_kept_and_brings_one_request_to_type(db: TestDb) {
        let shop = Shop::opened(db).await;
        for _ in 0..2 {
            shop.fake.customer_says(CALLER, Says::Voice);
            shop.run().await;
            shop.pass(seconds(5)).await;
        }
        assert_eq!(shop.purposes().await, ["first_message", "please_type"]);
        let kept = shop.list("messages?audience=contact").await;
        assert_eq!(kept.iter().filter(|message| message["kind"] == "media").count(), 2, "{kept:?}");
        shop.says("קוראים לי דני").await;
        assert_eq!(shop.purposes().await.last().unwrap(), "ask_need");
    }

    async fn everything_that_is_no_text_is_kept_and_shown(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.says("קוראים לי דני").await;
        let quoted = shop.to_caller()[0].id.clone();
        let said = [
            Says::Image { caption: None },
            Says::Location { latitude: 31.77, longitude: 35.21 },
            Says::Reaction { message_id: quoted, emoji: Some("👍".into()) },
            Says::Unsupported,
        ];
        let before = shop.list("messages?audience=contact").await.len();
        let count = said.len();
        for says in said {
            shop.fake.customer_says(CALLER, says);
            shop.run().await;
        }
        let kept = shop.list("messages?audience=contact").await;
        assert_eq!(kept.len(), before + count, "{kept:?}");
    }
}

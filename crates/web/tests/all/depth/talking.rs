//! Conversation depth: every kind of message, late replies, second enquiries, people taking over, corrections (A9-A11, A15, P9).

use super::world::{CALLER, Shop, minutes};
use http::{Method, StatusCode};
use jiff::SignedDuration;
use ringleader_providers::whatsapp_cloud::fake::Fault;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

/// Message and the kind it is kept as, and whether the bot answers it.
fn kinds() -> Vec<(Value, &'static str, bool)> {
    vec![
        (json!({"type": "text", "text": {"body": "שלום"}}), "text", true),
        (json!({"type": "button", "button": {"payload": "yes", "text": "כן"}}), "choice", true),
        (
            json!({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "1", "title": "כן"}}}),
            "choice",
            true,
        ),
        (
            json!({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "1", "title": "מזגן"}}}),
            "choice",
            true,
        ),
        (json!({"type": "image", "image": {"id": "1", "mime_type": "image/jpeg"}}), "media", true),
        (json!({"type": "video", "video": {"id": "1", "mime_type": "video/mp4"}}), "media", true),
        (json!({"type": "audio", "audio": {"id": "1", "mime_type": "audio/ogg", "voice": true}}), "media", true),
        (json!({"type": "document", "document": {"id": "1", "filename": "plan.pdf"}}), "media", true),
        (json!({"type": "location", "location": {"latitude": 32.1, "longitude": 34.8}}), "location", true),
        (json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "Noa"}}]}), "contacts", true),
        (json!({"type": "sticker", "sticker": {"id": "1"}}), "media", false),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.X", "emoji": "👍"}}), "reaction", false),
        (json!({"type": "edit", "edit": {"original_message_id": "wamid.X", "text": {"body": "y"}}}), "edit", false),
        (json!({"type": "revoke", "revoke": {"original_message_id": "wamid.X"}}), "revoke", false),
        (json!({"type": "system", "system": {"body": "b", "type": "customer_identity_changed"}}), "system", false),
        (
            json!({"type": "unsupported", "errors": [{"code": 131051}], "unsupported": {"type": "poll_creation"}}),
            "other",
            false,
        ),
        (json!({"type": "hologram", "hologram": {}}), "other", false),
    ]
}

async fn inbound(shop: &Shop) -> Vec<Value> {
    let all = shop.list("messages?audience=contact&limit=200").await;
    all.into_iter().filter(|m| m["direction"] == "inbound").collect()
}

both_engines! {
    async fn every_kind_of_message_is_kept_and_shown_and_only_turns_are_answered(db: TestDb) {
        let shop = Shop::open(db).await;
        for (n, (message, kind, answered)) in kinds().into_iter().enumerate() {
            let from = format!("+9725012345{n:02}");
            shop.sends(&from, message.clone()).await;
            shop.pass(SignedDuration::from_secs(5)).await;
            let kept = shop.list(&format!("messages?phone=%2B{}&audience=contact", &from[1..])).await;
            let own: Vec<&Value> = kept.iter().filter(|m| m["direction"] == "inbound").collect();
            assert_eq!((own.len(), own[0]["kind"].as_str()), (1, Some(kind)), "{message}");
            assert_eq!(shop.on_whatsapp(&from).len(), usize::from(answered), "{message}");
        }
    }

    async fn a_voice_note_gets_one_request_to_type(db: TestDb) {
        let shop = Shop::open(db).await;
        let note = || json!({"type": "audio", "audio": {"id": "1", "mime_type": "audio/ogg", "voice": true}});
        for _ in 0..3 {
            shop.sends(CALLER, note()).await;
            shop.pass(SignedDuration::from_secs(60)).await;
        }
        assert_eq!(shop.on_whatsapp(CALLER).len(), 1);
        assert_eq!(inbound(&shop).await.len(), 3);
    }

    async fn an_edit_changes_the_words_keeps_the_old_ones_and_corrects_what_was_read_from_them(db: TestDb) {
        let shop = Shop::open(db).await;
        let id = shop.sends(CALLER, json!({"type": "text", "text": {"body": "קוראים לי דני"}})).await;
        shop.pass(SignedDuration::from_secs(5)).await;
        assert_eq!(shop.lead().await["name"], "דני");
        let said = shop.on_whatsapp(CALLER).len();
        shop.sends(CALLER, json!({"type": "edit", "edit": {"original_message_id": id, "text": {"body": "קוראים לי רונית"}}})).await;
        shop.pass(SignedDuration::from_secs(5)).await;
        assert_eq!(shop.lead().await["name"], "רונית");
        assert_eq!(shop.on_whatsapp(CALLER).len(), said, "an edit is no turn");
        let all = inbound(&shop).await;
        assert!(all.iter().any(|m| m["kind"] == "text" && m["text"] == "קוראים לי רונית"));
        let edit = all.iter().find(|m| m["kind"] == "edit").unwrap();
        assert_eq!(edit["content"]["before"], "קוראים לי דני");
        let lead = shop.lead().await["id"].as_str().unwrap().to_owned();
        let past = shop.get(&format!("leads/{lead}/facts/history")).await;
        assert_eq!(past["data"][0]["value"], "דני");
    }

    async fn a_deletion_takes_the_words_away_even_when_it_comes_first(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.sends(CALLER, json!({"type": "revoke", "revoke": {"original_message_id": "wamid.IN2"}})).await;
        let id = shop.sends(CALLER, json!({"type": "text", "text": {"body": "forget this"}})).await;
        assert_eq!(id, "wamid.IN2");
        shop.pass(SignedDuration::from_secs(5)).await;
        let all = shop.list("messages?limit=200").await;
        assert!(all.iter().all(|m| m["text"] != "forget this"), "{all:?}");
        let third = shop.sends(CALLER, json!({"type": "text", "text": {"body": "and this"}})).await;
        shop.sends(CALLER, json!({"type": "revoke", "revoke": {"original_message_id": third}})).await;
        shop.pass(SignedDuration::from_secs(5)).await;
        assert!(inbound(&shop).await.iter().all(|m| m["text"] != "and this"));
        assert!(shop.on_whatsapp(CALLER).is_empty(), "nothing is left to be answered");
    }

    async fn nobody_changes_the_words_of_another(db: TestDb) {
        let shop = Shop::open(db).await;
        let id = shop.sends(CALLER, json!({"type": "text", "text": {"body": "my own words"}})).await;
        shop.sends("+972501234568", json!({"type": "revoke", "revoke": {"original_message_id": id}})).await;
        assert!(inbound(&shop).await.iter().any(|m| m["text"] == "my own words"));
    }

    async fn a_second_enquiry_is_a_new_lead_that_knows_the_name(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.says(CALLER, "קוראים לי דני, צריך אינסטלטור, מחר בבוקר").await;
        let first = shop.lead().await["id"].as_str().unwrap().to_owned();
        shop.app.patch(&format!("/api/v1/leads/{first}"), &shop.key, json!({"status": "converted"})).await;
        shop.says(CALLER, "תודה רבה!").await;
        assert_eq!(shop.list("leads").await.len(), 1, "thanks still belong to the first");
        shop.pass(SignedDuration::from_hours(24 * 8)).await;
        let before = shop.on_whatsapp(CALLER).len();
        shop.says(CALLER, "שלום, יש לי נזילה במטבח").await;
        let leads = shop.list("leads").await;
        assert_eq!(leads.len(), 2);
        assert_eq!((&leads[0]["name"], &leads[0]["status"]), (&json!("דני"), &json!("qualifying")));
        assert!(leads[0]["need"].is_string() && leads[0]["preference"].is_null());
        let said = shop.on_whatsapp(CALLER);
        assert_eq!(said.len(), before + 1);
        let question = said.last().unwrap().text.clone();
        assert!(!question.contains("איך לפנות"), "the name is known: {question}");
        assert_eq!(shop.get(&format!("leads/{first}")).await["status"], "converted", "the first is left alone");
        shop.missed("0501234567").await;
        assert_eq!(shop.list("leads").await.len(), 2, "one open lead");
    }

    async fn a_late_reply_reopens(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.missed("0501234567").await;
        shop.grace().await;
        shop.hours(80).await;
        assert_eq!(shop.lead().await["status"], "unresponsive");
        shop.says(CALLER, "קוראים לי דני, צריך אינסטלטור, מחר בבוקר").await;
        assert_eq!(shop.lead().await["status"], "qualified");
        assert_eq!(shop.list("leads").await.len(), 1);
    }

    async fn whoever_answers_from_the_handset_leads_and_nothing_planned_goes_out(db: TestDb) {
        let shop = Shop::open(db).await;
        let echo = |id: &str, body: &str| json!({"message_echoes": [{"from": "442079460018", "to": "972501234567", "id": id,
            "timestamp": shop.app.db.clock.now().as_second().to_string(), "type": "text", "text": {"body": body}}]});
        shop.missed("0501234567").await;
        shop.hook("smb_message_echoes", echo("wamid.E1", "hi, I saw your call")).await;
        shop.grace().await;
        assert!(shop.on_whatsapp(CALLER).is_empty(), "they were reached by a person");
        let episode = shop.list("episodes").await.remove(0);
        assert_eq!((&episode["state"], &episode["reason"]), (&json!("contacted"), &json!("person")));
        assert!(shop.decided("skip", "P9", "taken_over").await);
        let chat = shop.list("conversations").await.remove(0);
        assert_eq!(chat["driver"], "handset");
        shop.says(CALLER, "צריך אינסטלטור").await;
        assert!(shop.on_whatsapp(CALLER).is_empty(), "the bot is silent");
        assert_eq!(inbound(&shop).await.len(), 1, "and everything is kept");
        shop.pass(minutes(10)).await;
        shop.missed("0501234567").await;
        shop.grace().await;
        assert!(shop.on_whatsapp(CALLER).is_empty(), "who leads is told, the caller is not written to");
        let id = chat["id"].as_str().unwrap();
        shop.post(&format!("conversations/{id}/handback"), json!({})).await;
        shop.says(CALLER, "קוראים לי דני").await;
        assert_eq!(shop.on_whatsapp(CALLER).len(), 1, "the bot goes on with the next message");
    }

    async fn an_opener_that_comes_late_gives_way_to_what_happened_since(db: TestDb) {
        let shop = Shop::open(db).await;
        let late = || shop.whatsapp.fail_next(1, Fault::Error { code: 130_429 });
        late();
        shop.missed("0501234567").await;
        shop.grace().await;
        assert!(shop.on_whatsapp(CALLER).is_empty(), "it will be tried again");
        shop.says(CALLER, "קוראים לי דני").await;
        shop.pass(minutes(30)).await;
        let said = shop.on_whatsapp(CALLER);
        assert_eq!(said.len(), 1, "the answer went, and did not wait for the opener");
        assert!(said[0].template.is_none(), "an opener after an answer is of no use");
        assert!(shop.decided("skip", "A12", "wrote").await);
    }

    async fn a_reminder_that_comes_late_gives_way_to_a_person(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.missed("0501234567").await;
        shop.grace().await;
        let chat = shop.list("conversations").await.remove(0)["id"].as_str().unwrap().to_owned();
        shop.whatsapp.fail_next(1, Fault::Error { code: 130_429 });
        let messages = format!("conversations/{chat}/messages");
        for _ in 0..30 {
            if shop.list(&messages).await.iter().any(|message| message["status"] == "wanted") {
                break; // the reminder will be tried again
            }
            shop.hours(1).await;
        }
        shop.post(&format!("conversations/{chat}/takeover"), json!({})).await;
        shop.pass(minutes(30)).await;
        assert_eq!(shop.on_whatsapp(CALLER).len(), 1, "a person leads: nothing automatic goes out");
        assert!(shop.decided("skip", "P9", "taken_over").await);
    }

    async fn a_handset_that_fell_silent_leads_no_new_episode(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.hook("smb_message_echoes", json!({"message_echoes": [{"from": "442079460018", "to": "972501234567", "id": "wamid.E2",
            "timestamp": shop.app.db.clock.now().as_second().to_string(), "type": "text", "text": {"body": "hello"}}]})).await;
        shop.pass(SignedDuration::from_hours(24 * 4)).await;
        shop.missed("0501234567").await;
        shop.grace().await;
        assert_eq!(shop.on_whatsapp(CALLER).len(), 1);
        assert_eq!(shop.list("conversations").await[0]["driver"], "bot");
    }

    async fn a_user_takes_over_and_hands_back(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.says(CALLER, "שלום").await;
        let chat = shop.list("conversations").await.remove(0)["id"].as_str().unwrap().to_owned();
        shop.post(&format!("conversations/{chat}/takeover"), json!({})).await;
        let before = shop.on_whatsapp(CALLER).len();
        shop.says(CALLER, "קוראים לי דני, צריך אינסטלטור").await;
        assert_eq!(shop.on_whatsapp(CALLER).len(), before);
        assert_eq!(shop.lead().await["name"], "דני", "what is said is understood all the same");
        shop.post(&format!("conversations/{chat}/messages"), json!({"text": "Dana here, when suits you?"})).await;
        shop.run().await;
        assert_eq!(shop.on_whatsapp(CALLER).len(), before + 1);
        shop.post(&format!("conversations/{chat}/handback"), json!({})).await;
        shop.says(CALLER, "מחר בבוקר").await;
        assert_eq!(shop.lead().await["status"], "qualified");
        let report = shop.get("analytics/summary").await;
        assert_eq!((&report["total"]["chats"], &report["total"]["handover_rate"]), (&json!(1), &json!(1.0)), "handing back undoes nothing: D2");
        let trail = shop.list("audit").await;
        for action in ["conversation.take_over", "message.send", "conversation.hand_back"] {
            assert!(trail.iter().any(|line| line["action"] == action), "{action}");
        }
    }

    async fn a_persons_word_wins_over_what_is_read_later_and_the_history_tells_all(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.says(CALLER, "קוראים לי דני").await;
        let lead = shop.lead().await["id"].as_str().unwrap().to_owned();
        let fact = format!("/api/v1/leads/{lead}/facts/name");
        let set = shop.app.call(Method::PUT, &fact, &shop.key, Some(json!({"value": "Daniel Levi"}))).await;
        assert_eq!(set.status, StatusCode::OK, "{}", set.text);
        shop.says(CALLER, "קוראים לי דוד").await;
        let now = shop.get(&format!("leads/{lead}")).await;
        assert_eq!(now["name"], "Daniel Levi");
        let past = shop.get(&format!("leads/{lead}/facts/history")).await;
        let rows: Vec<(&str, &str)> = past["data"].as_array().unwrap().iter()
            .map(|f| (f["value"].as_str().unwrap(), f["source"].as_str().unwrap())).collect();
        assert_eq!(rows, [("דני", "explicit")]);
        assert!(past["data"][0]["origin"].as_str().unwrap().starts_with("msg_"), "where it was said");
        let stranger = shop.app.shop("Painters").await;
        let foreign = shop.app.get(&format!("/api/v1/leads/{lead}/facts/history"), &stranger).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    }

    async fn a_number_that_changed_is_the_same_person(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.says(CALLER, "קוראים לי דני").await;
        shop.sends(CALLER, json!({"type": "system", "system": {"body": "changed", "type": "user_changed_number", "wa_id": "972501234568"}})).await;
        assert_eq!(shop.contact("+972501234568").await["id"], shop.contact(CALLER).await["id"]);
        shop.says("+972501234568", "צריך אינסטלטור, מחר בבוקר").await;
        assert_eq!(shop.list("leads").await.len(), 1);
        assert_eq!(shop.lead().await["status"], "qualified");
    }

    async fn the_bot_says_that_it_is_one_and_asks_nothing_a_third_time(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.says(CALLER, "האם אתה בוט?").await;
        let said = |n: usize| shop.on_whatsapp(CALLER)[n].text.clone();
        assert!(said(0).contains("אוטומטי"), "{}", said(0));
        for _ in 0..8 {
            shop.says(CALLER, "לא").await;
        }
        let all = shop.on_whatsapp(CALLER);
        let mut words: Vec<String> = all.iter().map(|s| s.text.clone()).collect();
        let total = words.len();
        words.sort();
        words.dedup();
        assert_eq!(words.len(), total, "nothing is said twice in the same words");
        assert!(total <= 8, "{total}");
    }
}

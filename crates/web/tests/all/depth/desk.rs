//! The receptionist on WhatsApp and by text message, in tickets and emergencies (C8, C12, C13).

use super::world::{CALLER, Plan, Shop, minutes};
use jiff::SignedDuration;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

const BOB: &str = "+972501234577";
const CLEO: &str = "+972501234578";
const NEIGHBOUR: &str = "+972501234569";

/// An agency whose receptionist answers messages, with two flats to let.
pub(super) async fn agency(db: TestDb) -> Shop {
    agency_over(db, Plan::default()).await
}

/// The same with these ways to write.
pub(super) async fn agency_over(db: TestDb, plan: Plan) -> Shop {
    let reception = json!({"messages": true, "trade": "estate",
        "on_call": [{"name": "Bob", "phone": BOB}, {"name": "Cleo", "phone": CLEO}]});
    let hours = json!([{"days": "all", "from": "08:00", "to": "20:00"}]);
    let settings = json!({"reception": reception, "opening_hours": hours});
    let shop = Shop::planned(db, Plan { settings, ..plan }).await;
    for (reference, street, price) in [("MV-1", "Elgin Avenue", 2100), ("MV-2", "Lauderdale Road", 1950)] {
        shop.post(
            "properties",
            json!({"reference": reference, "deal": "rent", "kind": "flat", "street": street,
            "area": "Maida Vale", "postcode": "W9 2AB", "bedrooms": 2, "price": price, "door": "77"}),
        )
        .await;
    }
    shop
}

impl Shop {
    /// The last words to a customer on WhatsApp, and the titles of their buttons.
    fn last(&self, to: &str) -> (String, Vec<String>) {
        let sent = self.on_whatsapp(to).pop().expect("an answer");
        (sent.text, sent.buttons.into_iter().map(|(_, title)| title).collect())
    }

    /// A customer taps a button of the last message.
    pub(super) async fn taps(&self, from: &str, nth: usize) {
        let sent = self.on_whatsapp(from).pop().expect("a message with buttons");
        let (id, title) = sent.buttons[nth].clone();
        let kind = if sent.list.is_some() { "list_reply" } else { "button_reply" };
        let mut reply = json!({"type": kind});
        reply[kind] = json!({"id": id, "title": title});
        self.sends(from, json!({"type": "interactive", "interactive": reply})).await;
        self.pass(SignedDuration::from_secs(5)).await;
    }
}

fn trail(rows: &[Value]) -> Vec<String> {
    rows.iter().rev().map(|row| row["action"].as_str().unwrap_or_default().to_owned()).collect()
}

both_engines! {
    async fn a_viewing_is_booked_on_whatsapp_with_buttons(db: TestDb) {
        let shop = agency(db).await;
        shop.says(CALLER, "Hi, I'm looking for a two bedroom flat to rent in Maida Vale up to 2200 a month").await;
        let (words, buttons) = shop.last(CALLER);
        assert!(words.contains("automated assistant of Plumbers") && words.contains("₪2,100 a month"), "{words}");
        assert!(!words.contains("77"), "the door number is nobody's: {words}");
        assert_eq!(buttons, ["Elgin Avenue", "Lauderdale Road"]);
        shop.taps(CALLER, 1).await;
        let (words, buttons) = shop.last(CALLER);
        assert!(words.contains("Lauderdale Road") && buttons.len() == 3, "{words} {buttons:?}");
        shop.taps(CALLER, 0).await;
        shop.says(CALLER, "Sam Hill").await;
        let (words, buttons) = shop.last(CALLER);
        assert!(words.contains("Is that right?"), "{words}");
        assert_eq!(buttons, ["Yes", "No"]);
        shop.taps(CALLER, 0).await;
        assert!(shop.last(CALLER).0.starts_with("That's booked"), "{:?}", shop.last(CALLER));
        let lead = shop.lead().await;
        assert_eq!((lead["name"].as_str(), lead["status"].as_str()), (Some("Sam Hill"), Some("viewing_booked")));
        assert!(shop.decided("send", "C6", "booked").await && shop.decided("send", "A8", "sent").await);
        let talk = shop.list("talks").await.pop().expect("a talk");
        let talk = shop.get(&format!("talks/{}", talk["id"].as_str().unwrap())).await;
        assert!(talk["said"].as_array().unwrap().iter().any(|turn| turn["acts"] == json!(["book"])), "{talk}");
    }

    async fn by_text_message_choices_are_figures(db: TestDb) {
        let shop = agency(db).await;
        shop.texts(CALLER, "I'd like to view the flat on Elgin Avenue, my name is Sam Hill").await;
        let offered = shop.by_sms(CALLER).pop().expect("an answer").body;
        assert!(offered.contains("\n1. ") && offered.contains("\n3. "), "{offered}");
        shop.texts(CALLER, "2").await;
        assert!(shop.by_sms(CALLER).pop().unwrap().body.contains("Is that right?"));
        shop.texts(CALLER, "yes").await;
        assert!(shop.by_sms(CALLER).pop().unwrap().body.starts_with("That's booked"));
    }

    async fn who_wants_a_person_gets_one_and_the_bot_is_silent(db: TestDb) {
        let shop = agency(db).await;
        shop.says(CALLER, "can I speak to a person please").await;
        let said = shop.on_whatsapp(CALLER).len();
        let chat = shop.list("conversations").await.pop().unwrap();
        assert_ne!(chat["driver"], "bot", "{chat}");
        assert!(shop.tasks().await.contains(&"hand_over".to_owned()), "{:?}", shop.tasks().await);
        shop.says(CALLER, "I'm looking for a flat to rent").await;
        assert_eq!(shop.on_whatsapp(CALLER).len(), said, "a person has it");
        shop.post(&format!("conversations/{}/handback", chat["id"].as_str().unwrap()), json!({})).await;
        shop.says(CALLER, "what are your opening hours?").await;
        assert!(shop.last(CALLER).0.contains("every day from 8:00 to 20:00"), "{:?}", shop.last(CALLER));
    }

    async fn while_the_office_is_closed_the_chat_is_a_persons_too(db: TestDb) {
        let shop = agency(db).await;
        shop.pass(SignedDuration::from_hours(12)).await;
        shop.says(CALLER, "can I speak to a person please").await;
        let words = shop.last(CALLER).0;
        assert!(words.contains("A colleague answers you here when we open") && !words.contains("One moment"), "{words}");
        let chat = shop.list("conversations").await.pop().unwrap();
        assert_ne!(chat["driver"], "bot", "{chat}");
        assert!(shop.tasks().await.contains(&"hand_over".to_owned()), "{:?}", shop.tasks().await);
    }

    async fn stop_is_final_for_the_receptionist_too(db: TestDb) {
        let shop = agency(db).await;
        shop.says(CALLER, "STOP").await;
        let said = shop.on_whatsapp(CALLER).len();
        shop.says(CALLER, "I'm looking for a flat to rent in Maida Vale").await;
        assert_eq!(shop.on_whatsapp(CALLER).len(), said);
        assert!(shop.list("talks").await.is_empty());
    }

    async fn the_people_on_call_are_told_one_after_the_other_until_one_takes_it(db: TestDb) {
        let shop = agency(db).await;
        shop.texts(CALLER, "I can smell gas in the kitchen").await;
        let said = shop.by_sms(CALLER).pop().expect("an answer").body;
        assert!(said.starts_with("Please don't switch anything on or off"), "{said}");
        let told = shop.by_sms(BOB).pop().expect("the first is told in the same breath").body;
        assert!(told.contains("EMERGENCY") || told.contains("חירום"), "{told}");
        assert!(told.contains(CALLER) && shop.by_sms(CLEO).is_empty());
        shop.pass(minutes(2)).await;
        assert_eq!(shop.by_sms(CLEO).len(), 1, "the next one after the set time");
        shop.texts(BOB, "1").await;
        assert_eq!(shop.list("alarms").await[0]["taken_by"], "Bob");
        shop.texts(CLEO, "ok").await;
        assert_eq!(shop.list("alarms").await[0]["taken_by"], "Bob", "who is first has it");
        let (bob, cleo) = (shop.by_sms(BOB).len(), shop.by_sms(CLEO).len());
        shop.pass(minutes(10)).await;
        assert_eq!((shop.by_sms(BOB).len(), shop.by_sms(CLEO).len()), (bob, cleo), "nobody is told any more");
        let rows = shop.list("audit?limit=200").await;
        let on_call: Vec<String> = trail(&rows).into_iter().filter(|action| action.starts_with("on_call")).collect();
        assert_eq!(on_call, ["on_call.told", "on_call.told", "on_call.taken"]);
    }

    async fn a_reply_takes_the_emergency_that_one_was_told_of_and_means_none_later(db: TestDb) {
        let shop = agency(db).await;
        shop.texts(CALLER, "there is a fire in the flat, 12 Elgin Avenue").await;
        shop.pass(minutes(2)).await;
        shop.texts(NEIGHBOUR, "I can smell gas, 14 Elgin Avenue").await;
        assert_eq!((shop.by_sms(BOB).len(), shop.by_sms(CLEO).len()), (2, 1), "Cleo knows of the fire alone");
        shop.texts(CLEO, "ok").await;
        let alarms = shop.list("alarms").await;
        let taken: Vec<&str> = alarms.iter().filter(|it| it["taken_by"] == "Cleo").filter_map(|it| it["danger"].as_str()).collect();
        assert_eq!(taken, ["fire"], "{alarms:?}");
        shop.texts(BOB, "1").await;
        assert!(shop.list("alarms").await.iter().all(|it| it["state"] == "acknowledged"));
        shop.pass(SignedDuration::from_hours(3)).await;
        let said = shop.by_sms(BOB).len();
        shop.texts(BOB, "yes").await;
        let late = shop.by_sms(BOB).split_off(said);
        assert!(late.iter().all(|sent| !sent.body.contains("taken it already") && !sent.body.contains("yours now")), "{late:?}");
    }

    async fn a_button_of_an_earlier_question_answers_no_newer_one(db: TestDb) {
        let shop = agency(db).await;
        shop.says(CALLER, "Hi, I'm looking for a two bedroom flat to rent in Maida Vale up to 2200 a month").await;
        let old = shop.on_whatsapp(CALLER).pop().expect("properties").buttons[0].clone();
        shop.taps(CALLER, 1).await;
        assert!(shop.last(CALLER).0.contains("Lauderdale Road"), "{:?}", shop.last(CALLER));
        let reply = json!({"type": "button_reply", "button_reply": {"id": old.0, "title": old.1}});
        shop.sends(CALLER, json!({"type": "interactive", "interactive": reply})).await;
        shop.pass(SignedDuration::from_secs(5)).await;
        let (words, _) = shop.last(CALLER);
        assert!(!words.contains("name"), "no time was chosen: {words}");
    }

    async fn nobody_on_call_answers_and_it_stays_on_the_page(db: TestDb) {
        let shop = agency(db).await;
        shop.texts(CALLER, "there is a fire in the flat, 12 Elgin Avenue").await;
        for _ in 0..6 {
            shop.pass(minutes(2)).await;
        }
        assert_eq!((shop.by_sms(BOB).len(), shop.by_sms(CLEO).len()), (3, 3), "three rounds");
        assert_eq!(shop.list("alarms").await[0]["state"], "unanswered");
        assert!(shop.tasks().await.contains(&"emergency".to_owned()));
        let id = shop.list("alarms").await[0]["id"].as_str().unwrap().to_owned();
        shop.post(&format!("alarms/{id}/taken"), json!({})).await;
        assert_eq!(shop.list("alarms").await[0]["state"], "acknowledged");
    }

    async fn what_three_buttons_do_not_hold_is_a_list(db: TestDb) {
        let shop = agency(db).await;
        for words in ["mumble mumble", "grmbl grmbl"] {
            shop.says(CALLER, words).await;
        }
        let menu = shop.on_whatsapp(CALLER).pop().unwrap();
        assert!(menu.text.ends_with(" במה מדובר?") && menu.list.as_deref() == Some("לבחירה"), "{menu:?}");
        assert_eq!((menu.buttons.len(), menu.buttons[4].1.as_str()), (5, "לשיחה עם נציג"));
        shop.taps(CALLER, 2).await;
        assert!(shop.last(CALLER).0.contains("מה התקלה?"), "{:?}", shop.last(CALLER));
        shop.texts(NEIGHBOUR, "mumble mumble").await;
        shop.texts(NEIGHBOUR, "grmbl grmbl").await;
        let by_text = shop.by_sms(NEIGHBOUR).pop().unwrap().body;
        assert!(by_text.contains("להערכת שווי 2") && !by_text.contains("\n2."), "a text has figures: {by_text}");
    }

    async fn the_last_row_of_the_menu_is_a_person_and_several_appointments_are_a_list(db: TestDb) {
        let shop = agency(db).await;
        for words in ["mumble mumble", "grmbl grmbl"] {
            shop.says(NEIGHBOUR, words).await;
        }
        shop.taps(NEIGHBOUR, 4).await;
        assert!(shop.last(NEIGHBOUR).0.contains("להעביר אותך למישהו מהצוות"), "{:?}", shop.last(NEIGHBOUR));
        shop.says(CALLER, "hello").await;
        let who = shop.contact(CALLER).await["id"].as_str().unwrap().to_owned();
        for day in 1..=4 {
            let from = shop.app.db.clock.now() + SignedDuration::from_hours(24 * day);
            let slots = shop.list(&format!("slots?from={from}")).await;
            let wanted = json!({"purpose": "valuation", "contact_id": who, "place": "14 Elgin Avenue",
                "starts_at": slots[0]["starts_at"]});
            shop.post("appointments", wanted).await;
        }
        shop.run().await;
        shop.says(CALLER, "I want to cancel my appointment").await;
        let which = shop.on_whatsapp(CALLER).pop().unwrap();
        assert_eq!((which.list.as_deref(), which.buttons.len()), (Some("Choose"), 4), "{which:?}");
        shop.taps(CALLER, 3).await;
        assert!(shop.last(CALLER).0.contains("Shall I cancel it?"), "{:?}", shop.last(CALLER));
        assert_eq!(shop.last(CALLER).1, ["Yes", "No"]);
    }

    async fn a_repair_becomes_a_ticket_and_its_news_are_told(db: TestDb) {
        let shop = agency(db).await;
        shop.says(CALLER, "my shower is leaking").await;
        shop.says(CALLER, "14 Elgin Avenue W9 2AB").await;
        shop.says(CALLER, "Priya Patel").await;
        let ticket = shop.list("tickets").await.pop().expect("a ticket");
        assert_eq!((ticket["number"].as_str(), ticket["category"].as_str()), (Some("T1001"), Some("plumbing")));
        assert!(shop.last(CALLER).0.contains("Your reference is T1001"), "{:?}", shop.last(CALLER));
        let id = ticket["id"].as_str().unwrap().to_owned();
        let change = json!({"state": "in_progress", "note": "The plumber comes on Tuesday at 10."});
        let changed = shop.app.patch(&format!("/api/v1/tickets/{id}"), &shop.key, change.clone()).await;
        assert_eq!(changed.json()["state"], "in_progress", "{}", changed.text);
        shop.run().await;
        let told = shop.last(CALLER).0;
        assert!(told.contains("T1001") && told.contains("The plumber comes on Tuesday at 10."), "{told}");
        let before = shop.on_whatsapp(CALLER).len();
        shop.app.patch(&format!("/api/v1/tickets/{id}"), &shop.key, change).await;
        shop.run().await;
        assert_eq!(shop.on_whatsapp(CALLER).len(), before, "what did not change is not told");
    }
}

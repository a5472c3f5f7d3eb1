//! Photos and voice messages to the receptionist (C8, C12): a picture belongs to the talk, and goes with its report.

use super::desk::agency;
use super::world::{CALLER, Shop, minutes};
use jiff::SignedDuration;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

impl Shop {
    /// A customer sends a picture, maybe with words; its message.
    async fn shows(&self, from: &str, caption: Option<&str>) -> String {
        let mut image = json!({"id": "1", "mime_type": "image/jpeg"});
        if let Some(caption) = caption {
            image["caption"] = json!(caption);
        }
        self.sends(from, json!({"type": "image", "image": image})).await;
        self.pass(SignedDuration::from_secs(5)).await;
        let phone = from.replace('+', "%2B");
        let newest = self.list(&format!("messages?phone={phone}&kind=media")).await.remove(0);
        newest["id"].as_str().unwrap().to_owned()
    }

    fn answered(&self, to: &str) -> String {
        self.on_whatsapp(to).pop().expect("an answer").text
    }

    async fn photos(&self) -> Vec<Vec<String>> {
        let of = |ticket: Value| {
            let photos = ticket["photos"].as_array().unwrap().clone();
            photos.iter().map(|photo| photo["message_id"].as_str().unwrap().to_owned()).collect()
        };
        self.list("tickets").await.into_iter().map(of).collect()
    }
}

both_engines! {
    async fn a_photo_amid_a_report_and_one_after_it_are_with_its_ticket(db: TestDb) {
        let shop = agency(db).await;
        shop.says(CALLER, "my shower is leaking").await;
        let amid = shop.shows(CALLER, None).await;
        let said = shop.answered(CALLER);
        assert!(said.starts_with("Thank you, I've put the photo with the report. ") && said.contains("address"), "{said}");
        shop.says(CALLER, "14 Elgin Avenue W9 2AB").await;
        shop.says(CALLER, "Priya Patel").await;
        let said = shop.answered(CALLER);
        assert!(said.contains("T1001") && !said.contains("photo"), "it was thanked for: {said}");
        assert_eq!(shop.photos().await, [[amid.clone()]]);
        let after = shop.shows(CALLER, Some("the leak, my shower is leaking here")).await;
        assert!(shop.answered(CALLER).contains("put the photo with the report"), "{}", shop.answered(CALLER));
        shop.pass(SignedDuration::from_hours(30)).await;
        let later = shop.shows(CALLER, None).await;
        assert!(shop.answered(CALLER).contains("put the photo with the report"), "{}", shop.answered(CALLER));
        assert_eq!(shop.photos().await, [[amid, after, later]], "one ticket");
        assert!(shop.decided("send", "C8", "photos").await);
        let person = shop.contact(CALLER).await["id"].as_str().unwrap().to_owned();
        shop.texts("+972501234568", "hello").await;
        let other = shop.contact("+972501234568").await["id"].as_str().unwrap().to_owned();
        shop.post(&format!("contacts/{other}/merge"), json!({"contact_id": person})).await;
        assert_eq!(shop.photos().await[0].len(), 3, "whoever they are merged with");
    }

    async fn a_photo_that_comes_first_waits_for_its_report(db: TestDb) {
        let shop = agency(db).await;
        let first = shop.shows(CALLER, None).await;
        let said = shop.answered(CALLER);
        assert!(said.contains("התמונה התקבלה") && said.contains("במה אפשר לעזור?"), "{said}");
        let second = shop.shows(CALLER, Some("my shower is leaking")).await;
        assert!(shop.answered(CALLER).contains("address"), "{}", shop.answered(CALLER));
        shop.says(CALLER, "14 Elgin Avenue W9 2AB").await;
        shop.says(CALLER, "Priya Patel").await;
        let said = shop.answered(CALLER);
        assert!(said.contains("T1001") && said.contains("I've put the photo with the report."), "{said}");
        assert_eq!(shop.photos().await, [[first, second]]);
    }

    async fn a_photo_with_danger_gets_the_words_of_safety_first_and_a_new_fault_is_a_new_report(db: TestDb) {
        let shop = agency(db).await;
        let fire = shop.shows(CALLER, Some("there is a fire in the flat, 12 Elgin Avenue")).await;
        let said = shop.answered(CALLER);
        assert!(said.contains("leave the building now") && !said.contains("photo I") && !said.contains("have your photo"), "{said}");
        shop.says(CALLER, "Priya Patel").await;
        assert_eq!(shop.photos().await, [[fire]]);
        shop.pass(minutes(40)).await;
        let boiler = shop.shows(CALLER, Some("and the boiler is broken, no hot water")).await;
        let photos = shop.photos().await;
        assert_eq!((photos.len(), &photos[0]), (2, &vec![boiler]), "{photos:?} {}", shop.answered(CALLER));
    }

    async fn a_voice_message_is_answered_by_the_receptionist_and_a_photo_without_a_report_too(db: TestDb) {
        let shop = agency(db).await;
        shop.says(CALLER, "I'm looking for a two bedroom flat to rent").await;
        let note = json!({"type": "audio", "audio": {"id": "1", "mime_type": "audio/ogg", "voice": true}});
        shop.sends(CALLER, note).await;
        shop.pass(SignedDuration::from_secs(5)).await;
        let said = shop.answered(CALLER);
        assert!(said.contains("can't listen to voice messages") && said.contains("area"), "{said}");
        shop.shows(CALLER, None).await;
        let said = shop.answered(CALLER);
        assert!(said.contains("I have your photo") && said.contains("area"), "{said}");
        assert!(shop.list("tickets").await.is_empty());
        assert_eq!(shop.list("talks").await.len(), 1, "one talk");
    }

    async fn in_hebrew_the_photo_is_thanked_for_too(db: TestDb) {
        let shop = agency(db).await;
        shop.says(CALLER, "שלום, יש לי נזילה במקלחת").await;
        shop.shows(CALLER, None).await;
        assert!(shop.answered(CALLER).starts_with("תודה, התמונה צורפה לדיווח."), "{}", shop.answered(CALLER));
    }
}

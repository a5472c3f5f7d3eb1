//! What people are sent about properties (C11): details on request, and what comes up for a search that goes on.

use super::desk::{agency, agency_over};
use super::world::{CALLER, Plan, Shop};
use jiff::SignedDuration;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;

async fn enter(shop: &Shop, reference: &str, street: &str, price: i64) {
    let property = json!({"reference": reference, "deal": "rent", "kind": "flat", "street": street, "area": "Maida Vale",
        "postcode": "W9 2AB", "bedrooms": 2, "price": price, "door": "77", "features": ["Balcony"],
        "link": "https://homes.example/flat"});
    shop.post("properties", property).await;
    shop.run().await;
}

/// Digests that somebody got.
fn digests(shop: &Shop) -> Vec<String> {
    let wrote = shop.on_whatsapp(CALLER).into_iter().map(|sent| sent.text);
    let texted = shop.by_sms(CALLER).into_iter().map(|sms| sms.body);
    wrote.chain(texted).filter(|text| text.contains("new for your search")).collect()
}

/// Somebody looks for what is not there, and wants to hear of it.
async fn watching(db: TestDb) -> Shop {
    let shop = agency(db).await;
    shop.says(CALLER, "I'm looking for a two bedroom flat to rent in Maida Vale up to 900 a month").await;
    let said = shop.on_whatsapp(CALLER).pop().unwrap().text;
    assert!(said.contains("Shall I write to you when something like that comes up?"), "{said}");
    shop.says(CALLER, "yes please").await;
    assert!(shop.on_whatsapp(CALLER).pop().unwrap().text.contains("at most once a day"));
    shop
}

both_engines! {
    async fn a_lead_in_writing_has_a_score_with_its_parts_that_follows_what_happens(db: TestDb) {
        let shop = agency(db).await;
        shop.says(CALLER, "I'm looking for a two bedroom flat to rent in Maida Vale up to 2200 a month").await;
        let id = shop.lead().await["id"].as_str().unwrap().to_owned();
        let part = |lead: &serde_json::Value, name: &str| {
            let parts = lead["score"]["parts"].as_array().unwrap().clone();
            parts.iter().find(|part| part["name"] == name).and_then(|part| part["points"].as_i64())
        };
        let lead = shop.get(&format!("leads/{id}")).await;
        assert_eq!(lead["score"]["version"], "reception@1", "{lead}");
        assert_eq!([part(&lead, "base"), part(&lead, "budget"), part(&lead, "recent_contact")], [Some(50), Some(5), Some(10)]);
        assert_eq!((lead["score"]["total"].as_i64(), lead["temperature"].as_str()), (Some(65), Some("warm")), "{lead}");
        shop.app.call(http::Method::PUT, &format!("/api/v1/leads/{id}/facts/deposit"), &shop.key, Some(json!({"value": "yes"}))).await;
        let lead = shop.get(&format!("leads/{id}")).await;
        assert_eq!((lead["score"]["total"].as_i64(), lead["temperature"].as_str()), (Some(75), Some("hot")), "{lead}");
        shop.set(json!({"reception": {"score": {"deposit": 0, "base": 40}}})).await;
        shop.app.db.clock.advance(SignedDuration::from_hours(24 * 31));
        let lead = shop.get(&format!("leads/{id}")).await;
        assert_eq!([part(&lead, "deposit"), part(&lead, "no_contact")], [None, Some(-10)], "{lead}");
        assert_eq!((lead["score"]["total"].as_i64(), lead["temperature"].as_str()), (Some(35), Some("cold")), "{lead}");
    }

    async fn details_go_on_request_one_message_each_in_order_and_never_the_door_number(db: TestDb) {
        let shop = agency(db).await;
        shop.says(CALLER, "I'm looking for a two bedroom flat to rent in Maida Vale up to 2200 a month").await;
        shop.says(CALLER, "can you send me the details please").await;
        let sent: Vec<String> = shop.on_whatsapp(CALLER).into_iter().map(|sent| sent.text).collect();
        let at = |words: &str| sent.iter().position(|text| text.starts_with("Two bedroom flat") && text.contains(words));
        let (first, second) = (at("Elgin Avenue").expect("the first"), at("Lauderdale Road").expect("the second"));
        assert!(first < second, "{sent:?}");
        assert!(sent[first].contains("₪2,100 a month") && !sent[first].contains("77"), "{}", sent[first]);
        assert!(sent.iter().any(|text| text.contains("I'll send you the details")), "{sent:?}");
        assert!(shop.decided("send", "C11", "details").await);
    }

    async fn photos_go_as_pictures_on_whatsapp_and_as_links_elsewhere_and_the_rest_as_links(db: TestDb) {
        let shop = agency(db).await;
        let medium = |kind: &str, n: u8| json!({"kind": kind, "url": format!("https://homes.example/{kind}-{n}")});
        let property = json!({"reference": "MV-1", "deal": "rent", "kind": "flat", "street": "Elgin Avenue",
            "area": "Maida Vale", "postcode": "W9 2AB", "bedrooms": 2, "price": 2100, "door": "77",
            "media": [medium("photo", 1), medium("photo", 2), medium("floor_plan", 1), medium("tour", 1)]});
        let kept = shop.post("properties", property.clone()).await;
        assert_eq!(kept["media"].as_array().unwrap().len(), 4);
        let id = kept["id"].as_str().unwrap();
        let mut later = property.clone();
        later.as_object_mut().unwrap().remove("media");
        shop.post("properties", later).await;
        assert_eq!(shop.get(&format!("properties/{id}")).await["media"], property["media"], "left out, it stays");
        let mut plain = property;
        plain["media"] = json!([{"kind": "photo", "url": "http://homes.example/1"}]);
        let refused = shop.app.post("/api/v1/properties", &shop.key, plain).await;
        assert!(refused.text.contains("media"), "{}", refused.text);
        for says in ["I'm looking for a two bedroom flat to rent in Maida Vale up to 2200 a month", "can you send me the photos please"] {
            shop.says(CALLER, says).await;
        }
        shop.pass(SignedDuration::from_mins(1)).await;
        let sent = shop.on_whatsapp(CALLER);
        let text = |road: &str| sent.iter().find(|it| it.text.starts_with("Two bedroom flat") && it.text.contains(road)).unwrap();
        let elgin = &text("Elgin Avenue").text;
        assert!(elgin.contains("Floor plan: https://homes.example/floor_plan-1") && elgin.contains("Tour: https://homes.example/tour-1"), "{elgin}");
        assert!(!elgin.contains("photo"), "they go by themselves: {elgin}");
        assert!(text("Lauderdale Road").text.contains("We have no photos of it at the moment."), "{sent:?}");
        let links: Vec<&str> = sent.iter().filter(|it| it.kind == "image").filter_map(|it| it.link.as_deref()).collect();
        assert_eq!(links, ["https://homes.example/photo-1", "https://homes.example/photo-2"]);
        let other = "+972501234590";
        for says in ["I'm looking for a two bedroom flat to rent in Maida Vale up to 2200 a month", "can you send me the photos please"] {
            shop.texts(other, says).await;
        }
        let texts: Vec<String> = shop.by_sms(other).into_iter().map(|sms| sms.body).collect();
        assert!(texts.iter().any(|text| text.contains("Photo: https://homes.example/photo-2")), "{texts:?}");
    }

    async fn a_picture_that_cannot_be_fetched_goes_as_its_link_and_nobody_is_to_ring(db: TestDb) {
        let shop = agency(db).await;
        let link = "https://homes.example/photo-1";
        shop.post("properties", json!({"reference": "MV-1", "deal": "rent", "kind": "flat", "street": "Elgin Avenue",
            "area": "Maida Vale", "postcode": "W9 2AB", "bedrooms": 2, "price": 2100,
            "media": [{"kind": "photo", "url": link}]})).await;
        for says in ["I'm looking for a two bedroom flat to rent in Maida Vale up to 2200 a month", "can you send me the photos please"] {
            shop.says(CALLER, says).await;
        }
        shop.pass(SignedDuration::from_mins(1)).await;
        let picture = shop.on_whatsapp(CALLER).into_iter().find(|it| it.kind == "image").expect("a picture");
        let tasks = shop.tasks().await;
        let failed = json!({"id": picture.id, "status": "failed", "recipient_id": CALLER.trim_start_matches('+'),
            "timestamp": shop.app.db.clock.now().as_second().to_string(),
            "errors": [{"code": 131_053, "title": "Media upload error"}]});
        for _ in 0..2 {
            shop.hook("messages", json!({"statuses": [failed]})).await;
            shop.pass(SignedDuration::from_mins(1)).await;
        }
        let links = shop.on_whatsapp(CALLER).into_iter().filter(|it| it.kind == "text" && it.text == link).count();
        assert_eq!((links, shop.tasks().await), (1, tasks));
        assert!(shop.decided("send", "C11", "link_instead").await);
    }

    async fn what_fits_a_search_is_told_once_a_day_at_most_and_each_once(db: TestDb) {
        let shop = watching(db).await;
        let consents = shop.contact(CALLER).await["id"].as_str().unwrap().to_owned();
        let consents = shop.list(&format!("contacts/{consents}/consents")).await;
        assert!(consents.iter().any(|it| it["purpose"] == "matches" && it["state"] == "granted"), "{consents:?}");
        enter(&shop, "NEW-1", "Shirland Road", 850).await;
        enter(&shop, "NEW-2", "Walterton Road", 880).await;
        enter(&shop, "DEAR", "Sutherland Avenue", 3000).await;
        shop.pass(SignedDuration::from_mins(11)).await;
        let told = digests(&shop);
        assert_eq!(told.len(), 1, "both in one: {told:?}");
        assert!(told[0].contains("Shirland Road") && told[0].contains("Walterton Road") && told[0].contains("STOP"), "{told:?}");
        assert!(!told[0].contains("Sutherland") && !told[0].contains("77"), "{told:?}");
        enter(&shop, "NEW-1", "Shirland Road", 850).await; // saved again, and nothing is new
        enter(&shop, "NEW-3", "Elgin Mews", 870).await;
        shop.hours(10).await;
        assert_eq!(digests(&shop).len(), 1, "not twice a day");
        shop.hours(30).await;
        let told = digests(&shop);
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[1].contains("Elgin Mews") && !told[1].contains("Shirland Road"), "{told:?}");
        assert!(shop.decided("send", "C11", "digest").await);
    }

    async fn more_than_one_digest_holds_are_told_with_the_next_and_each_once(db: TestDb) {
        let shop = watching(db).await;
        let roads = ["Ashworth Road", "Biddulph Road", "Castellain Road", "Delaware Road", "Essendine Road", "Formosa Street", "Grantully Road"];
        for (nth, road) in roads.iter().enumerate() {
            enter(&shop, &format!("NEW-{nth}"), road, 850).await;
        }
        shop.pass(SignedDuration::from_mins(11)).await;
        let first = digests(&shop);
        assert!(first.len() == 1 && first[0].contains("And 2 more."), "{first:?}");
        shop.hours(30).await;
        let all = digests(&shop);
        assert_eq!(all.len(), 2, "{all:?}");
        for road in roads {
            assert_eq!(all.iter().filter(|text| text.contains(road)).count(), 1, "{road} is told once: {all:?}");
        }
    }

    async fn what_cannot_be_sent_is_not_said_to_be_on_its_way(db: TestDb) {
        let shop = agency_over(db, Plan { sms_from: None, ..Plan::default() }).await;
        shop.says(CALLER, "I'm looking for a two bedroom flat to rent in Maida Vale up to 900 a month").await;
        shop.says(CALLER, "yes please").await;
        let said = shop.on_whatsapp(CALLER).pop().unwrap().text;
        assert!(said.contains("a colleague will tell you when something fits"), "the window is closed by then: {said}");
        assert!(shop.tasks().await.contains(&"call_back".to_owned()), "{:?}", shop.tasks().await);
        shop.says(CALLER, "and a two bedroom flat to rent in Maida Vale up to 2200 a month?").await;
        shop.says(CALLER, "email me the details please, I'm at sam@example.com").await;
        let sent: Vec<String> = shop.on_whatsapp(CALLER).into_iter().map(|sent| sent.text).collect();
        assert!(!sent.iter().any(|text| text.contains("I'll email you")), "there is no mail server: {sent:?}");
        assert!(sent.iter().any(|text| text.contains("in a message")), "the other way is open: {sent:?}");
        assert!(sent.iter().any(|text| text.starts_with("Two bedroom flat")), "{sent:?}");
    }

    async fn yes_or_no_by_a_tap_is_the_answer_to_what_was_asked(db: TestDb) {
        let shop = agency(db).await;
        shop.says(CALLER, "I'm looking for a two bedroom flat to rent in Maida Vale up to 900 a month").await;
        shop.taps(CALLER, 0).await;
        let said = shop.on_whatsapp(CALLER).pop().unwrap().text;
        assert!(said.contains("at most once a day"), "{said}");
        let contact = shop.contact(CALLER).await["id"].as_str().unwrap().to_owned();
        let consents = shop.list(&format!("contacts/{contact}/consents")).await;
        assert!(consents.iter().any(|it| it["purpose"] == "matches" && it["state"] == "granted"), "{consents:?}");
    }

    async fn nothing_goes_at_night_nor_to_who_has_left(db: TestDb) {
        let shop = watching(db).await;
        shop.hours(13).await; // past midnight in Jerusalem
        enter(&shop, "NEW-1", "Shirland Road", 850).await;
        shop.hours(2).await;
        assert!(digests(&shop).is_empty(), "not at night");
        shop.says(CALLER, "STOP").await;
        shop.hours(30).await;
        assert!(digests(&shop).is_empty(), "they have left");
    }

    async fn who_does_not_want_to_hear_of_it_does_not(db: TestDb) {
        let shop = agency(db).await;
        shop.says(CALLER, "I'm looking for a two bedroom flat to rent in Maida Vale up to 900 a month").await;
        shop.says(CALLER, "no thanks").await;
        enter(&shop, "NEW-1", "Shirland Road", 850).await;
        shop.hours(30).await;
        assert!(digests(&shop).is_empty());
    }
}

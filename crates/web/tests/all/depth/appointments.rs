//! Appointments from the day they are made (C6): told, invited to, moved, reminded of, called off.

use super::desk::agency;
use super::world::{CALLER, Shop};
use http::StatusCode;
use jiff::SignedDuration;
use ringleader_providers::smtp::fake::{Rules, SmtpFake};
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

/// An agency with a mail server, and a viewing that a customer booked on WhatsApp.
async fn booked(db: TestDb) -> (Shop, SmtpFake, String) {
    let shop = agency(db).await;
    let mail = SmtpFake::start(([127, 0, 0, 1], 0).into(), Rules::default()).await.unwrap();
    let config = json!({"url": format!("smtp://{}", mail.address()), "from": "Acme <office@acme.example>"});
    let made = shop.app.post("/api/v1/connections", &shop.key, json!({"kind": "smtp", "config": config})).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    shop.says(CALLER, "I'd like to view the flat on Elgin Avenue, my name is Sam Hill, my email is sam@example.com")
        .await;
    shop.taps(CALLER, 2).await;
    shop.taps(CALLER, 0).await;
    let id = shop.list("viewings").await.pop().expect("a viewing")["id"].as_str().unwrap().to_owned();
    (shop, mail, id)
}

/// The invitations to the customer: method, sequence, begin.
fn invitations(mail: &SmtpFake) -> Vec<(String, String, String)> {
    let of = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.rsplit(':').next().unwrap_or_default().trim().to_owned()
    };
    let calendars = mail.mails().into_iter().filter_map(|mail| mail.part("text/calendar"));
    calendars.map(|text| (of(&text, "METHOD"), of(&text, "SEQUENCE"), of(&text, "DTSTART"))).collect()
}

async fn change(shop: &Shop, id: &str, body: Value) -> StatusCode {
    let status = shop.app.patch(&format!("/api/v1/appointments/{id}"), &shop.key, body).await.status;
    shop.run().await;
    status
}

both_engines! {
    async fn an_invitation_follows_each_change(db: TestDb) {
        let (shop, mail, id) = booked(db).await;
        let first = invitations(&mail);
        assert_eq!(first.len(), 1, "{first:?}");
        assert_eq!((first[0].0.as_str(), first[0].1.as_str()), ("REQUEST", "0"));
        assert_eq!(change(&shop, &id, json!({"starts_at": "2026-11-27T14:00:00Z"})).await, StatusCode::OK);
        let said = shop.on_whatsapp(CALLER).pop().unwrap().text;
        assert!(said.contains("is now on Friday 27 November at 16:00"), "{said}");
        assert_eq!(invitations(&mail)[1], ("REQUEST".to_owned(), "1".to_owned(), "20261127T140000Z".to_owned()));
        assert_eq!(change(&shop, &id, json!({"state": "cancelled"})).await, StatusCode::OK);
        assert!(shop.on_whatsapp(CALLER).pop().unwrap().text.contains("is cancelled"));
        assert_eq!(invitations(&mail)[2].0, "CANCEL");
        assert_eq!(change(&shop, &id, json!({"state": "done"})).await, StatusCode::CONFLICT, "it is over");
        assert_eq!(invitations(&mail).len(), 3);
    }

    async fn a_reminder_comes_the_day_before_and_not_of_what_was_called_off(db: TestDb) {
        let (shop, _mail, id) = booked(db).await;
        assert_eq!(change(&shop, &id, json!({"starts_at": "2026-11-26T14:00:00Z"})).await, StatusCode::OK);
        let before = shop.by_sms(CALLER).len() + shop.on_whatsapp(CALLER).len();
        shop.hours(52).await;
        let after = shop.by_sms(CALLER).len() + shop.on_whatsapp(CALLER).len();
        assert_eq!(after, before + 1, "one reminder");
        let words = shop.by_sms(CALLER).pop().expect("the window is closed: by text message").body;
        assert!(words.contains("a reminder of your viewing") && words.contains("Thursday 26 November at 16:00"), "{words}");
    }

    async fn a_time_that_is_taken_is_refused_and_free_ones_are_shown(db: TestDb) {
        let (shop, _mail, id) = booked(db).await;
        let viewing = shop.get(&format!("appointments/{id}")).await;
        let property = viewing["property_id"].as_str().unwrap();
        let slots = shop.list(&format!("slots?property_id={property}&days=3")).await;
        assert!(!slots.is_empty() && slots.iter().all(|slot| slot["starts_at"] != viewing["starts_at"]));
        let wanted = |at: &Value| json!({"purpose": "viewing", "contact_id": viewing["contact_id"], "property_id": property, "starts_at": at});
        let again = shop.app.post("/api/v1/appointments", &shop.key, wanted(&viewing["starts_at"])).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);
        let made = shop.app.post("/api/v1/appointments", &shop.key, wanted(&slots[0]["starts_at"])).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let moved = change(&shop, &id, json!({"starts_at": slots[0]["starts_at"]})).await;
        assert_eq!(moved, StatusCode::CONFLICT);
        shop.pass(SignedDuration::from_mins(1)).await;
        assert_eq!(shop.list("viewings?state=booked").await.len(), 2);
    }
}

//! Appointments from the day they are made (C6): told, invited to, moved, reminded of, called off.

use super::desk::agency;
use super::world::{CALLER, Shop};
use http::{Method, StatusCode};
use icalendar::{Component, EventLike};
use jiff::SignedDuration;
use ringleader_core::user::Role;
use ringleader_providers::smtp::fake::{Rules, SmtpFake};
use ringleader_store::both_engines;
use ringleader_store::repo::NewUser;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

/// An agency with a mail server, and a viewing that a customer booked on WhatsApp.
pub async fn booked(db: TestDb) -> (Shop, SmtpFake, String) {
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

pub async fn change(shop: &Shop, id: &str, body: Value) -> StatusCode {
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

    async fn a_visitor_is_asked_once_how_it_was_and_the_answer_is_kept(db: TestDb) {
        let (shop, _mail, id) = booked(db).await;
        assert_eq!(change(&shop, &id, json!({"starts_at": "2026-11-26T19:00:00Z"})).await, StatusCode::OK);
        shop.hours(100).await;
        let asked = |sent: &[ringleader_providers::twilio::fake::SentSms]| {
            sent.iter().filter(|sms| sms.body.contains("how was your viewing")).count()
        };
        assert_eq!(asked(&shop.by_sms(CALLER)), 1, "once, and at last");
        let seen = shop.get(&format!("appointments/{id}")).await;
        let at: jiff::Timestamp = seen["feedback_asked_at"].as_str().unwrap().parse().unwrap();
        let hour = at.to_zoned(jiff::tz::TimeZone::get("Asia/Jerusalem").unwrap()).hour();
        assert!((8..21).contains(&hour), "not at night: {at}");
        shop.texts(CALLER, "We loved it, but the kitchen is small").await;
        let seen = shop.get(&format!("appointments/{id}")).await;
        assert_eq!((seen["state"].as_str(), seen["feedback"]["liked"].as_bool()), (Some("done"), Some(true)), "{seen}");
        assert_eq!(seen["feedback"]["words"], "We loved it, but the kitchen is small");
        let facts = shop.lead().await["facts"].as_array().unwrap().clone();
        let fact = facts.iter().find(|fact| fact["name"] == "viewing_feedback").expect("it stands on the lead");
        assert!(fact["value"].as_str().unwrap().contains("We loved it"), "{fact}");
        assert!(shop.by_sms(CALLER).pop().unwrap().body.contains("passed that on"));
        assert!(shop.decided("send", "C6", "feedback").await);
        shop.hours(48).await;
        assert_eq!(asked(&shop.by_sms(CALLER)), 1);
    }

    async fn a_figure_answers_too_and_something_else_is_no_answer(db: TestDb) {
        let (shop, _mail, id) = booked(db).await;
        assert_eq!(change(&shop, &id, json!({"starts_at": "2026-11-26T10:00:00Z"})).await, StatusCode::OK);
        shop.hours(76).await;
        shop.texts(CALLER, "I can smell gas!").await;
        assert!(shop.get(&format!("appointments/{id}")).await["feedback"].is_null(), "danger is no opinion");
        assert!(shop.by_sms(CALLER).iter().any(|sms| sms.body.contains("don't switch anything on or off")));
        let (shop, _mail, id) = (shop, _mail, id);
        shop.hours(25).await;
        shop.texts(CALLER, "2").await;
        let seen = shop.get(&format!("appointments/{id}")).await;
        assert_eq!(seen["feedback"]["liked"].as_bool(), Some(false), "{seen}");
    }

    async fn who_was_called_off_is_not_asked_and_who_did_not_come_is_offered_another_time(db: TestDb) {
        let (shop, _mail, id) = booked(db).await;
        assert_eq!(change(&shop, &id, json!({"starts_at": "2026-11-26T10:00:00Z"})).await, StatusCode::OK);
        shop.hours(73).await;
        assert_eq!(change(&shop, &id, json!({"state": "no_show"})).await, StatusCode::OK);
        let said = shop.by_sms(CALLER).pop().unwrap().body;
        assert!(said.contains("we missed you"), "{said}");
        shop.hours(24).await;
        assert!(shop.by_sms(CALLER).iter().all(|sms| !sms.body.contains("how was your viewing")));
        shop.texts(CALLER, "sorry! yes please, another time").await;
        let said = shop.by_sms(CALLER).pop().unwrap().body;
        assert!(said.contains("viewing of the property on Elgin Avenue") && said.contains("\n1. "), "the same property: {said}");
        shop.texts(CALLER, "1").await;
        assert!(shop.by_sms(CALLER).pop().unwrap().body.contains("Is that right?"));
        shop.texts(CALLER, "yes").await;
        assert_eq!(shop.list("viewings?state=booked").await.len(), 1);
    }

    async fn who_did_not_come_hears_of_it_by_day_and_may_have_had_enough(db: TestDb) {
        let (shop, _mail, id) = booked(db).await;
        assert_eq!(change(&shop, &id, json!({"starts_at": "2026-11-26T14:00:00Z"})).await, StatusCode::OK);
        shop.hours(86).await; // past midnight in Jerusalem
        assert_eq!(change(&shop, &id, json!({"state": "no_show"})).await, StatusCode::OK);
        let missed = || shop.by_sms(CALLER).iter().filter(|sms| sms.body.contains("we missed you")).count();
        assert_eq!(missed(), 0, "not at night");
        shop.hours(10).await;
        assert_eq!(missed(), 1);
        shop.texts(CALLER, "no thanks").await;
        let said = shop.by_sms(CALLER).pop().unwrap().body;
        assert!(!said.contains("I have") && said.contains("passed that on"), "{said}");
    }

    async fn an_agent_has_a_calendar_behind_a_secret_that_can_be_taken_away(db: TestDb) {
        let shop = agency(db).await;
        let tenant = shop.get("tenant").await["id"].as_str().unwrap().parse().unwrap();
        let mut tx = shop.app.db.store.begin(tenant).await.unwrap();
        let kim = NewUser { name: "Kim", email: "kim@acme.example", role: Role::Agent, password_hash: None };
        tx.users().add(&kim).await.unwrap();
        tx.commit().await.unwrap();
        shop.says(CALLER, "I'd like to view the flat on Elgin Avenue, my name is Sam Hill").await;
        shop.taps(CALLER, 2).await;
        shop.taps(CALLER, 0).await;
        let viewing = shop.list("viewings").await.pop().expect("a viewing");
        let (id, agent) = (viewing["id"].as_str().unwrap().to_owned(), viewing["agent_id"].as_str().unwrap().to_owned());
        let path = format!("agents/{agent}/calendar");
        let give = async || shop.post(&path, json!({})).await["url"].as_str().unwrap().to_owned();
        let open = async |url: &str| shop.app.get(url.strip_prefix("https://ring.example").unwrap(), "").await;
        let url = give().await;
        assert!(!url.contains(&agent) && !url.contains('@'), "the address holds nothing but its secret: {url}");
        let writer = shop.app.db.store.begin(tenant).await.unwrap();
        let answer = open(&url).await;
        drop(writer);
        assert_eq!(answer.status, StatusCode::OK, "whoever writes holds no reader up: {}", answer.text);
        assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/calendar"));
        icalendar::parser::read_calendar(&icalendar::parser::unfold(&answer.text)).expect("the grammar of RFC 5545");
        let calendar: icalendar::Calendar = answer.text.parse().expect("a calendar");
        let events: Vec<_> = calendar.components.iter().filter_map(|it| it.as_event()).collect();
        assert_eq!(events.len(), 1, "{}", answer.text);
        assert!(events[0].get_uid().unwrap().contains(&id) && events[0].get_summary().unwrap().contains("Sam Hill"));
        assert!(events[0].get_location().unwrap().contains("77 Elgin Avenue"), "the agent needs the door");
        assert_eq!(change(&shop, &id, json!({"state": "cancelled"})).await, StatusCode::OK);
        assert!(!open(&url).await.text.contains("BEGIN:VEVENT"), "what was called off is gone");
        let newer = give().await;
        assert_eq!(open(&url).await.status, StatusCode::NOT_FOUND, "a new secret replaces the old one");
        assert_eq!(open(&newer).await.status, StatusCode::OK);
        let gone = shop.app.call(Method::DELETE, &format!("/api/v1/{path}"), &shop.key, None).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
        assert_eq!(open(&newer).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_viewing_takes_the_lead_on_whoever_books_it_and_is_counted_with_it_for_good(db: TestDb) {
        let (shop, _mail, id) = booked(db).await;
        assert_eq!(shop.lead().await["status"], "viewing_booked", "the receptionist booked it");
        let lead = shop.lead().await["id"].as_str().unwrap().to_owned();
        let becomes = async |status: &str| {
            let set = shop.app.patch(&format!("/api/v1/leads/{lead}"), &shop.key, json!({"status": status})).await;
            assert_eq!(set.status, StatusCode::OK, "{}", set.text);
        };
        let viewing = shop.get(&format!("appointments/{id}")).await;
        let property = viewing["property_id"].as_str().unwrap();
        let slots = shop.list(&format!("slots?property_id={property}&days=3")).await;
        let make = async |purpose: &str, at: &Value| {
            let of = if purpose == "viewing" { json!({"property_id": property}) } else { json!({"place": "1 High Road"}) };
            let mut wanted = json!({"purpose": purpose, "contact_id": viewing["contact_id"], "starts_at": at});
            wanted.as_object_mut().unwrap().extend(of.as_object().unwrap().clone());
            let made = shop.app.post("/api/v1/appointments", &shop.key, wanted).await;
            assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        };
        becomes("contacted").await;
        make("valuation", &slots[4]["starts_at"]).await;
        assert_eq!(shop.lead().await["status"], "contacted", "that is no viewing");
        make("viewing", &slots[0]["starts_at"]).await;
        assert_eq!(shop.lead().await["status"], "viewing_booked"); // A9
        becomes("offer_made").await;
        make("viewing", &slots[8]["starts_at"]).await;
        assert_eq!(shop.lead().await["status"], "offer_made", "nobody is taken back");
        becomes("lost").await;
        let total = shop.get("analytics/summary").await["total"].clone();
        assert_eq!((&total["leads"], &total["with_viewing"], &total["viewing_booked"]), (&json!(1), &json!(1), &json!(1)), "{total}");
        assert_eq!(total["viewing_conversion"], 0.0);
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

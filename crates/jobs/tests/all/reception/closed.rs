//! What is offered follows the business's days (C6): the country's week, dated exceptions, Shabbat and festivals.

use super::office::Office;
use jiff::Timestamp;
use jiff::civil::Date;
use ringleader_core::property::{NewProperty, Viewings};
use ringleader_core::reception::words::Purpose;
use ringleader_core::tenant::Owner;
use ringleader_core::user::Role;
use ringleader_jobs::actions;
use ringleader_jobs::reception::{Heard, Then};
use ringleader_store::both_engines;
use ringleader_store::repo::{NewTenant, NewUser};
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

fn business(country: &str, time_zone: &str, place: &str, settings: Value) -> NewTenant {
    NewTenant {
        name: "Acme".to_owned(),
        locale: "en".to_owned(),
        country: country.to_owned(),
        time_zone: time_zone.to_owned(),
        place: Some(place.to_owned()),
        owner: Owner { name: "Ada".to_owned(), phone: None, email: None },
        settings,
    }
}

/// The days on which something is offered from `from` on, each with its first and its last slot.
async fn offered(office: &Office, from: &str, days: i64) -> Vec<String> {
    let mut read = office.db.store.read(office.tenant).await.unwrap();
    let zone = read.tenants().me().await.unwrap().time_zone;
    let from = from.parse::<Date>().unwrap().to_zoned(zone.clone()).unwrap().timestamp();
    let slots = actions::free_slots(&mut read, None, from, days).await.unwrap();
    let local = |at: Timestamp| at.to_zoned(zone.clone());
    let mut told: Vec<(Date, String, String)> = Vec::new();
    for at in slots.into_iter().map(|slot| local(slot.start)) {
        let time = at.strftime("%H:%M").to_string();
        match told.last_mut().filter(|(day, ..)| *day == at.date()) {
            Some((_, _, last)) => *last = time,
            None => told.push((at.date(), time.clone(), time)),
        }
    }
    told.into_iter().map(|(day, first, last)| format!("{} {first}-{last}", day.strftime("%a %d.%m."))).collect()
}

both_engines! {
    async fn a_property_is_offered_by_its_own_rules(db: TestDb) {
        let office = Office::open(db).await; // Monday, ten in the morning
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        let lea = NewUser { name: "Lea", email: "lea@acme.example", role: Role::Agent, password_hash: None };
        let lea = tx.users().add(&lea).await.unwrap().unwrap();
        let flat = tx.properties().by_reference("MV-1").await.unwrap().unwrap();
        let viewings = json!({"notice": "24h", "hours": [{"days": ["tue", "thu"], "from": "14:00", "to": "15:30"}],
            "shown_by": "lea@acme.example", "note": "The key is with the porter"});
        let viewings = Some(serde_json::from_value(viewings).unwrap());
        let entered = NewProperty { viewings, ..flat.entered };
        actions::put_property(&mut tx, &entered, "test").await.unwrap();
        // A file that tells nothing of it leaves it as it is.
        actions::put_property(&mut tx, &NewProperty { viewings: None, ..entered.clone() }, "test").await.unwrap();
        let again = entered.clone();
        let nobody = Viewings { shown_by: Some("nobody@acme.example".to_owned()), ..Viewings::default() };
        assert!(actions::put_property(&mut tx, &NewProperty { viewings: Some(nobody), ..entered }, "test").await.is_err());
        let looks = NewUser { name: "Vera", email: "vera@acme.example", role: Role::Viewer, password_hash: None };
        tx.users().add(&looks).await.unwrap();
        let viewer = Viewings { shown_by: Some("vera@acme.example".to_owned()), ..Viewings::default() };
        assert!(actions::put_property(&mut tx, &NewProperty { viewings: Some(viewer), ..again.clone() }, "test").await.is_err());
        // As it is typed; and who leaves stands in no other change's way.
        let mut typed = again.clone();
        typed.viewings.as_mut().unwrap().shown_by = Some(" Lea@Acme.example ".to_owned());
        actions::put_property(&mut tx, &typed, "test").await.unwrap();
        let mut gone = tx.users().get(lea).await.unwrap().unwrap();
        gone.disabled_at = Some(tx.now());
        tx.users().update(&gone).await.unwrap();
        actions::put_property(&mut tx, &typed, "test").await.unwrap();
        assert!(actions::put_property(&mut tx, &again, "test").await.is_err(), "she is not chosen anew");
        gone.disabled_at = None;
        tx.users().update(&gone).await.unwrap();
        tx.commit().await.unwrap();
        let mut read = office.db.store.read(office.tenant).await.unwrap();
        let now = read.now();
        let free = actions::free_slots(&mut read, Some(flat.id), now, 7).await.unwrap();
        let told: Vec<String> = free.iter().map(|slot| slot.start.strftime("%a %H:%M").to_string()).collect();
        assert_eq!(told, ["Tue 14:00", "Tue 14:30", "Tue 15:00", "Thu 14:00", "Thu 14:30", "Thu 15:00"]);
        assert!(free.iter().all(|slot| slot.agents == [lea.to_string()]), "{free:?}");
        // As a caller hears it.
        let talk = office.call().await;
        let turn = talk.says("I'd like to view the flat on Elgin Avenue, my name is Sam Hill").await;
        assert!(turn.text.contains("two in the afternoon") || turn.text.contains("half past two"), "{}", turn.text);
        talk.hears(Heard::Pressed('1')).await;
        assert!(talk.says("yes").await.text.contains("That's booked"));
        let until = now + jiff::SignedDuration::from_hours(24 * 14);
        let around = office.db.store.read(office.tenant).await.unwrap().feeds().around(&lea.to_string(), now, until).await.unwrap();
        let where_to = around.into_values().next().and_then(|(_, address)| address).unwrap();
        assert_eq!(where_to, "7 Elgin Avenue, W9 2AB (The key is with the porter)");
    }

    async fn an_israeli_business_offers_sunday_to_friday_noon_and_no_festival(db: TestDb) {
        let settings = json!({"keeps_shabbat": true});
        let office = Office::of(db, vec![], business("IL", "Asia/Jerusalem", "Jerusalem", settings)).await;
        // Pesach of 2027: its first day is a Thursday, its seventh a Wednesday.
        let expected = [
            "Sun 18.04. 09:00-17:30", "Mon 19.04. 09:00-17:30", "Tue 20.04. 09:00-17:30", "Wed 21.04. 09:00-12:30",
            "Fri 23.04. 09:00-12:30",
            "Sun 25.04. 09:00-17:30", "Mon 26.04. 09:00-17:30", "Tue 27.04. 09:00-12:30",
            "Thu 29.04. 09:00-17:30", "Fri 30.04. 09:00-12:30",
        ];
        assert_eq!(offered(&office, "2027-04-18", 14).await, expected);
        // The clock goes forward in the night before this Friday, which has hours of its own.
        office.set("special_days", json!([{"date": "2027-03-26", "open": [{"from": "10:00", "to": "11:30"}]}])).await;
        assert_eq!(offered(&office, "2027-03-25", 3).await, ["Thu 25.03. 09:00-17:30", "Fri 26.03. 10:00-11:00"]);
    }

    async fn a_business_that_keeps_shabbat_offers_nothing_after_candle_lighting(db: TestDb) {
        let settings = json!({"keeps_shabbat": true});
        let office = Office::of(db, vec![], business("GB", "Europe/London", "London", settings)).await;
        // Saturday is a day of the English week: after nightfall it goes on.
        let expected =
            ["Thu 10.12. 09:00-17:30", "Fri 11.12. 09:00-15:00", "Sat 12.12. 17:00-17:30", "Mon 14.12. 09:00-17:30"];
        assert_eq!(offered(&office, "2026-12-10", 5).await, expected);
    }

    async fn an_english_office_is_closed_over_christmas(db: TestDb) {
        let settings = json!({"special_days": [
            {"date": "2026-12-25", "until": "2026-12-28", "name": "Christmas", "open": []},
            {"date": "2026-12-31", "open": [{"from": "10:00", "to": "12:00"}, {"from": "13:00", "to": "14:00"}]},
            {"date": "2027-01-01", "name": "told nothing of opening"},
        ], "public_holidays": "none"});
        let office = Office::of(db, vec![], business("GB", "Europe/London", "London", settings)).await;
        let expected = [
            "Thu 24.12. 09:00-17:30", "Tue 29.12. 09:00-17:30", "Wed 30.12. 09:00-17:30", "Thu 31.12. 10:00-13:30",
            "Fri 01.01. 09:00-17:30",
        ];
        assert_eq!(offered(&office, "2026-12-24", 9).await, expected);
    }

    async fn an_english_office_that_entered_nothing_is_closed_on_bank_holidays(db: TestDb) {
        let settings = json!({"reception": {"people": [{"name": "Ada", "phone": "+447700900777"}]}});
        let office = Office::of(db, vec![], business("GB", "Europe/London", "London", settings)).await;
        let expected = [
            "Thu 24.12. 09:00-17:30", "Tue 29.12. 09:00-17:30", "Wed 30.12. 09:00-17:30", "Thu 31.12. 09:00-17:30",
            "Sat 02.01. 09:00-17:30",
        ];
        assert_eq!(offered(&office, "2026-12-24", 10).await, expected);
        // Nobody is rung on one either.
        for (at, rung) in [("2026-12-24T11:00:00Z", true), ("2026-12-25T11:00:00Z", false)] {
            office.db.clock.set(at.parse().unwrap());
            let turn = office.call().await.says("put me through to an agent").await;
            assert_eq!(matches!(turn.then, Then::Dial { .. }), rung, "{at}: {}", turn.text);
        }
        office.db.clock.set("2026-11-23T10:00:00Z".parse().unwrap());
        // Who opens on one says so.
        office.set("special_days", json!([{"date": "2026-12-26", "open": [{"from": "10:00", "to": "12:00"}]}])).await;
        assert_eq!(offered(&office, "2026-12-24", 4).await, ["Thu 24.12. 09:00-17:30", "Sat 26.12. 10:00-11:30"]);
        // One day's own hours close no other.
        let turn = office.call().await.says("put me through to an agent").await;
        assert!(matches!(turn.then, Then::Dial { .. }), "{}", turn.text);
    }

    async fn an_israeli_business_without_shabbat_still_has_its_festivals(db: TestDb) {
        let office = Office::of(db, vec![], business("IL", "Asia/Jerusalem", "Jerusalem", json!({}))).await;
        // Independence Day of 2027 is a Wednesday.
        let expected = ["Mon 10.05. 09:00-17:30", "Tue 11.05. 09:00-17:30", "Thu 13.05. 09:00-17:30"];
        assert_eq!(offered(&office, "2027-05-10", 4).await, expected);
    }

    async fn what_was_offered_is_gone_once_the_day_is_closed_and_people_may_book_it_all_the_same(db: TestDb) {
        let office = Office::open(db).await;
        let talk = office.call().await;
        talk.says("I'd like to view the flat on Elgin Avenue, my name is Sam Hill").await;
        let mut read = office.db.store.read(office.tenant).await.unwrap();
        let day = office.db.clock.now();
        let slots = actions::free_slots(&mut read, None, day, 20).await.unwrap();
        drop(read);
        let (first, last) = (slots[0].start, slots[slots.len() - 1].start);
        let [from, until] = [first, last].map(|at| at.strftime("%F").to_string());
        office.set("special_days", json!([{"date": from, "until": until, "open": []}])).await;
        let turn = talk.hears(Heard::Pressed('1')).await;
        assert!(turn.text.contains("has just gone") && turn.text.contains("no free times"), "{}", turn.text);
        let sam = office.person("+447700900555", Some("Sam Hill")).await;
        let wanted = actions::Wanted {
            purpose: Purpose::Visit,
            contact_id: sam,
            property_id: None,
            place: None,
            start: last,
            agent_id: None,
        };
        actions::make_appointment(&office.cx, office.tenant, wanted, "user:ada").await.unwrap();
    }
}

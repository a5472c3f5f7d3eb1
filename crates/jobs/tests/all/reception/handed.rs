//! Who wants a person, and what is promised (C13).

use super::office::Office;
use jiff::SignedDuration;
use ringleader_jobs::reception::{Heard, Medium, Then};
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;

both_engines! {
    async fn nobody_is_promised_at_once_while_the_office_is_closed(db: TestDb) {
        let office = Office::open(db).await;
        let sam = office.person("+447700900555", Some("Sam Hill")).await;
        for (medium, open, closed) in [
            (Medium::Whatsapp, "One moment", "A colleague answers you here when we open, tomorrow at nine in the morning."),
            (Medium::Sms, "One moment", "A colleague answers you here when we open, tomorrow at nine in the morning."),
            (Medium::Voice, "One moment", "Nobody is free just now. A colleague will call you back tomorrow at ten"),
        ] {
            let turn = office.begin(medium, Some(sam), "en-GB").await.says("can I speak to a person please").await;
            assert!(turn.text.contains(open), "{medium}: {}", turn.text);
            assert_eq!(turn.then == Then::End, medium != Medium::Voice, "a chat is the person's, people are rung for a call");
            office.pass(SignedDuration::from_hours(12));
            let turn = office.begin(medium, Some(sam), "en-GB").await.says("can I speak to a person please").await;
            assert!(turn.text.contains(closed) && !turn.text.contains(open), "{medium}: {}", turn.text);
            assert_eq!(turn.then, Then::End);
            office.pass(SignedDuration::from_hours(12));
        }
    }

    async fn a_promised_call_back_is_in_writing_and_in_the_room(db: TestDb) {
        let office = Office::open(db).await;
        office.with_texts().await;
        office.with_a_room().await;
        let sam = office.person("+447700900555", Some("Sam Hill")).await;
        let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        call.says("I want to buy a three bedroom house in Ealing, see https://evil.example").await;
        call.says("put me through to an agent").await;
        let told = office.written("hand_over").await;
        assert_eq!(told.len(), 1, "{told:?}");
        for words in ["A call from Sam Hill about a property.", "Why: wants to speak to a person", "+447700900555", "to buy, 3-bed, Ealing"] {
            assert!(told[0].1.contains(words), "{told:?}");
        }
        assert!(office.written("reception").await.is_empty(), "somebody may take it yet");
        call.hears(Heard::Answered(false)).await;
        let [promised, _] = office.written("hand_over").await.try_into().expect("two notices");
        assert!(promised.1.contains("Call back +447700900555 by") && promised.1.ends_with("at the latest."), "{promised:?}");
        let [(to, words)] = office.written("reception").await.try_into().expect("one text");
        assert_eq!(to, "+447700900555");
        assert!(words.starts_with("Acme Homes: a colleague will call you back by"), "{words}");
        // In Hebrew, out of hours, to somebody whom nobody knows.
        office.pass(SignedDuration::from_hours(12));
        let dana = office.person("+447700900556", None).await;
        office.begin(Medium::Voice, Some(dana), "he-IL").await.says("אפשר לדבר עם נציג בבקשה").await;
        let (to, words) = office.written("reception").await.remove(0);
        assert_eq!(to, "+447700900556");
        assert!(words.starts_with("Acme Homes: יחזרו אליך מחר בשעה 10:00 לכל המאוחר."), "{words}");
        // Nobody was rung: the wish and the promise are one note.
        let [(_, note), _, _] = office.written("hand_over").await.try_into().expect("three notices");
        assert!(note.contains("Why: wants to speak to a person") && note.contains("at the latest."), "{note}");
    }

    async fn nothing_is_written_to_who_asked_for_silence_nor_where_no_number_is_known(db: TestDb) {
        let office = Office::open(db).await;
        office.with_texts().await;
        office.pass(SignedDuration::from_hours(12));
        let sam = office.person("+447700900555", Some("Sam Hill")).await;
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        tx.contacts().set_opted_out(sam, Some(office.db.clock.now()), "word", "test").await.unwrap();
        tx.commit().await.unwrap();
        for contact in [Some(sam), None] {
            let turn = office.begin(Medium::Voice, contact, "en-GB").await.says("put me through to an agent").await;
            assert!(turn.text.contains("A colleague will call you back"), "{}", turn.text);
        }
        assert!(office.written("reception").await.is_empty() && office.written("hand_over").await.is_empty());
    }

    async fn who_is_on_duty_is_rung_in_order_and_the_promise_is_one_that_they_can_keep(db: TestDb) {
        let hours = |from: &str, to: &str| json!([{"days": "all", "from": from, "to": to}]);
        let people = json!([
            {"name": "Ada", "phone": "+447700900777", "away": [{"from": "2026-11-23", "until": "2026-11-23"}]},
            {"name": "Bob", "phone": "+447700900778", "hours": hours("09:00", "12:00")},
            {"name": "Cleo", "phone": "+447700900779", "hours": hours("10:00", "15:00")},
        ]);
        let office = Office::planned(db, vec![], json!({"people": people})).await;
        let asks = async || office.call().await.says("put me through to an agent").await;
        let rung = |turn: &ringleader_jobs::reception::Turn| match &turn.then {
            Then::Dial { people, .. } => people.iter().map(|person| person.name.clone()).collect(),
            _ => Vec::new(),
        };
        assert_eq!(rung(&asks().await), ["Bob", "Cleo"], "Monday at ten: Ada is away");
        office.pass(SignedDuration::from_mins(4 * 60 + 30));
        let call = office.call().await;
        assert_eq!(rung(&call.says("put me through to an agent").await), ["Cleo"]);
        let turn = call.hears(Heard::Answered(false)).await;
        // The office is open until six, but Cleo leaves at three, and Ada is back tomorrow at nine.
        assert!(turn.text.contains("call you back tomorrow at ten in the morning"), "{}", turn.text);
        office.pass(SignedDuration::from_mins(60));
        let turn = asks().await;
        assert!(rung(&turn).is_empty() && turn.text.contains("Nobody is free") && turn.text.contains("tomorrow at ten"), "{}", turn.text);
    }

    async fn where_no_hours_are_told_no_call_is_promised_for_the_middle_of_the_night(db: TestDb) {
        let ada = |away: &str| json!({"name": "Ada", "phone": "+447700900777", "away": [{"from": away, "until": away}]});
        let bob = json!({"name": "Bob", "phone": "+447700900778", "hours": [{"days": "all", "from": "09:00", "to": "12:00"}]});
        let office = Office::open(db).await;
        office.set("opening_hours", json!([])).await;
        office.pass(SignedDuration::from_hours(13)); // Monday, eleven at night
        let reception = office.db.store.read(office.tenant).await.unwrap().tenants().raw_settings().await.unwrap();
        let mut reception = reception["reception"].clone();
        for (people, told) in [
            (json!([ada("2026-11-23")]), "call you back as soon as possible"),
            (json!([ada("2026-12-24")]), "call you back as soon as possible"),
            (json!([ada("2026-12-24"), bob]), "call you back tomorrow at ten in the morning"),
        ] {
            reception["people"] = people.clone();
            office.set("reception", reception.clone()).await;
            let call = office.call().await;
            let mut turn = call.says("put me through to an agent").await;
            if matches!(turn.then, Then::Dial { .. }) {
                turn = call.hears(Heard::Answered(false)).await;
            }
            assert!(turn.text.contains(told), "{people}: {}", turn.text);
        }
    }

    async fn nobody_is_rung_on_a_day_of_rest_that_the_business_keeps(db: TestDb) {
        let office = Office::open(db).await;
        office.set("opening_hours", json!([{"days": "all", "from": "09:00", "to": "18:00"}])).await;
        let friday: jiff::Timestamp = "2026-11-27T16:30:00Z".parse().unwrap();
        office.pass(friday.duration_since(office.db.clock.now()));
        let turn = office.call().await.says("put me through to an agent").await;
        assert!(matches!(turn.then, Then::Dial { .. }), "{}", turn.text);
        office.set("keeps_shabbat", json!(true)).await;
        let turn = office.call().await.says("put me through to an agent").await;
        assert!(turn.text.contains("Nobody is free") && turn.text.contains("call you back tomorrow at"), "{}", turn.text);
        assert_eq!(turn.then, Then::End);
    }

    async fn people_see_to_whom_they_labelled_themselves(db: TestDb) {
        let office = Office::open(db).await;
        let wish = "I'm looking for a two bed flat to rent in Maida Vale up to 2200 a month";
        for (nth, label) in [(1, "VIP"), (2, "vip"), (3, "vipers")] {
            let contact = office.person(&format!("+44770090056{nth}"), Some("Sam Hill")).await;
            let first = office.begin(Medium::Voice, Some(contact), "en-GB").await;
            assert!(first.says(wish).await.text.contains("Elgin Avenue"), "no label, no person");
            first.says("no thanks, goodbye").await;
            let mut tx = office.db.store.begin(office.tenant).await.unwrap();
            let lead = tx.leads().open_of(contact).await.unwrap().expect("a lead");
            tx.leads().label(lead.id, label, true).await.unwrap();
            tx.commit().await.unwrap();
            let turn = office.begin(Medium::Voice, Some(contact), "en-GB").await.says(wish).await;
            assert_eq!(matches!(turn.then, Then::Dial { .. }), label.len() == 3, "{label}: {}", turn.text);
            // Danger is reported before anything else, whoever it is.
            let turn = office.begin(Medium::Voice, Some(contact), "en-GB").await.says("I can smell gas").await;
            assert!(turn.text.contains("Please don't switch anything on or off") && !turn.text.contains("One moment"));
        }
        assert_eq!(office.handed().await, ["vip", "vip"]);
    }

    async fn a_sale_above_the_limit_is_for_people(db: TestDb) {
        let office = Office::open(db).await;
        let said = async |words: &'static str| office.call().await.says(words).await;
        let turn = said("I want to buy a house in Ealing up to 2 million").await;
        assert!(turn.text.contains("Acacia Road"), "{}", turn.text);
        let turn = said("I want to buy a house in Ealing up to 2.5 million pounds").await;
        assert!(matches!(turn.then, Then::Dial { .. }), "{}", turn.text);
        // The limit is the business's own, and a property can be above it as well.
        let me = office.db.store.read(office.tenant).await.unwrap().tenants().raw_settings().await.unwrap();
        let mut reception = me["reception"].clone();
        reception["deal_limit"] = 700_000.into();
        office.set("reception", reception.clone()).await;
        let turn = said("I'd like to view the house on Acacia Road").await;
        assert!(matches!(turn.then, Then::Dial { .. }), "{}", turn.text);
        reception["deal_limit"] = 0.into();
        office.set("reception", reception).await;
        let turn = said("I want to buy a house in Ealing up to 9 million").await;
        assert!(turn.text.contains("Acacia Road"), "{}", turn.text);
        assert_eq!(office.handed().await, ["deal", "deal"]);
    }

    async fn what_is_a_dear_sale_follows_the_currency(db: TestDb) {
        let office = Office::open(db).await;
        office.set("currency", json!("ILS")).await;
        let said = async |words| office.call().await.says(words).await;
        let turn = said("I want to buy a house in Ealing up to 4 million").await;
        assert!(turn.text.contains("Acacia Road"), "an ordinary flat in Tel Aviv: {}", turn.text);
        let turn = said("I want to buy a house in Ealing up to 12 million").await;
        assert!(matches!(turn.then, Then::Dial { .. }), "{}", turn.text);
    }

    async fn a_complaint_goes_to_people_in_both_languages(db: TestDb) {
        let office = Office::open(db).await;
        for (language, words) in [
            ("en-GB", "I'd like to make a complaint about the agent who showed me the flat"),
            ("he-IL", "אני רוצה להתלונן על השירות שלכם"),
        ] {
            for (nth, medium) in [(1, Medium::Voice), (2, Medium::Whatsapp)] {
                let contact = office.person(&format!("+44770090057{nth}"), None).await;
                let turn = office.begin(medium, Some(contact), language).await.says(words).await;
                let handed = matches!(turn.then, Then::Dial { .. } | Then::End);
                assert!(handed, "{language} {medium}: {}", turn.text);
            }
        }
        assert_eq!(office.handed().await, ["complaint"; 4]);
    }
}

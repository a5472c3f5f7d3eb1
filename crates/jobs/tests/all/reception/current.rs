//! What a talk knows is what is so now (C6, C12); and who becomes a lead (C3).

use super::office::Office;
use jiff::SignedDuration;
use ringleader_core::appointment::AppointmentState;
use ringleader_core::conversation::Channel;
use ringleader_jobs::actions;
use ringleader_jobs::reception::{Heard, Medium};
use ringleader_jobs::scores::score_of;
use ringleader_store::both_engines;
use ringleader_store::repo::Page;
use ringleader_store::testing::TestDb;
use serde_json::json;

both_engines! {
    async fn what_was_booked_in_a_talk_can_be_called_off_in_it(db: TestDb) {
        let office = Office::open(db).await;
        let (_, talk) = office.booked().await;
        let turn = talk.says("sorry, I need to cancel my viewing").await;
        assert!(turn.text.contains("Shall I cancel it?"), "{}", turn.text);
        assert!(talk.says("yes").await.text.contains("That's cancelled"));
    }

    async fn what_people_called_off_meanwhile_is_not_there_any_more(db: TestDb) {
        let office = Office::open(db).await;
        let (_, talk) = office.booked().await;
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        let all = tx.appointments().list(Default::default(), &Page { limit: 5, before: None }).await.unwrap().rows;
        assert!(tx.appointments().close(all[0].id, AppointmentState::Cancelled).await.unwrap());
        tx.commit().await.unwrap();
        let turn = talk.says("I need to cancel my viewing").await;
        assert!(turn.text.contains("can't find an appointment"), "{}", turn.text);
    }

    async fn where_it_is_is_told_in_the_language_of_the_talk_and_of_the_letter(db: TestDb) {
        let office = Office::open(db).await;
        office.with_texts().await;
        let (sam, talk) = office.booked().await;
        // In the talk it was booked in, which turns to Hebrew, and what was said last with it.
        assert!(talk.says("when is my viewing").await.text.contains("on Elgin Avenue in Maida Vale"));
        for turn in [talk.says("Hebrew please").await, talk.says("אני צריך לבטל את הביקור").await] {
            assert!(turn.text.contains("ברחוב Elgin Avenue, Maida Vale") && !turn.text.contains("on Elgin"), "{}", turn.text);
        }
        let again = talk.says("English please").await;
        assert!(again.text.contains("on Elgin Avenue") && !again.text.contains("ברחוב"), "{}", again.text);
        talk.says("no").await;
        // In another talk, and in writing.
        let other = office.begin(Medium::Sms, Some(sam), "he").await;
        let asked = other.says("אני צריך לבטל את הביקור").await;
        assert!(asked.text.contains("ברחוב Elgin Avenue"), "{}", asked.text);
        let mut read = office.db.store.read(office.tenant).await.unwrap();
        let booked = read.appointments().coming(sam, office.db.clock.now()).await.unwrap().remove(0);
        drop(read);
        actions::close_appointment(&office.cx, office.tenant, booked.id, AppointmentState::Cancelled, "user:ada").await.unwrap();
        let letter = office.written("reception").await.remove(0).1;
        assert!(letter.contains("ברחוב Elgin Avenue") && !letter.contains("on Elgin"), "{letter}");
    }

    async fn a_wish_that_became_a_deal_breaker_is_no_fact_any_more(db: TestDb) {
        let office = Office::open(db).await;
        let sam = office.person("+447700900555", Some("Sam Hill")).await;
        let facts = async || {
            let mut read = office.db.store.read(office.tenant).await.unwrap();
            let lead = read.leads().open_of(sam).await.unwrap().expect("a lead");
            let facts = read.leads().facts(lead.id).await.unwrap();
            let of = |name: &str| facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.clone());
            (of("must_haves"), of("deal_breakers"))
        };
        let chat = office.begin(Medium::Whatsapp, Some(sam), "en-GB").await;
        chat.says("I'm looking for a two bedroom flat to rent in Maida Vale up to 2200 a month with parking").await;
        assert_eq!(facts().await, (Some(json!("parking")), None));
        chat.says("actually no parking").await;
        assert_eq!(facts().await, (None, Some(json!("parking"))));
        // In another talk they can do without it either way.
        let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        call.says("I'm looking for a two bedroom flat to rent in Maida Vale, I don't need parking after all").await;
        assert_eq!(facts().await, (None, None));
    }

    async fn a_caller_who_wants_nothing_is_no_lead_where_interest_is_asked_for(db: TestDb) {
        let office = Office::open(db).await;
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        let me = tx.tenants().me().await.unwrap();
        let mut settings = tx.tenants().raw_settings().await.unwrap();
        settings["lead_policy"] = json!("on_interest");
        tx.tenants().update(&me.name, &me.owner, &settings).await.unwrap();
        tx.commit().await.unwrap();
        let sam = office.person("+447700900555", Some("Sam Hill")).await;
        let lead = async || office.db.store.read(office.tenant).await.unwrap().leads().open_of(sam).await.unwrap();
        let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        call.hears(Heard::Gone).await;
        assert!(lead().await.is_none(), "to hang up is no interest");
        let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        call.says("I'm looking for a two bedroom flat to rent in Maida Vale").await;
        assert!(lead().await.is_some());
    }

    async fn what_callers_tell_of_themselves_is_in_their_score(db: TestDb) {
        let office = Office::open(db).await;
        let sam = office.person("+447700900555", Some("Sam Hill")).await;
        let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        call.says("I'm looking for a flat").await;
        call.says("to buy").await;
        call.says("in Maida Vale").await;
        let turn = call.says("up to nine hundred thousand, my mortgage is approved and the deposit is ready").await;
        assert!(turn.text.contains("When would you like to move?"), "{}", turn.text);
        let turn = call.says("as soon as possible").await;
        assert!(!turn.text.contains("When would you like to move?"), "{}", turn.text);
        let (mut read, now) = (office.db.store.read(office.tenant).await.unwrap(), office.db.clock.now());
        let score = score_of(&mut read, sam, now).await.unwrap().expect("a lead");
        let parts: Vec<&str> = score.parts.iter().map(|part| part.name).collect();
        for part in ["deposit", "budget", "ready", "immediate"] {
            assert!(parts.contains(&part), "{part} in {parts:?}");
        }
        let lead = read.leads().open_of(sam).await.unwrap().expect("a lead");
        let facts = read.leads().facts(lead.id).await.unwrap();
        let mortgage = facts.iter().find(|fact| fact.name == "mortgage").expect("a fact");
        assert_eq!((&mortgage.value, mortgage.origin.clone()), (&serde_json::json!(true), Some(call.id.to_string())));
        drop(read);
        call.hears(Heard::Gone).await;
        // What is known is not asked in the next call either.
        office.pass(SignedDuration::from_hours(24 * 5));
        let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        for words in ["I'm looking for a flat", "to buy", "in Maida Vale", "up to nine hundred thousand"] {
            let turn = call.says(words).await;
            assert!(!turn.text.contains("When would you like to move?"), "{}", turn.text);
        }
    }

    async fn what_a_lead_wrote_is_contact_in_their_score(db: TestDb) {
        let office = Office::open(db).await;
        let sam = office.person("+447700900555", Some("Sam Hill")).await;
        let talk = office.begin(Medium::Whatsapp, Some(sam), "en-GB").await;
        talk.says("I'm looking for a two bedroom flat to rent in Maida Vale").await;
        let recent = async || {
            let (mut read, now) = (office.db.store.read(office.tenant).await.unwrap(), office.db.clock.now());
            let score = score_of(&mut read, sam, now).await.unwrap().expect("a lead");
            score.parts.iter().any(|part| part.name == "recent_contact")
        };
        assert!(!recent().await);
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        let connection = office.db.store.ids().new_id();
        let (mut chat, _) = tx.conversations().find_or_make(sam, Channel::Whatsapp, connection, None).await.unwrap();
        chat.last_inbound_at = Some(office.db.clock.now());
        tx.conversations().save(&chat).await.unwrap();
        tx.commit().await.unwrap();
        assert!(recent().await);
    }
}

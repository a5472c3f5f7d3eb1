//! A business of any trade (C16): the menu and the examples are its own, in both languages, on the phone and in writing.

use super::office::{Office, options};
use ringleader_jobs::reception::{Heard, Medium, Then, Turn};
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;

/// What only an estate agency would say.
const ESTATE: &[&str] = &["viewing", "valuation", "repair", "propert", "נכס", "ביקור", "הערכת שווי", "תקלה"];

fn plain(turn: &Turn) -> &str {
    assert!(ESTATE.iter().all(|word| !turn.text.contains(word)), "{}", turn.text);
    &turn.text
}

async fn open(db: TestDb) -> Office {
    Office::planned(db, vec![], json!({"trade": "general"})).await
}

both_engines! {
    async fn a_call_that_is_not_understood_ends_in_an_appointment_by_key(db: TestDb) {
        let office = open(db).await;
        let talk = office.call().await;
        let turn = talk.says("blah foo").await;
        assert!(plain(&turn).contains("for example an appointment, our opening hours or a message"), "{}", turn.text);
        let turn = talk.says("xyzzy").await;
        let menu = "To make an appointment press 1, to change or cancel an appointment press 2, \
                    for our opening hours press 3, to leave a message press 4, to speak to someone press 0.";
        assert!(plain(&turn).ends_with(menu), "{}", turn.text);
        let turn = talk.hears(Heard::Pressed('1')).await;
        assert!(plain(&turn).starts_with("For the appointment I have") && options(&turn).len() == 3, "{}", turn.text);
        plain(&talk.hears(Heard::Pressed('2')).await);
        let turn = talk.says("it's sam hill").await;
        assert!(plain(&turn).contains("So that's the appointment, on"), "{}", turn.text);
        let turn = talk.hears(Heard::Pressed('1')).await;
        assert!(plain(&turn).contains("That's booked: the appointment, on"), "{}", turn.text);
        assert_eq!(office.count("appointments").await, 1);
    }

    async fn the_keys_of_the_hours_and_of_a_message_in_hebrew(db: TestDb) {
        let office = open(db).await;
        let dana = office.person("+447700900556", None).await;
        let talk = office.begin(Medium::Voice, Some(dana), "he-IL").await;
        let turn = talk.says("בלה בלה").await;
        assert!(plain(&turn).contains("למשל קביעת פגישה, שעות הפתיחה או השארת הודעה"), "{}", turn.text);
        let turn = talk.says("קוקוריקו").await;
        let menu = "לקביעת פגישה הקישו אחת, לשינוי או לביטול של פגישה הקישו שתיים, לשעות הפתיחה הקישו שלוש, \
                    להשארת הודעה הקישו ארבע, לשיחה עם הצוות הקישו אפס.";
        assert!(plain(&turn).ends_with(menu), "{}", turn.text);
        let turn = talk.hears(Heard::Pressed('3')).await;
        assert!(plain(&turn).contains("תשע"), "{}", turn.text);
        let turn = talk.hears(Heard::Pressed('2')).await;
        assert!(plain(&turn).contains("להתראות") && turn.then == Then::End, "{}", turn.text);
        let talk = office.begin(Medium::Voice, Some(dana), "he-IL").await;
        plain(&talk.hears(Heard::Pressed('4')).await);
        plain(&talk.says("צריך הצעת מחיר לדוד שמש").await);
        let turn = talk.says("דנה כהן").await;
        assert!(plain(&turn).contains("העברתי את זה הלאה"), "{}", turn.text);
        assert_eq!(office.count("tasks").await, 1);
    }

    async fn in_writing_the_menu_is_a_list(db: TestDb) {
        let office = open(db).await;
        let sam = office.person("+447700900555", Some("Sam Hill")).await;
        let talk = office.begin(Medium::Whatsapp, Some(sam), "en-GB").await;
        talk.says("blah foo").await;
        let turn = talk.says("xyzzy").await;
        let menu = "Please reply with a number: 1 make an appointment, 2 change or cancel an appointment, \
                    3 opening hours, 4 leave a message, 0 speak to someone.";
        assert!(plain(&turn).ends_with(menu), "{}", turn.text);
        let turn = talk.hears(Heard::Pressed('2')).await;
        assert!(plain(&turn).contains("can't find an appointment"), "{}", turn.text);
    }
}

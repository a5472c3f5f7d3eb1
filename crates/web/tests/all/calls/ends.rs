//! How calls end when not everything goes as it should: messages of unknown calls, tenants that share an account, ends that are
//! told too early or never, answers that another node works on (C1, P1, P2, P11, D6).

use super::agency::{Agency, LINE, SID, TEL_AVIV, TOKEN, customer};
use super::edges::{CALL, post, ringing};
use crate::support::ADMIN;
use http::StatusCode;
use jiff::SignedDuration;
use ringleader_core::reception::talk::Heard;
use ringleader_core::user::Role;
use ringleader_providers::twilio::fake::caller::{Does, Meanwhile, Script};
use ringleader_store::both_engines;
use ringleader_store::db::ToValue as _;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};
use std::sync::Arc;

const VOICE: &str = "/webhooks/twilio/voice";
const STATUS: &str = "/webhooks/twilio/voice/status";
const OTHER_LINE: &str = "+442079460021";

async fn agency(db: TestDb, mode: &str) -> Agency {
    Agency::open(db, mode, Box::new(Vec::new)).await
}

/// Time goes by, and what became due is done.
async fn pass(agency: &Agency, time: SignedDuration) {
    agency.app.db.clock.advance(time);
    agency.app.run_due().await;
}

/// Another tenant over the same account, with a line of its own; its key.
async fn neighbour(agency: &Agency) -> String {
    let tenant = json!({"name": "Birch Lettings", "locale": "en-GB", "time_zone": "Europe/London", "country": "GB",
        "owner": {"name": "Ben", "phone": "+447700900002", "email": "ben@birch.example"}});
    let made = agency.app.post("/api/v1/tenants", ADMIN, tenant).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let key = made.json()["api_key"].as_str().unwrap().to_owned();
    let config = json!({"account_sid": SID, "auth_token": TOKEN, "sms_from": OTHER_LINE});
    let made = agency.app.post("/api/v1/connections", &key, json!({"kind": "twilio", "config": config})).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let line = json!({"number": OTHER_LINE, "uses": ["receptionist"], "languages": ["en-GB"]});
    assert_eq!(agency.app.post("/api/v1/lines", &key, line).await.status, StatusCode::CREATED);
    key
}

async fn calls_of(agency: &Agency, key: &str) -> Vec<Value> {
    agency.app.get("/api/v1/calls", key).await.json()["data"].as_array().unwrap().clone()
}

/// What is told of a message: neither number, as Twilio tells it.
fn message() -> [(&'static str, &'static str); 6] {
    [
        ("CallSid", CALL),
        ("RecordingSid", "RE00000000000000000000000000000001"),
        ("RecordingUrl", "https://api.twilio.example/Recordings/RE00000000000000000000000000000001"),
        ("RecordingStatus", "completed"),
        ("RecordingDuration", "9"),
        ("RecordingSource", "RecordVerb"),
    ]
}

both_engines! {
    async fn the_call_of_a_message_that_nobody_knows_is_asked_for(db: TestDb) {
        let agency = agency(db, "gather").await;
        let from = customer(21);
        agency.twilio.came_in(CALL, from.as_str(), LINE);
        let kept = post(&agency, "/webhooks/twilio/voice/recording", TOKEN, &message()).await;
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.text);
        agency.app.run_due().await;
        pass(&agency, SignedDuration::from_secs(6)).await;
        let calls = agency.list("calls").await;
        assert_eq!((calls.len(), &calls[0]["outcome"], &calls[0]["from"]), (1, &json!("voicemail"), &json!(from.as_str())));
        let tasks = agency.list("tasks").await;
        assert!(tasks.iter().any(|task| task["kind"] == "call_back" && task["phone"] == from.as_str()), "{tasks:?}");
    }

    async fn a_call_on_a_number_that_is_no_line_is_asked_for_now_and_then_only(db: TestDb) {
        let agency = agency(db, "gather").await;
        agency.twilio.came_in(CALL, customer(29).as_str(), "+442079460099");
        post(&agency, "/webhooks/twilio/voice/recording", TOKEN, &message()).await;
        agency.app.run_due().await;
        for _ in 0..60 {
            pass(&agency, SignedDuration::from_mins(1)).await;
        }
        let asked = agency.twilio.looked_up();
        assert!((2..=12).contains(&asked), "asked {asked} times in an hour");
        let line = json!({"number": "+442079460099", "uses": ["receptionist"], "languages": ["en-GB"]});
        assert_eq!(agency.app.post("/api/v1/lines", &agency.key, line).await.status, StatusCode::CREATED);
        for _ in 0..3 {
            pass(&agency, SignedDuration::from_hours(1)).await;
        }
        let calls = agency.list("calls").await;
        assert_eq!((calls.len(), &calls[0]["outcome"]), (1, &json!("voicemail")), "{calls:?}");
    }

    async fn tenants_who_share_an_account_have_their_own_calls_and_messages(db: TestDb) {
        let agency = agency(db, "gather").await;
        let key = neighbour(&agency).await;
        let from = customer(22);
        post(&agency, VOICE, TOKEN, &ringing(from.as_str(), OTHER_LINE)).await;
        let over = [("CallSid", CALL), ("From", from.as_str()), ("To", OTHER_LINE), ("CallStatus", "completed"), ("CallDuration", "20")];
        assert_eq!(post(&agency, STATUS, TOKEN, &over).await.status, StatusCode::OK);
        agency.app.run_due().await;
        pass(&agency, SignedDuration::from_secs(16)).await;
        let calls = calls_of(&agency, &key).await;
        assert_eq!((calls.len(), &calls[0]["status"]), (1, &json!("failed")), "over, and nothing was said: {calls:?}");
        post(&agency, "/webhooks/twilio/voice/recording", TOKEN, &message()).await;
        agency.app.run_due().await;
        assert_eq!(calls_of(&agency, &key).await[0]["outcome"], "voicemail");
        assert!(agency.list("calls").await.is_empty(), "the neighbour's call is nobody else's");
    }

    async fn the_last_words_count_though_the_hang_up_was_told_first(db: TestDb) {
        let agency = agency(db, "gather").await;
        let from = customer(23);
        let call = ringing(from.as_str(), LINE);
        post(&agency, VOICE, TOKEN, &call).await;
        let over = [("CallSid", CALL), ("From", from.as_str()), ("To", LINE), ("CallStatus", "completed"), ("CallDuration", "20")];
        post(&agency, STATUS, TOKEN, &over).await;
        agency.app.run_due().await;
        let words = [&call[..], &[("SpeechResult", "when are you open?"), ("Confidence", "0.9")]].concat();
        post(&agency, "/webhooks/twilio/voice/turn?n=1", TOKEN, &words).await;
        pass(&agency, SignedDuration::from_secs(16)).await;
        let calls = agency.list("calls").await;
        assert_eq!(calls[0]["outcome"], "answered", "{calls:?}");
        let said: Vec<&str> = calls[0]["transcript"].as_array().unwrap().iter().filter_map(|t| t["text"].as_str()).collect();
        assert!(said.contains(&"when are you open?"), "{said:?}");
        assert!(!calls[0]["flags"].as_array().unwrap().contains(&json!("nothing_said")), "{calls:?}");
    }

    async fn a_message_in_hebrew_is_a_task_with_its_recording_and_no_noise(db: TestDb) {
        let agency = Agency::open_in(db, &TEL_AVIV, "gather").await;
        let mut call = agency.dialled("+972501234567");
        call.webhooks.voice = "/nothing/here".into();
        let leaves = || Script::of([Does::KeepsSilent, Does::LeavesMessage("שלום, נא לחזור אליי".into(), 9)]);
        agency.call(&call, &mut leaves()).await;
        let calls = agency.list("calls").await;
        assert_eq!((calls.len(), &calls[0]["outcome"], &calls[0]["transcript"]), (1, &json!("voicemail"), &json!([])));
        let tasks = agency.list("tasks").await;
        let left: Vec<_> = tasks.iter().filter(|task| task["kind"] == "call_back").collect();
        assert_eq!(left.len(), 1, "{tasks:?}");
        assert!(left[0]["detail"].as_str().unwrap().contains("הושארה הודעה"), "{left:?}");
        let tenant = agency.app.tenant_of(&agency.key).await;
        agency.app.user(tenant, "agent@ends.example", Role::Agent).await;
        let path = format!("/contacts/{}", calls[0]["contact_id"].as_str().unwrap());
        let person = agency.app.signed_in("agent@ends.example").await.page(&path).await;
        assert!(person.contains(&format!("src=\"/calls/{}/recording\"", calls[0]["id"].as_str().unwrap())), "{person}");
        pass(&agency, SignedDuration::from_hours(1)).await;
        assert_eq!(agency.twilio.looked_up(), 0, "everything was told, and nothing is asked");
    }

    async fn words_that_were_taken_for_another_language_are_none(db: TestDb) {
        let agency = Agency::open_in(db, &TEL_AVIV, "gather").await;
        for (from, spoken) in [(30, &["he-IL"][..]), (31, &[])] {
            agency.speaks(spoken).await;
            let mut call = agency.dialled(customer(from).as_str());
            call.webhooks.voice = "/nothing/here".into();
            let left = Does::LeavesMessage("shallow mana have air".into(), 9);
            agency.call(&call, &mut Script::of([Does::KeepsSilent, left])).await;
            let calls = agency.list("calls").await;
            let call = calls.iter().find(|it| it["from"] == customer(from).as_str()).unwrap();
            assert_eq!((&call["outcome"], &call["transcript"]), (&json!("voicemail"), &json!([])), "{spoken:?}");
            assert!(call["recording_url"].is_string());
        }
    }

    async fn who_reports_a_repair_on_the_phone_has_it_in_writing_once(db: TestDb) {
        let agency = agency(db, "gather").await;
        let says = || Script::saying(&["my boiler isn't working and there is no hot water", "3 Mare Street E8 1EA", "my name is Sam Okoro", "no thanks"]);
        let from = customer(11);
        agency.call(&agency.dialled(from.as_str()), &mut says()).await;
        for _ in 0..3 {
            pass(&agency, SignedDuration::from_hours(3)).await;
        }
        let ticket = agency.list("tickets").await.remove(0);
        let number = ticket["number"].as_str().unwrap();
        let sent = |to: &str| agency.twilio.sent().into_iter().filter(|sms| sms.to == to && sms.body.contains(number)).collect::<Vec<_>>();
        let written = sent(from.as_str());
        assert_eq!(written.len(), 1, "{written:?}");
        for part in ["heating", "no hot water", "3 Mare Street", "Someone will"] {
            assert!(written[0].body.contains(part), "{part}: {}", written[0].body);
        }
        // Of a number that is withheld nobody knows whether it is theirs.
        agency.call(&agency.dialled(""), &mut Script::saying(&["my boiler isn't working and there is no hot water", "3 Mare Street E8 1EA", "my name is Sam Okoro", "07700 900112", "yes", "no thanks"])).await;
        pass(&agency, SignedDuration::from_hours(3)).await;
        let texts = agency.twilio.sent().into_iter().filter(|sms| sms.body.contains("we have your report")).count();
        assert_eq!((agency.list("tickets").await.len(), texts), (2, 1));
    }

    async fn a_call_whose_end_is_never_told_is_over_all_the_same(db: TestDb) {
        let agency = agency(db, "gather").await;
        let mut call = agency.dialled(customer(24).as_str());
        call.webhooks.status = String::new();
        agency.call(&call, &mut Script::saying(&["when are you open?"])).await;
        assert_eq!(agency.list("calls").await[0]["status"], "in_progress");
        pass(&agency, SignedDuration::from_hours(6)).await;
        let calls = agency.list("calls").await;
        assert_eq!((&calls[0]["status"], &calls[0]["outcome"]), (&json!("completed"), &json!("answered")), "{calls:?}");
    }

    async fn the_end_of_a_call_with_who_was_erased_brings_nobody_back(db: TestDb) {
        let agency = agency(db, "gather").await;
        let from = customer(24);
        let mut call = agency.dialled(from.as_str());
        call.webhooks.status = String::new();
        agency.call(&call, &mut Script::saying(&["when are you open?"])).await;
        pass(&agency, SignedDuration::from_hours(6)).await;
        let known = agency.list("calls").await.remove(0);
        let (person, sid) = (known["contact_id"].as_str().unwrap(), known["provider_call_id"].as_str().unwrap());
        let erased = agency.app.post(&format!("/api/v1/contacts/{person}/erase"), &agency.key, json!({"confirm": "erase"})).await;
        assert_eq!(erased.status, StatusCode::OK, "{}", erased.text);
        let over = [("CallSid", sid), ("From", from.as_str()), ("To", LINE), ("CallStatus", "completed"), ("CallDuration", "20")];
        assert_eq!(post(&agency, STATUS, TOKEN, &over).await.status, StatusCode::OK);
        pass(&agency, SignedDuration::from_hours(1)).await;
        let call = agency.list("calls").await.remove(0);
        assert_eq!((&call["outcome"], &call["from"]), (&json!("answered"), &json!(null)), "{call}");
        let mut read = agency.app.db.store.read_system().await.unwrap();
        let sql = "SELECT COUNT(*) FROM call_legs WHERE report LIKE '%' || $1 || '%'";
        let number = from.as_str().trim_start_matches('+').to_owned();
        assert_eq!(read.fetch_one::<(i64,)>(sql, vec![number.to_value()]).await.unwrap().0, 0);
    }

    async fn an_answer_that_another_node_works_on_is_waited_for(db: TestDb) {
        let agency = Agency::hurried(db).await;
        let from = customer(25);
        let call = ringing(from.as_str(), LINE);
        post(&agency, VOICE, TOKEN, &call).await;
        let again = post(&agency, "/webhooks/twilio/voice/turn?n=1&wait=1", TOKEN, &call).await;
        assert!(again.text.contains("wait=2"), "the words are elsewhere, and no silence: {}", again.text);
    }

    async fn a_capped_call_over_a_relay_hears_so_and_leaves_a_call_back(db: TestDb) {
        let agency = agency(db, "relay").await;
        let clock = agency.app.db.clock.clone();
        let later: Meanwhile = Arc::new(move || {
            let clock = clock.clone();
            Box::pin(async move { clock.advance(SignedDuration::from_mins(25)) })
        });
        let mut mind = Script::of([Does::Says("when are you open?".into()), Does::Meanwhile(later), Does::Says("yes".into())]);
        let played = agency.call(&agency.dialled(customer(26).as_str()), &mut mind).await;
        assert!(played.words().contains("A colleague will be in touch. Goodbye."), "{}", played.words());
        let turns = agency.turns(&played).await;
        assert!(turns.iter().any(|turn| turn.heard == Heard::TooLong && turn.answer.text.contains("in touch")), "{turns:?}");
        let tasks = agency.list("tasks").await;
        assert!(tasks.iter().any(|task| task["kind"] == "call_back" && task["urgency"] == "urgent"), "{tasks:?}");
    }

    async fn when_the_minutes_of_a_day_are_used_up_callers_leave_a_message(db: TestDb) {
        let agency = agency(db, "gather").await;
        agency.set(json!({"limits": {"call_minutes_per_day": 2}})).await;
        let asks = || Script::of([Does::Says("when are you open?".into())]);
        let first = agency.call(&agency.dialled(customer(31).as_str()), &mut asks()).await;
        assert!(first.words().contains("How can I help"), "{}", first.words());
        let rings = customer(32); // a call that is never told to end
        let call = ringing(rings.as_str(), LINE);
        post(&agency, VOICE, TOKEN, &call).await;
        pass(&agency, SignedDuration::from_mins(2)).await;
        let full = agency.call(&agency.dialled(customer(33).as_str()), &mut asks()).await;
        assert!(full.words().contains("leave") && !full.words().contains("How can I help"), "{}", full.words());
        let tasks = agency.list("tasks").await;
        assert_eq!(tasks.iter().filter(|task| task["kind"] == "call_cap").count(), 1, "{tasks:?}");
        pass(&agency, SignedDuration::from_hours(24)).await;
        let next_day = agency.call(&agency.dialled(customer(34).as_str()), &mut asks()).await;
        assert!(next_day.words().contains("How can I help"), "{}", next_day.words());
    }

    async fn a_read_back_that_was_cut_off_is_answered_by_nothing(db: TestDb) {
        let agency = agency(db, "relay").await;
        let mut mind = Script::of([
            Does::Says("I'd like to book a viewing of the flat on Elgin Avenue".into()),
            Does::Says("the first one".into()),
            Does::Says("my name is Oliver Grant".into()),
            Does::Interrupts(6, "yes that would be absolutely lovely thank you".into()),
        ]);
        let played = agency.call(&agency.dialled(customer(27).as_str()), &mut mind).await;
        assert!(!played.words().contains("That's booked"), "{}", played.words());
        assert!(agency.list("viewings").await.is_empty());
    }

    async fn a_person_ends_a_call_that_goes_on_and_one_that_is_over_is_said_to_be(db: TestDb) {
        let agency = agency(db, "gather").await;
        let rings = customer(28);
        post(&agency, VOICE, TOKEN, &ringing(rings.as_str(), LINE)).await;
        agency.twilio.came_in(CALL, rings.as_str(), LINE);
        agency.twilio.set_call(CALL, "in-progress");
        let id = agency.list("calls").await[0]["id"].as_str().unwrap().to_owned();
        let tenant = agency.app.tenant_of(&agency.key).await;
        agency.app.user(tenant, "agent@ends.example", Role::Agent).await;
        agency.app.user(tenant, "viewer@ends.example", Role::Viewer).await;
        let form = format!("action=\"/calls/{id}/hang-up\"");
        for (who, may) in [("agent@ends.example", true), ("viewer@ends.example", false)] {
            let today = agency.app.signed_in(who).await.page("/today").await;
            assert!(today.contains("Calls now") && today.contains(&format!("href=\"/calls/{id}\"")), "{today}");
            assert_eq!(today.contains(&form), may, "{who}");
        }
        let hang_up = async || agency.app.post(&format!("/api/v1/calls/{id}/hang-up"), &agency.key, json!({})).await;
        let ended = hang_up().await;
        assert_eq!(ended.status, StatusCode::ACCEPTED, "{}", ended.text);
        assert_eq!(agency.twilio.calls()[0].status, "completed");
        assert_eq!(hang_up().await.json()["type"], "/problems/conflict");
        let audit = agency.list("audit?limit=200").await;
        assert_eq!(audit.iter().filter(|line| line["action"] == "call.hang_up").count(), 2, "each try is noted");
    }

    async fn a_message_is_heard_with_the_accounts_key_once_it_is_stored(db: TestDb) {
        let agency = agency(db, "gather").await;
        let mut call = agency.dialled(customer(29).as_str());
        call.webhooks.voice = "/nothing/here".into();
        agency.call(&call, &mut Script::of([Does::KeepsSilent, Does::LeavesMessage("This is Ada Moss, please ring me".into(), 9)])).await;
        let path = format!("/api/v1/calls/{}/recording", agency.list("calls").await[0]["id"].as_str().unwrap());
        let early = agency.app.get(&path, &agency.key).await;
        assert_eq!((early.status, &early.json()["type"]), (StatusCode::CONFLICT, &json!("/problems/recording-missing")));
        let heard = agency.app.get(&path, &agency.key).await;
        assert_eq!(heard.status, StatusCode::OK);
        assert_eq!((heard.headers["content-type"].to_str().unwrap(), &heard.text[..4]), ("audio/wav", "RIFF"));
    }
}

//! Around the calls: who may ask, what is answered when nothing works, messages, recordings, the account's own calls.

use super::agency::{Agency, LINE, PEOPLE, SID, TOKEN, customer};
use crate::support::{Answer, Model};
use axum::body::Body;
use http::{Request, StatusCode};
use jiff::SignedDuration;
use ringleader_brain::fake::{self, Mode};
use ringleader_brain::models::{http_client, openai};
use ringleader_core::phone::Phone;
use ringleader_core::reception::talk::Heard;
use ringleader_core::secret::Secret;
use ringleader_providers::generic::fake as board;
use ringleader_providers::messaging::SendError;
use ringleader_providers::standard_webhooks::Secrets;
use ringleader_providers::twilio::calls::{NewCall, Turn};
use ringleader_providers::twilio::fake::caller::{Does, Meanwhile, Picks, Script, Step, Webhooks};
use ringleader_providers::twilio::{Client, Config, signature};
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// The secret of a switchboard beside Twilio.
const BOARD: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
pub(super) const CALL: &str = "CA000000000000000000000000000000aa";

async fn agency(db: TestDb, mode: &str) -> Agency {
    Agency::open(db, mode, Box::new(Vec::new)).await
}

/// Posts a form as Twilio does, signed with a token over an address.
pub(super) async fn post(agency: &Agency, path: &str, token: &str, pairs: &[(&str, &str)]) -> Answer {
    let mut form: Vec<(String, String)> = vec![("AccountSid".into(), SID.into()), ("CallerName".into(), String::new())];
    form.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let tag = signature::sign(token, &format!("https://ring.example{path}"), &form);
    let body: Vec<String> = form.iter().map(|(n, v)| format!("{n}={}", v.replace('+', "%2B"))).collect();
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("i-twilio-idempotency-token", &tag) // the same for the same event
        .header("x-twilio-signature", tag);
    agency.app.send(request.body(Body::from(body.join("&"))).unwrap()).await
}

pub(super) fn ringing<'a>(from: &'a str, to: &'a str) -> [(&'a str, &'a str); 4] {
    [("CallSid", CALL), ("From", from), ("To", to), ("CallStatus", "ringing")]
}

both_engines! {
    async fn only_the_accounts_own_token_opens_a_call_over_the_address_that_is_configured(db: TestDb) {
        let agency = agency(db, "gather").await;
        let path = "/webhooks/twilio/voice";
        let from = customer(1);
        let call = ringing(from.as_str(), LINE);
        let forged = post(&agency, path, "another-token", &call).await;
        assert_eq!(forged.status, StatusCode::UNAUTHORIZED, "{}", forged.text);
        let unsigned = agency.app.send(Request::post(path).body(Body::from("CallSid=1")).unwrap()).await;
        assert_eq!(unsigned.status, StatusCode::UNAUTHORIZED);
        for path in ["/webhooks/twilio/voice/turn?n=1", "/webhooks/twilio/voice/whisper?n=1", "/webhooks/twilio/voice/dial?n=1",
            "/webhooks/twilio/voice/recording", "/webhooks/twilio/voice/relay-end"] {
            assert_eq!(post(&agency, path, "another-token", &call).await.status, StatusCode::UNAUTHORIZED, "{path}");
        }
        assert!(agency.list("calls").await.is_empty(), "a forged call leaves no trace");

        let good = post(&agency, path, TOKEN, &call).await;
        assert_eq!((good.status, good.headers["content-type"].to_str().unwrap()), (StatusCode::OK, "text/xml"));
        let again = post(&agency, path, TOKEN, &call).await;
        assert_eq!(good.text, again.text, "a repeated question has the same answer");
        let turn = "/webhooks/twilio/voice/turn?n=1";
        let words = [&call[..], &[("SpeechResult", "when are you open?"), ("Confidence", "0.9")]].concat();
        let first = post(&agency, turn, TOKEN, &words).await;
        let second = post(&agency, turn, TOKEN, &words).await;
        assert!(first.text.contains("office hours"), "{}", first.text);
        assert_eq!(first.text, second.text);
        assert_eq!(agency.list("calls").await.len(), 1);
        // The query is part of what is signed.
        let moved = post(&agency, "/webhooks/twilio/voice/turn?n=2", TOKEN, &words).await;
        assert_eq!(moved.status, StatusCode::OK);
    }

    async fn a_number_that_the_receptionist_does_not_answer_is_told_so(db: TestDb) {
        let agency = agency(db, "gather").await;
        let from = customer(2);
        let answer = post(&agency, "/webhooks/twilio/voice", TOKEN, &ringing(from.as_str(), "+442079460099")).await;
        assert!(answer.text.contains("not in service") && answer.text.contains("<Hangup/>"), "{}", answer.text);
        assert!(agency.list("calls").await.is_empty());
    }

    async fn when_nothing_works_a_message_is_taken_and_becomes_a_task(db: TestDb) {
        let agency = agency(db, "gather").await;
        let from = customer(3);
        let mut call = agency.dialled(from.as_str());
        call.webhooks.voice = "/nothing/here".into(); // the webhook fails: Twilio turns to the fallback
        let mut mind = Script::of([Does::KeepsSilent, Does::LeavesMessage("This is Ada Moss, please ring me about the flat".into(), 9)]);
        let played = agency.call(&call, &mut mind).await;
        assert_eq!(played.failures(), [11_200]);
        assert!(played.words().contains("9 9 9") && played.words().contains("after the tone"), "{}", played.words());
        let calls = agency.list("calls").await;
        assert_eq!((calls.len(), &calls[0]["outcome"]), (1, &json!("voicemail")), "{calls:?}");
        assert!(calls[0]["recording_url"].as_str().is_some_and(|url| url.contains("/Recordings/")), "{calls:?}");
        assert_eq!(calls[0]["transcript"][0]["text"], "This is Ada Moss, please ring me about the flat");
        let tasks = agency.list("tasks").await;
        assert!(tasks.iter().any(|task| task["kind"] == "call_back" && task["urgency"] == "urgent"), "{tasks:?}");
    }

    async fn who_asks_in_a_message_to_be_rung_at_once_is_an_urgent_task_of_their_lead(db: TestDb) {
        let agency = agency(db, "gather").await;
        let mut call = agency.dialled(customer(3).as_str());
        call.webhooks.voice = "/nothing/here".into();
        let left = "Hi, my name is Ada Moss, I want to sell my flat, please call me right now";
        agency.call(&call, &mut Script::of([Does::KeepsSilent, Does::LeavesMessage(left.into(), 9)])).await;
        agency.app.run_due().await;
        let tasks = agency.list("tasks").await;
        let wishes: Vec<_> = tasks.iter().filter(|task| task["phone"] == customer(3).as_str()).collect();
        assert_eq!(wishes.len(), 1, "{tasks:?}");
        let wish = wishes[0];
        assert!(wish["kind"] == "call_now" && wish["urgency"] == "urgent" && wish["lead_id"].is_string(), "{wish}");
        assert!(wish["title"].as_str().unwrap().contains("Ada"), "{wish}");
    }

    async fn a_message_of_who_was_rung_before_it_was_told_of_is_no_task(db: TestDb) {
        let agency = agency(db, "gather").await;
        let path = agency.app.connection(&agency.key, "calls", json!({"secret": BOARD}), "calls").await;
        let from = customer(24);
        post(&agency, "/webhooks/twilio/voice", TOKEN, &ringing(from.as_str(), LINE)).await;
        agency.app.db.clock.advance(SignedDuration::from_mins(5));
        let now = agency.app.db.clock.now();
        let mut talk = board::call("back-1", LINE, from.as_str(), "answered", now);
        talk["direction"] = json!("outbound");
        let told = board::sign(&Secrets::parse(BOARD).unwrap(), "evt_1", now, &talk);
        let request = told.headers.iter().fold(Request::post(path), |request, (name, value)| request.header(*name, value));
        assert_eq!(agency.app.send(request.body(Body::from(told.body)).unwrap()).await.status, StatusCode::OK);
        agency.app.run_due().await;
        for (sid, task) in [(CALL, false), ("CA00000000000000000000000000000077", true)] {
            // Left before they were rung, told of afterwards; and another one, left after that.
            if task {
                agency.app.db.clock.advance(SignedDuration::from_mins(5));
                agency.twilio.came_in(sid, from.as_str(), LINE);
            }
            let message = [("CallSid", sid), ("RecordingSid", "RE1"), ("RecordingUrl", "https://api.twilio.example/RE1"),
                ("RecordingStatus", "completed"), ("RecordingDuration", "9"), ("RecordingSource", "RecordVerb")];
            post(&agency, "/webhooks/twilio/voice/recording", TOKEN, &message).await;
            agency.app.run_due().await;
            agency.app.db.clock.advance(SignedDuration::from_secs(6));
            agency.app.run_due().await;
            let tasks = agency.list("tasks").await;
            assert_eq!(tasks.iter().any(|task| task["phone"] == from.as_str()), task, "{sid}: {tasks:?}");
        }
    }

    async fn when_nothing_works_keys_lead_to_a_message_or_to_the_office(db: TestDb) {
        let agency = agency(db, "gather").await;
        const OFFICE: &str = "+442079460077";
        let rung = |picks| agency.exchange.person(OFFICE, picks);
        let mut call = agency.dialled(customer(3).as_str());
        call.webhooks.voice = "/nothing/here".into();
        // 1 is a message, and without an office there is nothing else.
        let mut mind = Script::of([Does::Presses('1'), Does::LeavesMessage("Ada Moss here".into(), 9)]);
        let played = agency.call(&call, &mut mind).await;
        assert!(played.words().contains("press 1") && !played.words().contains("press 2"), "{}", played.words());
        assert!(played.words().contains("ring 9 9 9") && played.steps.contains(&Step::Recorded(9)), "{:?}", played.steps);
        // 2 rings the office, whose number stands in the address at Twilio.
        call.webhooks.fallback = format!("/webhooks/twilio/voice/fallback?office=%2B{}", &OFFICE[1..]);
        rung(Picks::Accepts);
        let played = agency.call(&call, &mut Script::of([Does::Presses('2')])).await;
        assert!(played.words().contains("press 2"), "{}", played.words());
        assert!(played.steps.contains(&Step::Rang(OFFICE.into(), "completed".into())), "{:?}", played.steps);
        assert!(!played.words().contains("after the tone"), "they spoke with somebody: {}", played.words());
        // Nobody picks up: a message is taken all the same.
        rung(Picks::NoAnswer);
        let mut mind = Script::of([Does::Presses('2'), Does::LeavesMessage("Ada Moss again".into(), 7)]);
        let played = agency.call(&call, &mut mind).await;
        assert!(played.steps.contains(&Step::Recorded(7)), "{:?}", played.steps);
        assert_eq!(played.failures(), [11_200], "but for the webhook that is down");
    }

    async fn an_unknown_call_that_goes_on_is_asked_for_a_message_rather_than_cut(db: TestDb) {
        let agency = agency(db, "gather").await;
        let from = customer(4);
        let answer = post(&agency, "/webhooks/twilio/voice/turn?n=7", TOKEN, &ringing(from.as_str(), LINE)).await;
        assert!(answer.text.contains("<Record "), "{}", answer.text);
        let answer = agency.app.get("/webhooks/twilio/voice/fallback?To=%2B972771234567", "").await;
        assert!(answer.text.contains("he-IL") && answer.text.contains("<Record "), "{}", answer.text);
        assert!(!answer.text.contains("transcribe="), "Twilio writes down English only");
        for office in ["%2B442079460077", "+442079460077", "442079460077"] {
            let address = format!("/webhooks/twilio/voice/fallback?office={office}&To=%2B442079460000");
            let answer = agency.app.get(&address, "").await;
            assert!(answer.text.contains("office=%2B442079460077"), "{office}: {}", answer.text);
        }
    }

    async fn a_call_that_is_recorded_says_so_before_it_is(db: TestDb) {
        recorded(agency(db, "gather").await).await;
    }

    async fn so_does_a_call_over_a_relay(db: TestDb) {
        recorded(agency(db, "relay").await).await;
    }

    async fn a_call_has_its_end(db: TestDb) {
        let agency = agency(db, "gather").await;
        let clock = agency.app.db.clock.clone();
        let later = Arc::new(move || -> futures::future::BoxFuture<'static, ()> {
            let clock = clock.clone();
            Box::pin(async move { clock.advance(SignedDuration::from_mins(25)) })
        });
        let mut mind = Script::of([
            Does::Says("when are you open?".into()),
            Does::Meanwhile(later),
            Does::Says("yes".into()),
            Does::Says("and another thing".into()),
        ]);
        let played = agency.call(&agency.dialled(customer(6).as_str()), &mut mind).await;
        assert!(played.words().ends_with("A colleague will be in touch. Goodbye."), "{}", played.words());
        assert_eq!(played.steps.last(), Some(&Step::Ended("callee")));
        agency.app.db.clock.advance(SignedDuration::from_mins(1));
        agency.app.run_due().await;
        assert_eq!(agency.list("calls").await[0]["outcome"], "answered");
        let tasks = agency.list("tasks").await;
        let open = tasks.iter().any(|task| task["kind"] == "call_back" && task["state"] == "open");
        assert!(open, "what was promised in a call is somebody's work after it: {tasks:?}");
    }

    async fn a_talk_that_stops_half_way_lets_go_of_what_it_held(db: TestDb) {
        let agency = agency(db, "gather").await;
        let mut mind = Script::saying(&["I'd like to book a viewing of the flat on Elgin Avenue", "the first one"]);
        let played = agency.call(&agency.dialled(customer(7).as_str()), &mut mind).await;
        let turns = agency.turns(&played).await;
        assert_eq!(turns.last().map(|turn| &turn.heard), Some(&Heard::Gone));
        let mut read = agency.app.db.store.read(agency.tenant).await.unwrap();
        let now = agency.app.db.clock.now();
        let held = read.appointments().held(now, now + SignedDuration::from_hours(24 * 20)).await.unwrap();
        assert!(held.is_empty(), "{held:?}");
    }

    async fn a_slow_answer_is_announced_and_then_given(db: TestDb) {
        let agency = Agency::hurried(db).await;
        let mut mind = Script::saying(&["when are you open?"]);
        let played = agency.call(&agency.dialled(customer(8).as_str()), &mut mind).await;
        assert!(played.words().contains("One moment, please.") || played.words().contains("office hours"), "{}", played.words());
        assert!(played.failures().is_empty());
    }

    async fn a_relay_opens_only_for_its_own_account_and_its_own_calls(db: TestDb) {
        let agency = agency(db, "relay").await;
        let path = format!("/webhooks/twilio/relay?account={SID}");
        let open = async |token: &str| {
            let local = format!("{}{path}", agency.address).replacen("http", "ws", 1);
            let mut request = local.into_client_request().unwrap();
            let tag = signature::sign(token, &format!("wss://ring.example{path}"), &[]);
            request.headers_mut().insert("x-twilio-signature", tag.parse().unwrap());
            connect_async(request).await
        };
        assert!(open("another-token").await.is_err());
        let (mut socket, _) = open(TOKEN).await.unwrap();
        use futures::{SinkExt, StreamExt};
        let setup = json!({"type": "setup", "callSid": CALL, "accountSid": SID}).to_string();
        socket.send(setup.into()).await.unwrap();
        let end = socket.next().await;
        assert!(!matches!(end, Some(Ok(ref message)) if message.is_text()), "nobody talks about a call that is not there: {end:?}");
    }

    async fn what_was_not_heard_is_not_taken_as_said(db: TestDb) {
        let agency = agency(db, "relay").await;
        let mut mind = Script::of([
            Does::Says("I'd like to book a viewing of the flat on Elgin Avenue".into()),
            Does::Says("the first one".into()),
            Does::Says("my name is Oliver Grant".into()),
            Does::Interrupts(6, "yes".into()), // the read-back had hardly begun
            Does::Says("yes".into()),
            Does::Says("no thanks".into()),
        ]);
        let played = agency.call(&agency.dialled(customer(9).as_str()), &mut mind).await;
        assert_eq!(played.words().matches("Is that right?").count(), 1, "{}", played.words());
        assert!(played.words().contains("That's booked"), "{}", played.words());
        let calls = agency.list("calls").await;
        let said: Vec<&str> = calls[0]["transcript"].as_array().unwrap().iter().filter_map(|t| t["text"].as_str()).collect();
        assert!(said.iter().filter(|text| text.contains("Is that right?")).count() <= 1, "{said:?}");
        agency.grounded(&played).await;
    }

    async fn a_model_that_dies_in_the_middle_of_a_call_is_not_heard_of(db: TestDb) {
        let model = Arc::new(fake::openai::start().await.unwrap());
        let at = model.base_url.clone();
        let models = move || -> Vec<Model> {
            let config = openai::Config {
                base_url: at.clone(),
                api_key: Secret::new(fake::KEY.to_owned()),
                model: openai::DEFAULT_MODEL.to_owned(),
                timeout: Duration::from_millis(300),
                prompt_ids: Default::default(),
            };
            vec![(Arc::new(openai::OpenAi::new(config, http_client())), Duration::from_millis(300))]
        };
        let agency = Agency::open(db, "gather", Box::new(models)).await;
        let dies: Meanwhile = Arc::new(move || {
            model.set(Mode::Silent);
            Box::pin(async {})
        });
        let mut mind = Script::of([
            Does::Says("I'd like to book a viewing of the flat on Elgin Avenue".into()),
            Does::Meanwhile(dies),
            Does::Says("the first one".into()),
            Does::Says("my name is Oliver Grant".into()),
            Does::Says("yes".into()),
            Does::Says("no thanks".into()),
        ]);
        let played = agency.call(&agency.dialled(customer(12).as_str()), &mut mind).await;
        assert!(played.words().contains("That's booked"), "{}", played.words());
        assert!(played.failures().is_empty());
    }

    async fn an_emergency_is_followed_within_seconds_and_others_hear_of_the_call(db: TestDb) {
        let agency = agency(db, "gather").await;
        let mut mind = Script::saying(&["I can smell gas in the kitchen", "12 Elgin Avenue"]);
        let played = agency.call(&agency.dialled(customer(10).as_str()), &mut mind).await;
        let first = played.steps.iter().filter_map(|step| match step {
            Step::Heard { text, .. } => Some(text.as_str()),
            _ => None,
        }).nth(1).unwrap();
        assert!(first.starts_with("Please don't switch anything on or off"), "safety words come first: {first}");
        let decisions = agency.list("decisions?limit=100").await;
        assert!(decisions.iter().any(|decision| decision["rule"] == "C8"), "{decisions:?}");
    }
}

async fn recorded(agency: Agency) {
    agency.set(json!({"reception": {"recorded": true}})).await;
    agency.exchange.person(PEOPLE[0], Picks::Accepts);
    let mut mind = Script::saying(&["when are you open?", "can I speak to a person please"]);
    let played = agency.call(&agency.dialled(customer(5).as_str()), &mut mind).await;
    let at = |wanted: fn(&Step) -> bool| played.steps.iter().position(wanted).unwrap();
    let notice = at(|step| matches!(step, Step::Heard { text, .. } if text.contains("recorded")));
    assert!(notice < at(|step| *step == Step::RecordingStarted), "{:#?}", played.steps);
    let whispered = at(|step| matches!(step, Step::Whispered(text) if text.contains("This call is recorded")));
    assert!(whispered > notice, "whoever takes it is told too");
    let calls = agency.list("calls").await;
    assert!(calls[0]["recording_url"].as_str().is_some_and(|url| url.starts_with("https://")), "{calls:?}");
}

fn client(agency: &Agency) -> Client {
    let config: Value = json!({"account_sid": SID, "auth_token": TOKEN, "sms_from": LINE});
    Client::new(http_client(), &agency.twilio.base_url(), &Config::parse(&config).unwrap())
}

both_engines! {
    async fn the_accounts_own_calls_are_placed_turned_and_ended_as_twilio_allows(db: TestDb) {
        let agency = agency(db, "gather").await;
        let client = client(&agency);
        let (to, from) = (customer(11), Phone::from_e164(LINE).unwrap());
        let url = "https://ring.example/x".to_owned();
        let new = NewCall { to, from, url: url.clone(), status_callback: url.clone(), timeout: 20 };
        let sid = client.place_call(&new).await.unwrap();
        client.turn_call(&sid, &Turn::To(url)).await.unwrap();
        assert_eq!(client.call_state(&sid).await.unwrap().status, "queued");
        client.turn_call(&sid, &Turn::Hangup).await.unwrap();
        let late = client.turn_call(&sid, &Turn::Hangup).await;
        assert!(matches!(late, Err(SendError::Rejected(ref failure)) if failure.code == "21220"), "{late:?}");
        agency.twilio.fail_next(1, ringleader_providers::faults::Fault::Error { code: 20429 });
        assert!(matches!(client.place_call(&new).await, Err(SendError::Throttled { .. })));
    }

    async fn the_connection_test_says_whether_the_line_leads_here(db: TestDb) {
        let agency = agency(db, "gather").await;
        let id = agency.list("connections").await[0]["id"].as_str().unwrap().to_owned();
        let test = async || agency.app.post(&format!("/api/v1/connections/{id}/test"), &agency.key, json!({})).await.json();
        agency.twilio.own_number(LINE, "https://elsewhere.example/voice");
        let report = test().await;
        assert!(report["ok"] == false && report["detail"].as_str().unwrap().contains("/webhooks/twilio/voice"), "{report}");
        assert!(!report["detail"].as_str().unwrap().contains("0018"), "no number in an error: {report}");
        agency.twilio.own_number(LINE, "https://ring.example/webhooks/twilio/voice");
        let report = test().await;
        assert_eq!(report["ok"], true, "{report}");
        let urls = agency.list("connections").await[0]["webhook_urls"].clone();
        assert_eq!(urls["voice"], "https://ring.example/webhooks/twilio/voice");
        let usual = Webhooks::usual("https://ring.example", "");
        assert_eq!(urls["voice_fallback"], format!("https://ring.example{}", usual.fallback));
    }
}

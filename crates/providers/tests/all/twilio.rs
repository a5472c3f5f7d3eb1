//! Text messages over real HTTP: sending, refusals, lost answers and how they are settled.

use crate::whatsapp::world::{Clock, http, outgoing, text};
use jiff::SignedDuration;
use ringleader_core::conversation::Channel;
use ringleader_core::message::Content;
use ringleader_providers::faults::Fault;
use ringleader_providers::messaging::{FailureClass, Lookup, Messaging, SendError, classify};
use ringleader_providers::twilio::fake::TwilioFake;
use ringleader_providers::twilio::{Client, Config};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

const SID: &str = "AC00000000000000000000000000000001";
const NOA: &str = "+447700900117";

async fn world() -> (TwilioFake, Client, Clock) {
    let clock = Clock::new();
    let now = clock.clone();
    let fake =
        TwilioFake::start(([127, 0, 0, 1], 0).into(), Arc::new(move || now.now()), SID, "sim-auth").await.unwrap();
    let client = client(&fake, "sim-auth");
    (fake, client, clock)
}

fn client(fake: &TwilioFake, token: &str) -> Client {
    let config = json!({ "account_sid": SID, "auth_token": token, "sms_from": "+15005550006" });
    let config = Config::parse(&config).unwrap();
    Client::new(http(), &fake.base_url(), &config)
}

#[tokio::test]
async fn a_text_message_is_taken_and_can_be_found_again() {
    let (fake, client, clock) = world().await;
    let message = outgoing("msg_1", text("שלום, חזרנו אליך"));
    let accepted = client.send(&message).await.unwrap();
    assert_eq!(accepted.remark.as_deref(), Some("queued"));
    let sent = fake.sent();
    assert_eq!((sent[0].to.as_str(), sent[0].body.as_str()), (NOA, "שלום, חזרנו אליך"));
    assert_eq!(sent[0].from, "+15005550006");
    assert_eq!(client.find_sent(&message, clock.now()).await, Ok(Lookup::Sent(accepted.provider_id)));
    let other = outgoing("msg_2", text("something else"));
    assert_eq!(client.find_sent(&other, clock.now()).await, Ok(Lookup::Absent));
    let since = clock.now() + SignedDuration::from_mins(2);
    assert_eq!(client.find_sent(&message, since).await, Ok(Lookup::Absent), "an older one is not this one");
}

#[tokio::test]
async fn the_look_up_takes_no_other_message_for_the_one_that_is_looked_for() {
    let (fake, client, clock) = world().await;
    let found = async |client: &Client, content| client.find_sent(&outgoing("k", content), clock.now()).await;
    client.send(&outgoing("k", text("Is that right? Then we are done."))).await.unwrap();
    assert_eq!(found(&client, text("Is that right?")).await, Ok(Lookup::Absent), "its beginning is another message");
    let listed = client.send(&outgoing("k", text("Is that right?\n1. Yes"))).await.unwrap().provider_id;
    assert_eq!(found(&client, text("Is that right?")).await, Ok(Lookup::Sent(listed)), "a list may follow");

    // Words that came too late failed, and the template that followed them was lost on the way.
    let config = json!({ "account_sid": SID, "auth_token": "sim-auth", "whatsapp_from": WHATSAPP });
    let chat = Client::new(http(), &fake.base_url(), &Config::parse(&config).unwrap()).over(Channel::Whatsapp);
    fake.content(CONTENT, "Hello {{1}}, you rang us.");
    chat.send(&outgoing("k", text("Hello Noa Levi, how can we help?"))).await.unwrap();
    let template = |name: &str| Content::Template {
        name: CONTENT.to_owned(),
        language: "en".to_owned(),
        params: vec![name.to_owned(), "-".to_owned()],
        preview: "preview".to_owned(),
    };
    assert_eq!(found(&chat, template("Noa Levi")).await, Ok(Lookup::Absent), "what failed did not go");
    assert_eq!(found(&chat, template("Noa")).await, Ok(Lookup::NotOffered), "a short name stands in many messages");
}

#[tokio::test]
async fn the_look_up_reads_several_pages() {
    let (_fake, client, clock) = world().await;
    let first = outgoing("msg_0", text("the first"));
    let id = client.send(&first).await.unwrap().provider_id;
    for n in 0..120 {
        client.send(&outgoing("k", text(&format!("filler {n}")))).await.unwrap();
    }
    assert_eq!(client.find_sent(&first, clock.now()).await, Ok(Lookup::Sent(id)));
}

#[tokio::test]
async fn a_lost_answer_is_unknown_until_the_list_settles_it() {
    let (fake, client, clock) = world().await;
    let hasty = client.clone().with_timeout(Duration::from_secs(1));
    let lost = [
        (Fault::Http500AfterAccept, true),
        (Fault::HangAfterAccept { ms: 60_000 }, true),
        (Fault::CutAfterAccept, true),
        (Fault::GarbageAfterAccept, true),
        (Fault::CutBefore, false),
        (Fault::Status { status: 503 }, false),
    ];
    for (n, (fault, went)) in lost.into_iter().enumerate() {
        let message = outgoing("k", text(&format!("text {n}")));
        fake.fail_next(1, fault.clone());
        let error = hasty.send(&message).await.unwrap_err();
        assert!(matches!(error, SendError::Unknown { .. }), "{fault:?}: {error:?}");
        let found = client.find_sent(&message, clock.now()).await.unwrap();
        assert_eq!(matches!(found, Lookup::Sent(_)), went, "{fault:?}");
    }
}

#[tokio::test]
async fn refusals_say_what_to_do_and_quote_no_number() {
    let (fake, client, _clock) = world().await;
    fake.opt_out(NOA);
    let error = client.send(&outgoing("k", text("hi"))).await.unwrap_err();
    assert!(matches!(&error, SendError::OptedOut(f) if f.code == "21610"), "{error:?}");
    assert!(!format!("{error:?}").contains("447700"), "{error:?}");
    for (code, unreachable) in [(21211, true), (30006, true), (21608, false)] {
        fake.fail_next(1, Fault::Error { code });
        let error = client.send(&outgoing("k", text("hi"))).await.unwrap_err();
        assert_eq!(matches!(error, SendError::Unreachable(_)), unreachable, "{code}");
    }
    fake.fail_next(1, Fault::Error { code: 20429 });
    let error = client.send(&outgoing("k", text("hi"))).await.unwrap_err();
    assert!(matches!(error, SendError::Throttled { .. }), "{error:?}");
    let wrong = self::client(&fake, "wrong");
    assert!(matches!(wrong.send(&outgoing("k", text("hi"))).await, Err(SendError::Halted(_))));
    assert!(matches!(wrong.account().await, Err(SendError::Halted(_))));
    assert_eq!(client.account().await, Ok(()));
}

#[test]
fn codes_of_status_events_have_classes_too() {
    let table = [
        ("30003", FailureClass::Unreachable),
        ("30006", FailureClass::Unreachable),
        ("63016", FailureClass::WindowClosed),
        ("21610", FailureClass::OptedOut),
        ("30002", FailureClass::Halted),
        ("30008", FailureClass::Transient),
        ("30007", FailureClass::Rejected),
        ("99999", FailureClass::Rejected),
    ];
    for (code, class) in table {
        assert_eq!(classify(code), class, "{code}");
    }
}

const WHATSAPP: &str = "+442079460018";
const CONTENT: &str = "HX00000000000000000000000000000001";

#[tokio::test]
async fn what_goes_over_whatsapp_names_both_ends_so_and_is_found_again() {
    let (fake, _, clock) = world().await;
    let config =
        json!({ "account_sid": SID, "auth_token": "sim-auth", "sms_from": "+15005550006", "whatsapp_from": WHATSAPP });
    let client = Client::new(http(), &fake.base_url(), &Config::parse(&config).unwrap());
    let chat = client.clone().over(Channel::Whatsapp);
    let (to, from) = (format!("whatsapp:{NOA}"), format!("whatsapp:{WHATSAPP}"));
    let early = outgoing("msg_1", text("too late"));
    chat.send(&early).await.unwrap();
    assert_eq!(fake.sent()[0].error, Some(63016), "nobody has written");
    fake.customer_says(&to, &from, "hello", "https://ring.example/webhooks/twilio/messages");
    let buttons = vec![("a".to_owned(), "Yes".to_owned()), ("b".to_owned(), "No".to_owned())];
    let question = outgoing("msg_2", Content::Buttons { body: "Is that right?".to_owned(), buttons });
    let id = chat.send(&question).await.unwrap().provider_id;
    let sent = fake.sent().pop().unwrap();
    assert_eq!((sent.to.as_str(), sent.from.as_str(), sent.error), (to.as_str(), from.as_str(), None));
    assert_eq!(sent.body, "Is that right?\n1. Yes\n2. No");
    assert_eq!(chat.find_sent(&question, clock.now()).await, Ok(Lookup::Sent(id)));
    assert_eq!(client.find_sent(&question, clock.now()).await, Ok(Lookup::Absent), "no text message is this one");
    client.send(&question).await.unwrap();
    let sent = fake.sent().pop().unwrap();
    assert_eq!((sent.to.as_str(), sent.from.as_str()), (NOA, "+15005550006"));
}

#[tokio::test]
async fn a_template_goes_by_its_content_id_with_its_variables() {
    let (fake, _, clock) = world().await;
    let config = json!({ "account_sid": SID, "auth_token": "sim-auth", "whatsapp_from": WHATSAPP });
    let client = Client::new(http(), &fake.base_url(), &Config::parse(&config).unwrap());
    let chat = client.clone().over(Channel::Whatsapp);
    fake.content(CONTENT, "Hello {{1}}, you rang at {{2}}.");
    let template = |name: &str| Content::Template {
        name: name.to_owned(),
        language: "en".to_owned(),
        params: vec!["Noa\nLevi".to_owned(), "10:00".to_owned()],
        preview: "preview".to_owned(),
    };
    let message = outgoing("msg_1", template(CONTENT));
    let id = chat.send(&message).await.unwrap().provider_id;
    let sent = fake.sent().pop().unwrap();
    assert_eq!((sent.template.as_deref(), sent.body.as_str()), (Some(CONTENT), "Hello Noa Levi, you rang at 10:00."));
    assert_eq!(sent.error, None, "a template needs no window");
    assert_eq!(chat.find_sent(&message, clock.now()).await, Ok(Lookup::Sent(id)));
    let named = chat.send(&outgoing("msg_2", template("missed_call"))).await;
    assert!(matches!(&named, Err(SendError::Template(f)) if f.code == "no_content_sid"), "{named:?}");
    let unsent = client.send(&outgoing("msg_3", text("hi"))).await;
    assert!(matches!(&unsent, Err(SendError::Rejected(f)) if f.code == "no_sender"), "{unsent:?}");
}

#[test]
fn wrong_settings_are_named() {
    let errors = Config::parse(&json!({ "account_sid": "AC1", "messaging_service_sid": "x", "whatsapp_from": "Acme" }))
        .map(|_| ())
        .unwrap_err();
    let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
    assert_eq!(fields, ["account_sid", "auth_token", "messaging_service_sid", "whatsapp_from"]);
}

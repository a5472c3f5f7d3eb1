//! Whether the fake is faithful: window, rates, registers, webhooks that come late, twice, shuffled and in batches.

use super::world::{NOA, SECRET, World, http, outgoing, template, text};
use jiff::SignedDuration;
use ringleader_core::message::{Content, MessageStatus};
use ringleader_providers::messaging::{Messaging, SendError};
use ringleader_providers::whatsapp_cloud::fake::{CustomerSpec, Failing, Fault, Says, TemplateSpec, WindowCheck};
use ringleader_providers::whatsapp_cloud::inbound::EventKind;
use serde_json::{Value, json};

#[tokio::test]
async fn the_window_opens_with_a_message_and_closes_after_a_day() {
    let world = World::new().await;
    assert!(matches!(world.send(text("hi")).await, Err(SendError::WindowClosed(_))));
    world.fake.customer_says(NOA, Says::text("hello"));
    world.send(text("hi")).await.unwrap();
    world.clock.advance(SignedDuration::from_hours(24));
    assert!(matches!(world.send(text("hi")).await, Err(SendError::WindowClosed(_))));
    world.send(template("first_message", &["us"])).await.unwrap();
}

#[tokio::test]
async fn a_closed_window_may_also_show_later_as_a_failed_status() {
    let world = World::new().await;
    world.fake.behave(|b| b.window = WindowCheck::Async);
    let accepted = world.send(text("hi")).await.unwrap();
    let news = world.news().await;
    let EventKind::Status(status) = &news[0].kind else { panic!("{news:?}") };
    assert_eq!((status.status, &status.provider_id), (Some(MessageStatus::Failed), &accepted.provider_id));
    assert_eq!(status.failure.as_ref().unwrap().code, "131047");
    assert_eq!(status.send_key.as_deref(), Some("msg_1"));
}

#[tokio::test]
async fn codes_that_are_told_late_come_as_failed_statuses() {
    let world = World::new().await;
    world.fake.behave(|b| b.window = WindowCheck::Off);
    for code in [131_026, 131_056, 130_429, 131_050] {
        world.fake.fail_next(1, Fault::FailsLater { code });
        world.send(text("hi")).await.unwrap();
        let news = world.news().await;
        let EventKind::Status(status) = &news[0].kind else { panic!("{news:?}") };
        assert_eq!(status.failure.as_ref().unwrap().code, code.to_string());
    }
    let fails = Some(Failing { code: 131_026, later: true });
    world.fake.customer(NOA, CustomerSpec { fails, ..CustomerSpec::default() });
    world.send(text("hi")).await.unwrap();
    assert_eq!(world.statuses().await, ["failed"]);
}

#[tokio::test]
async fn statuses_follow_the_clock() {
    let world = World::new().await;
    world.fake.behave(|b| (b.delivered_ms, b.read_ms) = (Some(2_000), Some(60_000)));
    world.send(template("first_message", &["us"])).await.unwrap();
    assert_eq!(world.statuses().await, ["sent"]);
    world.clock.advance(SignedDuration::from_secs(2));
    assert_eq!(world.statuses().await, ["delivered"]);
    assert_eq!(world.statuses().await, Vec::<String>::new());
    world.clock.advance(SignedDuration::from_secs(58));
    assert_eq!(world.statuses().await, ["read"]);
}

#[tokio::test]
async fn webhooks_come_twice_or_in_batches_on_demand() {
    let world = World::new().await;
    world.fake.behave(|b| (b.duplicates, b.escape) = (1.0, true));
    world.fake.customer_says(NOA, Says::text("שלום"));
    let news = world.news().await;
    assert_eq!(news.len(), 2);
    assert_eq!(news[0], news[1]);
    let EventKind::Message(message) = &news[0].kind else { panic!() };
    assert_eq!(message.content, Content::Text { body: "שלום".to_owned() });

    world.fake.behave(|b| (b.duplicates, b.batch, b.jitter_ms) = (0.0, 50, 1_000));
    for n in 0..20 {
        world.fake.customer_says(NOA, Says::text(&format!("{n}")));
    }
    world.clock.advance(SignedDuration::from_secs(1));
    world.fake.settle().await;
    assert!(world.inbox.lock().unwrap().bodies.len() < 20, "several came in one body");
    let words = |e: &ringleader_providers::whatsapp_cloud::inbound::Event| match &e.kind {
        EventKind::Message(m) => m.content.words().unwrap().parse::<u32>().unwrap(),
        other => panic!("{other:?}"),
    };
    let mut order: Vec<u32> = world.news().await.iter().map(words).collect();
    assert_ne!(order, (0..20).collect::<Vec<_>>(), "the order is lost");
    order.sort_unstable();
    assert_eq!(order, (0..20).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_refused_webhook_comes_again_until_it_is_taken() {
    let world = World::new().await;
    world.inbox.lock().unwrap().answers.extend([500, 503]);
    world.fake.customer_says(NOA, Says::text("hello"));
    assert_eq!(world.news().await.len(), 0);
    world.clock.advance(SignedDuration::from_millis(200));
    assert_eq!(world.news().await.len(), 0);
    world.clock.advance(SignedDuration::from_millis(400));
    assert_eq!(world.news().await.len(), 1);
    let answers = world.fake.counts().webhooks;
    assert_eq!((answers[&500], answers[&503], answers[&200]), (1, 1, 1));
}

#[tokio::test]
async fn one_person_gets_a_burst_and_then_one_message_each_six_seconds() {
    let world = World::new().await;
    world.fake.customer_says(NOA, Says::text("hello"));
    for n in 0..45 {
        world.send(text(&format!("{n}"))).await.unwrap();
    }
    assert_eq!(world.send(text("x")).await.unwrap_err().failure().code, "131056");
    world.clock.advance(SignedDuration::from_secs(6));
    world.send(text("y")).await.unwrap();
    assert_eq!(world.send(text("z")).await.unwrap_err().failure().code, "131056");
}

#[tokio::test]
async fn a_number_sends_so_many_a_second() {
    let world = World::new().await;
    world.fake.behave(|b| (b.window, b.throughput, b.pair_rate) = (WindowCheck::Off, Some(3), false));
    for n in 0..3 {
        world.send(text(&format!("{n}"))).await.unwrap();
    }
    assert_eq!(world.send(text("x")).await.unwrap_err().failure().code, "130429");
    world.clock.advance(SignedDuration::from_secs(1));
    world.send(text("y")).await.unwrap();
}

#[tokio::test]
async fn templates_are_judged_by_name_language_state_and_count() {
    let world = World::new().await;
    let states = [("PAUSED", "132015"), ("DISABLED", "132016"), ("PENDING", "132001"), ("REJECTED", "132001")];
    for (status, code) in states {
        let spec = TemplateSpec { status: status.to_owned(), ..TemplateSpec::approved("other", "he", "hi") };
        world.fake.template(spec);
        assert_eq!(world.send(template("other", &[])).await.unwrap_err().failure().code, code, "{status}");
    }
    assert_eq!(world.send(template("none", &[])).await.unwrap_err().failure().code, "132001");
    assert_eq!(world.send(template("first_message", &[])).await.unwrap_err().failure().code, "132000");
    assert_eq!(world.send(template("first_message", &["a", "b"])).await.unwrap_err().failure().code, "132000");
    assert_eq!(world.send(template("first_message", &[&"x".repeat(1100)])).await.unwrap_err().failure().code, "132005");
    let told = world.news().await;
    assert!(matches!(&told[0].kind, EventKind::TemplateStatus { event, .. } if event == "PAUSED"), "{told:?}");
}

#[tokio::test]
async fn lengths_and_buttons_are_checked_as_meta_does() {
    let world = World::new().await;
    world.fake.customer_says(NOA, Says::text("hello"));
    let buttons = |titles: &[&str]| Content::Buttons {
        body: "?".to_owned(),
        buttons: titles.iter().enumerate().map(|(i, t)| (i.to_string(), (*t).to_owned())).collect(),
    };
    let table = [
        (text(""), "131009"),
        (text(&"x".repeat(4097)), "100"),
        (buttons(&[]), "131009"),
        (buttons(&["a", "b", "c", "d"]), "131009"),
        (buttons(&["a", "a"]), "131009"),
        (buttons(&["a title of more than twenty"]), "100"),
    ];
    for (content, code) in table {
        assert_eq!(world.send(content.clone()).await.unwrap_err().failure().code, code, "{content:?}");
    }
    world.send(text(&"ש".repeat(4096))).await.unwrap();
    let long_key = outgoing(&"k".repeat(513), text("hi"));
    assert_eq!(world.client.send(&long_key).await.unwrap_err().failure().code, "100");
}

#[tokio::test]
async fn a_number_without_plus_gets_the_business_country_code() {
    let world = World::new().await;
    world.fake.behave(|b| b.window = WindowCheck::Off);
    let body = json!({ "messaging_product": "whatsapp", "to": "7700900117", "type": "text", "text": { "body": "hi" } });
    let url = format!("{}/800000000000042/messages", world.fake.base_url());
    http().post(url).bearer_auth("sim-token-01").json(&body).send().await.unwrap().error_for_status().unwrap();
    assert_eq!(world.fake.sent()[0].to, NOA);
}

#[tokio::test]
async fn another_process_can_steer_it_over_http() {
    let world = World::new().await;
    let control = Control(world.fake.control_url());
    control.post("behaviour", json!({ "pair_rate": false })).await;
    control.post("say", json!({ "phone": NOA, "name": "Noa", "says": { "type": "text", "body": "שלום" } })).await;
    control.post("faults", json!({ "next": [{ "times": 1, "fault": "error", "code": 131_056 }] })).await;
    assert!(world.send(text("hi")).await.is_err());
    world.send(text("hi")).await.unwrap();
    let sent = control.get(&format!("sent?to=%2B{}&wait_ms=1000", &NOA[1..])).await;
    assert_eq!(sent["data"][0]["text"], "hi");
    let after = sent["data"][0]["seq"].as_u64().unwrap();
    assert_eq!(control.get(&format!("sent?after={after}")).await["data"], json!([]));
    control.post("settle", json!({})).await;
    assert_eq!(control.get("state").await["counts"]["accepted"], 1);
    let chat = control.get(&format!("chat?phone=%2B{}", &NOA[1..])).await;
    assert_eq!(chat["window_until"], "2026-11-22T12:00:00Z");
    let news = world.news().await;
    assert!(matches!(&news[0].kind, EventKind::Message(m) if m.profile_name.as_deref() == Some("Noa")), "{news:?}");
    control.post("reset", json!({})).await;
    assert_eq!(control.get("state").await["counts"]["accepted"], 0);
    assert_eq!(world.fake.sent().len(), 0);
    assert!(!control.get("state").await.to_string().contains(SECRET));
}

#[tokio::test]
async fn the_owner_on_the_handset_and_a_stop_in_the_app_are_told() {
    let world = World::new().await;
    let echo = json!({ "message_echoes": [{ "from": "442079460018", "to": &NOA[1..], "id": "wamid.E1",
        "timestamp": "1795253400", "type": "text", "text": { "body": "I will ring you" } }] });
    world.fake.announce("smb_message_echoes", echo);
    let news = world.news().await;
    assert!(matches!(&news[0].kind, EventKind::Echo { to, .. } if to.phone.is_some()), "{news:?}");
    assert_eq!(news[0].number_key.as_deref(), Some("800000000000042"));
    let stop = json!({ "user_preferences": [{ "wa_id": &NOA[1..], "category": "marketing_messages", "value": "stop",
        "timestamp": 1795253400 }] });
    world.fake.announce("user_preferences", stop);
    let news = world.news().await;
    assert!(matches!(&news[0].kind, EventKind::Preference { stop: true, .. }), "{news:?}");
}

struct Control(String);

impl Control {
    async fn post(&self, path: &str, body: Value) {
        let url = format!("{}/{path}", self.0);
        let answer = http().post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
    }

    async fn get(&self, path: &str) -> Value {
        http().get(format!("{}/{path}", self.0)).send().await.unwrap().json().await.unwrap()
    }
}

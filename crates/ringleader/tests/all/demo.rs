//! The demo, as a newcomer uses it: started, a call missed, time moved on, an answer written, and stopped.

use crate::running::{Running, Who};
use serde_json::{Value, json};

const DANI: Who = ("shelly", "dani");
const TOM: Who = ("harbour", "tom");
const OLIVER: Who = ("homes", "oliver");

#[tokio::test]
async fn a_missed_call_becomes_a_lead_before_the_newcomers_eyes() {
    let demo = Running::start();
    let told = demo.scene(DANI).await["owner"].as_array().unwrap().len();
    demo.post(DANI, "call", json!({})).await;
    demo.see(DANI, "the episode that waits", |scene| scene["episode"]["state"] == "waiting").await;
    demo.post(DANI, "time", json!({"advance_seconds": 125})).await;
    let scene = demo.see(DANI, "the first message", |scene| scene["chat"][0]["status"] == "delivered").await;
    assert_eq!((&scene["chat"][0]["template"], &scene["chat"][0]["mine"]), (&json!(true), &json!(false)));
    let words = "היי קוראים לי דני, צריך אינסטלטור לפיצוץ, תתקשרו מחר בבוקר";
    demo.post(DANI, "say", json!({"text": words})).await;
    demo.see(DANI, "the answer on the phone", |scene| scene["chat"][1]["mine"] == true).await;
    demo.post(DANI, "time", json!({"advance_seconds": 10})).await;
    let scene = demo.see(DANI, "the finished lead", |scene| scene["lead"]["status"] == "qualified").await;
    assert_eq!(scene["lead"]["name"], "דני");
    assert!(scene["lead"]["window"][0].is_string(), "tomorrow morning is a time");
    let news = |scene: &Value| scene["owner"].as_array().is_some_and(|all| all.len() == told + 2);
    let scene = demo.see(DANI, "two messages to the owner", news).await;
    let tapped = json!({"speaker": "owner", "message": scene["owner"][told + 1]["id"],
        "button": scene["owner"][told + 1]["buttons"][0][0]});
    demo.post(DANI, "tap", tapped).await;
    demo.see(DANI, "that they spoke", |scene| scene["lead"]["status"] == "contacted").await;
    assert_eq!(demo.stop(), Some(0));
}

#[tokio::test]
async fn both_businesses_have_a_past_and_nothing_of_each_other() {
    let demo = Running::start();
    for who in [DANI, TOM] {
        let scene = demo.see(who, "what became of earlier calls", |scene| {
            let leads = scene["leads"].as_array().expect("a list");
            let mut standing: Vec<_> = leads.iter().filter_map(|lead| lead["status"].as_str()).collect();
            standing.sort_unstable();
            standing == ["qualified", "qualifying", "unresponsive"]
        });
        let scene = scene.await;
        let ours = |lead: &Value| lead["customer"] != "";
        assert!(scene["leads"].as_array().unwrap().iter().all(ours), "a lead of people of this business");
        assert!(scene["chat"].as_array().unwrap().is_empty(), "nobody has called yet as this customer");
    }
    assert_eq!(demo.stop(), Some(0));
}

#[tokio::test]
async fn a_voice_agent_has_made_calls_and_one_goes_on() {
    let demo = Running::start();
    let looking = async {
        while demo.agency("analytics/voice-agents").await["total"]["calls"] != 9 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), looking).await.expect("all calls are there");
    let total = demo.agency("analytics/voice-agents").await["total"].clone();
    assert_eq!(
        (&total["in_progress"], &total["outcomes"]["answered"], &total["outcomes"]["voicemail"]),
        (&json!(1), &json!(5), &json!(1))
    );
    let calls = demo.agency("calls?outcome=answered").await["data"].clone();
    assert!(calls.as_array().unwrap().iter().all(|call| call["transcript"].as_array().unwrap().len() > 2));
    assert_eq!(demo.agency("credits").await["balance"], -8);
    assert_eq!(demo.stop(), Some(0));
}

#[tokio::test]
async fn a_newcomer_talks_to_the_receptionist() {
    let demo = Running::start();
    let heard = |scene: &Value, words: &str| {
        let lines = scene["call"]["lines"].as_array().cloned().unwrap_or_default();
        lines.iter().any(|line| line["mine"] == false && line["text"].as_str().is_some_and(|text| text.contains(words)))
    };
    demo.post(TOM, "receptionist", json!({"action": "call"})).await;
    demo.see(TOM, "the greeting", |scene| heard(scene, "Acme Homes")).await;
    let wish = "I'd like to book a viewing of the flat on Elgin Avenue";
    demo.post(TOM, "receptionist", json!({"action": "say", "text": wish})).await;
    demo.see(TOM, "slots", |scene| heard(scene, "Elgin Avenue in Maida Vale")).await;
    demo.post(TOM, "receptionist", json!({"action": "hang_up"})).await;
    demo.see(TOM, "the end of the call", |scene| scene["call"]["going_on"] == false).await;
    assert_eq!(demo.agency("calls?line=%2B442079460021").await["data"][0]["from"], "+447700900123");
    assert_eq!(demo.stop(), Some(0));
}

#[tokio::test]
async fn every_kind_of_call_can_be_played_and_a_played_model_is_asked_first() {
    let demo = Running::start_with(&["--model", "anthropic"]);
    demo.post(OLIVER, "call", json!({"call": "agent_hot"})).await;
    let scene = demo.see(OLIVER, "the lead of the call", |scene| scene["lead"]["name"] == "Oliver Grant").await;
    assert_eq!(scene["calls"][0]["outcome"], "answered");
    let asked = |scene: &Value| {
        let seen = scene["seen"].as_array().cloned().unwrap_or_default();
        seen.iter().any(|it| it["service"] == "Anthropic" && it["detail"] != "0")
    };
    demo.see(OLIVER, "that the model was asked", asked).await;
    for (kind, outcome) in [("answered", "answered"), ("menu", "menu"), ("queue", "missed"), ("voicemail", "voicemail")]
    {
        demo.post(TOM, "call", json!({"call": kind})).await;
        let last = |scene: &Value| {
            scene["calls"].as_array().and_then(|all| all.last()).is_some_and(|it| it["outcome"] == outcome)
        };
        demo.see(TOM, kind, last).await;
    }
    assert_eq!(demo.pressed(TOM, "call", json!({"call": "agent_hot"})).await, 400, "a switchboard has no agent");
    assert_eq!(demo.stop(), Some(0));
}

//! The model clients over HTTP against the faithful fakes: every way to answer and every way to fail (B7).

use crate::support::*;
use ringleader_brain::fake::{self, Fake, Mode};
use ringleader_brain::models::openai as openai_api;
use ringleader_brain::seam::{Brain, BrainError};
use serde_json::{Value, json};
use std::time::Duration;

/// A client of each kind with its fake.
async fn each() -> Vec<(Fake, Box<dyn Brain>)> {
    let anthropic_fake = fake::anthropic::start().await.expect("a free port");
    let openai_fake = fake::openai::start().await.expect("a free port");
    let compatible_fake = fake::openai::start().await.expect("a free port");
    let clients: [Box<dyn Brain>; 3] = [
        Box::new(anthropic(&anthropic_fake, PATIENT)),
        Box::new(openai(&openai_fake, PATIENT)),
        Box::new(compatible(&compatible_fake, PATIENT)),
    ];
    [anthropic_fake, openai_fake, compatible_fake].into_iter().zip(clients).collect()
}

/// The error of one request in a mode, as its word.
async fn word_of(fake: &Fake, brain: &dyn Brain, mode: Mode) -> &'static str {
    fake.set(mode);
    let (error, uses) = brain.read_message(&request(BURST)).await.expect_err("the mode is a failure");
    assert_eq!(uses.len(), 1, "a request that left is in the ledger");
    assert_eq!(uses[0].result, error.word());
    error.word()
}

#[tokio::test]
async fn a_good_answer_becomes_a_reading_with_times_in_the_tenants_zone() {
    for (fake, brain) in each().await {
        fake.answer(|_| answer());
        let read = brain.read_message(&request(BURST)).await.expect("a good answer").value;
        assert_eq!(read.name.expect("a name").value, "דני");
        assert_eq!(read.need.expect("a need").value, "אינסטלטור לפיצוץ");
        let preference = read.preference.expect("a preference");
        assert_eq!(preference.from, Some("2026-11-22T06:00:00Z".parse().unwrap()));
        assert_eq!(preference.until, Some("2026-11-22T10:00:00Z".parse().unwrap()));
    }
}

#[tokio::test]
async fn each_failure_is_sorted_by_what_can_be_done_about_it() {
    let cases = [
        (Mode::Empty, "invalid"),
        (Mode::Text("Certainly! The name is Dani.".to_owned()), "invalid"),
        (Mode::Text(r#"{"language":"he"}"#.to_owned()), "invalid"),
        (Mode::Truncated, "invalid"),
        (Mode::Refusing, "refused"),
        (Mode::Filtered, "refused"),
        (Mode::Throttled(None), "unavailable"),
        (Mode::Throttled(Some(Duration::from_secs(7))), "unavailable"),
        (Mode::OutOfQuota, "misconfigured"),
        (Mode::Failing, "unavailable"),
        (Mode::Overloaded, "unavailable"),
        (Mode::TooLarge, "misconfigured"),
        (Mode::Cut, "unavailable"),
        (Mode::Page, "unavailable"),
        (raw(408, &[], ""), "unavailable"),
        (raw(409, &[], ""), "unavailable"),
        (raw(504, &[], "<html>"), "unavailable"),
        (raw(422, &[], "{}"), "misconfigured"),
        (
            raw(
                429,
                &[("x-should-retry", "true")],
                r#"{"error":{"type":"insufficient_quota","details":{"error_code":"contract_spend_limit_reached"}}}"#,
            ),
            "misconfigured",
        ),
        (raw(302, &[("location", "http://127.0.0.1:9/")], ""), "misconfigured"),
        (raw(500, &[("x-should-retry", "false")], "{}"), "misconfigured"),
        (raw(400, &[("x-should-retry", "true")], "{}"), "unavailable"),
    ];
    for (fake, brain) in each().await {
        fake.answer(|_| answer());
        for (mode, word) in &cases {
            assert_eq!(word_of(&fake, &*brain, mode.clone()).await, *word, "{} {mode:?}", brain.name());
        }
    }
}

fn raw(status: u16, headers: &[(&'static str, &str)], body: &str) -> Mode {
    Mode::Raw(status, headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(), body.to_owned())
}

#[tokio::test]
async fn the_pause_that_is_asked_for_is_handed_on() {
    let cases = [
        (Mode::Throttled(Some(Duration::from_millis(1500))), Some(1500)),
        (Mode::Throttled(None), None),
        (raw(429, &[("retry-after", "12")], "not json"), Some(12_000)),
        (raw(503, &[("retry-after", "1e300")], ""), Some(900_000)),
        (raw(503, &[("retry-after", "soon")], ""), None),
    ];
    for (fake, brain) in each().await {
        for (mode, millis) in &cases {
            fake.set(mode.clone());
            let (error, _) = brain.read_message(&request(BURST)).await.expect_err("throttled");
            let BrainError::Unavailable { retry_after, .. } = error else {
                panic!("{} {mode:?}: {error}", brain.name())
            };
            assert_eq!(retry_after, millis.map(Duration::from_millis), "{} {mode:?}", brain.name());
        }
    }
}

#[tokio::test]
async fn a_model_that_never_answers_is_given_up_after_the_time_limit() {
    let (one, two) = (fake::anthropic::start().await.unwrap(), fake::openai::start().await.unwrap());
    let clients: [(&Fake, Box<dyn Brain>); 3] = [
        (&one, Box::new(anthropic(&one, QUICK))),
        (&two, Box::new(openai(&two, QUICK))),
        (&two, Box::new(compatible(&two, QUICK))),
    ];
    for (fake, brain) in clients {
        assert_eq!(word_of(fake, &*brain, Mode::Silent).await, "unavailable");
    }
}

#[tokio::test]
async fn a_service_that_is_not_there_is_unavailable() {
    let fake = fake::openai::start().await.unwrap();
    let brain = openai(&fake, PATIENT);
    drop(fake);
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = openai_api::Config {
        base_url: format!("http://{gone}/v1"),
        api_key: fake::KEY.to_owned().into(),
        model: openai_api::DEFAULT_MODEL.to_owned(),
        timeout: PATIENT,
        prompt_ids: Default::default(),
    };
    let absent = openai_api::OpenAi::new(config, ringleader_brain::models::http_client());
    for brain in [brain, absent] {
        let (error, _) = brain.read_message(&request(BURST)).await.expect_err("nobody is there");
        assert_eq!(error.word(), "unavailable");
    }
}

#[tokio::test]
async fn a_wrong_key_or_model_is_a_wrong_setting() {
    let (one, two) = (fake::anthropic::start().await.unwrap(), fake::openai::start().await.unwrap());
    let clients: [Box<dyn Brain>; 4] = [
        Box::new(anthropic_with(&one, "wrong", "claude-haiku-5-5", PATIENT)),
        Box::new(anthropic_with(&one, fake::KEY, "claude-haiku-4-5-20250929", PATIENT)),
        Box::new(openai_with(&two, "wrong", "gpt-6-luna", None, PATIENT)),
        Box::new(openai_with(&two, fake::KEY, "gpt-3.5-turbo", None, PATIENT)),
    ];
    for brain in clients {
        let (error, _) = brain.read_message(&request(BURST)).await.expect_err("refused");
        assert_eq!(error.word(), "misconfigured", "{} {}", brain.name(), brain.model());
    }
}

#[tokio::test]
async fn older_models_are_asked_without_what_they_do_not_know() {
    let (one, two) = (fake::anthropic::start().await.unwrap(), fake::openai::start().await.unwrap());
    let clients: [(&Fake, Box<dyn Brain>); 2] = [
        (&one, Box::new(anthropic_with(&one, fake::KEY, "claude-haiku-4-5", PATIENT))),
        (&two, Box::new(openai_with(&two, fake::KEY, "gpt-4o-mini", None, PATIENT))),
    ];
    for (fake, brain) in clients {
        brain.read_message(&request(BURST)).await.expect("a good answer");
        let body = &fake.bodies()[0];
        assert!(body["output_config"]["effort"].is_null() && body["reasoning"].is_null());
    }
}

#[tokio::test]
async fn a_stored_prompt_stands_in_for_the_built_in_one() {
    let fake = fake::openai::start().await.unwrap();
    let brain = openai_with(&fake, fake::KEY, "gpt-6-luna", Some("pmpt_fake"), PATIENT);
    let uses = brain.read_message(&request(BURST)).await.expect("a good answer").uses;
    assert_eq!(uses[0].prompt, "pmpt_fake");
    let body = &fake.bodies()[0];
    assert_eq!(
        (&body["prompt"]["id"], &body["instructions"], &body["store"]),
        (&json!("pmpt_fake"), &Value::Null, &json!(false))
    );
}

#[tokio::test]
async fn uses_tell_tokens_money_and_the_model_that_answered() {
    for (fake, brain) in each().await {
        fake.answer(|_| answer());
        let used = brain.read_message(&request(BURST)).await.expect("a good answer").uses.remove(0);
        assert!(used.tokens_in > 500 && used.tokens_out > 20, "{used:?}");
        assert_eq!(used.cost_micros.is_some(), brain.name() != "compatible", "{used:?}");
        assert_eq!(
            (used.brain.as_str(), used.result.as_str(), used.prompt.as_str()),
            (brain.name(), "ok", "read_message@1")
        );
    }
}

#[tokio::test]
async fn a_refusal_is_paid_for_too() {
    let fake = fake::anthropic::start().await.unwrap();
    fake.set(Mode::Refusing);
    let (_, uses) = anthropic(&fake, PATIENT).read_message(&request(BURST)).await.expect_err("refused");
    assert!(uses[0].cost_micros.is_some_and(|micros| micros > 0));
}

#[tokio::test]
async fn a_repair_names_the_flaw_and_gives_more_room() {
    for (fake, brain) in each().await {
        brain.repair_message(&request(BURST), "the JSON ends too early").await.expect("a good answer");
        let body = fake.bodies()[0].to_string();
        assert!(body.contains("the JSON ends too early"), "{}", brain.name());
        assert!(body.contains("6000"), "{}", brain.name());
    }
}

#[tokio::test]
async fn thinking_tags_code_fences_and_parts_of_local_servers_are_read_through() {
    let fake = fake::openai::start().await.unwrap();
    let brain = compatible(&fake, PATIENT);
    let json = answer().to_string();
    let texts = [
        format!("<think>a {{name}}, perhaps</think>\n{json}"),
        format!("```json\n{json}\n```"),
        format!("\n```\n{json}\n```\n"),
    ];
    for text in texts {
        fake.set(Mode::Text(text));
        brain.read_message(&request(BURST)).await.expect("read leniently");
    }
    let parts =
        json!({"choices": [{"message": {"content": [{"type": "text", "text": json}]}, "finish_reason": "stop"}]});
    fake.set(raw(200, &[], &parts.to_string()));
    let uses = brain.read_message(&request(BURST)).await.expect("usage may be missing").uses;
    assert_eq!((uses[0].tokens_in, uses[0].cost_micros, uses[0].model.as_str()), (0, None, "any-model"));
}

#[tokio::test]
async fn a_service_that_fails_after_200_is_not_an_empty_answer() {
    let (one, two) = (fake::anthropic::start().await.unwrap(), fake::openai::start().await.unwrap());
    assert_eq!(word_of(&one, &anthropic(&one, PATIENT), Mode::Failed).await, "invalid");
    assert_eq!(word_of(&two, &openai(&two, PATIENT), Mode::Failed).await, "unavailable");
}

#[tokio::test]
async fn no_error_repeats_what_was_sent_or_said() {
    for (fake, brain) in each().await {
        for mode in [
            Mode::Text("sekrit".to_owned()),
            Mode::Text(r#"{"language":"sekrit"}"#.to_owned()),
            raw(400, &[], r#"{"error":{"type":"sekrit in Words","code":"sekrit 050","message":"sekrit"}}"#),
        ] {
            fake.set(mode);
            let (error, uses) = brain.read_message(&request("sekrit")).await.expect_err("a failure");
            assert!(!format!("{error:?} {uses:?}").contains("sekrit"), "{error:?}");
        }
    }
}

#[tokio::test]
async fn the_fake_refuses_what_the_real_service_refuses() {
    let fake = fake::anthropic::start().await.unwrap();
    let http = ringleader_brain::models::http_client();
    let url = format!("{}/v1/messages", fake.base_url);
    let good = json!({"model": "claude-haiku-5-5", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]});
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    let schema = |schema: Value| with("output_config", json!({"format": {"type": "json_schema", "schema": schema}}));
    let cases = [
        (good.clone(), 200),
        (with("temperature", json!(0)), 400),
        (with("output_format", json!({})), 400),
        (with("surprise", json!(1)), 400),
        (with("messages", json!([{"role": "assistant", "content": "{"}])), 400),
        (schema(json!({"type": "object", "properties": {}})), 400),
        (
            schema(
                json!({"type": "object", "additionalProperties": false, "properties": {"a": {"type": "string", "maxLength": 3}}}),
            ),
            400,
        ),
        (
            schema(json!({"type": "object", "additionalProperties": false, "properties": {"a": {"type": "string"}}})),
            200,
        ),
    ];
    for (body, status) in cases {
        let request = http.post(&url).bearer_auth(fake::KEY).header("anthropic-version", "2023-06-01").json(&body);
        assert_eq!(request.send().await.unwrap().status().as_u16(), status, "{body}");
    }
    let unversioned = http.post(&url).header("x-api-key", fake::KEY).json(&good).send().await.unwrap();
    assert_eq!(unversioned.status().as_u16(), 400);
}

//! What models answer: the schema fits every provider, and what comes in is bounded (P7, B7).

use crate::support::*;
use proptest::prelude::*;
use ringleader_brain::fake::{lint, to_json};
use ringleader_brain::wire::{ReadMessage, bounds};
use ringleader_core::reading::{Found, Language, Preference, Reading, Signals};
use serde_json::{Value, json};

fn read(answer: &Value, text: &str) -> Result<Reading, String> {
    let parsed = ReadMessage::parse(&answer.to_string()).map_err(|error| error.to_string())?;
    parsed.into_reading(&request(text)).map_err(|error| error.to_string())
}

#[test]
fn the_schema_is_within_the_subset_of_every_provider() {
    let schema = ReadMessage::schema();
    lint::anthropic(&schema).unwrap();
    lint::openai(&schema).unwrap();
}

#[test]
fn the_schema_requires_every_field_and_allows_null_where_something_may_be_missing() {
    let schema = ReadMessage::schema();
    assert_eq!(schema["required"], json!(["language", "name", "need", "preference", "signals"]));
    assert_eq!(schema["properties"]["name"]["anyOf"][1], json!({"type": "null"}));
    assert_eq!(schema["properties"]["language"]["enum"], json!(Language::ALL));
}

#[test]
fn the_schema_names_exactly_the_signals_of_core() {
    let schema = ReadMessage::schema();
    let mut told: Vec<&str> =
        schema["properties"]["signals"]["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let known = serde_json::to_value(Signals::default()).unwrap();
    let mut known: Vec<&str> = known.as_object().unwrap().keys().map(String::as_str).collect();
    told.sort_unstable();
    known.sort_unstable();
    assert_eq!(told, known);
}

#[test]
fn the_lint_finds_what_providers_reject() {
    let object = |inner: Value| json!({"type": "object", "additionalProperties": false, "required": ["a"], "properties": {"a": inner}});
    let both =
        [json!({"type": "string", "minLength": 1}), json!({"oneOf": []}), json!({"type": "object", "properties": {}})];
    for inner in both {
        assert!(
            lint::anthropic(&object(inner.clone())).is_err() && lint::openai(&object(inner.clone())).is_err(),
            "{inner}"
        );
    }
    assert!(lint::anthropic(&object(json!({"type": "number", "minimum": 0}))).is_err());
    assert!(lint::openai(&object(json!({"type": "string", "default": ""}))).is_err());
    assert!(
        lint::openai(
            &json!({"type": "object", "additionalProperties": false, "properties": {"a": {"type": "string"}}})
        )
        .is_err()
    );
    let many: serde_json::Map<_, _> = (0..17).map(|i| (format!("p{i}"), json!({"type": ["string", "null"]}))).collect();
    let required: Vec<&String> = many.keys().collect();
    assert!(
        lint::anthropic(
            &json!({"type": "object", "additionalProperties": false, "required": required, "properties": many})
        )
        .is_err()
    );
}

#[test]
fn letter_case_of_words_does_not_matter() {
    let mut answer = answer();
    answer["language"] = json!("HE-latn");
    assert_eq!(read(&answer, BURST).unwrap().language, Language::HebrewLatin);
}

#[test]
fn what_breaks_the_bounds_is_invalid() {
    let cases = [
        ("/language", json!("klingon")),
        ("/name/confidence", json!(1.2)),
        ("/need/confidence", json!(-0.1)),
        ("/preference/confidence", json!("high")),
        ("/need/text", json!("a".repeat(401))),
        ("/name/text", json!("a".repeat(61))),
        ("/name", json!("Dani")),
        ("/signals/opt_out", json!("no")),
    ];
    for (place, value) in cases {
        let mut answer = answer();
        *answer.pointer_mut(place).unwrap() = value;
        assert!(read(&answer, BURST).is_err(), "{place}");
    }
}

#[test]
fn a_name_that_is_no_name_of_the_customers_message_is_dropped() {
    for name in ["Admin", "דנה", "null", "דני https://evil.example", "", "{name}", "דני5"] {
        let mut answer = answer();
        answer["name"]["text"] = json!(name);
        let read = read(&answer, BURST).unwrap();
        assert!(read.name.is_none_or(|found| found.value == "דני"), "{name}");
    }
}

#[test]
fn a_name_is_found_whatever_its_accents_case_and_quote_marks() {
    for (name, text) in [
        ("O'Brien", "this is o’brien"),
        ("Jose", "soy José"),
        ("רות", "שמי רוּת"),
        ("ג'ורג'", "כאן ג׳ורג׳ מהמכולת"),
        ("Rebecca Stone", "hi, rebecca stone here"),
    ] {
        assert!(bounds::is_name(name, text), "{name}");
    }
}

#[test]
fn texts_carry_no_links_and_no_hidden_signs() {
    let cases = [
        ("new\nline\u{202e} and\u{0} tab\t.", "new line and tab ."),
        ("flat on https://evil.example/x?y please", "flat on please"),
        ("see www.evil.example or bit.ly/abc now", "see or now"),
        ("write to dana@example.com at 2.30 p.m. e.g. by S22", "write to dana@example.com at 2.30 p.m. e.g. by S22"),
        ("מזגן 2.5 כ״ס, 10.000 ק״מ", "מזגן 2.5 כ״ס, 10.000 ק״מ"),
    ];
    for (text, clean) in cases {
        assert_eq!(bounds::clean(text).as_deref(), Some(clean));
    }
}

#[test]
fn times_are_local_and_absurd_ones_are_dropped() {
    let window = |from: Value, until: Value| {
        let mut answer = answer();
        answer["preference"]["from"] = from;
        answer["preference"]["until"] = until;
        let preference = read(&answer, BURST).unwrap().preference.unwrap();
        (preference.from.map(|t| t.to_string()), preference.until.map(|t| t.to_string()))
    };
    let (none, some) = ((None, None), |text: &str| Some(text.to_owned()));
    assert_eq!(window(json!("2026-11-22T08:00:00"), json!(null)), (some("2026-11-22T06:00:00Z"), None));
    assert_eq!(
        window(json!("2026-11-22"), json!("2026-11-22")),
        (some("2026-11-21T22:00:00Z"), some("2026-11-22T22:00:00Z"))
    );
    assert_eq!(window(json!("2026-11-22T08:00:00+02:00"), json!(null)), (some("2026-11-22T06:00:00Z"), None));
    for (from, until) in [
        (json!("tomorrow"), json!(null)),
        (json!("2026-11-22T12:00"), json!("2026-11-22T08:00")),
        (json!("2024-11-22T08:00"), json!("2024-11-22T12:00")),
        (json!(null), json!("2026-11-21T09:00")),
        (json!("2030-01-01T08:00"), json!(null)),
        (json!("2026-11-22T08:00"), json!("2027-01-31T08:00")),
        (json!("9999-12-31"), json!("9999-12-31")),
    ] {
        assert_eq!(window(from.clone(), until.clone()), none, "{from} {until}");
    }
}

fn found() -> impl Strategy<Value = Option<Found>> {
    let found = ("[א-תa-z]{1,12}( [א-תa-z]{1,12}){0,3}", 0..=100u8, any::<bool>());
    let found =
        found.prop_map(|(value, percent, explicit)| Found { value, confidence: f64::from(percent) / 100.0, explicit });
    proptest::option::of(found)
}

proptest! {
    #[test]
    fn a_reading_survives_the_way_to_a_model_and_back(name in found(), need in found(), hours in 1i64..200, opt_out in any::<bool>()) {
        let words = |found: &Option<Found>| found.as_ref().is_none_or(|found| bounds::clean(&found.value).as_ref() == Some(&found.value));
        prop_assume!(words(&name) && words(&need));
        let from = Some(now() + jiff::SignedDuration::from_hours(hours));
        let preference = Some(Preference { text: "later".to_owned(), from, until: None, ambiguous: true, confidence: 0.5 });
        let signals = Signals { opt_out, ..Signals::default() };
        let reading = Reading { name, need, preference, language: Language::Mixed, signals };
        let text = reading.name.as_ref().map_or_else(String::new, |found| found.value.clone());
        prop_assert_eq!(read(&to_json(&reading, &jerusalem()), &text).unwrap(), reading);
    }

    #[test]
    fn any_text_of_a_model_is_parsed_without_a_panic(text in any::<String>()) {
        let _ = ReadMessage::parse(&text).map(|answer| answer.into_reading(&request(&text)));
        let _ = bounds::local_time(&text, &jerusalem(), true);
    }
}

//! What wins among facts (DESIGN 2, P6, P9).

use jiff::{SignedDuration, Timestamp};
use ringleader_core::facts::{Columns, Merge, NewFact, from_reading, is_retracted, merge};
use ringleader_core::id::{FactId, Id};
use ringleader_core::lead::{Fact, FactSource};
use ringleader_core::reading::{Found, Language, Preference, ReadBy, Reading};
use serde_json::{Value, json};

fn start() -> Timestamp {
    "2026-01-05T10:00:00Z".parse().unwrap()
}

fn fact(name: &str, value: Value, source: FactSource, provisional: bool) -> Fact {
    let id = FactId::from_uuid(uuid::Uuid::from_u128(1));
    let origin = Some("msg_1".to_owned());
    Fact { id, name: name.into(), value, confidence: 0.9, source, origin, provisional, read_by: None, at: start() }
}

fn new(value: &str, source: FactSource, provisional: bool, origin: &str, minutes: i64) -> NewFact {
    let at = start() + SignedDuration::from_mins(minutes);
    let origin = Some(origin.to_owned());
    NewFact {
        name: "name".into(),
        value: value.into(),
        confidence: 0.8,
        source,
        origin,
        provisional,
        read_by: None,
        at,
    }
}

#[test]
fn a_person_beats_explicit_beats_inferred_and_newer_beats_older() {
    use FactSource::{Explicit, Inferred, Person};
    use Merge::{Keep, Replace, SameValue};
    let table = [
        (Person, false, new("B", Explicit, false, "msg_2", 9), Keep), // P9: never overwritten
        (Person, false, new("B", Person, false, "usr_2", 9), Replace),
        (Explicit, false, new("B", Person, false, "usr_1", -9), Replace),
        (Explicit, false, new("B", Inferred, false, "msg_2", 9), Keep),
        (Inferred, false, new("B", Explicit, false, "msg_2", -9), Replace),
        (Explicit, false, new("B", Explicit, false, "msg_2", 9), Replace),
        (Explicit, false, new("B", Explicit, false, "msg_2", -9), Keep), // late and out of order
        (Explicit, false, new("A", Explicit, false, "msg_2", 9), SameValue),
        (Explicit, true, new("B", Inferred, false, "msg_1", 0), Replace), // P6: a model read the same message again
        (Explicit, false, new("B", Explicit, true, "msg_1", 0), Keep),    // and the local reading came late
        (Explicit, true, new("A", Explicit, false, "msg_1", 0), Replace), // not provisional any more
        (Explicit, true, new("A", Explicit, true, "msg_1", 0), SameValue),
        (Person, false, new("A", Explicit, false, "msg_2", 9), SameValue),
        (Inferred, false, new("A", Person, false, "usr_1", 9), Replace), // confirmed by a person
    ];
    for (source, provisional, proposed, expected) in table {
        let current = fact("name", json!("A"), source, provisional);
        assert_eq!(merge(Some(&current), &proposed), expected, "{source} {provisional} <- {proposed:?}");
    }
    assert_eq!(merge(None, &new("A", Inferred, true, "msg_1", 0)), Replace);
}

#[test]
fn a_provisional_fact_goes_when_the_model_does_not_find_it() {
    assert!(is_retracted(&fact("name", json!("A"), FactSource::Explicit, true), "msg_1", false));
    assert!(!is_retracted(&fact("name", json!("A"), FactSource::Explicit, true), "msg_2", false));
    assert!(!is_retracted(&fact("name", json!("A"), FactSource::Explicit, false), "msg_1", false));
    assert!(!is_retracted(&fact("name", json!("A"), FactSource::Person, true), "msg_1", false));
    assert!(is_retracted(&fact("name", json!("A"), FactSource::Explicit, false), "msg_1", true), "changed words");
    assert!(!is_retracted(&fact("name", json!("A"), FactSource::Person, false), "msg_1", true));
}

#[test]
fn a_reading_becomes_facts_and_facts_become_columns() {
    let mut reading = Reading::nothing();
    reading.name = Some(Found { value: " Danny ".into(), confidence: 0.9, explicit: true });
    reading.need = Some(Found { value: "  ".into(), confidence: 0.9, explicit: true });
    reading.preference = Some(Preference {
        text: "tomorrow morning".into(),
        from: Some(start()),
        until: None,
        ambiguous: false,
        confidence: 0.7,
    });
    let by = ReadBy { brain: "local".into(), prompt: "read_message@1".into(), language: Language::English };
    let facts = from_reading(&reading, "msg_1", true, &by, start());
    assert_eq!(
        facts.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(),
        ["name", "preference"],
        "a blank need is none"
    );
    assert!(facts.iter().all(|f| f.read_by.as_ref() == Some(&by)), "each says who read it (D2)");
    assert_eq!(facts[1].value, json!({"text": "tomorrow morning", "from": "2026-01-05T10:00:00Z", "until": null}));
    let kept: Vec<_> = facts.iter().map(|f| fact(&f.name, f.value.clone(), f.source, f.provisional)).collect();
    let columns = Columns::of(&kept);
    assert_eq!((columns.name.as_deref(), columns.need.as_deref()), (Some("Danny"), None));
    assert_eq!(columns.known().0, [true, false, true]);
    assert_eq!(columns.preference_text().as_deref(), Some("tomorrow morning"));
}

#[test]
fn a_preference_set_as_bare_words_is_shown_as_an_object() {
    let set = fact("preference", json!("by SMS"), FactSource::Person, false);
    assert_eq!(Columns::of([&set]).preference, Some(json!({"text": "by SMS", "from": null, "until": null})));
}

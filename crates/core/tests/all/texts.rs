//! The catalogue: complete, checked, isolated, bounded, and shown whole for review (A16, P7).

use ringleader_core::texts::gender::gendered;
use ringleader_core::texts::{Key, Overrides, TextError, Texts, Vars, check_overrides, params, preview, source, value};

fn changed(key: &str, language: &str, text: &str) -> Overrides {
    Overrides::from([(key.to_owned(), [(language.to_owned(), text.to_owned())].into())])
}

/// Marks of isolation made visible.
fn visible(text: &str) -> String {
    text.replace('\u{2068}', "⟨").replace('\u{2069}', "⟩").replace('\n', "\n    ")
}

#[test]
fn every_text_in_both_languages() {
    for language in ["he", "en"] {
        let mut all = String::new();
        for key in Key::ALL {
            let shown = preview(*key, language, source(*key, language)).unwrap();
            all.push_str(&format!("{key}\n    {}\n", visible(&shown)));
        }
        insta::assert_snapshot!(format!("texts_{language}"), all);
    }
}

#[test]
fn every_text_gets_along_without_its_optional_values() {
    for key in Key::ALL {
        let vars: Vars =
            key.variables().iter().filter(|v| !v.optional).map(|v| (v.name, v.sample.1.to_owned())).collect();
        for language in ["he", "en"] {
            let text = Texts::built_in().render(*key, language, &vars).unwrap();
            assert!(
                !text.trim().is_empty() && ![" ,", " .", "  ", "()"].iter().any(|gap| text.contains(gap)),
                "{key} {language}: {text}"
            );
        }
    }
}

#[test]
fn hebrew_takes_no_side() {
    for key in Key::ALL {
        let found = gendered(source(*key, "he"));
        assert!(found.is_empty(), "{key}: {found:?}");
    }
}

#[test]
fn a_hebrew_text_that_takes_a_side_is_noticed() {
    for (text, found) in [
        ("שלום, תוכל לכתוב לנו?", vec!["תוכל"]),
        ("נשמח לעזור לך, ואתה תחליט", vec!["לך", "ואתה"]),
        ("נשמח לשמוע ממך/ה", vec!["ממך", "ממך/ה"]),
        ("אפשר לכתוב כאן ונחזור אליכם", vec![]),
        ("הלכתי למכולת", vec![]),
    ] {
        assert_eq!(gendered(text), found, "{text}");
    }
}

/// Characters of the other script that a key has no business with.
#[test]
fn each_text_is_in_its_own_language() {
    let hebrew = |c: char| ('\u{5d0}'..='\u{5ea}').contains(&c);
    for key in Key::ALL {
        assert!(source(*key, "he").chars().any(hebrew), "{key} has no Hebrew");
        assert!(!source(*key, "en").chars().any(hebrew), "{key} has Hebrew in its English");
        assert_ne!(source(*key, "he"), source(*key, "en"), "{key}");
    }
}

/// A value of the other direction stands in isolation marks in every text that shows it, and the marks come in pairs.
#[test]
fn every_value_is_isolated_in_every_hebrew_text() {
    for key in Key::ALL {
        let vars: Vars = key.variables().iter().map(|v| (v.name, "Danny (B), +44 7700".to_owned())).collect();
        let text = Texts::built_in().render(*key, "he", &vars).unwrap();
        let shown = text.matches("Danny (B), +44 7700").count();
        assert_eq!(text.matches("\u{2068}Danny (B), +44 7700\u{2069}").count(), shown, "{key}: {text}");
        assert_eq!(text.matches('\u{2068}').count(), text.matches('\u{2069}').count(), "{key}");
    }
}

#[test]
fn a_changed_text_is_used_and_a_wrong_one_is_named_and_passed_over() {
    let vars = Vars::from([("business", "Sample Salon".to_owned())]);
    let good = changed("ask_name", "en", "Who is it? {{ business }}");
    assert_eq!(Texts::with(&good).render(Key::AskName, "en", &vars).unwrap(), "Who is it? Sample Salon");
    for (key, language, text, problem) in [
        (
            "ask_name",
            "en",
            "Hi {{ budget }}",
            "`ask_name` in `en`: there is no variable `budget` here; there are: business, name",
        ),
        ("ask_name", "en", "Hi {{ name", "`ask_name` in `en`: syntax error (line 1)"),
        ("ask_name", "en", " ", "`ask_name` in `en`: a text has 1 to 1024 characters"),
        ("ask_name", "fr", "Salut", "`ask_name`: texts are kept in `he` and `en`, not in `fr`"),
        ("ask_nme", "en", "Hi", "there is no text `ask_nme`"),
    ] {
        let wrong = changed(key, language, text);
        assert_eq!(check_overrides(&wrong)[0].1.to_string(), problem);
        let sent = Texts::with(&wrong).render(Key::AskName, "en", &vars).unwrap();
        assert_eq!(sent, source(Key::AskName, "en"), "a message goes out in any case");
    }
}

#[test]
fn a_text_that_works_for_ever_is_stopped() {
    let endless = "{% for a in name %}{% for b in name %}{% for c in name %}{% for d in name %}{% for e in name %}x\
                   {% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}";
    let many = "{% set x = [1,1,1,1,1,1,1,1] %}{% for a in x %}{% for b in x %}{% for c in x %}{% for d in x %}{{ a }}\
                {% endfor %}{% endfor %}{% endfor %}{% endfor %}";
    for text in [endless, many] {
        assert!(matches!(preview(Key::AskName, "en", text), Err(TextError::Broken { .. })), "{text}");
    }
}

#[test]
fn inserted_values_cannot_turn_break_or_bait_a_line() {
    for (given, cleaned) in [
        ("Danny\u{202e}evil\u{2069}\u{200f}", "Dannyevil"),
        ("two\nlines\tand   gaps", "two lines and gaps"),
        ("call http://evil.example/x now", "call now"),
        ("see www.evil.example or evil.co/x", "see or"),
        ("https://example.com/l/1", "https://example.com/l/1"),
        ("at 10.30 for 1,500.50", "at 10.30 for 1,500.50"),
        ("דני", "דני"),
    ] {
        assert_eq!(value::clean(given, 100), cleaned);
    }
    assert_eq!(value::clean("abcdef", 4), "abc…");
    assert_eq!(value::isolate("Danny", "he"), "\u{2068}Danny\u{2069}");
    assert_eq!(value::isolate("דני כהן", "he"), "דני כהן", "or a line of it alone would have no direction");
    assert_eq!(value::isolate("דני 2", "he"), "\u{2068}דני 2\u{2069}");
    assert_eq!(value::isolate("דני", "en"), "\u{2068}דני\u{2069}");
    assert_eq!(value::isolate("Danny", "en"), "Danny", "keeps an SMS in its short alphabet");
    assert_eq!(value::isolate("https://example.com/l/1", "he"), "https://example.com/l/1", "tappable");
}

#[test]
fn a_value_is_never_taken_for_a_template() {
    let vars = Vars::from([("business", "{{ name }}{% if %}".to_owned())]);
    let text = Texts::built_in().render(Key::IAmABot, "en", &vars).unwrap();
    assert!(text.contains("{{ name }}{% if %}"), "{text}");
}

#[test]
fn a_missing_value_that_the_text_needs_is_an_error_and_another_language_falls_back_to_english() {
    let missing = Texts::built_in().render(Key::FirstMessage, "he", &Vars::new());
    assert_eq!(missing, Err(TextError::MissingValue { key: Key::FirstMessage, variable: "business" }));
    assert_eq!(Texts::built_in().plain(Key::AskName, "ru"), source(Key::AskName, "en"));
    assert_eq!(Texts::built_in().plain(Key::AskName, "he-Latn"), source(Key::AskName, "he"));
}

#[test]
fn template_parameters_come_in_order_and_are_never_empty() {
    let vars = Vars::from([("business", " מספרה \n של דמו ".to_owned())]);
    assert_eq!(params(Key::FirstMessage, "he", &vars).unwrap(), ["מספרה של דמו"]);
    let wants = Vars::from([("header", "H".to_owned())]);
    assert_eq!(params(Key::OwnerLead, "en", &wants).unwrap(), ["H", "-", "-", "-", "-", "-", "-"]);
}

#[test]
fn several_texts_make_one_message() {
    let vars = Vars::from([("business", "B".to_owned())]);
    let text = Texts::built_in().compose(&[Key::QuestionNoted, Key::AskName], "en", &vars).unwrap();
    assert_eq!(text.lines().count(), 2);
}

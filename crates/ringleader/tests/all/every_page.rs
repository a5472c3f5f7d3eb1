//! Every page in a real Chromium: both languages, wide and narrow, light and dark, looked over as people with a screen reader or
//! weak eyes would.
//!
//! With `RINGLEADER_PICTURES=<folder>` it leaves pictures of every page there (`make pictures`).

use crate::dashboard::{CODE, DANI, TOM, missed_call};
use crate::running::{Running, Who};
use crate::screen::Screen;
use serde_json::{Value, json};

/// What is wrong with a page, one line each.
const AUDIT: &str = include_str!("audit.js");

/// English sentences on a Hebrew page.
const FOREIGN: &str = include_str!("foreign.js");

/// Pages that are looked at one by one: name and path.
const PAGES: [(&str, &str); 33] = [
    ("today", "/today"),
    ("inbox", "/inbox"),
    ("leads", "/leads"),
    ("board", "/leads?view=board"),
    ("calls", "/calls"),
    ("tasks", "/tasks"),
    ("losses", "/losses"),
    ("usage", "/usage"),
    ("reports", "/reports"),
    ("reports-brain", "/reports/brain"),
    ("reports-uses", "/reports/uses"),
    ("reports-voice-agents", "/reports/voice-agents"),
    ("reports-labels", "/reports/labels"),
    ("reports-rows", "/reports/rows?measure=calls:inbound"),
    ("calendar", "/calendar"),
    ("tickets", "/tickets"),
    ("properties", "/properties"),
    ("properties-import", "/properties/import"),
    ("account", "/account"),
    ("second-step", "/account/second-step"),
    ("start", "/start"),
    ("settings", "/settings"),
    ("settings-hours", "/settings/hours"),
    ("settings-connections", "/settings/connections"),
    ("settings-connect", "/settings/connections/new/twilio"),
    ("settings-lines", "/settings/lines"),
    ("settings-reception", "/settings/reception"),
    ("settings-texts", "/settings/texts"),
    ("settings-text", "/settings/texts/first_message"),
    ("settings-people", "/settings/people"),
    ("settings-keys", "/settings/keys"),
    ("settings-brain", "/settings/brain"),
    ("settings-trail", "/settings/trail"),
];

/// Pages of one thing: the list, and the name of its picture.
const THINGS: [(&str, &str); 4] = [
    ("/leads", "lead"),
    ("/inbox", "conversation"),
    ("/calls", "call"),
    ("/settings/connections", "settings-connection"),
];

#[tokio::test]
async fn every_page_is_right_in_hebrew() {
    every_page(0, "he", DANI).await;
}

#[tokio::test]
async fn every_page_is_right_in_english() {
    every_page(1, "en", TOM).await;
}

#[tokio::test]
async fn the_pages_of_an_agency_are_right_in_hebrew() {
    agency("he").await;
}

#[tokio::test]
async fn the_pages_of_an_agency_are_right_in_english() {
    agency("en").await;
}

async fn every_page(business: usize, language: &str, who: Who) {
    let demo = Running::start();
    let screen = Screen::open(&demo, &format!("pages-{language}"), &format!("/sign-in?lang={language}")).await;
    let mut faults = look_over(&screen, "sign-in", language).await;
    for (name, path) in [("forgot", "/forgot"), ("code", "/sign-in/code"), ("link-over", "/welcome/none")] {
        screen.go(&format!("{path}?lang={language}")).await;
        faults.extend(look_over(&screen, name, language).await);
    }
    missed_call(&demo, who).await;
    screen.sign_in(&demo, business).await;
    choose(&screen, language).await;
    for (name, path) in PAGES {
        screen.go(path).await;
        faults.extend(look_over(&screen, name, language).await);
    }
    for (list, name) in THINGS {
        screen.go(list).await;
        let link = format!("document.querySelector('main .rows a[href^=\"{list}/\"]').getAttribute('href')");
        let path: String = screen.value(&link).await;
        screen.go(&path).await;
        faults.extend(look_over(&screen, name, language).await);
    }
    if language == "he" {
        let operator = [
            ("installation", "/installation?show=waiting"),
            ("tray", "/installation/tray"),
            ("businesses", "/installation/businesses"),
        ];
        for (name, path) in operator {
            screen.go(path).await;
            faults.extend(look_over(&screen, name, language).await);
        }
    }
    faults.extend(over_the_page(&screen, language).await);
    faults.extend(as_a_viewer(&screen, language).await);
    assert!(faults.is_empty(), "{faults:#?}");
    screen.close().await;
    assert_eq!(demo.stop(), Some(0));
}

/// What lies over a page, and what is shown once.
async fn over_the_page(screen: &Screen, language: &str) -> Vec<String> {
    screen.go("/account?said=saved").await;
    screen.see("#toasts .toast", "").await;
    let mut faults = look_over(screen, "toast", language).await;
    screen.chord("k").await;
    screen.see("dialog#palette[open]", "").await;
    faults.extend(look_over(screen, "palette", language).await);
    screen.go("/account/second-step").await;
    let code: String = screen.value(CODE).await;
    screen.write("#code", &code).await;
    screen.press("form[action='/account/second-step'] button[type=submit]").await;
    screen.see(".codes li", "").await;
    faults.extend(look_over(screen, "recovery-codes", language).await);
    faults
}

/// Someone is invited who may only look; they choose a password and look.
async fn as_a_viewer(screen: &Screen, language: &str) -> Vec<String> {
    screen.go("/settings/people").await;
    screen.write("#f-name", "Robin").await;
    screen.write("#f-email", "robin@viewer.example").await;
    screen.run("document.querySelector('#f-role').value = 'viewer'").await;
    screen.press("form[action='/settings/people'] button[type=submit]").await;
    screen.see("#the-link", "").await;
    let mut faults = look_over(screen, "invited", language).await;
    let link: String = screen.value("new URL(document.querySelector('#the-link').value).pathname").await;
    screen.go(&format!("{link}?lang={language}")).await;
    faults.extend(look_over(screen, "welcome", language).await);
    screen.write("#password", "words of her own").await;
    screen.press(".door button[type=submit]").await;
    screen.see("#nav [aria-current]", "").await;
    choose(screen, language).await;
    for (name, path) in [("today", "/today"), ("leads", "/leads"), ("inbox", "/inbox"), ("tasks", "/tasks")] {
        screen.go(path).await;
        faults.extend(look_over(screen, &format!("viewer-{name}"), language).await);
    }
    faults
}

/// An estate agency whose receptionist has booked a viewing and taken a report.
async fn agency(language: &str) {
    const SAM: Who = ("lettings", "sam");
    const LEO: Who = ("lettings", "leo");
    let demo = Running::start();
    let screen = Screen::open(&demo, &format!("agency-{language}"), &format!("/sign-in?lang={language}")).await;
    let answers = |scene: &Value| {
        let chat = scene["chat"].as_array().cloned().unwrap_or_default();
        chat.iter().filter(|it| it["mine"] == false).count()
    };
    for (who, words) in [
        (
            SAM,
            &[
                "My name is Sam. I'm looking for a two bed flat to rent in Maida Vale, up to 2300 a month",
                "The first one please",
                "The first one",
                "yes please",
            ][..],
        ),
        (LEO, &["My name is Leo. My boiler is broken, no hot water, at 7 Elgin Avenue W9 2AB"][..]),
    ] {
        for text in words {
            let before = answers(&demo.scene(who).await);
            demo.post(who, "say", json!({"text": text})).await;
            demo.see(who, text, |scene| answers(scene) > before).await;
        }
    }
    screen.sign_in(&demo, 2).await;
    choose(&screen, language).await;
    let mut faults = Vec::new();
    for (name, path) in [
        ("today", "/today"),
        ("calendar", "/calendar"),
        ("tickets", "/tickets"),
        ("properties", "/properties"),
        ("reports", "/reports"),
        ("settings-reception", "/settings/reception"),
    ] {
        screen.go(path).await;
        faults.extend(look_over(&screen, &format!("agency-{name}"), language).await);
    }
    for (list, name) in [("/leads", "lead"), ("/inbox", "conversation"), ("/properties", "property")] {
        screen.go(list).await;
        let link = format!("document.querySelector('main .rows a[href^=\"{list}/\"]').getAttribute('href')");
        let path: String = screen.value(&link).await;
        screen.go(&path).await;
        if name == "property" {
            screen.run("document.querySelector('#people details').open = true").await;
            screen.write("#f-phone-t", "+447700900132").await;
            screen.write("#f-name-t", "Leo").await;
            screen.press("#people details[open] button[type=submit]").await;
            screen.see("#people .rows", "Leo").await;
        }
        faults.extend(look_over(&screen, &format!("agency-{name}"), language).await);
    }
    assert!(faults.is_empty(), "{faults:#?}");
    screen.close().await;
    assert_eq!(demo.stop(), Some(0));
}

/// The reader's language, chosen with the button of the page where it is another one.
pub async fn choose(screen: &Screen, language: &str) {
    let other = format!("document.documentElement.lang !== {language:?}");
    if screen.value::<bool>(&other).await {
        screen.press(".foot .language button").await;
    }
    screen.see(&format!("html[lang={language}] #nav [aria-current]"), "").await;
}

/// Wide and narrow, light and dark; what is wrong with it.
pub async fn look_over(screen: &Screen, name: &str, language: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if language == "he" {
        let english: Vec<String> = screen.value(FOREIGN).await;
        faults.extend(english.iter().map(|words| format!("English on {name}: {words}")));
    }
    for (width, height, narrow) in [(1280, 860, ""), (390, 844, "-narrow")] {
        for (dark, shade) in [(false, ""), (true, "-dark")] {
            screen.size(width, height).await; // a picture of the whole page forgets it
            screen.dark(dark).await;
            screen.assert_nothing_sticks_out().await;
            let found: Vec<String> = screen.value(AUDIT).await;
            faults.extend(found.iter().map(|fault| format!("{name}-{language}{narrow}{shade}: {fault}")));
            screen.whole_picture(&format!("{name}-{language}{narrow}{shade}.png")).await;
        }
    }
    screen.dark(false).await;
    screen.size(1280, 860).await;
    faults
}

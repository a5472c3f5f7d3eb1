//! The dashboard in a real Chromium: live, in both languages, wide and narrow, light and dark, and looked over as people with
//! a screen reader or weak eyes would.
//!
//! With `RINGLEADER_PICTURES=<folder>` it leaves pictures of every page there (`make pictures`).

use crate::running::{Running, Who};
use crate::screen::Screen;
use serde_json::json;

const TOM: Who = ("harbour", "tom");
const DANI: Who = ("shelly", "dani");

/// What is wrong with a page, one line each.
const AUDIT: &str = include_str!("audit.js");

/// English sentences on a Hebrew page.
const FOREIGN: &str = include_str!("foreign.js");

/// Pages that are looked at one by one: name and path.
const PAGES: [(&str, &str); 32] = [
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

/// A customer calls in vain, so that the pages of the day have something to show.
async fn missed_call(demo: &Running, who: Who) {
    demo.post(who, "call", json!({})).await;
    demo.see(who, "the episode", |scene| scene["episode"]["state"] == "waiting").await;
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

#[tokio::test]
async fn a_missed_call_arrives_and_a_chat_is_led_without_loading_the_page_again() {
    let demo = Running::start();
    let screen = Screen::open(&demo, "live", "/sign-in?lang=en").await;
    screen.sign_in(&demo, 1).await;
    choose(&screen, "en").await;
    screen.go("/today").await;
    screen.see("#live.on", "Live").await;
    missed_call(&demo, TOM).await;
    screen.see("#verdict", "One missed call so far").await;
    demo.post(TOM, "time", json!({"advance_seconds": 125})).await;
    screen.see("#verdict", "Reached").await;
    demo.see(TOM, "the first message", |scene| scene["chat"][0]["status"] == "delivered").await;
    demo.post(TOM, "say", json!({"text": "Hi, it's Tom. My boiler is leaking, please call me tomorrow morning"})).await;
    demo.post(TOM, "time", json!({"advance_seconds": 10})).await;
    screen.see("#call-now", "Tom").await;
    screen.assert_never_reloaded().await;

    screen.go("/inbox").await;
    let tom: String = screen.value("[...document.querySelectorAll('#chats a')].find((a) => a.textContent.includes('Tom')).getAttribute('href')").await;
    screen.go(&tom).await;
    screen.see("#driver", "The bot leads").await;
    screen.press("#takeover").await;
    screen.see("#driver", "You lead").await;
    screen.see("#toasts", "The bot is silent").await;
    demo.post(TOM, "say", json!({"text": "Is anyone there?"})).await;
    screen.see("#chat", "Is anyone there?").await;
    screen.write("#text", "Yes, Grace here").await;
    let enter = |held| {
        format!(
            "document.querySelector('#text').dispatchEvent(new KeyboardEvent('keydown', {{ key: 'Enter', bubbles: true, repeat: {held} }}))"
        )
    };
    for held in [false, false, true] {
        screen.run(&enter(held)).await; // an impatient thumb sends it once
    }
    screen.see("#chat .ours", "Yes, Grace here").await;
    demo.see(TOM, "the answer on the phone", |scene| scene["chat"].to_string().contains("Yes, Grace here")).await;
    let sent = "[...document.querySelectorAll('#chat .ours')].filter((it) => it.textContent.includes('Yes, Grace here')).length";
    assert_eq!(screen.value::<i64>(sent).await, 1);
    screen.press("#handback").await;
    screen.see("#driver", "The bot leads").await;
    screen.assert_never_reloaded().await;

    screen.press("#talk-head h2 a").await;
    screen.see("#person", "Tom").await;
    screen.run("document.querySelector('#correct-name').open = true").await;
    screen.write("#value-name", "Tom <b>Jones</b>").await;
    screen.press("#correct-name button").await;
    screen.see("#person dd", "Tom <b>Jones</b>").await;
    screen.see("#person", "set by your team").await;
    screen.run("window.loadedOnce = true").await;
    assert!(screen.value::<bool>("!document.querySelector('#tasks')").await);
    demo.post(TOM, "say", json!({"text": "It is urgent, please call me right now"})).await;
    demo.post(TOM, "time", json!({"advance_seconds": 10})).await;
    screen.see("#tasks", "").await; // a part that was not there before
    screen.assert_never_reloaded().await;
    screen.close().await;
    assert_eq!(demo.stop(), Some(0));
}

/// The code that an authenticator shows for the secret on the page.
const CODE: &str = "(async () => {
    const secret = document.querySelector('main code').textContent.replaceAll(' ', '');
    const bits = [...secret].map((it) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(it).toString(2).padStart(5, '0')).join('');
    const bytes = Uint8Array.from(bits.match(/.{8}/g), (byte) => parseInt(byte, 2));
    const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']);
    const step = new DataView(new ArrayBuffer(8));
    step.setBigUint64(0, BigInt(Math.floor(Date.now() / 30000)));
    const tag = await crypto.subtle.sign('HMAC', key, step);
    const at = new DataView(tag).getUint8(19) & 15;
    return String((new DataView(tag).getUint32(at) & 0x7fffffff) % 1000000).padStart(6, '0');
})()";

/// The page looks afresh, twice: what the first look did has happened when the second is answered.
const LOOKS_AFRESH: &str = "new Promise((done) => {
    const ask = window.fetch, look = () => document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    let answered = 0;
    window.fetch = async (...what) => {
        const answer = await ask(...what);
        answered += 1;
        if (answered < 2) look(); else setTimeout(done, 0);
        return answer;
    };
    look();
})";

#[tokio::test]
async fn what_is_shown_only_once_stays_until_its_reader_leaves() {
    let demo = Running::start();
    let screen = Screen::open(&demo, "once", "/sign-in?lang=en").await;
    screen.sign_in(&demo, 1).await;
    choose(&screen, "en").await;
    screen.go("/account/second-step").await;
    let code: String = screen.value(CODE).await;
    screen.write("#code", &code).await;
    screen.press("form[action='/account/second-step'] button[type=submit]").await;
    screen.see(".codes li", "").await;
    screen.see("#live.on", "").await;
    screen.run(LOOKS_AFRESH).await;
    assert!(screen.value::<bool>("!!document.querySelector('.codes li')").await, "the recovery codes");

    screen.go("/settings/people").await;
    screen.see("#live.on", "").await;
    screen.write("#f-name", "Robin").await;
    screen.write("#f-email", "robin@once.example").await;
    screen.press("form[action='/settings/people'] button[type=submit]").await;
    screen.see("main h2", "The link is ready").await;
    screen.press("form[action$='/link'] button").await;
    screen.see("main h2", "The link is ready").await;
    screen.see("#live.on", "").await;
    screen.run(LOOKS_AFRESH).await;
    assert!(screen.value::<bool>("!!document.querySelector('#the-link')").await, "the invitation");
    screen.close().await;
    assert_eq!(demo.stop(), Some(0));
}

#[tokio::test]
async fn where_the_next_page_takes_a_moment_quiet_rows_stand_for_it_until_it_is_there() {
    let demo = Running::start();
    let screen = Screen::open(&demo, "skeletons", "/sign-in?lang=en").await;
    screen.sign_in(&demo, 1).await;
    for leaves in [
        "document.querySelector('#nav a[href=\"/leads\"]').click()",
        "document.querySelector('form[method=get]').requestSubmit()",
    ] {
        screen.go("/leads?view=board").await;
        screen
            .run("['click', 'submit'].forEach((what) => addEventListener(what, (event) => event.preventDefault()))")
            .await;
        screen.run(leaves).await; // and it does not come
        screen.see("#main[aria-busy=true]", "").await;
        screen.run("dispatchEvent(new PageTransitionEvent('pageshow'))").await;
        screen.see("#main:not([aria-busy])", "").await;
    }
    screen.close().await;
    assert_eq!(demo.stop(), Some(0));
}

#[tokio::test]
async fn settings_are_changed_and_what_is_wrong_is_said_at_its_field() {
    let demo = Running::start();
    let screen = Screen::open(&demo, "settings", "/sign-in?lang=he").await;
    screen.sign_in(&demo, 0).await;
    choose(&screen, "he").await;
    screen.go("/settings").await;
    screen.write("#f-grace", "soon").await;
    screen.press("main form[action='/settings'] > .acts button").await;
    screen.see("#f-grace[aria-invalid=true] + .fault", "").await;
    screen.see("#toasts .wrong", "").await;
    screen.write("#f-grace", "5m").await;
    screen.press("main form[action='/settings'] > .acts button").await;
    screen.see("#toasts", "נשמר").await;
    screen.assert_never_reloaded().await;
    screen.go("/settings").await;
    assert_eq!(screen.value::<String>("document.querySelector('#f-grace').value").await, "5m");
    for (key, code) in [("ע", "KeyG"), ("ן", "KeyI")] {
        let press = format!(
            "document.body.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', code: '{code}', bubbles: true }}))"
        );
        screen.run(&press).await; // g, i on a Hebrew keyboard
    }
    screen.see("#chats", "").await;
    screen.close().await;
    assert_eq!(demo.stop(), Some(0));
}

/// Goes to a place with two keys, and waits until the page there listens.
async fn goes(screen: &Screen, second: &str, place: &str) {
    screen.key("g").await;
    screen.key(second).await;
    screen.see(&format!("#nav a[href='{place}'][aria-current]"), "").await;
    screen.see("#live.on", "").await;
}

#[tokio::test]
async fn everything_is_done_with_the_keyboard_alone() {
    let demo = Running::start();
    let screen = Screen::open(&demo, "keyboard", "/sign-in?lang=en").await;
    missed_call(&demo, TOM).await;
    enter_with_keys(&demo, &screen).await;
    screen.tab_to(".skip").await; // the first thing that is reached leads past the navigation
    screen.key("Enter").await;
    screen.tab_to("main a[href], main button").await;
    screen.assert_focus_is_seen().await;

    for (second, place) in [("l", "/leads"), ("k", "/tasks"), ("t", "/today"), ("l", "/leads")] {
        goes(&screen, second, place).await;
    }
    screen.tab_to("#leads input[name=lead]").await;
    screen.key(" ").await;
    screen.see("#leads li:has(input:checked)", "").await;
    screen.back_to("#change").await;
    screen.run("document.querySelector('#change').value = 'status:contacted'").await; // the list of a select is the browser's
    screen.tab_to("#bulk button").await;
    screen.key("Enter").await;
    screen.see("#toasts", "Done.").await;
    screen.see("#leads .pill", "Spoken with").await;
    screen.tab_to("#toasts button").await;
    screen.key("Enter").await;
    screen.see("#toasts", "Taken back.").await;

    screen.key("?").await;
    screen.see("dialog#keys[open]", "Search").await;
    screen.key("Escape").await;
    screen.chord("k").await;
    screen.see("dialog#palette[open]", "").await;
    screen.type_in("usage").await;
    screen.key("Enter").await;
    screen.see("#nav a[href='/usage'][aria-current]", "").await;
    screen.see("#live.on", "").await;
    take_over_with_keys(&screen).await;
    screen.close().await;
    assert_eq!(demo.stop(), Some(0));
}

#[tokio::test]
async fn on_a_narrow_screen_a_keyboard_is_enough_too() {
    let demo = Running::start();
    let screen = Screen::open(&demo, "keyboard-narrow", "/sign-in?lang=en").await;
    screen.size(390, 844).await;
    enter_with_keys(&demo, &screen).await;
    take_over_with_keys(&screen).await;
    screen.tab_to("#handback").await;
    screen.assert_focus_is_seen().await;
    screen.key("Enter").await;
    screen.see("#driver", "The bot leads").await;
    screen.assert_nothing_sticks_out().await;
    screen.close().await;
    assert_eq!(demo.stop(), Some(0));
}

/// Signs in as the British owner, without a mouse.
async fn enter_with_keys(demo: &Running, screen: &Screen) {
    let (email, password) = demo.owner(1);
    screen.tab_to("#email").await;
    screen.type_in(&email).await;
    screen.tab_to("#password").await;
    screen.type_in(&password).await;
    screen.key("Enter").await;
    screen.see("#live.on", "").await;
}

/// Opens the oldest chat and takes it over.
async fn take_over_with_keys(screen: &Screen) {
    goes(screen, "i", "/inbox").await;
    screen.tab_to("#chats li:last-child a").await;
    screen.key("Enter").await;
    screen.see("#takeover", "").await;
    screen.see("#live.on", "").await;
    screen.tab_to("#takeover").await;
    screen.key("Enter").await;
    screen.see("#driver", "You lead").await;
}

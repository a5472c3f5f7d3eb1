//! Stories of the dashboard in a real Chromium: what happens is shown live, and people lead, correct and set things right.

use crate::every_page::choose;
use crate::running::{Running, Who};
use crate::screen::Screen;
use serde_json::json;

pub const TOM: Who = ("harbour", "tom");
pub const DANI: Who = ("shelly", "dani");

/// A customer calls in vain, so that the pages of the day have something to show.
pub async fn missed_call(demo: &Running, who: Who) {
    demo.post(who, "call", json!({})).await;
    demo.see(who, "the episode", |scene| scene["episode"]["state"] == "waiting").await;
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
pub const CODE: &str = "(async () => {
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

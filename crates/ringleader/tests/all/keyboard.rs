//! The dashboard without a mouse: a laptop's width and a telephone's.

use crate::dashboard::{TOM, missed_call};
use crate::running::Running;
use crate::screen::Screen;

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
    screen.chord("k").await;
    screen.see("dialog#palette[open]", "").await;
    screen.type_in("emma").await;
    screen.see("#palette-people a", "Emma").await;
    screen.key("Enter").await;
    screen.see("main .timeline", "").await;
    screen.see("h1", "Emma").await;
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

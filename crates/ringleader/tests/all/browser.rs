//! The phone page in a real Chromium: what is pressed, what appears, and that nothing is loaded again for it.

use crate::running::Running;
use crate::screen::Screen;

const TWO_MINUTES: &str = ".jumps [value='120']";

#[tokio::test]
async fn a_call_is_missed_and_everything_appears_without_loading_the_page_again() {
    let demo = Running::start();
    let screen = Screen::open(&demo, "story", "/phone?shop=harbour&customer=tom&lang=en").await;
    become_a_lead(&screen, "Tom", "Full lead").await;
    screen.picture("phone-en.png").await;
    screen.press("#owner li:last-child .buttons button").await;
    screen.see("#lead .pill", "Contacted").await;
    screen.assert_never_reloaded().await;

    screen.go("/phone?shop=shelly&customer=dani&lang=he").await;
    become_a_lead(&screen, "דני", "ליד מלא").await;
    screen.dark(true).await;
    screen.picture("phone-he-dark.png").await;
    screen.size(390, 844).await;
    screen.assert_nothing_sticks_out().await;
    screen.dark(false).await;
    screen.press("[data-show='business']").await;
    screen.picture("phone-he-narrow.png").await;
    screen.press("[data-show='customer']").await;
    screen.press(".hints button:last-child").await; // the word for "stop"
    screen.see("#chat .mine", "הסר").await;
    screen.press(TWO_MINUTES).await;
    screen.see("#chat li:last-child", "START").await;
    screen.assert_never_reloaded().await;
    screen.close().await;
    assert_eq!(demo.stop(), Some(0));
}

/// Calls, waits, and answers with the first of the ready-made answers.
async fn become_a_lead(screen: &Screen, name: &str, full: &str) {
    screen.press(".call").await;
    screen.see("#lead .next", "").await;
    screen.press(TWO_MINUTES).await;
    screen.see("#chat .bubble:not(.mine) .ticks.delivered", "").await;
    screen.press(".hints button").await;
    screen.see("#chat .mine", name).await;
    screen.press(TWO_MINUTES).await;
    screen.see("#lead .pill.qualified", "").await;
    screen.see("#lead dd", name).await;
    screen.see("#chat li:last-child:has(.delivered)", name).await;
    screen.see("#owner li:last-child:has(.delivered):has(.buttons)", full).await;
    screen.see("#why .send", "").await;
    screen.assert_nothing_sticks_out().await;
}

#[tokio::test]
async fn what_cannot_be_done_is_said_on_the_page() {
    let demo = Running::start();
    let screen = Screen::open(&demo, "refused", "/phone?shop=harbour&customer=walter&lang=en").await;
    screen.press(".hints button").await;
    screen.see("#problem:not([hidden])", "no WhatsApp").await;
    screen.press(".call").await;
    screen.see("#lead .next", "").await;
    screen.press(TWO_MINUTES).await;
    screen.see("#tasks li", "Call back").await;
    assert_eq!(demo.stop(), Some(0));
    screen.see("#lost:not([hidden])", "does not answer").await;
    screen.close().await;
}

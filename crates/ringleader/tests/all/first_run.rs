//! A business that nobody has set up yet, led by the first steps to its first lead, clicked through in a real Chromium as a person
//! would who has never seen the program (D1).

use crate::every_page::{choose, look_over};
use crate::running::Running;
use crate::screen::Screen;

const TWO_MINUTES: &str = ".jumps [value='120']";

/// The step with this number, from 1, in this state.
fn step(nth: usize, state: &str) -> String {
    format!(".steps > li:nth-child({nth}).{state}")
}

/// A button of the step that is next.
fn now(button: &str) -> String {
    format!(".steps > .now {button}")
}

#[tokio::test]
async fn a_business_that_the_operator_has_just_made_is_led_to_its_first_lead() {
    let demo = Running::start();
    let operator = Screen::open(&demo, "operator", "/sign-in?lang=en").await;
    operator.sign_in(&demo, 0).await;
    choose(&operator, "en").await;
    let invitation = make_business(&operator).await;
    operator.close().await;

    let guide = Screen::open(&demo, "first-run-en", &invitation).await;
    guide.write("#password", "the first password").await;
    guide.click(".door button[type=submit]").await;
    guide.see(".steps > .now h2", "switchboard").await; // the first page is the guide
    assert_eq!(look_over(&guide, "first-run", "en").await, Vec::<String>::new());
    guide.click(&now("form[action='/start/sandbox'] button")).await;
    guide.see(&step(1, "done"), "it answers").await;

    whatsapp_by_hand(&guide).await;
    guide.see(&step(2, "wrong"), "The test failed").await;
    guide.see(&step(2, "now"), "token").await; // what WhatsApp itself says
    assert_eq!(look_over(&guide, "first-run-wrong", "en").await, Vec::<String>::new());
    guide.click(&now("form[action='/start/sandbox'] button")).await;
    guide.see(&step(2, "done"), "it answers").await;

    from_template_to_lead(&demo, &guide, "en").await;
    guide.click("#all-set a[href^='/leads/']").await;
    guide.see("#person", "Alex").await;
    guide.see("#person", "boiler").await;
    guide.close().await;
    assert_eq!(demo.stop(), Some(0));
}

#[tokio::test]
async fn the_first_steps_are_the_same_in_hebrew() {
    let demo = Running::start();
    let (email, password) = demo.new_business("he").await;
    let guide = Screen::open(&demo, "first-run-he", "/sign-in?lang=he").await;
    guide.enter(&email, &password).await;
    choose(&guide, "he").await;
    guide.go("/today").await;
    guide.click("#alerts a[href='/start']").await;
    guide.see(".steps > .now h2", "חיבור המרכזייה").await;
    assert_eq!(look_over(&guide, "first-run", "he").await, Vec::<String>::new());
    for nth in [1, 2] {
        guide.click(&now("form[action='/start/sandbox'] button")).await;
        guide.see(&step(nth, "done"), "").await;
    }
    from_template_to_lead(&demo, &guide, "he").await;
    guide.close().await;
    assert_eq!(demo.stop(), Some(0));
}

/// Fills the form of the installation in; the path of the link that its owner gets.
async fn make_business(operator: &Screen) -> String {
    operator.go("/installation/businesses").await;
    operator.run("document.querySelector('#f-language').value = 'en'").await;
    for (field, words) in [
        ("name", "Harbour Cafe"),
        ("owner.name", "Robin"),
        ("owner.email", "robin@first.example"),
        ("owner.phone", "+447700900777"),
        ("country", "GB"),
        ("time_zone", "Europe/London"),
        ("place", "London"),
    ] {
        operator.write(&format!("[name='{field}']"), words).await;
    }
    operator.click("main .form button.main").await;
    operator.see("main .rows", "Harbour Cafe").await;
    operator.value("new URL(document.querySelector('#the-link').value).pathname").await
}

/// Copies what the sandbox gave into the form, but with a slip in the token.
async fn whatsapp_by_hand(guide: &Screen) {
    guide.click(&now("a.button[href^='/settings/connections/new/']")).await;
    guide.see("#sandbox", "What the sandbox gave you").await;
    for field in ["phone_number_id", "display_number", "waba_id"] {
        let given: String = guide.value(&format!("document.querySelector('#s-{field}').value")).await;
        guide.write(&format!("#f-{field}"), &given).await;
    }
    guide.write("#f-access_token", "not-the-token").await;
    guide.click("main form.form button.main").await;
}

/// From the third step on: the template, the number, a missed call on the phone page, an answer there.
async fn from_template_to_lead(demo: &Running, guide: &Screen, language: &str) {
    guide.click(&now("form[action='/start/templates'] button")).await;
    guide.see(&step(3, "done"), "").await;
    guide.click(&now("#add-line button")).await;
    guide.see(&step(4, "done"), "").await;
    guide.see(&step(5, "now"), "").await;
    guide.run("window.loadedOnce = true").await;
    let beside: String = guide.value("document.querySelector('#to-phone').getAttribute('href')").await;
    let phone = Screen::open(demo, &format!("first-phone-{language}"), &beside).await;
    phone.click(".call").await;
    phone.see("#lead .next", "").await;
    guide.see(&step(5, "done"), "").await;
    guide.see(&step(6, "waits"), ":").await; // says when the message goes out
    assert_eq!(look_over(guide, "first-run-waits", language).await, Vec::<String>::new());
    phone.click(TWO_MINUTES).await;
    phone.see("#chat .bubble:not(.mine) .ticks.delivered", "").await;
    guide.see("#all-set", "").await;
    phone.click(".hints button").await;
    phone.see("#chat .mine", "").await;
    phone.click(TWO_MINUTES).await;
    phone.see("#lead .pill.qualified", "").await;
    phone.size(390, 844).await;
    phone.assert_nothing_sticks_out().await;
    guide.assert_never_reloaded().await;
    assert_eq!(look_over(guide, "first-run-done", language).await, Vec::<String>::new());
    phone.close().await;
}

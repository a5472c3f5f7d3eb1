//! The phone page in a real Chromium: what is pressed, what appears, and that nothing is loaded again for it.
//!
//! With `RINGLEADER_PICTURES=<folder>` the same story leaves the pictures of the docs there (`make pictures`).

use crate::running::Running;
use chromiumoxide::browser::{Browser, BrowserConfig};
use chromiumoxide::cdp::browser_protocol::emulation::{MediaFeature, SetDeviceMetricsOverrideParams};
use chromiumoxide::cdp::js_protocol::runtime::EvaluateParams;
use chromiumoxide::page::{Page, ScreenshotParams};
use futures::StreamExt as _;
use std::path::PathBuf;
use tokio::task::JoinHandle;

/// Longest wait for one thing: much more than it takes, since machines that test are busy.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// One page in a browser of its own.
struct Screen {
    browser: Browser,
    page: Page,
    address: String,
    profile: PathBuf,
    events: JoinHandle<()>,
}

impl Screen {
    async fn open(demo: &Running, name: &str, path: &str) -> Self {
        let profile = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let config = BrowserConfig::builder().new_headless_mode().no_sandbox().user_data_dir(&profile).viewport(None);
        let config = config
            .arg("disable-gpu")
            .arg("disable-dev-shm-usage")
            .request_timeout(PATIENCE)
            .launch_timeout(PATIENCE)
            .build()
            .expect("Chromium is installed");
        let (browser, mut handler) = Browser::launch(config).await.expect("Chromium starts");
        let events = tokio::spawn(async move { while handler.next().await.is_some() {} });
        let page = browser.new_page("about:blank").await.expect("a page");
        let screen = Self { browser, page, address: demo.address.clone(), profile, events };
        screen.size(1280, 860).await;
        screen.go(path).await;
        screen
    }

    async fn go(&self, path: &str) {
        self.page.goto(format!("{}{path}", self.address)).await.expect("the page loads");
        self.run("window.loadedOnce = true").await;
    }

    async fn size(&self, width: i64, height: i64) {
        let size = SetDeviceMetricsOverrideParams::new(width, height, 1.0, width < 600);
        self.page.execute(size).await.expect("the screen has a size");
    }

    async fn dark(&self, dark: bool) {
        let scheme = MediaFeature::new("prefers-color-scheme", if dark { "dark" } else { "light" });
        self.page.emulate_media_features(vec![scheme]).await.expect("the colours can be chosen");
    }

    async fn run(&self, script: &str) {
        let script = EvaluateParams::builder().expression(script).await_promise(true).build().expect("a script");
        self.page.evaluate_expression(script).await.expect("the script runs");
    }

    async fn press(&self, button: &str) {
        self.run(&format!("document.querySelector({button:?}).click()")).await;
    }

    /// Waits until the page, as it is loaded now, has such an element with these words in it.
    async fn see(&self, what: &str, words: &str) {
        let found = format!(
            "new Promise((done) => {{
                const there = () => [...document.querySelectorAll({what:?})].some((it) => it.textContent.includes({words:?}));
                if (there()) return done();
                const changes = new MutationObserver(() => {{ if (there()) {{ changes.disconnect(); done(); }} }});
                changes.observe(document, {{ subtree: true, childList: true, attributes: true, characterData: true }});
            }})"
        );
        let script = EvaluateParams::builder().expression(found).await_promise(true).build().expect("a script");
        let seen = self.page.evaluate_expression(script).await;
        seen.unwrap_or_else(|error| panic!("never seen: {what} with {words:?}: {error}"));
    }

    /// Nothing that was seen came from loading the page again.
    async fn assert_never_reloaded(&self) {
        let kept = self.page.evaluate_expression("window.loadedOnce === true").await.expect("the script runs");
        assert!(kept.into_value::<bool>().expect("a boolean"));
    }

    async fn assert_nothing_sticks_out(&self) {
        let wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let over = self.page.evaluate_expression(wide).await.expect("the script runs");
        assert_eq!(over.into_value::<i64>().expect("pixels"), 0, "the page is wider than the screen");
    }

    /// Leaves a picture for the docs, if someone wants them.
    async fn picture(&self, name: &str) {
        if let Some(folder) = std::env::var_os("RINGLEADER_PICTURES") {
            let file = PathBuf::from(folder).join(name);
            self.page.save_screenshot(ScreenshotParams::default(), file).await.expect("the picture is written");
        }
    }

    async fn close(mut self) {
        self.browser.close().await.expect("Chromium closes");
        self.browser.wait().await.expect("Chromium ends");
        self.events.abort();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

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

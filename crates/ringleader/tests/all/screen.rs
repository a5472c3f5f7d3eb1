//! A page in a real Chromium: what is pressed, what appears, how large the screen is and how light. With
//! `RINGLEADER_PICTURES=<folder>` stories leave pictures there (`make pictures`).

use crate::running::Running;
use chromiumoxide::browser::{Browser, BrowserConfig};
use chromiumoxide::cdp::browser_protocol::emulation::{MediaFeature, SetDeviceMetricsOverrideParams};
use chromiumoxide::cdp::browser_protocol::input::{DispatchKeyEventParams, DispatchKeyEventType};
use chromiumoxide::cdp::js_protocol::runtime::EvaluateParams;
use chromiumoxide::error::CdpError;
use chromiumoxide::page::{Page, ScreenshotParams};
use futures::StreamExt as _;
use std::path::PathBuf;
use tokio::task::JoinHandle;

/// Longest wait for one thing: much more than it takes, since machines that test are busy.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// Whether a script was lost with the page that it ran in.
fn left(error: &CdpError) -> bool {
    ["context", "navigated"].iter().any(|word| error.to_string().contains(word))
}

/// Whether an element went between being found and being clicked; nothing was clicked then.
fn gone(error: &CdpError) -> bool {
    ["Could not find node", "detached", "does not belong"].iter().any(|word| error.to_string().contains(word))
}

/// One page in a browser of its own.
pub struct Screen {
    browser: Browser,
    page: Page,
    address: String,
    profile: PathBuf,
    events: JoinHandle<()>,
}

impl Screen {
    pub async fn open(demo: &Running, name: &str, path: &str) -> Self {
        let screen = Self { address: demo.address.clone(), ..Self::blank(name).await };
        screen.size(1280, 860).await;
        screen.go(path).await;
        screen
    }

    /// An empty page of nobody.
    pub async fn blank(name: &str) -> Self {
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
        Self { browser, page, address: String::new(), profile, events }
    }

    /// Shows a page that no server has, such as a letter.
    pub async fn show(&self, html: &str) {
        let shows = self.page.set_content(html);
        tokio::time::timeout(PATIENCE, shows).await.expect("the page is shown in time").expect("the page is shown");
    }

    pub async fn go(&self, path: &str) {
        let loads = self.page.goto(format!("{}{path}", self.address));
        tokio::time::timeout(PATIENCE, loads).await.expect("the page loads in time").expect("the page loads");
        self.run("window.loadedOnce = true").await;
    }

    pub async fn size(&self, width: i64, height: i64) {
        let size = SetDeviceMetricsOverrideParams::new(width, height, 1.0, width < 600);
        self.page.execute(size).await.expect("the screen has a size");
    }

    pub async fn dark(&self, dark: bool) {
        let scheme = MediaFeature::new("prefers-color-scheme", if dark { "dark" } else { "light" });
        self.page.emulate_media_features(vec![scheme]).await.expect("the colours can be chosen");
    }

    pub async fn run(&self, script: &str) {
        let script = EvaluateParams::builder().expression(script).await_promise(true).build().expect("a script");
        let runs = self.page.evaluate_expression(script);
        tokio::time::timeout(PATIENCE, runs).await.expect("the script runs in time").expect("the script runs");
    }

    pub async fn press(&self, button: &str) {
        self.run(&format!("document.querySelector({button:?}).click()")).await;
    }

    /// Clicks where it is seen, as a hand with a mouse does: it must be there and be reachable.
    pub async fn click(&self, what: &str) {
        // A part that is just being brought up to date takes its elements with it: the new ones are clicked.
        for _ in 0..50 {
            self.see(what, "").await;
            let clicks = async { self.page.find_element(what).await?.click().await.map(drop) };
            match tokio::time::timeout(PATIENCE, clicks).await.expect("the click comes in time") {
                Ok(()) => return,
                Err(error) if gone(&error) => {}
                Err(error) => panic!("cannot be clicked: {what}: {error}"),
            }
        }
        panic!("cannot be clicked: {what}: it came and went");
    }

    /// Waits until the page, as it is loaded now, has such an element with these words in it.
    pub async fn see(&self, what: &str, words: &str) {
        let found = format!(
            "new Promise((done) => {{
                const there = () => [...document.querySelectorAll({what:?})].some((it) => it.textContent.includes({words:?}));
                if (there()) return done();
                const changes = new MutationObserver(() => {{ if (there()) {{ changes.disconnect(); done(); }} }});
                changes.observe(document, {{ subtree: true, childList: true, attributes: true, characterData: true }});
            }})"
        );
        let script = EvaluateParams::builder().expression(found).await_promise(true).build().expect("a script");
        // A page that is just being left takes its script with it: the next one is asked again.
        for _ in 0..50 {
            let looking = tokio::time::timeout(PATIENCE, self.page.evaluate_expression(script.clone())).await;
            match looking.unwrap_or_else(|_| panic!("never seen: {what} with {words:?}")) {
                Ok(_) => return,
                Err(error) if left(&error) => {}
                Err(error) => panic!("never seen: {what} with {words:?}: {error}"),
            }
        }
        panic!("never seen: {what} with {words:?}: pages came and went");
    }

    /// Nothing that was seen came from loading the page again.
    pub async fn assert_never_reloaded(&self) {
        let kept = self.page.evaluate_expression("window.loadedOnce === true").await.expect("the script runs");
        assert!(kept.into_value::<bool>().expect("a boolean"));
    }

    pub async fn assert_nothing_sticks_out(&self) {
        const WIDER: &str = "(() => {
            const wide = document.documentElement.clientWidth, out = [];
            if (document.documentElement.scrollWidth === wide) return out;
            for (const it of document.querySelectorAll('main *')) {
                const { left, right } = it.getBoundingClientRect();
                if ((left < 0 || right > wide) && !it.closest('.scroll, .board, .unseen')) out.push(it.outerHTML.slice(0, 200));
            }
            return out.length ? out.slice(-3) : ['something'];
        })()";
        let over: Vec<String> = self.value(WIDER).await;
        assert_eq!(over, [""; 0], "the page is wider than the screen");
    }

    /// Leaves a picture for the docs, if someone wants them.
    pub async fn picture(&self, name: &str) {
        if let Some(folder) = std::env::var_os("RINGLEADER_PICTURES") {
            let file = PathBuf::from(folder).join(name);
            self.page.save_screenshot(ScreenshotParams::default(), file).await.expect("the picture is written");
        }
    }

    /// The value of an expression.
    pub async fn value<T: serde::de::DeserializeOwned>(&self, script: &str) -> T {
        let script = EvaluateParams::builder().expression(script).await_promise(true).build().expect("a script");
        // A page that is just being left takes its script with it: the next one is asked again.
        for _ in 0..50 {
            let runs = tokio::time::timeout(PATIENCE, self.page.evaluate_expression(script.clone())).await;
            match runs.expect("the script runs in time") {
                Ok(value) => return value.into_value().expect("a value of this kind"),
                Err(error) if left(&error) => {}
                Err(error) => panic!("the script fails: {error}"),
            }
        }
        panic!("pages came and went")
    }

    /// Presses a key: one letter, or `Tab`, `Enter`, `Escape`, `ArrowDown` …
    pub async fn key(&self, key: &str) {
        self.press_key(key, 0).await;
    }

    /// Presses a letter with the Control key.
    pub async fn chord(&self, letter: &str) {
        self.press_key(letter, 2).await;
    }

    async fn press_key(&self, key: &str, modifiers: i64) {
        for kind in [DispatchKeyEventType::KeyDown, DispatchKeyEventType::KeyUp] {
            let mut event = DispatchKeyEventParams::new(kind.clone());
            event.key = Some(key.to_owned());
            event.modifiers = Some(modifiers);
            let (code, text) = match key {
                "Tab" => (9, None),
                "Enter" => (13, Some("\r")),
                "Escape" => (27, None),
                " " => (32, Some(" ")),
                // The codes of signs are those of other keys.
                letter => {
                    let plain = letter.to_uppercase().bytes().next().filter(u8::is_ascii_alphanumeric);
                    (plain.map_or(0, i64::from), Some(letter))
                }
            };
            event.windows_virtual_key_code = Some(code);
            let down = kind == DispatchKeyEventType::KeyDown && modifiers & 2 == 0;
            event.text = text.filter(|_| down).map(str::to_owned);
            let sent = tokio::time::timeout(PATIENCE, self.page.execute(event)).await;
            sent.expect("the key is pressed in time").expect("the key can be pressed");
        }
    }

    /// Types letter by letter into what has the focus.
    pub async fn type_in(&self, words: &str) {
        for letter in words.chars() {
            self.key(&letter.to_string()).await;
        }
    }

    /// Goes on with Tab until one of these has the focus; a page has fewer than 200 stops.
    pub async fn tab_to(&self, what: &str) {
        self.walk_to(what, 0).await;
    }

    /// The same backwards.
    pub async fn back_to(&self, what: &str) {
        self.walk_to(what, 8).await;
    }

    async fn walk_to(&self, what: &str, modifiers: i64) {
        let there = format!("document.activeElement?.matches({what:?}) ?? false");
        for _ in 0..200 {
            self.press_key("Tab", modifiers).await;
            if self.value::<bool>(&there).await {
                return;
            }
        }
        panic!("never reached with the keyboard: {what}");
    }

    /// What has the focus shows that it has.
    pub async fn assert_focus_is_seen(&self) {
        let width = "parseFloat(getComputedStyle(document.activeElement).outlineWidth)
            || parseFloat(getComputedStyle(document.activeElement, '::after').outlineWidth)";
        assert!(self.value::<f64>(width).await > 0.0, "the focus cannot be seen");
    }

    /// Writes into a field as a person does.
    pub async fn write(&self, field: &str, words: &str) {
        self.run(&format!(
            "(() => {{ const it = document.querySelector({field:?}); it.focus(); it.value = {words:?};
               it.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
        ))
        .await;
    }

    /// Signs in as the owner of this business (0: the Hebrew one), and waits for the first page.
    pub async fn sign_in(&self, demo: &Running, business: usize) {
        let (email, password) = demo.owner(business);
        self.go("/sign-in").await;
        self.enter(&email, &password).await;
    }

    /// Signs in at the form that is shown.
    pub async fn enter(&self, email: &str, password: &str) {
        self.write("#email", email).await;
        self.write("#password", password).await;
        self.press(".door button[type=submit]").await;
        self.see("#nav [aria-current]", "").await;
    }

    /// A picture of the whole page, however long, if someone wants pictures.
    pub async fn whole_picture(&self, name: &str) {
        if let Some(folder) = std::env::var_os("RINGLEADER_PICTURES") {
            let file = PathBuf::from(folder).join(name);
            let whole = ScreenshotParams::builder().full_page(true).build();
            self.page.save_screenshot(whole, file).await.expect("the picture is written");
        }
    }

    pub async fn close(mut self) {
        let closes = async {
            self.browser.close().await.expect("Chromium closes");
            self.browser.wait().await.expect("Chromium ends");
        };
        tokio::time::timeout(PATIENCE, closes).await.expect("Chromium ends in time");
        self.events.abort();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

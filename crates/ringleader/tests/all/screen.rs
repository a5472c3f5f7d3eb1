//! A page in a real Chromium: what is pressed, what appears, how large the screen is and how light. With
//! `RINGLEADER_PICTURES=<folder>` stories leave pictures there (`make pictures`).

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
pub struct Screen {
    browser: Browser,
    page: Page,
    address: String,
    profile: PathBuf,
    events: JoinHandle<()>,
}

impl Screen {
    pub async fn open(demo: &Running, name: &str, path: &str) -> Self {
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

    pub async fn go(&self, path: &str) {
        self.page.goto(format!("{}{path}", self.address)).await.expect("the page loads");
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
        self.page.evaluate_expression(script).await.expect("the script runs");
    }

    pub async fn press(&self, button: &str) {
        self.run(&format!("document.querySelector({button:?}).click()")).await;
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
            match self.page.evaluate_expression(script.clone()).await {
                Ok(_) => return,
                Err(error) if ["context", "navigated"].iter().any(|word| error.to_string().contains(word)) => {}
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
        let wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let over = self.page.evaluate_expression(wide).await.expect("the script runs");
        assert_eq!(over.into_value::<i64>().expect("pixels"), 0, "the page is wider than the screen");
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
        let value = self.page.evaluate_expression(script).await.expect("the script runs");
        value.into_value().expect("a value of this kind")
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
        self.browser.close().await.expect("Chromium closes");
        self.browser.wait().await.expect("Chromium ends");
        self.events.abort();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

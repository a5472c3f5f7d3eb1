//! Who gets in: passwords, the second step, invitations, forgotten passwords, and who is kept out (D1).

use super::visitor::PASSWORD;
use crate::support::App;
use http::{StatusCode, header};
use jiff::SignedDuration;
use ringleader_core::user::Role;
use ringleader_providers::smtp::fake::{Rules, SmtpFake};
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;

const DANA: &str = "dana@pages.example";

async fn shop_with(db: TestDb, role: Role) -> (App, String) {
    let app = App::new(db).await;
    let key = app.shop("Plumbers").await;
    let tenant = app.tenant_of(&key).await;
    app.user(tenant, DANA, role).await;
    (app, key)
}

/// What was written down about users.
async fn trail(app: &App, key: &str) -> Vec<String> {
    let audit = app.get("/api/v1/audit", key).await.json();
    let rows = audit["data"].as_array().unwrap().iter();
    rows.map(|row| row["action"].as_str().unwrap().to_owned()).filter(|action| action.starts_with("user.")).collect()
}

both_engines! {
    async fn whoever_signs_in_sees_today_and_whoever_signs_out_sees_nothing(db: TestDb) {
        let (app, key) = shop_with(db, Role::Owner).await;
        let mut dana = app.visitor();
        let led = dana.get("/today").await;
        assert_eq!(led.headers[header::LOCATION], "/sign-in?next=/today");
        assert!(dana.page("/sign-in?lang=he").await.contains("dir=\"rtl\""));
        let opened = dana.sign_in(" Dana@Pages.Example ", PASSWORD).await;
        assert_eq!(opened.headers[header::LOCATION], "/today");
        let cookie = opened.headers[header::SET_COOKIE].to_str().unwrap();
        for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        let today = dana.page("/today").await;
        assert!(today.contains("Plumbers") && today.contains("No missed calls today."), "{today}");
        assert!(!today.contains("<script>") && !today.contains(" style="), "the page's policy allows neither");
        let kept = dana.cookie.clone();
        dana.done("/sign-out", &[]).await;
        dana.cookie = kept;
        assert_eq!(dana.get("/today").await.status, StatusCode::SEE_OTHER, "the cookie opens nothing any more");
        assert_eq!(trail(&app, &key).await[..2], ["user.sign_out", "user.sign_in"]);
    }

    async fn a_wrong_password_says_no_more_than_an_unknown_address_and_ten_are_enough(db: TestDb) {
        let (app, _) = shop_with(db, Role::Owner).await;
        let mut visitor = app.visitor();
        let wrong = visitor.sign_in(DANA, "not the password").await;
        let unknown = visitor.sign_in("nobody@pages.example", "not the password").await;
        assert_eq!((wrong.status, wrong.text.replace(DANA, "nobody@pages.example")), (unknown.status, unknown.text));
        for _ in 0..9 {
            visitor.sign_in(DANA, "not the password").await;
        }
        assert_eq!(visitor.sign_in(DANA, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
        app.db.clock.advance(SignedDuration::from_mins(16));
        assert_eq!(visitor.sign_in(DANA, PASSWORD).await.status, StatusCode::SEE_OTHER);
    }

    async fn the_door_keeps_the_address_and_the_way(db: TestDb) {
        let (app, _) = shop_with(db, Role::Owner).await;
        let mut visitor = app.visitor();
        let door = visitor.page("/sign-in?lang=en&next=/leads?show=ready").await;
        assert!(door.contains("href=\"?lang=he&amp;next=/leads%3Fshow%3Dready\""), "{door}");
        let wrong = visitor.sign_in(" dana@Pages.example", "not the password").await;
        assert!(wrong.text.contains("value=\"dana@Pages.example\""), "{}", wrong.text);
    }

    async fn a_form_without_its_key_or_from_another_site_is_refused(db: TestDb) {
        let (app, _) = shop_with(db, Role::Owner).await;
        let mut dana = app.signed_in(DANA).await;
        assert_eq!(dana.post_bare("/account", &[("name", "Eve")]).await.status, StatusCode::FORBIDDEN);
        let foreign = [("form_key", "x"), ("name", "Eve")];
        assert_eq!(dana.post_bare("/account", &foreign).await.status, StatusCode::FORBIDDEN);
        assert!(!dana.page("/account").await.contains("Eve"));
        let to = dana.done("/account", &[("name", "<script>alert(1)</script>")]).await;
        let page = dana.page(&to).await;
        assert!(page.contains("Saved.") && page.contains("&lt;script&gt;") && !page.contains("<script>alert"));
        let away = dana.done("/language", &[("lang", "he"), ("back", "//evil.example/")]).await;
        assert_eq!(away, "/today");
        assert!(dana.page("/today").await.contains("lang=\"he\" dir=\"rtl\""));
    }

    async fn every_failure_is_a_page_for_people_and_a_document_for_programs(db: TestDb) {
        let (app, key) = shop_with(db, Role::Owner).await;
        let tenant = app.tenant_of(&key).await;
        let eli = app.user(tenant, "eli@pages.example", Role::Agent).await;
        let mut dana = app.signed_in(DANA).await;
        dana.done("/language", &[("lang", "he"), ("back", "/today")]).await;
        for (path, status) in [("/nowhere", StatusCode::NOT_FOUND), ("/sign-out", StatusCode::METHOD_NOT_ALLOWED), ("/leads?q=1&q=2", StatusCode::BAD_REQUEST)] {
            let page = dana.get(path).await;
            assert_eq!(page.status, status, "{path}: {}", page.text);
            assert!(page.text.contains("id=\"problem\"") && page.text.contains("dir=\"rtl\""), "{path}: {}", page.text);
        }
        let program = app.get("/nowhere", "").await;
        assert_eq!(program.headers["content-type"], "application/problem+json");
        let reloaded = dana.get(&format!("/settings/people/{eli}/link")).await;
        assert_eq!(reloaded.headers[header::LOCATION], "/settings/people");
    }

    async fn a_session_ends_after_a_fortnight_unused_and_with_its_user(db: TestDb) {
        let (app, key) = shop_with(db, Role::Owner).await;
        let mut dana = app.signed_in(DANA).await;
        app.db.clock.advance(SignedDuration::from_hours(24 * 13));
        dana.page("/today").await;
        app.db.clock.advance(SignedDuration::from_hours(24 * 15));
        assert_eq!(dana.get("/today").await.status, StatusCode::SEE_OTHER);
        let tenant = app.tenant_of(&key).await;
        let eli = app.user(tenant, "eli@pages.example", Role::Agent).await;
        let mut visitor = app.signed_in("eli@pages.example").await;
        let change = ringleader_jobs::access::Change { disabled: Some(true), ..Default::default() };
        ringleader_jobs::access::change_user(&app.cx, tenant, eli, change, "test").await.unwrap();
        assert_eq!(visitor.get("/today").await.status, StatusCode::SEE_OTHER);
        assert_eq!(visitor.sign_in("eli@pages.example", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn with_a_second_step_the_password_alone_opens_nothing_and_each_code_works_once(db: TestDb) {
        let (app, _) = shop_with(db, Role::Owner).await;
        let mut dana = app.signed_in(DANA).await;
        let page = dana.page("/account/second-step").await;
        let secret: String = between(&page, "<code dir=\"ltr\">", "</code>").replace(' ', "");
        assert_eq!(dana.post("/account/second-step", &[("code", "000000")]).await.status, StatusCode::BAD_REQUEST);
        let code = code_at(&secret, app.db.clock.now());
        let on = dana.post("/account/second-step", &[("code", &code)]).await;
        assert_eq!(on.status, StatusCode::OK, "{}", on.text);
        let recovery = between(&on.text, "<ul class=\"codes\"><li>", "</li>");

        let mut again = app.visitor();
        let half = again.sign_in(DANA, PASSWORD).await;
        assert!(half.headers[header::LOCATION].to_str().unwrap().starts_with("/sign-in/code"));
        assert_eq!(again.get("/today").await.status, StatusCode::SEE_OTHER, "half-way is not in");
        again.sign_in(DANA, PASSWORD).await;
        let used = again.post_bare("/sign-in/code", &[("code", &code)]).await;
        assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY, "a code works once");
        app.db.clock.advance(SignedDuration::from_secs(30));
        let next = code_at(&secret, app.db.clock.now());
        let sent = again.post_bare("/sign-in/code", &[("code", &next)]).await;
        assert_eq!(sent.headers[header::LOCATION], "/today");
        again.page("/today").await;

        for (expected, why) in [(StatusCode::SEE_OTHER, "once"), (StatusCode::UNPROCESSABLE_ENTITY, "only once")] {
            let mut lost = app.visitor();
            lost.sign_in(DANA, PASSWORD).await;
            let typed = recovery.to_lowercase().replace('-', " ");
            assert_eq!(lost.post_bare("/sign-in/code", &[("code", &typed)]).await.status, expected, "{why}");
        }
        let off = again.post("/account/second-step/off", &[("password", "wrong password")]).await;
        assert_eq!(off.status, StatusCode::BAD_REQUEST);
        again.done("/account/second-step/off", &[("password", PASSWORD)]).await;
        assert_eq!(app.visitor().sign_in(DANA, PASSWORD).await.headers[header::LOCATION], "/today");
    }

    async fn an_invitation_is_answered_once_within_a_week(db: TestDb) {
        let (app, key) = shop_with(db, Role::Owner).await;
        let tenant = app.tenant_of(&key).await;
        let link = ringleader_jobs::access::invite(&app.cx, tenant, "Noa", "noa@pages.example", Role::Agent, "test").await.unwrap();
        assert!(!link.mailed, "there is no mail account, so the link is shown");
        let path = link.url.reveal().strip_prefix("https://ring.example").unwrap().to_owned();
        let mut noa = app.visitor();
        assert!(noa.page(&path).await.contains("Noa"));
        let short = noa.post_bare(&path, &[("password", "short")]).await;
        assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
        let chosen = noa.post_bare(&path, &[("password", "words of her own")]).await;
        assert_eq!(chosen.headers[header::LOCATION], "/today");
        noa.page("/today").await;
        assert!(noa.page(&path).await.contains("This link is over"));
        let late = ringleader_jobs::access::link_for(&app.cx, tenant, noa_id(&app, tenant).await, "test").await.unwrap();
        app.db.clock.advance(SignedDuration::from_hours(3));
        let path = late.url.reveal().strip_prefix("https://ring.example").unwrap().to_owned();
        assert!(app.visitor().page(&path).await.contains("This link is over"), "a reset is good for two hours");
    }

    async fn a_forgotten_password_is_mailed_where_there_is_a_mail_account(db: TestDb) {
        let app = App::new(db).await;
        let mail = SmtpFake::start(([127, 0, 0, 1], 0).into(), Rules::default()).await.unwrap();
        let key = app.shop("Plumbers").await;
        let tenant = app.tenant_of(&key).await;
        app.user(tenant, DANA, Role::Owner).await;
        let config = json!({"url": format!("smtp://{}", mail.address()), "from": "office@shop.example"});
        let made = app.post("/api/v1/connections", &key, json!({"kind": "smtp", "config": config})).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let mut visitor = app.visitor();
        let known = visitor.post_bare("/forgot", &[("email", DANA), ("lang", "en")]).await;
        let unknown = visitor.post_bare("/forgot", &[("email", "nobody@pages.example"), ("lang", "en")]).await;
        assert_eq!(known.text, unknown.text, "nothing tells whether the address is known");
        app.run_due().await;
        let sent = mail.mails();
        assert_eq!(sent.len(), 1);
        let words = sent[0].part("text/plain").unwrap();
        let path = format!("/welcome/{}", between(&words, "https://ring.example/welcome/", "\n"));
        let chosen = visitor.post_bare(path.trim(), &[("password", "another long password")]).await;
        assert_eq!(chosen.headers[header::LOCATION], "/today", "{path}");
        assert_eq!(app.visitor().sign_in(DANA, PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

async fn noa_id(app: &App, tenant: ringleader_core::id::TenantId) -> ringleader_core::id::UserId {
    let users = app.db.store.read(tenant).await.unwrap().users().all().await.unwrap();
    users.into_iter().find(|user| user.email == "noa@pages.example").unwrap().id
}

fn between(text: &str, from: &str, to: &str) -> String {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no {from} in {text}"));
    rest.split(to).next().unwrap().to_owned()
}

/// The code of an authenticator, reckoned independently of the product's own code.
fn code_at(secret: &str, now: jiff::Timestamp) -> String {
    use ring::hmac;
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String = secret.chars().map(|c| format!("{:05b}", alphabet.find(c).unwrap())).collect();
    let key: Vec<u8> = (0..bits.len() / 8).map(|i| u8::from_str_radix(&bits[i * 8..i * 8 + 8], 2).unwrap()).collect();
    let step = u64::try_from(now.as_second()).unwrap() / 30;
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key), &step.to_be_bytes());
    let from = usize::from(tag.as_ref()[19] & 15);
    let number = u32::from_be_bytes(tag.as_ref()[from..from + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

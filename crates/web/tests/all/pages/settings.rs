//! What owners set on the pages: checked, kept, written down; connections that show no secret, and their failures in words.

use super::work::{first, someone};
use crate::shop::Shop;
use http::StatusCode;
use ringleader_core::user::Role;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;

both_engines! {
    async fn settings_are_checked_kept_and_written_down(db: TestDb) {
        let shop = Shop::opened(db).await;
        let mut dana = someone(&shop, Role::Owner).await;
        let business = |grace: &'static str| [("name", "New name"), ("place", "Haifa"), ("owner_name", "Dana"),
            ("owner_phone", "050-765-4321"), ("grace", grace), ("reminders", "3h"), ("give_up", "12h"), ("min_ring", "0s"),
            ("sms_fallback", "on")];
        let wrong = dana.post("/settings", &business("soon")).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        assert!(wrong.text.contains("data-field=\"settings.outreach.grace\""), "{}", wrong.text);
        dana.done("/settings", &business("5m")).await;
        let tenant = shop.app.get("/api/v1/tenant", &shop.key).await.json();
        assert_eq!((&tenant["name"], &tenant["place"]), (&json!("New name"), &json!("Haifa")));
        assert_eq!(tenant["settings"]["outreach"]["grace"], "5m");
        assert_eq!(tenant["settings"]["outreach"]["after_menu"], false, "a box that is not ticked is a no");
        let hours = [("q0_day", "fri"), ("q0_day", "sat"), ("q0_from", "14:00"), ("q0_to", "20:00"), ("keeps_shabbat", "on")];
        dana.done("/settings/hours", &hours).await;
        let settings = shop.app.get("/api/v1/tenant", &shop.key).await.json()["settings"].clone();
        assert_eq!(settings["quiet_hours"], json!([{"days": ["fri", "sat"], "from": "14:00", "to": "20:00"}]));
        assert!(dana.page("/settings/hours").await.contains("Next: "), "the next Shabbat is shown");
        let half = [("q0_day", "fri"), ("q1_day", "sat"), ("q1_from", "14:00"), ("o0_day", "sun"), ("o0_to", "18:00")];
        let half = dana.post("/settings/hours", &half).await;
        for field in ["q1_to", "o0_from"] {
            assert!(half.text.contains(&format!("data-field=\"{field}\"")), "{field}: {}", half.text);
        }
        let broken = dana.post("/settings/texts/ask_name", &[("en", "{{ nonsense }}"), ("do", "save")]).await;
        assert_eq!(broken.status, StatusCode::BAD_REQUEST);
        let preview = dana.post("/settings/texts/ask_name", &[("en", "And your name, please?"), ("do", "preview")]).await;
        assert!(preview.status == StatusCode::OK && preview.text.matches("And your name, please?").count() == 2);
        dana.done("/settings/texts/ask_name", &[("en", "And your name, please?"), ("do", "save")]).await;
        assert!(dana.page("/settings/texts").await.contains("Own words"));
        dana.done("/settings/lines", &[("number", "077-999-0000"), ("uses", "missed_call")]).await;
        assert!(dana.page("/settings/lines").await.contains("+972 77-999-0000"));
        let line = shop.list("lines").await.into_iter().find(|line| line["number"] == "+972779990000").unwrap();
        let path = format!("/settings/lines/{}", line["id"].as_str().unwrap());
        dana.done(&path, &[("uses", "missed_call"), ("uses", "messaging"), ("languages", "en-GB, he")]).await;
        let line = shop.list("lines").await.into_iter().find(|line| line["number"] == "+972779990000").unwrap();
        assert_eq!((&line["uses"], &line["languages"]), (&json!(["missed_call", "messaging"]), &json!(["en-GB", "he"])));
        let refused = dana.post(&path, &[("uses", "missed_call"), ("languages", "every language there is")]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        let made = dana.post("/settings/keys", &[("name", "mine"), ("scope", "read")]).await;
        assert!(made.text.contains("value=\"rl_"), "{}", made.text);
        let invited = dana.post("/settings/people", &[("name", "Noa"), ("email", "noa@work.example"), ("role", "agent")]).await;
        assert!(invited.text.contains("https://ring.example/welcome/"), "{}", invited.text);
        let risen = dana.post("/settings/people", &[("name", "Eve"), ("email", "eve@work.example"), ("role", "admin")]).await;
        assert_eq!(risen.status, StatusCode::BAD_REQUEST, "nobody makes an administrator here");
        let trail = dana.page("/settings/trail").await;
        for action in ["tenant.update", "text.change", "line.create", "key.create", "user.create"] {
            assert!(trail.contains(action), "{action}");
        }
    }

    async fn a_connection_is_made_tested_and_shows_no_secret(db: TestDb) {
        let shop = Shop::opened(db).await;
        let mut dana = someone(&shop, Role::Owner).await;
        let fields = [("name", "Our SMS"), ("account_sid", "AC00000000000000000000000000000001"),
            ("auth_token", "the-secret-token"), ("sms_from", "+15005550006")];
        let to = dana.done("/settings/connections/new/twilio", &fields).await;
        let page = dana.page(&to).await;
        assert!(page.contains("Our SMS") && page.contains("/webhooks/twilio/messages"), "{page}");
        assert!(!page.contains("the-secret-token"), "a secret never comes out again");
        let path = to.split('?').next().unwrap().to_owned();
        dana.done(&path, &[("name", "Renamed"), ("sms_from", "+15005550006"), ("account_sid", fields[1].1)]).await;
        assert!(dana.page("/settings/connections").await.contains("Renamed"));
        let missing = dana.post("/settings/connections/new/whatsapp_cloud", &[("name", "x")]).await;
        assert_eq!(missing.status, StatusCode::BAD_REQUEST);
        dana.done(&format!("{path}/remove"), &[]).await;
        assert_eq!(dana.get(&path).await.status, StatusCode::NOT_FOUND);
    }

    async fn what_a_provider_says_is_told_in_words_with_what_to_do(db: TestDb) {
        let shop = Shop::opened(db).await;
        let mut owner = someone(&shop, Role::Owner).await;
        let connection = first(&shop, "connections", "/settings/connections").await;
        let tenant = shop.app.tenant_of(&shop.key).await;
        let id = connection.rsplit('/').next().unwrap().parse().unwrap();
        let mut tx = shop.app.db.store.begin(tenant).await.unwrap();
        tx.connections().set_health(id, "halted", Some("131042: Business eligibility payment issue")).await.unwrap();
        tx.commit().await.unwrap();
        for (language, words) in [("en", "payment problem"), ("he", "בעיית תשלום")] {
            owner.done("/language", &[("lang", language), ("back", "/today")]).await;
            for path in ["/today", "/settings/connections", &connection] {
                let page = owner.page(path).await;
                assert!(page.contains(words), "{path}: {page}");
                assert_eq!(page.contains("Business eligibility"), path == connection, "folded away where it is mended: {path}");
            }
        }
        let fault = owner.post("/settings/texts/first_message", &[("he", "שלום {{ nobody }}"), ("do", "preview")]).await;
        assert!(fault.text.contains("משתנה") && !fault.text.contains("there is no variable"), "{}", fault.text);
        assert!(!owner.page("/settings/texts").await.contains("First message"));
    }
}

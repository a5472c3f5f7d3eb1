//! The first steps, over the real flow: what is proved is done, what is wrong is said, and nothing of a sandbox shows where there
//! is none (D1).

use super::visitor::Visitor;
use crate::shop::{Shop, minutes};
use http::StatusCode;
use ringleader_core::user::Role;
use ringleader_providers::voicenter::fake::Scenario;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;

const ROBIN: &str = "robin@first.example";

async fn robin(shop: &Shop) -> Visitor<'_> {
    let tenant = shop.app.tenant_of(&shop.key).await;
    shop.app.user(tenant, ROBIN, Role::Owner).await;
    shop.app.signed_in(ROBIN).await
}

/// How far each step is.
fn stands(page: &str) -> Vec<&str> {
    let (_, steps) = page.split_once("<ol class=\"steps\">").expect("the steps");
    let (steps, _) = steps.split_once("</ol>").expect("their end");
    let classes = steps.split("<li class=\"").skip(1).filter_map(|rest| rest.split('"').next());
    classes.filter_map(|all| all.split(' ').next()).collect()
}

/// Tests every connection, as the buttons do.
async fn test_all(shop: &Shop, robin: &mut Visitor<'_>) {
    for connection in shop.list("connections").await {
        let path = format!("/settings/connections/{}/test", connection["id"].as_str().unwrap());
        assert_eq!(robin.done(&path, &[("back", "/start")]).await, "/start?said=tested");
    }
}

/// Says which account the templates are read from.
async fn name_the_account(shop: &Shop) {
    let connections = shop.list("connections").await;
    let whatsapp = connections.iter().find(|it| it["kind"] == "whatsapp_cloud").unwrap();
    let path = format!("/api/v1/connections/{}", whatsapp["id"].as_str().unwrap());
    let config = json!({"config": {"waba_id": "700000000000001"}});
    assert_eq!(shop.app.patch(&path, &shop.key, config).await.status, StatusCode::OK);
}

both_engines! {
    async fn each_step_is_done_when_it_was_proved(db: TestDb) {
        let shop = Shop::open(db).await;
        let mut robin = robin(&shop).await;
        let page = robin.page("/start").await;
        assert_eq!(stands(&page)[..2], ["todo", "todo"], "connected is not tested: {page}");
        assert!(!page.to_lowercase().contains("sandbox") && page.contains("never tested"), "{page}");
        test_all(&shop, &mut robin).await;
        let unread = robin.post("/start/templates", &[]).await;
        assert!(unread.status == StatusCode::CONFLICT && unread.text.contains("WhatsApp business account"), "{}", unread.text);
        name_the_account(&shop).await;
        assert_eq!(stands(&robin.page("/start").await)[1], "todo", "what was changed is tested anew");
        test_all(&shop, &mut robin).await;
        assert_eq!(robin.done("/start/templates", &[]).await, "/start?said=no-template", "the shop's have other names");
        let page = robin.page("/start").await;
        assert_eq!(stands(&page), ["waits", "done", "done", "done", "todo", "todo"], "{page}");
        assert!(page.contains("its first call proves it") && page.contains("/webhooks/voicenter/"), "{page}");

        shop.report(&shop.missed("call-1")).await;
        let page = robin.page("/start").await;
        assert_eq!(stands(&page), ["done", "done", "done", "done", "done", "waits"], "{page}");
        assert!(page.contains("The message goes out at "), "{page}");
        shop.pass(minutes(2)).await;
        let page = robin.page("/start").await;
        assert_eq!(stands(&page), ["done"; 6], "{page}");
        assert!(page.contains("All set."), "{page}");
    }

    async fn what_is_wrong_is_said_and_what_to_do(db: TestDb) {
        let shop = Shop::open(db).await;
        let mut robin = robin(&shop).await;
        let elsewhere = Scenario::missed("0501234567", "0779999999").id("call-2").at(shop.app.db.clock.now());
        shop.report(&elsewhere).await;
        let page = robin.page("/start").await;
        assert_eq!(stands(&page)[4], "wrong");
        assert!(page.contains("none of your lines"), "{page}");
        robin.done("/settings/lines", &[("number", "0779999999"), ("uses", "missed_call"), ("back", "/start")]).await;
        shop.run().await;
        assert_eq!(stands(&robin.page("/start").await)[4], "done", "what waited was processed");
    }

    async fn there_is_no_way_into_a_sandbox_where_there_is_none(db: TestDb) {
        let shop = Shop::open(db).await;
        let mut robin = robin(&shop).await;
        for path in ["/start/sandbox", "/start/address"] {
            assert_eq!(robin.post(path, &[("use", "whatsapp")]).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let form = robin.page("/settings/connections/new/whatsapp_cloud").await;
        assert!(!form.to_lowercase().contains("sandbox"), "{form}");
    }

    async fn who_runs_the_installation_makes_a_business_whose_owner_begins_at_the_first_steps(db: TestDb) {
        let shop = Shop::open(db).await;
        let tenant = shop.app.tenant_of(&shop.key).await;
        shop.app.user(tenant, "admin@first.example", Role::Admin).await;
        let mut admin = shop.app.signed_in("admin@first.example").await;
        let business = [
            ("name", "Cafe"), ("language", "en"), ("country", "gb"), ("time_zone", "Europe/London"), ("place", "London"),
            ("owner.name", "Robin"), ("owner.email", ROBIN), ("owner.phone", "07700 900777"),
        ];
        let nobody = admin.post("/installation/businesses", &business[..5]).await;
        assert_eq!(nobody.status, StatusCode::BAD_REQUEST, "{}", nobody.text);
        let made = admin.post("/installation/businesses", &business).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
        assert!(made.text.contains("Cafe") && made.text.contains(ROBIN), "{}", made.text);
        let (_, link) = made.text.split_once("/welcome/").expect("the owner's link");
        let link = format!("/welcome/{}", link.split('"').next().unwrap());
        let mut robin = shop.app.visitor();
        let first = robin.post_bare(&link, &[("lang", "en"), ("password", "a good long password")]).await;
        assert_eq!(first.headers["location"], "/start", "{}", first.text);
        let page = robin.page("/start").await;
        assert_eq!(stands(&page), ["todo"; 6], "{page}");
        assert!(page.contains("Cafe") && !page.contains("Plumbers"), "nothing of another business: {page}");
    }
}

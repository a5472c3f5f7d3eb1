//! Two businesses with the same caller share nothing, in any listing of the API, present or to come (PRODUCT 0, P12).

use crate::shop::{CALLER, Shop, minutes, seconds};
use http::StatusCode;
use ringleader_providers::voicenter::fake::{Encoding, Scenario};
use ringleader_providers::whatsapp_cloud::fake::Says;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::Value;

/// Not of one tenant, or without an end.
const OTHERWISE: &[&str] = &["/api/v1/tenants", "/api/v1/tenant", "/api/v1/events"];

/// Are there only for a person whose calls were analysed, and for a call that was recorded: nobody's and none was here.
const NOT_YET: [&str; 2] = ["/api/v1/contacts/{id}/analysis", "/api/v1/calls/{id}/recording"];

/// What is read, by the API's own description: every route with `get`.
async fn readable(shop: &Shop) -> Vec<String> {
    let document = shop.app.get("/api/v1/openapi.json", "").await.json();
    let paths = document["paths"].as_object().unwrap().iter();
    let read = paths.filter(|(path, item)| item["get"].is_object() && !OTHERWISE.contains(&path.as_str()));
    read.map(|(path, _)| if path.ends_with("/search") { format!("{path}?q=flat") } else { path.clone() }).collect()
}

async fn rows(shop: &Shop, path: &str, key: &str) -> Vec<Value> {
    let answer = shop.app.get(path, key).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    if path.ends_with(".csv") {
        return vec![Value::from(answer.text)];
    }
    answer.json()["data"].as_array().cloned().unwrap_or_default()
}

fn ids(rows: &[Value]) -> Vec<String> {
    rows.iter().filter_map(|row| row["id"].as_str()).map(str::to_owned).collect()
}

both_engines! {
    async fn two_tenants_with_the_same_caller_share_nothing_in_any_listing(db: TestDb) {
        let shop = Shop::open(db).await;
        let (other, other_cdr) = shop.neighbour().await;
        let missed = Scenario::missed("0501234567", crate::shop::DID).id("call-1").at(shop.app.db.clock.now());
        for cdr in [&shop.cdr, &other_cdr] {
            shop.deliver(cdr, &missed, Encoding::Json).await;
        }
        shop.run().await;
        shop.pass(minutes(3)).await;
        assert_eq!(shop.to_caller().len(), 2, "each business writes once");
        shop.fake.customer_says(CALLER, Says::text("קוראים לי דני"));
        shop.fake.customer_says_to("800000000000043", CALLER, Says::text("אני נועה וצריך צבעי"));
        shop.run().await;
        shop.pass(seconds(5)).await;
        for key in [&shop.key, &other] {
            shop.app.post("/api/v1/api-keys", key, serde_json::json!({"name": "second"})).await;
        }

        let routes = readable(&shop).await;
        let lists: Vec<&String> = routes.iter().filter(|path| !path.contains('{')).collect();
        assert!(lists.len() >= 12, "{lists:?}");
        for path in &lists {
            let (mine, theirs) = (rows(&shop, path, &shop.key).await, rows(&shop, path, &other).await);
            assert!(ids(&mine).iter().all(|id| !ids(&theirs).contains(id)), "{path} is shared");
            let text = serde_json::to_string(&mine).unwrap();
            assert!(!text.contains("נועה"), "{path} shows what the caller told the other business");
            if ["contacts", "leads", "calls", "episodes"].iter().any(|thing| path.ends_with(thing)) {
                assert_eq!((mine.len(), theirs.len()), (1, 1), "{path}");
            }
        }
        for path in routes.iter().filter(|path| path.contains("{id}") && !NOT_YET.contains(&path.as_str())) {
            let list = path.split("/{id}").next().unwrap();
            for id in ids(&rows(&shop, list, &shop.key).await) {
                let path = path.replace("{id}", &id);
                assert_eq!(shop.app.get(&path, &shop.key).await.status, StatusCode::OK, "{path}");
                assert_eq!(shop.app.get(&path, &other).await.status, StatusCode::NOT_FOUND, "{path}");
            }
        }
    }
}

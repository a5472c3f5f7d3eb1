//! The trail of changes says what was and what is, and never a secret (D1).

use crate::shop::Shop;
use http::Method;
use ringleader_core::id::ErasureId;
use ringleader_core::user::Role;
use ringleader_store::testing::TestDb;
use ringleader_store::{args, both_engines};
use serde_json::{Value, json};

/// The newest line of the trail about this.
async fn newest(shop: &Shop, action: &str) -> Value {
    shop.list(&format!("audit?kind={action}")).await[0].clone()
}

both_engines! {
    async fn connections_keys_and_people_are_in_the_trail_with_what_was_and_what_is(db: TestDb) {
        let shop = Shop::open(db).await;
        let connections = shop.list("connections").await;
        let whatsapp = connections.iter().find(|it| it["kind"] == "whatsapp_cloud").unwrap();
        let path = format!("/api/v1/connections/{}", whatsapp["id"].as_str().unwrap());
        shop.app.patch(&path, &shop.key, json!({"name": "Our WhatsApp", "config": {"access_token": "token-9", "waba_id": "77"}})).await;
        let line = newest(&shop, "connection.update").await;
        assert_eq!((&line["before"]["settings"]["waba_id"], &line["after"]["settings"]["waba_id"]), (&Value::Null, &json!("77")), "{line}");
        assert_eq!((&line["after"]["name"], &line["after"]["secrets_changed"]), (&json!("Our WhatsApp"), &json!(["access_token"])), "{line}");
        assert!(!line.to_string().contains("token-9") && !line.to_string().contains("token-1"), "{line}");
        shop.app.call(Method::DELETE, &path, &shop.key, None).await;
        let line = newest(&shop, "connection.delete").await;
        assert_eq!((&line["before"]["name"], &line["after"]), (&json!("Our WhatsApp"), &Value::Null), "{line}");

        let key = shop.app.post("/api/v1/api-keys", &shop.key, json!({"name": "Website", "scopes": ["read"]})).await;
        shop.app.call(Method::DELETE, &format!("/api/v1/api-keys/{}", key.id()), &shop.key, None).await;
        let line = newest(&shop, "key.revoke").await;
        assert_eq!(line["before"], json!({"name": "Website", "scopes": ["read"]}), "{line}");

        shop.report(&shop.missed("call-1")).await;
        let contact = shop.list("contacts").await[0]["id"].as_str().unwrap().to_owned();
        let change = json!({"kind": "supplier", "name": "Pipes and Co"});
        shop.app.patch(&format!("/api/v1/contacts/{contact}"), &shop.key, change).await;
        let line = newest(&shop, "contact.update").await;
        assert_eq!((&line["before"]["kind"], &line["after"]["kind"]), (&json!("lead"), &json!("supplier")), "{line}");
        assert!(line["after"]["name_changed"] == true && !line.to_string().contains("Pipes"), "{line}");

        let tenant = shop.app.tenant_of(&shop.key).await;
        shop.app.user(tenant, "owner@trail.example", Role::Owner).await;
        let page = shop.app.signed_in("owner@trail.example").await.page("/settings/trail").await;
        assert!(page.contains("Before and after") && page.contains("Our WhatsApp") && !page.contains("token-"), "{page}");
    }

    async fn receipts_beyond_the_first_page_are_on_one_of_their_own(db: TestDb) {
        let shop = Shop::open(db).await;
        let tenant = shop.app.tenant_of(&shop.key).await;
        let store = &shop.app.db.store;
        let mut tx = store.begin(tenant).await.unwrap();
        for n in 0..51 {
            let sql = "INSERT INTO erasures (tenant_id, id, at, actor, reason, counts) VALUES ($1, $2, $3, 'retention', $4, '{}')";
            let id = store.ids().new_id::<ErasureId>();
            tx.execute(sql, args![tenant, id, store.clock().now(), format!("reason no. {n}.")]).await.unwrap();
        }
        tx.commit().await.unwrap();
        shop.app.user(tenant, "owner@receipts.example", Role::Owner).await;
        let mut owner = shop.app.signed_in("owner@receipts.example").await;
        let page = owner.page("/settings/trail").await;
        assert!(page.contains("reason no. 50.") && page.contains("reason no. 1.") && !page.contains("reason no. 0."), "{page}");
        let next = page.split("href=\"").find_map(|part| part.strip_prefix("/settings/trail?show=erased&amp;")).unwrap();
        let next = next.split('"').next().unwrap();
        let page = owner.page(&format!("/settings/trail?show=erased&{next}")).await;
        assert!(page.contains("reason no. 0.") && !page.contains("reason no. 1.") && !page.contains("Who changed what"), "{page}");
    }
}

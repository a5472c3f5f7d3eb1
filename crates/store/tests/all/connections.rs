//! Connections: how they are is what was found last (P8).

use ringleader_store::both_engines;
use ringleader_store::repo::NewConnection;
use ringleader_store::testing::TestDb;
use serde_json::json;

both_engines! {
    async fn a_connection_shows_the_fault_that_it_has_now(db: TestDb) {
        let mut tx = db.store.begin(db.store.ids().new_id()).await.unwrap();
        let new = NewConnection {
            kind: "slack".into(), name: "Room".into(), config: json!({}), sealed: "-".into(), key_hash: "-".into(), account_key: None,
        };
        let id = db.store.ids().new_id();
        tx.connections().insert(id, &new).await.unwrap();
        for (health, detail) in [
            ("failing", Some("the address is wrong")), ("failing", Some("the room was closed")), ("failing", None),
            ("working", None), ("working", Some("slow")), ("working", None),
        ] {
            tx.connections().set_health(id, health, detail).await.unwrap();
            let shown = tx.connections().get(id).await.unwrap().unwrap();
            assert_eq!((shown.health.as_str(), shown.health_detail.as_deref()), (health, detail));
        }
    }
}

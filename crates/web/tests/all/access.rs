//! Who may do what, and that nothing crosses tenants (PRODUCT 0).

use crate::support::{ADMIN, App};
use http::{Method, StatusCode};
use ringleader_core::id::{ContactId, LeadId};
use ringleader_core::lead::LeadStatus;
use ringleader_core::phone::Phone;
use ringleader_store::both_engines;
use ringleader_store::repo::Identity;
use ringleader_store::testing::TestDb;
use serde_json::json;

const LISTS: &[&str] = &[
    "analyses",
    "calls",
    "leads",
    "contacts",
    "conversations",
    "messages",
    "decisions",
    "episodes",
    "tasks",
    "inbox",
    "lines",
    "connections",
    "audit",
    "api-keys",
];

/// The same caller known at a tenant: a contact and its lead.
async fn known_caller(app: &App, key: &str) -> (ContactId, LeadId) {
    let tenant = app.get("/api/v1/tenant", key).await.id().parse().unwrap();
    let mut tx = app.db.store.begin(tenant).await.unwrap();
    let phone = Phone::from_e164("+972501234567").unwrap();
    let contact = tx.contacts().find_or_make(&[Identity::Phone(phone)]).await.unwrap();
    let (lead, _) = tx.leads().open_or_make(contact.id, LeadStatus::New, "missed_call").await.unwrap();
    tx.commit().await.unwrap();
    (contact.id, lead.id)
}

both_engines! {
    async fn each_scope_opens_its_own_doors(db: TestDb) {
        let app = App::new(db).await;
        let all = app.shop("Plumbers").await;
        let mut keys = vec![("", [401, 401, 401, 401]), ("wrong", [401, 401, 401, 401]), (ADMIN, [403, 403, 403, 200])];
        let mut made = Vec::new();
        for scope in ["read", "write", "admin"] {
            let key = app.post("/api/v1/api-keys", &all, json!({"name": scope, "scopes": [scope]})).await;
            assert_eq!(key.status, StatusCode::CREATED, "{}", key.text);
            made.push(key.json()["api_key"].as_str().unwrap().to_owned());
        }
        keys.push((&made[0], [200, 403, 403, 403]));
        keys.push((&made[1], [200, 404, 403, 403]));
        keys.push((&made[2], [200, 404, 400, 403]));
        keys.push((&all, [200, 404, 400, 403]));
        let task = "/api/v1/tasks/task_01970000000070008000000000000000";
        for (key, expected) in keys {
            let read = app.get("/api/v1/leads", key).await.status.as_u16();
            let write = app.patch(task, key, json!({"state": "done"})).await.status.as_u16();
            let manage = app.post("/api/v1/connections", key, json!({"kind": "telepathy"})).await.status.as_u16();
            let install = app.get("/api/v1/tenants", key).await.status.as_u16();
            assert_eq!([read, write, manage, install], expected, "key {key:.8}");
        }
    }

    async fn credits_are_seen_by_readers_and_topped_up_by_managers(db: TestDb) {
        let app = App::new(db).await;
        let all = app.shop("Plumbers").await;
        for (scope, top_up) in [("read", StatusCode::FORBIDDEN), ("write", StatusCode::FORBIDDEN), ("admin", StatusCode::CREATED)] {
            let made = app.post("/api/v1/api-keys", &all, json!({"name": scope, "scopes": [scope]})).await;
            let key = made.json()["api_key"].as_str().unwrap().to_owned();
            assert_eq!(app.post("/api/v1/credits/top-ups", &key, json!({"credits": 5})).await.status, top_up, "{scope}");
            for path in ["credits", "credits/statement", "credits/statement.csv", "analytics/voice-agents"] {
                assert_eq!(app.get(&format!("/api/v1/{path}"), &key).await.status, StatusCode::OK, "{scope} {path}");
                assert_eq!(app.get(&format!("/api/v1/{path}"), "").await.status, StatusCode::UNAUTHORIZED, "{path}");
                assert_eq!(app.get(&format!("/api/v1/{path}"), ADMIN).await.status, StatusCode::FORBIDDEN, "{path}");
            }
        }
    }

    async fn a_revoked_key_stops_at_once(db: TestDb) {
        let app = App::new(db).await;
        let all = app.shop("Plumbers").await;
        let made = app.post("/api/v1/api-keys", &all, json!({"name": "helper"})).await;
        let key = made.json()["api_key"].as_str().unwrap().to_owned();
        assert_eq!(app.get("/api/v1/leads", &key).await.status, StatusCode::OK);
        let path = format!("/api/v1/api-keys/{}", made.id());
        assert_eq!(app.call(Method::DELETE, &path, &all, None).await.status, StatusCode::NO_CONTENT);
        assert_eq!(app.get("/api/v1/leads", &key).await.status, StatusCode::UNAUTHORIZED);
        assert!(!app.get("/api/v1/api-keys", &all).await.text.contains(&key), "a key is shown once");
    }

    async fn two_tenants_with_the_same_caller_see_nothing_of_each_other(db: TestDb) {
        let app = App::new(db).await;
        let (first, second) = (app.shop("Plumbers").await, app.shop("Painters").await);
        let (contact, lead) = known_caller(&app, &first).await;
        let (other_contact, other_lead) = known_caller(&app, &second).await;
        assert_ne!((contact, lead), (other_contact, other_lead));
        let line = json!({"number": "077-123-4567", "uses": ["missed_call"]});
        for key in [&first, &second] {
            app.connection(key, "voicenter", json!({}), "cdr").await;
            assert_eq!(app.post("/api/v1/lines", key, line.clone()).await.status, StatusCode::CREATED);
        }
        for list in LISTS {
            let (mine, theirs) = (app.get(&format!("/api/v1/{list}"), &first).await, app.get(&format!("/api/v1/{list}"), &second).await);
            assert_eq!(mine.status, StatusCode::OK, "{list}: {}", mine.text);
            let ids = |answer: &crate::support::Answer| -> Vec<String> {
                answer.json()["data"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
            };
            assert!(ids(&mine).iter().all(|id| !ids(&theirs).contains(id)), "{list} is shared");
        }
        let leads = app.get("/api/v1/leads?phone=0501234567", &first).await.json();
        assert_eq!(leads["data"].as_array().unwrap().len(), 1);
        assert_eq!(leads["data"][0]["id"], lead.to_string());
        let by_contact = app.get(&format!("/api/v1/leads?contact_id={contact}"), &first).await.json();
        assert_eq!(by_contact["data"][0]["id"], lead.to_string());
        let of_other = app.get(&format!("/api/v1/leads?contact_id={contact}"), &second).await.json();
        assert_eq!(of_other["data"], json!([]));
        for path in [format!("leads/{other_lead}"), format!("contacts/{other_contact}")] {
            let answer = app.get(&format!("/api/v1/{path}"), &first).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
            assert_eq!(app.patch(&format!("/api/v1/{path}"), &first, json!({"name": "mine"})).await.status, StatusCode::NOT_FOUND);
        }
        let fact = format!("/api/v1/leads/{other_lead}/facts/name");
        assert_eq!(app.call(Method::PUT, &fact, &first, Some(json!({"value": "x"}))).await.status, StatusCode::NOT_FOUND);
    }

    async fn an_id_of_another_kind_is_404_like_one_that_never_was(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let (contact, lead) = known_caller(&app, &key).await;
        assert_eq!(app.get(&format!("/api/v1/leads/{lead}"), &key).await.status, StatusCode::OK);
        let strange = [format!("leads/{contact}"), "leads/nonsense".to_owned(), format!("contacts/{lead}"), "calls/1".to_owned()];
        let first = app.get(&format!("/api/v1/{}", strange[0]), &key).await;
        for path in strange {
            let answer = app.get(&format!("/api/v1/{path}"), &key).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(answer.json()["detail"], first.json()["detail"]);
        }
    }
}

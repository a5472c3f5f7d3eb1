//! The API's manners: settings, connections, lines, pages, idempotency, problem documents (DESIGN 9).

use crate::support::{ADMIN, App, tenant};
use axum::body::Body;
use http::{Method, Request, StatusCode};
use ringleader_core::lead::LeadStatus;
use ringleader_core::phone::Phone;
use ringleader_store::both_engines;
use ringleader_store::repo::Identity;
use ringleader_store::testing::TestDb;
use serde_json::json;

both_engines! {
    async fn a_tenant_is_made_with_everything_that_is_wrong_named_at_once(db: TestDb) {
        let app = App::new(db).await;
        let body = json!({"name": " ", "locale": "hebrew!", "time_zone": "Mars/Base", "country": "Israel",
            "owner": {"phone": "nonsense", "email": "dana", "password": "short"}, "settings": {"outreach": {"grace": "25h"}}});
        let answer = app.post("/api/v1/tenants", ADMIN, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let fields = answer.wrong_fields();
        for field in ["name", "locale", "time_zone", "country", "owner.phone", "owner.email", "owner.password", "settings.outreach.grace"] {
            assert!(fields.iter().any(|wrong| wrong == field), "{field} is missing in {fields:?}");
        }
        let missing = app.post("/api/v1/tenants", ADMIN, json!({"name": "Plumbers"})).await;
        assert_eq!(missing.wrong_fields(), ["locale"]);
    }

    async fn settings_are_merged_shown_whole_and_go_back_to_their_defaults_with_null(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let shown = app.get("/api/v1/tenant", &key).await.json();
        assert_eq!(shown["settings"]["outreach"]["grace"], "2m");
        assert_eq!(shown["owner"]["phone"], "+972507654321");
        let patch = json!({"settings": {"outreach": {"grace": "5m"}, "keeps_shabbat": true}, "owner": {"name": "Dana Levi"}});
        let changed = app.patch("/api/v1/tenant", &key, patch).await.json();
        assert_eq!(changed["settings"]["outreach"]["grace"], "5m");
        assert_eq!(changed["settings"]["outreach"]["give_up"], "24h");
        assert_eq!((changed["owner"]["name"].as_str(), changed["owner"]["email"].as_str()), (Some("Dana Levi"), Some("dana@shop.example")));
        let back = app.patch("/api/v1/tenant", &key, json!({"settings": {"outreach": {"grace": null}}})).await.json();
        assert_eq!(back["settings"]["outreach"]["grace"], "2m");
        assert_eq!(back["settings"]["keeps_shabbat"], true);
        let wrong = app.patch("/api/v1/tenant", &key, json!({"settings": {"outreach": {"grce": "5m"}}})).await;
        assert_eq!((wrong.status, wrong.wrong_fields()), (StatusCode::BAD_REQUEST, vec!["settings.outreach.grce".to_owned()]));
        let trail = app.get("/api/v1/audit?kind=tenant.update", &key).await.json();
        assert_eq!(trail["data"].as_array().unwrap().len(), 2);
    }

    async fn secrets_of_a_connection_go_in_and_never_come_out(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let config = json!({"phone_number_id": "800000000000042", "display_number": "+442079460018",
            "access_token": "hush-token", "app_secret": "hush-secret"});
        let made = app.post("/api/v1/connections", &key, json!({"kind": "whatsapp_cloud", "name": "Main", "config": config})).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let path = format!("/api/v1/connections/{}", made.id());
        let changed = app.patch(&path, &key, json!({"config": {"access_token": "hush-again"}})).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
        for answer in [made, changed, app.get(&path, &key).await, app.get("/api/v1/connections", &key).await, app.get("/api/v1/audit", &key).await] {
            assert!(!answer.text.contains("hush"), "{}", answer.text);
        }
        let shown = app.get(&path, &key).await.json();
        assert_eq!(shown["config"]["phone_number_id"], "800000000000042");
        assert_eq!(shown["secrets"], json!(["access_token", "app_secret"]));
        assert_eq!(shown["webhook_urls"]["messages"], "https://ring.example/webhooks/whatsapp");
        assert_eq!(shown["health"]["state"], "untested");
    }

    async fn wrong_settings_of_a_connection_are_named_by_field(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let answer = app.post("/api/v1/connections", &key, json!({"kind": "twilio", "config": {"account_sid": 5, "colour": "red"}})).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.wrong_fields(), ["config.account_sid", "config.auth_token", "config.colour"]);
        for kind in ["voicenter", "whatsapp_cloud", "twilio", "smtp", "slack", "bolna", "calls"] {
            let answer = app.post("/api/v1/connections", &key, json!({"kind": kind, "config": {"nonsense": 1}})).await;
            assert!(answer.wrong_fields().contains(&"config.nonsense".to_owned()), "{kind}: {}", answer.text);
        }
    }

    async fn a_line_is_one_number_however_it_is_written(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let made = app.post("/api/v1/lines", &key, json!({"number": "077-123-4567", "uses": ["missed_call"]})).await;
        assert_eq!((made.status, made.json()["number"].as_str()), (StatusCode::CREATED, Some("+972771234567")));
        let again = app.post("/api/v1/lines", &key, json!({"number": "+972 77 123 4567", "uses": ["messaging"]})).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        let wrong = app.post("/api/v1/lines", &key, json!({"number": "sales", "uses": [], "connection_id": "con_1", "languages": ["?"]})).await;
        assert_eq!(wrong.wrong_fields().len(), 4, "{}", wrong.text);
        let path = format!("/api/v1/lines/{}", made.id());
        let changed = app.patch(&path, &key, json!({"languages": ["he", "en"]})).await.json();
        assert_eq!(changed["languages"], json!(["he", "en"]));
        assert_eq!(app.call(Method::DELETE, &path, &key, None).await.status, StatusCode::NO_CONTENT);
        assert_eq!(app.get("/api/v1/lines", &key).await.json()["data"], json!([]));
        let back = app.post("/api/v1/lines", &key, json!({"number": "0771234567", "uses": ["missed_call"]})).await;
        assert_eq!(back.status, StatusCode::CREATED, "a number may come back");
    }

    async fn pages_follow_each_other_without_gaps_or_repeats(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let tenant = app.get("/api/v1/tenant", &key).await.id().parse().unwrap();
        let mut tx = app.db.store.begin(tenant).await.unwrap();
        for n in 0..7 {
            let phone = Phone::from_e164(&format!("+44770090010{n}")).unwrap();
            let contact = tx.contacts().find_or_make(&[Identity::Phone(phone)]).await.unwrap();
            tx.leads().open_or_make(contact.id, LeadStatus::New, "missed_call").await.unwrap();
        }
        tx.commit().await.unwrap();
        let (mut seen, mut path) = (Vec::new(), "/api/v1/leads?limit=3".to_owned());
        loop {
            let page = app.get(&path, &key).await.json();
            seen.extend(page["data"].as_array().unwrap().iter().map(|lead| lead["id"].as_str().unwrap().to_owned()));
            match page["next"].as_str() {
                Some(next) => path = format!("/api/v1/leads?limit=3&cursor={next}"),
                None => break,
            }
        }
        let mut newest_first = seen.clone();
        newest_first.sort_by(|a, b| b.cmp(a));
        newest_first.dedup();
        assert_eq!((seen.len(), &seen), (7, &newest_first));
        for wrong in ["limit=0", "limit=201", "limit=x", "cursor=1", "colour=red", "outcome=missed", "contact_id=lead_1", "since=yesterday"] {
            let answer = app.get(&format!("/api/v1/leads?{wrong}"), &key).await;
            let field = wrong.split('=').next().unwrap();
            assert_eq!((answer.status, answer.wrong_fields()), (StatusCode::BAD_REQUEST, vec![field.to_owned()]), "{}", answer.text);
        }
    }

    async fn every_filter_of_every_list_is_understood_by_the_database(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let common = "since=2026-01-01T00:00:00Z&until=2027-01-01T00:00:00Z";
        let con = "contact_id=cnt_01970000000070008000000000000000";
        let lists = [
            format!("calls?phone=0501234567&{con}&status=completed&outcome=missed&line=0771234567&q=a%25b&lead_id=lead_01970000000070008000000000000000"),
            format!("leads?phone=%2B972501234567&{con}&status=new&line=0771234567&q=dana"),
            "contacts?phone=0501234567&kind=lead&q=dana".to_owned(),
            format!("conversations?phone=0501234567&{con}&state=completed&kind=whatsapp"),
            format!("messages?phone=0501234567&{con}&status=sent&audience=owner&kind=text"),
            format!("decisions?phone=0501234567&{con}&verdict=send&kind=spoke"),
            format!("episodes?phone=0501234567&{con}&state=waiting&line=0771234567"),
            format!("tasks?phone=0501234567&{con}&state=open&kind=call_back"),
            "inbox?state=received".to_owned(),
            "audit?kind=line.create".to_owned(),
        ];
        for list in lists {
            let answer = app.get(&format!("/api/v1/{list}&{common}"), &key).await;
            assert_eq!(answer.status, StatusCode::OK, "{list}: {}", answer.text);
            assert_eq!(answer.json()["next"], json!(null));
        }
    }

    async fn a_person_sets_a_fact_and_a_status_and_the_trail_knows_who(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let tenant = app.get("/api/v1/tenant", &key).await.id().parse().unwrap();
        let mut tx = app.db.store.begin(tenant).await.unwrap();
        let phone = Phone::from_e164("+447700900101").unwrap();
        let contact = tx.contacts().find_or_make(&[Identity::Phone(phone)]).await.unwrap();
        let (lead, _) = tx.leads().open_or_make(contact.id, LeadStatus::New, "missed_call").await.unwrap();
        tx.commit().await.unwrap();
        let path = format!("/api/v1/leads/{}", lead.id);
        let set = app.call(Method::PUT, &format!("{path}/facts/name"), &key, Some(json!({"value": "דני"}))).await;
        assert_eq!(set.status, StatusCode::OK, "{}", set.text);
        assert_eq!(set.json()["name"], "דני");
        assert_eq!(set.json()["facts"][0]["source"], "person");
        let changed = app.patch(&path, &key, json!({"status": "contacted", "need": "a leak"})).await.json();
        assert_eq!((changed["status"].as_str(), changed["need"].as_str()), (Some("contacted"), Some("a leak")));
        for key in ["score", "temperature", "tag", "preference", "open_since"] {
            assert!(changed.get(key).is_some(), "{key} is missing");
        }
        let wrong = app.patch(&path, &key, json!({"status": "happy"})).await;
        assert_eq!(wrong.wrong_fields(), ["status"]);
        let trail = app.get("/api/v1/audit", &key).await.json();
        let actors: Vec<_> = trail["data"].as_array().unwrap().iter().filter(|e| e["action"].as_str().unwrap().starts_with("lead.")).collect();
        assert!(!actors.is_empty() && actors.iter().all(|entry| entry["actor"].as_str().unwrap().starts_with("key_")));
    }

    async fn a_request_with_the_same_idempotency_key_happens_once(db: TestDb) {
        let app = App::new(db).await;
        let again = |token: &str, body: &serde_json::Value| {
            Request::post("/api/v1/tenants").header("authorization", format!("Bearer {ADMIN}"))
                .header("idempotency-key", token).body(Body::from(body.to_string())).unwrap()
        };
        let first = app.send(again("k1", &tenant("Plumbers"))).await;
        let second = app.send(again("k1", &tenant("Plumbers"))).await;
        assert_eq!((first.status, second.status), (StatusCode::CREATED, StatusCode::CREATED));
        assert_eq!(first.text, second.text);
        assert_eq!(second.headers["idempotent-replayed"], "true");
        let other = app.send(again("k1", &tenant("Painters"))).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
        app.send(again("k2", &tenant("Plumbers"))).await;
        assert_eq!(app.get("/api/v1/tenants", ADMIN).await.json()["data"].as_array().unwrap().len(), 2);
    }

    async fn an_idempotency_key_shows_no_answer_to_an_api_key_that_may_not_ask(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let made = app.post("/api/v1/api-keys", &key, json!({"name": "looks", "scopes": ["read"]})).await.json();
        let reader = made["api_key"].as_str().unwrap().to_owned();
        let ask = |key: &str| {
            Request::post("/api/v1/api-keys").header("authorization", format!("Bearer {key}")).header("idempotency-key", "k1")
                .body(Body::from(json!({"name": "new", "scopes": ["admin"]}).to_string())).unwrap()
        };
        assert_eq!(app.send(ask(&reader)).await.status, StatusCode::FORBIDDEN);
        let made = app.send(ask(&key)).await;
        assert_eq!(made.status, StatusCode::CREATED, "what was refused is not kept: {}", made.text);
        assert_eq!(app.send(ask(&key)).await.text, made.text);
        let again = app.send(ask(&reader)).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.text);
    }

    async fn a_lead_is_changed_as_a_whole_or_not_at_all(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let tenant = app.get("/api/v1/tenant", &key).await.id().parse().unwrap();
        let mut tx = app.db.store.begin(tenant).await.unwrap();
        let phone = Phone::from_e164("+972501234567").unwrap();
        let contact = tx.contacts().find_or_make(&[Identity::Phone(phone)]).await.unwrap();
        let (lead, _) = tx.leads().open_or_make(contact.id, LeadStatus::New, "missed_call").await.unwrap();
        tx.commit().await.unwrap();
        let path = format!("/api/v1/leads/{}", lead.id);
        let wrong = app.patch(&path, &key, json!({"name": "Dana", "need": " ", "status": "contacted"})).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST, "{}", wrong.text);
        let shown = app.get(&path, &key).await.json();
        assert_eq!((&shown["name"], &shown["status"]), (&json!(null), &json!("new")));
        let right = app.patch(&path, &key, json!({"name": "Dana", "need": "a tap", "status": "contacted"})).await.json();
        assert_eq!((&right["name"], &right["need"], &right["status"]), (&json!("Dana"), &json!("a tap"), &json!("contacted")));
    }

    async fn failures_are_problem_documents_with_a_trace(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let cases = [
            (app.get("/api/v1/nowhere", &key).await, 404, "/problems/not-found"),
            (app.call(Method::DELETE, "/api/v1/leads", &key, None).await, 405, "/problems/method-not-allowed"),
            (app.get("/api/v1/leads", "").await, 401, "/problems/unauthenticated"),
        ];
        for (answer, status, slug) in cases {
            assert_eq!(answer.status.as_u16(), status);
            assert_eq!(answer.headers["content-type"], "application/problem+json");
            let document = answer.json();
            assert_eq!(document["type"], slug);
            assert_eq!(document["trace_id"].as_str(), answer.headers["x-request-id"].to_str().ok());
        }
        let request = Request::post("/api/v1/lines").header("authorization", format!("Bearer {key}")).header("x-request-id", "my-trace-0001");
        let broken = app.send(request.body(Body::from("{\"number\":")).unwrap()).await;
        assert_eq!((broken.status, broken.json()["trace_id"].as_str()), (StatusCode::BAD_REQUEST, Some("my-trace-0001")));
        assert_eq!(broken.json()["type"], "/problems/malformed");
    }

    async fn answers_carry_the_headers_that_protect(db: TestDb) {
        let app = App::new(db).await;
        for path in ["/healthz", "/docs", "/api/v1/openapi.json"] {
            let answer = app.get(path, "").await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            assert_eq!(answer.headers["x-content-type-options"], "nosniff");
            assert_eq!(answer.headers["referrer-policy"], "no-referrer");
            assert!(!answer.headers["content-security-policy"].to_str().unwrap().contains("unsafe"));
        }
        assert_eq!(app.get("/readyz", "").await.status, StatusCode::OK);
        assert_eq!(app.get("/metrics", "").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(app.get("/metrics", ADMIN).await.text, "ringleader_up 1\n");
        assert_eq!(app.get("/phone", "").await.status, StatusCode::NOT_FOUND, "the phone page belongs to the demo");
    }
}

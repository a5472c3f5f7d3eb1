//! WhatsApp webhooks: verification, signatures, routing by number (P5).

use crate::support::{APP_SECRET, Answer, App, VERIFY};
use axum::body::Body;
use http::{Request, StatusCode};
use ringleader_jobs::actions;
use ringleader_providers::whatsapp_cloud::inbound::sign;
use ringleader_store::both_engines;
use ringleader_store::inbox::State;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

fn body(numbers: &[&str]) -> String {
    let change = |number: &&str| {
        json!({"field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "442079460018", "phone_number_id": number},
            "contacts": [{"profile": {"name": "Noa"}, "wa_id": "447700900117"}],
            "messages": [{"from": "447700900117", "id": format!("wamid.{number}"), "timestamp": "1795253400",
                          "type": "text", "text": {"body": "שלום"}}]}})
    };
    let changes: Vec<Value> = numbers.iter().map(change).collect();
    json!({"object": "whatsapp_business_account", "entry": [{"id": "700000000000001", "changes": changes}]}).to_string()
}

async fn deliver(app: &App, signature: Option<&str>, body: &str) -> Answer {
    let request = Request::post("/webhooks/whatsapp").header("content-type", "application/json");
    let request = signature.into_iter().fold(request, |request, tag| request.header("x-hub-signature-256", tag));
    app.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

fn config(number: &str, secret: Option<&str>) -> Value {
    json!({"phone_number_id": number, "display_number": "+442079460018", "access_token": "token", "app_secret": secret})
}

both_engines! {
    async fn meta_is_answered_only_with_the_right_token(db: TestDb) {
        let app = App::new(db).await;
        let ask = |mode: &str, token: &str| format!("/webhooks/whatsapp?hub.mode={mode}&hub.verify_token={token}&hub.challenge=1158201444");
        let good = app.get(&ask("subscribe", VERIFY), "").await;
        assert_eq!((good.status, good.text.as_str()), (StatusCode::OK, "1158201444"));
        for wrong in [ask("subscribe", "guess"), ask("unsubscribe", VERIFY), "/webhooks/whatsapp".to_owned()] {
            assert_eq!(app.get(&wrong, "").await.status, StatusCode::FORBIDDEN, "{wrong}");
        }
    }

    async fn forged_and_unsigned_bodies_are_401_and_leave_no_trace(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        app.connection(&key, "whatsapp_cloud", config("800000000000042", Some("its-own")), "messages").await;
        let body = body(&["800000000000042"]);
        let wrong = [None, Some("sha256=00".to_owned()), Some(sign("guess", body.as_bytes())), Some(sign(APP_SECRET, body.as_bytes()))];
        for signature in wrong {
            assert_eq!(deliver(&app, signature.as_deref(), &body).await.status, StatusCode::UNAUTHORIZED);
        }
        let changed = deliver(&app, Some(&sign("its-own", body.as_bytes())), &body.replace("שלום", "להתראות")).await;
        assert_eq!(changed.status, StatusCode::UNAUTHORIZED);
        assert!(app.kept().await.is_empty());
    }

    async fn a_number_is_verified_with_its_own_secret_or_else_the_installations(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        app.connection(&key, "whatsapp_cloud", config("800000000000042", Some("its-own")), "messages").await;
        app.connection(&key, "whatsapp_cloud", config("800000000000043", None), "messages").await;
        for (number, secret) in [("800000000000042", "its-own"), ("800000000000043", APP_SECRET)] {
            let body = body(&[number]);
            let answer = deliver(&app, Some(&sign(secret, body.as_bytes())), &body).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        }
        let kept = app.kept().await;
        assert_eq!(kept.len(), 2);
        assert!(kept.iter().all(|event| event.state == State::Received));
    }

    async fn a_body_for_two_tenants_becomes_one_row_for_each(db: TestDb) {
        let app = App::new(db).await;
        let (first, second) = (app.shop("Plumbers").await, app.shop("Painters").await);
        app.connection(&first, "whatsapp_cloud", config("800000000000042", None), "messages").await;
        app.connection(&second, "whatsapp_cloud", config("800000000000043", None), "messages").await;
        let body = body(&["800000000000042", "800000000000043", "800000000000044"]);
        assert_eq!(deliver(&app, Some(&sign(APP_SECRET, body.as_bytes())), &body).await.status, StatusCode::OK);
        let kept = app.kept().await;
        assert_eq!(kept.len(), 3, "one for each tenant, and the unknown number's in the tray");
        let tenants: std::collections::HashSet<_> = kept.iter().map(|event| event.tenant).collect();
        assert_eq!(tenants.len(), 3);
        assert_eq!(app.tray().await.len(), 1);
    }

    async fn who_claims_the_number_of_another_gets_none_of_its_messages(db: TestDb) {
        let app = App::new(db).await;
        let (owner, thief) = (app.shop("Plumbers").await, app.shop("Thieves").await);
        app.connection(&owner, "whatsapp_cloud", config("800000000000042", None), "messages").await;
        let claim = json!({"kind": "whatsapp_cloud", "config": config("800000000000042", None)});
        app.post("/api/v1/connections", &thief, claim).await;
        let body = body(&["800000000000042"]);
        deliver(&app, Some(&sign(APP_SECRET, body.as_bytes())), &body).await;
        assert_eq!(app.get("/api/v1/inbox", &owner).await.json()["data"].as_array().unwrap().len(), 1);
        assert_eq!(app.get("/api/v1/inbox", &thief).await.json()["data"].as_array().unwrap().len(), 0);
    }

    async fn an_unknown_number_goes_to_the_tray_and_broken_json_is_kept_unreadable(db: TestDb) {
        let app = App::new(db).await;
        let unknown = body(&["800000000000099"]);
        assert_eq!(deliver(&app, Some(&sign(APP_SECRET, unknown.as_bytes())), &unknown).await.status, StatusCode::OK);
        assert_eq!(app.tray().await[0].state, State::Unroutable);
        for broken in [r#"{"object":"whats"#, r#"{"object":"whatsapp_business_account"}"#] {
            let answer = deliver(&app, Some(&sign(APP_SECRET, broken.as_bytes())), broken).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST);
            assert_eq!(answer.json()["type"], "/problems/invalid");
        }
        let states: Vec<_> = app.tray().await.iter().map(|event| event.state).collect();
        assert_eq!(states, [State::Unreadable, State::Unreadable, State::Unroutable]);
        let tray = app.get("/api/v1/inbox?state=unroutable", crate::support::ADMIN).await;
        assert_eq!(tray.json()["data"].as_array().unwrap().len(), 1);
        // Out of the tray it cannot be read either.
        let event = app.tray().await.remove(0);
        actions::discard(&app.cx, event.tenant, event.id, "test").await.unwrap();
        let states: Vec<_> = app.tray().await.iter().map(|event| event.state).collect();
        assert_eq!(states, [State::Discarded, State::Unreadable, State::Unroutable]);
        assert!(actions::replay(&app.cx, event.tenant, event.id, "test").await.is_err());
        let routed = app.tray().await.remove(2);
        actions::discard(&app.cx, routed.tenant, routed.id, "test").await.unwrap();
        actions::replay(&app.cx, routed.tenant, routed.id, "test").await.unwrap();
    }

    async fn what_came_for_a_number_before_its_connection_was_made_is_handed_over(db: TestDb) {
        let app = App::new(db).await;
        let early = body(&["800000000000042", "800000000000043"]);
        deliver(&app, Some(&sign(APP_SECRET, early.as_bytes())), &early).await;
        assert_eq!(app.tray().await.len(), 2, "one for each number that nobody has");
        let key = app.shop("Plumbers").await;
        app.connection(&key, "whatsapp_cloud", config("800000000000042", None), "messages").await;
        let mine = app.get("/api/v1/inbox", &key).await.json();
        assert_eq!(mine["data"].as_array().unwrap().len(), 1);
        assert_eq!(mine["data"][0]["state"], "received");
        assert_eq!(app.tray().await.len(), 1);
    }

    async fn five_megabytes_are_413(db: TestDb) {
        let app = App::new(db).await;
        let large = "x".repeat(5 << 20);
        let answer = deliver(&app, Some(&sign(APP_SECRET, large.as_bytes())), &large).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    }
}

//! The tenant's own words: listed, previewed, checked, changed with a trail, and used (A16).

use crate::support::App;
use crate::town::Town;
use http::{Method, StatusCode};
use jiff::SignedDuration;
use ringleader_providers::voicenter::fake::Scenario;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

async fn put(app: &App, key: &str, text: &str, body: Value) -> crate::support::Answer {
    app.call(Method::PUT, &format!("/api/v1/texts/{text}"), key, Some(body)).await
}

both_engines! {
    async fn own_words_are_listed_previewed_changed_with_a_trail_and_taken_back(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let all = app.get("/api/v1/texts", &key).await.json();
        let texts = all["data"].as_array().unwrap();
        assert!(texts.len() > 80, "{}", texts.len());
        for text in texts {
            for language in ["he", "en"] {
                assert!(!text["languages"][language]["built_in"].as_str().unwrap().is_empty(), "{text}");
                assert!(text["languages"][language]["own"].is_null());
            }
        }
        let ask = texts.iter().find(|text| text["key"] == "ask_need").unwrap();
        assert_eq!(ask["variables"][1], json!({"name": "name", "optional": true}));

        let shown = app.post("/api/v1/texts/preview", &key, json!({"key": "ask_need", "language": "he", "text": "אהלן {{ name }}, איך נעזור?", "values": {"name": "Danny (B)"}})).await;
        assert_eq!(shown.json()["text"], "אהלן \u{2068}Danny (B)\u{2069}, איך נעזור?");
        assert_eq!(shown.json()["remarks"], json!([]));
        let as_it_goes = app.post("/api/v1/texts/preview", &key, json!({"key": "first_message", "language": "en"})).await.json();
        assert!(as_it_goes["text"].as_str().unwrap().starts_with("Hello, this is Plumbers."), "{as_it_goes}");
        let sided = app.post("/api/v1/texts/preview", &key, json!({"key": "ask_need", "language": "he", "text": "מה תרצה?"})).await.json();
        assert!(sided["remarks"][0].as_str().unwrap().contains("תרצה"), "{sided}");

        assert_eq!(put(&app, &key, "ask_need", json!({"en": "What is it about?"})).await.json()["languages"]["en"]["own"], "What is it about?");
        assert_eq!(put(&app, &key, "ask_need", json!({"he": "במה מדובר?"})).await.json()["languages"]["en"]["own"], "What is it about?");
        let gone = put(&app, &key, "ask_need", json!({"en": null})).await.json();
        assert_eq!((&gone["languages"]["en"]["own"], &gone["languages"]["he"]["own"]), (&Value::Null, &json!("במה מדובר?")));
        let trail = app.get("/api/v1/audit?kind=text.change", &key).await.json();
        assert_eq!(trail["data"][0]["subject"], "ask_need");
        assert_eq!(trail["data"][0]["before"], json!({"en": "What is it about?", "he": "במה מדובר?"}));
        assert_eq!(trail["data"][0]["after"], json!({"he": "במה מדובר?"}));
    }

    async fn wrong_words_name_field_and_mend_and_nothing_is_saved(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let both = put(&app, &key, "ask_need", json!({"he": "שלום {{ budget }}", "en": "Hi {{ name"})).await;
        assert_eq!((both.status, both.wrong_fields()), (StatusCode::BAD_REQUEST, vec!["he".to_owned(), "en".to_owned()]));
        assert!(both.text.contains("no variable `budget` here; there are: business, name"), "{}", both.text);
        assert!(both.text.contains("a variable is written `{{ name }}`"), "{}", both.text);
        assert_eq!(put(&app, &key, "nonsense", json!({"en": "Hi"})).await.status, StatusCode::NOT_FOUND);
        assert_eq!(put(&app, &key, "ask_need", json!({"fr": "Salut"})).await.wrong_fields(), ["fr"]);
        let preview = app.post("/api/v1/texts/preview", &key, json!({"key": "ask_need", "text": "{{ x }}"})).await;
        assert_eq!(preview.wrong_fields(), ["text"]);
        let settings = app.patch("/api/v1/tenant", &key, json!({"settings": {"texts": {"ask_need": {"en": "{{ x }}"}}}})).await;
        assert_eq!(settings.wrong_fields(), ["settings.texts.ask_need.en"]);
        assert_eq!(app.get("/api/v1/tenant", &key).await.json()["settings"]["texts"], json!({}));
    }

    async fn own_words_explain_decisions_in_the_readers_language(db: TestDb) {
        let town = Town::build(db, 1).await;
        let key = &town.shops[0].key;
        put(&town.app, key, "why_landline", json!({"en": "We ring landlines."})).await;
        let call = Scenario::missed("02-123-4567", &town.shops[0].did).id("a").at(town.app.db.clock.now());
        town.report(0, &call).await;
        town.pass(SignedDuration::from_mins(1)).await;
        let told = |path: &'static str, header: &'static str| {
            let request = http::Request::get(format!("/api/v1/{path}")).header("authorization", format!("Bearer {key}"));
            let request = if header.is_empty() { request } else { request.header("accept-language", header) };
            town.app.send(request.body(axum::body::Body::empty()).unwrap())
        };
        let hebrew = "קו נייח";
        for (path, header, expected) in [
            ("decisions?language=en", "he", "We ring landlines."),
            ("decisions", "fr, en-GB;q=0.8, he;q=0.5", "We ring landlines."),
            ("decisions?language=he", "en", hebrew),
            ("decisions", "", hebrew),
            ("decisions", "ru", hebrew),
        ] {
            let answer = told(path, header).await.json();
            let explanation = answer["data"][0]["explanation"].as_str().unwrap();
            assert!(explanation.contains(expected), "{path} {header}: {explanation}");
        }
        assert_eq!(told("decisions?language=fr", "").await.wrong_fields(), ["language"]);
    }
}

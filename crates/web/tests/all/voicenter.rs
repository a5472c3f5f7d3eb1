//! Call records in: who may send them, what is kept, what comes back (P1, P5).

use crate::support::{Answer, App};
use axum::body::Body;
use futures::StreamExt;
use http::{Request, StatusCode};
use ringleader_store::both_engines;
use ringleader_store::inbox::State;
use ringleader_store::testing::TestDb;
use serde_json::json;

const MISSED: &str = r#"{"caller":"0501234567","target":"SIPtest1","time":1795427000,"duration":0,
    "ivruniqueid":"20261123095000aa01testcall","type":"Incoming Call","status":"NOANSWER","did":"0771234567"}"#;

async fn deliver(app: &App, path: &str, content_type: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(path).header("content-type", content_type).body(body.into()).unwrap();
    app.send(request).await
}

async fn deliver_nth(app: &App, path: &str, n: usize, body: String) -> (usize, Answer) {
    (n, deliver(app, path, "application/json", body).await)
}

both_engines! {
    async fn a_record_is_on_disk_before_its_answer_and_a_repeat_of_it_is_the_same_row(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let path = app.connection(&key, "voicenter", json!({}), "cdr").await;
        for _ in 0..3 {
            let answer = deliver(&app, &path, "application/json", MISSED).await;
            assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, r#"{"Err":0,"Errdesc":"OK"}"#));
        }
        let kept = app.kept().await;
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].state, State::Received);
        assert_eq!(kept[0].body, MISSED.as_bytes());
        assert!(kept[0].event_key.to_lowercase().contains("noanswer"), "{}", kept[0].event_key);
    }

    async fn forms_and_xml_are_answered_in_their_own_way(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let path = app.connection(&key, "voicenter", json!({}), "cdr").await;
        let form = "caller=0501234567&target=SIPtest1&time=1795427000&duration=0&ivruniqueid=20261123095000aa02test\
            &type=Incoming+Call&status=NOANSWER&did=0771234567&queueid=0&IVR=%5B%5D";
        let answer = deliver(&app, &path, "application/x-www-form-urlencoded", form).await;
        assert_eq!(answer.text, r#"{"Err":0,"Errdesc":"OK"}"#);
        let xml = "<?xml version=\"1.0\"?><methodCall><methodName>cdr</methodName><params><param><value><struct>\
            <member><name>ivruniqueid</name><value><string>20261123095000aa03test</string></value></member>\
            <member><name>status</name><value>NOANSWER</value></member>\
            <member><name>caller</name><value>0501234567</value></member>\
            <member><name>did</name><value>0771234567</value></member>\
            <member><name>type</name><value>Incoming Call</value></member>\
            </struct></value></param></params></methodCall>";
        let answer = deliver(&app, &path, "text/xml", xml).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert!(answer.text.contains("methodResponse"), "{}", answer.text);
        assert_eq!(app.kept().await.len(), 2);
    }

    async fn an_unknown_key_is_404_and_leaves_no_trace(db: TestDb) {
        let app = App::new(db).await;
        let answer = deliver(&app, "/webhooks/voicenter/guessed", "application/json", MISSED).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(app.kept().await.is_empty());
    }

    async fn what_cannot_be_read_is_400_names_the_fields_and_is_kept_once(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let path = app.connection(&key, "voicenter", json!({}), "cdr").await;
        for _ in 0..2 {
            let answer = deliver(&app, &path, "application/json", r#"{"caller":"0501234567"}"#).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST);
            assert_eq!(answer.headers["content-type"], "application/problem+json");
            assert!(answer.wrong_fields().len() >= 2, "{}", answer.text);
            assert!(!answer.text.contains("0501234567"), "a number in a problem document");
        }
        let broken = deliver(&app, &path, "application/json", r#"{"caller":"#).await;
        assert_eq!(broken.status, StatusCode::BAD_REQUEST);
        let kept = app.kept().await;
        assert_eq!(kept.len(), 2);
        assert!(kept.iter().all(|event| event.state == State::Unreadable && event.detail.is_some()));
    }

    async fn a_body_above_the_limit_is_413_whether_its_length_is_announced_or_not(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let path = app.connection(&key, "voicenter", json!({}), "cdr").await;
        let large = "x".repeat((1 << 20) + 1);
        let chunks: Vec<Result<String, std::io::Error>> = vec![Ok(large[..500_000].into()), Ok(large[500_000..].into())];
        let unannounced = Body::from_stream(futures::stream::iter(chunks));
        for body in [Body::from(large), unannounced] {
            let answer = deliver(&app, &path, "application/json", body).await;
            assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        }
        assert!(app.kept().await.is_empty());
    }

    async fn a_connection_that_was_taken_away_is_unknown_at_once(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let made = app.post("/api/v1/connections", &key, json!({"kind": "voicenter"})).await;
        let url = made.json()["webhook_urls"]["cdr"].as_str().unwrap().to_owned();
        let path = url.trim_start_matches("https://ring.example");
        assert_eq!(deliver(&app, path, "application/json", MISSED).await.status, StatusCode::OK);
        let gone = app.call(http::Method::DELETE, &format!("/api/v1/connections/{}", made.id()), &key, None).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
        assert_eq!(deliver(&app, path, "application/json", MISSED).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_full_inbox_answers_503_with_the_time_to_come_back_and_takes_the_record_then(db: TestDb) {
        let app = App::with_inbox(db, 1).await;
        let key = app.shop("Plumbers").await;
        let path = app.connection(&key, "voicenter", json!({}), "cdr").await;
        let mut busy = app.db.store.begin_system().await.unwrap();
        if app.db.store.engine() == ringleader_store::Engine::Postgres {
            busy.execute("LOCK TABLE inbox IN EXCLUSIVE MODE", vec![]).await.unwrap();
        }
        let record = |n: usize| MISSED.replace("aa01", &format!("bb{n:02}"));
        let mut deliveries: futures::stream::FuturesUnordered<_> =
            (0..8).map(|n| deliver_nth(&app, &path, n, record(n))).collect();
        let mut answers = vec![deliveries.next().await.unwrap()];
        drop(busy);
        answers.extend(deliveries.collect::<Vec<_>>().await);
        let refused: Vec<_> = answers.iter().filter(|(_, answer)| answer.status != StatusCode::OK).collect();
        assert_eq!(refused[0].0, answers[0].0, "nothing can be taken before, so the first to be answered is refused");
        assert_eq!(app.kept().await.len(), 8 - refused.len(), "what was refused is not kept");
        for (n, answer) in refused {
            assert_eq!((answer.status, &answer.headers["retry-after"]), (StatusCode::SERVICE_UNAVAILABLE, &http::HeaderValue::from_static("1")));
            assert_eq!(answer.json()["type"], "/problems/overloaded");
            assert_eq!(deliver(&app, &path, "application/json", record(*n)).await.status, StatusCode::OK);
        }
        assert_eq!(app.kept().await.len(), 8);
    }

    async fn a_store_that_is_closed_answers_503_with_the_time_to_come_back(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Plumbers").await;
        let path = app.connection(&key, "voicenter", json!({}), "cdr").await;
        assert_eq!(deliver(&app, &path, "application/json", MISSED).await.status, StatusCode::OK);
        app.db.store.close().await;
        let answer = deliver(&app, &path, "application/json", MISSED.replace("aa01", "aa09")).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers["retry-after"], "1");
    }
}

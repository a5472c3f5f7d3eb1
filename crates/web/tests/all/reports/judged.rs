//! People judge what brains read (D2), as samples, bursts and over the API.

use super::{FULL, told};
use crate::shop::{Shop, seconds};
use http::StatusCode;
use jiff::SignedDuration;
use ringleader_core::user::Role;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

both_engines! {
    async fn people_judge_what_was_read_and_hear_when_it_gets_worse(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.says(FULL).await;
        shop.pass(seconds(10)).await;
        let tenant = shop.app.tenant_of(&shop.key).await;
        shop.app.user(tenant, "dana@labels.example", Role::Owner).await;
        assert_eq!(told(&shop, "sample").await["data"], json!([]), "this week is not over");
        shop.pass(SignedDuration::from_hours(7 * 24)).await;
        let sample = told(&shop, "sample").await["data"].clone();
        assert_eq!((sample.as_array().unwrap().len(), &sample[0]["verdict"]), (1, &Value::Null), "{sample}");
        assert_eq!(sample[0]["read"]["name"], "דני", "{sample}");
        let id = sample[0]["id"].as_str().unwrap().to_owned();
        let mut dana = shop.app.signed_in("dana@labels.example").await;
        let page = dana.page("/reports/labels").await;
        assert!(page.contains(&id) && page.contains("דני"), "{page}");
        dana.done(&format!("/reports/labels/{id}"), &[("verdict", "wrong")]).await;
        let path = format!("/api/v1/readings/{id}/label");
        let label = |verdict: &str| shop.app.call(http::Method::PUT, &path, &shop.key, Some(json!({"verdict": verdict})));
        assert_eq!(told(&shop, "sample").await["data"][0]["verdict"], "wrong");
        assert_eq!(label("maybe").await.status, StatusCode::BAD_REQUEST);
        assert_eq!(label("right").await.status, StatusCode::NO_CONTENT);
        let brain = told(&shop, "brain").await;
        assert_eq!((&brain["labelled_right"], &brain["labelled_wrong"]), (&json!(1), &json!(0)), "the last word counts");
        let (reader, language) = (&brain["facts_by_brain"][0], &brain["facts_by_language"][0]);
        assert_eq!((&reader["brain"], &language["language"]), (&json!("local"), &json!("he")), "{brain}");
        assert!(reader["prompt"].as_str().unwrap().starts_with("read_message@local-"), "{reader}");
        assert_eq!((&reader["stands"], &language["stands"], &reader["accuracy"]), (&json!(3), &json!(3), &json!(1.0)));
        let page = dana.page("/reports/brain").await;
        assert!(page.contains("100%") && page.contains("read_message@local-") && page.contains("By the language of the words"), "{page}");
        // What somebody puts right leads to the lead, and stands beside the period before.
        let lead = shop.list("leads").await[0]["id"].as_str().unwrap().to_owned();
        let put = shop.app.call(http::Method::PUT, &format!("/api/v1/leads/{lead}/facts/name"), &shop.key, Some(json!({"value": "דניאל"}))).await;
        assert_eq!(put.status, StatusCode::OK, "{}", put.text);
        let page = dana.page("/reports/brain").await;
        assert!(page.contains("measure=corrected%3Aname") && !page.contains("measure=corrected%3Aneed"), "{page}");
        let rows = dana.page("/reports/rows?measure=corrected%3Aname").await;
        assert!(rows.contains(&format!("/leads/{lead}")), "{rows}");
        assert_eq!(told(&shop, "rows?measure=corrected:name").await["data"][0]["id"], lead);
        for (of, rows) in [("stands:need", 1), ("stands:name", 0), ("provisional:need", 0)] {
            let told = told(&shop, &format!("rows?measure={of}")).await["data"].clone();
            assert_eq!(told.as_array().unwrap().len(), rows, "{of}: {told}");
        }
        assert!(page.contains("measure=stands%3Aneed"), "{page}");
        for nothing in ["rows?measure=corrected:need", "rows?measure=corrected:name&to=2026-11-20"] {
            assert_eq!(told(&shop, nothing).await["data"], json!([]), "{nothing}");
        }
        let today = told(&shop, "brain").await;
        let tomorrow = shop.app.db.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date().tomorrow().unwrap();
        let later = tomorrow.saturating_add(jiff::ToSpan::days(30));
        let after = told(&shop, &format!("brain?from={tomorrow}&to={later}")).await;
        assert_eq!((&after["before"]["labelled_right"], &after["labelled_right"]), (&today["labelled_right"], &json!(0)), "{after}");
        let corrected = |view: &Value| view["facts"].as_array().unwrap().iter().map(|it| it["corrected"].as_i64().unwrap()).sum::<i64>();
        assert_eq!((corrected(&after["before"]), corrected(&after)), (1, 0));
        // Nine verdicts are too few to say anything, ten are not.
        let store = &shop.app.cx.store;
        let me = store.read(tenant).await.unwrap().tenants().me().await.unwrap();
        let watch = async || {
            let mut tx = store.begin(tenant).await.unwrap();
            let poor = ringleader_jobs::quality::watch(&mut tx, &me).await.unwrap();
            tx.commit().await.unwrap();
            poor
        };
        for n in 0..9 {
            assert!(!watch().await, "{n}");
            shop.says(&format!("עוד הודעה {n}")).await;
            let all = shop.list("messages").await;
            let newest = all.iter().filter(|it| it["direction"] == "inbound").find(|it| it["text"] == format!("עוד הודעה {n}")).unwrap();
            let path = format!("/api/v1/messages/{}/label", newest["id"].as_str().unwrap());
            let kept = shop.app.call(http::Method::PUT, &path, &shop.key, Some(json!({"verdict": "wrong"}))).await;
            assert_eq!(kept.status, StatusCode::NO_CONTENT, "{}", kept.text);
        }
        shop.pass(seconds(1)).await;
        assert!(watch().await && watch().await);
        let tasks = shop.list("tasks").await;
        assert_eq!(tasks.iter().filter(|task| task["kind"] == "quality").count(), 1, "told once a week: {tasks:?}");
        // Page by page, everything that was judged once.
        let (mut pages, mut cursor, mut judged) = (0, String::new(), std::collections::BTreeSet::new());
        while let Value::String(next) = {
            let page = told(&shop, &format!("judged?limit=4{cursor}")).await;
            judged.extend(page["data"].as_array().unwrap().iter().map(|it| it["id"].to_string()));
            page["next"].clone()
        } {
            (pages, cursor) = (pages + 1, format!("&cursor={next}"));
        }
        assert_eq!((pages, judged.len()), (2, 10));
    }

    async fn a_burst_is_judged_as_a_whole_and_so_is_what_nothing_was_found_in(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.write("קוראים לי דני").await;
        shop.says("צריך אינסטלטור").await;
        shop.says("👍").await;
        shop.says("תפסיקו לשלוח לי הודעות").await;
        shop.pass(SignedDuration::from_hours(7 * 24)).await;
        let sample = told(&shop, "sample").await["data"].as_array().unwrap().clone();
        let of = |word: &str| sample.iter().find(|it| it["text"].as_str().unwrap().contains(word)).unwrap_or_else(|| panic!("{word} in {sample:?}"));
        let burst = of("דני");
        assert_eq!((burst["text"].as_str(), burst["messages"].as_array().unwrap().len()), (Some("קוראים לי דני\nצריך אינסטלטור"), 2));
        assert_eq!((&burst["read"]["name"], burst["read"]["need"].is_string()), (&json!("דני"), true), "{burst}");
        let leaving = of("תפסיקו");
        assert_eq!((&leaving["signals"], &leaving["read"]), (&json!(["opt_out"]), &json!({})), "what gave no fact is judged too");
        assert_eq!((&leaving["language"], &leaving["brain"]), (&json!("he"), &json!("local")));
        let tenant = shop.app.tenant_of(&shop.key).await;
        shop.app.user(tenant, "dana@burst.example", Role::Owner).await;
        let mut dana = shop.app.signed_in("dana@burst.example").await;
        let page = dana.page("/reports/labels").await;
        assert!(page.contains("קוראים לי דני") && page.contains("צריך אינסטלטור") && page.contains("Wants no messages"), "{page}");
        dana.done(&format!("/reports/labels/{}", leaving["id"].as_str().unwrap()), &[("verdict", "right")]).await;
        dana.done(&format!("/reports/labels/{}", burst["id"].as_str().unwrap()), &[("verdict", "wrong")]).await;
        let page = dana.page("/reports/brain").await;
        assert!(page.contains("intent=opt_out&amp;verdict=right") && page.contains("lang=he&amp;verdict=wrong"), "{page}");
        for (which, has, not) in [("verdict=wrong", "אינסטלטור", "תפסיקו"), ("intent=opt_out&verdict=right", "תפסיקו", "אינסטלטור"), ("intent=none", "אינסטלטור", "תפסיקו"), ("lang=he", "תפסיקו", "👍")] {
            let page = dana.page(&format!("/reports/judged?{which}")).await;
            assert!(page.contains(has) && !page.contains(not), "{which}: {page}");
        }
        for (which, readings) in [("verdict=wrong", 1), ("intent=", 1), ("intent=opt_out&verdict=wrong", 0), ("language=he", 2), ("to=2026-11-22", 0)] {
            assert_eq!(told(&shop, &format!("judged?{which}")).await["data"].as_array().unwrap().len(), readings, "{which}");
        }
        let first = told(&shop, "judged?limit=1").await;
        let next = told(&shop, &format!("judged?limit=1&cursor={}", first["next"].as_str().unwrap())).await;
        let mut pages = [&first["data"][0]["id"], &next["data"][0]["id"]].map(|id| id.as_str().unwrap());
        let mut both = [&burst["id"], &leaving["id"]].map(|id| id.as_str().unwrap());
        pages.sort_unstable();
        both.sort_unstable();
        assert_eq!(pages, both);
        assert!(dana.page("/reports/judged?lang=ru").await.contains("Nothing behind"));
        let brain = told(&shop, "brain").await;
        let intents = json!([{"intent": null, "right": 0, "wrong": 1, "accuracy": 0.0}, {"intent": "opt_out", "right": 1, "wrong": 0, "accuracy": 1.0}]);
        assert_eq!((&brain["labelled_by_intent"], &brain["labelled_by_language"][0]["accuracy"]), (&intents, &json!(0.5)));
        let path = format!("/api/v1/messages/{}/label", burst["messages"][0].as_str().unwrap());
        let kept = shop.app.call(http::Method::PUT, &path, &shop.key, Some(json!({"verdict": "right"}))).await;
        assert_eq!(kept.status, StatusCode::NO_CONTENT, "{}", kept.text);
        let brain = told(&shop, "brain").await;
        assert_eq!((&brain["labelled_right"], &brain["labelled_wrong"]), (&json!(2), &json!(0)), "any message stands for its burst");
        dana.language = "he";
        dana.done("/language", &[("lang", "he"), ("back", "/reports")]).await;
        assert!(dana.page("/reports/brain").await.contains("בקשה להפסיק הודעות"));
    }
}

//! Reports tell what the shop really had (D2): the numbers, the rows behind them, pages and files in both languages.

use crate::shop::{Shop, minutes, seconds};
use http::StatusCode;
use jiff::SignedDuration;
use ringleader_core::call::Call;
use ringleader_core::conversation::Driver;
use ringleader_core::id::Id as _;
use ringleader_core::user::Role;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

const FULL: &str = "היי קוראים לי דני, צריך אינסטלטור לפיצוץ, תתקשרו מחר בבוקר";

async fn told(shop: &Shop, path: &str) -> Value {
    let answer = shop.app.get(&format!("/api/v1/analytics/{path}"), &shop.key).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

/// What the lists of the shop say, counted by hand.
async fn counted(shop: &Shop) -> Value {
    let (calls, leads) = (shop.list("calls").await, shop.list("leads").await);
    let of = |outcome: &str| calls.iter().filter(|call| call["outcome"] == outcome).count();
    let ready = |lead: &&Value| lead["status"] == "qualified";
    json!({
        "inbound": calls.iter().filter(|call| call["direction"] == "inbound").count(),
        "missed": of("missed"), "leads": leads.len(), "qualified": leads.iter().filter(ready).count(),
    })
}

/// The same fields of the report.
async fn reported(shop: &Shop) -> Value {
    let total = told(shop, "summary").await["total"].clone();
    let field = |name: &str| (name.to_owned(), total[name].clone());
    ["inbound", "missed", "leads", "qualified"].map(field).into_iter().collect::<serde_json::Map<_, _>>().into()
}

both_engines! {
    async fn after_each_event_the_report_is_that_of_a_count(db: TestDb) {
        let shop = Shop::open(db).await;
        for n in 0..4 {
            let call = shop.missed_from(&format!("050123456{n}"), &format!("call-{n}"));
            for _ in 0..2 {
                shop.report(&call).await;
                assert_eq!(reported(&shop).await, counted(&shop).await);
            }
            shop.pass(minutes(2)).await;
            assert_eq!(reported(&shop).await, counted(&shop).await);
        }
        shop.pass(SignedDuration::from_hours(20)).await;
        assert_eq!(reported(&shop).await, counted(&shop).await, "the nightly recount finds nothing else");
    }

    async fn folding_changes_nothing_that_is_told(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.says(FULL).await;
        shop.pass(seconds(10)).await;
        let before = told(&shop, "summary").await["total"].clone();
        let store = &shop.app.cx.store;
        assert_eq!(store.read_system().await.unwrap().reports().unfolded().await.unwrap().len(), 1);
        ringleader_jobs::work::fold_reports::plan(store).await.unwrap();
        shop.pass(minutes(6)).await;
        assert_eq!(store.read_system().await.unwrap().reports().unfolded().await.unwrap().len(), 0);
        assert_eq!(told(&shop, "summary").await["total"], before);
    }

    async fn one_business_whose_changes_cannot_be_read_keeps_no_other_waiting(db: TestDb) {
        let shop = Shop::opened(db).await;
        let store = &shop.app.cx.store;
        let broken = ringleader_core::id::TenantId::from_uuid(uuid::Uuid::from_u128(1));
        let mut tx = store.begin(broken).await.unwrap();
        let sql = "INSERT INTO rollup_deltas (tenant_id, id, changes) VALUES ($1, 'x', 'no changes')";
        tx.execute(sql, ringleader_store::args![broken]).await.unwrap();
        tx.commit().await.unwrap();
        ringleader_jobs::work::fold_reports::plan(store).await.unwrap();
        shop.pass(minutes(2)).await;
        assert_eq!(store.read_system().await.unwrap().reports().unfolded().await.unwrap(), [broken]);
    }

    async fn first_responses_are_measured_by_the_new_opening_hours_everywhere(db: TestDb) {
        let shop = Shop::opened(db).await;
        let average = async || told(&shop, "summary").await["total"]["average_response_seconds"].as_f64();
        assert!(average().await > Some(100.0));
        let night = json!({"settings": {"opening_hours": [{"days": "all", "from": "03:00", "to": "04:00"}]}});
        let set = shop.app.patch("/api/v1/tenant", &shop.key, night).await;
        assert_eq!(set.status, StatusCode::OK, "{}", set.text);
        shop.pass(seconds(5)).await;
        assert_eq!(average().await, Some(0.0), "they rang while it is closed now");
    }

    async fn who_comes_back_after_a_closed_enquiry_and_writes_first_is_on_the_way_again(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.says(FULL).await;
        shop.pass(seconds(10)).await;
        let way = async || {
            let funnel = told(&shop, "summary").await["funnel"].clone();
            let step = |n: usize| funnel[n]["value"].as_i64().unwrap();
            (step(0), step(1), step(2))
        };
        assert_eq!(way().await, (1, 1, 1));
        let lead = shop.lead().await["id"].as_str().unwrap().to_owned();
        let closed = shop.app.patch(&format!("/api/v1/leads/{lead}"), &shop.key, json!({"status": "lost"})).await;
        assert_eq!(closed.status, StatusCode::OK, "{}", closed.text);
        shop.pass(SignedDuration::from_hours(72)).await;
        shop.report(&shop.missed("again")).await;
        shop.says("שלום, שוב אני").await;
        shop.pass(seconds(10)).await;
        assert_eq!(way().await, (2, 2, 2), "they rang, wrote within the grace, and are answered");
    }

    async fn a_recovered_call_has_its_worth_and_its_rows(db: TestDb) {
        let shop = Shop::opened(db).await;
        let settings = json!({"settings": {"reports": {"lead_value": 35_000}}});
        let set = shop.app.patch("/api/v1/tenant", &shop.key, settings).await;
        assert_eq!(set.status, StatusCode::OK, "{}", set.text);
        shop.says(FULL).await;
        shop.pass(seconds(10)).await;
        let report = told(&shop, "summary").await;
        let total = &report["total"];
        assert_eq!((total["missed"].as_i64(), total["recovered"].as_i64(), total["recovered_value"].as_i64()), (Some(1), Some(1), Some(35_000)), "{report}");
        assert_eq!((report["currency"].as_str(), report["before"]["missed"].as_i64()), (Some("ILS"), Some(0)));
        assert_eq!(total["replied"], 1);
        assert_eq!(total["unrecovered_value"], 0, "the one that was missed came back");
        let funnel = report["funnel"].as_array().unwrap();
        assert_eq!((funnel.len(), &funnel[0]["value"], &funnel[0]["before"]), (5, &json!(1), &json!(0)), "no step of viewings: {report}");
        let csv = shop.app.get("/api/v1/analytics/summary?format=csv", &shop.key).await.text;
        assert!(csv.contains("\r\ncost:model_micros,") && csv.contains("\r\nstep:outreach,1,0\r\n"), "{csv}");
        let next = told(&shop, "days?from=2026-11-24&to=2026-11-24").await["data"].clone();
        assert_eq!((&next[0]["day"], &next[0]["missed"], &next[0]["before"]["missed"]), (&json!("2026-11-24"), &json!(0), &json!(1)), "{next}");
        assert_eq!(total["average_response_seconds"].as_f64().map(|seconds| (100.0..240.0).contains(&seconds)), Some(true), "two minutes of grace: {total}");
        let behind = told(&shop, "rows?measure=missed").await["data"].clone();
        assert_eq!(behind[0]["id"], shop.list("calls").await[0]["id"]);
        let behind = told(&shop, "rows?measure=recovered").await["data"].clone();
        assert_eq!(behind[0]["id"], shop.list("leads").await[0]["id"]);
        let hours = told(&shop, "hours?measure=missed").await["data"].clone();
        assert_eq!((hours.as_array().unwrap().len(), &hours[0]["value"], &hours[0]["before"]), (1, &json!(1), &json!(0)));
        let hours = told(&shop, "hours?measure=missed&from=2026-11-24&to=2026-11-24").await["data"].clone();
        assert_eq!((&hours[0]["value"], &hours[0]["before"]), (&json!(0), &json!(1)), "{hours}");
        assert_eq!(told(&shop, "days").await["data"][0]["recovered"], 1);
        assert_eq!(told(&shop, "summary?to=2026-01-31").await["total"]["missed"], 0);
        for wrong in ["summary?from=monday", "summary?from=2026-11-24&to=2026-11-20", "days?format=pdf", "summary?what=1"] {
            assert_eq!(shop.app.get(&format!("/api/v1/analytics/{wrong}"), &shop.key).await.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
    }

    async fn each_colleague_has_the_leads_chats_and_worth_that_are_theirs(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.says(FULL).await;
        shop.pass(seconds(10)).await;
        shop.app.patch("/api/v1/tenant", &shop.key, json!({"settings": {"reports": {"lead_value": 35_000}}})).await;
        let tenant = shop.app.tenant_of(&shop.key).await;
        let user = shop.app.user(tenant, "dana@people.example", Role::Owner).await.to_string();
        let mut dana = shop.app.signed_in("dana@people.example").await;
        assert_eq!(told(&shop, "people").await["data"], json!([]));
        assert!(!dana.page("/reports").await.contains("By person"));
        let lead = shop.list("leads").await[0]["id"].as_str().unwrap().to_owned();
        let chat = shop.list("conversations").await[0]["id"].as_str().unwrap().to_owned();
        for change in [format!("assign:{user}"), "status:converted".to_owned()] {
            dana.done("/leads/bulk", &[("lead", &lead), ("change", &change)]).await;
        }
        for act in ["takeover", "handback", "takeover", "handback"] {
            dana.done(&format!("/inbox/{chat}/{act}"), &[]).await;
        }
        let people = told(&shop, "people").await;
        let none = json!({"leads": 0, "converted": 0, "lost": 0, "converted_value": 0, "chats": 0, "appointments": 0, "took_place": 0, "nobody_came": 0});
        let expected = json!([{"user_id": user, "name": "Dana", "leads": 1, "converted": 1, "lost": 0, "converted_value": 35_000,
            "chats": 1, "appointments": 0, "took_place": 0, "nobody_came": 0, "before": none}]);
        assert_eq!((&people["data"], &people["currency"]), (&expected, &json!("ILS")));
        let after = told(&shop, "people?from=2026-11-24&to=2026-11-24").await["data"][0].clone();
        assert_eq!((&after["leads"], &after["before"]["converted"], &after["before"]["chats"]), (&json!(0), &json!(1), &json!(1)));
        for (measure, id) in [("assigned:USER", &lead), ("assigned:USER:converted", &lead), ("led:USER", &chat)] {
            let measure = measure.replace("USER", &user);
            assert_eq!(told(&shop, &format!("rows?measure={measure}")).await["data"][0]["id"], **id, "{measure}");
        }
        let page = dana.page("/reports").await;
        let link = format!("measure=assigned%3A{}%3Aconverted", user);
        assert!(page.contains("By person") && page.matches(&link).count() == 2 && page.contains("350"), "{page}");
        let csv = dana.page("/reports/agents.csv").await;
        assert!(csv.contains("\r\nDana,1,1,350.00,0,1,0,0,0,0,0,0.00,0,0,0,0,0\r\n"), "{csv}");
        let csv = shop.app.get("/api/v1/analytics/people?format=csv", &shop.key).await.text;
        assert!(csv.contains(&format!("\r\n{user},Dana,1,1,0,35000,1,0,0,0,0,0,0,0,0,0,0,0\r\n")), "{csv}");
        // Who was only given a chat has not led it, until they write.
        let noa = shop.app.user(tenant, "noa@people.example", Role::Agent).await;
        let led = async || told(&shop, "people").await["data"].as_array().unwrap().iter().filter(|it| it["chats"] == 1).count();
        let mut tx = shop.app.cx.store.begin(tenant).await.unwrap();
        let mut given = tx.conversations().get(chat.parse().unwrap()).await.unwrap().unwrap();
        given.hand_over(Driver::User(noa), tx.now());
        tx.conversations().save(&given).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(led().await, 1);
        let mut at_work = shop.app.signed_in("noa@people.example").await;
        at_work.done(&format!("/inbox/{chat}/say"), &[("text", "כאן נועה"), ("once", "1")]).await;
        assert_eq!(led().await, 2);
        let take_over = async |user: &str| {
            shop.app.post(&format!("/api/v1/conversations/{chat}/takeover"), &shop.key, json!({"user_id": user})).await
        };
        assert_eq!(take_over("usr_00000000000070008000000000000001").await.wrong_fields(), ["user_id"]);
        assert_eq!(take_over(&user).await.status, StatusCode::OK);
        dana.done(&format!("/inbox/{chat}/handback"), &[]).await;
        // Whose it is now counts, and what became of it.
        dana.done("/leads/bulk", &[("lead", &lead), ("change", "status:lost")]).await;
        let now = told(&shop, "people").await["data"][0].clone();
        assert_eq!((&now["converted"], &now["lost"]), (&json!(0), &json!(1)));
        dana.done("/leads/bulk", &[("lead", &lead), ("change", "assign:")]).await;
        let now = told(&shop, "people").await["data"][0].clone();
        assert_eq!((&now["leads"], &now["lost"], &now["chats"]), (&json!(0), &json!(0), &json!(1)));
    }

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

    async fn every_number_of_the_period_leads_to_people(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.says(FULL).await;
        shop.pass(seconds(10)).await;
        let tenant = shop.app.tenant_of(&shop.key).await;
        shop.app.user(tenant, "dana@rows.example", Role::Owner).await;
        let mut dana = shop.app.signed_in("dana@rows.example").await;
        let contact = shop.list("calls").await[0]["contact_id"].as_str().unwrap().to_owned();
        for measure in ["outreach", "reached", "responses", "funnel:replied", "recovered", "leads", "replied", "missed"] {
            let rows = dana.page(&format!("/reports/rows?measure={measure}")).await;
            assert!(rows.contains("דני") && rows.matches("<li>").count() >= 1, "{measure}: {rows}");
            if measure == "outreach" {
                assert!(rows.contains(&format!("/contacts/{contact}")), "{rows}");
            }
            let told = told(&shop, &format!("rows?measure={measure}")).await["data"].clone();
            assert_eq!(told[0]["contact_id"], contact, "{measure}: {told}");
        }
        let page = dana.page("/reports").await;
        // Rates and averages, bars and hours too.
        for link in ["measure=answered", "measure=responses", "measure=handed_over", "measure=reminded", "measure=funnel%3Areplied"] {
            assert!(page.contains(link), "{link} in {page}");
        }
        let told = told(&shop, "hours?measure=calls:inbound").await["data"][0].clone();
        let (weekday, hour) = (told["weekday"].as_i64().unwrap(), told["hour"].as_i64().unwrap());
        let link = format!("measure=calls%3Ainbound&amp;weekday={weekday}&amp;hour={hour}");
        assert!(page.contains(&link), "{link} in {page}");
        let slot = |hour: i64| format!("/reports/rows?measure=calls%3Ainbound&weekday={weekday}&hour={hour}");
        assert!(dana.page(&slot(hour)).await.contains("/calls/call_"));
        assert!(!dana.page(&slot((hour + 1) % 24)).await.contains("/calls/call_"));
        // A line is named by its id: no link carries a number (P10).
        let line = shop.list("lines").await[0].clone();
        let id = line["id"].as_str().unwrap();
        let page = dana.page(&format!("/reports?line={id}")).await;
        assert!(page.contains(&format!("line={id}&amp;measure=missed")), "{page}");
        let number = line["number"].as_str().unwrap().trim_start_matches('+');
        let linked = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        assert_eq!(linked.filter(|link| link.contains(number)).count(), 0);
    }

    async fn people_see_them_and_take_them_away_as_files(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.says(FULL).await;
        let tenant = shop.app.tenant_of(&shop.key).await;
        shop.app.user(tenant, "dana@reports.example", Role::Owner).await;
        let mut dana = shop.app.signed_in("dana@reports.example").await;
        let page = dana.page("/reports").await;
        assert!(page.contains("One missed call became a lead") && page.contains("Busiest hours"), "{page}");
        let rows = dana.page("/reports/rows?measure=missed").await;
        assert!(rows.contains("/calls/call_"), "{rows}");
        assert!(dana.page("/reports/brain").await.contains("What was read"));
        let csv = dana.page("/reports/figures.csv").await;
        assert!(csv.starts_with('\u{feff}') && csv.contains("Missed,1,0\r\n"), "{csv}");
        let numbers = ["Answer rate (%),0.00,\r\n", "First response, in opening hours\" (seconds)", "Chats handed to a person (%),0.00,\r\n"];
        assert!(csv.contains(numbers[0]) && csv.contains(numbers[2]), "numbers that a spreadsheet counts with: {csv}");
        assert!(csv.lines().all(|line| !line.contains("%,") || !line.contains("0%")) && !csv.contains(":0"), "{csv}");
        for part in ["figures", "days", "hours", "funnel", "outcomes", "sources"] {
            let file = format!("/reports/{part}.csv");
            assert!(page.contains(&format!("{file}?")), "{part} is linked: {page}");
            let csv = dana.page(&file).await;
            assert!(csv.starts_with('\u{feff}') && csv.lines().count() > 1, "{part}: {csv}");
        }
        for part in ["appointments", "agents", "intents", "endings", "opinions", "voice-agents", "facts", "brains"] {
            let csv = dana.page(&format!("/reports/{part}.csv")).await;
            assert!(csv.starts_with('\u{feff}') && csv.contains(','), "{part}: {csv}");
        }
        assert_eq!(dana.get("/reports/nothing.csv").await.status, StatusCode::NOT_FOUND);
        assert_eq!(dana.get("/reports/figures").await.status, StatusCode::NOT_FOUND);
        let csv = dana.page("/reports/funnel.csv").await;
        assert!(csv.contains("People we missed,1,0\r\n") && !csv.contains("Viewing"), "nobody makes appointments here: {csv}");
        assert!(dana.page("/reports/rows.csv?measure=missed").await.contains(",call_"));
        dana.language = "he";
        dana.done("/language", &[("lang", "he"), ("back", "/reports")]).await;
        assert!(dana.page("/reports").await.contains("שיחה אחת שלא נענתה הפכה לליד מוכן."));
        let csv = dana.page("/reports/days.csv").await;
        assert!(csv.starts_with("\u{feff}יום,שיחות נכנסות,נענו,לא נענו,"), "{csv}");
    }

    async fn a_list_behind_a_number_is_a_file_of_all_of_it(db: TestDb) {
        let shop = Shop::opened(db).await;
        let tenant = shop.app.tenant_of(&shop.key).await;
        let known = shop.list("calls").await[0]["id"].as_str().unwrap().parse().unwrap();
        let mut tx = shop.app.cx.store.begin(tenant).await.unwrap();
        let known = tx.calls().get(known).await.unwrap().unwrap();
        for n in 0..1_200 {
            let (id, provider_call_id) = (tx.new_id(), format!("many-{n}"));
            let at = known.received_at - SignedDuration::from_mins(37 * n);
            let call = Call { id, provider_call_id, contact_id: None, lead_id: None, episode_id: None, received_at: at, started_at: Some(at), ..known.clone() };
            tx.calls().insert(&call, None).await.unwrap();
        }
        tx.commit().await.unwrap();
        shop.app.user(tenant, "dana@many.example", Role::Owner).await;
        let mut dana = shop.app.signed_in("dana@many.example").await;
        let rows = dana.page("/reports/rows.csv?measure=missed&from=2026-01-01").await;
        let table = shop.app.get("/api/v1/analytics/rows?measure=missed&from=2026-01-01&format=csv", &shop.key).await.text;
        for csv in [rows, table] {
            let ids: std::collections::BTreeSet<&str> = csv.split([',', '\n']).filter(|cell| cell.starts_with("call_")).collect();
            assert_eq!((csv.lines().count(), ids.len()), (1_202, 1_201));
        }
        assert_eq!(told(&shop, "rows?measure=missed&from=2026-01-01&limit=200").await["data"].as_array().unwrap().len(), 200);
    }

    async fn money_for_models_leads_to_each_question(db: TestDb) {
        let shop = Shop::opened(db).await;
        let tenant = shop.app.tenant_of(&shop.key).await;
        let mut tx = shop.app.cx.store.begin(tenant).await.unwrap();
        for (n, result) in ["ok", "ok", "fallback", "unavailable"].into_iter().enumerate() {
            let cost = (result == "ok").then_some(1_200_000 + n as i64);
            tx.usage().add_model_use("openai", "small", "read_message@3", (7, 5), cost, 900, result).await.unwrap();
        }
        tx.usage().add_model_use("compatible", "tiny", "read_message@3", (7, 5), Some(40), 900, "repaired").await.unwrap();
        tx.usage().add_model_use("local", "local", "read_message@free", (0, 0), Some(0), 3, "ok").await.unwrap();
        tx.commit().await.unwrap();
        let cost = told(&shop, "summary").await["cost"]["model_micros"].as_i64().unwrap();
        let paid = told(&shop, "uses?only=paid").await["data"].as_array().unwrap().clone();
        assert_eq!((paid.len(), paid.iter().map(|it| it["cost_micros"].as_i64().unwrap()).sum::<i64>()), (3, cost));
        for (which, rows) in [("brain=openai", 4), ("brain=openai&only=failed", 1), ("only=fallback&model=small", 1), ("prompt=none", 0), ("to=2026-01-31", 0)] {
            assert_eq!(told(&shop, &format!("uses?{which}")).await["data"].as_array().unwrap().len(), rows, "{which}");
        }
        let page = told(&shop, "uses?brain=openai&limit=3").await;
        let rest = told(&shop, &format!("uses?brain=openai&limit=3&cursor={}", page["next"].as_str().unwrap())).await;
        assert_eq!((rest["data"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
        let csv = shop.app.get("/api/v1/analytics/uses?brain=openai&format=csv", &shop.key).await.text;
        assert!(csv.lines().count() == 5 && csv.contains(",openai,small,read_message@3,ok,900,7,5,1200001\r\n"), "{csv}");
        assert_eq!(shop.app.get("/api/v1/analytics/uses?only=dear", &shop.key).await.wrong_fields(), ["only"]);
        shop.app.user(tenant, "dana@uses.example", Role::Owner).await;
        let mut dana = shop.app.signed_in("dana@uses.example").await;
        let page = dana.page("/reports").await;
        assert!(page.contains("/reports/uses?") && page.contains("only=paid"), "{page}");
        let page = dana.page("/reports/brain").await;
        assert!(page.contains("only=failed") && page.contains("only=fallback"), "{page}");
        let leads = |prompt: &str, only: &str| page.contains(&format!("prompt={prompt}&amp;only={only}\""));
        assert!(leads("read_message%403", "paid") && leads("read_message%40free", "") && !leads("read_message%40free", "paid"), "{page}");
        let page = dana.page("/reports/uses?only=paid").await;
        assert_eq!((page.matches("Answered").count(), page.matches("$1.20").count(), page.matches("$0.000040").count()), (3, 2, 1), "{page}");
        let csv = dana.page("/reports/uses.csv?brain=openai").await;
        assert!(csv.lines().count() == 5 && csv.contains(",The model was away,"), "{csv}");
        assert!(dana.page("/reports/uses?prompt=none").await.contains("Nothing behind this number"));
        assert!(dana.page("/reports/uses?to=2026-01-31").await.contains("Nothing was asked in this period"));
        dana.language = "he";
        dana.done("/language", &[("lang", "he"), ("back", "/reports")]).await;
        let page = dana.page("/reports/uses?only=failed").await;
        assert!(page.contains("המודל לא היה זמין") && page.contains("0.9 שנ׳"), "{page}");
    }

    async fn every_file_is_read_back_in_hebrew_by_a_reader_that_is_not_ours(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.says(FULL).await;
        shop.pass(seconds(10)).await;
        let lead = shop.list("leads").await[0]["id"].as_str().unwrap().to_owned();
        let name = "דני \"המלך\" כהן, בע״מ; ושות׳";
        let put = shop.app.call(http::Method::PUT, &format!("/api/v1/leads/{lead}/facts/name"), &shop.key, Some(json!({"value": name}))).await;
        assert_eq!(put.status, StatusCode::OK, "{}", put.text);
        let tenant = shop.app.tenant_of(&shop.key).await;
        shop.app.user(tenant, "dana@csv.example", Role::Owner).await;
        let mut dana = shop.app.signed_in("dana@csv.example").await;
        dana.language = "he";
        dana.done("/language", &[("lang", "he"), ("back", "/reports")]).await;
        let chat = shop.list("conversations").await[0]["id"].as_str().unwrap().to_owned();
        dana.done(&format!("/inbox/{chat}/takeover"), &[]).await;
        let hebrew = |text: &str| text.chars().any(|c| ('א'..='ת').contains(&c));
        for part in ["figures", "days", "hours", "funnel", "outcomes", "sources", "appointments", "agents", "intents", "endings",
            "opinions", "voice-agents", "voice-lines", "voice-days", "voice-scores", "hangups", "facts", "brains", "rows", "uses"] {
            let text = dana.page(&format!("/reports/{part}.csv?measure=recovered")).await;
            let plain = text.strip_prefix('\u{feff}').unwrap_or_else(|| panic!("{part} says that it is UTF-8"));
            assert_eq!(plain.matches('\n').count(), plain.matches("\r\n").count(), "{part}");
            // Every line has as many cells as the first, or the reader refuses it.
            let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(plain.as_bytes());
            let heads = reader.headers().unwrap_or_else(|why| panic!("{part}: {why}")).clone();
            assert!(heads.iter().all(|head| hebrew(head) || head.contains(" – ")), "{part}: {heads:?}");
            let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap_or_else(|why| panic!("{part}: {why}"));
            for cell in records.iter().flatten() {
                let formula = cell.starts_with(['=', '+', '-', '@']) && cell.parse::<f64>().is_err();
                assert!(!formula, "{part}: {cell} would be counted");
            }
            match part {
                "rows" => assert_eq!(&records[0][2], name),
                "agents" => assert_eq!((&records[0][0], &records[0][4]), ("Dana", "1"), "{records:?}"),
                "figures" => assert!(records.iter().any(|it| &it[0] == "לא נענו" && it[1].parse() == Ok(1.0)), "{records:?}"),
                _ => {}
            }
        }
    }
}

//! Reports tell what the shop really had (D2): the numbers, the rows behind them, pages and files in both languages.

mod files;
mod judged;

use crate::shop::{Shop, minutes, seconds};
use http::StatusCode;
use jiff::SignedDuration;
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
}

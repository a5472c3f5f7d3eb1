//! Reports as pages and files, and what leads from their numbers (D2).

use super::{FULL, told};
use crate::shop::{Shop, seconds};
use http::StatusCode;
use jiff::SignedDuration;
use ringleader_core::call::Call;
use ringleader_core::user::Role;
use ringleader_store::both_engines;
use ringleader_store::testing::{TestDb, used};
use serde_json::{Value, json};

both_engines! {
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
            tx.usage().add_model_use(&used("openai", "small", "read_message@3", (7, 5), cost, 900, result)).await.unwrap();
        }
        tx.usage().add_model_use(&used("compatible", "tiny", "read_message@3", (7, 5), Some(40), 900, "repaired")).await.unwrap();
        tx.usage().add_model_use(&used("local", "local", "read_message@free", (0, 0), Some(0), 3, "ok")).await.unwrap();
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

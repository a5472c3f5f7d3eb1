//! What calls cost: debits, corrections, top-ups, statements, alerts (B3).

use super::{Agency, debit};
use http::StatusCode;
use jiff::SignedDuration;
use ringleader_providers::bolna::fake::Scenario;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;

both_engines! {
    async fn a_later_truth_is_a_correction_and_the_debit_stays(db: TestDb) {
        let agency = Agency::open(db).await;
        let mut last = agency.fake.play(&Scenario::answered(27.2).at(agency.now())).pop().unwrap();
        agency.hear(std::slice::from_ref(&last)).await;
        last["conversation_duration"] = json!(61);
        last["updated_at"] = json!((agency.now() + SignedDuration::from_mins(9)).to_string());
        agency.hear(&[last.clone(), last]).await;
        assert_eq!(agency.ledger().await, [("correction".to_owned(), -1), debit(1)]);
        assert_eq!(agency.balance().await, -2);
    }

    async fn a_price_that_changed_since_changes_no_past_call(db: TestDb) {
        let agency = Agency::open(db).await;
        let mut last = agency.fake.play(&Scenario::answered(61.0).at(agency.now())).pop().unwrap();
        agency.hear(std::slice::from_ref(&last)).await;
        let terms = json!({"settings": {"credits": {"per_minute": 5}}});
        assert_eq!(agency.app.patch("/api/v1/tenant", &agency.key, terms).await.status, StatusCode::OK);
        agency.pass(SignedDuration::from_mins(16)).await; // the platform confirms it
        assert_eq!(agency.ledger().await, [debit(2)]);
        last["conversation_duration"] = json!(121);
        last["updated_at"] = json!((agency.now() + SignedDuration::from_mins(9)).to_string());
        agency.hear(&[last]).await;
        assert_eq!(agency.ledger().await, [debit(2)], "what the platform confirmed stands");
        assert_eq!(agency.hear_of(Scenario::answered(61.0).id("later")).await["credits"], 10);
        assert_eq!(agency.balance().await, -12);
    }

    async fn voicemail_is_free_where_the_tenant_says_so(db: TestDb) {
        let agency = Agency::open(db).await;
        let terms = json!({"settings": {"credits": {"per_minute": 3, "charge_voicemail": false}}});
        assert_eq!(agency.app.patch("/api/v1/tenant", &agency.key, terms).await.status, StatusCode::OK);
        assert_eq!(agency.hear_of(Scenario::voicemail(9.0).id("a")).await["credits"], 0);
        assert_eq!(agency.hear_of(Scenario::answered(61.0).id("b")).await["credits"], 6);
        assert_eq!(agency.ledger().await, [debit(6)]);
    }

    async fn credits_entered_by_mistake_are_taken_back_with_a_reason(db: TestDb) {
        let agency = Agency::open(db).await;
        let enter = |credits: i64, note: Option<&str>| json!({"credits": credits, "note": note});
        agency.app.post("/api/v1/credits/top-ups", &agency.key, enter(500, None)).await;
        let bare = agency.app.post("/api/v1/credits/top-ups", &agency.key, enter(-450, None)).await;
        assert_eq!(bare.wrong_fields(), ["note"]);
        let back = agency.app.post("/api/v1/credits/top-ups", &agency.key, enter(-450, Some("one nought too many"))).await;
        assert_eq!((back.status, &back.json()["kind"]), (StatusCode::CREATED, &json!("correction")));
        assert_eq!(agency.get("credits").await["balance"], 50);
    }

    async fn credits_are_topped_up_audited_and_low_ones_are_told_once(db: TestDb) {
        let agency = Agency::open(db).await;
        let top_up = |credits| json!({"credits": credits, "note": "Invoice 7"});
        let made = agency.app.post("/api/v1/credits/top-ups", &agency.key, top_up(51)).await;
        assert_eq!((made.status, &made.json()["kind"], &made.json()["credits"]), (StatusCode::CREATED, &json!("top_up"), &json!(51)));
        for wrong in [0, 2_000_000_000, -2_000_000_000] {
            assert_eq!(agency.app.post("/api/v1/credits/top-ups", &agency.key, top_up(wrong)).await.wrong_fields(), ["credits"]);
        }
        for n in 0..3 {
            agency.hear_of(Scenario::answered(61.0).id(&format!("ex-{n}"))).await;
        }
        assert_eq!((agency.balance().await, agency.tasks("low_credits").await), (45, 1));
        let statement = agency.get("credits").await["statement"].clone();
        assert_eq!((&statement["top_ups"], &statement["debits"], &statement["calls"]), (&json!(51), &json!(-6), &json!(3)));
        assert_eq!(statement["platform_cost_micros"], 3 * 43_100);
        let audit = agency.get("audit?kind=credits.top_up").await;
        assert_eq!(audit["data"].as_array().unwrap().len(), 1);
    }

    async fn the_statement_of_a_month_is_there_for_pages_and_as_csv(db: TestDb) {
        let agency = Agency::open(db).await;
        let top_up = json!({"credits": 10, "note": "=Invoice \"7\", paid"});
        assert_eq!(agency.app.post("/api/v1/credits/top-ups", &agency.key, top_up).await.status, StatusCode::CREATED);
        agency.pass(SignedDuration::from_mins(1)).await;
        agency.hear_of(Scenario::answered(61.0).id("a")).await;
        agency.hear_of(Scenario::no_answer().id("b")).await;
        let month = agency.get("credits/statement").await;
        assert_eq!((&month["month"], &month["opening"], &month["closing"], &month["calls"]), (&json!("2026-11"), &json!(0), &json!(8), &json!(1)));
        assert_eq!(month["since"], "2026-10-31T22:00:00Z", "the month begins in the tenant's zone");
        assert_eq!((&month["platform_cost_micros"], &month["drift"]["platform_cost_micros_per_credit"]), (&json!(43_100), &json!(21_550)));
        let csv = agency.app.get("/api/v1/credits/statement.csv?month=2026-11", &agency.key).await;
        assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8; header=present");
        assert!(csv.text.starts_with('\u{feff}'), "a spreadsheet reads Hebrew notes");
        let lines: Vec<&str> = csv.text.split("\r\n").collect();
        assert_eq!(lines.len(), 4, "{}", csv.text);
        assert!(lines[1].ends_with(",top_up,10,10,,,,,\"\u{200e}=Invoice \"\"7\"\", paid\""), "{}", lines[1]);
        assert!(lines[2].contains(",debit,-2,8,call_") && lines[2].ends_with(",agent-1,61,43100,"), "{}", lines[2]);
        let december = agency.get("credits/statement?month=2026-12").await;
        assert_eq!((&december["opening"], &december["debits"], &december["closing"]), (&json!(8), &json!(0), &json!(8)));
        for wrong in ["month=2026", "month=2026-13", "month=soon"] {
            let answer = agency.app.get(&format!("/api/v1/credits/statement?{wrong}"), &agency.key).await;
            assert_eq!((answer.status, answer.wrong_fields()), (StatusCode::BAD_REQUEST, vec!["month".to_owned()]), "{wrong}");
        }
    }

    async fn what_the_platform_charges_and_calls_cost_are_held_against_each_other(db: TestDb) {
        let agency = Agency::open(db).await;
        let last = |id: &str, seconds: f64, cost: f64| {
            let mut body = agency.fake.play(&Scenario::answered(seconds).id(id).at(agency.now())).pop().unwrap();
            body["total_cost"] = json!(cost);
            body
        };
        let bodies = [last("even", 61.0, 4.31), last("gift", 61.0, 0.0), last("fee", 0.0, 2.0)];
        agency.hear(&bodies).await;
        let statement = agency.get("credits").await["statement"].clone();
        let drift = json!({"platform_cost_micros_per_credit": 15_775, "paid_without_cost": 1, "cost_without_credits": 1, "cost_without_credits_micros": 20_000});
        assert_eq!(statement["drift"], drift);
    }

    async fn a_call_that_goes_on_after_all_is_not_paid_yet(db: TestDb) {
        let agency = Agency::open(db).await;
        let bodies = agency.fake.play(&Scenario::voicemail(9.0).at(agency.now()));
        agency.hear(&bodies).await;
        assert_eq!(agency.balance().await, -1);
        let mut again = bodies[0].clone();
        again["retry_count"] = json!(1);
        again["status"] = json!("scheduled");
        agency.hear(std::slice::from_ref(&again)).await;
        assert_eq!((agency.balance().await, agency.calls().await[0]["status"].clone()), (0, json!("in_progress")));
        let mut end = bodies[4].clone();
        end["retry_count"] = json!(1);
        end["conversation_duration"] = json!(61);
        agency.hear(&[end]).await;
        let entries: Vec<i64> = agency.ledger().await.into_iter().map(|(_, credits)| credits).collect();
        assert_eq!(entries, [-2, 1, -1]);
    }

    async fn the_usage_page_shows_balance_entries_and_statement(db: TestDb) {
        let agency = Agency::open(db).await;
        let tenant = agency.app.tenant_of(&agency.key).await;
        agency.app.user(tenant, "ada@acme.example", ringleader_core::user::Role::Owner).await;
        let mut ada = agency.app.signed_in("ada@acme.example").await;
        assert!(ada.page("/usage").await.contains("Nothing was charged yet"));
        let to = ada.done("/usage/top-up", &[("credits", "1200"), ("note", "Invoice 7")]).await;
        assert!(ada.page(&to).await.contains("Invoice 7"));
        agency.hear_of(Scenario::answered(61.0).id("a")).await;
        let page = ada.page("/usage").await;
        for part in ["1,198", "Credits were bought", "+1,200", "−2", "$0.04", "/usage/credits.csv?month=2026-11"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let wrong = ada.post("/usage/top-up", &[("credits", "0")]).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        assert!(ada.page("/usage/credits.csv?month=2026-11").await.contains("Invoice 7"));
        assert_eq!(ada.get("/usage?month=soon").await.status, StatusCode::BAD_REQUEST);
        let before = ada.page("/usage?month=2026-10").await;
        assert!(before.contains("None.") && before.contains("1,198"), "the balance is that of now: {before}");
    }
}

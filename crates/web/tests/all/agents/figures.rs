//! Figures are those of a count of all calls, at every moment (B8).

use super::Agency;
use http::StatusCode;
use jiff::SignedDuration;
use ringleader_core::user::Role;
use ringleader_providers::bolna::fake::Scenario;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Counts calls as the list shows them.
fn recount(calls: &[Value]) -> Value {
    let over: Vec<&Value> = calls.iter().filter(|call| call["status"] != "in_progress").collect();
    let sum =
        |of: &[&Value], field: fn(&Value) -> &Value| of.iter().filter_map(|call| field(call).as_i64()).sum::<i64>();
    let mut outcomes: BTreeMap<&str, i64> = BTreeMap::new();
    for call in &over {
        *outcomes.entry(call["outcome"].as_str().unwrap_or("unknown")).or_default() += 1;
    }
    let answered: Vec<&Value> = over.iter().copied().filter(|call| call["outcome"] == "answered").collect();
    json!({
        "calls": calls.len(), "in_progress": calls.len() - over.len(), "over": over.len(), "outcomes": outcomes,
        "talk_seconds": sum(&answered, |call| &call["duration_seconds"]), "credits": sum(&over, |call| &call["credits"]),
        "platform_cost_micros": sum(&calls.iter().collect::<Vec<_>>(), |call| &call["agent"]["platform_cost_micros"]),
    })
}

/// The same fields of the report's total.
async fn told(agency: &Agency) -> Value {
    let total = agency.get("analytics/voice-agents").await["total"].clone();
    let fields = ["calls", "in_progress", "over", "outcomes", "talk_seconds", "credits", "platform_cost_micros"];
    fields.iter().map(|field| ((*field).to_owned(), total[*field].clone())).collect::<serde_json::Map<_, _>>().into()
}

both_engines! {
    async fn after_each_event_the_figures_are_those_of_a_count(db: TestDb) {
        let agency = Agency::open(db).await;
        let scenarios = [
            Scenario::answered(61.0), Scenario::answered_at_the_second_try(27.2), Scenario::voicemail(9.0), Scenario::silent(12.0),
            Scenario::no_answer(), Scenario::ending("error"), Scenario::answered(27.2).inbound().empty_disconnect(),
        ];
        for (n, scenario) in scenarios.into_iter().enumerate() {
            let at = agency.now() - SignedDuration::from_hours(20 * n as i64);
            for body in agency.fake.play(&scenario.id(&format!("ex-{n}")).at(at)).iter().rev() {
                agency.hear(std::slice::from_ref(body)).await;
                assert_eq!(told(&agency).await, recount(&agency.calls().await));
            }
        }
        let forged = Scenario::answered(6000.0).id("forged").at(agency.now()).bodies().pop().unwrap();
        agency.hear(&[forged]).await;
        assert_eq!(told(&agency).await["calls"], 8);
        agency.pass(SignedDuration::from_mins(16)).await;
        assert_eq!(told(&agency).await["calls"], 7, "a call that the platform does not know counts nowhere");
    }

    async fn rates_averages_reasons_and_groups(db: TestDb) {
        let agency = Agency::open(db).await;
        for (n, scenario) in [Scenario::answered(27.2), Scenario::answered(62.0), Scenario::voicemail(9.0), Scenario::busy()].into_iter().enumerate() {
            agency.hear_of(scenario.id(&format!("ex-{n}"))).await;
        }
        let yesterday = Scenario::no_answer().id("ex-y").at(agency.now() - SignedDuration::from_hours(24));
        agency.hear(&agency.fake.play(&yesterday)).await;
        agency.hear(&agency.fake.play_until(&Scenario::answered(1.0).id("ex-l").at(agency.now()), 2)).await;
        let report = agency.get("analytics/voice-agents?from=2026-11-23").await;
        assert_eq!((&report["from"], &report["to"], &report["by"]), (&json!("2026-11-23"), &json!("2026-11-23"), &json!("day")));
        let total = &report["total"];
        assert_eq!((&total["calls"], &total["in_progress"], &total["missed_rate"], &total["connected_rate"]), (&json!(5), &json!(1), &json!(0.5), &json!(0.5)));
        assert_eq!((&total["average_talk_seconds"], &total["average_seconds_to_answer"]), (&json!(45.0), &json!(3.0)));
        assert_eq!(total["hangup_reasons"], json!({"Call recipient hung up": 3, "Call recipient was busy": 1}));
        assert_eq!((&report["before_from"], &report["before"]["calls"]), (&json!("2026-11-22"), &json!(1)), "{report}");
        assert_eq!(report["data"][0]["before"]["calls"], 1, "the day as far into the period before");
        let csv = agency.app.get("/api/v1/analytics/voice-agents?by=agent&format=csv", &agency.key).await.text;
        assert!(csv.starts_with("\u{feff}agent,calls,missed_rate,") && csv.contains("\r\nagent-1,6,"), "{csv}");
        let tenant = agency.app.tenant_of(&agency.key).await;
        agency.app.user(tenant, "dana@agents.example", Role::Owner).await;
        let mut dana = agency.app.signed_in("dana@agents.example").await;
        let page = dana.page("/reports/voice-agents?from=2026-11-23&to=2026-11-23").await;
        for part in ["Time to answer", "Platform cost", "Call recipient was busy", "measure=voice_agent_missed", "measure=hangup%3ACall"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let behind = |measure: &str| format!("/reports/rows?from=2026-11-23&to=2026-11-23&measure={measure}");
        assert_eq!(dana.page(&behind("hangup:Call%20recipient%20was%20busy")).await.matches("/calls/call_").count(), 1);
        assert_eq!(dana.page(&behind("voice_agent_calls")).await.matches("/calls/call_").count(), 5);
        assert_eq!(dana.page(&behind("voice_agent_missed")).await.matches("/calls/call_").count(), 2);
        for (measure, calls) in [("voice_agent_connected", 2), ("voice_agent_waits", 2), ("voice_agent_talk_seconds", 2), ("credits", 3)] {
            assert_eq!(dana.page(&behind(measure)).await.matches("/calls/call_").count(), calls, "{measure}");
            assert!(page.contains(&format!("measure={measure}&amp;agent=agent-1")), "{measure} of an agent: {page}");
        }
        assert_eq!(dana.page(&format!("{}&agent=agent-1", behind("voice_agent_missed"))).await.matches("/calls/call_").count(), 2);
        assert_eq!(dana.page(&format!("{}&agent=agent-2", behind("voice_agent_missed"))).await.matches("/calls/call_").count(), 0);
        let credits = |rows: &Value| rows["data"].as_array().unwrap().iter().map(|row| row["value"].as_i64().unwrap()).sum::<i64>();
        let rows = agency.get("analytics/rows?measure=credits&from=2026-11-23&agent=agent-1").await;
        assert_eq!(json!(credits(&rows)), total["credits"], "{rows}");
        assert!(dana.page(&behind("credits")).await.contains(" credits</bdi>") && dana.page("/reports").await.contains("measure=credits"));
        let empty = dana.page("/reports/voice-agents?from=2026-11-22&to=2026-11-22").await;
        assert!(empty.contains("–") && !empty.contains("><bdi>–</bdi></a>"), "a dash leads nowhere: {empty}");
        for (file, row) in [("voice-agents", "agent-1,6,"), ("voice-days", "2026-11-23,5,"), ("voice-lines", "+442079460018,6,"), ("hangups", "Call recipient was busy,1,0")] {
            let csv = dana.page(&format!("/reports/{file}.csv")).await;
            assert!(csv.contains(row), "{file}: {csv}");
        }
        let days = agency.get("analytics/voice-agents").await;
        let keys: Vec<_> = days["data"].as_array().unwrap().iter().map(|day| (day["key"].clone(), day["calls"].clone())).collect();
        assert_eq!(keys, [(json!("2026-11-22"), json!(1)), (json!("2026-11-23"), json!(5))]);
        for (by, key) in [("agent", "agent-1"), ("line", "+442079460018")] {
            let groups = agency.get(&format!("analytics/voice-agents?by={by}")).await;
            assert_eq!((&groups["data"][0]["key"], &groups["data"][0]["calls"]), (&json!(key), &json!(6)));
        }
        for (filter, calls) in [("agent=agent-1", 6), ("agent=agent-2", 0), ("line=%2B442079460018", 6), ("line=%2B442079460019", 0)] {
            assert_eq!(agency.get(&format!("analytics/voice-agents?{filter}")).await["total"]["calls"], calls, "{filter}");
        }
        for (wrong, field) in [("by=mood", "by"), ("from=soon", "from"), ("from=2026-11-24", "to"), ("from=2022-11-01", "to"), ("x=1", "x")] {
            let answer = agency.app.get(&format!("/api/v1/analytics/voice-agents?{wrong}"), &agency.key).await;
            assert_eq!((answer.status, answer.wrong_fields()), (StatusCode::BAD_REQUEST, vec![field.to_owned()]), "{wrong}");
        }
    }

    async fn individual_scores_stand_beside_those_of_all_calls_of_the_contact(db: TestDb) {
        let agency = Agency::open(db).await;
        let told = agency.fake.play(&Scenario::answered(27.2).id("ex-1").at(agency.now() - SignedDuration::from_hours(24)));
        agency.hear(&told).await;
        let no = "assistant: Hello, are you still looking?\nuser: No thanks, I am not interested.\n";
        agency.hear_of(Scenario::saying(20.0, no).id("ex-2")).await;
        let score = async |execution: &str| {
            let call = agency.call(execution).await["id"].as_str().unwrap().to_owned();
            agency.get(&format!("calls/{call}")).await["analysis"]["score"].as_f64().unwrap()
        };
        let complete = agency.get("analyses?kind=complete").await["data"][0]["score"].as_f64().unwrap();
        let (first, second) = (score("ex-1").await, score("ex-2").await);
        let days = agency.get("analytics/voice-agents/scores").await["data"].clone();
        let none = json!({"calls": 0, "individual": null, "complete": null});
        let of = |day: &str, individual: f64, complete: f64| json!({"day": day, "calls": 1, "individual": individual, "complete": complete, "before": none});
        assert_eq!(days, json!([of("2026-11-22", first, first), of("2026-11-23", second, complete)]));
        let contact = agency.call("ex-1").await["contact_id"].as_str().unwrap().to_owned();
        assert_eq!(agency.get(&format!("analytics/voice-agents/scores?contact_id={contact}")).await["data"], days);
        let csv = agency.app.get("/api/v1/analytics/voice-agents/scores?format=csv", &agency.key).await.text;
        assert_eq!(csv.lines().count(), 3, "{csv}");
        let tenant = agency.app.tenant_of(&agency.key).await;
        agency.app.user(tenant, "dana@scores.example", Role::Owner).await;
        let mut dana = agency.app.signed_in("dana@scores.example").await;
        let page = dana.page("/reports/voice-agents").await;
        assert_eq!(page.matches("<polyline").count(), 2, "{page}");
        assert_eq!(dana.page("/reports/voice-scores.csv").await.lines().count(), 3);
        let day = agency.get("analytics/voice-agents/scores?from=2026-11-23").await["data"].clone();
        assert_eq!((day.as_array().unwrap().len(), &day[0]["before"]["individual"]), (1, &json!(first)), "{day}");
        let row = agency.get("analytics/rows?measure=scored:individual&from=2026-11-23").await["data"][0].clone();
        assert_eq!(row["id"], agency.call("ex-2").await["id"]);
        assert!(page.contains("measure=scored%3Aindividual"), "{page}");
    }

    async fn scores_of_a_contact_are_theirs_of_all_also_after_a_merge(db: TestDb) {
        let agency = Agency::open(db).await;
        for (execution, seconds, customer) in [("ex-1", 27.2, "+447700900123"), ("ex-2", 62.0, "+447700900123"), ("ex-3", 27.2, "+447700900124")] {
            agency.hear_of(Scenario::answered(seconds).id(execution).customer(customer)).await;
        }
        let contact = async |execution: &str| agency.call(execution).await["contact_id"].as_str().unwrap().to_owned();
        let scores = async |query: &str| agency.get(&format!("analytics/voice-agents/scores?{query}")).await["data"].clone();
        let (one, two) = (contact("ex-1").await, contact("ex-3").await);
        let calls = async |who: &str| scores(&format!("contact_id={who}")).await[0]["calls"].clone();
        let change = async |path: String, body: Value| {
            let answer = agency.app.post(&format!("/api/v1/contacts/{path}"), &agency.key, body).await;
            assert!(answer.status.is_success(), "{}", answer.text);
            agency.app.run_due().await;
        };
        assert_eq!((calls(&one).await, calls(&two).await), (json!(2), json!(1)));
        change(format!("{one}/merge"), json!({"contact_id": two})).await;
        assert_eq!(scores(&format!("contact_id={one}")).await, scores("").await, "all are theirs"); // P9
        assert_eq!(scores(&format!("contact_id={two}")).await, json!([]));
        change(format!("{two}/unmerge"), json!({})).await;
        assert_eq!((calls(&one).await, calls(&two).await), (json!(2), json!(1)));
    }
}

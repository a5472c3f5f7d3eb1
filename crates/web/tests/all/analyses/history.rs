//! From single analyses to the complete one: how many requests that costs, what they carry, and that it counts everything.

use super::world::{COLD, CUSTOMER, Desk, HOT, STORY, text};
use crate::support::{ADMIN, context};
use http::StatusCode;
use jiff::SignedDuration;
use ringleader_brain::prompts::{analyse_history, read_back};
use ringleader_core::analysis::history;
use ringleader_core::user::Role;
use ringleader_jobs::engine::Config;
use ringleader_providers::bolna::fake::Scenario;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

/// The histories that the model was sent, oldest first.
fn histories(desk: &Desk) -> Vec<analyse_history::Data> {
    let turn = |body: &Value| read_back(body["input"][0]["content"].as_str()?);
    desk.model.bodies().iter().filter_map(turn).collect()
}

both_engines! {
    async fn the_webhook_is_answered_before_any_model_is_asked_and_the_first_call_asks_once(db: TestDb) {
        let desk = Desk::open(db).await;
        desk.report(Scenario::saying(60.0, HOT).id("one")).await;
        assert_eq!(desk.model.requests(), 0, "nothing is done inside the webhook");
        desk.app.run_due().await;
        assert_eq!(desk.model.requests(), 1, "five events, one analysis, and none for the complete one");
        let call = desk.call("one").await;
        let (one, all) = (&call["analysis"], desk.complete(&call).await);
        assert_eq!((&one["state"], &one["score"], &one["tag"], &one["model"]["total"]), (&json!("done"), &json!(100), &json!("Hot"), &json!(97)));
        assert_eq!((&one["model"]["brain"], &one["model"]["prompt"]), (&json!("openai"), &json!("analyse_call@2")));
        assert!(one["model"]["tokens_in"].as_i64().unwrap() > 0 && one["model"]["cost_micros"].as_i64().unwrap() > 0);
        for same in ["score", "tag", "dimensions", "summary", "notification", "calls_to_action", "facts", "state", "extraction", "call_id", "latest_call_id", "contact_id"] {
            assert_eq!(one[same], all[same], "{same}");
        }
        let listed = desk.list("analyses?kind=individual").await;
        assert_eq!((&listed[0]["contact_id"], &listed[0]["call_id"]), (&call["contact_id"], &call["id"]));
        assert_eq!((&one["contact_id"], &one["latest_call_id"]), (&call["contact_id"], &call["id"]));
        let intent = &one["dimensions"]["intent"];
        assert!(intent["score"].is_number() && intent["level"].is_string() && intent["quotes"].is_array(), "{intent}");
        assert_eq!(one["extraction"]["smart_notification"], one["notification"]);
        for fact in one["facts"].as_array().unwrap() {
            assert_eq!(one["extraction"][text(&fact["name"])], fact["value"]);
        }
        assert_eq!((&all["kind"], &all["calls_analysed"], &all["trend"]), (&json!("complete"), &json!(1), &json!("first")));
        desk.pass_in_steps(3, SignedDuration::from_hours(1)).await;
        assert_eq!(desk.model.requests(), 1);
    }

    async fn the_second_call_is_put_into_words_with_the_first_and_the_past_is_kept(db: TestDb) {
        let desk = Desk::open(db).await;
        desk.talk("one", COLD).await;
        desk.app.db.clock.advance(SignedDuration::from_hours(24));
        let call = desk.talk("two", HOT).await;
        assert_eq!(desk.model.requests(), 3, "each call once, and both together once");
        let all = desk.complete(&call).await;
        assert_eq!((&all["calls_analysed"], &all["trend"], &all["state"]), (&json!(2), &json!("rising"), &json!("done")));
        assert_eq!((&all["summary"], &all["model"]["total"], &all["call_id"]), (&json!(STORY), &json!(88), &call["id"]));
        assert!(all["score"].as_i64().unwrap() > 50, "the later call weighs more");
        assert_eq!(all["progression"][0]["score"], 5);
        let past = desk.list(&format!("contacts/{}/analysis/history", text(&call["contact_id"]))).await;
        assert_eq!((past.len(), &past[0]["calls_analysed"], &past[0]["summary"]), (1, &json!(1), &json!("Was just looking.")));
        let sent = histories(&desk).pop().unwrap();
        assert_eq!(sent.calls.iter().map(|call| call.transcript.is_some()).collect::<Vec<_>>(), [true, true]);
    }

    async fn the_eleventh_call_sends_ten_transcripts_and_never_more_than_fifty_thousand_tokens(db: TestDb) {
        let desk = Desk::open(db).await;
        for nth in 0..12 {
            let long = if nth >= 8 { "and so on and on ".repeat(3_000) } else { String::new() };
            desk.talk(&format!("call-{nth}"), &format!("{COLD}\nuser:  {long} this was call {nth}")).await;
        }
        let sent = histories(&desk);
        assert_eq!(sent.len(), 11);
        for (nth, history) in sent.iter().enumerate() {
            let said: Vec<_> = history.calls.iter().filter_map(|call| call.transcript.as_ref()).collect();
            let tokens: usize = said.iter().flat_map(|said| said.iter()).map(|turn| history::tokens(&turn.text)).sum();
            assert_eq!(history.calls.len(), nth + 2, "older calls go as their facts and summaries");
            assert!(said.len() <= history::MOST_CALLS && tokens <= history::MOST_TOKENS, "{} calls, {tokens} tokens", said.len());
            assert!(history.calls.last().unwrap().transcript.is_some(), "the latest words are always there");
        }
        assert_eq!(sent[6].calls.iter().filter(|call| call.transcript.is_some()).count(), 8);
        assert!(sent[10].calls[0].transcript.is_none() && !sent[10].calls[0].understood.summary.is_empty());
        assert!(desk.model.bodies().iter().all(|body| !body.to_string().contains("7700900123")), "numbers do not leave");
    }

    async fn whatever_the_order_of_the_events_there_is_one_analysis_and_one_request_for_it(db: TestDb) {
        let desk = Desk::open(db).await;
        let orders = [[4, 3, 2, 1, 0], [3, 4, 0, 1, 2], [0, 4, 1, 3, 2], [2, 3, 1, 0, 4], [1, 0, 4, 2, 3], [3, 0, 3, 4, 4]];
        for (n, order) in orders.iter().enumerate() {
            for empty in [true, false] {
                let id = format!("call-{n}-{empty}");
                let call = Scenario::saying(60.0, HOT).id(&id).customer(&format!("+4477009001{n}{}", u8::from(empty)));
                let call = if empty { call.empty_disconnect() } else { call };
                let bodies = call.at(desk.app.db.clock.now() - SignedDuration::from_mins(9)).bodies();
                let before = desk.model.requests();
                let shuffled: Vec<Value> = order.iter().chain(order).map(|nth| bodies[*nth].clone()).collect();
                desk.hear(&shuffled).await;
                let call = desk.call(&id).await;
                assert_eq!((desk.model.requests() - before, &call["analysis"]["version"]), (1, &json!(1)), "{order:?} {empty}");
                assert_eq!((&desk.complete(&call).await["calls_analysed"], &call["analysis"]["state"]), (&json!(1), &json!("done")));
            }
        }
        assert_eq!(desk.list("analyses?kind=complete&limit=200").await.len(), 2 * orders.len());
    }

    async fn words_that_came_before_the_duration_are_analysed_when_it_is_known(db: TestDb) {
        let desk = Desk::open(db).await;
        let mut bodies = Scenario::saying(60.0, HOT).id("one").at(desk.app.db.clock.now() - SignedDuration::from_mins(9)).bodies();
        bodies[3]["conversation_duration"] = json!(0);
        desk.hear(&bodies).await;
        assert_eq!((&desk.call("one").await["analysis"]["state"], desk.model.requests()), (&json!("done"), 1));
    }

    async fn two_calls_that_end_together_on_two_nodes_give_one_row_that_counts_both(db: TestDb) {
        let desk = Desk::open(db).await;
        let people: Vec<String> = (0..6).map(|n| format!("+44770090020{n}")).collect();
        for (n, person) in people.iter().enumerate() {
            desk.report(Scenario::saying(60.0, HOT).id(&format!("a{n}")).customer(person)).await;
            desk.report(Scenario::saying(61.0, COLD).id(&format!("b{n}")).customer(person)).await;
        }
        let other = context(desk.app.db.second_store().await, desk.app.world());
        let (here, there) = (
            ringleader_jobs::all::engine(&desk.app.cx, Config::default()),
            ringleader_jobs::all::engine(&other, Config::default()),
        );
        for _ in 0..3 {
            let (one, two) = tokio::join!(here.run_due(), there.run_due());
            one.unwrap();
            two.unwrap();
        }
        desk.pass_in_steps(3, SignedDuration::from_mins(2)).await;
        let complete = desk.list("analyses?kind=complete&limit=200").await;
        assert_eq!(complete.len(), people.len());
        for row in &complete {
            assert_eq!((&row["calls_analysed"], &row["state"], &row["summary"]), (&json!(2), &json!("done"), &json!(STORY)), "{row}");
        }
        assert_eq!(desk.list("analyses?kind=individual&limit=200").await.len(), 2 * people.len());
        assert_eq!(desk.list("leads?limit=200").await.len(), people.len());
    }

    async fn the_same_number_at_two_tenants_is_two_people(db: TestDb) {
        let desk = Desk::open(db).await;
        let (theirs, path) = desk.neighbour().await;
        desk.tell(&path, Scenario::saying(60.0, COLD).id("one")).await;
        let call = desk.talk("one", HOT).await;
        let complete = |rows: &Value| rows["data"].as_array().unwrap().iter().find(|row| row["kind"] == "complete").cloned().unwrap();
        let there = complete(&desk.app.get("/api/v1/analyses", &theirs).await.json());
        let here = complete(&desk.get("analyses").await);
        assert_eq!((&here["calls_analysed"], &here["tag"], &there["calls_analysed"], &there["tag"]), (&json!(1), &json!("Hot"), &json!(1), &json!("Cold")));
        for path in [format!("calls/{}/analysis", text(&call["id"])), format!("analyses/{}/rerun", text(&here["id"]))] {
            let refused = desk.app.post(&format!("/api/v1/{path}"), &theirs, json!({})).await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
        }
        let read_only = desk.app.post("/api/v1/api-keys", &desk.key, json!({"name": "r", "scopes": ["read"]})).await;
        let read_only = text(&read_only.json()["api_key"]).to_owned();
        let refused = desk.app.post(&format!("/api/v1/analyses/{}/rerun", text(&here["id"])), &read_only, json!({})).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert_eq!(desk.app.get("/api/v1/analyses", ADMIN).await.status, StatusCode::FORBIDDEN);
    }

    async fn calls_of_people_who_turn_out_to_be_one_count_together_until_they_are_parted(db: TestDb) {
        let desk = Desk::open(db).await;
        let (one, two) = (desk.talk("one", HOT).await, desk.talk_from("+447700900124", "two", COLD).await);
        let (keep, other) = (text(&one["contact_id"]), text(&two["contact_id"]));
        let merged = desk.app.post(&format!("/api/v1/contacts/{keep}/merge"), &desk.key, json!({"contact_id": other})).await;
        assert_eq!(merged.status, StatusCode::OK, "{}", merged.text);
        desk.app.run_due().await;
        assert_eq!(desk.complete(&one).await["calls_analysed"], 2);
        let gone = desk.app.get(&format!("/api/v1/contacts/{other}/analysis"), &desk.key).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND);
        let parted = desk.app.post(&format!("/api/v1/contacts/{other}/unmerge"), &desk.key, json!({})).await;
        assert_eq!(parted.status, StatusCode::OK, "{}", parted.text);
        desk.app.run_due().await;
        for (call, tag) in [(&one, "Hot"), (&two, "Cold")] {
            let all = desk.complete(call).await;
            assert_eq!((&all["calls_analysed"], &all["tag"]), (&json!(1), &json!(tag)));
        }
    }

    async fn only_other_words_are_analysed_again_and_silence_never(db: TestDb) {
        let desk = Desk::open(db).await;
        let first = desk.talk("one", COLD).await;
        desk.report(Scenario::saying(60.0, COLD).id("one")).await;
        desk.app.run_due().await;
        assert_eq!(desk.model.requests(), 1, "the same words again");
        let corrected = desk.talk("one", HOT).await;
        assert_eq!((desk.model.requests(), &corrected["analysis"]["tag"], &corrected["analysis"]["id"]), (2, &json!("Hot"), &first["analysis"]["id"]));
        assert_eq!(desk.complete(&first).await["calls_analysed"], 1, "it is one call");
        desk.report(Scenario::silent(9.0).id("silent")).await;
        desk.report(Scenario::voicemail(9.0).id("machine")).await;
        desk.report(Scenario::no_answer().id("nobody")).await;
        desk.app.run_due().await;
        assert_eq!(desk.model.requests(), 2);
        let silent = desk.call("silent").await;
        assert!(silent["analysis"].is_null());
        let refused = desk.app.post(&format!("/api/v1/calls/{}/analysis", text(&silent["id"])), &desk.key, json!({})).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
        assert_eq!(desk.list(&format!("analyses?phone={}", CUSTOMER.replace('+', "%2B"))).await.len(), 2);
    }

    async fn the_timeline_tells_what_each_call_came_to_who_said_what_and_what_was_corrected(db: TestDb) {
        let desk = Desk::open(db).await;
        let tenant = desk.app.tenant_of(&desk.key).await;
        desk.app.user(tenant, "dana@timeline.example", Role::Agent).await;
        desk.talk("one", COLD).await;
        desk.app.db.clock.advance(SignedDuration::from_hours(24));
        let call = desk.talk("two", HOT).await;
        let lead = text(&desk.lead().await["id"]).to_owned();
        let mut dana = desk.app.signed_in("dana@timeline.example").await;
        desk.app.db.clock.advance(SignedDuration::from_hours(1));
        dana.done(&format!("/leads/{lead}/fact"), &[("name", "name"), ("value", "Mary Lopez")]).await;
        let page = dana.page(&format!("/contacts/{}", text(&call["contact_id"]))).await;
        let (_, timeline) = page.split_once("<ol class=\"timeline\">").unwrap();
        let timeline = timeline.split("</ol>").next().unwrap();
        let summary = |analysis: &Value| text(&analysis["summary"]).to_owned();
        let one = desk.call("one").await;
        for words in [summary(&call["analysis"]), summary(&one["analysis"]), STORY.to_owned()] {
            assert!(timeline.contains(&words), "{words} in {timeline}");
        }
        let at = |words: &str| timeline.find(words).unwrap_or_else(|| panic!("no {words} in {timeline}"));
        assert!(at("Mary Lopez") < at("2 calls together") && at("2 calls together") < at("Maria Lopez"), "{timeline}");
        assert!(timeline[..at("2 calls together")].contains("set by your team"), "{timeline}");
        let corrected = &timeline[at("Maria Lopez")..];
        assert!(corrected.split("</dd>").next().unwrap().contains("replaced since"), "{corrected}");
        assert_eq!(timeline.matches("Mary Lopez").count(), 1, "a correction is told once");
    }
}

//! What webhooks did not tell is fetched from the platform (B9).

use super::{Agency, debit};
use jiff::SignedDuration;
use ringleader_providers::bolna::fake::Scenario;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;

both_engines! {
    async fn a_day_of_lost_webhooks_is_made_good_from_the_platforms_list(db: TestDb) {
        let agency = Agency::open(db).await;
        agency.pass(SignedDuration::from_mins(15)).await;
        for n in 0..60 {
            let at = agency.now() + SignedDuration::from_mins(20 * n);
            agency.fake.play(&Scenario::answered(27.2).id(&format!("ex-{n}")).at(at));
        }
        agency.fake.refuse(&[500, 429]);
        agency.pass(SignedDuration::from_hours(24)).await;
        for _ in 0..4 {
            agency.pass(SignedDuration::from_mins(10)).await; // the platform was away, then asked for a pause
        }
        let calls = agency.calls().await;
        assert_eq!(calls.len(), 60);
        assert!(calls.iter().all(|call| call["outcome"] == "answered" && call["credits"] == 1));
        assert_eq!(agency.balance().await, -60);
        let asked = agency.fake.asked().iter().filter(|path| path.starts_with("GET /executions/")).count();
        agency.pass(SignedDuration::from_mins(30)).await;
        let again = agency.fake.asked().iter().filter(|path| path.starts_with("GET /executions/")).count();
        assert_eq!((asked, again), (60, 60), "each was fetched once");
    }

    async fn a_call_that_fell_silent_is_fetched(db: TestDb) {
        let agency = Agency::open(db).await;
        let scenario = Scenario::answered(61.0).at(agency.now());
        let bodies = agency.fake.play(&scenario);
        agency.hear(&bodies[..3]).await;
        assert_eq!(agency.calls().await[0]["status"], "in_progress");
        agency.pass(SignedDuration::from_mins(46)).await;
        let call = &agency.calls().await[0];
        assert_eq!((&call["status"], &call["outcome"], &call["credits"]), (&json!("completed"), &json!("answered"), &json!(2)));
        agency.hear(&bodies).await;
        assert_eq!(agency.ledger().await, [debit(2)], "late webhooks change nothing");
    }

    async fn money_on_the_word_of_a_webhook_is_confirmed_or_given_back(db: TestDb) {
        let agency = Agency::open(db).await;
        let honest = Scenario::answered(61.0).id("honest").at(agency.now());
        let mut inflated = agency.fake.play(&honest).pop().unwrap();
        inflated["conversation_duration"] = json!(3600);
        let forged = Scenario::answered(6000.0).id("forged").at(agency.now()).bodies().pop().unwrap();
        agency.hear(&[inflated.clone(), forged.clone()]).await;
        assert_eq!(agency.balance().await, -160);
        agency.pass(SignedDuration::from_mins(16)).await;
        assert_eq!(agency.balance().await, -2, "what the platform itself says counts");
        let forged_call = agency.call("forged").await;
        assert_eq!((&forged_call["lifecycle"], &forged_call["credits"]), (&json!("not-at-platform"), &json!(0)));
        inflated["conversation_duration"] = json!(7200);
        agency.hear(&[inflated, forged]).await;
        assert_eq!(agency.balance().await, -2, "and nobody can change it by a webhook");
    }
}

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

    async fn a_question_that_is_refused_keeps_no_other_from_being_put(db: TestDb) {
        let agency = Agency::open(db).await;
        agency.pass(SignedDuration::from_mins(15)).await;
        for n in 0..3 {
            agency.hear(&agency.fake.play(&Scenario::answered(61.0).id(&format!("ex-{n}")).at(agency.now()))[..3]).await;
        }
        agency.fake.refuse(&[422, 422, 422]); // the list, and the first two of them, for good
        agency.pass(SignedDuration::from_mins(46)).await;
        let over = agency.calls().await.iter().filter(|call| call["status"] == "completed").count();
        assert!(over >= 1, "the rest was asked about");
        agency.pass(SignedDuration::from_mins(46)).await;
        assert_eq!(agency.balance().await, -6, "and what was refused is asked about again");
    }

    async fn a_second_attempt_that_only_a_webhook_claims_is_not_paid(db: TestDb) {
        let agency = Agency::open(db).await;
        let true_one = agency.fake.play(&Scenario::answered(61.0).id("honest").at(agency.now())).pop().unwrap();
        let mut claimed = true_one.clone();
        claimed["retry_count"] = json!(1);
        claimed["conversation_duration"] = json!(6000);
        agency.hear(&[true_one, claimed]).await;
        assert_eq!(agency.balance().await, -100);
        agency.pass(SignedDuration::from_mins(16)).await;
        assert_eq!(agency.balance().await, -2, "the platform knows of one attempt");
        let asked = agency.fake.asked().len();
        agency.pass(SignedDuration::from_mins(16)).await;
        let again = agency.fake.asked().iter().skip(asked).filter(|path| path.starts_with("GET /executions/")).count();
        assert_eq!(again, 0, "it is confirmed");
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

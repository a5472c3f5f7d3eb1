//! Events in every order, with repeats: always the same call and the same money (B1, B3).

use super::{Agency, debit};
use crate::town::Dice;
use http::StatusCode;
use ringleader_providers::bolna::fake::Scenario;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::Value;

/// Every order of `0..n`.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![vec![]];
    }
    let longer = |shorter: Vec<usize>| {
        (0..n).map(move |place| {
            let mut order = shorter.clone();
            order.insert(place, n - 1);
            order
        })
    };
    orders(n - 1).into_iter().flat_map(longer).collect()
}

/// Posts the events of a call in this order, some of them again at any place; now and then what is due is done in between.
async fn post(agency: &Agency, scenario: &Scenario, mut order: Vec<usize>, dice: &mut Dice) {
    let bodies = agency.fake.play(scenario);
    for _ in 0..dice.below(4) {
        let again = order[dice.below(order.len() as u64) as usize];
        order.insert(dice.below(order.len() as u64 + 1) as usize, again);
    }
    for event in order {
        assert_eq!(agency.post(&agency.path, &bodies[event]).await, StatusCode::OK);
        if dice.below(6) == 0 {
            agency.app.run_due().await;
        }
    }
}

/// The calls without what is each one's own.
async fn alike(agency: &Agency) -> Vec<Value> {
    let mut calls = agency.calls().await;
    for call in &mut calls {
        for own in ["id", "provider_call_id", "recording_url"] {
            assert!(call.as_object_mut().unwrap().remove(own).is_some_and(|value| value.is_string()), "{own}");
        }
    }
    calls
}

both_engines! {
    async fn all_120_orders_of_the_five_events_with_any_repeats_give_the_same_call_one_debit_and_one_analysis(db: TestDb) {
        let agency = Agency::open(db).await;
        let (mut dice, all) = (Dice::new(5), orders(5));
        assert_eq!(all.len(), 120);
        for (n, order) in all.into_iter().enumerate() {
            let scenario = Scenario::answered(27.2).id(&format!("ex-{n}")).at(agency.now());
            post(&agency, &scenario, order, &mut dice).await;
        }
        agency.app.run_due().await;
        let calls = alike(&agency).await;
        assert_eq!(calls.len(), 120);
        for call in &calls {
            assert_eq!(call, &calls[0]);
        }
        assert_eq!((&calls[0]["outcome"], &calls[0]["duration_seconds"], &calls[0]["credits"]), (&"answered".into(), &28.into(), &1.into()));
        assert_eq!(agency.ledger().await, vec![debit(1); 120]);
        assert_eq!(agency.balance().await, -120);
        let contacts = agency.get("contacts").await;
        let contacts = contacts["data"].as_array().unwrap();
        assert_eq!(contacts.len(), 1);
        let (tenant, contact) = (agency.get("tenant").await, contacts[0]["id"].as_str().unwrap());
        let mut read = agency.app.db.store.read(tenant["id"].as_str().unwrap().parse().unwrap()).await.unwrap();
        let singles = read.analyses().calls_of(contact.parse().unwrap()).await.unwrap();
        assert_eq!(singles.len(), 120, "one analysis for each call");
        let first = (&singles[0].state, &singles[0].scored, &singles[0].result);
        assert!(singles.iter().all(|one| (&one.state, &one.scored, &one.result) == first && one.scored.is_some()));
        let complete = read.analyses().of_contact(contact.parse().unwrap()).await.unwrap().expect("a complete one");
        assert_eq!(complete.calls_analysed, 120, "one complete analysis that counts them all");
    }

    async fn an_execution_that_is_tried_again_is_one_call_in_any_order(db: TestDb) {
        let agency = Agency::open(db).await;
        let mut dice = Dice::new(9);
        for n in 0..40 {
            let scenario = Scenario::answered_at_the_second_try(61.0).id(&format!("ex-{n}")).at(agency.now());
            let mut order: Vec<usize> = (0..scenario.bodies().len()).collect();
            for last in (1..order.len()).rev() {
                order.swap(last, dice.below(last as u64 + 1) as usize);
            }
            post(&agency, &scenario, order, &mut dice).await;
        }
        agency.app.run_due().await;
        let calls = alike(&agency).await;
        assert_eq!(calls.len(), 40);
        for call in &calls {
            assert_eq!(call, &calls[0]);
        }
        assert_eq!((&calls[0]["agent"]["attempt"], &calls[0]["credits"]), (&1.into(), &2.into()));
        assert_eq!(agency.balance().await, -80);
    }
}

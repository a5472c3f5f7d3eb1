//! What people put right of what brains read is counted once for each fact (D2).

use jiff::SignedDuration;
use ringleader_core::id::TenantId;
use ringleader_core::lead::{Fact, FactSource, Lead, LeadStatus};
use ringleader_core::phone::Phone;
use ringleader_store::both_engines;
use ringleader_store::repo::Identity;
use ringleader_store::testing::TestDb;

async fn put(db: &TestDb, tenant: TenantId, lead: &Lead, name: &str, value: &str, source: FactSource) {
    db.clock.advance(SignedDuration::from_secs(1));
    let mut tx = db.store.begin(tenant).await.unwrap();
    let fact = Fact {
        id: tx.new_id(),
        name: name.to_owned(),
        value: value.into(),
        confidence: 0.9,
        source,
        origin: None,
        provisional: source == FactSource::Inferred,
        at: tx.now(),
    };
    tx.leads().put_fact(lead, &fact).await.unwrap();
    tx.commit().await.unwrap();
}

both_engines! {
    async fn a_fact_that_a_person_put_right_counts_against_the_last_thing_read(db: TestDb) {
        let tenant: TenantId = db.store.ids().new_id();
        let begin = db.clock.now();
        let mut leads = Vec::new();
        for n in 0..3 {
            let mut tx = db.store.begin(tenant).await.unwrap();
            let phone = Phone::from_e164(&format!("+44770090010{n}")).unwrap();
            let contact = tx.contacts().find_or_make(&[Identity::Phone(phone)]).await.unwrap();
            leads.push(tx.leads().open_or_make(contact.id, LeadStatus::New, "missed_call").await.unwrap().0);
            tx.commit().await.unwrap();
        }
        put(&db, tenant, &leads[0], "name", "Sara", FactSource::Inferred).await;
        put(&db, tenant, &leads[0], "name", "Sarah", FactSource::Explicit).await;
        put(&db, tenant, &leads[0], "name", "Sarah Lee", FactSource::Person).await;
        put(&db, tenant, &leads[0], "name", "Sarah Leigh", FactSource::Person).await;
        put(&db, tenant, &leads[1], "name", "Tom", FactSource::Explicit).await;
        put(&db, tenant, &leads[1], "name", "Tom", FactSource::Person).await;
        put(&db, tenant, &leads[2], "name", "Dan", FactSource::Inferred).await;
        put(&db, tenant, &leads[2], "need", "a plumber", FactSource::Person).await;
        let end = db.clock.now() + SignedDuration::from_secs(1);
        let mut read = db.store.read(tenant).await.unwrap();
        let told = read.quality().facts(begin, end).await.unwrap();
        let name = told.iter().find(|fact| fact.name == "name").unwrap();
        assert_eq!((name.stands, name.corrected, name.provisional), (2, 1, 1), "{told:?}");
        assert_eq!(name.accuracy(), Some(2.0 / 3.0));
        assert!(told.iter().all(|fact| fact.name == "name"), "what only people said says nothing of brains");
        assert_eq!(read.quality().facts(end, end + SignedDuration::from_hours(1)).await.unwrap(), []);
    }

    async fn uses_are_summed_by_brain_and_prompt(db: TestDb) {
        let tenant: TenantId = db.store.ids().new_id();
        let begin = db.clock.now();
        let mut tx = db.store.begin(tenant).await.unwrap();
        for (prompt, result, ms) in [("read_message-1", "ok", 100), ("read_message-1", "invalid", 300), ("read_message-2", "ok", 50)] {
            tx.usage().add_model_use("openai", "small", prompt, (10, 2), Some(7), ms, result).await.unwrap();
        }
        tx.commit().await.unwrap();
        let end = db.clock.now() + SignedDuration::from_secs(1);
        let mut read = db.store.read(tenant).await.unwrap();
        let told = read.quality().brains(begin, end).await.unwrap();
        let first = &told[0];
        assert_eq!((told.len(), first.prompt.as_str(), first.uses, first.failed, first.latency_ms, first.cost_micros), (2, "read_message-1", 2, 1, 400, 14));
        assert_eq!(read.quality().analyses(begin, end).await.unwrap(), (0, 0));
    }
}

//! What a commit tells: after it, of its own tenant, and on PostgreSQL to other nodes too (D1, D3).

use ringleader_core::id::TenantId;
use ringleader_core::lead::LeadStatus;
use ringleader_core::phone::Phone;
use ringleader_store::repo::Identity;
use ringleader_store::testing::TestDb;
use ringleader_store::{Store, Tx, both_engines};
use std::time::Duration;

async fn caller(tx: &mut Tx, number: &str) {
    let phone = Phone::from_e164(number).unwrap();
    let contact = tx.contacts().find_or_make(&[Identity::Phone(phone)]).await.unwrap();
    tx.leads().open_or_make(contact.id, LeadStatus::New, "missed_call").await.unwrap();
}

fn tenant(store: &Store) -> TenantId {
    store.ids().new_id()
}

both_engines! {
    async fn a_commit_tells_what_it_changed_once_and_a_rollback_nothing(db: TestDb) {
        let (mut changes, tenant) = (db.store.changes(), tenant(&db.store));
        let mut tx = db.store.begin(tenant).await.unwrap();
        caller(&mut tx, "+447700900101").await;
        drop(tx);
        let mut tx = db.store.begin(tenant).await.unwrap();
        caller(&mut tx, "+447700900102").await;
        caller(&mut tx, "+447700900102").await;
        assert!(changes.is_empty(), "not before it is committed");
        tx.commit().await.unwrap();
        let mut told = Vec::new();
        while let Ok(change) = changes.try_recv() {
            assert_eq!(change.tenant, tenant);
            assert!(!change.id.contains("7700900102"), "a notice names things, it does not tell of them");
            told.push(change.kind);
        }
        assert_eq!(told, ["contact", "lead"]);
    }

    async fn what_was_not_there_to_be_changed_is_not_told(db: TestDb) {
        let (mut changes, tenant) = (db.store.changes(), tenant(&db.store));
        let mut tx = db.store.begin(tenant).await.unwrap();
        let nobody = tx.new_id();
        assert!(!tx.tasks().set_state(nobody, ringleader_core::task::TaskState::Done).await.unwrap());
        tx.commit().await.unwrap();
        assert!(changes.try_recv().is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql_a_commit_is_told_to_other_nodes_and_not_back_again() {
    let db = TestDb::new(ringleader_store::Engine::Postgres).await;
    let second = db.second_store().await;
    let _here = tokio::spawn(ringleader_store::jobs::relay(db.store.clone()));
    let _there = tokio::spawn(ringleader_store::jobs::relay(second.clone()));
    let (mut here, mut there, tenant) = (db.store.changes(), second.changes(), tenant(&db.store));
    // The listener may not be there yet for the first ones.
    for n in 100..1000 {
        let mut tx = db.store.begin(tenant).await.unwrap();
        caller(&mut tx, &format!("+447700900{n}")).await;
        tx.commit().await.unwrap();
        if let Ok(told) = tokio::time::timeout(Duration::from_millis(50), there.recv()).await {
            let told = told.unwrap();
            assert_eq!((told.tenant, told.from_afar), (tenant, true));
            break;
        }
    }
    while let Ok(change) = here.try_recv() {
        assert!(!change.from_afar, "what I said comes back to me");
    }
}

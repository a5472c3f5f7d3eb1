//! The ledger and the events of voice agents' calls: once is once, whoever races (B1, B3).

use ringleader_core::credits::EntryKind;
use ringleader_core::id::{CallId, TenantId};
use ringleader_core::lifecycle::Progress;
use ringleader_store::testing::TestDb;
use ringleader_store::{Store, both_engines};

async fn debit(store: Store, tenant: TenantId, call: CallId) -> bool {
    let mut tx = store.begin(tenant).await.unwrap();
    let made = tx.credits().add(EntryKind::Debit, -1, Some(call), None).await.unwrap().is_some();
    tx.commit().await.unwrap();
    made
}

both_engines! {
    async fn of_many_who_race_for_the_debit_of_a_call_one_has_it(db: TestDb) {
        let (tenant, call) = (db.store.ids().new_id(), db.store.ids().new_id());
        let racers: Vec<_> = (0..8).map(|_| tokio::spawn(debit(db.store.clone(), tenant, call))).collect();
        let mut won = 0;
        for racer in racers {
            won += u32::from(racer.await.unwrap());
        }
        assert_eq!(won, 1);
        let other = db.store.ids().new_id();
        assert!(debit(db.store.clone(), tenant, other).await, "another call has its own");
        assert!(debit(db.store.clone(), other_tenant(&db), call).await, "and so has another tenant");
        let mut read = db.store.read(tenant).await.unwrap();
        assert_eq!((read.credits().balance().await.unwrap(), read.credits().booked(call).await.unwrap()), (-2, Some(-1)));
    }

    async fn corrections_and_top_ups_add_up_to_the_statement(db: TestDb) {
        let (tenant, call) = (db.store.ids().new_id(), db.store.ids().new_id());
        let mut tx = db.store.begin(tenant).await.unwrap();
        let begin = tx.now();
        tx.credits().add(EntryKind::TopUp, 100, None, Some("Invoice 7")).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        db.clock.advance(jiff::SignedDuration::from_hours(1));
        let mut tx = db.store.begin(tenant).await.unwrap();
        let middle = tx.now();
        tx.credits().add(EntryKind::Debit, -3, Some(call), None).await.unwrap().unwrap();
        for _ in 0..2 {
            tx.credits().add(EntryKind::Correction, 1, Some(call), None).await.unwrap().unwrap();
        }
        tx.commit().await.unwrap();
        let end = db.clock.now() + jiff::SignedDuration::from_secs(1);
        let mut read = db.store.read(tenant).await.unwrap();
        let late = read.credits().statement(middle, end).await.unwrap();
        assert_eq!((late.opening, late.top_ups, late.debits, late.corrections, late.closing, late.calls), (100, 0, -3, 2, 99, 1));
        let early = read.credits().statement(begin, middle).await.unwrap();
        assert_eq!((early.opening, early.top_ups, early.closing), (0, 100, 100));
    }

    async fn an_event_that_says_the_same_is_kept_once_and_another_beside_it(db: TestDb) {
        let (tenant, call): (TenantId, CallId) = (db.store.ids().new_id(), db.store.ids().new_id());
        let mut tx = db.store.begin(tenant).await.unwrap();
        let now = tx.now();
        let first = Progress { execution: "ex-1".into(), status: "ringing".into(), at: Some(now), ..Progress::default() };
        let richer = Progress { ring_seconds: Some(4), ..first.clone() };
        let kept = [&first, &first, &richer, &richer];
        let mut new = Vec::new();
        for progress in kept {
            new.push(tx.agent_calls().keep(call, progress, now).await.unwrap());
        }
        assert_eq!(new, [true, false, true, false]);
        let events = tx.agent_calls().events(call).await.unwrap();
        assert_eq!(events.len(), 2);
        assert!(events.iter().any(|event| event.progress == first) && events.iter().any(|event| event.progress == richer));
    }
}

fn other_tenant(db: &TestDb) -> TenantId {
    db.store.ids().new_id()
}

//! What happens to a job whose worker is slow, cut off or dead: leases, heartbeats and fences.

use super::queue::{claim_all, complete, enqueue, job, keyed, state, tenant};
use futures::FutureExt as _;
use jiff::SignedDuration;
use ringleader_store::inbox::{self, InboxWriter, NewEvent};
use ringleader_store::jobs::{NewJob, OnConflict, State};
use ringleader_store::testing::TestDb;
use ringleader_store::{Engine, StoreError, both_engines};
use serde_json::json;

both_engines! {
    async fn a_run_that_lost_its_job_cannot_keep_what_it_did(db: TestDb) {
        let tenant = tenant(&db);
        enqueue(&db, tenant, job("work"), OnConflict::Keep).await;
        let lost = claim_all(&db).await.remove(0);
        db.clock.advance_wall(SignedDuration::from_secs(16));
        assert_eq!(db.store.expire_leases().await.unwrap(), 1);
        let held = claim_all(&db).await.remove(0);
        assert_eq!((held.id, held.attempt), (lost.id, 2));
        let mut tx = db.store.begin(tenant).await.unwrap();
        tx.jobs().enqueue(job("follow_up"), OnConflict::Keep).await.unwrap();
        assert_eq!(tx.jobs().complete(&lost).await, Err(StoreError::Fenced));
        drop(tx);
        complete(&db, &held).await.unwrap();
        assert_eq!(complete(&db, &held).await, Err(StoreError::Fenced), "nobody completes twice");
        assert!(claim_all(&db).await.is_empty(), "the lost run's follow-up was not kept");
    }

    async fn a_heartbeat_keeps_a_lease_and_a_job_that_kills_its_workers_is_parked(db: TestDb) {
        let tenant = tenant(&db);
        enqueue(&db, tenant, NewJob { max_attempts: 2, ..job("work") }, OnConflict::Keep).await;
        let (lease, past) = (SignedDuration::from_secs(15), SignedDuration::from_secs(16));
        let run = claim_all(&db).await.remove(0);
        db.clock.advance_wall(SignedDuration::from_secs(10));
        assert_eq!(db.store.renew_leases("w", lease).await.unwrap(), 1);
        assert_eq!(db.store.renew_leases("someone else", lease).await.unwrap(), 0);
        db.clock.advance_wall(SignedDuration::from_secs(10));
        assert_eq!(db.store.expire_leases().await.unwrap(), 0);
        for last in [State::Available, State::Discarded] {
            db.clock.advance_wall(past);
            assert_eq!(db.store.expire_leases().await.unwrap(), 1);
            assert_eq!(state(&db, &run).await, last);
            claim_all(&db).await;
        }
        let mut tx = db.store.begin(tenant).await.unwrap();
        assert!(tx.jobs().retry(run.id).await.unwrap(), "a person may try again");
        tx.commit().await.unwrap();
        assert_eq!(claim_all(&db).await[0].attempt, 1);
    }

    async fn the_work_on_accepted_events_is_not_given_up_however_often_its_worker_stops(db: TestDb) {
        let tenant = tenant(&db);
        let connection = db.store.ids().new_id();
        let event = NewEvent {
            tenant,
            connection_id: connection,
            provider: "voicenter".into(),
            event_key: "one".into(),
            dedupe_key: "one".into(),
            headers: json!({}),
            body: b"{}".as_slice().into(),
            received_at: db.clock.now(),
            state: inbox::State::Received,
            detail: None,
        };
        InboxWriter::start(db.store.clone(), 10).put(event).await.unwrap();
        for stopped in 1..=40 {
            assert_eq!(claim_all(&db).await[0].attempt, stopped);
            db.clock.advance_wall(SignedDuration::from_secs(16));
            assert_eq!(db.store.expire_leases().await.unwrap(), 1);
        }
        assert_eq!(claim_all(&db).await.len(), 1);
    }

    async fn a_heartbeat_that_had_to_wait_for_long_still_keeps_the_whole_lease(db: TestDb) {
        enqueue(&db, tenant(&db), job("work"), OnConflict::Keep).await;
        assert_eq!(claim_all(&db).await.len(), 1);
        if db.store.engine() == Engine::Postgres {
            return; // one writer does not wait for the other there
        }
        let writer = db.store.begin_system().await.unwrap();
        let mut renewal = Box::pin(db.store.renew_leases("w", SignedDuration::from_secs(15)));
        assert!(renewal.as_mut().now_or_never().is_none(), "it waits for its turn");
        db.clock.advance_wall(SignedDuration::from_secs(60));
        drop(writer);
        assert_eq!(renewal.await.unwrap(), 1);
        assert_eq!(db.store.expire_leases().await.unwrap(), 0);
    }

    async fn a_heartbeat_does_not_wait_for_a_row_that_someone_works_on(db: TestDb) {
        if db.store.engine() == Engine::Sqlite {
            return; // one writer: it waits for its turn, and holds nothing meanwhile
        }
        let tenant = tenant(&db);
        for key in ["held", "free"] {
            enqueue(&db, tenant, keyed(key), OnConflict::Keep).await;
        }
        assert_eq!(claim_all(&db).await.len(), 2);
        let mut tx = db.store.begin(tenant).await.unwrap();
        tx.jobs().enqueue(keyed("held"), OnConflict::Move).await.unwrap();
        assert_eq!(db.store.renew_leases("w", SignedDuration::from_secs(15)).await.unwrap(), 1);
        db.clock.advance_wall(SignedDuration::from_mins(1));
        assert_eq!(db.store.expire_leases().await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(db.store.expire_leases().await.unwrap(), 1);
    }
}

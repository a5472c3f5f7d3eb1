//! The queue is fair: every tenant has its turn, urgent work comes first, and hides nobody's.

use super::{MINUTE, claim_with, complete, enqueue, job, tenant, want};
use ringleader_core::id::TenantId;
use ringleader_store::both_engines;
use ringleader_store::jobs::{Cursor, NewJob, OnConflict, Want};
use ringleader_store::testing::TestDb;

both_engines! {
    async fn a_tenant_with_many_jobs_does_not_delay_another(db: TestDb) {
        let (loud, quiet) = (tenant(&db), tenant(&db));
        let mut tx = db.store.begin(loud).await.unwrap();
        for _ in 0..10_000 {
            tx.jobs().enqueue(job("flood"), OnConflict::Keep).await.unwrap();
        }
        tx.commit().await.unwrap();
        enqueue(&db, quiet, job("one"), OnConflict::Keep).await;
        let mut cursor = Cursor::default();
        let batch = claim_with(&db.store, &want("w", 10), &mut cursor).await;
        assert_eq!(batch.jobs.len(), 10);
        assert!(batch.more);
        assert!(batch.jobs.iter().any(|job| job.tenant == quiet));
        let narrow = Want { per_tenant: 12, ..want("w", 100) };
        let batch = claim_with(&db.store, &narrow, &mut cursor).await;
        assert_eq!(batch.jobs.len(), 3, "nine of twelve run already");
    }

    async fn many_tenants_have_their_turn_one_after_the_other(db: TestDb) {
        let mut tx = db.store.begin_system().await.unwrap();
        for _ in 0..300 {
            let tenant: TenantId = tx.new_id();
            for _ in 0..2 {
                tx.jobs().of(tenant).enqueue(job("work"), OnConflict::Keep).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
        let (mut cursor, mut served) = (Cursor::default(), std::collections::HashMap::<TenantId, u32>::new());
        for _ in 0..12 {
            for job in claim_with(&db.store, &want("w", 50), &mut cursor).await.jobs {
                *served.entry(job.tenant).or_default() += 1;
            }
        }
        assert_eq!(served.len(), 300);
        assert!(served.values().all(|&runs| runs == 2));
    }

    async fn urgent_jobs_of_a_tenant_come_first_and_late_ones_do_not_hide_them(db: TestDb) {
        let (tenant, now) = (tenant(&db), db.clock.now());
        for priority in [4, 2, 3, 1] {
            enqueue(&db, tenant, NewJob { priority, ..job("work") }, OnConflict::Keep).await;
            enqueue(&db, tenant, NewJob { priority, run_at: Some(now + MINUTE), ..job("later") }, OnConflict::Keep).await;
        }
        let batch = claim_with(&db.store, &want("w", 3), &mut Cursor::default()).await;
        assert_eq!(batch.jobs.iter().map(|job| job.priority).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(batch.next_due, Some(now + MINUTE));
    }

    async fn after_urgent_jobs_the_others_are_still_known_to_be_due(db: TestDb) {
        let tenant = tenant(&db);
        for priority in [0, 0, 2, 2] {
            enqueue(&db, tenant, NewJob { priority, ..job("work") }, OnConflict::Keep).await;
        }
        let small = Want { urgent: 9, ..want("w", 1) };
        let batch = claim_with(&db.store, &small, &mut Cursor::default()).await;
        assert_eq!((batch.jobs.iter().map(|job| job.priority).collect::<Vec<_>>(), batch.more), (vec![0, 0], true));
    }

    async fn the_urgent_jobs_of_one_tenant_leave_room_for_those_of_another(db: TestDb) {
        let (one, two) = (tenant(&db), tenant(&db));
        enqueue(&db, one, job("usual"), OnConflict::Keep).await;
        for _ in 0..5 {
            enqueue(&db, one, NewJob { priority: 0, ..job("work") }, OnConflict::Keep).await;
        }
        let some = Want { urgent: 4, per_tenant: 3, ..want("w", 1) };
        let batch = claim_with(&db.store, &some, &mut Cursor::default()).await;
        assert_eq!(batch.jobs.iter().filter(|job| job.priority == 0).count(), 3);
        enqueue(&db, two, NewJob { priority: 0, ..job("work") }, OnConflict::Keep).await;
        let next = claim_with(&db.store, &some, &mut Cursor::default()).await.jobs;
        assert_eq!(next.iter().map(|job| (job.tenant, job.priority)).collect::<Vec<_>>(), [(two, 0)]);
        complete(&db, &batch.jobs[0]).await.unwrap();
        let next = claim_with(&db.store, &some, &mut Cursor::default()).await.jobs;
        assert_eq!(next.iter().map(|job| (job.tenant, job.priority)).collect::<Vec<_>>(), [(one, 0)]);
    }

    async fn the_urgent_backlog_of_a_busy_tenant_hides_nobody(db: TestDb) {
        let (one, two) = (tenant(&db), tenant(&db));
        for _ in 0..300 {
            enqueue(&db, one, NewJob { priority: 0, ..job("work") }, OnConflict::Keep).await;
        }
        enqueue(&db, two, NewJob { priority: 0, ..job("work") }, OnConflict::Keep).await;
        let some = Want { urgent: 4, per_tenant: 3, ..want("w", 1) };
        let first = claim_with(&db.store, &some, &mut Cursor::default()).await.jobs;
        assert_eq!(first.iter().map(|job| job.tenant).collect::<Vec<_>>(), [one; 3]);
        let next = claim_with(&db.store, &some, &mut Cursor::default()).await.jobs;
        assert_eq!(next.iter().map(|job| job.tenant).collect::<Vec<_>>(), [two]);
    }
}

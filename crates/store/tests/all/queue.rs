//! The queue's promises: keys, lanes, turns, fairness; all inside the caller's transaction.

mod fairness;

use jiff::SignedDuration;
use ringleader_core::id::TenantId;
use ringleader_store::jobs::{
    Batch, Claimed, Cursor, Ending, Enqueued, Filter, NewJob, OnConflict, State, Want, claim,
};
use ringleader_store::testing::TestDb;
use ringleader_store::{Store, StoreError, both_engines};
use serde_json::json;

pub(crate) fn job(kind: &str) -> NewJob {
    NewJob::new(kind, json!({}))
}

pub(crate) fn keyed(key: &str) -> NewJob {
    NewJob { key: Some(key.into()), ..job("work") }
}

fn laned(lane: &str) -> NewJob {
    NewJob { lane: Some(lane.into()), ..job("work") }
}

pub(crate) fn tenant(db: &TestDb) -> TenantId {
    db.store.ids().new_id()
}

pub(crate) async fn enqueue(db: &TestDb, tenant: TenantId, job: NewJob, rule: OnConflict) -> Enqueued {
    let mut tx = db.store.begin(tenant).await.unwrap();
    let enqueued = tx.jobs().enqueue(job, rule).await.unwrap();
    tx.commit().await.unwrap();
    enqueued
}

fn want(worker: &str, slots: usize) -> Want {
    Want { worker: worker.into(), slots, urgent: slots, per_tenant: 1000, lease: SignedDuration::from_secs(15) }
}

async fn claim_with(store: &Store, want: &Want, cursor: &mut Cursor) -> Batch {
    let mut tx = store.begin_system().await.unwrap();
    let batch = claim(&mut tx, want, cursor).await.unwrap();
    tx.commit().await.unwrap();
    batch
}

pub(crate) async fn claim_all(db: &TestDb) -> Vec<Claimed> {
    claim_with(&db.store, &want("w", 100), &mut Cursor::default()).await.jobs
}

pub(crate) async fn complete(db: &TestDb, job: &Claimed) -> Result<(), StoreError> {
    let mut tx = db.store.begin(job.tenant).await.unwrap();
    tx.jobs().complete(job).await?;
    tx.commit().await
}

async fn finish(db: &TestDb, job: &Claimed, ending: Ending) {
    let mut tx = db.store.begin(job.tenant).await.unwrap();
    tx.jobs().finish(job, ending).await.unwrap();
    tx.commit().await.unwrap();
}

pub(crate) async fn state(db: &TestDb, job: &Claimed) -> State {
    db.store.read(job.tenant).await.unwrap().jobs().get(job.id).await.unwrap().unwrap().state
}

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

both_engines! {
    async fn a_waiting_key_is_kept_moved_or_pulled_forward_as_asked(db: TestDb) {
        let (tenant, now) = (tenant(&db), db.clock.now());
        let at = |minutes: i64| NewJob { run_at: Some(now + MINUTE * minutes as i32), ..keyed("k") };
        let first = enqueue(&db, tenant, at(10), OnConflict::Keep).await;
        let Enqueued::Inserted(id) = first else { panic!("{first:?}") };
        assert_eq!(enqueue(&db, tenant, at(5), OnConflict::Keep).await, Enqueued::Kept);
        assert_eq!(enqueue(&db, tenant, at(20), OnConflict::Move).await, Enqueued::Moved(id));
        assert_eq!(enqueue(&db, tenant, at(30), OnConflict::Sooner).await, Enqueued::Kept);
        assert_eq!(enqueue(&db, tenant, at(3), OnConflict::Sooner).await, Enqueued::Moved(id));
        assert!(claim_all(&db).await.is_empty());
        db.clock.advance(MINUTE * 3);
        assert_eq!(claim_all(&db).await.len(), 1);
        let other = db.store.ids().new_id();
        assert!(matches!(enqueue(&db, other, keyed("k"), OnConflict::Keep).await, Enqueued::Inserted(_)));
    }

    async fn a_key_enqueued_while_it_runs_runs_again(db: TestDb) {
        let tenant = tenant(&db);
        enqueue(&db, tenant, keyed("k"), OnConflict::Keep).await;
        let run = claim_all(&db).await.remove(0);
        assert_eq!(enqueue(&db, tenant, keyed("k"), OnConflict::Keep).await, Enqueued::Again(run.id));
        assert_eq!(enqueue(&db, tenant, keyed("k"), OnConflict::Keep).await, Enqueued::Again(run.id));
        assert!(claim_all(&db).await.is_empty(), "not while it runs");
        complete(&db, &run).await.unwrap();
        let again = claim_all(&db).await.remove(0);
        assert_eq!((again.id, again.attempt), (run.id, 1));
        complete(&db, &again).await.unwrap();
        assert!(claim_all(&db).await.is_empty());
        assert_eq!(state(&db, &again).await, State::Completed);
        assert!(matches!(enqueue(&db, tenant, keyed("k"), OnConflict::Keep).await, Enqueued::Inserted(_)));
    }

    async fn what_a_rolled_back_transaction_enqueued_moved_or_cancelled_did_not_happen(db: TestDb) {
        let (tenant, later) = (tenant(&db), db.clock.now() + MINUTE);
        enqueue(&db, tenant, keyed("k"), OnConflict::Keep).await;
        let mut tx = db.store.begin(tenant).await.unwrap();
        assert!(tx.jobs().reschedule("work", "k", later).await.unwrap());
        assert!(tx.jobs().cancel("work", "k").await.unwrap());
        tx.jobs().enqueue(keyed("other"), OnConflict::Keep).await.unwrap();
        drop(tx);
        // The rollback goes on in the background, and a claim passes by what is locked: this waits for it.
        assert_eq!(enqueue(&db, tenant, keyed("k"), OnConflict::Keep).await, Enqueued::Kept);
        let jobs = claim_all(&db).await;
        assert_eq!(jobs.iter().map(|job| job.key.as_deref()).collect::<Vec<_>>(), [Some("k")]);
    }

    async fn cancel_and_reschedule_say_whether_they_found_a_waiting_job(db: TestDb) {
        let (tenant, later) = (tenant(&db), db.clock.now() + MINUTE);
        enqueue(&db, tenant, keyed("k"), OnConflict::Keep).await;
        let mut tx = db.store.begin(tenant).await.unwrap();
        assert!(!tx.jobs().cancel("work", "unknown").await.unwrap());
        assert!(tx.jobs().reschedule("work", "k", later).await.unwrap());
        tx.commit().await.unwrap();
        assert!(claim_all(&db).await.is_empty());
        db.clock.advance(MINUTE);
        let run = claim_all(&db).await.remove(0);
        enqueue(&db, tenant, keyed("k"), OnConflict::Keep).await;
        let mut tx = db.store.begin(tenant).await.unwrap();
        assert!(!tx.jobs().cancel("work", "k").await.unwrap(), "it runs, but not again");
        assert!(!tx.jobs().reschedule("work", "k", later).await.unwrap());
        tx.commit().await.unwrap();
        complete(&db, &run).await.unwrap();
        assert_eq!(state(&db, &run).await, State::Completed);
    }

    async fn a_lane_runs_one_job_at_a_time_in_order_however_many_workers_race_for_it(db: TestDb) {
        let tenant = tenant(&db);
        for _ in 0..20 {
            enqueue(&db, tenant, laned("chat"), OnConflict::Keep).await;
        }
        let second = db.second_store().await;
        let mut order = Vec::new();
        for _ in 0..20 {
            let (want, mut one, mut two) = (want("w", 10), Cursor::default(), Cursor::default());
            let (a, b) = tokio::join!(claim_with(&db.store, &want, &mut one), claim_with(&second, &want, &mut two));
            assert!(a.more || b.more || order.len() == 19);
            let claimed: Vec<Claimed> = a.jobs.into_iter().chain(b.jobs).collect();
            assert_eq!(claimed.len(), 1);
            complete(&db, &claimed[0]).await.unwrap();
            order.push(claimed[0].id);
        }
        assert!(order.is_sorted(), "in the order in which they were enqueued");
        second.close().await;
    }

    async fn workers_that_race_never_get_the_same_job(db: TestDb) {
        let tenant = tenant(&db);
        for _ in 0..60 {
            enqueue(&db, tenant, job("work"), OnConflict::Keep).await;
        }
        let second = db.second_store().await;
        let (mut tasks, mut seen) = (tokio::task::JoinSet::new(), std::collections::HashSet::new());
        for n in 0..6 {
            let store = if n % 2 == 0 { db.store.clone() } else { second.clone() };
            tasks.spawn(async move { claim_with(&store, &want("w", 20), &mut Cursor::default()).await.jobs });
        }
        while let Some(jobs) = tasks.join_next().await {
            for job in jobs.unwrap() {
                assert!(seen.insert(job.id));
            }
        }
        assert_eq!(seen.len(), 60);
        second.close().await;
    }

    async fn runs_that_end_and_work_that_comes_again_never_wait_for_each_other_in_a_circle(db: TestDb) {
        let tenants: Vec<TenantId> = (0..12).map(|_| tenant(&db)).collect();
        let again = async |store: &Store| {
            let mut tx = store.begin_system().await?;
            let jobs = tenants.iter().map(|tenant| (*tenant, keyed("drain"))).collect();
            tx.jobs().enqueue_all(jobs, OnConflict::Sooner).await?;
            tx.commit().await
        };
        again(&db.store).await.unwrap();
        for _ in 0..30 {
            let mut runs = claim_all(&db).await;
            runs.sort_by_key(|run| std::cmp::Reverse(run.id)); // an order of their own
            let end = async {
                let mut tx = db.store.begin_system().await?;
                tx.jobs().hold(&runs.iter().collect::<Vec<_>>()).await?;
                tx.jobs().complete_all(&runs).await?;
                tx.commit().await
            };
            let beat = async { db.store.renew_leases("w", SignedDuration::from_secs(15)).await.map(drop) };
            let (ended, enqueued, beaten) = tokio::join!(end, again(&db.store), beat);
            assert_eq!((ended, enqueued, beaten), (Ok(()), Ok(()), Ok(())));
            again(&db.store).await.unwrap();
        }
    }

    async fn failures_wait_snoozes_cost_nothing_and_the_last_attempt_discards(db: TestDb) {
        let (tenant, mut now) = (tenant(&db), db.clock.now());
        enqueue(&db, tenant, NewJob { max_attempts: 2, ..job("work") }, OnConflict::Keep).await;
        let run = claim_all(&db).await.remove(0);
        finish(&db, &run, Ending::Snooze(now + MINUTE)).await;
        assert!(claim_all(&db).await.is_empty());
        for attempt in [1, 2] {
            db.clock.advance(MINUTE);
            now = db.clock.now();
            let run = claim_all(&db).await.remove(0);
            assert_eq!(run.attempt, attempt);
            finish(&db, &run, Ending::Retry(now + MINUTE, "no answer".into())).await;
        }
        let seen = db.store.read(tenant).await.unwrap().jobs().get(run.id).await.unwrap().unwrap();
        assert_eq!((seen.state, seen.last_error.as_deref()), (State::Discarded, Some("no answer")));
    }

    async fn a_wish_that_came_during_a_run_survives_snooze_and_retry(db: TestDb) {
        let (tenant, now) = (tenant(&db), db.clock.now());
        enqueue(&db, tenant, keyed("k"), OnConflict::Keep).await;
        let run = claim_all(&db).await.remove(0);
        enqueue(&db, tenant, keyed("k"), OnConflict::Keep).await;
        finish(&db, &run, Ending::Snooze(now + MINUTE * 60)).await;
        let run = claim_all(&db).await.remove(0);
        enqueue(&db, tenant, NewJob { run_at: Some(now + MINUTE * 60), ..keyed("k") }, OnConflict::Keep).await;
        finish(&db, &run, Ending::Retry(now, "once more".into())).await;
        let run = claim_all(&db).await.remove(0);
        complete(&db, &run).await.unwrap();
        assert_eq!(state(&db, &run).await, State::Scheduled);
        db.clock.advance(MINUTE * 60);
        assert_eq!(claim_all(&db).await.len(), 1);
    }

    async fn many_runs_are_completed_in_one_go_except_those_that_were_lost(db: TestDb) {
        let tenant = tenant(&db);
        for _ in 0..70 {
            enqueue(&db, tenant, job("work"), OnConflict::Keep).await;
        }
        let jobs = claim_all(&db).await;
        complete(&db, &jobs[0]).await.unwrap();
        let mut tx = db.store.begin_system().await.unwrap();
        assert_eq!(tx.jobs().complete_all(&jobs).await.unwrap(), 69);
        tx.commit().await.unwrap();
        assert!(db.store.read_system().await.unwrap().jobs().counts().await.unwrap().is_empty());
    }

    async fn many_jobs_of_many_tenants_are_enqueued_by_the_same_rules_as_one(db: TestDb) {
        let (tenants, now): (Vec<_>, _) = ((0..37).map(|_| tenant(&db)).collect(), db.clock.now());
        let soon = NewJob { run_at: Some(now + MINUTE), ..keyed("k") };
        let all = |job: &NewJob| tenants.iter().map(|tenant| (*tenant, job.clone())).collect::<Vec<_>>();
        let later = NewJob { run_at: Some(now + MINUTE + MINUTE), ..keyed("k") };
        for (job, rule, due) in [
            (&soon, OnConflict::Keep, now + MINUTE),
            (&later, OnConflict::Sooner, now + MINUTE),
            (&later, OnConflict::Move, now + MINUTE + MINUTE),
            (&keyed("k"), OnConflict::Keep, now + MINUTE + MINUTE),
            (&keyed("k"), OnConflict::Sooner, now),
        ] {
            let mut tx = db.store.begin_system().await.unwrap();
            tx.jobs().enqueue_all(all(job), rule).await.unwrap();
            tx.commit().await.unwrap();
            for tenant in &tenants {
                let mut read = db.store.read(*tenant).await.unwrap();
                assert_eq!(read.jobs().find("work", "k").await.unwrap().unwrap().run_at, due);
            }
        }
        assert_eq!(claim_all(&db).await.len(), tenants.len());
    }

    async fn people_list_retry_discard_and_forget(db: TestDb) {
        let (mine, other) = (tenant(&db), tenant(&db));
        for tenant in [mine, other] {
            enqueue(&db, tenant, keyed("k"), OnConflict::Keep).await;
        }
        let mut tx = db.store.begin(mine).await.unwrap();
        let all = tx.jobs().list(&Filter { limit: 10, ..Filter::default() }).await.unwrap();
        assert_eq!(all.len(), 1);
        assert!(tx.jobs().discard(all[0].id).await.unwrap());
        assert!(!tx.jobs().discard(all[0].id).await.unwrap());
        tx.jobs().enqueue(keyed("k"), OnConflict::Keep).await.unwrap();
        assert!(!tx.jobs().retry(all[0].id).await.unwrap(), "its key is taken");
        assert!(tx.jobs().find("work", "k").await.unwrap().is_some());
        tx.commit().await.unwrap();
        let mut tx = db.store.begin_system().await.unwrap();
        let gone = Filter { states: vec![State::Discarded], kind: Some("work".into()), limit: 10, ..Filter::default() };
        assert_eq!(tx.jobs().list(&gone).await.unwrap().len(), 1);
        assert_eq!(tx.jobs().counts().await.unwrap().iter().map(|count| count.count).sum::<i64>(), 3);
        let soon = db.clock.now() + MINUTE;
        assert_eq!(tx.jobs().prune(soon, 10).await.unwrap(), 1);
        tx.commit().await.unwrap();
    }

    async fn a_commit_wakes_who_waits_for_work(db: TestDb) {
        let tenant = tenant(&db);
        let mut wakes = db.store.wakes();
        let mut tx = db.store.begin(tenant).await.unwrap();
        tx.jobs().enqueue(job("work"), OnConflict::Keep).await.unwrap();
        assert!(!wakes.has_changed().unwrap(), "not before it is committed");
        tx.commit().await.unwrap();
        wakes.changed().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql_a_commit_wakes_other_nodes_too() {
    let db = TestDb::new(ringleader_store::Engine::Postgres).await;
    let second = db.second_store().await;
    let _here = tokio::spawn(ringleader_store::jobs::relay(db.store.clone()));
    let _there = tokio::spawn(ringleader_store::jobs::relay(second.clone()));
    let (mut wakes, tenant) = (second.wakes(), tenant(&db));
    // The listener may not be there yet for the first ones.
    loop {
        enqueue(&db, tenant, job("work"), OnConflict::Keep).await;
        if tokio::time::timeout(std::time::Duration::from_millis(50), wakes.changed()).await.is_ok() {
            return;
        }
    }
}

//! The engine's promises, with real databases and handlers that misbehave.

use jiff::SignedDuration;
use ringleader_core::id::{JobId, TenantId};
use ringleader_jobs::engine::{Config, Engine, Job, Outcome, Running, URGENT, enqueue};
use ringleader_store::jobs::{Claimed, Enqueued, JobRow, NewJob, OnConflict, State};
use ringleader_store::testing::TestDb;
use ringleader_store::{Store, both_engines};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, watch};

/// What the test's jobs need and tell.
struct Lab {
    store: Store,
    /// How many runs began.
    began: watch::Sender<u32>,
    /// Runs of `Hold` wait for a permit.
    gate: Semaphore,
    names: mpsc::UnboundedSender<String>,
}

#[derive(Serialize, Deserialize)]
struct Act {
    how: String,
}

impl Job for Act {
    type Context = Lab;
    const KIND: &'static str = "act";
    const TIMEOUT: Duration = Duration::from_millis(50);
    const MAX_ATTEMPTS: u32 = 2;

    fn key(&self) -> Option<String> {
        Some(self.how.clone())
    }

    async fn run(self, cx: &Lab, job: &Claimed) -> Outcome {
        cx.began.send_modify(|began| *began += 1);
        match self.how.as_str() {
            "retry" => Outcome::Retry("not today".into()),
            "panic" => panic!("oh no"),
            "hang" => std::future::pending().await,
            "snooze" => Outcome::Snooze(job.run_at + SignedDuration::from_mins(1)),
            "hinder" => Outcome::Hindered("the database is busy".into()),
            "cancel" => Outcome::Cancel("nobody wants it".into()),
            "commit" => {
                let mut tx = cx.store.begin(job.tenant).await.unwrap();
                let next = Act { how: "done".into() };
                enqueue(&mut tx, &next, None, OnConflict::Keep).await.unwrap();
                tx.jobs().complete(job).await.unwrap();
                tx.commit().await.unwrap();
                Outcome::Committed
            }
            _ => Outcome::Done,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Hold {
    name: String,
    lane: Option<String>,
}

impl Job for Hold {
    type Context = Lab;
    const KIND: &'static str = "hold";

    fn lane(&self) -> Option<String> {
        self.lane.clone()
    }

    async fn run(self, cx: &Lab, _: &Claimed) -> Outcome {
        cx.began.send_modify(|began| *began += 1);
        cx.gate.acquire().await.unwrap().forget();
        cx.names.send(self.name).unwrap();
        Outcome::Done
    }
}

/// Tells its name at once.
#[derive(Serialize, Deserialize)]
struct Rush {
    name: String,
}

impl Job for Rush {
    type Context = Lab;
    const KIND: &'static str = "rush";

    fn priority(&self) -> u8 {
        URGENT
    }

    async fn run(self, cx: &Lab, _: &Claimed) -> Outcome {
        cx.names.send(self.name).unwrap();
        Outcome::Done
    }
}

struct Bench {
    lab: Arc<Lab>,
    tenant: TenantId,
    names: mpsc::UnboundedReceiver<String>,
}

impl Bench {
    fn new(db: &TestDb) -> Self {
        let (sender, names) = mpsc::unbounded_channel();
        let lab = Lab { store: db.store.clone(), began: watch::Sender::new(0), gate: Semaphore::new(0), names: sender };
        Self { lab: Arc::new(lab), tenant: db.store.ids().new_id(), names }
    }

    fn engine(&self, config: Config) -> Engine<Lab> {
        Engine::new(self.lab.store.clone(), self.lab.clone(), config).with::<Act>().with::<Hold>().with::<Rush>()
    }

    async fn start(&self, config: Config) -> Running {
        self.engine(config).start().await.unwrap()
    }

    async fn add<J: Job>(&self, job: J) -> JobId {
        let mut tx = self.lab.store.begin(self.tenant).await.unwrap();
        let Enqueued::Inserted(id) = enqueue(&mut tx, &job, None, OnConflict::Keep).await.unwrap() else { panic!() };
        tx.commit().await.unwrap();
        id
    }

    async fn act(&self, how: &str) -> JobId {
        self.add(Act { how: how.into() }).await
    }

    async fn hold(&self, name: &str, lane: Option<&str>) -> JobId {
        self.add(Hold { name: name.into(), lane: lane.map(str::to_owned) }).await
    }

    async fn row(&self, id: JobId) -> JobRow {
        self.lab.store.read(self.tenant).await.unwrap().jobs().get(id).await.unwrap().unwrap()
    }

    async fn until_began(&self, runs: u32) {
        self.lab.began.subscribe().wait_for(|began| *began >= runs).await.unwrap();
    }
}

/// No wake-up of a test comes from the poll.
fn patient() -> Config {
    Config { poll: Duration::from_secs(3600), ..Config::default() }
}

both_engines! {
    async fn each_outcome_leaves_the_job_as_it_should_be(db: TestDb) {
        let bench = Bench::new(&db);
        let engine = bench.engine(Config::default());
        for (how, state, attempt, error) in [
            ("done", State::Completed, 1, None),
            ("retry", State::Retryable, 1, Some("not today")),
            ("panic", State::Retryable, 1, Some("panicked: oh no")),
            ("hang", State::Retryable, 1, Some("stopped after 0 seconds")),
            ("snooze", State::Scheduled, 0, None),
            ("hinder", State::Scheduled, 0, None),
            ("cancel", State::Cancelled, 1, Some("nobody wants it")),
            ("commit", State::Completed, 1, None),
        ] {
            let id = bench.act(how).await;
            engine.run_due().await.unwrap();
            let row = bench.row(id).await;
            assert_eq!((row.state, row.attempt, row.last_error.as_deref()), (state, attempt, error), "{how}");
        }
    }

    async fn a_failing_job_waits_longer_each_time_and_is_then_parked(db: TestDb) {
        let bench = Bench::new(&db);
        let engine = bench.engine(Config::default());
        let id = bench.act("retry").await;
        assert_eq!(engine.run_due().await.unwrap(), 1);
        let wait = bench.row(id).await.run_at.duration_since(db.clock.now()).as_millis();
        assert!((900..=1100).contains(&wait), "{wait} ms");
        assert_eq!(engine.run_due().await.unwrap(), 0);
        db.clock.advance(SignedDuration::from_secs(2));
        assert_eq!(engine.run_due().await.unwrap(), 1);
        assert_eq!(bench.row(id).await.state, State::Discarded);
    }

    async fn a_job_that_was_hindered_comes_back_soon_however_often(db: TestDb) {
        let bench = Bench::new(&db);
        let engine = bench.engine(Config::default());
        let id = bench.act("hinder").await;
        for _ in 0..10 {
            assert_eq!(engine.run_due().await.unwrap(), 1);
            let row = bench.row(id).await;
            let wait = row.run_at.duration_since(db.clock.now()).as_millis();
            assert!((500..=2000).contains(&wait) && row.attempt == 0, "{wait} ms, attempt {}", row.attempt);
            db.clock.advance(SignedDuration::from_secs(2));
        }
    }

    async fn what_cannot_be_understood_is_parked_with_its_reason_and_without_its_contents(db: TestDb) {
        let bench = Bench::new(&db);
        let mut tx = db.store.begin(bench.tenant).await.unwrap();
        let mut ids = vec![];
        for (kind, payload) in [("act", serde_json::json!({"how": 447_700_900_123_i64})), ("gone", serde_json::json!({}))] {
            let Enqueued::Inserted(id) = tx.jobs().enqueue(NewJob::new(kind, payload), OnConflict::Keep).await.unwrap()
            else { panic!() };
            ids.push(id);
        }
        tx.commit().await.unwrap();
        assert_eq!(bench.engine(Config::default()).run_due().await.unwrap(), 2);
        for (id, reason) in ids.into_iter().zip(["the payload cannot be read", "no such kind of work"]) {
            let row = bench.row(id).await;
            let error = row.last_error.unwrap();
            assert_eq!(row.state, State::Discarded);
            assert!(error.contains(reason) && !error.contains("4477"), "{error}");
        }
    }

    async fn a_commit_starts_the_work_and_its_follow_up_without_waiting_for_a_poll(db: TestDb) {
        let bench = Bench::new(&db);
        let running = bench.start(patient()).await;
        bench.act("commit").await;
        bench.until_began(2).await;
        running.drain(Duration::from_secs(10)).await;
    }

    async fn work_for_later_starts_when_the_clock_says_so(db: TestDb) {
        let bench = Bench::new(&db);
        let running = bench.start(patient()).await;
        let (mut tx, at) = (db.store.begin(bench.tenant).await.unwrap(), db.clock.now() + SignedDuration::from_hours(2));
        enqueue(&mut tx, &Act { how: "done".into() }, Some(at), OnConflict::Keep).await.unwrap();
        tx.commit().await.unwrap();
        db.clock.advance(SignedDuration::from_hours(2));
        bench.until_began(1).await;
        running.drain(Duration::from_secs(10)).await;
    }

    async fn a_lane_goes_on_as_soon_as_its_job_ends_and_keeps_its_order(db: TestDb) {
        let mut bench = Bench::new(&db);
        let running = bench.start(patient()).await;
        for name in ["1", "2", "3"] {
            bench.hold(name, Some("chat")).await;
        }
        for name in ["1", "2", "3"] {
            bench.lab.gate.add_permits(1);
            assert_eq!(bench.names.recv().await.unwrap(), name);
        }
        running.drain(Duration::from_secs(10)).await;
        assert_eq!(*bench.lab.began.borrow(), 3);
    }

    async fn one_tenants_jobs_leave_slots_for_the_others(db: TestDb) {
        let mut bench = Bench::new(&db);
        let config = Config { slots: 4, per_tenant: 2, ..patient() };
        let running = bench.start(config).await;
        for _ in 0..5 {
            bench.hold("loud", None).await;
        }
        bench.until_began(2).await;
        bench.tenant = db.store.ids().new_id();
        bench.hold("quiet", None).await;
        bench.until_began(3).await;
        bench.lab.gate.add_permits(6);
        for _ in 0..6 {
            bench.names.recv().await.unwrap();
        }
        running.drain(Duration::from_secs(10)).await;
    }

    async fn what_is_urgent_waits_for_no_backlog(db: TestDb) {
        let mut bench = Bench::new(&db);
        let (one, other) = (bench.tenant, db.store.ids().new_id());
        let running = bench.start(Config { slots: 4, per_tenant: 2, ..patient() }).await;
        // Every slot runs something slow, and much more waits, of the same business and of another.
        for tenant in [one, other] {
            bench.tenant = tenant;
            for _ in 0..20 {
                bench.hold("slow", None).await;
            }
        }
        bench.until_began(4).await;
        for tenant in [one, other] {
            bench.tenant = tenant;
            bench.add(Rush { name: tenant.to_string() }).await;
            assert_eq!(bench.names.recv().await.unwrap(), tenant.to_string());
        }
        assert_eq!(*bench.lab.began.borrow(), 4, "nothing of the backlog has ended or begun since");
        // The backlog goes on where it stood.
        bench.lab.gate.add_permits(40);
        for _ in 0..40 {
            assert_eq!(bench.names.recv().await.unwrap(), "slow");
        }
        running.drain(Duration::from_secs(10)).await;
    }

    async fn urgent_work_that_is_due_later_starts_in_time_beside_a_backlog(db: TestDb) {
        let mut bench = Bench::new(&db);
        let running = bench.start(Config { slots: 2, ..patient() }).await;
        for _ in 0..3 {
            bench.hold("slow", None).await;
        }
        bench.until_began(2).await;
        let (mut tx, at) = (db.store.begin(bench.tenant).await.unwrap(), db.clock.now() + SignedDuration::from_mins(2));
        enqueue(&mut tx, &Rush { name: "the next one".into() }, Some(at), OnConflict::Keep).await.unwrap();
        tx.commit().await.unwrap();
        db.clock.advance(SignedDuration::from_mins(2));
        assert_eq!(bench.names.recv().await.unwrap(), "the next one");
        bench.lab.gate.add_permits(3);
        running.drain(Duration::from_secs(10)).await;
    }

    async fn a_drain_waits_for_what_runs_and_gives_the_rest_back_unharmed(db: TestDb) {
        let mut bench = Bench::new(&db);
        let running = bench.start(patient()).await;
        let ends = bench.hold("ends", None).await;
        bench.until_began(1).await;
        bench.lab.gate.add_permits(1);
        assert_eq!(bench.names.recv().await.unwrap(), "ends");
        running.drain(Duration::from_secs(10)).await;
        assert_eq!(bench.row(ends).await.state, State::Completed);

        let running = bench.start(patient()).await;
        let stays = bench.hold("stays", None).await;
        bench.until_began(2).await;
        running.drain(Duration::ZERO).await;
        let row = bench.row(stays).await;
        assert_eq!((row.state, row.attempt), (State::Available, 0));
    }

    async fn the_work_of_a_killed_worker_is_done_by_another_when_its_lease_ends(db: TestDb) {
        let mut bench = Bench::new(&db);
        let killed = bench.start(patient()).await;
        let id = bench.hold("twice begun", None).await;
        bench.until_began(1).await;
        drop(killed);
        assert_eq!(bench.row(id).await.state, State::Running);
        db.clock.advance_wall(SignedDuration::from_mins(1));
        // No heartbeat of this one comes in time: the start alone must take it up.
        let config = Config { lease: Duration::from_secs(3600), ..patient() };
        let running = bench.start(config).await;
        bench.until_began(2).await;
        bench.lab.gate.add_permits(1);
        assert_eq!(bench.names.recv().await.unwrap(), "twice begun");
        running.drain(Duration::from_secs(10)).await;
        let row = bench.row(id).await;
        assert_eq!((row.state, row.attempt), (State::Completed, 2));
    }
}

//! How many events a second the inbox takes, and how fast the queue turns: `cargo run --release -p ringleader-store
//! --features testing --example inbox_speed [sqlite|postgres] [callers] [seconds]`. A measurement, not a test.

use ringleader_core::id::{ConnectionId, TenantId};
use ringleader_store::inbox::{InboxWriter, NewEvent, State};
use ringleader_store::jobs::{Cursor, NewJob, OnConflict, Want, claim};
use ringleader_store::testing::TestDb;
use ringleader_store::{Engine, Store};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let engine = if words.first().is_some_and(|word| word == "postgres") { Engine::Postgres } else { Engine::Sqlite };
    let callers = words.get(1).and_then(|word| word.parse().ok()).unwrap_or(64);
    let seconds = words.get(2).and_then(|word| word.parse().ok()).unwrap_or(5);
    let db = TestDb::new(engine).await;
    puts(&db.store, callers, Duration::from_secs(seconds)).await;
    queue(&db.store, 10_000).await;
    waiting(&db.store, 200_000).await;
    queue(&db.store, 10_000).await;
}

async fn puts(store: &Store, callers: usize, time: Duration) {
    let writer = InboxWriter::start(store.clone(), 4096);
    let owners: Vec<(TenantId, ConnectionId)> = (0..10).map(|_| (store.ids().new_id(), store.ids().new_id())).collect();
    let (count, end) = (Arc::new(AtomicU64::new(0)), Instant::now() + time);
    let mut tasks = tokio::task::JoinSet::new();
    for caller in 0..callers {
        let (writer, count, store, (tenant, connection_id)) =
            (writer.clone(), count.clone(), store.clone(), owners[caller % owners.len()]);
        tasks.spawn(async move {
            let mut times = Vec::new();
            while Instant::now() < end {
                let n = count.fetch_add(1, Ordering::Relaxed);
                let event = NewEvent {
                    tenant,
                    connection_id,
                    provider: "voicenter".into(),
                    event_key: format!("call-{n}"),
                    dedupe_key: format!("call-{n}-of-a-usual-length"),
                    headers: serde_json::json!({"content-type": "application/json"}),
                    body: vec![b'x'; 600].into(),
                    received_at: store.clock().now(),
                    state: State::Received,
                    detail: None,
                };
                let began = Instant::now();
                writer.put(event).await.expect("the event is kept");
                times.push(began.elapsed());
            }
            times
        });
    }
    let mut times: Vec<Duration> = tasks.join_all().await.into_iter().flatten().collect();
    times.sort_unstable();
    let (rate, p50, p99) =
        (times.len() as f64 / time.as_secs_f64(), times[times.len() / 2], times[times.len() * 99 / 100]);
    print(format!("{callers} callers: {rate:.0} puts/s, p50 {p50:.1?}, p99 {p99:.1?}"));
}

async fn waiting(store: &Store, jobs: usize) {
    let far = store.clock().now() + jiff::SignedDuration::from_hours(24 * 30);
    for _ in 0..100 {
        let mut tx = store.begin(store.ids().new_id()).await.expect("begins");
        for n in 0..jobs / 100 {
            let job =
                NewJob { run_at: Some(far), key: Some(n.to_string()), ..NewJob::new("later", serde_json::json!({})) };
            tx.jobs().enqueue(job, OnConflict::Keep).await.expect("enqueues");
        }
        tx.commit().await.expect("commits");
    }
    print(format!("now with {jobs} waiting jobs"));
}

async fn queue(store: &Store, jobs: usize) {
    let began = Instant::now();
    let mut tx = store.begin_system().await.expect("begins");
    for n in 0..jobs {
        let tenant = ringleader_core::id::Id::from_uuid(uuid::Uuid::from_u128(n as u128 % 10 + 1));
        tx.jobs()
            .of(tenant)
            .enqueue(NewJob::new("now", serde_json::json!({})), OnConflict::Keep)
            .await
            .expect("enqueues");
    }
    tx.commit().await.expect("commits");
    let enqueued = jobs as f64 / began.elapsed().as_secs_f64();
    let (mut cursor, mut done, began, mut slowest) = (Cursor::default(), 0, Instant::now(), Duration::ZERO);
    let want =
        Want { worker: "w".into(), slots: 64, urgent: 8, per_tenant: 64, lease: jiff::SignedDuration::from_secs(15) };
    while done < jobs {
        let turn = Instant::now();
        let mut tx = store.begin_system().await.expect("begins");
        let batch = claim(&mut tx, &want, &mut cursor).await.expect("claims");
        if batch.jobs.is_empty() {
            break;
        }
        done += tx.jobs().complete_all(&batch.jobs).await.expect("completes") as usize;
        tx.commit().await.expect("commits");
        slowest = slowest.max(turn.elapsed());
    }
    let rate = done as f64 / began.elapsed().as_secs_f64();
    print(format!(
        "{enqueued:.0} enqueues/s in one transaction; {rate:.0} claimed and completed/s, slowest turn {slowest:.1?}"
    ));
}

#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
fn print(line: String) {
    println!("{line}");
}

//! What is done from time to time beside the jobs: gauges for the next scrape, old jobs forgotten, a listener for metrics.

use crate::settings::Settings;
use crate::stop::Stop;
use metrics_exporter_prometheus::PrometheusHandle;
use ringleader_jobs::engine::Depth;
use ringleader_store::Store;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Between two looks at the queue for the metrics.
const LOOK: Duration = Duration::from_secs(15);

/// So many looks between two rounds of forgetting.
const FORGET_EVERY: u32 = 40;

/// Jobs forgotten in one transaction.
const BATCH: u32 = 1_000;

/// Starts the rounds; dropping the handle does not end them, `abort` does.
pub fn start(settings: &Settings, store: Store, metrics: PrometheusHandle) -> JoinHandle<()> {
    let keep = jiff::SignedDuration::try_from(settings.retention.jobs.0).unwrap_or(jiff::SignedDuration::MAX);
    tokio::spawn(async move {
        let mut depth = Depth::default();
        let mut rounds = tokio::time::interval(LOOK);
        rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        for round in 0u32.. {
            rounds.tick().await;
            metrics.run_upkeep();
            let done = match round % FORGET_EVERY {
                0 => forget(&store, keep).await,
                _ => depth.record(&store).await,
            };
            if let Err(error) = done {
                tracing::warn!(%error, "Upkeep did not succeed; it is tried again soon");
            }
        }
    })
}

/// Forgets jobs that are over for longer than `keep`, a batch at a time, so that no writer waits for long.
async fn forget(store: &Store, keep: jiff::SignedDuration) -> ringleader_store::Result<()> {
    loop {
        let mut tx = store.begin_system().await?;
        let before = tx.now().saturating_sub(keep).unwrap_or(jiff::Timestamp::MIN);
        let forgotten = tx.jobs().prune(before, BATCH).await?;
        tx.commit().await?;
        if forgotten < u64::from(BATCH) {
            return Ok(());
        }
    }
}

/// Serves `/metrics` on an address of its own, without token.
///
/// # Errors
/// The address cannot be listened on.
pub async fn serve_metrics(address: SocketAddr, metrics: PrometheusHandle) -> Result<JoinHandle<()>, Stop> {
    let listener = TcpListener::bind(address).await.map_err(|error| {
        let what = format!("{address} cannot be listened on: {error}.");
        Stop::failed(what, "Is another program there? Set `metrics_listen` to a free address.")
    })?;
    let page = move || std::future::ready(metrics.render());
    let router = axum::Router::new().route("/metrics", axum::routing::get(page));
    Ok(tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "The listener for metrics ended");
        }
    }))
}

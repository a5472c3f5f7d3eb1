//! `ringleader serve`: webhooks, API, pages and jobs in one process, until it is told to stop; then it drains.

use crate::settings::Settings;
use crate::stop::Stop;
use crate::{telemetry, upkeep, wiring};
use ringleader_jobs::engine::Running;
use ringleader_store::Clock;
use ringleader_web::sandbox::Sandbox;
use ringleader_web::{AppState, Wiring};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Runs until SIGTERM or Ctrl-C.
pub(crate) async fn run(settings: &Settings) -> anyhow::Result<()> {
    let traces = telemetry::start(&settings.telemetry)?;
    let served = serve(settings).await;
    traces.finish().await;
    served
}

async fn serve(settings: &Settings) -> anyhow::Result<()> {
    let listener = TcpListener::bind(settings.listen).await.map_err(|error| {
        let what = format!("{} cannot be listened on: {error}.", settings.listen);
        Stop::failed(what, "Is another program there? Set `listen` to a free address.")
    })?;
    // Port 0 is any free one: from here on it is the one that was given.
    let settings = &Settings { listen: listener.local_addr()?, ..settings.clone() };
    let installation = Installation::open(settings, Clock::system()).await?;
    tracing::info!(listen = %settings.listen, public_url = %installation.cx.public_url, "Ringleader is ready");
    installation.serve(listener, None).await
}

/// The running parts behind the router.
pub(crate) struct Installation {
    /// What flows and actions work with.
    pub cx: ringleader_jobs::context::Context,
    web: ringleader_web::WebSettings,
    metrics: metrics_exporter_prometheus::PrometheusHandle,
    engine: Running,
    settings: Settings,
}

/// Longest wait for open requests when stopping: live streams never end by themselves.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// The same for the demo, where an open page is the rule and nobody outside waits for an answer.
const LAST_LOOKS: Duration = Duration::from_millis(300);

impl Installation {
    /// Opens the database, starts the engine.
    pub async fn open(settings: &Settings, clock: Clock) -> anyhow::Result<Self> {
        let metrics = telemetry::start_metrics()?;
        let store = wiring::store(settings, clock).await?;
        let cx = wiring::context(settings, store)?;
        ringleader_jobs::work::housekeeping::plan(&cx.store).await?;
        ringleader_jobs::work::read_call_log::plan_all(&cx).await?;
        let engine = ringleader_jobs::all::engine(&cx, wiring::engine_config(settings)).start().await?;
        let web = wiring::web(settings, &cx.public_url);
        Ok(Self { cx, web, metrics, engine, settings: settings.clone() })
    }

    /// Serves until the process is told to stop, then lets running work finish.
    pub async fn serve(self, listener: TcpListener, sandbox: Option<Arc<dyn Sandbox>>) -> anyhow::Result<()> {
        let upkeep = upkeep::start(&self.settings, self.cx.store.clone(), self.metrics.clone());
        if let Some(address) = self.settings.metrics_listen {
            upkeep::serve_metrics(address, self.metrics.clone()).await?;
        }
        let metrics = self.metrics;
        let here = self.settings.metrics_listen.is_none();
        let patience = if sandbox.is_some() { LAST_LOOKS } else { LAST_REQUESTS };
        let queue = self.settings.limits.inbox_queue.get() as usize;
        let state = AppState::new(Wiring {
            inbox: ringleader_store::inbox::InboxWriter::start(self.cx.store.clone(), queue),
            settings: self.web,
            metrics: here.then(|| -> Box<ringleader_web::state::Metrics> { Box::new(move || metrics.render()) }),
            sandbox,
            cx: self.cx.clone(),
        });
        answer(listener, ringleader_web::router(state), patience).await?;
        upkeep.abort();
        self.engine.drain(self.settings.jobs.drain.0).await;
        self.cx.store.close().await;
        Ok(())
    }
}

/// Answers requests until the process is told to stop; those that are open then may finish within `patience`.
async fn answer(listener: TcpListener, router: axum::Router, patience: Duration) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
    let end = async {
        told_to_stop().await;
        tracing::info!("Ringleader is stopping: running work finishes first");
        stop.cancel();
        tokio::time::sleep(patience).await;
    };
    tokio::select! {
        served = server => served?,
        () = end => tracing::info!("Streams that were still open are cut"),
    }
    Ok(())
}

/// Ends with Ctrl-C or SIGTERM.
async fn told_to_stop() {
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(signal) => signal,
        Err(error) => {
            tracing::error!(%error, "SIGTERM cannot be listened for");
            return std::future::pending().await;
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

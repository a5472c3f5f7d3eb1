//! Logs to standard error, traces to a collector, figures for Prometheus (D5). Nothing here sees a number or a text: they mask
//! themselves (P10).

mod traces;

pub use traces::Traces;
pub(crate) use traces::probe;

use crate::meters;
use crate::settings::{LogFormat, Telemetry};
use crate::stop::Stop;
use metrics_exporter_prometheus::PrometheusHandle;
use ringleader_web::logs;
use tracing_subscriber::filter::{FilterExt, LevelFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

/// What is told of events and spans.
type Sink = Box<dyn Layer<Registry> + Send + Sync>;

/// Sends logs to standard error, filtered and formatted as the settings say. The first call counts.
pub fn start_logs(settings: &Telemetry) {
    start_with(vec![lines(settings)]);
}

/// The same, and traces to the collector where one is set. Within the runtime that will carry them there.
///
/// # Errors
/// The collector's address cannot be used.
pub fn start(settings: &Telemetry) -> Result<Traces, Stop> {
    let (traces, spans) = Traces::start(settings.otlp_endpoint.as_ref())?;
    start_with([Some(lines(settings)), spans].into_iter().flatten().collect());
    traces.tell(settings.otlp_endpoint.as_ref());
    Ok(traces)
}

fn start_with(sinks: Vec<Sink>) {
    if tracing_subscriber::registry().with(sinks).try_init().is_err() {
        tracing::debug!("Logs were started before");
    }
}

fn lines(settings: &Telemetry) -> Sink {
    let private = filter_fn(|line| logs::may_be_written(line.target())).with_max_level_hint(LevelFilter::TRACE);
    let filter = EnvFilter::new(settings.log.as_str()).and(private);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match settings.format {
        LogFormat::Json => lines.json().flatten_event(true).with_filter(filter).boxed(),
        LogFormat::Text => {
            let ansi = std::io::IsTerminal::is_terminal(&std::io::stderr());
            lines.with_ansi(ansi).with_filter(filter).boxed()
        }
    }
}

/// Starts counting; the handle renders what `/metrics` shows.
///
/// # Errors
/// Counting was started before.
pub fn start_metrics() -> Result<PrometheusHandle, Stop> {
    let handle = meters::recorder()
        .and_then(metrics_exporter_prometheus::PrometheusBuilder::install_recorder)
        .map_err(|error| Stop::failed(format!("The metrics could not be started: {error}."), ""))?;
    meters::begin();
    Ok(handle)
}

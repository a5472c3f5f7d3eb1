//! Logs to standard error, and figures for Prometheus (D5). Nothing here sees a number or a text: they mask themselves (P10).

use crate::meters;
use crate::settings::{LogFormat, Telemetry};
use crate::stop::Stop;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use ringleader_web::logs;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Sends logs to standard error, filtered and formatted as the settings say. The first call counts.
pub fn start_logs(settings: &Telemetry) {
    let filter = EnvFilter::new(settings.log.as_str());
    let lines = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter);
    let private = filter_fn(|line| logs::may_be_written(line.target()));
    let started = match settings.format {
        LogFormat::Json => lines.json().flatten_event(true).finish().with(private).try_init(),
        LogFormat::Text => {
            let ansi = std::io::IsTerminal::is_terminal(&std::io::stderr());
            lines.with_ansi(ansi).finish().with(private).try_init()
        }
    };
    if started.is_err() {
        tracing::debug!("Logs were started before");
    }
    if settings.otlp_endpoint.is_some() {
        tracing::warn!(
            "telemetry.otlp_endpoint is set, but this build exports no traces; remove it or use a build that does"
        );
    }
}

/// Bounds of histograms of seconds: a fast webhook takes a millisecond, a slow model a minute.
const SECONDS: &[f64] = &[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// Starts counting; the handle renders what `/metrics` shows.
///
/// # Errors
/// Counting was started before.
pub fn start_metrics() -> Result<PrometheusHandle, Stop> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), SECONDS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|error| Stop::failed(format!("The metrics could not be started: {error}."), ""))?;
    meters::describe();
    Ok(handle)
}

//! Logs to standard error, and figures for Prometheus (D5). Nothing here sees a number or a text: they mask themselves (P10).

use crate::meters;
use crate::settings::{LogFormat, Telemetry};
use crate::stop::Stop;
use metrics_exporter_prometheus::PrometheusHandle;
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

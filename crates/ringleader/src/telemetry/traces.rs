//! Traces to an OpenTelemetry collector, over OTLP as protobuf (D5). Without the feature `otel` there are none, and a start
//! with an endpoint says so.
//!
//! Always true: spans wait in a queue with an end and leave in the background; no call waits for the collector, and when it is
//! away spans are dropped, nothing else. Without an endpoint nothing of this is installed.

use super::Sink;
use crate::settings::BaseUrl;
use crate::stop::Stop;

#[cfg(feature = "otel")]
mod bridge;
#[cfg(feature = "otel")]
mod export;

#[cfg(feature = "otel")]
pub(crate) use export::probe;

/// Traces on their way to the collector.
#[must_use = "what is still on its way is lost without `finish`"]
pub struct Traces(#[cfg(feature = "otel")] Option<opentelemetry_sdk::trace::SdkTracerProvider>);

#[cfg(feature = "otel")]
impl Traces {
    /// Begins to export, if there is an endpoint; with what is to be told of spans.
    pub(super) fn start(endpoint: Option<&BaseUrl>) -> Result<(Self, Option<Sink>), Stop> {
        let Some(endpoint) = endpoint else { return Ok((Self(None), None)) };
        let provider = export::provider(endpoint)?;
        ringleader_store::trace::install(bridge::Bridge);
        let spans = bridge::layer(&provider);
        Ok((Self(Some(provider)), Some(spans)))
    }

    /// Says in the log where traces go.
    pub(super) fn tell(&self, endpoint: Option<&BaseUrl>) {
        if let Some(endpoint) = endpoint {
            tracing::info!(endpoint = endpoint.as_str(), "Traces are exported");
        }
    }

    /// Delivers what is still on its way, for a few seconds at most.
    pub async fn finish(self) {
        let Some(provider) = self.0 else { return };
        let last = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(export::LAST_SPANS));
        if let Ok(Err(error)) = last.await {
            tracing::warn!(%error, "The last spans did not reach the collector");
        }
    }
}

#[cfg(not(feature = "otel"))]
impl Traces {
    pub(super) fn start(_: Option<&BaseUrl>) -> Result<(Self, Option<Sink>), Stop> {
        Ok((Self(), None))
    }

    pub(super) fn tell(&self, endpoint: Option<&BaseUrl>) {
        if endpoint.is_some() {
            tracing::warn!(
                "telemetry.otlp_endpoint is set, but this build exports no traces; remove it or use a build that does"
            );
        }
    }

    /// Nothing is on its way.
    pub async fn finish(self) {}
}

/// Whether the collector takes traces; else why not.
#[cfg(not(feature = "otel"))]
pub(crate) async fn probe(_: &BaseUrl) -> Result<(), String> {
    Err("this build exports no traces (it was made without the feature `otel`)".to_owned())
}

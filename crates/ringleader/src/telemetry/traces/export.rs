//! From the queue of spans to the collector, over the same HTTP client as everything else.

use crate::settings::BaseUrl;
use crate::stop::Stop;
use async_trait::async_trait;
use opentelemetry::KeyValue;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, RetryPolicy, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use ringleader_brain::models::http_client;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::runtime::Handle;

/// Longest wait for the last spans when stopping.
pub(super) const LAST_SPANS: Duration = Duration::from_secs(3);

/// Longest wait for the collector to take a batch, with all tries.
const PATIENCE: Duration = Duration::from_secs(5);

/// A queue of spans with a thread of its own that takes them to the collector, from within a runtime.
pub(super) fn provider(endpoint: &BaseUrl) -> Result<SdkTracerProvider, Stop> {
    let exporter = Exporter { inner: exporter(endpoint, RetryPolicy::default())?, away: AtomicBool::new(false) };
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let resource = Resource::builder().with_service_name("ringleader").with_attribute(version).build();
    Ok(SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build())
}

/// Whether the collector takes traces; else why not.
pub(crate) async fn probe(endpoint: &BaseUrl) -> Result<(), String> {
    let exporter = exporter(endpoint, RetryPolicy::disabled()).map_err(|stop| stop.what)?;
    exporter.export(vec![]).await.map_err(|error| error.to_string())
}

fn exporter(endpoint: &BaseUrl, retries: RetryPolicy) -> Result<opentelemetry_otlp::SpanExporter, Stop> {
    let courier = Courier { http: http_client(), runtime: Handle::current() };
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_http_client(courier)
        .with_retry_policy(retries)
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{}/v1/traces", endpoint.as_str()))
        .with_timeout(PATIENCE);
    exporter.build().map_err(|error| {
        let what = format!("Traces cannot be exported: {error}.");
        Stop::failed(what, "Check `telemetry.otlp_endpoint` and the environment's `OTEL_…` variables.")
    })
}

/// The exporter, with a count of what it delivers and loses, and a line in the log when that changes.
#[derive(Debug)]
struct Exporter {
    inner: opentelemetry_otlp::SpanExporter,
    away: AtomicBool,
}

impl SpanExporter for Exporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len() as u64;
        let done = self.inner.export(batch).await;
        let outcome = if done.is_ok() { "delivered" } else { "lost" };
        metrics::counter!("ringleader_trace_spans_total", "outcome" => outcome).increment(spans);
        match (&done, self.away.swap(done.is_err(), Ordering::Relaxed)) {
            (Err(error), false) => {
                tracing::warn!(%error, "The collector takes no traces; they are dropped until it does, and nothing else");
            }
            (Ok(()), true) => tracing::info!("The collector takes traces again"),
            _ => {}
        }
        done
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

/// Carries requests for a thread that has no runtime of its own.
#[derive(Debug)]
struct Courier {
    http: reqwest::Client,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for Courier {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request = self.http.execute(request.map(reqwest::Body::from).try_into()?);
        let exchange = async move {
            let answer = request.await?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            Ok::<_, reqwest::Error>((status, headers, answer.bytes().await?))
        };
        let exchange = self.runtime.spawn(async { tokio::time::timeout(PATIENCE, exchange).await });
        let (status, headers, body) = exchange.await???;
        let mut answer = Response::new(body);
        (*answer.status_mut(), *answer.headers_mut()) = (status, headers);
        Ok(answer)
    }
}

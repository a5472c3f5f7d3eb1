//! The one door for requests to services: each is a span of the trace that it belongs to (D5).
//!
//! Always true: a span names the service, what it was asked for and the status; never address, header or body, which hold
//! numbers, texts and keys (P10).

use tracing::field::Empty;
use tracing::{Instrument, Span};

/// Sends a request to a provider; `operation` says in our words what it is for.
///
/// # Errors
/// As [`reqwest::RequestBuilder::send`].
pub async fn send(
    provider: &'static str,
    operation: &'static str,
    request: reqwest::RequestBuilder,
) -> reqwest::Result<reqwest::Response> {
    let span = span(provider, operation);
    let answer = request.send().instrument(span.clone()).await;
    let status = answer.as_ref().ok().map(|answer| answer.status().as_u16());
    if let Some(status) = status {
        span.record("http.response.status_code", i64::from(status));
    }
    if status.is_none_or(|status| status >= 400) {
        failed(&span);
    }
    answer
}

/// The span of a request to a provider.
pub(crate) fn span(provider: &'static str, operation: &'static str) -> Span {
    tracing::debug_span!(
        "request",
        otel.name = format_args!("{provider} {operation}"),
        otel.kind = "client",
        otel.status_code = Empty,
        provider,
        operation,
        http.response.status_code = Empty
    )
}

/// Notes that nothing good came of the request.
pub(crate) fn failed(span: &Span) {
    span.record("otel.status_code", "ERROR");
}

//! What every request passes: a trace id, a log line, metrics, headers that protect, an end, and a net for panics.
//!
//! Always true: logs carry the route's template, never the path, the query or a header, so that no webhook key, no token and
//! no phone number reaches them (P10).

mod meters;

use crate::problem::Problem;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use std::hash::{BuildHasher, RandomState};
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tracing::field::Empty;
use tracing::{Instrument, Span};

/// Until an answer begins; how long a stream then goes on is its own affair.
const LONGEST: Duration = Duration::from_secs(30);

/// Then everything is ended, also what would show in its own way that it was ended after [`LONGEST`].
const VERY_LONGEST: Duration = Duration::from_secs(35);

/// Names the request in logs and problem documents; a caller may bring its own.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Pages load only what this program serves; nothing inline.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' https:; font-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Pages and answers travel compressed; sound does not: it is dense already, and players want to know its length.
pub fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new().compress_when(DefaultPredicate::new().and(NotForContentType::const_new("audio/")))
}

/// The request's trace id, for handlers that want to pass it on.
#[derive(Debug, Clone)]
pub struct TraceId(pub String);

/// Wraps all routes.
pub async fn edge(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let trace_id = trace_id(request.headers());
    let method = word_of(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", |path| path.as_str()).to_owned();
    request.extensions_mut().insert(TraceId(trace_id.clone()));
    let span = span_of(method, &route, &trace_id);
    let answer = AssertUnwindSafe(next.run(request).instrument(span.clone())).catch_unwind();
    let mut response = match tokio::time::timeout(VERY_LONGEST, answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => {
            tracing::error!(trace_id, route, "A handler panicked");
            Problem::internal().respond(None)
        }
        Err(_) => Problem::overloaded().into_response(),
    };
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = with_trace(response, problem, &trace_id);
    }
    protect(response.headers_mut(), &trace_id);
    let (status, took) = (response.status().as_u16(), started.elapsed());
    span.record("http.response.status_code", i64::from(status));
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
    note(method, &route, status, took, &trace_id);
    response
}

/// Asked for again and again by machines and pages, and never the beginning of anything.
const NO_WAY: &[&str] = &["/healthz", "/readyz", "/metrics", "unmatched"];

/// What traces say of a request; whose it is and what became of it is added where that is known.
fn span_of(method: &str, route: &str, request_id: &str) -> Span {
    if NO_WAY.contains(&route) || route.starts_with("/assets/") {
        return Span::none();
    }
    tracing::debug_span!(
        "request",
        otel.name = format_args!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        request.id = request_id,
        tenant.id = Empty,
        provider = Empty,
        inbox.id = Empty,
        webhook.outcome = Empty
    )
}

/// The same problem, now with its trace id; headers that handlers set stay.
fn with_trace(old: Response, problem: Problem, trace_id: &str) -> Response {
    let mut new = problem.respond(Some(trace_id));
    new.extensions_mut().remove::<Problem>();
    for (name, value) in old.headers() {
        if name != header::CONTENT_LENGTH && !new.headers().contains_key(name) {
            new.headers_mut().insert(name.clone(), value.clone());
        }
    }
    new
}

fn trace_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let sane = |id: &&str| (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if let Some(id) = given.filter(sane) {
        return id.to_owned();
    }
    // Differs from all others and is no secret: nothing is asked of the system for it.
    format!("{:016x}", RandomState::new().hash_one(()))
}

fn protect(headers: &mut HeaderMap, trace_id: &str) {
    if let Ok(value) = HeaderValue::from_str(trace_id) {
        headers.insert(REQUEST_ID, value);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// The method as logs and metrics name it: of those that nobody knows there are endlessly many.
fn word_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn note(method: &'static str, route: &str, status: u16, took: Duration, trace_id: &str) {
    meters::count(method, route, status, took);
    let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::warn!(method, route, status, took_ms, trace_id, "{method} {route} {status}");
    } else {
        tracing::debug!(method, route, status, took_ms, trace_id, "{method} {route} {status}");
    }
}

/// Ends what takes too long below a layer that shows problems in its own way; everything else is ended by [`edge`].
pub async fn deadline(request: Request, next: Next) -> Response {
    match tokio::time::timeout(LONGEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::overloaded().into_response(),
    }
}

//! Between our spans and OpenTelemetry's: which are exported, and how a trace is written down (W3C `traceparent`).
//!
//! Always true: only spans and lines of our own crates are exported, which hold no number and no text (P10).

use crate::telemetry::Sink;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceFlags, TraceState, TracerProvider};
use opentelemetry::{Context, SpanId, TraceId};
use opentelemetry_sdk::trace::SdkTracerProvider;
use ringleader_store::trace::Tracer;
use ringleader_web::logs;
use tracing::{Level, Metadata, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;

/// What takes our spans to the provider.
pub(super) fn layer(provider: &SdkTracerProvider) -> Sink {
    let spans = tracing_opentelemetry::layer().with_tracer(provider.tracer("ringleader"));
    spans
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_filter(filter_fn(ours).with_max_level_hint(Level::DEBUG))
        .boxed()
}

/// Our spans, and what we log within them but for the smallest things.
fn ours(it: &Metadata<'_>) -> bool {
    let most = if it.is_span() { Level::DEBUG } else { Level::INFO };
    it.target().starts_with("ringleader") && logs::may_be_written(it.target()) && *it.level() <= most
}

/// Tells the store which trace a span is in, and takes spans back into a trace that was stored.
pub(super) struct Bridge;

impl Tracer for Bridge {
    fn present(&self) -> Option<String> {
        let here = Span::current().context();
        let here = here.span().span_context().clone();
        here.is_valid().then(|| write(&here))
    }

    fn go_on(&self, span: &Span, trace: &str) {
        let Some(trace) = read(trace) else { return };
        if Span::current().context().span().span_context().trace_id() != trace.trace_id() {
            // Refused only by spans that are switched off or were entered before.
            let _ = span.set_parent(Context::new().with_remote_span_context(trace));
        }
    }

    fn link(&self, span: &Span, trace: &str) {
        if let Some(trace) = read(trace) {
            span.add_link(trace);
        }
    }
}

/// `00-<trace>-<span>-<flags>`.
fn write(span: &SpanContext) -> String {
    format!("00-{}-{}-{:02x}", span.trace_id(), span.span_id(), span.trace_flags().to_u8())
}

fn read(text: &str) -> Option<SpanContext> {
    let mut parts = text.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if (version, trace.len(), span.len(), flags.len()) != ("00", 32, 16, 2) {
        return None;
    }
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?);
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    Some(SpanContext::new(trace, span, flags, true, TraceState::NONE)).filter(SpanContext::is_valid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceparent_is_read_as_it_was_written_and_nothing_else_is() {
        let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(read(text).map(|span| write(&span)).as_deref(), Some(text));
        let zeros = "00-00000000000000000000000000000000-b7ad6b7169203331-01";
        for wrong in ["", "00", zeros, &text[..54], "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333é-01"] {
            assert!(read(wrong).is_none(), "{wrong}");
        }
    }
}

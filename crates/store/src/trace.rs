//! Traces: a call's whole way as one trace, although a database, other nodes and hours lie between its steps (D5).
//!
//! What is stored is the thread: events, jobs, calls and messages keep the W3C `traceparent` of the span that made them, and
//! whoever takes one up goes on from there. This crate knows no exporter: the program installs a [`Tracer`], or none.
//!
//! Always true: without a tracer nothing is kept, looked up or paid for; spans carry ids, words of our own and figures
//! (as `i64`: exporters know no other whole numbers), never a phone number or a text (P10).

use crate::args;
use crate::db::{Conn, Store};
use crate::error::Result;
use crate::inbox::Event;
use crate::jobs::Claimed;
use ringleader_core::id::{CallId, ConversationId, TenantId};
use std::future::Future;
use std::sync::{Arc, OnceLock};
use tracing::{Instrument, Span};

/// The header of an inbox event that says where its trace goes on.
pub(crate) const HEADER: &str = "traceparent";

/// What knows which trace a span is in.
pub trait Tracer: Send + Sync {
    /// The `traceparent` of the span that we are in; `None`: it is in no trace.
    fn present(&self) -> Option<String>;

    /// Has `span`, which nobody has entered yet, go on with the trace. It stays where it is if that is the same trace.
    fn go_on(&self, span: &Span, trace: &str);

    /// Notes beside `span` that the other trace belongs to it too.
    fn link(&self, span: &Span, trace: &str);
}

static TRACER: OnceLock<Box<dyn Tracer>> = OnceLock::new();

tokio::task_local! {
    /// The job that this task runs.
    static RUN: Arc<Claimed>;
}

/// Has traces kept from here on, once in the life of the process; whether it was the first.
pub fn install(tracer: impl Tracer + 'static) -> bool {
    TRACER.set(Box::new(tracer)).is_ok()
}

/// Whether traces are kept.
pub fn is_on() -> bool {
    TRACER.get().is_some()
}

/// The `traceparent` of the span that we are in, to be stored with what it makes.
pub fn present() -> Option<String> {
    TRACER.get()?.present()
}

/// The span as a part of a trace that was stored.
pub fn going_on(span: Span, trace: Option<&str>) -> Span {
    if let (Some(tracer), Some(trace)) = (TRACER.get(), trace) {
        tracer.go_on(&span, trace);
    }
    span
}

/// Runs a job within its span. Jobs that it plans go on with its trace.
pub async fn run<T>(job: Arc<Claimed>, span: Span, work: impl Future<Output = T>) -> T {
    let span = going_on(span, job.trace.as_deref());
    if is_on() {
        span.record("otel.name", job.kind.as_str());
    }
    RUN.scope(job, work).instrument(span).await
}

/// The trace of a job that is planned now. A job that plans its own next run is its sibling, not its parent: otherwise work
/// that comes again and again would be one trace without end.
pub(crate) fn of_new_job(kind: &str) -> Option<String> {
    let tracer = TRACER.get()?;
    let again = RUN.try_with(|run| (run.kind == kind).then(|| run.trace.clone())).ok().flatten();
    again.unwrap_or_else(|| tracer.present())
}

impl Event {
    /// Where the trace of the webhook that brought it goes on.
    pub fn trace(&self) -> Option<&str> {
        self.headers.get(HEADER).and_then(|value| value.as_str())
    }

    /// The provider's id of the call or message that it is about.
    fn about(&self) -> &str {
        self.event_key.split('|').next().unwrap_or_default()
    }
}

impl Conn {
    /// The span as a part of the trace of the call or message that the event is about, if we know that one: so news of a
    /// message are in the trace of its sending, and all news of a call in one. Else in that of the webhook.
    pub async fn span_of_event(&mut self, span: Span, event: &Event) -> Result<Span> {
        let Some(tracer) = TRACER.get() else { return Ok(span) };
        let sql = "SELECT trace FROM messages WHERE tenant_id = $1 AND connection_id = $2 AND provider_id = $3 \
             AND trace IS NOT NULL UNION ALL \
             SELECT trace FROM calls WHERE tenant_id = $1 AND provider = $4 AND provider_call_id = $3 AND trace IS NOT NULL";
        let args = args![event.tenant, event.connection_id, event.about(), &event.provider];
        let known: Option<(String,)> = self.fetch_optional(sql, args).await?;
        let trace = match (&known, event.trace()) {
            (Some((known,)), came) => {
                came.inspect(|came| tracer.link(&span, came));
                Some(known.as_str())
            }
            (None, came) => came,
        };
        Ok(going_on(span, trace))
    }

    /// Links the span that we are in with the last message that we wrote in a chat: what a customer writes begins a trace, and
    /// answers to another.
    pub(crate) async fn link_answer(&mut self, chat: ConversationId) -> Result<()> {
        let Some(tracer) = TRACER.get() else { return Ok(()) };
        let tenant = self.tenant()?;
        let sql = "SELECT trace FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND inbound = 0 \
             AND trace IS NOT NULL ORDER BY id DESC LIMIT 1";
        let asked: Option<(String,)> = self.fetch_optional(sql, args![tenant, chat]).await?;
        if let Some((trace,)) = asked {
            tracer.link(&Span::current(), &trace);
        }
        Ok(())
    }
}

impl Store {
    /// The span as a part of the trace of a call: its turns come with requests and frames of their own.
    pub async fn span_of_call(&self, span: Span, tenant: TenantId, call: CallId) -> Result<Span> {
        if !is_on() {
            return Ok(span);
        }
        let sql = "SELECT trace FROM calls WHERE tenant_id = $1 AND id = $2";
        let mut read = self.read(tenant).await?;
        let known: Option<(Option<String>,)> = read.fetch_optional(sql, args![tenant, call]).await?;
        Ok(going_on(span, known.and_then(|(trace,)| trace).as_deref()))
    }
}

//! From raw bytes to flows (DESIGN 4): the provider's words become core events, and each event is handled in one commit.
//!
//! An event that cannot be handled is parked with its reason and never stops those behind it; a database that is away stops
//! everything, and the drain is tried again.

use crate::context::Context;
use crate::flows::{self, Handled};
use crate::work::{FetchCall, put};
use ringleader_core::call::LegReport;
use ringleader_core::conversation::Channel;
use ringleader_core::id::TenantId;
use ringleader_core::lifecycle::DISOWNED;
use ringleader_core::tenant::Tenant;
use ringleader_providers::all::{Capability, spec};
use ringleader_providers::twilio::{voice_inbound, voice_status};
use ringleader_providers::{bolna, generic, twilio, voicenter, whatsapp_cloud};
use ringleader_store::inbox::{Event as InboxEvent, State};
use ringleader_store::jobs::OnConflict;
use ringleader_store::repo::Connection;
use ringleader_store::{Result, StoreError, Tx};
use serde_json::json;
use tracing::field::Empty;
use tracing::{Instrument, Span};

/// The header of an inbox event that we fetched ourselves. A webhook cannot bring it: of its headers only a few are kept.
pub const FETCHED: &str = "x-fetched";

/// Handles one inbox event.
pub async fn process(cx: &Context, tenant: TenantId, event: InboxEvent) -> Result<()> {
    let mut tx = cx.store.begin(tenant).await?;
    if !tx.inbox().take(event.id).await? {
        return Ok(()); // another node was faster
    }
    let span = tx.span_of_event(span_of(&event), &event).await?;
    handle(cx, tx, event).instrument(span).await
}

/// What traces say of an event.
fn span_of(event: &InboxEvent) -> Span {
    tracing::debug_span!(
        "event",
        otel.name = format_args!("event {}", event.provider),
        inbox.id = %event.id,
        tenant.id = %event.tenant,
        provider = event.provider,
        event.outcome = Empty
    )
}

async fn handle(cx: &Context, mut tx: Tx, event: InboxEvent) -> Result<()> {
    let tenant = event.tenant;
    let handled = dispatch(&mut tx, &event).await;
    let outcome = match &handled {
        Ok(Handled::Done | Handled::Erased) => State::Processed,
        Ok(Handled::Unroutable(_)) => State::Unroutable,
        Err(_) => State::Failed,
    };
    Span::current().record("event.outcome", outcome.as_str());
    match handled {
        Ok(Handled::Done) => {
            tx.inbox().processed(event.id).await?;
            tx.commit().await
        }
        Ok(Handled::Erased) => {
            tx.inbox().processed(event.id).await?;
            tx.inbox().forget(event.id).await?;
            tx.commit().await
        }
        Ok(Handled::Unroutable(reason)) => {
            drop(tx);
            let mut tx = cx.store.begin(tenant).await?;
            tx.inbox().set_aside(event.id, State::Unroutable, json!({ "reason": reason })).await?;
            if reason == flows::voicemail::UNKNOWN_CALL {
                let now = tx.now();
                put(&mut tx, &FetchCall { event: event.id }, now, OnConflict::Keep).await?;
            }
            tracing::warn!(inbox.id = %event.id, reason, "Event {} is kept in the tray: {reason}", event.id);
            tx.commit().await
        }
        Err(error) if error.may_pass() => Err(error),
        Err(error) => {
            drop(tx);
            tracing::error!(inbox.id = %event.id, %error, "Event {} could not be handled and is parked", event.id);
            let mut tx = cx.store.begin(tenant).await?;
            tx.inbox().set_aside(event.id, State::Failed, json!({ "reason": error.to_string() })).await?;
            tx.commit().await
        }
    }
}

async fn dispatch(tx: &mut Tx, event: &InboxEvent) -> Result<Handled> {
    let tenant = tx.tenants().me().await?;
    match event.provider.as_str() {
        "voicenter" => Box::pin(voicenter_event(tx, &tenant, event)).await,
        "calls" => Box::pin(generic_call(tx, &tenant, event)).await,
        "twilio" => Box::pin(twilio_event(tx, &tenant, event)).await,
        "whatsapp_cloud" => Box::pin(whatsapp_events(tx, &tenant, event)).await,
        "bolna" => Box::pin(bolna_event(tx, &tenant, event)).await,
        _ => Ok(Handled::Unroutable("unknown_provider")),
    }
}

async fn voicenter_event(tx: &mut Tx, tenant: &Tenant, event: &InboxEvent) -> Result<Handled> {
    let content_type = event.headers.get("content-type").and_then(|v| v.as_str());
    let record = voicenter::inbound::parse(content_type, &event.body, event.received_at)
        .map_err(|_| StoreError::Corrupt { column: "inbox.body".into(), expected: "a call record" })?;
    let report = flows::call_reported::Report {
        tenant,
        connection: event.connection_id,
        provider: "voicenter",
        leg: record.report,
        received_at: event.received_at,
        reported_late: true,
    };
    flows::call_reported::handle(tx, report).await
}

async fn generic_call(tx: &mut Tx, tenant: &Tenant, event: &InboxEvent) -> Result<Handled> {
    let call = generic::inbound::parse(&event.body, event.received_at)
        .map_err(|_| StoreError::Corrupt { column: "inbox.body".into(), expected: "a call event" })?;
    let report = flows::call_reported::Report {
        tenant,
        connection: event.connection_id,
        provider: "calls",
        leg: call.report,
        received_at: event.received_at,
        reported_late: false,
    };
    flows::call_reported::handle(tx, report).await
}

async fn twilio_event(tx: &mut Tx, tenant: &Tenant, event: &InboxEvent) -> Result<Handled> {
    let Some(connection) = tx.connections().get(event.connection_id).await? else {
        return Ok(Handled::Unroutable("connection_deleted"));
    };
    let form = voice_status::form(&event.body);
    // A call's own status may name its recording too.
    if ["RecordingStatus", "TranscriptionStatus"].iter().any(|name| voice_status::get(&form, name).is_some()) {
        return twilio_recording(tx, tenant, event, &form).await;
    }
    if voice_status::get(&form, "CallSid").is_some() {
        return twilio_call(tx, tenant, event, &connection, &form).await;
    }
    let news = twilio::inbound::parse(&event.body, event.received_at)
        .map_err(|_| StoreError::Corrupt { column: "inbox.body".into(), expected: "a Twilio webhook" })?;
    match news {
        // Without a number for it nothing could be answered on WhatsApp.
        twilio::inbound::Event::Messages { channel: Channel::Whatsapp, .. } if !carries_whatsapp(&connection) => {
            Ok(Handled::Unroutable("no_whatsapp_here"))
        }
        twilio::inbound::Event::Messages { channel, messages, handled } => {
            for message in messages {
                Box::pin(flows::message_received::handle(tx, tenant, &connection, channel, message, handled)).await?;
            }
            Ok(Handled::Done)
        }
        twilio::inbound::Event::Status(report) => {
            Box::pin(flows::status_reported::handle(tx, tenant, &connection, report)).await
        }
    }
}

fn carries_whatsapp(connection: &Connection) -> bool {
    spec(&connection.kind).is_some_and(|spec| spec.able(Capability::Whatsapp, &connection.config))
}

/// Status callbacks of calls; one that goes on says nothing yet.
async fn twilio_call(
    tx: &mut Tx,
    tenant: &Tenant,
    event: &InboxEvent,
    connection: &Connection,
    form: &voice_status::Form,
) -> Result<Handled> {
    let early = connection.config.get("hung_up_within").and_then(|v| v.as_str()).and_then(|text| text.parse().ok());
    let news = voice_status::parse(form, event.received_at, early.unwrap_or(voice_status::HUNG_UP_WITHIN))
        .map_err(|_| StoreError::Corrupt { column: "inbox.body".into(), expected: "a call's status" })?;
    for key in ["ParentCallSid", "CallSid"].into_iter().filter_map(|name| voice_status::get(form, name)) {
        if flows::call_reported::is_of_erased(tx, "twilio", key).await? {
            return Ok(Handled::Erased);
        }
    }
    let voice_status::News::Over(leg) = news else { return Ok(Handled::Done) };
    let mut report = twilio_report(tenant, event, *leg);
    if crate::voice::after::over(tx, tenant, &mut report.leg, event.received_at).await? {
        return flows::call_reported::handle(tx, report).await;
    }
    Ok(Handled::Done)
}

fn twilio_report<'a>(tenant: &'a Tenant, event: &InboxEvent, leg: LegReport) -> flows::call_reported::Report<'a> {
    flows::call_reported::Report {
        tenant,
        connection: event.connection_id,
        provider: "twilio",
        leg,
        received_at: event.received_at,
        reported_late: false,
    }
}

/// A message that was left, or the recording of a call.
async fn twilio_recording(
    tx: &mut Tx,
    tenant: &Tenant,
    event: &InboxEvent,
    form: &voice_status::Form,
) -> Result<Handled> {
    let get = |name: &str| voice_status::get(form, name).map(str::to_owned);
    let stored = flows::voicemail::Stored {
        provider_call_id: get("CallSid").unwrap_or_default(),
        message: get("RecordingSource").is_none_or(|source| source == "RecordVerb"),
        url: get("RecordingUrl"),
        seconds: get("RecordingDuration").and_then(|text| text.parse().ok()).unwrap_or(0),
        words: voice_inbound::transcription(form),
        taken_for: voice_inbound::TRANSCRIBED,
        from: voice_inbound::ringing(form).and_then(|call| call.from),
        to: get("To"),
    };
    flows::voicemail::handle(tx, tenant, event.connection_id, "twilio", stored, event.received_at).await
}

/// A record that the webhook brought or that was fetched; only agents that the tenant registered have calls here.
async fn bolna_event(tx: &mut Tx, tenant: &Tenant, event: &InboxEvent) -> Result<Handled> {
    use bolna::inbound::Inbound;
    let corrupt = |column: &str, expected| StoreError::Corrupt { column: column.into(), expected };
    let Some(connection) = tx.connections().get(event.connection_id).await? else {
        return Ok(Handled::Unroutable("connection_deleted"));
    };
    let config = bolna::Config::parse(&connection.config).map_err(|_| corrupt("connections.config", "agents"))?;
    let record = bolna::inbound::parse(&event.body).map_err(|_| corrupt("inbox.body", "an execution's record"))?;
    let Inbound::Call(mut progress) = record else { return Ok(Handled::Done) };
    progress.fetched = event.headers.get(FETCHED).is_some();
    if progress.status == DISOWNED && !progress.fetched {
        return Ok(Handled::Unroutable("unknown_status")); // only the platform itself can say so, and only when asked
    }
    let agent = config.agent(progress.agent.as_deref());
    if agent.is_none() && !(progress.fetched && progress.agent.is_none()) {
        return Ok(Handled::Unroutable("unknown_agent"));
    }
    let news = flows::call_progressed::News {
        tenant,
        connection: connection.id,
        provider: "bolna",
        line: agent.and_then(|agent| agent.line.clone()),
        progress: *progress,
        received_at: event.received_at,
    };
    flows::call_progressed::handle(tx, news).await
}

/// One body may carry many events, some of them for other numbers: those are handled with their own copy.
async fn whatsapp_events(tx: &mut Tx, tenant: &Tenant, event: &InboxEvent) -> Result<Handled> {
    use whatsapp_cloud::inbound::EventKind;
    let Some(connection) = tx.connections().get(event.connection_id).await? else {
        return Ok(Handled::Unroutable("connection_deleted"));
    };
    let own_number = connection.config.get("phone_number_id").and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    let events = whatsapp_cloud::inbound::parse(&event.body)
        .map_err(|_| StoreError::Corrupt { column: "inbox.body".into(), expected: "a WhatsApp webhook" })?;
    let mut erased = false;
    for news in events {
        if news.number_key.as_deref().is_some_and(|key| key != own_number) {
            continue;
        }
        match news.kind {
            EventKind::Message(message) => {
                Box::pin(flows::message_received::handle(tx, tenant, &connection, Channel::Whatsapp, message, None))
                    .await?;
            }
            EventKind::Echo { message, to } => {
                flows::echo::handle(tx, tenant, &connection, message, to).await?;
            }
            EventKind::Status(report) => {
                let handled = Box::pin(flows::status_reported::handle(tx, tenant, &connection, report)).await?;
                erased |= matches!(handled, Handled::Erased);
            }
            other => flows::template_changed::handle(tx, tenant, &connection, other).await?,
        }
    }
    Ok(if erased { Handled::Erased } else { Handled::Done })
}

//! A platform of voice agents told of a call (B1-B4): the event is kept, the call is folded from all its events, the contact
//! is found or made with it, and a call that is over is paid once.

use super::{Handled, call_analysis};
use crate::ledger::{self, About, Entry, Wish};
use jiff::Timestamp;
use ringleader_core::call::{AgentCall, Call, Direction, Outcome};
use ringleader_core::credits::{self, EntryKind};
use ringleader_core::decision::Verdict;
use ringleader_core::figures;
use ringleader_core::id::ConnectionId;
use ringleader_core::lifecycle::{self, Folded, Progress};
use ringleader_core::phone::{Phone, parse};
use ringleader_core::settings::Credits as Terms;
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::repo::Identity;
use ringleader_store::{Result, StoreError, Tx};
use serde_json::json;

/// An event with its surroundings.
pub struct News<'a> {
    /// The tenant.
    pub tenant: &'a Tenant,
    /// The connection it came over.
    pub connection: ConnectionId,
    /// The provider's name.
    pub provider: &'static str,
    /// The number of the agent, as the tenant entered it.
    pub line: Option<String>,
    /// What it says.
    pub progress: Progress,
    /// When it came.
    pub received_at: Timestamp,
}

/// Takes in one event. One that says nothing new changes nothing.
pub async fn handle(tx: &mut Tx, news: News<'_>) -> Result<Handled> {
    let before = find_or_make(tx, &news).await?;
    if tx.contacts().is_erased(before.contact_id).await? {
        return Ok(Handled::Erased);
    }
    tx.agent_calls().heard(before.id, news.received_at).await?;
    if !tx.agent_calls().keep(before.id, &news.progress, news.received_at).await? {
        return Ok(Handled::Done);
    }
    // Read again: only now is the call ours, and another node may just have changed it.
    let before = tx.calls().get(before.id).await?.ok_or(StoreError::Missing)?;
    let events = tx.agent_calls().events(before.id).await?;
    let folded = lifecycle::fold(&events).ok_or(StoreError::Missing)?;
    let (customer, ours) = parties(tx, &news, &folded).await?;
    let mut call = told_by(&folded, before.clone(), customer.clone(), ours);
    if let Some(phone) = customer.as_deref().and_then(|raw| parse(raw, &news.tenant.country).phone) {
        let contact = tx.contacts().find_or_make(&[Identity::Phone(phone)]).await?;
        let contact = tx.contacts().hold(contact.id).await?;
        call.contact_id = Some(contact.id);
    }
    let terms = tx.credits().terms(call.id).await?.unwrap_or_else(|| news.tenant.settings.credits.clone());
    call.credits = folded.over.then(|| price(&call, &folded, &terms));
    tx.calls().save(&call).await?;
    tx.agent_calls().set_confirmed(call.id, folded.over && folded.confirmed).await?;
    book(tx, news.tenant, &call, &terms).await?;
    explain(tx, &news, &before, &call).await?;
    call_analysis::heard(tx, Some(&before), &call).await?;
    let owned = |call: &Call| call.lifecycle != lifecycle::DISOWNED;
    if let Some(contact) = call.contact_id.filter(|_| owned(&before) != owned(&call)) {
        let contact = tx.contacts().hold(contact).await?;
        call_analysis::sum_up(tx, contact.id, true).await?; // what was understood of a call that never was counts for nothing
    }
    // Last, since many calls of a tenant wait for one another here.
    tx.rollups().count(call.id, figures::count(&call, &news.tenant.time_zone).as_ref()).await?;
    metrics::counter!("ringleader_agent_events_total", "provider" => news.provider).increment(1);
    Ok(Handled::Done)
}

async fn find_or_make(tx: &mut Tx, news: &News<'_>) -> Result<Call> {
    let execution = &news.progress.execution;
    if let Some(call) = tx.calls().by_provider_id(news.provider, execution).await? {
        return Ok(call);
    }
    let call = Call {
        lifecycle: news.progress.status.clone(),
        ..Call::begun(tx.new_id(), news.provider, execution, Direction::Outbound, news.received_at)
    };
    if tx.calls().insert(&call, Some(news.connection)).await? {
        return Ok(call);
    }
    tx.calls().by_provider_id(news.provider, execution).await?.ok_or(StoreError::Missing) // another node was faster
}

/// The other party's number and ours. Which of the two a platform calls the user's is not certain on inbound calls: a
/// number that is the tenant's own is not the customer's.
async fn parties(tx: &mut Tx, news: &News<'_>, folded: &Folded) -> Result<(Option<String>, Option<String>)> {
    let number = |raw: &Option<String>| {
        raw.as_ref().map(|raw| parse(raw, &news.tenant.country).phone.map_or(raw.clone(), |p| p.as_str().to_owned()))
    };
    let (theirs, ours, line) = (number(&folded.customer), number(&folded.business), number(&news.line));
    let swapped = match (&theirs, &ours) {
        (Some(theirs), Some(ours)) if theirs != ours => own(tx, theirs, &line).await? && !own(tx, ours, &line).await?,
        _ => false,
    };
    let (theirs, ours) = if swapped { (ours, theirs) } else { (theirs, ours) };
    Ok((theirs, line.or(ours)))
}

/// Whether a number is the agent's or a line of the tenant.
async fn own(tx: &mut Tx, number: &str, agents: &Option<String>) -> Result<bool> {
    let Some(phone) = Phone::from_e164(number) else { return Ok(false) };
    Ok(agents.as_deref() == Some(number) || tx.tenants().line_by_number(&phone).await?.is_some())
}

/// The call as its events tell it.
fn told_by(folded: &Folded, call: Call, theirs: Option<String>, ours: Option<String>) -> Call {
    let line = ours.as_deref().and_then(Phone::from_e164);
    let (from, to) = if folded.direction == Direction::Inbound { (theirs, ours) } else { (ours, theirs) };
    Call {
        direction: folded.direction,
        from,
        to,
        line: line.or(call.line),
        lifecycle: folded.lifecycle.clone(),
        status: folded.status,
        outcome: folded.outcome,
        started_at: folded.started_at,
        ringing_at: folded.ringing_at,
        answered_at: folded.answered_at,
        ended_at: folded.disconnected_at,
        completed_at: folded.completed_at,
        ring_seconds: folded.ring_seconds,
        duration_seconds: folded.talk.map(credits::seconds),
        hangup: folded.hangup.clone(),
        recording_url: folded.recording_url.clone(),
        transcript: folded.transcript.clone(),
        flags: folded.flags.clone(),
        agent: Some(AgentCall {
            agent_id: folded.agent.clone(),
            attempt: folded.attempt,
            voicemail: folded.voicemail,
            cost_micros: folded.cost_micros,
            carrier_call_id: folded.carrier_call_id.clone(),
            extraction: folded.extraction.clone(),
            summary: folded.summary.clone(),
            error: folded.error.clone(),
            handover: folded.handover.clone(),
        }),
        ..call
    }
}

fn price(call: &Call, folded: &Folded, terms: &Terms) -> i64 {
    if folded.lifecycle == lifecycle::DISOWNED {
        return 0;
    }
    credits::price(call.duration_seconds.unwrap_or(0), folded.voicemail, terms)
}

/// Makes the books say what the call costs: one debit, and a correction if the platform told something else later. A call
/// that goes on after all costs nothing yet. `terms` are those of the debit: a price that changed since changes no past call.
async fn book(tx: &mut Tx, tenant: &Tenant, call: &Call, terms: &Terms) -> Result<()> {
    let price = call.credits.unwrap_or(0);
    let booked = tx.credits().booked(call.id).await?;
    let Some((kind, amount)) = credits::entry(price, booked) else { return Ok(()) };
    let Some(entry) = tx.credits().add(kind, amount, Some(call.id), None).await? else { return Ok(()) };
    if kind == EntryKind::Debit {
        tx.credits().set_terms(entry.id, terms).await?;
    }
    metrics::counter!("ringleader_credit_entries_total", "kind" => kind.as_str()).increment(1);
    // Who never bought credits is not counting on them.
    let Some(top_up) = tx.credits().last_top_up().await? else { return Ok(()) };
    let after = tx.credits().balance().await?;
    let Some(mark) = credits::fell_below(after - amount, after, &tenant.settings.credits) else { return Ok(()) };
    let wish = Wish {
        title: Key::TaskLowCredits,
        urgency: if mark == 0 { Urgency::Urgent } else { Urgency::Normal },
        key: format!("credits:{top_up}:{mark}"),
        because: Some(Key::WhyLowCredits),
        contact: None,
        lead: None,
        phone: None,
        who: after.to_string(),
    };
    ledger::add_task(tx, tenant, wish).await.map(drop)
}

/// Says why nobody writes to a caller whom the agent missed (P8, P11), and that an empty wallet stops all calls.
async fn explain(tx: &mut Tx, news: &News<'_>, before: &Call, call: &Call) -> Result<()> {
    let known = before.agent.is_some() && before.outcome == call.outcome;
    if known || call.outcome.is_none() {
        return Ok(());
    }
    if call.direction == Direction::Inbound && call.outcome != Some(Outcome::Answered) {
        let entry = Entry {
            verdict: Verdict::Skip,
            rule: "B2",
            reason: "voice_agent".to_owned(),
            explain: Key::WhyVoiceAgent,
            evidence: json!({ "call_id": call.id, "outcome": call.outcome, "status": call.lifecycle }),
            until: None,
        };
        let about = About { contact: call.contact_id, call: Some(call.id), ..About::default() };
        ledger::record(tx, news.tenant, about, entry).await?;
    }
    if call.lifecycle == "balance-low" {
        let day = news.received_at.to_zoned(news.tenant.time_zone.clone()).date();
        let wish = Wish {
            title: Key::TaskAgentWallet,
            urgency: Urgency::Urgent,
            key: format!("wallet:{}:{day}", news.connection),
            because: Some(Key::WhyAgentWallet),
            contact: None,
            lead: None,
            phone: None,
            who: String::new(),
        };
        ledger::add_task(tx, news.tenant, wish).await?;
    }
    Ok(())
}

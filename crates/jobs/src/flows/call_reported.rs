//! A switchboard reported a leg of a call (A2-A6): the call is folded from its legs, and a missed one opens an episode.

use super::Handled;
use super::call_course::Turn;
use super::caller::{Surroundings, identify, other_party};
use super::{call_analysis, chat, voicemail};
use crate::ledger;
use jiff::Timestamp;
use ringleader_core::call::{Call, CallStatus, Direction, LegReport, Outcome};
use ringleader_core::contact::Contact;
use ringleader_core::id::ConnectionId;
use ringleader_core::legs::{self, FoldRules, Folded};
use ringleader_core::missed::{self, Seen};
use ringleader_core::phone::{Parsed, parse};
use ringleader_core::tenant::{Line, Tenant};
use ringleader_store::{Result, Tx};

/// Why outreach happens: the purpose of the episodes that this flow opens.
pub const PURPOSE: &str = "missed_call";

/// A reported leg with its surroundings.
pub struct Report<'a> {
    /// The tenant.
    pub tenant: &'a Tenant,
    /// The connection it came over.
    pub connection: ConnectionId,
    /// The provider's name.
    pub provider: &'static str,
    /// The leg.
    pub leg: LegReport,
    /// When it came.
    pub received_at: Timestamp,
    /// The provider reports late: the grace runs from the receipt (A6).
    pub reported_late: bool,
}

/// Takes in one leg.
pub async fn handle(tx: &mut Tx, report: Report<'_>) -> Result<Handled> {
    let tenant = report.tenant;
    let line = match report.leg.line.as_deref().and_then(|raw| parse(raw, &tenant.country).phone) {
        Some(number) => tx.tenants().line_by_number(&number).await?,
        None => None,
    };
    let (provider, leg) = (report.provider, &report.leg);
    let before = by_any_key(tx, provider, &leg.call_key).await?;
    if tx.contacts().is_erased(before.as_ref().and_then(|call| call.contact_id)).await?
        || leg.own_key != leg.call_key && is_of_erased(tx, provider, &leg.own_key).await?
    {
        return Ok(Handled::Erased);
    }
    if line.is_none() && report.leg.direction == Direction::Inbound {
        return Ok(Handled::Unroutable("no_line"));
    }
    let (before, call, folded) = gather(tx, &report, before, line.as_ref()).await?;
    let other = other_party(&call, tenant);
    let (mut call, contact) = identify(tx, call, &other).await?;
    if let Some(kept) = tx.calls().get(call.id).await? {
        // Only now is the caller ours: another node may just have given the call its lead.
        (call.lead_id, call.episode_id) = (kept.lead_id, kept.episode_id);
    }
    tx.calls().save(&call).await?;
    let changed = before.as_ref().is_none_or(|b| b.outcome != call.outcome || b.direction != call.direction);
    call_analysis::heard(tx, before.as_ref(), &call).await?;
    if changed {
        Box::pin(follow_up(tx, &report, &call, &folded, &other, contact, line.as_ref())).await?;
        let outcome = call.outcome.map_or("unknown", |outcome| outcome.as_str());
        metrics::counter!("ringleader_calls_total", "provider" => report.provider,
            "direction" => call.direction.as_str(), "outcome" => outcome)
        .increment(1);
    }
    Box::pin(voicemail::heard(tx, tenant, before.as_ref(), &call)).await?;
    Ok(Handled::Done)
}

/// Finds or makes the call that the leg belongs to, keeps the leg, and folds all of them.
async fn gather(
    tx: &mut Tx,
    report: &Report<'_>,
    before: Option<Call>,
    line: Option<&Line>,
) -> Result<(Option<Call>, Call, Folded)> {
    let (leg, provider) = (&report.leg, report.provider);
    let call = match &before {
        Some(call) => call.clone(),
        None => make(tx, report).await?,
    };
    if leg.own_key != call.provider_call_id
        && let Some(stray) = tx.calls().by_provider_id(provider, &leg.own_key).await?
        && stray.id != call.id
    {
        tx.calls().absorb(call.id, stray.id).await?; // its legs came first, under their own id
    }
    let known = tx.calls().legs(call.id).await?;
    let merged = match known.iter().find(|k| k.leg_key == leg.leg_key) {
        Some(earlier) => legs::merge(earlier, leg),
        None => leg.clone(),
    };
    tx.calls().put_leg(call.id, provider, &merged, report.received_at).await?;
    let all = tx.calls().legs(call.id).await?;
    let rules = FoldRules::from(&report.tenant.settings.outreach);
    let folded = legs::fold(&all, &rules).expect("a leg was just put");
    let call = told_by(&folded, call, report.tenant, line);
    Ok((before, call, folded))
}

/// Whether the call that goes by this id, or has a leg that does, is of somebody who was erased (P10).
pub(crate) async fn is_of_erased(tx: &mut Tx, provider: &str, key: &str) -> Result<bool> {
    let known = by_any_key(tx, provider, key).await?;
    tx.contacts().is_erased(known.and_then(|call| call.contact_id)).await
}

/// A call by its provider's id, or that of a leg of it: what it was transferred from may itself be part of a call.
pub(super) async fn by_any_key(tx: &mut Tx, provider: &str, key: &str) -> Result<Option<Call>> {
    if let Some(call) = tx.calls().by_provider_id(provider, key).await? {
        return Ok(Some(call));
    }
    match tx.calls().by_leg(provider, key).await? {
        Some(id) => tx.calls().get(id).await,
        None => Ok(None),
    }
}

async fn make(tx: &mut Tx, report: &Report<'_>) -> Result<Call> {
    let leg = &report.leg;
    let call = Call {
        lifecycle: leg.status.clone(),
        status: CallStatus::Completed,
        ..Call::begun(tx.new_id(), report.provider, &leg.call_key, leg.direction, report.received_at)
    };
    if tx.calls().insert(&call, Some(report.connection)).await? {
        return Ok(call);
    }
    let known = tx.calls().by_provider_id(report.provider, &leg.call_key).await?;
    known.ok_or(ringleader_store::StoreError::Missing) // another node was faster
}

/// The call as its legs tell it.
fn told_by(folded: &Folded, call: Call, tenant: &Tenant, line: Option<&Line>) -> Call {
    let number = |raw: &Option<String>| {
        raw.as_ref().map(|raw| match parse(raw, &tenant.country).phone {
            Some(phone) => phone.as_str().to_owned(),
            None => raw.clone(),
        })
    };
    Call {
        direction: folded.direction,
        from: number(&folded.from),
        to: number(&folded.to).or_else(|| number(&folded.line)),
        line: line.map(|l| l.number.clone()).or(call.line),
        lifecycle: folded.lifecycle.clone(),
        status: folded.status,
        outcome: Some(folded.outcome),
        started_at: folded.started_at,
        answered_at: folded.answered_at,
        ended_at: folded.ended_at,
        ring_seconds: folded.ring_seconds,
        duration_seconds: folded.talk_seconds,
        answered_by: folded.answered_by.clone(),
        recording_url: folded.recording_url.clone().or_else(|| call.recording_url.clone()),
        transcript: folded.transcript.clone(),
        flags: folded.flags.clone(),
        ..call
    }
}

/// Decides what the call means for the caller, and does it.
async fn follow_up(
    tx: &mut Tx,
    report: &Report<'_>,
    call: &Call,
    folded: &Folded,
    other: &Parsed,
    contact: Option<Contact>,
    line: Option<&Line>,
) -> Result<()> {
    let tenant = report.tenant;
    let surroundings = Surroundings::of(tx, contact.as_ref()).await?;
    let party = surroundings.party(tx, tenant, other, contact.as_ref()).await?;
    let seen = Seen {
        direction: call.direction,
        outcome: call.outcome,
        missed: legs::is_missed(folded, &FoldRules::from(&tenant.settings.outreach)),
        started_at: call.started_at,
        ended_at: call.ended_at,
        received_at: report.received_at,
        reported_late: report.reported_late,
    };
    let ruling = missed::on_call(&seen, &party, &tenant.settings.outreach, tx.now());
    let spoke_with = contact.as_ref().map(|c| c.id);
    let turn = Turn { report, call, contact, line };
    turn.carry_out(tx, &ruling, surroundings, other).await?;
    match spoke_with {
        Some(id) if spoken(call) => {
            if tx.calls().is_with_person(call.id).await? {
                tx.tasks().close_call_backs(id, ledger::ended(call)).await?;
            }
            chat::spoke(tx, id, ledger::began(call), &call.id.to_string()).await
        }
        _ => Ok(()),
    }
}

/// The business and the customer spoke; who of the business, is another matter.
fn spoken(call: &Call) -> bool {
    call.outcome == Some(Outcome::Answered) && call.direction != Direction::Internal
}

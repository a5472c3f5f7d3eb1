//! After the call (C14): what the talk came to is kept with the call; the status of the call is judged by what happened inside,
//! since a provider only knows that somebody picked up.

use crate::flows::call_reported::{self, Report};
use crate::reception::Medium;
use crate::work::{CloseTalk, put};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::appointment::AppointmentState;
use ringleader_core::call::{Call, Direction, LegReport, Outcome};
use ringleader_core::contact::ContactKind;
use ringleader_core::id::ContactId;
use ringleader_core::lead::{Fact, LeadStatus};
use ringleader_core::phone::parse;
use ringleader_core::reception::afterwards::{self, Afterwards, Kept};
use ringleader_core::reception::score::{self, Score, Weights};
use ringleader_core::tenant::{LineUse, Tenant};
use ringleader_providers::all::spec;
use ringleader_store::jobs::OnConflict;
use ringleader_store::repo::{Filter, Page, Spoken, VoiceCall};
use ringleader_store::{Conn, Result, Tx};

/// The flag of a call in which nobody but us said anything.
const NOTHING_SAID: &str = "nothing_said";

/// What was said last is read within this time after the end of a call.
const SETTLED: SignedDuration = SignedDuration::from_secs(15);

/// Appointments that are looked at for a score.
const MOST_APPOINTMENTS: u32 = 50;

/// A call is over, says its provider: the report is put right, and the talk is closed by a job a little later. A call on a line
/// of the receptionist's that it never held was taken by the static menu at best. `false`: nothing was said as far as is known
/// now; the report is kept, and the job judges it once the last words had their time (P2).
pub(crate) async fn over(tx: &mut Tx, tenant: &Tenant, leg: &mut LegReport, at: Timestamp) -> Result<bool> {
    let Some(call) = tx.voice().get(&leg.call_key).await? else {
        let number = leg.line.as_deref().and_then(|raw| parse(raw, &tenant.country).phone);
        let line = match number {
            Some(number) => tx.tenants().line_by_number(&number).await?,
            None => None,
        };
        if leg.outcome == Outcome::Answered && line.is_some_and(|line| line.uses.contains(&LineUse::Receptionist)) {
            leg.outcome = Outcome::Menu;
        }
        return Ok(true);
    };
    if leg.leg_key != call.provider_call_id {
        return Ok(true); // somebody who was rung
    }
    tx.voice().end(&call.provider_call_id, at).await?;
    let settled = tx.now() + SETTLED;
    let close = CloseTalk { provider_call_id: call.provider_call_id.clone() };
    put(tx, &close, settled, OnConflict::Sooner).await?;
    judge(tx, &call, leg).await?;
    let said = leg.outcome == Outcome::Answered;
    if !said && let Some(row) = tx.calls().get(call.call_id).await? {
        tx.calls().put_leg(call.call_id, &row.provider, leg, at).await?;
    }
    Ok(said)
}

/// The last word on a call: what happened inside, with everything that was still being read when it ended. A call whose end was
/// never told ended with its last turn. Done again, it comes to the same.
pub(crate) async fn conclude(tx: &mut Tx, call: &VoiceCall) -> Result<()> {
    let Some(row) = tx.calls().get(call.call_id).await? else { return Ok(()) };
    let Some(spec) = spec(&row.provider) else { return Ok(()) };
    let told = tx.calls().legs(call.call_id).await?.into_iter().find(|leg| leg.leg_key == call.provider_call_id);
    let mut leg = match told {
        Some(leg) => leg,
        None => unreported(tx, call, &row).await?,
    };
    leg.flags.retain(|flag| flag != NOTHING_SAID);
    judge(tx, call, &mut leg).await?;
    let now = tx.now();
    tx.voice().end(&call.provider_call_id, leg.ended_at.unwrap_or(now)).await?;
    tx.calls().put_leg(call.call_id, spec.kind, &leg, now).await?; // in place of what was judged too soon
    let tenant = tx.tenants().me().await?;
    let report = Report {
        tenant: &tenant,
        connection: call.connection_id,
        provider: spec.kind,
        leg,
        received_at: now,
        reported_late: false,
    };
    call_reported::handle(tx, report).await.map(drop)
}

/// What a provider would have told of a call's end.
async fn unreported(tx: &mut Tx, call: &VoiceCall, row: &Call) -> Result<LegReport> {
    let ended = turns(tx, call).await?.last().map_or(call.begun_at, |turn| turn.at);
    let key = &call.provider_call_id;
    let line = Some(call.line.as_str().to_owned());
    Ok(LegReport {
        call_key: key.clone(),
        own_key: key.clone(),
        leg_key: key.clone(),
        direction: Direction::Inbound,
        from: row.from.clone(),
        to: line.clone(),
        line,
        status: "completed".to_owned(),
        outcome: Outcome::Missed,
        started_at: Some(call.begun_at),
        ended_at: Some(ended),
        ring_seconds: None,
        wait_seconds: None,
        talk_seconds: Some(ended.duration_since(call.begun_at).as_secs()),
        answered_by: None,
        queue: None,
        recording_url: None,
        transcript: Vec::new(),
        flags: Vec::new(),
    })
}

/// Puts what happened inside into the provider's report of a call that is over: who spoke was answered, who only listened
/// was missed.
async fn judge(tx: &mut Tx, call: &VoiceCall, leg: &mut LegReport) -> Result<()> {
    let turns = turns(tx, call).await?;
    let kept = kept(&turns);
    let summary = afterwards::of(&kept);
    leg.transcript = afterwards::transcript(&kept, &call.cuts);
    leg.answered_by = Some(call.taken_by.clone().unwrap_or_else(|| "receptionist".to_owned()));
    leg.flags.retain(|flag| flag != "hung_up_early");
    if summary.turns > 0 || call.taken_by.is_some() {
        leg.outcome = Outcome::Answered;
    } else {
        leg.outcome = Outcome::Missed;
        leg.flags.push(NOTHING_SAID.to_owned());
    }
    Ok(())
}

/// Keeps what a call came to. Done again, it comes to the same.
pub(crate) async fn sum_up(tx: &mut Tx, call: &VoiceCall) -> Result<Afterwards> {
    let turns = turns(tx, call).await?;
    let summary = afterwards::of(&kept(&turns));
    let talk = tx.talks().by_external(Medium::Voice, &call.provider_call_id).await?;
    let who = talk.and_then(|talk| talk.contact_id);
    tx.voice().sum_up(call, &summary, who).await?;
    let Some(contact) = call.contact_id.or(who) else { return Ok(summary) };
    if let Some(mut row) = tx.calls().get(call.call_id).await? {
        if row.contact_id.is_none() {
            row.contact_id = Some(contact); // they told their number
            tx.calls().save(&row).await?;
        }
        if let Some(lead) = tx.leads().open_of(contact).await? {
            tx.calls().attach(call.call_id, None, Some(lead.id)).await?;
        }
    }
    Ok(summary)
}

async fn turns(tx: &mut Tx, call: &VoiceCall) -> Result<Vec<Spoken>> {
    match tx.talks().by_external(Medium::Voice, &call.provider_call_id).await? {
        Some(talk) => tx.talks().turns(talk.id).await,
        None => Ok(Vec::new()),
    }
}

fn kept(turns: &[Spoken]) -> Vec<Kept<'_>> {
    let mut kept = Vec::with_capacity(turns.len());
    for turn in turns {
        kept.push(Kept { key: &turn.key, heard: &turn.heard, answer: &turn.answer, acts: &turn.acts });
    }
    kept
}

/// How good a lead the person is, computed now (C10); `None` for people who are no leads.
///
/// # Errors
/// The database.
pub async fn score_of(read: &mut Conn, contact: ContactId, now: Timestamp) -> Result<Option<Score>> {
    let Some(person) = read.contacts().get(contact).await? else { return Ok(None) };
    if !matches!(person.kind, ContactKind::Lead) {
        return Ok(None);
    }
    let Some(lead) = read.leads().open_of(contact).await? else { return Ok(None) };
    let facts = read.leads().facts(lead.id).await?;
    let filter = Filter::default().and("contact_id =", Some(ringleader_store::db::id_text(contact)));
    let page = Page { limit: MOST_APPOINTMENTS, before: None };
    let appointments = read.appointments().list(filter, &page).await?.rows;
    let count = |state| appointments.iter().filter(|it| it.state == state).count();
    let written = read.conversations().of_contact(contact).await?.into_iter().filter_map(|it| it.last_inbound_at).max();
    let known = score::Known {
        gone: person.opted_out_at.is_some() || lead.status == LeadStatus::Lost,
        calls: read.voice().talks_of(contact).await?.try_into().unwrap_or(u32::MAX),
        viewings: count(AppointmentState::Done).try_into().unwrap_or(u32::MAX),
        no_shows: count(AppointmentState::NoShow).try_into().unwrap_or(u32::MAX),
        last_contact: read.calls().last_spoken(contact).await?.max(written),
        budget: has(&facts, "budget"),
        deposit: has(&facts, "deposit"),
        ready: has(&facts, "mortgage") || has(&facts, "references"),
        move_by: None,
        rejected: 0,
    };
    Ok(Some(score::score(&known, &Weights::default(), now)))
}

fn has(facts: &[Fact], name: &str) -> bool {
    facts.iter().any(|fact| fact.name == name && !fact.value.is_null() && fact.value != serde_json::json!(false))
}

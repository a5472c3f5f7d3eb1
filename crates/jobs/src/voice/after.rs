//! After the call (C14): what the talk came to is kept with the call; the status of the call is judged by what happened inside,
//! since a provider only knows that somebody picked up.

use crate::details::{self, Package};
use crate::flows::call_reported::{self, Report};
use crate::letters;
use crate::reception::Medium;
use crate::scores;
use crate::work::{CloseTalk, put};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::call::{Call, Direction, LegReport, Outcome};
use ringleader_core::contact::ContactKind;
use ringleader_core::phone::parse;
use ringleader_core::reception::afterwards::{self, Afterwards, Kept};
use ringleader_core::reception::say;
use ringleader_core::reception::sending::Way;
use ringleader_core::tenant::{LineUse, Tenant};
use ringleader_providers::all::spec;
use ringleader_store::jobs::OnConflict;
use ringleader_store::repo::{Spoken, VoiceCall};
use ringleader_store::{Result, Tx};

/// The flag of a call in which nobody but us said anything.
const NOTHING_SAID: &str = "nothing_said";

/// What was said last is read within this time after the end of a call.
const SETTLED: SignedDuration = SignedDuration::from_secs(15);

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
    if tx.contacts().is_erased(row.contact_id).await? {
        return Ok(());
    }
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

/// What the call means for the lead's score (C10).
pub(crate) async fn score(tx: &mut Tx, call: &VoiceCall) -> Result<()> {
    let talk = tx.talks().by_external(Medium::Voice, &call.provider_call_id).await?;
    match call.contact_id.or(talk.and_then(|talk| talk.contact_id)) {
        Some(contact) => scores::keep(tx, contact).await,
        None => Ok(()),
    }
}

/// Who reported something on the phone has it in writing, once per report: its number, what was understood, and what happens
/// next (C8). In a chat the words are there already; nothing goes to whoever withheld their number.
pub(crate) async fn confirm_reports(tx: &mut Tx, call: &VoiceCall) -> Result<()> {
    let Some(contact) = call.contact_id else { return Ok(()) };
    let Some(talk) = tx.talks().by_external(Medium::Voice, &call.provider_call_id).await? else { return Ok(()) };
    let reports = tx.tickets().of_talk(contact, talk.id).await?;
    let Some(contact) = tx.contacts().get(contact).await?.filter(|_| !reports.is_empty()) else { return Ok(()) };
    let tenant = tx.tenants().me().await?;
    let kind = contact.phone.as_ref().map(|phone| parse(phone.as_str(), &tenant.country).kind);
    if matches!(contact.kind, ContactKind::Staff | ContactKind::Blocked)
        || !kind.is_some_and(|kind| kind.may_receive_messages())
    {
        return Ok(());
    }
    for report in reports {
        let words = say::alarm::reported(&report, &tenant.name, &talk.desk.language);
        letters::send(tx, &tenant, &contact, words, &format!("{}:reported", report.id), "ticket").await?;
    }
    Ok(())
}

/// The details of what was talked about, and of what was booked, go in writing: each property once per person (C11).
pub(crate) async fn send_details(tx: &mut Tx, call: &VoiceCall, summary: &Afterwards) -> Result<()> {
    let tenant = tx.tenants().me().await?;
    let talk = tx.talks().by_external(Medium::Voice, &call.provider_call_id).await?;
    let who = talk.as_ref().and_then(|talk| talk.contact_id).or(call.contact_id);
    let (Some(who), true) = (who, tenant.settings.reception.send_details) else { return Ok(()) };
    let Some(contact) = tx.contacts().get(who).await? else { return Ok(()) };
    if !matches!(contact.kind, ContactKind::Lead) {
        return Ok(());
    }
    let now = tx.now();
    let coming = tx.appointments().coming(who, now).await?;
    let booked = coming.into_iter().filter(|it| it.created_at >= call.begun_at).filter_map(|it| it.property_id);
    let mut properties: Vec<_> = booked.collect();
    for id in summary.properties.iter().filter_map(|id| id.parse().ok()) {
        if !properties.contains(&id) {
            properties.push(id);
        }
    }
    let language = talk.map_or_else(|| call.language.clone(), |talk| talk.desk.language);
    let package = Package {
        contact: &contact,
        properties: &properties,
        way: Way::Message,
        email: None,
        language: &language,
        cause: &call.provider_call_id,
        asked: false,
    };
    details::send(tx, &tenant, &package).await.map(drop)
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

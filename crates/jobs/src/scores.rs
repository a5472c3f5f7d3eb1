//! How good a lead of the receptionist's is (C10): computed from what is known now, kept with the lead for the lists.
//!
//! Always true: what is shown of one person is computed as it is read; the score of analysed calls (B10) is never replaced.

use jiff::Timestamp;
use jiff::civil::Date;
use ringleader_core::appointment::{Appointment, AppointmentState};
use ringleader_core::contact::ContactKind;
use ringleader_core::id::ContactId;
use ringleader_core::lead::{Fact, LeadStatus};
use ringleader_core::reception::score::{self, Score};
use ringleader_core::tenant::Tenant;
use ringleader_store::repo::{Filter, Page};
use ringleader_store::{Conn, Result, Tx};

/// Appointments that are looked at for a score.
const MOST_APPOINTMENTS: u32 = 50;

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
    let tenant = read.tenants().me().await?;
    let facts = read.leads().facts(lead.id).await?;
    let filter = Filter::default().and("contact_id =", Some(ringleader_store::db::id_text(contact)));
    let page = Page { limit: MOST_APPOINTMENTS, before: None };
    let appointments = read.appointments().list(filter, &page).await?.rows;
    let count = |fits: fn(&Appointment) -> bool| {
        u32::try_from(appointments.iter().filter(|it| fits(it)).count()).unwrap_or(u32::MAX)
    };
    let wrote =
        read.conversations().of_contact(contact).await?.into_iter().filter_map(|chat| chat.last_inbound_at).max();
    let known = score::Known {
        gone: person.opted_out_at.is_some() || lead.status == LeadStatus::Lost,
        calls: read.voice().talks_of(contact).await?.try_into().unwrap_or(u32::MAX),
        viewings: count(|it| it.state == AppointmentState::Done),
        no_shows: count(|it| it.state == AppointmentState::NoShow),
        rejected: count(|it| it.feedback.as_ref().is_some_and(|told| told.liked == Some(false))),
        last_contact: read.calls().last_spoken(contact).await?.max(wrote),
        budget: has(&facts, "budget"),
        deposit: has(&facts, "deposit"),
        ready: has(&facts, "mortgage") || has(&facts, "references"),
        move_by: move_by(&facts, &tenant),
    };
    Ok(Some(score::score(&known, &tenant.settings.reception.score, now)))
}

fn has(facts: &[Fact], name: &str) -> bool {
    facts.iter().any(|fact| fact.name == name && !fact.value.is_null() && fact.value != serde_json::json!(false))
}

/// A date that somebody set or that was said as one.
fn move_by(facts: &[Fact], tenant: &Tenant) -> Option<Timestamp> {
    let text = facts.iter().find(|fact| fact.name == "move_date")?.value.as_str()?;
    let date: Date = text.trim().parse().ok()?;
    Some(date.to_zoned(tenant.time_zone.clone()).ok()?.timestamp())
}

/// Keeps the score with the lead, for lists. The one of analysed calls stays.
pub(crate) async fn keep(tx: &mut Tx, contact: ContactId) -> Result<()> {
    let Some(lead) = tx.leads().open_of(contact).await? else { return Ok(()) };
    if lead.score.as_ref().is_some_and(|score| !score.is_reception()) {
        return Ok(());
    }
    let now = tx.now();
    let kept = score_of(tx, contact, now).await?.map(|score| score.kept());
    if kept.is_some() && kept != lead.score {
        tx.leads().set_score(lead.id, kept.as_ref()).await?;
    }
    Ok(())
}

//! The daily look at the loss account (P11): half an hour after each local midnight, of the days that may still have changed.
//!
//! A lost call is given to a person (a task to call back), an outreach that was forgotten is planned again, and someone is told
//! that the day does not close: task, log, metric and a decision for each call.

use super::{ReachOut, put, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::ledger::{self, About, Entry, Wish};
use crate::loss::{self, Placed};
use jiff::civil::Date;
use ringleader_core::decision::Verdict;
use ringleader_core::loss::{FOUND, Fate, OPEN_BOOKS, closing};
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::{Result, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

/// Looks at the loss account of a tenant up to this day.
#[derive(Debug, Serialize, Deserialize)]
pub struct CheckLossAccount {
    /// The last local day that is over.
    pub day: Date,
}

impl Job for CheckLossAccount {
    type Context = Context;
    const KIND: &'static str = "check_loss_account";
    const TIMEOUT: Duration = Duration::from_secs(120);
    const MAX_ATTEMPTS: u32 = 25;

    fn key(&self) -> Option<String> {
        Some(self.day.to_string())
    }

    fn priority(&self) -> u8 {
        3
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.check(cx, job).await)
    }
}

/// Plans the check of the present local day; called when a tenant is made.
pub async fn plan(tx: &mut Tx, tenant: &Tenant) -> Result<()> {
    let day = tx.now().to_zoned(tenant.time_zone.clone()).date();
    let Some(at) = closing(day, &tenant.time_zone) else { return Ok(()) };
    put(tx, &CheckLossAccount { day }, at, OnConflict::Keep).await.map(drop)
}

impl CheckLossAccount {
    async fn check(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let (tenant, lost) = self.look(cx, job).await?;
        let mut tx = cx.store.begin(job.tenant).await?;
        for (date, calls) in &lost {
            raise(&mut tx, &tenant, *date, calls).await?;
        }
        plan(&mut tx, &tenant).await?;
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        let result = if lost.is_empty() { "closed" } else { "open" };
        metrics::counter!("ringleader_loss_account_checks_total", "result" => result).increment(1);
        Ok(Outcome::Committed)
    }

    /// The days that do not close, with their lost calls.
    async fn look(&self, cx: &Context, job: &Claimed) -> Result<(Tenant, Vec<(Date, Vec<Placed>)>)> {
        let mut read = cx.store.read(job.tenant).await?;
        let tenant = read.tenants().me().await?;
        let days = OPEN_BOOKS.as_hours() / 24;
        let mut lost = Vec::new();
        for back in (0..=days).rev() {
            let Ok(date) = self.day.checked_sub(jiff::Span::new().days(back)) else { continue };
            if loss::account(&mut read, &tenant, date).await?.balanced() {
                continue;
            }
            lost.push((date, loss::lost(&mut read, &tenant, date).await?));
        }
        Ok((tenant, lost))
    }
}

/// Gives each lost call to a person, once, and says that the day does not close.
async fn raise(tx: &mut Tx, tenant: &Tenant, date: Date, calls: &[Placed]) -> Result<()> {
    let new: Vec<&Placed> = calls.iter().filter(|call| !known(call)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = new.iter().map(|call| call.traced.call.to_string()).collect();
    tracing::error!(loss.date = %date, loss.lost = ids.len(), call.ids = %ids.join(" "),
        "The loss account of {date} does not close: {} missed calls have nothing behind them", ids.len());
    metrics::counter!("ringleader_loss_account_lost_total").increment(ids.len() as u64);
    for call in new {
        give_to_person(tx, tenant, date, call).await?;
    }
    let wish = Wish {
        title: Key::TaskLossAccount,
        urgency: Urgency::Urgent,
        key: format!("loss:{date}"),
        because: Some(Key::WhyNotAccounted),
        contact: None,
        lead: None,
        phone: None,
        who: format!("{date} ({})", calls.len()),
    };
    ledger::add_task(tx, tenant, wish).await.map(drop)
}

/// An earlier check found it.
fn known(call: &Placed) -> bool {
    call.traced.trace.decision.as_ref().is_some_and(|(verdict, reason)| *verdict == Verdict::Hold && reason == FOUND)
}

async fn give_to_person(tx: &mut Tx, tenant: &Tenant, date: Date, call: &Placed) -> Result<()> {
    debug_assert_eq!(call.fate, Fate::Lost);
    let traced = &call.traced;
    let entry = Entry {
        verdict: Verdict::Hold,
        rule: "P11",
        reason: FOUND.to_owned(),
        explain: Key::WhyNotAccounted,
        evidence: json!({ "date": date, "call_id": traced.call, "found": call.reason }),
        until: None,
    };
    let about = About { contact: traced.contact, episode: traced.episode, call: Some(traced.call), message: None };
    ledger::record(tx, tenant, about, entry).await?;
    if let (Some(episode), "overdue") = (traced.episode, call.reason.as_str()) {
        let now = tx.now();
        ReachOut { episode }.schedule(tx, now).await?; // ruled on afresh; too late ends as a task
    }
    let name = match traced.contact {
        Some(id) => tx.contacts().get(id).await?.and_then(|contact| contact.name),
        None => None,
    };
    let wish = Wish {
        title: Key::TaskCallBack,
        urgency: Urgency::Urgent,
        key: format!("call:{}", traced.call),
        because: Some(Key::WhyNotAccounted),
        contact: traced.contact,
        lead: None,
        who: name.or_else(|| traced.from.clone()).unwrap_or_default(),
        phone: traced.from.clone(),
    };
    ledger::add_task(tx, tenant, wish).await.map(drop)
}

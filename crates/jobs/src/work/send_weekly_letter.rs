//! The letter about the week to the owner (D2): once a week by the tenant's settings, over its mail account.
//!
//! Always true: a week has one letter, whatever dies on the way (the message's key is its day); a run looks at the settings as
//! they are now, and plans the next one whatever becomes of this.

use super::{put, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::mail::{self, Mail};
use crate::reports::{self, Report};
use jiff::ToSpan;
use jiff::civil::Date;
use ringleader_core::currency::money;
use ringleader_core::message::{Audience, Content};
use ringleader_core::reports::letter::{self, Letter};
use ringleader_core::tenant::Tenant;
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::repo::Period;
use ringleader_store::{Read, Result, Tx};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Why such a message is sent.
pub const PURPOSE: &str = "weekly_letter";

/// Writes to the owner what the week before a day brought.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendWeeklyLetter {
    /// The local day on which it goes.
    pub day: Date,
}

impl Job for SendWeeklyLetter {
    type Context = Context;
    const KIND: &'static str = "send_weekly_letter";
    const TIMEOUT: Duration = Duration::from_secs(60);
    const MAX_ATTEMPTS: u32 = 25;

    fn key(&self) -> Option<String> {
        Some(self.day.to_string())
    }

    fn priority(&self) -> u8 {
        4
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(Box::pin(self.write(cx, job)).await)
    }
}

/// Plans the next letter. Called when a tenant is made, and when its settings change.
pub async fn plan(tx: &mut Tx, tenant: &Tenant) -> Result<()> {
    let weekly = &tenant.settings.reports.weekly;
    let Some((day, at)) = letter::next(weekly, &tenant.country, &tenant.time_zone, tx.now()) else { return Ok(()) };
    put(tx, &SendWeeklyLetter { day }, at, OnConflict::Move).await.map(drop)
}

impl SendWeeklyLetter {
    async fn write(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut read = cx.store.read(job.tenant).await?;
        let tenant = read.tenants().me().await?;
        let (weekly, zone) = (&tenant.settings.reports.weekly, &tenant.time_zone);
        let due = letter::is_due(weekly, &tenant.country, zone, self.day, read.now());
        let content = match tenant.owner.email.as_ref().filter(|_| due) {
            Some(_) => Some(content(&mut read, &tenant, self.day, &cx.public_url).await?),
            None => None,
        };
        drop(read);
        let mut tx = cx.store.begin(job.tenant).await?;
        if let (Some(content), Some(to)) = (content, tenant.owner.email.clone()) {
            let mail = Mail {
                key: format!("weekly:{}", self.day),
                to,
                audience: Audience::Owner,
                contact: None,
                lead: None,
                content,
                purpose: PURPOSE.to_owned(),
            };
            mail::post(&mut tx, mail).await?;
        }
        plan(&mut tx, &tenant).await?;
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }
}

/// The letter about the seven days before a day.
async fn content(read: &mut Read, tenant: &Tenant, day: Date, address: &str) -> Result<Content> {
    let period = Period { first: day.saturating_sub(7.days()), last: day.saturating_sub(1.day()), line: None };
    let report = reports::gather(read, tenant, period).await?;
    let (ready, tasks) = read.reports().open().await?;
    let letter = Letter {
        business: &tenant.name,
        language: tenant.language(),
        first: report.period.first,
        last: report.period.last,
        days: days(&report),
        now: &report.now,
        then: &report.then,
        worth: report.now.recovered_value.filter(|value| *value > 0).map(|value| money(value, tenant.currency())),
        ready,
        tasks,
        address: address.trim_end_matches('/'),
    };
    Ok(Content::Letter { body: letter.text(), html: letter.html() })
}

fn days(report: &Report) -> Vec<(Date, i64, i64)> {
    let of = |day: &Date, measure: &str| report.days.get(day).and_then(|sums| sums.get(measure)).copied().unwrap_or(0);
    let all = (0..7i64).map(|n| report.period.first.saturating_add(n.days()));
    all.map(|day| (day, of(&day, "answered"), of(&day, "missed"))).collect()
}

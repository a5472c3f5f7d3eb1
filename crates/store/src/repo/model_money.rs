//! What language models cost over any period (B7, D2): months that are over are added up once, since nothing is added to them
//! later; the rest is counted when it is asked for.
//!
//! Always true: what is told is the sum of all uses of the period. Months are those of the tenant's zone; in another zone they
//! are other months, so that sums of an old zone are not looked at and go with the next that is made.

use super::months::{self, Parts};
use super::reports::Period;
use super::sums::Sums;
use crate::{Result, args};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// A transaction that was begun within the month may end so much later.
const SETTLED: SignedDuration = SignedDuration::from_hours(1);

impl Sums<'_> {
    /// Money for models on the days from `first` to `last`, in millionths of a US dollar.
    pub async fn model_money(&mut self, first: Date, last: Date, zone: &TimeZone) -> Result<i64> {
        let tenant = self.0.tenant()?;
        let Parts { head, months, tail } = months::parts(&Period { first, last, line: None });
        let sql = "SELECT CAST(COALESCE(SUM(cost_micros), 0) AS BIGINT) AS money, MAX(month) AS latest FROM model_money
                   WHERE tenant_id = $1 AND zone = $2 AND month >= $3 AND month <= $4";
        let args = args![tenant, name_of(zone), months.0.clone(), months.1.clone()];
        let (mut money, latest): (i64, Option<String>) = self.0.fetch_one(sql, args).await?;
        let from = match latest.as_deref().and_then(months::begin) {
            Some(latest) => Some(latest.saturating_add(1.month())),
            None => months::begin(&months.0),
        };
        let open = from.zip(months::begin(&months.1)).map(|(from, to)| (from, to.last_of_month()));
        let day = |text: &str| text.parse::<Date>().ok();
        let ends = [head, tail].into_iter().filter_map(|(first, last)| day(&first).zip(day(&last)));
        for (first, last) in ends.chain(open).filter(|(first, last)| first <= last) {
            money += self.counted(Period { first, last, line: None }.span(zone)).await?;
        }
        Ok(money)
    }

    /// Adds up the first month that is over and is not added up yet; `false` if there is none.
    pub async fn add_up_month(&mut self, zone: &TimeZone) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "DELETE FROM model_money WHERE tenant_id = $1 AND zone <> $2";
        self.0.execute(sql, args![tenant, name_of(zone)]).await?;
        let sql = "SELECT (SELECT MAX(month) FROM model_money WHERE tenant_id = $1) AS latest,
                          (SELECT MIN(at) FROM model_usage WHERE tenant_id = $1) AS first";
        let (latest, first): (Option<String>, Option<Timestamp>) = self.0.fetch_one(sql, args![tenant]).await?;
        let next = match latest.as_deref().and_then(months::begin) {
            Some(latest) => Some(latest.saturating_add(1.month())),
            None => first.map(|first| first.to_zoned(zone.clone()).date().first_of_month()),
        };
        let Some(month) = next else { return Ok(false) };
        let (begin, end) = Period { first: month, last: month.last_of_month(), line: None }.span(zone);
        if end > now - SETTLED {
            return Ok(false);
        }
        let money = self.counted((begin, end)).await?;
        let sql = "INSERT INTO model_money (tenant_id, month, zone, cost_micros) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (tenant_id, month) DO UPDATE SET zone = excluded.zone, cost_micros = excluded.cost_micros";
        self.0.execute(sql, args![tenant, months::name(month), name_of(zone), money]).await?;
        Ok(true)
    }

    async fn counted(&mut self, (begin, end): (Timestamp, Timestamp)) -> Result<i64> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT CAST(COALESCE(SUM(cost_micros), 0) AS BIGINT) AS money FROM model_usage
                   WHERE tenant_id = $1 AND at >= $2 AND at < $3";
        let (money,): (i64,) = self.0.fetch_one(sql, args![tenant, begin, end]).await?;
        Ok(money)
    }
}

fn name_of(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("UTC").to_owned()
}

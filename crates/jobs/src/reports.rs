//! The figures of a business over a period beside those of the period before (D2), for pages, API and letters alike.

use jiff::ToSpan;
use jiff::civil::Date;
use ringleader_core::figures::{Figures, Sums};
use ringleader_core::id::ContactId;
use ringleader_core::reports::people::{Person, by_person};
use ringleader_core::reports::summary::Summary;
use ringleader_core::tenant::Tenant;
use ringleader_store::repo::Period;
use ringleader_store::{Conn, Result};
use std::collections::{BTreeMap, BTreeSet};

/// The longest period, in days.
pub const LONGEST: i32 = 3 * 366;

/// What is told of each day.
pub const DAILY: [&str; 7] = ["calls:inbound", "answered", "missed", "leads", "qualified", "recovered", "talk_seconds"];

/// What a period says, and the one before it.
#[derive(Debug, Clone)]
pub struct Report {
    /// The period.
    pub period: Period,
    /// The one before, of the same length.
    pub before: Period,
    /// Its figures.
    pub now: Summary,
    /// Those of the one before.
    pub then: Summary,
    /// What it cost.
    pub cost: Cost,
    /// What the one before cost.
    pub cost_then: Cost,
    /// Voice agents' calls, by the agent's id at the platform.
    pub voice: BTreeMap<String, Figures>,
    /// Those of the period before.
    pub voice_then: BTreeMap<String, Figures>,
    /// What each of the business's people did, by their id.
    pub people: BTreeMap<String, Person>,
    /// The same in the period before.
    pub people_then: BTreeMap<String, Person>,
    /// The sums of each day that has any.
    pub days: BTreeMap<Date, Sums>,
    /// Those of the period before.
    pub days_then: BTreeMap<Date, Sums>,
    /// Whether the business has ever made an appointment.
    pub has_appointments: bool,
}

impl Report {
    /// The way from a missed call to business: each step's measure, the period, the one before. Who never makes appointments
    /// has no step of viewings.
    pub fn funnel(&self) -> Vec<(&'static str, i64, i64)> {
        let steps = self.now.funnel().into_iter().zip(self.then.funnel());
        let beside = steps.map(|((measure, now), (_, then))| (measure, now, then));
        let kept = |&(measure, now, then): &(&str, i64, i64)| {
            measure != "funnel:viewing_booked" || self.has_appointments || now + then > 0
        };
        beside.filter(kept).collect()
    }

    /// Everybody who did something in either period: their id, what they did, and what they did before.
    pub fn people_beside(&self) -> Vec<(&str, Person, Person)> {
        let all: BTreeSet<&String> = self.people.keys().chain(self.people_then.keys()).collect();
        let of = |people: &BTreeMap<String, Person>, id: &String| people.get(id).copied().unwrap_or_default();
        all.into_iter().map(|id| (id.as_str(), of(&self.people, id), of(&self.people_then, id))).collect()
    }

    /// Each day that has anything, beside the day as far into the period before.
    pub fn days_beside(&self) -> Vec<(Date, Option<&Sums>, Option<&Sums>)> {
        beside(&self.period, &self.days, &self.days_then)
    }
}

/// Each day of a period that has anything, beside the day as far into the period before.
pub fn beside<'a, T>(
    period: &Period,
    now: &'a BTreeMap<Date, T>,
    then: &'a BTreeMap<Date, T>,
) -> Vec<(Date, Option<&'a T>, Option<&'a T>)> {
    let apart = (period.first - before(period).first).get_days();
    let of_then = then.keys().map(|day| day.saturating_add(apart.days()));
    let all: BTreeSet<Date> = now.keys().copied().chain(of_then).collect();
    let earlier = |day: Date| then.get(&day.saturating_sub(apart.days()));
    all.into_iter().map(|day| (day, now.get(&day), earlier(day))).collect()
}

/// What a period cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// Credits of voice agents' calls.
    pub credits: i64,
    /// Language models, in millionths of a US dollar.
    pub model_micros: i64,
}

/// The period of the same length that ends where this one begins.
pub fn before(period: &Period) -> Period {
    let length = (period.last - period.first).get_days();
    let last = period.first.saturating_sub(1.day());
    Period { first: last.saturating_sub(length.days()), last, line: period.line.clone() }
}

/// Gathers a period.
pub async fn gather(read: &mut Conn, tenant: &Tenant, period: Period) -> Result<Report> {
    let before = before(&period);
    let days = read.reports().by_day(&DAILY, &period).await?;
    let days_then = read.reports().by_day(&DAILY, &before).await?;
    let has_appointments = read.reports().has_appointments().await?;
    let all = read.reports().sums(&period).await?;
    let earlier = read.reports().sums(&before).await?;
    let value = tenant.settings.reports.lead_value;
    let (voice, voice_then) = (voice(read, &period).await?, voice(read, &before).await?);
    let cost_now = cost(read, tenant, &period, &voice).await?;
    let cost_then = cost(read, tenant, &before, &voice_then).await?;
    let (now, then) = (Summary::of(&all, value), Summary::of(&earlier, value));
    Ok(Report {
        now,
        then,
        period,
        before,
        cost: cost_now,
        cost_then,
        voice,
        voice_then,
        people: by_person(&all),
        people_then: by_person(&earlier),
        days,
        days_then,
        has_appointments,
    })
}

/// Scores of the analysed calls of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DayScores {
    /// Calls that have a score.
    pub calls: i64,
    sum: i64,
    complete: (i64, i64),
}

impl DayScores {
    fn of(sums: &Sums) -> Self {
        let [calls, sum, counted, points] = SCORES.map(|measure| sums.get(measure).copied().unwrap_or(0));
        Self { calls, sum, complete: (counted, points) }
    }

    /// Their average, each call by itself.
    pub fn individual(&self) -> Option<f64> {
        (self.calls > 0).then(|| self.sum as f64 / self.calls as f64)
    }

    /// The average of what their contacts had with them counted in.
    pub fn complete(&self) -> Option<f64> {
        let (calls, sum) = self.complete;
        (calls > 0).then(|| sum as f64 / calls as f64)
    }
}

/// What scores are summed up from: how many, and their points.
const SCORES: [&str; 4] = ["scored:individual", "points:individual", "scored:complete", "points:complete"];

/// Individual against complete scores, day by day (B8), of one contact if asked for.
pub async fn scores(read: &mut Conn, period: &Period, contact: Option<ContactId>) -> Result<BTreeMap<Date, DayScores>> {
    let days = match contact {
        Some(contact) => read.reports().of_contact(contact, &SCORES, period).await?,
        None => read.reports().by_day(&SCORES, period).await?,
    };
    Ok(days.iter().map(|(day, sums)| (*day, DayScores::of(sums))).collect())
}

/// Figures of voice agents' calls by agent.
async fn voice(read: &mut Conn, period: &Period) -> Result<BTreeMap<String, Figures>> {
    let agents = read.rollups().by_agent(period).await?;
    Ok(agents.into_iter().map(|(agent, sums)| (agent, Figures::of(&sums))).collect())
}

/// Models are not asked for a line: their money is the whole business's.
async fn cost(read: &mut Conn, tenant: &Tenant, period: &Period, voice: &BTreeMap<String, Figures>) -> Result<Cost> {
    let model_micros = read.sums().model_money(period.first, period.last, &tenant.time_zone).await?;
    Ok(Cost { credits: voice.values().map(|figures| figures.credits).sum(), model_micros })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_period_before_is_as_long_and_ends_where_this_begins() {
        let day = |text: &str| text.parse::<Date>().expect("a day");
        let table = [
            ("2026-11-01", "2026-11-30", "2026-10-02", "2026-10-31"),
            ("2026-03-29", "2026-03-29", "2026-03-28", "2026-03-28"),
            ("2026-01-01", "2026-12-31", "2025-01-01", "2025-12-31"),
        ];
        for (first, last, before_first, before_last) in table {
            let before = before(&Period { first: day(first), last: day(last), line: None });
            assert_eq!((before.first, before.last), (day(before_first), day(before_last)));
        }
    }
}

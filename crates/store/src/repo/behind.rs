//! The things behind a number of the reports, the latest day first (D2).
//!
//! The sums say on which days there are any, so a page reads those days alone, and of each only things of the kind that the
//! number is made of: a number that is made of few things among a million is as fast as any other.

use super::lists::corrupt;
use super::reports::{Period, Reports};
use super::tallies::{Subject, tally};
use super::tenants::json;
use crate::db::id_text;
use crate::dialect::words;
use crate::{Result, args};
use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use ringleader_core::id::LeadId;
use ringleader_core::reports::{Hour, Tally};
use std::collections::BTreeSet;

/// A lead's fact as a brain read it last, where a person said it since.
const READ: &str = "EXISTS (SELECT 1 FROM fact_history h WHERE h.tenant_id = f.tenant_id AND h.lead_id = f.lead_id
    AND h.name = f.name AND h.id = (SELECT MAX(x.id) FROM fact_history x WHERE x.tenant_id = f.tenant_id
    AND x.lead_id = f.lead_id AND x.name = f.name AND x.source <> 'person')";

/// Which facts `f` of a kind are meant by `stands:name`, `corrected:name`, `provisional:name`, as [`super::Quality::facts`]
/// counts them. No sum says where their leads are: facts are looked at.
fn facts_of(measure: &str) -> Option<(String, &str)> {
    let (of, name) = measure.split_once(':')?;
    let which = match of {
        "stands" => format!("(f.source <> 'person' OR {READ} AND h.value = f.value))"),
        "corrected" => format!("f.source = 'person' AND {READ} AND h.value <> f.value)"),
        "provisional" => "f.source <> 'person' AND f.provisional = 1".to_owned(),
        _ => return None,
    };
    Some((which, name))
}

/// A thing behind a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Behind {
    /// What.
    pub subject: Subject,
    /// Its hour and line.
    pub place: Hour,
    /// How much of the number is its.
    pub value: i64,
}

/// An hour of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Which day.
    pub weekday: Weekday,
    /// The local hour, 0 to 23.
    pub hour: i8,
}

/// Which of the things behind a number alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Only {
    /// Those of one hour of the week.
    pub slot: Option<Slot>,
    /// Those of one voice agent, by its id at the platform; `unknown` where its calls name none.
    pub agent: Option<String>,
}

impl Only {
    /// What an agent's calls count beside everything else.
    fn agents_measure(&self) -> Option<String> {
        self.agent.as_ref().map(|agent| format!("voice_agent:{agent}"))
    }
}

/// What the ids of the things begin with that a measure is made of; nothing: they may be of any kind.
fn kind_of(measure: &str) -> &'static str {
    match measure.strip_prefix("funnel:").unwrap_or(measure).split(':').next().unwrap_or_default() {
        "calls"
        | "missed"
        | "answered"
        | "outcome"
        | "talk_seconds"
        | "waits"
        | "wait_seconds"
        | "in_progress"
        | "outbound_answered"
        | "outbound_talk_seconds"
        | "voice_agent"
        | "voice_agent_calls"
        | "voice_agent_missed"
        | "voice_agent_connected"
        | "voice_agent_waits"
        | "voice_agent_talk_seconds"
        | "scored"
        | "points"
        | "credits"
        | "platform_cost_micros"
        | "hangup"
        | "asked_satisfaction"
        | "satisfaction" => "call_",
        "outreach" | "reached" | "responses" | "response_seconds" => "epi_",
        "leads"
        | "source"
        | "status"
        | "qualified"
        | "recovered"
        | "spoken_with"
        | "viewing_booked"
        | "converted"
        | "with_viewing"
        | "with_viewing_converted"
        | "lost"
        | "assigned" => "lead_",
        "chats" | "led" | "replied" | "reminded" | "replied_after_reminder" | "handed_over" | "opted_out" => "cnv_",
        "appointments" | "agent" | "took_place" | "asked_feedback" | "feedback" | "liked" | "disliked" => "app_",
        "talks" | "intent" | "ending" | "calls_taken" | "calls_handed_over" => "talk_",
        _ => "",
    }
}

impl Reports<'_> {
    /// The things behind a number, the latest day first; the cursor is of the next page.
    pub async fn behind(
        &mut self,
        measure: &str,
        period: &Period,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<(Vec<Behind>, Option<String>)> {
        self.behind_only(measure, period, &Only::default(), cursor, limit).await
    }

    /// The same of some of them alone.
    pub async fn behind_only(
        &mut self,
        measure: &str,
        period: &Period,
        only: &Only,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<(Vec<Behind>, Option<String>)> {
        if let Some((which, name)) = facts_of(measure) {
            return self.leads_of_facts(&which, name, period, cursor, limit).await;
        }
        let (last, before) = match cursor.and_then(|cursor| cursor.split_once('~')) {
            Some((day, subject)) => (day.parse().unwrap_or(period.last).min(period.last), Some(subject)),
            None => (period.last, None),
        };
        let period = Period { last, ..period.clone() };
        let mut found: Vec<Behind> = Vec::new();
        for day in self.days_of(measure, &period, only, limit + 1).await? {
            let missing = limit - u32::try_from(found.len()).unwrap_or(limit);
            if missing == 0 {
                break;
            }
            found.extend(self.of_day(measure, &period, only, day, before.filter(|_| day == last), missing).await?);
        }
        let full = found.len() == limit as usize;
        let next = found.last().filter(|_| full).map(|it| format!("{}~{}", it.place.day, it.subject));
        Ok((found, next))
    }

    /// Leads of facts with this name, the latest first.
    async fn leads_of_facts(
        &mut self,
        which: &str,
        name: &str,
        period: &Period,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<(Vec<Behind>, Option<String>)> {
        let (tenant, zone) = (self.0.tenant()?, self.0.tenants().me().await?.time_zone);
        let (begin, end) = period.span(&zone);
        let after = cursor.and_then(|cursor| cursor.split_once('~'));
        let before = after.and_then(|(at, _)| at.parse().ok()).map_or(end, |at: Timestamp| at.min(end));
        let lead = after.and_then(|(_, lead)| lead.parse::<LeadId>().ok()).map(id_text);
        let sql = format!(
            "SELECT f.lead_id, f.at FROM facts f WHERE f.tenant_id = $1 AND f.name = $2 AND f.at >= $3 AND f.at <= $4
             AND (f.at < $4 OR f.lead_id < $5) AND {which} ORDER BY f.at DESC, f.lead_id DESC LIMIT $6"
        );
        let args = args![tenant, name, begin, before, lead.unwrap_or_default(), i64::from(limit)];
        let rows: Vec<(LeadId, Timestamp)> = self.0.fetch_all_built(sql, args).await?;
        let next = rows.last().filter(|_| rows.len() == limit as usize).map(|(lead, at)| format!("{at}~{lead}"));
        let behind = |(lead, at)| Behind { subject: Subject::Lead(lead), place: Hour::of(at, &zone, None), value: 1 };
        Ok((rows.into_iter().map(behind).collect(), next))
    }

    /// The last days on which a measure counted, the latest first; where only some things are asked for all that there are,
    /// since a day may have none of those.
    async fn days_of(&mut self, measure: &str, period: &Period, only: &Only, limit: u32) -> Result<Vec<Date>> {
        let tenant = self.0.tenant()?;
        let limit = if *only == Only::default() { limit } else { u32::MAX };
        let hour = only.slot.map(|slot| i64::from(slot.hour));
        let sql = "SELECT DISTINCT day FROM rollups_hourly WHERE tenant_id = $1 AND measure = $2 AND day >= $3
                   AND day <= $4 AND ($5 IS NULL OR line = $5) AND ($7 IS NULL OR hour = $7) AND value <> 0
                   AND ($8 IS NULL OR day IN (SELECT day FROM rollups_daily WHERE tenant_id = $1 AND measure = $8
                     AND day >= $3 AND day <= $4))
                   ORDER BY day DESC LIMIT $6";
        let (first, last) = (period.first.to_string(), period.last.to_string());
        let args =
            args![tenant, measure, first, last, period.line.clone(), i64::from(limit), hour, only.agents_measure()];
        let rows: Vec<(String,)> = self.0.fetch_all(sql, args).await?;
        let mut days: BTreeSet<Date> = BTreeSet::new();
        for (day,) in rows {
            days.insert(day.parse().map_err(|_| corrupt("rollups_hourly.day"))?);
        }
        let pending = self.pending(period).await?;
        days.extend(pending.into_iter().filter(|it| it.measure == measure).map(|it| it.place.day));
        days.retain(|day| only.slot.is_none_or(|slot| slot.weekday == day.weekday()));
        Ok(days.into_iter().rev().collect())
    }

    async fn of_day(
        &mut self,
        measure: &str,
        period: &Period,
        only: &Only,
        day: Date,
        before: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Behind>> {
        let tenant = self.0.tenant()?;
        let kind = kind_of(measure);
        // As it is written: SQLite's LIKE would take an agent's id for another that differs in the case of its letters.
        let find = words::find(self.0.engine());
        let sql = format!(
            "SELECT subject, day, hour, line, sums FROM tallies WHERE tenant_id = $1 AND day = $2 AND subject >= $3
             AND subject < $4 AND ($5 IS NULL OR line = $5) AND {find}(sums, $6) > 0 AND ($8 IS NULL OR hour = $8)
             AND ($9 IS NULL OR {find}(sums, $9) > 0) ORDER BY subject DESC LIMIT $7"
        );
        // Behind every id of the kind, in any order of letters that a database may have.
        let end = before.map_or_else(|| format!("{kind}z"), str::to_owned);
        let agent = only.agents_measure().map(|measure| counts(&measure)).transpose()?;
        let (line, hour) = (period.line.clone(), only.slot.map(|slot| i64::from(slot.hour)));
        let args = args![tenant, day.to_string(), kind, end, line, counts(measure)?, i64::from(limit), hour, agent];
        let rows: Vec<(String, String, i64, String, String)> = self.0.fetch_all_built(sql, args).await?;
        let mut found = Vec::new();
        for (subject, day, hour, line, sums) in rows {
            let subject = subject.parse().map_err(|()| corrupt("tallies.subject"))?;
            let Some(Tally { place, sums }) = tally((day, hour, line, sums))? else { continue };
            found.push(Behind { subject, place, value: sums.get(measure).copied().unwrap_or(0) });
        }
        Ok(found)
    }
}

/// What is in sums that have a measure.
fn counts(measure: &str) -> Result<String> {
    Ok(format!("{}:", json(&measure)?))
}

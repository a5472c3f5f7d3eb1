//! Reading the sums of the business (D2), the rows behind each number, and the recount that proves them.

use super::hours;
use super::lists::corrupt;
use super::months::{self, Parts};
use super::tallies::{Subject, Touched, count, tally};
use crate::db::Value;
use crate::{Conn, Result, args};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use ringleader_core::figures::{Change, Sums};
use ringleader_core::id::{AppointmentId, CallId, ContactId, ConversationId, EpisodeId, LeadId, TalkId, TenantId};
use ringleader_core::reports::{Hour, Tally};
use std::collections::{BTreeMap, BTreeSet};

/// Sums of the business.
pub struct Reports<'c>(pub(super) &'c mut Conn);

/// Days, both ends included, and a line if only one is asked for.
#[derive(Debug, Clone)]
pub struct Period {
    /// The first local day.
    pub first: Date,
    /// The last.
    pub last: Date,
    /// Only this line of the tenant.
    pub line: Option<String>,
}

impl Period {
    /// The moments at which it begins and is over in a zone.
    pub fn span(&self, zone: &TimeZone) -> (Timestamp, Timestamp) {
        let start = |day: Date| day.to_zoned(zone.clone()).map_or(Timestamp::MAX, |begin| begin.timestamp());
        (start(self.first), start(self.last.saturating_add(1.day())))
    }
}

/// What a recount looks at, one kind after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Calls.
    Calls,
    /// Runs of missed calls.
    Episodes,
    /// Viewings, valuations.
    Appointments,
    /// Leads.
    Leads,
    /// Chats.
    Chats,
    /// Talks with the receptionist.
    Talks,
}

impl Kind {
    /// All of them, in the order in which they are recounted.
    pub const ALL: [Self; 6] = [Self::Calls, Self::Episodes, Self::Appointments, Self::Leads, Self::Chats, Self::Talks];
}

/// What a page of a recount found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recounted {
    /// Things looked at.
    pub looked: usize,
    /// Things that were counted wrongly, and are right now.
    pub corrected: usize,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}

impl Reports<'_> {
    /// The sums of a period.
    pub async fn sums(&mut self, period: &Period) -> Result<Sums> {
        let tenant = self.0.tenant()?;
        let Parts { head, months, tail } = months::parts(period);
        let sql = "SELECT measure, CAST(SUM(value) AS BIGINT) AS value FROM (
                     SELECT measure, value FROM rollups_monthly WHERE tenant_id = $1 AND month >= $2 AND month <= $3
                       AND ($8 IS NULL OR line = $8)
                     UNION ALL SELECT measure, value FROM rollups_daily WHERE tenant_id = $1 AND day >= $4 AND day <= $5
                       AND ($8 IS NULL OR line = $8)
                     UNION ALL SELECT measure, value FROM rollups_daily WHERE tenant_id = $1 AND day >= $6 AND day <= $7
                       AND ($8 IS NULL OR line = $8)
                   ) AS parts GROUP BY measure";
        let args = args![tenant, months.0, months.1, head.0, head.1, tail.0, tail.1, period.line.clone()];
        let rows: Vec<(String, i64)> = self.0.fetch_all(sql, args).await?;
        let mut all: Sums = rows.into_iter().collect();
        for change in self.pending(period).await? {
            *all.entry(change.measure).or_default() += change.by;
        }
        all.retain(|_, value| *value != 0);
        Ok(all)
    }

    /// The sums of these measures on each day that has any.
    pub async fn by_day(&mut self, measures: &[&str], period: &Period) -> Result<BTreeMap<Date, Sums>> {
        let tenant = self.0.tenant()?;
        let places: Vec<String> = (5..measures.len() + 5).map(|at| format!("${at}")).collect();
        let sql = format!(
            "SELECT day, measure, CAST(SUM(value) AS BIGINT) AS value FROM rollups_daily WHERE tenant_id = $1
             AND day >= $2 AND day <= $3 AND ($4 IS NULL OR line = $4) AND measure IN ({}) GROUP BY day, measure",
            places.join(", ")
        );
        let (first, last) = (period.first.to_string(), period.last.to_string());
        let mut args = args![tenant, first, last, period.line.clone()];
        args.extend(measures.iter().map(|measure| Value::Text((*measure).to_owned())));
        let rows: Vec<(String, String, i64)> = self.0.fetch_all_built(sql, args).await?;
        let mut days: BTreeMap<Date, Sums> = BTreeMap::new();
        for (day, measure, value) in rows {
            let day = day.parse().map_err(|_| corrupt("rollups_daily.day"))?;
            days.entry(day).or_default().insert(measure, value);
        }
        for change in self.pending(period).await?.into_iter().filter(|it| measures.contains(&it.measure.as_str())) {
            *days.entry(change.place.day).or_default().entry(change.measure).or_default() += change.by;
        }
        days.values_mut().for_each(|sums| sums.retain(|_, value| *value != 0));
        days.retain(|_, sums| !sums.is_empty());
        Ok(days)
    }

    /// What the calls of a contact add to these measures, on each day that has any: theirs of what [`Self::by_day`] tells of all.
    pub async fn of_contact(
        &mut self,
        contact: ContactId,
        measures: &[&str],
        period: &Period,
    ) -> Result<BTreeMap<Date, Sums>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT t.day, t.hour, t.line, t.sums FROM calls c JOIN tallies t ON t.tenant_id = c.tenant_id
                   AND t.subject = 'call_' || c.id WHERE c.tenant_id = $1 AND c.contact_id = $2 AND t.day >= $3
                   AND t.day <= $4 AND ($5 IS NULL OR t.line = $5)";
        let (first, last) = (period.first.to_string(), period.last.to_string());
        let rows: Vec<(String, i64, String, String)> =
            self.0.fetch_all(sql, args![tenant, contact, first, last, period.line.clone()]).await?;
        let mut days: BTreeMap<Date, Sums> = BTreeMap::new();
        for row in rows {
            let Some(Tally { place, sums }) = tally(row)? else { continue };
            for (measure, value) in sums.into_iter().filter(|(measure, _)| measures.contains(&measure.as_str())) {
                *days.entry(place.day).or_default().entry(measure).or_default() += value;
            }
        }
        Ok(days)
    }

    /// How often a measure counted in each hour of each day of the week, Monday first.
    pub async fn by_slot(&mut self, measure: &str, period: &Period) -> Result<[[i64; 24]; 7]> {
        let tenant = self.0.tenant()?;
        let Parts { head, months, tail } = months::parts(period);
        let sql = "SELECT slot, CAST(SUM(value) AS BIGINT) AS value FROM rollups_slots WHERE tenant_id = $1
                   AND measure = $2 AND month >= $3 AND month <= $4 AND ($5 IS NULL OR line = $5) GROUP BY slot";
        let args = args![tenant, measure, months.0, months.1, period.line.clone()];
        let mut slots: Vec<(i64, i64)> = self.0.fetch_all(sql, args).await?;
        let sql = "SELECT day, hour, value FROM rollups_hourly WHERE tenant_id = $1 AND measure = $2
                   AND day >= $3 AND day <= $4 AND ($5 IS NULL OR line = $5)";
        for (first, last) in [head, tail] {
            let args = args![tenant, measure, first, last, period.line.clone()];
            let rows: Vec<(String, i64, i64)> = self.0.fetch_all(sql, args).await?;
            for (day, hour, value) in rows {
                let day = day.parse().map_err(|_| corrupt("rollups_hourly.day"))?;
                let hour = i8::try_from(hour).map_err(|_| corrupt("rollups_hourly.hour"))?;
                slots.push((months::slot(day, hour), value));
            }
        }
        for change in self.pending(period).await?.into_iter().filter(|change| change.measure == measure) {
            slots.push((months::slot(change.place.day, change.place.hour), change.by));
        }
        let mut week = [[0; 24]; 7];
        for (slot, value) in slots {
            let slot =
                usize::try_from(slot).ok().filter(|slot| *slot < 168).ok_or_else(|| corrupt("rollups_slots.slot"))?;
            week[slot / 24][slot % 24] += value;
        }
        Ok(week)
    }

    /// The lines that have sums in a period; the empty one stands for things without.
    pub async fn lines(&mut self, period: &Period) -> Result<Vec<String>> {
        let tenant = self.0.tenant()?;
        let Parts { head, months, tail } = months::parts(period);
        let sql = "SELECT line FROM rollups_monthly WHERE tenant_id = $1 AND month >= $2 AND month <= $3
                   UNION SELECT line FROM rollups_daily WHERE tenant_id = $1 AND day >= $4 AND day <= $5
                   UNION SELECT line FROM rollups_daily WHERE tenant_id = $1 AND day >= $6 AND day <= $7";
        let args = args![tenant, months.0, months.1, head.0, head.1, tail.0, tail.1];
        let rows: Vec<(String,)> = self.0.fetch_all(sql, args).await?;
        let mut lines: BTreeSet<String> = rows.into_iter().map(|(line,)| line).collect();
        lines.extend(self.pending(period).await?.into_iter().map(|change| change.place.line));
        Ok(lines.into_iter().collect())
    }

    /// What commits changed within a period that is not folded into the sums yet.
    pub(super) async fn pending(&mut self, period: &Period) -> Result<Vec<Change<Hour>>> {
        let within = |change: &Change<Hour>| {
            (period.first..=period.last).contains(&change.place.day)
                && period.line.as_ref().is_none_or(|line| *line == change.place.line)
        };
        Ok(hours::pending(self.0).await?.iter().filter(|change| within(change)).cloned().collect())
    }

    /// What is open right now: leads that are ready for a call and have had none, and tasks.
    pub async fn open(&mut self) -> Result<(usize, usize)> {
        let tenant = self.0.tenant()?;
        let leads =
            "SELECT COUNT(*) AS n FROM leads WHERE tenant_id = $1 AND status = 'qualified' AND merged_into IS NULL";
        let tasks = "SELECT COUNT(*) AS n FROM tasks WHERE tenant_id = $1 AND state = 'open'";
        let (leads,): (i64,) = self.0.fetch_one(leads, args![tenant]).await?;
        let (tasks,): (i64,) = self.0.fetch_one(tasks, args![tenant]).await?;
        Ok((usize::try_from(leads).unwrap_or(0), usize::try_from(tasks).unwrap_or(0)))
    }

    /// Whether the business has ever made an appointment.
    pub async fn has_appointments(&mut self) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT id FROM appointments WHERE tenant_id = $1 LIMIT 1";
        Ok(self.0.fetch_optional::<(AppointmentId,)>(sql, args![tenant]).await?.is_some())
    }

    /// Folds up to `limit` commits' changes into the sums; how many it were.
    pub async fn fold(&mut self, limit: usize) -> Result<usize> {
        hours::fold(self.0, limit).await
    }

    /// Tenants with something to fold. Asked by the system.
    pub async fn unfolded(&mut self) -> Result<Vec<TenantId>> {
        hours::unfolded(self.0).await
    }

    /// Counts one page of things afresh, those behind the id `after`, and puts right what was wrong.
    pub async fn recount(&mut self, kind: Kind, after: &str, limit: u32) -> Result<Recounted> {
        let tenant = self.0.tenant()?;
        let table = match kind {
            Kind::Calls => "calls",
            Kind::Episodes => "episodes",
            Kind::Appointments => "appointments",
            Kind::Leads => "leads",
            Kind::Chats => "conversations",
            Kind::Talks => "talks",
        };
        let sql = format!("SELECT id FROM {table} WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3");
        let rows: Vec<(String,)> = self.0.fetch_all_built(sql, args![tenant, after, i64::from(limit)]).await?;
        let mut touched = Touched::default();
        for (id,) in &rows {
            touched.known(kind, id).ok_or_else(|| corrupt("id"))?;
        }
        let next = rows.last().filter(|_| rows.len() == limit as usize).map(|(id,)| id.clone());
        let corrected = if touched.is_empty() { 0 } else { count(self.0, touched).await? };
        Ok(Recounted { looked: rows.len(), corrected, next })
    }

    /// The measures of a day whose sums are not those of what its things add: by hour and line, with the sum and the count.
    pub async fn unequal(&mut self, day: Date) -> Result<Vec<(String, i64, i64)>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT day, hour, line, sums FROM tallies WHERE tenant_id = $1 AND day = $2";
        let rows: Vec<(String, i64, String, String)> = self.0.fetch_all(sql, args![tenant, day.to_string()]).await?;
        // Hour by hour, and as a whole (hour -1).
        let mut both: BTreeMap<(String, i64, String), (i64, i64)> = BTreeMap::new();
        for row in rows {
            let Some(Tally { place, sums }) = tally(row)? else { continue };
            for (measure, value) in sums {
                for hour in [i64::from(place.hour), -1] {
                    both.entry((measure.clone(), hour, place.line.clone())).or_default().1 += value;
                }
            }
        }
        let sql = "SELECT measure, hour, line, value FROM rollups_hourly WHERE tenant_id = $1 AND day = $2
                   UNION ALL SELECT measure, -1 AS hour, line, value FROM rollups_daily WHERE tenant_id = $1 AND day = $2";
        let sums: Vec<(String, i64, String, i64)> = self.0.fetch_all(sql, args![tenant, day.to_string()]).await?;
        for (measure, hour, line, value) in sums {
            both.entry((measure, hour, line)).or_default().0 += value;
        }
        for Change { place, measure, by } in self.pending(&Period { first: day, last: day, line: None }).await? {
            for hour in [i64::from(place.hour), -1] {
                both.entry((measure.clone(), hour, place.line.clone())).or_default().0 += by;
            }
        }
        let wrong = both.into_iter().filter(|(_, (sum, counted))| sum != counted);
        Ok(wrong
            .map(|((measure, hour, line), (sum, counted))| (format!("{measure} {hour} {line}"), sum, counted))
            .collect())
    }
}

impl Reports<'_> {
    /// The measures whose sums of a month are not those of its days, and of its hours of the day: by measure and line.
    pub async fn unequal_month(&mut self, day: Date) -> Result<Vec<String>> {
        let (tenant, month) = (self.0.tenant()?, months::name(day));
        let (first, last) = (day.first_of_month().to_string(), day.last_of_month().to_string());
        let sql = "SELECT measure, line FROM (
                     SELECT measure, line, value FROM rollups_monthly WHERE tenant_id = $1 AND month = $2
                     UNION ALL SELECT measure, line, -value AS value FROM rollups_daily WHERE tenant_id = $1
                       AND day >= $3 AND day <= $4
                   ) AS both_ways GROUP BY measure, line HAVING SUM(value) <> 0
                   UNION SELECT measure, line FROM (
                     SELECT measure, line, slot % 24 AS hour, value FROM rollups_slots WHERE tenant_id = $1 AND month = $2
                     UNION ALL SELECT measure, line, hour, -value AS value FROM rollups_hourly WHERE tenant_id = $1
                       AND day >= $3 AND day <= $4
                   ) AS by_hour GROUP BY measure, line, hour HAVING SUM(value) <> 0";
        let rows: Vec<(String, String)> = self.0.fetch_all(sql, args![tenant, month.clone(), first, last]).await?;
        Ok(rows.into_iter().map(|(measure, line)| format!("{measure} {month} {line}")).collect())
    }
}

impl Touched {
    /// A thing by the id that its table has; `None`: no such id.
    fn known(&mut self, kind: Kind, id: &str) -> Option<()> {
        let uuid = id.parse().ok()?;
        use ringleader_core::id::Id;
        match kind {
            Kind::Calls => self.subject(Subject::Call(CallId::from_uuid(uuid))),
            Kind::Episodes => self.subject(Subject::Episode(EpisodeId::from_uuid(uuid))),
            Kind::Appointments => self.subject(Subject::Appointment(AppointmentId::from_uuid(uuid))),
            Kind::Leads => self.subject(Subject::Lead(LeadId::from_uuid(uuid))),
            Kind::Talks => self.subject(Subject::Talk(TalkId::from_uuid(uuid))),
            Kind::Chats => self.chat(ConversationId::from_uuid(uuid)),
        }
        Some(())
    }
}

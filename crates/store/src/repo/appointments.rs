//! Appointments, and the cells of the grid that hold and book them (C6, P4).
//!
//! Always true: a cell of an agent or a property belongs to one holder at a time, by primary key; a hold that ran out gives
//! way to the next; an appointment has its cells as long as it is booked.

use super::lists::{Filter, Listing, Page, corrupt, first, list};
use super::tenants::json;
use crate::db::id_text;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::appointment::{Appointment, AppointmentState, Feedback, cells};
use ringleader_core::id::{AppointmentId, ContactId, HoldId, LeadId, PropertyId};
use ringleader_core::reception::words::Purpose;
use ringleader_core::settings::Interval;

/// Appointments.
pub struct Appointments<'c>(pub(super) &'c mut Conn);

/// A stretch of time of an agent, and of a property where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The agent.
    pub agent_id: String,
    /// The property.
    pub property_id: Option<PropertyId>,
    /// Begin.
    pub start: Timestamp,
    /// Length.
    pub minutes: i64,
}

impl Stretch {
    /// Who is taken, in the order in which everyone locks them.
    pub fn resources(&self) -> Vec<String> {
        let mut all = vec![format!("agent:{}", self.agent_id)];
        all.extend(self.property_id.map(|id| format!("property:{}", id_text(id))));
        all
    }
}

/// An appointment to be made of a hold.
#[derive(Debug, Clone)]
pub struct NewAppointment {
    /// What for.
    pub purpose: Purpose,
    /// With whom.
    pub contact_id: Option<ContactId>,
    /// Where, in words.
    pub place: String,
}

const APPOINTMENT: &str =
    "SELECT id, purpose, contact_id, property_id, agent_id, place, starts_at, minutes, state, sequence,
    created_at, feedback_asked_at, feedback, liked, feedback_at FROM appointments";

impl FromRow for Appointment {
    fn from_row(row: &Row) -> Result<Self> {
        let (words, liked): (Option<String>, Option<i64>) = (row.get("feedback")?, row.get("liked")?);
        let at: Option<Timestamp> = row.get("feedback_at")?;
        let feedback = at.map(|at| Feedback { words: words.unwrap_or_default(), liked: liked.map(|n| n == 1), at });
        Ok(Self {
            id: row.get("id")?,
            purpose: row.word("purpose")?,
            contact_id: row.get("contact_id")?,
            property_id: row.get("property_id")?,
            agent_id: row.get("agent_id")?,
            place: row.get("place")?,
            start: row.get("starts_at")?,
            minutes: row.get("minutes")?,
            state: row.word("state")?,
            sequence: row.get("sequence")?,
            created_at: row.get("created_at")?,
            feedback_asked_at: row.get("feedback_asked_at")?,
            feedback,
        })
    }
}

impl Appointments<'_> {
    /// Holds a stretch until a moment; `None` if someone else has a part of it.
    pub async fn hold(&mut self, stretch: &Stretch, until: Timestamp) -> Result<Option<HoldId>> {
        let holder = self.0.new_id::<HoldId>();
        let taken = self.take(stretch, &id_text(holder), Some(until)).await?;
        Ok(taken.then_some(holder))
    }

    /// Lets a hold go.
    pub async fn release(&mut self, holder: HoldId) -> Result<()> {
        self.free(&id_text(holder)).await
    }

    /// Makes the appointment of a hold; `None` if the hold ran out.
    pub async fn book(
        &mut self,
        holder: HoldId,
        stretch: &Stretch,
        new: &NewAppointment,
    ) -> Result<Option<Appointment>> {
        let (tenant, now, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<AppointmentId>());
        let sql = "UPDATE slot_holds SET holder = $3, held_until = NULL
                   WHERE tenant_id = $1 AND holder = $2 AND held_until > $4";
        let kept = self.0.execute(sql, args![tenant, id_text(holder), id_text(id), now]).await?;
        let cells = stretch.resources().len() * cells(stretch.start, stretch.minutes).len();
        if kept != cells as u64 {
            self.free(&id_text(id)).await?;
            return Ok(None);
        }
        let sql =
            "INSERT INTO appointments (tenant_id, id, purpose, contact_id, property_id, agent_id, place, starts_at,
                   minutes, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let args = args![
            tenant,
            id,
            new.purpose.as_str(),
            new.contact_id,
            stretch.property_id,
            &stretch.agent_id,
            &new.place,
            stretch.start,
            stretch.minutes,
            AppointmentState::Booked.as_str(),
            now
        ];
        self.0.execute(sql, args).await?;
        self.0.changed("appointment", id);
        self.get(id).await
    }

    /// Notes which lead it is about, if that is not known.
    pub async fn give_to_lead(&mut self, id: AppointmentId, lead: LeadId) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE appointments SET lead_id = $3 WHERE tenant_id = $1 AND id = $2 AND lead_id IS NULL";
        let given = self.0.execute(sql, args![tenant, id, lead]).await? == 1;
        self.0.changed_if(given, "appointment", id);
        Ok(())
    }

    /// Moves a booked appointment to another time, and to whoever goes then; `false` if that is taken, and nothing changes then.
    pub async fn shift(&mut self, id: AppointmentId, agent: &str, start: Timestamp) -> Result<bool> {
        let tenant = self.0.tenant()?;
        // The row is taken first: who calls it off meanwhile waits, or was faster.
        let sql =
            "UPDATE appointments SET sequence = sequence + 1 WHERE tenant_id = $1 AND id = $2 AND state = 'booked'";
        if self.0.execute(sql, args![tenant, id]).await? == 0 {
            return Ok(false);
        }
        let Some(known) = self.get(id).await? else { return Ok(false) };
        let stretch = |agent: &str, start| Stretch {
            agent_id: agent.to_owned(),
            property_id: known.property_id,
            start,
            minutes: known.minutes,
        };
        // The old cells are freed first, so that a shift by a quarter of an hour does not meet itself.
        self.free(&id_text(id)).await?;
        if !self.take(&stretch(agent, start), &id_text(id), None).await? {
            self.take(&stretch(&known.agent_id, known.start), &id_text(id), None).await?;
            let sql = "UPDATE appointments SET sequence = sequence - 1 WHERE tenant_id = $1 AND id = $2";
            self.0.execute(sql, args![tenant, id]).await?;
            return Ok(false);
        }
        let sql = "UPDATE appointments SET starts_at = $3, agent_id = $4 WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, id, start, agent]).await?;
        self.0.changed("appointment", id);
        Ok(true)
    }

    /// Ends a booked appointment: called off, done, or not come to. Called off, its cells are free again.
    pub async fn close(&mut self, id: AppointmentId, state: AppointmentState) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE appointments SET state = $3, sequence = sequence + 1
                   WHERE tenant_id = $1 AND id = $2 AND state = 'booked'";
        let done = self.0.execute(sql, args![tenant, id, state.as_str()]).await? == 1;
        if done && state == AppointmentState::Cancelled {
            self.free(&id_text(id)).await?;
        }
        Ok(self.0.changed_if(done, "appointment", id))
    }

    /// Notes that they are asked what they thought of it; `false` if they were, or it did not take place.
    pub async fn ask_feedback(&mut self, id: AppointmentId) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE appointments SET feedback_asked_at = $3
                   WHERE tenant_id = $1 AND id = $2 AND feedback_asked_at IS NULL AND state IN ('booked', 'done')";
        let done = self.0.execute(sql, args![tenant, id, now]).await? == 1;
        Ok(self.0.changed_if(done, "appointment", id))
    }

    /// Notes that they are asked whether they want another time, having not come; `false` if they came, or have answered.
    pub async fn offer_another(&mut self, id: AppointmentId) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE appointments SET feedback_asked_at = $3
                   WHERE tenant_id = $1 AND id = $2 AND feedback_at IS NULL AND state = 'no_show'";
        Ok(self.0.execute(sql, args![tenant, id, now]).await? == 1)
    }

    /// Keeps what they thought of it; `false` if that is known.
    pub async fn keep_feedback(&mut self, id: AppointmentId, words: &str, liked: Option<bool>) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE appointments SET feedback = $3, liked = $4, feedback_at = $5
                   WHERE tenant_id = $1 AND id = $2 AND feedback_at IS NULL";
        let done = self.0.execute(sql, args![tenant, id, words, liked.map(i64::from), now]).await? == 1;
        Ok(self.0.changed_if(done, "appointment", id))
    }

    /// The appointment that a contact was asked about since a moment, and has not answered.
    pub async fn awaiting_feedback(&mut self, contact: ContactId, since: Timestamp) -> Result<Option<Appointment>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "{APPOINTMENT} WHERE tenant_id = $1 AND contact_id = $2 AND feedback_asked_at >= $3 AND feedback_at IS NULL
             ORDER BY feedback_asked_at DESC LIMIT 1"
        );
        first(self.0, sql, args![tenant, contact, since]).await
    }

    /// One appointment.
    pub async fn get(&mut self, id: AppointmentId) -> Result<Option<Appointment>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{APPOINTMENT} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// Appointments by page.
    pub async fn list(&mut self, filter: Filter, page: &Page) -> Result<Listing<Appointment>> {
        list(self.0, APPOINTMENT, filter, page, |appointment: &Appointment| id_text(appointment.id)).await
    }

    /// The cells of a resource that are held or booked from a moment on: `agent:…`, `property:…`.
    pub async fn taken(&mut self, resource: &str, from: Timestamp, until: Timestamp) -> Result<Vec<Timestamp>> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "SELECT cell FROM slot_holds WHERE tenant_id = $1 AND resource = $2 AND cell >= $3 AND cell < $4
                   AND (held_until IS NULL OR held_until > $5) ORDER BY cell";
        let rows: Vec<(Timestamp,)> = self.0.fetch_all(sql, args![tenant, resource, from, until, now]).await?;
        Ok(rows.into_iter().map(|(cell,)| cell).collect())
    }

    /// Every appointment between two moments, whatever became of it, earliest first.
    pub async fn within(&mut self, from: Timestamp, until: Timestamp) -> Result<Vec<Appointment>> {
        let tenant = self.0.tenant()?;
        let sql =
            format!("{APPOINTMENT} WHERE tenant_id = $1 AND starts_at >= $2 AND starts_at < $3 ORDER BY starts_at, id");
        self.0.fetch_all_built(sql, args![tenant, from, until]).await
    }

    /// What is booked between two moments, earliest first.
    pub async fn booked(&mut self, from: Timestamp, until: Timestamp) -> Result<Vec<Appointment>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "{APPOINTMENT} WHERE tenant_id = $1 AND state = 'booked' AND starts_at >= $2 AND starts_at < $3
             ORDER BY starts_at, id"
        );
        self.0.fetch_all_built(sql, args![tenant, from, until]).await
    }

    /// An agent's appointments between two moments that were not called off, earliest first.
    pub async fn of_agent(&mut self, agent_id: &str, from: Timestamp, until: Timestamp) -> Result<Vec<Appointment>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "{APPOINTMENT} WHERE tenant_id = $1 AND agent_id = $2 AND state <> 'cancelled' AND starts_at >= $3
             AND starts_at < $4 ORDER BY starts_at, id LIMIT 2000"
        );
        self.0.fetch_all_built(sql, args![tenant, agent_id, from, until]).await
    }

    /// The contact's appointments that are booked from a moment on, earliest first.
    pub async fn coming(&mut self, contact: ContactId, from: Timestamp) -> Result<Vec<Appointment>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "{APPOINTMENT} WHERE tenant_id = $1 AND contact_id = $2 AND state = 'booked' AND starts_at >= $3
             ORDER BY starts_at, id LIMIT 20"
        );
        self.0.fetch_all_built(sql, args![tenant, contact, from]).await
    }

    /// Cells that are held, but not booked, between two moments: resource and begin.
    pub async fn held(&mut self, from: Timestamp, until: Timestamp) -> Result<Vec<(String, Timestamp)>> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "SELECT resource, cell FROM slot_holds WHERE tenant_id = $1 AND cell >= $2 AND cell < $3
                   AND held_until > $4 ORDER BY cell, resource";
        self.0.fetch_all(sql, args![tenant, from, until, now]).await
    }

    /// When an agent takes appointments; `None`: they have told nothing.
    pub async fn week_of(&mut self, agent_id: &str) -> Result<Option<Vec<Interval>>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT week FROM agent_hours WHERE tenant_id = $1 AND agent_id = $2";
        let row: Option<(String,)> = self.0.fetch_optional(sql, args![tenant, agent_id]).await?;
        row.map(|(week,)| serde_json::from_str(&week).map_err(|_| corrupt("agent_hours.week"))).transpose()
    }

    /// Sets when an agent takes appointments.
    pub async fn set_week(&mut self, agent_id: &str, week: &[Interval]) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "INSERT INTO agent_hours (tenant_id, agent_id, week, updated_at) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (tenant_id, agent_id) DO UPDATE SET week = excluded.week,
                   updated_at = excluded.updated_at";
        self.0.execute(sql, args![tenant, agent_id, json(week)?, now]).await?;
        Ok(())
    }

    /// Takes every cell of a stretch, or none.
    async fn take(&mut self, stretch: &Stretch, holder: &str, until: Option<Timestamp>) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "INSERT INTO slot_holds (tenant_id, resource, cell, holder, held_until) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (tenant_id, resource, cell) DO UPDATE
                   SET holder = excluded.holder, held_until = excluded.held_until
                   WHERE slot_holds.held_until IS NOT NULL AND slot_holds.held_until <= $6";
        for resource in stretch.resources() {
            for cell in cells(stretch.start, stretch.minutes) {
                let args = args![tenant, resource.as_str(), cell, holder, until, now];
                if self.0.execute(sql, args).await? == 0 {
                    self.free(holder).await?;
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    async fn free(&mut self, holder: &str) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "DELETE FROM slot_holds WHERE tenant_id = $1 AND holder = $2";
        self.0.execute(sql, args![tenant, holder]).await.map(drop)
    }
}

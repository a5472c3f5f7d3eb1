//! Tickets, and calls for the people on call (C8).
//!
//! Always true: a number is a ticket's alone; a danger calls for help once at a time in a talk; who takes a call first has it.

use super::lists::{Filter, Listing, Page, first, list};
use crate::db::id_text;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::id::{AlarmId, ContactId, MessageId, PropertyId, TalkId, TicketId, UserId};
use ringleader_core::reception::danger::Danger;
use ringleader_core::reception::words::{FaultCategory, FaultUrgency};
use ringleader_core::ticket::{Alarm, AlarmState, Photo, Ticket, TicketState};

/// Tickets, and calls for the people on call.
pub struct Tickets<'c>(pub(super) &'c mut Conn);

/// The first ticket's number.
const FIRST: i64 = 1001;

/// Counts them.
const COUNTER: &str = "tickets:number";

/// A ticket to be opened.
#[derive(Debug, Clone)]
pub struct NewTicket {
    /// Who reported it.
    pub contact_id: Option<ContactId>,
    /// In which talk.
    pub talk_id: Option<TalkId>,
    /// The property, where it is known.
    pub property_id: Option<PropertyId>,
    /// What is broken.
    pub category: FaultCategory,
    /// How soon.
    pub urgency: FaultUrgency,
    /// Found by rule.
    pub danger: Option<Danger>,
    /// In the reporter's words.
    pub report: String,
    /// Where: as it is on file, else in the reporter's words.
    pub address: Option<String>,
    /// Whose property it is.
    pub landlord_id: Option<ContactId>,
    /// The colleague who looks after it.
    pub manager_id: Option<UserId>,
    /// Who could mend it: name and number.
    pub contractor: Option<String>,
}

/// A call for the people on call, to be raised.
#[derive(Debug, Clone)]
pub struct NewAlarm {
    /// What it is about.
    pub danger: Danger,
    /// Who reported it.
    pub contact_id: Option<ContactId>,
    /// In which talk.
    pub talk_id: Option<TalkId>,
    /// The number to ring back.
    pub phone: Option<String>,
    /// In the reporter's words.
    pub report: String,
    /// Where, as said.
    pub address: Option<String>,
    /// Who could mend it: name and number.
    pub contractor: Option<String>,
}

const TICKET: &str = "SELECT id, number, contact_id, talk_id, property_id, category, urgency, danger, report, address,
    landlord_id, manager_id, contractor, landlord_told, state, note, created_at, updated_at FROM tickets";
const ALARM: &str = "SELECT id, danger, contact_id, talk_id, phone, report, address, contractor, state, told, taken_by,
    created_at, closed_at FROM alarms";

impl FromRow for Ticket {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            number: row.get("number")?,
            contact_id: row.get("contact_id")?,
            talk_id: row.get("talk_id")?,
            property_id: row.get("property_id")?,
            category: row.get("category")?,
            urgency: row.get("urgency")?,
            danger: row.word_opt("danger")?,
            report: row.get("report")?,
            address: row.get("address")?,
            landlord_id: row.get("landlord_id")?,
            manager_id: row.get("manager_id")?,
            contractor: row.get("contractor")?,
            landlord_told: row.get("landlord_told")?,
            state: row.get("state")?,
            note: row.get("note")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

impl FromRow for Photo {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            ticket_id: row.get("ticket_id")?,
            message_id: row.get("message_id")?,
            conversation_id: row.get("conversation_id")?,
            at: row.get("at")?,
        })
    }
}

impl FromRow for Alarm {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            danger: row.get("danger")?,
            contact_id: row.get("contact_id")?,
            talk_id: row.get("talk_id")?,
            phone: row.get("phone")?,
            report: row.get("report")?,
            address: row.get("address")?,
            contractor: row.get("contractor")?,
            state: row.get("state")?,
            told: row.get("told")?,
            taken_by: row.get("taken_by")?,
            created_at: row.get("created_at")?,
            closed_at: row.get("closed_at")?,
        })
    }
}

impl Tickets<'_> {
    /// Opens a ticket under the next number.
    pub async fn open(&mut self, new: &NewTicket) -> Result<Ticket> {
        let (tenant, now, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<TicketId>());
        // The row of the counter is held until the commit: a number is given once.
        self.0.budgets().spend(COUNTER, 1).await?;
        let nth = FIRST - 1 + self.0.budgets().spent(COUNTER).await?;
        let sql = "INSERT INTO tickets (tenant_id, id, number, contact_id, talk_id, property_id, category, urgency,
                   danger, report, address, state, created_at, updated_at, landlord_id, manager_id, contractor)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $15, $16)";
        let args = args![
            tenant,
            id,
            format!("T{nth}"),
            new.contact_id,
            new.talk_id,
            new.property_id,
            new.category,
            new.urgency,
            new.danger,
            &new.report,
            new.address.clone(),
            TicketState::Open,
            now,
            new.landlord_id,
            new.manager_id,
            new.contractor.clone()
        ];
        self.0.execute(sql, args).await?;
        self.0.changed("ticket", id);
        self.get(id).await?.ok_or(crate::StoreError::Missing)
    }

    /// One ticket.
    pub async fn get(&mut self, id: TicketId) -> Result<Option<Ticket>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{TICKET} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// Sets where it stands, how soon it is to be mended, and what the reporter may read about it.
    pub async fn update(&mut self, ticket: &Ticket) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE tickets SET state = $3, urgency = $4, note = $5, property_id = $6, updated_at = $7
                   WHERE tenant_id = $1 AND id = $2";
        let args = args![tenant, ticket.id, ticket.state, ticket.urgency, ticket.note.clone(), ticket.property_id, now];
        let done = self.0.execute(sql, args).await? == 1;
        Ok(self.0.changed_if(done, "ticket", ticket.id))
    }

    /// Its landlord heard that it stands there.
    pub async fn landlord_heard(&mut self, id: TicketId, state: TicketState) -> Result<()> {
        let sql = "UPDATE tickets SET landlord_told = $3 WHERE tenant_id = $1 AND id = $2";
        let tenant = self.0.tenant()?;
        self.0.execute(sql, args![tenant, id, state]).await.map(drop)
    }

    /// Tickets by page.
    pub async fn list(&mut self, filter: Filter, page: &Page) -> Result<Listing<Ticket>> {
        list(self.0, TICKET, filter, page, |ticket: &Ticket| id_text(ticket.id)).await
    }

    /// The last ticket of a contact that was opened since a moment and is not done.
    pub async fn open_of(&mut self, contact: ContactId, since: Timestamp) -> Result<Option<Ticket>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "{TICKET} WHERE tenant_id = $1 AND contact_id = $2 AND created_at >= $3
             AND state NOT IN ('done', 'dismissed') ORDER BY created_at DESC, id DESC LIMIT 1"
        );
        first(self.0, sql, args![tenant, contact, since]).await
    }

    /// What a contact reported in a talk, in the order in which it was.
    pub async fn of_talk(&mut self, contact: ContactId, talk: TalkId) -> Result<Vec<Ticket>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{TICKET} WHERE tenant_id = $1 AND contact_id = $2 AND talk_id = $3 ORDER BY created_at, id");
        self.0.fetch_all_built(sql, args![tenant, contact, talk]).await
    }

    /// Puts the photo in a message with a ticket; the same one twice is one.
    pub async fn add_photo(&mut self, ticket: TicketId, message: MessageId) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "INSERT INTO ticket_photos (tenant_id, ticket_id, message_id, at)
                   SELECT $1, id, CAST($3 AS TEXT), $4 FROM tickets WHERE tenant_id = $1 AND id = $2
                   ON CONFLICT (tenant_id, ticket_id, message_id) DO NOTHING";
        let done = self.0.execute(sql, args![tenant, ticket, message, now]).await? == 1;
        self.0.changed_if(done, "ticket", ticket);
        Ok(())
    }

    /// The photos of these tickets, in the order in which they came.
    pub async fn photos(&mut self, tickets: &[TicketId]) -> Result<Vec<Photo>> {
        let tenant = self.0.tenant()?;
        if tickets.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<String> = (2..tickets.len() + 2).map(|at| format!("${at}")).collect();
        let sql = format!(
            "SELECT p.ticket_id, p.message_id, m.conversation_id, m.at FROM ticket_photos p
             JOIN messages m ON m.tenant_id = p.tenant_id AND m.id = p.message_id
             WHERE p.tenant_id = $1 AND p.ticket_id IN ({}) ORDER BY m.at, m.id",
            places.join(", ")
        );
        let ids = tickets.iter().flat_map(|id| args![*id]).collect();
        self.0.fetch_all_built(sql, [args![tenant], ids].concat()).await
    }

    /// Raises a call for help; `None` while people are being told of this danger in this talk.
    pub async fn raise(&mut self, new: &NewAlarm) -> Result<Option<AlarmId>> {
        let (tenant, now, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<AlarmId>());
        let sql = "INSERT INTO alarms (tenant_id, id, danger, contact_id, talk_id, phone, report, address, state,
                   created_at, contractor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                   ON CONFLICT (tenant_id, talk_id, danger) WHERE talk_id IS NOT NULL AND state = 'ringing'
                   DO NOTHING";
        let args = args![
            tenant,
            id,
            new.danger,
            new.contact_id,
            new.talk_id,
            new.phone.clone(),
            &new.report,
            new.address.clone(),
            AlarmState::Ringing,
            now,
            new.contractor.clone()
        ];
        let made = self.0.execute(sql, args).await? == 1;
        Ok(self.0.changed_if(made, "alarm", id).then_some(id))
    }

    /// One call for help.
    pub async fn alarm(&mut self, id: AlarmId) -> Result<Option<Alarm>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{ALARM} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// Adds where, whom to ring back and who could mend it, as a report tells, to the calls for help of its talk; those that
    /// changed. Another place than was known is theirs if no other report of danger came after them; if one did, help is wanted at
    /// both while nobody has taken it, and both are told.
    pub async fn locate(&mut self, talk: TalkId, report: &Ticket, phone: Option<&str>) -> Result<Vec<AlarmId>> {
        let tenant = self.0.tenant()?;
        let others = "EXISTS (SELECT 1 FROM tickets AS other WHERE other.tenant_id = $1 AND other.talk_id = $2
                      AND other.danger IS NOT NULL AND other.id <> $5 AND other.created_at >= alarms.created_at)";
        let own = format!("(address IS NULL OR NOT {others})");
        let both = format!(
            "(state = 'ringing' AND danger = $7 AND {others}
              AND ' / ' || address || ' / ' NOT LIKE '% / ' || $3 || ' / %')"
        );
        let sql = format!(
            "UPDATE alarms SET phone = COALESCE($4, phone),
                 contractor = CASE WHEN {own} AND address <> $3 THEN $6 WHEN {own} THEN COALESCE($6, contractor)
                              ELSE contractor END,
                 address = CASE WHEN {own} THEN COALESCE($3, address) WHEN {both} THEN address || ' / ' || $3
                           ELSE address END
             WHERE tenant_id = $1 AND talk_id = $2
             AND (phone IS NULL AND $4 IS NOT NULL OR {both}
                  OR {own} AND (address IS NULL AND $3 IS NOT NULL OR address <> $3)) RETURNING id"
        );
        let (contractor, danger) = (report.contractor.clone(), report.danger);
        let phone = phone.map(str::to_owned);
        let args = args![tenant, talk, report.address.clone(), phone, report.id, contractor, danger];
        let changed: Vec<(AlarmId,)> = self.0.fetch_all_built(sql, args).await?;
        changed.iter().for_each(|(id,)| self.0.changed("alarm", id));
        Ok(changed.into_iter().map(|(id,)| id).collect())
    }

    /// Counts one more person who was told; `false` if somebody else did, or it is closed.
    pub async fn told(&mut self, id: AlarmId, before: i64) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE alarms SET told = told + 1 WHERE tenant_id = $1 AND id = $2 AND told = $3
                   AND state = 'ringing'";
        let done = self.0.execute(sql, args![tenant, id, before]).await? == 1;
        Ok(self.0.changed_if(done, "alarm", id))
    }

    /// Closes a call for help: taken by someone, or given up. `false` if it is closed already.
    pub async fn close_alarm(&mut self, id: AlarmId, state: AlarmState, by: Option<&str>) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE alarms SET state = $3, taken_by = $4, closed_at = $5
                   WHERE tenant_id = $1 AND id = $2 AND state IN ('ringing', 'unanswered')";
        let done = self.0.execute(sql, args![tenant, id, state, by.map(str::to_owned), now]).await? == 1;
        Ok(self.0.changed_if(done, "alarm", id))
    }

    /// Calls for help that nobody took yet, newest first.
    pub async fn open_alarms(&mut self) -> Result<Vec<Alarm>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "{ALARM} WHERE tenant_id = $1 AND state IN ('ringing', 'unanswered') ORDER BY created_at DESC, id DESC
             LIMIT 50"
        );
        self.0.fetch_all_built(sql, args![tenant]).await
    }

    /// Calls for help by page.
    pub async fn alarms(&mut self, filter: Filter, page: &Page) -> Result<Listing<Alarm>> {
        list(self.0, ALARM, filter, page, |alarm: &Alarm| id_text(alarm.id)).await
    }
}

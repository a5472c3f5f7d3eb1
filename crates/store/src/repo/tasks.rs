//! Follow-ups for people. A task with a key exists once, however often its cause is seen.

use super::lists::{Filter, Listing, Page, first, list};
use crate::db::id_text;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::id::{ContactId, LeadId, TalkId, TaskId, UserId};
use ringleader_core::reception::danger::Danger;
use ringleader_core::task::{Task, TaskState, Urgency};

/// Follow-ups for people.
pub struct Tasks<'c>(pub(super) &'c mut Conn);

/// A task to be made.
#[derive(Debug, Clone)]
pub struct NewTask {
    /// Unique per tenant where given: `episode:…:call_back`.
    pub key: Option<String>,
    /// Kind.
    pub kind: String,
    /// One line.
    pub title: String,
    /// Why.
    pub detail: String,
    /// Whom.
    pub contact_id: Option<ContactId>,
    /// Lead.
    pub lead_id: Option<LeadId>,
    /// Number to call.
    pub phone: Option<String>,
    /// When.
    pub due_at: Option<Timestamp>,
    /// How soon.
    pub urgency: Urgency,
    /// When it was asked for, where that is not now: a call may be reported late.
    pub asked_at: Option<Timestamp>,
}

/// The kind of a task for whoever wants to be rung at once.
const CALL_NOW: &str = "call_now";

const TASK: &str = "SELECT id, kind, title, detail, contact_id, lead_id, phone, due_at, urgency, state, assigned_to,
    created_at FROM tasks";

impl FromRow for Task {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            kind: row.get("kind")?,
            title: row.get("title")?,
            detail: row.get("detail")?,
            contact_id: row.get("contact_id")?,
            lead_id: row.get("lead_id")?,
            phone: row.get("phone")?,
            due_at: row.get("due_at")?,
            urgency: row.word("urgency")?,
            state: row.word("state")?,
            assigned_to: row.get("assigned_to")?,
            created_at: row.get("created_at")?,
        })
    }
}

impl Tasks<'_> {
    /// Makes a task; `false` if one with its key exists.
    pub async fn add(&mut self, new: &NewTask) -> Result<bool> {
        let (tenant, now, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<TaskId>());
        let sql = "INSERT INTO tasks (tenant_id, id, task_key, kind, title, detail, contact_id, lead_id, phone, due_at,
                   urgency, state, created_at, asked_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                   ON CONFLICT (tenant_id, task_key) WHERE task_key IS NOT NULL DO NOTHING";
        let args = args![
            tenant,
            id,
            new.key.clone(),
            &new.kind,
            &new.title,
            &new.detail,
            new.contact_id,
            new.lead_id,
            new.phone.clone(),
            new.due_at,
            new.urgency.as_str(),
            TaskState::Open.as_str(),
            now,
            new.asked_at.unwrap_or(now)
        ];
        let made = self.0.execute(sql, args).await? == 1;
        Ok(self.0.changed_if(made, "task", id))
    }

    /// The open task with this key has a lead from now on, and is as urgent as `new`, should that be a call now; `false` if that
    /// is nothing new to whoever sees it.
    pub async fn sharpen(&mut self, new: &NewTask) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let open = "tenant_id = $1 AND task_key = $2 AND state = 'open'";
        if new.lead_id.is_some() {
            let sql = format!("UPDATE tasks SET lead_id = $3 WHERE {open} AND lead_id IS NULL RETURNING id");
            let given: Vec<(TaskId,)> =
                self.0.fetch_all_built(sql, args![tenant, new.key.clone(), new.lead_id]).await?;
            given.iter().for_each(|(id,)| self.0.changed("task", id));
        }
        if new.kind != CALL_NOW {
            return Ok(false);
        }
        let sql =
            format!("UPDATE tasks SET kind = $3, title = $4, urgency = $5 WHERE {open} AND kind <> $3 RETURNING id");
        let args = args![tenant, new.key.clone(), CALL_NOW, &new.title, new.urgency.as_str()];
        let sooner: Vec<(TaskId,)> = self.0.fetch_all_built(sql, args).await?;
        sooner.iter().for_each(|(id,)| self.0.changed("task", id));
        Ok(!sooner.is_empty())
    }

    /// One task.
    pub async fn get(&mut self, id: TaskId) -> Result<Option<Task>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{TASK} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// Open urgent tasks, who waits longest first; `page.before` is the last task of the page before.
    pub async fn urgent(&mut self, page: &Page) -> Result<Listing<Task>> {
        let (tenant, limit) = (self.0.tenant()?, page.limit.clamp(1, 200) as usize);
        let sql = format!(
            "{TASK} WHERE tenant_id = $1 AND state = 'open' AND urgency = 'urgent' AND id > $2 ORDER BY id LIMIT {}",
            limit + 1
        );
        let mut rows: Vec<Task> =
            self.0.fetch_all_built(sql, args![tenant, page.before.clone().unwrap_or_default()]).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = more.then(|| rows.last().map(|task| id_text(task.id))).flatten();
        Ok(Listing { rows, next })
    }

    /// Open tasks with a number to call: the most urgent first, then who waits longest.
    pub async fn to_call(&mut self, limit: u32) -> Result<Vec<Task>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "{TASK} WHERE tenant_id = $1 AND state = 'open' AND phone IS NOT NULL
             ORDER BY CASE WHEN kind = 'emergency' THEN 0 WHEN kind = 'call_now' THEN 1 WHEN urgency = 'urgent' THEN 2
             ELSE 3 END, created_at, id LIMIT {limit}"
        );
        self.0.fetch_all_built(sql, args![tenant]).await
    }

    /// Marks a task.
    pub async fn set_state(&mut self, id: TaskId, state: TaskState) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE tasks SET state = $3 WHERE tenant_id = $1 AND id = $2";
        let done = self.0.execute(sql, args![tenant, id, state.as_str()]).await? == 1;
        Ok(self.0.changed_if(done, "task", id))
    }

    /// Gives the task with this key to a colleague.
    pub async fn assign(&mut self, key: &str, to: UserId) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE tasks SET assigned_to = $3 WHERE tenant_id = $1 AND task_key = $2 RETURNING id";
        let given: Vec<(TaskId,)> = self.0.fetch_all(sql, args![tenant, key, to]).await?;
        given.iter().for_each(|(id,)| self.0.changed("task", id));
        Ok(())
    }

    /// Gives the open tasks about a danger that nobody has to a colleague, whichever turn of the talk told of it. Whether all
    /// are somebody else's instead.
    pub async fn assign_danger(&mut self, of: ContactId, talk: TalkId, danger: Danger, to: UserId) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let keys = format!("{talk}:%:{}", danger.as_str());
        let open = "tenant_id = $1 AND contact_id = $2 AND task_key LIKE $3 AND kind = 'emergency' AND state = 'open'";
        let args = args![tenant, of, keys, to];
        let give = format!("UPDATE tasks SET assigned_to = $4 WHERE {open} AND assigned_to IS NULL RETURNING id");
        let given: Vec<(TaskId,)> = self.0.fetch_all_built(give, args.clone()).await?;
        given.iter().for_each(|(id,)| self.0.changed("task", id));
        let count = format!("SELECT COUNT(*), COUNT(CASE WHEN assigned_to = $4 THEN 1 END) FROM tasks WHERE {open}");
        let counts: Vec<(i64, i64)> = self.0.fetch_all_built(count, args).await?;
        Ok(counts.first().is_some_and(|(all, theirs)| *all > 0 && *theirs == 0))
    }

    /// Closes the open task with this key: what it asked for has answered itself.
    pub async fn close_keyed(&mut self, key: &str) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql =
            "UPDATE tasks SET state = 'done' WHERE tenant_id = $1 AND task_key = $2 AND state = 'open' RETURNING id";
        let closed: Vec<(TaskId,)> = self.0.fetch_all(sql, args![tenant, key]).await?;
        closed.iter().for_each(|(id,)| self.0.changed("task", id));
        Ok(())
    }

    /// Whether there was a task with this key that is open no more.
    pub async fn is_over(&mut self, key: &str) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT id FROM tasks WHERE tenant_id = $1 AND task_key = $2 AND state <> 'open'";
        Ok(self.0.fetch_optional::<(TaskId,)>(sql, args![tenant, key]).await?.is_some())
    }

    /// Closes the open call-back tasks of a contact that were asked for until then: a person spoke with them.
    pub async fn close_call_backs(&mut self, contact: ContactId, until: Timestamp) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE tasks SET state = 'done' WHERE tenant_id = $1 AND contact_id = $2 AND kind IN ('call_back', 'call_now')
                   AND state = 'open' AND COALESCE(asked_at, created_at) <= $3 RETURNING id";
        let closed: Vec<(TaskId,)> = self.0.fetch_all(sql, args![tenant, contact, until]).await?;
        closed.iter().for_each(|(id,)| self.0.changed("task", id));
        Ok(())
    }

    /// Tasks by page.
    pub async fn list(&mut self, filter: Filter, page: &Page) -> Result<Listing<Task>> {
        list(self.0, TASK, filter, page, |t: &Task| id_text(t.id)).await
    }
}

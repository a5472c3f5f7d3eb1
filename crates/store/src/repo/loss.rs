//! What the loss account is made of (P11): inbound calls that nobody answered, with what stands behind each.

use super::lists::Page;
use crate::inbox::IN_TRAY;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::id::{CallId, ContactId, DecisionId, EpisodeId, TenantId};
use ringleader_core::loss::{Carried, EpisodeTrace, OVERDUE, STALE, Trace};
use ringleader_core::phone::Phone;

/// The loss account's view of calls.
pub struct Loss<'c>(pub(super) &'c mut Conn);

/// So many calls that are alike.
#[derive(Debug, Clone)]
pub struct Alike {
    /// What they share.
    pub trace: Trace,
    /// How many.
    pub calls: i64,
}

/// One call of the account.
#[derive(Debug, Clone)]
pub struct Traced {
    /// The call.
    pub call: CallId,
    /// What is stored about it.
    pub trace: Trace,
    /// The moment that decides the day.
    pub at: Timestamp,
    /// The caller.
    pub contact: Option<ContactId>,
    /// The number shown, as reported or E.164.
    pub from: Option<String>,
    /// The tenant's line.
    pub line: Option<Phone>,
    /// Its episode.
    pub episode: Option<EpisodeId>,
    /// The last decision about it.
    pub decision: Option<DecisionId>,
}

/// Calls of `$2..$3` with what stands behind each; `$4`: what was due before is overdue, `$5`: what was wished before is stale.
///
/// The calls come first, with a limit that none reaches: PostgreSQL compares an id with the outcome of a sub-query only after
/// its row security, row by row over the whole table, while what a limited query gives leads through the index.
macro_rules! traces {
    () => {
        "SELECT c.id AS id, c.contact_id AS contact_id, c.from_number AS from_number, c.line AS line,
            c.episode_id AS episode_id, c.outcome AS outcome, e.state AS state, e.reason AS reason, d.id AS decision_id,
            d.verdict AS verdict, d.reason AS why, c.counted_at AS began,
            CASE WHEN e.due_at < $4 THEN 1 ELSE 0 END AS overdue,
            (SELECT MAX(CASE WHEN m.status IN ('accepted', 'sent', 'delivered', 'read') THEN 3
                             WHEN m.status NOT IN ('wanted', 'sending', 'unknown') THEN 0
                             WHEN m.at >= $5 THEN 2 ELSE 1 END)
             FROM messages m WHERE m.tenant_id = c.tenant_id AND m.episode_id = c.episode_id
                AND m.audience = 'contact' AND m.inbound = 0) AS carried
         FROM (SELECT n.tenant_id, n.id, n.contact_id, n.from_number, n.line, n.episode_id, n.outcome, n.counted_at,
                (SELECT MAX(x.id) FROM decisions x WHERE x.tenant_id = n.tenant_id AND x.call_id = n.id) AS decision_id
             FROM calls n WHERE n.tenant_id = $1 AND n.direction = 'inbound'
                AND (n.outcome IS NULL OR n.outcome <> 'answered') AND n.counted_at >= $2 AND n.counted_at < $3
             LIMIT 1000000000) AS c
         LEFT JOIN episodes e ON e.tenant_id = c.tenant_id AND e.id = c.episode_id
         LEFT JOIN decisions d ON d.tenant_id = c.tenant_id AND d.id = c.decision_id"
    };
}

const ALIKE: &str = concat!(
    "SELECT outcome, state, reason, verdict, why, overdue, carried, COUNT(*) AS calls FROM (",
    traces!(),
    ") AS traced GROUP BY outcome, state, reason, verdict, why, overdue, carried"
);

const ONE_BY_ONE: &str = concat!("SELECT * FROM (", traces!(), ") AS traced WHERE id < $6 ORDER BY id DESC LIMIT $7");

fn trace(row: &Row) -> Result<Trace> {
    let carried = match row.get::<Option<i64>>("carried")? {
        Some(3) => Carried::Sent,
        Some(2) => Carried::Pending,
        Some(1) => Carried::Stale,
        _ => Carried::Nothing,
    };
    let episode = match row.word_opt("state")? {
        Some(state) => {
            let overdue = row.get::<i64>("overdue")? == 1;
            Some(EpisodeTrace { state, reason: row.get("reason")?, overdue, carried })
        }
        None => None,
    };
    let why: Option<String> = row.get("why")?;
    Ok(Trace {
        outcome: row.get::<Option<String>>("outcome")?.and_then(|word| word.parse().ok()),
        episode,
        decision: row.word_opt("verdict")?.zip(why),
    })
}

impl FromRow for Alike {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { trace: trace(row)?, calls: row.get("calls")? })
    }
}

impl FromRow for Traced {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            call: row.get("id")?,
            trace: trace(row)?,
            at: row.get("began")?,
            contact: row.get("contact_id")?,
            from: row.get("from_number")?,
            line: row.get("line")?,
            episode: row.get("episode_id")?,
            decision: row.get("decision_id")?,
        })
    }
}

impl Loss<'_> {
    /// The calls from `begin` to before `end`, as groups that are alike.
    pub async fn alike(&mut self, begin: Timestamp, end: Timestamp) -> Result<Vec<Alike>> {
        let (tenant, overdue, stale) = self.limits()?;
        self.0.fetch_all(ALIKE, args![tenant, begin, end, overdue, stale]).await
    }

    /// The same calls one by one, newest first, those before `page.before`.
    pub async fn one_by_one(&mut self, begin: Timestamp, end: Timestamp, page: &Page) -> Result<Vec<Traced>> {
        let (tenant, overdue, stale) = self.limits()?;
        let before = page.before.clone().unwrap_or_else(|| "g".to_owned()); // after every UUID
        let args = args![tenant, begin, end, overdue, stale, before, i64::from(page.limit)];
        self.0.fetch_all(ONE_BY_ONE, args).await
    }

    /// Events of the tenant that came in `begin..end` and did not (yet) become calls or messages, by state of the inbox.
    pub async fn set_aside(&mut self, begin: Timestamp, end: Timestamp) -> Result<Vec<(String, i64)>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "SELECT state, COUNT(*) AS events FROM inbox WHERE tenant_id = $1
             AND state IN {IN_TRAY} AND received_at >= $2 AND received_at < $3 GROUP BY state
             UNION ALL SELECT state, COUNT(*) AS events FROM inbox WHERE tenant_id = $1 AND state = 'received'
             AND received_at >= $2 AND received_at < $3 GROUP BY state"
        );
        self.0.fetch_all_built(sql, args![tenant, begin, end]).await
    }

    /// Tenants for which no job of this kind waits or runs, oldest first (system transactions only).
    pub async fn without_check(&mut self, kind: &str) -> Result<Vec<TenantId>> {
        let sql = "SELECT t.tenant_id FROM tenants t WHERE NOT EXISTS (SELECT 1 FROM jobs j
                   WHERE j.tenant_id = t.tenant_id AND j.kind = $1
                   AND j.state IN ('available', 'scheduled', 'retryable', 'running')) ORDER BY t.tenant_id";
        let rows: Vec<(TenantId,)> = self.0.fetch_all(sql, args![kind]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    fn limits(&self) -> Result<(TenantId, Timestamp, Timestamp)> {
        let now = self.0.now();
        let before = |span| now.checked_sub(span).unwrap_or(Timestamp::MIN);
        Ok((self.0.tenant()?, before(OVERDUE), before(STALE)))
    }
}

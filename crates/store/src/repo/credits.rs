//! The credits ledger (B3): entries come, none is ever changed. The balance is their sum, kept beside them.
//!
//! Always true: a call has at most one debit (index `one_debit`), whoever races for it; who adds an entry holds the
//! tenant's balance until the transaction ends, so each entry knows the balance before and after it.

use super::lists::{Filter, Listing, Page, corrupt, list, within};
use super::tenants::json;
use crate::db::id_text;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::credits::EntryKind;
use ringleader_core::id::{CallId, CreditId};
use ringleader_core::settings::Credits as Terms;

/// The credits ledger.
pub struct Credits<'c>(pub(super) &'c mut Conn);

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditEntry {
    /// Its id.
    pub id: CreditId,
    /// When it was made.
    pub at: Timestamp,
    /// What it is.
    pub kind: EntryKind,
    /// With its sign: debits are below zero.
    pub credits: i64,
    /// The call that it is about.
    pub call_id: Option<CallId>,
    /// Why, for people.
    pub note: Option<String>,
}

/// What happened in a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statement {
    /// The balance at its beginning.
    pub opening: i64,
    /// Bought.
    pub top_ups: i64,
    /// Spent on calls, below zero.
    pub debits: i64,
    /// Put right.
    pub corrections: i64,
    /// The balance at its end.
    pub closing: i64,
    /// Calls that were paid.
    pub calls: i64,
    /// What the platforms say that the calls of this time cost, in millionths of a US dollar.
    pub platform_cost_micros: i64,
    /// Calls that cost credits, and the platform charges nothing.
    pub paid_without_cost: i64,
    /// Calls that the platform charges, and that cost no credits.
    pub cost_without_credits: i64,
    /// What the platform charges for those.
    pub cost_without_credits_micros: i64,
}

impl Statement {
    /// What the platforms charge for each credit that was spent, in millionths of a US dollar; `None` without any.
    pub fn cost_of_a_credit(&self) -> Option<i64> {
        let spent = -(self.debits + self.corrections);
        (spent > 0).then(|| self.platform_cost_micros / spent)
    }
}

/// One line of a statement: an entry with what is known of its call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// The entry.
    pub entry: CreditEntry,
    /// Seconds of talk.
    pub duration_seconds: Option<i64>,
    /// The agent's id at the platform.
    pub agent_id: Option<String>,
    /// What the platform charges.
    pub platform_cost_micros: Option<i64>,
}

const ENTRY: &str = "SELECT id, at, kind, credits, call_id, note FROM credits_ledger";

impl FromRow for CreditEntry {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            at: row.get("at")?,
            kind: row.get("kind")?,
            credits: row.get("credits")?,
            call_id: row.get("call_id")?,
            note: row.get("note")?,
        })
    }
}

impl FromRow for StatementLine {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            entry: CreditEntry::from_row(row)?,
            duration_seconds: row.get("duration_seconds")?,
            agent_id: row.get("agent_id")?,
            platform_cost_micros: row.get("platform_cost_micros")?,
        })
    }
}

impl Credits<'_> {
    /// Adds an entry; `None` if the call has its debit already.
    pub async fn add(
        &mut self,
        kind: EntryKind,
        credits: i64,
        call: Option<CallId>,
        note: Option<&str>,
    ) -> Result<Option<CreditEntry>> {
        let (tenant, at, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<CreditId>());
        let sql = "INSERT INTO credits_ledger (tenant_id, id, at, kind, credits, call_id, note)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)
                   ON CONFLICT (tenant_id, call_id) WHERE kind = 'debit' DO NOTHING";
        let note = note.map(str::to_owned);
        let made = self.0.execute(sql, args![tenant, id, at, kind, credits, call, note.clone()]).await? == 1;
        if !made {
            return Ok(None);
        }
        let sql = "INSERT INTO credit_balances (tenant_id, credits) VALUES ($1, $2)
                   ON CONFLICT (tenant_id) DO UPDATE SET credits = credit_balances.credits + EXCLUDED.credits";
        self.0.execute(sql, args![tenant, credits]).await?;
        self.0.changed("credit", id);
        Ok(Some(CreditEntry { id, at, kind, credits, call_id: call, note }))
    }

    /// Keeps the terms that a call was paid on, with its debit.
    pub async fn set_terms(&mut self, debit: CreditId, terms: &Terms) -> Result<()> {
        let (tenant, terms) = (self.0.tenant()?, json(terms)?);
        let sql = "UPDATE credits_ledger SET terms = $3 WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, debit, terms]).await.map(drop)
    }

    /// The terms that a call was paid on, if it was.
    pub async fn terms(&mut self, call: CallId) -> Result<Option<Terms>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT terms FROM credits_ledger WHERE tenant_id = $1 AND call_id = $2 AND kind = 'debit'";
        let kept: Option<(Option<String>,)> = self.0.fetch_optional(sql, args![tenant, call]).await?;
        let read = |text: String| serde_json::from_str(&text).map_err(|_| corrupt("credits_ledger.terms"));
        kept.and_then(|(terms,)| terms).map(read).transpose()
    }

    /// The sum of the entries about a call; `None` without any.
    pub async fn booked(&mut self, call: CallId) -> Result<Option<i64>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT CAST(SUM(credits) AS BIGINT) FROM credits_ledger WHERE tenant_id = $1 AND call_id = $2";
        let (sum,): (Option<i64>,) = self.0.fetch_one(sql, args![tenant, call]).await?;
        Ok(sum)
    }

    /// The balance; may be below zero.
    pub async fn balance(&mut self) -> Result<i64> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT credits FROM credit_balances WHERE tenant_id = $1";
        Ok(self.0.fetch_optional::<(i64,)>(sql, args![tenant]).await?.map_or(0, |(credits,)| credits))
    }

    /// The last time that credits were bought.
    pub async fn last_top_up(&mut self) -> Result<Option<CreditId>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT id FROM credits_ledger WHERE tenant_id = $1 AND kind = 'top_up' ORDER BY id DESC LIMIT 1";
        Ok(self.0.fetch_optional::<(CreditId,)>(sql, args![tenant]).await?.map(|(id,)| id))
    }

    /// What happened from `begin` to before `end`.
    pub async fn statement(&mut self, begin: Timestamp, end: Timestamp) -> Result<Statement> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT CAST(COALESCE(SUM(CASE WHEN at < $2 THEN credits ELSE 0 END), 0) AS BIGINT),
            CAST(COALESCE(SUM(CASE WHEN at >= $2 AND kind = 'top_up' THEN credits ELSE 0 END), 0) AS BIGINT),
            CAST(COALESCE(SUM(CASE WHEN at >= $2 AND kind = 'debit' THEN credits ELSE 0 END), 0) AS BIGINT),
            CAST(COALESCE(SUM(CASE WHEN at >= $2 AND kind = 'correction' THEN credits ELSE 0 END), 0) AS BIGINT),
            CAST(COALESCE(SUM(credits), 0) AS BIGINT),
            CAST(COALESCE(SUM(CASE WHEN at >= $2 AND kind = 'debit' THEN 1 ELSE 0 END), 0) AS BIGINT)
            FROM credits_ledger WHERE tenant_id = $1 AND at < $3";
        let row: (i64, i64, i64, i64, i64, i64) = self.0.fetch_one(sql, args![tenant, begin, end]).await?;
        let (opening, top_ups, debits, corrections, closing, calls) = row;
        let drift = self.drift(begin, end).await?;
        Ok(Statement { opening, top_ups, debits, corrections, closing, calls, ..drift })
    }

    /// What the platforms charge for the calls of this time, held against what they cost in credits.
    async fn drift(&mut self, begin: Timestamp, end: Timestamp) -> Result<Statement> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT CAST(COALESCE(SUM(platform_cost_micros), 0) AS BIGINT),
            CAST(COALESCE(SUM(CASE WHEN credits <> 0 AND COALESCE(platform_cost_micros, 0) = 0 THEN 1 ELSE 0 END), 0) AS BIGINT),
            CAST(COALESCE(SUM(CASE WHEN credits = 0 AND platform_cost_micros > 0 THEN 1 ELSE 0 END), 0) AS BIGINT),
            CAST(COALESCE(SUM(CASE WHEN credits = 0 AND platform_cost_micros > 0 THEN platform_cost_micros ELSE 0 END), 0) AS BIGINT)
            FROM calls WHERE tenant_id = $1 AND agent_id IS NOT NULL AND received_at >= $2 AND received_at < $3";
        let row: (i64, i64, i64, i64) = self.0.fetch_one(sql, args![tenant, begin, end]).await?;
        let (platform_cost_micros, paid_without_cost, cost_without_credits, cost_without_credits_micros) = row;
        let none = Statement::default();
        Ok(Statement {
            platform_cost_micros,
            paid_without_cost,
            cost_without_credits,
            cost_without_credits_micros,
            ..none
        })
    }

    /// Entries from `begin` to before `end` with their calls, oldest first, those after the entry `after`.
    pub async fn lines(
        &mut self,
        begin: Timestamp,
        end: Timestamp,
        after: Option<CreditId>,
        limit: u32,
    ) -> Result<Vec<StatementLine>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT l.id AS id, l.at AS at, l.kind AS kind, l.credits AS credits, l.call_id AS call_id,
            l.note AS note, c.duration_seconds AS duration_seconds, c.agent_id AS agent_id,
            c.platform_cost_micros AS platform_cost_micros FROM credits_ledger l
            LEFT JOIN calls c ON c.tenant_id = l.tenant_id AND c.id = l.call_id
            WHERE l.tenant_id = $1 AND l.at >= $2 AND l.at < $3 AND l.id > $4 ORDER BY l.id LIMIT $5";
        let after = after.map(id_text).unwrap_or_default();
        self.0.fetch_all(sql, args![tenant, begin, end, after, i64::from(limit)]).await
    }

    /// Entries from `begin` to before `end` by page, newest first.
    pub async fn within(&mut self, begin: Timestamp, end: Timestamp, page: &Page) -> Result<Listing<CreditEntry>> {
        self.list(within(begin, end), page).await
    }

    /// Entries by page.
    pub async fn list(&mut self, filter: Filter, page: &Page) -> Result<Listing<CreditEntry>> {
        list(self.0, ENTRY, filter, page, |e: &CreditEntry| id_text(e.id)).await
    }
}

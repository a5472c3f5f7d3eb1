//! The credits ledger (B3): entries come, none is ever changed. The balance is their sum.
//!
//! Always true: a call has at most one debit (index `one_debit`), whoever races for it.

use super::lists::{Filter, Listing, Page, list};
use crate::db::id_text;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::credits::EntryKind;
use ringleader_core::id::{CallId, CreditId};

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
        self.0.changed_if(made, "credit", id);
        Ok(made.then_some(CreditEntry { id, at, kind, credits, call_id: call, note }))
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
        let sql = "SELECT CAST(COALESCE(SUM(credits), 0) AS BIGINT) FROM credits_ledger WHERE tenant_id = $1";
        let (sum,): (i64,) = self.0.fetch_one(sql, args![tenant]).await?;
        Ok(sum)
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
        let cost = "SELECT CAST(COALESCE(SUM(platform_cost_micros), 0) AS BIGINT) FROM calls
                    WHERE tenant_id = $1 AND agent_id IS NOT NULL AND received_at >= $2 AND received_at < $3";
        let (platform_cost_micros,): (i64,) = self.0.fetch_one(cost, args![tenant, begin, end]).await?;
        Ok(Statement { opening, top_ups, debits, corrections, closing, calls, platform_cost_micros })
    }

    /// Entries by page.
    pub async fn list(&mut self, filter: Filter, page: &Page) -> Result<Listing<CreditEntry>> {
        list(self.0, ENTRY, filter, page, |e: &CreditEntry| id_text(e.id)).await
    }
}

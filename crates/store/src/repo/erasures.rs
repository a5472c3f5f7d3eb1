//! Erasing a person (P10): everything that tells of them goes or is blanked in one transaction, and a receipt without them stays.
//!
//! Always true: what sums and the loss account count stays as a row, so no figure changes; whoever had opted out is known again by
//! a keyed digest alone; an erasure is all or nothing. What is just coming in (events that wait in the inbox, a crowd's batch) is
//! accepted news (P1): it makes a new person.
//!
//! What becomes of which table stands in `plan`. Words that may speak of somebody wherever they stand are looked through before,
//! by a transaction that keeps nobody waiting; the one that erases looks only at what came since.

mod export;
mod mentions;
mod opt_outs;
mod plan;
mod reach;

pub use reach::{Look, Reach};

use self::plan::{Act, Of, RULES};
use super::lists::{Filter, Listing, Page, list};
use super::tenants::json;
use crate::db::{ToValue, Value, id_text};
use crate::secrets::{FIRST_ANSWER, Place};
use crate::{Conn, FromRow, Result, Row, args};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::call::AgentCall;
use ringleader_core::id::{ContactId, ErasureId};
use std::collections::BTreeMap;

/// Erasures and their receipts.
pub struct Erasures<'c>(pub(super) &'c mut Conn);

/// The receipt of an erasure. Tells nothing of who was erased.
#[derive(Debug, Clone)]
pub struct Erasure {
    /// Its id.
    pub id: ErasureId,
    /// When.
    pub at: Timestamp,
    /// Who asked for it.
    pub actor: String,
    /// Why, in their words.
    pub reason: String,
    /// By table, how many rows were deleted or blanked.
    pub counts: BTreeMap<String, u64>,
}

impl FromRow for Erasure {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            at: row.get("at")?,
            actor: row.get("actor")?,
            reason: row.get("reason")?,
            counts: row.json("counts")?,
        })
    }
}

/// Values in one statement.
const AT_ONCE: usize = 400;

impl Erasures<'_> {
    fn among(&self, keys: &[String]) -> Result<(String, Vec<Value>)> {
        super::lists::among(self.0, keys.iter().cloned())
    }

    /// Columns of text or bytes, as `table.column`, that the list of what becomes of them does not name.
    #[cfg(feature = "testing")]
    pub async fn forgotten(&mut self) -> Result<Vec<String>> {
        let sql = match self.0.engine() {
            crate::Engine::Sqlite => {
                "SELECT m.name AS t, p.name AS c FROM sqlite_master m JOIN pragma_table_info(m.name) p
                 WHERE m.type = 'table' AND p.type IN ('TEXT', 'BLOB') ORDER BY m.name, p.cid"
            }
            crate::Engine::Postgres => {
                "SELECT CAST(table_name AS TEXT) AS t, CAST(column_name AS TEXT) AS c FROM information_schema.columns
                 WHERE table_schema = current_schema() AND data_type IN ('text', 'bytea') ORDER BY table_name, ordinal_position"
            }
        };
        let all: Vec<(String, String)> = self.0.fetch_all(sql, args![]).await?;
        let named = |table: &str, column: &str| {
            let mut rules = RULES.iter().filter(|rule| rule.table == table).peekable();
            let known = rules.peek().is_some();
            let by_rule = rules.any(|rule| match rule.act {
                Act::Gone => !RULES.iter().any(|rule| rule.table == table && matches!(rule.act, Act::Blank(_))),
                Act::Blank(columns) => {
                    columns.iter().any(|(name, _)| *name == column)
                        || rule.plain.split_whitespace().any(|name| name == column)
                }
                Act::Stays => rule.plain.split_whitespace().any(|name| name == column),
            });
            known && (by_rule || matches!(column, "tenant_id" | "id"))
        };
        let of_tenants = |table: &str| all.iter().any(|(of, column)| of == table && column == "tenant_id");
        let missing = all.iter().filter(|(table, column)| of_tenants(table) && !named(table, column));
        Ok(missing.map(|(table, column)| format!("{table}.{column}")).collect())
    }

    /// What stands in the way of erasing now, as a text for people.
    pub async fn obstacle(&mut self, reach: &Reach) -> Result<Option<&'static str>> {
        let now = self.0.now();
        let hours = now.saturating_sub(SignedDuration::from_hours(4)).unwrap_or(Timestamp::MIN).to_value();
        let ways = [
            (
                Of::Inbox,
                "inbox",
                "state IN ('unroutable', 'failed')",
                "Something that came in about them could not be handled. Try it again in the tray or discard it there, and erase then.",
            ),
            (
                Of::Alarms,
                "alarms",
                "state = 'ringing'",
                "An emergency of theirs still rings. Take it, or end it, and erase then.",
            ),
            (
                Of::Messages,
                "messages",
                "inbound = 0 AND status = 'sending'",
                "A message is just being sent, and it is not known yet whether it arrived. Try again when that is settled.",
            ),
            (
                Of::Messages,
                "messages",
                "inbound = 0 AND status = 'wanted' AND audience = 'contact'",
                "A message to them is about to be sent. Try again in a minute.",
            ),
            (
                Of::Jobs,
                "jobs",
                "state = 'running'",
                "Something is being done for them just now. Try again in a minute.",
            ),
        ];
        for (of, table, condition, why) in ways {
            if self.any(reach, of, table, "id", condition, None).await? {
                return Ok(Some(why));
            }
        }
        let ahead = "state = 'booked' AND starts_at > $2";
        if self.any(reach, Of::Appointments, "appointments", "id", ahead, Some(now.to_value())).await? {
            return Ok(Some("They have an appointment ahead. Call it off, and erase then."));
        }
        let talking = "ended_at IS NULL AND begun_at >= $2";
        if self.any(reach, Of::Calls, "voice_calls", "call_id", talking, Some(hours)).await? {
            return Ok(Some("The receptionist speaks with them just now. Try again when the call is over."));
        }
        Ok(None)
    }

    async fn any(
        &mut self,
        reach: &Reach,
        of: Of,
        table: &str,
        key: &str,
        condition: &str,
        more: Option<Value>,
    ) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let theirs: Vec<&String> = reach.of(of).collect();
        for part in theirs.chunks(AT_ONCE) {
            let mut args = args![tenant];
            args.extend(more.clone());
            let first = args.len() + 1;
            let places: Vec<String> = (first..first + part.len()).map(|n| format!("${n}")).collect();
            args.extend(part.iter().map(|key| key.to_value()));
            let places = places.join(", ");
            let sql = format!(
                "SELECT {key} FROM {table} WHERE tenant_id = $1 AND {condition} AND {key} IN ({places}) LIMIT 1"
            );
            if !self.0.fetch_all_built::<(String,)>(sql, args).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Does it, and writes the receipt. The caller holds the contact.
    pub async fn erase(&mut self, people: &[ContactId], reach: &Reach, actor: &str, reason: &str) -> Result<Erasure> {
        let tenant = self.0.tenant()?;
        self.keep_opt_out(people).await?;
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for rule in RULES {
            let (column, of) = rule.of;
            let keys: Vec<String> = reach.of(of).cloned().collect();
            for part in keys.chunks(AT_ONCE) {
                let (places, args) = self.among(part)?;
                let rows = format!("tenant_id = $1 AND {column} IN ({places})");
                let sql = match &rule.act {
                    Act::Stays => continue,
                    Act::Gone => format!("DELETE FROM {} WHERE {rows}", rule.table),
                    Act::Blank(columns) => {
                        let set: Vec<String> =
                            columns.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                        // What waits in the inbox is news, and accepted.
                        let news = if of == Of::Inbox { " AND state <> 'received'" } else { "" };
                        format!("UPDATE {} SET {} WHERE {rows}{news}", rule.table, set.join(", "))
                    }
                };
                let done = self.0.execute_built(sql, args).await?;
                if done > 0 {
                    *counts.entry(rule.table.to_owned()).or_default() += done;
                }
            }
        }
        self.strip_agents(reach).await?;
        let forgotten = self.forget_answers(reach).await?;
        if forgotten > 0 {
            counts.insert("idempotency".to_owned(), forgotten);
        }
        let erasure = self.receipt(actor, reason, counts).await?;
        for contact in people {
            let sql = "UPDATE contacts SET erasure_id = $3 WHERE tenant_id = $1 AND id = $2";
            self.0.execute(sql, args![tenant, *contact, erasure.id]).await?;
            self.0.changed("contact", contact);
        }
        Ok(erasure)
    }

    /// Of what a platform told of its calls, only what is counted stays.
    async fn strip_agents(&mut self, reach: &Reach) -> Result<()> {
        let calls: Vec<String> = reach.of(Of::Calls).cloned().collect();
        for part in calls.chunks(AT_ONCE) {
            let (places, args) = self.among(part)?;
            let sql =
                format!("SELECT id, agent FROM calls WHERE tenant_id = $1 AND id IN ({places}) AND agent IS NOT NULL");
            let rows: Vec<(String, String)> = self.0.fetch_all_built(sql, args).await?;
            for (id, agent) in rows {
                let told: AgentCall = serde_json::from_str(&agent).unwrap_or_default();
                let AgentCall { agent_id, attempt, voicemail, cost_micros, .. } = told;
                let kept = AgentCall { agent_id, attempt, voicemail, cost_micros, ..AgentCall::default() };
                let tenant = self.0.tenant()?;
                let sql = "UPDATE calls SET agent = $3 WHERE tenant_id = $1 AND id = $2";
                self.0.execute(sql, args![tenant, id, json(&kept)?]).await?;
            }
        }
        Ok(())
    }

    /// Remembered answers that speak of them say nothing any more: their requests are still not done twice (P2).
    async fn forget_answers(&mut self, reach: &Reach) -> Result<u64> {
        let tenant = self.0.tenant()?;
        let Some(keys) = self.0.store().keys().cloned() else { return Ok(0) };
        let (place, signs, mut forgotten) = (Place { tenant, column: FIRST_ANSWER }, reach.signs(), 0);
        let sql = "SELECT request_key, body FROM idempotency WHERE tenant_id = $1 AND body IS NOT NULL";
        let rows: Vec<(String, String)> = self.0.fetch_all(sql, args![tenant]).await?;
        for (request, sealed) in rows {
            if keys.open(place, &sealed).is_ok_and(|answer| !signs.are_in(answer.reveal())) {
                continue;
            }
            let sql = "UPDATE idempotency SET body = $3 WHERE tenant_id = $1 AND request_key = $2";
            forgotten += self.0.execute(sql, args![tenant, request, keys.seal(place, "{}")]).await?;
        }
        Ok(forgotten)
    }

    /// The receipt of rows that went because they were kept for long enough: one for all that go for this reason, which tells
    /// when some did last, and how many there were. It takes the place of the one before, so that it stands first.
    pub async fn outlived(&mut self, actor: &str, reason: &str, table: &str, rows: u64) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "DELETE FROM erasures WHERE tenant_id = $1 AND actor = $2 AND reason = $3
                   RETURNING id, at, actor, reason, counts";
        let before: Vec<Erasure> = self.0.fetch_all(sql, args![tenant, actor, reason]).await?;
        let mut counts = BTreeMap::from([(table.to_owned(), rows)]);
        for (table, rows) in before.into_iter().flat_map(|receipt| receipt.counts) {
            *counts.entry(table).or_default() += rows;
        }
        self.receipt(actor, reason, counts).await.map(drop)
    }

    async fn receipt(&mut self, actor: &str, reason: &str, counts: BTreeMap<String, u64>) -> Result<Erasure> {
        let (tenant, at, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<ErasureId>());
        let sql = "INSERT INTO erasures (tenant_id, id, at, actor, reason, counts) VALUES ($1, $2, $3, $4, $5, $6)";
        self.0.execute(sql, args![tenant, id, at, actor, reason, json(&counts)?]).await?;
        Ok(Erasure { id, at, actor: actor.to_owned(), reason: reason.to_owned(), counts })
    }

    /// Receipts by page.
    pub async fn list(&mut self, filter: Filter, page: &Page) -> Result<Listing<Erasure>> {
        let select = "SELECT id, at, actor, reason, counts FROM erasures";
        list(self.0, select, filter, page, |erasure: &Erasure| id_text(erasure.id)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringleader_core::message::Content;
    use ringleader_core::reception::desk::Desk;

    #[test]
    fn what_takes_the_place_of_words_can_be_read() {
        let desk: Desk = serde_json::from_str(plan::EMPTY_DESK.trim_matches('\'')).unwrap();
        assert!(!desk.is_unfinished());
        let content: Content = serde_json::from_str(plan::EMPTY_MESSAGE.trim_matches('\'')).unwrap();
        assert_eq!(content.words(), Some("—"));
    }
}

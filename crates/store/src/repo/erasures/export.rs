//! Everything that is held about a person (P10), table by table, as far as it is theirs to read: what an erasure would reach.

use super::plan::{Act, RULES};
use super::{AT_ONCE, Erasures, Reach};
use crate::db::{Cell, id_text};
use crate::{FromRow, Result, Row};
use jiff::Timestamp;
use ringleader_core::id::ContactId;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// How the program works with what it holds, links that open doors, and rows that are about somebody else.
const LEFT_OUT: &[&str] = &[
    "answer_links",
    "audit",
    "call_legs",
    "inbox",
    "jobs",
    "merge_moves",
    "message_events",
    "on_call_rings",
    "owner_told",
];

/// Columns that say nothing to a reader.
const MUTE: &[&str] = &["tenant_id", "trace", "counted", "words", "version", "send_key", "task_key", "hold", "desk"];

/// One row, by column.
struct Named(Json);

impl FromRow for Named {
    fn from_row(row: &Row) -> Result<Self> {
        let told = row.named_cells()?.into_iter().filter(|(name, _)| !MUTE.contains(&name.as_str()));
        let told = told.map(|(name, cell)| {
            let value = said(&name, cell);
            (name, value)
        });
        Ok(Self(Json::Object(told.filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>())))
    }
}

/// A cell as a reader wants it: times in words, JSON as it is.
fn said(name: &str, cell: Cell) -> Json {
    match cell {
        Cell::Null | Cell::Bytes(_) => Json::Null,
        Cell::Int(micros) if is_time(name) => {
            Timestamp::from_microsecond(micros).map_or(Json::Null, |at| at.to_string().into())
        }
        Cell::Int(number) => number.into(),
        Cell::Float(number) => number.into(),
        Cell::Text(text) => {
            let inner = text.starts_with(['{', '[', '"']).then(|| serde_json::from_str(&text).ok()).flatten();
            inner.unwrap_or(Json::String(text))
        }
    }
}

fn is_time(name: &str) -> bool {
    name == "at" || ["_at", "_since", "_until"].iter().any(|end| name.ends_with(end))
}

impl Erasures<'_> {
    /// All rows about these people, by table.
    pub async fn held_about(&mut self, people: &[ContactId]) -> Result<BTreeMap<String, Vec<Json>>> {
        let mut reach = Reach::default();
        reach.add(super::Of::People, people.iter().map(|id| id_text(*id)));
        self.gather(&mut reach).await?;
        let mut all: BTreeMap<String, Vec<Json>> = BTreeMap::new();
        for rule in RULES.iter().filter(|rule| !LEFT_OUT.contains(&rule.table)) {
            let (column, of) = rule.of;
            if matches!(rule.act, Act::Stays) || column == "landlord_id" {
                continue; // another's tenancy
            }
            let keys: Vec<String> = reach.of(of).cloned().collect();
            for part in keys.chunks(AT_ONCE) {
                let (places, args) = self.among(part)?;
                let sql = format!("SELECT * FROM {} WHERE tenant_id = $1 AND {column} IN ({places})", rule.table);
                let rows: Vec<Named> = self.0.fetch_all_built(sql, args).await?;
                let known = all.entry(rule.table.to_owned()).or_default();
                for Named(row) in rows {
                    if !known.contains(&row) {
                        known.push(row);
                    }
                }
            }
        }
        all.retain(|_, rows| !rows.is_empty());
        Ok(all)
    }
}

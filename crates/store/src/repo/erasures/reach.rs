//! Which rows tell of a person (P10): what hangs on them by a key, and words that name them wherever they stand.

use super::mentions::Signs;
use super::plan::{ANYWHERE, GATHER, Of};
use super::{AT_ONCE, Erasures};
use crate::db::{Cell, id_text, ids_from};
use crate::{FromRow, Result, Row, args};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::id::{ContactId, Id as _};
use ringleader_core::phone::Phone;
use std::collections::{BTreeMap, BTreeSet};

/// Rows looked at in one go.
const PAGE: i64 = 500;

/// Events may be older than their commit by so much.
const LATE: SignedDuration = SignedDuration::from_mins(10);

/// Keys of all rows that tell of a person.
#[derive(Debug, Default)]
pub struct Reach(BTreeMap<Of, BTreeSet<String>>);

impl Reach {
    pub(super) fn of(&self, of: Of) -> impl Iterator<Item = &String> {
        self.0.get(&of).into_iter().flatten()
    }

    pub(super) fn add(&mut self, of: Of, keys: impl IntoIterator<Item = String>) {
        self.0.entry(of).or_default().extend(keys);
    }

    pub(super) fn signs(&self) -> Signs {
        let mut signs = Signs::default();
        for (of, keys) in &self.0 {
            match of {
                Of::Private => keys.iter().for_each(|key| signs.called(key)),
                Of::Carried | Of::Sent => keys.iter().for_each(|key| signs.id_elsewhere(key)),
                Of::Numbers | Of::Inbox | Of::Jobs | Of::Audit | Of::Merges | Of::MendedTickets | Of::MendedAlarms => {}
                _ => keys.iter().for_each(|key| signs.id(key)),
            }
        }
        signs
    }

    /// Whether a text names the person by number or by an id.
    pub fn is_in(&self, text: &str) -> bool {
        self.signs().are_in(text)
    }

    /// Takes over what another look found.
    pub fn join(&mut self, other: Self) {
        other.0.into_iter().for_each(|(of, keys)| self.add(of, keys));
    }
}

impl Erasures<'_> {
    /// The contact and all that went into it.
    pub async fn people(&mut self, contact: ContactId) -> Result<Vec<ContactId>> {
        let tenant = self.0.tenant()?;
        let (mut all, mut next) = (Vec::new(), vec![contact]);
        while let Some(id) = next.pop() {
            all.push(id);
            let sql = "SELECT id FROM contacts WHERE tenant_id = $1 AND merged_into = $2";
            let rows: Vec<(ContactId,)> = self.0.fetch_all(sql, args![tenant, id]).await?;
            next.extend(rows.into_iter().map(|(id,)| id).filter(|id| !all.contains(id)));
        }
        Ok(all)
    }

    /// People with whom there was nothing since a moment (P10): no call, no word, nothing that stands with them. Only those who
    /// could become customers, in the order of their ids behind `after`, at most `limit`.
    pub async fn out_of_touch(
        &mut self,
        since: Timestamp,
        after: Option<ContactId>,
        limit: u32,
    ) -> Result<Vec<ContactId>> {
        let tenant = self.0.tenant()?;
        let after = after.map(id_text).unwrap_or_default();
        let none = |rows: &str| format!(" AND NOT EXISTS (SELECT 1 FROM {rows})");
        let of = |table: &str, since: &str| {
            none(&format!("{table} x WHERE x.tenant_id = $1 AND x.contact_id = c.id AND {since}"))
        };
        let sql = [
            "SELECT c.id FROM contacts c WHERE c.tenant_id = $1 AND c.id < $2 AND c.kind = 'lead' AND c.erasure_id IS NULL
             AND c.merged_into IS NULL AND c.id > $4"
                .to_owned(),
            of("calls", "x.id >= $2"),
            of("messages", "x.id >= $2"),
            of("talks", "x.updated_at >= $3"),
            of("leads", "x.updated_at >= $3"),
            of("appointments", "x.starts_at >= $3"),
            of("tickets", "(x.updated_at >= $3 OR x.state NOT IN ('done', 'dismissed'))"),
            of("tasks", "x.state = 'open'"),
            of("episodes", "x.closed_at IS NULL"),
            of("contractors", "x.contact_id = c.id"),
            none("tenancies x WHERE x.tenant_id = $1 AND c.id IN (x.contact_id, x.landlord_id)"),
            " ORDER BY c.id LIMIT $5".to_owned(),
        ];
        let rows: Vec<(ContactId,)> =
            self.0.fetch_all_built(sql.concat(), args![tenant, ids_from(since), since, after, limit]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Whether there still was nothing with this one.
    pub async fn is_out_of_touch(&mut self, id: ContactId, since: Timestamp) -> Result<bool> {
        let before = uuid::Uuid::from_u128(id.uuid().as_u128().saturating_sub(1));
        let next = self.out_of_touch(since, Some(ContactId::from_uuid(before)), 1).await?;
        Ok(next == [id])
    }

    /// Which rows tell of these people. Words anywhere are looked at from `since` on, else from the beginning.
    pub async fn reach(&mut self, people: &[ContactId], since: Option<Timestamp>) -> Result<Reach> {
        let mut reach = Reach::default();
        reach.add(Of::People, people.iter().map(|id| id_text(*id)));
        self.gather(&mut reach).await?;
        // Whom the business tells and rings is its own affair, whoever tried its line with that telephone.
        let me = self.0.tenants().me().await?;
        let staff = |number: &&String| Phone::from_e164(number).is_some_and(|phone| me.employs(&phone));
        let private: Vec<String> = reach.of(Of::Numbers).filter(|number| !staff(number)).cloned().collect();
        reach.add(Of::Private, private);
        self.gather(&mut reach).await?;
        let signs = reach.signs();
        for (of, table, columns) in ANYWHERE {
            let found = self.speaking(table, columns, &signs, since).await?;
            reach.add(*of, found);
        }
        self.gather(&mut reach).await?; // what was found has more to it
        Ok(reach)
    }

    pub(super) async fn gather(&mut self, reach: &mut Reach) -> Result<()> {
        for (of, table, key, by) in GATHER {
            for (column, whose) in *by {
                let theirs: Vec<String> = reach.of(*whose).cloned().collect();
                for part in theirs.chunks(AT_ONCE) {
                    let (places, args) = self.among(part)?;
                    let sql = format!(
                        "SELECT {key} FROM {table} WHERE tenant_id = $1 AND {column} IN ({places}) AND {key} IS NOT NULL"
                    );
                    let rows: Vec<(String,)> = self.0.fetch_all_built(sql, args).await?;
                    reach.add(*of, rows.into_iter().map(|(key,)| key));
                }
            }
        }
        Ok(())
    }

    /// Rows of a table whose words speak of the person.
    async fn speaking(
        &mut self,
        table: &str,
        columns: &[&str],
        signs: &Signs,
        since: Option<Timestamp>,
    ) -> Result<Vec<String>> {
        let tenant = self.0.tenant()?;
        let (mut found, mut after) = (Vec::new(), since.map(a_while_before).unwrap_or_default());
        let sql = format!(
            "SELECT id, {} FROM {table} WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT {PAGE}",
            columns.join(", ")
        );
        loop {
            let rows: Vec<Words> = self.0.fetch_all_built(sql.clone(), args![tenant, &after]).await?;
            let Some(last) = rows.last() else { return Ok(found) };
            after.clone_from(&last.id);
            found.extend(rows.into_iter().filter(|row| signs.are_in(&row.words)).map(|row| row.id));
        }
    }
}

fn a_while_before(since: Timestamp) -> String {
    ids_from(since.saturating_sub(LATE).unwrap_or(Timestamp::MIN))
}

/// What stands in a row's columns, one after the other.
struct Words {
    id: String,
    words: String,
}

impl FromRow for Words {
    fn from_row(row: &Row) -> Result<Self> {
        let mut words = String::new();
        for cell in row.cells()?.into_iter().skip(1) {
            match cell {
                Cell::Text(text) => words.push_str(&text),
                Cell::Bytes(bytes) => words.push_str(&String::from_utf8_lossy(&bytes)),
                _ => {}
            }
            words.push('\n');
        }
        Ok(Self { id: row.at(0)?, words })
    }
}

//! Which rows tell of a person (P10): what hangs on them by a key, and words that name them wherever they stand.

use super::mentions::Signs;
use super::plan::{ANYWHERE, GATHER, Of};
use super::{AT_ONCE, Erasures};
use crate::db::{Cell, id_text, ids_from};
use crate::{FromRow, Result, Row, args};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::id::ContactId;
use ringleader_core::phone::Phone;
use std::collections::{BTreeMap, BTreeSet};

/// Rows looked at in one go.
const PAGE: i64 = 1_000;

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
        self.sign(0, &mut signs);
        signs
    }

    fn sign(&self, whose: usize, signs: &mut Signs) {
        for (of, keys) in &self.0 {
            match of {
                Of::Private => keys.iter().for_each(|key| signs.called(whose, key)),
                Of::Carried | Of::Sent => keys.iter().for_each(|key| signs.id_elsewhere(whose, key)),
                Of::Numbers | Of::Inbox | Of::Jobs | Of::Audit | Of::Merges | Of::MendedTickets | Of::MendedAlarms => {}
                _ => keys.iter().for_each(|key| signs.id(whose, key)),
            }
        }
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
    /// The contact and all that went into it, in the same order whenever it is asked.
    pub async fn people(&mut self, contact: ContactId) -> Result<Vec<ContactId>> {
        let tenant = self.0.tenant()?;
        let (mut all, mut next) = (Vec::new(), vec![contact]);
        while let Some(id) = next.pop() {
            all.push(id);
            let sql = "SELECT id FROM contacts WHERE tenant_id = $1 AND merged_into = $2 ORDER BY id";
            let rows: Vec<(ContactId,)> = self.0.fetch_all(sql, args![tenant, id]).await?;
            next.extend(rows.into_iter().map(|(id,)| id).filter(|id| !all.contains(id)));
        }
        Ok(all)
    }

    /// People with whom there was nothing since a moment (P10): no call, no word, nothing that stands with them. Only those who
    /// could become customers, in the order of their ids behind `behind`, at most `limit`.
    pub async fn out_of_touch(
        &mut self,
        since: Timestamp,
        behind: Option<ContactId>,
        limit: u32,
    ) -> Result<Vec<ContactId>> {
        let behind = behind.map(id_text).unwrap_or_default();
        self.nothing_with("c.id > $4", behind, since, limit).await
    }

    /// Whether there still was nothing with this one.
    pub async fn is_out_of_touch(&mut self, id: ContactId, since: Timestamp) -> Result<bool> {
        Ok(self.nothing_with("c.id = $4", id_text(id), since, 1).await? == [id])
    }

    async fn nothing_with(&mut self, which: &str, id: String, since: Timestamp, limit: u32) -> Result<Vec<ContactId>> {
        let tenant = self.0.tenant()?;
        let none = |rows: &str| format!(" AND NOT EXISTS (SELECT 1 FROM {rows})");
        let of = |table: &str, since: &str| {
            none(&format!("{table} x WHERE x.tenant_id = $1 AND x.contact_id = c.id AND {since}"))
        };
        let nor = |column: &str, rows: &str| {
            format!(" AND c.id NOT IN (SELECT {column} FROM {rows} AND tenant_id = $1 AND {column} IS NOT NULL)")
        };
        let sql = [
            "SELECT c.id FROM contacts c WHERE c.tenant_id = $1 AND c.id < $2 AND c.kind = 'lead' AND c.erasure_id IS NULL
             AND c.merged_into IS NULL AND "
                .to_owned(),
            which.to_owned(),
            of("calls", "x.id >= $2"),
            of("messages", "x.id >= $2"),
            of("talks", "x.updated_at >= $3"),
            of("leads", "x.updated_at >= $3"),
            of("appointments", "x.starts_at >= $3"),
            of("tickets", "(x.updated_at >= $3 OR x.state NOT IN ('done', 'dismissed'))"),
            of("tasks", "x.state = 'open'"),
            of("episodes", "x.closed_at IS NULL"),
            of("tenancies", "1 = 1"),
            of("saved_searches", "x.ended_at IS NULL"),
            nor("contact_id", "consents WHERE id >= $2"),
            nor("contact_id", "contractors WHERE 1 = 1"),
            nor("landlord_id", "tenancies WHERE 1 = 1"),
            nor("landlord_id", "tickets WHERE state NOT IN ('done', 'dismissed')"),
            " ORDER BY c.id LIMIT $5".to_owned(),
        ];
        let args = args![tenant, ids_from(since), since, id, limit];
        let rows: Vec<(ContactId,)> = self.0.fetch_all_built(sql.concat(), args).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Which rows tell of these people, by their keys alone. Words are looked at page by page with [`Self::look`].
    pub async fn by_key(&mut self, people: &[ContactId]) -> Result<Reach> {
        let mut reach = Reach::default();
        reach.add(Of::People, people.iter().map(|id| id_text(*id)));
        self.gather(&mut reach).await?;
        // Whom the business tells and rings is its own affair, whoever tried its line with that telephone.
        let me = self.0.tenants().me().await?;
        let phone = |name: &String| Phone::from_e164(name);
        let colleague = reach.of(Of::Numbers).filter_map(phone).any(|phone| me.employs(&phone));
        let private = |name: &&String| phone(name).map_or(!colleague, |phone| !me.employs(&phone));
        let private: Vec<String> = reach.of(Of::Numbers).filter(private).cloned().collect();
        reach.add(Of::Private, private);
        self.gather(&mut reach).await?;
        Ok(reach)
    }

    /// Which rows tell of these people. Words anywhere are looked at that came since.
    pub async fn reach(&mut self, people: &[ContactId], since: Timestamp) -> Result<Reach> {
        let mut reach = [self.by_key(people).await?];
        let mut look = Look::since(since, &reach);
        while self.look(&mut look, &mut reach).await? {}
        let [mut reach] = reach;
        self.gather(&mut reach).await?; // what was found has more to it
        Ok(reach)
    }

    /// Looks at the next page of words that may speak of somebody wherever they stand, for all of these at once; `false` when
    /// there is none left. What is found belongs to a reach; [`Self::gather`] then finds what more there is to it.
    pub async fn look(&mut self, look: &mut Look, reach: &mut [Reach]) -> Result<bool> {
        let Some((of, table, columns)) = ANYWHERE.get(look.table) else { return Ok(false) };
        let tenant = self.0.tenant()?;
        let sql = format!(
            "SELECT id, {} FROM {table} WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT {PAGE}",
            columns.join(", ")
        );
        let rows: Vec<Words> = self.0.fetch_all_built(sql, args![tenant, &look.after]).await?;
        match rows.last() {
            Some(last) => look.after.clone_from(&last.id),
            None => (look.table, look.after) = (look.table + 1, look.from.clone()),
        }
        for row in rows {
            for whose in look.signs.in_words(&row.words) {
                reach[whose].add(*of, [row.id.clone()]);
            }
        }
        Ok(true)
    }

    /// Adds what hangs by a key on what is known of them.
    pub async fn gather(&mut self, reach: &mut Reach) -> Result<()> {
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
}

/// Where a look through all words stands.
#[derive(Debug)]
pub struct Look {
    signs: Signs,
    from: String,
    table: usize,
    after: String,
}

impl Look {
    /// From the beginning, for the signs of all of these.
    pub fn through(reach: &[Reach]) -> Self {
        Self::behind(String::new(), reach)
    }

    fn since(since: Timestamp, reach: &[Reach]) -> Self {
        Self::behind(ids_from(since.saturating_sub(LATE).unwrap_or(Timestamp::MIN)), reach)
    }

    fn behind(from: String, reach: &[Reach]) -> Self {
        let mut signs = Signs::default();
        reach.iter().enumerate().for_each(|(whose, reach)| reach.sign(whose, &mut signs));
        Self { signs, after: from.clone(), from, table: 0 }
    }
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

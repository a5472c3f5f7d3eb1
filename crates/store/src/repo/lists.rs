//! Lists: newest first, by cursor, filtered. Ids are UUIDv7, so the id orders by time and is the cursor.

use crate::db::{ToValue, Value};
use crate::dialect::words;
use crate::{Conn, Engine, FromRow, Result, StoreError};
use jiff::Timestamp;

/// Which page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    /// At most so many rows, 1 to 200.
    pub limit: u32,
    /// Only rows before this id (a bare UUID), as `Listing::next` gave it.
    pub before: Option<String>,
}

impl Default for Page {
    fn default() -> Self {
        Self { limit: 50, before: None }
    }
}

/// One page, and where the next one begins.
#[derive(Debug, Clone)]
pub struct Listing<T> {
    /// The rows, newest first.
    pub rows: Vec<T>,
    /// Cursor of the next page; `None` at the end.
    pub next: Option<String>,
}

/// Conditions of a list, all of which hold. Column names come from code, values are bound.
#[derive(Debug, Default, Clone)]
pub struct Filter {
    sql: String,
    args: Vec<Value>,
    /// Which of the values are words to be looked for; the engine's pattern takes their place.
    words: Vec<usize>,
    /// The column of the moment that orders the list, where its id does not.
    moment: Option<&'static str>,
    /// Only rows before this id.
    below: Option<String>,
    /// The index that SQLite is to go through: of two that cost the same by its reckoning it takes any.
    through: Option<&'static str>,
}

/// Stands where the engine's operator for words will.
const HAS: &str = "{has}";

/// Stands where the engine's function for a place within a text will.
const FIND: &str = "{find}";

impl Filter {
    /// Adds `column <operator> value` where a value is given.
    pub fn and(mut self, column_and_operator: &'static str, value: Option<impl ToValue>) -> Self {
        if let Some(value) = value {
            self.args.push(value.to_value());
            // $1 is the tenant.
            self.sql.push_str(&format!(" AND {column_and_operator} ${}", self.args.len() + 1));
        }
        self
    }

    /// Adds that one of these columns has these words somewhere in it, whatever the case of their letters, in any script.
    pub fn and_words(mut self, columns: &'static [&'static str], words: Option<&str>) -> Self {
        if let Some(words) = words.map(str::trim).filter(|words| !words.is_empty()) {
            self.words.push(self.args.len());
            self.args.push(words.to_value());
            let place = self.args.len() + 1;
            let any: Vec<String> = columns.iter().map(|column| format!("{column} {HAS} ${place}")).collect();
            self.sql.push_str(&format!(" AND ({})", any.join(" OR ")));
        }
        self
    }

    /// Adds that a column of small letters has these words somewhere in it; `index` begins with tenant and id and has that column, so
    /// that rows without them are not read.
    pub fn and_found(mut self, column: &'static str, index: &'static str, words: Option<&str>) -> Self {
        if let Some(words) = words.map(words::small).filter(|words| !words.is_empty()) {
            self.args.push(words.to_value());
            self.sql.push_str(&format!(" AND {FIND}({column}, ${}) > 0", self.args.len() + 1));
            self.through = Some(index);
        }
        self
    }

    /// Orders the list by this moment, then by id, so that it can be mixed with lists of other things. The cursor is a [`Place`];
    /// `next` is told by whoever mixes.
    pub fn newest_by(mut self, moment: &'static str) -> Self {
        self.moment = Some(moment);
        self
    }

    /// In the words of the engine.
    fn on(mut self, engine: Engine) -> Self {
        for at in std::mem::take(&mut self.words) {
            if let Value::Text(words) = &self.args[at] {
                self.args[at] = Value::Text(words::pattern(engine, words));
            }
        }
        self.sql = self.sql.replace(HAS, words::has(engine)).replace(FIND, words::find(engine));
        self
    }

    /// Adds a condition that needs no value.
    pub fn and_is(mut self, condition: &'static str) -> Self {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self
    }

    /// Adds a condition that mentions one value several times: `{}` stands for it.
    pub fn and_expr(mut self, expression: &'static str, value: Option<impl ToValue>) -> Self {
        if let Some(value) = value {
            self.args.push(value.to_value());
            let place = format!("${}", self.args.len() + 1);
            self.sql.push_str(&format!(" AND {}", expression.replace("{}", &place)));
        }
        self
    }
}

/// A place among things of several kinds: a moment, and the id of what happened then.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The moment.
    pub at: Timestamp,
    /// The id, bare.
    pub id: String,
}

impl Place {
    /// Where a page begins: before this place.
    pub(super) fn of(page: &Page) -> Option<Self> {
        let (micros, id) = page.before.as_deref()?.split_once('-')?;
        let at = Timestamp::from_microsecond(micros.parse().ok()?).ok()?;
        Some(Self { at, id: id.to_owned() })
    }

    /// The condition that a row stands before the beginning of a page; adds its arguments.
    pub(super) fn before(page: &Page, moment: &str, args: &mut Vec<Value>) -> String {
        let Some(place) = Self::of(page) else { return String::new() };
        args.extend([place.at.to_value(), place.id.to_value()]);
        format!(" AND ({moment}, id) < (${}, ${})", args.len() - 1, args.len())
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.at.as_microsecond(), self.id)
    }
}

/// Milliseconds by which the time of a row and that of its id may differ.
const MARGIN: i64 = 60_000;

/// What happened from `begin` to before `end`, for [`list`]. Ids begin with their time, so the stretch is found by them.
pub(super) fn within(begin: Timestamp, end: Timestamp) -> Filter {
    let floor = |at: Timestamp, more: i64| format!("{:012x}", (at.as_millisecond() + more * MARGIN).max(0));
    let filter = Filter { below: Some(floor(end, 1)), ..Filter::default() }.and("id >=", Some(floor(begin, -1)));
    filter.and("at >=", Some(begin)).and("at <", Some(end))
}

/// Runs `select` (which names columns and table) for the tenant with these conditions.
pub(super) async fn list<T: FromRow>(
    conn: &mut Conn,
    select: &'static str,
    filter: Filter,
    page: &Page,
    id_of: impl Fn(&T) -> String,
) -> Result<Listing<T>> {
    let limit = page.limit.clamp(1, 200) as usize;
    if filter.moment.is_some() {
        return recent(conn, select, filter, page, limit).await;
    }
    // Of two bounds a database may take the wider one to begin at.
    let below = filter.below.clone().into_iter().chain(page.before.clone()).min();
    let filter = filter.and("id <", below).on(conn.engine());
    let through = filter.through.filter(|_| conn.engine() == Engine::Sqlite);
    let through = through.map(|index| format!(" INDEXED BY {index}")).unwrap_or_default();
    let sql = format!("{select}{through} WHERE tenant_id = $1{} ORDER BY id DESC LIMIT {}", filter.sql, limit + 1);
    let mut args = vec![conn.tenant()?.to_value()];
    args.extend(filter.args);
    let mut rows: Vec<T> = conn.fetch_all_built(sql, args).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = more.then(|| rows.last().map(&id_of)).flatten();
    Ok(Listing { rows, next })
}

/// As [`list`], by a moment.
async fn recent<T: FromRow>(
    conn: &mut Conn,
    select: &'static str,
    filter: Filter,
    page: &Page,
    limit: usize,
) -> Result<Listing<T>> {
    let Filter { mut sql, args: bound, moment, .. } = filter.on(conn.engine());
    let moment = moment.unwrap_or("id");
    let mut args = vec![conn.tenant()?.to_value()];
    args.extend(bound);
    sql.push_str(&Place::before(page, moment, &mut args));
    let sql = format!("{select} WHERE tenant_id = $1{sql} ORDER BY {moment} DESC, id DESC LIMIT {limit}");
    Ok(Listing { rows: conn.fetch_all_built(sql, args).await?, next: None })
}

/// As [`list`], the greatest `number` first (a column that is an index with the id). The cursor is the number of the last row,
/// a dash, and its id.
pub(super) async fn ranked<T: FromRow>(
    conn: &mut Conn,
    select: &'static str,
    number: &'static str,
    filter: Filter,
    page: &Page,
    key_of: impl Fn(&T) -> (i64, String),
) -> Result<Listing<T>> {
    let limit = page.limit.clamp(1, 200) as usize;
    let Filter { mut sql, mut args, .. } = filter.on(conn.engine());
    let after = page.before.as_deref().and_then(|cursor| cursor.split_once('-'));
    if let Some((last, id)) = after.and_then(|(last, id)| Some((last.parse::<i64>().ok()?, id))) {
        args.extend([last.to_value(), id.to_value()]);
        sql.push_str(&format!(" AND ({number}, id) < (${}, ${})", args.len(), args.len() + 1));
    }
    let sql = format!("{select} WHERE tenant_id = $1{sql} ORDER BY {number} DESC, id DESC LIMIT {}", limit + 1);
    args.insert(0, conn.tenant()?.to_value());
    let mut rows: Vec<T> = conn.fetch_all_built(sql, args).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let cursor = |row: &T| {
        let (number, id) = key_of(row);
        format!("{number}-{id}")
    };
    let next = more.then(|| rows.last().map(cursor)).flatten();
    Ok(Listing { rows, next })
}

/// Placeholders for these values, behind the tenant's, and all of them.
pub(super) fn among(conn: &Conn, values: impl IntoIterator<Item = String>) -> Result<(String, Vec<Value>)> {
    let mut args = vec![conn.tenant()?.to_value()];
    args.extend(values.into_iter().map(|value| value.to_value()));
    let places: Vec<String> = (2..=args.len()).map(|n| format!("${n}")).collect();
    Ok((places.join(", "), args))
}

/// The first row of a text that was put together.
pub(super) async fn first<T: FromRow>(conn: &mut Conn, sql: String, args: Vec<Value>) -> Result<Option<T>> {
    Ok(conn.fetch_all_built(sql, args).await?.into_iter().next())
}

/// A stored value that serde cannot read, or a value that it cannot write.
pub(super) fn corrupt(column: &str) -> StoreError {
    StoreError::Corrupt { column: column.to_owned(), expected: "the expected JSON" }
}

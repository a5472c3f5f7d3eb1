//! Values on their way out of a row.

use crate::error::{Result, StoreError};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::phone::Phone;
use sqlx::{Column as _, ColumnIndex, Row as _, TypeInfo as _, ValueRef as _, postgres::PgRow, sqlite::SqliteRow};
use std::fmt::Display;
use std::str::FromStr;

/// One row of a result.
pub struct Row(pub(super) Raw);

pub(super) enum Raw {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// What came out of a column.
#[derive(Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A number; 0 and 1 for the engine's own booleans.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// What can be read from a column.
pub trait Column: Sized {
    /// What it is, for error messages: "a number".
    const EXPECTED: &'static str;
    /// Reads it; `None` if the cell holds something else.
    fn from_cell(cell: Cell) -> Option<Self>;
}

/// What a whole row can become.
pub trait FromRow: Sized {
    /// Reads it.
    fn from_row(row: &Row) -> Result<Self>;
}

impl Row {
    /// The column of this name. `Option<T>` where NULL is an answer too.
    pub fn get<T: Column>(&self, name: &str) -> Result<T> {
        self.read(name)
    }

    /// The column at this place, counted from 0.
    pub fn at<T: Column>(&self, index: usize) -> Result<T> {
        self.read(index)
    }

    /// The column of this name, read by `FromStr`: words that have no `Column` of their own.
    pub fn word<E: FromStr>(&self, name: &str) -> Result<E> {
        parse(name, &self.get::<String>(name)?)
    }

    /// Like [`Row::word`], where NULL is an answer too.
    pub fn word_opt<E: FromStr>(&self, name: &str) -> Result<Option<E>> {
        self.get::<Option<String>>(name)?.map(|word| parse(name, &word)).transpose()
    }

    /// A column of JSON, read by serde.
    pub fn json<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<T> {
        serde_json::from_str(&self.get::<String>(name)?).map_err(|_| corrupt(name, "the expected JSON"))
    }

    /// Everything in it, in the order of its columns.
    pub fn cells(&self) -> Result<Vec<Cell>> {
        Ok(self.named_cells()?.into_iter().map(|(_, cell)| cell).collect())
    }

    /// The same, each with the name of its column.
    pub fn named_cells(&self) -> Result<Vec<(String, Cell)>> {
        let cell = |name: &str, cell: Result<Cell>| Ok((name.to_owned(), cell?));
        match &self.0 {
            Raw::Sqlite(row) => {
                row.columns().iter().map(|it| cell(it.name(), sqlite_cell(row, it.ordinal()))).collect()
            }
            Raw::Postgres(row) => {
                row.columns().iter().map(|it| cell(it.name(), postgres_cell(row, it.ordinal()))).collect()
            }
        }
    }

    fn read<T, I>(&self, place: I) -> Result<T>
    where
        T: Column,
        I: ColumnIndex<SqliteRow> + ColumnIndex<PgRow> + Display + Copy,
    {
        let cell = match &self.0 {
            Raw::Sqlite(row) => sqlite_cell(row, place),
            Raw::Postgres(row) => postgres_cell(row, place),
        }?;
        T::from_cell(cell).ok_or_else(|| corrupt(place, T::EXPECTED))
    }
}

fn parse<E: FromStr>(column: &str, word: &str) -> Result<E> {
    word.parse().map_err(|_| corrupt(column, "one of its known words"))
}

fn corrupt(column: impl Display, expected: &'static str) -> StoreError {
    StoreError::Corrupt { column: column.to_string(), expected }
}

fn sqlite_cell<I: ColumnIndex<SqliteRow> + Display>(row: &SqliteRow, place: I) -> Result<Cell> {
    let raw = row.try_get_raw(&place)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    let name = raw.type_info().name().to_owned();
    Ok(match name.as_str() {
        "INTEGER" | "BOOLEAN" => Cell::Int(row.try_get_unchecked(place)?),
        "REAL" => Cell::Float(row.try_get_unchecked(place)?),
        "TEXT" => Cell::Text(row.try_get_unchecked(place)?),
        "BLOB" => Cell::Bytes(row.try_get_unchecked(place)?),
        _ => return Err(corrupt(place, "of a known type")),
    })
}

fn postgres_cell<I: ColumnIndex<PgRow> + Display>(row: &PgRow, place: I) -> Result<Cell> {
    let raw = row.try_get_raw(&place)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    let name = raw.type_info().name().to_owned();
    Ok(match name.as_str() {
        "INT8" => Cell::Int(row.try_get_unchecked(place)?),
        "INT4" => Cell::Int(row.try_get_unchecked::<i32, _>(place)?.into()),
        "BOOL" => Cell::Int(row.try_get_unchecked::<bool, _>(place)?.into()),
        "FLOAT8" => Cell::Float(row.try_get_unchecked(place)?),
        "TEXT" | "VARCHAR" | "NAME" | "UNKNOWN" => Cell::Text(row.try_get_unchecked(place)?),
        "BYTEA" => Cell::Bytes(row.try_get_unchecked(place)?),
        // SUM over BIGINT is one of these: write CAST(SUM(x) AS BIGINT).
        _ => return Err(corrupt(place, "BIGINT, DOUBLE PRECISION, TEXT or BYTEA (cast it)")),
    })
}

macro_rules! columns {
    ($($type:ty = $expected:literal, |$cell:ident| $read:expr;)+) => {$(
        impl Column for $type {
            const EXPECTED: &'static str = $expected;
            fn from_cell($cell: Cell) -> Option<Self> { $read }
        }
    )+};
}

fn text(cell: Cell) -> Option<String> {
    if let Cell::Text(text) = cell { Some(text) } else { None }
}

fn int(cell: Cell) -> Option<i64> {
    if let Cell::Int(number) = cell { Some(number) } else { None }
}

columns! {
    i64 = "a number", |cell| int(cell);
    i32 = "a number", |cell| int(cell)?.try_into().ok();
    u32 = "a small number", |cell| int(cell)?.try_into().ok();
    u16 = "a small number", |cell| int(cell)?.try_into().ok();
    u8 = "a small number", |cell| int(cell)?.try_into().ok();
    bool = "0 or 1", |cell| match int(cell)? { 0 => Some(false), 1 => Some(true), _ => None };
    f64 = "a number", |cell| match cell { Cell::Float(v) => Some(v), Cell::Int(v) => Some(v as f64), _ => None };
    String = "a text", |cell| text(cell);
    Vec<u8> = "bytes", |cell| if let Cell::Bytes(bytes) = cell { Some(bytes) } else { None };
    Timestamp = "a time in microseconds", |cell| Timestamp::from_microsecond(int(cell)?).ok();
    SignedDuration = "microseconds", |cell| Some(SignedDuration::from_micros(int(cell)?));
    serde_json::Value = "JSON", |cell| serde_json::from_str(&text(cell)?).ok();
    Phone = "an E.164 number", |cell| Phone::from_e164(&text(cell)?);
}

impl<T: Column> Column for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    fn from_cell(cell: Cell) -> Option<Self> {
        if cell == Cell::Null { Some(None) } else { T::from_cell(cell).map(Some) }
    }
}

macro_rules! tuples {
    ($(($($type:ident . $index:tt),+))+) => {$(
        impl<$($type: Column),+> FromRow for ($($type,)+) {
            fn from_row(row: &Row) -> Result<Self> { Ok(($(row.at::<$type>($index)?,)+)) }
        }
    )+};
}

tuples! {
    (A.0)
    (A.0, B.1)
    (A.0, B.1, C.2)
    (A.0, B.1, C.2, D.3)
    (A.0, B.1, C.2, D.3, E.4)
    (A.0, B.1, C.2, D.3, E.4, F.5)
    (A.0, B.1, C.2, D.3, E.4, F.5, G.6)
    (A.0, B.1, C.2, D.3, E.4, F.5, G.6, H.7)
}

//! Values on their way into a statement: six kinds, alike on both engines.
//!
//! A NULL knows its kind, since PostgreSQL fixes the type of each placeholder when it first sees a statement.

use jiff::{SignedDuration, Timestamp};
use ringleader_core::phone::Phone;
use sqlx::{Arguments, postgres::PgArguments, sqlite::SqliteArguments};

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `BIGINT`: numbers, times in microseconds, 0 and 1.
    Int,
    /// `DOUBLE PRECISION`.
    Float,
    /// `TEXT`: texts, ids, words, JSON.
    Text,
    /// `BYTEA`.
    Bytes,
}

/// One argument of a statement. Made by [`args!`](crate::args).
#[derive(Clone, PartialEq)]
pub enum Value {
    /// Nothing, where this kind was possible.
    Null(Kind),
    /// A number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// Prints kinds, never contents (P10).
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Null(_) => "null",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
        })
    }
}

/// What can be an argument.
pub trait ToValue {
    /// The kind of column it fits.
    const KIND: Kind;
    /// The argument.
    fn to_value(self) -> Value;
}

/// The arguments of a statement, in the order of `$1`, `$2` …: `args![id, name, now]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::ToValue::to_value($value)),*] };
}

macro_rules! to_value {
    ($($type:ty => $kind:ident, |$value:ident| $as:expr;)+) => {$(
        impl ToValue for $type {
            const KIND: Kind = Kind::$kind;
            fn to_value(self) -> Value {
                let $value = self;
                Value::$kind($as)
            }
        }
    )+};
}

to_value! {
    i64 => Int, |v| v;
    i32 => Int, |v| v.into();
    u32 => Int, |v| v.into();
    u16 => Int, |v| v.into();
    u8 => Int, |v| v.into();
    bool => Int, |v| v.into();
    f64 => Float, |v| v;
    &str => Text, |v| v.to_owned();
    String => Text, |v| v;
    Vec<u8> => Bytes, |v| v;
    &[u8] => Bytes, |v| v.to_owned();
    bytes::Bytes => Bytes, |v| v.into();
    Timestamp => Int, |v| v.as_microsecond();
    SignedDuration => Int, |v| i64::try_from(v.as_micros()).unwrap_or(i64::MAX);
    serde_json::Value => Text, |v| v.to_string();
    Phone => Text, |v| v.as_str().to_owned();
}

impl<T: ToValue> ToValue for Option<T> {
    const KIND: Kind = T::KIND;
    fn to_value(self) -> Value {
        self.map_or(Value::Null(T::KIND), T::to_value)
    }
}

impl<T: ToValue + Clone> ToValue for &T {
    const KIND: Kind = T::KIND;
    fn to_value(self) -> Value {
        self.clone().to_value()
    }
}

impl ToValue for Value {
    /// Not asked: a value knows its own kind.
    const KIND: Kind = Kind::Text;
    fn to_value(self) -> Value {
        self
    }
}

/// Encoding these types cannot fail: they are the drivers' own.
const ENCODES: &str = "the drivers encode numbers, texts and bytes";

pub(super) fn for_sqlite(values: Vec<Value>) -> SqliteArguments {
    let mut args = SqliteArguments::default();
    args.reserve(values.len(), 0);
    for value in values {
        match value {
            Value::Null(_) => args.add(None::<i64>),
            Value::Int(v) => args.add(v),
            Value::Float(v) => args.add(v),
            Value::Text(v) => args.add(v),
            Value::Bytes(v) => args.add(v),
        }
        .expect(ENCODES);
    }
    args
}

pub(super) fn for_postgres(values: Vec<Value>) -> PgArguments {
    let mut args = PgArguments::default();
    args.reserve(values.len(), 0);
    for value in values {
        match value {
            Value::Null(Kind::Int) => args.add(None::<i64>),
            Value::Null(Kind::Float) => args.add(None::<f64>),
            Value::Null(Kind::Text) => args.add(None::<String>),
            Value::Null(Kind::Bytes) => args.add(None::<Vec<u8>>),
            Value::Int(v) => args.add(v),
            Value::Float(v) => args.add(v),
            Value::Text(v) => args.add(v),
            Value::Bytes(v) => args.add(v),
        }
        .expect(ENCODES);
    }
    args
}

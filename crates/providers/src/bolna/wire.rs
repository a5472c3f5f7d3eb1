//! Fields of an execution, under all their names and in all the types that were seen (bolna sheet, 3 and 9).

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// Longer talks are no talks: a day.
const LONGEST: f64 = 86_400.0;

/// The first of these paths that has a text; numbers are read as texts. `a.b` goes into an object.
pub(super) fn text(record: &Value, paths: &[&str]) -> Option<String> {
    paths.iter().find_map(|path| match at(record, path) {
        Value::String(text) => Some(text.trim()).filter(|t| !t.is_empty()).map(str::to_owned),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// The first of these paths that has a number; texts are read as numbers.
pub(super) fn number(record: &Value, paths: &[&str]) -> Option<f64> {
    paths
        .iter()
        .find_map(|path| match at(record, path) {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        })
        .filter(|number: &f64| number.is_finite())
}

/// A truth value, also written as a text or a number.
pub(super) fn truth(record: &Value, paths: &[&str]) -> Option<bool> {
    paths.iter().find_map(|path| match at(record, path) {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
        Value::Number(number) => number.as_i64().map(|n| n != 0),
        _ => None,
    })
}

/// A time; without a zone it is UTC.
pub(super) fn time(record: &Value, path: &str) -> Option<Timestamp> {
    let text = at(record, path).as_str()?.trim();
    let naive = || Some(text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp());
    text.parse().ok().or_else(naive)
}

/// Seconds as a span, to the millionth; nonsense is nothing.
pub(super) fn span(seconds: f64) -> Option<SignedDuration> {
    (0.0..=LONGEST).contains(&seconds).then(|| SignedDuration::from_micros((seconds * 1e6).round() as i64))
}

/// An object or list, also one that is written as a text.
pub(super) fn structure(record: &Value, paths: &[&str]) -> Option<Value> {
    let filled = |value: &Value| match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(list) => !list.is_empty(),
        _ => false,
    };
    paths.iter().find_map(|path| match at(record, path) {
        Value::String(text) => serde_json::from_str(text).ok().filter(filled),
        value => Some(value.clone()).filter(filled),
    })
}

/// The value at a path; null where there is none.
pub(super) fn at<'a>(record: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(record, |value, name| &value[name])
}

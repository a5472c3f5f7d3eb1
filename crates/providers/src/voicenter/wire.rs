//! A record's three encodings read into one bag of fields whose names are matched forgivingly.
//!
//! Names: case, `_`, `-` and blanks do not matter. Values: numbers may be texts, objects may be texts that hold JSON,
//! missing, null and empty are alike; of two fields of one name the first counts that says something. A one-element array and
//! a JSON text around the record are taken off.

use super::inbound::Format;
use super::value::Value;
use super::xml;
use crate::problem::FieldError;
use std::borrow::Cow;

/// How deep wrappings (array, JSON text) go.
const MAX_WRAPPINGS: usize = 4;

/// What the body says, as text.
pub(super) fn text(body: &[u8]) -> Cow<'_, str> {
    // Nearly all are good UTF-8, which is quickly seen.
    str::from_utf8(body).map_or_else(|_| String::from_utf8_lossy(body), Cow::Borrowed)
}

/// Tells the encoding and reads the record.
pub(super) fn read<'a>(content_type: Option<&str>, text: &'a str) -> (Format, Result<Bag<'a>, FieldError>) {
    let text = text.trim_start_matches('\u{feff}').trim();
    let format = format(content_type, text);
    (format, parse(format, text).and_then(Bag::of))
}

/// What the body looks like counts more than what its header says: switchboards mix them up.
fn format(content_type: Option<&str>, text: &str) -> Format {
    let declared = content_type.unwrap_or_default().to_ascii_lowercase();
    match text.chars().next() {
        Some('{' | '[' | '"') => Format::Json,
        Some('<') => Format::XmlRpc,
        _ if declared.contains("xml") => Format::XmlRpc,
        _ if declared.contains("json") => Format::Json,
        _ if declared.contains("form") || text.contains('=') => Format::Form,
        _ => Format::Json,
    }
}

fn parse(format: Format, text: &str) -> Result<Value<'_>, FieldError> {
    if text.is_empty() {
        return Err(body("the body is empty; a call record was expected"));
    }
    match format {
        Format::Json => serde_json::from_str(text)
            .map_err(|e| body(format!("this is not valid JSON (line {}, column {})", e.line(), e.column()))),
        Format::Form => serde_urlencoded::from_str::<Vec<(String, String)>>(text)
            .map(|pairs| Value::Record(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect()))
            .map_err(|_| body("this is not a valid form")),
        Format::XmlRpc => xml::first_param(text).map_err(body),
    }
}

/// What is wrong with the body as a whole.
fn body(message: impl Into<String>) -> FieldError {
    FieldError::new("", message)
}

/// The fields of one record.
#[derive(Debug)]
pub(super) struct Bag<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

impl<'a> Bag<'a> {
    fn of(mut record: Value<'a>) -> Result<Self, FieldError> {
        for _ in 0..MAX_WRAPPINGS {
            record = match record {
                Value::List(mut records) if records.len() == 1 => records.remove(0),
                Value::List(records) => {
                    return Err(body(format!("one call record was expected, {} were found", records.len())));
                }
                Value::Text(text) => {
                    Value::within(&text).ok_or_else(|| body("a call record was expected, a text was found"))?
                }
                Value::Record(mut fields) => {
                    for (name, _) in &mut fields {
                        plain(name);
                    }
                    return Ok(Self(fields));
                }
                _ => break,
            };
        }
        Err(body("a call record with named fields was expected"))
    }

    /// The first value that is there, in the order of the names.
    fn first(&self, names: &[&str]) -> Option<&Value<'a>> {
        let find = |name: &&str| self.0.iter().find(|(key, value)| key == name && !value.is_empty());
        names.iter().find_map(find).map(|(_, value)| value)
    }

    /// Whether a field is there at all, be it empty.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.0.iter().any(|(key, _)| names.contains(&key.as_ref()))
    }

    /// A text; numbers and flags are texts too.
    pub(super) fn text(&self, names: &[&str]) -> Option<Cow<'_, str>> {
        self.first(names)?.text()
    }

    /// The same, to be kept.
    pub(super) fn owned(&self, names: &[&str]) -> Option<String> {
        self.text(names).map(Cow::into_owned)
    }

    /// Whole seconds, fractions rounded up; nothing below zero.
    pub(super) fn seconds(&self, names: &[&str]) -> Option<i64> {
        let text = self.text(names)?;
        let number = text.parse::<f64>().ok().filter(|n| n.is_finite())?;
        #[expect(clippy::cast_possible_truncation, reason = "clamped to a year before")]
        Some(number.ceil().clamp(0.0, 31_536_000.0) as i64)
    }

    /// 0 or 1, in words too.
    pub(super) fn flag(&self, names: &[&str]) -> Option<bool> {
        match self.text(names)?.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" => Some(true),
            "0" | "false" | "no" => Some(false),
            _ => None,
        }
    }

    /// An object, or a text that holds one.
    pub(super) fn inner(&self, names: &[&str]) -> Option<Self> {
        Self::of(self.first(names)?.clone()).ok()
    }

    /// The elements of an array, or of a text that holds one, as far as they are objects.
    pub(super) fn list(&self, names: &[&str]) -> Vec<Self> {
        let found = match self.first(names) {
            Some(Value::Text(text)) => Value::within(text),
            other => other.cloned(),
        };
        match found {
            Some(Value::List(items)) => items.into_iter().filter_map(|item| Self::of(item).ok()).collect(),
            _ => Vec::new(),
        }
    }
}

/// Takes from a name what does not matter in it.
fn plain(name: &mut Cow<'_, str>) {
    const APART: [char; 3] = ['_', '-', ' '];
    if name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        return; // most are
    }
    if name.contains(APART) {
        *name = name.replace(APART, "").into();
    }
    *name = name.to_lowercase().into();
}

//! Facts: what is known, who said so, and what wins (DESIGN 2: person > explicit > inferred; newer over older).
//!
//! Always true: a person's correction is never overwritten by a reading; a provisional reading gives way to a model's reading
//! of the same message (P6); reading the same words again changes nothing.

use crate::chat::{Known, Topic};
use crate::lead::{Fact, FactSource};
use crate::reading::{Found, Preference, ReadBy, Reading};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Longest value of a fact, in characters (P7).
pub const MAX_FACT: usize = 500;

/// A fact that someone proposes; it has no id yet.
#[derive(Debug, Clone, PartialEq)]
pub struct NewFact {
    /// Which: `name`, `need`, `preference` …
    pub name: String,
    /// What; for `preference` an object `{text, from, until}`.
    pub value: Value,
    /// 0 to 1.
    pub confidence: f64,
    /// Who says so.
    pub source: FactSource,
    /// What it was read from.
    pub origin: Option<String>,
    /// Read by a brain that was not the first choice.
    pub provisional: bool,
    /// Who read it; nothing for what no brain read.
    pub read_by: Option<ReadBy>,
    /// When it was said.
    pub at: Timestamp,
}

/// What becomes of a proposed fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// What is known stays.
    Keep,
    /// The new one takes its place; the old one goes into the history.
    Replace,
    /// It says what is known already.
    SameValue,
}

/// Weighs `new` against what is known.
pub fn merge(current: Option<&Fact>, new: &NewFact) -> Merge {
    let Some(current) = current else { return Merge::Replace };
    let same_origin = current.origin.is_some() && current.origin == new.origin;
    let firmer = current.provisional && !new.provisional;
    if current.value == new.value {
        let settles = same_origin && firmer && new.source >= current.source;
        return if settles || new.source > current.source { Merge::Replace } else { Merge::SameValue };
    }
    if current.source == FactSource::Person && new.source != FactSource::Person {
        return Merge::Keep;
    }
    if same_origin && current.provisional != new.provisional {
        return if firmer { Merge::Replace } else { Merge::Keep };
    }
    match new.source.cmp(&current.source) {
        std::cmp::Ordering::Greater => Merge::Replace,
        std::cmp::Ordering::Less => Merge::Keep,
        std::cmp::Ordering::Equal if new.at >= current.at => Merge::Replace,
        std::cmp::Ordering::Equal => Merge::Keep,
    }
}

/// Whether `current` must go because its message was read again and it was not found: a provisional one for a model's word
/// (P6), any for words that its writer `changed` (A15).
pub fn is_retracted(current: &Fact, origin: &str, changed: bool) -> bool {
    let loose = current.provisional || changed;
    loose && current.source != FactSource::Person && current.origin.as_deref() == Some(origin)
}

/// The facts that a reading proposes. `origin` is the message it was read from, `at` the time of that message.
pub fn from_reading(
    reading: &Reading,
    origin: &str,
    provisional: bool,
    read_by: &ReadBy,
    at: Timestamp,
) -> Vec<NewFact> {
    let fact = |name: &str, value: Value, confidence: f64, explicit: bool| NewFact {
        name: name.to_owned(),
        value,
        confidence,
        source: if explicit { FactSource::Explicit } else { FactSource::Inferred },
        origin: Some(origin.to_owned()),
        provisional,
        read_by: Some(read_by.clone()),
        at,
    };
    let text =
        |name: &str, found: &Found| fact(name, Value::from(bounded(&found.value)), found.confidence, found.explicit);
    let mut facts = Vec::new();
    facts.extend(reading.name.as_ref().map(|found| text("name", found)));
    facts.extend(reading.need.as_ref().map(|found| text("need", found)));
    facts.extend(reading.preference.as_ref().map(|wish| fact("preference", preference(wish), wish.confidence, true)));
    facts.retain(|fact| !spoken(&fact.value).unwrap_or_default().trim().is_empty());
    facts
}

/// What lists show of a lead, derived from its facts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Columns {
    /// The customer's name.
    pub name: Option<String>,
    /// What they need.
    pub need: Option<String>,
    /// When and how to get back to them: `{text, from, until}`.
    pub preference: Option<Value>,
}

impl Columns {
    /// Derived from the facts as they stand. A fact without a value counts as not known.
    pub fn of<'f>(facts: impl IntoIterator<Item = &'f Fact>) -> Self {
        let mut columns = Self::default();
        for fact in facts {
            match fact.name.as_str() {
                "name" => columns.name = spoken(&fact.value),
                "need" => columns.need = spoken(&fact.value),
                "preference" => columns.preference = spoken(&fact.value).map(|text| as_preference(&fact.value, text)),
                _ => {}
            }
        }
        columns
    }

    /// Which of the three are known.
    pub fn known(&self) -> Known {
        let mut known = Known::default();
        for (topic, there) in [
            (Topic::Name, self.name.is_some()),
            (Topic::Need, self.need.is_some()),
            (Topic::Preference, self.preference.is_some()),
        ] {
            known = if there { known.with(topic) } else { known };
        }
        known
    }

    /// The preference in words.
    pub fn preference_text(&self) -> Option<String> {
        self.preference.as_ref().and_then(spoken)
    }
}

/// The value in words: a text itself, or the `text` of an object; blank ones are none.
pub fn spoken(value: &Value) -> Option<String> {
    let text = value.as_str().or_else(|| value.get("text")?.as_str())?;
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}

pub(crate) fn preference(wish: &Preference) -> Value {
    json!({ "text": bounded(&wish.text), "from": wish.from.map(|t| t.to_string()), "until": wish.until.map(|t| t.to_string()) })
}

/// A person may set a preference as a bare text; lists always show the object.
fn as_preference(value: &Value, text: String) -> Value {
    if value.is_object() { value.clone() } else { json!({ "text": text, "from": null, "until": null }) }
}

pub(crate) fn bounded(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\n').take(MAX_FACT).collect::<String>().trim().to_owned()
}

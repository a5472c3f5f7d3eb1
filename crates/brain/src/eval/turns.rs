//! Labelled turns of callers, and how a reading of them is scored: intents and criteria, faults, chosen slots (C4-C8).

use super::messages::{LoadError, plain};
use super::report::{Miss, Report};
use crate::seam::{Brain, TurnRequest};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use ringleader_core::reception::criteria::Criteria;
use ringleader_core::reception::reading::TurnReading;
use ringleader_core::reception::words::{Deal, FaultCategory, FaultUrgency, Intent, Period, PropertyKind, Question};
use serde::Deserialize;

/// One labelled turn.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TurnRow {
    /// Unique in the file.
    pub id: String,
    /// Its language.
    pub lang: String,
    /// What was heard.
    pub text: String,
    /// What should be understood.
    pub expected: ExpectedTurn,
    /// Other right intents.
    #[serde(default)]
    pub intent_accept: Vec<Intent>,
    /// Every right urgency, where there are several.
    #[serde(default)]
    pub urgency_accept: Vec<FaultUrgency>,
    /// Every right category, where there are several.
    #[serde(default)]
    pub category_accept: Vec<FaultCategory>,
    /// Fields that are not compared.
    #[serde(default)]
    pub unscored: Vec<String>,
    /// Local time of the call, for slots.
    pub reference: Option<DateTime>,
    /// The slots on offer.
    #[serde(default)]
    pub offers: Vec<Offer>,
}

/// A slot as it was read out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Offer {
    /// Local time.
    pub start: DateTime,
}

/// The labels of a turn: those of one kind of file are given.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum ExpectedTurn {
    /// What is wanted, and what is looked for.
    Wish {
        /// The intent.
        intent: Intent,
        /// The search; not scored where it is null.
        criteria: Option<Box<ExpectedCriteria>>,
    },
    /// A fault.
    Fault {
        /// What is broken.
        category: FaultCategory,
        /// How soon.
        urgency: FaultUrgency,
    },
    /// A chosen slot, or none.
    Slot {
        /// From 0.
        index: Option<usize>,
    },
}

/// A labelled search.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ExpectedCriteria {
    /// To rent or to buy.
    #[serde(rename = "type")]
    pub deal: Option<Deal>,
    /// At least so many bedrooms.
    pub bedrooms_min: Option<u8>,
    /// At most so many.
    pub bedrooms_max: Option<u8>,
    /// In whole units of the currency.
    pub price_min: Option<i64>,
    /// In whole units of the currency.
    pub price_max: Option<i64>,
    /// What the price is counted by.
    pub price_period: Option<Period>,
    /// "About".
    pub price_approx: bool,
    /// Districts and names, as a set.
    pub areas: Vec<String>,
    /// The kind of property.
    pub property_type: Option<PropertyKind>,
    /// Groups of which one string must be in an extracted must-have.
    pub must_haves: Vec<Vec<String>>,
}

/// Whether a labelled file holds turns: its first row expects an intent, a fault or a slot.
pub fn holds_turns(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let row = serde_json::from_str::<serde_json::Value>(first).unwrap_or_default();
    let expected = row.get("expected");
    ["intent", "urgency", "index"].iter().any(|field| expected.is_some_and(|labels| labels.get(field).is_some()))
}

/// Reads a labelled file of turns: one JSON object a line, empty lines allowed.
///
/// # Errors
/// The first line that cannot be read.
pub fn parse_turns(text: &str) -> Result<Vec<TurnRow>, LoadError> {
    super::messages::parse_rows(text, |row: &TurnRow| row.id.clone())
}

/// Measures a brain.
pub async fn run_turns(brain: &dyn Brain, rows: &[TurnRow]) -> Report {
    let mut report = Report { brain: brain.name().to_owned(), rows: rows.len(), ..Report::default() };
    for row in rows {
        let reading = brain.read_turn(&turn_request(row), None).await.ok().map(|answer| answer.value);
        report.failed += usize::from(reading.is_none());
        for (field, right, expected, got) in judge(row, reading.as_ref().unwrap_or(&TurnReading::nothing())) {
            if row.unscored.iter().any(|unscored| unscored == field) {
                continue;
            }
            let right = right && reading.is_some();
            report.add(&row.lang, field, right);
            if let ("intent", ExpectedTurn::Wish { intent, .. }) = (field, &row.expected) {
                report.by_intent.entry(intent.to_string()).or_default().add(right);
            }
            if !right {
                let (id, lang, text) = (row.id.clone(), row.lang.clone(), row.text.clone());
                report.misses.push(Miss { id, lang, field: field.to_owned(), text, expected, got });
            }
        }
    }
    report
}

/// What a brain is asked for a row: with the zone and country of its language, and what was asked before the turn.
pub fn turn_request(row: &TurnRow) -> TurnRequest {
    let (zone, country) = if row.lang.starts_with("he") { ("Asia/Jerusalem", "IL") } else { ("Europe/London", "GB") };
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let now = row.reference.and_then(|at| zone.to_zoned(at).ok()).map_or_else(super::default_now, |at| at.timestamp());
    let asked = match row.expected {
        ExpectedTurn::Wish { .. } => Question::Wish,
        ExpectedTurn::Fault { .. } => Question::Fault,
        ExpectedTurn::Slot { .. } => Question::Slot,
    };
    TurnRequest {
        text: row.text.clone(),
        asked: Some(asked),
        offers: row.offers.iter().map(|offer| offer.start).collect(),
        areas: Vec::new(),
        now,
        zone,
        country: country.to_owned(),
        mask: Vec::new(),
    }
}

type Field = (&'static str, bool, String, String);

fn judge(row: &TurnRow, got: &TurnReading) -> Vec<Field> {
    match &row.expected {
        ExpectedTurn::Wish { intent, criteria } => {
            let first = got.intents.first().copied().unwrap_or(Intent::General);
            let right = first == *intent || row.intent_accept.contains(&first);
            let mut fields = vec![("intent", right, intent.to_string(), format!("{:?}", got.intents))];
            if let Some(expected) = criteria {
                fields.extend(search(expected, &got.criteria));
            }
            fields
        }
        ExpectedTurn::Fault { category, urgency } => {
            let said = |word: Option<&'static str>| word.unwrap_or("none").to_owned();
            let (found, soon) = (got.fault.map(|f| f.category), got.fault.map(|f| f.urgency));
            let category_right = found == Some(*category) || found.is_some_and(|c| row.category_accept.contains(&c));
            let urgency_right = soon == Some(*urgency) || soon.is_some_and(|u| row.urgency_accept.contains(&u));
            let mut fields = vec![
                ("category", category_right, category.to_string(), said(found.map(FaultCategory::as_str))),
                ("urgency", urgency_right, urgency.to_string(), said(soon.map(FaultUrgency::as_str))),
            ];
            if *urgency == FaultUrgency::Emergency {
                fields.push(("emergency_found", urgency_right, "found".to_owned(), "not found".to_owned()));
            } else {
                let calm = soon != Some(FaultUrgency::Emergency);
                fields.push(("no_false_alarm", calm, "no emergency".to_owned(), "emergency".to_owned()));
            }
            fields
        }
        ExpectedTurn::Slot { index } => {
            vec![("slot", got.choice == *index, format!("{index:?}"), format!("{:?}", got.choice))]
        }
    }
}

fn search(expected: &ExpectedCriteria, got: &Criteria) -> Vec<Field> {
    let set = |areas: &[String]| {
        let mut areas: Vec<String> = areas.iter().map(|area| plain(area)).collect();
        areas.sort();
        areas
    };
    let studio = expected.property_type == Some(PropertyKind::Studio);
    let beds = |min: Option<u8>, max: Option<u8>| format!("{min:?} to {max:?}");
    let musts = expected
        .must_haves
        .iter()
        .all(|group| group.iter().any(|text| got.must_haves.iter().any(|must| plain(must).contains(&plain(text)))));
    let bedrooms_right =
        studio || (expected.bedrooms_min, expected.bedrooms_max) == (got.bedrooms_min, got.bedrooms_max);
    vec![
        ("type", expected.deal == got.deal, format!("{:?}", expected.deal), format!("{:?}", got.deal)),
        (
            "bedrooms",
            bedrooms_right,
            beds(expected.bedrooms_min, expected.bedrooms_max),
            beds(got.bedrooms_min, got.bedrooms_max),
        ),
        price(expected, got),
        ("areas", set(&expected.areas) == set(&got.areas), format!("{:?}", expected.areas), format!("{:?}", got.areas)),
        (
            "property_type",
            expected.property_type == got.kind,
            format!("{:?}", expected.property_type),
            format!("{:?}", got.kind),
        ),
        ("must_haves", musts, format!("{:?}", expected.must_haves), format!("{:?}", got.must_haves)),
    ]
}

/// Bounds by the month or in total; an approximate maximum may be 15 % off, and a minimum may then be given.
fn price(expected: &ExpectedCriteria, got: &Criteria) -> Field {
    let wanted = Criteria {
        price_min: expected.price_min,
        price_max: expected.price_max,
        period: expected.price_period,
        ..Criteria::default()
    };
    let ((low, high), (got_low, got_high)) = (wanted.price(), got.price());
    let close = |a: Option<i64>, b: Option<i64>, share: f64| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() as f64 <= a as f64 * share + 1.0,
        (a, b) => a == b,
    };
    let sale = |period: Option<Period>| period == Some(Period::Total);
    let right = sale(expected.price_period) == sale(got.period)
        && close(high, got_high, if expected.price_approx { 0.15 } else { 0.0 })
        && (close(low, got_low, 0.0) || expected.price_approx)
        && (expected.price_approx == got.approximate);
    let shown = |low: Option<i64>, high: Option<i64>, about: bool| format!("{low:?} to {high:?}, about: {about}");
    ("price", right, shown(low, high, expected.price_approx), shown(got_low, got_high, got.approximate))
}

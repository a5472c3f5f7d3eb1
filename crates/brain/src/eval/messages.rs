//! Labelled customer messages of the missed-call chat, and how a reading of them is scored.

use super::report::{Miss, Report};
use crate::seam::{Brain, Known, MessageRequest};
use jiff::{Timestamp, civil, tz::TimeZone};
use ringleader_core::conversation::ChatState;
use ringleader_core::reading::Reading;
use serde::Deserialize;

/// One labelled message.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Row {
    /// Unique in the file.
    pub id: String,
    /// `he`, `he-Latn`, `he-en`, `en`, `ru`, `ar`.
    pub lang: String,
    /// What the chat had last asked for.
    pub state: ChatState,
    /// What the customer wrote.
    pub text: String,
    /// What should be understood.
    pub expected: Expected,
    /// Other right names.
    #[serde(default)]
    pub name_aliases: Vec<String>,
    /// Fields that are not compared: `name`, `need`, `contact_preference`, `opt_out`.
    #[serde(default)]
    pub unscored: Vec<String>,
}

/// The labels of a row.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Expected {
    /// The customer's own name.
    pub name: Option<String>,
    /// The need contains one of these.
    pub need_keywords: Option<Vec<String>>,
    /// The preference contains one of these.
    pub contact_preference_keywords: Option<Vec<String>>,
    /// Asks not to be messaged.
    pub opt_out: bool,
}

/// A line of a labelled file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {detail}")]
pub struct LoadError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub detail: String,
}

/// Reads a labelled file: one JSON object a line, empty lines allowed.
///
/// # Errors
/// The first line that cannot be read.
pub fn parse(text: &str) -> Result<Vec<Row>, LoadError> {
    parse_rows(text, |row: &Row| row.id.clone())
}

/// Reads the rows of any labelled file; ids are unique.
pub(super) fn parse_rows<R: serde::de::DeserializeOwned>(
    text: &str,
    id: impl Fn(&R) -> String,
) -> Result<Vec<R>, LoadError> {
    let mut seen = std::collections::HashSet::new();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            let at = |detail: String| LoadError { line: index + 1, detail };
            let row: R = serde_json::from_str(line).map_err(|error| at(error.to_string()))?;
            let id = id(&row);
            if seen.insert(id.clone()) { Ok(row) } else { Err(at(format!("id `{id}` occurs twice"))) }
        })
        .collect()
}

/// The reference time of a measurement where none is given: 18 November 2026, 09:00 in Jerusalem.
pub fn default_now() -> Timestamp {
    let zone = TimeZone::get("Asia/Jerusalem").unwrap_or(TimeZone::UTC);
    civil::date(2026, 11, 18).at(9, 0, 0, 0).to_zoned(zone).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

/// Measures a brain at the default reference time.
pub async fn run(brain: &dyn Brain, rows: &[Row]) -> Report {
    run_at(brain, rows, default_now()).await
}

/// Measures a brain; `now` is when the messages were sent.
pub async fn run_at(brain: &dyn Brain, rows: &[Row], now: Timestamp) -> Report {
    let mut report = Report { brain: brain.name().to_owned(), rows: rows.len(), ..Report::default() };
    for row in rows {
        let reading = match brain.read_message(&request(row, now)).await {
            Ok(answer) => Some(answer.value),
            Err(_) => {
                report.failed += 1;
                None
            }
        };
        score(&mut report, row, reading.as_ref());
    }
    report
}

fn request(row: &Row, now: Timestamp) -> MessageRequest {
    MessageRequest {
        text: row.text.clone(),
        state: row.state,
        known: Known::default(),
        now,
        zone: TimeZone::get("Asia/Jerusalem").unwrap_or(TimeZone::UTC),
        country: "IL".to_owned(),
        language: if row.lang == "en" { "en" } else { "he" }.to_owned(),
        mask: Vec::new(),
    }
}

fn score(report: &mut Report, row: &Row, reading: Option<&Reading>) {
    let name = reading.and_then(|r| r.name.as_ref()).map(|found| found.value.as_str());
    let need = reading.and_then(|r| r.need.as_ref()).map(|found| found.value.as_str());
    let preference = reading.and_then(|r| r.preference.as_ref()).map(|found| found.text.as_str());
    let opt_out = reading.is_some_and(|r| r.signals.opt_out);
    let fields = [
        ("name", is_name(row, name), format!("{:?}", row.expected.name), format!("{name:?}")),
        (
            "need",
            contains(row.expected.need_keywords.as_deref(), need),
            format!("{:?}", row.expected.need_keywords),
            format!("{need:?}"),
        ),
        (
            "contact_preference",
            contains(row.expected.contact_preference_keywords.as_deref(), preference),
            format!("{:?}", row.expected.contact_preference_keywords),
            format!("{preference:?}"),
        ),
        ("opt_out", opt_out == row.expected.opt_out, row.expected.opt_out.to_string(), opt_out.to_string()),
    ];
    for (field, right, expected, got) in fields {
        if row.unscored.iter().any(|unscored| unscored == field) {
            continue;
        }
        let right = right && reading.is_some();
        report.add(&row.lang, field, right);
        if !right {
            report.misses.push(Miss {
                id: row.id.clone(),
                lang: row.lang.clone(),
                field: field.to_owned(),
                text: row.text.clone(),
                expected,
                got,
            });
        }
    }
}

fn is_name(row: &Row, got: Option<&str>) -> bool {
    match (row.expected.name.as_deref(), got) {
        (None, None) => true,
        (Some(expected), Some(got)) => {
            let got = plain(got);
            std::iter::once(expected).chain(row.name_aliases.iter().map(String::as_str)).any(|name| plain(name) == got)
        }
        _ => false,
    }
}

fn contains(keywords: Option<&[String]>, got: Option<&str>) -> bool {
    match (keywords, got) {
        (None, None) => true,
        (Some(keywords), Some(got)) => {
            let got = plain(got);
            keywords.iter().any(|keyword| got.contains(&plain(keyword)))
        }
        _ => false,
    }
}

/// Without regard to case, outer spaces, or the kind of apostrophe and quote.
pub(super) fn plain(text: &str) -> String {
    let quotes = |c| match c {
        '’' | '‘' | '`' | '´' | '׳' => '\'',
        '״' | '“' | '”' | '„' => '"',
        other => other,
    };
    text.trim().chars().flat_map(char::to_lowercase).map(quotes).collect()
}

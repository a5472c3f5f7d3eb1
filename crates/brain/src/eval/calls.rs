//! Labelled calls, and how an analysis of them is scored (B5).

use super::messages::{LoadError, plain};
use super::report::{Miss, Report};
use crate::seam::{Brain, CallRequest};
use jiff::tz::TimeZone;
use ringleader_core::analysis::{NoLead, Understanding, evidence, score::score};
use ringleader_core::call::Turn;
use serde::Deserialize;

/// One labelled call.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Call {
    /// Unique in the file.
    pub id: String,
    /// Its language.
    pub lang: String,
    /// One turn a line, `assistant: ` or `user: ` first.
    pub transcript: String,
    /// What should be understood.
    pub expected: ExpectedCall,
    /// Other right names.
    #[serde(default)]
    pub name_aliases: Vec<String>,
    /// Fields that are not compared.
    #[serde(default)]
    pub unscored: Vec<String>,
}

/// The labels of a call.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ExpectedCall {
    /// The caller's company.
    pub company_name: Option<String>,
    /// The caller's name.
    pub name: Option<String>,
    /// The caller's address.
    pub email: Option<String>,
    /// Asked for or agreed to an appointment.
    pub demo: bool,
    /// Asked for or agreed to a price.
    pub pricing: bool,
    /// Asked for or agreed to be called or sent something.
    pub follow_up: bool,
    /// Asked not to be contacted.
    pub opt_out: bool,
    /// Lowest and highest plausible score.
    pub score_band: (u8, u8),
    /// Every acceptable tag.
    pub lead_tags: Vec<String>,
}

/// Whether a labelled file holds calls: its first row has a transcript.
pub fn holds_calls(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    serde_json::from_str::<serde_json::Value>(first).is_ok_and(|row| row.get("transcript").is_some())
}

/// Reads a labelled file of calls: one JSON object a line, empty lines allowed.
///
/// # Errors
/// The first line that cannot be read.
pub fn parse_calls(text: &str) -> Result<Vec<Call>, LoadError> {
    super::messages::parse_rows(text, |call: &Call| call.id.clone())
}

/// Measures a brain.
pub async fn run_calls(brain: &dyn Brain, calls: &[Call]) -> Report {
    let mut report = Report { brain: brain.name().to_owned(), rows: calls.len(), ..Report::default() };
    for call in calls {
        let transcript = turns(&call.transcript);
        let request = CallRequest {
            transcript: transcript.clone(),
            started_at: super::default_now(),
            zone: TimeZone::get("Asia/Jerusalem").unwrap_or(TimeZone::UTC),
            country: "IL".to_owned(),
            language: "en".to_owned(),
            mask: Vec::new(),
        };
        let understood = brain.analyse_call(&request, None).await.ok().map(|answer| answer.value);
        report.failed += usize::from(understood.is_none());
        judge(&mut report, call, understood, &transcript);
    }
    report
}

/// The turns of a transcript; a line without a role goes on with the turn before.
fn turns(text: &str) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    for line in text.lines() {
        match line.split_once(':').filter(|(role, _)| matches!(role.trim(), "assistant" | "user")) {
            Some((role, said)) => turns.push(Turn { role: role.trim().to_owned(), text: said.trim().to_owned() }),
            None => {
                if let Some(last) = turns.last_mut() {
                    last.text.push('\n');
                    last.text.push_str(line);
                }
            }
        }
    }
    turns
}

fn judge(report: &mut Report, call: &Call, understood: Option<Understanding>, transcript: &[Turn]) {
    let answered = understood.is_some();
    let mut got = understood.unwrap_or_default();
    let invented = evidence::check(&mut got, transcript);
    let scored = score(&got);
    let asked = got.calls_to_action;
    let value = |found: &Option<ringleader_core::reading::Found>| found.as_ref().map(|found| found.value.clone());
    let (name, company, email) = (value(&got.name), value(&got.company_name), value(&got.email));
    let opt_out = got.no_lead == Some(NoLead::OptOut);
    let expected = &call.expected;
    let (low, high) = expected.score_band;
    let flag = |field, want: bool, got: bool| (field, want == got, want.to_string(), got.to_string());
    let text = |field, want: &Option<String>, aliases: &[String], got: &Option<String>| {
        (field, same(want.as_deref(), aliases, got.as_deref()), format!("{want:?}"), format!("{got:?}"))
    };
    let fields = [
        text("name", &expected.name, &call.name_aliases, &name),
        text("company_name", &expected.company_name, &[], &company),
        text("email", &expected.email, &[], &email),
        flag("demo", expected.demo, asked.demo),
        flag("pricing", expected.pricing, asked.pricing),
        flag("follow_up", expected.follow_up, asked.follow_up),
        flag("opt_out", expected.opt_out, opt_out),
        ("score", (low..=high).contains(&scored.score), format!("{low} to {high}"), scored.score.to_string()),
        (
            "tag",
            expected.lead_tags.iter().any(|tag| tag == scored.tag.as_str()),
            expected.lead_tags.join(" or "),
            scored.tag.to_string(),
        ),
        ("quotes", invented == 0, "all said".to_owned(), format!("{invented} not said")),
    ];
    for (field, right, expected, got) in fields {
        if call.unscored.iter().any(|unscored| unscored == field) {
            continue;
        }
        let right = right && answered;
        report.add(&call.lang, field, right);
        if !right {
            let (id, lang, text) = (call.id.clone(), call.lang.clone(), call.transcript.clone());
            report.misses.push(Miss { id, lang, field: field.to_owned(), text, expected, got });
        }
    }
}

fn same(want: Option<&str>, aliases: &[String], got: Option<&str>) -> bool {
    match (want, got) {
        (None, None) => true,
        (Some(want), Some(got)) => {
            let got = plain(got);
            std::iter::once(want).chain(aliases.iter().map(String::as_str)).any(|want| plain(want) == got)
        }
        _ => false,
    }
}

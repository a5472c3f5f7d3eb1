//! The answer to `analyse_call` as it travels, and its way to a core understanding (B5, P7).
//!
//! The comments on the fields are part of the schema: models read them. Always true of what is made here: texts are within
//! `bounds`; a name and a company stand in the transcript; a quote does too, or it was dropped; scores are 0 to 3.

use super::read_message::{Quote, Window, found, invalid, parse, preference, text};
use super::{bounds, schema};
use crate::seam::{BrainError, CallRequest};
use jiff::tz::TimeZone;
use ringleader_core::analysis::{CallsToAction, Dimension, Dimensions, Judgement, NoLead, Understanding, evidence};
use ringleader_core::reading::Preference;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The longest summary, in characters.
pub(super) const SUMMARY_CHARS: usize = 1_200;

/// The longest address.
const EMAIL_CHARS: usize = 120;

/// What `no_lead` may be.
const NO_LEADS: [&str; 4] = ["none", "opt_out", "wrong_number", "sells_to_us"];

/// What is understood from one call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnalyseCall {
    /// How much the customer wants it.
    pub intent: Judged,
    /// How soon.
    pub urgency: Judged,
    /// Whether the money is there.
    pub budget: Judged,
    /// Whether the business has what is wanted.
    pub fit: Judged,
    /// How much the customer took part.
    pub engagement: Judged,
    /// The customer's own name, or null.
    pub name: Option<Quote>,
    /// The company the customer speaks for, or null.
    pub company_name: Option<Quote>,
    /// The customer's email address, or null.
    pub email: Option<Quote>,
    /// What they want, or null.
    pub need: Option<Quote>,
    /// What they can or want to spend, or null.
    pub spend: Option<Quote>,
    /// When to get back to them, or null.
    pub call_back: Option<Window>,
    /// When the agreed appointment is, or null.
    pub demo_at: Option<Window>,
    /// What was asked for or agreed to.
    #[schemars(with = "CallsToActionSchema")]
    pub calls_to_action: CallsToAction,
    /// Why this is no lead, or none.
    #[schemars(extend("enum" = NO_LEADS))]
    pub no_lead: String,
    /// One line for the owner, or null.
    pub notification: Option<String>,
    /// What was said, in two or three sentences.
    pub summary: String,
    /// Your own estimate, 0 to 100.
    pub total: i64,
}

/// One judgement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Judged {
    /// 0 none, 1 low, 2 medium, 3 high.
    #[schemars(extend("enum" = [0, 1, 2, 3]))]
    pub score: i64,
    /// Why, in one sentence.
    pub reasoning: String,
    /// Up to 3 quotes, word for word from the transcript.
    pub quotes: Vec<String>,
}

impl Judged {
    pub(super) fn of(judgement: &Judgement) -> Self {
        let Judgement { score, reasoning, quotes } = judgement.clone();
        Self { score: i64::from(score), reasoning, quotes }
    }
}

/// The schema of core's calls to action, with what each means; a test keeps the names equal.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct CallsToActionSchema {
    /// A price, fee or quote.
    pricing: bool,
    /// A demo, viewing, valuation, site visit or appointment.
    demo: bool,
    /// To be called back or sent something later.
    follow_up: bool,
    /// A sample or a trial.
    sample: bool,
    /// Was handed over to a person.
    escalated_to_human: bool,
}

impl AnalyseCall {
    /// The strict schema that is sent along.
    pub fn schema() -> Value {
        schema::strict::<Self>()
    }

    /// Parses a model's text. The error names the kind and place of a mistake, never the text.
    ///
    /// # Errors
    /// `BrainError::Invalid` when it is no JSON or breaks the schema.
    pub fn parse(text: &str) -> Result<Self, BrainError> {
        parse(text)
    }

    /// Changes each text that may quote the customer.
    pub fn for_each_text(&mut self, change: impl Fn(&mut String)) {
        for judged in [&mut self.intent, &mut self.urgency, &mut self.budget, &mut self.fit, &mut self.engagement] {
            judged.quotes.iter_mut().for_each(&change);
            change(&mut judged.reasoning);
        }
        let quotes = [&mut self.name, &mut self.company_name, &mut self.email, &mut self.need, &mut self.spend];
        quotes.into_iter().flatten().map(|quote| &mut quote.text).for_each(&change);
        [&mut self.call_back, &mut self.demo_at].into_iter().flatten().map(|window| &mut window.text).for_each(&change);
        self.notification.iter_mut().chain([&mut self.summary]).for_each(&change);
    }

    /// The understanding it stands for, grounded in the transcript of `request`.
    ///
    /// # Errors
    /// `BrainError::Invalid` when a text, a score or a word is out of bounds.
    pub fn into_understanding(self, request: &CallRequest) -> Result<Understanding, BrainError> {
        let said: String = request.transcript.iter().map(|turn| format!("{}\n", turn.text)).collect();
        let name = found(self.name, "name", bounds::NAME_CHARS)?;
        let time = |window, field| preference(window, field, request.started_at, &request.zone);
        let company_name = found(self.company_name, "company_name", bounds::NAME_CHARS)?;
        let mut understood = Understanding {
            dimensions: Dimensions {
                intent: judgement(self.intent)?,
                urgency: judgement(self.urgency)?,
                budget: judgement(self.budget)?,
                fit: judgement(self.fit)?,
                engagement: judgement(self.engagement)?,
            },
            name: name.filter(|name| bounds::is_name(&name.value, &said)),
            company_name: company_name.filter(|company| bounds::is_said(&company.value, &said)),
            email: found(self.email, "email", EMAIL_CHARS)?.filter(|email| is_address(&email.value)),
            need: found(self.need, "need", bounds::TEXT_CHARS)?,
            budget: found(self.spend, "spend", bounds::TEXT_CHARS)?,
            preference: time(self.call_back, "call_back")?,
            notification: self
                .notification
                .map(|line| bounded(&line, "notification", bounds::TEXT_CHARS))
                .transpose()?
                .flatten(),
            calls_to_action: self.calls_to_action,
            demo_at: time(self.demo_at, "demo_at")?,
            no_lead: no_lead(&self.no_lead)?,
            summary: bounded(&self.summary, "summary", SUMMARY_CHARS)?.unwrap_or_default(),
            own_total: Some(total(self.total)?),
        };
        evidence::check(&mut understood, &request.transcript);
        Ok(understood)
    }
}

impl AnalyseCall {
    /// The answer that means this understanding: what a faithful fake answers with.
    pub fn of_understanding(understood: &Understanding, zone: &TimeZone) -> Self {
        let judged = |dimension: Dimension| Judged::of(understood.dimensions.get(dimension));
        let window = |time: &Option<Preference>| time.as_ref().map(|time| Window::of(time, zone));
        Self {
            intent: judged(Dimension::Intent),
            urgency: judged(Dimension::Urgency),
            budget: judged(Dimension::Budget),
            fit: judged(Dimension::Fit),
            engagement: judged(Dimension::Engagement),
            name: understood.name.as_ref().map(Quote::of),
            company_name: understood.company_name.as_ref().map(Quote::of),
            email: understood.email.as_ref().map(Quote::of),
            need: understood.need.as_ref().map(Quote::of),
            spend: understood.budget.as_ref().map(Quote::of),
            call_back: window(&understood.preference),
            demo_at: window(&understood.demo_at),
            calls_to_action: understood.calls_to_action,
            no_lead: understood.no_lead.map_or("none", NoLead::as_str).to_owned(),
            notification: understood.notification.clone(),
            summary: understood.summary.clone(),
            total: i64::from(understood.own_total.unwrap_or_default()),
        }
    }
}

pub(super) fn judgement(judged: Judged) -> Result<Judgement, BrainError> {
    let score = u8::try_from(judged.score).ok().filter(|score| *score <= 3);
    let score = score.ok_or_else(|| invalid("a score is not within 0 and 3".to_owned()))?;
    let reasoning = bounded(&judged.reasoning, "reasoning", bounds::TEXT_CHARS)?.unwrap_or_default();
    let quotes = judged.quotes.iter().filter_map(|quote| bounds::clean(quote));
    Ok(Judgement { score, reasoning, quotes: quotes.filter(|quote| bounds::fits(quote, bounds::TEXT_CHARS)).collect() })
}

fn bounded(said: &str, field: &str, chars: usize) -> Result<Option<String>, BrainError> {
    text(said, field, chars)
}

fn no_lead(word: &str) -> Result<Option<NoLead>, BrainError> {
    let word = word.trim().to_lowercase();
    if !NO_LEADS.contains(&word.as_str()) {
        return Err(invalid("no_lead is none of the words given".to_owned()));
    }
    Ok(word.parse().ok())
}

pub(super) fn total(total: i64) -> Result<u8, BrainError> {
    let total = u8::try_from(total).ok().filter(|total| *total <= 100);
    total.ok_or_else(|| invalid("total is not within 0 and 100".to_owned()))
}

fn is_address(text: &str) -> bool {
    let domain = text.split_once('@').filter(|(local, _)| !local.is_empty()).map(|(_, domain)| domain);
    domain.is_some_and(|domain| domain.contains('.') && !domain.contains('@')) && !text.contains(char::is_whitespace)
}

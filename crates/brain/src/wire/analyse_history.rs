//! The answer to `analyse_history` as it travels, and its way to an overview (B6, P7).
//!
//! The comments on the fields are part of the schema: models read them. Always true of what is made here: texts are within
//! `bounds`; a quote stands in a transcript that the model was given, or it was dropped; scores are 0 to 3.

use super::analyse_call::{Judged, SUMMARY_CHARS, judgement, total};
use super::read_message::{parse, text};
use super::{bounds, schema};
use crate::prompts::analyse_history::chosen;
use crate::seam::{BrainError, HistoryRequest};
use ringleader_core::analysis::overview::Overview;
use ringleader_core::analysis::{Dimension, Dimensions, evidence};
use ringleader_core::call::Turn;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How a customer stands after all their calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnalyseHistory {
    /// How much the customer wants it.
    pub intent: Judged,
    /// How soon.
    pub urgency: Judged,
    /// Whether the money is there.
    pub budget: Judged,
    /// Whether the business has what is wanted.
    pub fit: Judged,
    /// How much the customer takes part.
    pub engagement: Judged,
    /// One line for the owner, or null.
    pub notification: Option<String>,
    /// How it developed and how it stands, in three to five sentences.
    pub summary: String,
    /// Your own estimate, 0 to 100.
    pub total: i64,
}

impl AnalyseHistory {
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
        self.notification.iter_mut().chain([&mut self.summary]).for_each(&change);
    }

    /// The overview it stands for, grounded in the transcripts that were sent.
    ///
    /// # Errors
    /// `BrainError::Invalid` when a text or a score is out of bounds.
    pub fn into_overview(self, request: &HistoryRequest) -> Result<Overview, BrainError> {
        let said: Vec<Turn> = chosen(request).into_iter().flat_map(|(_, words)| words).collect();
        let mut dimensions = Dimensions {
            intent: judgement(self.intent)?,
            urgency: judgement(self.urgency)?,
            budget: judgement(self.budget)?,
            fit: judgement(self.fit)?,
            engagement: judgement(self.engagement)?,
        };
        evidence::check_dimensions(&mut dimensions, &said);
        let notification =
            self.notification.map(|line| text(&line, "notification", bounds::TEXT_CHARS)).transpose()?.flatten();
        Ok(Overview {
            dimensions,
            summary: text(&self.summary, "summary", SUMMARY_CHARS)?.unwrap_or_default(),
            notification,
            own_total: Some(total(self.total)?),
        })
    }

    /// The answer that means this overview: what a faithful fake answers with.
    pub fn of_overview(overview: &Overview) -> Self {
        let judged = |dimension| Judged::of(overview.dimensions.get(dimension));
        Self {
            intent: judged(Dimension::Intent),
            urgency: judged(Dimension::Urgency),
            budget: judged(Dimension::Budget),
            fit: judged(Dimension::Fit),
            engagement: judged(Dimension::Engagement),
            notification: overview.notification.clone(),
            summary: overview.summary.clone(),
            total: i64::from(overview.own_total.unwrap_or_default()),
        }
    }
}

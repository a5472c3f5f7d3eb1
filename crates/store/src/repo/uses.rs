//! Every use of a model (B7): what money and measures of brains are made of (D2).

use super::lists::{Listing, Page, list, within};
use super::usage::Usage;
use crate::db::id_text;
use crate::{FromRow, Result, Row};
use jiff::Timestamp;
use ringleader_core::id::AuditId;

/// One question to a brain.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelUse {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// `anthropic`, `openai`, `compatible`, `local`.
    pub brain: String,
    /// The model.
    pub model: String,
    /// The prompt with its version.
    pub prompt: String,
    /// Tokens that it read.
    pub tokens_in: i64,
    /// Tokens that it wrote.
    pub tokens_out: i64,
    /// Money, in millionths of a US dollar; none where no price is known.
    pub cost_micros: Option<i64>,
    /// How long it took.
    pub latency_ms: i64,
    /// `ok`, `repaired`, `fallback`, or what went wrong.
    pub result: String,
}

/// Which of them.
#[derive(Debug, Clone, Default)]
pub struct WhichUses {
    /// Of this brain.
    pub brain: Option<String>,
    /// Of this model.
    pub model: Option<String>,
    /// With this prompt.
    pub prompt: Option<String>,
    /// Only some of those.
    pub only: Option<OnlyUses>,
}

ringleader_core::words! {
    /// A number of the reports that is made of uses.
    pub enum OnlyUses {
        /// Those that cost money.
        Paid = "paid",
        /// Those without a good answer at the first try.
        Failed = "failed",
        /// Answers of the local brain in a model's place.
        Fallback = "fallback",
    }
}

const USE: &str =
    "SELECT id, at, brain, model, prompt, tokens_in, tokens_out, cost_micros, latency_ms, result FROM model_usage";

impl FromRow for ModelUse {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            at: row.get("at")?,
            brain: row.get("brain")?,
            model: row.get("model")?,
            prompt: row.get("prompt")?,
            tokens_in: row.get("tokens_in")?,
            tokens_out: row.get("tokens_out")?,
            cost_micros: row.get("cost_micros")?,
            latency_ms: row.get("latency_ms")?,
            result: row.get("result")?,
        })
    }
}

impl Usage<'_> {
    /// Uses from `begin` to before `end` by page, newest first: those that [`super::Quality::brains`] and
    /// [`super::Sums::model_money`] add up.
    pub async fn uses(
        &mut self,
        which: &WhichUses,
        begin: Timestamp,
        end: Timestamp,
        page: &Page,
    ) -> Result<Listing<ModelUse>> {
        let WhichUses { brain, model, prompt, only } = which.clone();
        let filter = within(begin, end).and("brain =", brain).and("model =", model).and("prompt =", prompt);
        let filter = match only {
            None => filter,
            Some(OnlyUses::Paid) => filter.and_is("cost_micros <> 0"),
            Some(OnlyUses::Failed) => filter.and_is("result NOT IN ('ok', 'good', 'fallback')"),
            Some(OnlyUses::Fallback) => filter.and_is("result = 'fallback'"),
        };
        list(self.0, USE, filter, page, |it: &ModelUse| id_text(it.id)).await
    }
}

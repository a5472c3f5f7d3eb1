//! Every use of a model (B7): what money and measures of brains are made of (D2).

use super::lists::{Listing, Page, list, within};
use super::usage::Usage;
use crate::db::id_text;
use crate::{FromRow, Result, Row};
use jiff::Timestamp;
use ringleader_core::id::AuditId;
use ringleader_core::model_use::ModelUse;

/// One question to a brain, as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptUse {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// What it came to.
    pub used: ModelUse,
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

impl FromRow for KeptUse {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            at: row.get("at")?,
            used: ModelUse {
                brain: row.get("brain")?,
                model: row.get("model")?,
                prompt: row.get("prompt")?,
                tokens_in: row.get("tokens_in")?,
                tokens_out: row.get("tokens_out")?,
                cost_micros: row.get("cost_micros")?,
                latency_ms: row.get("latency_ms")?,
                result: row.get("result")?,
            },
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
    ) -> Result<Listing<KeptUse>> {
        let WhichUses { brain, model, prompt, only } = which.clone();
        let filter = within(begin, end).and("brain =", brain).and("model =", model).and("prompt =", prompt);
        let filter = match only {
            None => filter,
            Some(OnlyUses::Paid) => filter.and_is("cost_micros <> 0"),
            Some(OnlyUses::Failed) => filter.and_is("result NOT IN ('ok', 'good', 'fallback')"),
            Some(OnlyUses::Fallback) => filter.and_is("result = 'fallback'"),
        };
        list(self.0, USE, filter, page, |it: &KeptUse| id_text(it.id)).await
    }
}

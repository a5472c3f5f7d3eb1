//! What models are asked: each question is a prompt, a schema, a user turn, and what an answer to it means.
//!
//! To add one: a prompt file, its data turn, its wire type, and an `impl Question` here.

use crate::prompts::{self, ANALYSE_CALL, ANALYSE_HISTORY, Masked, Prompt, READ_MESSAGE, READ_TURN, Turn};
use crate::seam::{BrainError, CallRequest, HistoryRequest, MessageRequest, TurnRequest};
use crate::wire::{AnalyseCall, AnalyseHistory, ReadMessage, ReadTurn};
use ringleader_core::analysis::{Understanding, overview::Overview};
use ringleader_core::reading::Reading;
use ringleader_core::reception::reading::TurnReading;
use serde_json::Value;
use std::sync::LazyLock;

/// One kind of question.
pub(super) trait Question: Sync {
    /// What an answer means.
    type Means;
    /// Its name, for the schema and for stored prompts.
    const NAME: &'static str;
    /// What the model is told.
    const PROMPT: Prompt;
    /// How many tokens a model may spend on an answer, thinking included; a repair may spend three times as many, since the
    /// first answer may have been cut.
    const MOST_TOKENS: u32;
    /// The strict schema.
    fn schema() -> &'static Value;
    /// The user turn.
    fn turn(&self) -> Turn;
    /// JSON text to what it means, within bounds, identifiers back in their places.
    fn understood(&self, text: &str, masked: &Masked) -> Result<Self::Means, BrainError>;
}

impl Question for MessageRequest {
    type Means = Reading;
    const NAME: &'static str = "read_message";
    const PROMPT: Prompt = READ_MESSAGE;
    const MOST_TOKENS: u32 = 2_000;

    fn schema() -> &'static Value {
        static SCHEMA: LazyLock<Value> = LazyLock::new(ReadMessage::schema);
        &SCHEMA
    }

    fn turn(&self) -> Turn {
        prompts::read_message::turn(self)
    }

    fn understood(&self, text: &str, masked: &Masked) -> Result<Reading, BrainError> {
        let mut answer = ReadMessage::parse(text)?;
        answer.for_each_text(|text| *text = masked.restore(text));
        answer.into_reading(self)
    }
}

impl Question for CallRequest {
    type Means = Understanding;
    const NAME: &'static str = "analyse_call";
    const PROMPT: Prompt = ANALYSE_CALL;
    const MOST_TOKENS: u32 = 5_000;

    fn schema() -> &'static Value {
        static SCHEMA: LazyLock<Value> = LazyLock::new(AnalyseCall::schema);
        &SCHEMA
    }

    fn turn(&self) -> Turn {
        prompts::analyse_call::turn(self)
    }

    fn understood(&self, text: &str, masked: &Masked) -> Result<Understanding, BrainError> {
        let mut answer = AnalyseCall::parse(text)?;
        answer.for_each_text(|text| *text = masked.restore(text));
        answer.into_understanding(self)
    }
}

impl Question for HistoryRequest {
    type Means = Overview;
    const NAME: &'static str = "analyse_history";
    const PROMPT: Prompt = ANALYSE_HISTORY;
    const MOST_TOKENS: u32 = 5_000;

    fn schema() -> &'static Value {
        static SCHEMA: LazyLock<Value> = LazyLock::new(AnalyseHistory::schema);
        &SCHEMA
    }

    fn turn(&self) -> Turn {
        prompts::analyse_history::turn(self)
    }

    fn understood(&self, text: &str, masked: &Masked) -> Result<Overview, BrainError> {
        let mut answer = AnalyseHistory::parse(text)?;
        answer.for_each_text(|text| *text = masked.restore(text));
        answer.into_overview(self)
    }
}

impl Question for TurnRequest {
    type Means = TurnReading;
    const NAME: &'static str = "read_turn";
    const PROMPT: Prompt = READ_TURN;
    const MOST_TOKENS: u32 = 1_500;

    fn schema() -> &'static Value {
        static SCHEMA: LazyLock<Value> = LazyLock::new(ReadTurn::schema);
        &SCHEMA
    }

    fn turn(&self) -> Turn {
        prompts::read_turn::turn(self)
    }

    fn understood(&self, text: &str, masked: &Masked) -> Result<TurnReading, BrainError> {
        let mut answer = ReadTurn::parse(text)?;
        answer.for_each_text(|text| *text = masked.restore(text));
        answer.into_reading(self)
    }
}

//! What the chain can ask of a brain: messages, a call, a history of calls, a turn. A new question is an `impl Request` here.

use crate::prompts::{ANALYSE_CALL, ANALYSE_HISTORY, READ_MESSAGE, READ_TURN};
use crate::seam::{Asked, Brain, CallRequest, HistoryRequest, MessageRequest, TurnRequest};
use futures::future::BoxFuture;
use ringleader_core::analysis::{Understanding, overview::Overview};
use ringleader_core::reading::Reading;
use ringleader_core::reception::reading::TurnReading;

/// What the chain can ask of a brain.
pub(super) trait Request: Sync {
    type Means: Send;
    /// The built-in prompt, for the ledger when no answer came to tell.
    const PROMPT: &'static str;
    /// Asks; `flaw` tells what was wrong with the last answer, when this is a repair.
    fn ask<'a>(&'a self, brain: &'a dyn Brain, flaw: Option<&'a str>) -> BoxFuture<'a, Asked<Self::Means>>;
    /// What is understood when nothing is.
    fn nothing() -> Self::Means;
}

impl Request for MessageRequest {
    type Means = Reading;
    const PROMPT: &'static str = READ_MESSAGE.id;

    fn ask<'a>(&'a self, brain: &'a dyn Brain, flaw: Option<&'a str>) -> BoxFuture<'a, Asked<Reading>> {
        match flaw {
            Some(flaw) => brain.repair_message(self, flaw),
            None => brain.read_message(self),
        }
    }

    fn nothing() -> Reading {
        Reading::nothing()
    }
}

impl Request for CallRequest {
    type Means = Understanding;
    const PROMPT: &'static str = ANALYSE_CALL.id;

    fn ask<'a>(&'a self, brain: &'a dyn Brain, flaw: Option<&'a str>) -> BoxFuture<'a, Asked<Understanding>> {
        brain.analyse_call(self, flaw)
    }

    fn nothing() -> Understanding {
        Understanding::default()
    }
}

impl Request for HistoryRequest {
    type Means = Overview;
    const PROMPT: &'static str = ANALYSE_HISTORY.id;

    fn ask<'a>(&'a self, brain: &'a dyn Brain, flaw: Option<&'a str>) -> BoxFuture<'a, Asked<Overview>> {
        brain.analyse_history(self, flaw)
    }

    fn nothing() -> Overview {
        Overview::default()
    }
}

impl Request for TurnRequest {
    type Means = TurnReading;
    const PROMPT: &'static str = READ_TURN.id;

    fn ask<'a>(&'a self, brain: &'a dyn Brain, flaw: Option<&'a str>) -> BoxFuture<'a, Asked<TurnReading>> {
        brain.read_turn(self, flaw)
    }

    fn nothing() -> TurnReading {
        TurnReading::nothing()
    }
}

//! The seam: what every brain can be asked, and how it may fail (DESIGN 7). Brains only understand; rules decide (P7).

pub use ringleader_core::model_use::ModelUse;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use ringleader_core::analysis::complete::Analysed;
use ringleader_core::analysis::{Understanding, overview::Overview};
use ringleader_core::call::Turn;
use ringleader_core::conversation::ChatState;
use ringleader_core::reading::Reading;
use ringleader_core::reception::reading::TurnReading;
use ringleader_core::reception::words::Question;
use std::time::Duration;

/// A burst of a customer's messages, with what a reader must know to understand it (A10).
#[derive(Debug, Clone)]
pub struct MessageRequest {
    /// The messages of the burst, oldest first, joined by newlines.
    pub text: String,
    /// What the chat had last asked for.
    pub state: ChatState,
    /// What is known already: name, need, preference.
    pub known: Known,
    /// When the last message of the burst was sent; "tomorrow" is counted from here.
    pub now: Timestamp,
    /// The tenant's zone.
    pub zone: TimeZone,
    /// The tenant's country (ISO 3166 alpha-2).
    pub country: String,
    /// The language the chat is held in, `he` or `en`.
    pub language: String,
    /// Identifiers known for the contact (numbers, emails): masked in what models get (B7).
    pub mask: Vec<String>,
}

/// One call, with what a reader must know to understand it (B5).
#[derive(Debug, Clone)]
pub struct CallRequest {
    /// What was said.
    pub transcript: Vec<Turn>,
    /// When the call began; "tomorrow" is counted from here.
    pub started_at: Timestamp,
    /// The tenant's zone.
    pub zone: TimeZone,
    /// The tenant's country (ISO 3166 alpha-2).
    pub country: String,
    /// The language that the business reads (`he`, `en`): reasons, summary and notification are in it.
    pub language: String,
    /// Identifiers known for the contact (numbers, emails): masked in what models get (B7).
    pub mask: Vec<String>,
}

/// All calls of a contact, with what a reader must know to understand them (B6).
#[derive(Debug, Clone)]
pub struct HistoryRequest {
    /// The analysed calls, in any order.
    pub calls: Vec<PastCall>,
    /// The tenant's zone.
    pub zone: TimeZone,
    /// The tenant's country (ISO 3166 alpha-2).
    pub country: String,
    /// The language that the business reads (`he`, `en`): reasons, summary and notification are in it.
    pub language: String,
    /// Identifiers known for the contact (numbers, emails): masked in what models get (B7).
    pub mask: Vec<String>,
}

/// One call of a history.
#[derive(Debug, Clone)]
pub struct PastCall {
    /// What was understood from it.
    pub analysed: Analysed,
    /// What was said in it; need not be given for calls older than the last ten.
    pub transcript: Vec<Turn>,
}

impl HistoryRequest {
    /// What was understood from each call.
    pub fn analysed(&self) -> Vec<Analysed> {
        self.calls.iter().map(|call| call.analysed.clone()).collect()
    }
}

/// One turn of a caller, with what a reader must know to understand it (C4-C8).
#[derive(Debug, Clone)]
pub struct TurnRequest {
    /// What was heard or written.
    pub text: String,
    /// What was asked last.
    pub asked: Option<Question>,
    /// The slots on offer, in local time, in the order they were read out.
    pub offers: Vec<DateTime>,
    /// Names of areas that the tenant's data knows, besides the shipped ones.
    pub areas: Vec<String>,
    /// When it was said.
    pub now: Timestamp,
    /// The tenant's zone.
    pub zone: TimeZone,
    /// The tenant's country (ISO 3166 alpha-2).
    pub country: String,
    /// Identifiers known for the contact (numbers, emails): masked in what models get (B7).
    pub mask: Vec<String>,
}

/// What is known of a customer already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Name.
    pub name: Option<String>,
    /// Need.
    pub need: Option<String>,
    /// Preference.
    pub preference: Option<String>,
}

/// Why a brain gave no answer: one variant for each thing the chain can do about it.
#[derive(Debug, thiserror::Error)]
pub enum BrainError {
    /// Try again later, here or elsewhere: network, overload, rate limit.
    #[error("not available now: {detail}")]
    Unavailable {
        /// What happened, without text or numbers of customers.
        detail: String,
        /// The pause the service asked for.
        retry_after: Option<Duration>,
    },
    /// No use trying again with the same settings: key, quota, unknown model, request refused.
    #[error("refused for good: {detail}")]
    Misconfigured {
        /// What happened and what to do.
        detail: String,
    },
    /// The model declined to answer; not repaired, not repeated.
    #[error("the model refused")]
    Refused,
    /// The output was cut, is not JSON, or breaks the schema or the bounds.
    #[error("invalid output: {detail}")]
    Invalid {
        /// What is wrong with it.
        detail: String,
    },
}

impl BrainError {
    /// The word for ledgers and metrics.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "unavailable",
            Self::Misconfigured { .. } => "misconfigured",
            Self::Refused => "refused",
            Self::Invalid { .. } => "invalid",
        }
    }
}

/// What a brain made of a burst, and at what price.
#[derive(Debug, Clone)]
pub struct Answer<T> {
    /// What was understood.
    pub value: T,
    /// Each request that was made for it.
    pub uses: Vec<ModelUse>,
}

/// An answer; on failure the requests made are in the second part, for the ledger.
pub type Asked<T> = Result<Answer<T>, (BrainError, Vec<ModelUse>)>;

/// What understands language.
#[async_trait::async_trait]
pub trait Brain: Send + Sync {
    /// `anthropic`, `openai`, `compatible` or `local`.
    fn name(&self) -> &'static str;

    /// The model it asks; its own name for brains without one.
    fn model(&self) -> &str {
        self.name()
    }

    /// Reads a burst of messages.
    async fn read_message(&self, request: &MessageRequest) -> Asked<Reading>;

    /// Asks again after an invalid answer, telling what was wrong with it. Brains that cannot use the remark just read again.
    async fn repair_message(&self, request: &MessageRequest, _flaw: &str) -> Asked<Reading> {
        self.read_message(request).await
    }

    /// Analyses one call (B5). `flaw` tells what was wrong with the last answer, when this is a repair.
    async fn analyse_call(&self, _request: &CallRequest, _flaw: Option<&str>) -> Asked<Understanding> {
        Err((BrainError::Misconfigured { detail: "this brain analyses no calls".to_owned() }, Vec::new()))
    }

    /// Sums up all calls of a contact (B6); `flaw` as above.
    async fn analyse_history(&self, _request: &HistoryRequest, _flaw: Option<&str>) -> Asked<Overview> {
        Err((BrainError::Misconfigured { detail: "this brain analyses no histories".to_owned() }, Vec::new()))
    }

    /// Reads one turn of a caller (C4-C8); `flaw` as above.
    async fn read_turn(&self, _request: &TurnRequest, _flaw: Option<&str>) -> Asked<TurnReading> {
        Err((BrainError::Misconfigured { detail: "this brain reads no turns".to_owned() }, Vec::new()))
    }
}

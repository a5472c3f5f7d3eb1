//! What was understood from a contact's calls (B5, B6): types, the score, evidence, and how calls add up.
//!
//! Brains propose an `Understanding`; everything that counts is decided here, purely. Always true: a call in which the
//! customer said nothing is never scored; a score follows from the five dimensions by one versioned formula; a quote that
//! does not stand in the transcript is dropped, and a judgement without a quote weighs little.

pub mod complete;
pub mod evidence;
pub mod facts;
pub mod history;
pub mod overview;
pub mod record;
pub mod score;

use crate::call::Turn;
use crate::reading::{Found, Preference};
use serde::{Deserialize, Serialize};

pub use record::{Analysis, Kind, Made, State};
pub use score::{Scored, Tag};

crate::words! {
    /// What a call is judged by.
    pub enum Dimension {
        /// How much the customer wants it.
        Intent = "intent",
        /// How soon.
        Urgency = "urgency",
        /// Whether the money is there.
        Budget = "budget",
        /// Whether the business has what is wanted.
        Fit = "fit",
        /// How much the customer took part.
        Engagement = "engagement",
    }
}

crate::words! {
    /// A dimension's score in a word, 0 to 3.
    pub enum Level {
        /// 0.
        None = "none",
        /// 1.
        Low = "low",
        /// 2.
        Medium = "medium",
        /// 3.
        High = "high",
    }
}

/// The judgement of one dimension.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// 0 to 3; more counts as 3.
    pub score: u8,
    /// Why, in a sentence.
    pub reasoning: String,
    /// The words that prove it, as they stand in the transcript.
    pub quotes: Vec<String>,
}

impl Judgement {
    /// The score in a word.
    pub const fn level(&self) -> Level {
        match self.score {
            0 => Level::None,
            1 => Level::Low,
            2 => Level::Medium,
            _ => Level::High,
        }
    }
}

/// The five judgements.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dimensions {
    /// How much the customer wants it.
    pub intent: Judgement,
    /// How soon.
    pub urgency: Judgement,
    /// Whether the money is there.
    pub budget: Judgement,
    /// Whether the business has what is wanted.
    pub fit: Judgement,
    /// How much the customer took part.
    pub engagement: Judgement,
}

impl Dimensions {
    /// The judgement of one.
    pub const fn get(&self, dimension: Dimension) -> &Judgement {
        match dimension {
            Dimension::Intent => &self.intent,
            Dimension::Urgency => &self.urgency,
            Dimension::Budget => &self.budget,
            Dimension::Fit => &self.fit,
            Dimension::Engagement => &self.engagement,
        }
    }

    /// The same, to change.
    pub const fn get_mut(&mut self, dimension: Dimension) -> &mut Judgement {
        match dimension {
            Dimension::Intent => &mut self.intent,
            Dimension::Urgency => &mut self.urgency,
            Dimension::Budget => &mut self.budget,
            Dimension::Fit => &mut self.fit,
            Dimension::Engagement => &mut self.engagement,
        }
    }
}

/// What the customer asked for, or agreed to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallsToAction {
    /// A price, fee or quote.
    pub pricing: bool,
    /// A demo, viewing, valuation, site visit or appointment.
    pub demo: bool,
    /// To be called back, or sent something, later.
    pub follow_up: bool,
    /// A sample or a trial.
    pub sample: bool,
    /// Was handed over to a person.
    pub escalated_to_human: bool,
}

impl CallsToAction {
    /// What either has.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self {
            pricing: self.pricing || other.pricing,
            demo: self.demo || other.demo,
            follow_up: self.follow_up || other.follow_up,
            sample: self.sample || other.sample,
            escalated_to_human: self.escalated_to_human || other.escalated_to_human,
        }
    }
}

crate::words! {
    /// Why a call is no lead, whatever was said in it.
    pub enum NoLead {
        /// Asked not to be contacted again.
        OptOut = "opt_out",
        /// Meant somebody else.
        WrongNumber = "wrong_number",
        /// Wants to sell something to the business.
        SellsToUs = "sells_to_us",
    }
}

/// What a brain understood from one call.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Understanding {
    /// The five judgements.
    pub dimensions: Dimensions,
    /// The caller's own name.
    pub name: Option<Found>,
    /// The company that the caller speaks for.
    pub company_name: Option<Found>,
    /// The caller's address.
    pub email: Option<Found>,
    /// What they need.
    pub need: Option<Found>,
    /// What they can or want to spend, in their words.
    pub budget: Option<Found>,
    /// When to get back to them.
    pub preference: Option<Preference>,
    /// One line for the owner: what to know before anything else.
    pub notification: Option<String>,
    /// What was asked for or agreed to.
    pub calls_to_action: CallsToAction,
    /// When the demo is.
    pub demo_at: Option<Preference>,
    /// Why it is no lead.
    pub no_lead: Option<NoLead>,
    /// What was said, in a few sentences.
    pub summary: String,
    /// The brain's own total, 0 to 100: kept beside ours, never used.
    pub own_total: Option<u8>,
}

impl Turn {
    /// Whether the customer said it, in any provider's words.
    pub fn is_customer(&self) -> bool {
        matches!(self.role.trim().to_ascii_lowercase().as_str(), "user" | "customer" | "caller" | "human")
    }

    /// Whether the business, its person or its voice agent, said it.
    pub fn is_business(&self) -> bool {
        matches!(self.role.trim().to_ascii_lowercase().as_str(), "assistant" | "agent" | "bot")
    }
}

/// Whether there is something to analyse: the customer said a word (B5: calls without talk are never scored).
pub fn has_talk(transcript: &[Turn]) -> bool {
    transcript.iter().any(|turn| turn.is_customer() && turn.text.chars().any(char::is_alphanumeric))
}

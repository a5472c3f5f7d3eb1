//! What a model is given to read of one call (B5): the data turn of the prompt `analyse_call`.
//!
//! Always true: what was said stands inside JSON strings that cannot close the delimiters; at most 50,000 tokens of it go,
//! by our estimate; identifiers known for the contact are masked.

use super::{Masked, Turn, data_turn};
use crate::seam::CallRequest;
use ringleader_core::analysis::history;
use ringleader_core::call;
use serde::{Deserialize, Serialize};

/// The data turn. The names of the fields are explained in the prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    /// Local time of the call, `2026-11-21T14:05`.
    pub started_at: String,
    /// The day of the week of it, in English.
    pub weekday: String,
    /// IANA name of the zone.
    pub time_zone: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// What the business reads: `he`, `en`.
    pub language: String,
    /// What was said.
    pub transcript: Vec<Said>,
}

/// One turn, as models see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// `customer`, `business`, or as the platform names it.
    pub who: String,
    /// What was said.
    pub text: String,
}

/// The user turn of a request.
pub fn turn(request: &CallRequest) -> Turn {
    let mut masked = Masked::new(&request.mask);
    let local = request.started_at.to_zoned(request.zone.clone());
    let transcript = history::cut(&request.transcript, history::MOST_TOKENS);
    let data = Data {
        started_at: local.strftime("%Y-%m-%dT%H:%M").to_string(),
        weekday: local.strftime("%A").to_string(),
        time_zone: request.zone.iana_name().unwrap_or("UTC").to_owned(),
        country: request.country.clone(),
        language: request.language.clone(),
        transcript: transcript.iter().map(|turn| Said { who: who(turn), text: masked.hide(&turn.text) }).collect(),
    };
    data_turn(&data, masked)
}

pub(super) fn who(turn: &call::Turn) -> String {
    match turn {
        turn if turn.is_customer() => "customer".to_owned(),
        turn if turn.is_business() => "business".to_owned(),
        turn => turn.role.chars().take(30).collect(),
    }
}

//! What a model is given to read of one turn of a caller (C4-C8): the data turn of the prompt `read_turn`.
//!
//! Always true: what was said stands inside a JSON string that cannot close the delimiters; it is bounded in length;
//! identifiers are masked.

use super::{Masked, Turn, data_turn};
use crate::seam::TurnRequest;
use ringleader_core::reception::words::Question;
use serde::{Deserialize, Serialize};

/// How much of a turn a model reads, in characters; the local brain reads the rest.
pub const MOST_CHARS: usize = 2_000;

/// The data turn. The names of the fields are explained in the prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    /// What the receptionist asked last, or `nothing`.
    pub asked_for: String,
    /// The times on offer, local, in the order they were read out.
    pub offers: Vec<String>,
    /// Local time of the turn, `2026-11-21T14:05`.
    pub said_at: String,
    /// The day of the week of it, in English.
    pub weekday: String,
    /// IANA name of the zone.
    pub time_zone: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// What was said.
    pub turn: String,
}

/// The user turn of a request.
pub fn turn(request: &TurnRequest) -> Turn {
    let mut masked = Masked::new(&request.mask);
    let local = request.now.to_zoned(request.zone.clone());
    let data = Data {
        asked_for: request.asked.map_or("nothing", asked).to_owned(),
        offers: request.offers.iter().map(|at| at.strftime("%A %Y-%m-%dT%H:%M").to_string()).collect(),
        said_at: local.strftime("%Y-%m-%dT%H:%M").to_string(),
        weekday: local.strftime("%A").to_string(),
        time_zone: request.zone.iana_name().unwrap_or("UTC").to_owned(),
        country: request.country.clone(),
        turn: masked.hide(&request.text).chars().take(MOST_CHARS).collect(),
    };
    data_turn(&data, masked)
}

/// The word for what was asked. An appointment is chosen from `offers` as a slot is; a home is a yes or a no.
fn asked(question: Question) -> &'static str {
    match question {
        Question::Appointment => Question::Slot.as_str(),
        Question::Home => Question::Confirm.as_str(),
        question => question.as_str(),
    }
}

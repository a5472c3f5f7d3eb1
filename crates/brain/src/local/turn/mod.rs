//! The offline brain on one turn of a caller (C4-C8, C15): rules over British speech-to-text and Hebrew.
//!
//! Pure and fast. Always true: any text is read without failing; danger is core's rule and is told whatever else is found;
//! orders to the system are words of the caller's and change nothing (P7).

mod amount;
mod details;
mod fault;
mod intent;
mod place;
mod price;
mod search;
mod situation;
mod slot;
mod slot_clock;
mod slot_day;
mod slot_words;

use super::message::Message;
use super::{call, language, name, signals};
use crate::seam::TurnRequest;
use crate::times::{self, Reference};
use ringleader_core::conversation::ChatState;
use ringleader_core::language::heard;
use ringleader_core::phone;
use ringleader_core::reading::Preference;
use ringleader_core::reception::danger;
use ringleader_core::reception::reading::TurnReading;
use ringleader_core::reception::words::{Intent, Question};

/// Longest turn that is read, in characters.
const LONGEST: usize = 2_000;

/// Reads one turn.
pub fn read_turn(request: &TurnRequest) -> TurnReading {
    let text: String = request.text.chars().take(LONGEST).collect();
    let tokens = heard(&text);
    let message = Message::new(&text);
    let signals = signals::read(&message.tokens);
    let danger = danger::find_in(&tokens);
    if message.sentences.iter().all(|at| signals::is_injection(&message.tokens[at.clone()])) && danger.is_none() {
        return TurnReading { signals, ..TurnReading::nothing() };
    }
    let search = search::read(&tokens, &request.areas);
    let weight = fault::weight(&tokens, danger);
    let intents = intent::read(&tokens, &search, weight);
    let broken = weight >= 4.0 || intents.contains(&Intent::Maintenance) || request.asked == Some(Question::Fault);
    let time = time(&text, request);
    let state =
        if request.asked == Some(Question::Name) { ChatState::AwaitingName } else { ChatState::AwaitingResponse };
    TurnReading {
        fault: broken.then(|| fault::read(&tokens, danger)),
        danger,
        choice: slot::choose(&tokens, &request.offers, request.now.to_zoned(request.zone.clone()).datetime()),
        place: slot_words::nth(&tokens),
        change: details::change(&tokens),
        answer: details::answer(&tokens),
        name: name::read(&message, state).map(|named| named.found),
        email: call::email_in(&text),
        phone: details::digits(&tokens)
            .and_then(|digits| phone::parse(&digits, &request.country).phone)
            .map(|phone| phone.as_str().to_owned()),
        postcode: search.postcode,
        reference: details::reference(&tokens),
        situation: situation::read(&tokens, &text, request),
        time_local: time.as_ref().and_then(|time| time.from).map(|at| at.to_zoned(request.zone.clone()).datetime()),
        time,
        more: details::wants_more(&tokens),
        repeat: details::wants_repeat(&tokens),
        bye: details::says_bye(&tokens),
        language: language::detect(&message.tokens),
        criteria: search.criteria,
        intents,
        signals,
    }
}

fn time(text: &str, request: &TurnRequest) -> Option<Preference> {
    let reference = Reference::new(request.now, request.zone.clone(), &request.country);
    let found = times::find(text, &reference).into_iter().find(|time| !time.past && !time.excluded)?;
    Some(Preference {
        text: found.text,
        from: found.from,
        until: found.until,
        ambiguous: found.ambiguous,
        confidence: 0.8,
    })
}

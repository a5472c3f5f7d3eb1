//! The offline brain's analysis of a call (B5, P6): rules over who said what, in Hebrew (also in Latin letters), English,
//! mixtures, and the common words of Hindi and English mixed.
//!
//! Pure and fast. Always true: any transcript is read without failing; every quote stands in it; orders to the system inside
//! it are words of the caller's and change nothing (P7). What it finds is provisional wherever a model was wanted.

mod agreed;
mod dialogue;
mod email;
mod judge;
mod lists;
mod who;
mod words;

use crate::seam::{CallRequest, Known, MessageRequest};
use crate::times::Reference;
use agreed::Agreed;
use dialogue::{Dialogue, Line};
use ringleader_core::analysis::{Understanding, evidence};
use ringleader_core::conversation::ChatState;
use ringleader_core::reading::{Found, Preference};
use words::Language;

/// The longest need or summary, in characters.
const LONGEST: usize = 300;

/// Analyses one call.
pub fn analyse_call(request: &CallRequest) -> Understanding {
    let dialogue = Dialogue::new(&request.transcript);
    let reference = Reference::new(request.started_at, request.zone.clone(), &request.country);
    let agreed = Agreed::read(&dialogue, &reference);
    let language = Language::of(&request.language);
    let is_lead = agreed.no_lead.is_none();
    let name = who::name(&dialogue);
    let email = email::read(&dialogue).map(|value| Found { value, confidence: 0.9, explicit: true });
    let need = if is_lead { need(&dialogue, request) } else { None };
    let known = judge::Known { gave_details: name.is_some() || email.is_some(), has_need: need.is_some() };
    let mut understood = Understanding {
        dimensions: judge::judge(&dialogue, &agreed, &known, language),
        name,
        company_name: who::company(&dialogue),
        email,
        need,
        budget: if is_lead { budget(&dialogue) } else { None },
        preference: preference(&dialogue, &agreed, &reference),
        notification: None,
        calls_to_action: agreed.calls_to_action(),
        demo_at: agreed::demo_at(&dialogue, &agreed, &reference),
        no_lead: agreed.no_lead.as_ref().map(|(why, _)| *why),
        summary: String::new(),
        own_total: None,
    };
    // A quote that was cut inside a word is none.
    evidence::check(&mut understood, &request.transcript);
    understood.summary = bounded(&words::summary(&understood, language));
    understood.notification = words::notification(&understood, language).map(|line| bounded(&line));
    understood
}

/// An email address in a text, spoken or written.
pub(super) fn email_in(text: &str) -> Option<String> {
    email::in_text(text)
}

/// The first thing that the caller says they need, as a message would be read.
fn need(dialogue: &Dialogue, request: &CallRequest) -> Option<Found> {
    let read = |line: &Line| {
        let message = MessageRequest {
            text: line.text.to_owned(),
            state: ChatState::AwaitingResponse,
            known: Known::default(),
            now: request.started_at,
            zone: request.zone.clone(),
            country: request.country.clone(),
            language: String::new(),
            mask: Vec::new(),
        };
        super::read_message(&message).need
    };
    dialogue.customer().find_map(|(_, line)| read(line))
}

/// The words around the amount that was named.
fn budget(dialogue: &Dialogue) -> Option<Found> {
    let hit = dialogue.hit(&lists::MONEY)?;
    Some(Found { value: bounded(&dialogue.quote(&hit)), confidence: 0.7, explicit: true })
}

/// When to call back: the time in the wish itself.
fn preference(dialogue: &Dialogue, agreed: &Agreed, reference: &Reference) -> Option<Preference> {
    let hit = agreed.follow_up.as_ref()?;
    agreed::time_in(&dialogue.lines[hit.line], reference)
}

fn bounded(text: &str) -> String {
    text.chars().take(LONGEST).collect::<String>().trim().to_owned()
}

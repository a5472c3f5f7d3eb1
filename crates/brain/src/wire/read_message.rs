//! The answer to `read_message` as it travels: the schema that models see, and its way to a core reading (A10, P7).
//!
//! The comments on the fields are part of the schema: models read them. Always true of a reading made here: its texts and
//! times are within `bounds`, its name stands in the customer's own message.

use super::{bounds, schema};
use crate::seam::{BrainError, MessageRequest};
use jiff::{Timestamp, tz::TimeZone};
use ringleader_core::reading::{Found, Language, Preference, Reading, Signals};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is understood from the customer's new messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReadMessage {
    /// The language of the new messages: he Hebrew, he-Latn Hebrew in Latin letters, he-en Hebrew and English mixed, en, ru, ar, und when none of these or nothing to tell by.
    #[schemars(extend("enum" = Language::ALL))]
    pub language: String,
    /// The customer's own name as they wrote it, or null.
    pub name: Option<Quote>,
    /// What they need, in their words, or null.
    pub need: Option<Quote>,
    /// When or how they want to be called back, or null.
    pub preference: Option<Window>,
    /// What else the messages tell. Each is false unless the messages say so.
    #[schemars(with = "SignalsSchema")]
    pub signals: Signals,
}

/// A value found in the customer's words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quote {
    /// The value in the customer's words and script, at most 400 characters (a name: 60), without links.
    pub text: String,
    /// How sure you are, from 0 to 1.
    pub confidence: f64,
    /// True if said in so many words, false if concluded.
    pub explicit: bool,
}

/// When or how to get back to the customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Window {
    /// In the customer's words and script, at most 400 characters.
    pub text: String,
    /// Beginning of the time meant, local, as 2026-01-31T08:00, or null if no time is meant.
    pub from: Option<String>,
    /// End of the time meant, local, as 2026-01-31T12:00, or null if it is open or no time is meant.
    pub until: Option<String>,
    /// True if more than one time may be meant.
    pub ambiguous: bool,
    /// How sure you are, from 0 to 1.
    pub confidence: f64,
}

/// The schema of core's signals, with what each means; a test keeps the names equal.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct SignalsSchema {
    /// Asks not to be written to any more, or to be removed. Not: no longer needed, a wrong number, an insult.
    opt_out: bool,
    /// Is not the person meant, or did not call.
    wrong_number: bool,
    /// Has spoken with the business already.
    already_spoke: bool,
    /// Does not need it any more.
    resolved: bool,
    /// Wants to talk to a person instead of a bot.
    wants_person: bool,
    /// Wants to be called right now.
    call_now: bool,
    /// Danger to people, or damage that grows by the minute.
    emergency: bool,
    /// Insults.
    abuse: bool,
    /// Asks something.
    question: bool,
    /// Asks whether this is a bot.
    asks_if_bot: bool,
    /// Will not give what was asked.
    declines: bool,
    /// Wants messages again after having left: START.
    opt_in: bool,
}

impl Quote {
    pub(super) fn of(found: &Found) -> Self {
        Self { text: found.value.clone(), confidence: found.confidence, explicit: found.explicit }
    }
}

impl Window {
    pub(super) fn of(preference: &Preference, zone: &TimeZone) -> Self {
        let local = |time: Timestamp| time.to_zoned(zone.clone()).datetime().to_string();
        Self {
            text: preference.text.clone(),
            from: preference.from.map(local),
            until: preference.until.map(local),
            ambiguous: preference.ambiguous,
            confidence: preference.confidence,
        }
    }
}

impl ReadMessage {
    /// The strict schema that is sent along.
    pub fn schema() -> Value {
        schema::strict::<Self>()
    }

    /// Parses a model's text. The error names the kind and place of a mistake, never the text.
    ///
    /// # Errors
    /// `BrainError::Invalid` when it is no JSON or breaks the schema.
    pub fn parse(text: &str) -> Result<Self, BrainError> {
        parse(text)
    }

    /// Changes each text that quotes the customer.
    pub fn for_each_text(&mut self, change: impl Fn(&mut String)) {
        let quotes = [&mut self.name, &mut self.need].into_iter().flatten().map(|quote| &mut quote.text);
        quotes.chain(self.preference.as_mut().map(|window| &mut window.text)).for_each(change);
    }

    /// The reading it stands for. `request` gives the message (a name must stand in it), the zone and the time.
    ///
    /// # Errors
    /// `BrainError::Invalid` when a text, a confidence or a word is out of bounds.
    pub fn into_reading(self, request: &MessageRequest) -> Result<Reading, BrainError> {
        let name = found(self.name, "name", bounds::NAME_CHARS)?;
        Ok(Reading {
            language: language(&self.language)?,
            name: name.filter(|name| bounds::is_name(&name.value, &request.text)),
            need: found(self.need, "need", bounds::TEXT_CHARS)?,
            preference: preference(self.preference, "preference", request.now, &request.zone)?,
            signals: self.signals,
        })
    }

    /// The answer that means this reading: what a faithful fake answers with.
    pub fn of_reading(reading: &Reading, zone: &TimeZone) -> Self {
        Self {
            language: reading.language.as_str().to_owned(),
            name: reading.name.as_ref().map(Quote::of),
            need: reading.need.as_ref().map(Quote::of),
            preference: reading.preference.as_ref().map(|preference| Window::of(preference, zone)),
            signals: reading.signals,
        }
    }
}

/// Parses a wire type; the error names the kind and place of a mistake, never the text.
pub(super) fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, BrainError> {
    serde_json::from_str(text.trim()).map_err(|error| {
        let what = match error.classify() {
            serde_json::error::Category::Eof => "the JSON ends too early",
            serde_json::error::Category::Data => "a field is missing or of the wrong type",
            _ => "it is not JSON",
        };
        invalid(format!("{what}, line {} column {}", error.line(), error.column()))
    })
}

pub(super) fn found(quote: Option<Quote>, field: &str, chars: usize) -> Result<Option<Found>, BrainError> {
    let Some(quote) = quote else { return Ok(None) };
    let value = text(&quote.text, field, chars)?;
    let confidence = confidence(quote.confidence, field)?;
    Ok(value.map(|value| Found { value, confidence, explicit: quote.explicit }))
}

/// A time that was named at `now`, in its zone.
pub(super) fn preference(
    window: Option<Window>,
    field: &str,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Option<Preference>, BrainError> {
    let Some(window) = window else { return Ok(None) };
    let Some(text) = text(&window.text, field, bounds::TEXT_CHARS)? else { return Ok(None) };
    let local = |text: Option<String>, end| text.and_then(|text| bounds::local_time(&text, zone, end));
    let (from, until) = bounds::window(local(window.from, false), local(window.until, true), now);
    let confidence = confidence(window.confidence, field)?;
    Ok(Some(Preference { text, from, until, ambiguous: window.ambiguous, confidence }))
}

pub(super) fn text(text: &str, field: &str, chars: usize) -> Result<Option<String>, BrainError> {
    match bounds::clean(text) {
        Some(text) if !bounds::fits(&text, chars) => Err(invalid(format!("{field} is longer than {chars} characters"))),
        text => Ok(text),
    }
}

pub(super) fn confidence(confidence: f64, field: &str) -> Result<f64, BrainError> {
    if (0.0..=1.0).contains(&confidence) {
        Ok(confidence)
    } else {
        Err(invalid(format!("confidence of {field} is not within 0 and 1")))
    }
}

/// Letter case is not guaranteed by every provider, so it is not looked at.
pub(super) fn language(word: &str) -> Result<Language, BrainError> {
    let word = word.trim();
    let known = Language::ALL.iter().find(|language| language.as_str().eq_ignore_ascii_case(word));
    known.copied().ok_or_else(|| invalid("language is none of the words given".to_owned()))
}

pub(super) fn invalid(detail: String) -> BrainError {
    BrainError::Invalid { detail }
}

//! When nothing else works: a message is taken (C1, C15). Static: it needs no database, no model and no signature, and tells
//! nothing of anyone; what is recorded comes back as an event of its own, which Twilio is told to deliver again and again.

use super::{ROOT, document};
use axum::extract::{RawForm, RawQuery};
use axum::response::Response;
use ringleader_core::reception::telephone::{emergency_number, language_of, leave_message, thanks};
use ringleader_providers::twilio::twiml::{Record, Say, Verb, Voice};
use ringleader_providers::twilio::voice_status;

/// Seconds of a message at most: what Twilio's transcription takes.
const LONGEST: u32 = 120;

/// Five more tries for what is told of a recording, whatever went wrong: it is all that is left of the call.
const AGAIN: &str = "#rc=5&rp=all";

/// As the fallback address of a number, by GET.
pub(super) async fn by_query(RawQuery(query): RawQuery) -> Response {
    document_for(voice_status::get(&voice_status::form(query.unwrap_or_default().as_bytes()), "To").unwrap_or_default())
}

/// The same by POST.
pub(super) async fn by_form(RawForm(form): RawForm) -> Response {
    document_for(voice_status::get(&voice_status::form(&form), "To").unwrap_or_default())
}

/// After the message.
pub(super) async fn left(RawForm(form): RawForm) -> Response {
    let form = voice_status::form(&form);
    let language = language_of(voice_status::get(&form, "To").unwrap_or_default());
    document(&[say(language, thanks(language).to_owned()), Verb::Hangup])
}

/// Nothing is known of the line.
pub(super) fn unknown_line() -> Response {
    document_for("")
}

/// Takes a message on the line with this number.
pub(super) fn document_for(line: &str) -> Response {
    let language = language_of(line);
    let english = language.starts_with("en");
    metrics::counter!("ringleader_voice_fallbacks_total").increment(1);
    document(&[
        say(language, leave_message(language, emergency_number(line))),
        Verb::Record(Record {
            action: format!("{ROOT}/message"),
            longest: LONGEST,
            stored: format!("{ROOT}/recording{AGAIN}"),
            transcribed: english.then(|| format!("{ROOT}/recording{AGAIN}")),
        }),
        say(language, thanks(language).to_owned()),
        Verb::Hangup,
    ])
}

fn say(language: &str, text: String) -> Verb {
    Verb::Say(Say { voice: Voice::of(language), text })
}

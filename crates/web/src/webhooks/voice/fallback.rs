//! When nothing else works: a menu by keys, and a message is taken (C1, C15). Static: it needs no database, no model and no
//! signature, and tells nothing of anyone; what is recorded comes back as an event of its own, which Twilio is told to deliver
//! again and again. Who presses nothing leaves a message.
//!
//! The office's own number, where people answer without this program, is what the operator wrote behind the address at Twilio
//! (`?office=`); it goes from key to key in the same way, since nothing else can be asked.

use super::{ROOT, document};
use axum::extract::{RawForm, RawQuery};
use axum::response::Response;
use ringleader_core::phone::Phone;
use ringleader_core::reception::telephone::{emergency_number, keys, language_of, leave_message, thanks};
use ringleader_providers::twilio::twiml::{Dial, Gather, Record, Say, Verb, Voice};
use ringleader_providers::twilio::voice_inbound;
use ringleader_providers::twilio::voice_status::{self, Form};

/// Seconds of a message at most: what Twilio's transcription takes.
const LONGEST: u32 = 120;

/// Five more tries for what is told of a recording, whatever went wrong: it is all that is left of the call.
const AGAIN: &str = "#rc=5&rp=all";

/// Seconds that a caller has for a key, and that the office rings.
const FOR_A_KEY: u32 = 4;
const RINGS: u32 = 30;

/// Seconds that a caller may talk with the office.
const TALK: u32 = 4 * 60 * 60;

/// As the fallback address of a number, by GET.
pub(super) async fn by_query(RawQuery(query): RawQuery) -> Response {
    let query = read(query);
    menu(get(&query, "To"), office(&query))
}

/// The same by POST.
pub(super) async fn by_form(RawQuery(query): RawQuery, RawForm(form): RawForm) -> Response {
    menu(get(&voice_status::form(&form), "To"), office(&read(query)))
}

/// A key was pressed: 2 rings the office, anything else takes a message.
pub(super) async fn pressed(RawQuery(query): RawQuery, RawForm(form): RawForm) -> Response {
    let form = voice_status::form(&form);
    let line = get(&form, "To");
    match office(&read(query)).filter(|office| get(&form, "Digits") == "2" && office.as_str() != line) {
        Some(office) => document(&[Verb::Dial(Dial {
            action: format!("{ROOT}/fallback/rung"),
            timeout: RINGS,
            limit: TALK,
            caller_id: None,
            number: office.as_str().to_owned(),
            whisper: None,
        })]),
        None => document(&message(line)),
    }
}

/// What came of ringing the office: where nobody picked up, a message is taken.
pub(super) async fn rung(RawForm(form): RawForm) -> Response {
    let form = voice_status::form(&form);
    match voice_inbound::bridged(&form) {
        true => document(&[Verb::Hangup]),
        false => document(&message(get(&form, "To"))),
    }
}

/// After the message.
pub(super) async fn left(RawForm(form): RawForm) -> Response {
    let form = voice_status::form(&form);
    let language = language_of(get(&form, "To"));
    document(&[say(language, thanks(language)), Verb::Hangup])
}

/// Nothing is known of the line.
pub(super) fn unknown_line() -> Response {
    document_for("")
}

/// Asks for a key on the line with this number, and takes a message.
pub(super) fn document_for(line: &str) -> Response {
    menu(line, None)
}

fn menu(line: &str, office: Option<Phone>) -> Response {
    let language = language_of(line);
    metrics::counter!("ringleader_voice_fallbacks_total").increment(1);
    let words = keys(language, emergency_number(line), office.is_some());
    let query = office.map(|office| format!("?office=%2B{}", office.as_str().trim_start_matches('+')));
    let gather = Gather {
        action: format!("{ROOT}/fallback/key{}", query.unwrap_or_default()),
        speech: false,
        language: language.to_owned(),
        hints: Vec::new(),
        timeout: FOR_A_KEY,
        digits: Some(1),
        say: vec![Say { voice: Voice::of(language), text: words }],
    };
    let mut verbs = vec![Verb::Gather(gather)];
    verbs.extend(message(line));
    document(&verbs)
}

fn message(line: &str) -> [Verb; 4] {
    let language = language_of(line);
    let english = language.starts_with("en");
    [
        say(language, leave_message(language)),
        Verb::Record(Record {
            action: format!("{ROOT}/message"),
            longest: LONGEST,
            stored: format!("{ROOT}/recording{AGAIN}"),
            transcribed: english.then(|| format!("{ROOT}/recording{AGAIN}")),
        }),
        say(language, thanks(language)),
        Verb::Hangup,
    ]
}

/// Where people answer without us; a plus that was written as it is reads as a blank.
fn office(query: &Form) -> Option<Phone> {
    let number = get(query, "office").trim_start_matches(['+', ' ']);
    Phone::from_e164(&format!("+{number}"))
}

fn read(query: Option<String>) -> Form {
    voice_status::form(query.unwrap_or_default().as_bytes())
}

fn get<'f>(form: &'f Form, name: &str) -> &'f str {
    voice_status::get(form, name).unwrap_or_default()
}

fn say(language: &str, text: &str) -> Verb {
    Verb::Say(Say { voice: Voice::of(language), text: text.to_owned() })
}

//! Voice webhooks into facts (twilio sheet, 2, 5 and 9): who calls, what was heard, what became of a dialled person, of a
//! recording, of a relay session. Pure; any form is read without a panic.

use super::voice_status::{Form, get, is_withheld};

/// A call as its webhook tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ringing {
    /// `CA…`.
    pub call_sid: String,
    /// The number that calls; `None` when withheld.
    pub from: Option<String>,
    /// The number that was called.
    pub to: String,
}

/// What a turn brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Speech.
    Words(String),
    /// Keys.
    Keys(String),
    /// Nothing.
    Silence,
}

/// The end of a relay session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayEnd {
    /// `completed`, `ended` or `failed`.
    pub status: String,
    /// What we gave it when we ended it.
    pub handoff: Option<String>,
}

/// The call that a form is about; `None` if it names none.
pub fn ringing(form: &Form) -> Option<Ringing> {
    let own = |name| get(form, name).map(str::to_owned);
    Some(Ringing {
        call_sid: own("CallSid").filter(|sid| is_call(sid))?,
        from: own("From").filter(|number| !is_withheld(number)),
        to: own("To")?,
    })
}

/// Whether it looks like the id of a call.
pub fn is_call(sid: &str) -> bool {
    sid.len() == 34 && sid.starts_with("CA") && sid.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// What a `Gather` brought. Keys win: they are never misheard.
pub fn heard(form: &Form) -> Heard {
    let keys: String =
        get(form, "Digits").unwrap_or_default().chars().filter(|c| c.is_ascii_digit() || *c == '*').take(32).collect();
    if !keys.is_empty() {
        return Heard::Keys(keys);
    }
    match get(form, "SpeechResult").map(str::trim).filter(|words| !words.is_empty()) {
        Some(words) => Heard::Words(bounded(words)),
        None => Heard::Silence,
    }
}

/// Whether a `Dial` made the two speak; a person who picked up and did not take it counts as not bridged.
pub fn bridged(form: &Form) -> bool {
    match get(form, "DialBridged") {
        Some(word) => word == "true",
        None => {
            let spoke = get(form, "DialCallDuration").and_then(|text| text.parse::<i64>().ok()).is_some_and(|n| n > 0);
            spoke && matches!(get(form, "DialCallStatus"), Some("completed" | "answered"))
        }
    }
}

/// The one language that messages are transcribed in, whatever was spoken.
pub const TRANSCRIBED: &str = "en";

/// The words of a message that was recorded; `None` if they could not be made out.
pub fn transcription(form: &Form) -> Option<String> {
    let done = get(form, "TranscriptionStatus") == Some("completed");
    get(form, "TranscriptionText").filter(|text| done && !text.trim().is_empty()).map(bounded)
}

/// The end of a relay session.
pub fn relay_end(form: &Form) -> RelayEnd {
    let own = |name| get(form, name).map(str::to_owned);
    RelayEnd { status: own("SessionStatus").unwrap_or_else(|| "completed".to_owned()), handoff: own("HandoffData") }
}

/// Longer than anyone says in one breath.
fn bounded(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(2000).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::twilio::voice_status::form;

    #[test]
    fn a_withheld_number_is_nobody_and_keys_win_over_speech() {
        let call = "CallSid=CA00000000000000000000000000000001&To=%2B442079460018&From=";
        for from in ["anonymous", "Restricted", "%2B266696687", ""] {
            let read = ringing(&form(format!("{call}{from}").as_bytes())).unwrap();
            assert_eq!(read.from, None, "{from}");
        }
        assert_eq!(ringing(&form(b"CallSid=nonsense&To=%2B442079460018")), None);
        assert_eq!(heard(&form(b"Digits=12%23&SpeechResult=hello")), Heard::Keys("12".into()));
        assert_eq!(heard(&form(b"Digits=&SpeechResult=+hello+")), Heard::Words("hello".into()));
        assert_eq!(heard(&form(b"SpeechResult=")), Heard::Silence);
    }

    #[test]
    fn a_voicemail_that_swallowed_the_call_took_nothing() {
        assert!(!bridged(&form(b"DialCallStatus=completed&DialBridged=false&DialCallDuration=4")));
        assert!(bridged(&form(b"DialCallStatus=completed&DialCallDuration=40")));
        assert!(!bridged(&form(b"")));
        assert_eq!(transcription(&form(b"TranscriptionStatus=failed&TranscriptionText=x")), None);
    }
}

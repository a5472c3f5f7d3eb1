//! The frames of ConversationRelay (twilio sheet, 6): JSON texts over a WebSocket, both ways.
//!
//! Lenient in what comes (unknown fields and kinds are passed over, numbers may be texts), exact in what goes.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What Twilio sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FromTwilio {
    /// The first frame of a session.
    Setup(Box<Setup>),
    /// Speech; parts of a sentence repeat everything so far.
    Prompt {
        /// The words.
        #[serde(default)]
        voice_prompt: String,
        /// In which language they were heard.
        #[serde(default)]
        lang: Option<String>,
        /// The sentence is over.
        #[serde(default = "yes")]
        last: bool,
    },
    /// A key.
    Dtmf {
        /// Which.
        #[serde(default)]
        digit: String,
    },
    /// The caller spoke while we did.
    Interrupt {
        /// What they had heard by then.
        #[serde(default)]
        utterance_until_interrupt: String,
        /// For how long; a number, or a text with one.
        #[serde(default)]
        duration_until_interrupt_ms: Value,
    },
    /// A frame of ours was wrong.
    Error {
        /// What about it.
        #[serde(default)]
        description: String,
    },
    /// A kind that is not known here.
    #[serde(other)]
    Other,
}

/// Who talks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Setup {
    /// `VX…`.
    pub session_id: String,
    /// `AC…`.
    pub account_sid: String,
    /// `CA…`.
    pub call_sid: String,
    /// The number that calls.
    pub from: String,
    /// The number that was called.
    pub to: String,
    /// The number that diverted to us.
    pub forwarded_from: String,
    /// `inbound` …
    pub direction: String,
    /// `RINGING`, `IN_PROGRESS` …
    pub call_status: String,
    /// `PSTN` …
    pub call_type: String,
    /// What our TwiML gave the session.
    pub custom_parameters: BTreeMap<String, String>,
}

/// What we send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ToTwilio {
    /// Words to be spoken; the last of a turn says so.
    Text {
        /// The words.
        token: String,
        /// The turn is over.
        last: bool,
        /// Whether speaking cuts them short.
        interruptible: bool,
        /// In which language.
        #[serde(skip_serializing_if = "Option::is_none")]
        lang: Option<String>,
    },
    /// Keys to be sounded.
    SendDigits {
        /// `0-9w#*`.
        digits: String,
    },
    /// Another language from here on.
    Language {
        /// To speak.
        tts_language: String,
        /// To listen for.
        transcription_language: String,
    },
    /// Ends the session; the `Connect` action gets the data.
    End {
        /// What the action needs to know.
        handoff_data: String,
    },
}

fn yes() -> bool {
    true
}

/// Reads a frame; `None` if it is none.
pub fn read(text: &str) -> Option<FromTwilio> {
    serde_json::from_str(text).ok()
}

impl ToTwilio {
    /// The frame as text.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_frames_are_read_and_strange_ones_passed_over() {
        let setup = r#"{"type":"setup","sessionId":"VX1","callSid":"CA1","accountSid":"AC1","parentCallSid":"","from":"+442071838750","to":"+15005550006","customParameters":{"orgId":"7"}}"#;
        let Some(FromTwilio::Setup(setup)) = read(setup) else { panic!("no setup") };
        assert_eq!((setup.call_sid.as_str(), setup.custom_parameters["orgId"].as_str()), ("CA1", "7"));
        let prompt = read(r#"{"type":"prompt","voicePrompt":"I want to book","lang":"en-GB","last":false}"#).unwrap();
        assert!(matches!(prompt, FromTwilio::Prompt { last: false, .. }));
        for duration in ["120", "\"120.5\""] {
            let text = format!(
                r#"{{"type":"interrupt","utteranceUntilInterrupt":"Of","durationUntilInterruptMs":{duration}}}"#
            );
            assert!(matches!(read(&text), Some(FromTwilio::Interrupt { .. })), "{text}");
        }
        assert_eq!(read(r#"{"type":"info","name":"agentSpeaking","value":"on"}"#), Some(FromTwilio::Other));
        assert_eq!(read("[1]"), None);
        assert_eq!(read(r#"{"voicePrompt":"x"}"#), None);
    }

    #[test]
    fn our_frames_have_twilios_names() {
        let end = ToTwilio::End { handoff_data: "{}".into() };
        assert_eq!(end.text(), r#"{"type":"end","handoffData":"{}"}"#);
        let language = ToTwilio::Language { tts_language: "he-IL".into(), transcription_language: "he-IL".into() };
        assert_eq!(language.text(), r#"{"type":"language","ttsLanguage":"he-IL","transcriptionLanguage":"he-IL"}"#);
        let text = ToTwilio::Text { token: "Hi. ".into(), last: false, interruptible: true, lang: None };
        assert_eq!(text.text(), r#"{"type":"text","token":"Hi. ","last":false,"interruptible":true}"#);
    }
}

//! TwiML as typed verbs (twilio sheet, 5 and 6): what Twilio does next in a call, as one XML document.
//!
//! Always true: every text and attribute is escaped by the XML writer; control characters, which XML forbids, are left out;
//! a `Say` is never longer than Twilio takes; voice and language always go together.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;

/// The content type of every answer: anything else would be spoken to the caller.
pub const CONTENT_TYPE: &str = "text/xml";

/// Characters that one `Say` takes.
const LONGEST_SAY: usize = 4000;

/// A document that says and does nothing.
pub const NOTHING: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";

/// A voice and the language it speaks. One without the other is a warning or silence at Twilio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// As in `Polly.Amy-Neural`.
    pub name: String,
    /// As in `en-GB`.
    pub language: String,
}

impl Voice {
    /// The usual voice of a language tag; its accent is kept where there is a voice for it.
    pub fn of(tag: &str) -> Self {
        let (name, language) = match tag.to_ascii_lowercase().as_str() {
            "he" | "he-il" | "iw" | "iw-il" => ("Google.he-IL-Wavenet-A", "he-IL"),
            "en-us" => ("Polly.Joanna-Neural", "en-US"),
            "en-in" => ("Polly.Kajal-Neural", "en-IN"),
            _ => ("Polly.Amy-Neural", "en-GB"),
        };
        Self { name: name.to_owned(), language: language.to_owned() }
    }
}

/// Words in a voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Say {
    /// Who speaks.
    pub voice: Voice,
    /// What.
    pub text: String,
}

/// Listens to speech and keys, and posts what it gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gather {
    /// Where to.
    pub action: String,
    /// Speech counts besides keys.
    pub speech: bool,
    /// The language that is listened for.
    pub language: String,
    /// Words to expect.
    pub hints: Vec<String>,
    /// Seconds without anything after which it gives up.
    pub timeout: u32,
    /// Keys after which it does not wait for more; `None`: until `#`.
    pub digits: Option<u32>,
    /// What is said meanwhile; it can be cut short by speaking.
    pub say: Vec<Say>,
}

/// Rings people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dial {
    /// Posted to when it is over, whatever came of it.
    pub action: String,
    /// Seconds that it rings.
    pub timeout: u32,
    /// Seconds that two may talk.
    pub limit: u32,
    /// The number that is shown; without one, the caller's.
    pub caller_id: Option<String>,
    /// Whom, E.164.
    pub number: String,
    /// A document for the one who picks up, before they are put through; it can end the leg.
    pub whisper: Option<String>,
}

/// Records a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Posted to when it is over, unless nothing was said.
    pub action: String,
    /// Seconds at most.
    pub longest: u32,
    /// Posted to when the recording can be fetched.
    pub stored: String,
    /// Posted to with the words; English only.
    pub transcribed: Option<String>,
}

/// Hands the call to a WebSocket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relay {
    /// Posted to when the session is over.
    pub action: String,
    /// `wss://…`.
    pub url: String,
    /// The voice, without the provider's prefix, and its language.
    pub voice: Voice,
    /// The voices of the languages that the session can turn to.
    pub others: Vec<Voice>,
}

/// One verb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// Words.
    Say(Say),
    /// Silence for so many seconds.
    Pause(u32),
    /// Listens.
    Gather(Gather),
    /// Goes on with another document.
    Redirect(String),
    /// Rings people.
    Dial(Dial),
    /// Takes a message.
    Record(Record),
    /// Talks over a WebSocket.
    Relay(Relay),
    /// Records the call from here on; the address is told when that can be fetched.
    RecordCall(String),
    /// Ends the call.
    Hangup,
}

/// The document of these verbs.
pub fn document(verbs: &[Verb]) -> String {
    let mut writer = Writer::new(Vec::new());
    match write(&mut writer, verbs) {
        Ok(()) => String::from_utf8(writer.into_inner()).unwrap_or_else(|_| NOTHING.to_owned()),
        Err(_) => NOTHING.to_owned(), // writing to memory does not fail
    }
}

type Out = Writer<Vec<u8>>;

fn write(out: &mut Out, verbs: &[Verb]) -> io::Result<()> {
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    out.create_element("Response")
        .write_inner_content(|out| {
            for verb in verbs {
                verb.write(out)?;
            }
            Ok(())
        })
        .map(drop)
}

impl Verb {
    fn write(&self, out: &mut Out) -> io::Result<()> {
        match self {
            Self::Say(say) => say.write(out),
            Self::Pause(seconds) => {
                let seconds = seconds.to_string();
                out.create_element("Pause").with_attribute(("length", seconds.as_str())).write_empty().map(drop)
            }
            Self::Gather(gather) => gather.write(out),
            Self::Redirect(url) => text(out, "Redirect", &[("method", "POST")], url),
            Self::Dial(dial) => dial.write(out),
            Self::Record(record) => record.write(out),
            Self::Relay(relay) => relay.write(out),
            Self::RecordCall(told) => out
                .create_element("Start")
                .write_inner_content(|out| {
                    let attributes = [("recordingStatusCallback", told.as_str()), ("channels", "dual")];
                    out.create_element("Recording").with_attributes(attributes).write_empty().map(drop)
                })
                .map(drop),
            Self::Hangup => out.create_element("Hangup").write_empty().map(drop),
        }
    }
}

impl Say {
    fn write(&self, out: &mut Out) -> io::Result<()> {
        let attributes = [("voice", self.voice.name.as_str()), ("language", self.voice.language.as_str())];
        let words: String = self.text.chars().filter(|c| !c.is_control()).take(LONGEST_SAY).collect();
        text(out, "Say", &attributes, &words)
    }
}

impl Gather {
    fn write(&self, out: &mut Out) -> io::Result<()> {
        let (timeout, digits, hints) = (self.timeout.to_string(), self.digits.map(|n| n.to_string()), self.hints());
        let mut attributes = vec![
            ("input", if self.speech { "dtmf speech" } else { "dtmf" }),
            ("action", self.action.as_str()),
            ("method", "POST"),
            ("timeout", &timeout),
            ("actionOnEmptyResult", "true"),
        ];
        if self.speech {
            attributes.extend([("language", self.language.as_str()), ("speechTimeout", "auto")]);
            attributes.extend((!hints.is_empty()).then_some(("hints", hints.as_str())));
        }
        attributes.extend(digits.as_deref().map(|n| ("numDigits", n)));
        let inner = |out: &mut Out| self.say.iter().try_for_each(|say| say.write(out));
        out.create_element("Gather").with_attributes(attributes).write_inner_content(inner).map(drop)
    }

    /// At most 500 phrases of 100 characters are taken.
    fn hints(&self) -> String {
        joined(&self.hints)
    }
}

fn joined(hints: &[String]) -> String {
    let fits = |hint: &&String| (1..=100).contains(&hint.chars().count()) && !hint.contains(',');
    hints.iter().filter(fits).take(500).map(String::as_str).collect::<Vec<_>>().join(", ")
}

impl Dial {
    fn write(&self, out: &mut Out) -> io::Result<()> {
        let (timeout, limit) = (self.timeout.to_string(), self.limit.to_string());
        let mut attributes = vec![
            ("action", self.action.as_str()),
            ("method", "POST"),
            ("timeout", timeout.as_str()),
            ("timeLimit", limit.as_str()),
        ];
        attributes.extend(self.caller_id.as_deref().map(|number| ("callerId", number)));
        let number: Vec<(&str, &str)> =
            self.whisper.iter().flat_map(|url| [("url", url.as_str()), ("method", "POST")]).collect();
        let inner = |out: &mut Out| text(out, "Number", &number, &self.number);
        out.create_element("Dial").with_attributes(attributes).write_inner_content(inner).map(drop)
    }
}

impl Record {
    fn write(&self, out: &mut Out) -> io::Result<()> {
        let longest = self.longest.to_string();
        let mut attributes = vec![
            ("action", self.action.as_str()),
            ("method", "POST"),
            ("maxLength", longest.as_str()),
            ("timeout", "5"),
            ("finishOnKey", "#"),
            ("playBeep", "true"),
            ("recordingStatusCallback", self.stored.as_str()),
        ];
        if let Some(told) = &self.transcribed {
            attributes.extend([("transcribe", "true"), ("transcribeCallback", told.as_str())]);
        }
        out.create_element("Record").with_attributes(attributes).write_empty().map(drop)
    }
}

impl Relay {
    fn write(&self, out: &mut Out) -> io::Result<()> {
        let attributes = [("action", self.action.as_str()), ("method", "POST")];
        out.create_element("Connect").with_attributes(attributes).write_inner_content(|out| self.session(out)).map(drop)
    }

    fn session(&self, out: &mut Out) -> io::Result<()> {
        let (provider, voice) = speaker(&self.voice);
        let attributes = [
            ("url", self.url.as_str()),
            ("language", &self.voice.language),
            ("ttsProvider", provider),
            ("voice", voice),
            ("transcriptionProvider", listener(&self.voice)),
            ("dtmfDetection", "true"),
            ("interruptible", "speech"),
            ("partialPrompts", "true"),
        ];
        let session = out.create_element("ConversationRelay").with_attributes(attributes);
        if self.others.is_empty() {
            return session.write_empty().map(drop);
        }
        session.write_inner_content(|out| self.others.iter().try_for_each(|other| other.write(out))).map(drop)
    }
}

impl Voice {
    /// As a language that a relay session can turn to.
    fn write(&self, out: &mut Out) -> io::Result<()> {
        let (provider, voice) = speaker(self);
        let attributes = [
            ("code", self.language.as_str()),
            ("ttsProvider", provider),
            ("voice", voice),
            ("transcriptionProvider", listener(self)),
        ];
        out.create_element("Language").with_attributes(attributes).write_empty().map(drop)
    }
}

/// The provider of a voice and the voice's name there: relay voices go without the prefix of `Say`.
fn speaker(voice: &Voice) -> (&'static str, &str) {
    match voice.name.split_once('.') {
        Some(("Polly", name)) => ("Amazon", name),
        Some(("Google", name)) => ("Google", name),
        _ => ("ElevenLabs", voice.name.as_str()),
    }
}

/// Who turns speech into words: Deepgram is the quicker one, Hebrew is Google's.
fn listener(voice: &Voice) -> &'static str {
    if voice.language.starts_with("he") { "Google" } else { "Deepgram" }
}

fn text(out: &mut Out, name: &str, attributes: &[(&str, &str)], words: &str) -> io::Result<()> {
    let element = out.create_element(name).with_attributes(attributes.iter().copied());
    element.write_text_content(BytesText::new(words)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_addresses_are_escaped_and_control_characters_left_out() {
        let say = Say { voice: Voice::of("en"), text: "Fish & <chips>\u{0}\u{7} \"now\"".into() };
        let gather = Gather {
            action: "/turn?n=1&silent=1".into(),
            speech: true,
            language: "en-GB".into(),
            hints: vec!["viewing".into(), "a,b".into(), String::new()],
            timeout: 6,
            digits: Some(1),
            say: vec![say],
        };
        let text = document(&[Verb::Gather(gather), Verb::Redirect("/turn?n=1&silent=1".into()), Verb::Hangup]);
        assert!(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Gather "), "{text}");
        assert!(text.contains("action=\"/turn?n=1&amp;silent=1\"") && text.contains("hints=\"viewing\""), "{text}");
        assert!(text.contains("Fish &amp; &lt;chips&gt; ") && text.ends_with("<Hangup/></Response>"), "{text}");
    }

    #[test]
    fn hebrew_has_a_hebrew_voice_and_relay_voices_go_without_their_prefix() {
        assert_eq!(Voice::of("he").name, "Google.he-IL-Wavenet-A");
        assert_eq!(speaker(&Voice::of("he")), ("Google", "he-IL-Wavenet-A"));
        assert_eq!(speaker(&Voice::of("fr")), ("Amazon", "Amy-Neural"));
    }
}

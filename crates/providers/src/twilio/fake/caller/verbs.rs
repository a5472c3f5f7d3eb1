//! The verbs, as Twilio runs them: in order, with their fall-throughs (twilio sheet, 5 and 15).

use super::leg::{Flow, Leg};
use super::markup::Node;
use super::mind::{Does, words};
use super::wire::Form;
use super::{Picks, Step};
use futures::future::BoxFuture;

/// Characters that are spoken in a second.
const SPEED: usize = 15;

impl Leg<'_> {
    /// Boxed, since who is dialled is a leg of its own.
    pub(super) fn verb<'a>(&'a mut self, url: &'a str, verb: &'a Node) -> BoxFuture<'a, Flow> {
        Box::pin(async move {
            match verb.name.as_str() {
                "Say" => self.hear(verb),
                "Pause" => self.seconds += verb.number("length", 1),
                "Gather" => return self.gather(url, verb).await,
                "Redirect" => return Flow::Go(self.hooks.resolve(url, verb.text.trim()), Form::new()),
                "Dial" => return self.dial(url, verb).await,
                "Record" => return self.record(url, verb).await,
                "Connect" => return self.connect(url, verb).await,
                "Start" => {
                    let told = verb.child("Recording").and_then(|it| it.get("recordingStatusCallback"));
                    self.recording = told.map(|told| self.hooks.resolve(url, told));
                    self.steps.push(Step::RecordingStarted);
                }
                "Hangup" | "Reject" => {
                    self.hung_up = true;
                    return Flow::Over;
                }
                _ => self.steps.push(Step::Failed(12_200)),
            }
            Flow::On
        })
    }

    fn hear(&mut self, say: &Node) {
        let get = |name: &str| say.get(name).unwrap_or_default().to_owned();
        let (voice, language) = (get("voice"), get("language"));
        if !voice.is_empty() && !voice.contains(&language) && !voice.starts_with("Polly.") {
            self.steps.push(Step::Failed(13_511)); // a voice of another language
        }
        self.seconds += i64::try_from(say.text.chars().count() / SPEED).unwrap_or(0);
        self.steps.push(Step::Heard { voice, language, text: say.text.clone() });
    }

    /// Listens: speech or keys are posted; silence only if the document wants that, else the next verb comes.
    async fn gather(&mut self, url: &str, gather: &Node) -> Flow {
        gather.children.iter().filter(|child| child.name == "Say").for_each(|say| self.hear(say));
        let inputs = gather.get("input").unwrap_or("dtmf").to_owned();
        let action = self.hooks.resolve(url, gather.get("action").unwrap_or(url));
        let form = match self.act().await {
            Does::Says(text) if inputs.contains("speech") => self.speak(text),
            Does::Interrupts(until, text) if inputs.contains("speech") => {
                self.cut(until);
                self.speak(text)
            }
            Does::Presses(key) if inputs.contains("dtmf") => {
                self.seconds += 1;
                self.steps.push(Step::Pressed(key));
                vec![("Digits".to_owned(), key.to_string())]
            }
            Does::HangsUp => return Flow::Over,
            _ => {
                self.seconds += gather.number("timeout", 5);
                self.steps.push(Step::Silent);
                if gather.get("actionOnEmptyResult") != Some("true") {
                    return Flow::On;
                }
                Form::new()
            }
        };
        Flow::Go(action, form)
    }

    fn speak(&mut self, text: String) -> Form {
        self.seconds += 3;
        self.steps.push(Step::Said(text.clone()));
        vec![("SpeechResult".to_owned(), text), ("Confidence".to_owned(), "0.9124".to_owned())]
    }

    /// Only the first characters of what was said last were heard.
    pub(super) fn cut(&mut self, until: usize) -> String {
        match self.steps.last_mut() {
            Some(Step::Heard { text, .. }) => {
                *text = text.chars().take(until).collect();
                text.clone()
            }
            _ => String::new(),
        }
    }

    /// Rings people, one noun after the other; who picks up hears the whisper first.
    async fn dial(&mut self, url: &str, dial: &Node) -> Flow {
        let limit = dial.number("timeLimit", 14_400);
        let (mut status, mut bridged) = ("no-answer", false);
        for noun in dial.children.iter().filter(|child| child.name == "Number") {
            let number = noun.text.trim().to_owned();
            let picks = self.exchange.picks(&number);
            status = picks.status();
            bridged = match (picks.mind(), noun.get("url")) {
                (Some(_), None) => picks != Picks::Voicemail,
                (Some(mut mind), Some(whisper)) => {
                    let whisper = self.hooks.resolve(url, whisper);
                    let mut callee = Leg::new(
                        self.exchange,
                        self.hooks,
                        &mut mind,
                        format!("CA{:032x}", self.exchange.next_number()),
                        "outbound-dial",
                    );
                    (callee.from, callee.to) = (self.to.clone(), number.clone());
                    callee.parent = Some(self.sid.clone());
                    let through = callee.whisper(whisper).await;
                    self.steps.push(Step::Whispered(words(&callee.steps)));
                    let failed = callee.steps.iter().filter(|step| matches!(step, Step::Failed(_))).cloned();
                    self.steps.extend(failed);
                    through
                }
                (None, _) => false,
            };
            self.gone |= picks == Picks::CallerLeaves;
            self.seconds += if bridged { limit.min(60) } else { dial.number("timeout", 30) };
            self.steps.push(Step::Rang(number, status.to_owned()));
        }
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut form =
            vec![pair("DialCallStatus", status), pair("DialBridged", if bridged { "true" } else { "false" })];
        form.extend((status == "completed").then(|| pair("DialCallDuration", if bridged { "60" } else { "4" })));
        let action = dial.get("action").map(|action| self.hooks.resolve(url, action));
        match (action, self.gone) {
            (Some(action), false) => Flow::Go(action, form),
            (Some(action), true) => {
                self.tell(&action, "completed", &form).await; // told all the same
                Flow::Over
            }
            (None, gone) => {
                if gone {
                    Flow::Over
                } else {
                    Flow::On
                }
            }
        }
    }

    /// Runs the document for the one who picked up; whether they were put through: it came to its end.
    async fn whisper(&mut self, url: String) -> bool {
        self.run(url, Form::new()).await;
        matches!(self.steps.last(), Some(Step::Ended("callee"))) && !self.hung_up && !self.gone
    }

    /// Takes a message. An empty one posts nothing, and the next verb comes.
    async fn record(&mut self, url: &str, record: &Node) -> Flow {
        let (text, seconds) = match self.act().await {
            Does::LeavesMessage(text, seconds) => (text, seconds.min(record.number("maxLength", 3600))),
            Does::HangsUp => return Flow::Over,
            _ => {
                self.seconds += record.number("timeout", 5);
                return Flow::On;
            }
        };
        self.seconds += seconds;
        self.steps.push(Step::Recorded(seconds));
        let pair = |name: &str, value: String| (name.to_owned(), value);
        let sid = format!("RE{:032x}", self.exchange.next_number());
        let at =
            format!("https://api.twilio.example/2010-04-01/Accounts/{}/Recordings/{sid}", self.exchange.account_sid);
        let form =
            vec![pair("RecordingSid", sid), pair("RecordingUrl", at), pair("RecordingDuration", seconds.to_string())];
        if let Some(stored) = record.get("recordingStatusCallback") {
            let stored = self.hooks.resolve(url, stored);
            let told = vec![pair("RecordingStatus", "completed".into()), pair("RecordingSource", "RecordVerb".into())];
            self.tell_of_recording(&stored, &[form.clone(), told].concat()).await;
        }
        if let Some(told) = record.get("transcribeCallback").filter(|_| record.get("transcribe") == Some("true")) {
            let told = self.hooks.resolve(url, told);
            let words = vec![
                pair("TranscriptionSid", format!("TR{:032x}", self.exchange.next_number())),
                pair("TranscriptionText", text),
                pair("TranscriptionStatus", "completed".into()),
            ];
            self.tell(&told, "in-progress", &[form.clone(), words].concat()).await;
        }
        Flow::Go(self.hooks.resolve(url, record.get("action").unwrap_or(url)), form)
    }
}

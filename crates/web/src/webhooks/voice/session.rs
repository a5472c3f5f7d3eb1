//! One relay session: what is heard, turn by turn, and what is said.

use super::relay::Handoff;
use super::render::Paper;
use super::signed::Known;
use super::waiting::{self, Answer};
use crate::state::AppState;
use axum::extract::ws::{Message, WebSocket};
use ringleader_core::reception::danger;
use ringleader_core::reception::say::Line;
use ringleader_core::reception::words::Question;
use ringleader_core::reception::{talk, telephone};
use ringleader_jobs::reception::{Heard, Then, Turn};
use ringleader_jobs::voice;
use ringleader_providers::twilio::relay::{self, FromTwilio, ToTwilio};
use std::time::Duration;
use tokio::time::Instant;

/// Times that a turn is waited for before the session is given up.
const MOST_WAITS: u32 = 3;

/// A session.
pub(super) struct Session {
    state: AppState,
    known: Known,
    socket: WebSocket,
    /// Which turn was answered last.
    n: u32,
    /// What was said last.
    said: Option<Turn>,
    /// What was said last was cut short before all that matters was heard: until it is said again, nothing answers it.
    unheard: bool,
    /// Keys of a number that is being typed in.
    keys: String,
    language: String,
    /// Silence counts from then on.
    quiet_at: Instant,
}

/// What is done with a frame.
enum Step {
    /// A turn.
    Turn(Heard),
    /// Nothing.
    Nothing,
    /// What was said is said again.
    Again,
    /// The session is over.
    Over,
}

impl Session {
    /// A session of a call that is known.
    pub(super) fn new(state: AppState, known: Known, socket: WebSocket) -> Self {
        let language = known.call.language.clone();
        let keys = String::new();
        Self { state, known, socket, n: 0, said: None, unheard: false, keys, language, quiet_at: Instant::now() }
    }

    /// Talks until it is over.
    pub(super) async fn run(mut self) {
        if !self.greet().await {
            return;
        }
        loop {
            let step = match tokio::time::timeout_at(self.quiet_at, self.socket.recv()).await {
                Err(_) => self.quiet(),
                Ok(Some(Ok(Message::Text(text)))) => self.frame(&text).await,
                Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) => Step::Over,
                Ok(Some(Ok(_))) => Step::Nothing,
            };
            let goes_on = match step {
                Step::Turn(heard) => self.turn(heard).await,
                Step::Again => self.again().await,
                Step::Nothing => true,
                Step::Over => false,
            };
            if !goes_on {
                return;
            }
        }
    }

    /// The first words; those of a call that is recorded were said before the session.
    async fn greet(&mut self) -> bool {
        let tenant = self.known.account.tenant;
        match voice::answered(&self.state.cx, tenant, &self.known.call, "g0").await {
            Ok(Some(turn)) => {
                self.listen(&turn);
                self.said = Some(turn);
                true
            }
            Ok(None) => {
                let key = "g0".to_owned();
                match self.answer(&key, Heard::Began).await {
                    Some(turn) => self.speak(turn).await,
                    None => false,
                }
            }
            Err(_) => false, // the document after the session takes over
        }
    }

    async fn turn(&mut self, heard: Heard) -> bool {
        self.n += 1;
        let key = format!("r{}", self.n);
        match self.answer(&key, heard).await {
            Some(turn) => self.speak(turn).await,
            None => false,
        }
    }

    /// What follows; while it takes its time, the caller hears so.
    async fn answer(&mut self, key: &str, heard: Heard) -> Option<Turn> {
        for wait in 0..=MOST_WAITS {
            let (tenant, patience) = (self.known.account.tenant, self.state.settings.voice.answer_within);
            match waiting::turn(&self.state, tenant, &self.known.call, key, heard.clone(), patience).await {
                Answer::Turn(turn) => return Some(turn),
                Answer::Failed => return None,
                Answer::Later if wait == 0 => {
                    let filler = telephone::one_moment(&self.language).to_owned();
                    self.send(&ToTwilio::Text { token: filler, last: false, interruptible: true, lang: None }).await;
                }
                Answer::Later => {}
            }
        }
        None
    }

    /// Says a turn, or leaves it to the document after the session.
    async fn speak(&mut self, turn: Turn) -> bool {
        if !matches!(turn.then, Then::Listen { .. }) {
            let left = serde_json::to_string(&Handoff { n: self.n }).unwrap_or_default();
            self.send(&ToTwilio::End { handoff_data: left }).await;
            return false;
        }
        if turn.language != self.language {
            self.language.clone_from(&turn.language);
            let tag = self.tag(&turn.language);
            self.send(&ToTwilio::Language { tts_language: tag.clone(), transcription_language: tag }).await;
        }
        let last = turn.aside.is_none();
        let words = ToTwilio::Text { token: turn.text.clone(), last, interruptible: true, lang: None };
        let mut sent = self.send(&words).await;
        if let Some(aside) = &turn.aside {
            let (token, lang) = (aside.text.clone(), Some(self.tag(&aside.language)));
            sent = self.send(&ToTwilio::Text { token, last: true, interruptible: true, lang }).await;
        }
        self.listen(&turn);
        (self.said, self.unheard) = (Some(turn), false);
        sent
    }

    /// The tag of a language, as the session's document names it.
    fn tag(&self, language: &str) -> String {
        Paper { public: &self.state.settings.public_url, account: &self.known.account }.voice(language).language
    }

    async fn again(&mut self) -> bool {
        match self.said.take() {
            Some(turn) => self.speak(turn).await,
            None => true,
        }
    }

    async fn send(&mut self, frame: &ToTwilio) -> bool {
        self.socket.send(Message::Text(frame.text().into())).await.is_ok()
    }

    /// Silence counts once the words have been spoken and some time has passed.
    fn listen(&mut self, turn: &Turn) {
        let pace = self.state.settings.voice;
        self.quiet_at = Instant::now() + pace.character.saturating_mul(spoken(turn)) + pace.silence;
    }

    /// They are speaking, or typing: that is no silence.
    fn wait(&mut self, at_most: Duration) {
        self.quiet_at = Instant::now() + at_most;
    }

    /// Nothing came: a number that was being typed in is whole, or it is silence.
    fn quiet(&mut self) -> Step {
        match std::mem::take(&mut self.keys) {
            keys if keys.is_empty() => Step::Turn(Heard::Silence),
            keys if keys.len() == 1 => Step::Turn(Heard::Pressed(keys.chars().next().unwrap_or('0'))),
            keys => Step::Turn(Heard::Words(keys)),
        }
    }

    async fn frame(&mut self, text: &str) -> Step {
        let silence = self.state.settings.voice.silence;
        match relay::read(text) {
            Some(FromTwilio::Prompt { last: false, .. }) => {
                self.wait(silence);
                Step::Nothing
            }
            Some(FromTwilio::Prompt { voice_prompt, .. }) => {
                let words: String = voice_prompt.trim().chars().filter(|c| !c.is_control()).take(2000).collect();
                match words.as_str() {
                    "" => Step::Nothing,
                    // However it is put, it can be no answer to what was not heard; danger is none in any case (C8).
                    said if self.unheard && danger::find(said).is_none() => Step::Again,
                    _ => Step::Turn(Heard::Words(words)),
                }
            }
            Some(FromTwilio::Dtmf { digit }) => self.key(&digit),
            Some(FromTwilio::Interrupt { utterance_until_interrupt, .. }) => {
                self.interrupted(&utterance_until_interrupt).await;
                self.wait(silence);
                Step::Nothing
            }
            Some(FromTwilio::Error { description }) => {
                // The description repeats the frame, and with it what was said (P10).
                let description_chars = description.chars().count();
                tracing::warn!(call.id = %self.known.call.call_id, description_chars, "Twilio refused a frame of ours");
                Step::Nothing
            }
            Some(FromTwilio::Setup(_) | FromTwilio::Other) | None => Step::Nothing,
        }
    }

    /// One key is an answer, unless a number is asked for.
    fn key(&mut self, digit: &str) -> Step {
        let Some(key) = digit.chars().next() else { return Step::Nothing };
        if self.unheard && key != '0' {
            return Step::Again;
        }
        let Some(most) = talk::keys(self.asked()) else {
            return if key == '#' { Step::Nothing } else { Step::Turn(Heard::Pressed(key)) };
        };
        if key != '#' {
            self.keys.push(key);
            self.wait(self.state.settings.voice.silence.min(Duration::from_secs(3)));
        }
        let whole = key == '#' || self.keys.len() >= most;
        if whole && !self.keys.is_empty() { self.quiet() } else { Step::Nothing }
    }

    fn asked(&self) -> Option<Question> {
        match &self.said.as_ref()?.then {
            Then::Listen { question, .. } => *question,
            Then::Dial { .. } | Then::End => None,
        }
    }

    /// They spoke while we did: only so much was heard. A read-back of which the end is missing was not heard.
    async fn interrupted(&mut self, heard: &str) {
        let Some(turn) = &self.said else { return };
        if heard.chars().count() >= turn.text.chars().count() {
            return;
        }
        self.unheard = turn.lines.iter().any(|line| matches!(line, Line::ReadBack(..) | Line::ConfirmCancel(..)));
        let key = if self.n == 0 { "g0".to_owned() } else { format!("r{}", self.n) };
        let tenant = self.known.account.tenant;
        if let Err(error) = voice::cut(&self.state.cx, tenant, &self.known.call, &key, heard).await {
            tracing::warn!(call.id = %self.known.call.call_id, %error, "How much was heard could not be kept");
        }
    }
}

/// So many characters are spoken in a turn, what is told in another language among them.
fn spoken(turn: &Turn) -> u32 {
    let aside = turn.aside.as_ref().map_or(0, |aside| aside.text.chars().count());
    u32::try_from(turn.text.chars().count() + aside).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringleader_core::reception::talk::Aside;

    #[test]
    fn silence_waits_for_the_sentence_in_the_other_language_too() {
        let mut turn = Turn { text: "How can I help?".to_owned(), ..Turn::over("en-GB") };
        assert_eq!(spoken(&turn), 15);
        turn.aside = Some(Aside { language: "he-IL".to_owned(), text: "לעברית".to_owned() });
        assert_eq!(spoken(&turn), 21);
    }
}

//! A turn as a document: what is said, then listening, ringing people, or the end. Pure: the same turn gives the same document.

use super::signed::Place;
use super::{RELAY, ROOT};
use crate::directory::Account;
use ringleader_core::reception::talk::keys;
use ringleader_jobs::reception::{Length, Then, Turn};
use ringleader_jobs::voice::hand_over::Callee;
use ringleader_providers::twilio::twiml::{Dial, Gather, Relay, Say, Verb, Voice};

/// Seconds that a colleague's phone rings.
const RINGS: u32 = 20;

/// Seconds that a caller and a colleague may talk.
const LONGEST_TALK: u32 = 4 * 3600;

/// Documents of one call.
pub(super) struct Paper<'a> {
    /// Where the world reaches us, without a slash at the end.
    pub(super) public: &'a str,
    /// The account with its voices.
    pub(super) account: &'a Account,
}

impl Paper<'_> {
    /// An address of ours.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{ROOT}/{path}", self.public)
    }

    /// Words in the voice of a language.
    pub(super) fn say(&self, language: &str, text: &str) -> Say {
        Say { voice: self.voice(language), text: text.to_owned() }
    }

    /// The words of a turn, each in the voice of its language.
    pub(super) fn words(&self, turn: &Turn) -> Vec<Say> {
        let own = (!turn.text.is_empty()).then(|| self.say(&turn.language, &turn.text));
        own.into_iter().chain(turn.aside.as_ref().map(|aside| self.say(&aside.language, &aside.text))).collect()
    }

    pub(super) fn voice(&self, language: &str) -> Voice {
        self.account.phone.as_ref().map_or_else(|| Voice::of(language), |phone| phone.voice(language))
    }

    /// What the turn that answers question `at` wants; `callee` is who is rung first, if people are to be rung.
    pub(super) fn turn(&self, turn: &Turn, at: Place, callee: Option<&Callee>) -> Vec<Verb> {
        let say = self.words(turn);
        match (&turn.then, callee) {
            (Then::Listen { question, length, hints, .. }, _) => {
                let action = self.url(&format!("turn?n={}", at.n + 1));
                let gather = Gather {
                    action: action.clone(),
                    speech: true,
                    language: self.voice(&turn.language).language,
                    hints: hints.clone(),
                    timeout: if *length == Length::Short { 5 } else { 7 },
                    digits: Some(keys(*question).and_then(|most| u32::try_from(most).ok()).unwrap_or(1)),
                    say,
                };
                vec![Verb::Gather(gather), Verb::Redirect(action)]
            }
            (Then::Dial { .. }, Some(callee)) => {
                say.into_iter().map(Verb::Say).chain([self.dial(callee, at)]).collect()
            }
            // Nobody can be rung: what follows from that is asked for at once.
            (Then::Dial { .. }, None) => {
                let dial = Verb::Redirect(self.url(&format!("dial?{}", asked(at, usize::MAX))));
                say.into_iter().map(Verb::Say).chain([dial]).collect()
            }
            (Then::End, _) => say.into_iter().map(Verb::Say).chain([Verb::Hangup]).collect(),
        }
    }

    /// Rings somebody; they hear the whisper first. The question that led to it finds the whisper again.
    pub(super) fn dial(&self, callee: &Callee, at: Place) -> Verb {
        let place = asked(at, callee.nth);
        Verb::Dial(Dial {
            action: self.url(&format!("dial?{place}")),
            timeout: RINGS,
            limit: LONGEST_TALK,
            caller_id: callee.shown.as_ref().map(|phone| phone.as_str().to_owned()),
            number: callee.phone.as_str().to_owned(),
            whisper: Some(self.url(&format!("whisper?{place}"))),
        })
    }

    /// Hands the call to the WebSocket; `others` are the languages that it can turn to.
    pub(super) fn relay(&self, language: &str, others: &[String], account_sid: &str) -> Verb {
        let voice = self.voice(language);
        let others = others.iter().map(|other| self.voice(other)).filter(|other| other.language != voice.language);
        Verb::Relay(Relay {
            action: self.url("relay-end"),
            url: socket(self.public, account_sid),
            others: others.collect(),
            voice,
        })
    }
}

/// The query of an address about the `nth` person, rung after question `at`.
pub(super) fn asked(at: Place, nth: usize) -> String {
    format!("n={}&i={nth}&relay={}", at.n, at.relay)
}

/// The address of the WebSocket, as it is signed.
pub(super) fn socket(public: &str, account_sid: &str) -> String {
    let rest = public.split_once("://").map_or(public, |(_, rest)| rest);
    format!("wss://{rest}{RELAY}?account={account_sid}")
}

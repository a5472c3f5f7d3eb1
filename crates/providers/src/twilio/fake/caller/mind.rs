//! Who is at the phone: what they say and do, one thing at a time, knowing what they have heard.

use super::{Step, Steps};
use async_trait::async_trait;
use futures::future::BoxFuture;
use std::collections::VecDeque;
use std::sync::Arc;

/// Something that happens elsewhere in the middle of a call.
pub type Meanwhile = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// One thing that somebody at a phone does.
#[derive(Clone)]
pub enum Does {
    /// Speaks.
    Says(String),
    /// Presses a key.
    Presses(char),
    /// Nothing, until the other side gives up waiting.
    KeepsSilent,
    /// Speaks before the other side is done: only so many characters of it were heard.
    Interrupts(usize, String),
    /// Leaves a message of so many seconds after the tone.
    LeavesMessage(String, i64),
    /// Something happens elsewhere; then the next thing is done.
    Meanwhile(Meanwhile),
    /// Puts the phone down.
    HangsUp,
}

/// Somebody at a phone.
#[async_trait]
pub trait Mind: Send {
    /// What is done next, after all this was heard. Asked once for each turn.
    async fn next(&mut self, heard: &[Step]) -> Does;
}

/// Does these things in this order, and then puts the phone down.
#[derive(Clone, Default)]
pub struct Script(pub VecDeque<Does>);

impl Script {
    /// A script of these things.
    pub fn of(does: impl IntoIterator<Item = Does>) -> Self {
        Self(does.into_iter().collect())
    }

    /// Says these sentences.
    pub fn saying(sentences: &[&str]) -> Self {
        Self::of(sentences.iter().map(|sentence| Does::Says((*sentence).to_owned())))
    }
}

#[async_trait]
impl Mind for Script {
    async fn next(&mut self, _heard: &[Step]) -> Does {
        self.0.pop_front().unwrap_or(Does::HangsUp)
    }
}

/// How somebody who is rung takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picks {
    /// Picks up, hears the whisper, presses 1.
    Accepts,
    /// Picks up, hears the whisper, presses 2.
    Declines,
    /// Does not pick up.
    NoAnswer,
    /// Is on the phone.
    Busy,
    /// Their voicemail picks up: it presses nothing.
    Voicemail,
    /// The caller puts the phone down while it rings.
    CallerLeaves,
}

impl Picks {
    /// What they do once they have picked up; `None`: nobody does.
    pub(super) fn mind(self) -> Option<Script> {
        match self {
            Self::Accepts => Some(Script::of([Does::Presses('1'), Does::HangsUp])),
            Self::Declines => Some(Script::of([Does::Presses('2'), Does::HangsUp])),
            Self::Voicemail => Some(Script::of([Does::KeepsSilent, Does::KeepsSilent, Does::KeepsSilent])),
            Self::NoAnswer | Self::Busy | Self::CallerLeaves => None,
        }
    }

    /// Twilio's word for it.
    pub(super) const fn status(self) -> &'static str {
        match self {
            Self::Accepts | Self::Declines | Self::Voicemail => "completed",
            Self::Busy => "busy",
            Self::NoAnswer | Self::CallerLeaves => "no-answer",
        }
    }
}

/// Everything that was said to them, as one text.
pub fn words(steps: &Steps) -> String {
    let said = steps.iter().filter_map(|step| match step {
        Step::Heard { text, .. } => Some(text.as_str()),
        _ => None,
    });
    said.collect::<Vec<_>>().join(" ")
}

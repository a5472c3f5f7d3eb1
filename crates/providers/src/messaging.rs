//! The seam for sending words to people: one trait, one kind of wish, one error sorted by what the caller can do (DESIGN 6).
//!
//! Always true:
//! - a send is one request; nothing here retries, so nothing is sent twice by this layer (P2);
//! - an answer that was lost is `Unknown`, never a failure: only a refused connection or a definite refusal says "not sent";
//! - errors carry the provider's code as text and no phone number, no token, no message text (P10).

use crate::problem::Fields;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::message::{Content, SendFailure};
use ringleader_core::phone::Phone;
use std::time::Duration;

/// To whom. A number wins where both are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// The number.
    pub phone: Option<Phone>,
    /// The channel's own id of the person (WhatsApp business-scoped user id).
    pub user_key: Option<String>,
    /// The email address.
    pub email: Option<String>,
}

impl From<Phone> for Address {
    fn from(phone: Phone) -> Self {
        Self { phone: Some(phone), ..Self::default() }
    }
}

/// One message that is to leave. Prints without its words (P10).
#[derive(Clone, PartialEq)]
pub struct Outgoing {
    /// To whom.
    pub to: Address,
    /// Our key: travels with the message where the provider allows it, and comes back in its status events.
    pub send_key: String,
    /// What: `Text`, `Template`, `Buttons`, `List` or `Picture`; other kinds are rejected.
    pub content: Content,
    /// A page on which the buttons can be tapped, for channels that have none of their own.
    pub link: Option<String>,
    /// A page on which a customer leaves, for channels whose programs offer that beside the message.
    pub leave: Option<String>,
    /// A calendar invitation beside the words, for channels that carry one: its method and its text.
    pub calendar: Option<(String, String)>,
}

impl Outgoing {
    /// The buttons as links: title and address. Nothing without a page to tap them on.
    pub fn answers(&self) -> Vec<(String, String)> {
        let (Content::Buttons { buttons, .. }, Some(link)) = (&self.content, &self.link) else { return vec![] };
        let url = |id: &str| format!("{link}?a={}", id.split_once(':').map_or(id, |(word, _)| word));
        buttons.iter().map(|(id, title)| (title.clone(), url(id))).collect()
    }

    /// The words, for channels that carry nothing else.
    ///
    /// # Errors
    /// `Rejected` for kinds without words.
    pub(crate) fn words(&self) -> Result<&str, SendError> {
        match &self.content {
            Content::Text { body }
            | Content::Letter { body, .. }
            | Content::Buttons { body, .. }
            | Content::List { body, .. } => Ok(body),
            Content::Template { preview, .. } => Ok(preview),
            Content::Picture { caption, link } => Ok(caption.as_ref().unwrap_or(link)),
            other => {
                let detail = format!("messages of kind {} cannot be sent on this channel", other.kind());
                Err(SendError::rejected("unsupported_content", detail))
            }
        }
    }
}

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = self.content.kind();
        f.debug_struct("Outgoing").field("to", &self.to).field("send_key", &self.send_key).field("kind", &kind).finish()
    }
}

/// The provider took the message. Whether it arrives comes later, as status events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accepted {
    /// The provider's id of the message.
    pub provider_id: String,
    /// The channel's own id of the person, if the answer names it.
    pub user_key: Option<String>,
    /// The provider's remark: `held_for_quality_assessment`, `paused`, `queued` …
    pub remark: Option<String>,
}

/// What a throttle counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Messages from this number to this person.
    Pair,
    /// Messages of this number.
    Number,
    /// All calls of this account.
    Account,
}

/// What the caller can do about a failure; the same for refused sends and for `failed` status events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureClass {
    /// Not on this channel: take another one.
    Unreachable,
    /// Only a template may be sent.
    WindowClosed,
    /// Wait, then try again; the scope says for what to slow down.
    Throttled(Scope),
    /// Something about the template: use another, tell the owner.
    Template,
    /// The person asked for silence: remember it (A14).
    OptedOut,
    /// Stop the connection and alert its owner: nothing will go through until a person acts.
    Halted,
    /// This message will never go; trying again changes nothing.
    Rejected,
    /// A definite "not now": try again with a growing pause, a few times.
    Transient,
}

/// Sorts a provider's code (Meta and Twilio numbers do not overlap). An unknown code is `Rejected`: no blind repeats.
pub fn classify(code: &str) -> FailureClass {
    let Ok(number) = code.parse::<i64>() else {
        return FailureClass::Rejected;
    };
    crate::whatsapp_cloud::codes::class_of(number)
        .or_else(|| crate::twilio::codes::class_of(number))
        .unwrap_or(FailureClass::Rejected)
}

/// Why a message was not accepted: one variant for each thing the caller can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// This person cannot be reached on this channel: take another one.
    #[error("this person cannot be reached on this channel ({})", .0.code)]
    Unreachable(SendFailure),
    /// The 24-hour window is closed.
    #[error("the 24-hour window is closed, only a template may be sent ({})", .0.code)]
    WindowClosed(SendFailure),
    /// The provider asks for a pause.
    #[error("the provider asks for a pause ({})", failure.code)]
    Throttled {
        /// What is too fast.
        scope: Scope,
        /// How long the provider wants us to wait, if it says so.
        retry_after: Option<Duration>,
        /// The provider's words.
        failure: SendFailure,
    },
    /// The template is missing, paused, disabled or does not fit its variables.
    #[error("the template cannot be used ({}: {})", .0.code, .0.detail)]
    Template(SendFailure),
    /// The person opted out at the provider.
    #[error("the person has opted out ({})", .0.code)]
    OptedOut(SendFailure),
    /// The connection itself is refused: stop it and alert.
    #[error("the connection is refused until a person acts ({}: {})", .0.code, .0.detail)]
    Halted(SendFailure),
    /// This message will never be taken.
    #[error("the message was rejected ({}: {})", .0.code, .0.detail)]
    Rejected(SendFailure),
    /// Definitely not taken, may work later.
    #[error("the provider has a passing problem ({}: {})", .0.code, .0.detail)]
    Transient(SendFailure),
    /// The request never left (no connection): definitely not taken, may be tried again.
    #[error("the provider could not be reached: {detail}")]
    NotSent {
        /// What happened.
        detail: String,
    },
    /// The request left and its fate is not known: reconcile before any repeat (P2).
    #[error("the outcome of the send is unknown: {detail}")]
    Unknown {
        /// What happened.
        detail: String,
    },
}

impl SendError {
    /// The error that a class stands for.
    pub fn of(class: FailureClass, failure: SendFailure, retry_after: Option<Duration>) -> Self {
        match class {
            FailureClass::Unreachable => Self::Unreachable(failure),
            FailureClass::WindowClosed => Self::WindowClosed(failure),
            FailureClass::Throttled(scope) => Self::Throttled { scope, retry_after, failure },
            FailureClass::Template => Self::Template(failure),
            FailureClass::OptedOut => Self::OptedOut(failure),
            FailureClass::Halted => Self::Halted(failure),
            FailureClass::Rejected => Self::Rejected(failure),
            FailureClass::Transient => Self::Transient(failure),
        }
    }

    /// A refusal of our own, before anything left.
    pub fn rejected(code: &str, detail: impl Into<String>) -> Self {
        Self::Rejected(SendFailure { code: code.to_owned(), detail: detail.into() })
    }

    /// Code and words for the message row. Codes of our own: `not_sent`, `unknown_outcome`.
    pub fn failure(&self) -> SendFailure {
        let own = |code: &str, detail: &str| SendFailure { code: code.to_owned(), detail: detail.to_owned() };
        match self {
            Self::Unreachable(f)
            | Self::WindowClosed(f)
            | Self::Template(f)
            | Self::OptedOut(f)
            | Self::Halted(f)
            | Self::Rejected(f)
            | Self::Transient(f)
            | Self::Throttled { failure: f, .. } => f.clone(),
            Self::NotSent { detail } => own("not_sent", detail),
            Self::Unknown { detail } => own("unknown_outcome", detail),
        }
    }

    /// Sorts an error of the HTTP client: only a connection that never stood is known to have sent nothing.
    pub fn of_transport(error: reqwest::Error) -> Self {
        let (connect, builder, timeout) = (error.is_connect(), error.is_builder(), error.is_timeout());
        let detail = match (connect, timeout) {
            (true, true) => "connecting took too long".to_owned(),
            (true, false) => format!("no connection: {}", innermost(&error.without_url())),
            (false, true) => "no answer in time".to_owned(),
            (false, false) => format!("connection cut: {}", innermost(&error.without_url())),
        };
        if connect || builder { Self::NotSent { detail } } else { Self::Unknown { detail } }
    }
}

/// The root cause in words, without the wrappers around it.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    scrub(&cause.to_string())
}

/// A template variable as WhatsApp takes it: one line, single blanks, never empty.
pub(crate) fn clean_param(param: &str) -> String {
    let line = param.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    if line.is_empty() { "-".to_owned() } else { line }
}

/// A provider's words made safe to store and log: long digit runs masked, cut to 300 characters (P10).
pub fn scrub(text: &str) -> String {
    let mut out = String::new();
    let mut digits = String::new();
    for c in text.chars().take(300).chain(std::iter::once('\0')) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        // Error codes have at most six digits; anything longer may be a number or an id of a person.
        out.push_str(if digits.len() > 6 { "…" } else { &digits });
        digits.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

/// What a look-up of an earlier send found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// The provider has no such look-up: wait for a status event.
    NotOffered,
    /// The provider knows of no such message. Lists lag behind by seconds: ask again after a pause before believing it.
    Absent,
    /// It went; the provider's id of it.
    Sent(String),
}

/// A connection that can send messages.
#[async_trait]
pub trait Messaging: Send + Sync {
    /// Hands one message over. One request, no retry.
    async fn send(&self, message: &Outgoing) -> Result<Accepted, SendError>;

    /// Shows the customer that their message was seen; with `typing`, that an answer is being written.
    async fn mark_read(&self, provider_id: &str, typing: bool) -> Result<(), SendError>;

    /// Whether a message that left after `since` without an answer was taken.
    async fn find_sent(&self, _message: &Outgoing, _since: Timestamp) -> Result<Lookup, SendError> {
        Ok(Lookup::NotOffered)
    }
}

/// The setting of a connection that says how many messages a second its number may send.
pub const PER_SECOND: &str = "per_second";

/// How quickly a number may send (A8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Messages a second over the number.
    pub per_second: u32,
    /// Messages to one person: so many at once, and each comes back after the span.
    pub to_one: Option<(u32, SignedDuration)>,
}

impl Pace {
    /// WhatsApp's, whoever carries it: 80 a second over a number; to one person 45 at once and one in 6 seconds.
    pub const WHATSAPP: Self = Self { per_second: 80, to_one: Some((45, SignedDuration::from_secs(6))) };

    /// Checks the setting, where it is given.
    pub fn check(fields: &mut Fields<'_>) {
        let given = fields.optional(PER_SECOND);
        if given.is_some_and(|text| !text.parse::<u32>().is_ok_and(|count| (1..=1000).contains(&count))) {
            fields.error(PER_SECOND, "must be whole messages, 1 to 1000");
        }
    }
}

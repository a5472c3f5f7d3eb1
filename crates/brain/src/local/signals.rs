//! What a message tells besides facts: leaving, wrong number, danger, wishes for a person, and so on (A10, A14).

use crate::times::phrase::Phrases;
use crate::times::token::Token;
use ringleader_core::reading::Signals;
use std::sync::LazyLock;

type List = LazyLock<Phrases>;

static OPT_OUT: List = LazyLock::new(|| Phrases::new(include_str!("phrases/opt_out.txt")));
static WRONG_NUMBER: List = LazyLock::new(|| Phrases::new(include_str!("phrases/wrong_number.txt")));
static ALREADY_SPOKE: List = LazyLock::new(|| Phrases::new(include_str!("phrases/already_spoke.txt")));
static RESOLVED: List = LazyLock::new(|| Phrases::new(include_str!("phrases/resolved.txt")));
static WANTS_PERSON: List = LazyLock::new(|| Phrases::new(include_str!("phrases/wants_person.txt")));
static CALL_NOW: List = LazyLock::new(|| Phrases::new(include_str!("phrases/call_now.txt")));
static EMERGENCY: List = LazyLock::new(|| Phrases::new(include_str!("phrases/emergency.txt")));
static ABUSE: List = LazyLock::new(|| Phrases::new(include_str!("phrases/abuse.txt")));
static QUESTION: List = LazyLock::new(|| Phrases::new(include_str!("phrases/question.txt")));
static ASKS_IF_BOT: List = LazyLock::new(|| Phrases::new(include_str!("phrases/asks_if_bot.txt")));
static DECLINES: List = LazyLock::new(|| Phrases::new(include_str!("phrases/declines.txt")));
static OPT_IN: List = LazyLock::new(|| Phrases::new(include_str!("phrases/opt_in.txt")));
static ABOUT_US: List = LazyLock::new(|| Phrases::new(include_str!("phrases/about_us.txt")));
static INJECTION: List = LazyLock::new(|| Phrases::new(include_str!("phrases/injection.txt")));

/// The signals in a message.
pub(super) fn read(tokens: &[Token]) -> Signals {
    let opt_out = OPT_OUT.occur(tokens);
    Signals {
        opt_out,
        wrong_number: WRONG_NUMBER.occur(tokens),
        already_spoke: ALREADY_SPOKE.occur(tokens),
        resolved: RESOLVED.occur(tokens),
        wants_person: WANTS_PERSON.occur(tokens),
        call_now: CALL_NOW.occur(tokens),
        emergency: EMERGENCY.occur(tokens),
        abuse: ABUSE.occur(tokens),
        question: QUESTION.occur(tokens) || tokens.iter().any(|t| matches!(t.norm.as_str(), "?" | "؟")),
        asks_if_bot: ASKS_IF_BOT.occur(tokens),
        declines: DECLINES.occur(tokens),
        opt_in: !opt_out && OPT_IN.occur(tokens),
    }
}

/// A sentence about us or the chat, not about what the customer needs.
pub(super) fn is_about_us(sentence: &[Token]) -> bool {
    [&ABOUT_US, &ASKS_IF_BOT, &WANTS_PERSON].iter().any(|list| list.occur(sentence))
}

/// A clause that tells of danger is a need, whatever its words.
pub(super) fn is_emergency(clause: &[Token]) -> bool {
    EMERGENCY.occur(clause)
}

/// A sentence that gives orders to the system (P7): data of the customer's that says nothing.
pub(super) fn is_injection(sentence: &[Token]) -> bool {
    INJECTION.occur(sentence)
}

//! The words that end and resume messages (A14): known by rule, whatever a brain makes of them (P7).
//!
//! Always true: only a message that is nothing but such a word counts here; leaving "by meaning" is a brain's matter.

crate::words! {
    /// What a word asks for.
    pub enum OptWord {
        /// No more messages.
        Stop = "stop",
        /// Messages again.
        Start = "start",
    }
}

/// What carriers act upon by themselves (twilio sheet, 11.5): they block, answer, and tell us.
const CARRIER_STOP: &[&str] = &["stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"];
const CARRIER_START: &[&str] = &["start", "yes", "unstop"];

/// What else counts in the languages of our customers. No carrier knows these: they are ours to act upon and to answer.
const OWN_STOP: &[&str] =
    &["stop all", "opt out", "opt-out", "הסר", "הסרה", "הסירו", "להסיר", "עצור", "עצרו", "די להודעות"];
const OWN_START: &[&str] = &["start again", "opt in", "opt-in", "התחל", "חידוש", "לחדש"];

/// What a message asks for that is nothing but such a word; a carrier may have answered it.
pub fn by_word(text: &str) -> Option<OptWord> {
    let word = plain(text);
    if CARRIER_STOP.contains(&word.as_str()) || OWN_STOP.contains(&word.as_str()) {
        return Some(OptWord::Stop);
    }
    // "Yes" resumes messages for a carrier; in a chat it is an answer.
    let start = word != "yes" && CARRIER_START.contains(&word.as_str()) || OWN_START.contains(&word.as_str());
    start.then_some(OptWord::Start)
}

/// What a carrier makes of a text message by itself.
pub fn carrier_word(text: &str) -> Option<OptWord> {
    let word = text.trim().to_lowercase();
    if CARRIER_STOP.contains(&word.as_str()) {
        return Some(OptWord::Stop);
    }
    CARRIER_START.contains(&word.as_str()).then_some(OptWord::Start)
}

/// Small letters, no marks around it.
fn plain(text: &str) -> String {
    let mark = |c: char| c.is_whitespace() || matches!(c, '.' | '!' | ',' | '"' | '\'' | '*' | '\u{200e}' | '\u{200f}');
    text.trim_matches(mark).to_lowercase()
}

//! The bounds on what a model may hand in (P7): length, characters, links, confidence, and times.
//!
//! Always true: text that passes is one line, holds no control or direction characters and no link, and is no longer than
//! its bound; a window that passes ends after it begins and lies near the message.

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil, tz::TimeZone};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// The longest name that is taken for one, in characters.
pub const NAME_CHARS: usize = 60;

/// The longest need or preference, in characters.
pub const TEXT_CHARS: usize = 400;

/// How far before the message a window may begin: "this morning", said in the evening.
const EARLIEST: SignedDuration = SignedDuration::from_hours(-24);

/// How far after the message a window may end.
const LATEST: SignedDuration = SignedDuration::from_hours(24 * 92);

/// The longest window that says anything.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 31);

/// What models write for "nothing here".
const NOTHING: [&str; 8] = ["null", "none", "unknown", "n/a", "nil", "undefined", "not provided", "-"];

/// One line without control characters, direction marks and links; `None` when nothing is left.
pub fn clean(text: &str) -> Option<String> {
    let visible: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|&c| !is_invisible(c)).collect();
    let words: Vec<&str> = visible.split_whitespace().filter(|word| !is_link(word)).collect();
    let line = words.join(" ");
    (!line.is_empty() && !NOTHING.contains(&line.to_lowercase().as_str())).then_some(line)
}

/// Whether text fits its bound.
pub fn fits(text: &str, chars: usize) -> bool {
    text.chars().count() <= chars
}

/// Whether a cleaned text can be the name that the customer wrote: letters, no digits, each word of it in the message.
pub fn is_name(name: &str, message: &str) -> bool {
    let message = folded(message);
    name.chars().any(char::is_alphabetic)
        && !name.chars().any(|c| c.is_numeric() || c.is_ascii_punctuation() && !".'-\"`".contains(c))
        && folded(name).split_whitespace().all(|word| message.contains(word))
}

/// Whether each word of a cleaned text stands in what was said.
pub fn is_said(text: &str, said: &str) -> bool {
    let said = folded(said);
    text.chars().any(char::is_alphanumeric) && folded(text).split_whitespace().all(|word| said.contains(word))
}

/// Without case, accents, vowel points and the kind of apostrophe and quote mark.
fn folded(text: &str) -> String {
    let plain = text.nfkd().filter(|&c| !is_combining_mark(c) && !is_invisible(c)).flat_map(char::to_lowercase);
    plain
        .map(|c| match c {
            '’' | '‘' | '׳' | '´' | '`' => '\'',
            '“' | '”' | '״' | '„' => '"',
            c => c,
        })
        .collect()
}

/// Reads a local time as models write it: a date, a date and time, or one with an offset. `end` tells how a bare date is meant.
pub fn local_time(text: &str, zone: &TimeZone, end: bool) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    let local =
        if text.contains(['T', 't', ' ']) { text.parse::<civil::DateTime>().ok()? } else { day_edge(text, end)? };
    Some(zone.to_ambiguous_zoned(local).compatible().ok()?.timestamp())
}

fn day_edge(text: &str, end: bool) -> Option<civil::DateTime> {
    let date = text.parse::<civil::Date>().ok()?;
    let date = if end { date.checked_add(1.day()).ok()? } else { date };
    Some(date.at(0, 0, 0, 0))
}

/// The window, if it makes sense for a message sent at `now`; else no times at all.
pub fn window(
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    now: Timestamp,
) -> (Option<Timestamp>, Option<Timestamp>) {
    let near = |time: Timestamp| (EARLIEST..=LATEST).contains(&time.duration_since(now));
    let ordered = match (from, until) {
        (Some(from), Some(until)) => from < until && until.duration_since(from) <= LONGEST,
        _ => true,
    };
    let sensible = ordered && from.is_none_or(near) && until.is_none_or(|until| near(until) && until > now);
    if sensible { (from, until) } else { (None, None) }
}

/// Direction overrides, joiners that show nothing, byte order marks: they hide things in alerts. ZWJ stays: emoji need it.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{061C}' | '\u{00AD}')
}

fn is_link(word: &str) -> bool {
    let word = word.to_lowercase();
    word.contains("://")
        || word.contains("www.")
        || word.contains("mailto:")
        || word.contains("javascript:")
        || has_host(&word)
}

/// `bit.ly/x`, `example.com`: dots between Latin letters, ended by a name as long as a top-level domain's. Emails are none.
fn has_host(word: &str) -> bool {
    let host =
        word.trim_matches(|c: char| !c.is_ascii_alphanumeric()).split(['/', '?', '#', ':']).next().unwrap_or_default();
    let Some((before, last)) = host.rsplit_once('.') else { return false };
    !word.contains('@')
        && last.len() >= 2
        && last.chars().all(|c| c.is_ascii_alphabetic())
        && before.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
        && before.chars().any(|c| c.is_ascii_alphabetic())
        && before.len() >= 2
}

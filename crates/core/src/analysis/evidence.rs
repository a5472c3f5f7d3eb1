//! Evidence (B5, P7): a quote counts only if it stands in the transcript.
//!
//! Compared without case, accents, vowel points, punctuation and spacing, whole words only, within one turn. Always true
//! after `check`: every quote left occurs in the transcript; a judgement without any quote has at most 1.

use super::{Dimension, Dimensions, Understanding};
use crate::call::Turn;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// The most that a judgement without evidence counts.
const UNPROVEN: u8 = 1;

/// The most quotes that are kept of one judgement.
const MOST_QUOTES: usize = 5;

/// Drops quotes that nobody said and lowers what is left without proof. Gives how many were dropped.
pub fn check(understood: &mut Understanding, transcript: &[Turn]) -> usize {
    check_dimensions(&mut understood.dimensions, transcript)
}

/// The same for judgements that stand alone.
pub fn check_dimensions(dimensions: &mut Dimensions, transcript: &[Turn]) -> usize {
    let said: Vec<String> = transcript.iter().map(|turn| plain(&turn.text)).collect();
    let mut dropped = 0;
    for dimension in Dimension::ALL {
        let judgement = dimensions.get_mut(*dimension);
        let before = judgement.quotes.len();
        judgement.quotes.retain(|quote| stands_in(quote, &said));
        dropped += before - judgement.quotes.len();
        judgement.quotes.truncate(MOST_QUOTES);
        judgement.score = judgement.score.min(super::score::MOST);
        if judgement.quotes.is_empty() {
            judgement.score = judgement.score.min(UNPROVEN);
        }
    }
    dropped
}

/// Whether somebody said it, in one turn.
pub fn occurs(quote: &str, transcript: &[Turn]) -> bool {
    stands_in(quote, &transcript.iter().map(|turn| plain(&turn.text)).collect::<Vec<_>>())
}

fn stands_in(quote: &str, said: &[String]) -> bool {
    let quote = plain(quote);
    quote.len() > 2 && said.iter().any(|turn| turn.contains(&quote))
}

/// Words in lower case with one space around each; nothing else.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 2);
    plain.push(' ');
    for c in text.nfkd().filter(|c| !is_combining_mark(*c) && !is_silent(*c)).flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            plain.push(c);
        } else if !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    if !plain.ends_with(' ') {
        plain.push(' ');
    }
    plain
}

/// Apostrophes and direction marks, which speech-to-text writes or not: "I'm" and "im" are one word.
const fn is_silent(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '׳' | '´' | '`' | '"' | '״' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

//! Misspelled words: one slip of a finger, or Hebrew written with more or fewer vowel letters than lists have (C8, A10).
//!
//! Always true: a word that the lists know stays as it is, and so does one that is a word of its own ("looked" is not
//! "locked"); of several known words the likeliest slip is taken, the same in every run.

use super::token::{Kind, Token, is_hebrew};
use std::collections::{HashMap, HashSet};

/// Shorter words have too many neighbours; Hebrew ones, of three letters to the root, the more.
const SHORTEST: usize = 6;
const SHORTEST_HEBREW: usize = 7;
/// Shorter Hebrew words are not read by their consonants.
const SHORTEST_BONES: usize = 4;

/// Good words that are one letter away from words of our lists.
const WORDS_OF_THEIR_OWN: &str = include_str!("spelling/own_words.txt");

/// The words that lists know, ready to be compared with.
#[derive(Debug)]
pub struct Vocabulary {
    known: HashSet<String>,
    /// Words by first letter and length.
    near: HashMap<(char, usize), Vec<String>>,
    /// Hebrew words by their consonants.
    bones: HashMap<String, Option<String>>,
}

impl Vocabulary {
    /// Of these words.
    pub fn new<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let known: HashSet<String> = words.map(str::to_owned).collect();
        let (mut near, mut bones): (HashMap<_, Vec<String>>, HashMap<_, Option<String>>) = <_>::default();
        for word in &known {
            let (Some(first), length) = (word.chars().next(), word.chars().count()) else { continue };
            if length >= if is_hebrew(first) { SHORTEST_HEBREW } else { SHORTEST } {
                near.entry((first, length)).or_default().push(word.clone());
            }
            if is_hebrew(first) && length >= SHORTEST_BONES - 1 {
                // Two words of the same consonants: neither is meant for sure.
                bones.entry(consonants(word)).and_modify(|only| *only = None).or_insert_with(|| Some(word.clone()));
            }
        }
        let own = WORDS_OF_THEIR_OWN.split_whitespace().map(str::to_owned);
        Self { known: known.into_iter().chain(own).collect(), near, bones }
    }

    /// The tokens with misspelled words put right.
    pub fn mend(&self, tokens: &[Token]) -> Vec<Token> {
        let mut mended = tokens.to_vec();
        for token in mended.iter_mut().filter(|token| token.kind == Kind::Word) {
            if let Some(word) = self.meant(&token.norm) {
                token.norm = word;
            }
        }
        mended
    }

    fn meant(&self, word: &str) -> Option<String> {
        let first = word.chars().next()?;
        let length = word.chars().count();
        let hebrew = is_hebrew(first);
        if length < if hebrew { SHORTEST_BONES } else { SHORTEST - 1 } || self.knows(word) {
            return None;
        }
        if hebrew && let Some(Some(meant)) = self.bones.get(&consonants(word)).filter(|_| length >= SHORTEST_BONES) {
            return Some(meant.clone());
        }
        let lengths = length.saturating_sub(1)..=length + 1;
        let close = lengths.filter_map(|length| self.near.get(&(first, length))).flatten();
        let slips = close.filter_map(|known| Some((slip(word, known)?, known)));
        slips.min().map(|(_, known)| known.clone())
    }

    /// Known as it is, in the plural, or behind Hebrew prefix letters.
    fn knows(&self, word: &str) -> bool {
        self.known.contains(word)
            || word.strip_suffix('s').is_some_and(|one| self.known.contains(one))
            || super::phrase::without_prefixes(word).any(|bare| self.known.contains(bare))
    }
}

/// A Hebrew word without the vowel letters inside it.
fn consonants(word: &str) -> String {
    let last = word.chars().count().saturating_sub(1);
    word.chars()
        .enumerate()
        .filter(|(at, c)| *at == 0 || *at == last || !matches!(c, 'ו' | 'י'))
        .map(|(_, c)| c)
        .collect()
}

/// How a word is one slip away from another; the likelier come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Slip {
    /// Two neighbours exchanged.
    Swapped,
    /// A letter left out.
    Dropped,
    /// One too many.
    Added,
    /// Another letter.
    Other,
}

fn slip(written: &str, meant: &str) -> Option<Slip> {
    let (a, b): (Vec<char>, Vec<char>) = (written.chars().collect(), meant.chars().collect());
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    match (&a[same..], &b[same..]) {
        ([one, two, a @ ..], [other, next, b @ ..]) if one == next && two == other && a == b => Some(Slip::Swapped),
        (a, [_, b @ ..]) if a == b => Some(Slip::Dropped),
        ([_, a @ ..], b) if a == b => Some(Slip::Added),
        ([_, a @ ..], [_, b @ ..]) if a == b => Some(Slip::Other),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_mended_and_words_of_their_own_stay() {
        let words = ["flooding", "flowing", "locked", "ceiling", "flames", "שריפה", "ניצוצות", "התקרה"];
        let vocabulary = Vocabulary::new(words.into_iter());
        let cases = [
            ("floding", Some("flooding")),
            ("cieling", Some("ceiling")),
            ("flooring", None),
            ("looked", None),
            ("frames", None),
            ("flooding", None),
            ("שרפה", Some("שריפה")),
            ("נצוצות", Some("ניצוצות")),
        ];
        for (written, meant) in cases {
            assert_eq!(vocabulary.meant(written).as_deref(), meant, "{written}");
        }
    }
}

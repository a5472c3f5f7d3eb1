//! Phrases to look for in tokens, written in a small notation, so that word lists stay readable.
//!
//! A phrase is words with spaces between. A word may be `one|of|these`, `begin*`, `+word` (Hebrew letters ו ה ב ל מ ש כ
//! may stand before it), `maybe?`, `#` (a number), `..` (up to three words), `^` (nothing said before in the sentence)
//! or `$` (nothing said after). Commas, dashes and emoji between words are passed over; the end of a sentence is not.

use super::token::{Kind, Token, is_hebrew};
use std::collections::HashMap;
use std::ops::Range;

/// One phrase.
#[derive(Debug)]
pub struct Phrase {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Word { any: Vec<Form>, optional: bool },
    Number,
    Gap,
    First,
    Last,
}

#[derive(Debug)]
struct Form {
    text: String,
    begins: bool,
    prefixed: bool,
}

impl Form {
    fn new(written: &str, prefixed: bool) -> Self {
        let rest = written.strip_prefix('+').unwrap_or(written);
        let (begins, text) = rest.strip_suffix('*').map_or((false, rest), |text| (true, text));
        Self { text: text.to_owned(), begins, prefixed }
    }

    fn fits(&self, word: &str) -> bool {
        let plain = |word: &str| if self.begins { word.starts_with(&self.text) } else { word == self.text };
        plain(word) || (self.prefixed && without_prefixes(word).any(plain))
    }
}

/// The word without its first one, two and three Hebrew prefix letters, as far as it has them.
pub fn without_prefixes(word: &str) -> impl Iterator<Item = &str> {
    let steps = word.chars().take(3).take_while(|c| matches!(c, 'ו' | 'ה' | 'ב' | 'ל' | 'מ' | 'ש' | 'כ')).count();
    (1..=steps).filter_map(move |n| {
        let rest = word.get(n * 2..)?;
        (rest.chars().filter(|c| is_hebrew(*c)).count() >= 2).then_some(rest)
    })
}

impl Phrase {
    /// Reads the notation.
    pub fn new(written: &str) -> Self {
        let parts = written.split_whitespace().map(|part| match part {
            "^" => Part::First,
            "$" => Part::Last,
            ".." => Part::Gap,
            "#" => Part::Number,
            word => {
                let (optional, word) = word.strip_suffix('?').map_or((false, word), |word| (true, word));
                let prefixed = word.contains('+');
                Part::Word { any: word.split('|').map(|form| Form::new(form, prefixed)).collect(), optional }
            }
        });
        Self { parts: parts.collect() }
    }

    /// Where the phrase ends if it begins at token `at`.
    pub fn at(&self, tokens: &[Token], at: usize) -> Option<usize> {
        rest(&self.parts, tokens, at, at)
    }
}

fn rest(parts: &[Part], tokens: &[Token], at: usize, begin: usize) -> Option<usize> {
    let Some((part, others)) = parts.split_first() else { return Some(at) };
    let here = if at == begin { at } else { skip(tokens, at) };
    let token = tokens.get(here);
    match part {
        Part::First => (!said_before(tokens, at)).then(|| rest(others, tokens, at, begin))?,
        Part::Last => (!said_after(tokens, at)).then(|| rest(others, tokens, at, begin))?,
        Part::Number => {
            token.filter(|t| t.kind == Kind::Number)?;
            rest(others, tokens, here + 1, begin)
        }
        Part::Gap => {
            let mut next = at;
            for _ in 0..=3 {
                if let Some(end) = rest(others, tokens, next, begin) {
                    return Some(end);
                }
                next = skip(tokens, next);
                tokens.get(next).filter(|t| t.kind != Kind::Stop)?;
                next += 1;
            }
            None
        }
        Part::Word { any, optional } => {
            let fits = token.is_some_and(|t| t.kind == Kind::Word && any.iter().any(|form| form.fits(&t.norm)));
            let taken = if fits { rest(others, tokens, here + 1, begin) } else { None };
            taken.or_else(|| if *optional { rest(others, tokens, at, begin) } else { None })
        }
    }
}

fn skip(tokens: &[Token], mut at: usize) -> usize {
    while tokens.get(at).is_some_and(|t| matches!(t.kind, Kind::Comma | Kind::Dash | Kind::Other)) {
        at += 1;
    }
    at
}

fn said_before(tokens: &[Token], at: usize) -> bool {
    let said = |t: &&Token| !matches!(t.kind, Kind::Comma | Kind::Dash | Kind::Other);
    tokens[..at.min(tokens.len())].iter().rev().find(said).is_some_and(|t| t.kind != Kind::Stop)
}

fn said_after(tokens: &[Token], at: usize) -> bool {
    tokens.get(skip(tokens, at)).is_some_and(|t| t.kind != Kind::Stop)
}

/// A list of phrases, one a line. Phrases are found by the word that they begin with, so that long lists stay fast.
#[derive(Debug)]
pub struct Phrases {
    all: Vec<Phrase>,
    by_word: HashMap<String, Vec<usize>>,
    /// Those that do not begin with one of a few plain words.
    others: Vec<usize>,
}

impl Phrases {
    /// Reads a list.
    pub fn new(written: &str) -> Self {
        let all: Vec<Phrase> =
            written.lines().map(str::trim).filter(|line| !line.is_empty()).map(Phrase::new).collect();
        let (mut by_word, mut others): (HashMap<String, Vec<usize>>, _) = (HashMap::new(), Vec::new());
        for (nth, phrase) in all.iter().enumerate() {
            match phrase.parts.first() {
                Some(Part::Word { any, optional: false }) if any.iter().all(|form| !form.begins) => {
                    for form in any {
                        by_word.entry(form.text.clone()).or_default().push(nth);
                    }
                }
                _ => others.push(nth),
            }
        }
        Self { all, by_word, others }
    }

    /// The longest phrase that begins at token `at`.
    pub fn at(&self, tokens: &[Token], at: usize) -> Option<usize> {
        let word = tokens.get(at).map_or("", |token| token.norm.as_str());
        let bare = without_prefixes(word).filter_map(|bare| self.by_word.get(bare));
        let named = self.by_word.get(word).into_iter().chain(bare).flatten();
        let ends = named.chain(&self.others).filter_map(|nth| self.all[*nth].at(tokens, at));
        ends.filter(|end| *end > at).max()
    }

    /// Every word that a phrase names in full.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.all
            .iter()
            .flat_map(|phrase| &phrase.parts)
            .flat_map(|part| match part {
                Part::Word { any, .. } => any.as_slice(),
                _ => &[],
            })
            .filter(|form| !form.begins)
            .map(|form| form.text.as_str())
    }

    /// The first place where one occurs.
    pub fn find(&self, tokens: &[Token]) -> Option<Range<usize>> {
        (0..tokens.len()).find_map(|at| Some(at..self.at(tokens, at)?))
    }

    /// Whether one occurs.
    pub fn occur(&self, tokens: &[Token]) -> bool {
        self.find(tokens).is_some()
    }

    /// Every place, without overlaps.
    pub fn all(&self, tokens: &[Token]) -> Vec<Range<usize>> {
        let (mut at, mut found) = (0, Vec::new());
        while at < tokens.len() {
            match self.at(tokens, at) {
                Some(end) => {
                    found.push(at..end);
                    at = end;
                }
                None => at += 1,
            }
        }
        found
    }
}

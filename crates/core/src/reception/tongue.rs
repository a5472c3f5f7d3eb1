//! In which language a talk is held (C2): the one that is asked for, by words or by key, and the one that is plainly spoken.
//!
//! Pure, by rules, whatever a brain thinks. Always true: a talk only turns to a language that its line has; what stands in it is
//! told in the new language from then on, from the same data.

use super::desk::{Appointment, Desk};
use super::say::{Card, Line, Style};
use super::talk::{Heard, keys};
use super::words::Question;
use crate::language::heard;
use crate::language::phrase::Phrases;
use crate::language::token::{Kind, Token};
use crate::reading::Language;
use crate::texts::spoken;
use std::ops::Range;
use std::sync::LazyLock;

/// The key that turns to the other language of the line.
pub const KEY: char = '9';

static ENGLISH: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("tongue/english.txt")));
static HEBREW: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("tongue/hebrew.txt")));
/// "I don't speak Hebrew" asks for the other one.
static NO_ENGLISH: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("tongue/no_english.txt")));
static NO_HEBREW: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("tongue/no_hebrew.txt")));
/// What is said around it and means nothing more.
static MANNERS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("tongue/manners.txt")));

/// A wish for a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The line's own tag of it.
    pub language: String,
    /// What was said besides; empty if that was all.
    pub rest: String,
}

/// The language that is asked for, if the line has it.
pub fn wish(desk: &Desk, what: &Heard) -> Option<Wish> {
    match what {
        Heard::Pressed(KEY) if desk.style == Style::Spoken && keys(desk.asked).is_none() => {
            Some(Wish { language: desk.other_language()?.to_owned(), rest: String::new() })
        }
        Heard::Words(words) => {
            let (language, rest) = asked(words)?;
            Some(Wish { language: desk.has_language(language)?, rest })
        }
        _ => None,
    }
}

/// The language that is plainly spoken, if the line has it and it is not the talk's. A name, an address or a "yes" says nothing
/// about it; on the phone Hebrew letters do, since nobody's ear makes them of anything else.
pub fn plain(desk: &Desk, language: Language, words: usize) -> Option<String> {
    let language = match language {
        Language::Hebrew => "he",
        Language::English => "en",
        _ => return None,
    };
    let detail = matches!(desk.asked, Some(Question::Name | Question::Email | Question::Address));
    let heard = desk.style == Style::Spoken && language == "he";
    let plain = !detail && (heard || words >= 3);
    desk.has_language(language).filter(|_| plain)
}

/// Which language a text asks for, and what it says besides.
fn asked(text: &str) -> Option<(&'static str, String)> {
    let tokens = heard(text);
    let (language, hit) = [("he", &NO_ENGLISH), ("en", &NO_HEBREW), ("en", &ENGLISH), ("he", &HEBREW)]
        .into_iter()
        .find_map(|(language, list)| Some((language, list.find(&tokens)?)))?;
    let (before, behind) = (&tokens[..hit.start], &tokens[hit.end..]);
    if [before, behind].iter().all(|part| is_manners(part)) {
        return Some((language, String::new()));
    }
    Some((language, without(text, &tokens, hit)))
}

fn without(text: &str, tokens: &[Token], hit: Range<usize>) -> String {
    let begin = tokens.get(hit.start).map_or(text.len(), |token| token.start);
    let end = hit.end.checked_sub(1).and_then(|last| tokens.get(last)).map_or(begin, |token| token.end);
    let (before, behind) = (text.get(..begin).unwrap_or_default(), text.get(end..).unwrap_or_default());
    format!("{} {}", before.trim(), behind.trim()).trim_matches([' ', ',', '.', '?', '!']).to_owned()
}

fn is_manners(tokens: &[Token]) -> bool {
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match MANNERS.at(tokens, at) {
            Some(end) => at = end,
            None if matches!(token.kind, Kind::Word | Kind::Number) => return false,
            None => at += 1,
        }
    }
    true
}

impl Desk {
    /// The line's tag of a language, `he` or `en`; in writing both can be had.
    fn has_language(&self, language: &str) -> Option<String> {
        let own = self.languages.iter().find(|own| spoken(own) == language).cloned();
        own.or_else(|| (self.style == Style::Written).then(|| language.to_owned()))
    }

    /// Another language that the line has.
    pub fn other_language(&self) -> Option<&str> {
        self.languages.iter().find(|own| spoken(own) != spoken(&self.language)).map(String::as_str)
    }

    /// Goes on in another language: `cards` and `booked` are those that stand in the talk, told in it, and `hours` the office's.
    pub fn turn_to(&mut self, language: String, cards: &[Card], booked: &[Appointment], hours: Option<&String>) {
        self.language = language;
        let other = self.other_language().map(str::to_owned);
        let known = &mut self.known;
        let mut places = Vec::new();
        for it in known.booked() {
            if let Some(new) = booked.iter().find(|new| new.id == it.id) {
                places.push((std::mem::replace(&mut it.place, new.place.clone()), new.place.clone()));
            }
        }
        let missed = known.missed.as_mut().and_then(|missed| missed.property.as_mut());
        for card in known.cards.iter_mut().chain(known.property.as_mut()).chain(missed) {
            if let Some(new) = cards.iter().find(|new| new.id == card.id) {
                places.push((std::mem::replace(card, new.clone()).place, new.place.clone()));
            }
        }
        for line in &mut self.last {
            match line {
                Line::Found(told, _) => {
                    let new = |card: &Card| cards.iter().find(|new| new.id == card.id).cloned();
                    told.iter_mut().for_each(|card| *card = new(card).unwrap_or_else(|| card.clone()));
                }
                Line::Offer(_, place, _)
                | Line::ReadBack(_, place, _)
                | Line::Booked(_, place, _)
                | Line::Appointment(_, place, _)
                | Line::ConfirmCancel(_, place, _) => {
                    if let Some((_, new)) = places.iter().find(|(old, _)| old == place) {
                        place.clone_from(new);
                    }
                }
                Line::Hours(told) => {
                    if let Some(hours) = hours {
                        told.clone_from(hours);
                    }
                }
                Line::OtherLanguage(offered) => {
                    if let Some(other) = &other {
                        offered.clone_from(other);
                    }
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_asked_for_in_many_words_and_nothing_else_is_taken_for_it() {
        for (text, language, rest) in [
            ("English please", "en", ""),
            ("sorry, can we speak English?", "en", ""),
            ("do you speak Hebrew", "he", ""),
            ("hello, is there anyone who speaks Hebrew please", "he", ""),
            ("in English please, I'm looking for a flat to rent", "en", "I'm looking for a flat to rent"),
            ("I don't speak Hebrew", "en", ""),
            ("ivrit bevakasha", "he", ""),
            ("בעברית", "he", ""),
            ("עברית בבקשה", "he", ""),
            ("שלום, אפשר לדבר בעברית?", "he", ""),
            ("אפשר באנגלית בבקשה", "en", ""),
            ("אני לא מדבר עברית", "en", ""),
            ("אפשר בעברית? אני מחפשת דירה בתל אביב", "he", "אני מחפשת דירה בתל אביב"),
        ] {
            assert_eq!(asked(text), Some((language, rest.to_owned())), "{text}");
        }
        for text in [
            "I'm looking for a flat near the English Language Centre",
            "it's on Hebrew Road",
            "yes please",
            "the flat of the English teacher",
            "יש מורה לעברית בבניין",
            "",
        ] {
            assert_eq!(asked(text), None, "{text}");
        }
    }
}

//! Whether words speak of a person: one of their numbers in any notation, or an id of something that is theirs.

use ringleader_core::phone::Phone;
use std::collections::HashSet;

/// A switchboard that counts its calls calls one `1001`: so short an id says nothing by itself.
const LONG_ENOUGH: usize = 16;

/// What gives them away.
#[derive(Debug, Default)]
pub(super) struct Signs {
    numbers: Vec<Number>,
    /// Bare ids of ours.
    ids: HashSet<String>,
    /// Ids that carriers and channels gave, and other identities.
    outside: HashSet<String>,
}

impl Signs {
    /// An id of ours.
    pub(super) fn id(&mut self, id: &str) {
        self.ids.insert(id.to_owned());
    }

    /// Something that a person or a thing of theirs is called elsewhere: a number, or any other text.
    pub(super) fn called(&mut self, name: &str) {
        match Phone::from_e164(name) {
            Some(phone) => self.numbers.push(Number::of(&phone)),
            None => drop(self.outside.insert(name.trim_end_matches('=').to_owned())),
        }
    }

    /// What a carrier or a channel calls something of theirs.
    pub(super) fn id_elsewhere(&mut self, id: &str) {
        if id.len() >= LONG_ENOUGH {
            self.called(id);
        }
    }

    /// Whether the words have one of these in them.
    pub(super) fn are_in(&self, words: &str) -> bool {
        words.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| self.ids.contains(word))
            || words.split(|c: char| !is_of_name(c)).any(|word| self.outside.contains(word))
            || self.has_number(words)
    }

    fn has_number(&self, words: &str) -> bool {
        if self.numbers.is_empty() {
            return false;
        }
        let signs: Vec<char> = words.chars().collect();
        (0..signs.len()).any(|at| self.numbers.iter().any(|number| number.stands_at(&signs, at)))
    }
}

/// A number in what all notations have in common: the digits behind the country's code.
#[derive(Debug)]
struct Number {
    country: String,
    own: Vec<char>,
}

impl Number {
    fn of(phone: &Phone) -> Self {
        let grouped = phone.grouped();
        let (country, own) = grouped.split_once(' ').unwrap_or(("", phone.digits()));
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        Self { country: digits(country), own: digits(own).chars().collect() }
    }

    /// Whether it begins here, with nothing before and after that makes it part of a longer one.
    fn stands_at(&self, signs: &[char], at: usize) -> bool {
        let mut here = at;
        for (nth, digit) in self.own.iter().enumerate() {
            let between = signs[here..].iter().take_while(|sign| nth > 0 && parts(**sign)).take(MOST_BETWEEN).count();
            here += between;
            if signs.get(here) != Some(digit) {
                return false;
            }
            here += 1;
        }
        !signs.get(here).is_some_and(char::is_ascii_digit) && self.may_follow(&signs[..at])
    }

    /// Digits right before it are those that are dialled before it: none, a zero, the country's code.
    fn may_follow(&self, before: &[char]) -> bool {
        let digits = before.iter().rev().take_while(|sign| sign.is_ascii_digit()).count();
        let dialled: String = before[before.len() - digits..].iter().collect();
        let beyond = dialled.strip_prefix("00").or(dialled.strip_prefix("011")).unwrap_or(&dialled);
        ["", "0"].contains(&dialled.as_str())
            || beyond.strip_prefix(&self.country).is_some_and(|zero| zero.is_empty() || zero == "0")
    }
}

/// So many signs may part two digits of a number.
const MOST_BETWEEN: usize = 2;

fn parts(sign: char) -> bool {
    matches!(sign, ' ' | '-' | '(' | ')' | '.' | '\u{a0}')
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_in_any_notation_and_an_id_only_whole() {
        let mut signs = Signs::default();
        signs.called("+972501234567");
        signs.called("wamid.HBgMOTcy+/MA==");
        signs.id("0197000000007000800000000000000a");
        signs.id_elsewhere("20461");
        for there in [
            "From=%2B972501234567&To=1",
            "call 050-123-4567 now",
            "+972 50 123 4567",
            "(050) 1234567",
            "00972501234567",
            "+972 (0)50-123 4567",
            "a\\n0501234567",
            r#"{"id":"wamid.HBgMOTcy+/MA=="}"#,
            r#"{"lead":"lead_0197000000007000800000000000000a"}"#,
        ] {
            assert!(signs.are_in(there), "{there}");
        }
        for other in [
            "",
            "+972501234568",
            "wamid.HBgMOTcy",
            "lead_0197000000007000800000000000000ab",
            "50123456789",
            "1501234567",
            "0x7501234567",
            "on 5.0.1.2.3.4",
            "20461",
        ] {
            assert!(!signs.are_in(other), "{other}");
        }
    }
}

//! Whether words speak of a person: one of their numbers in any notation, or an id of something that is theirs.

use ringleader_core::phone::Phone;
use std::collections::{BTreeSet, HashMap};

/// A switchboard that counts its calls calls one `1001`: so short an id says nothing by itself.
const LONG_ENOUGH: usize = 16;

/// What gives people away. Whose a sign is, is told by a figure that the asker chose.
#[derive(Debug, Default)]
pub(super) struct Signs {
    /// By the digits behind the country's code, which all notations have in common: the code, and whose.
    numbers: HashMap<String, Vec<(String, usize)>>,
    /// How long those digits are.
    lengths: BTreeSet<usize>,
    /// Bare ids of ours.
    ids: HashMap<String, Vec<usize>>,
    /// Ids that carriers and channels gave, and other identities.
    outside: HashMap<String, Vec<usize>>,
}

impl Signs {
    /// An id of ours.
    pub(super) fn id(&mut self, whose: usize, id: &str) {
        self.ids.entry(id.to_owned()).or_default().push(whose);
    }

    /// Something that a person or a thing of theirs is called elsewhere: a number, or any other text.
    pub(super) fn called(&mut self, whose: usize, name: &str) {
        match Phone::from_e164(name) {
            Some(phone) => {
                let (country, own) = halves(&phone);
                self.lengths.insert(own.len());
                self.numbers.entry(own).or_default().push((country, whose));
            }
            None => self.outside.entry(name.trim_end_matches('=').to_owned()).or_default().push(whose),
        }
    }

    /// What a carrier or a channel calls something of theirs.
    pub(super) fn id_elsewhere(&mut self, whose: usize, id: &str) {
        if id.len() >= LONG_ENOUGH {
            self.called(whose, id);
        }
    }

    /// Whose signs the words have in them.
    pub(super) fn in_words(&self, words: &str) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let ids = words.split(|c: char| !c.is_ascii_alphanumeric()).filter_map(|word| self.ids.get(word));
        let outside = words.split(|c: char| !is_of_name(c)).filter_map(|word| self.outside.get(word));
        ids.chain(outside).for_each(|whose| found.extend(whose));
        if let (Some(shortest), Some(longest)) = (self.lengths.first(), self.lengths.last()) {
            let bytes = words.as_bytes();
            for at in (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit()) {
                self.numbers_at(bytes, at, (*shortest, *longest), &mut found);
            }
        }
        found
    }

    /// Whether the words have any sign in them.
    pub(super) fn are_in(&self, words: &str) -> bool {
        !self.in_words(words).is_empty()
    }

    /// Whose numbers begin here, with nothing before and after that makes them part of a longer one.
    fn numbers_at(&self, bytes: &[u8], at: usize, (shortest, longest): (usize, usize), found: &mut BTreeSet<usize>) {
        let (mut own, mut here) = (String::new(), at);
        while own.len() < longest {
            let between = if own.is_empty() { 0 } else { parting(&bytes[here..]) };
            let Some(digit) = bytes.get(here + between).filter(|digit| digit.is_ascii_digit()) else { return };
            own.push(char::from(*digit));
            here += between + 1;
            let ends = !bytes.get(here).is_some_and(u8::is_ascii_digit);
            if own.len() < shortest || !ends {
                continue;
            }
            let theirs = self.numbers.get(&own).into_iter().flatten();
            found.extend(theirs.filter(|(country, _)| may_follow(&bytes[..at], country)).map(|(_, whose)| *whose));
        }
    }
}

/// The country's code of a number, and the digits behind it.
fn halves(phone: &Phone) -> (String, String) {
    let grouped = phone.grouped();
    let (country, own) = grouped.split_once(' ').unwrap_or(("", phone.digits()));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    (digits(country), digits(own))
}

/// Digits right before a number are those that are dialled before it: none, a zero, the country's code.
fn may_follow(before: &[u8], country: &str) -> bool {
    let digits = before.iter().rev().take_while(|sign| sign.is_ascii_digit()).count();
    let dialled = std::str::from_utf8(&before[before.len() - digits..]).unwrap_or_default();
    let beyond = dialled.strip_prefix("00").or(dialled.strip_prefix("011")).unwrap_or(dialled);
    ["", "0"].contains(&dialled) || beyond.strip_prefix(country).is_some_and(|zero| ["", "0"].contains(&zero))
}

/// How many bytes part two digits of one number here: at most two signs, of those that people write into numbers.
fn parting(bytes: &[u8]) -> usize {
    let mut parted = 0;
    for _ in 0..2 {
        parted += match &bytes[parted..] {
            [b' ' | b'-' | b'(' | b')' | b'.', ..] => 1,
            [0xC2, 0xA0, ..] => 2, // a space that does not break
            _ => break,
        };
    }
    parted
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
        signs.called(0, "+972501234567");
        signs.called(0, "wamid.HBgMOTcy+/MA==");
        signs.id(1, "0197000000007000800000000000000a");
        signs.id_elsewhere(0, "20461");
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
        signs.called(2, "+441234567890");
        let both = signs.in_words("0501234567, or 01234567890");
        assert_eq!(both.into_iter().collect::<Vec<_>>(), [0, 2]);
    }
}

//! Whether words speak of a person: one of their numbers in any notation, or an id of something that is theirs.

use ringleader_core::phone::Phone;
use std::collections::HashSet;

/// What gives them away.
#[derive(Debug, Default)]
pub(super) struct Signs {
    /// Numbers without the country: what all notations have in common.
    numbers: Vec<String>,
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
            Some(phone) => self.numbers.push(national(&phone)),
            None if name.len() > 3 => drop(self.outside.insert(name.trim_end_matches('=').to_owned())),
            None => {}
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
        let bare: String = words.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '\u{a0}')).collect();
        self.numbers.iter().any(|number| bare.contains(number))
    }
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '/')
}

/// The digits behind the country's code.
fn national(phone: &Phone) -> String {
    let grouped = phone.grouped();
    let own = grouped.split_once(' ').map_or(phone.digits(), |(_, own)| own);
    own.chars().filter(char::is_ascii_digit).collect()
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
        for there in [
            "From=%2B972501234567&To=1",
            "call 050-123-4567 now",
            "+972 50 123 4567",
            "(050) 1234567",
            r#"{"id":"wamid.HBgMOTcy+/MA=="}"#,
            r#"{"lead":"lead_0197000000007000800000000000000a"}"#,
        ] {
            assert!(signs.are_in(there), "{there}");
        }
        for other in ["", "+972501234568", "wamid.HBgMOTcy", "lead_0197000000007000800000000000000ab"] {
            assert!(!signs.are_in(other), "{other}");
        }
    }
}

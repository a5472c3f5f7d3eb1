//! The check before anything of a caller's own is told on the phone (C2): a number can be forged and shared.
//!
//! Pure. Always true: a sealed talk tells nothing of what is known of its caller but a first name; only a code that was sent
//! to the number on file opens it, and only so many are tried.

use serde::{Deserialize, Serialize};

/// Figures of a code.
pub const FIGURES: usize = 6;

/// Codes that may be wrong before a person takes over.
pub const MOST_WRONG: u8 = 3;

/// So few figures are no try.
const FEWEST: usize = 4;

crate::words! {
    /// What shows that a caller is who their number says.
    pub enum Check {
        /// A code that is sent to the number on file.
        Code = "code",
        /// Nothing does: a person rings back.
        Person = "person",
        /// The number is enough.
        None = "none",
    }
}

/// A talk in which nothing of the caller's own may be told yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// What opens it.
    pub check: Check,
    /// A code is on its way.
    pub sent: bool,
    /// Codes that were wrong.
    pub wrong: u8,
    /// The digest of the code, put in by who sent it.
    pub code: Option<String>,
}

impl Seal {
    /// Closed, with nothing sent.
    pub const fn new(check: Check) -> Self {
        Self { check, sent: false, wrong: 0, code: None }
    }
}

/// The figures in what was said, written or one after the other in words; `None`: too few to be a code.
pub fn figures(text: &str) -> Option<String> {
    let mut found = String::new();
    let mut times = 1;
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        if word.chars().all(|c| c.is_ascii_digit()) {
            found.push_str(&word.repeat(times));
        } else if let Some(figure) = figure(&word) {
            (0..times).for_each(|_| found.push(figure));
        }
        times = match word.as_str() {
            "double" => 2,
            "triple" | "treble" => 3,
            _ => 1,
        };
    }
    (found.len() >= FEWEST).then_some(found)
}

fn figure(word: &str) -> Option<char> {
    Some(match word {
        "oh" | "o" | "zero" | "nought" | "nil" | "אפס" => '0',
        "one" | "אחת" | "אחד" => '1',
        "two" | "שתיים" | "שניים" => '2',
        "three" | "שלוש" | "שלושה" => '3',
        "four" | "ארבע" | "ארבעה" => '4',
        "five" | "חמש" | "חמישה" => '5',
        "six" | "שש" | "שישה" => '6',
        "seven" | "שבע" | "שבעה" => '7',
        "eight" | "שמונה" => '8',
        "nine" | "תשע" | "תשעה" => '9',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_heard_however_it_is_said() {
        for said in [
            "471123",
            "47 11 23",
            "it's four seven double one two three",
            "4-7-1-1-2-3 thanks",
            "ארבע שבע אחת אחת שתיים שלוש",
        ] {
            assert_eq!(figures(said).as_deref(), Some("471123"), "{said}");
        }
        assert_eq!(figures("I have one or two questions"), None);
        assert_eq!(figures("yes"), None);
    }
}

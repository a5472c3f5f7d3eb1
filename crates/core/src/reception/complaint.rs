//! A complaint in what a caller says, by rules, in English and Hebrew: people see to it, whatever a brain makes of the rest (C13).

use crate::language::heard;
use crate::language::phrase::Phrases;
use std::sync::LazyLock;

static MADE: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("complaint/made.txt")));
/// "No complaints", "I don't want to complain".
static DENIED: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("complaint/denied.txt")));

/// Whether somebody complains.
pub fn is_made(text: &str) -> bool {
    let tokens = heard(text);
    MADE.occur(&tokens) && !DENIED.occur(&tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_told_from_other_words() {
        for text in [
            "I'd like to make a complaint",
            "I want to complain about your service",
            "this is my third complaint about the agent",
            "we've already complained twice",
            "what's your complaints procedure?",
            "he did not come, so I'm complaining",
            "אני רוצה להתלונן על השירות",
            "יש לי תלונה",
            "התלוננתי כבר פעמיים",
            "הסוכן לא הגיע, אני רוצה להתלונן",
        ] {
            assert!(is_made(text), "{text}");
        }
        for text in [
            "I'd like to view the flat on Elgin Avenue",
            "no complaints, it was lovely",
            "I don't want to complain, but when is the viewing?",
            "I'm not calling to complain",
            "אין לי תלונות, הכל מצוין",
            "אני לא רוצה להתלונן",
            "לא באתי כדי להתלונן",
            "אפשר לקבוע פגישה?",
        ] {
            assert!(!is_made(text), "{text}");
        }
    }
}

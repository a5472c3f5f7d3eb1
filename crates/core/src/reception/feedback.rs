//! What somebody thought of a viewing (C6): whether they liked it, where their words are plain.

const LIKED: [&str; 18] = [
    "love",
    "lovely",
    "loved",
    "liked",
    "like it",
    "great",
    "perfect",
    "interested",
    "an offer",
    "beautiful",
    "take it",
    "אהבתי",
    "אהבנו",
    "מעולה",
    "מקסים",
    "מושלם",
    "מעוניין",
    "מעוניינת",
];

const NOT: [&str; 24] = [
    "not for me",
    "not for us",
    "not really",
    "too small",
    "too big",
    "too expensive",
    "too dark",
    "too noisy",
    "too far",
    "didn't like",
    "did not like",
    "don't like",
    "not interested",
    "no thanks",
    "pass on",
    "disappointed",
    "awful",
    "לא מתאים",
    "לא אהבתי",
    "לא אהבנו",
    "קטן מדי",
    "יקר מדי",
    "רועש",
    "לא מעוניין",
];

/// Whether they liked it; `None` where both or neither is said.
pub fn liked(words: &str) -> Option<bool> {
    let words = words.to_lowercase().replace(['’', '׳'], "'");
    let has = |list: &[&str]| list.iter().any(|phrase| words.contains(phrase));
    let not = has(&NOT);
    // "didn't like it" holds "like it": what is refused is taken away first.
    let rest = NOT.iter().fold(words.clone(), |text, phrase| text.replace(phrase, " "));
    match (LIKED.iter().any(|phrase| rest.contains(phrase)), not) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_tell_and_mixed_ones_do_not() {
        for (words, expected) in [
            ("We loved it!", Some(true)),
            ("lovely flat, we'd like to make an offer", Some(true)),
            ("didn't like it at all", Some(false)),
            ("It’s too small for us", Some(false)),
            ("lovely but too expensive", None),
            ("it was ok", None),
            ("אהבנו מאוד", Some(true)),
            ("לא מתאים לנו", Some(false)),
        ] {
            assert_eq!(liked(words), expected, "{words}");
        }
    }
}

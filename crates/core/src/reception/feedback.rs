//! What somebody thought of a viewing (C6) or of a call (C14), where their words are plain.

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

/// What looks ahead is no opinion.
const AHEAD: [&str; 7] = ["interested in", "love to", "be great", "like it if", "great if", "מעוניין ב", "מעוניינת ב"];

/// The same where a wish stands beside it: "I'd love to see another" tells nothing of the last one.
pub fn liked_besides(words: &str) -> Option<bool> {
    let words = words.to_lowercase();
    liked(&AHEAD.iter().fold(words, |text, phrase| text.replace(phrase, " ")))
}

const RATINGS: [&[&str]; 3] = [
    &["good", "great", "excellent", "fine", "perfect", "טובה", "טוב", "מעולה", "מצוינת", "מצוין"],
    &["so so", "soso", "ok", "okay", "average", "not bad", "ככה ככה", "בסדר", "סביר"],
    &["bad", "not good", "not great", "terrible", "awful", "poor", "לא טובה", "לא טוב", "גרועה", "גרוע"],
];

/// Words of an answer that weigh nothing.
const FILLERS: [&str; 18] = [
    "it",
    "was",
    "the",
    "call",
    "very",
    "really",
    "pretty",
    "all",
    "thanks",
    "thank",
    "you",
    "היתה",
    "הייתה",
    "היה",
    "השיחה",
    "מאוד",
    "תודה",
    "רבה",
];

/// How a call was: 1 good, 2 so-so, 3 bad. The answer stands at the beginning, by its figure or its title.
pub fn rating(words: &str) -> Option<u8> {
    let words = words.trim().to_lowercase().replace('-', " ");
    let first = words.split(['.', ',', '!', ';', '\n', ')', '(']).map(str::trim).find(|part| !part.is_empty())?;
    if let Ok(figure @ 1..=3) = first.parse() {
        return Some(figure);
    }
    let told: Vec<&str> = first.split_whitespace().filter(|word| !FILLERS.contains(word)).collect();
    let told = told.join(" ");
    (1..).zip(RATINGS).find(|(_, titles)| titles.contains(&told.as_str())).map(|(rating, _)| rating)
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

    #[test]
    fn what_looks_ahead_is_no_opinion_of_what_was_seen() {
        for (words, expected) in [
            ("I'd love to see a bigger one", None),
            ("I'm interested in a flat to rent", None),
            ("it was too small, have you anything with three bedrooms", Some(false)),
            ("we loved it, can we see it again", Some(true)),
        ] {
            assert_eq!(liked_besides(words), expected, "{words}");
        }
    }

    #[test]
    fn a_rating_is_its_figure_its_title_or_what_people_say_for_it() {
        for (words, expected) in [
            ("Good", Some(1)),
            ("1. Good", Some(1)),
            ("1", Some(1)),
            ("It was very good, thank you!", Some(1)),
            ("So-so", Some(2)),
            ("3. Bad", Some(3)),
            ("Bad, nobody called me back", Some(3)),
            ("not very good", Some(3)),
            ("ככה ככה", Some(2)),
            ("לא טובה", Some(3)),
            ("Good morning, I'd like to see a flat", None),
            ("12 Elgin Avenue", None),
            ("", None),
        ] {
            assert_eq!(rating(words), expected, "{words}");
        }
    }
}

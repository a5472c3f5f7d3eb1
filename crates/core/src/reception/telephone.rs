//! What is said on the telephone besides the talk itself: to hold the line, to a colleague who picks up, when nothing works, at the
//! end of a call that went on for too long (C1, C13). English and Hebrew, gender-neutral.

use super::say::{numbers, numbers_he};
use crate::texts::spoken;

fn in_language(language: &str, en: &'static str, he: &'static str) -> &'static str {
    if spoken(language) == "he" { he } else { en }
}

/// While the answer takes its time.
pub fn one_moment(language: &str) -> &'static str {
    in_language(language, "One moment, please.", "רק רגע, בבקשה.")
}

/// To a colleague who picked up, after the summary. They are told of the recording, as the caller was.
pub fn take_it(language: &str, recorded: bool) -> String {
    let keys = in_language(
        language,
        "Press 1 to take the call, or 2 to decline.",
        "כדי לקבל את השיחה יש להקיש אחת, כדי לדחות יש להקיש שתיים.",
    );
    let notice = in_language(language, " This call is recorded.", " השיחה מוקלטת.");
    format!("{keys}{}", if recorded { notice } else { "" })
}

/// What the keys do, when nothing else works; `number` is the emergency number of the place.
pub fn keys(language: &str, number: &str, office: bool) -> String {
    let mut words = match spoken(language) {
        "he" => format!(
            "מצטערים, אי אפשר לענות כרגע. במקרה חירום יש לנתק ולהתקשר ל{}. להשארת הודעה יש להקיש אחת או להישאר על הקו.",
            numbers_he::short_number(number)
        ),
        _ => format!(
            "I'm sorry, our assistant can't take your call just now. In an emergency, please hang up and ring {}. To leave a message, press 1 or stay on the line.",
            numbers::spelled(number)
        ),
    };
    if office {
        words.push_str(in_language(
            language,
            " To be put through to the office, press 2.",
            " לחיבור למשרד יש להקיש שתיים.",
        ));
    }
    words
}

/// Before the tone.
pub fn leave_message(language: &str) -> &'static str {
    in_language(
        language,
        "Please leave your name, your number and a message after the tone, and we will ring you back.",
        "אפשר להשאיר שם, מספר טלפון והודעה אחרי הצליל, ונחזור אליך.",
    )
}

/// After the message.
pub fn thanks(language: &str) -> &'static str {
    in_language(language, "Thank you. Goodbye.", "תודה ולהתראות.")
}

/// When a call has gone on for as long as one may.
pub fn too_long(language: &str) -> &'static str {
    in_language(
        language,
        "I'm sorry, I have to end this call now. A colleague will be in touch. Goodbye.",
        "מצטערים, צריך לסיים את השיחה עכשיו. ניצור קשר בהמשך. להתראות.",
    )
}

/// To callers of a number that nobody answers here.
pub fn not_in_service(language: &str) -> &'static str {
    in_language(language, "This number is not in service. Goodbye.", "המספר אינו פעיל. להתראות.")
}

/// The number to ring in an emergency where this line is, by its country code.
pub fn emergency_number(line: &str) -> &'static str {
    match line {
        line if line.starts_with("+44") => "999",
        line if line.starts_with("+972") => "100",
        line if line.starts_with("+1") => "911",
        _ => "112",
    }
}

/// The language of a line that nothing else is known of.
pub fn language_of(line: &str) -> &'static str {
    if line.starts_with("+972") { "he-IL" } else { "en-GB" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_emergency_number_is_the_places_own_and_said_digit_by_digit() {
        assert_eq!(emergency_number("+442079460018"), "999");
        assert_eq!(emergency_number("+493012345"), "112");
        assert!(keys("en-GB", "999", false).contains("please hang up and ring 9 9 9."));
        let hebrew = keys("he-IL", "100", true);
        assert!(hebrew.contains("ולהתקשר למאה.") && hebrew.contains("להקיש שתיים"), "{hebrew}");
        assert!(take_it("he", true).contains("מוקלטת") && !take_it("he", false).contains("מוקלטת"));
    }
}

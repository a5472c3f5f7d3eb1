//! What is said on the telephone besides the talk itself: to hold the line, to a colleague who picks up, before the tone, at the
//! end of a call that went on for too long (C1, C13). English and Hebrew, gender-neutral.

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
        "כדי לקבל את השיחה יש להקיש 1, כדי לדחות יש להקיש 2.",
    );
    let notice = in_language(language, " This call is recorded.", " השיחה מוקלטת.");
    format!("{keys}{}", if recorded { notice } else { "" })
}

/// Before the tone, when nothing else works; `number` is the emergency number of the place.
pub fn leave_message(language: &str, number: &str) -> String {
    let words = in_language(
        language,
        "I'm sorry, we can't take your call just now. Please leave your name, your number and a message after the tone, and we will ring you back. In an emergency, please ring",
        "מצטערים, אי אפשר לענות כרגע. אפשר להשאיר שם, מספר טלפון והודעה אחרי הצליל, ונחזור אליך. במקרה חירום יש להתקשר ל",
    );
    let spelled: Vec<String> = number.chars().map(String::from).collect();
    format!("{words} {}.", spelled.join(" "))
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
        assert!(leave_message("en-GB", "999").ends_with("please ring 9 9 9."));
        assert!(take_it("he", true).contains("מוקלטת") && !take_it("he", false).contains("מוקלטת"));
    }
}

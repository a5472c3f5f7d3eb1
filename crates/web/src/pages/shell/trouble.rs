//! What went wrong at a provider, in a shop owner's words and with what to do about it (P8), by the code that it gave. Its own
//! words are English and for who mends the connection; they stand folded away on the connection's page.

use crate::session::Lang;
use ringleader_core::message::SendFailure;
use ringleader_providers::messaging::{FailureClass, classify};

/// Why a message did not go.
pub(crate) fn failure(l: Lang, failure: &SendFailure) -> &'static str {
    account(l, &failure.code).unwrap_or_else(|| of_class(l, classify(&failure.code)))
}

/// Why a connection does not work, by the note that was made of it: where the provider gave a code, it stands before a colon.
pub(crate) fn trouble(l: Lang, note: &str) -> &'static str {
    if note.contains("send their calls elsewhere") {
        return l.t(
            "A number of the receptionist sends its calls elsewhere. Enter our address at the provider as the one that a call comes in at; it stands on this connection's page.",
            "מספר של המזכירה שולח את השיחות למקום אחר. צריך להזין אצל הספק את הכתובת שלנו לשיחות נכנסות; היא מופיעה בדף החיבור.",
        );
    }
    let before_colon = note.split(' ').filter_map(|word| word.trim_start_matches('(').strip_suffix(':'));
    let mut codes = before_colon.filter(|code| !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit()));
    let known = codes.find_map(|code| {
        let class = classify(code);
        account(l, code).or((class != FailureClass::Rejected).then(|| of_class(l, class)))
    });
    known.unwrap_or_else(|| {
        if ["not be reached", "not answer", "no answer", "timed out", "connect"].iter().any(|word| note.contains(word)) {
            l.t(
                "The provider does not answer. Check the address; if it is right, it works again by itself once the provider is back.",
                "הספק לא עונה. כדאי לבדוק את הכתובת; אם היא נכונה, החיבור יחזור לפעול מעצמו כשהספק יחזור.",
            )
        } else {
            l.t(
                "The provider does not take it as it is. Check key and settings, then test it.",
                "הספק לא מקבל את החיבור כפי שהוא. כדאי לבדוק את המפתח ואת ההגדרות, ואז לבדוק את החיבור.",
            )
        }
    })
}

/// What a person has to set right at the provider.
fn account(l: Lang, code: &str) -> Option<&'static str> {
    Some(match code.parse::<i64>().ok()? {
        0 | 190 | 20003 => l.t(
            "The provider does not accept our key any more. Make a new one there and enter it in the connection's settings.",
            "הספק כבר לא מקבל את המפתח שלנו. צריך ליצור אצלו מפתח חדש ולהזין אותו בהגדרות החיבור.",
        ),
        3 | 10 | 131_005 | 200..=299 => l.t(
            "The key may not send messages. Give it that right at the provider, or make a key that has it.",
            "למפתח אין הרשאה לשלוח הודעות. צריך לתת לו אותה אצל הספק, או ליצור מפתח שיש לו.",
        ),
        131_042 | 131_044 => l.t(
            "The account at the provider has a payment problem. Settle it there; then it goes on by itself.",
            "יש בעיית תשלום בחשבון אצל הספק. אחרי שמסדירים אותה שם, השליחה ממשיכה מעצמה.",
        ),
        368 | 131_031 | 30_002 => l.t(
            "The provider has locked the account. Only they can open it: write to their support.",
            "הספק נעל את החשבון. רק הוא יכול לפתוח אותו: כדאי לפנות לתמיכה שלו.",
        ),
        131_045 | 133_010 | 21_212 | 21_606 | 21_659 | 63_007 | 30_034 => l.t(
            "The number is not registered for sending at the provider. Register it there, then test the connection.",
            "המספר לא רשום לשליחה אצל הספק. צריך לרשום אותו שם, ואז לבדוק את החיבור.",
        ),
        131_048 | 131_064 => l.t(
            "The provider holds the number back since too many people complained. Write less for some days, and see its quality there.",
            "הספק מגביל את המספר כי רבים התלוננו. כדאי לכתוב פחות בימים הקרובים, ולבדוק אצלו את דירוג המספר.",
        ),
        _ => return None,
    })
}

fn of_class(l: Lang, class: FailureClass) -> &'static str {
    match class {
        FailureClass::Unreachable => l.t(
            "This person cannot be reached this way. Where there is another channel, it is tried.",
            "אי אפשר להגיע אליהם בערוץ הזה. אם יש ערוץ אחר, ננסה אותו.",
        ),
        FailureClass::WindowClosed => l.t(
            "Their last message is more than 24 hours old: only an approved template goes through.",
            "ההודעה האחרונה שלהם ישנה מ-24 שעות: רק תבנית מאושרת עוברת.",
        ),
        FailureClass::Throttled(_) => {
            l.t("The provider asks to go slower. It is tried again by itself.", "הספק מבקש להאט. ננסה שוב מעצמנו.")
        }
        FailureClass::Template => l.t(
            "The template is not approved, or does not fit. Read the templates again in the connection's settings and choose another.",
            "התבנית לא מאושרת או לא מתאימה. אפשר לקרוא שוב את התבניות בהגדרות החיבור ולבחור אחרת.",
        ),
        FailureClass::OptedOut => l.t(
            "They asked for no messages. Only they can change that.",
            "הם ביקשו לא לקבל הודעות. רק הם יכולים לשנות זאת.",
        ),
        FailureClass::Halted => l.t(
            "The provider refuses the account until something is set right there. Have a look, then test the connection.",
            "הספק מסרב לחשבון עד שיתוקן אצלו משהו. כדאי לבדוק שם, ואז לבדוק את החיבור.",
        ),
        FailureClass::Rejected => l.t(
            "The provider did not take this message, and would not take it again. Write in other words, or call.",
            "הספק לא קיבל את ההודעה, וגם לא יקבל אותה שוב. אפשר לנסח אחרת, או להתקשר.",
        ),
        FailureClass::Transient => l.t(
            "The provider has a passing problem. It is tried again by itself.",
            "לספק יש בעיה זמנית. ננסה שוב מעצמנו.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_told_by_the_code_in_it_and_never_in_the_providers_words() {
        let told = |note: &str| trouble(Lang::En, note);
        for note in [
            "190: Error validating access token",
            "the connection is refused until a person acts (20003: Authenticate)",
        ] {
            assert!(told(note).contains("key"), "{note}: {}", told(note));
        }
        assert!(told("131042: Business eligibility payment issue").contains("payment"));
        assert!(told("the provider could not be reached").contains("does not answer"));
        assert!(told("something odd").contains("settings"));
        for lines in 1..9 {
            let note = format!(
                "the account answers; {lines} of the receptionist's lines send their calls elsewhere: set \"A call comes in\""
            );
            assert!(told(&note).contains("sends its calls elsewhere"), "{}", told(&note));
            assert!(told(&format!("the account answers; {lines} numbers")).contains("settings"));
        }
        let sent = SendFailure { code: "131026".to_owned(), detail: "Message undeliverable".to_owned() };
        assert!(failure(Lang::He, &sent).contains("ערוץ"));
        assert!(
            failure(Lang::En, &SendFailure { code: "odd".to_owned(), detail: String::new() }).contains("did not take")
        );
    }
}

//! Hebrew that takes no side (A11): the second person singular has a gender; plural and infinitive have none.
//!
//! Spelling alone tells many gendered forms, not all: what is found is gendered, what is not found may still be.

/// Forms whose spelling shows that one man or one woman is spoken to.
const GENDERED: &[&str] = &[
    "אתה",
    "שלך",
    "לך",
    "אליך",
    "אלייך",
    "איתך",
    "אותך",
    "עליך",
    "עלייך",
    "ממך",
    "בשבילך",
    "עבורך",
    "כתוב",
    "כתבי",
    "שלח",
    "שלחי",
    "השב",
    "השיבי",
    "בוא",
    "בואי",
    "התקשר",
    "התקשרי",
    "הקלד",
    "הקלידי",
    "לחץ",
    "לחצי",
    "המתן",
    "המתיני",
    "חזור",
    "תוכל",
    "תוכלי",
    "תרצה",
    "תרצי",
    "תכתוב",
    "תכתבי",
    "תשלח",
    "תשלחי",
    "תתקשר",
    "תתקשרי",
    "תגיד",
    "תגידי",
    "תענה",
    "תעני",
    "מעוניין",
    "מעוניינת",
    "צריכה",
    "יכולה",
    "מוזמן",
    "מוזמנת",
    "ברוך",
    "ברוכה",
    "יקרה",
];

/// The words of a Hebrew text that take a side, and slashed forms that take both.
pub fn gendered(text: &str) -> Vec<&str> {
    let word = |part: &&str| GENDERED.contains(part) || GENDERED.iter().any(|form| joined(part, form));
    let words = text.split(|c: char| !c.is_alphabetic()).filter(word);
    let slashed = text.split_whitespace().filter(|part| ["/ה", "/ת", "/י"].iter().any(|end| part.contains(end)));
    words.chain(slashed).collect()
}

/// A form with the one letter that joins it to the sentence: `ואתה`, `שתוכל`.
fn joined(word: &str, form: &str) -> bool {
    let rest = word.strip_prefix(['ו', 'ש']);
    rest == Some(form) && form.chars().count() > 2
}

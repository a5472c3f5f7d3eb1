//! How numbers are written down: signs, other scripts' digits, withheld words, short codes. Knows no country.

use unicode_normalization::UnicodeNormalization;

/// What a text looks like, before any country is asked.
pub(super) enum Written {
    /// The caller hides the number.
    Withheld,
    /// `*1234`, `106`: no E.164 form.
    Short,
    /// Not a phone number.
    Nonsense,
    /// Digits that begin with a country code.
    International(String),
    /// Digits, local or international.
    Bare(String),
}

/// Words by which switchboards say that there is no number.
const WITHHELD: &[&str] = &[
    "",
    "0",
    "anonymous",
    "unknown",
    "unavailable",
    "private",
    "restricted",
    "withheld",
    "hidden",
    "blocked",
    "no number",
    "not available",
    "null",
    "none",
    "חסוי",
    "מספר חסוי",
    "חסום",
    "לא ידוע",
    "פרטי",
];

/// Schemes in front of a number: `tel:+44…`, `sip:…@host`.
const SCHEMES: &[&str] = &["tel:", "sips:", "sip:", "whatsapp:"];

/// Longer texts are not numbers; reading them would only cost time.
const MAX_CHARS: usize = 64;

/// Sorts a text by its form.
pub(super) fn read(raw: &str) -> Written {
    if raw.chars().count() > MAX_CHARS {
        return Written::Nonsense;
    }
    let text = plain(raw);
    if WITHHELD.contains(&text.trim_matches(|c: char| matches!(c, '"' | '\'' | '<' | '>' | '(' | ')' | '-'))) {
        return Written::Withheld;
    }
    match signs(number_part(&text)) {
        Some(number) => sort(&number),
        None => Written::Nonsense,
    }
}

/// Lower case, compatibility forms folded (full-width digits), invisible direction marks gone.
fn plain(raw: &str) -> String {
    if raw.is_ascii() {
        return raw.trim().to_ascii_lowercase(); // nothing to fold
    }
    let visible = |c: &char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    raw.nfkc().filter(visible).flat_map(char::to_lowercase).collect::<String>().trim().to_owned()
}

/// Without scheme, parameters and host.
fn number_part(text: &str) -> &str {
    let text = SCHEMES.iter().find_map(|s| text.strip_prefix(s)).unwrap_or(text);
    text.split([';', '@']).next().unwrap_or_default().trim()
}

/// Digits with a leading plus or star, if there is nothing else but the usual punctuation.
fn signs(text: &str) -> Option<String> {
    let mut number = String::new();
    for c in text.chars() {
        match c {
            '+' | '*' if number.is_empty() => number.push(c),
            ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}' | '\u{2010}'..='\u{2015}' | '\u{2212}' => {}
            _ => number.push(ascii_digit(c)?),
        }
    }
    Some(number)
}

/// Western, Arabic-Indic and Persian digits.
fn ascii_digit(c: char) -> Option<char> {
    let value = match c {
        '0'..='9' => return Some(c),
        '\u{660}'..='\u{669}' => c as u32 - 0x660,
        '\u{6f0}'..='\u{6f9}' => c as u32 - 0x6f0,
        _ => return None,
    };
    char::from_digit(value, 10)
}

fn sort(number: &str) -> Written {
    if let Some(star) = number.strip_prefix('*') {
        return if (3..=6).contains(&star.len()) { Written::Short } else { Written::Nonsense };
    }
    let (plus, digits) = match number.strip_prefix('+') {
        Some(digits) => (!digits.starts_with('0'), digits), // no country code begins with 0: the plus was a mistake
        None => (false, number),
    };
    match digits.len() {
        3..=6 if !plus => Written::Short,
        7..=18 if plus => Written::International(digits.to_owned()),
        7..=18 => match digits.strip_prefix("00") {
            Some(rest) if !rest.starts_with('0') => Written::International(rest.to_owned()),
            _ => Written::Bare(digits.to_owned()),
        },
        _ => Written::Nonsense,
    }
}

//! Numbers in digits and in words, Hebrew (also in Latin letters) and English.

use super::token::{Kind, Token};

/// The number that begins at token `at`, and the token behind it.
pub(crate) fn at(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    let token = tokens.get(at)?;
    if token.kind == Kind::Number {
        return digits(&token.norm).map(|n| (n, at + 1));
    }
    in_words(tokens, at)
}

/// A whole number that begins at token `at`.
pub(crate) fn whole_at(tokens: &[Token], begin: usize) -> Option<(u32, usize)> {
    let (n, end) = at(tokens, begin)?;
    (n.fract() == 0.0 && (0.0..=100_000.0).contains(&n)).then_some((n as u32, end))
}

/// `3,000,000`, `2.5`, `.77`.
pub(crate) fn digits(text: &str) -> Option<f64> {
    let grouped = text.split(',').skip(1).all(|part| part.len() >= 3);
    if text.contains([':', '/', '-']) || (text.contains(',') && !grouped) {
        return None;
    }
    text.replace(',', "").parse().ok()
}

fn in_words(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    let word = |i: usize| tokens.get(i).filter(|t| t.kind == Kind::Word).map(|t| t.norm.as_str());
    let first = small(word(at)?)?;
    let next = word(at + 1);
    if first < 10.0 && first > 0.0 && next.is_some_and(|w| matches!(w, "עשר" | "עשרה" | "esre")) {
        return Some((first + 10.0, at + 2));
    }
    if (20.0..100.0).contains(&first) {
        let tail = |i: usize| word(i).map(|w| w.strip_prefix('ו').unwrap_or(w)).and_then(small);
        let units = |n: &f64| (1.0..10.0).contains(n);
        if let Some(n) = tail(at + 1).filter(units) {
            return Some((first + n, at + 2));
        }
    }
    Some((first, at + 1))
}

/// The value of a single number word.
pub(crate) fn small(word: &str) -> Option<f64> {
    Some(match word {
        "אפס" | "zero" | "efes" => 0.0,
        "אחת" | "אחד" | "one" | "achat" | "ahat" | "echad" => 1.0,
        "שתיים" | "שניים" | "שתים" | "שנים" | "שתי" | "two" | "shtaim" | "shtayim" | "shtaym" => {
            2.0
        }
        "שלוש" | "שלושה" | "שלושת" | "three" | "shalosh" | "shlosha" => 3.0,
        "ארבע" | "ארבעה" | "four" | "arba" | "arbaa" => 4.0,
        "חמש" | "חמישה" | "חמשה" | "five" | "chamesh" | "hamesh" => 5.0,
        "שש" | "שישה" | "ששה" | "six" | "shesh" => 6.0,
        "שבע" | "שבעה" | "seven" | "sheva" => 7.0,
        "שמונה" | "eight" | "shmone" | "shmona" => 8.0,
        "תשע" | "תשעה" | "nine" | "tesha" => 9.0,
        "עשר" | "עשרה" | "ten" | "eser" => 10.0,
        "eleven" => 11.0,
        "twelve" => 12.0,
        "thirteen" => 13.0,
        "fourteen" => 14.0,
        "fifteen" => 15.0,
        "sixteen" => 16.0,
        "seventeen" => 17.0,
        "eighteen" => 18.0,
        "nineteen" => 19.0,
        "עשרים" | "twenty" | "esrim" => 20.0,
        "שלושים" | "thirty" | "shloshim" => 30.0,
        "ארבעים" | "forty" | "arbaim" => 40.0,
        "חמישים" | "fifty" | "chamishim" => 50.0,
        "שישים" | "sixty" => 60.0,
        "שבעים" | "seventy" => 70.0,
        "שמונים" | "eighty" => 80.0,
        "תשעים" | "ninety" => 90.0,
        "מאה" | "hundred" => 100.0,
        _ => return None,
    })
}

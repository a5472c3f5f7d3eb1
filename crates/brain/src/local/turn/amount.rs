//! Amounts as they are spoken: "twenty two hundred", "nineteen fifty", "one point two million", "three and a half grand",
//! "three quarters of a million", "שבעת אלפים" (C5).

use crate::times::number;
use crate::times::token::{Kind, Token};

/// An amount that was said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Amount {
    /// Its value as said; "six fifty" is 650 until one knows that it is a house.
    pub value: f64,
    /// A thousand or a million was said, so the value is what it is.
    pub scaled: bool,
    /// Two single figures: "two five", meaning 2.5 thousand.
    pub pair: bool,
    /// A currency was named.
    pub money: bool,
    /// First token.
    pub start: usize,
    /// The token behind the last.
    pub end: usize,
}

const THOUSANDS: [&str; 8] = ["thousand", "grand", "k", "אלף", "אלפים", "אלפי", "elef", "alafim"];
const MILLIONS: [&str; 6] = ["million", "mil", "m", "mill", "מיליון", "milyon"];
const POUNDS: [&str; 12] =
    ["pounds", "pound", "quid", "sterling", "gbp", "שקל", "שקלים", "ש\"ח", "שח", "nis", "shekel", "shekels"];

/// The amount that begins at token `at`.
pub(super) fn amount_at(tokens: &[Token], at: usize) -> Option<Amount> {
    let words = Words(tokens);
    let (value, end, scaled, pair) = words.fraction(at).or_else(|| words.whole(at))?;
    let before = at.checked_sub(1).and_then(|i| tokens.get(i));
    let signed = before.is_some_and(|t| matches!(t.norm.as_str(), "£" | "₪" | "$" | "€"));
    let named = words.is_any(end, &POUNDS) || tokens.get(end).is_some_and(|t| matches!(t.norm.as_str(), "₪" | "£"));
    Some(Amount { value, scaled, pair, money: signed || named, start: at, end: end + usize::from(named) })
}

type Value = (f64, usize, bool, bool);

struct Words<'a>(&'a [Token]);

impl Words<'_> {
    fn word(&self, at: usize) -> &str {
        self.0.get(at).map_or("", |t| t.norm.as_str())
    }

    fn is_any(&self, at: usize, list: &[&str]) -> bool {
        list.contains(&self.word(at))
    }

    fn multiplier(&self, at: usize) -> Option<f64> {
        if self.is_any(at, &THOUSANDS) {
            Some(1e3)
        } else if self.is_any(at, &MILLIONS) {
            Some(1e6)
        } else {
            None
        }
    }

    /// "half a million", "three quarters of a million".
    fn fraction(&self, at: usize) -> Option<Value> {
        let (part, end) = match self.word(at) {
            "half" => (0.5, at + 1),
            "quarter" => (0.25, at + 1),
            "חצי" => (0.5, at + 1),
            "a" if self.word(at + 1) == "quarter" => (0.25, at + 2),
            "three" if self.is_any(at + 1, &["quarters", "quarter"]) => (0.75, at + 2),
            _ => return None,
        };
        let mut end = end;
        while self.is_any(end, &["of", "a"]) {
            end += 1;
        }
        self.multiplier(end).map(|by| (part * by, end + 1, true, false))
    }

    fn whole(&self, at: usize) -> Option<Value> {
        let Some((mut value, mut end, pair)) = self.below_thousand(at) else {
            let by = self.multiplier(at).filter(|_| self.is_any(at, &["אלף", "מיליון"]))?;
            return Some(self.and_half(by, by, at + 1));
        };
        let mut scaled = false;
        while let Some(by) = self.multiplier(end) {
            // "450 m" is metres; a bare "m" counts behind figures below a hundred only.
            if self.word(end) == "m" && value >= 100.0 {
                break;
            }
            (value, end, scaled) = (value * by, end + 1, true);
            (value, end, _, _) = self.and_half(value, by, end);
            let and = usize::from(self.word(end) == "and");
            let Some((rest, rest_end, _)) = self.below_thousand(end + and).filter(|(rest, ..)| *rest < by) else {
                break;
            };
            match self.multiplier(rest_end).filter(|next| *next < by) {
                Some(next) => (value, end) = (value + rest * next, rest_end + 1),
                None if by > 1e3 => break,
                None => {
                    (value, end) = (value + rest, rest_end);
                    break;
                }
            }
        }
        Some((value, end, scaled, pair))
    }

    /// "מיליון וחצי": half of the last multiplier more.
    fn and_half(&self, value: f64, by: f64, end: usize) -> Value {
        match self.word(end) {
            "וחצי" => (value + by / 2.0, end + 1, true, false),
            "ורבע" => (value + by / 4.0, end + 1, true, false),
            _ => (value, end, true, false),
        }
    }

    fn below_thousand(&self, at: usize) -> Option<(f64, usize, bool)> {
        let (first, end) = self.below_hundred(at)?;
        if self.word(end) == "point" {
            return self.decimals(first, end + 1).map(|(value, end)| (value, end, false));
        }
        if let Some((part, end)) = self.and_part(end) {
            return Some((first + part, end, false));
        }
        let tail = |i| self.below_hundred(i).filter(|_| !self.is_digits(i));
        if self.is_any(end, &["hundred", "מאות"]) {
            let mut value = first * 100.0;
            let mut end = end + 1;
            let and = usize::from(self.word(end) == "and");
            if let Some((rest, rest_end)) = tail(end + and)
                // "eighteen hundred and two thousand" are two amounts.
                .filter(|(rest, e)| {
                    *rest < 100.0 && self.word(*e) != "hundred" && (first < 10.0 || self.multiplier(*e).is_none())
                })
            {
                (value, end) = (value + rest, rest_end);
            }
            return Some((value, end, false));
        }
        if self.is_digits(at) {
            return Some((first, end, false));
        }
        match tail(end) {
            Some((rest, end)) if (10.0..100.0).contains(&rest) && (1.0..100.0).contains(&first) => {
                Some((first * 100.0 + rest, end, false))
            }
            Some((rest, next)) if rest == 0.0 && self.is_any(end, &["oh", "o"]) => {
                let (unit, end) = tail(next).filter(|(unit, _)| *unit < 10.0)?;
                Some((first * 100.0 + unit, end, false))
            }
            Some((rest, end)) if (1.0..10.0).contains(&rest) && (1.0..10.0).contains(&first) => {
                Some((first * 10.0 + rest, end, true))
            }
            _ => Some((first, end, false)),
        }
    }

    fn is_digits(&self, at: usize) -> bool {
        self.0.get(at).is_some_and(|t| t.kind == Kind::Number)
    }

    /// "and a half", "and a quarter".
    fn and_part(&self, at: usize) -> Option<(f64, usize)> {
        if self.word(at) != "and" {
            return None;
        }
        match (self.word(at + 1), self.word(at + 2)) {
            ("a", "half") => Some((0.5, at + 3)),
            ("a", "quarter") => Some((0.25, at + 3)),
            ("three", "quarters") => Some((0.75, at + 3)),
            _ => None,
        }
    }

    fn decimals(&self, first: f64, mut at: usize) -> Option<(f64, usize)> {
        let (begin, mut text) = (at, format!("{first}."));
        while let Some((figure, end)) = self.below_hundred(at).filter(|(n, _)| n.fract() == 0.0) {
            text.push_str(&figure.to_string());
            at = end;
        }
        if at == begin {
            return None;
        }
        text.parse().ok().map(|value| (value, at))
    }

    fn below_hundred(&self, at: usize) -> Option<(f64, usize)> {
        let token = self.0.get(at)?;
        if token.kind == Kind::Number {
            return number::digits(&token.norm).map(|n| (n, at + 1));
        }
        let by_more = self.is_any(at + 1, &["hundred"]) || self.multiplier(at + 1).is_some();
        if self.is_any(at, &["a", "an"]) && by_more {
            return Some((1.0, at + 1));
        }
        let first = unit(self.word(at))?;
        if (20.0..100.0).contains(&first)
            && let Some(rest) = unit(self.word(at + 1)).filter(|n| (1.0..10.0).contains(n))
        {
            return Some((first + rest, at + 2));
        }
        if (100.0..1000.0).contains(&first) {
            let rest = self.below_hundred(at + 1).filter(|(rest, _)| *rest < 100.0 && !self.is_digits(at + 1));
            return Some(rest.map_or((first, at + 1), |(rest, end)| (first + rest, end)));
        }
        Some((first, at + 1))
    }
}

fn unit(word: &str) -> Option<f64> {
    Some(match word {
        "oh" | "o" => 0.0,
        "hundred" => return None,
        "שלושת" => 3.0,
        "ארבעת" => 4.0,
        "חמשת" => 5.0,
        "ששת" => 6.0,
        "שבעת" => 7.0,
        "שמונת" => 8.0,
        "תשעת" => 9.0,
        "עשרת" => 10.0,
        "שני" => 2.0,
        "אלפיים" => 2000.0,
        "מאתיים" => 200.0,
        word => {
            let bare = word.strip_prefix('ו').filter(|rest| rest.chars().count() > 2);
            return number::small(word).or_else(|| number::small(bare?)).or_else(|| unit(bare?));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::amount_at;
    use ringleader_core::language::heard;

    #[test]
    fn amounts_are_read_as_they_are_spoken() {
        let cases = [
            ("two thousand two hundred", 2200.0),
            ("fourteen hundred", 1400.0),
            ("twenty seven hundred", 2700.0),
            ("nineteen fifty", 1950.0),
            ("twenty two fifty", 2250.0),
            ("fifteen seventy five", 1575.0),
            ("three and a half grand", 3500.0),
            ("two thousand one fifty", 2150.0),
            ("two thousand one hundred and fifty", 2150.0),
            ("six fifty", 650.0),
            ("four hundred and fifty thousand", 450_000.0),
            ("one point two million", 1_200_000.0),
            ("one point one five", 1.15),
            ("one and a half million", 1_500_000.0),
            ("half a million", 500_000.0),
            ("three quarters of a million", 750_000.0),
            ("two million five hundred thousand", 2_500_000.0),
            ("a hundred and ten", 110.0),
            ("a thousand", 1000.0),
            ("£2,200", 2200.0),
            ("450k", 450_000.0),
            ("1.2m", 1_200_000.0),
            ("שבעת אלפים", 7000.0),
            ("חמשת אלפים וחמש מאות", 5500.0),
            ("מיליון וחצי", 1_500_000.0),
            ("שני מיליון", 2_000_000.0),
        ];
        for (said, value) in cases {
            let tokens = heard(said);
            let at = usize::from(said.starts_with('£'));
            let found = amount_at(&tokens, at);
            assert_eq!(found.map(|a| (a.value, a.end)), Some((value, tokens.len())), "{said}");
        }
    }
}

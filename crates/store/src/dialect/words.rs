//! Words somewhere in a text, whatever the case of their letters, in any script.
//!
//! Neither engine's own comparison will do: SQLite knows the case of Latin letters without accents alone, PostgreSQL that of the
//! database's collation. So each letter becomes the set of its forms, in the engine's own language of patterns.

use crate::db::Engine;
use std::collections::BTreeSet;

/// Longest words that are looked for.
const LONGEST: usize = 200;

/// The operator between a column and what [`pattern`] gives.
pub const fn has(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "GLOB",
        Engine::Postgres => "~",
    }
}

/// The function that tells where in a text another begins; 0: nowhere.
pub const fn find(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "INSTR",
        Engine::Postgres => "STRPOS",
    }
}

/// Words without what no database takes, and not too many of them.
fn signs(words: &str) -> impl Iterator<Item = char> + '_ {
    words.trim().chars().filter(|c| !c.is_control()).take(LONGEST)
}

/// Words as they are looked for in a column of small letters.
pub fn small(words: &str) -> String {
    signs(words).collect::<String>().to_lowercase()
}

/// The pattern of words.
pub fn pattern(engine: Engine, words: &str) -> String {
    let signs = signs(words);
    match engine {
        Engine::Sqlite => format!("*{}*", signs.map(glob).collect::<String>()),
        Engine::Postgres => signs.map(regex).collect(),
    }
}

fn glob(c: char) -> String {
    set(c).unwrap_or_else(|| if "*?[".contains(c) { format!("[{c}]") } else { c.to_string() })
}

fn regex(c: char) -> String {
    set(c).unwrap_or_else(|| if c.is_ascii_punctuation() { format!("\\{c}") } else { c.to_string() })
}

/// The forms of a letter that has several.
fn set(c: char) -> Option<String> {
    let one = |mut forms: Box<dyn Iterator<Item = char>>| forms.next().filter(|_| forms.next().is_none());
    let lower = |c: char| one(Box::new(c.to_lowercase())).unwrap_or(c);
    let upper = |c: char| one(Box::new(c.to_uppercase())).unwrap_or(c);
    let forms = BTreeSet::from([c, lower(c), upper(c), lower(upper(c))]);
    (forms.len() > 1).then(|| format!("[{}]", forms.into_iter().collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_become_sets_and_signs_of_the_pattern_stay_signs() {
        for (words, glob, regex) in [
            (" Иван ", "*[Ии][Вв][Аа][Нн]*", "[Ии][Вв][Аа][Нн]"),
            ("é1", "*[Éé]1*", "[Éé]1"),
            ("דני", "*דני*", "דני"),
            ("50%*", "*50%[*]*", "50\\%\\*"),
            ("[a]?^", "*[[][Aa]][?]^*", "\\[[Aa]\\]\\?\\^"),
            ("a\0\n", "*[Aa]*", "[Aa]"),
        ] {
            assert_eq!((pattern(Engine::Sqlite, words), pattern(Engine::Postgres, words)), (glob.into(), regex.into()));
        }
        assert_eq!(pattern(Engine::Sqlite, &"x".repeat(1000)).len(), LONGEST * 4 + 2);
    }
}

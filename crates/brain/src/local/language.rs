//! Which language a message is written in: by script first, then by words.

use crate::times::token::{Kind, Token, is_hebrew};
use ringleader_core::reading::Language;

/// Hebrew words in Latin letters that no English message has.
const HEBREW_LATIN: &[&str] = &[
    "ani",
    "ata",
    "atem",
    "lo",
    "ken",
    "tov",
    "toda",
    "shalom",
    "ahlan",
    "machar",
    "mahar",
    "hayom",
    "baboker",
    "boker",
    "erev",
    "baerev",
    "yom",
    "rishon",
    "sheni",
    "shlishi",
    "revii",
    "chamishi",
    "shishi",
    "shabat",
    "tzarich",
    "tsarich",
    "tzricha",
    "tsricha",
    "rotze",
    "rotza",
    "mechapes",
    "mechapeset",
    "meunyan",
    "yesh",
    "ein",
    "li",
    "sheli",
    "korim",
    "shmi",
    "hashem",
    "mi",
    "ma",
    "lama",
    "kama",
    "eich",
    "matay",
    "ze",
    "zot",
    "im",
    "shel",
    "gam",
    "rak",
    "kvar",
    "achshav",
    "akshav",
    "acharey",
    "lifney",
    "bein",
    "dachuf",
    "bevakasha",
    "slicha",
    "rega",
    "tachzor",
    "tachzeru",
    "titkasher",
    "titkashru",
    "elay",
    "hodaot",
    "tafsik",
    "tasir",
    "tasiru",
    "dira",
    "tikun",
    "mazgan",
    "od",
    "shaa",
    "hatzi",
    "chatzi",
    "efshar",
    "panuy",
    "beseder",
    "sababa",
    "achi",
    "kan",
    "po",
    "mitel",
    "haba",
    "histadarti",
    "taut",
    "bishvil",
    "noach",
    "shenoach",
];

/// The language of a message.
pub(super) fn detect(tokens: &[Token]) -> Language {
    let words = || tokens.iter().filter(|t| t.kind == Kind::Word);
    let count = |fits: fn(char) -> bool| words().filter(|t| t.norm.chars().any(fits)).count();
    let hebrew = count(is_hebrew);
    let latin =
        words().filter(|t| t.norm.chars().all(|c| c.is_ascii_alphabetic() || c == '\'') && t.norm.len() > 1).count();
    let cyrillic = count(|c| ('\u{400}'..='\u{52f}').contains(&c));
    let arabic = count(|c| ('\u{600}'..='\u{6ff}').contains(&c));
    let most = [hebrew + latin, cyrillic, arabic].into_iter().max().unwrap_or(0);
    match () {
        () if most == 0 => Language::Unknown,
        () if most == cyrillic => Language::Russian,
        () if most == arabic => Language::Arabic,
        () if hebrew > 0 && latin > 0 => Language::Mixed,
        () if hebrew > 0 => Language::Hebrew,
        () => {
            let known = words().filter(|t| HEBREW_LATIN.contains(&t.norm.as_str())).count();
            if known * 4 >= latin.max(1) { Language::HebrewLatin } else { Language::English }
        }
    }
}

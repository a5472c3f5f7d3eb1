//! Places in what a caller says: spelled postcodes, areas, roads (C5).

use crate::times::number;
use crate::times::token::{Kind, Token};
use ringleader_core::reception::areas;

/// Areas, roads and postcodes of a turn, and the tokens they took.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Districts and names, in the order said.
    pub areas: Vec<String>,
    /// The first road.
    pub street: Option<String>,
    /// A whole postcode.
    pub postcode: Option<String>,
}

/// Names that are also ordinary words: they count behind a preposition only.
const ORDINARY: [&str; 14] = [
    "Bank", "Angel", "Temple", "Lee", "Ham", "Bow", "Oval", "Borough", "Maryland", "Victoria", "Arsenal", "Bushey",
    "Monument", "Hayes",
];
const BEFORE: [&str; 10] = ["in", "near", "around", "at", "to", "or", "and", "by", "towards", "of"];
const ROADS: [&str; 22] = [
    "road", "street", "avenue", "lane", "gardens", "crescent", "close", "mansions", "terrace", "square", "mews",
    "drive", "court", "house", "walk", "grove", "place", "vale", "villas", "row", "rise", "parade",
];
/// Surely roads, whatever stands before them.
const SURE_ROADS: [&str; 9] = ["road", "street", "avenue", "lane", "crescent", "mansions", "gardens", "close", "mews"];

/// Reads the places and marks their tokens in `used`. `own` are names that the tenant's data knows.
pub(super) fn read(tokens: &[Token], used: &mut [bool], own: &[String]) -> Places {
    let mut places = Places::default();
    let mut at = 0;
    while at < tokens.len() {
        let next = postcode(tokens, at, used, &mut places)
            .or_else(|| road(tokens, at, &mut places))
            .or_else(|| named(tokens, at, own, &mut places));
        match next {
            Some(end) => {
                used[at..end].fill(true);
                at = end;
            }
            None => at += 1,
        }
    }
    places
}

fn word(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |t| t.norm.as_str())
}

fn postcode(tokens: &[Token], at: usize, used: &[bool], places: &mut Places) -> Option<usize> {
    let (letters, digits_at) = letters(tokens, at)?;
    let (district, end) = match letters.find(|c: char| c.is_ascii_digit()) {
        Some(_) => (letters, digits_at),
        None => {
            let (n, end) = district_number(tokens, digits_at).filter(|_| !used[digits_at])?;
            (format!("{letters}{n}"), end)
        }
    };
    let inward = inward(tokens, end);
    let known = areas::is_district(&district);
    if !known && inward.is_none() {
        return None;
    }
    if !left(tokens, at) {
        push(&mut places.areas, &district);
    }
    match inward {
        Some((code, end)) => {
            places.postcode.get_or_insert(format!("{district} {code}"));
            Some(end)
        }
        None => Some(sector(tokens, end)),
    }
}

/// `n w`, `nw`, `double u`, or a district in one word, `nw6`.
fn letters(tokens: &[Token], at: usize) -> Option<(String, usize)> {
    let token = tokens.get(at).filter(|t| t.kind == Kind::Word)?;
    if token.norm.chars().any(|c| c.is_ascii_digit()) {
        let text = token.norm.to_uppercase();
        let shape = text.len() <= 4 && text.starts_with(|c: char| c.is_ascii_alphabetic());
        return shape.then_some((text, at + 1));
    }
    let letter = |i: usize| match word(tokens, i) {
        "double" if matches!(word(tokens, i + 1), "u" | "you") => Some(('W', i + 2)),
        w if w.len() == 1 => w.chars().next().filter(char::is_ascii_lowercase).map(|c| (c.to_ascii_uppercase(), i + 1)),
        _ => None,
    };
    if let Some((first, next)) = letter(at) {
        return Some(match letter(next) {
            Some((second, end)) => (format!("{first}{second}"), end),
            None => (first.to_string(), next),
        });
    }
    let pair = ["nw", "sw", "se", "ec", "wc", "cr", "br", "ha", "tw", "kt", "ub", "ig", "en", "rm", "sm", "da"];
    pair.contains(&token.norm.as_str()).then(|| (token.norm.to_uppercase(), at + 1))
}

fn district_number(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    let (n, end) = number::whole_at(tokens, at)?;
    let more = matches!(word(tokens, end), "hundred" | "thousand" | "grand" | "k" | "point" | "million");
    ((1..=28).contains(&n) && !more).then_some((n, end))
}

/// `two a b` behind a district.
fn inward(tokens: &[Token], at: usize) -> Option<(String, usize)> {
    let (n, next) = number::whole_at(tokens, at).filter(|(n, _)| *n < 10)?;
    let single = |i: usize| {
        let w = word(tokens, i);
        (w.len() == 1 && w.chars().all(|c| c.is_ascii_lowercase())).then(|| w.to_uppercase())
    };
    let joined = word(tokens, next);
    if joined.len() == 2
        && joined.chars().all(|c| c.is_ascii_lowercase())
        && ![
            "or", "to", "in", "is", "at", "up", "on", "of", "by", "we", "my", "it", "if", "as", "an", "do", "so", "no",
            "us", "me", "am", "pm", "be", "go",
        ]
        .contains(&joined)
    {
        return Some((format!("{n}{}", joined.to_uppercase()), next + 1));
    }
    let (first, second) = (single(next)?, single(next + 1)?);
    Some((format!("{n}{first}{second}"), next + 2))
}

/// "w nine one": the sector belongs to the district, unless it counts something.
fn sector(tokens: &[Token], end: usize) -> usize {
    let one = number::whole_at(tokens, end).filter(|(n, _)| *n < 10).map(|(_, end)| end);
    match one {
        Some(next) if letters(tokens, next).is_some() || matches!(word(tokens, next), "that" | "") => next,
        _ => end,
    }
}

fn named(tokens: &[Token], at: usize, own: &[String], places: &mut Places) -> Option<usize> {
    let (name, end) = match areas::at(tokens, at) {
        Some((place, end)) => (place.name.to_owned(), end),
        None => own_name(tokens, at, own)?,
    };
    let before = at.checked_sub(1).map_or("", |i| word(tokens, i));
    if ORDINARY.contains(&name.as_str()) && !BEFORE.contains(&before) {
        return None;
    }
    if matches!(word(tokens, end), "holiday" | "account" | "line" | "tenants") {
        return None;
    }
    if !left(tokens, at) {
        push(&mut places.areas, &name);
    }
    Some(end)
}

fn own_name(tokens: &[Token], at: usize, own: &[String]) -> Option<(String, usize)> {
    own.iter().find_map(|name| {
        let words = ringleader_core::language::heard(name);
        let fits = !words.is_empty()
            && words.iter().enumerate().all(|(n, w)| tokens.get(at + n).is_some_and(|t| same(&t.norm, &w.norm)));
        fits.then(|| (name.clone(), at + words.len()))
    })
}

/// Hebrew names may have a prefix letter: "ברמת גן".
fn same(said: &str, name: &str) -> bool {
    said == name || said.strip_prefix(['ב', 'ל', 'מ', 'ה', 'ו']).is_some_and(|rest| rest == name)
}

/// A place that is left or lived in is not looked for: "relocating from", "selling in", "not in".
fn left(tokens: &[Token], at: usize) -> bool {
    let (one, two) =
        (at.checked_sub(1).map_or("", |i| word(tokens, i)), at.checked_sub(2).map_or("", |i| word(tokens, i)));
    let three = at.checked_sub(3).map_or("", |i| word(tokens, i));
    let ours = matches!(three, "youre" | "you" | "are" | "being" | "theyre");
    matches!(one, "from" | "leaving" | "not" | "except" | "outside")
        || matches!(one, "in" | "of")
            && matches!(two, "selling" | "sold" | "live" | "living" | "not" | "out" | "renting" | "based")
            && !ours
        || one == "in" && two == "work" && three == "i"
}

/// "fernhead road", "lauderdale mansions": the words before the kind of road, back to a preposition.
fn road(tokens: &[Token], at: usize, places: &mut Places) -> Option<usize> {
    let is_name = |i: usize| {
        tokens.get(i).is_some_and(|t| t.kind == Kind::Word && t.norm.len() > 2 && !STOP.contains(&t.norm.as_str()))
            && number::small(word(tokens, i)).is_none()
    };
    if !is_name(at) || at > 0 && is_name(at - 1) {
        return None;
    }
    let end = (at + 1..(at + 5).min(tokens.len())).find(|i| {
        let sure = SURE_ROADS.contains(&word(tokens, *i));
        let behind_on = at > 0
            && matches!(word(tokens, at - 1), "on" | "in" | "at" | "number")
            && ROADS.contains(&word(tokens, *i));
        sure || (behind_on && areas::at(tokens, at).is_none_or(|(_, end)| end <= *i))
    })?;
    // "Edgware Road" is an area too.
    if !(at..end).all(is_name) || areas::at(tokens, at).is_some_and(|(_, place_end)| place_end > end) {
        return None;
    }
    let name = tokens[at..=end].iter().map(|t| capital(&t.norm)).collect::<Vec<_>>().join(" ");
    places.street.get_or_insert(name);
    Some(end + 1)
}

const STOP: [&str; 48] = [
    "the",
    "and",
    "for",
    "with",
    "flat",
    "flats",
    "house",
    "houses",
    "studio",
    "bed",
    "beds",
    "bedroom",
    "bedrooms",
    "apartment",
    "property",
    "place",
    "one",
    "rent",
    "buy",
    "sale",
    "sell",
    "let",
    "off",
    "street",
    "parking",
    "view",
    "viewing",
    "see",
    "near",
    "from",
    "quiet",
    "residential",
    "road",
    "main",
    "busy",
    "our",
    "your",
    "this",
    "that",
    "are",
    "any",
    "both",
    "was",
    "saw",
    "rear",
    "shared",
    "communal",
    "private",
];

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}

fn push(areas: &mut Vec<String>, name: &str) {
    if !areas.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        areas.push(name.to_owned());
    }
}

//! London by postcode district: which place lies in which district, and which districts touch (C5). Plain facts, shipped
//! so that a search knows its neighbourhood without an import; a tenant's own areas come beside it.
//!
//! Always true: names are found whatever their case and apostrophes; a neighbour's neighbour includes the first.

use crate::language::token::Token;
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

/// A place and its postcode districts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// As written on maps.
    pub name: &'static str,
    /// The districts it lies in.
    pub districts: Vec<&'static str>,
}

/// Every shipped place.
pub static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    let row = |line: &'static str| {
        let (name, districts) = line.split_once(": ")?;
        Some(Place { name, districts: districts.split(' ').collect() })
    };
    include_str!("places.txt").lines().filter_map(row).collect()
});

/// The districts that touch each district, in both directions.
static NEIGHBOURS: LazyLock<HashMap<&'static str, BTreeSet<&'static str>>> = LazyLock::new(|| {
    let mut all: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for line in include_str!("districts.txt").lines() {
        let Some((district, touching)) = line.split_once(": ") else { continue };
        for other in touching.split(' ') {
            all.entry(district).or_default().insert(other);
            all.entry(other).or_default().insert(district);
        }
    }
    all
});

/// Places by their words in lower case without apostrophes; the longest name has four words.
static BY_WORDS: LazyLock<HashMap<Vec<String>, &'static Place>> = LazyLock::new(|| {
    let words = |place: &Place| place.name.split(' ').map(plain).collect::<Vec<_>>();
    let mut all: HashMap<_, _> = PLACES.iter().map(|place| (words(place), place)).collect();
    for place in PLACES.iter().filter(|place| place.name.starts_with("St ")) {
        let mut spelled = words(place);
        spelled[0] = "saint".to_owned();
        all.insert(spelled, place);
    }
    all
});

fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The longest place whose name begins at token `at`, and the token behind it.
pub fn at(tokens: &[Token], at: usize) -> Option<(&'static Place, usize)> {
    (1..=5).rev().find_map(|n| {
        let words: Vec<String> = tokens.get(at..at + n)?.iter().map(|token| plain(&token.norm)).collect();
        Some((*BY_WORDS.get(&words)?, at + n))
    })
}

/// The place of that name.
pub fn by_name(name: &str) -> Option<&'static Place> {
    BY_WORDS.get(&name.split_whitespace().map(plain).collect::<Vec<_>>()).copied()
}

/// Whether such a postcode district is known.
pub fn is_district(district: &str) -> bool {
    NEIGHBOURS.contains_key(district)
}

/// The districts that touch `district`, in order.
pub fn neighbours(district: &str) -> impl Iterator<Item = &'static str> {
    NEIGHBOURS.get(district).into_iter().flatten().copied()
}

/// The districts of an area as it was said: a district itself, or those of a place.
pub fn districts(area: &str) -> Vec<String> {
    let upper = area.to_uppercase();
    if is_district(&upper) {
        return vec![upper];
    }
    by_name(area).map_or_else(Vec::new, |place| place.districts.iter().map(|d| (*d).to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_however_they_are_spelled() {
        for name in ["Queen's Park", "queens park", "QUEEN’S PARK"] {
            assert_eq!(by_name(name).map(|place| place.name), Some("Queen's Park"), "{name}");
        }
        assert_eq!(by_name("saint johns wood").map(|place| place.name), Some("St John's Wood"));
        assert_eq!(districts("maida vale"), ["W9"]);
        assert_eq!(districts("nw6"), ["NW6"]);
        assert_eq!(districts("Atlantis"), Vec::<String>::new());
    }

    #[test]
    fn touching_goes_both_ways_and_every_name_is_there_once() {
        assert!(neighbours("W9").any(|other| other == "NW6") && neighbours("NW6").any(|other| other == "W9"));
        let names: BTreeSet<&str> = PLACES.iter().map(|place| place.name).collect();
        assert_eq!(names.len(), PLACES.len());
        assert!(PLACES.len() > 350);
    }
}

//! A search for properties (C5), and how it is eased until something is found.
//!
//! Always true: each step of a search asks for less than the one before; what was let go of is named, so that it can be said.

use super::{Property, PropertyState};
use crate::reception::areas;
use crate::reception::criteria::Criteria;
use crate::reception::say::Relaxed;
use crate::reception::words::{Deal, PropertyKind};
use std::collections::BTreeSet;

/// What the database is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// To rent or to buy.
    pub deal: Option<Deal>,
    /// Districts, and names of areas as people call them, in lower case; both empty for everywhere.
    pub districts: Vec<String>,
    /// Areas that no shipped place has the name of.
    pub areas: Vec<String>,
    /// The kind.
    pub kind: Option<PropertyKind>,
    /// At least so many bedrooms.
    pub bedrooms_min: Option<u8>,
    /// At most so many.
    pub bedrooms_max: Option<u8>,
    /// Comparable price, at least.
    pub price_min: Option<i64>,
    /// Comparable price, at most.
    pub price_max: Option<i64>,
    /// Features that it must have: one of the words of each, in lower case.
    pub features: Vec<Vec<String>>,
    /// What no feature may begin with a word of, in lower case: deal-breakers, which are never let go of.
    pub without: Vec<String>,
    /// A road.
    pub street: Option<String>,
}

impl Query {
    /// What was said, as it is asked.
    pub fn of(criteria: &Criteria) -> Self {
        let (low, high) = criteria.price();
        let slack = |price: i64| if criteria.approximate { price + price / 10 } else { price };
        let districts: BTreeSet<String> = criteria.areas.iter().flat_map(|area| areas::districts(area)).collect();
        // An area that the shipped places do not know may still be one of the tenant's own, or a postcode elsewhere.
        let unknown = criteria.areas.iter().filter(|area| areas::districts(area).is_empty());
        let wanted = criteria.must_haves.iter().filter(|must| !is_refused(must));
        let refused = criteria.must_haves.iter().filter(|must| !is_refused_idly(must));
        let refused = refused.filter_map(|must| must.strip_prefix(NOT));
        Self {
            deal: criteria.deal,
            districts: districts.into_iter().collect(),
            areas: unknown.map(|area| area.to_lowercase()).collect(),
            kind: criteria.kind,
            bedrooms_min: criteria.bedrooms_min,
            bedrooms_max: criteria.bedrooms_max,
            price_min: low,
            price_max: high.map(slack),
            features: wanted.filter_map(|must| feature(must)).collect(),
            without: refused.flat_map(names).collect(),
            street: criteria.street.clone(),
        }
    }
}

impl Query {
    /// Whether a property fits, as the database would say.
    pub fn fits(&self, property: &Property) -> bool {
        let it = &property.entered;
        let price = it.comparable_price();
        let lower = |text: &Option<String>| text.as_deref().unwrap_or_default().to_lowercase();
        let (area, district) = (lower(&it.area), property.district.clone().unwrap_or_default());
        let anywhere = self.districts.is_empty() && self.areas.is_empty();
        let there = self.districts.contains(&district)
            || self.areas.iter().any(|wanted| *wanted == area || wanted.eq_ignore_ascii_case(&district));
        let words = it.features.join(" ").to_lowercase();
        it.state == PropertyState::Available
            && self.deal.is_none_or(|deal| deal == it.deal)
            && self.kind.is_none_or(|kind| kind == it.kind)
            && self.bedrooms_min.is_none_or(|least| it.bedrooms >= least)
            && self.bedrooms_max.is_none_or(|most| it.bedrooms <= most)
            && self.price_min.is_none_or(|least| price >= least)
            && self.price_max.is_none_or(|most| price <= most)
            && (anywhere || there)
            && self.features.iter().all(|any| any.iter().any(|word| words.contains(word)))
            && !self.without.iter().any(|name| format!(" {}", words.replace('-', " ")).contains(&format!(" {name}")))
            && self.street.as_ref().is_none_or(|road| it.street.to_lowercase().contains(&road.to_lowercase()))
    }
}

/// What stands before a deal-breaker: "not ground floor" (C5).
pub const NOT: &str = "not ";

/// What nobody refuses, by its first word: "no pets" tells of the caller, and "no steps" asks for a home without them.
const NEVER_REFUSED: [&str; 6] = ["pet", "dog", "cat", "step", "wheelchair", "accessible"];

/// Whether something is said to be a deal-breaker that is none.
pub fn is_refused_idly(must: &str) -> bool {
    let first = must.strip_prefix(NOT).and_then(|name| name.split([' ', '-']).next());
    first.is_some_and(|word| NEVER_REFUSED.contains(&word.trim_end_matches('s')))
}

/// Whether a wish is a deal-breaker.
pub fn is_refused(must: &str) -> bool {
    must.starts_with(NOT)
}

/// What some features are called in Hebrew, where a business writes them so.
const IN_HEBREW: [(&str, &[&str]); 17] = [
    ("air conditioning", &["מיזוג", "מזגן"]),
    ("balcony", &["מרפסת"]),
    ("basement", &["מרתף"]),
    ("first floor", &["קומה ראשונה"]),
    ("furnished", &["מרוהט"]),
    ("garden", &["גינה"]),
    ("ground floor", &["קומת קרקע"]),
    ("high floor", &["קומה גבוהה"]),
    ("lift", &["מעלית"]),
    ("parking", &["חניה", "חנייה"]),
    ("pet friendly", &["חיות"]),
    ("second floor", &["קומה שנייה", "קומה שניה"]),
    ("step free", &["ללא מדרגות", "בלי מדרגות"]),
    ("storage", &["מחסן"]),
    ("terrace", &["מרפסת"]),
    ("third floor", &["קומה שלישית"]),
    ("top floor", &["קומה אחרונה", "קומה עליונה"]),
];

/// What a feature may be called: as it was said, and in Hebrew.
fn names(must: &str) -> Vec<String> {
    let bare = must.split(" (").next().unwrap_or(must).to_lowercase();
    let hebrew = IN_HEBREW.iter().find(|(english, _)| *english == bare).map_or(&[] as &[&str], |(_, hebrew)| *hebrew);
    let own = hebrew.iter().map(|name| (*name).to_owned());
    [bare.trim_end_matches('s').to_owned()].into_iter().chain(own).filter(|name| !name.is_empty()).collect()
}

/// The words by which a feature is known: "near tube station" is `station`, "pet friendly (pets, dog)" is `pet`.
fn feature(must: &str) -> Option<Vec<String>> {
    let bare = must.split(" (").next()?.to_lowercase();
    let word =
        bare.split(' ').find(|word| !matches!(*word, "no" | "near" | "private" | "large" | "own" | "separate"))?;
    let hebrew = names(must).into_iter().skip(1);
    Some([word.trim_end_matches('s').to_owned()].into_iter().chain(hebrew).collect())
}

/// The searches to try, in order: as said, then without must-haves, with neighbours, a tenth dearer, one bedroom off. None of
/// them lets go of a deal-breaker.
pub fn attempts(criteria: &Criteria) -> Vec<(Option<Relaxed>, Query)> {
    let exact = Query::of(criteria);
    let mut all = vec![(None, exact.clone())];
    if !exact.features.is_empty() {
        all.push((Some(Relaxed::MustHaves), Query { features: Vec::new(), ..exact.clone() }));
    }
    if !exact.districts.is_empty() {
        let near = exact.districts.iter().flat_map(|district| areas::neighbours(district)).map(str::to_owned);
        let wider: BTreeSet<String> = exact.districts.iter().cloned().chain(near).collect();
        all.push((Some(Relaxed::Nearby), Query { districts: wider.into_iter().collect(), ..exact.clone() }));
    }
    if let Some(high) = exact.price_max {
        let dearer = high + high / 10;
        all.push((Some(Relaxed::Price(dearer)), Query { price_max: Some(dearer), ..exact.clone() }));
    }
    if exact.bedrooms_min.is_some() || exact.bedrooms_max.is_some() {
        let fewer = exact.bedrooms_min.map(|beds| beds.saturating_sub(1));
        let more = exact.bedrooms_max.map(|beds| beds.saturating_add(1));
        all.push((Some(Relaxed::Bedrooms), Query { bedrooms_min: fewer, bedrooms_max: more, ..exact }));
    }
    all
}

//! What is looked for as it travels, and its way to the criteria of a search (C5).

use super::super::bounds;
use super::super::read_message::invalid;
use super::{NONE, or_none, word};
use crate::seam::{BrainError, TurnRequest};
use ringleader_core::property::NOT;
use ringleader_core::reception::areas;
use ringleader_core::reception::criteria::Criteria;
use ringleader_core::reception::words::{Deal, Period, PropertyKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most areas and must-haves of one turn.
const MOST_WORDS: usize = 8;

/// The longest must-have, in characters.
const MUST_CHARS: usize = 40;

/// The longest name of an area or a road, in characters.
const AREA_CHARS: usize = 60;

/// The most bedrooms that are believed.
const MOST_BEDROOMS: i64 = 20;

/// The highest price that is believed.
const HIGHEST_PRICE: i64 = 1_000_000_000;

/// What is looked for, as it was said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Search {
    /// rent, sale or none.
    #[schemars(extend("enum" = or_none(Deal::ALL)))]
    pub deal: String,
    /// At least so many bedrooms, or null.
    pub bedrooms_min: Option<i64>,
    /// At most so many, or null.
    pub bedrooms_max: Option<i64>,
    /// At least this price in whole units, or null.
    pub price_min: Option<i64>,
    /// At most this price in whole units, or null.
    pub price_max: Option<i64>,
    /// What the price is counted by, total for a sale, or none.
    #[schemars(extend("enum" = or_none(Period::ALL)))]
    pub period: String,
    /// "About".
    pub approximate: bool,
    /// Places and postcode districts.
    pub areas: Vec<String>,
    /// A road that was named, or null.
    pub street: Option<String>,
    /// The kind of property, or none.
    #[schemars(extend("enum" = or_none(PropertyKind::ALL)))]
    pub kind: String,
    /// What it must have, or must not, as "not ground floor"; "any parking" where it need not have what was wished for before.
    pub must_haves: Vec<String>,
}

impl Search {
    pub(super) fn into_criteria(self, request: &TurnRequest) -> Result<Criteria, BrainError> {
        let known = |area: &str| {
            !areas::districts(area).is_empty() || request.areas.iter().any(|known| known.eq_ignore_ascii_case(area))
        };
        let street = self.street.as_deref().and_then(bounds::clean);
        let musts: Vec<String> = words(self.must_haves, MUST_CHARS, |_| true).into_iter().map(must).collect();
        let (needless, must_haves): (Vec<_>, Vec<_>) = musts.into_iter().partition(|must| must.starts_with(ANY));
        Ok(Criteria {
            deal: word(&self.deal, "deal")?,
            bedrooms_min: bedrooms(self.bedrooms_min)?,
            bedrooms_max: bedrooms(self.bedrooms_max)?,
            price_min: price(self.price_min)?,
            price_max: price(self.price_max)?,
            period: word(&self.period, "period")?,
            approximate: self.approximate,
            areas: words(self.areas, AREA_CHARS, |area| known(area) || bounds::is_said(area, &request.text)),
            street: street.filter(|road| bounds::fits(road, AREA_CHARS) && bounds::is_said(road, &request.text)),
            kind: word(&self.kind, "kind")?,
            must_haves,
            needless: needless.iter().map(|name| name.trim_start_matches(ANY).to_owned()).collect(),
        })
    }

    pub(super) fn of(criteria: &Criteria) -> Self {
        Self {
            deal: criteria.deal.map_or(NONE, Deal::as_str).to_owned(),
            bedrooms_min: criteria.bedrooms_min.map(i64::from),
            bedrooms_max: criteria.bedrooms_max.map(i64::from),
            price_min: criteria.price_min,
            price_max: criteria.price_max,
            period: criteria.period.map_or(NONE, Period::as_str).to_owned(),
            approximate: criteria.approximate,
            areas: criteria.areas.clone(),
            street: criteria.street.clone(),
            kind: criteria.kind.map_or(NONE, PropertyKind::as_str).to_owned(),
            must_haves: criteria
                .must_haves
                .iter()
                .cloned()
                .chain(criteria.needless.iter().map(|name| format!("{ANY}{name}")))
                .collect(),
        }
    }
}

/// What stands before what need not be there.
const ANY: &str = "any ";

/// A wish in small letters, so that it meets itself again. Models say "no pets" and "without a lift" for what must not be there, too; "no steps" is a wish of its own, and what costs or
/// holds up is wished away: "no onward chain", "no fees".
fn must(text: String) -> String {
    let low = text.to_lowercase();
    let after = |words: &[&str]| words.iter().find_map(|word| low.strip_prefix(word));
    if let Some(name) = after(&["no need for a ", "no need for "]) {
        return format!("{ANY}{name}");
    }
    if low.starts_with(ANY) {
        return low;
    }
    let Some(name) = after(&[NOT, "no ", "without a ", "without "]) else { return low };
    let mut words = name.split([' ', '-']).map(|word| word.trim_end_matches('s'));
    match () {
        () if words.clone().next().is_some_and(|it| matches!(it, "step" | "stair")) => "step free".to_owned(),
        () if words.any(|it| matches!(it, "chain" | "fee" | "rent" | "charge" | "deposit" | "need")) => low,
        () => format!("{NOT}{name}"),
    }
}

fn bedrooms(count: Option<i64>) -> Result<Option<u8>, BrainError> {
    let within = |n: i64| u8::try_from(n).ok().filter(|_| n <= MOST_BEDROOMS);
    count
        .map(|n| within(n).ok_or_else(|| invalid("a number of bedrooms is not within 0 and 20".to_owned())))
        .transpose()
}

fn price(amount: Option<i64>) -> Result<Option<i64>, BrainError> {
    match amount {
        Some(n) if !(1..=HIGHEST_PRICE).contains(&n) => Err(invalid("a price is out of bounds".to_owned())),
        amount => Ok(amount),
    }
}

/// Cleaned, the right ones, and not too many.
fn words(all: Vec<String>, chars: usize, right: impl Fn(&str) -> bool) -> Vec<String> {
    let clean = all.iter().filter_map(|text| bounds::clean(text));
    clean.filter(|text| bounds::fits(text, chars) && right(text)).take(MOST_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::must;

    #[test]
    fn what_models_write_of_wishes_is_read_as_it_is_meant() {
        for (said, meant) in [
            ("Parking", "parking"),
            ("No pets", "not pets"),
            ("without a lift", "not lift"),
            ("not ground floor", "not ground floor"),
            ("no steps", "step free"),
            ("not stairs", "step free"),
            ("no onward chain", "no onward chain"),
            ("no agency fees", "no agency fees"),
            ("no need for parking", "any parking"),
            ("Any garden", "any garden"),
        ] {
            assert_eq!(must(said.to_owned()), meant, "{said}");
        }
    }
}

//! What a caller looks for (C5).

use super::words::{Deal, Period, PropertyKind};
use crate::property::{NOT, is_refused_idly};

/// Weeks of a year over its months: turns a week's rent into a month's.
const WEEKS_A_YEAR: i64 = 52;

/// A search, as it was said. Nothing in it was made up: what was not said is `None` or empty.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Criteria {
    /// To rent or to buy.
    pub deal: Option<Deal>,
    /// At least so many bedrooms.
    pub bedrooms_min: Option<u8>,
    /// At most so many.
    pub bedrooms_max: Option<u8>,
    /// At least this, in whole units of the currency, for one `period`.
    pub price_min: Option<i64>,
    /// At most this, in whole units of the currency, for one `period`.
    pub price_max: Option<i64>,
    /// What the price is counted by.
    pub period: Option<Period>,
    /// "About".
    pub approximate: bool,
    /// Postcode districts (`NW6`) and names of places, as written on maps.
    pub areas: Vec<String>,
    /// A road that was named.
    pub street: Option<String>,
    /// The kind of property.
    pub kind: Option<PropertyKind>,
    /// What it must have, or must not ("not ground floor").
    pub must_haves: Vec<String>,
    /// What it need not have, as they say now: an earlier wish for it, or against it, is over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needless: Vec<String>,
}

impl Criteria {
    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// So many things were said.
    pub fn fields(&self) -> usize {
        usize::from(self.deal.is_some())
            + usize::from(self.bedrooms_min.or(self.bedrooms_max).is_some())
            + usize::from(self.price_min.or(self.price_max).is_some())
            + usize::from(!self.areas.is_empty() || self.street.is_some())
            + usize::from(self.kind.is_some())
            + usize::from(!self.must_haves.is_empty())
    }

    /// What is known with what was said now: new words change, silence keeps (C9).
    pub fn merged(&self, new: &Self) -> Self {
        let mut all = self.clone();
        let moved = new.deal.is_some() && self.deal.is_some() && new.deal != self.deal;
        if moved {
            (all.price_min, all.price_max, all.period, all.approximate) = (None, None, None, false);
        }
        all.deal = new.deal.or(all.deal);
        if new.bedrooms_min.or(new.bedrooms_max).is_some() {
            (all.bedrooms_min, all.bedrooms_max) = (new.bedrooms_min, new.bedrooms_max);
        }
        if new.price_min.or(new.price_max).is_some() {
            (all.price_min, all.price_max) = (new.price_min, new.price_max);
            (all.period, all.approximate) = (new.period, new.approximate);
        }
        if !new.areas.is_empty() {
            all.areas.clone_from(&new.areas);
        }
        if new.street.is_some() {
            all.street.clone_from(&new.street);
        }
        all.kind = new.kind.or(all.kind);
        let needless = |must: &String| new.needless.iter().any(|name| must.strip_prefix(NOT).unwrap_or(must) == name);
        all.must_haves.retain(|must| !needless(must));
        for must in &new.must_haves {
            // "A garden" after "no garden" takes it back, and the other way round.
            let opposite = must.strip_prefix(NOT).map_or_else(|| format!("{NOT}{must}"), str::to_owned);
            all.must_haves.retain(|known| *known != opposite);
            if !all.must_haves.contains(must) {
                all.must_haves.push(must.clone());
            }
        }
        all.must_haves.retain(|must| !is_refused_idly(must));
        all
    }

    /// The bounds of the price by the month, or in total for a sale.
    pub fn price(&self) -> (Option<i64>, Option<i64>) {
        (self.price_min.map(|n| self.monthly(n)), self.price_max.map(|n| self.monthly(n)))
    }

    fn monthly(&self, amount: i64) -> i64 {
        match self.period {
            Some(Period::Week) => amount.saturating_mul(WEEKS_A_YEAR) / 12,
            Some(Period::Year) => amount / 12,
            _ => amount,
        }
    }
}

//! The score of a call, 0 to 100, from the five dimensions (B5): formula version 1.
//!
//! Each dimension gives its weight times its score over three; the sum is rounded to the nearest whole, halves up:
//!
//! | dimension | weight |
//! |---|---|
//! | intent | 35 |
//! | urgency | 20 |
//! | budget | 15 |
//! | fit | 15 |
//! | engagement | 15 |
//!
//! Then the exceptions: who asked not to be contacted has 0; a wrong number, or somebody who sells to the business, has at
//! most 10. Tag: `Hot` from 75, `Warm` from 40, else `Cold`. A change of any number here is a new version.
//!
//! Always true: the score lies within 0 and 100, never falls when a dimension rises, and no text can change it.

use super::{Dimension, Dimensions, NoLead, Understanding};

/// Which formula made a score.
pub const VERSION: u8 = 1;

/// The highest score of a call that is no lead.
const NO_LEAD: u8 = 10;

const HOT: u8 = 75;
const WARM: u8 = 40;

/// The highest score of one dimension.
pub const MOST: u8 = 3;

crate::words! {
    /// How promising it is, in a word.
    pub enum Tag {
        /// From 75.
        Hot = "Hot",
        /// From 40.
        Warm = "Warm",
        /// The rest.
        Cold = "Cold",
    }
}

impl Tag {
    /// The tag of a score.
    pub const fn of(score: u8) -> Self {
        match score {
            HOT.. => Self::Hot,
            WARM.. => Self::Warm,
            _ => Self::Cold,
        }
    }
}

/// A score with what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Scored {
    /// 0 to 100.
    pub score: u8,
    /// Its tag.
    pub tag: Tag,
    /// The formula's version.
    pub version: u8,
}

impl Scored {
    pub(super) const fn new(score: u8) -> Self {
        Self { score, tag: Tag::of(score), version: VERSION }
    }
}

/// How much a dimension counts; they sum to 100.
pub const fn weight(dimension: Dimension) -> u32 {
    match dimension {
        Dimension::Intent => 35,
        Dimension::Urgency => 20,
        Dimension::Budget | Dimension::Fit | Dimension::Engagement => 15,
    }
}

/// The score of what was understood.
pub fn score(understood: &Understanding) -> Scored {
    let sum = total(&understood.dimensions);
    Scored::new(match understood.no_lead {
        None => sum,
        Some(NoLead::OptOut) => 0,
        Some(NoLead::WrongNumber | NoLead::SellsToUs) => sum.min(NO_LEAD),
    })
}

/// What one dimension adds to the score, before rounding.
pub fn points(dimensions: &Dimensions, dimension: Dimension) -> f64 {
    f64::from(weight(dimension)) * f64::from(dimensions.get(dimension).score.min(MOST)) / f64::from(MOST)
}

fn total(dimensions: &Dimensions) -> u8 {
    let points = |d: &Dimension| weight(*d) * u32::from(dimensions.get(*d).score.min(MOST));
    let sum: u32 = Dimension::ALL.iter().map(points).sum();
    let most = u32::from(MOST);
    u8::try_from((2 * sum + most) / (2 * most)).unwrap_or(100)
}

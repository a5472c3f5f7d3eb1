//! What an estate agency lets and sells (C5).

pub mod import;
mod search;

pub use search::{NOT, Query, attempts, is_refused, is_refused_idly};

use crate::currency::Currency;
use crate::id::PropertyId;
use crate::reception::areas;
use crate::reception::criteria::Criteria;
use crate::reception::say::Card;
use crate::reception::words::{Deal, Period, PropertyKind};
use crate::settings::{Interval, Span};
use crate::settings_check::time::intervals;
use crate::settings_check::{Wrong, add};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

crate::words! {
    /// Whether a property can be had.
    pub enum PropertyState {
        /// It can.
        Available = "available",
        /// An offer was accepted, or references are being taken.
        UnderOffer = "under_offer",
        /// Let or sold.
        Gone = "gone",
        /// Taken off the market.
        Withdrawn = "withdrawn",
    }
}

crate::words! {
    /// What shows a property.
    pub enum MediumKind {
        /// A photo.
        Photo = "photo",
        /// A floor plan.
        FloorPlan = "floor_plan",
        /// The energy certificate.
        Epc = "epc",
        /// A tour, as a film or to walk through.
        Tour = "tour",
    }
}

/// Something that shows a property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Medium {
    /// What it is.
    pub kind: MediumKind,
    /// Where it is.
    pub url: String,
}

/// What shows a property, as far as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// The kinds that are told of: what was kept of the others stays.
    pub kinds: Vec<MediumKind>,
    /// All there is of these kinds, in order.
    pub all: Vec<Medium>,
}

impl Media {
    /// Everything that shows it.
    pub fn whole(all: Vec<Medium>) -> Self {
        Self { kinds: MediumKind::ALL.to_vec(), all }
    }
}

/// So many of one property.
const MOST_MEDIA: usize = 50;

impl Medium {
    /// Whether it can be passed on as it is: https, one word, of a length that providers take.
    fn is_fine(&self) -> bool {
        let rest = self.url.strip_prefix("https://").unwrap_or_default();
        !rest.is_empty() && self.url.len() <= 2000 && !self.url.chars().any(|c| c.is_whitespace() || c.is_control())
    }
}

/// How a property is shown, where it differs from the business's own ways (C6).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Viewings {
    /// The earliest viewing is so far ahead; none: as everywhere.
    pub notice: Option<Span>,
    /// When it can be seen, in the words of the opening hours; none: whenever somebody can go.
    pub hours: Vec<Interval>,
    /// Who shows it: the address that the colleague signs in with; none: whoever is free.
    pub shown_by: Option<String>,
    /// For whoever goes: where the key is, who lives there. Told to no customer.
    pub note: Option<String>,
}

impl Viewings {
    /// What is wrong with them, field by field.
    pub fn problems(&self) -> Wrong {
        let mut wrong = Wrong::new();
        if self.notice.is_some_and(|notice| notice.0 > SignedDuration::from_hours(14 * 24)) {
            add(&mut wrong, "viewings.notice", "0s to 14 days");
        }
        if self.hours.len() > 50 {
            add(&mut wrong, "viewings.hours", "at most 50 intervals");
        }
        intervals(&self.hours, "viewings.hours", &mut wrong);
        if self.note.as_ref().is_some_and(|note| note.chars().count() > 500) {
            add(&mut wrong, "viewings.note", "must be at most 500 characters long");
        }
        wrong
    }
}

/// A property as it is entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewProperty {
    /// The business's own reference; unique.
    pub reference: String,
    /// To rent or to buy.
    pub deal: Deal,
    /// The kind.
    pub kind: PropertyKind,
    /// Door number or name; never told to callers who have no appointment.
    pub door: Option<String>,
    /// The road.
    pub street: String,
    /// The area as people call it.
    pub area: Option<String>,
    /// The whole postcode.
    pub postcode: Option<String>,
    /// Bedrooms; none for a studio.
    pub bedrooms: u8,
    /// The price in whole units of the tenant's currency, for one `period`.
    pub price: i64,
    /// What the price is counted by.
    pub period: Period,
    /// What it has, in words: "garden", "parking".
    pub features: Vec<String>,
    /// Where its page is.
    pub link: Option<String>,
    /// What shows it; `None`: nothing is told of it here, and what is kept stays.
    pub media: Option<Media>,
    /// How it is shown; `None`: nothing is told of it here, and what is kept stays.
    pub viewings: Option<Viewings>,
    /// Whether it can be had.
    pub state: PropertyState,
}

/// A property that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// Its id.
    pub id: PropertyId,
    /// What was entered.
    pub entered: NewProperty,
    /// The postcode district, `W9`.
    pub district: Option<String>,
    /// When it was entered.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

impl NewProperty {
    /// The postcode district: the part of the postcode before the blank, else that of the area.
    pub fn district(&self) -> Option<String> {
        let written = self.postcode.as_deref().and_then(|code| code.split_whitespace().next()).map(str::to_uppercase);
        written.or_else(|| areas::districts(self.area.as_deref()?).into_iter().next())
    }

    /// The price by the month, or in total for a sale: what searches compare.
    pub fn comparable_price(&self) -> i64 {
        let as_said = Criteria { price_max: Some(self.price), period: Some(self.period), ..Criteria::default() };
        as_said.price().1.unwrap_or(self.price)
    }

    /// What is wrong with it, field by field.
    pub fn problems(&self) -> Wrong {
        let mut wrong = Wrong::new();
        let blank = |text: &str| text.trim().is_empty() || text.chars().count() > 200;
        if blank(&self.reference) {
            add(&mut wrong, "reference", "must be 1 to 200 characters long");
        }
        if blank(&self.street) {
            add(&mut wrong, "street", "must name the road, without the door number");
        }
        if self.price <= 0 {
            add(&mut wrong, "price", "must be a whole number above zero");
        }
        if (self.deal == Deal::Sale) != (self.period == Period::Total) {
            add(&mut wrong, "period", "must be `total` for a sale, and `week`, `month` or `year` for a rent");
        }
        if self.district().is_none() {
            add(&mut wrong, "postcode", "must be given, or an area that is known");
        }
        if self.features.iter().any(|feature| blank(feature)) || self.features.len() > 50 {
            add(&mut wrong, "features", "must be at most 50 texts of 1 to 200 characters");
        }
        if self.link.as_ref().is_some_and(|link| !link.starts_with("https://")) {
            add(&mut wrong, "link", "must begin with https://");
        }
        let media = self.media.as_ref().map(|media| media.all.as_slice()).unwrap_or_default();
        if media.len() > MOST_MEDIA || !media.iter().all(Medium::is_fine) {
            add(&mut wrong, "media", "must be at most 50 addresses that begin with https://");
        }
        wrong.extend(self.viewings.iter().flat_map(Viewings::problems));
        wrong
    }
}

impl Property {
    /// As it is told to a caller, in their language and the tenant's currency: never with its door number.
    pub fn card(&self, language: &str, currency: Option<Currency>) -> Card {
        let entered = &self.entered;
        let (title, place) = match crate::texts::spoken(language) {
            "he" => (in_hebrew(entered.kind, entered.bedrooms), format!("ברחוב {}", entered.street)),
            _ => (in_english(entered.kind, entered.bedrooms), format!("on {}", entered.street)),
        };
        let area = match (&entered.area, crate::texts::spoken(language)) {
            (Some(area), "he") => format!(", {area}"),
            (Some(area), _) => format!(" in {area}"),
            (None, _) => String::new(),
        };
        Card {
            id: self.id.to_string(),
            title,
            place: format!("{place}{area}"),
            price: entered.price,
            currency,
            period: entered.period,
        }
    }

    /// The whole address, for those who go there.
    pub fn address(&self) -> String {
        let NewProperty { door, street, postcode, .. } = &self.entered;
        address_of(door.as_deref(), street, postcode.as_deref())
    }
}

/// A whole address, of its parts.
pub fn address_of(door: Option<&str>, street: &str, postcode: Option<&str>) -> String {
    let door = door.map(|door| format!("{door} ")).unwrap_or_default();
    let postcode = postcode.map(|code| format!(", {code}")).unwrap_or_default();
    format!("{door}{street}{postcode}")
}

pub(crate) fn in_english(kind: PropertyKind, bedrooms: u8) -> String {
    match bedrooms {
        0 => kind.to_string(),
        n => format!("{} bedroom {kind}", crate::reception::say::numbers::number(n.into())),
    }
}

pub(crate) fn in_hebrew(kind: PropertyKind, bedrooms: u8) -> String {
    let kind = match kind {
        PropertyKind::Flat => "דירה",
        PropertyKind::House => "בית",
        PropertyKind::Studio => "סטודיו",
        PropertyKind::Maisonette => "דירת דופלקס",
    };
    match bedrooms {
        0 => kind.to_owned(),
        1 => format!("{kind} עם חדר שינה אחד"),
        n => format!("{kind} עם {n} חדרי שינה"),
    }
}

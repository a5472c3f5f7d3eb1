//! What an estate agency lets and sells (C5), and how a search is eased until something is found.
//!
//! Always true: each step of a search asks for less than the one before; what was let go of is named, so that it can be said.

pub mod import;

use crate::currency::Currency;
use crate::hours::parse_time;
use crate::id::PropertyId;
use crate::reception::areas;
use crate::reception::criteria::Criteria;
use crate::reception::say::{Card, Relaxed};
use crate::reception::words::{Deal, Period, PropertyKind};
use crate::settings::{Days, Interval, Span};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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
    fn problems(&self) -> Vec<(&'static str, &'static str)> {
        let mut wrong = Vec::new();
        if self.notice.is_some_and(|notice| notice.0 > SignedDuration::from_hours(14 * 24)) {
            wrong.push(("viewings.notice", "0s to 14 days"));
        }
        let bad = |it: &Interval| {
            let no_day = matches!(&it.days, Days::Some(days) if days.is_empty());
            no_day || parse_time(&it.from).is_none() || parse_time(&it.to).is_none()
        };
        if self.hours.len() > 50 || self.hours.iter().any(bad) {
            wrong.push(("viewings.hours", "a time is written HH:MM, as 09:00; at most 50 intervals"));
        }
        if self.note.as_ref().is_some_and(|note| note.chars().count() > 500) {
            wrong.push(("viewings.note", "must be at most 500 characters long"));
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
    pub fn problems(&self) -> Vec<(&'static str, &'static str)> {
        let mut wrong = Vec::new();
        let blank = |text: &str| text.trim().is_empty() || text.chars().count() > 200;
        if blank(&self.reference) {
            wrong.push(("reference", "must be 1 to 200 characters long"));
        }
        if blank(&self.street) {
            wrong.push(("street", "must name the road, without the door number"));
        }
        if self.price <= 0 {
            wrong.push(("price", "must be a whole number above zero"));
        }
        if (self.deal == Deal::Sale) != (self.period == Period::Total) {
            wrong.push(("period", "must be `total` for a sale, and `week`, `month` or `year` for a rent"));
        }
        if self.district().is_none() {
            wrong.push(("postcode", "must be given, or an area that is known"));
        }
        if self.features.iter().any(|feature| blank(feature)) || self.features.len() > 50 {
            wrong.push(("features", "must be at most 50 texts of 1 to 200 characters"));
        }
        if self.link.as_ref().is_some_and(|link| !link.starts_with("https://")) {
            wrong.push(("link", "must begin with https://"));
        }
        let media = self.media.as_ref().map(|media| media.all.as_slice()).unwrap_or_default();
        if media.len() > MOST_MEDIA || !media.iter().all(Medium::is_fine) {
            wrong.push(("media", "must be at most 50 addresses that begin with https://"));
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

fn in_english(kind: PropertyKind, bedrooms: u8) -> String {
    match bedrooms {
        0 => kind.to_string(),
        n => format!("{} bedroom {kind}", crate::reception::say::numbers::number(n.into())),
    }
}

fn in_hebrew(kind: PropertyKind, bedrooms: u8) -> String {
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
    let word = bare.split(' ').find(|word| !matches!(*word, "near" | "private" | "large" | "own" | "separate"))?;
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

//! The answer to `read_turn` as it travels, and its way to a core reading (C4-C8, P7).
//!
//! The comments on the fields are part of the schema: models read them. Always true of a reading made here: danger,
//! identifiers and references are those that the rules found; a place is known or was said; a choice is one of the offers;
//! numbers and times are within bounds.

use super::read_message::{Quote, SignalsSchema, Window, found, invalid, language, parse, preference};
use super::{bounds, schema};
use crate::local::turn::read_turn;
use crate::seam::{BrainError, TurnRequest};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ringleader_core::property::NOT;
use ringleader_core::reading::{Language, Signals};
use ringleader_core::reception::areas;
use ringleader_core::reception::criteria::Criteria;
use ringleader_core::reception::reading::{Fault, TurnReading};
use ringleader_core::reception::situation::{BestTime, MoveReason, Occupation, ReachBy, Situation};
use ringleader_core::reception::words::{Change, Deal, FaultCategory, FaultUrgency, Intent, Period, PropertyKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The word for nothing, where a word must stand: unions are scarce in schemas.
const NONE: &str = "none";

/// The most intents of one turn.
const MOST_INTENTS: usize = 3;

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

/// What is understood from one turn of a caller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReadTurn {
    /// The language of this turn: he Hebrew, he-Latn Hebrew in Latin letters, he-en Hebrew and English mixed, en, ru, ar, und when none of these or nothing to tell by.
    #[schemars(extend("enum" = Language::ALL))]
    pub language: String,
    /// What is wanted, the surest first, at most three; empty when the turn only answers.
    pub intents: Vec<Wanted>,
    /// What is looked for.
    pub search: Search,
    /// What is told of the caller's own situation.
    pub situation: Told,
    /// What is broken, or null.
    pub fault: Option<Broken>,
    /// What is to be done about an appointment that exists, or none.
    #[schemars(extend("enum" = or_none(Change::ALL)))]
    pub change: String,
    /// Which of the offers was chosen, counted from 1, or null.
    pub choice: Option<i64>,
    /// Which of the properties that were read out, counted from 1, or null.
    pub place: Option<i64>,
    /// yes, no or none.
    #[schemars(extend("enum" = ["yes", "no", NONE]))]
    pub answer: String,
    /// The caller's own name, or null.
    pub name: Option<Quote>,
    /// A time that was named, or null.
    pub time: Option<Window>,
    /// Asks to hear it again.
    pub repeat: bool,
    /// Takes leave.
    pub bye: bool,
    /// What else the turn tells. Each is false unless it says so.
    #[schemars(with = "SignalsSchema")]
    pub signals: Signals,
}

/// One thing that is wanted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Wanted(#[schemars(extend("enum" = Intent::ALL))] pub String);

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

/// What is told of the caller's own situation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Told {
    /// The day they would move, as 2026-05-01, the earliest where a stretch was meant; or none.
    pub move_date: String,
    /// Whether the deposit is ready: yes, no or none.
    #[schemars(extend("enum" = ["yes", "no", NONE]))]
    pub deposit: String,
    /// Whether they buy for the first time.
    #[schemars(extend("enum" = ["yes", "no", NONE]))]
    pub first_time_buyer: String,
    /// Whether a mortgage is agreed, or none is needed.
    #[schemars(extend("enum" = ["yes", "no", NONE]))]
    pub mortgage: String,
    /// Whether references or guarantors are ready.
    #[schemars(extend("enum" = ["yes", "no", NONE]))]
    pub references: String,
    /// Whether they have pets.
    #[schemars(extend("enum" = ["yes", "no", NONE]))]
    pub pets: String,
    /// What they live on, or none.
    #[schemars(extend("enum" = or_none(Occupation::ALL)))]
    pub occupation: String,
    /// Why they move, or none.
    #[schemars(extend("enum" = or_none(MoveReason::ALL)))]
    pub reason: String,
    /// How they want to be reached, or none.
    #[schemars(extend("enum" = or_none(ReachBy::ALL)))]
    pub reach_by: String,
    /// When they are best reached, or none.
    #[schemars(extend("enum" = or_none(BestTime::ALL)))]
    pub best_time: String,
}

/// What is broken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Broken {
    /// The trade.
    #[schemars(extend("enum" = FaultCategory::ALL))]
    pub category: String,
    /// How soon.
    #[schemars(extend("enum" = FaultUrgency::ALL))]
    pub urgency: String,
}

impl ReadTurn {
    /// The strict schema that is sent along.
    pub fn schema() -> Value {
        schema::strict::<Self>()
    }

    /// Parses a model's text. The error names the kind and place of a mistake, never the text.
    ///
    /// # Errors
    /// `BrainError::Invalid` when it is no JSON or breaks the schema.
    pub fn parse(text: &str) -> Result<Self, BrainError> {
        parse(text)
    }

    /// Changes each text that quotes the caller.
    pub fn for_each_text(&mut self, change: impl Fn(&mut String)) {
        self.name.iter_mut().map(|quote| &mut quote.text).for_each(&change);
        self.time.iter_mut().map(|window| &mut window.text).for_each(&change);
        self.search.street.iter_mut().for_each(&change);
    }

    /// The reading it stands for: what the rules find for certain, and what the model understood beyond that.
    ///
    /// # Errors
    /// `BrainError::Invalid` when a text, a number, a confidence or a word is out of bounds.
    pub fn into_reading(self, request: &TurnRequest) -> Result<TurnReading, BrainError> {
        let rules = read_turn(request);
        let name = found(self.name, "name", bounds::NAME_CHARS)?;
        let time = preference(self.time, "time", request.now, &request.zone)?;
        let from = time.as_ref().and_then(|time| time.from);
        Ok(TurnReading {
            intents: intents(&self.intents)?,
            criteria: self.search.into_criteria(request)?,
            situation: rules.situation.merged(&self.situation.into_situation(request)?),
            fault: self.fault.map(|broken| broken.into_fault(&rules)).transpose()?.or(rules.danger.and(rules.fault)),
            change: word(&self.change, "change")?,
            danger: rules.danger,
            choice: position(self.choice).filter(|at| *at < request.offers.len()),
            place: position(self.place),
            answer: answer(&self.answer)?,
            name: name.filter(|name| bounds::is_name(&name.value, &request.text)),
            email: rules.email,
            phone: rules.phone,
            postcode: rules.postcode,
            reference: rules.reference,
            time_local: from.map(|at| at.to_zoned(request.zone.clone()).datetime()),
            time,
            more: rules.more,
            repeat: self.repeat,
            bye: self.bye,
            language: language(&self.language)?,
            signals: self.signals,
        })
    }

    /// The answer that means this reading: what a faithful fake answers with.
    pub fn of_reading(reading: &TurnReading, zone: &TimeZone) -> Self {
        let counted = |at: Option<usize>| at.and_then(|at| i64::try_from(at + 1).ok());
        Self {
            language: reading.language.as_str().to_owned(),
            intents: reading.intents.iter().take(MOST_INTENTS).map(|i| Wanted(i.as_str().to_owned())).collect(),
            search: Search::of(&reading.criteria),
            situation: Told::of(&reading.situation),
            fault: reading.fault.map(|Fault { category, urgency }| Broken {
                category: category.as_str().to_owned(),
                urgency: urgency.as_str().to_owned(),
            }),
            change: reading.change.map_or(NONE, Change::as_str).to_owned(),
            choice: counted(reading.choice),
            place: counted(reading.place),
            answer: reading.answer.map_or(NONE, |yes| if yes { "yes" } else { "no" }).to_owned(),
            name: reading.name.as_ref().map(Quote::of),
            time: reading.time.as_ref().map(|time| Window::of(time, zone)),
            repeat: reading.repeat,
            bye: reading.bye,
            signals: reading.signals,
        }
    }
}

impl Search {
    fn into_criteria(self, request: &TurnRequest) -> Result<Criteria, BrainError> {
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

    fn of(criteria: &Criteria) -> Self {
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

/// Models say "no pets" and "without a lift" for what must not be there, too; "no steps" is a wish of its own, and what costs or
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
    let Some(name) = after(&[NOT, "no ", "without a ", "without "]) else { return text };
    let mut words = name.split([' ', '-']).map(|word| word.trim_end_matches('s'));
    match () {
        () if words.clone().next().is_some_and(|it| matches!(it, "step" | "stair")) => "step free".to_owned(),
        () if words.any(|it| matches!(it, "chain" | "fee" | "rent" | "charge" | "deposit" | "need")) => text,
        () => format!("{NOT}{name}"),
    }
}

impl Told {
    /// A day that is over, or years away, is none.
    fn into_situation(self, request: &TurnRequest) -> Result<Situation, BrainError> {
        let today = request.now.to_zoned(request.zone.clone()).date();
        let date = self.move_date.trim().parse::<Date>().ok();
        Ok(Situation {
            move_date: date.filter(|date| (today..=today.saturating_add(2.years())).contains(date)),
            deposit: answer(&self.deposit)?,
            first_time_buyer: answer(&self.first_time_buyer)?,
            mortgage: answer(&self.mortgage)?,
            references: answer(&self.references)?,
            pets: answer(&self.pets)?,
            occupation: word(&self.occupation, "occupation")?,
            reason: word(&self.reason, "reason")?,
            reach_by: word(&self.reach_by, "reach_by")?,
            best_time: word(&self.best_time, "best_time")?,
        })
    }

    fn of(told: &Situation) -> Self {
        let yes = |stands: Option<bool>| stands.map_or(NONE, |yes| if yes { "yes" } else { "no" }).to_owned();
        Self {
            move_date: told.move_date.map_or_else(|| NONE.to_owned(), |date| date.to_string()),
            deposit: yes(told.deposit),
            first_time_buyer: yes(told.first_time_buyer),
            mortgage: yes(told.mortgage),
            references: yes(told.references),
            pets: yes(told.pets),
            occupation: told.occupation.map_or(NONE, Occupation::as_str).to_owned(),
            reason: told.reason.map_or(NONE, MoveReason::as_str).to_owned(),
            reach_by: told.reach_by.map_or(NONE, ReachBy::as_str).to_owned(),
            best_time: told.best_time.map_or(NONE, BestTime::as_str).to_owned(),
        }
    }
}

impl Broken {
    /// Danger that the rules found is an emergency, whatever the model thinks.
    fn into_fault(self, rules: &TurnReading) -> Result<Fault, BrainError> {
        let urgency: FaultUrgency = required(&self.urgency, "urgency")?;
        let least = rules.danger.map_or(FaultUrgency::Normal, |_| FaultUrgency::Emergency);
        Ok(Fault { category: required(&self.category, "category")?, urgency: urgency.max(least) })
    }
}

/// The words of an enum, and the one for nothing.
fn or_none<T: Serialize>(words: &[T]) -> Vec<Value> {
    let words = words.iter().map(|word| serde_json::to_value(word).unwrap_or_default());
    words.chain([NONE.into()]).collect()
}

fn intents(wanted: &[Wanted]) -> Result<Vec<Intent>, BrainError> {
    wanted.iter().take(MOST_INTENTS).map(|Wanted(intent)| required(intent, "intents")).collect()
}

fn required<T: std::str::FromStr>(text: &str, field: &str) -> Result<T, BrainError> {
    let known = text.trim().to_lowercase().parse().ok();
    known.ok_or_else(|| invalid(format!("{field} is none of the words given")))
}

fn word<T: std::str::FromStr>(text: &str, field: &str) -> Result<Option<T>, BrainError> {
    if text.trim().eq_ignore_ascii_case(NONE) { Ok(None) } else { required(text, field).map(Some) }
}

fn answer(text: &str) -> Result<Option<bool>, BrainError> {
    match text.trim().to_lowercase().as_str() {
        "yes" => Ok(Some(true)),
        "no" => Ok(Some(false)),
        NONE => Ok(None),
        _ => Err(invalid("answer is none of the words given".to_owned())),
    }
}

/// From 1 to from 0.
fn position(counted: Option<i64>) -> Option<usize> {
    usize::try_from(counted? - 1).ok()
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
            ("parking", "parking"),
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

//! The answer to `read_turn` as it travels, and its way to a core reading (C4-C8, P7).
//!
//! The comments on the fields are part of the schema: models read them. Always true of a reading made here: danger,
//! identifiers and references are those that the rules found; a place is known or was said; a choice is one of the offers;
//! numbers and times are within bounds.

mod search;

pub use search::Search;

use super::read_message::{Quote, SignalsSchema, Window, found, invalid, language, parse, preference};
use super::{bounds, schema};
use crate::local::turn::read_turn;
use crate::seam::{BrainError, TurnRequest};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ringleader_core::reading::{Language, Signals};
use ringleader_core::reception::reading::{Fault, TurnReading};
use ringleader_core::reception::situation::{BestTime, MoveReason, Occupation, ReachBy, Situation};
use ringleader_core::reception::words::{Change, FaultCategory, FaultUrgency, Intent};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The word for nothing, where a word must stand: unions are scarce in schemas.
const NONE: &str = "none";

/// The most intents of one turn.
const MOST_INTENTS: usize = 3;

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

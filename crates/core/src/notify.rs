//! Telling the owner: when, and in which words (A13).
//!
//! Always true: nothing is told twice; a lead that is never told of is told at once; completing a lead and urgent news are told
//! at once; everything else waits until the last notice is `debounce` old and then goes as one, with everything new in it.

mod people;

pub use people::{Answer, Person, Rota, people, rota};

use crate::chat::{HowSoon, Why};
use crate::facts::{Columns, spoken};
use crate::phone::Phone;
use crate::texts::{Key, TextError, Texts, Vars, params};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What there is to tell of a lead; kept with each notice, so that the next one knows what is new.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    /// Name.
    pub name: Option<String>,
    /// Need.
    pub need: Option<String>,
    /// Preference in words.
    pub preference: Option<String>,
    /// What happened so far that the owner should know of, in order; repeats count (two later messages are two).
    pub news: Vec<Why>,
}

impl Snapshot {
    /// What is known and what happened. Which whys are kept is `Why::text`'s matter: facts speak for themselves.
    pub fn new(columns: &Columns, news: impl IntoIterator<Item = Why>) -> Self {
        Self {
            name: columns.name.clone(),
            need: columns.need.clone(),
            preference: columns.preference.as_ref().and_then(spoken),
            news: news.into_iter().filter(|why| why.text().is_some()).collect(),
        }
    }

    /// All three facts are known.
    pub fn is_full(&self) -> bool {
        self.name.is_some() && self.need.is_some() && self.preference.is_some()
    }

    /// Something in it that `told` does not have must not wait for anyone's quiet hours.
    pub fn is_emergency(&self, told: Option<&Snapshot>) -> bool {
        self.news_since(told).contains(&Why::Emergency)
    }

    /// A call made the lead a hot one since `told`.
    pub fn is_hot(&self, told: Option<&Snapshot>) -> bool {
        self.news_since(told).contains(&Why::HotLead)
    }

    /// The news that `told` does not have.
    fn news_since<'s>(&'s self, told: Option<&Snapshot>) -> &'s [Why] {
        let told = told.map_or(0, |told| told.news.len());
        self.news.get(told..).unwrap_or_default()
    }
}

/// What the owner was told last.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// When.
    pub at: Timestamp,
    /// What.
    pub snapshot: Snapshot,
}

/// When to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At once.
    Now,
    /// Then, unless more urgent news come before.
    At(Timestamp),
    /// There is nothing new.
    Never,
}

/// Whether and when the owner is told of `known`.
pub fn when(told: Option<&Told>, known: &Snapshot, soon: HowSoon, debounce: SignedDuration, now: Timestamp) -> When {
    let Some(told) = told else { return When::Now };
    if told.snapshot == *known {
        return When::Never;
    }
    let completes = known.is_full() && !told.snapshot.is_full();
    let due = told.at.checked_add(debounce).unwrap_or(Timestamp::MAX);
    if soon == HowSoon::Now || completes || due <= now { When::Now } else { When::At(due) }
}

/// What a notice is made of.
#[derive(Debug, Clone, Copy)]
pub struct Card<'a> {
    /// What is known now.
    pub known: &'a Snapshot,
    /// What was told last.
    pub told: Option<&'a Snapshot>,
    /// The customer's number.
    pub phone: Option<&'a Phone>,
    /// What the analysed call says to know first, where a hot lead is news (B5, B10).
    pub call: Option<&'a str>,
    /// Where the lead is shown; carries no number (P10).
    pub link: Option<&'a str>,
}

/// A notice, as words and as the parameters of the template `owner_lead`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The words.
    pub text: String,
    /// In the order of `Key::OwnerLead.variables()`.
    pub params: Vec<String>,
}

/// Puts the notice into words.
///
/// # Errors
/// None with the built-in texts: every variable is given.
pub fn compose(card: &Card, texts: &Texts, language: &str) -> Result<Notice, TextError> {
    let header = if card.known.is_full() { Key::OwnerHeaderFull } else { Key::OwnerHeaderPartial };
    let old = card.told;
    let fact = |value: &Option<String>, before: Option<&Option<String>>| {
        let Some(value) = value else { return texts.plain(Key::OwnerUnknown, language) };
        let is_new = before.is_some_and(|before| before.as_ref() != Some(value));
        if is_new { format!("{value} {}", texts.plain(Key::OwnerNew, language)) } else { value.clone() }
    };
    let mut news: Vec<_> = card.known.news_since(old).iter().filter_map(|why| why.text()).collect();
    news.dedup();
    let of_call = |key: Key| card.call.filter(|_| key == Key::OwnerHotLead);
    let told = |key: Key| match (texts.plain(key, language), of_call(key)) {
        (words, Some(line)) => format!("{words}: {line}"),
        (words, None) => words,
    };
    let news: Vec<_> = news.into_iter().map(told).collect();
    let vars = Vars::from([
        ("header", texts.plain(header, language)),
        ("name", fact(&card.known.name, old.map(|o| &o.name))),
        ("need", fact(&card.known.need, old.map(|o| &o.need))),
        ("preference", fact(&card.known.preference, old.map(|o| &o.preference))),
        ("phone", card.phone.map(|phone| phone.as_str().to_owned()).unwrap_or_default()),
        ("link", card.link.unwrap_or_default().to_owned()),
        ("news", news.join(", ")),
    ]);
    Ok(Notice {
        text: texts.render(Key::OwnerLead, language, &vars)?,
        params: params(Key::OwnerLead, language, &vars)?,
    })
}

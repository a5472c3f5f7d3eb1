//! What a caller wants (C4): each phrase found speaks for an intent with a weight, a search for the enquiries.

use super::search::Search;
use crate::times::phrase::Phrases;
use crate::times::token::{Kind, Token};
use ringleader_core::reception::words::{Deal, Intent};
use std::sync::LazyLock;

/// An intent is taken from this weight on.
const ENOUGH: f64 = 4.0;
/// A second intent must be as sure as this.
const SURE: f64 = 7.0;

/// Weighted phrases: `[intent]` headings, then lines `weight phrase`.
static RULES: LazyLock<Vec<(Intent, f64, Phrases)>> = LazyLock::new(|| {
    let mut rules: Vec<(Intent, f64, Vec<&str>)> = Vec::new();
    let mut intent = Intent::General;
    for line in include_str!("lists/intents.txt").lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            intent = name.parse().unwrap_or(Intent::General);
        } else if let Some((weight, phrase)) = line.split_once(' ')
            && let Ok(weight) = weight.parse::<f64>()
        {
            match rules.iter_mut().find(|(of, at, _)| *of == intent && *at == weight) {
                Some((.., phrases)) => phrases.push(phrase),
                None => rules.push((intent, weight, vec![phrase])),
            }
        }
    }
    rules.into_iter().map(|(intent, weight, phrases)| (intent, weight, Phrases::new(&phrases.join("\n")))).collect()
});
/// Words that only hint at an intent: `intent weight words`.
static LEANINGS: LazyLock<Vec<(Intent, f64, Phrases)>> = LazyLock::new(|| {
    let row = |line: &str| {
        let mut parts = line.splitn(3, ' ');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, Phrases::new(parts.next()?)))
    };
    include_str!("lists/leanings.txt").lines().filter_map(row).collect()
});
static SEEKS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("lists/seeks.txt")));
static PROPERTY: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "flat|flats|house|houses|apartment|apartments|studio|studios|maisonette|bungalow|property|properties|place|somewhere|home|homes|listing|listings|rental|rentals|bed|beds|bedroom|bedrooms|room|cottage|penthouse|lettings\n+דירה|דירות|דירת|בית|נכס|נכסים|חדרים",
    )
});

/// The intents of a turn, the surest first. `fault` is how surely something is reported broken.
pub(super) fn read(tokens: &[Token], search: &Search, fault: f64) -> Vec<Intent> {
    let mut weights: Vec<(Intent, f64)> =
        Intent::ALL.iter().map(|intent| (*intent, phrases(tokens, *intent))).collect();
    let (deal, enquiry) = enquiry(tokens, search);
    for (intent, weight) in &mut weights {
        *weight += match *intent {
            Intent::EnquiryRent if deal == Deal::Rent => enquiry,
            Intent::EnquiryBuy if deal == Deal::Sale => enquiry,
            Intent::Maintenance => fault,
            Intent::Agent if asks_for_name(tokens) => 8.0,
            _ => 0.0,
        };
    }
    if weights.iter().all(|(_, weight)| *weight < ENOUGH) {
        lean(tokens, &mut weights);
    }
    weights.retain(|(_, weight)| *weight >= ENOUGH);
    weights.sort_by(|a, b| b.1.total_cmp(&a.1));
    let top = weights.first().map_or(0.0, |(_, weight)| *weight);
    let mut intents: Vec<Intent> = Vec::new();
    for (intent, weight) in weights {
        let first = intents.is_empty();
        if first || (weight >= SURE && weight * 1.6 >= top && is_apart(&intents, intent)) {
            intents.push(intent);
        }
    }
    intents
}

/// Where no phrase is sure, single words decide if they agree.
fn lean(tokens: &[Token], weights: &mut [(Intent, f64)]) {
    for (intent, weight, list) in LEANINGS.iter() {
        if let Some((_, total)) = weights.iter_mut().find(|(of, _)| of == intent)
            && list.occur(tokens)
        {
            *total += weight;
        }
    }
    let most = weights.iter().map(|(_, weight)| *weight).fold(0.0, f64::max);
    for (_, weight) in weights.iter_mut().filter(|(_, weight)| most >= 2.5 && *weight >= most) {
        *weight = weight.max(ENOUGH);
    }
}

/// The strongest phrase, and a little for every other.
fn phrases(tokens: &[Token], intent: Intent) -> f64 {
    let hits: Vec<f64> = RULES
        .iter()
        .filter(|(of, ..)| *of == intent)
        .flat_map(|(_, weight, list)| {
            let meant = list.all(tokens).into_iter().filter(|hit| !is_denied(tokens, hit.start)).count();
            std::iter::repeat_n(*weight, meant)
        })
        .collect();
    let most = hits.iter().copied().fold(0.0, f64::max);
    let rest: f64 = hits.iter().sum::<f64>() - most;
    most + (rest * 0.2).min(2.0)
}

/// "not a landlord" speaks for nothing.
fn is_denied(tokens: &[Token], start: usize) -> bool {
    let not = |back: usize| start.checked_sub(back).is_some_and(|at| tokens[at].is_any(&["not", "isnt", "arent"]));
    not(1) || (not(2) && tokens[start - 1].is_any(&["a", "an", "the"]))
}

/// How surely something is looked for, and whether to rent or to buy.
fn enquiry(tokens: &[Token], search: &Search) -> (Deal, f64) {
    let criteria = &search.criteria;
    let deal = criteria.deal.unwrap_or(Deal::Rent);
    let fields = criteria.fields() as f64 - f64::from(u8::from(criteria.deal.is_some()));
    let seeks = if SEEKS.occur(tokens) { 2.5 } else { 0.0 };
    let said = if search.said_deal { 2.0 } else { 0.0 };
    let property = if PROPERTY.occur(tokens) { 0.5 } else { 0.0 };
    (deal, (fields.min(3.0) * 1.2 + seeks + said + property).min(7.5))
}

/// Two intents that are told by the same words are one wish.
fn is_apart(taken: &[Intent], next: Intent) -> bool {
    use Intent::{
        BookValuation, BookViewing, EnquiryBuy, EnquiryRent, ExistingViewing, General, Landlord, OfficeHours,
    };
    let family = |intent: Intent| match intent {
        EnquiryRent | EnquiryBuy | BookViewing | ExistingViewing => 1,
        BookValuation | Landlord => 2,
        OfficeHours | General => 3,
        Intent::Agent => 4,
        Intent::Maintenance | Intent::TenantGeneral => 5,
    };
    taken.iter().all(|intent| family(*intent) != family(next)) && next != General
}

/// "is daniel there", "is priya around": a person by name.
fn asks_for_name(tokens: &[Token]) -> bool {
    const NOT_NAMES: [&str; 30] = [
        "there",
        "it",
        "that",
        "this",
        "anyone",
        "anybody",
        "someone",
        "somebody",
        "he",
        "she",
        "the",
        "a",
        "an",
        "my",
        "your",
        "office",
        "flat",
        "house",
        "property",
        "parking",
        "viewing",
        "place",
        "one",
        "still",
        "lift",
        "garden",
        "any",
        "everything",
        "what",
        "which",
    ];
    tokens.windows(3).any(|three| {
        three[0].is_any(&["is", "was"])
            && three[1].kind == Kind::Word
            && !NOT_NAMES.contains(&three[1].norm.as_str())
            && three[2].is_any(&["there", "in", "around", "available", "about", "free"])
            && !matches!(three[1].norm.as_str(), "there" | "in")
    })
}

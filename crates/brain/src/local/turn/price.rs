//! Prices in a search: which amounts are meant, their bounds and period (C5).
//!
//! "Up to", and a figure with no bound, set the maximum; a range sets both; corrections and totals win.

use super::amount::{Amount, amount_at};
use crate::times::phrase::Phrases;
use crate::times::token::Token;
use ringleader_core::reception::words::{Deal, Period};
use std::sync::LazyLock;

type List = LazyLock<Phrases>;

static ABOUT: List = LazyLock::new(|| {
    Phrases::new(
        "about|around|approximately|approx|roughly|circa|nearly|ish\nsomething like\nin the region of\nregion of\nor so\ngive or take\nsomewhere near|around|about|in\nor thereabouts\n+בערך|בסביבות|כ",
    )
});
static LEAST: List = LazyLock::new(|| {
    Phrases::new(
        "at least\nminimum|min of?\nupwards of\nmore than\nover\nabove\nfrom\nstarting at|from\nno less than\n+לפחות|מעל|החל",
    )
});
static MOST: List = LazyLock::new(|| {
    Phrases::new(
        "up to\nmax|maximum|budget|tops|limit|ceiling of|is|s?\nunder|below|within\nno|not|nothing|cant|cannot more|higher|over|above|go|exceed than|over|above?\nno|not|nothing|never over|above\ncant|cannot|wont|dont go|be|want over|above\nless than\nat most\ncapped at\n+עד|מקסימום|תקציב",
    )
});
static WEEKLY: List = LazyLock::new(|| Phrases::new("a|per|each|every|the week\nweekly|pw|ppw\n+לשבוע|בשבוע"));
static MONTHLY: List =
    LazyLock::new(|| Phrases::new("a|per|each|every|the calendar? month\nmonthly|pcm|pm\np c m\n+לחודש|בחודש"));
static YEARLY: List = LazyLock::new(|| Phrases::new("a|per|each year|annum\nyearly|annually|pa\n+לשנה|בשנה"));
/// Behind a number, these make it count something else than money.
static COUNTS: List = LazyLock::new(|| {
    Phrases::new(
        "bathroom|bathrooms|baths|bath|toilets|month|months|year|years|week|weeks|day|days|cars|car|people|of us|kids|children|minutes|minute|mins|miles|mile|percent|floors|floor|storey|metre|metres|sqft|square|cats|dogs|cat|dog|adults|students|sharers|professionals|person|nights|reception|receptions|parking|spaces|oclock|am|stops|rooms|room|th|nd|st|rd\nor more|two|three people|cars|kids\n+חדרים|חדרי|קומה|שנים|ילדים|נפשות|מטר",
    )
});
static NOT_MONEY_BEFORE: [&str; 14] = [
    "zone",
    "flat",
    "number",
    "unit",
    "family",
    "apartment",
    "floor",
    "line",
    "reference",
    "ref",
    "for",
    "terminal",
    "gate",
    "aged",
];
static CORRECTION: List = LazyLock::new(|| {
    Phrases::new(
        "no|oh|or|well|wait|actually|um sorry|wait|rather|actually|i mean|make\ni mean\nmake that|it\nsorry\nno wait\nactually\nscratch that\ncorrection\n+סליחה|בעצם|כלומר",
    )
});
static TOTAL: List = LazyLock::new(|| {
    Phrases::new("total|altogether\nall|put together|in\nin total|all\nbetween us\ncombined\nso\n+סך|ביחד")
});
static STRETCH: List =
    LazyLock::new(|| Phrases::new("at a? push|stretch\nif we|i have|had|needed|must to?\nstretch to\ngo|push to"));

/// What is said about the price.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Price {
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub period: Option<Period>,
    pub approximate: bool,
}

/// Whether a correction ("no sorry") stands in the tokens.
pub(super) fn is_corrected(tokens: &[Token]) -> bool {
    CORRECTION.occur(tokens)
}

/// A price that no one pays for a month tells a sale, whatever else is said.
pub(super) fn tells_sale(amounts: &[Amount]) -> Option<Deal> {
    amounts.iter().any(|amount| amount.scaled && amount.value >= 50_000.0).then_some(Deal::Sale)
}

/// Every amount that may be money; `used` marks tokens that are something else.
pub(super) fn amounts(tokens: &[Token], used: &[bool]) -> Vec<Amount> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        match amount_at(tokens, at).filter(|_| !used[at]) {
            Some(amount) => {
                let amount = cut(tokens, used, amount);
                if is_money(tokens, &amount) {
                    found.push(amount);
                }
                at = amount.end.max(at + 1);
            }
            None => at += 1,
        }
    }
    found
}

/// An amount ends where another meaning begins.
fn cut(tokens: &[Token], used: &[bool], amount: Amount) -> Amount {
    match (amount.start..amount.end).find(|at| used[*at]) {
        Some(end) => amount_at(&tokens[..end], amount.start).unwrap_or(amount),
        None => amount,
    }
}

fn is_money(tokens: &[Token], amount: &Amount) -> bool {
    if amount.money {
        return true;
    }
    let before = amount.start.checked_sub(1).map_or("", |at| tokens[at].norm.as_str());
    let counts = COUNTS.at(tokens, amount.end).is_some() && !amount.scaled && amount.value < 100.0;
    let long_time = amount.value <= 999.0
        && tokens.get(amount.end).is_some_and(|t| t.is_any(&["years", "year", "months", "metres", "square"]));
    let named = NOT_MONEY_BEFORE.contains(&before) && amount.value < 100.0 && !amount.scaled;
    let half_hour = matches!(before, "half" | "past" | "quarter");
    // A road's or a bus's number, a year's digits: below ten with nothing said is no price.
    let bare = amount.value < 10.0 && !amount.scaled && amount.value.fract() == 0.0;
    !(counts || long_time || named || half_hour || (bare && !is_range_start(tokens, amount)))
}

fn is_range_start(tokens: &[Token], amount: &Amount) -> bool {
    tokens.get(amount.end).is_some_and(|t| t.is_any(&["to"]))
        && amount_at(tokens, amount.end + 1).is_some_and(|next| next.value >= 100.0 || next.scaled)
}

/// The price among `amounts`. `deal` is what is known of it.
pub(super) fn read(tokens: &[Token], amounts: &[Amount], deal: Option<Deal>) -> Price {
    let pairs = ranges(tokens, amounts);
    let Some(pick) = choose(tokens, amounts) else { return Price::default() };
    let range = pairs.iter().find(|(low, high)| *low == pick || *high == pick);
    let (low, high) = range.map_or((None, pick), |(low, high)| (Some(*low), *high));
    let last = &amounts[high];
    let period = period(tokens, last.end);
    let top = scaled(last, deal, period);
    let deal = deal.or(Some(if top >= 50_000.0 { Deal::Sale } else { Deal::Rent }));
    let first = low.map_or(last, |low| &amounts[low]);
    let around = first.start.saturating_sub(4)..first.start;
    let near = &tokens[around.clone()];
    let behind = &tokens[last.end.min(tokens.len())..(last.end + 3).min(tokens.len())];
    let approximate = ABOUT.all(near).last().is_some_and(|hit| around.start + hit.end + 1 >= first.start)
        || ABOUT.at(behind, 0).is_some();
    let most = MOST.occur(near);
    let least = !most && LEAST.all(near).last().is_some_and(|hit| around.start + hit.end == first.start);
    let mut price = Price { approximate, ..Price::default() };
    match low {
        Some(low) => {
            price.min = Some(whole(lift(&amounts[low], top, deal, period)));
            price.max = Some(whole(top));
        }
        None if least => price.min = Some(whole(top)),
        None => price.max = Some(whole(top)),
    }
    price.period = Some(match (deal, period) {
        (Some(Deal::Sale), _) => Period::Total,
        (_, Some(period)) => period,
        _ => Period::Month,
    });
    price
}

/// Neighbours joined by "to" or "and" behind "between".
fn ranges(tokens: &[Token], amounts: &[Amount]) -> Vec<(usize, usize)> {
    let joined = |low: &Amount, high: &Amount| {
        let between: Vec<&str> = tokens[low.end..high.start].iter().map(|t| t.norm.as_str()).collect();
        let said = |n: usize, words: &[&str]| low.start.checked_sub(n).is_some_and(|at| tokens[at].is_any(words));
        let open = said(1, &["between", "from", "בין"]) || said(2, &["between", "from"]);
        match between.as_slice() {
            ["to" | "-" | "–" | "עד" | "ל"] | ["up", "to"] | ["a", "month" | "week", "to"] => true,
            ["and" | "or"] | ["and", "about"] | ["£"] | ["to", "£"] => open || between.contains(&"to"),
            _ => false,
        }
    };
    (1..amounts.len()).filter(|at| joined(&amounts[at - 1], &amounts[*at])).map(|at| (at - 1, at)).collect()
}

/// The amount that counts: a correction, a total or a stretch wins; else the first that is bounded, else the greatest.
fn choose(tokens: &[Token], amounts: &[Amount]) -> Option<usize> {
    let gap = |at: usize| &tokens[if at == 0 { 0 } else { amounts[at - 1].end }..amounts[at].start];
    let behind = |at: usize| {
        let end = amounts.get(at + 1).map_or(tokens.len(), |next| next.start);
        &tokens[amounts[at].end..end.min(amounts[at].end + 5)]
    };
    let near = |list: &Phrases, tokens: &[Token]| list.find(tokens).is_some_and(|hit| hit.start <= 2);
    let all = 0..amounts.len();
    let wins = |at: &usize| {
        let later = *at > 0;
        later
            && (is_corrected(gap(*at))
                || near(&TOTAL, behind(*at))
                || near(&STRETCH, behind(*at))
                || TOTAL.occur(gap(*at)))
    };
    if let Some(at) = all.clone().rev().find(wins) {
        return Some(at);
    }
    let bounded = |at: &usize| {
        let before = gap(*at);
        let before = &before[before.len().saturating_sub(4)..];
        MOST.occur(before) || LEAST.occur(before) || ABOUT.occur(before)
    };
    let periodic = |at: &usize| period(tokens, amounts[*at].end).is_some();
    all.clone()
        .find(bounded)
        .or_else(|| all.clone().find(periodic))
        .or_else(|| all.max_by(|a, b| amounts[*a].value.total_cmp(&amounts[*b].value)))
}

fn period(tokens: &[Token], end: usize) -> Option<Period> {
    let lists = [(&WEEKLY, Period::Week), (&MONTHLY, Period::Month), (&YEARLY, Period::Year)];
    let at =
        |skip: usize| lists.iter().find(|(list, _)| list.at(tokens, end + skip).is_some()).map(|(_, period)| *period);
    (0..=2).find_map(at)
}

/// What the figure means: "six fifty" for a house is thousands, "two and a half" a month too.
fn scaled(amount: &Amount, deal: Option<Deal>, period: Option<Period>) -> f64 {
    let value = amount.value;
    if amount.scaled || amount.money && value >= 1000.0 {
        return value;
    }
    let sale = deal == Some(Deal::Sale) && period.is_none();
    match value {
        _ if amount.pair && !sale => value * 100.0,
        v if sale && v < 10.0 => v * 1e6,
        v if sale && v < 10_000.0 => v * 1e3,
        v if !sale && v < 10.0 => v * 1e3,
        v => v,
    }
}

/// The lower end of a range in the scale of its upper end: "four to five hundred thousand".
fn lift(low: &Amount, top: f64, deal: Option<Deal>, period: Option<Period>) -> f64 {
    let value = scaled(low, deal, period);
    if low.scaled || value * 5.0 > top && value <= top {
        return value;
    }
    let mut value = low.value;
    while value > 0.0 && value * 10.0 <= top {
        value *= 10.0;
    }
    value
}

fn whole(value: f64) -> i64 {
    value.round() as i64
}

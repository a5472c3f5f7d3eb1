//! What a caller looks for: deal, bedrooms, kind, price, places, must-haves (C5).

use super::place::{self, Places};
use super::price;
use crate::times::number;
use crate::times::phrase::Phrases;
use crate::times::token::{Kind, Token};
use ringleader_core::reception::criteria::Criteria;
use ringleader_core::reception::words::{Deal, PropertyKind};
use std::ops::Range;
use std::sync::LazyLock;

type List = LazyLock<Phrases>;

static BEDS: List = LazyLock::new(|| {
    Phrases::new(
        "double|single|good|decent|sized|proper|large|big|small|spacious? double|single|sized? bed|beds|bedroom|bedrooms|bedded|bedder|bedroomed|bedders\ndouble|single|good|decent|sized|proper|large|big|small|spacious? bed room|rooms\n+חדרי שינה",
    )
});
static AT_LEAST_BEFORE: List = LazyLock::new(|| {
    Phrases::new("at least\nminimum|min of?\nno less|fewer than\nnot|nothing less|fewer|under than?\n+לפחות|מינימום")
});
static AT_LEAST_BEHIND: List = LazyLock::new(|| {
    Phrases::new(
        "minimum|min\nat least\nor more|above|bigger|up|over|larger\nplus\nand up|above|over\nupwards\n+לפחות|ומעלה|מינימום",
    )
});
static AT_MOST_BEFORE: List = LazyLock::new(|| Phrases::new("up to\nat most\nmaximum|max of?\nno more than"));
static AT_MOST_BEHIND: List = LazyLock::new(|| Phrases::new("maximum\nat most\nor less|fewer|smaller"));
static RENT: List = LazyLock::new(|| Phrases::new(include_str!("lists/rent.txt")));
static SALE: List = LazyLock::new(|| Phrases::new(include_str!("lists/sale.txt")));
static NOT: List = LazyLock::new(|| {
    Phrases::new(
        "not|no|without|dont|isnt|cant|never|avoid want|be|have|on|a|an|the|to|too? a|an|the|be|on?\n+לא|בלי|ללא|חוץ רוצה|רוצים|תהיה|יהיה|מתאים|מתאימה|על|דירת|עם?",
    )
});
/// "I don't need parking", "parking isn't needed": neither wished for nor refused.
static NEEDLESS_BEFORE: List = LazyLock::new(|| {
    Phrases::new(
        "dont|doesnt|wont|not need|require a|an|any|the?\nno need for a|an|any|the?\n+לא צריך|צריכה|צריכים|צריכות|חייב|חייבת|חייבים|חייבות",
    )
});
static NEEDLESS_BEHIND: List = LazyLock::new(|| {
    Phrases::new(
        "is|are? not|isnt|arent needed|necessary|required|essential\nלא נחוץ|נחוצה|חובה|הכרחי|הכרחית|נדרש|נדרשת",
    )
});
/// After a no: "no parking needed".
static NEEDED: List = LazyLock::new(|| Phrases::new("space|spaces? needed|necessary|required\nנחוץ|נחוצה|נדרש|נדרשת"));
static MUSTS: LazyLock<Vec<(&str, Phrases)>> = LazyLock::new(|| {
    let rows = include_str!("lists/musts.txt").lines().filter_map(|line| line.split_once(" = "));
    rows.map(|(name, phrases)| (name, Phrases::new(&phrases.replace(" ; ", "\n")))).collect()
});
static KINDS: LazyLock<Vec<(PropertyKind, Phrases)>> = LazyLock::new(|| {
    vec![
        (PropertyKind::Studio, Phrases::new("studio|studios\nstudio flat|flats|apartment|apartments\n+סטודיו")),
        (PropertyKind::Maisonette, Phrases::new("maisonette|maisonettes\nduplex flat|apartment?\n+דופלקס")),
        (
            PropertyKind::House,
            Phrases::new(
                "house|houses|terraced|detached|cottage|cottages|townhouse|townhouses|bungalow|bungalows|semi|semis|villa\nvictorian|georgian|edwardian|mid|end|period|traditional terrace\nend of terrace\nmews house?\n+בית|בתים|קוטג'|וילה",
            ),
        ),
        (
            PropertyKind::Flat,
            Phrases::new("flat|flats|apartment|apartments|penthouse|penthouses|condo\n+דירה|דירת|דירות"),
        ),
    ]
});

/// A search in a turn, and what else was found on the way.
#[derive(Debug, Default)]
pub(super) struct Search {
    pub criteria: Criteria,
    pub postcode: Option<String>,
    /// Words of renting or buying were said, not only concluded from a price.
    pub said_deal: bool,
}

/// Reads the search. `own` are the names of areas that the tenant's data knows.
pub(super) fn read(tokens: &[Token], own: &[String]) -> Search {
    let mut used = vec![false; tokens.len()];
    let beds = bedrooms(tokens, &mut used);
    let Places { areas, street, postcode } = place::read(tokens, &mut used, own);
    let said = deal(tokens);
    let amounts = price::amounts(tokens, &used);
    let price = price::read(tokens, &amounts, said.or_else(|| price::tells_sale(&amounts)));
    let deal = said.or_else(|| by_price(price.max.or(price.min), price.period));
    let kind = kind(tokens);
    let (bedrooms_min, bedrooms_max) = match (kind, beds) {
        (Some(PropertyKind::Studio), None) | (_, None) => (None, None),
        (_, Some(beds)) => beds,
    };
    let (must_haves, needless) = musts(tokens);
    let criteria = Criteria {
        deal,
        bedrooms_min,
        bedrooms_max,
        price_min: price.min,
        price_max: price.max,
        period: price.period,
        approximate: price.approximate,
        areas,
        street,
        kind,
        must_haves,
        needless,
    };
    Search { criteria, postcode, said_deal: said.is_some() }
}

fn by_price(price: Option<i64>, period: Option<ringleader_core::reception::words::Period>) -> Option<Deal> {
    use ringleader_core::reception::words::Period;
    match (price?, period) {
        (_, Some(Period::Week | Period::Year)) => Some(Deal::Rent),
        (price, _) => Some(if price >= 50_000 { Deal::Sale } else { Deal::Rent }),
    }
}

type Beds = (Option<u8>, Option<u8>);

fn bedrooms(tokens: &[Token], used: &mut [bool]) -> Option<Beds> {
    let mut found: Vec<(Range<usize>, Beds)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match rooms_at(tokens, at) {
            Some((end, beds)) => {
                used[at..end].fill(true);
                found.push((at..end, beds));
                at = end;
            }
            None => at += 1,
        }
    }
    let (first, mut beds) = found.first().cloned()?;
    let mut end = first.end;
    for (range, next) in found.iter().skip(1) {
        let gap = &tokens[end..range.start];
        if price::is_corrected(gap) {
            beds = *next;
        } else if gap.len() <= 3 && gap.iter().any(|t| t.is_any(&["or", "to", "and", "maybe"])) {
            beds = (beds.0.min(next.0), beds.1.max(next.1));
        }
        end = range.end;
    }
    Some(beds)
}

/// `two bed`, `two or three bedroom`, `at least four double bedrooms`, `five beds minimum`.
fn rooms_at(tokens: &[Token], at: usize) -> Option<(usize, Beds)> {
    if let Some(found) = hebrew_rooms(tokens, at) {
        return Some(found);
    }
    let (low, next) = count(tokens, at)?;
    let joined = tokens.get(next).is_some_and(|t| t.is_any(&["or", "to", "and", "maybe"]) || t.kind == Kind::Dash);
    let skip = usize::from(joined)
        + usize::from(joined && tokens.get(next + 1).is_some_and(|t| t.is_any(&["maybe", "even", "a"])));
    let second = count(tokens, next + skip).filter(|(high, _)| *high > low && (joined || *high == low + 1));
    let (high, end) = match second.filter(|(_, end)| BEDS.at(tokens, *end).is_some()) {
        Some((high, end)) => (high, end),
        None => (low, next),
    };
    let end = BEDS.at(tokens, end)?;
    let before = &tokens[at.saturating_sub(3)..at];
    let ends_before = |list: &Phrases| list.all(before).last().is_some_and(|hit| hit.end == before.len());
    let behind = |list: &Phrases| list.at(tokens, end).filter(|end| number::at(tokens, *end).is_none());
    if ends_before(&AT_LEAST_BEFORE) || high == low && behind(&AT_LEAST_BEHIND).is_some() {
        return Some((end, (Some(low), None)));
    }
    if high == low && (ends_before(&AT_MOST_BEFORE) || behind(&AT_MOST_BEHIND).is_some()) {
        return Some((end, (None, Some(high))));
    }
    Some((end, (Some(low), Some(high))))
}

fn count(tokens: &[Token], at: usize) -> Option<(u8, usize)> {
    let (n, end) = number::whole_at(tokens, at)?;
    (1..=12).contains(&n).then_some((n as u8, end))
}

/// `דירת שלושה חדרים`: rooms are counted with the living room.
fn hebrew_rooms(tokens: &[Token], at: usize) -> Option<(usize, Beds)> {
    let (n, end) = number::at(tokens, at)?;
    let rooms = tokens.get(end).is_some_and(|t| t.is_any(&["חדרים", "חד'", "חד", "חדר"]));
    let beds = (n.floor() as i64 - 1).max(1);
    (rooms && (1.0..12.0).contains(&n)).then_some((end + 1, (u8::try_from(beds).ok(), u8::try_from(beds).ok())))
}

fn deal(tokens: &[Token]) -> Option<Deal> {
    let (rent, sale) = (RENT.all(tokens), SALE.all(tokens));
    let wanted = |hits: &[Range<usize>]| {
        hits.iter().filter(|hit| hit.start == 0 || !tokens[hit.start - 1].is_any(&["not", "dont", "isnt"])).count()
    };
    match (wanted(&rent), wanted(&sale)) {
        (0, 0) => None,
        (rent, sale) => Some(if rent > sale { Deal::Rent } else { Deal::Sale }),
    }
}

fn kind(tokens: &[Token]) -> Option<PropertyKind> {
    let mut found = Vec::new();
    for (kind, list) in KINDS.iter() {
        let own = |at: usize| at > 0 && tokens[at - 1].is_any(&["my", "our", "their", "ours", "sold", "open", "town"]);
        if list.all(tokens).iter().any(|hit| !own(hit.start)) {
            found.push(*kind);
        }
    }
    let joined = |a, b| found.contains(&a) && found.contains(&b);
    match found.as_slice() {
        [] => None,
        [PropertyKind::Studio | PropertyKind::Maisonette, ..] if !joined(PropertyKind::Studio, PropertyKind::House) => {
            Some(found[0])
        }
        [only] => Some(*only),
        _ => None,
    }
}

/// What it must have or must not, and what it need not.
fn musts(tokens: &[Token]) -> (Vec<String>, Vec<String>) {
    let (mut found, mut needless) = (Vec::new(), Vec::new());
    for (name, list) in MUSTS.iter() {
        let Some(hit) = list.find(tokens) else { continue };
        let near = &tokens[hit.start.saturating_sub(4)..hit.start];
        let before = |list: &Phrases| list.all(near).last().is_some_and(|it| it.end == near.len());
        let behind = |list: &Phrases| list.at(tokens, hit.end).is_some();
        let refused = before(&NOT);
        if before(&NEEDLESS_BEFORE) || behind(&NEEDLESS_BEHIND) || refused && behind(&NEEDED) {
            needless.push((*name).to_owned());
            continue;
        }
        found.push(if refused { format!("not {name}") } else { (*name).to_owned() });
    }
    (found, needless)
}

//! Faults that tenants report: what is broken and how soon it must be seen to (C8). Danger is core's to find, by rules.

use crate::times::phrase::Phrases;
use crate::times::token::Token;
use ringleader_core::language::singular;
use ringleader_core::reception::danger::Danger;
use ringleader_core::reception::reading::Fault;
use ringleader_core::reception::words::{FaultCategory, FaultUrgency};
use std::sync::LazyLock;

type List = LazyLock<Phrases>;

static TROUBLE: List = LazyLock::new(|| Phrases::new(include_str!("lists/trouble.txt")));
static URGENT: List = LazyLock::new(|| Phrases::new(include_str!("lists/fault_urgent.txt")));
/// Doors of furniture that will not shut are no security.
static SMALL: List = LazyLock::new(|| Phrases::new(include_str!("lists/fault_small.txt")));
static NORMAL: List = LazyLock::new(|| Phrases::new(include_str!("lists/fault_normal.txt")));
/// `[category]` headings, then lines `weight phrase`.
static THINGS: LazyLock<Vec<(FaultCategory, f64, Phrases)>> = LazyLock::new(|| {
    let (mut things, mut category) = (Vec::new(), FaultCategory::Other);
    for line in include_str!("lists/fault_things.txt").lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            category = name.parse().unwrap_or(FaultCategory::Other);
        } else if let Some((weight, phrase)) = line.split_once(' ') {
            things.push((category, weight.parse().unwrap_or(1.0), Phrases::new(phrase)));
        }
    }
    things
});

fn occurs(list: &Phrases, tokens: &[Token]) -> bool {
    list.occur(tokens) || list.occur(&singular(tokens))
}

/// How surely something is reported broken, for the intents: a thing and a trouble, or danger.
pub(super) fn weight(tokens: &[Token], danger: Option<Danger>) -> f64 {
    let thing = category(tokens).is_some();
    match (danger, thing, occurs(&TROUBLE, tokens)) {
        (Some(_), ..) => 9.5,
        (None, true, true) => 8.5,
        (None, false, true) => 3.0,
        _ => 0.0,
    }
}

/// The fault in a report.
pub(super) fn read(tokens: &[Token], danger: Option<Danger>) -> Fault {
    let category = category(tokens).or(danger.and_then(of_danger)).unwrap_or(FaultCategory::Other);
    Fault { category, urgency: urgency(tokens, category, danger) }
}

/// The category whose words weigh most; of equals, the one said first.
fn category(tokens: &[Token]) -> Option<FaultCategory> {
    let mut best: Option<(f64, usize, FaultCategory)> = None;
    let one = singular(tokens);
    for (category, weight, phrases) in THINGS.iter() {
        let Some(hit) = phrases.find(tokens).or_else(|| phrases.find(&one)) else { continue };
        let better = best.is_none_or(|(most, at, _)| *weight > most || (*weight == most && hit.start < at));
        if better {
            best = Some((*weight, hit.start, *category));
        }
    }
    best.map(|(.., category)| category)
}

fn of_danger(danger: Danger) -> Option<FaultCategory> {
    Some(match danger {
        Danger::Gas => FaultCategory::Gas,
        Danger::CarbonMonoxide | Danger::Fire => FaultCategory::FireSafety,
        Danger::Electric | Danger::NoPower => FaultCategory::Electrical,
        Danger::BreakIn | Danger::Insecure | Danger::Trapped => FaultCategory::Security,
        Danger::Flood => FaultCategory::Plumbing,
        Danger::Sewage => FaultCategory::Drainage,
        Danger::Collapse => FaultCategory::Structural,
        Danger::NoHeat => FaultCategory::Heating,
        Danger::Injury => return None,
    })
}

fn urgency(tokens: &[Token], category: FaultCategory, danger: Option<Danger>) -> FaultUrgency {
    use FaultCategory as C;
    if danger.is_some() {
        return FaultUrgency::Emergency;
    }
    // What is small stays small, unless something urgent is said too.
    if SMALL.occur(tokens) {
        return FaultUrgency::Normal;
    }
    let (urgent, normal) = (occurs(&URGENT, tokens), occurs(&NORMAL, tokens));
    match (urgent, normal, category) {
        (true, ..) => FaultUrgency::Urgent,
        (false, true, _) => FaultUrgency::Normal,
        (_, _, C::Heating | C::Gas | C::Security | C::Drainage | C::FireSafety) => FaultUrgency::Urgent,
        _ => FaultUrgency::Normal,
    }
}

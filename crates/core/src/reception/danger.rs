//! Danger in what a caller says, by rules, before any brain is asked, for unknown callers too (C8). English and Hebrew.
//!
//! It errs on the side of danger: a false alarm costs a call, a missed one a life. Rules are written over concepts (a thing,
//! what happens to it, where), so that a sentence nobody thought of is still found. Alarms that chirp for a new battery, what
//! is denied ("no smell of gas"), and dangers that are over, are taken out by their own lists. Misspelled words are mended
//! first; what is found as written counts too.

use crate::language::concepts::Concepts;
use crate::language::phrase::Phrases;
use crate::language::spelling::Vocabulary;
use crate::language::together::Together;
use crate::language::{heard, singular, token::Kind, token::Token};
use crate::reception::words::FaultCategory;
use std::sync::LazyLock;

crate::words! {
    /// A kind of danger; each has its own safety words. The first that is found wins, so the deadliest come first.
    pub enum Danger {
        /// A smell of gas or a leak.
        Gas = "gas",
        /// A carbon monoxide alarm, or signs of poisoning.
        CarbonMonoxide = "carbon_monoxide",
        /// Fire or smoke.
        Fire = "fire",
        /// Someone is hurt or ill.
        Injury = "injury",
        /// Shock, sparks, bare wires, water on electrics.
        Electric = "electric",
        /// Someone is shut in, or a child is shut away from help.
        Trapped = "trapped",
        /// A break-in.
        BreakIn = "break_in",
        /// Water that does not stop.
        Flood = "flood",
        /// Sewage in the home.
        Sewage = "sewage",
        /// A ceiling, wall or balcony that came down or will.
        Collapse = "collapse",
        /// A home that cannot be shut.
        Insecure = "insecure",
        /// No heating in the cold, or for people who must not be cold.
        NoHeat = "no_heat",
        /// No power at all.
        NoPower = "no_power",
    }
}

impl Danger {
    /// Who mends what it comes from; none for what nobody mends.
    pub const fn trade(self) -> Option<FaultCategory> {
        Some(match self {
            Self::Gas | Self::CarbonMonoxide => FaultCategory::Gas,
            Self::Fire => FaultCategory::FireSafety,
            Self::Electric | Self::NoPower => FaultCategory::Electrical,
            Self::BreakIn | Self::Insecure => FaultCategory::Security,
            Self::Flood => FaultCategory::Plumbing,
            Self::Sewage => FaultCategory::Drainage,
            Self::Collapse => FaultCategory::Structural,
            Self::NoHeat => FaultCategory::Heating,
            Self::Injury | Self::Trapped => return None,
        })
    }
}

static LISTS: LazyLock<Vec<(Danger, Phrases)>> = LazyLock::new(|| {
    let list = |danger, text| (danger, Phrases::new(text));
    vec![
        list(Danger::Gas, include_str!("danger/gas.txt")),
        list(Danger::CarbonMonoxide, include_str!("danger/carbon_monoxide.txt")),
        list(Danger::Fire, include_str!("danger/fire.txt")),
        list(Danger::Injury, include_str!("danger/injury.txt")),
        list(Danger::Electric, include_str!("danger/electric.txt")),
        list(Danger::Trapped, include_str!("danger/trapped.txt")),
        list(Danger::BreakIn, include_str!("danger/break_in.txt")),
        list(Danger::Flood, include_str!("danger/flood.txt")),
        list(Danger::Sewage, include_str!("danger/sewage.txt")),
        list(Danger::Collapse, include_str!("danger/collapse.txt")),
        list(Danger::Insecure, include_str!("danger/insecure.txt")),
        list(Danger::NoPower, include_str!("danger/no_power.txt")),
    ]
});
/// `danger: words & words`, in any order.
static TOGETHER: LazyLock<Vec<(Danger, Together)>> = LazyLock::new(|| {
    let concepts = Concepts::new(include_str!("danger/concepts.txt"));
    let row = |line: &str| {
        let (danger, rule) = line.split_once(": ")?;
        Some((danger.parse().ok()?, Together::new(&concepts.expand(rule))))
    };
    include_str!("danger/together.txt").lines().filter_map(row).collect()
});
static SAFE: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("danger/safe.txt")));
/// What says that it is over, and what begins another thought.
static OVER: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("danger/over.txt")));
static BUT: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("danger/but.txt")));
static NO_HEAT: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("danger/no_heat.txt")));
static COLD_OR_FRAIL: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("danger/cold_or_frail.txt")));
static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let lists = LISTS.iter().map(|(_, list)| list).chain([&*SAFE, &*OVER, &*BUT, &*NO_HEAT, &*COLD_OR_FRAIL]);
    Vocabulary::new(lists.flat_map(Phrases::words).chain(TOGETHER.iter().flat_map(|(_, rule)| rule.words())))
});

/// The danger that a text tells of.
pub fn find(text: &str) -> Option<Danger> {
    find_in(&heard(text))
}

/// The danger that heard tokens tell of.
pub fn find_in(tokens: &[Token]) -> Option<Danger> {
    let mended = VOCABULARY.mend(tokens);
    if !OVER.occur(&mended) {
        return told(&mended);
    }
    clauses(&mended).into_iter().filter(|clause| !OVER.occur(clause)).filter_map(told).min()
}

fn told(tokens: &[Token]) -> Option<Danger> {
    let kept = without_safe(tokens);
    // "The power's gone" is heard as "powers".
    let bare = singular(&kept);
    let said = LISTS.iter().filter(|(_, list)| list.occur(&kept) || list.occur(&bare)).map(|(danger, _)| *danger);
    let together =
        TOGETHER.iter().filter(|(_, rule)| rule.occurs(&kept) || rule.occurs(&bare)).map(|(danger, _)| *danger);
    let found = said.chain(together).min();
    found.or_else(|| (NO_HEAT.occur(tokens) && COLD_OR_FRAIL.occur(tokens)).then_some(Danger::NoHeat))
}

/// The thoughts of a text: "the leak was fixed | but now the ceiling came down".
fn clauses(tokens: &[Token]) -> Vec<&[Token]> {
    let mut cuts: Vec<usize> = BUT.all(tokens).into_iter().map(|hit| hit.start).collect();
    cuts.extend(tokens.iter().enumerate().filter(|(_, t)| t.kind == Kind::Stop).map(|(at, _)| at));
    cuts.extend([0, tokens.len()]);
    cuts.sort_unstable();
    cuts.windows(2).map(|pair| &tokens[pair[0]..pair[1]]).collect()
}

/// The tokens without what only sounds dangerous: "smoke alarm", "fire door", "fire sale".
fn without_safe(tokens: &[Token]) -> Vec<Token> {
    let (mut kept, mut at) = (Vec::with_capacity(tokens.len()), 0);
    while let Some(token) = tokens.get(at) {
        match SAFE.at(tokens, at) {
            Some(end) => at = end,
            None => {
                kept.push(token.clone());
                at += 1;
            }
        }
    }
    kept
}

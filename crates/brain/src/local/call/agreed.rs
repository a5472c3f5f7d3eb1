//! What the customer asked for or agreed to (B5), and why a call is no lead.
//!
//! Always true: an offer counts only if the customer's answer takes it up; what is refused, or said by somebody who is no
//! lead, counts for nothing.

use super::dialogue::{Dialogue, Hit, Line};
use super::lists;
use crate::local::signals;
use crate::times::phrase::Phrases;
use crate::times::{self, Reference};
use ringleader_core::analysis::{CallsToAction, NoLead};
use ringleader_core::reading::Preference;

/// Where each was asked for or agreed to.
#[derive(Debug, Default)]
pub(super) struct Agreed {
    pub pricing: Option<Hit>,
    pub demo: Option<Hit>,
    pub follow_up: Option<Hit>,
    pub sample: Option<Hit>,
    pub person: Option<Hit>,
    pub no_lead: Option<(NoLead, Hit)>,
}

impl Agreed {
    /// Reads a call.
    pub fn read(dialogue: &Dialogue, reference: &Reference) -> Self {
        let no_lead = no_lead(dialogue);
        if no_lead.is_some() {
            return Self { no_lead, ..Self::default() };
        }
        let takes_up = |offer: &Phrases| taken_up(dialogue, offer, reference);
        Self {
            pricing: dialogue.hit(&lists::PRICE).or_else(|| takes_up(&lists::OFFER_PRICE)),
            demo: demo(dialogue, reference),
            follow_up: follow_up(dialogue).or_else(|| takes_up(&lists::OFFER_FOLLOW_UP)),
            sample: dialogue.hit(&lists::SAMPLE).or_else(|| takes_up(&lists::OFFER_SAMPLE)),
            person: person(dialogue),
            no_lead: None,
        }
    }

    /// In flags.
    pub const fn calls_to_action(&self) -> CallsToAction {
        CallsToAction {
            pricing: self.pricing.is_some(),
            demo: self.demo.is_some(),
            follow_up: self.follow_up.is_some(),
            sample: self.sample.is_some(),
            escalated_to_human: self.person.is_some(),
        }
    }
}

/// The first answer of the customer that takes up an offer.
fn taken_up(dialogue: &Dialogue, offer: &Phrases, reference: &Reference) -> Option<Hit> {
    let answers = dialogue.customer().filter(|(at, _)| dialogue.asked(*at, offer));
    answers.filter(|(_, line)| accepts(line, reference)).map(|(at, _)| dialogue.whole(at)).next()
}

/// Says yes, or picks a time; a refusal that opens the answer, or stands alone, outweighs both.
fn accepts(line: &Line, reference: &Reference) -> bool {
    let refused = lists::NO.find(&line.tokens);
    let agreed = lists::YES.find(&line.tokens);
    match (refused, agreed) {
        (Some(no), Some(yes)) => yes.start < no.start,
        (Some(_), None) => false,
        (None, Some(_)) => true,
        (None, None) => times::find(line.text, reference).iter().any(|time| !time.past && !time.excluded),
    }
}

/// Asked for and not turned down, agreed, or confirmed by the business.
fn demo(dialogue: &Dialogue, reference: &Reference) -> Option<Hit> {
    let taken = taken_up(dialogue, &lists::OFFER_DEMO, reference);
    let confirmed = || {
        let at = dialogue.business_says(&lists::BOOKED)?;
        let (line, _) = dialogue.customer().rfind(|(line, _)| *line < at)?;
        Some(dialogue.whole(line))
    };
    taken.or_else(|| dialogue.hit(&lists::DEMO)).or_else(confirmed)
}

/// A wish to be called or sent something; the invitation to the appointment itself is none.
fn follow_up(dialogue: &Dialogue) -> Option<Hit> {
    let mut hits = dialogue.hits(&lists::FOLLOW_UP).into_iter();
    let is_invite = |hit: &Hit| {
        let tokens = &dialogue.lines[hit.line].tokens;
        lists::INVITE.occur(&tokens[hit.at.start..(hit.at.end + 3).min(tokens.len())])
    };
    hits.find(|hit| !is_invite(hit))
}

/// Handed over by the business, or asked for.
fn person(dialogue: &Dialogue) -> Option<Hit> {
    let handed = dialogue.business_says(&lists::HANDS_OVER)?;
    let (line, _) = dialogue.customer().rfind(|(line, _)| *line < handed)?;
    dialogue.hit(&lists::WANTS_PERSON).or_else(|| Some(dialogue.whole(line)))
}

fn no_lead(dialogue: &Dialogue) -> Option<(NoLead, Hit)> {
    let opt_out = dialogue.hits(&lists::OPT_OUT).into_iter().next().or_else(|| {
        let (line, _) =
            dialogue.customer().find(|(_, line)| signals::read(&line.tokens).opt_out && line.tokens.len() > 1)?;
        Some(dialogue.whole(line))
    });
    let removed = || {
        let at = dialogue.business_says(&lists::REMOVES)?;
        let (line, _) = dialogue.customer().rfind(|(line, _)| *line < at)?;
        Some(dialogue.whole(line))
    };
    let wrong = || dialogue.hit(&lists::WRONG);
    let sells = || {
        let hits = dialogue.hits(&lists::SELLS);
        let early = |hit: &&Hit| dialogue.customer().take(3).any(|(line, _)| line == hit.line);
        hits.iter().find(early).cloned()
    };
    // An opt-out is heard whoever says it; the others only where the caller asks for nothing.
    opt_out.or_else(removed).map(|hit| (NoLead::OptOut, hit)).or_else(|| {
        let asks = dialogue.hit(&lists::PRICE).is_some() || dialogue.hit(&lists::DEMO).is_some();
        let wrong = if asks { None } else { wrong() };
        let sells = if asks { None } else { sells() };
        wrong.map(|hit| (NoLead::WrongNumber, hit)).or_else(|| sells.map(|hit| (NoLead::SellsToUs, hit)))
    })
}

/// When the demo is: the last time that was said by either side from where it was agreed.
pub(super) fn demo_at(dialogue: &Dialogue, agreed: &Agreed, reference: &Reference) -> Option<Preference> {
    let from = agreed.demo.as_ref()?.line.saturating_sub(1);
    let lines = dialogue.lines.get(from..)?.iter().enumerate();
    let said = lines.filter_map(|(at, line)| {
        let settled = line.customer || lists::BOOKED.occur(&line.tokens) || at > 1;
        settled.then(|| time_in(line, reference)).flatten()
    });
    // The one that says most: a day and an hour, over a day alone.
    said.fold(None, |best: Option<Preference>, next| match best {
        Some(best) if span(&best) < span(&next) => Some(best),
        _ => Some(next),
    })
}

fn span(time: &Preference) -> i64 {
    match (time.from, time.until) {
        (Some(from), Some(until)) => until.duration_since(from).as_secs(),
        _ => i64::MAX,
    }
}

/// The time that a line names, if it names one.
pub(super) fn time_in(line: &Line, reference: &Reference) -> Option<Preference> {
    let times = times::find(line.text, reference);
    let time = times
        .into_iter()
        .rfind(|time| !time.past && !time.excluded && (time.from.is_some() || time.until.is_some()))?;
    let confidence = if time.ambiguous { 0.6 } else { 0.8 };
    Some(Preference { text: time.text, from: time.from, until: time.until, ambiguous: time.ambiguous, confidence })
}

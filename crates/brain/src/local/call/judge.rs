//! The five judgements of a call (B5), each by rules with the words that prove it.
//!
//! Always true: every quote is cut from the transcript; a judgement above 1 has one; what is no lead has no intent and no fit.

use super::agreed::Agreed;
use super::dialogue::{Dialogue, Hit};
use super::lists;
use crate::times::number;
use crate::times::token::Kind;
use ringleader_core::analysis::{Dimensions, Judgement};

/// What is known besides the words.
pub(super) struct Known {
    /// Gave a name or an address.
    pub gave_details: bool,
    /// Said what they need.
    pub has_need: bool,
}

/// Judges a call.
pub(super) fn judge(dialogue: &Dialogue, agreed: &Agreed, known: &Known) -> Dimensions {
    if let Some((why, hit)) = &agreed.no_lead {
        let none = || judged(0, &format!("No lead: {why}."), Vec::new());
        let engaged = judged(1, "Spoke, but not as a customer.", vec![dialogue.quote(hit)]);
        return Dimensions { intent: none(), urgency: none(), budget: none(), fit: none(), engagement: engaged };
    }
    Dimensions {
        intent: intent(dialogue, agreed),
        urgency: urgency(dialogue, agreed),
        budget: budget(dialogue, agreed),
        fit: fit(dialogue, agreed, known),
        engagement: engagement(dialogue, known),
    }
}

fn judged(score: u8, reasoning: &str, quotes: Vec<String>) -> Judgement {
    let quotes: Vec<String> = quotes.into_iter().filter(|quote| !quote.is_empty()).collect();
    let score = if quotes.is_empty() { score.min(1) } else { score };
    Judgement { score, reasoning: reasoning.to_owned(), quotes }
}

fn quotes<'h>(dialogue: &Dialogue, hits: impl IntoIterator<Item = &'h Hit>) -> Vec<String> {
    let mut quotes: Vec<String> = hits.into_iter().map(|hit| dialogue.quote(hit)).collect();
    quotes.dedup();
    quotes.truncate(3);
    quotes
}

fn intent(dialogue: &Dialogue, agreed: &Agreed) -> Judgement {
    let browsing = dialogue.hit(&lists::NO_RUSH);
    let refused = dialogue.hit(&lists::NEGATES);
    let wants = dialogue.hit(&lists::STRONG);
    let asked = [&agreed.pricing, &agreed.sample, &agreed.follow_up];
    let asks: Vec<&Hit> = asked.into_iter().flatten().collect();
    match (&agreed.demo, &wants) {
        (Some(demo), _) => judged(3, "Asked for or agreed to an appointment.", quotes(dialogue, [demo])),
        (None, _) if refused.is_some() && asks.is_empty() => judged(0, "Does not want it.", quotes(dialogue, &refused)),
        (None, _) if browsing.is_some() => judged(1, "Is only looking.", quotes(dialogue, &browsing)),
        (None, Some(wants)) if !asks.is_empty() => {
            judged(2, "Says what they want and asks for more.", quotes(dialogue, [wants].into_iter().chain(asks)))
        }
        (None, Some(wants)) => judged(2, "Says what they want.", quotes(dialogue, [wants])),
        (None, None) if agreed.pricing.is_some() && agreed.follow_up.is_some() => {
            judged(2, "Asks for a price and wants to hear more.", quotes(dialogue, asks))
        }
        (None, None) if !asks.is_empty() => judged(1, "Asks, but commits to nothing.", quotes(dialogue, asks)),
        (None, None) => judged(0, "Showed no wish.", Vec::new()),
    }
}

fn urgency(dialogue: &Dialogue, agreed: &Agreed) -> Judgement {
    let no_rush = dialogue.hit(&lists::NO_RUSH);
    // "Call me tomorrow" is about the call; soon counts where something is wanted.
    let calls = |hit: &Hit| agreed.follow_up.as_ref().is_some_and(|f| f.line == hit.line) && agreed.demo.is_none();
    let soon: Vec<Hit> = dialogue.hits(&lists::SOON).into_iter().filter(|hit| !calls(hit)).collect();
    let weeks = dialogue.hits(&lists::WEEKS);
    let far = dialogue.hit(&lists::FAR);
    if agreed.demo.is_none() && (no_rush.is_some() || far.is_some()) && soon.is_empty() {
        return judged(0, "Is in no hurry.", quotes(dialogue, no_rush.iter().chain(&far)));
    }
    match (soon.first(), weeks.first(), &agreed.demo) {
        (Some(_), _, _) => judged(3, "Wants it within days.", quotes(dialogue, &soon)),
        (None, Some(_), Some(_)) => judged(2, "Wants it within weeks.", quotes(dialogue, &weeks)),
        (None, Some(_), None) => judged(1, "Speaks of weeks.", quotes(dialogue, &weeks)),
        (None, None, Some(demo)) => judged(2, "Took an appointment.", quotes(dialogue, [demo])),
        (None, None, None) => judged(u8::from(agreed.follow_up.is_some()), "Named no time.", Vec::new()),
    }
}

fn budget(dialogue: &Dialogue, agreed: &Agreed) -> Judgement {
    let ready = dialogue.hit(&lists::MONEY_READY);
    let money = dialogue.hit(&lists::MONEY);
    let dear = dialogue.hit(&lists::TOO_DEAR);
    match (&ready, &money, &agreed.pricing) {
        _ if dear.is_some() && ready.is_none() => judged(0, "Finds it too expensive.", quotes(dialogue, &dear)),
        (Some(_), ..) => judged(3, "The money is there.", quotes(dialogue, ready.iter().chain(&money))),
        (None, Some(_), _) => judged(2, "Named an amount.", quotes(dialogue, &money)),
        (None, None, Some(asked)) if agreed.demo.is_some() => {
            judged(2, "Asked for the price and took an appointment.", quotes(dialogue, [asked]))
        }
        (None, None, Some(asked)) => judged(1, "Asked for the price.", quotes(dialogue, [asked])),
        (None, None, None) => judged(u8::from(agreed.demo.is_some()), "Did not speak of money.", Vec::new()),
    }
}

/// What the customer needs, and how exactly it was described.
fn fit(dialogue: &Dialogue, agreed: &Agreed, known: &Known) -> Judgement {
    let refused = dialogue.hit(&lists::NEGATES).filter(|_| agreed.demo.is_none() && agreed.follow_up.is_none());
    if refused.is_some() {
        return judged(0, "Has no use for it.", quotes(dialogue, &refused));
    }
    let wants = dialogue.hit(&lists::STRONG);
    let exact = numbers(dialogue);
    let score = u8::from(wants.is_some() || known.has_need)
        + u8::from(!exact.is_empty())
        + u8::from(agreed.demo.is_some() || (known.gave_details && agreed.follow_up.is_some()));
    let reasoning = match score {
        0 => "It is not clear what is needed.",
        1 => "Something is needed, without details.",
        _ => "Described what is needed.",
    };
    let agreed = agreed.demo.iter().chain(&agreed.follow_up);
    judged(score, reasoning, quotes(dialogue, wants.iter().chain(&exact).chain(agreed)))
}

/// Where the customer names a number: rooms, sizes, people, shops.
fn numbers(dialogue: &Dialogue) -> Vec<Hit> {
    let in_line = |(line, said): (usize, &super::dialogue::Line)| {
        let at = (0..said.tokens.len()).find(|at| {
            let word = &said.tokens[*at];
            let is_pronoun = word.is_any(&["one", "אחד", "אחת"]);
            !is_pronoun && matches!(word.kind, Kind::Number | Kind::Word) && number::at(&said.tokens, *at).is_some()
        })?;
        Some(Hit { line, at: at..at + 1 })
    };
    dialogue.customer().filter_map(in_line).take(2).collect()
}

fn engagement(dialogue: &Dialogue, known: &Known) -> Judgement {
    let turns = dialogue.customer().count();
    let words: usize =
        dialogue.customer().map(|(_, line)| line.tokens.iter().filter(|t| t.kind == Kind::Word).count()).sum();
    let talk = match (turns, words) {
        (0..=1, 0..=9) => 0,
        (_, 0..=12) => 1,
        (3.., 25..) => 2,
        _ => 1,
    };
    let score = (talk + u8::from(known.gave_details)).min(3);
    let longest = dialogue.customer().max_by_key(|(_, line)| line.tokens.len());
    let proof = longest.map(|(at, _)| dialogue.quote(&Hit { line: at, at: 0..1 }));
    judged(score, &format!("{turns} turns, {words} words."), proof.into_iter().collect())
}

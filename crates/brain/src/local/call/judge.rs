//! The five judgements of a call (B5), each by rules with the words that prove it.
//!
//! Always true: every quote is cut from the transcript; a judgement above 1 has one; what is no lead has no intent and no fit.

use super::agreed::Agreed;
use super::dialogue::{Dialogue, Hit};
use super::lists;
use super::words::{Language, no_lead};
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
pub(super) fn judge(dialogue: &Dialogue, agreed: &Agreed, known: &Known, language: Language) -> Dimensions {
    let t = |en, he| language.words(en, he);
    if let Some((why, hit)) = &agreed.no_lead {
        let none = || judged(0, &no_lead(*why, language), Vec::new());
        let engaged =
            judged(1, t("Spoke, but not as a customer.", "הייתה שיחה, אבל לא כלקוח."), vec![dialogue.quote(hit)]);
        return Dimensions { intent: none(), urgency: none(), budget: none(), fit: none(), engagement: engaged };
    }
    Dimensions {
        intent: intent(dialogue, agreed, language),
        urgency: urgency(dialogue, agreed, language),
        budget: budget(dialogue, agreed, language),
        fit: fit(dialogue, agreed, known, language),
        engagement: engagement(dialogue, known, language),
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

fn intent(dialogue: &Dialogue, agreed: &Agreed, language: Language) -> Judgement {
    let t = |en, he| language.words(en, he);
    let browsing = dialogue.hit(&lists::NO_RUSH);
    let refused = dialogue.hit(&lists::NEGATES);
    let wants = dialogue.hit(&lists::STRONG);
    let asked = [&agreed.pricing, &agreed.sample, &agreed.follow_up];
    let asks: Vec<&Hit> = asked.into_iter().flatten().collect();
    match (&agreed.demo, &wants) {
        (Some(demo), _) => {
            judged(3, t("Asked for or agreed to an appointment.", "פגישה התבקשה או נקבעה."), quotes(dialogue, [demo]))
        }
        (None, _) if refused.is_some() && asks.is_empty() => {
            judged(0, t("Does not want it.", "אין עניין."), quotes(dialogue, &refused))
        }
        (None, _) if browsing.is_some() => {
            judged(1, t("Is only looking.", "רק בירור ראשוני."), quotes(dialogue, &browsing))
        }
        (None, Some(wants)) if !asks.is_empty() => judged(
            2,
            t("Says what they want and asks for more.", "נאמר מה רוצים, ונשאלו עוד שאלות."),
            quotes(dialogue, [wants].into_iter().chain(asks)),
        ),
        (None, Some(wants)) => judged(2, t("Says what they want.", "נאמר מה רוצים."), quotes(dialogue, [wants])),
        (None, None) if agreed.pricing.is_some() && agreed.follow_up.is_some() => judged(
            2,
            t("Asks for a price and wants to hear more.", "התבקשו מחיר ופרטים נוספים."),
            quotes(dialogue, asks),
        ),
        (None, None) if !asks.is_empty() => {
            judged(1, t("Asks, but commits to nothing.", "נשאלו שאלות, בלי התחייבות."), quotes(dialogue, asks))
        }
        (None, None) => judged(0, t("Showed no wish.", "לא הובע רצון."), Vec::new()),
    }
}

fn urgency(dialogue: &Dialogue, agreed: &Agreed, language: Language) -> Judgement {
    let t = |en, he| language.words(en, he);
    let no_rush = dialogue.hit(&lists::NO_RUSH);
    // "Call me tomorrow" is about the call; soon counts where something is wanted.
    let calls = |hit: &Hit| agreed.follow_up.as_ref().is_some_and(|f| f.line == hit.line) && agreed.demo.is_none();
    let soon: Vec<Hit> = dialogue.hits(&lists::SOON).into_iter().filter(|hit| !calls(hit)).collect();
    let weeks = dialogue.hits(&lists::WEEKS);
    let far = dialogue.hit(&lists::FAR);
    if agreed.demo.is_none() && (no_rush.is_some() || far.is_some()) && soon.is_empty() {
        return judged(0, t("Is in no hurry.", "אין לחץ של זמן."), quotes(dialogue, no_rush.iter().chain(&far)));
    }
    match (soon.first(), weeks.first(), &agreed.demo) {
        (Some(_), _, _) => judged(3, t("Wants it within days.", "צריך את זה בתוך ימים."), quotes(dialogue, &soon)),
        (None, Some(_), Some(_)) => {
            judged(2, t("Wants it within weeks.", "צריך את זה בתוך שבועות."), quotes(dialogue, &weeks))
        }
        (None, Some(_), None) => judged(1, t("Speaks of weeks.", "מדובר על שבועות."), quotes(dialogue, &weeks)),
        (None, None, Some(demo)) => judged(2, t("Took an appointment.", "נקבעה פגישה."), quotes(dialogue, [demo])),
        (None, None, None) => {
            judged(u8::from(agreed.follow_up.is_some()), t("Named no time.", "לא הוזכר זמן."), Vec::new())
        }
    }
}

fn budget(dialogue: &Dialogue, agreed: &Agreed, language: Language) -> Judgement {
    let t = |en, he| language.words(en, he);
    let ready = dialogue.hit(&lists::MONEY_READY);
    let money = dialogue.hit(&lists::MONEY);
    let dear = dialogue.hit(&lists::TOO_DEAR);
    match (&ready, &money, &agreed.pricing) {
        _ if dear.is_some() && ready.is_none() => {
            judged(0, t("Finds it too expensive.", "המחיר גבוה מדי."), quotes(dialogue, &dear))
        }
        (Some(_), ..) => {
            judged(3, t("The money is there.", "הכסף זמין."), quotes(dialogue, ready.iter().chain(&money)))
        }
        (None, Some(_), _) => judged(2, t("Named an amount.", "הוזכר סכום."), quotes(dialogue, &money)),
        (None, None, Some(asked)) if agreed.demo.is_some() => judged(
            2,
            t("Asked for the price and took an appointment.", "התבקש מחיר ונקבעה פגישה."),
            quotes(dialogue, [asked]),
        ),
        (None, None, Some(asked)) => judged(1, t("Asked for the price.", "התבקש מחיר."), quotes(dialogue, [asked])),
        (None, None, None) => {
            judged(u8::from(agreed.demo.is_some()), t("Did not speak of money.", "לא דובר על כסף."), Vec::new())
        }
    }
}

/// What the customer needs, and how exactly it was described.
fn fit(dialogue: &Dialogue, agreed: &Agreed, known: &Known, language: Language) -> Judgement {
    let t = |en, he| language.words(en, he);
    let refused = dialogue.hit(&lists::NEGATES).filter(|_| agreed.demo.is_none() && agreed.follow_up.is_none());
    if refused.is_some() {
        return judged(0, t("Has no use for it.", "אין בזה צורך."), quotes(dialogue, &refused));
    }
    let wants = dialogue.hit(&lists::STRONG);
    let exact = numbers(dialogue);
    let score = u8::from(wants.is_some() || known.has_need)
        + u8::from(!exact.is_empty())
        + u8::from(agreed.demo.is_some() || (known.gave_details && agreed.follow_up.is_some()));
    let reasoning = match score {
        0 => t("It is not clear what is needed.", "לא ברור מה נדרש."),
        1 => t("Something is needed, without details.", "נדרש משהו, בלי פרטים."),
        _ => t("Described what is needed.", "תואר מה נדרש."),
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

fn engagement(dialogue: &Dialogue, known: &Known, language: Language) -> Judgement {
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
    judged(
        score,
        &match language {
            Language::Hebrew => format!("{turns} תורות דיבור, {words} מילים."),
            Language::English => format!("{turns} turns, {words} words."),
        },
        proof.into_iter().collect(),
    )
}

//! Who is calling: the caller's own name and company (B5).
//!
//! Always true: a name is taken only where it was asked for, introduced, or said back by the business; a company only where
//! the caller speaks for it.

use super::dialogue::{Dialogue, Line};
use super::lists;
use crate::local::lexicon::{is_function_word, is_no_name, is_surname};
use crate::local::message::Message;
use crate::local::name;
use crate::times::phrase::Phrases;
use crate::times::token::{Kind, Token, is_hebrew};
use ringleader_core::conversation::ChatState;
use ringleader_core::reading::Found;
use std::sync::LazyLock;

/// A name that was only introduced must be as sure as this.
const SURE: f64 = 0.85;

/// The most words of a company's name.
const MOST_WORDS: usize = 4;

/// "Thanks Bethan", "תודה ארז": how a business says a name back.
static ADDRESS: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "thanks|thank you?\nnice|lovely|good to meet you\nhi|hello|great|perfect|brilliant|wonderful|lovely|ok|okay|sorry|alright|pleasure\nmr|mrs|ms|miss\n+תודה|שלום|היי|מעולה|בסדר|נהדר|נעים\nנעים מאוד\nshukriya|dhanyavaad|dhanyawad|theek hai?",
    )
});

/// "I'm calling from", "a company called".
static CALLS_FROM: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "calling|ringing|phoning|call|speaking from\nfrom a? company|firm|business called?\ncompany|firm|business|agency|practice|chain|shop|shops|restaurant|clinic|salon|studio|office|startup|brand|charity|school|cafe|gym .. called|named\ncompany|business|firm|company's|business's name is?\ni|we run|own|manage\ni|we work for|at\nmy|our company|firm|business|shop|agency is\nbehalf of\n+מחברת|מחברה|מטעם\n+חברה|חברת|עסק|משרד|חנות|מסעדה|סטודיו|מרפאה .. בשם|שנקרא|שנקראת|שקוראים\n+לעסק|לחברה|למשרד|לחנות קוראים\n+שם +החברה|העסק הוא?",
    )
});

/// A kind of business that the caller is, with its name behind it: "its an architects practice Lowe and Partners".
static IS_A: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "it's|its|we're|were|we|i'm|im .. practice|company|firm|agency|studio|clinic|salon|shop|business|restaurant|cafe|school|charity|gym",
    )
});

/// The caller's name.
pub(super) fn name(dialogue: &Dialogue) -> Option<Found> {
    let back = said_back(dialogue);
    let mut best: Option<Found> = None;
    for (at, line) in dialogue.customer() {
        let asked = dialogue.asked(at, &lists::ASK_NAME);
        let state = if asked { ChatState::AwaitingName } else { ChatState::AwaitingResponse };
        let Some(mut found) = own_name(line, state) else { continue };
        let confirmed = back.as_ref().is_some_and(|back| has_word(&found.value, back));
        let introduced = best.is_none() && found.explicit && found.confidence >= SURE;
        if asked || confirmed || (introduced && back.is_none()) {
            found.confidence = if confirmed { 0.95 } else { found.confidence };
            best = Some(found);
            if confirmed {
                break;
            }
        }
    }
    let fits = |found: &Found| back.as_ref().is_none_or(|back| has_word(&found.value, back));
    let backed = || back.clone().map(|value| Found { value, confidence: 0.85, explicit: true });
    best.filter(fits).or_else(backed)
}

fn own_name(line: &Line, state: ChatState) -> Option<Found> {
    let message = Message::new(line.text);
    let mut found = name::read(&message, state)?.found;
    // "mr delaney patrick delaney": the family name twice.
    let words: Vec<&str> = found.value.split_whitespace().collect();
    if let [first, .., last] = words.as_slice()
        && words.len() > 2
        && first.eq_ignore_ascii_case(last)
    {
        found.value = words[1..].join(" ");
    } else if let Some(at) = position(line, words.first()?) {
        let whole = whole_name(line, at);
        found.value = if whole.len() > found.value.len() { whole } else { found.value };
    }
    Some(found)
}

fn has_word(text: &str, word: &str) -> bool {
    text.split_whitespace().any(|part| part.to_lowercase() == word.to_lowercase())
}

/// A word of the customer's that the business then calls them by.
fn said_back(dialogue: &Dialogue) -> Option<String> {
    dialogue.lines.iter().enumerate().filter(|(_, line)| !line.customer).find_map(|(at, line)| {
        let ends = ADDRESS.all(&line.tokens).into_iter().map(|range| range.end);
        let behind = ends.filter_map(|end| line.tokens[end..].iter().find(|token| token.kind != Kind::Comma));
        let ji = line.tokens.windows(2).filter(|pair| pair[1].norm == "ji").map(|pair| &pair[0]);
        behind.chain(ji).find_map(|token| said_before(dialogue, at, token))
    })
}

fn said_before(dialogue: &Dialogue, at: usize, word: &Token) -> Option<String> {
    let usual = word.kind != Kind::Word || word.norm.chars().count() < 2 || is_function_word(&word.norm);
    if usual || is_no_name(&word.norm) {
        return None;
    }
    let said = |line: &Line| {
        let at = line.tokens.iter().position(|token| token.norm == word.norm)?;
        Some(whole_name(line, at))
    };
    dialogue.lines[..at].iter().filter(|line| line.customer).find_map(said)
}

fn position(line: &Line, word: &str) -> Option<usize> {
    line.tokens.iter().position(|token| line.text.get(token.start..token.end) == Some(word))
}

/// The name that the word at `at` is part of: the words in capitals beside it, or a family name behind it in Hebrew.
fn whole_name(line: &Line, at: usize) -> String {
    let word = |i: usize| line.tokens.get(i).filter(|t| t.kind == Kind::Word && !is_function_word(&t.norm));
    let text = |t: &Token| line.text.get(t.start..t.end).unwrap_or_default();
    let big =
        |t: &Token| text(t).chars().next().is_some_and(char::is_uppercase) && text(t).chars().any(char::is_lowercase);
    let part = |i: usize| word(i).filter(|t| !is_title(t)).is_some_and(|t| big(t) || is_hebrew_surname(t));
    let (mut begin, mut end) = (at, at + 1);
    while end < at + 3 && part(end) {
        end += 1;
    }
    while begin > 0
        && at - begin < 2
        && word(begin - 1).is_some_and(|t| big(t) && !is_title(t) && !is_no_name(&t.norm))
        && word(at).is_some_and(big)
    {
        begin -= 1;
    }
    line.text.get(line.tokens[begin].start..line.tokens[end - 1].end).unwrap_or_default().to_owned()
}

fn is_hebrew_surname(token: &Token) -> bool {
    token.norm.chars().all(is_hebrew) && is_surname(&token.norm) && !is_no_name(&token.norm)
}

fn is_title(token: &Token) -> bool {
    token.is_any(&["mr", "mrs", "ms", "miss", "dr", "sir", "madam"])
}

/// The company that the caller speaks for.
pub(super) fn company(dialogue: &Dialogue) -> Option<Found> {
    let asked = dialogue.customer().find_map(|(at, line)| {
        let asked = dialogue.asked(at, &lists::ASK_COMPANY) && !lists::NO.occur(&line.tokens);
        asked.then(|| named_from(line, lead_in(line), true)).flatten()
    });
    let told = || {
        dialogue.customer().find_map(|(_, line)| {
            let ends = CALLS_FROM.all(&line.tokens).into_iter().map(|range| range.end);
            ends.filter_map(|end| named_from(line, end, called(line, end))).next()
        })
    };
    let is_a = || {
        dialogue.customer().find_map(|(_, line)| {
            IS_A.all(&line.tokens).into_iter().find_map(|range| named_from(line, range.end, false))
        })
    };
    let found = |confidence| move |value| Found { value, confidence, explicit: true };
    asked.map(found(0.9)).or_else(|| told().map(found(0.85))).or_else(|| is_a().map(found(0.7)))
}

/// Behind "called" and "from" a name may be written small: speech-to-text does that.
fn called(line: &Line, end: usize) -> bool {
    let last = end.checked_sub(1).and_then(|at| line.tokens.get(at));
    last.is_some_and(|token| {
        token.is_any(&[
            "called",
            "named",
            "from",
            "is",
            "name",
            "of",
            "מחברת",
            "מטעם",
            "בשם",
            "שנקרא",
            "שנקראת",
            "קוראים",
            "הוא",
            "החברה",
            "העסק",
        ])
    })
}

/// Where an answer begins behind "yes", "it's", "the".
fn lead_in(line: &Line) -> usize {
    let skip = |token: &&Token| token.kind != Kind::Word || (is_function_word(&token.norm) && token.norm.len() < 6);
    line.tokens.iter().take_while(skip).count()
}

/// The name that begins at token `at`: words up to one that names nothing; capitals unless `small` will do.
fn named_from(line: &Line, at: usize, small: bool) -> Option<String> {
    let at = at + line.tokens.get(at).filter(|t| t.is_any(&["the", "called", "named", "בשם"])).map_or(0, |_| 1);
    let mut end = at;
    let big = |i: usize| {
        let token = line.tokens.get(i)?;
        let first = line.text.get(token.start..)?.chars().next()?;
        (token.kind == Kind::Word).then(|| first.is_uppercase())
    };
    let begins_big = big(at)?;
    if !begins_big && !small {
        return None;
    }
    while end < at + MOST_WORDS {
        let Some(token) = line.tokens.get(end).filter(|token| token.kind == Kind::Word) else { break };
        let joins = end > at && token.is_any(&["and", "of", "&"]) && begins_big && big(end + 1) == Some(true);
        let goes_on = if begins_big { big(end) == Some(true) } else { !stops(&token.norm) };
        if !joins && !goes_on {
            break;
        }
        end += 1;
    }
    let (first, last) = (line.tokens.get(at)?, line.tokens.get(end.checked_sub(1)?)?);
    (end > at).then(|| line.text.get(first.start..last.end).map(str::to_owned)).flatten()
}

fn stops(word: &str) -> bool {
    is_function_word(word)
        || matches!(
            word,
            "here"
                | "regarding"
                | "calling"
                | "looking"
                | "who"
                | "which"
                | "our"
                | "there's"
                | "got"
                | "need"
                | "want"
                | "hai"
                | "hain"
        )
        || matches!(word, "ואני" | "אנחנו" | "לגבי" | "רציתי" | "רוצה" | "מדבר" | "מדברת" | "ואנחנו")
}

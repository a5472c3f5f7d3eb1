//! The customer's own name (A10): by how a sentence introduces it, and by word lists only where the sentence is silent.
//!
//! Always true: greetings, states, places, companies and people who are only mentioned are no names.

use super::lexicon::{is_common_word, is_first_name, is_no_name, is_surname};
use super::message::{Message, Role};
use crate::times::number;
use crate::times::phrase::Phrases;
use crate::times::token::{Kind, Token, is_hebrew};
use ringleader_core::conversation::ChatState;
use ringleader_core::reading::Found;
use std::ops::Range;
use std::sync::LazyLock;

/// A name with the tokens that say it.
pub(super) struct Named {
    /// The finding.
    pub found: Found,
    /// Introduction, name and where the person is from.
    pub at: Range<usize>,
}

/// "My name is": nearly anything may follow.
static STRONG: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("phrases/name_strong.txt")));
/// "This is", "I am": only what looks like a name may follow.
static WEAK: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("phrases/name_weak.txt")));
/// "… speaking", "… here".
static BEHIND: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::new("מדבר|מדברת|שמי|כאן|פה|speaking|here|medaber|medaberet|kan\nmy name\non the line"));
static TITLES: &[&str] = &[
    "ד\"ר",
    "דר'",
    "דוקטור",
    "פרופ'",
    "פרופסור",
    "עו\"ד",
    "רו\"ח",
    "מר",
    "גברת",
    "גב'",
    "הרב",
    "רב",
    "אדון",
    "משפחת",
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "doctor",
    "prof",
    "professor",
    "sir",
    "madam",
    "adv",
    "mar",
    "gveret",
    "mishpachat",
    "господин",
];
static THIRD: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "+בעלי|אשתי|אחי|אחותי|אבא|אמא|הבן|הבת|השכן|השכנה|חבר|חברה\n+אמא|אבא של\nלו|לה|להם|שמו|שמה\nmy husband|wife|son|daughter|brother|sister|mum|mother|dad|father|friend|boss|neighbour|partner|dog|cat\nhis|her|their name\nbaali|ishti|haben|habat",
    )
});

/// The name in a message, strongest way of saying it first.
pub(super) fn read(message: &Message, state: ChatState) -> Option<Named> {
    introduced(message, &STRONG, true)
        .or_else(|| named_behind(message))
        .or_else(|| introduced(message, &WEAK, false))
        .or_else(|| (state == ChatState::AwaitingName).then(|| bare(message)).flatten())
        .or_else(|| signed(message))
}

fn is_void(message: &Message, at: usize) -> bool {
    message.roles.get(at) == Some(&Role::Void)
}

fn introduced(message: &Message, intros: &Phrases, strong: bool) -> Option<Named> {
    for range in intros.all(&message.tokens) {
        if is_void(message, range.start) {
            continue;
        }
        let mut begin = range.end;
        while message
            .tokens
            .get(begin)
            .is_some_and(|t| matches!(t.kind, Kind::Comma | Kind::Dash | Kind::Other) && t.norm != ",")
        {
            begin += 1;
        }
        let Some(at) = run(message, begin, strong) else { continue };
        if !strong && !looks_like_name(message, &at) {
            continue;
        }
        return Some(named(message, at, range.start, if strong { 0.95 } else { 0.85 }, true));
    }
    None
}

/// "Avi Cohen speaking", "Shiran Levi here", "Liat is my name".
fn named_behind(message: &Message) -> Option<Named> {
    for clause in &message.clauses {
        for end in clause.at.clone() {
            let Some(last) = BEHIND.at(&message.tokens, end) else { continue };
            let mut begin = clause.at.start;
            while begin < end && message.roles[begin] == Role::Manners && !is_first_name(&message.tokens[begin].norm) {
                begin += 1;
            }
            let name_at = if begin < end { run(message, begin, false).filter(|at| at.end == end) } else { None };
            let Some(at) = name_at.filter(|at| at.len() <= 3 && looks_like_name(message, at) && !is_void(message, end))
            else {
                continue;
            };
            let mut named = named(message, at.clone(), at.start, 0.9, true);
            named.at.end = named.at.end.max(last);
            return Some(named);
        }
    }
    None
}

/// A name and nothing else, when the chat waits for it.
fn bare(message: &Message) -> Option<Named> {
    for (index, clause) in message.clauses.iter().enumerate() {
        let mut begin = clause.at.start;
        while begin < clause.at.end && skippable(message, begin) {
            begin += 1;
        }
        if begin == clause.at.end
            || is_void(message, begin)
            || THIRD.occur(message.words(clause.at.clone()))
            || negates(message.words(clause.at.clone()))
        {
            continue;
        }
        let asked = message.tokens.get(message.sentences[clause.sentence].end).is_some_and(|t| t.norm == "?");
        let Some(at) = run(message, begin, true) else { continue };
        let known = is_first_name(&message.tokens[at.start].norm) || is_titled(message, begin);
        let rest = from_where(message, at.end, clause.at.end);
        let mere = |i: usize| message.roles[i] == Role::Manners || !matches!(message.tokens[i].kind, Kind::Word);
        let whole = (rest == clause.at.end || (rest..clause.at.end).all(mere)) && at.len() <= 4;
        let first = index == 0
            || message.clauses[..index].iter().all(|c| c.at.clone().all(|i| message.roles[i] == Role::Manners));
        let latin = !message.tokens[at.start].norm.chars().any(is_hebrew);
        let plausible =
            known || (whole && first && at.len() <= 3 && (!latin || at.len() <= 2 || capitalised(message, at.start)));
        if plausible && (whole || (known && first)) && (!asked || known) {
            let confidence = if known { 0.9 } else { 0.7 };
            return Some(named(message, at, begin, confidence, true));
        }
    }
    None
}

fn negates(words: &[Token]) -> bool {
    words.iter().any(|t| t.is_any(&["לא", "אין", "בלי", "lo", "ein", "not", "don't", "doesn't", "no"]))
}

/// A known first name alone in its clause: a signature, or "…, Haim from Bnei Brak".
fn signed(message: &Message) -> Option<Named> {
    for clause in &message.clauses {
        let mut begin = clause.at.start;
        while begin < clause.at.end && skippable(message, begin) {
            begin += 1;
        }
        let Some(at) = run(message, begin, false).filter(|at| at.start < clause.at.end && at.end <= clause.at.end)
        else {
            continue;
        };
        let first = &message.tokens[at.start];
        let sure =
            is_first_name(&first.norm) && (!is_common_word(&first.norm) || at.len() > 1 || clause.at.end - begin == 1);
        let ends = from_where(message, at.end, clause.at.end) == clause.at.end;
        let alone = message.sentences.len() == 1 && message.sentences[0] == (at.start..at.end);
        if sure && ends && !alone && !is_void(message, begin) && at.len() <= 3 {
            return Some(named(message, at, begin, 0.75, false));
        }
    }
    None
}

fn skippable(message: &Message, at: usize) -> bool {
    let token = &message.tokens[at];
    let greets = token.norm == "שלום" || at > 0 && message.tokens[at - 1].norm == "בוקר"; // names, too, elsewhere
    (message.roles[at] == Role::Manners && (greets || !is_first_name(&token.norm)))
        || matches!(token.kind, Kind::Other | Kind::Dash)
}

fn is_titled(message: &Message, at: usize) -> bool {
    message.tokens.get(at).is_some_and(|t| t.is_any(TITLES))
}

/// The tokens of a name that begins at `begin`, titles left out.
fn run(message: &Message, begin: usize, strong: bool) -> Option<Range<usize>> {
    let mut begin = begin;
    while is_titled(message, begin) {
        begin += 1;
        while message.tokens.get(begin).is_some_and(|t| t.norm == ".") {
            begin += 1;
        }
    }
    let limit = message.clauses.iter().find(|c| c.at.contains(&begin)).map_or(begin, |c| c.at.end).min(begin + 4);
    let mut end = begin;
    while end < limit {
        if end > begin && hyphen(message, end) && end + 1 < limit {
            end += 2; // "Jean-Luc" is one name
            continue;
        }
        let Some(token) = message.tokens.get(end).filter(|t| t.kind == Kind::Word) else { break };
        let fits = if end == begin { first_fits(token, strong) } else { later_fits(message, begin, end) };
        if !fits {
            break;
        }
        end += 1;
    }
    while end > begin + 1
        && is_particle(&message.tokens[end - 1].norm)
        && !message.tokens[end - 1].norm.starts_with("חן")
    {
        end -= 1;
    }
    (end > begin).then_some(begin..end)
}

/// A dash between two words without spaces.
fn hyphen(message: &Message, at: usize) -> bool {
    let touches = |a: Option<&Token>, b: Option<&Token>| a.zip(b).is_some_and(|(a, b)| a.end == b.start);
    let (before, dash, after) = (message.tokens.get(at - 1), message.tokens.get(at), message.tokens.get(at + 1));
    let is_dash = dash.is_some_and(|t| t.kind == Kind::Dash);
    is_dash && after.is_some_and(|t| t.kind == Kind::Word) && touches(before, dash) && touches(dash, after)
}

fn first_fits(token: &Token, strong: bool) -> bool {
    let letters = token.norm.chars().filter(|c| c.is_alphabetic()).count();
    let shaped = (2..=20).contains(&letters) && !token.norm.chars().any(|c| c.is_ascii_digit() || c == '_');
    let known = is_first_name(&token.norm);
    shaped
        && (known
            || (!is_no_name(&token.norm) && (strong || is_foreign(token) || number::small(&token.norm).is_none())))
}

fn later_fits(message: &Message, begin: usize, at: usize) -> bool {
    let word = message.tokens[at].norm.as_str();
    if is_particle(word) || is_surname(word) {
        return true;
    }
    let place = word.chars().count() >= 4 && word.starts_with('מ') && is_hebrew_word(word);
    if is_no_name(word) || place || word.starts_with("ו") && is_hebrew_word(word) || message.roles[at] == Role::Manners
    {
        return false;
    }
    if word.chars().any(|c| c.is_ascii_digit()) || message.tokens[at].kind != Kind::Word {
        return false;
    }
    // An unknown word is a family name where the clause ends behind it, or something that is no name follows.
    let latin = !is_hebrew_word(word);
    let ended = message.tokens.get(at + 1).is_none_or(|t| {
        t.kind != Kind::Word
            || is_no_name(&t.norm)
            || is_particle(&message.tokens[at - 1].norm)
            || t.norm.starts_with('מ')
    });
    let cased = capitalised(message, at) || !capitalised(message, begin);
    ended && (!latin || cased)
}

fn is_hebrew_word(word: &str) -> bool {
    word.chars().any(is_hebrew)
}

fn is_foreign(token: &Token) -> bool {
    token.norm.chars().any(|c| c.is_alphabetic() && !c.is_ascii() && !is_hebrew(c))
}

fn is_particle(word: &str) -> bool {
    matches!(
        word,
        "בן" | "בת"
            | "בר"
            | "אבו"
            | "אל"
            | "דה"
            | "ben"
            | "bar"
            | "abu"
            | "van"
            | "de"
            | "da"
            | "von"
            | "al"
            | "el"
            | "o'"
            | "mc"
    )
}

fn capitalised(message: &Message, at: usize) -> bool {
    let token = &message.tokens[at];
    message.text[token.start..token.end].chars().next().is_some_and(char::is_uppercase)
}

/// A weak introduction needs a known name, or a capital letter inside a sentence.
fn looks_like_name(message: &Message, at: &Range<usize>) -> bool {
    let first = &message.tokens[at.start];
    if is_first_name(&first.norm) {
        return true;
    }
    let ends = message
        .tokens
        .get(at.end)
        .is_none_or(|t| t.kind != Kind::Word || is_no_name(&t.norm) || BEHIND.at(&message.tokens, at.end).is_some());
    let lead = first.norm.starts_with(['מ', 'ב', 'ל', 'ה']) && is_hebrew_word(&first.norm);
    let surname = !lead && at.len() == 2 && is_surname(&message.tokens[at.start + 1].norm);
    (capitalised(message, at.start) && ends) || surname || is_foreign(first)
}

/// Behind a name: "from Haifa", "מהמוסך ברמלה". Returns where that ends.
fn from_where(message: &Message, at: usize, end: usize) -> usize {
    let Some(token) = message.tokens.get(at).filter(|_| at < end) else { return at };
    let hebrew = token.norm.starts_with('מ') && token.norm.chars().count() >= 3;
    let leads = hebrew
        || token.is_any(&["from", "at", "me", "mi", "meha", "גר", "גרה", "אגב", "btw", "by", "из", "من", "of"])
        || token.norm.starts_with("meha");
    if !leads {
        return at;
    }
    // "from the garage in Ramla", but not "from Haifa I need …".
    let stops = |i: &usize| *i > at && is_no_name(&message.tokens[*i].norm) || message.tokens[*i].kind != Kind::Word;
    (at..end.min(at + 3)).find(stops).unwrap_or(end.min(at + 3))
}

fn named(message: &Message, at: Range<usize>, intro: usize, confidence: f64, explicit: bool) -> Named {
    let clause_end = message.clauses.iter().find(|c| c.at.contains(&at.start)).map_or(at.end, |c| c.at.end);
    let end = from_where(message, at.end, clause_end).max(at.end);
    let value = message.slice(at.clone()).split_whitespace().map(cased).collect::<Vec<_>>().join(" ");
    Named {
        found: Found { value: value.chars().take(80).collect(), confidence, explicit },
        at: intro.min(at.start)..end,
    }
}

/// Latin names begin with a capital letter.
fn cased(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) if first.is_ascii_lowercase() => first.to_ascii_uppercase().to_string() + chars.as_str(),
        _ => word.to_owned(),
    }
}

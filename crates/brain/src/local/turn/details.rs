//! Single answers: yes and no, phone numbers, references, leave-taking, "say that again".

use super::amount::amount_at;
use crate::times::number;
use crate::times::phrase::Phrases;
use crate::times::token::{Kind, Token};
use ringleader_core::reception::words::Change;
use std::sync::LazyLock;

type List = LazyLock<Phrases>;

static YES: List = LazyLock::new(|| Phrases::new(include_str!("lists/yes.txt")));
static NO: List = LazyLock::new(|| Phrases::new(include_str!("lists/no.txt")));
/// "I don't know" is no no.
static UNSURE: List =
    LazyLock::new(|| Phrases::new("לא יודע|יודעת|יודעים|בטוח|בטוחה|בטוחים|הבנתי|שמעתי|משנה|אכפת|זוכר|זוכרת"));
static REPEAT: List = LazyLock::new(|| {
    Phrases::new(
        "say|tell|repeat|read that|it|them|me|those again|please?\nrepeat that|it|them\npardon\n^ sorry|what|eh $\ncome again\ndidnt|couldnt|cant|can't hear|catch|get|understand that|you|what|it\nwhat did you say\nwhat was that\none more time\nonce more\n+שוב|לחזור על|שנית\nלא שמעתי|הבנתי",
    )
});
static MORE: List = LazyLock::new(|| {
    Phrases::new(
        "what else\nanything else have|got|do|is|you|available|like|in|that\nany others|more $\nany|some|show|tell|hear|see me|about? more|other|different options|ones|flats|houses|properties|places\nmore options|ones|choices|please\nother options|ones|choices|flats|houses|properties|places\nthe next ones|three|few\n^ more $\nanything|something different\n+עוד אופציות|אפשרויות|דירות|בתים|נכסים|הצעות\nמה עוד\nיש עוד\n^ עוד $\nמשהו אחר|נוסף\n+אופציות|אפשרויות|דירות אחרות|נוספות\nהבאות|הלאה",
    )
});
static BYE: List = LazyLock::new(|| {
    Phrases::new(
        "bye|goodbye|cheerio|ta-ra\nthats all|it|everything\nthat is|will be all|it\nnothing else\nno thats it|all|fine|everything\nall done\nhave a nice|good|lovely day|evening|one|weekend\nsee you\nthanks|thank you? bye\n+להתראות|ביי\nזה הכל|הכול\nיום טוב",
    )
});

static CHANGES: LazyLock<Vec<(Change, Phrases)>> = LazyLock::new(|| {
    let list = |change, text| (change, Phrases::new(text));
    vec![
        list(Change::Late, "late\nrunning behind|late\nstuck in\ndelayed\nbe there in\n+מאחר|מאחרת|מאחרים|אאחר|באיחור"),
        list(
            Change::Move,
            "move|reschedule|rearrange|postpone|push|change|shift|swap|rebook|delay\nbring .. forward\nanother|different|other time|day|slot\n+להזיז|לדחות|לשנות|להקדים",
        ),
        list(
            Change::Cancel,
            "cancel|cancelling|cancelled\ncall it off\ncant|cannot|wont make|come|attend\n+לבטל|ביטול",
        ),
        list(Change::Feedback, "feedback|offer\nthought of|about it|the\ndidnt like\n+משוב|הצעה"),
    ]
});

/// Yes or no, where one of them is clear.
pub(super) fn answer(tokens: &[Token]) -> Option<bool> {
    let no = NO.find(tokens).filter(|_| !UNSURE.occur(tokens));
    let yes = YES.find(tokens);
    let refused = yes.as_ref().is_some_and(|yes| yes.start > 0 && tokens[yes.start - 1].norm == "לא");
    match (yes, no) {
        (Some(_), _) if refused => Some(false), // "לא מתאים"
        (Some(_), None) => Some(true),
        (None, Some(_)) => Some(false),
        // "yeah no that's fine" is a yes, "no, yes please" too; "yes but not that one" is neither.
        (Some(yes), Some(no)) if no.start < yes.start => Some(true),
        _ => None,
    }
}

/// What is wanted done about a viewing that is booked.
pub(super) fn change(tokens: &[Token]) -> Option<Change> {
    CHANGES.iter().find(|(_, list)| list.occur(tokens)).map(|(change, _)| *change)
}

/// Asks to hear it again.
pub(super) fn wants_repeat(tokens: &[Token]) -> bool {
    REPEAT.occur(tokens)
}

/// Asks what else there is.
pub(super) fn wants_more(tokens: &[Token]) -> bool {
    MORE.occur(tokens)
}

/// Takes leave.
pub(super) fn says_bye(tokens: &[Token]) -> bool {
    BYE.occur(tokens)
}

/// The longest run of spoken or written figures: "oh seven seven double oh nine hundred one two three".
pub(super) fn digits(tokens: &[Token]) -> Option<String> {
    let (mut best, mut run) = (String::new(), String::new());
    let mut at = 0;
    while at < tokens.len() {
        let (text, end) = figures(tokens, at);
        if end > at {
            run.push_str(&text);
            at = end;
        } else {
            if !matches!(tokens[at].kind, Kind::Comma | Kind::Dash) && !tokens[at].is_any(&["um", "er", "and", "then"])
            {
                run.clear();
            }
            at += 1;
        }
        if run.len() > best.len() {
            best.clone_from(&run);
        }
    }
    (best.trim_start_matches('+').len() >= 9).then_some(best)
}

fn figures(tokens: &[Token], at: usize) -> (String, usize) {
    let word = |i: usize| tokens.get(i).map_or("", |t| t.norm.as_str());
    let times = match word(at) {
        "plus" | "+" => return ("+".to_owned(), at + 1),
        "double" => 2,
        "triple" | "treble" => 3,
        _ => 1,
    };
    let begin = at + usize::from(times > 1);
    if let Some(figure) = single(word(begin)) {
        let hundred = word(begin + 1) == "hundred";
        let text = if hundred { format!("{figure}00") } else { figure.repeat(times) };
        return (text, begin + 1 + usize::from(hundred));
    }
    match tokens.get(begin) {
        Some(token) if token.kind == Kind::Number && token.norm.chars().all(|c| c.is_ascii_digit()) => {
            (token.norm.repeat(times), begin + 1)
        }
        Some(_) => match number::at(tokens, begin).filter(|(n, _)| (10.0..100.0).contains(n)) {
            Some((n, end)) => (n.to_string(), end),
            None => (String::new(), at),
        },
        None => (String::new(), at),
    }
}

fn single(word: &str) -> Option<String> {
    if matches!(word, "oh" | "o" | "nought" | "nil") {
        return Some("0".to_owned());
    }
    number::small(word).filter(|n| *n < 10.0).map(|n| n.to_string())
}

/// A property's reference: letters, spelled or not, and figures behind "reference", "ref", "property", "number".
pub(super) fn reference(tokens: &[Token]) -> Option<String> {
    let begin = tokens.iter().position(|t| t.is_any(&["reference", "ref", "code", "רפרנס", "סימוכין"]))?;
    let mut text = String::new();
    let mut at = begin + 1;
    while let Some(token) = tokens.get(at) {
        let (figures, end) = figures(tokens, at);
        let letter = token.norm.len() == 1 && token.norm.chars().all(|c| c.is_ascii_lowercase());
        if end > at {
            text.push_str(&figures);
            at = end;
        } else if letter || token.norm.chars().any(|c| c.is_ascii_digit()) {
            text.push_str(&token.norm.to_uppercase());
            at += 1;
        } else if text.is_empty() && token.is_any(&["number", "is", "code", "its", "no"]) || token.kind != Kind::Word {
            at += 1;
        } else {
            break;
        }
    }
    let known = text.len() >= 3 && text.chars().any(|c| c.is_ascii_digit());
    known.then_some(text).filter(|_| amount_at(tokens, begin).is_none())
}

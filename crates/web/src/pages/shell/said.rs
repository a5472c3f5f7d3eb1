//! What a page says after something was done: a word in its address, whose text stands here, with a way to take it back.

use super::{form_key, hidden, icon};
use crate::session::Me;
use axum::response::Redirect;
use maud::{Markup, html};

/// Something was done.
pub(crate) struct Said {
    word: String,
    /// What undoes it: the id of the thing.
    what: Option<String>,
}

/// Where to send what, to take something back.
struct Undo {
    path: String,
    field: &'static str,
    value: String,
}

const WORDS: &[(&str, (&str, &str))] = &[
    ("saved", ("Saved.", "נשמר.")),
    ("task-done", ("Done. One less.", "בוצע. אחת פחות.")),
    ("task-dismissed", ("The task was put aside.", "המשימה הוסרה.")),
    ("task-open", ("The task is open again.", "המשימה פתוחה שוב.")),
    ("read-again", ("It will be read again.", "הניתוח ייעשה שוב.")),
    ("hung-up", ("The provider was asked to end the call.", "ביקשנו מהספק לסיים את השיחה.")),
    ("taken", ("The conversation is yours. The bot is silent.", "השיחה אצלך. הבוט שותק.")),
    ("handed", ("The bot leads the conversation again.", "הבוט ממשיך את השיחה.")),
    ("sent", ("The message is on its way.", "ההודעה בדרך.")),
    ("fact", ("Corrected. Your word wins.", "תוקן. המילה שלך קובעת.")),
    ("leads", ("Done.", "בוצע.")),
    (
        "leads-some",
        (
            "Done. Leads whose person has another open lead stay as they were.",
            "בוצע. לידים של אנשים שיש להם ליד פתוח אחר נשארו כמו שהיו.",
        ),
    ),
    (
        "joined",
        (
            "They are one person now. Nothing is lost: it can be taken apart.",
            "אוחדו לאדם אחד. דבר לא נמחק, ואפשר להפריד.",
        ),
    ),
    (
        "erased",
        (
            "Erased for good. The receipt is in the settings, under changes.",
            "נמחק לתמיד. האישור נמצא בהגדרות, תחת שינויים.",
        ),
    ),
    ("parted", ("They are two people again, each with what is theirs.", "שוב שני אנשים, לכל אחד מה ששלו.")),
    ("undone", ("Taken back.", "הפעולה בוטלה.")),
    ("spoke", ("Noted: you spoke. Nothing more goes out by itself.", "נרשם שדיברתם. שום דבר נוסף לא יישלח מעצמו.")),
    ("tested", ("The connection was tested.", "החיבור נבדק.")),
    ("chosen", ("The templates that fit were chosen.", "התבניות המתאימות נבחרו.")),
    (
        "no-template",
        (
            "No approved template fits yet. Have the text below approved, or choose by hand.",
            "עוד אין תבנית מאושרת שמתאימה. אפשר להגיש לאישור את הנוסח שלמטה, או לבחור ידנית.",
        ),
    ),
    ("removed", ("Removed.", "הוסר.")),
    ("retried", ("It is being tried again.", "מתבצע ניסיון נוסף.")),
    ("discarded", ("It is out of the tray. Nothing was done with it.", "האירוע יצא מהמגש. לא נעשה איתו דבר.")),
    ("given-up", ("It was given up.", "העבודה הופסקה.")),
    ("alarm-taken", ("It is yours. Nobody else is rung for it.", "הטיפול אצלך. לא מצלצלים לאף אחד נוסף.")),
    ("alarm-gone", ("Somebody else has taken it already.", "מישהו אחר כבר מטפל בזה.")),
];

impl Said {
    /// Back to `path`, where the word's text is shown.
    pub(crate) fn then(word: &str, path: &str) -> Redirect {
        Redirect::to(&Self::at(word, None, path))
    }

    /// The same about one thing, so that it can be taken back.
    pub(crate) fn about(word: &str, what: &str, path: &str) -> Redirect {
        Redirect::to(&Self::at(word, Some(what), path))
    }

    fn at(word: &str, what: Option<&str>, path: &str) -> String {
        let path = Self::without(path);
        let join = if path.contains('?') { '&' } else { '?' };
        let what = what.map(|what| format!("&what={what}")).unwrap_or_default();
        format!("{path}{join}said={word}{what}")
    }

    /// What a path says.
    pub(super) fn in_path(path: &str) -> Option<Self> {
        let (_, query) = path.split_once('?')?;
        let pair = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)).map(str::to_owned);
        Some(Self { word: pair("said=")?, what: pair("what=") })
    }

    /// The path without what it says; only ever a path of ours. Browsers drop tabs and line ends before they read an
    /// address, so one with any of them leads nowhere.
    pub(crate) fn without(path: &str) -> String {
        let odd = |c: char| c == '\\' || c.is_control();
        if !path.starts_with('/') || path.starts_with("//") || path.contains(odd) {
            return "/today".to_owned();
        }
        let Some((page, query)) = path.split_once('?') else { return path.to_owned() };
        let kept: Vec<&str> = query.split('&').filter(|p| !p.starts_with("said=") && !p.starts_with("what=")).collect();
        if kept.is_empty() { page.to_owned() } else { format!("{page}?{}", kept.join("&")) }
    }

    /// The form that takes it back.
    fn undo(&self) -> Option<Undo> {
        let id = self.what.as_ref().filter(|id| id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))?;
        match self.word.as_str() {
            "task-done" | "task-dismissed" if id.starts_with("task_") => {
                Some(Undo { path: format!("/tasks/{id}"), field: "state", value: "open".to_owned() })
            }
            "leads" | "leads-some" if id.starts_with("aud_") => {
                Some(Undo { path: "/leads/undo".to_owned(), field: "what", value: id.clone() })
            }
            _ => None,
        }
    }

    pub(super) fn toast(&self, me: &Me) -> Markup {
        let Some((_, words)) = WORDS.iter().find(|(word, _)| *word == self.word) else { return html! {} };
        let l = me.lang;
        html! {
            div class="toast" {
                (icon("check")) span { (l.t(words.0, words.1)) }
                @if let Some(back) = self.undo() {
                    form method="post" action=(back.path) {
                        (form_key(me)) (hidden(back.field, &back.value)) (hidden("back", &Self::without(&me.path)))
                        button type="submit" class="link" { (l.t("Undo", "ביטול")) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_added_once_and_paths_stay_ours() {
        assert_eq!(Said::at("saved", None, "/leads?q=a&said=sent"), "/leads?q=a&said=saved");
        assert_eq!(Said::at("task-done", Some("task_1"), "/tasks"), "/tasks?said=task-done&what=task_1");
        for elsewhere in
            ["https://example.org/", "//example.org", "/\\example.org", "/\t/example.org", "/\n/example.org", ""]
        {
            assert_eq!(Said::without(elsewhere), "/today");
        }
    }
}

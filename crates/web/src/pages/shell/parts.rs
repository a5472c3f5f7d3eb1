//! Small parts that many pages are made of.

use super::{icon, terms};
use crate::problem::Problem;
use crate::session::{Lang, Me};
use http::StatusCode;
use maud::{Markup, html};
use ringleader_core::analysis::Tag;
use ringleader_core::id::TaskId;
use ringleader_core::phone::Phone;
use ringleader_core::user::Role;

/// The session's form key, in every form.
pub(crate) fn form_key(me: &Me) -> Markup {
    hidden("form_key", &me.form_key)
}

/// A field that nobody sees.
pub(crate) fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// A word on a coloured ground. Tones: `good`, `warn`, `bad`, `info`, `quiet`.
pub(crate) fn pill(tone: &str, words: &str) -> Markup {
    html! { span class={ "pill " (tone) } { (words) } }
}

/// How promising someone is, of a hundred; `read` is how it was told, where it is not final.
pub(crate) fn score(l: Lang, tag: Tag, points: u8, read: Option<&str>) -> Markup {
    let (tone, words) = terms::warmth(l, tag);
    html! {
        span class={ "pill score " (tone) } title=[read] {
            span class="unseen" { (l.t("Score: ", "ציון: ")) } (words) " · " bdi { (points) }
        }
    }
}

/// What stands where there is nothing yet, and what will make it appear.
pub(crate) fn empty(sign: &str, title: &str, words: &str) -> Markup {
    html! { div class="empty" { (icon(sign)) p class="title" { (title) } p { (words) } } }
}

/// A number as people write it, left to right wherever it stands.
pub(crate) fn number(e164: &str) -> Markup {
    html! { bdi dir="ltr" class="number" { (grouped(e164)) } }
}

/// The same as text for a title, kept left to right by isolates and on one line by signs that do not break.
pub(crate) fn number_text(e164: &str) -> String {
    let whole: String = grouped(e164).chars().map(|c| if c == '-' { '\u{2011}' } else { c }).collect();
    format!("\u{2066}{}\u{2069}", whole.replace(' ', "\u{a0}"))
}

/// In groups that the eye can keep; what is no full number stays as it is.
fn grouped(e164: &str) -> String {
    Phone::from_e164(e164).map_or_else(|| e164.to_owned(), |phone| phone.grouped())
}

/// A button that rings the number.
pub(crate) fn dial(l: Lang, phone: &str) -> Markup {
    html! {
        a class="button call" href={ "tel:" (phone) } aria-label={ (l.t("Call ", "להתקשר אל ")) (phone) } {
            (icon("phone")) span { (l.t("Call", "להתקשר")) }
        }
    }
}

/// Name, else the number, else that nothing is known.
pub(crate) fn person(l: Lang, name: Option<&str>, phone: Option<&str>) -> Markup {
    match (name.filter(|name| !name.trim().is_empty()), phone) {
        (Some(name), _) => html! { bdi { (name) } },
        (None, Some(phone)) => number(phone),
        (None, None) => html! { span class="soft" { (l.t("Number withheld", "מספר חסוי")) } },
    }
}

/// A labelled line to write in.
pub(crate) fn field(label: &str, name: &str, kind: &str, value: &str) -> Markup {
    field_with_help(label, name, kind, value, "")
}

/// The same with a word of help below.
pub(crate) fn field_with_help(label: &str, name: &str, kind: &str, value: &str, help: &str) -> Markup {
    input(&format!("f-{name}"), label, (name, kind, value), help)
}

/// A labelled line to write in, in one of several rows that ask for the same.
pub(crate) fn field_in(row: &str, label: &str, name: &str, kind: &str, value: &str) -> Markup {
    input(&format!("f-{name}-{row}"), label, (name, kind, value), "")
}

fn input(id: &str, label: &str, (name, kind, value): (&str, &str, &str), help: &str) -> Markup {
    let ltr = matches!(kind, "email" | "password" | "tel" | "url" | "time");
    let described = (!help.is_empty()).then(|| format!("{name}-help"));
    html! {
        div class="field" {
            label for=(id) { (label) }
            input id=(id) name=(name) type=(kind) value=(value) dir=(if ltr { "ltr" } else { "auto" }) aria-describedby=[described.as_deref()];
            @if !help.is_empty() { small id={ (name) "-help" } { (help) } }
        }
    }
}

/// Something to be entered elsewhere: shown, and copied with one press.
pub(crate) fn copied(l: Lang, id: &str, label: &str, value: &str) -> Markup {
    html! {
        div class="field" {
            label for=(id) { (label) }
            div class="copy" {
                input id=(id) dir="auto" readonly value=(value);
                button type="button" class="button" data-copy=(id) data-copied=(l.t("Copied", "הועתק")) { (icon("copy")) span { (l.t("Copy", "העתקה")) } span class="unseen" { " " (label) } }
            }
        }
    }
}

/// A labelled choice among words.
pub(crate) fn select(label: &str, name: &str, chosen: &str, options: &[(&str, &str)]) -> Markup {
    choice(&format!("f-{name}"), label, (name, chosen), options)
}

/// The same in one of several rows that ask for the same.
pub(crate) fn select_in(row: &str, label: &str, name: &str, chosen: &str, options: &[(&str, &str)]) -> Markup {
    choice(&format!("f-{name}-{row}"), label, (name, chosen), options)
}

fn choice(id: &str, label: &str, (name, chosen): (&str, &str), options: &[(&str, &str)]) -> Markup {
    html! {
        div class="field" {
            label for=(id) { (label) }
            select id=(id) name=(name) {
                @for (value, words) in options { option value=(value) selected[*value == chosen] { (words) } }
            }
        }
    }
}

/// Views of one list or page: path, words, and whether it is this one.
pub(crate) fn tabs(label: &str, all: &[(String, &str, bool)]) -> Markup {
    html! {
        nav class="tabs" aria-label=(label) {
            @for (path, words, here) in all { a href=(path) aria-current=[here.then_some("page")] { (words) } }
        }
    }
}

/// The way to the next page of a list.
pub(crate) fn more_link(l: Lang, path: &str, next: Option<&str>) -> Markup {
    html! {
        @if let Some(next) = next {
            @let join = if path.contains('?') { "&" } else { "?" };
            p class="further" { a class="button" rel="next" href={ (path) (join) "cursor=" (next) } { (l.t("Show older", "להציג ישנים יותר")) } }
        }
    }
}

/// Marks a task; nothing for who may only look.
pub(crate) fn task_button(me: &Me, task: TaskId, state: &str, words: &str, sign: &str, class: &str) -> Markup {
    html! {
        @if me.may(Role::Agent) {
            form method="post" action={ "/tasks/" (task) } {
                (form_key(me)) (hidden("state", state)) (hidden("back", &super::Said::without(&me.path)))
                button type="submit" class=(class) { (icon(sign)) span { (words) } }
            }
        }
    }
}

/// A failure as a page: what happened, what to do, and where to go on.
pub(crate) fn problem_page(lang: Lang, problem: &Problem, trace: Option<&str>) -> Markup {
    let l = lang;
    let title = match problem.status() {
        StatusCode::NOT_FOUND => l.t("Nothing here", "אין כאן כלום"),
        StatusCode::FORBIDDEN => l.t("Not allowed", "אין הרשאה"),
        status if status.is_server_error() => l.t("Something went wrong", "משהו השתבש"),
        _ => l.t("That did not work", "זה לא הצליח"),
    };
    super::door(
        lang,
        title,
        html! {
            div id="problem" role="alert" {
                p { (terms::problem(l, problem)) }
                @if !problem.errors().is_empty() {
                    ul { @for error in problem.errors() {
                        li data-field=(error.field) { @if problem.errors().len() > 1 { b dir="ltr" { (error.field) } ": " } (terms::fault(l, &error.message)) }
                    } }
                }
            }
            @if let Some(trace) = trace.filter(|_| problem.status().is_server_error()) { p class="soft" { small { (l.t("Trace id: ", "מזהה: ")) code { (trace) } } } }
            p { a class="button main" href="/today" { (l.t("To the first page", "לדף הראשון")) } }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_in_groups_and_odd_ones_as_they_are() {
        assert_eq!(grouped("+972501234567"), "+972 50-123-4567");
        assert_eq!(grouped("+447700900123"), "+44 7700 900123");
        assert_eq!(grouped("+97231234567"), "+972 3-123-4567");
        assert_eq!(grouped("102"), "102");
    }
}

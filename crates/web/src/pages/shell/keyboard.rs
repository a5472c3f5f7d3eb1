//! What the keyboard does: the list of places behind Ctrl+K, and the page of keys behind `?`.

use super::{icon, places};
use crate::session::Me;
use maud::{Markup, html};
use ringleader_core::user::Role;

/// Everything that can be gone to, by a few letters (Ctrl+K), and the keys that go there.
pub(super) fn palette(me: &Me) -> Markup {
    let l = me.lang;
    let account = [("/account", ("My account", "החשבון שלי"))];
    let start = [("/start", ("First steps", "צעדים ראשונים"))].into_iter().filter(|_| me.may(Role::Owner));
    let settings = crate::pages::settings::TABS.iter().map(|tab| (tab.path, tab.words)).filter(|_| me.may(Role::Owner));
    html! {
        dialog id="palette" aria-label=(l.t("Go to", "מעבר אל")) {
            label class="unseen" for="palette-words" { (l.t("Go to", "מעבר אל")) }
            input id="palette-words" type="search" autocomplete="off" placeholder=(l.t("A page, a name or a number…", "דף, שם או מספר…"));
            ul id="palette-people" aria-live="polite" {}
            ul id="palette-places" {
                @for entry in places(me) {
                    li { a href=(entry.path) { (icon(entry.sign)) span { (l.t(entry.words.0, entry.words.1)) } @if !entry.key.is_empty() { kbd { "g " (entry.key) } } } }
                }
                @for (path, words) in account.into_iter().chain(start).chain(settings) { li { a href=(path) { (icon("next")) span { (l.t(words.0, words.1)) } } } }
            }
        }
    }
}

/// The keys and what they do.
pub(super) fn help(me: &Me) -> Markup {
    let l = me.lang;
    let keys = [
        ("Ctrl K", l.t("Go to any page or person", "מעבר לכל דף או אדם")),
        ("/", l.t("Search in this page", "חיפוש בדף")),
        ("?", l.t("These keys", "הקיצורים האלה")),
        ("Esc", l.t("Close", "סגירה")),
        ("Enter", l.t("Send what is written", "שליחת מה שנכתב")),
    ];
    html! {
        dialog id="keys" aria-label=(l.t("Keys", "קיצורי מקלדת")) {
            h2 { (l.t("Keys", "קיצורי מקלדת")) }
            dl class="keys" {
                @for (key, words) in keys { div { dt { kbd dir="ltr" { (key) } } dd { (words) } } }
                @for entry in places(me).filter(|entry| !entry.key.is_empty()) {
                    div { dt { kbd dir="ltr" { "g " (entry.key) } } dd { (l.t(entry.words.0, entry.words.1)) } }
                }
            }
            form method="dialog" { button type="submit" class="button" { (l.t("Close", "סגירה")) } }
        }
    }
}

//! What all pages share: the frame with its navigation, small parts, signs, times and words.
//!
//! Always true: everything is made on the server and can be read and done without script; names and numbers that came from
//! outside stand in `bdi`, so that the direction of a line never breaks; text is escaped by maud.

mod hebrew;
mod icons;
mod keyboard;
mod parts;
mod said;
pub(crate) mod terms;
pub(crate) mod trouble;
mod when;

pub(crate) use icons::icon;
pub(crate) use parts::{
    copied, dial, empty, field, field_in, field_with_help, form_key, hidden, more_link, number, number_text, person,
    pill, problem_page, score, select, select_in, tabs, task_button,
};
pub(crate) use said::Said;
pub(crate) use when::When;

use crate::problem::Result;
use crate::session::{Lang, Me};
use crate::state::AppState;
use maud::{DOCTYPE, Markup, html};
use ringleader_core::reception::trade::TradeKind;
use ringleader_core::user::Role;
use ringleader_store::repo::Waiting;

/// A place in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Today,
    Inbox,
    Leads,
    Calls,
    Calendar,
    Tasks,
    Tickets,
    Properties,
    Losses,
    Usage,
    Reports,
    Settings,
    Installation,
    Account,
    Start,
}

struct Entry {
    place: Place,
    path: &'static str,
    sign: &'static str,
    words: (&'static str, &'static str),
    role: Role,
    /// Stands in the bottom bar of narrow screens.
    first: bool,
    key: &'static str,
    /// Only in businesses of this trade.
    trade: Option<TradeKind>,
}

/// The places that someone can go to.
fn places(me: &Me) -> impl Iterator<Item = &'static Entry> {
    let trade = me.tenant.settings.reception.trade;
    ENTRIES.iter().filter(move |entry| me.may(entry.role) && entry.trade.is_none_or(|of| of == trade))
}

const fn entry(place: Place, path: &'static str, sign: &'static str, words: (&'static str, &'static str)) -> Entry {
    Entry { place, path, sign, words, role: Role::Viewer, first: false, key: "", trade: None }
}

const ENTRIES: [Entry; 13] = [
    Entry { first: true, key: "t", ..entry(Place::Today, "/today", "today", ("Today", "היום")) },
    Entry { first: true, key: "i", ..entry(Place::Inbox, "/inbox", "inbox", ("Inbox", "שיחות כתובות")) },
    Entry { first: true, key: "l", ..entry(Place::Leads, "/leads", "leads", ("Leads", "לידים")) },
    Entry { first: true, key: "k", ..entry(Place::Tasks, "/tasks", "tasks", ("Tasks", "משימות")) },
    Entry { key: "d", ..entry(Place::Calendar, "/calendar", "clock", ("Calendar", "יומן")) },
    Entry { key: "f", ..entry(Place::Tickets, "/tickets", "warn", ("Repairs", "תקלות")) },
    Entry {
        key: "p",
        trade: Some(TradeKind::Estate),
        ..entry(Place::Properties, "/properties", "key", ("Properties", "נכסים"))
    },
    Entry { key: "c", ..entry(Place::Calls, "/calls", "calls", ("Calls", "שיחות טלפון")) },
    Entry { key: "a", ..entry(Place::Losses, "/losses", "losses", ("Loss account", "מאזן שיחות")) },
    Entry { key: "u", ..entry(Place::Usage, "/usage", "usage", ("Usage", "שימוש")) },
    Entry { key: "r", ..entry(Place::Reports, "/reports", "reports", ("Reports", "דוחות")) },
    Entry {
        key: "s", role: Role::Owner, ..entry(Place::Settings, "/settings", "settings", ("Settings", "הגדרות"))
    },
    Entry {
        role: Role::Admin, ..entry(Place::Installation, "/installation", "admin", ("Installation", "המערכת"))
    },
];

/// A page before it is put into its frame.
pub(crate) struct Page<'a> {
    pub(crate) me: &'a Me,
    pub(crate) place: Place,
    pub(crate) title: &'a str,
    /// Beside the title.
    pub(crate) beside: Markup,
    pub(crate) body: Markup,
}

impl<'a> Page<'a> {
    /// A page with nothing beside its title.
    pub(crate) fn new(me: &'a Me, place: Place, title: &'a str, body: Markup) -> Self {
        Self { me, place, title, beside: html! {}, body }
    }

    /// With this beside the title.
    pub(crate) fn beside(self, beside: Markup) -> Self {
        Self { beside, ..self }
    }

    /// In its frame.
    pub(crate) async fn show(self, state: &AppState) -> Result<Markup> {
        let waiting = state.store.read(self.me.tenant.id).await?.desk().waiting().await?;
        Ok(self.framed(&waiting))
    }

    fn framed(&self, waiting: &Waiting) -> Markup {
        let (me, l) = (self.me, self.me.lang);
        let said = Said::in_path(&me.path);
        let body = html! {
            a class="skip" href="#main" { (l.t("Skip to the content", "דילוג לתוכן")) }
            div class="frame" {
                (self.side(waiting))
                div class="work" {
                    main id="main" tabindex="-1" {
                        div class="head" {
                            h1 { (self.title) }
                            div class="beside" { (self.beside) }
                        }
                        (self.body)
                    }
                }
            }
            (keyboard::palette(me))
            (keyboard::help(me))
            div id="toasts" role="status" aria-live="polite" { @if let Some(said) = said { (said.toast(me)) } }
        };
        document(l, &format!("{} · {}", self.title, me.tenant.name), true, body)
    }

    fn side(&self, waiting: &Waiting) -> Markup {
        let (me, l) = (self.me, self.me.lang);
        html! {
            header class="side" {
                a class="brand" href="/today" {
                    img src="/assets/mark.svg" alt="" width="36" height="36";
                    span { b { (me.tenant.name) } small { "Ringleader" } }
                }
                nav id="nav" aria-label=(l.t("Main", "ראשי")) data-live="task message conversation" {
                    ul {
                        @for entry in places(me) {
                            li class=(if entry.first { "first" } else { "later" }) { (self.nav_link(entry, waiting)) }
                        }
                        li class="more" {
                            details {
                                summary { (icon("more")) span { (l.t("More", "עוד")) } }
                                ul {
                                    @for entry in places(me).filter(|entry| !entry.first) { li { (self.nav_link(entry, waiting)) } }
                                    li { a href="/account" { (icon("person")) span { (l.t("My account", "החשבון שלי")) } } }
                                    li { (language_switch(me)) }
                                }
                            }
                        }
                    }
                }
                div class="foot" {
                    p class="live" id="live" data-on=(l.t("Live", "מתעדכן")) data-off=(l.t("Reconnecting…", "מתחבר מחדש…")) {
                        span class="dot" {} span class="word" { (l.t("Live", "מתעדכן")) }
                    }
                    (language_switch(me))
                    a class="me" href="/account" aria-current=[(self.place == Place::Account).then_some("page")] {
                        (icon("person")) span { b { bdi { (me.user.name) } } small { (terms::role(l, me.user.role)) } }
                    }
                }
            }
        }
    }

    fn nav_link(&self, entry: &Entry, waiting: &Waiting) -> Markup {
        let l = self.me.lang;
        let count = match entry.place {
            Place::Inbox => waiting.chats,
            Place::Tasks => waiting.tasks,
            _ => 0,
        };
        let told = l.t(" waiting", " ממתינות");
        html! {
            a href=(entry.path) aria-current=[(entry.place == self.place).then_some("page")] data-key=[(!entry.key.is_empty()).then_some(entry.key)] {
                (icon(entry.sign)) span { (l.t(entry.words.0, entry.words.1)) }
                @if count > 0 { b class="count" { (count.min(99)) @if count > 99 { "+" } span class="unseen" { (told) } } }
            }
        }
    }
}

fn language_switch(me: &Me) -> Markup {
    let other = me.lang.other();
    html! {
        form method="post" action="/language" class="language" data-plain {
            (form_key(me))
            (hidden("lang", other.tag()))
            (hidden("back", &Said::without(&me.path)))
            button type="submit" lang=(other.tag()) { (icon("globe")) span { (other.name()) } }
        }
    }
}

/// An HTML document of ours.
pub(crate) fn document(lang: Lang, title: &str, live: bool, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang.tag()) dir=(lang.dir()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) }
                link rel="icon" href="/assets/mark.svg" type="image/svg+xml";
                link rel="stylesheet" href="/assets/app.css";
                script src="/assets/app.js" defer {}
            }
            body data-live-at=[live.then_some("/live")] { (body) }
        }
    }
}

/// A page before anyone is signed in: a card in the middle.
pub(crate) fn door(lang: Lang, title: &str, body: Markup) -> Markup {
    door_to(lang, "", title, body)
}

/// The same on the way to `next`, which the other language does not lose.
pub(crate) fn door_to(lang: Lang, next: &str, title: &str, body: Markup) -> Markup {
    let other = lang.other();
    let next = if next.is_empty() { String::new() } else { format!("&next={}", crate::session::escaped(next)) };
    document(
        lang,
        &format!("{title} · Ringleader"),
        false,
        html! {
            main class="door" id="main" {
                p class="brand" { img src="/assets/mark.svg" alt="" width="44" height="44"; span { b { "Ringleader" } } }
                h1 { (title) }
                (body)
                p class="tongue" { a href={ "?lang=" (other.tag()) (next) } lang=(other.tag()) { (other.name()) } }
            }
        },
    )
}

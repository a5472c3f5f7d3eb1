//! What can be done at each step: the sandbox's way with one press where there is a sandbox, and the usual way.

use super::Guide;
use super::checks::tongue;
use crate::pages::settings::webhook_address;
use crate::pages::shell::{copied, hidden, icon};
use maud::{Markup, html};
use ringleader_core::id::ConnectionId;
use ringleader_core::texts::{Key, as_template, spoken};
use ringleader_providers::all::Capability;
use ringleader_store::repo::Connection;

impl Guide<'_> {
    pub(super) fn board_acts(&self) -> Markup {
        let l = self.me.lang;
        let board = self.facts.board.as_ref().map(|it| &it.connection);
        html! {
            (self.connection_acts(board, Capability::CallEvents, "switchboard", l.t("Use the sandbox's switchboard", "למרכזיית הניסיון")))
            @if let Some(board) = board.filter(|_| !self.facts.proved_by_an_answer()) { (self.address(board)) }
        }
    }

    pub(super) fn writer_acts(&self) -> Markup {
        let words = self.me.lang.t("Use the sandbox's WhatsApp", "ל-WhatsApp של הניסיון");
        self.connection_acts(self.facts.writer.as_ref(), Capability::Whatsapp, "whatsapp", words)
    }

    /// Ways to a connection that works.
    fn connection_acts(&self, it: Option<&Connection>, able: Capability, word: &str, sandbox: &str) -> Markup {
        let l = self.me.lang;
        let works = it.is_some_and(|it| it.health == "good");
        let given = self.sandbox.as_ref().and_then(|accounts| accounts.that_can(able)).filter(|_| !works);
        let by_hand = match (it, given) {
            (Some(it), _) => (format!("/settings/connections/{}", it.id), l.t("Its settings", "להגדרות שלו")),
            (None, Some((kind, _))) => {
                (format!("/settings/connections/new/{kind}?back=/start"), l.t("Connect it by hand", "לחיבור ידני"))
            }
            (None, None) => ("/settings/connections?back=/start".to_owned(), l.t("Connect", "לחיבור")),
        };
        html! {
            @if !works {
                div class="acts" {
                    @if given.is_some() {
                        form method="post" action="/start/sandbox" { (self.key()) (hidden("use", word)) button type="submit" class="button main" { (icon("play")) (sandbox) } }
                    }
                    @if let Some(it) = it { (self.test(it.id)) }
                    a class={ "button" @if given.is_none() && it.is_none() { " main" } } href=(by_hand.0) { (by_hand.1) }
                }
            }
        }
    }

    fn test(&self, id: ConnectionId) -> Markup {
        let words = self.me.lang.t("Test it", "לבדיקה");
        html! { form method="post" action={ "/settings/connections/" (id) "/test" } { (self.key()) (hidden("back", "/start")) button type="submit" class="button" { (words) } } }
    }

    /// Where calls are to be reported, and whether the sandbox's switchboard knows.
    fn address(&self, board: &Connection) -> Markup {
        let l = self.me.lang;
        let Some(address) = webhook_address(self.state, board) else { return html! {} };
        let known = self.sandbox.as_ref().map(|accounts| accounts.reports_to.as_deref() == Some(address.as_str()));
        html! {
            (copied(l, "address", l.t("Enter this address at the switchboard", "להזין את הכתובת הזאת במרכזייה"), &address))
            @match known {
                Some(true) => p class="found good" { (icon("check")) span { (l.t("The sandbox's switchboard has it.", "היא כבר מוזנת במרכזיית הניסיון.")) } },
                Some(false) => form method="post" action="/start/address" { (self.key()) button type="submit" class="button" { (l.t("Enter it at the sandbox's switchboard", "להזנה במרכזיית הניסיון")) } },
                None => {},
            }
        }
    }

    pub(super) fn template_acts(&self) -> Markup {
        let l = self.me.lang;
        let Some(writer) = &self.facts.writer else { return html! {} };
        html! {
            div class="acts" {
                form method="post" action="/start/templates" { (self.key()) button type="submit" class="button main" { (l.t("Read the templates and choose what fits", "לקריאת התבניות ובחירת המתאימה")) } }
                a class="button" href={ "/settings/connections/" (writer.id) } { (l.t("Choose by hand", "לבחירה ידנית")) }
            }
            details id="submit" {
                summary { (l.t("The text to have approved", "הנוסח להגשה לאישור")) }
                (self.submission())
            }
        }
    }

    /// What to enter where templates are submitted.
    fn submission(&self) -> Markup {
        let l = self.me.lang;
        let language = spoken(self.me.tenant.language());
        let words = as_template(Key::FirstMessage, language);
        html! {
            p class="soft" { (l.t("In WhatsApp Manager, Message templates, Create: category Utility, with these.", "ב-WhatsApp Manager, תבניות הודעה, יצירה: קטגוריה Utility, עם אלה.")) }
            (copied(l, "template-name", l.t("Name", "שם"), Key::FirstMessage.as_str()))
            (copied(l, "template-language", l.t("Language", "שפה"), &tongue(language)))
            (copied(l, "template-words", l.t("Body", "גוף ההודעה"), &words))
            p class="soft" { small { bdi dir="ltr" { "{{1}}" } " " (l.t("is the name of the business.", "הוא שם העסק.")) } }
        }
    }

    pub(super) fn line_acts(&self) -> Markup {
        let l = self.me.lang;
        let number = self.sandbox.as_ref().map_or("", |accounts| accounts.line.as_str());
        let taken = self.facts.lines.iter().any(|line| line.number.as_str() == number);
        html! {
            form method="post" action="/settings/lines" class="form" id="add-line" {
                (self.key()) (hidden("uses", "missed_call")) (hidden("back", "/start"))
                @if let Some(writer) = &self.facts.writer { (hidden("connection_id", &writer.id.to_string())) }
                div class="field" {
                    label for="f-number" { (l.t("Number", "מספר")) }
                    input id="f-number" name="number" type="tel" dir="ltr" required value=(if taken { "" } else { number }) aria-describedby="number-help";
                    small id="number-help" { @if number.is_empty() || taken { (l.t("As customers dial it", "כפי שהלקוחות מחייגים")) } @else { (l.t("The number that the sandbox gave you", "המספר שהתקבל במערכת הניסיון")) } }
                }
                div class="acts" { button type="submit" class="button main" { (icon("plus")) (l.t("Add this number", "הוספת המספר")) } }
            }
        }
    }

    pub(super) fn ring_acts(&self) -> Markup {
        let words = self.me.lang.t("Play a caller on the sandbox's phone", "לשיחה מטלפון הניסיון");
        // Where the switchboard is not proved yet, the address stands at its own step.
        let board = self.facts.board.as_ref().filter(|_| self.facts.proved_by_an_answer());
        html! {
            @if let Some(board) = board { (self.address(&board.connection)) }
            @if self.sandbox.is_some() { div class="acts" { (self.phone("button main", words)) } }
        }
    }

    pub(super) fn first_acts(&self) -> Markup {
        let l = self.me.lang;
        html! {
            @if self.sandbox.is_some() {
                p class="soft" { (l.t("Who cannot wait lets two minutes pass there.", "אפשר לדלג שם על שתי הדקות.")) }
                div class="acts" { (self.phone("button main", l.t("See it on the caller's phone", "לטלפון של המתקשר"))) }
            }
            @else { div class="acts" { a class="button" href="/leads" { (l.t("Leads", "ללידים")) } } }
        }
    }

    /// The way to the phone page of this business, beside this one.
    pub(super) fn phone(&self, class: &str, words: &str) -> Markup {
        let l = self.me.lang;
        let Some(accounts) = &self.sandbox else { return html! {} };
        let path = format!("/phone?shop={}&lang={}", accounts.shop, l.tag());
        html! {
            a class=(class) id="to-phone" href=(path) target="_blank" { (icon("phone")) (words) span class="unseen" { (l.t(" (opens beside this page)", " (נפתח לצד הדף הזה)")) } }
        }
    }
}

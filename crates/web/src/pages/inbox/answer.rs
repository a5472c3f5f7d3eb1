//! Answering a chat: words inside the service window, approved templates outside, and the reason where nothing may be written.

use super::talk::Talk;
use crate::pages::look::Look;
use crate::pages::shell::{When, form_key, hidden, icon};
use crate::problem::Result;
use crate::session::Me;
use maud::{Markup, html};
use ringleader_core::conversation::{Channel, Conversation, Driver};
use ringleader_core::user::Role;
use ringleader_store::Read;
use ringleader_store::repo::Template;

/// Templates that may go out over this chat.
pub(super) async fn templates(read: &mut Read, chat: &Conversation) -> Result<Vec<Template>> {
    if chat.channel != Channel::Whatsapp {
        return Ok(vec![]);
    }
    let all = read.templates().of(chat.connection_id).await?;
    Ok(all.into_iter().filter(|template| template.status == "APPROVED").collect())
}

/// `once` names this showing of the form: what is sent with it goes out one time.
pub(super) fn shown(me: &Me, talk: &Talk, templates: &[Template], look: &Look, once: &str) -> Markup {
    let (l, chat) = (me.lang, &talk.chat);
    let open = chat.channel != Channel::Whatsapp || chat.window_open(me.now);
    let locked = |sign: &str, words: &str| html! { div class="callout warn" { (icon(sign)) div { p { (words) } } } };
    if talk.contact.opted_out_at.is_some() {
        return locked(
            "skip",
            l.t(
                "This customer asked not to be written to. They take that back by writing START; if they tell you in person, note it on their page.",
                "התקבלה כאן בקשה לא לקבל הודעות. אפשר לבטל אותה בכתיבת START; אם זה נאמר לך ישירות, אפשר לרשום זאת בכרטיס.",
            ),
        );
    }
    if !me.may(Role::Agent) {
        return locked("key", l.t("You may look, not write.", "יש לך הרשאת צפייה בלבד."));
    }
    html! {
        @if open { (write(me, talk, once)) } @else { (outside(me, talk, templates, look, once)) }
    }
}

/// Free words.
fn write(me: &Me, talk: &Talk, once: &str) -> Markup {
    let (l, when, chat) = (me.lang, When::of(me), &talk.chat);
    let hint = match chat.driver {
        Driver::Bot => l.t(
            "Whoever writes takes over: the bot is silent until it is handed back.",
            "מי שכותב לוקח את השיחה: הבוט שותק עד שמחזירים לו אותה.",
        ),
        _ => l.t("Enter sends, Shift+Enter makes a new line.", "Enter שולח, Shift+Enter יורד שורה."),
    };
    html! {
        form method="post" action={ "/inbox/" (chat.id) "/say" } {
            (form_key(me)) (hidden("once", once)) (hidden("show", &talk.show))
            div class="write" {
                div class="field" {
                    label class="unseen" for="text" { (l.t("Your message", "ההודעה שלך")) }
                    textarea id="text" name="text" dir="auto" rows="2" maxlength="4096" required data-send data-focus placeholder=(l.t("Write a message", "כתיבת הודעה")) {}
                }
                button type="submit" class="button main" { (icon("send")) span { (l.t("Send", "שליחה")) } }
            }
        }
        small {
            (hint)
            @if let Some(until) = chat.window_until.filter(|_| chat.channel == Channel::Whatsapp) { " " (l.t("Free text until ", "טקסט חופשי עד ")) (when.within(until)) "." }
        }
    }
}

/// An approved template with its variables.
fn outside(me: &Me, talk: &Talk, templates: &[Template], look: &Look, once: &str) -> Markup {
    let (l, chat) = (me.lang, &talk.chat);
    let word = |template: &Template| format!("{}|{}", template.name, template.language);
    let own = me.tenant.language();
    let chosen = templates
        .iter()
        .find(|template| word(template) == look.template)
        .or_else(|| templates.iter().find(|template| template.language.starts_with(own)))
        .or(templates.first());
    html! {
        div class="callout" { (icon("clock")) div { p { (l.t("The last message is more than 24 hours old, so WhatsApp lets only an approved template through.", "עברו יותר מ-24 שעות מההודעה האחרונה, ולכן WhatsApp מעביר רק תבנית מאושרת.")) } } }
        @match chosen {
            None => p class="soft" { (l.t("No approved template is known. Settings, Connections reads them from WhatsApp.", "לא ידועה תבנית מאושרת. אפשר לקרוא אותן מ-WhatsApp בהגדרות, חיבורים.")) },
            Some(chosen) => {
                form method="get" action={ "/inbox/" (chat.id) } class="inline" {
                    @if !talk.show.is_empty() { (hidden("show", &talk.show)) }
                    label for="template" { (l.t("Template", "תבנית")) }
                    select id="template" name="template" data-at-once {
                        @for template in templates { option value=(word(template)) selected[template == chosen] { (template.name) " (" (template.language) ")" } }
                    }
                    noscript { button type="submit" class="button small" { (l.t("Choose", "בחירה")) } }
                }
                form method="post" action={ "/inbox/" (chat.id) "/template" } class="form" {
                    (form_key(me)) (hidden("once", once)) (hidden("show", &talk.show)) (hidden("template", &word(chosen)))
                    div class="pairs" {
                        @for nth in 1..=chosen.params.unwrap_or(0).clamp(0, 10) {
                            div class="field" { label for={ "param-" (nth) } { (l.n(nth, "Variable {n}", "משתנה {n}")) } input id={ "param-" (nth) } name="param" dir="auto" required; }
                        }
                    }
                    div class="acts" { button type="submit" class="button main" { (icon("send")) span { (l.t("Send the template", "שליחת התבנית")) } } }
                }
            }
        }
    }
}

//! One chat: who it is with, who leads it, and what was said.

use super::leads;
use crate::pages::look::Look;
use crate::pages::shell::{When, form_key, hidden, icon, more_link, number, number_text, pill, terms, trouble};
use crate::problem::{Problem, Result};
use crate::session::{Lang, Me};
use maud::{Markup, html};
use ringleader_core::contact::Contact;
use ringleader_core::conversation::{Conversation, Driver};
use ringleader_core::id::ConversationId;
use ringleader_core::message::{Content, Message};
use ringleader_core::user::Role;
use ringleader_store::Read;
use ringleader_store::db::id_text;
use ringleader_store::repo::Filter;
use std::collections::HashMap;

/// A chat with all that the page shows of it.
pub(super) struct Talk {
    pub(super) chat: Conversation,
    pub(super) contact: Contact,
    /// Oldest first.
    pub(super) messages: Vec<Message>,
    /// Where the older ones begin.
    pub(super) older: Option<String>,
    pub(super) names: HashMap<String, String>,
    /// The view of the list beside it.
    pub(super) show: String,
}

pub(super) async fn gather(read: &mut Read, id: ConversationId, look: &Look) -> Result<Talk> {
    let chat = read.conversations().get(id).await?.ok_or_else(Problem::not_found)?;
    let contact = read.contacts().get(chat.contact_id).await?.ok_or_else(Problem::not_found)?;
    let of = Filter::default().and("conversation_id =", Some(id_text(id)));
    let mut found = read.messages().list(of, &look.page(100)).await?;
    found.rows.reverse();
    let names = read.users().names().await?;
    Ok(Talk { chat, contact, messages: found.rows, older: found.next, names, show: look.show.clone() })
}

impl Talk {
    /// With whom, in words.
    pub(super) fn title(&self, l: Lang) -> String {
        let name = self.contact.name.as_ref().or(self.contact.profile_name.as_ref());
        let phone = self.chat.peer.as_ref().or(self.contact.phone.as_ref()).map(|phone| number_text(phone.as_str()));
        name.cloned().or(phone).unwrap_or_else(|| l.t("Someone", "פנייה").to_owned())
    }
}

pub(super) fn head(me: &Me, talk: &Talk) -> Markup {
    let (l, chat) = (me.lang, &talk.chat);
    let named = talk.contact.name.is_some() || talk.contact.profile_name.is_some();
    let phone = chat.peer.as_ref().or(talk.contact.phone.as_ref()).filter(|_| named); // else it is the title
    let person = match chat.lead_id {
        Some(lead) => format!("/leads/{lead}"),
        None => format!("/contacts/{}", chat.contact_id),
    };
    html! {
        header id="talk-head" data-live="conversation contact" {
            div class="who" {
                h2 { a href=(person) { bdi { (talk.title(l)) } } }
                small { (icon(chat.channel.as_str())) " " (terms::channel(l, chat.channel)) @if let Some(phone) = phone { " · " (number(phone.as_str())) } }
            }
            span id="driver" { (pill(if chat.driver == Driver::Bot { "info" } else { "good" }, &leads(l, chat.driver, me, &talk.names))) }
            @if me.may(Role::Agent) && chat.lead_id.is_some() { (handover(me, talk)) }
        }
    }
}

fn handover(me: &Me, talk: &Talk) -> Markup {
    let (l, chat) = (me.lang, &talk.chat);
    let (what, sign, words) = match chat.driver {
        Driver::User(id) if id == me.user.id => ("handback", "bot", l.t("Hand back to the bot", "להחזיר לבוט")),
        Driver::Handset => ("handback", "bot", l.t("Hand back to the bot", "להחזיר לבוט")),
        _ => ("takeover", "hand", l.t("Take over", "לקחת את השיחה")),
    };
    html! {
        form method="post" action={ "/inbox/" (chat.id) "/" (what) } { (form_key(me)) (hidden("show", &talk.show)) button type="submit" class="button" id=(what) { (icon(sign)) span { (words) } } }
    }
}

pub(super) fn shown(me: &Me, talk: &Talk) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let mut day = String::new();
    html! {
        div class="chat" id="chat" data-live="message" tabindex="0" role="log" aria-label=(l.t("Messages", "הודעות")) {
            (more_link(l, &super::kept(&format!("/inbox/{}", talk.chat.id), &talk.show), talk.older.as_deref()))
            @if talk.messages.is_empty() { p class="day" { (l.t("Nothing was written yet", "עוד לא נכתב דבר")) } }
            @for message in &talk.messages {
                @let of_day = when.day(message.at);
                @if std::mem::replace(&mut day, of_day.clone()) != of_day { p class="day" { (of_day) } }
                (bubble(me, &when, message))
            }
        }
    }
}

fn bubble(me: &Me, when: &When, message: &Message) -> Markup {
    let l = me.lang;
    let (sign, status) = terms::message(l, message.status);
    let broken = message.status.is_broken();
    let who = match message.purpose.as_deref() {
        _ if message.inbound => None,
        Some("person") => Some(l.t("Your team", "הצוות")),
        Some("handset") => Some(l.t("From the handset", "מהטלפון")),
        _ => Some(l.t("Bot", "בוט")),
    };
    html! {
        div class={ "bubble" @if !message.inbound { " ours" } @if broken { " broken" } } {
            p dir="auto" { (words(l, &message.content)) }
            @if !message.content.choices().is_empty() {
                div class="choices" { @for title in message.content.choices() { span dir="auto" { (title) } } }
            }
            div class="about" {
                time datetime=(message.at) { (when.time(message.at)) }
                @if let Some(who) = who { span { (who) } }
                @if matches!(message.content, Content::Template { .. }) { span { (l.t("Template", "תבנית")) } }
                @if !message.inbound { span { (icon(sign)) " " (status) } }
            }
            @if let Some(error) = message.error.as_ref().filter(|_| broken) { small { (trouble::failure(l, error)) } }
        }
    }
}

/// What a message says, in one line where it has no words of its own.
pub(in crate::pages) fn words(l: Lang, content: &Content) -> String {
    if let Some(words) = content.words().filter(|words| !words.is_empty()) {
        return words.to_owned();
    }
    match content {
        Content::Media { voice: true, .. } => l.t("Voice message", "הודעה קולית").to_owned(),
        Content::Media { media, file_name, .. } => {
            let kind = match media.as_str() {
                "image" => l.t("Picture", "תמונה"),
                "video" => l.t("Video", "סרטון"),
                "audio" => l.t("Sound", "הקלטה"),
                "sticker" => l.t("Sticker", "מדבקה"),
                _ => l.t("Document", "מסמך"),
            };
            file_name.as_ref().map_or_else(|| kind.to_owned(), |name| format!("{kind}: \u{2068}{name}\u{2069}"))
        }
        Content::Picture { link, .. } => format!("{}: \u{2068}{link}\u{2069}", l.t("Picture", "תמונה")),
        Content::Location { name, address, .. } => {
            let place = name.as_ref().or(address.as_ref());
            let word = l.t("Location", "מיקום");
            place.map_or_else(|| word.to_owned(), |place| format!("{word}: \u{2068}{place}\u{2069}"))
        }
        Content::Contacts { .. } => l.t("Contact card", "כרטיס איש קשר").to_owned(),
        Content::Reaction { emoji: Some(emoji), .. } => emoji.clone(),
        Content::Reaction { .. } => l.t("Took a reaction back", "ביטלו תגובה").to_owned(),
        Content::Edit { body, .. } => {
            format!("{}: {}", l.t("Changed", "נערכה"), body.as_deref().unwrap_or_default())
        }
        Content::Revoke { .. } => l.t("A message was deleted", "הודעה נמחקה").to_owned(),
        _ => l.t("Something that cannot be shown", "תוכן שלא ניתן להציג").to_owned(),
    }
}

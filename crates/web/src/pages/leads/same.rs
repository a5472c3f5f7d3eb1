//! Two contacts that are one person: joined from the page of one of them, and taken apart again (P9).

use super::super::look::{self, Look};
use crate::pages::sent::Sent;
use crate::pages::shell::{Said, form_key, hidden, icon, number, person as who};
use crate::problem::Result;
use crate::session::Me;
use crate::state::AppState;
use axum::extract::State;
use axum::response::Redirect;
use maud::{Markup, html};
use ringleader_core::contact::Contact;
use ringleader_core::id::ContactId;
use ringleader_core::user::Role;
use ringleader_jobs::actions;
use ringleader_store::Read;
use ringleader_store::db::id_text;
use ringleader_store::repo::{Filter, Page};

/// Who else a contact is, and who else it may be.
pub(super) struct Same {
    /// Contacts that went into this one.
    joined: Vec<Contact>,
    /// The contact that this one went into.
    into: Option<Contact>,
    /// Who was found to be joined.
    found: Vec<Contact>,
}

impl Same {
    pub(super) async fn read(read: &mut Read, me: &Me, contact: ContactId, asked: &Look) -> Result<Self> {
        let (mut joined, mut into) = (Vec::new(), None);
        for merge in read.merges().of_contact(contact).await?.into_iter().filter(|merge| merge.undone_at.is_none()) {
            if merge.into == contact {
                joined.extend(read.contacts().get(merge.from).await?);
            } else {
                into = read.contacts().get(merge.into).await?;
            }
        }
        let found = if asked.q.trim().is_empty() || !me.may(Role::Agent) {
            Vec::new()
        } else {
            let number = asked.number(&me.tenant.country);
            let words = Some(asked.q.as_str()).filter(|_| number.is_none());
            let filter = Filter::default()
                .and("id <>", Some(id_text(contact)))
                .and_is("merged_into IS NULL")
                .and_expr(
                    "id IN (SELECT contact_id FROM identities WHERE tenant_id = $1 AND kind = 'phone' AND value = {})",
                    number,
                )
                .and_words(&["name", "profile_name", "phone"], words);
            read.contacts().list(filter, &Page { limit: 8, before: None }).await?.rows
        };
        Ok(Self { joined, into, found })
    }
}

fn named(me: &Me, contact: &Contact) -> Markup {
    let phone = contact.phone.as_ref().map(|phone| phone.as_str());
    let name = contact.name.as_deref().or(contact.profile_name.as_deref());
    html! {
        span class="what" {
            a href={ "/contacts/" (contact.id) } { (who(me.lang, name, phone)) }
            @if let (Some(_), Some(phone)) = (name, phone) { small { (number(phone)) } }
        }
    }
}

/// `page` is the address of the page that it stands on.
pub(super) fn shown(me: &Me, contact: &Contact, same: &Same, words: &str, page: &str) -> Markup {
    let l = me.lang;
    let may = me.may(Role::Agent);
    let apart = |of: ContactId| {
        html! {
            form method="post" action={ "/contacts/" (of) "/unmerge" } {
                (form_key(me)) (hidden("back", page))
                button type="submit" class="button small" data-sure=(l.t("They become two people again, each with what is theirs. Go on?", "הם יהיו שוב שני אנשים, לכל אחד מה ששלו. להמשיך?")) { (icon("undo")) span { (l.t("Take apart", "הפרדה")) } }
            }
        }
    };
    html! {
        @if let Some(into) = &same.into {
            section class="card" id="same" {
                h2 { (l.t("The same person as", "אותו אדם כמו")) }
                ul class="rows" { li { (named(me, into)) @if may { (apart(contact.id)) } } }
            }
        } @else if may || !same.joined.is_empty() {
            section class="card" id="same" {
                h2 { (l.t("The same person", "אותו אדם")) }
                @if !same.joined.is_empty() {
                    ul class="rows" { @for other in &same.joined { li { (named(me, other)) @if may { (apart(other.id)) } } } }
                }
                @if may { (joining(me, contact, same, words, page)) }
            }
        }
    }
}

/// A search for who they may be, and what was found.
fn joining(me: &Me, contact: &Contact, same: &Same, words: &str, page: &str) -> Markup {
    let l = me.lang;
    html! {
        details id="joining" open[!words.is_empty()] {
            summary { small { (icon("link")) " " (l.t("Is it someone you know already?", "זה מישהו שכבר מוכר?")) } }
            form class="filters" method="get" action={ (page) "#same" } role="search" {
                div class="field" { label for="q" { (l.t("Name or number", "שם או מספר")) } input id="q" type="search" name="q" value=(words) dir="auto"; }
                button type="submit" class="button" { (icon("search")) span { (l.t("Find", "חיפוש")) } }
            }
            @if !words.is_empty() && same.found.is_empty() { p class="soft" { (l.t("Nobody found.", "לא נמצא איש.")) } }
            ul class="rows" {
                @for other in &same.found {
                    li {
                        (named(me, other))
                        form method="post" action={ "/contacts/" (contact.id) "/merge" } {
                            (form_key(me)) (hidden("back", page)) (hidden("contact", &other.id.to_string()))
                            button type="submit" class="button small" data-sure=(l.t("Calls, chats and enquiries of both come together here. Go on?", "שיחות, התכתבויות ופניות של שניהם יופיעו כאן יחד. להמשיך?")) { (l.t("Same person", "אותו אדם")) }
                        }
                    }
                }
            }
        }
    }
}

pub(super) async fn merge(State(state): State<AppState>, sent: Sent<ContactId>) -> Result<Redirect> {
    let other: ContactId = look::id(sent.fields.trimmed("contact"))?;
    actions::merge_contacts(&state.cx, sent.me.tenant.id, sent.id, other, &sent.me.actor()).await?;
    Ok(Said::then("joined", &sent.back(&format!("/contacts/{}", sent.id))))
}

/// Takes this contact out of the one that it went into.
pub(super) async fn unmerge(State(state): State<AppState>, sent: Sent<ContactId>) -> Result<Redirect> {
    actions::unmerge(&state.cx, sent.me.tenant.id, sent.id, &sent.me.actor()).await?;
    Ok(Said::then("parted", &sent.back(&format!("/contacts/{}", sent.id))))
}

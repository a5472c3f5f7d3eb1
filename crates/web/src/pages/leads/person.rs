//! A person's page: what is known and who said it, what is to be done, and everything that happened, newest first. It tells of
//! the open enquiry, else of the last one; the others are a step away.

use super::{Sorting, bulk, erasing, initial, marks, same, timeline};
use crate::pages::look::{self, Look};
use crate::pages::shell::{
    Page, Place, Said, When, dial, field, form_key, hidden, icon, number, number_text, person as who, pill, select,
    terms,
};
use crate::pages::tasks;
use crate::pages::today::{preference, standing};
use crate::problem::{Problem, Result};
use crate::session::{Me, Viewer};
use crate::state::AppState;
use axum::extract::{Path, Query, State};
use jiff::Timestamp;
use maud::{Markup, html};
use ringleader_core::analysis::record::Analysis;
use ringleader_core::contact::{Contact, ContactKind};
use ringleader_core::conversation::{Conversation, Driver};
use ringleader_core::facts::spoken;
use ringleader_core::id::{ContactId, LeadId};
use ringleader_core::lead::{CHAT_FACTS, Fact, Lead, LeadScore};
use ringleader_core::reception::score::Score;
use ringleader_core::task::{Task, TaskState};
use ringleader_core::user::Role;
use ringleader_jobs::scores::score_of;
use ringleader_store::Read;
use ringleader_store::db::id_text;
use ringleader_store::repo::{Filter, Page as ListPage, PastFact};
use std::collections::HashMap;

/// Everything that the page shows besides the timeline.
struct Known {
    contact: Contact,
    lead: Option<Lead>,
    facts: Vec<Fact>,
    past: Vec<PastFact>,
    chats: Vec<Conversation>,
    tasks: Vec<Task>,
    names: HashMap<String, String>,
    sorting: Sorting,
    /// Their other enquiries, newest first.
    others: Vec<Lead>,
    /// Who else they are, as far as people joined them.
    same: same::Same,
    /// What all calls say together.
    analysis: Option<Analysis>,
    /// How good a lead of the receptionist's they are, as of now.
    score: Option<Score>,
}

pub(super) async fn of_lead(
    State(state): State<AppState>,
    Viewer(me): Viewer,
    Path(id): Path<String>,
    Query(asked): Query<Look>,
) -> Result<Markup> {
    let id: LeadId = look::id(&id)?;
    let mut read = state.store.read(me.tenant.id).await?;
    let lead = read.leads().get(id).await?.ok_or_else(Problem::not_found)?;
    let now = state.store.clock().now();
    let known = gather(&mut read, &me, lead.contact_id, Some(lead), &asked, now).await?;
    show(&state, &me, read, known, &asked).await
}

pub(super) async fn of_contact(
    State(state): State<AppState>,
    Viewer(me): Viewer,
    Path(id): Path<String>,
    Query(asked): Query<Look>,
) -> Result<Markup> {
    let id: ContactId = look::id(&id)?;
    let mut read = state.store.read(me.tenant.id).await?;
    let now = state.store.clock().now();
    let known = gather(&mut read, &me, id, None, &asked, now).await?;
    show(&state, &me, read, known, &asked).await
}

/// What there is to know of a person; without a lead, of the open one, else of the last.
async fn gather(
    read: &mut Read,
    me: &Me,
    contact: ContactId,
    lead: Option<Lead>,
    asked: &Look,
    now: Timestamp,
) -> Result<Known> {
    let of = Filter::default().and("contact_id =", Some(id_text(contact))).and_is("merged_into IS NULL");
    let all = read.leads().list(of, &ListPage { limit: 20, before: None }).await?.rows;
    let mut others: Vec<Lead> = all.into_iter().map(|view| view.lead).collect();
    let open = others.iter().find(|lead| lead.closed_at.is_none());
    let lead = lead.or_else(|| open.or(others.first()).cloned());
    others.retain(|other| lead.as_ref().is_none_or(|lead| lead.id != other.id));
    let (mut facts, mut past) = (Vec::new(), Vec::new());
    let mut sorting = Sorting::read(read).await?;
    if let Some(lead) = &lead {
        facts = read.leads().facts(lead.id).await?;
        past = read.leads().history(lead.id).await?;
        sorting.of = read.leads().labels_of(&[lead.id]).await?;
    }
    let ours = lead.as_ref().and_then(|lead| lead.score.as_ref()).is_some_and(LeadScore::is_reception);
    let score = if ours { score_of(read, contact, now).await? } else { None };
    let open = Filter::default().and("contact_id =", Some(id_text(contact))).and("state =", Some(TaskState::Open));
    Ok(Known {
        contact: read.contacts().get(contact).await?.ok_or_else(Problem::not_found)?,
        same: same::Same::read(read, me, contact, asked).await?,
        chats: read.conversations().of_contact(contact).await?,
        tasks: read.tasks().list(open, &ListPage { limit: 20, before: None }).await?.rows,
        names: read.users().names().await?,
        analysis: read.analyses().of_contact(contact).await?,
        score,
        others,
        sorting,
        lead,
        facts,
        past,
    })
}

async fn show(state: &AppState, me: &Me, mut read: Read, known: Known, asked: &Look) -> Result<Markup> {
    let l = me.lang;
    let (entries, next) = timeline::entries(&mut read, known.contact.id, &known.chats, &asked.page(40)).await?;
    drop(read);
    let phone = known.contact.phone.as_ref().map(|phone| phone.as_str());
    let name = known.lead.as_ref().and_then(|lead| lead.name.clone()).or_else(|| known.contact.name.clone());
    let title = name
        .clone()
        .or(phone.map(number_text))
        .unwrap_or_else(|| l.t("Someone without a number", "פנייה בלי מספר").to_owned());
    let here = Said::without(&me.path);
    let page = here.split('?').next().unwrap_or_default().to_owned();
    let body = html! {
        div class="two" {
            div {
                @if !known.tasks.is_empty() {
                    section class="card" id="tasks" data-live="task" { h2 { (l.t("To do", "לטיפול")) } ul class="rows" { @for task in &known.tasks { (tasks::row(me, task)) } } }
                }
                section class="card" id="timeline" data-live="call message decision lead episode analysis appointment ticket conversation" {
                    h2 { (l.t("Everything that happened", "כל מה שקרה")) }
                    (timeline::shown(me, &entries, &known.names))
                    (crate::pages::shell::more_link(l, &page, next.as_deref()))
                }
            }
            div {
                section class="card" id="person" data-live="lead contact conversation task analysis" {
                    (head(me, &known, name.as_deref()))
                    @if let Some(lead) = &known.lead { (facts(me, lead, &known)) }
                    (chats(me, &known.chats))
                    (earlier_leads(me, &known.others))
                }
                @if let Some(score) = &known.score {
                    section class="card" id="score" data-live="lead appointment call" { (crate::pages::afterwards::scored(me, score)) }
                }
                @if let Some(analysis) = &known.analysis {
                    section class="card" id="analysis" data-live="analysis" { h2 { (l.t("From all calls", "מכל השיחות")) } (crate::pages::analysis::shown(me, analysis)) }
                }
                @if let Some(lead) = &known.lead { (handling(me, lead, &known)) }
                (about(me, &known, &here))
                (same::shown(me, &known.contact, &known.same, &asked.q, &page))
                (erasing::shown(me, &known.contact))
            }
        }
    };
    let beside = html! {
        @if let Some(phone) = phone { (dial(l, phone)) }
        @if let Some(lead) = known.lead.as_ref().filter(|_| me.may(Role::Agent)) {
            form method="post" action={ "/leads/" (lead.id) "/spoke" } { (form_key(me)) (hidden("back", &page)) button type="submit" class="button" { (icon("check")) span { (l.t("We spoke", "דיברנו")) } } }
        }
    };
    Page::new(me, Place::Leads, &title, body).beside(beside).show(state).await
}

fn head(me: &Me, known: &Known, name: Option<&str>) -> Markup {
    let l = me.lang;
    let phone = known.contact.phone.as_ref().map(|phone| phone.as_str());
    html! {
        header {
            span class="face" aria-hidden="true" { (initial(name)) }
            div class="what" {
                h2 { (who(l, name, phone)) }
                @if let Some(phone) = phone.filter(|_| name.is_some()) { (number(phone)) }
            }
            @if let Some(lead) = &known.lead { (standing(l, lead.status)) }
        }
        @if known.contact.erased { div class="callout" { (icon("skip")) div { p { (l.t("Everything that told of this person was erased.", "כל מה שסיפר על האדם הזה נמחק.")) } } } }
        @if known.contact.opted_out_at.is_some() { div class="callout warn" { (icon("skip")) div { p { (l.t("Asked not to be written to, on any channel.", "ביקשו לא לקבל הודעות, בשום ערוץ.")) } } } }
        @if let Some(profile) = known.contact.profile_name.as_deref().filter(|profile| Some(*profile) != name) { p class="soft" { small { (l.t("Shown on WhatsApp as ", "השם ב-WhatsApp: ")) bdi { (profile) } } } }
    }
}

/// What is known, who said it, and a way to correct it.
fn facts(me: &Me, lead: &Lead, known: &Known) -> Markup {
    let l = me.lang;
    let others = known.facts.iter().map(|fact| fact.name.as_str()).filter(|name| !CHAT_FACTS.contains(name));
    let all: Vec<&str> = CHAT_FACTS.into_iter().chain(others).collect();
    html! {
        dl class="facts" {
            @for name in all {
                @let fact = known.facts.iter().find(|fact| fact.name == name);
                div {
                    dt { (terms::fact(l, name)) }
                    dd {
                        @match fact {
                            Some(fact) => { (value(me, fact)) (said_by(me, fact, known)) }
                            None => span class="unknown" { (l.t("Not known yet", "עוד לא ידוע")) },
                        }
                        (earlier(me, name, known))
                        @if me.may(Role::Agent) { (correct(me, lead, name, fact)) }
                    }
                }
            }
        }
    }
}

pub(super) fn value(me: &Me, fact: &Fact) -> Markup {
    match fact.name.as_str() {
        "preference" => preference(me.lang, &When::of(me), &fact.value),
        name => html! {
            @match terms::fact_word(me.lang, name, &fact.value) {
                Some(words) => (words),
                None => bdi { (spoken(&fact.value).unwrap_or_else(|| fact.value.to_string())) },
            }
        },
    }
}

fn said_by(me: &Me, fact: &Fact, known: &Known) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let user = fact.origin.as_deref().and_then(|origin| name_of(origin, &known.names));
    html! {
        small {
            (terms::source(l, fact.source))
            @if let Some(user) = user { ", " bdi { (user) } }
            " · " (when.ago(fact.at))
            @if fact.provisional { " · " (l.t("to be read again", "ייקרא שוב")) }
        }
    }
}

/// The name of a user by the id that a trail has.
pub(in crate::pages) fn name_of<'a>(id: &str, names: &'a HashMap<String, String>) -> Option<&'a str> {
    names.get(id).map(String::as_str)
}

fn earlier(me: &Me, name: &str, known: &Known) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let past: Vec<_> = known.past.iter().filter(|past| past.fact.name == name).take(5).collect();
    html! {
        @if !past.is_empty() {
            details id={ "past-" (name) } {
                summary { small { (l.n(past.len() as i64, "{n} earlier", "{n} קודמים")) } }
                ul { @for past in past { li { small { bdi { (spoken(&past.fact.value).unwrap_or_default()) } " · " (terms::source(l, past.fact.source)) " · " (when.at(past.fact.at)) } } } }
            }
        }
    }
}

fn correct(me: &Me, lead: &Lead, name: &str, fact: Option<&Fact>) -> Markup {
    let l = me.lang;
    let now = fact.and_then(|fact| spoken(&fact.value)).unwrap_or_default();
    let label = format!("{}: {}", l.t("Correct", "תיקון"), terms::fact(l, name));
    html! {
        details id={ "correct-" (name) } {
            summary aria-label=(label) { small { (icon("pencil")) " " (if fact.is_some() { l.t("Correct", "תיקון") } else { l.t("Fill in", "להשלים") }) } }
            form method="post" action={ "/leads/" (lead.id) "/fact" } class="form" {
                (form_key(me)) (hidden("name", name))
                input name="value" id={ "value-" (name) } value=(now) aria-label=(terms::fact(l, name)) dir="auto" maxlength="500" required;
                div class="acts" { button type="submit" class="button small main" { (l.t("Save", "שמירה")) } }
            }
        }
    }
}

fn chats(me: &Me, chats: &[Conversation]) -> Markup {
    let l = me.lang;
    html! {
        @for chat in chats {
            a class="button" href={ "/inbox/" (chat.id) } {
                (icon(chat.channel.as_str())) (terms::channel(l, chat.channel)) " · "
                @match chat.driver { Driver::Bot => (terms::chat_state(l, chat.state)), _ => (l.t("a person leads", "אדם מוביל")) }
            }
        }
    }
}

/// What they came with before, or since.
fn earlier_leads(me: &Me, others: &[Lead]) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    html! {
        @if !others.is_empty() {
            h3 { (l.t("Other enquiries", "פניות נוספות")) }
            ul class="rows" {
                @for lead in others {
                    li {
                        span class="what" {
                            a href={ "/leads/" (lead.id) } { (when.at(lead.opened_at)) }
                            @if let Some(need) = &lead.need { span class="line" dir="auto" { (need) } }
                        }
                        span class="end" { (standing(l, lead.status)) }
                    }
                }
            }
        }
    }
}

/// Who looks after the lead, where it stands, its labels.
fn handling(me: &Me, lead: &Lead, known: &Known) -> Markup {
    let labels: Vec<String> = known.sorting.labels_of(lead.id).map(str::to_owned).collect();
    html! {
        @if me.may(Role::Agent) { (bulk::of_one(me, lead, &labels, &known.sorting)) }
        @else if lead.assigned_to.is_some() || !labels.is_empty() { section class="card" { p { (marks(lead, &known.sorting)) } } }
    }
}

/// What the person is to the business, and whether they want messages.
fn about(me: &Me, known: &Known, here: &str) -> Markup {
    let (l, contact) = (me.lang, &known.contact);
    let kinds: Vec<_> = ContactKind::ALL.iter().map(|kind| (kind.as_str(), terms::contact(l, *kind))).collect();
    html! {
        section class="card" {
            @if me.may(Role::Agent) {
                form method="post" action={ "/contacts/" (contact.id) } class="form" {
                    (form_key(me)) (hidden("back", here))
                    @if known.lead.is_none() { (field(l.t("Name", "שם"), "name", "text", contact.name.as_deref().unwrap_or_default())) }
                    (select(l.t("What they are to us", "הקשר לעסק"), "kind", contact.kind.as_str(), &kinds))
                    div class="acts" { button type="submit" class="button" { (l.t("Save", "שמירה")) } }
                }
                form method="post" action={ "/contacts/" (contact.id) } {
                    (form_key(me)) (hidden("back", here))
                    @if contact.opted_out_at.is_some() {
                        (hidden("messages", "yes"))
                        button type="submit" class="button small" data-sure=(l.t("Did they tell you themselves that they want messages again?", "נאמר לך ישירות שהם רוצים שוב לקבל הודעות?")) { (l.t("They want messages again", "רוצים שוב הודעות")) }
                    } @else {
                        (hidden("messages", "no"))
                        button type="submit" class="button small" data-sure=(l.t("Nothing will be written to them any more, on any channel. Go on?", "לא תישלח אליהם יותר שום הודעה, בשום ערוץ. להמשיך?")) { (l.t("They want no messages", "לא רוצים הודעות")) }
                    }
                }
            } @else { p { (pill("quiet", terms::contact(l, contact.kind))) } }
        }
    }
}

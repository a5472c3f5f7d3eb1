//! The inbox: chats with customers, taken over and handed back, answered inside the service window and by template outside
//! (P9, A8). Where nothing may be written, the page says why.

mod answer;
mod talk;

pub(super) use talk::words;

use super::look::{self, Look};
use super::shell::{Page, Place, Said, When, empty, icon, more_link, person, tabs, terms};
use crate::problem::{Problem, Result};
use crate::session::{Agent, Fields, Form, Lang, Me, Viewer};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use maud::{Markup, html};
use ringleader_core::conversation::Driver;
use ringleader_core::id::{ConversationId, MessageId};
use ringleader_core::settings::TemplateRef;
use ringleader_jobs::actions::{self, SendBody};
use ringleader_store::repo::{ChatRow, Chats, Listing};
use std::collections::HashMap;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/inbox", get(list))
        .route("/inbox/{id}", get(show))
        .route("/inbox/{id}/say", post(say))
        .route("/inbox/{id}/template", post(template))
        .route("/inbox/{id}/takeover", post(take_over))
        .route("/inbox/{id}/handback", post(hand_back))
}

/// Longest message of a person.
const LONGEST: usize = 4096;

fn which(look: &Look) -> Chats {
    match look.show.as_str() {
        "waiting" => Chats::Waiting,
        "led" => Chats::Led,
        _ => Chats::All,
    }
}

async fn list(State(state): State<AppState>, Viewer(me): Viewer, Query(look): Query<Look>) -> Result<Markup> {
    let l = me.lang;
    let found = state.store.read(me.tenant.id).await?.desk().chats(which(&look), &look.page(40)).await?;
    let body = html! {
        div class="inbox" {
            (column(&me, &look, &found, None))
            section class="card talk" {
                (empty("inbox", l.t("Choose a conversation", "בחרו שיחה"), l.t("It opens here, with everything that was said.", "היא תיפתח כאן, עם כל מה שנאמר.")))
            }
        }
    };
    Page::new(&me, Place::Inbox, l.t("Inbox", "שיחות כתובות"), body).show(&state).await
}

/// The chats beside the one that is open.
fn column(me: &Me, look: &Look, found: &Listing<ChatRow>, open: Option<ConversationId>) -> Markup {
    let l = me.lang;
    let tab = |show: &str, words| {
        let path = if show.is_empty() { "/inbox".to_owned() } else { format!("/inbox?show={show}") };
        (path, words, look.show == show)
    };
    let views =
        [tab("", l.t("All", "הכול")), tab("waiting", l.t("Waiting", "מחכות")), tab("led", l.t("Ours", "אצלנו"))];
    html! {
        section class="card list" aria-label=(l.t("Conversations", "שיחות")) {
            (tabs(l.t("Which conversations", "אילו שיחות"), &views))
            div id="chats" data-live="message conversation contact" {
                @if found.rows.is_empty() {
                    (empty("inbox", l.t("No conversations here", "אין כאן שיחות"), l.t("After a missed call the bot writes, and the conversation shows here.", "אחרי שיחה שלא נענתה הבוט כותב, והשיחה תופיע כאן.")))
                } @else { ul class="rows" { @for chat in &found.rows { (row(me, look, chat, open == Some(chat.id))) } } }
            }
            (more_link(l, &look.path("/inbox"), found.next.as_deref()))
        }
    }
}

fn row(me: &Me, look: &Look, chat: &ChatRow, here: bool) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let said = match &chat.last {
        Some((content, ..)) => words(l, content),
        None => terms::chat_state(l, chat.state).to_owned(),
    };
    let waits = chat.unanswered && chat.driver != Driver::Bot;
    html! {
        li class={ @if here { "here " } @if waits { "unanswered" } } {
            span class={ "face" @if waits { " info" } } aria-hidden="true" { (icon(if chat.driver == Driver::Bot { "bot" } else { "person" })) }
            span class="what" {
                a href=(kept(&format!("/inbox/{}", chat.id), &look.show)) aria-current=[here.then_some("page")] { (person(l, chat.name.as_deref(), chat.phone.as_deref())) }
                span class="line" { @if let Some((_, false, _)) = &chat.last { (l.t("We: ", "אנחנו: ")) } bdi { (said) } }
            }
            span class="end" { (when.ago(chat.active_at)) (icon(chat.channel.as_str())) }
        }
    }
}

/// This address, in the view that the list beside it has.
fn kept(path: &str, show: &str) -> String {
    match show {
        "waiting" | "led" => format!("{path}?show={show}"),
        _ => path.to_owned(),
    }
}

/// Back to the conversation, the list beside it as it was.
fn after(said: &str, id: ConversationId, fields: &Fields) -> Redirect {
    Said::then(said, &kept(&format!("/inbox/{id}"), fields.trimmed("show")))
}

async fn show(
    State(state): State<AppState>,
    Viewer(me): Viewer,
    Path(id): Path<String>,
    Query(look): Query<Look>,
) -> Result<Markup> {
    let id: ConversationId = look::id(&id)?;
    let mut read = state.store.read(me.tenant.id).await?;
    let talk = talk::gather(&mut read, id, &look).await?;
    let list = Look { cursor: String::new(), ..look.clone() };
    let found = read.desk().chats(which(&list), &list.page(40)).await?;
    let sendable = answer::templates(&mut read, &talk.chat).await?;
    drop(read);
    let once = state.store.ids().new_id::<MessageId>().to_string();
    let body = html! {
        div class="inbox open" {
            (column(&me, &list, &found, Some(id)))
            section class="card talk" aria-label=(me.lang.t("Conversation", "שיחה")) {
                (talk::head(&me, &talk))
                (talk::shown(&me, &talk))
                div class="answer" id="answer" data-live="conversation contact" { (answer::shown(&me, &talk, &sendable, &look, &once)) }
            }
        }
    };
    let l = me.lang;
    let title = format!("{}: {}", l.t("Inbox", "שיחות כתובות"), talk.title(l));
    Page::new(&me, Place::Inbox, &title, body).show(&state).await
}

async fn say(
    State(state): State<AppState>,
    Agent(me): Agent,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Redirect> {
    let id: ConversationId = look::id(&id)?;
    let text = fields.given("text").ok_or_else(|| Problem::field("text", "is empty"))?;
    if text.chars().count() > LONGEST {
        return Err(Problem::field("text", format!("is longer than {LONGEST} characters")));
    }
    send(&state, &me, id, SendBody::Text(text.replace("\r\n", "\n")), &fields).await
}

async fn template(
    State(state): State<AppState>,
    Agent(me): Agent,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Redirect> {
    let id: ConversationId = look::id(&id)?;
    let (name, language) =
        fields.trimmed("template").split_once('|').ok_or_else(|| Problem::field("template", "is required"))?;
    let params: Vec<String> = fields.all("param").map(|text| text.trim().to_owned()).collect();
    if params.iter().any(String::is_empty) {
        return Err(Problem::field("param", "is empty"));
    }
    let template = TemplateRef { name: name.to_owned(), language: language.to_owned() };
    send(&state, &me, id, SendBody::Template(template, params), &fields).await
}

/// Says it, once for each time that the form was shown.
async fn send(state: &AppState, me: &Me, id: ConversationId, body: SendBody, fields: &Fields) -> Result<Redirect> {
    let once = fields.given("once").filter(|once| once.len() <= 64);
    let once = once.ok_or_else(|| Problem::field("once", "is missing; load the page again"))?;
    actions::say(&state.cx, me.tenant.id, id, body, once, me.user.id).await?;
    Ok(after("sent", id, fields))
}

async fn take_over(
    State(state): State<AppState>,
    Agent(me): Agent,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Redirect> {
    let id: ConversationId = look::id(&id)?;
    actions::take_over(&state.cx, me.tenant.id, id, Driver::User(me.user.id), &me.actor()).await?;
    Ok(after("taken", id, &fields))
}

async fn hand_back(
    State(state): State<AppState>,
    Agent(me): Agent,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Redirect> {
    let id: ConversationId = look::id(&id)?;
    actions::hand_back(&state.cx, me.tenant.id, id, &me.actor()).await?;
    Ok(after("handed", id, &fields))
}

/// Who leads a chat, in words.
fn leads(l: Lang, driver: Driver, me: &Me, names: &HashMap<String, String>) -> String {
    match driver {
        Driver::Bot => l.t("The bot leads", "הבוט מוביל").to_owned(),
        Driver::Handset => l.t("Answered from the handset", "נענתה מהטלפון").to_owned(),
        Driver::User(id) if id == me.user.id => l.t("You lead", "השיחה אצלך").to_owned(),
        Driver::User(id) => {
            let name = names.get(&id.to_string()).map_or("", String::as_str);
            format!("{} \u{2068}{name}\u{2069}", l.t("Led by", "אצל"))
        }
    }
}

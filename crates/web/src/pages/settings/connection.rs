//! One connection: its settings (secrets go in and never come out), its test, and the addresses to enter at the provider.

use super::connections::{Way, good_for, health, wrong};
use super::{framed, templates};
use crate::pages::look;
use crate::pages::sent::Sent;
use crate::pages::shell::{Said, When, copied, form_key, hidden, icon, pill, terms};
use crate::problem::{Problem, Result};
use crate::session::{Fields, Form, Lang, Me, Owner};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use maud::{Markup, html};
use ringleader_core::id::ConnectionId;
use ringleader_jobs::actions;
use ringleader_providers::all::{self, Capability, Field, Spec};
use ringleader_store::repo::Connection;
use serde_json::{Map, Value};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/settings/connections/new/{kind}", get(show_new).post(create))
        .route("/settings/connections/{id}", get(show).post(save))
        .route("/settings/connections/{id}/test", post(test))
        .route("/settings/connections/{id}/remove", post(remove))
        .merge(templates::router())
}

const HERE: &str = "/settings/connections";

async fn show_new(
    State(state): State<AppState>,
    Owner(me): Owner,
    Path(kind): Path<String>,
    Query(way): Query<Way>,
) -> Result<Markup> {
    let (l, spec) = (me.lang, all::spec(&kind).ok_or_else(Problem::not_found)?);
    let given = sandbox_card(&me, &state, spec.kind).await?;
    let back = way.back();
    let body = html! {
        (given)
        section class="card" {
            h2 { (l.t("Connect ", "חיבור ל-")) (spec.title) }
            p class="soft" { (good_for(l, spec.kind)) }
            form method="post" action={ "/settings/connections/new/" (spec.kind) } class="form" {
                (form_key(&me)) @if let Some(back) = &back { (hidden("back", back)) }
                (fields(l, spec, spec.title, &Map::new(), &[]))
                div class="acts" { button type="submit" class="button main" { (l.t("Connect", "חיבור")) } a class="button" href=(back.as_deref().unwrap_or(HERE)) { (l.t("Back", "חזרה")) } }
            }
        }
    };
    framed(&state, &me, HERE, body).await
}

fn fields(l: Lang, spec: &Spec, name: &str, config: &Map<String, Value>, set: &[&str]) -> Markup {
    html! {
        div class="field" { label for="f-name" { (l.t("Name", "שם")) } input id="f-name" name="name" value=(name) dir="auto" required; }
        @for field in spec.fields { (one_field(l, spec.kind, field, config.get(field.name), set.contains(&field.name))) }
    }
}

fn one_field(l: Lang, kind: &str, field: &Field, value: Option<&Value>, set: bool) -> Markup {
    let shown = match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    };
    let kept = if set { l.t("Set; leave it empty to keep it.", "מוגדר; ריק משאיר אותו.") } else { "" };
    let required = field.required && !set;
    html! {
        div class="field" {
            label for={ "f-" (field.name) } { (terms::setting(l, field.name)) @if required { " *" } }
            @if field.structured {
                textarea id={ "f-" (field.name) } name=(field.name) dir="ltr" aria-describedby={ "h-" (field.name) } placeholder="JSON" { (shown) }
            } @else {
                input id={ "f-" (field.name) } name=(field.name) type=(if field.secret { "password" } else { "text" }) value=(shown) dir="ltr"
                    autocomplete="off" required[required] aria-describedby={ "h-" (field.name) };
            }
            small id={ "h-" (field.name) } { (terms::setting_help(l, kind, field.name, field.help)) " " (kept) }
        }
    }
}

/// What was typed; empty fields of a connection that exists stay as they are.
fn config(spec: &Spec, sent: &Fields, exists: bool) -> Result<Map<String, Value>> {
    let mut config = Map::new();
    for field in spec.fields {
        let value = match sent.given(field.name) {
            None if exists && (field.secret || sent.text(field.name).is_none()) => continue,
            None if exists => Value::Null,
            None => continue,
            Some(text) if field.structured => {
                serde_json::from_str(text).map_err(|_| Problem::field(field.name, "is not JSON"))?
            }
            Some(text) => Value::String(text.to_owned()),
        };
        config.insert(field.name.to_owned(), value);
    }
    Ok(config)
}

async fn create(
    State(state): State<AppState>,
    Owner(me): Owner,
    Path(kind): Path<String>,
    Form(sent): Form,
) -> Result<Redirect> {
    let spec = all::spec(&kind).ok_or_else(Problem::not_found)?;
    let name = sent.given("name").unwrap_or(spec.title);
    let config = config(spec, &sent, false)?;
    let made = actions::create_connection(&state.cx, me.tenant.id, &me.actor(), spec.kind, name, config).await?;
    state.directory.forget();
    actions::test_connection(&state.cx, me.tenant.id, made.id).await?;
    let there = format!("{HERE}/{}", made.id);
    Ok(Said::then("tested", sent.given("back").unwrap_or(&there)))
}

async fn show(State(state): State<AppState>, Owner(me): Owner, Path(id): Path<String>) -> Result<Markup> {
    let id: ConnectionId = look::id(&id)?;
    let mut read = state.store.read(me.tenant.id).await?;
    let it = read.connections().get(id).await?.ok_or_else(Problem::not_found)?;
    let templates = read.templates().of(id).await?;
    drop(read);
    let spec = all::spec(&it.kind).ok_or_else(Problem::not_found)?;
    let opened = actions::open_config(&state.cx, &it).unwrap_or_default();
    let set: Vec<&str> = spec
        .fields
        .iter()
        .filter(|f| f.secret && opened.get(f.name).is_some_and(|v| !v.is_null()))
        .map(|f| f.name)
        .collect();
    let open = it.config.as_object().cloned().unwrap_or_default();
    let l = me.lang;
    let body = html! {
        div class="two" {
            div {
                (state_card(&me, &it))
                section class="card" {
                    h2 { (l.t("Settings of ", "הגדרות של ")) (spec.title) }
                    form method="post" action={ (HERE) "/" (id) } class="form" {
                        (form_key(&me))
                        (fields(l, spec, &it.name, &open, &set))
                        div class="acts" { button type="submit" class="button main" { (l.t("Save", "שמירה")) } }
                    }
                }
            }
            div {
                (addresses(&me, &state, spec, opened.get("key").and_then(Value::as_str).unwrap_or_default()))
                @if it.kind == "whatsapp_cloud" { (templates::card(&me, id, &templates)) }
                @else if spec.able(Capability::Whatsapp, &it.config) { (templates::by_id(&me, id)) }
                section class="card" {
                    form method="post" action={ (HERE) "/" (id) "/remove" } { (form_key(&me)) button type="submit" class="button danger" data-sure=(l.t("Remove this connection? What came over it stays.", "להסיר את החיבור? מה שהגיע דרכו נשאר.")) { (l.t("Remove the connection", "הסרת החיבור")) } }
                }
            }
        }
    };
    framed(&state, &me, HERE, body).await
}

fn state_card(me: &Me, it: &Connection) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let (tone, words) = health(l, &it.health);
    html! {
        section class="card" id="health" data-live="connection" {
            header { h2 { bdi { (it.name) } } (pill(tone, words)) }
            @if let Some(words) = wrong(l, it) { p { (words) } }
            @if let Some(detail) = &it.health_detail {
                details id="their-words" { summary { small { (l.t("In the provider's words", "במילים של הספק")) } } p lang="en" dir="auto" { (detail) } }
            }
            @if let Some(until) = it.paused_until.filter(|until| *until > me.now) { p { (l.t("The provider asks for a pause until ", "הספק ביקש הפסקה עד ")) (when.words(until)) } }
            form method="post" action={ (HERE) "/" (it.id) "/test" } { (form_key(me)) button type="submit" class="button" { (icon("play")) (l.t("Test it", "בדיקה")) } }
        }
    }
}

/// The first address to enter at the provider of a connection, if it has any.
pub(in crate::pages) fn webhook_address(state: &AppState, it: &Connection) -> Option<String> {
    let (_, path) = all::spec(&it.kind)?.webhooks.first()?;
    let opened = actions::open_config(&state.cx, it).ok()?;
    let key = opened.get("key").and_then(Value::as_str).unwrap_or_default();
    Some(whole(state, path, key))
}

fn whole(state: &AppState, path: &str, key: &str) -> String {
    format!("{}{}", state.settings.public_url, path.replace("{key}", key))
}

/// Addresses to enter at the provider, to be copied.
fn addresses(me: &Me, state: &AppState, spec: &Spec, key: &str) -> Markup {
    let l = me.lang;
    html! {
        @if !spec.webhooks.is_empty() {
            section class="card" {
                h2 { (l.t("Enter at the provider", "להזין אצל הספק")) }
                @for (name, path) in spec.webhooks {
                    (copied(l, &format!("w-{name}"), &format!("{}{name}", l.t("Webhook: ", "כתובת: ")), &whole(state, path, key)))
                }
                p class="soft" { small { (l.t("This address is a secret: who has it can report calls.", "הכתובת סודית: מי שמחזיק בה יכול לדווח על שיחות.")) } }
            }
        }
    }
}

/// In the sandbox: what to enter for a connection of this kind.
async fn sandbox_card(me: &Me, state: &AppState, kind: &str) -> Result<Markup> {
    let Some(sandbox) = &state.sandbox else { return Ok(html! {}) };
    let accounts = sandbox.accounts(&me.tenant).await?;
    let Some(config) = accounts.as_ref().and_then(|accounts| accounts.of(kind)) else { return Ok(html! {}) };
    let l = me.lang;
    Ok(html! {
        section class="card" id="sandbox" {
            h2 { (l.t("What the sandbox gave you", "מה שהתקבל במערכת הניסיון")) }
            p class="soft" { (l.t("Elsewhere these are on the provider's own pages.", "במערכת אמיתית אלה נמצאים בדפים של הספק.")) }
            @for (name, value) in config {
                (copied(l, &format!("s-{name}"), &terms::setting(l, name), value.as_str().unwrap_or_default()))
            }
        }
    })
}

async fn save(
    State(state): State<AppState>,
    Sent { me, id, fields: sent, .. }: Sent<ConnectionId, Owner>,
) -> Result<Redirect> {
    let it = state.store.read(me.tenant.id).await?.connections().get(id).await?.ok_or_else(Problem::not_found)?;
    let spec = all::spec(&it.kind).ok_or_else(Problem::not_found)?;
    let config = config(spec, &sent, true)?;
    let name = sent.given("name").map(str::to_owned);
    actions::update_connection(&state.cx, me.tenant.id, &me.actor(), id, name, Some(config)).await?;
    state.directory.forget();
    Ok(Said::then("saved", &format!("{HERE}/{id}")))
}

async fn test(State(state): State<AppState>, sent: Sent<ConnectionId, Owner>) -> Result<Redirect> {
    actions::test_connection(&state.cx, sent.me.tenant.id, sent.id).await?;
    Ok(Said::then("tested", &sent.back(&format!("{HERE}/{}", sent.id))))
}

async fn remove(State(state): State<AppState>, Sent { me, id, .. }: Sent<ConnectionId, Owner>) -> Result<Redirect> {
    actions::delete_connection(&state.cx, me.tenant.id, &me.actor(), id).await?;
    state.directory.forget();
    Ok(Said::then("removed", HERE))
}

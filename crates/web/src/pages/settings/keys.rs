//! API keys: made, shown once, taken back.

use super::framed;
use crate::api::keys::{make, take_back};
use crate::auth::Scope;
use crate::pages::sent::Sent;
use crate::pages::shell::{Said, When, empty, field, form_key, icon, pill, select};
use crate::problem::Result;
use crate::session::{Form, Lang, Me, Owner};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::{get, post};
use maud::{Markup, html};
use ringleader_core::id::ApiKeyId;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/settings/keys", get(show).post(create)).route("/settings/keys/{id}/revoke", post(revoke))
}

fn scope(l: Lang, scope: &str) -> &'static str {
    match scope {
        "read" => l.t("Read", "קריאה"),
        "write" => l.t("Read and write", "קריאה וכתיבה"),
        _ => l.t("Everything", "הכול"),
    }
}

async fn show(State(state): State<AppState>, Owner(me): Owner) -> Result<Markup> {
    page(&state, &me, None).await
}

async fn page(state: &AppState, me: &Me, new: Option<&str>) -> Result<Markup> {
    let (l, when) = (me.lang, When::of(me));
    let keys = state.store.read(me.tenant.id).await?.people().keys().await?;
    let present: Vec<_> = keys.iter().filter(|key| key.revoked_at.is_none()).collect();
    let scopes: Vec<_> = Scope::ALL.iter().map(|it| (it.as_str(), scope(l, it.as_str()))).collect();
    let body = html! {
        @if let Some(key) = new {
            section class="card" {
                h2 { (l.t("The new key", "המפתח החדש")) }
                p { (l.t("Copy it now; it is not shown again.", "יש להעתיק אותו עכשיו; הוא לא יוצג שוב.")) }
                div class="copy" {
                    label class="unseen" for="the-key" { (l.t("Key", "מפתח")) }
                    input id="the-key" dir="ltr" readonly value=(key);
                    button type="button" class="button" data-copy="the-key" data-copied=(l.t("Copied", "הועתק")) { (icon("copy")) span { (l.t("Copy", "העתקה")) } }
                }
            }
        }
        section class="card" {
            header { h2 { (l.t("API keys", "מפתחות API")) } a href="/docs" { (l.t("What the API can do", "מה ה-API יודע")) } }
            @if present.is_empty() { (empty("key", l.t("No keys", "אין מפתחות"), l.t("A key lets your own programs read and change what you see here.", "מפתח מאפשר לתוכנות שלך לקרוא ולשנות את מה שמוצג כאן."))) }
            ul class="rows" {
                @for key in &present {
                    li {
                        span class="face" aria-hidden="true" { (icon("key")) }
                        span class="what" { b { bdi { (key.name) } } span { @for it in &key.scopes { (pill("info", scope(l, it))) " " } small { (when.at(key.created_at)) } } }
                        span class="acts" { form method="post" action={ "/settings/keys/" (key.id) "/revoke" } { (form_key(me)) button type="submit" class="button small" data-sure=(l.t("Take this key back? Programs that use it stop working.", "לבטל את המפתח? תוכנות שמשתמשות בו יפסיקו לעבוד.")) { (l.t("Take back", "ביטול")) } } }
                    }
                }
            }
        }
        section class="card" {
            h2 { (l.t("Make a key", "מפתח חדש")) }
            form method="post" action="/settings/keys" class="form" {
                (form_key(me))
                div class="pairs" { (field(l.t("What it is for", "למה הוא משמש"), "name", "text", "")) (select(l.t("May", "הרשאה"), "scope", "read", &scopes)) }
                div class="acts" { button type="submit" class="button main" { (icon("plus")) (l.t("Make", "יצירה")) } }
            }
        }
    };
    framed(state, me, "/settings/keys", body).await
}

async fn create(State(state): State<AppState>, Owner(me): Owner, Form(fields): Form) -> Result<Markup> {
    let wanted: Scope = fields.word("scope")?;
    let scopes: Vec<String> = Scope::ALL.iter().filter(|it| **it <= wanted).map(|it| it.to_string()).collect();
    let (_, key) = make(&state, me.tenant.id, &me.actor(), fields.trimmed("name"), scopes).await?;
    page(&state, &me, Some(&key)).await
}

async fn revoke(State(state): State<AppState>, Sent { me, id, .. }: Sent<ApiKeyId, Owner>) -> Result<Redirect> {
    take_back(&state, me.tenant.id, &me.actor(), id).await?;
    Ok(Said::then("removed", "/settings/keys"))
}

//! What understands language, in which order, for how much a day; and what it was used for.

use super::framed;
use crate::api::tenant::{ChangeTenant, apply};
use crate::pages::shell::{Said, field_with_help, form_key};
use crate::pages::usage::dollars;
use crate::problem::{Problem, Result};
use crate::session::{Form, Owner};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::get;
use maud::{Markup, html};
use serde_json::{Value, json};

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/settings/brain", get(show).post(save))
}

async fn show(State(state): State<AppState>, Owner(me): Owner) -> Result<Markup> {
    let l = me.lang;
    let settings = &me.tenant.settings;
    let month = me.now - jiff::SignedDuration::from_hours(24 * 30);
    let spent = state.store.read(me.tenant.id).await?.usage().model_cost_since(month).await?;
    let cap = settings.limits.model_money_per_day.map(|cap| cap.to_string()).unwrap_or_default();
    let installed = state.cx.brain_order.join(", ");
    let body = html! {
        section class="card" {
            h2 { (l.t("What understands the messages", "מה מבין את ההודעות")) }
            p class="soft" { (l.t("The first that answers is used. The local brain needs no account and is always the last resort.", "משמש הראשון שעונה. המוח המקומי לא צריך חשבון, והוא תמיד המוצא האחרון.")) }
            form method="post" action="/settings/brain" class="form" {
                (form_key(&me))
                div class="pairs" {
                    (field_with_help(l.t("Order", "סדר"), "order", "text", &settings.brain.order.join(", "), &format!("{} {installed}", l.t("Empty: as the installation has it:", "ריק: כפי שהוגדר במערכת:"))))
                    (field_with_help(l.t("Money a day, in cents", "תקציב ליום, בסנטים"), "cap", "number", &cap, l.t("Empty: no cap. Beyond it the local brain goes on", "ריק: בלי תקרה. מעבר לה ממשיך המוח המקומי")))
                }
                div class="acts" { button type="submit" class="button main" { (l.t("Save", "שמירה")) } }
            }
        }
        section class="card" {
            h2 { (l.t("Spent in the last 30 days", "הוצאה ב-30 הימים האחרונים")) }
            p { bdi dir="ltr" { (dollars(spent)) } " · " a href="/usage" { (l.t("Usage in detail", "פירוט השימוש")) } }
        }
    };
    framed(&state, &me, "/settings/brain", body).await
}

async fn save(State(state): State<AppState>, Owner(me): Owner, Form(fields): Form) -> Result<Redirect> {
    let order: Vec<&str> = fields.trimmed("order").split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if order.iter().any(|name| !["anthropic", "openai", "compatible", "local"].contains(name)) {
        return Err(Problem::field("order", "must be of: anthropic, openai, compatible, local"));
    }
    let cap = match fields.given("cap") {
        Some(text) => json!(text.parse::<i64>().map_err(|_| Problem::field("cap", "must be a number"))?),
        None => Value::Null,
    };
    let settings = json!({"brain": {"order": order}, "limits": {"model_money_per_day": cap}});
    let change = ChangeTenant { settings: Some(settings), ..ChangeTenant::default() };
    apply(&state, me.tenant.id, &me.actor(), change).await?;
    Ok(Said::then("saved", "/settings/brain"))
}

//! The businesses of the installation, for who runs it, and the making of another one: its owner comes in by a link.

use super::installation::views;
use super::settings::link_shown;
use super::shell::{Page, Place, When, field, field_with_help, form_key, icon, select};
use crate::api::tenant::OwnerBody;
use crate::api::tenants::{NewTenantBody, checked, make};
use crate::problem::{Problem, Result};
use crate::session::{Fields, Form, Me, Operator};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use ringleader_core::tenant::Tenant;
use ringleader_jobs::access::{self, Link};
use ringleader_providers::problem::FieldError;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/installation/businesses", get(show).post(create))
}

async fn show(State(state): State<AppState>, Operator(me): Operator) -> Result<Markup> {
    page(&state, &me, None).await
}

async fn page(state: &AppState, me: &Me, link: Option<&Link>) -> Result<Markup> {
    let l = me.lang;
    let all = state.store.read_system().await?.tenants().all().await?;
    let body = html! {
        (views(me, "/installation/businesses"))
        @if let Some(link) = link { (link_shown(me, link)) }
        section class="card" {
            h2 { (l.t("Businesses", "עסקים")) }
            ul class="rows" { @for tenant in &all { (row(me, tenant)) } }
        }
        (form(me))
    };
    Page::new(me, Place::Installation, l.t("Businesses", "עסקים"), body).show(state).await
}

fn row(me: &Me, tenant: &Tenant) -> Markup {
    let when = When::of(me);
    html! {
        li {
            span class="face" aria-hidden="true" { (super::leads::initial(Some(&tenant.name))) }
            span class="what" {
                b { bdi { (tenant.name) } }
                span class="line" { bdi { (tenant.owner.name) } @if let Some(email) = &tenant.owner.email { " · " bdi dir="ltr" { (email) } } }
            }
            span class="end" { bdi dir="ltr" { (tenant.locale) } (when.short(tenant.created_at)) }
        }
    }
}

/// What a new business needs to be known; country, zone and place are most often those of who makes it.
fn form(me: &Me) -> Markup {
    let l = me.lang;
    let zone = me.tenant.time_zone.iana_name().unwrap_or_default();
    let languages = [("he", "עברית"), ("en", "English")];
    html! {
        section class="card" {
            h2 { (l.t("Add a business", "הוספת עסק")) }
            form method="post" action="/installation/businesses" class="form" {
                (form_key(me))
                div class="pairs" {
                    (field(l.t("Name of the business", "שם העסק"), "name", "text", ""))
                    (select(l.t("Language", "שפה"), "language", me.tenant.language(), &languages))
                    (field(l.t("Owner", "שם הבעלים"), "owner.name", "text", ""))
                    (field_with_help(l.t("Owner's email", "הדוא״ל של הבעלים"), "owner.email", "email", "", l.t("To sign in with", "לכניסה למערכת")))
                    (field_with_help(l.t("Owner's mobile", "הנייד של הבעלים"), "owner.phone", "tel", "", l.t("To be told of leads", "לקבלת הודעות על לידים")))
                    (field_with_help(l.t("Country", "מדינה"), "country", "text", &me.tenant.country, l.t("Two letters, as in GB", "שתי אותיות, כמו IL")))
                    (field(l.t("Time zone", "אזור זמן"), "time_zone", "text", zone))
                    (field_with_help(l.t("Place", "מקום"), "place", "text", me.tenant.place.as_deref().unwrap_or_default(), l.t("For sun and holidays", "לשעות השמש והחגים")))
                }
                div class="acts" { button type="submit" class="button main" { (icon("plus")) (l.t("Add the business", "הוספת העסק")) } }
            }
        }
    }
}

async fn create(State(state): State<AppState>, Operator(me): Operator, Form(sent): Form) -> Result<Markup> {
    let new = checked(body(&sent))?;
    if new.owner.email.is_none() {
        return Err(Problem::invalid(vec![FieldError::new("owner.email", "is empty")]));
    }
    let (tenant, owner) = make(&state, &new, None, None, &me.actor()).await?;
    let owner = owner.ok_or_else(Problem::internal)?;
    let link = access::link_for(&state.cx, tenant.id, owner, &me.actor()).await?;
    page(&state, &me, Some(&link)).await
}

fn body(sent: &Fields) -> NewTenantBody {
    let given = |name: &str| sent.given(name).map(str::to_owned);
    let country = sent.trimmed("country").to_uppercase();
    NewTenantBody {
        name: sent.trimmed("name").to_owned(),
        locale: format!("{}-{country}", sent.given("language").unwrap_or("en")),
        time_zone: sent.trimmed("time_zone").to_owned(),
        place: given("place"),
        owner: OwnerBody {
            name: sent.trimmed("owner.name").to_owned(),
            phone: given("owner.phone"),
            email: given("owner.email"),
            password: None,
        },
        settings: None,
        country,
    }
}

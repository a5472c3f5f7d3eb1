//! People: who signs in and what each may do; invited by a link that is mailed where it can be, and shown where it cannot.

use super::framed;
use crate::pages::sent::Sent;
use crate::pages::shell::{Said, When, copied, field, form_key, hidden, icon, pill, select, terms};
use crate::problem::Result;
use crate::session::{Form, Me, Owner};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::{get, post};
use maud::{Markup, html};
use ringleader_core::id::UserId;
use ringleader_core::user::Role;
use ringleader_jobs::access::{self, Change, Link};
use ringleader_store::repo::User;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/settings/people", get(show).post(invite))
        .route("/settings/people/{id}", post(change))
        .route("/settings/people/{id}/link", post(link).get(people)) // where the link was shown, loaded again
        .route("/settings/people/{id}/second-step/off", post(drop_second_step))
}

async fn show(State(state): State<AppState>, Owner(me): Owner) -> Result<Markup> {
    page(&state, &me, None).await
}

async fn page(state: &AppState, me: &Me, link: Option<&Link>) -> Result<Markup> {
    let l = me.lang;
    let users = state.store.read(me.tenant.id).await?.users().all().await?;
    let roles: Vec<_> = Role::GIVEN.iter().map(|role| (role.as_str(), terms::role(l, *role))).collect();
    let body = html! {
        @if let Some(link) = link { (shown(me, link)) }
        section class="card" id="people" data-live="user" {
            h2 { (l.t("People", "אנשים")) }
            ul class="rows" { @for user in &users { (row(me, user, &roles)) } }
        }
        section class="card" {
            h2 { (l.t("Invite someone", "הזמנת אדם נוסף")) }
            form method="post" action="/settings/people" class="form" {
                (form_key(me))
                div class="pairs" {
                    (field(l.t("Name", "שם"), "name", "text", ""))
                    (field(l.t("Email", "דוא״ל"), "email", "email", ""))
                    (select(l.t("May", "הרשאה"), "role", "agent", &roles))
                }
                div class="acts" { button type="submit" class="button main" { (icon("plus")) (l.t("Invite", "הזמנה")) } }
            }
        }
    };
    framed(state, me, "/settings/people", body).await
}

/// A new link; it is shown this once.
pub(in crate::pages) fn shown(me: &Me, link: &Link) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    html! {
        section class="card" {
            h2 { (l.t("The link is ready", "הקישור מוכן")) }
            p { @if link.mailed { (l.t("It is on its way by email. You can also pass it on yourself.", "הוא נשלח בדוא״ל. אפשר גם להעביר אותו ישירות.")) } @else { (l.t("Pass it on yourself; there is no mail account that could.", "יש להעביר אותו ישירות; אין חשבון דוא״ל מחובר.")) } }
            (copied(l, "the-link", l.t("Link", "קישור"), link.url.reveal()))
            small { (l.t("It works once, until ", "הוא פועל פעם אחת, עד ")) (when.words(link.expires_at)) }
        }
    }
}

fn row(me: &Me, user: &User, roles: &[(&str, &str)]) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let path = format!("/settings/people/{}", user.id);
    let mine = user.id == me.user.id;
    html! {
        li {
            span class="face" aria-hidden="true" { (crate::pages::leads::initial(Some(&user.name))) }
            span class="what" {
                b { bdi { (user.name) } }
                span class="line" { bdi dir="ltr" { (user.email) } }
                span {
                    @if user.disabled_at.is_some() { (pill("bad", l.t("Shut out", "ללא גישה"))) " " }
                    @if user.password_hash.is_none() { (pill("warn", l.t("Invited", "בהזמנה"))) " " }
                    @if user.totp_since.is_some() { (pill("good", l.t("Second step", "אימות דו-שלבי"))) " " }
                    @if let Some(at) = user.last_sign_in_at { small { (l.t("last here ", "כניסה אחרונה ")) (when.ago(at)) } }
                }
            }
            @if mine || user.role == Role::Admin { (pill("info", terms::role(l, user.role))) } @else {
                span class="acts" {
                    form method="post" action=(path) class="inline" {
                        (form_key(me))
                        label class="unseen" for={ "role-" (user.id) } { (l.t("May", "הרשאה")) }
                        select id={ "role-" (user.id) } name="role" data-at-once { @for (value, words) in roles { option value=(value) selected[*value == user.role.as_str()] { (words) } } }
                        noscript { button type="submit" class="button small" { (l.t("Save", "שמירה")) } }
                    }
                    form method="post" action={ (path) "/link" } { (form_key(me)) button type="submit" class="button small" { (icon("link")) (l.t("Password link", "קישור לסיסמה")) } }
                    @if user.totp_since.is_some() { form method="post" action={ (path) "/second-step/off" } { (form_key(me)) button type="submit" class="button small" data-sure=(l.t("Take the second step away? For who lost the telephone.", "לבטל את האימות הדו-שלבי? למי שאיבד את הטלפון.")) { (l.t("Second step off", "ביטול אימות")) } } }
                    form method="post" action=(path) {
                        (form_key(me)) (hidden("disabled", if user.disabled_at.is_some() { "no" } else { "yes" }))
                        button type="submit" class="button small" { @if user.disabled_at.is_some() { (l.t("Let in again", "החזרת גישה")) } @else { (l.t("Shut out", "חסימת גישה")) } }
                    }
                }
            }
        }
    }
}

async fn invite(State(state): State<AppState>, Owner(me): Owner, Form(fields): Form) -> Result<Markup> {
    let role: Role = fields.word("role")?;
    let (name, email) = (fields.trimmed("name"), fields.trimmed("email"));
    let link = access::invite(&state.cx, me.tenant.id, name, email, role, &me.actor()).await?;
    page(&state, &me, Some(&link)).await
}

async fn link(State(state): State<AppState>, Sent { me, id, .. }: Sent<UserId, Owner>) -> Result<Markup> {
    let link = access::link_for(&state.cx, me.tenant.id, id, &me.actor()).await?;
    page(&state, &me, Some(&link)).await
}

async fn people(Owner(_): Owner) -> Redirect {
    Redirect::to("/settings/people")
}

async fn change(State(state): State<AppState>, Sent { me, id, fields, .. }: Sent<UserId, Owner>) -> Result<Redirect> {
    let role = if fields.ticked("role") { Some(fields.word("role")?) } else { None };
    let disabled = fields.given("disabled").map(|word| word == "yes");
    access::change_user(&state.cx, me.tenant.id, id, Change { role, disabled, ..Change::default() }, &me.actor())
        .await?;
    Ok(Said::then("saved", "/settings/people"))
}

/// For another who lost the telephone. One's own asks for the password, so that an open session alone does not do it.
async fn drop_second_step(State(state): State<AppState>, Sent { me, id, .. }: Sent<UserId, Owner>) -> Result<Redirect> {
    if id == me.user.id {
        return Err(crate::Problem::conflict(
            "Your own second step is taken away under My account, with your password.",
        ));
    }
    let user = state.store.read(me.tenant.id).await?.users().get(id).await?;
    let user = user.filter(|user| user.role != Role::Admin).ok_or_else(crate::Problem::not_found)?;
    access::drop_second_step(&state.cx, &user, &me.actor()).await?;
    Ok(Said::then("saved", "/settings/people"))
}

//! In and out: address and password, the second step, a forgotten password, and the link to choose a new one.
//!
//! Always true: nothing here says whether an address is known; where someone is led after signing in is a path of ours.

use super::shell::{Said, door, door_to, field, hidden};
use crate::origin::Origin;
use crate::problem::{Problem, Result};
use crate::session::form::Open;
use crate::session::{self, Lang, Viewer};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, header};
use maud::{Markup, html};
use ringleader_core::secret::Secret;
use ringleader_core::user::Role;
use ringleader_jobs::access::{self, Entry, Opened, Refused, Several};
use ringleader_store::repo::{Page, User};
use serde::Deserialize;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/sign-in", get(show).post(sign_in))
        .route("/sign-in/business", post(enter).get(|| async { Redirect::to("/sign-in") }))
        .route("/sign-in/code", get(show_code).post(code))
        .route("/sign-out", post(sign_out))
        .route("/forgot", get(show_forgot).post(forgot))
        .route("/welcome/{token}", get(show_welcome).post(welcome))
}

/// What the addresses of these pages carry.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Look {
    lang: String,
    next: String,
}

impl Look {
    fn lang(&self, headers: &HeaderMap) -> Lang {
        if self.lang.is_empty() { Lang::accepted(headers).unwrap_or(Lang::He) } else { Lang::of(&self.lang) }
    }
}

async fn show(headers: HeaderMap, Query(look): Query<Look>) -> Markup {
    form(look.lang(&headers), &look.next, "", None)
}

fn form(l: Lang, next: &str, email: &str, wrong: Option<&str>) -> Markup {
    door_to(
        l,
        next,
        l.t("Sign in", "כניסה"),
        html! {
            @if let Some(wrong) = wrong { p class="wrong" role="alert" { (wrong) } }
            form method="post" action="/sign-in" class="form" data-plain {
                (hidden("next", next)) (hidden("lang", l.tag()))
                div class="field" {
                    label for="email" { (l.t("Email", "דוא״ל")) }
                    input id="email" name="email" type="email" dir="ltr" autocomplete="username" value=(email) required autofocus[email.is_empty()];
                }
                div class="field" {
                    label for="password" { (l.t("Password", "סיסמה")) }
                    input id="password" name="password" type="password" dir="ltr" autocomplete="current-password" required autofocus[!email.is_empty()];
                }
                button type="submit" class="button main" { (l.t("Sign in", "כניסה")) }
            }
            p { a href={ "/forgot?lang=" (l.tag()) } { (l.t("Forgotten the password?", "שכחת את הסיסמה?")) } }
        },
    )
}

/// Why nobody was signed in, in words, with the status of the answer.
fn refused(l: Lang, refused: Refused, code: bool) -> Result<(StatusCode, &'static str)> {
    Ok(match refused {
        Refused::Wrong if code => (
            StatusCode::UNPROCESSABLE_ENTITY,
            l.t("This code is not right, or was used before.", "הקוד שגוי, או שכבר נעשה בו שימוש."),
        ),
        Refused::Wrong => {
            (StatusCode::UNPROCESSABLE_ENTITY, l.t("Address or password is not right.", "הדוא״ל או הסיסמה שגויים."))
        }
        Refused::TooMany(_) => (
            StatusCode::TOO_MANY_REQUESTS,
            l.t(
                "Too many attempts. Wait a few minutes, then try again.",
                "יותר מדי ניסיונות. כדאי להמתין כמה דקות ולנסות שוב.",
            ),
        ),
        Refused::Store(error) => return Err(error.into()),
    })
}

async fn sign_in(State(state): State<AppState>, Origin(from): Origin, Open(fields): Open) -> Result<Response> {
    let l = Lang::of(fields.trimmed("lang"));
    let next = Said::without(fields.trimmed("next"));
    let busy = Refused::TooMany(state.store.clock().now());
    let given = Secret::new(fields.text("password").unwrap_or_default().to_owned());
    let opened = match state.lets_try(&from) {
        true => access::sign_in(&state.cx, fields.trimmed("email"), given, &from).await,
        false => Err(busy),
    };
    match opened {
        Ok(Entry::Opened(opened)) => Ok(led_on(&state, l, &opened, &next)),
        Ok(Entry::Several(several)) => Ok(which(l, &next, &several).into_response()),
        Err(why) => {
            let (status, words) = refused(l, why, false)?;
            Ok((status, form(l, &next, fields.trimmed("email"), Some(words))).into_response())
        }
    }
}

/// To where they wanted to go, by way of the second step where there is one.
fn led_on(state: &AppState, l: Lang, opened: &Opened, next: &str) -> Response {
    let code = || format!("/sign-in/code?lang={}&next={}", l.tag(), session::escaped(next));
    let to = if opened.second_step { code() } else { next.to_owned() };
    with_cookie(state, &opened.token, Redirect::to(&to))
}

/// The same address and password open several businesses.
fn which(l: Lang, next: &str, several: &Several) -> Markup {
    door_to(
        l,
        next,
        l.t("Which business?", "לאיזה עסק להיכנס?"),
        html! {
            p { (l.t("This address and password are yours in several businesses.", "הכתובת והסיסמה האלה מתאימות לכמה עסקים.")) }
            form method="post" action="/sign-in/business" class="form" data-plain {
                (hidden("next", next)) (hidden("lang", l.tag())) (hidden("ticket", &several.ticket))
                @for (user, name) in &several.businesses { button type="submit" name="user" value=(user) class="button" { bdi { (name) } } }
            }
        },
    )
}

async fn enter(State(state): State<AppState>, Open(fields): Open) -> Result<Response> {
    let l = Lang::of(fields.trimmed("lang"));
    let next = Said::without(fields.trimmed("next"));
    let opened = match fields.word("user") {
        Ok(user) => access::enter(&state.cx, fields.trimmed("ticket"), user).await,
        Err(_) => Err(Refused::Wrong),
    };
    match opened {
        Ok(opened) => Ok(led_on(&state, l, &opened, &next)),
        Err(Refused::Store(error)) => Err(error.into()),
        Err(_) => {
            let words = l.t("That took too long. Sign in again.", "עבר יותר מדי זמן. יש להיכנס שוב.");
            Ok((StatusCode::UNPROCESSABLE_ENTITY, form(l, &next, "", Some(words))).into_response())
        }
    }
}

fn with_cookie(state: &AppState, token: &str, to: Redirect) -> Response {
    let mut answer = to.into_response();
    answer.headers_mut().insert(header::SET_COOKIE, session::cookie(state, token));
    answer
}

async fn show_code(headers: HeaderMap, Query(look): Query<Look>) -> Markup {
    code_form(look.lang(&headers), &look.next, None)
}

fn code_form(l: Lang, next: &str, wrong: Option<&str>) -> Markup {
    door_to(
        l,
        next,
        l.t("Second step", "אימות נוסף"),
        html! {
            @if let Some(wrong) = wrong { p class="wrong" role="alert" { (wrong) } }
            p { (l.t("Type the six digits that your authenticator shows, or a recovery code.", "יש להקליד את שש הספרות מאפליקציית האימות, או קוד שחזור.")) }
            form method="post" action="/sign-in/code" class="form" data-plain {
                (hidden("next", next)) (hidden("lang", l.tag()))
                div class="field" {
                    label for="code" { (l.t("Code", "קוד")) }
                    input id="code" name="code" type="text" dir="ltr" inputmode="numeric" autocomplete="one-time-code" maxlength="20" required autofocus;
                }
                button type="submit" class="button main" { (l.t("Go on", "המשך")) }
            }
        },
    )
}

async fn code(State(state): State<AppState>, headers: HeaderMap, Open(fields): Open) -> Result<Response> {
    let l = Lang::of(fields.trimmed("lang"));
    let next = Said::without(fields.trimmed("next"));
    let token = session::token(&headers).ok_or_else(|| Problem::unauthenticated("Sign in first."))?;
    match access::answer_second_step(&state.cx, token, fields.trimmed("code")).await {
        Ok(opened) => Ok(with_cookie(&state, &opened.token, Redirect::to(&next))),
        Err(why) => {
            let (status, words) = refused(l, why, true)?;
            Ok((status, code_form(l, &next, Some(words))).into_response())
        }
    }
}

async fn sign_out(State(state): State<AppState>, Viewer(me): Viewer, _: session::Form) -> Result<Response> {
    access::end_session(&state.cx, &me.session).await?;
    let mut answer = Redirect::to(&format!("/sign-in?lang={}", me.lang.tag())).into_response();
    answer.headers_mut().insert(header::SET_COOKIE, session::gone(&state));
    Ok(answer)
}

async fn show_forgot(headers: HeaderMap, Query(look): Query<Look>) -> Markup {
    let l = look.lang(&headers);
    door(
        l,
        l.t("A new password", "סיסמה חדשה"),
        html! {
            p { (l.t("We send a link to your address, if it is known and the business has a mail account.", "נשלח קישור לכתובת, אם היא מוכרת ולעסק יש חשבון דוא״ל מחובר.")) }
            form method="post" action="/forgot" class="form" data-plain {
                (hidden("lang", l.tag()))
                div class="field" {
                    label for="email" { (l.t("Email", "דוא״ל")) }
                    input id="email" name="email" type="email" dir="ltr" autocomplete="username" required autofocus;
                }
                button type="submit" class="button main" { (l.t("Send the link", "שליחת קישור")) }
            }
            p { a href={ "/sign-in?lang=" (l.tag()) } { (l.t("Back", "חזרה")) } }
        },
    )
}

async fn forgot(State(state): State<AppState>, Origin(from): Origin, Open(fields): Open) -> Result<Markup> {
    let l = Lang::of(fields.trimmed("lang"));
    if state.lets_try(&from) {
        access::offer_link(&state.cx, fields.trimmed("email")).await?;
    }
    Ok(door(
        l,
        l.t("Look into your mail", "בדקו את הדוא״ל"),
        html! {
            p role="status" { (l.t(
                "If this address is known here, a link is on its way; it works for two hours. If nothing comes, ask an owner of the business: Settings, People makes a link too.",
                "אם הכתובת מוכרת כאן, קישור בדרך אליה; הוא תקף לשעתיים. אם לא הגיע דבר, אפשר לבקש קישור ממי שמנהל את העסק: הגדרות, אנשים.",
            )) }
            p { a class="button" href={ "/sign-in?lang=" (l.tag()) } { (l.t("To sign-in", "לכניסה")) } }
        },
    ))
}

async fn show_welcome(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(token): Path<String>,
    Query(look): Query<Look>,
) -> Result<Markup> {
    welcome_page(&state, look.lang(&headers), &token, None).await
}

async fn welcome_page(state: &AppState, l: Lang, token: &str, wrong: Option<&str>) -> Result<Markup> {
    let Some((link, user)) = access::look_at_link(&state.cx, token).await? else {
        return Ok(door(
            l,
            l.t("This link is over", "הקישור כבר לא תקף"),
            html! {
                p { (l.t("It was used, or is too old. Ask for a new one.", "כבר נעשה בו שימוש, או שהוא ישן מדי. אפשר לבקש חדש.")) }
                p { a class="button" href={ "/forgot?lang=" (l.tag()) } { (l.t("A new link", "קישור חדש")) } }
            },
        ));
    };
    let title = if link.purpose == "invite" {
        l.t("Welcome", "ברוכים הבאים")
    } else {
        l.t("A new password", "סיסמה חדשה")
    };
    Ok(door(
        l,
        title,
        html! {
            @if let Some(wrong) = wrong { p class="wrong" role="alert" { (wrong) } }
            p { bdi { (user.name) } ", " (l.t("choose a password of at least 10 characters. A few words are good.", "יש לבחור סיסמה של 10 תווים לפחות. כמה מילים זה מצוין.")) }
            form method="post" class="form" data-plain {
                (hidden("lang", l.tag()))
                div class="unseen" { (field(l.t("Email", "דוא״ל"), "email", "email", &user.email)) }
                div class="field" {
                    label for="password" { (l.t("New password", "סיסמה חדשה")) }
                    input id="password" name="password" type="password" dir="ltr" autocomplete="new-password" minlength="10" maxlength="200" required autofocus;
                }
                button type="submit" class="button main" { (l.t("Save and sign in", "שמירה וכניסה")) }
            }
        },
    ))
}

async fn welcome(State(state): State<AppState>, Path(token): Path<String>, Open(fields): Open) -> Result<Response> {
    let l = Lang::of(fields.trimmed("lang"));
    let given = fields.text("password").unwrap_or_default();
    if access::password::fault(given).is_some() {
        let words = l.t("The password needs 10 to 200 characters.", "הסיסמה צריכה להיות באורך 10 עד 200 תווים.");
        let page = welcome_page(&state, l, &token, Some(words)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let password = Secret::new(given.to_owned());
    let (user, opened) = access::take_link(&state.cx, &token, password).await?;
    let first = if begins(&state, &user).await? { "/start" } else { "/today" };
    Ok(led_on(&state, l, &opened, first))
}

/// Whether somebody who was just invited has the business to set up, since nothing is connected yet.
async fn begins(state: &AppState, user: &User) -> Result<bool> {
    let few = Page { limit: 1, before: None };
    let invited = user.password_hash.is_none();
    Ok(invited
        && user.role >= Role::Owner
        && state.store.read(user.tenant_id).await?.connections().list(&few).await?.rows.is_empty())
}

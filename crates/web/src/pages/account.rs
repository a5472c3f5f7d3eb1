//! My account: name, language, password, the second step, and where I am signed in.

use super::shell::{Page, Place, Said, When, field, form_key, icon, pill};
use crate::origin::Origin;
use crate::problem::{Problem, Result};
use crate::session::{Form, Lang, Me, Viewer};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use qrcode::QrCode;
use ringleader_core::secret::Secret;
use ringleader_jobs::access::{self, Change, Network, Refused};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/account", get(show).post(save))
        .route("/account/password", post(new_password))
        .route("/account/second-step", get(set_up).post(confirm))
        .route("/account/second-step/off", post(off))
        .route("/account/sessions/end", post(end_others))
        .route("/language", post(language))
}

async fn show(State(state): State<AppState>, Viewer(me): Viewer) -> Result<Markup> {
    let (l, when) = (me.lang, When::of(&me));
    let mut read = state.store.read(me.tenant.id).await?;
    let sessions = read.sessions().of_user(me.user.id).await?;
    let codes = read.users().recovery_codes_left(me.user.id).await?;
    drop(read);
    let body = html! {
        div class="two" {
            div {
                section class="card" {
                    h2 { (l.t("About me", "הפרטים שלי")) }
                    form method="post" action="/account" class="form" {
                        (form_key(&me))
                        (field(l.t("Name", "שם"), "name", "text", &me.user.name))
                        p class="soft" { (l.t("You sign in as ", "הכניסה היא עם ")) bdi dir="ltr" { (me.user.email) } }
                        div class="acts" { button type="submit" class="button main" { (l.t("Save", "שמירה")) } }
                    }
                }
                section class="card" {
                    h2 { (l.t("Password", "סיסמה")) }
                    form method="post" action="/account/password" class="form" {
                        (form_key(&me))
                        div class="field" {
                            label for="old" { (l.t("Present password", "הסיסמה הנוכחית")) }
                            input id="old" name="old" type="password" dir="ltr" autocomplete="current-password" required;
                        }
                        div class="field" {
                            label for="password" { (l.t("New password, at least 10 characters", "סיסמה חדשה, לפחות 10 תווים")) }
                            input id="password" name="password" type="password" dir="ltr" autocomplete="new-password" minlength="10" maxlength="200" required;
                        }
                        div class="acts" { button type="submit" class="button" { (l.t("Change the password", "החלפת סיסמה")) } }
                    }
                }
            }
            div {
                (second_step_card(&me, codes))
                section class="card" {
                    h2 { (l.t("Where I am signed in", "כניסות פעילות")) }
                    ul class="rows" {
                        @for session in &sessions {
                            li {
                                span class="what" {
                                    b { (l.t("Signed in ", "כניסה ")) (when.at(session.created_at)) }
                                    span class="line" { (l.t("Last used ", "שימוש אחרון ")) (when.ago(session.seen_at)) }
                                }
                                @if session.token_hash == me.session.token_hash { (pill("good", l.t("Here", "כאן"))) }
                            }
                        }
                    }
                    div class="acts" {
                        @if sessions.len() > 1 {
                            form method="post" action="/account/sessions/end" { (form_key(&me)) button type="submit" class="button" { (l.t("Sign out everywhere else", "יציאה מכל מקום אחר")) } }
                        }
                        a class="button" href={ "/sign-in?lang=" (l.tag()) } { (l.t("Enter another business", "כניסה לעסק אחר")) }
                        form method="post" action="/sign-out" data-plain { (form_key(&me)) button type="submit" class="button" { (icon("out")) (l.t("Sign out", "יציאה")) } }
                    }
                }
            }
        }
    };
    Page::new(&me, Place::Account, l.t("My account", "החשבון שלי"), body).show(&state).await
}

fn second_step_card(me: &Me, codes: i64) -> Markup {
    let l = me.lang;
    html! {
        section class="card" {
            header {
                h2 { (l.t("Second step", "אימות דו-שלבי")) }
                @if me.user.totp_since.is_some() { (pill("good", l.t("On", "פעיל"))) } @else { (pill("quiet", l.t("Off", "כבוי"))) }
            }
            @if me.user.totp_since.is_some() {
                p { (l.t("Signing in asks for a code from your telephone.", "בכניסה נדרש גם קוד מהטלפון.")) }
                p class="soft" { (l.t("Recovery codes left: ", "קודי שחזור שנותרו: ")) (codes) }
                form method="post" action="/account/second-step/off" class="form" {
                    (form_key(me))
                    div class="field" {
                        label for="off-password" { (l.t("Password", "סיסמה")) }
                        input id="off-password" name="password" type="password" dir="ltr" autocomplete="current-password" required;
                    }
                    div class="acts" { button type="submit" class="button danger" { (l.t("Take it away", "ביטול האימות")) } }
                }
            } @else {
                p { (l.t("A code from your telephone besides the password keeps others out, even who knows the password.", "קוד מהטלפון בנוסף לסיסמה שומר על הכניסה גם אם הסיסמה נחשפה.")) }
                div class="acts" { a class="button" href="/account/second-step" { (l.t("Set it up", "הגדרה")) } }
            }
        }
    }
}

async fn save(State(state): State<AppState>, Viewer(me): Viewer, Form(fields): Form) -> Result<Redirect> {
    let change = Change { name: fields.given("name").map(str::to_owned), ..Change::default() };
    access::change_user(&state.cx, me.tenant.id, me.user.id, change, &me.actor()).await?;
    Ok(Said::then("saved", "/account"))
}

/// The language of the pages; before signing in it is the browser's.
async fn language(State(state): State<AppState>, Viewer(me): Viewer, Form(fields): Form) -> Result<Redirect> {
    let language = Some(Lang::of(fields.trimmed("lang")).tag().to_owned());
    let change = Change { language, ..Change::default() };
    access::change_user(&state.cx, me.tenant.id, me.user.id, change, &me.actor()).await?;
    Ok(Redirect::to(&Said::without(fields.trimmed("back"))))
}

/// Guesses from an open session count like guesses at the door.
async fn check_password(state: &AppState, me: &Me, from: &Network, (field, given): (&str, Option<&str>)) -> Result<()> {
    let given = Secret::new(given.unwrap_or_default().to_owned());
    access::check_password(&state.cx, &me.user, given, from).await.map_err(|refused| match refused {
        Refused::Wrong => Problem::field(field, "is not right"),
        Refused::TooMany(_) => Problem::field(field, "was wrong too often; wait a few minutes"),
        Refused::Store(error) => error.into(),
    })
}

async fn new_password(
    State(state): State<AppState>,
    Viewer(me): Viewer,
    Origin(from): Origin,
    Form(fields): Form,
) -> Result<Redirect> {
    check_password(&state, &me, &from, ("old", fields.text("old"))).await?;
    let new = Secret::new(fields.text("password").unwrap_or_default().to_owned());
    access::change_password(&state.cx, &me.user, new, &me.session).await?;
    Ok(Said::then("saved", "/account"))
}

async fn end_others(State(state): State<AppState>, Viewer(me): Viewer, _: Form) -> Result<Redirect> {
    let mut tx = state.store.begin(me.tenant.id).await?;
    tx.sessions().end_others(me.user.id, &me.session.token_hash).await?;
    tx.usage().audit(&me.actor(), "user.sign_out_elsewhere", &me.actor(), None, None).await?;
    tx.commit().await?;
    Ok(Said::then("saved", "/account"))
}

async fn set_up(State(state): State<AppState>, Viewer(me): Viewer) -> Result<Response> {
    let l = me.lang;
    if me.user.totp_since.is_some() {
        return Ok(Redirect::to("/account").into_response()); // the page with the recovery codes, loaded again
    }
    let setup = access::set_up_second_step(&state.cx, &me.user).await?;
    let secret = setup.secret.reveal();
    let grouped: Vec<&str> = (0..secret.len()).step_by(4).filter_map(|at| secret.get(at..at + 4)).collect();
    let body = html! {
        section class="card" {
            ol class="form" {
                li { p { b { "1. " } (l.t("Open an authenticator on your telephone and scan this, or type the key.", "יש לפתוח אפליקציית אימות בטלפון ולסרוק, או להקליד את המפתח.")) } }
                li { (scan(setup.address.reveal())) }
                li { code dir="ltr" { (grouped.join(" ")) } }
                li {
                    p { b { "2. " } (l.t("Type the six digits that it shows.", "עכשיו יש להקליד את שש הספרות שמופיעות.")) }
                    form method="post" action="/account/second-step" class="form" data-plain {
                        (form_key(&me))
                        div class="field" {
                            label for="code" { (l.t("Code", "קוד")) }
                            input id="code" name="code" type="text" dir="ltr" inputmode="numeric" autocomplete="one-time-code" required;
                        }
                        div class="acts" { button type="submit" class="button main" { (l.t("Switch it on", "הפעלה")) } a class="button" href="/account" { (l.t("Not now", "לא עכשיו")) } }
                    }
                }
            }
        }
    };
    let page = Page::new(&me, Place::Account, l.t("Second step", "אימות דו-שלבי"), body).show(&state).await?;
    Ok(page.into_response())
}

/// The address as squares to be scanned.
fn scan(address: &str) -> Markup {
    let Ok(code) = QrCode::new(address.as_bytes()) else { return html! {} };
    let width = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, colour)| *colour == qrcode::Color::Dark);
    let path: String = dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + 1, at / width + 1)).collect();
    html! { svg class="scan" viewBox=(format!("0 0 {0} {0}", width + 2)) role="img" aria-label="QR" { path d=(path); } }
}

async fn confirm(State(state): State<AppState>, Viewer(me): Viewer, Form(fields): Form) -> Result<Markup> {
    let l = me.lang;
    let codes = access::confirm_second_step(&state.cx, &me.user, fields.trimmed("code")).await?;
    let body = html! {
        div class="callout good" { (icon("check")) div { p { (l.t("The second step is on.", "האימות הדו-שלבי פעיל.")) } } }
        section class="card" {
            h2 { (l.t("Recovery codes", "קודי שחזור")) }
            p { (l.t("Keep these where you find them without your telephone. Each works once. They are not shown again.", "כדאי לשמור אותם במקום נגיש גם בלי הטלפון. כל קוד פועל פעם אחת, והם לא יוצגו שוב.")) }
            ul class="codes" { @for code in &codes { li { (code.reveal()) } } }
            div class="acts" { a class="button main" href="/account" { (l.t("I have kept them", "שמרתי אותם")) } }
        }
    };
    Page::new(&me, Place::Account, l.t("Second step", "אימות דו-שלבי"), body).show(&state).await
}

async fn off(
    State(state): State<AppState>,
    Viewer(me): Viewer,
    Origin(from): Origin,
    Form(fields): Form,
) -> Result<Redirect> {
    check_password(&state, &me, &from, ("password", fields.text("password"))).await?;
    access::drop_second_step(&state.cx, &me.user, &me.actor()).await?;
    Ok(Said::then("saved", "/account"))
}

//! The page behind the link under a notice to the owner (A13): "we spoke", "not a lead", "remind me".
//!
//! Always true: looking changes nothing, since mail scanners and link previews look too; the answer is a form that a person
//! sends; a link takes one answer; the page shows no number and no text of a customer (P10).

use crate::problem::{Problem, Result};
use crate::session::page_problems;
use crate::state::AppState;
use axum::extract::{Path, RawForm, RawQuery, State};
use axum::response::Html;
use axum::routing::get;
use axum::{Router, extract::DefaultBodyLimit, middleware};
use http::{HeaderName, HeaderValue};
use maud::{DOCTYPE, Markup, html};
use ringleader_core::notify::Answer;
use ringleader_jobs::actions::{self, AnswerPage};

/// Search engines keep out.
pub(super) const NOINDEX: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));

/// A page of its own.
pub(super) type Page = ([(HeaderName, HeaderValue); 1], Html<String>);

/// `/a/{token}`.
pub fn router(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/a/{token}", get(look).post(answer))
        .route("/assets/answer.css", get(super::assets::answer_css))
        .layer(DefaultBodyLimit::max(1_024))
        .layer(middleware::from_fn_with_state(state.clone(), page_problems))
}

async fn look(State(state): State<AppState>, Path(token): Path<String>, RawQuery(query): RawQuery) -> Result<Page> {
    let page = actions::look_at_answers(&state.cx, &token).await?;
    let meant = word(query.as_deref().unwrap_or_default().as_bytes());
    Ok(show(&page, |words| body(&page, words, meant)))
}

async fn answer(State(state): State<AppState>, Path(token): Path<String>, RawForm(form): RawForm) -> Result<Page> {
    let answer = word(&form).ok_or_else(|| Problem::field("a", "must be one of: spoke, not_lead, remind"))?;
    let taken = Box::pin(actions::answer_link(&state.cx, &token, answer)).await?;
    let page = actions::look_at_answers(&state.cx, &token).await?;
    Ok(show(&page, |words| html! { p role="status" { (if taken { words.thanks } else { words.before }) } }))
}

/// The answer in a form or a query.
fn word(form: &[u8]) -> Option<Answer> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(form).ok()?;
    pairs.into_iter().find(|(name, _)| name == "a")?.1.parse().ok()
}

/// The page's own words.
struct Words {
    question: &'static str,
    unknown: &'static str,
    thanks: &'static str,
    before: &'static str,
    expired: &'static str,
}

const EN: Words = Words {
    question: "What should happen with this lead?",
    unknown: "Name not known yet",
    thanks: "Thank you, noted.",
    before: "This link was answered before. The lead itself can be changed in Ringleader.",
    expired: "This link is too old. The lead itself can be changed in Ringleader.",
};

const HE: Words = Words {
    question: "מה לעשות עם הליד הזה?",
    unknown: "השם עוד לא ידוע",
    thanks: "תודה, נרשם.",
    before: "כבר התקבלה תשובה בקישור הזה. את הליד עצמו אפשר לעדכן ב-Ringleader.",
    expired: "הקישור ישן מדי. את הליד עצמו אפשר לעדכן ב-Ringleader.",
};

fn body(page: &AnswerPage, words: &Words, meant: Option<Answer>) -> Markup {
    if let Some(said) = page.answered {
        let title = page.answers.iter().find(|(answer, _)| *answer == said).map(|(_, title)| title.as_str());
        return html! { p { (words.before) } p { b { (title.unwrap_or_default()) } } };
    }
    if page.expired {
        return html! { p { (words.expired) } };
    }
    html! {
        p { (words.question) }
        form method="post" {
            @for (answer, title) in &page.answers {
                button type="submit" name="a" value=(answer) class=[(meant == Some(*answer)).then_some("meant")] { (title) }
            }
        }
    }
}

fn show(page: &AnswerPage, body: impl Fn(&'static Words) -> Markup) -> Page {
    let words = if page.language == "he" { &HE } else { &EN };
    let whole = html! {
        p class="lead" { bdi { (page.lead.as_deref().unwrap_or(words.unknown)) } }
        (body(words))
    };
    ([NOINDEX], Html(frame(&page.language, &page.business, &whole).into_string()))
}

/// A small page outside the dashboard, under the name of the business.
pub(super) fn frame(language: &str, business: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language) dir=(if language == "he" { "rtl" } else { "ltr" }) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (business) }
                link rel="stylesheet" href="/assets/answer.css";
            }
            body { main { h1 { (business) } (body) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_answers_are_read() {
        assert_eq!(word(b"a=spoke"), Some(Answer::Spoke));
        assert_eq!(word(b"x=1&a=remind"), Some(Answer::Remind));
        assert_eq!(word(b"a=delete"), None);
    }
}

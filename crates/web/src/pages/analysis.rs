//! What was understood from calls: score and tag, what the customer wants next, five judgements with the words that prove
//! them, and a summary (B5, B6); with the button that has it made again (B7).

use super::sent::Sent;
use super::shell::{Said, When, form_key, hidden, icon, pill, score};
use crate::problem::Result;
use crate::session::{Lang, Me};
use crate::state::AppState;
use axum::Router;
use axum::extract::State as FromState;
use axum::response::Redirect;
use axum::routing::post;
use maud::{Markup, html};
use ringleader_core::analysis::complete::Trend;
use ringleader_core::analysis::record::{Analysis, State};
use ringleader_core::analysis::{CallsToAction, Dimension, Dimensions, NoLead};
use ringleader_core::id::AnalysisId;
use ringleader_core::reading::Preference;
use ringleader_core::user::Role;
use ringleader_jobs::actions;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/analyses/{id}/again", post(again))
}

async fn again(FromState(state): FromState<AppState>, sent: Sent<AnalysisId>) -> Result<Redirect> {
    actions::rerun_analysis(&state.cx, sent.me.tenant.id, sent.id, &sent.me.actor()).await?;
    Ok(Said::about("read-again", &sent.id.to_string(), &sent.back("/calls")))
}

/// The analysis of one call, or of all of a contact.
pub(super) fn shown(me: &Me, it: &Analysis) -> Markup {
    html! {
        (told(me, it))
        @if me.may(Role::Agent) && !matches!(it.state, State::Pending | State::Running) {
            form method="post" action={ "/analyses/" (it.id) "/again" } {
                (form_key(me)) (hidden("back", &Said::without(&me.path)))
                button type="submit" class="button small" { (icon("bot")) span { (me.lang.t("Read again", "לנתח שוב")) } }
            }
        }
    }
}

fn told(me: &Me, it: &Analysis) -> Markup {
    let l = me.lang;
    let (dimensions, summary, notice, wishes, trend) = match (it.understood(), it.summed()) {
        (Some(call), _) => (&call.dimensions, &call.summary, &call.notification, call.calls_to_action, None),
        (_, Some(all)) => {
            let (it, complete) = (&all.overview, &all.complete);
            (&it.dimensions, &it.summary, &it.notification, complete.calls_to_action, Some(complete.trend))
        }
        (None, None) => {
            return html! {
                p class="soft" { (icon("clock")) " " (standing(l, it.state)) }
                @if let Some(why) = &it.error { p dir="auto" { small { (why) } } }
            };
        }
    };
    html! {
        p {
            @if let Some(scored) = &it.scored { (score(l, scored.tag, scored.score, None)) }
            @if let Some(words) = trend.and_then(|trend| going(l, trend)) { " " (pill("info", words)) }
            @if let Some(why) = it.understood().and_then(|call| call.no_lead) { " " (pill("warn", no_lead(l, why))) }
            @if it.state != State::Done { " " (pill("quiet", standing(l, it.state))) }
        }
        @if let Some(notice) = notice { div class="callout" { (icon("bot")) div { p dir="auto" { (notice) } } } }
        p dir="auto" { (summary) }
        @if let Some(call) = it.understood() {
            dl class="facts" {
                @if let Some(at) = &call.demo_at { div { dt { (l.t("Appointment agreed", "נקבעה פגישה")) } dd { (time(me, at)) } } }
                @if let Some(at) = &call.preference { div { dt { (l.t("When to call back", "מתי לחזור")) } dd { (time(me, at)) } } }
            }
        }
        @let wished = asked(l, wishes);
        @if !wished.is_empty() { p { @for words in &wished { (pill("quiet", words)) " " } } }
        details id={ "judged-" (it.id) } {
            summary { (l.t("Why this score", "למה הציון הזה")) }
            (judgements(l, dimensions))
        }
    }
}

/// In the customer's words, and the time that is meant.
fn time(me: &Me, said: &Preference) -> Markup {
    html! {
        bdi { (said.text) }
        @if let Some(from) = said.from { small { " · " bdi { (When::of(me).window(from, said.until)) } } }
    }
}

fn going(l: Lang, trend: Trend) -> Option<&'static str> {
    match trend {
        Trend::First => None,
        Trend::Rising => Some(l.t("Warming up", "מתחמם")),
        Trend::Steady => Some(l.t("As before", "כמו קודם")),
        Trend::Falling => Some(l.t("Cooling down", "מתקרר")),
    }
}

fn no_lead(l: Lang, why: NoLead) -> &'static str {
    match why {
        NoLead::OptOut => l.t("Wants no more calls", "ביקשו לא להתקשר"),
        NoLead::WrongNumber => l.t("Wrong number", "טעות במספר"),
        NoLead::SellsToUs => l.t("Wants to sell something", "רוצים למכור לנו"),
    }
}

/// What the customer asked for.
fn asked(l: Lang, wishes: CallsToAction) -> Vec<&'static str> {
    let all = [
        (wishes.pricing, l.t("Asked for prices", "ביקשו מחירים")),
        (wishes.demo, l.t("Wants an appointment", "רוצים פגישה")),
        (wishes.follow_up, l.t("Wants to hear from you", "מחכים לחזרה")),
        (wishes.sample, l.t("Wants a sample", "ביקשו דוגמה")),
        (wishes.escalated_to_human, l.t("Asked for a person", "ביקשו נציג")),
    ];
    all.into_iter().filter_map(|(wished, words)| wished.then_some(words)).collect()
}

pub(super) fn standing(l: Lang, state: State) -> &'static str {
    match state {
        State::Pending | State::Running => l.t("being read", "בניתוח"),
        State::Done => l.t("done", "הושלם"),
        State::Provisional => l.t("provisional, read again when a model is back", "זמני, ינותח שוב כשמודל יחזור"),
        State::Failed => l.t("could not be read", "הניתוח נכשל"),
    }
}

fn judgements(l: Lang, dimensions: &Dimensions) -> Markup {
    html! {
        dl class="facts" {
            @for dimension in Dimension::ALL {
                @let judged = dimensions.get(*dimension);
                div {
                    dt { (name(l, *dimension)) span { (l.n(i64::from(judged.score.min(3)), "{n} of 3", "{n} מתוך 3")) } }
                    dd {
                        span dir="auto" { (judged.reasoning) }
                        @for quote in &judged.quotes { small { "“" bdi { (quote) } "”" } }
                    }
                }
            }
        }
    }
}

fn name(l: Lang, dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Intent => l.t("Intent", "כוונה"),
        Dimension::Urgency => l.t("Urgency", "דחיפות"),
        Dimension::Budget => l.t("Budget", "תקציב"),
        Dimension::Fit => l.t("Fit", "התאמה"),
        Dimension::Engagement => l.t("Engagement", "מעורבות"),
    }
}

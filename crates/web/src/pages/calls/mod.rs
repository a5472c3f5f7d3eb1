//! Phone calls: the list, and one call with everything that is known of it and what was decided about it.

pub(in crate::pages) mod course;

use super::analysis::standing;
use super::look::{self, Look};
use super::sent::Sent;
use super::shell::{
    Page, Place, Said, When, dial, empty, form_key, icon, number, number_text, person, pill, score, tabs, terms,
};
use crate::api::contacts::HAS_NUMBER;
use crate::problem::{Problem, Result};
use crate::recording;
use crate::session::{Me, Viewer};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{Redirect, Response};
use axum::routing::{get, post};
use http::HeaderMap;
use maud::{Markup, html};
use ringleader_core::analysis::{Scored, State as Reading};
use ringleader_core::call::{Call, Direction, Outcome};
use ringleader_core::decision::Decision;
use ringleader_core::id::CallId;
use ringleader_core::user::Role;
use ringleader_jobs::scores::score_of;
use ringleader_jobs::{actions, ledger};
use ringleader_store::db::id_text;
use ringleader_store::repo::{CallRow, Filter};
use serde_json::Value;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/calls", get(list))
        .route("/calls/{id}", get(show))
        .route("/calls/{id}/recording", get(hear))
        .route("/calls/{id}/hang-up", post(hang_up))
}

async fn list(State(state): State<AppState>, Viewer(me): Viewer, Query(look): Query<Look>) -> Result<Markup> {
    let l = me.lang;
    let number = look.number(&me.tenant.country);
    let filter = match look.show.as_str() {
        "missed" => Filter::default()
            .and("direction =", Some(Direction::Inbound))
            .and_expr("outcome IN ('missed', 'voicemail', {})", Some(Outcome::Menu)),
        "answered" => Filter::default().and("outcome =", Some(Outcome::Answered)),
        _ => Filter::default(),
    };
    let mut read = state.store.read(me.tenant.id).await?;
    let ours = read.tenants().lines().await?.iter().any(|line| Some(line.number.as_str()) == number.as_deref());
    let of_number = if ours { "line = {}" } else { HAS_NUMBER };
    let found = read.desk().calls(filter.and_expr(of_number, number), &look.page(50)).await?;
    let ids: Vec<CallId> = found.rows.iter().map(|call| call.id).collect();
    let scores = read.analyses().scores_of(&ids).await?;
    drop(read);
    let tab = |show: &str, words| (look_at(show), words, look.show == show);
    let views = [
        tab("", l.t("All", "הכול")),
        tab("missed", l.t("Missed", "לא נענו")),
        tab("answered", l.t("Answered", "נענו")),
    ];
    let body = html! {
        (tabs(l.t("Which calls", "אילו שיחות"), &views))
        form class="filters" method="get" action="/calls" role="search" {
            @if !look.show.is_empty() { input type="hidden" name="show" value=(look.show); }
            div class="field" { label for="q" { (l.t("Number", "מספר")) } input id="q" type="search" name="q" value=(look.q) dir="ltr" inputmode="tel"; }
            button type="submit" class="button" { (icon("search")) span { (l.t("Find", "חיפוש")) } }
        }
        section class="card" id="calls" data-live="call contact" {
            @if found.rows.is_empty() {
                (empty("calls", l.t("No calls yet", "עוד אין שיחות"), l.t("Every call that your switchboard reports shows here, answered or not.", "כל שיחה שהמרכזייה מדווחת עליה תופיע כאן, נענתה או לא.")))
            } @else { ul class="rows" { @for call in &found.rows { (row(&me, call, scores.get(&call.id))) } } }
            (look.more(l, "/calls", found.next.as_deref()))
        }
    };
    Page::new(&me, Place::Calls, l.t("Calls", "שיחות טלפון"), body).show(&state).await
}

fn look_at(show: &str) -> String {
    if show.is_empty() { "/calls".to_owned() } else { format!("/calls?show={show}") }
}

fn row(me: &Me, call: &CallRow, scored: Option<&(Scored, Reading)>) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let (tone, words) = terms::outcome(l, call.outcome);
    let other = if call.direction == Direction::Outbound { &call.to } else { &call.from };
    html! {
        li {
            span class={ "face " (tone) } aria-hidden="true" { (icon(if tone == "warn" { "missed" } else { "calls" })) }
            span class="what" {
                a href={ "/calls/" (call.id) } { (person(l, call.name.as_deref(), other.as_deref())) }
                span class="line" {
                    (terms::direction(l, call.direction))
                    @if let (Some(_), Some(other)) = (&call.name, other) { " · " (number(other)) }
                    @if let Some(seconds) = call.duration_seconds.filter(|s| *s > 0) { " · " bdi { (When::length(seconds)) } }
                    @else if let Some(seconds) = call.ring_seconds.filter(|s| *s > 0) { " · " (l.n(seconds, "rang {n} s", "צלצל {n} שנ׳")) }
                    @if let Some(who) = &call.answered_by { " · " bdi { (who) } }
                }
            }
            span class="end" {
                (pill(tone, words))
                @if let Some((it, state)) = scored { (score(l, it.tag, it.score, (*state != Reading::Done).then(|| standing(l, *state)))) }
                (when.ago(call.began))
            }
        }
    }
}

async fn show(State(state): State<AppState>, Viewer(me): Viewer, Path(id): Path<String>) -> Result<Markup> {
    let l = me.lang;
    let id: CallId = look::id(&id)?;
    let mut read = state.store.read(me.tenant.id).await?;
    let call = read.calls().get(id).await?.ok_or_else(Problem::not_found)?;
    let contact = match call.contact_id {
        Some(contact) => read.contacts().get(contact).await?,
        None => None,
    };
    let analysis = read.analyses().of_call(id).await?;
    let voice = read.voice().of_call(id).await?;
    let rating = read.satisfaction().of_call(id).await?;
    let score = match call.contact_id.filter(|_| voice.is_some()) {
        Some(contact) => score_of(&mut read, contact, state.store.clock().now()).await?,
        None => None,
    };
    let complete = match call.contact_id {
        Some(contact) => read.analyses().of_contact(contact).await?.filter(|it| it.calls_analysed > 1),
        None => None,
    };
    let about = Filter::default().and("call_id =", Some(id_text(id)));
    let decisions = read.decisions().list(about, &ringleader_store::repo::Page::default()).await?.rows;
    drop(read);
    let other = if call.direction == Direction::Outbound { &call.to } else { &call.from };
    let name = contact.as_ref().and_then(|contact| contact.name.clone().or_else(|| contact.profile_name.clone()));
    let title = name
        .clone()
        .or_else(|| other.as_deref().map(number_text))
        .unwrap_or_else(|| l.t("Number withheld", "מספר חסוי").to_owned());
    let body = html! {
        div class="two" {
            div {
                section class="card" id="call" data-live="call analysis" { (facts(&me, &call)) }
                @if let Some(voice) = &voice { (super::afterwards::shown(&me, voice, score.as_ref(), rating)) }
                @if let Some(analysis) = &analysis {
                    section class="card" id="analysis" data-live="analysis" { h2 { (l.t("What was understood", "מה הובן")) } (super::analysis::shown(&me, analysis)) }
                }
                @if !call.transcript.is_empty() {
                    section class="card" id="said" data-live="call" { h2 { (l.t("What was said", "מה נאמר")) } (course::transcript(l, &call.transcript)) }
                }
            }
            div {
                @if let Some(complete) = &complete {
                    section class="card" id="complete" data-live="analysis" { h2 { (l.t("From all calls", "מכל השיחות")) } (super::analysis::shown(&me, complete)) }
                }
                section class="card" id="decisions" data-live="decision" {
                    h2 { (l.t("What was done about it, and why", "מה נעשה בעניין, ולמה")) }
                    @if decisions.is_empty() { p class="soft" { (l.t("Nothing had to be decided.", "לא היה צורך בהחלטה.")) } }
                    @else { (told(&me, &decisions)) }
                }
            }
        }
    };
    let beside = html! {
        @if let Some(contact) = call.contact_id { a class="button" href={ "/contacts/" (contact) } { (icon("person")) (l.t("The person", "לאדם")) } }
        @if let Some(phone) = other.as_ref().filter(|phone| phone.starts_with('+')) { (dial(l, phone)) }
        @if me.may(Role::Agent) && actions::can_hang_up(&call) {
            form method="post" action={ "/calls/" (call.id) "/hang-up" } {
                (form_key(&me))
                button type="submit" class="button" { (icon("missed")) span { (l.t("Hang up", "לנתק")) } }
            }
        }
    };
    Page::new(&me, Place::Calls, &title, body).beside(beside).show(&state).await
}

async fn hear(
    State(state): State<AppState>,
    Viewer(me): Viewer,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    recording::play(&state, me.tenant.id, look::id(&id)?, &headers, &me.actor()).await
}

async fn hang_up(State(state): State<AppState>, sent: Sent<CallId>) -> Result<Redirect> {
    actions::hang_up(&state.cx, sent.me.tenant.id, sent.id, &sent.me.actor()).await?;
    Ok(Said::about("hung-up", &sent.id.to_string(), &format!("/calls/{}", sent.id)))
}

fn facts(me: &Me, call: &Call) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let (tone, words) = terms::outcome(l, call.outcome);
    html! {
        header { h2 { (terms::direction(l, call.direction)) } (pill(tone, words)) }
        (course::shown(me, call))
        (course::recording(l, call))
        dl class="facts" {
            @if let Some(from) = &call.from { div { dt { (l.t("From", "מאת")) } dd { (number(from)) } } }
            @if let Some(to) = &call.to { div { dt { (l.t("To", "אל")) } dd { (number(to)) } } }
            @if let Some(at) = call.started_at { div { dt { (l.t("Began", "התחילה")) } dd { (when.at(at)) } } }
            div { dt { (l.t("Reported to us", "דווחה אלינו")) } dd { (when.at(call.received_at)) } }
            @if let Some(agent) = call.agent.as_ref().and_then(|agent| agent.agent_id.as_ref()) { div { dt { (l.t("Voice agent", "סוכן קולי")) } dd { bdi { (agent) } } } }
            @for (name, words) in handed_over(call) { div { dt { (l.t("Told at the hand-over", "נמסר בהעברה")) " · " bdi { (name) } } dd { bdi { (words) } } } }
            @if let Some(why) = call.hangup.as_ref().and_then(|hangup| hangup.reason.as_ref()) { div { dt { (l.t("Why it ended", "סיבת הסיום")) } dd { bdi { (why) } } } }
            @if let Some(credits) = call.credits { div { dt { (l.t("Credits", "קרדיטים")) } dd { (credits) } } }
            @if let Some(who) = &call.answered_by { div { dt { (l.t("Answered by", "ענו")) } dd { bdi { (who) } } } }
            div { dt { (l.t("Switchboard's word", "מצב לפי המרכזייה")) } dd { bdi { (call.lifecycle) } } }
        }
    }
}

/// What an agent told when it handed the call on, by the names that its template gives.
fn handed_over(call: &Call) -> impl Iterator<Item = (&str, &str)> {
    let told = call.agent.as_ref().and_then(|agent| agent.handover.as_ref()).and_then(Value::as_object);
    told.into_iter().flatten().filter_map(|(name, words)| Some((name.as_str(), words.as_str()?)))
}

/// Decisions in words, newest first.
pub(super) fn told(me: &Me, decisions: &[Decision]) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    html! {
        ol class="timeline" {
            @for decision in decisions {
                li {
                    span class="mark" aria-hidden="true" { (icon(match decision.verdict.as_str() { "send" => "check", word => word })) }
                    div class="entry" {
                        p dir="auto" { (ledger::told(&me.tenant, decision, l.tag())) }
                        small { (when.at(decision.at)) " · " (l.t("rule ", "כלל ")) bdi { (decision.rule) } }
                    }
                }
            }
        }
    }
}

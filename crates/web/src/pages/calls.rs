//! Phone calls: the list, and one call with everything that is known of it and what was decided about it.

use super::look::{self, Look};
use super::shell::{Page, Place, When, dial, empty, icon, more_link, number, number_text, person, pill, tabs, terms};
use crate::problem::{Problem, Result};
use crate::session::{Me, Viewer};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::get;
use maud::{Markup, html};
use ringleader_core::call::{Call, Direction, Outcome};
use ringleader_core::decision::Decision;
use ringleader_core::id::CallId;
use ringleader_jobs::ledger;
use ringleader_jobs::voice::after::score_of;
use ringleader_store::db::id_text;
use ringleader_store::repo::{CallRow, Filter};

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/calls", get(list)).route("/calls/{id}", get(show))
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
    let filter = filter.and_expr("(from_number = {} OR to_number = {})", number);
    let found = state.store.read(me.tenant.id).await?.desk().calls(filter, &look.page(50)).await?;
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
            } @else { ul class="rows" { @for call in &found.rows { (row(&me, call)) } } }
            (more_link(l, &look.path("/calls"), found.next.as_deref()))
        }
    };
    Page::new(&me, Place::Calls, l.t("Calls", "שיחות טלפון"), body).show(&state).await
}

fn look_at(show: &str) -> String {
    if show.is_empty() { "/calls".to_owned() } else { format!("/calls?show={show}") }
}

fn row(me: &Me, call: &CallRow) -> Markup {
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
            span class="end" { (pill(tone, words)) (when.ago(call.began)) }
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
    let score = match call.contact_id.filter(|_| voice.is_some()) {
        Some(contact) => score_of(&mut read, contact, state.store.clock().now()).await?,
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
                @if let Some(voice) = &voice { (super::afterwards::shown(&me, voice, score.as_ref())) }
                @if let Some(analysis) = &analysis {
                    section class="card" id="analysis" data-live="analysis" { h2 { (l.t("What was understood", "מה הובן")) } (super::analysis::shown(&me, analysis)) }
                }
                @if !call.transcript.is_empty() {
                    section class="card" id="said" data-live="call" {
                        h2 { (l.t("What was said", "מה נאמר")) }
                        ol class="form" { @for turn in &call.transcript { li { small { bdi { (turn.role) } } p dir="auto" { (turn.text) } } } }
                    }
                }
            }
            section class="card" id="decisions" data-live="decision" {
                h2 { (l.t("What was done about it, and why", "מה נעשה בעניין, ולמה")) }
                @if decisions.is_empty() { p class="soft" { (l.t("Nothing had to be decided.", "לא היה צורך בהחלטה.")) } }
                @else { (told(&me, &decisions)) }
            }
        }
    };
    let beside = html! {
        @if let Some(contact) = call.contact_id { a class="button" href={ "/contacts/" (contact) } { (icon("person")) (l.t("The person", "לאדם")) } }
        @if let Some(phone) = other.as_ref().filter(|phone| phone.starts_with('+')) { (dial(l, phone)) }
    };
    Page::new(&me, Place::Calls, &title, body).beside(beside).show(&state).await
}

fn facts(me: &Me, call: &Call) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let (tone, words) = terms::outcome(l, call.outcome);
    let times = [
        (l.t("Began", "התחילה"), call.started_at),
        (l.t("Answered", "נענתה"), call.answered_at),
        (l.t("Ended", "הסתיימה"), call.ended_at),
        (l.t("Reported to us", "דווחה אלינו"), Some(call.received_at)),
    ];
    html! {
        header { h2 { (terms::direction(l, call.direction)) } (pill(tone, words)) }
        dl class="facts" {
            @if let Some(from) = &call.from { div { dt { (l.t("From", "מאת")) } dd { (number(from)) } } }
            @if let Some(to) = &call.to { div { dt { (l.t("To", "אל")) } dd { (number(to)) } } }
            @for (label, at) in times { @if let Some(at) = at { div { dt { (label) } dd { (when.at(at)) } } } }
            @if let Some(seconds) = call.ring_seconds { div { dt { (l.t("Rang", "צלצלה")) } dd { bdi { (When::length(seconds)) } } } }
            @if let Some(seconds) = call.duration_seconds.filter(|s| *s > 0) { div { dt { (l.t("Talk", "משך השיחה")) } dd { bdi { (When::length(seconds)) } } } }
            @if let Some(who) = &call.answered_by { div { dt { (l.t("Answered by", "ענו")) } dd { bdi { (who) } } } }
            div { dt { (l.t("Switchboard's word", "מצב לפי המרכזייה")) } dd { bdi { (call.lifecycle) } } }
            @if let Some(url) = call.recording_url.as_ref().filter(|url| url.starts_with("https://")) {
                div { dt { (l.t("Recording", "הקלטה")) } dd { a href=(url) rel="noreferrer noopener" target="_blank" { (icon("play")) " " (l.t("Listen at the provider", "האזנה אצל הספק")) } } }
            }
        }
    }
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

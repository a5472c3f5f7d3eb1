//! The course of a call: how long it rang and was talked, as a bar, and its steps with their times (B1, B2).

use crate::pages::shell::{When, terms};
use crate::session::{Lang, Me};
use jiff::Timestamp;
use maud::{Markup, html};
use ringleader_core::call::{Call, CallStatus, Turn};
use ringleader_core::id::CallId;
use ringleader_jobs::actions::{self, Heard};

/// The steps that a call can take, and when it took them.
fn steps(l: Lang, call: &Call) -> Vec<(&'static str, Option<Timestamp>)> {
    let mut steps = vec![
        (l.t("Began", "התחילה"), call.started_at.or(Some(call.received_at))),
        (l.t("Rang", "צלצלה"), call.ringing_at),
        (l.t("Answered", "נענתה"), call.answered_at),
        (l.t("Ended", "הסתיימה"), call.ended_at),
        (l.t("All is told", "כל הפרטים הגיעו"), call.completed_at),
    ];
    let agent = call.agent.is_some();
    steps.retain(|(_, at)| at.is_some() || agent);
    steps
}

pub(super) fn shown(me: &Me, call: &Call) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let steps = steps(l, call);
    let going_on = call.status == CallStatus::InProgress;
    html! {
        (bar(l, call))
        @if steps.len() > 2 { ol class="course" {
            @for (words, at) in &steps {
                li class=[at.is_some().then_some("done")] { b { (words) } @match at { Some(at) => (when.at(*at)), None => small { (if going_on { l.t("not yet", "עוד לא") } else { l.t("no", "לא") }) } } }
            }
        } }
    }
}

/// Ringing and talk in their proportion.
fn bar(l: Lang, call: &Call) -> Markup {
    let (ring, talk) = (call.ring_seconds.unwrap_or(0).max(0), call.duration_seconds.unwrap_or(0).max(0));
    let parts = [("warn", 0, ring, l.t("Rang", "צלצול")), ("good", ring, talk, l.t("Talk", "שיחה"))];
    let total = ring + talk;
    html! {
        @if total > 0 {
            svg class="meter" viewBox={ "0 0 " (total) " 8" } preserveAspectRatio="none" aria-hidden="true" {
                @for (tone, from, seconds, _) in parts { rect class=(tone) x=(from) width=(seconds) height="8" {} }
            }
            ul class="legend" {
                @for (tone, _, seconds, words) in parts.iter().filter(|part| part.2 > 0) {
                    li { svg viewBox="0 0 10 10" class=(tone) aria-hidden="true" { rect width="10" height="10" rx="3" class=(tone) {} } (words) " " b { bdi { (When::length(*seconds)) } } }
                }
            }
        }
    }
}

/// What was said, each turn beside its speaker.
pub(super) fn transcript(l: Lang, turns: &[Turn]) -> Markup {
    html! {
        ol class="chat said" {
            @for turn in turns {
                li class={ "bubble" @if ours(turn) { " ours" } } { small { (terms::speaker(l, &turn.role)) } p dir="auto" { (turn.text) } }
            }
        }
    }
}

fn ours(turn: &Turn) -> bool {
    matches!(turn.role.as_str(), "assistant" | "agent" | "bot" | "receptionist")
}

/// The recording: nothing is loaded before it is asked for.
pub(super) fn recording(l: Lang, call: &Call) -> Markup {
    player(l, call.id, actions::where_heard(call), call.recording_url.is_some())
}

/// The same of a call of which only that much is known.
pub(in crate::pages) fn player(l: Lang, call: CallId, heard: Heard<'_>, told: bool) -> Markup {
    let at = format!("/calls/{call}/recording");
    let player =
        html! { audio controls preload="none" src=(at) aria-label=(l.t("Recording of the call", "הקלטת השיחה")) {} };
    match heard {
        Heard::Here => html! {
            div class="recording" { (player) small { a href=(at) download { (l.t("Keep the recording", "לשמור את ההקלטה")) } } }
        },
        Heard::There(url) => html! {
            div class="recording" {
                (player)
                small { a href=(url) rel="noreferrer noopener" target="_blank" { (l.t("Open at the provider", "לפתוח אצל הספק")) } }
            }
        },
        Heard::Nowhere if told => html! {
            p class="soft" { (l.t("There is a recording, at an address that is not safe to open from here.", "יש הקלטה, אבל הכתובת שלה לא בטוחה לפתיחה מכאן.")) }
        },
        Heard::Nowhere => html! {},
    }
}

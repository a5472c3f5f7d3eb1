//! Connections: accounts at providers, whether each works, and new ones.

use super::framed;
use crate::pages::shell::{Said, When, empty, icon, pill, trouble};
use crate::problem::Result;
use crate::session::{self, Lang, Owner};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use maud::{Markup, html};
use ringleader_providers::all;
use ringleader_store::repo::{Connection, Page};
use serde::Deserialize;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/settings/connections", get(show))
}

/// Where a page leads on to, where another one than usual sent people here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Way {
    back: String,
}

impl Way {
    /// The path, always one of ours.
    pub(super) fn back(&self) -> Option<String> {
        (!self.back.is_empty()).then(|| Said::without(&self.back))
    }
}

/// What is wrong with it, if it does not work.
pub(super) fn wrong(l: Lang, it: &Connection) -> Option<&'static str> {
    let works = !matches!(it.health.as_str(), "failing" | "halted");
    it.health_detail.as_deref().filter(|_| !works).map(|note| trouble::trouble(l, note))
}

/// Whether a connection works: tone and words.
pub(super) fn health(l: Lang, word: &str) -> (&'static str, &'static str) {
    match word {
        "good" => ("good", l.t("Works", "פועל")),
        "failing" => ("warn", l.t("Failing", "לא יציב")),
        "halted" => ("bad", l.t("Stopped", "נעצר")),
        _ => ("quiet", l.t("Not tried yet", "עוד לא נבדק")),
    }
}

/// What a provider is good for, in words.
pub(in crate::pages) fn good_for(l: Lang, kind: &str) -> &'static str {
    match kind {
        "voicenter" => l.t("Reports your calls, answered or not.", "מדווח על השיחות שלך, נענו או לא."),
        "whatsapp_cloud" => l.t("Writes to callers and reads their answers.", "כותב למתקשרים וקורא את התשובות."),
        "twilio" => l.t(
            "Text and WhatsApp messages, calls that the receptionist answers, and calls that hung up early.",
            "הודעות SMS ו-WhatsApp, שיחות שהמענה הקולי מקבל, ושיחות שנותקו מוקדם.",
        ),
        "bolna" => l.t("Calls of your voice agent become leads.", "שיחות של הסוכן הקולי הופכות ללידים."),
        "smtp" => l.t("Tells you of leads by email, and mails invitations.", "שולח לידים והזמנות בדוא״ל."),
        "slack" => l.t("Tells your team of leads in a channel.", "מודיע לצוות על לידים בערוץ."),
        "calls" => l.t("Any other switchboard, by a signed event.", "כל מרכזייה אחרת, באירוע חתום."),
        _ => "",
    }
}

async fn show(State(state): State<AppState>, Owner(me): Owner, Query(way): Query<Way>) -> Result<Markup> {
    let (l, when) = (me.lang, When::of(&me));
    let onward = way.back().map(|back| format!("?back={}", session::escaped(&back))).unwrap_or_default();
    let found = state.store.read(me.tenant.id).await?.connections().list(&Page::default()).await?.rows;
    let body = html! {
        section class="card" id="connections" data-live="connection" {
            h2 { (l.t("Connected", "מחוברים")) }
            @if found.is_empty() { (empty("link", l.t("Nothing connected yet", "עוד לא חובר דבר"), l.t("A switchboard reports calls, WhatsApp writes to callers. Choose one below.", "מרכזייה מדווחת על שיחות, WhatsApp כותב למתקשרים. אפשר לבחור למטה."))) }
            ul class="rows" {
                @for it in &found {
                    @let (tone, words) = health(l, &it.health);
                    li {
                        span class={ "face " (tone) } aria-hidden="true" { (icon("link")) }
                        span class="what" {
                            a href={ "/settings/connections/" (it.id) } { bdi { (it.name) } }
                            span class="line" { (all::spec(&it.kind).map_or(it.kind.as_str(), |spec| spec.title)) @if let Some(words) = wrong(l, it) { " · " (words) } }
                        }
                        span class="end" { (pill(tone, words)) (when.short(it.created_at)) }
                    }
                }
            }
        }
        section class="card" {
            h2 { (l.t("Connect another", "חיבור נוסף")) }
            ul class="rows" {
                @for spec in all::ALL {
                    li {
                        span class="face" aria-hidden="true" { (icon("plus")) }
                        span class="what" { a href={ "/settings/connections/new/" (spec.kind) (onward) } { (spec.title) } span class="line" { (good_for(l, spec.kind)) } }
                    }
                }
            }
        }
    };
    framed(&state, &me, "/settings/connections", body).await
}

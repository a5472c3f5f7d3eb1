//! What was understood from calls: score and tag, five judgements with the words that prove them, and a summary (B5, B6).

use super::shell::{icon, pill};
use crate::session::{Lang, Me};
use maud::{Markup, html};
use ringleader_core::analysis::record::{Analysis, State};
use ringleader_core::analysis::{Dimension, Dimensions, Scored, Tag};

/// The analysis of one call, or of all of a contact.
pub(super) fn shown(me: &Me, it: &Analysis) -> Markup {
    let l = me.lang;
    let (dimensions, summary, notice) = match (it.understood(), it.summed()) {
        (Some(call), _) => (&call.dimensions, call.summary.as_str(), call.notification.as_deref()),
        (_, Some(all)) => {
            let overview = &all.overview;
            (&overview.dimensions, overview.summary.as_str(), overview.notification.as_deref())
        }
        (None, None) => return html! { p class="soft" { (icon("clock")) " " (standing(l, it.state)) } },
    };
    html! {
        p { @if let Some(scored) = &it.scored { (score(l, scored)) } @if it.state != State::Done { " " (pill("quiet", standing(l, it.state))) } }
        @if let Some(notice) = notice { div class="callout" { (icon("bot")) div { p dir="auto" { (notice) } } } }
        p dir="auto" { (summary) }
        details id={ "judged-" (it.id) } {
            summary { (l.t("Why this score", "למה הציון הזה")) }
            (judgements(l, dimensions))
        }
    }
}

fn score(l: Lang, scored: &Scored) -> Markup {
    let (tone, words) = match scored.tag {
        Tag::Hot => ("bad", l.t("Hot", "חם")),
        Tag::Warm => ("warn", l.t("Warm", "פושר")),
        Tag::Cold => ("info", l.t("Cold", "קר")),
    };
    pill(tone, &format!("{words} · {}", scored.score))
}

fn standing(l: Lang, state: State) -> &'static str {
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

//! How well the brains understand (D2): what people put right, and what each brain takes in time and money.

use super::figures::percent;
use super::files::with_before;
use super::labels::understood;
use super::{Asked, back, head, periods};
use crate::api::days::span;
use crate::csv::Cell;
use crate::pages::shell::{Page, Place, empty, icon, terms};
use crate::problem::Result;
use crate::session::{Lang, Me, Viewer};
use crate::state::AppState;
use axum::extract::{Query, State};
use maud::{Markup, html};
use ringleader_jobs::reports;
use ringleader_store::Read;
use ringleader_store::repo::{BrainUse, FactQuality, Judged, Verdicts, fallback_share, judged_by, verdicts_by};
use std::collections::{BTreeMap, BTreeSet};

/// Fewer facts than this say nothing about a brain.
const FEW: i64 = 20;

/// Below this a kind of fact is pointed out.
const POOR: f64 = 0.9;

pub(super) async fn show(
    State(state): State<AppState>,
    Viewer(me): Viewer,
    Query(asked): Query<Asked>,
) -> Result<Markup> {
    let l = me.lang;
    let mut read = state.store.read(me.tenant.id).await?;
    let chosen = asked.chosen(&me, &mut read).await?;
    let (begin, end) = span(chosen.period.first, chosen.period.last, &me.zone())?;
    let facts = read.quality().facts(begin, end).await?;
    let brains = read.quality().brains(begin, end).await?;
    let (analyses, provisional) = read.quality().analyses(begin, end).await?;
    let labelled = read.quality().labelled(begin, end).await?;
    let (right, wrong) = verdicts_by(&labelled, |_| ()).remove(&()).unwrap_or_default();
    drop(read);
    let kinds = judged_by(&facts, |it| it.name.clone());
    let poor = kinds.iter().filter(|(_, judged)| is_poor(judged));
    let by_kind = kinds.iter().map(|(name, judged)| (html! { (terms::fact(l, name)) }, *judged));
    let languages = judged_by(&facts, FactQuality::language);
    let by_language = languages.iter().map(|(it, judged)| (html! { (terms::language(l, *it)) }, *judged));
    let readers = judged_by(&facts, FactQuality::reader);
    let by_reader = readers.iter().map(|(it, judged)| (reader(l, it.as_ref()), *judged));
    let body = html! {
        (back(&me, &chosen))
        (periods(&me, &chosen, "/reports/brain"))
        @for (name, _) in poor { div class="callout warn" { (icon("warn")) div { p { bdi { (terms::fact(l, name)) } ": " (l.t("people put this right often.", "אנשים מתקנים את זה לעיתים קרובות.")) } } } }
        section class="card" id="labels" { h2 { (l.t("Your verdicts", "מה אמרתם")) }
            @match right + wrong {
                0 => p { (l.t("Ten times a week you are shown what was written or said and what was understood: one tap each says whether it is right.", "עשר פעמים בשבוע מוצג לכם מה נכתב או נאמר ומה הובן: נגיעה אחת אומרת אם זה נכון.")) },
                all => p { bdi { (percent(right as f64 / all as f64)) } " " (l.ns(all, ("of one reading is right.", "מתוך קריאה אחת נמצאו נכונים."), ("of {n} readings are right.", "מתוך {n} קריאות נמצאו נכונים."))) },
            }
            @if right + wrong > 0 {
                (verdicts_table(l, l.t("Taken for", "הובן כ"), verdicts_by(&labelled, |it| it.intent.clone()).iter().map(|(it, verdicts)| (understood(l, it.as_deref()), *verdicts))))
                (verdicts_table(l, l.t("Language", "שפה"), verdicts_by(&labelled, Verdicts::language).iter().map(|(it, verdicts)| (terms::language(l, *it).to_owned(), *verdicts))))
            }
            p { a class="button" href="/reports/labels" { (icon("check")) span { (l.t("Ten to judge", "עשר לבדיקה")) } } }
        }
        section class="card" id="facts" { (head(&chosen, l.t("What was read, and what you put right", "מה נקרא, ומה תוקן"), "facts")) (facts_table(l, l.t("Fact", "פרט"), by_kind)) }
        @if !facts.is_empty() {
            section class="card" id="languages" { h2 { (l.t("By the language of the words", "לפי שפת הדברים")) } (facts_table(l, l.t("Language", "שפה"), by_language)) }
            section class="card" id="readers" { h2 { (l.t("By who read them", "לפי מי שקרא")) } (facts_table(l, l.t("Brain and prompt", "מנוע והנחיה"), by_reader)) }
        }
        section class="card" id="brains" { (head(&chosen, l.t("Brains", "מנועי הבנה"), "brains")) (brains_table(&me, &brains))
            @if let Some(share) = fallback_share(&brains) { p { (l.t("Answered by the built-in brain in a model's place: ", "נענו בידי המנוע המובנה במקום מודל: ")) bdi { (percent(share)) } } }
            @if analyses > 0 { p { (l.ns(analyses, ("One analysis of a call is done", "הושלם ניתוח שיחה אחד"), ("{n} analyses of calls are done", "הושלמו {n} ניתוחי שיחות"))) ", " (l.n(provisional, "{n} of them provisionally.", "{n} מהם באופן זמני.")) } }
        }
    };
    Page::new(&me, Place::Reports, l.t("How well it understands", "איכות ההבנה"), body).show(&state).await
}

/// Its cards as files, beside the period before.
pub(super) async fn file(me: &Me, read: &mut Read, asked: &Asked, part: &str) -> Result<Vec<Vec<Cell>>> {
    let (l, chosen) = (me.lang, asked.chosen(me, read).await?);
    let before = reports::before(&chosen.period);
    let (begin, end) = span(chosen.period.first, chosen.period.last, &me.zone())?;
    let (earlier, until) = span(before.first, before.last, &me.zone())?;
    if part == "facts" {
        let names =
            [l.t("Stands", "נשאר"), l.t("Put right", "תוקן"), l.t("Provisional", "זמני"), l.t("Right (%)", "נכון (%)")];
        let by_name = |facts: Vec<FactQuality>| judged_by(&facts, |it| it.name.clone());
        let now = by_name(read.quality().facts(begin, end).await?);
        let then = by_name(read.quality().facts(earlier, until).await?);
        let of = |all: &BTreeMap<String, Judged>, name: &String| {
            let found = all.get(name).copied().unwrap_or_default();
            let counts = [found.stands, found.corrected, found.provisional].map(Cell::from);
            let right = found.accuracy().map_or(Cell::Empty, |it| Cell::Number(it * 100.0, 2));
            counts.into_iter().chain([right])
        };
        let all: BTreeSet<&String> = now.keys().chain(then.keys()).collect();
        let mut table = vec![with_before(l, l.t("Fact", "פרט"), &names)];
        table.extend(all.into_iter().map(|name| {
            std::iter::once(terms::fact(l, name).into()).chain(of(&now, name)).chain(of(&then, name)).collect()
        }));
        return Ok(table);
    }
    let names = [
        l.t("Uses", "שימושים"),
        l.t("Failed", "נכשלו"),
        l.t("Average (seconds)", "ממוצע (שניות)"),
        l.t("Cost (USD)", "עלות (USD)"),
    ];
    let (now, then) = (read.quality().brains(begin, end).await?, read.quality().brains(earlier, until).await?);
    let name = |it: &BrainUse| format!("{} {} {}", it.brain, it.model, it.prompt);
    let of = |all: &[BrainUse], wanted: &str| {
        let found = all.iter().find(|it| name(it) == wanted);
        let counts = found.map_or([0; 2], |it| [it.uses, it.failed]).map(Cell::from);
        let number = |value: Option<f64>, digits| value.map_or(Cell::Empty, |value| Cell::Number(value, digits));
        let average = found.filter(|it| it.uses > 0).map(|it| it.latency_ms as f64 / it.uses as f64 / 1000.0);
        let cost = found.map(|it| it.cost_micros as f64 / 1_000_000.0);
        counts.into_iter().chain([number(average, 1), number(cost, 2)])
    };
    let all: BTreeSet<String> = now.iter().chain(&then).map(name).collect();
    let mut table = vec![with_before(l, l.t("Brain", "מנוע"), &names)];
    table.extend(all.into_iter().map(|name| {
        let (now, then) = (of(&now, &name), of(&then, &name));
        std::iter::once(name.clone().into()).chain(now).chain(then).collect()
    }));
    Ok(table)
}

fn is_poor(judged: &Judged) -> bool {
    judged.stands + judged.corrected >= FEW && judged.accuracy().is_some_and(|accuracy| accuracy < POOR)
}

/// A brain with its prompt, or the rules of the built-in one.
fn reader(l: Lang, reader: Option<&(String, String)>) -> Markup {
    html! {
        @match reader {
            Some((brain, prompt)) => bdi { (brain) " " (prompt) },
            None => (l.t("Not noted then", "לא נרשם אז")),
        }
    }
}

fn facts_table(l: Lang, head: &str, rows: impl Iterator<Item = (Markup, Judged)>) -> Markup {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return empty("check", l.t("Nothing was read in this period", "לא נקרא דבר בתקופה הזאת"), "");
    }
    html! {
        div class="scroll" tabindex="0" role="group" aria-label=(head) { table {
            thead { tr { th { (head) } th { (l.t("Stands", "נשאר")) } th { (l.t("Put right", "תוקן")) } th { (l.t("Provisional", "זמני")) } th { (l.t("Right", "נכון")) } } }
            tbody { @for (words, judged) in rows { tr {
                th scope="row" { (words) } td { (judged.stands) } td { (judged.corrected) } td { (judged.provisional) }
                td { bdi { (judged.accuracy().map_or("–".to_owned(), percent)) } }
            } } }
        } }
    }
}

fn verdicts_table(l: Lang, head: &str, rows: impl Iterator<Item = (String, (i64, i64))>) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="group" aria-label=(head) { table {
            thead { tr { th { (head) } th { (l.t("Right", "נכון")) } th { (l.t("Wrong", "לא נכון")) } th { (l.t("Share", "שיעור")) } } }
            tbody { @for (words, (right, wrong)) in rows { tr {
                th scope="row" { (words) } td { (right) } td { (wrong) } td { bdi { (percent(right as f64 / (right + wrong).max(1) as f64)) } }
            } } }
        } }
    }
}

fn brains_table(me: &Me, brains: &[BrainUse]) -> Markup {
    let l = me.lang;
    if brains.is_empty() {
        return empty("check", l.t("Nothing was asked in this period", "לא נשאל דבר בתקופה הזאת"), "");
    }
    let average = |it: &BrainUse| match it.latency_ms as f64 / it.uses.max(1) as f64 {
        short if short < 1000.0 => format!("{short:.0} ms"),
        long => format!("{:.1} s", long / 1000.0),
    };
    html! {
        div class="scroll" tabindex="0" role="group" aria-label=(l.t("Brains", "מנועי הבנה")) { table {
            thead { tr { th { (l.t("Brain", "מנוע")) } th { (l.t("Prompt", "הנחיה")) } th { (l.t("Uses", "שימושים")) } th { (l.t("Failed", "נכשלו")) } th { (l.t("In a model's place", "במקום מודל")) } th { (l.t("Average", "ממוצע")) } th { (l.t("Cost", "עלות")) } } }
            tbody { @for it in brains { tr {
                th scope="row" { @if it.brain == "local" { (l.t("Built in", "מובנה")) } @else { bdi { (it.brain) " " (it.model) } } } td { bdi { (it.prompt) } } td { (it.uses) } td { (it.failed) } td { (it.fallback) }
                td { bdi { (average(it)) } } td { bdi { (format!("${:.2}", it.cost_micros as f64 / 1_000_000.0)) } }
            } } }
        } }
    }
}

//! How well the brains understand (D2): what people put right, what they said of the sample, and what each brain takes in time
//! and money, beside the period before; what was put right leads to the leads.

use super::figures::percent;
use super::files::with_before;
use super::labels::understood;
use super::{Asked, Chosen, Opened, back, beside, brackets, head, labels, periods, uses};
use crate::csv::Cell;
use crate::pages::shell::{Page, Place, empty, icon, terms};
use crate::problem::Result;
use crate::session::{Lang, Me};
use crate::state::AppState;
use axum::extract::State;
use maud::{Markup, Render, html};
use ringleader_jobs::quality::{Measures, measures};
use ringleader_jobs::reports::before;
use ringleader_store::Read;
use ringleader_store::repo::{BrainUse, FactQuality, Judged, Verdicts, fallback_share, judged_by, verdicts_by};
use std::collections::{BTreeMap, BTreeSet};

/// Fewer facts than this say nothing about a brain.
const FEW: i64 = 20;

/// Below this a kind of fact is pointed out.
const POOR: f64 = 0.9;

/// The period, and the one before.
struct Two {
    now: Measures,
    then: Measures,
}

/// A row of a table: its words, and what is so now and was before.
type Row<T> = (Markup, T, T);

pub(super) async fn show(State(state): State<AppState>, Opened { me, chosen, mut read, .. }: Opened) -> Result<Markup> {
    let l = me.lang;
    let earlier = before(&chosen.period);
    let (begin, end) = chosen.period.span(&me.zone());
    let (begin_then, end_then) = earlier.span(&me.zone());
    let now = measures(&mut read, begin, end).await?;
    let two = Two { now, then: measures(&mut read, begin_then, end_then).await? };
    drop(read);
    let kinds = judged_by(&two.now.facts, |it| it.name.clone());
    let poor = kinds.iter().filter(|(_, judged)| is_poor(judged));
    let body = html! {
        (back(&me, &chosen))
        (periods(&me, &chosen, "/reports/brain"))
        (brackets(l))
        @for (name, _) in poor { div class="callout warn" { (icon("warn")) div { p { bdi { (terms::fact(l, name)) } ": " (l.t("people put this right often.", "אנשים מתקנים את זה לעיתים קרובות.")) } } } }
        (verdicts(l, &two, &chosen))
        (facts(&me, &two, &chosen))
        (brains(l, &two, &chosen))
    };
    Page::new(&me, Place::Reports, l.t("How well it understands", "איכות ההבנה"), body).show(&state).await
}

/// Its cards as files, beside the period before.
pub(super) async fn file(me: &Me, read: &mut Read, asked: &Asked, part: &str) -> Result<Vec<Vec<Cell>>> {
    let (l, chosen) = (me.lang, asked.chosen(me, read).await?);
    let before = before(&chosen.period);
    let (begin, end) = chosen.period.span(&me.zone());
    let (earlier, until) = before.span(&me.zone());
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
        l.t("In a model's place", "במקום מודל"),
        l.t("Average (seconds)", "ממוצע (שניות)"),
        l.t("Cost (USD)", "עלות (USD)"),
    ];
    let (now, then) = (read.quality().brains(begin, end).await?, read.quality().brains(earlier, until).await?);
    let name = |it: &BrainUse| format!("{} {} {}", it.brain, it.model, it.prompt);
    let of = |all: &[BrainUse], wanted: &str| {
        let found = all.iter().find(|it| name(it) == wanted);
        let counts = found.map_or([0; 3], |it| [it.uses, it.failed, it.fallback]).map(Cell::from);
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

/// All that there is now or was before, in order.
fn both<K: Ord + Clone, T: Copy + Default>(
    now: &BTreeMap<K, T>,
    then: &BTreeMap<K, T>,
    words: impl Fn(&K) -> Markup,
) -> Vec<Row<T>> {
    let keys: BTreeSet<&K> = now.keys().chain(then.keys()).collect();
    let of = |all: &BTreeMap<K, T>, key: &K| all.get(key).copied().unwrap_or_default();
    keys.into_iter().map(|key| (words(key), of(now, key), of(then, key))).collect()
}

/// The same, each with what names it in an address.
fn keyed<K: Ord + Clone, T: Copy + Default>(
    now: &BTreeMap<K, T>,
    then: &BTreeMap<K, T>,
    name: impl Fn(&K) -> String,
    words: impl Fn(&K) -> Markup,
) -> Vec<(String, Row<T>)> {
    let keys: BTreeSet<&K> = now.keys().chain(then.keys()).collect();
    let names: Vec<String> = keys.into_iter().map(name).collect();
    names.into_iter().zip(both(now, then, words)).collect()
}

/// A number, and the one of the period before.
fn number(now: impl Render, then: impl Render) -> Markup {
    html! { bdi { (now) } (beside(then)) }
}

fn share(share: Option<f64>) -> String {
    share.map_or("–".to_owned(), percent)
}

fn table(l: Lang, head: &[&str], rows: &[(Markup, Vec<Markup>)]) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="group" aria-label=(head.first().copied().unwrap_or(l.t("Table", "טבלה"))) { table {
            thead { tr { @for words in head { th { (words) } } } }
            tbody { @for (words, cells) in rows { tr { th scope="row" { (words) } @for cell in cells { td { (cell) } } } } }
        } }
    }
}

/// What people said of the sample, by what it was taken for and by language.
fn verdicts(l: Lang, two: &Two, chosen: &Chosen) -> Markup {
    let of = |measures: &Measures| verdicts_by(&measures.verdicts, |_| ()).remove(&()).unwrap_or_default();
    let rate = |(right, wrong): (i64, i64)| share((right + wrong > 0).then(|| right as f64 / (right + wrong) as f64));
    let (now, then) = (of(&two.now), of(&two.then));
    // A number leads to the readings that it is made of, where there are any.
    let linked = |(name, value): (&str, &str), verdict, now: i64, then: i64| {
        let link = labels::path(chosen, &[(name, value), ("verdict", verdict)]);
        html! { @if now > 0 { a href=(link) { bdi { (now) } } } @else { (now) } (beside(then)) }
    };
    let by_table = |head: &str, name: &str, rows: Vec<(String, Row<(i64, i64)>)>| {
        let cells = |(key, (words, now, then)): (String, Row<(i64, i64)>)| {
            let (right, wrong) = (("right", now.0, then.0), ("wrong", now.1, then.1));
            let counts = [right, wrong].map(|(verdict, now, then)| linked((name, &key), verdict, now, then));
            (words, counts.into_iter().chain([number(rate(now), rate(then))]).collect::<Vec<_>>())
        };
        let head = [head, l.t("Right", "נכון"), l.t("Wrong", "לא נכון"), l.t("Share", "שיעור")];
        table(l, &head, &rows.into_iter().map(cells).collect::<Vec<_>>())
    };
    let intents = |measures: &Measures| verdicts_by(&measures.verdicts, |it| it.intent.clone());
    let languages = |measures: &Measures| verdicts_by(&measures.verdicts, Verdicts::language);
    html! {
        section class="card" id="labels" { h2 { (l.t("Your verdicts", "מה אמרתם")) }
            @match now.0 + now.1 {
                0 => p { (l.t("Ten times a week you are shown what was written or said and what was understood: one tap each says whether it is right.", "עשר פעמים בשבוע מוצג לכם מה נכתב או נאמר ומה הובן: נגיעה אחת אומרת אם זה נכון.")) },
                all => p { (number(rate(now), rate(then))) " " (l.ns(all, ("of one reading is right.", "מתוך קריאה אחת נמצאו נכונים."), ("of {n} readings are right.", "מתוך {n} קריאות נמצאו נכונים."))) },
            }
            @if now != (0, 0) || then != (0, 0) {
                (by_table(l.t("Taken for", "הובן כ"), "intent", keyed(&intents(&two.now), &intents(&two.then), |it| it.clone().unwrap_or(labels::NONE.to_owned()), |it| html! { (understood(l, it.as_deref())) })))
                (by_table(l.t("Language", "שפה"), "lang", keyed(&languages(&two.now), &languages(&two.then), ToString::to_string, |it| html! { (terms::language(l, *it)) })))
            }
            p { a class="button" href="/reports/labels" { (icon("check")) span { (l.t("Ten to judge", "עשר לבדיקה")) } } }
        }
    }
}

/// What people put right, by kind of fact, by language, and by who read.
fn facts(me: &Me, two: &Two, chosen: &Chosen) -> Markup {
    let l = me.lang;
    let by_table = |head: &str, rows: Vec<Row<Judged>>, link: &dyn Fn(usize, &str) -> Option<String>| {
        let cells = |(nth, (words, now, then)): (usize, Row<Judged>)| {
            // A number leads to the leads that it is made of, where there are any.
            let linked = |measure, any: i64, now: &str, then: &str| {
                let link = link(nth, measure).filter(|_| any > 0);
                html! { @match link { Some(link) => a href=(link) { bdi { (now) } }, None => bdi { (now) } } (beside(then)) }
            };
            let count = |measure, of: fn(&Judged) -> i64| {
                linked(measure, of(&now), &of(&now).to_string(), &of(&then).to_string())
            };
            let stands = count("stands", |it| it.stands);
            let corrected = count("corrected", |it| it.corrected);
            let provisional = count("provisional", |it| it.provisional);
            let accuracy = linked("stands", now.stands, &share(now.accuracy()), &share(then.accuracy()));
            (words, vec![stands, corrected, provisional, accuracy])
        };
        let head =
            [head, l.t("Stands", "נשאר"), l.t("Put right", "תוקן"), l.t("Provisional", "זמני"), l.t("Right", "נכון")];
        table(l, &head, &rows.into_iter().enumerate().map(cells).collect::<Vec<_>>())
    };
    let kinds = |measures: &Measures| judged_by(&measures.facts, |it| it.name.clone());
    let (now, then) = (kinds(&two.now), kinds(&two.then));
    let names: BTreeSet<&String> = now.keys().chain(then.keys()).collect();
    let names: Vec<&String> = names.into_iter().collect();
    let rows = |nth: usize, measure: &str| chosen.path("/reports/rows", Some(&format!("{measure}:{}", names[nth])));
    let languages = |measures: &Measures| judged_by(&measures.facts, FactQuality::language);
    let readers = |measures: &Measures| judged_by(&measures.facts, FactQuality::reader);
    html! {
        section class="card" id="facts" { (head(chosen, l.t("What was read, and what you put right", "מה נקרא, ומה תוקן"), "facts"))
            @if names.is_empty() { (empty("check", l.t("Nothing was read in this period", "לא נקרא דבר בתקופה הזאת"), "")) }
            @else { (by_table(l.t("Fact", "פרט"), both(&now, &then, |name| html! { (terms::fact(l, name)) }), &|nth, measure| Some(rows(nth, measure)))) }
        }
        @if !names.is_empty() {
            section class="card" id="languages" { h2 { (l.t("By the language of the words", "לפי שפת הדברים")) }
                (by_table(l.t("Language", "שפה"), both(&languages(&two.now), &languages(&two.then), |it| html! { (terms::language(l, *it)) }), &|_, _| None))
            }
            section class="card" id="readers" { h2 { (l.t("By who read them", "לפי מי שקרא")) }
                (by_table(l.t("Brain and prompt", "מנוע והנחיה"), both(&readers(&two.now), &readers(&two.then), |it| reader(l, it.as_ref())), &|_, _| None))
            }
        }
    }
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

/// Brain, model, prompt.
type Key = (String, String, String);
type Used = BTreeMap<Key, BrainUse>;

/// What each brain and prompt took.
fn brains(l: Lang, two: &Two, chosen: &Chosen) -> Markup {
    let key = |it: &BrainUse| (it.brain.clone(), it.model.clone(), it.prompt.clone());
    let of = |measures: &Measures| -> Used { measures.brains.iter().map(|it| (key(it), it.clone())).collect() };
    let (now, then) = (of(&two.now), of(&two.then));
    let keys: BTreeSet<&Key> = now.keys().chain(then.keys()).collect();
    // A number leads to the questions that it is made of, where there are any.
    let uses = |key: &Key, only: &'static str| {
        let (brain, model, prompt) = key;
        uses::path(chosen, &[("brain", brain), ("model", model), ("prompt", prompt), ("only", only)])
    };
    let linked = |any: bool, link: String, number: Markup| match any {
        true => html! { a href=(link) { (number) } },
        false => number,
    };
    let count = |of: fn(&BrainUse) -> i64, key: &Key, only| {
        let one = |all: &Used| all.get(key).map_or(0, of);
        html! { (linked(one(&now) > 0, uses(key, only), html! { bdi { (one(&now)) } })) (beside(one(&then))) }
    };
    let told = |of: &dyn Fn(&BrainUse) -> String, any: fn(&BrainUse) -> bool, key: &Key, only| {
        let one = |all: &Used| all.get(key).map_or("–".to_owned(), of);
        let any = now.get(key).is_some_and(any);
        html! { (linked(any, uses(key, only), html! { bdi { (one(&now)) } })) (beside(one(&then))) }
    };
    let row = |key: &Key| {
        let (brain, model, prompt) = key;
        let words = html! { @if brain == "local" { (l.t("Built in", "מובנה")) } @else { bdi { (brain) " " (model) } } };
        let cells = vec![
            html! { bdi { (prompt) } },
            count(|it| it.uses, key, ""),
            count(|it| it.failed, key, "failed"),
            count(|it| it.fallback, key, "fallback"),
            told(&|it| average(l, it), |_| true, key, ""),
            told(&|it| format!("${:.2}", it.cost_micros as f64 / 1_000_000.0), |it| it.cost_micros != 0, key, "paid"),
        ];
        (words, cells)
    };
    let head = [
        l.t("Brain", "מנוע"),
        l.t("Prompt", "הנחיה"),
        l.t("Uses", "שימושים"),
        l.t("Failed", "נכשלו"),
        l.t("In a model's place", "במקום מודל"),
        l.t("Average", "ממוצע"),
        l.t("Cost", "עלות"),
    ];
    let ((analyses, provisional), (before, before_provisional)) = (two.now.analyses, two.then.analyses);
    html! {
        section class="card" id="brains" { (self::head(chosen, l.t("Brains", "מנועי הבנה"), "brains"))
            @if keys.is_empty() { (empty("check", l.t("Nothing was asked in this period", "לא נשאל דבר בתקופה הזאת"), "")) }
            @else { (table(l, &head, &keys.into_iter().map(row).collect::<Vec<_>>())) }
            @if let Some(now) = fallback_share(&two.now.brains) { p { (l.t("Answered by the built-in brain in a model's place: ", "נענו בידי המנוע המובנה במקום מודל: ")) a href=(uses::path(chosen, &[("only", "fallback")])) { bdi { (percent(now)) } } (beside(share(fallback_share(&two.then.brains)))) } }
            @if analyses > 0 || before > 0 { p { (l.t("Analyses of calls that are done: ", "ניתוחי שיחות שהושלמו: ")) (number(analyses, before)) ". " (l.t("Of them provisionally: ", "מהם באופן זמני: ")) (number(provisional, before_provisional)) } }
        }
    }
}

fn average(l: Lang, it: &BrainUse) -> String {
    match it.latency_ms as f64 / it.uses.max(1) as f64 {
        short if short < 1000.0 => format!("{short:.0} {}", l.t("ms", "אלפיות שנ׳")),
        long => uses::took(l, long),
    }
}

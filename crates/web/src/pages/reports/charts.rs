//! Charts of the reports, drawn on the server: bars of days, the hours of the week, the funnel. Each has its numbers as a
//! table or as words beside it, so that nobody needs to see it.

use super::files::with_before;
use super::{Told, beside, brackets};
use crate::csv::Cell;
use crate::pages::shell::{When, empty};
use crate::session::{Lang, Me};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use maud::{Markup, html};
use ringleader_core::tenant::week_start;

/// More days than this are shown by weeks of seven.
const MOST_BARS: i32 = 100;

struct Bar {
    first: Date,
    last: Date,
    answered: i64,
    missed: i64,
    /// Answered and missed ones as far into the period before.
    then: (i64, i64),
}

/// Bars of answered and missed calls. Elements within a drawing are closed in so many words: to a browser an open one holds
/// those that follow, and does not show them. The older ones come first, whatever way the words run.
pub(super) fn days(me: &Me, report: &Told) -> Markup {
    let l = me.lang;
    let bars = bars(report);
    let most = bars.iter().map(|bar| bar.answered + bar.missed).max().unwrap_or(0);
    if most == 0 {
        return empty("calls", l.t("No calls in this period", "אין שיחות בתקופה הזאת"), "");
    }
    let (wide, high) = (bars.len() * 10, 100);
    let size = |value: i64| value * i64::from(high) / most;
    html! {
        svg class="chart" viewBox={ "0 0 " (wide) " " (high) } preserveAspectRatio="none" role="img" aria-label=(l.t("Answered and missed calls by day", "שיחות שנענו ושלא נענו לפי יום")) {
            @for (at, bar) in bars.iter().enumerate() {
                @let (good, warn) = (size(bar.answered), size(bar.missed));
                a href=(link(report, bar, "calls:inbound")) tabindex="-1" { title { (words(me, bar)) }
                    rect class="good" x=(at * 10 + 1) width="8" y=(i64::from(high) - good) height=(good) {}
                    rect class="warn" x=(at * 10 + 1) width="8" y=(i64::from(high) - good - warn) height=(warn) {}
                }
            }
        }
        ul class="legend" {
            li { svg viewBox="0 0 10 10" aria-hidden="true" { rect class="good" width="10" height="10" {} } (l.t("Answered", "נענו")) }
            li { svg viewBox="0 0 10 10" aria-hidden="true" { rect class="warn" width="10" height="10" {} } (l.t("Missed", "לא נענו")) }
        }
        details { summary { (l.t("As a table", "כטבלה")) } (table(me, report, &bars)) }
    }
}

fn bars(report: &Told) -> Vec<Bar> {
    let (first, last) = (report.period.first, report.period.last);
    let step = if (last - first).get_days() >= MOST_BARS { 7 } else { 1 };
    let apart = (first - report.before.first).get_days();
    let mut bars: Vec<Bar> = Vec::new();
    let mut at = first;
    while at <= last {
        let end = at.saturating_add((step - 1).days()).min(last);
        let sum = |measure: &str| report.days.range(at..=end).filter_map(|(_, sums)| sums.get(measure)).sum();
        let earlier = at.saturating_sub(apart.days())..=end.saturating_sub(apart.days());
        let was =
            |measure: &str| report.days_then.range(earlier.clone()).filter_map(|(_, sums)| sums.get(measure)).sum();
        let then = (was("answered"), was("missed"));
        bars.push(Bar { first: at, last: end, answered: sum("answered"), missed: sum("missed"), then });
        let next = at.saturating_add(step.days());
        if next <= at {
            break;
        }
        at = next;
    }
    bars
}

fn words(me: &Me, bar: &Bar) -> String {
    let l = me.lang;
    let (answered, missed) =
        (l.n(bar.answered, "{n} answered", "{n} נענו"), l.n(bar.missed, "{n} missed", "{n} לא נענו"));
    format!("{}: {answered}, {missed}", When::of(me).full_date(bar.first))
}

/// The calls behind a bar.
fn link(report: &Told, bar: &Bar, measure: &str) -> String {
    report.chosen.days_path("/reports/rows", bar.first, bar.last, Some(measure))
}

fn table(me: &Me, report: &Told, bars: &[Bar]) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    html! {
        div class="scroll" tabindex="0" role="group" aria-label=(l.t("Calls by day", "שיחות לפי יום")) {
            table {
                thead { tr { th { (l.t("From", "מתאריך")) } th { (l.t("Answered", "נענו")) } th { (l.t("Missed", "לא נענו")) } } }
                tbody { @for bar in bars { tr { th scope="row" { (when.full_date(bar.first)) } td { a href=(link(report, bar, "answered")) { (bar.answered) } (beside(bar.then.0)) } td { a href=(link(report, bar, "missed")) { (bar.missed) } (beside(bar.then.1)) } } } }
            }
            (brackets(l))
        }
    }
}

const DAYS: [(&str, &str); 7] =
    [("Mon", "ב׳"), ("Tue", "ג׳"), ("Wed", "ד׳"), ("Thu", "ה׳"), ("Fri", "ו׳"), ("Sat", "ש׳"), ("Sun", "א׳")];

/// The hours of the week; the darker, the more calls. The week begins as the business's country has it.
pub(super) fn week(me: &Me, report: &Told, week: &[[i64; 24]; 7]) -> Markup {
    let l = me.lang;
    let most = week.iter().flatten().copied().max().unwrap_or(0);
    if most == 0 {
        return empty("calls", l.t("No calls in this period", "אין שיחות בתקופה הזאת"), "");
    }
    let calls = report.path("/reports/rows", Some("calls:inbound"));
    let order = order(me);
    let used: Vec<usize> = (0..24).filter(|hour| week.iter().any(|day| day[*hour] > 0)).collect();
    let (first, last) = (used.first().copied().unwrap_or(0), used.last().copied().unwrap_or(23));
    html! {
        p { a href=(calls) { (l.ns(report.now.inbound, ("One call", "שיחה אחת"), ("{n} calls", "{n} שיחות"))) } (beside(report.then.inbound)) }
        div class="scroll" tabindex="0" role="group" aria-label=(l.t("Calls by hour of the week", "שיחות לפי שעה בשבוע")) {
            table class="heat" {
                thead { tr { th { (l.t("Hour", "שעה")) } @for day in order { th scope="col" { (day_name(l, day)) } } } }
                tbody { @for hour in first..=last {
                    tr { th scope="row" { bdi { (format!("{hour:02}:00")) } }
                        @for day in order { @let value = week[day][hour]; td class={ "h" (shade(value, most)) } { @if value > 0 { a href={ (calls) "&weekday=" (day + 1) "&hour=" (hour) } { (value) } } } }
                    }
                } }
            }
        }
    }
}

/// Days of the week, Monday 0, as the country of the business begins it.
fn order(me: &Me) -> [usize; 7] {
    match week_start(&me.tenant.country) {
        Weekday::Sunday => [6, 0, 1, 2, 3, 4, 5],
        _ => [0, 1, 2, 3, 4, 5, 6],
    }
}

/// The hours of the week as a file, beside those of the period before.
pub(super) fn week_file(me: &Me, now: &[[i64; 24]; 7], then: &[[i64; 24]; 7]) -> Vec<Vec<Cell>> {
    let (l, order) = (me.lang, order(me));
    let mut table = vec![with_before(l, l.t("Hour", "שעה"), &order.map(|day| day_name(l, day)))];
    table.extend((0..24).map(|hour| {
        let of = |week: &[[i64; 24]; 7]| order.map(|day| Cell::from(week[day][hour]));
        std::iter::once(format!("{hour:02}:00").into()).chain(of(now)).chain(of(then)).collect()
    }));
    table
}

fn day_name(l: Lang, day: usize) -> &'static str {
    let (en, he) = DAYS[day];
    l.t(en, he)
}

/// 0 for nothing, to 5 for the most.
fn shade(value: i64, most: i64) -> i64 {
    if value == 0 { 0 } else { (1 + (value - 1) * 5 / most.max(1)).min(5) }
}

/// A step of the way from a missed call to business.
pub(super) fn step_words(l: Lang, measure: &str) -> &'static str {
    match measure {
        "outreach" => l.t("People we missed", "אנשים שלא ענינו להם"),
        "reached" => l.t("Reached", "נוצר קשר"),
        "funnel:replied" => l.t("Answered us", "ענו לנו"),
        "recovered" => l.t("Ready to call", "מוכנים לשיחה"),
        "funnel:viewing_booked" => l.t("Viewing booked", "נקבע ביקור"),
        _ => l.t("Customers", "לקוחות"),
    }
}

/// The way from a missed call to business.
pub(super) fn funnel(me: &Me, report: &Told) -> Markup {
    let (l, steps) = (me.lang, report.funnel());
    let most = steps.iter().map(|(_, value, _)| *value).max().unwrap_or(0).max(1);
    html! {
        ol class="funnel" {
            @for (measure, value, then) in steps {
                li {
                    span { (step_words(l, measure)) } span { a href=(report.path("/reports/rows", Some(measure))) { (value) } (beside(then)) }
                    svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" { rect class="good" width=(value * 100 / most) height="6" {} }
                }
            }
        }
        (brackets(l))
    }
}

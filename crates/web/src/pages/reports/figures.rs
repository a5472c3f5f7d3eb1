//! The figures of a period as a table: on the page in words, in a file as numbers with their unit beside the name.

use super::Told;
use crate::csv::Cell;
use crate::pages::shell::When;
use crate::session::{Lang, Me};
use maud::{Markup, html};
use ringleader_core::reports::summary::Summary;
use ringleader_jobs::reports::Cost;

/// How much.
#[derive(Debug, Clone, Copy)]
pub(super) enum Amount {
    Count(i64),
    /// 0 to 1.
    Rate(Option<f64>),
    Seconds(Option<f64>),
    /// Millionths of a US dollar.
    Dollars(i64),
}

/// One line: words, this period, the one before, and where what is behind it is shown: a measure, or a page.
pub(super) struct Figure {
    pub(super) words: &'static str,
    pub(super) now: Amount,
    pub(super) then: Amount,
    link: Link,
}

enum Link {
    Rows(&'static str),
    Page(&'static str),
}

impl Amount {
    fn words(self) -> String {
        let nothing = || "–".to_owned();
        match self {
            Self::Count(n) => n.to_string(),
            Self::Rate(rate) => rate.map_or_else(nothing, percent),
            Self::Seconds(length) => length.map_or_else(nothing, seconds),
            Self::Dollars(micros) => format!("${:.2}", dollars(micros)),
        }
    }

    /// As a number, for a spreadsheet.
    pub(super) fn cell(self) -> Cell {
        let number = |number: Option<f64>, digits| number.map_or(Cell::Empty, |number| Cell::Number(number, digits));
        match self {
            Self::Count(n) => n.into(),
            Self::Rate(rate) => number(rate.map(|rate| rate * 100.0), 2),
            Self::Seconds(length) => number(length, 1),
            Self::Dollars(micros) => number(Some(dollars(micros)), 2),
        }
    }

    /// In what the number counts, for the name of its row.
    pub(super) fn unit(self, l: Lang) -> Option<&'static str> {
        match self {
            Self::Count(_) => None,
            Self::Rate(_) => Some("%"),
            Self::Seconds(_) => Some(l.t("seconds", "שניות")),
            Self::Dollars(_) => Some("USD"),
        }
    }
}

fn dollars(micros: i64) -> f64 {
    micros as f64 / 1_000_000.0
}

pub(super) fn percent(rate: f64) -> String {
    format!("{:.0}%", rate * 100.0)
}

pub(super) fn seconds(seconds: f64) -> String {
    When::length(seconds.round() as i64)
}

pub(super) fn table(me: &Me, report: &Told) -> Markup {
    let l = me.lang;
    let link = |figure: &Figure| match figure.link {
        Link::Rows(measure) => report.path("/reports/rows", Some(measure)),
        Link::Page(page) => page.to_owned(),
    };
    html! {
        div class="scroll" tabindex="0" role="group" aria-label=(l.t("In figures", "במספרים")) {
            table {
                thead { tr { th { (l.t("Figure", "נתון")) } th { (l.t("This period", "התקופה")) } th { (l.t("Before", "התקופה הקודמת")) } } }
                tbody { @for row in &all(l, report) {
                    tr {
                        th scope="row" { (row.words) }
                        td { a href=(link(row)) { bdi { (row.now.words()) } } }
                        td class="soft" { bdi { (row.then.words()) } }
                    }
                } }
            }
        }
    }
}

/// The figures, and what it cost.
pub(super) fn all(l: Lang, report: &Told) -> Vec<Figure> {
    let mut rows = told(l, &report.now, &report.then);
    let (now, then) = (report.cost, report.cost_then);
    let mut row = |words, of: fn(Cost) -> i64, amount: fn(i64) -> Amount| {
        if of(now) != 0 || of(then) != 0 {
            rows.push(Figure { words, now: amount(of(now)), then: amount(of(then)), link: Link::Page("/usage") });
        }
    };
    row(l.t("Credits of voice agents", "קרדיטים של סוכנים קוליים"), |it| it.credits, Amount::Count);
    row(l.t("Language models", "מודלי שפה"), |it| it.model_micros, Amount::Dollars);
    rows
}

fn told(l: Lang, now: &Summary, then: &Summary) -> Vec<Figure> {
    let row = |words, of: fn(&Summary) -> Amount, measure| Figure {
        words,
        now: of(now),
        then: of(then),
        link: Link::Rows(measure),
    };
    use Amount::{Count, Rate, Seconds};
    vec![
        row(l.t("Calls in", "שיחות נכנסות"), |s| Count(s.inbound), "calls:inbound"),
        row(l.t("Answered", "נענו"), |s| Count(s.answered), "answered"),
        row(l.t("Missed", "לא נענו"), |s| Count(s.missed), "missed"),
        row(l.t("Answer rate", "שיעור מענה"), |s| Rate(s.answer_rate), "answered"),
        row(l.t("Calls out", "שיחות יוצאות"), |s| Count(s.outbound), "calls:outbound"),
        row(l.t("Average talk", "משך שיחה ממוצע"), |s| Seconds(s.average_talk_seconds), "answered"),
        row(l.t("Average wait for an answer", "המתנה ממוצעת למענה"), |s| Seconds(s.average_wait_seconds), "waits"),
        row(
            l.t("First response, in opening hours", "תגובה ראשונה, בשעות הפעילות"),
            |s| Seconds(s.average_response_seconds),
            "responses",
        ),
        row(l.t("New leads", "לידים חדשים"), |s| Count(s.leads), "leads"),
        row(l.t("Ready to call", "מוכנים לשיחה"), |s| Count(s.qualified), "qualified"),
        row(l.t("Recovered", "חזרו כלידים"), |s| Count(s.recovered), "recovered"),
        row(l.t("Became customers", "הפכו ללקוחות"), |s| Count(s.converted), "converted"),
        row(l.t("Reminded", "קיבלו תזכורת"), |s| Count(s.reminded), "reminded"),
        row(l.t("Wrote after a reminder", "כתבו אחרי תזכורת"), |s| Rate(s.reminder_effect), "replied_after_reminder"),
        row(l.t("Chats handed to a person", "שיחות שעברו לאדם"), |s| Rate(s.handover_rate), "handed_over"),
        row(
            l.t("Receptionist's calls handed to a person", "שיחות של המענה האוטומטי שעברו לאדם"),
            |s| Rate(s.call_handover_rate),
            "calls_handed_over",
        ),
        row(l.t("Asked not to be written to", "ביקשו שלא לכתוב להם"), |s| Count(s.opted_out), "opted_out"),
    ]
}

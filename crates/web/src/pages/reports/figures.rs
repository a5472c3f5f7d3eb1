//! The figures of a period as a table: on the page in words, in a file as numbers with their unit beside the name.

use super::{Told, uses};
use crate::csv::Cell;
use crate::pages::shell::When;
use crate::session::{Lang, Me};
use maud::{Markup, html};
use ringleader_core::currency::{Currency, money};
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
    /// Minor units of the business's currency; `None` where it has told no value.
    Money(Option<i64>, Option<Currency>),
}

/// One line: words, this period, the one before, and where what is behind it is shown.
pub(super) struct Figure {
    pub(super) words: &'static str,
    pub(super) now: Amount,
    pub(super) then: Amount,
    link: Link,
}

enum Link {
    /// The rows behind a measure.
    Rows(&'static str),
    /// Questions to models that cost money.
    Uses,
}

impl Amount {
    pub(super) fn words(self) -> String {
        let nothing = || "–".to_owned();
        match self {
            Self::Count(n) => n.to_string(),
            Self::Rate(rate) => rate.map_or_else(nothing, percent),
            Self::Seconds(length) => length.map_or_else(nothing, seconds),
            Self::Dollars(micros) => format!("${:.2}", dollars(micros)),
            Self::Money(value, currency) => value.map_or_else(nothing, |value| money(value, currency)),
        }
    }

    /// In words that lead to what it is made of; nothing leads nowhere.
    pub(super) fn linked(self, link: &str) -> Markup {
        let words = self.words();
        match self {
            Self::Rate(None) | Self::Seconds(None) | Self::Money(None, _) => html! { (words) },
            _ => html! { a href=(link) { bdi { (words) } } },
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
            Self::Money(value, _) => number(value.map(|value| value as f64 / 100.0), 2),
        }
    }

    /// In what the number counts, for the name of its row.
    pub(super) fn unit(self, l: Lang) -> Option<&'static str> {
        match self {
            Self::Count(_) => None,
            Self::Rate(_) => Some("%"),
            Self::Seconds(_) => Some(l.t("seconds", "שניות")),
            Self::Dollars(_) => Some("USD"),
            Self::Money(_, currency) => currency.map(Currency::as_str),
        }
    }
}

/// A name with the unit of what stands under it.
pub(super) fn named(l: Lang, words: &str, amount: Amount) -> String {
    amount.unit(l).map_or_else(|| words.to_owned(), |unit| format!("{words} ({unit})"))
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
        Link::Uses => uses::path(&report.chosen, &[("only", "paid")]),
    };
    html! {
        div class="scroll" tabindex="0" role="group" aria-label=(l.t("In figures", "במספרים")) {
            table {
                thead { tr { th { (l.t("Figure", "נתון")) } th { (l.t("This period", "התקופה")) } th { (l.t("Before", "התקופה הקודמת")) } } }
                tbody { @for row in &all(me, report) {
                    tr {
                        th scope="row" { (row.words) }
                        td { (row.now.linked(&link(row))) }
                        td class="soft" { bdi { (row.then.words()) } }
                    }
                } }
            }
        }
    }
}

/// The figures, and what it cost.
pub(super) fn all(me: &Me, report: &Told) -> Vec<Figure> {
    let l = me.lang;
    let mut rows = told(l, &report.now, &report.then);
    rows.extend(reminders(l, &report.now, &report.then));
    rows.extend(worth(me, report));
    let (now, then) = (report.cost, report.cost_then);
    let mut row = |words, of: fn(Cost) -> i64, amount: fn(i64) -> Amount, link| {
        if of(now) != 0 || of(then) != 0 {
            rows.push(Figure { words, now: amount(of(now)), then: amount(of(then)), link });
        }
    };
    let credits = Link::Rows("credits");
    row(l.t("Credits of voice agents", "קרדיטים של סוכנים קוליים"), |it| it.credits, Amount::Count, credits);
    row(l.t("Language models", "מודלי שפה"), |it| it.model_micros, Amount::Dollars, Link::Uses);
    rows
}

/// What calls are worth, where the business has told the value of a lead.
fn worth(me: &Me, report: &Told) -> Vec<Figure> {
    let (l, currency) = (me.lang, me.tenant.currency());
    let row = |words, of: fn(&Summary) -> Option<i64>, measure| Figure {
        words,
        now: Amount::Money(of(&report.now), currency),
        then: Amount::Money(of(&report.then), currency),
        link: Link::Rows(measure),
    };
    if report.now.recovered_value.is_none() {
        return vec![];
    }
    vec![
        row(l.t("Worth of the recovered", "השווי של מה שחזר כלידים"), |s| s.recovered_value, "recovered"),
        row(
            l.t("Missed and not recovered, worth at most", "לא נענו ולא חזרו כלידים, בשווי של עד"),
            |s| s.unrecovered_value,
            "missed",
        ),
    ]
}

/// What each reminder brought, where any went out.
fn reminders(l: Lang, now: &Summary, then: &Summary) -> Vec<Figure> {
    let row = |words, nth, measure| Figure {
        words,
        now: Amount::Rate(now.effect_of(nth)),
        then: Amount::Rate(then.effect_of(nth)),
        link: Link::Rows(measure),
    };
    if now.reminded + then.reminded == 0 {
        return vec![];
    }
    vec![
        row(l.t("Wrote after the first reminder", "כתבו אחרי התזכורת הראשונה"), "1", "replied_after_reminder:1"),
        row(l.t("Wrote after the second reminder", "כתבו אחרי התזכורת השנייה"), "2", "replied_after_reminder:2"),
    ]
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
        row(l.t("Outreaches", "פניות אחרי שיחה שלא נענתה"), |s| Count(s.outreaches), "outreach"),
        row(l.t("Reached", "נוצר קשר"), |s| Count(s.reached), "reached"),
        row(l.t("New leads", "לידים חדשים"), |s| Count(s.leads), "leads"),
        row(l.t("Ready to call", "מוכנים לשיחה"), |s| Count(s.qualified), "qualified"),
        row(l.t("Recovered", "חזרו כלידים"), |s| Count(s.recovered), "recovered"),
        row(l.t("Viewing booked", "נקבע ביקור"), |s| Count(s.viewing_booked), "viewing_booked"),
        row(
            l.t("Of leads with a viewing, became customers", "מהלידים שנקבע להם ביקור, הפכו ללקוחות"),
            |s| Rate(s.viewing_conversion),
            "with_viewing",
        ),
        row(l.t("Appointments that took place", "פגישות שהתקיימו"), |s| Rate(s.show_rate), "took_place"),
        row(l.t("Liked what they saw", "אהבו את מה שראו"), |s| Rate(s.liked_rate), "liked"),
        row(l.t("Became customers", "הפכו ללקוחות"), |s| Count(s.converted), "converted"),
        row(l.t("Chats", "שיחות כתובות"), |s| Count(s.chats), "chats"),
        row(l.t("Customer wrote", "כתבו לנו"), |s| Count(s.replied), "replied"),
        row(l.t("Reminded", "קיבלו תזכורת"), |s| Count(s.reminded), "reminded"),
        row(l.t("Wrote after a reminder", "כתבו אחרי תזכורת"), |s| Rate(s.reminder_effect), "replied_after_reminder"),
        row(l.t("Chats handed to a person", "שיחות שעברו לאדם"), |s| Rate(s.handover_rate), "handed_over"),
        row(l.t("Talks with the receptionist", "שיחות עם המענה האוטומטי"), |s| Count(s.talks), "talks"),
        row(
            l.t("Receptionist's calls handed to a person", "שיחות של המענה האוטומטי שעברו לאדם"),
            |s| Rate(s.call_handover_rate),
            "calls_handed_over",
        ),
        row(l.t("Found their call good", "אמרו שהשיחה הייתה טובה"), |s| Rate(s.satisfaction), "satisfaction:good"),
        row(l.t("Asked not to be written to", "ביקשו שלא לכתוב להם"), |s| Count(s.opted_out), "opted_out"),
    ]
}

//! Times as people read them, in the business's zone and the reader's language.

use crate::session::Lang;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use maud::{Markup, html};

const EN_DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const HE_DAYS: [&str; 7] = ["יום א׳", "יום ב׳", "יום ג׳", "יום ד׳", "יום ה׳", "יום ו׳", "שבת"];
const EN_MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const HE_MONTHS: [&str; 12] =
    ["ינואר", "פברואר", "מרץ", "אפריל", "מאי", "יוני", "יולי", "אוגוסט", "ספטמבר", "אוקטובר", "נובמבר", "דצמבר"];

/// Where and when a reader is.
#[derive(Debug, Clone)]
pub(crate) struct When {
    lang: Lang,
    zone: TimeZone,
    now: Timestamp,
}

impl When {
    /// For the pages of `me`.
    pub(crate) fn of(me: &crate::session::Me) -> Self {
        Self { lang: me.lang, zone: me.zone(), now: me.now }
    }

    fn local(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone.clone())
    }

    /// The day it is.
    pub(crate) fn today(&self) -> Date {
        self.local(self.now).date()
    }

    /// `14:05`.
    pub(crate) fn time(&self, at: Timestamp) -> String {
        self.local(at).strftime("%H:%M").to_string()
    }

    /// Today, yesterday, tomorrow, or the weekday and the date.
    pub(crate) fn day(&self, at: Timestamp) -> String {
        self.date(self.local(at).date())
    }

    /// A date, as [`When::day`].
    pub(crate) fn date(&self, date: Date) -> String {
        let l = self.lang;
        match (date - self.today()).get_days() {
            0 => l.t("Today", "היום").to_owned(),
            -1 => l.t("Yesterday", "אתמול").to_owned(),
            1 => l.t("Tomorrow", "מחר").to_owned(),
            _ => self.full_date(date),
        }
    }

    /// `Sat 21 Nov`; with its year if that is another one.
    pub(crate) fn full_date(&self, date: Date) -> String {
        let weekday = usize::try_from(date.weekday().to_sunday_zero_offset()).unwrap_or(0);
        let month = usize::try_from(date.month() - 1).unwrap_or(0);
        let year = if date.year() == self.today().year() { String::new() } else { format!(" {}", date.year()) };
        match self.lang {
            Lang::En => format!("{} {} {}{year}", EN_DAYS[weekday], date.day(), EN_MONTHS[month]),
            Lang::He => format!("{}, {} ב{}{year}", HE_DAYS[weekday], date.day(), HE_MONTHS[month]),
        }
    }

    /// A month: `Nov 2026`.
    pub(crate) fn month(&self, first: Date) -> String {
        let nth = usize::try_from(first.month() - 1).unwrap_or(0);
        let name = self.lang.t(EN_MONTHS, HE_MONTHS)[nth];
        format!("{name} {}", first.year())
    }

    /// The shortest words that tell it: the time today, else the day.
    pub(crate) fn short(&self, at: Timestamp) -> Markup {
        let local = self.local(at);
        let words = match (local.date() - self.today()).get_days() {
            0 => self.time(at),
            -1 => self.day(at),
            _ if self.lang == Lang::He => format!("{}.{}", local.day(), local.month()),
            _ => format!("{} {}", local.day(), EN_MONTHS[usize::try_from(local.month() - 1).unwrap_or(0)]),
        };
        html! { time datetime=(at) title=(format!("{} {}", self.full_date(local.date()), self.time(at))) { (words) } }
    }

    /// The time, with its day if that is not today.
    pub(crate) fn words(&self, at: Timestamp) -> String {
        if self.local(at).date() == self.today() {
            self.time(at)
        } else {
            format!("{} {}", self.day(at), self.time(at))
        }
    }

    /// The same in the middle of a sentence.
    pub(crate) fn within(&self, at: Timestamp) -> String {
        let words = self.words(at);
        let near = ["Today", "Tomorrow", "Yesterday"].into_iter().find(|day| words.starts_with(day));
        near.map_or_else(|| words.clone(), |day| words.replacen(day, &day.to_lowercase(), 1))
    }

    /// The same as an element that machines can read.
    pub(crate) fn at(&self, at: Timestamp) -> Markup {
        html! { time datetime=(at) title=(format!("{} {}", self.full_date(self.local(at).date()), self.time(at))) { (self.words(at)) } }
    }

    /// How long ago, in the coarsest words that help: `5 min ago`.
    pub(crate) fn ago(&self, at: Timestamp) -> Markup {
        let l = self.lang;
        let minutes = (self.now.duration_since(at).as_secs() / 60).max(0);
        let words = match minutes {
            0 => l.t("now", "עכשיו").to_owned(),
            1..60 => l.n(minutes, "{n} min ago", "לפני {n} דק׳"),
            60..360 => l.n(minutes / 60, "{n} h ago", "לפני {n} שע׳"),
            _ => return self.short(at),
        };
        html! { time datetime=(at) title=(format!("{} {}", self.full_date(self.local(at).date()), self.time(at))) { (words) } }
    }

    /// From when until when; the end may be open.
    pub(crate) fn window(&self, from: Timestamp, until: Option<Timestamp>) -> String {
        let day = self.day(from);
        match until {
            None => format!("{day} {} {}", self.lang.t("from", "מ-"), self.time(from)).replace("מ- ", "מ-"),
            Some(until) if self.local(until).date() == self.local(from).date() => {
                format!("{day} \u{2066}{}–{}\u{2069}", self.time(from), self.time(until))
            }
            Some(until) => format!("{day} {} – {}", self.time(from), self.words(until)),
        }
    }

    /// A length of time: `2:05`.
    pub(crate) fn length(seconds: i64) -> String {
        format!("{}:{:02}", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(lang: Lang) -> When {
        When { lang, zone: TimeZone::get("Asia/Jerusalem").unwrap(), now: "2026-11-23T10:00:00Z".parse().unwrap() }
    }

    #[test]
    fn days_near_now_have_names_in_both_languages() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        for (time, en, he) in [
            ("2026-11-23T07:30:00Z", "09:30", "09:30"),
            ("2026-11-22T20:00:00Z", "Yesterday 22:00", "אתמול 22:00"),
            ("2026-11-24T06:00:00Z", "Tomorrow 08:00", "מחר 08:00"),
            ("2026-11-28T06:00:00Z", "Sat 28 Nov 08:00", "שבת, 28 בנובמבר 08:00"),
            ("2025-11-28T06:00:00Z", "Fri 28 Nov 2025 08:00", "יום ו׳, 28 בנובמבר 2025 08:00"),
        ] {
            assert_eq!(reader(Lang::En).words(at(time)), en);
            assert_eq!(reader(Lang::He).words(at(time)), he);
        }
        assert!(reader(Lang::En).ago(at("2026-11-23T09:55:00Z")).into_string().contains("5 min ago"));
        assert_eq!(When::length(125), "2:05");
    }
}

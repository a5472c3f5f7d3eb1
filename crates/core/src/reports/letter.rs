//! The letter about a week to the owner (D2): what was missed, what came back, what waits; as text, and as a page whose picture
//! is a table of coloured cells, since mail programs show neither scripts nor drawings, and many no images before a click.
//!
//! Always true: it names no customer and no number (P10), so that it may lie in any mailbox and nothing in it need be erased.

use super::summary::Summary;
use crate::settings::{Day, Weekly};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// A letter that came so much too late is not sent any more, in hours.
const STALE: i64 = 48;

/// What a letter tells.
#[derive(Debug, Clone)]
pub struct Letter<'a> {
    /// The business.
    pub business: &'a str,
    /// `he`, else English is written.
    pub language: &'a str,
    /// The first day told of.
    pub first: Date,
    /// The last.
    pub last: Date,
    /// Answered and missed calls of each of the days.
    pub days: Vec<(Date, i64, i64)>,
    /// The week.
    pub now: &'a Summary,
    /// The one before.
    pub then: &'a Summary,
    /// What the recovered are worth, written out; nothing where the business has told no value.
    pub worth: Option<String>,
    /// Leads that are ready for a call and have had none.
    pub ready: usize,
    /// Tasks that are open.
    pub tasks: usize,
    /// Where the dashboard is, without a slash at the end.
    pub address: &'a str,
}

/// The day on which the letter goes by itself.
fn day_of(weekly: &Weekly, country: &str) -> Day {
    weekly.day.unwrap_or(if country == "IL" { Day::Sun } else { Day::Mon })
}

/// The next letter after a moment: the local day, and when.
pub fn next(weekly: &Weekly, country: &str, zone: &TimeZone, after: Timestamp) -> Option<(Date, Timestamp)> {
    let today = after.to_zoned(zone.clone()).date();
    let wanted = day_of(weekly, country);
    let days = (0..=7i64).filter_map(|ahead| today.checked_add(ahead.days()).ok());
    let moments =
        days.filter(|day| Day::of(day.weekday()) == wanted).filter_map(|day| Some((day, moment(weekly, day, zone)?)));
    let mut later = moments.filter(|(_, at)| *at > after);
    later.next()
}

/// When the letter of a day goes.
fn moment(weekly: &Weekly, day: Date, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_ambiguous_zoned(day.at(weekly.hour.clamp(0, 23), 0, 0, 0)).compatible().ok().map(|at| at.timestamp())
}

/// Whether the letter that was planned for a day is still to go: settings may have changed, and a node may have slept.
pub fn is_due(weekly: &Weekly, country: &str, zone: &TimeZone, day: Date, now: Timestamp) -> bool {
    let at = moment(weekly, day, zone);
    let fresh = |at: Timestamp| at <= now && now.duration_since(at).as_hours() < STALE;
    weekly.on && day_of(weekly, country) == Day::of(day.weekday()) && at.is_some_and(fresh)
}

impl Letter<'_> {
    fn t<'t>(&self, en: &'t str, he: &'t str) -> &'t str {
        if self.language == "he" { he } else { en }
    }

    fn n(&self, n: i64, one: (&str, &str), many: (&str, &str)) -> String {
        let (en, he) = if n == 1 { one } else { many };
        self.t(en, he).replace("{n}", &n.to_string())
    }

    fn date(&self, day: Date) -> String {
        day.strftime("%d.%m.%Y").to_string()
    }

    fn weekday(&self, day: Date) -> &'static str {
        let (en, he) = match day.weekday() {
            Weekday::Sunday => ("Sun", "יום א׳"),
            Weekday::Monday => ("Mon", "יום ב׳"),
            Weekday::Tuesday => ("Tue", "יום ג׳"),
            Weekday::Wednesday => ("Wed", "יום ד׳"),
            Weekday::Thursday => ("Thu", "יום ה׳"),
            Weekday::Friday => ("Fri", "יום ו׳"),
            Weekday::Saturday => ("Sat", "שבת"),
        };
        if self.language == "he" { he } else { en }
    }

    /// The first line.
    fn subject(&self) -> String {
        let missed = self.n(
            self.now.missed,
            ("one missed call", "שיחה אחת שלא נענתה"),
            ("{n} missed calls", "{n} שיחות שלא נענו"),
        );
        let back = self.n(self.now.recovered, ("one came back", "אחת חזרה כליד"), ("{n} came back", "{n} חזרו כלידים"));
        let week = self.t("your week", "השבוע שלך");
        if self.now.missed == 0 && self.now.recovered == 0 {
            return format!("{}: {week}, {}", self.business, self.t("no missed calls", "בלי שיחות שלא נענו"));
        }
        format!("{}: {week}, {missed}, {back}", self.business)
    }

    fn period(&self) -> String {
        format!("{} – {}", self.date(self.first), self.date(self.last))
    }

    /// The three things: what it is, the number, and what there is to say of it.
    fn things(&self) -> [(&str, i64, String); 3] {
        let before = |then: i64| format!("{} {then}", self.t("The week before:", "בשבוע שלפני כן:"));
        let missed = match self.now.reached {
            0 => before(self.then.missed),
            reached => format!(
                "{}. {}",
                self.n(
                    reached,
                    ("One caller was written to or spoken with", "פנייה אחת טופלה בהודעה או בשיחה"),
                    ("{n} callers were written to or spoken with", "{n} פניות טופלו בהודעה או בשיחה")
                ),
                before(self.then.missed)
            ),
        };
        let recovered = match &self.worth {
            Some(worth) if self.now.recovered > 0 => {
                format!("{} {worth}. {}", self.t("Worth about", "בשווי של בערך"), before(self.then.recovered))
            }
            _ => before(self.then.recovered),
        };
        let tasks = i64::try_from(self.tasks).unwrap_or(i64::MAX);
        let waiting = self.n(
            tasks,
            ("and one open task", "ועוד משימה פתוחה אחת"),
            ("and {n} open tasks", "ועוד {n} משימות פתוחות"),
        );
        [
            (self.t("Missed calls", "שיחות שלא נענו"), self.now.missed, missed),
            (self.t("Came back as leads", "חזרו כלידים"), self.now.recovered, recovered),
            (
                self.t("Leads that wait for your call", "לידים שמחכים לשיחה"),
                i64::try_from(self.ready).unwrap_or(i64::MAX),
                waiting,
            ),
        ]
    }

    fn off(&self) -> &str {
        self.t(
            "You can change or stop this letter under Settings, The business.",
            "אפשר לשנות או להפסיק את המכתב הזה בהגדרות, תחת העסק.",
        )
    }

    /// As text; the first line is the subject.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n{}\n", self.subject(), self.period());
        for (what, number, more) in self.things() {
            text.push_str(&format!("\n{what}: {number}\n  {more}\n"));
        }
        text.push_str(&format!("\n{}\n", self.t("Calls by day (answered, missed):", "שיחות לפי יום (נענו, לא נענו):")));
        for (day, answered, missed) in &self.days {
            text.push_str(&format!("  {} {}: {answered}, {missed}\n", self.weekday(*day), day.strftime("%d.%m")));
        }
        text.push_str(&format!(
            "\n{}: {}/reports\n\n{}\n",
            self.t("All figures", "כל הנתונים"),
            self.address,
            self.off()
        ));
        text
    }

    /// As a page.
    pub fn html(&self) -> String {
        let he = self.language == "he";
        let (language, direction, start) = if he { ("he", "rtl", "right") } else { ("en", "ltr", "left") };
        let cell = format!("padding:10px 0;border-bottom:1px solid #e3e6ea;text-align:{start}");
        let things: String = self
            .things()
            .iter()
            .map(|(what, number, more)| {
                format!(
                    "<tr><td style=\"{cell}\"><span style=\"font-size:15px;color:#1d2733\">{}</span><br><span style=\"font-size:13px;color:#5b6775\">{}</span></td>\
                     <td width=\"70\" style=\"{cell};font-size:28px;font-weight:bold;color:#1d2733\">{number}</td></tr>\n",
                    escape(what), escape(more)
                )
            })
            .collect();
        let address = escape(self.address);
        format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\" dir=\"{direction}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{subject}</title></head>\n\
             <body dir=\"{direction}\" style=\"margin:0;padding:16px;background:#f4f6f8\">\n\
             <table role=\"presentation\" dir=\"{direction}\" align=\"center\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" bgcolor=\"#ffffff\" style=\"max-width:480px;margin:0 auto;background:#ffffff;border:1px solid #e3e6ea;font-family:Arial,sans-serif\"><tr><td style=\"padding:20px;text-align:{start}\">\n\
             <h1 style=\"margin:0;font-size:20px;color:#1d2733\"><bdi>{business}</bdi></h1>\n<p style=\"margin:4px 0 12px;font-size:14px;color:#5b6775\">{week} <bdi>{period}</bdi></p>\n\
             <table role=\"presentation\" dir=\"{direction}\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\">\n{things}</table>\n\
             {picture}\
             <p style=\"margin:18px 0 0\"><a href=\"{address}/leads?show=ready\" style=\"display:inline-block;padding:10px 16px;background:#14624f;color:#ffffff;border-radius:6px;text-decoration:none;font-size:15px\">{to_leads}</a></p>\n\
             <p style=\"margin:12px 0 0;font-size:14px\"><a href=\"{address}/reports\" style=\"color:#14624f\">{all}</a></p>\n\
             <p style=\"margin:18px 0 0;font-size:12px;color:#5b6775\">{off}</p>\n</td></tr></table>\n</body></html>\n",
            subject = escape(&self.subject()),
            business = escape(self.business),
            week = self.t("Your week,", "השבוע שלך,"),
            period = self.period(),
            picture = self.picture(direction, start),
            to_leads = self.t("To the leads that wait", "ללידים שמחכים"),
            all = self.t("All figures", "כל הנתונים"),
            off = self.off(),
        )
    }

    /// A bar for each day: answered, then missed, in hundredths of what there is room for. Cells have their colour twice, since some programs read only one.
    fn picture(&self, direction: &str, start: &str) -> String {
        let most = self.days.iter().map(|(_, answered, missed)| answered + missed).max().unwrap_or(0);
        if most == 0 {
            return String::new();
        }
        let bar = |value: i64, colour: &str| {
            if value == 0 {
                return String::new();
            }
            let wide = ((value * 100 + most / 2) / most).max(1);
            format!(
                "<td width=\"{wide}%\" height=\"14\" bgcolor=\"{colour}\" style=\"width:{wide}%;height:14px;background:{colour};font-size:1px;line-height:1px\">&nbsp;</td>"
            )
        };
        let rows: String = self
            .days
            .iter()
            .map(|(day, answered, missed)| {
                format!(
                    "<tr><td style=\"padding:3px 0;font-size:13px;color:#1d2733;white-space:nowrap;text-align:{start}\">{} <bdi>{}</bdi></td>\
                     <td width=\"100%\" style=\"padding:3px 8px\"><table role=\"presentation\" dir=\"{direction}\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\"><tr>{}{}<td style=\"font-size:1px\"></td></tr></table></td>\
                     <td style=\"padding:3px 0;font-size:13px;color:#5b6775;white-space:nowrap;text-align:{start}\"><bdi>{answered} / {missed}</bdi></td></tr>\n",
                    self.weekday(*day), day.strftime("%d.%m"), bar(*answered, "#1f9276"), bar(*missed, "#d98a1f")
                )
            })
            .collect();
        let key = |colour: &str, words: &str| format!("<span style=\"color:{colour}\">&#9632;</span> {words}");
        format!(
            "<h2 style=\"margin:18px 0 6px;font-size:15px;color:#1d2733\">{}</h2>\n<table dir=\"{direction}\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\">\n{rows}</table>\n\
             <p style=\"margin:6px 0 0;font-size:13px;color:#1d2733\">{} &nbsp; {}</p>\n",
            self.t("Calls by day", "שיחות לפי יום"),
            key("#1f9276", self.t("answered", "נענו")),
            key("#d98a1f", self.t("missed", "לא נענו")),
        )
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

//! On which days the Jewish calendar forbids work: Shabbat and the festivals, one day in Israel, two abroad (A7).
//!
//! The days between (chol ha-moed), Purim, Chanukka and fasts other than Yom Kippur are working days.

use icu_calendar::Date as IcuDate;
use icu_calendar::cal::Hebrew;
use jiff::civil::{Date, Weekday};

crate::words! {
    /// Why a day is one of rest.
    pub enum Occasion {
        /// The seventh day.
        Shabbat = "shabbat",
        /// 1 and 2 Tishri, everywhere.
        RoshHashana = "rosh_hashana",
        /// 10 Tishri.
        YomKippur = "yom_kippur",
        /// 15 Tishri; abroad also 16.
        Sukkot = "sukkot",
        /// 22 Tishri.
        SheminiAtzeret = "shemini_atzeret",
        /// 23 Tishri, abroad; in Israel it is the day before.
        SimchatTorah = "simchat_torah",
        /// 15 Nisan; abroad also 16.
        Pesach = "pesach",
        /// 21 Nisan; abroad also 22.
        PesachEnd = "pesach_end",
        /// 6 Sivan; abroad also 7.
        Shavuot = "shavuot",
    }
}

impl Occasion {
    /// Its name, in Hebrew or in English.
    pub fn name(self, language: &str) -> &'static str {
        let (he, en) = match self {
            Self::Shabbat => ("השבת", "Shabbat"),
            Self::RoshHashana => ("ראש השנה", "Rosh Hashana"),
            Self::YomKippur => ("יום הכיפורים", "Yom Kippur"),
            Self::Sukkot => ("חג הסוכות", "Sukkot"),
            Self::SheminiAtzeret => ("שמיני עצרת", "Shemini Atzeret"),
            Self::SimchatTorah => ("שמחת תורה", "Simchat Torah"),
            Self::Pesach => ("חג הפסח", "Pesach"),
            Self::PesachEnd => ("שביעי של פסח", "the last days of Pesach"),
            Self::Shavuot => ("חג השבועות", "Shavuot"),
        };
        if language.starts_with("he") { he } else { en }
    }
}

// Numbers of months as the library counts them: from Tishri, a leap month not counted.
const TISHRI: u8 = 1;
const NISAN: u8 = 7;
const SIVAN: u8 = 9;

/// Why work rests on `day`, which begins the evening before; `None` on a working day. A festival on Shabbat is told as the
/// festival.
pub fn occasion(day: Date, abroad: bool) -> Option<Occasion> {
    festival(day, abroad).or_else(|| (day.weekday() == Weekday::Saturday).then_some(Occasion::Shabbat))
}

fn festival(day: Date, abroad: bool) -> Option<Occasion> {
    let civil = IcuDate::try_new_gregorian(day.year().into(), day.month().unsigned_abs(), day.day().unsigned_abs());
    let hebrew = civil.ok()?.to_calendar(Hebrew);
    Some(match (hebrew.month().number(), hebrew.day_of_month().0) {
        (TISHRI, 1 | 2) => Occasion::RoshHashana,
        (TISHRI, 10) => Occasion::YomKippur,
        (TISHRI, 15) => Occasion::Sukkot,
        (TISHRI, 16) if abroad => Occasion::Sukkot,
        (TISHRI, 22) => Occasion::SheminiAtzeret,
        (TISHRI, 23) if abroad => Occasion::SimchatTorah,
        (NISAN, 15) => Occasion::Pesach,
        (NISAN, 16) if abroad => Occasion::Pesach,
        (NISAN, 21) => Occasion::PesachEnd,
        (NISAN, 22) if abroad => Occasion::PesachEnd,
        (SIVAN, 6) => Occasion::Shavuot,
        (SIVAN, 7) if abroad => Occasion::Shavuot,
        _ => return None,
    })
}

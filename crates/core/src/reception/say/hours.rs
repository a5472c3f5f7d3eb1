//! Opening hours in words, from the tenant's settings (C4).

use super::{Style, numbers, numbers_he};
use crate::hours::parse_time;
use crate::settings::{Days, Interval};
use jiff::civil::{Date, Weekday};

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// "Monday to Friday from 9:00 to 17:30, and Saturday from 10:00 to 14:00"; spoken as people say times, `None` if none are told.
pub fn words(hours: &[Interval], language: &str, style: Style) -> Option<String> {
    let hebrew = crate::texts::spoken(language) == "he";
    let told: Vec<String> = hours
        .iter()
        .filter(|interval| parse_time(&interval.from).is_some() && parse_time(&interval.to).is_some())
        .map(|Interval { days, from, to }| match (hebrew, style) {
            (true, Style::Spoken) => {
                format!("{} מ{} עד {}", spans(days, true).replace('–', " עד "), in_hebrew(from), in_hebrew(to))
            }
            (true, Style::Written) => format!("{} {}–{}", spans(days, true), bare(from), bare(to)),
            (false, _) => format!("{} from {} to {}", spans(days, false), time(from, style), time(to, style)),
        })
        .collect();
    let (last, rest) = told.split_last()?;
    Some(match (rest.is_empty(), hebrew) {
        (true, _) => last.clone(),
        (false, true) => format!("{}, {last}", rest.join(", ")),
        (false, false) => format!("{}, and {last}", rest.join(", ")),
    })
}

/// Days that follow each other are told as a stretch.
fn spans(days: &Days, hebrew: bool) -> String {
    let order = if hebrew { [6, 0, 1, 2, 3, 4, 5] } else { [0, 1, 2, 3, 4, 5, 6] };
    let on: Vec<bool> = order.iter().map(|at| days.contain(WEEK[*at])).collect();
    if on.iter().all(|day| *day) {
        return if hebrew { "כל יום".to_owned() } else { "every day".to_owned() };
    }
    let mut parts: Vec<String> = Vec::new();
    let mut at = 0;
    while at < 7 {
        let end = (at..7).take_while(|day| on[*day]).last();
        match end {
            Some(end) => {
                parts.push(span(WEEK[order[at]], WEEK[order[end]], hebrew));
                at = end + 1;
            }
            None => at += 1,
        }
    }
    parts.join(if hebrew { ", " } else { " and " })
}

fn span(from: Weekday, to: Weekday, hebrew: bool) -> String {
    let name = |day| if hebrew { numbers_he::weekday(day) } else { numbers::weekday(day) };
    match (from == to, hebrew) {
        (true, _) => name(from).to_owned(),
        (false, true) => format!("{}–{}", name(from), name(to)),
        (false, false) => format!("{} to {}", name(from), name(to)),
    }
}

/// "17:30" in writing, "half past five in the afternoon" on the phone.
fn time(text: &str, style: Style) -> String {
    match parse_time(text).filter(|_| style == Style::Spoken) {
        Some((24, _)) => "midnight".to_owned(),
        Some((hour, minute)) => numbers::clock(Date::constant(2026, 1, 1).at(hour, minute, 0, 0)),
        None => bare(text).to_owned(),
    }
}

/// "חמש וחצי אחר הצהריים".
fn in_hebrew(text: &str) -> String {
    match parse_time(text) {
        Some((24, _)) => "חצות".to_owned(),
        Some((hour, minute)) => numbers_he::clock(Date::constant(2026, 1, 1).at(hour, minute, 0, 0)),
        None => bare(text).to_owned(),
    }
}

fn bare(time: &str) -> &str {
    time.strip_prefix('0').unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Day;

    #[test]
    fn hours_are_told_in_stretches_of_days() {
        let interval = |days: Vec<Day>, from: &str, to: &str| Interval {
            days: Days::Some(days),
            from: from.into(),
            to: to.into(),
        };
        let week = vec![Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri];
        let hours = [interval(week, "09:00", "17:30"), interval(vec![Day::Sat], "10:00", "14:00")];
        let said = words(&hours, "en-GB", Style::Written).unwrap();
        assert_eq!(said, "Monday to Friday from 9:00 to 17:30, and Saturday from 10:00 to 14:00");
        let said = words(&hours[1..], "en-GB", Style::Spoken).unwrap();
        assert_eq!(said, "Saturday from ten in the morning to two in the afternoon");
        let all = [Interval { days: Days::All, from: "08:00".into(), to: "20:00".into() }];
        assert_eq!(words(&all, "he-IL", Style::Written).unwrap(), "כל יום 8:00–20:00");
        assert_eq!(words(&all, "he-IL", Style::Spoken).unwrap(), "כל יום משמונה בבוקר עד שמונה בערב");
        let said = words(&hours[..1], "he", Style::Spoken).unwrap();
        assert_eq!(said, "שני עד שישי מתשע בבוקר עד חמש וחצי אחר הצהריים");
        assert_eq!(words(&[], "en", Style::Written), None);
    }
}

//! What the receptionist says in Hebrew, line by line: on the phone without a figure, in writing as it always was (A11, C5).

use crate::reception::{card, facts};
use jiff::civil::DateTime;
use ringleader_core::currency::Currency;
use ringleader_core::reception::danger::Danger;
use ringleader_core::reception::say::{self, Card, Line, Style};
use ringleader_core::reception::telephone;
use ringleader_core::reception::trade::TradeKind;
use ringleader_core::reception::words::{FaultUrgency, Period, Purpose};

fn lines() -> Vec<Line> {
    let at = |text: &str| text.parse::<DateTime>().unwrap();
    let place = || "ברחוב דיזנגוף, תל אביב".to_owned();
    let flat = |title: &str, price, period| Card {
        title: title.to_owned(),
        place: place(),
        price,
        period,
        currency: Some(Currency::Ils),
        ..card()
    };
    let flats = vec![
        flat("דירה עם 2 חדרי שינה", 6_500, Period::Month),
        flat("דירה עם חדר שינה אחד", 5_250, Period::Month),
        flat("בית עם 5 חדרי שינה", 4_200_000, Period::Total),
    ];
    vec![
        Line::Found(flats.clone(), true),
        Line::Found(flats[..1].to_vec(), false),
        Line::Offer(
            Purpose::Viewing,
            place(),
            vec![at("2026-03-09T16:30"), at("2026-03-10T09:00"), at("2026-03-13T12:15")],
        ),
        Line::ReadBack(Purpose::Viewing, place(), at("2026-03-10T16:30")),
        Line::Booked(Purpose::Valuation, place(), at("2026-03-12T09:45")),
        Line::Appointment(Purpose::Visit, place(), at("2026-03-31T11:05")),
        Line::ConfirmCancel(Purpose::Viewing, place(), at("2026-03-09T18:00")),
        Line::Ticket("T104".to_owned(), FaultUrgency::Urgent),
        Line::Safety(Danger::Gas, "IL".to_owned()),
        Line::Safety(Danger::BreakIn, "IL".to_owned()),
        Line::ToldOffice("IL".to_owned()),
        Line::OnCall,
        Line::HandingOver,
        Line::CallBack(Some(at("2026-03-09T14:00"))),
        Line::Menu,
        Line::OtherLanguage("he-IL".to_owned()),
    ]
}

fn told(style: Style) -> String {
    let words = |line: &Line| say::words(line, "he-IL", style, TradeKind::Estate, facts().now);
    lines().iter().map(words).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_said_in_hebrew_holds_no_figures() {
    let said = told(Style::Spoken);
    assert!(!said.chars().any(|c| c.is_ascii_digit()), "{said}");
    insta::assert_snapshot!("spoken_he", said);
    let besides = [telephone::take_it("he", false), telephone::keys("he", "100", true)].concat();
    assert!(!besides.chars().any(|c| c.is_ascii_digit()), "{besides}");
}

#[test]
fn what_is_written_in_hebrew_keeps_its_figures() {
    insta::assert_snapshot!("written_he", told(Style::Written));
}

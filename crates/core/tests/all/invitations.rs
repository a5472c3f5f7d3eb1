//! Invitations, read by a parser that is not ours (RFC 5545, RFC 5546; C6).

use icalendar::parser::{read_calendar, unfold};
use icalendar::{Calendar, CalendarDateTime, Component, DatePerhapsTime, Event as Read, EventLike};
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil::date};
use proptest::prelude::*;
use ringleader_core::appointment::{Appointment, AppointmentState};
use ringleader_core::invitation::{Event, Method, calendar, invitation};
use ringleader_core::reception::words::Purpose;

fn appointment(start: Timestamp, sequence: i64) -> Appointment {
    Appointment {
        feedback_asked_at: None,
        feedback: None,
        id: "app_01970000000070008000000000000000".parse().unwrap(),
        purpose: Purpose::Viewing,
        contact_id: None,
        property_id: None,
        agent_id: "usr_1".to_owned(),
        place: "on Elgin Avenue".to_owned(),
        start,
        minutes: 30,
        state: AppointmentState::Booked,
        sequence,
        created_at: start,
    }
}

fn event(appointment: &Appointment) -> Event<'_> {
    Event {
        appointment,
        summary: "Viewing of the property".to_owned(),
        location: "7 Elgin Avenue, W9 2AB; top floor".to_owned(),
        organizer: "Acme \"Homes\"".to_owned(),
        from: "office@acme.example".to_owned(),
        to: Some("sam@example.com".to_owned()),
    }
}

fn read(text: &str) -> Read {
    read_calendar(&unfold(text)).expect("the grammar of RFC 5545");
    let calendar: Calendar = text.parse().expect("a calendar");
    calendar.components.iter().find_map(|it| it.as_event().cloned()).expect("an event")
}

fn starts(event: &Read) -> Timestamp {
    match event.get_start() {
        Some(DatePerhapsTime::DateTime(CalendarDateTime::Utc(at))) => Timestamp::from_second(at.timestamp()).unwrap(),
        other => panic!("not in UTC: {other:?}"),
    }
}

#[test]
fn an_invitation_a_move_and_a_cancellation_are_of_one_event() {
    let london = TimeZone::get("Europe/London").unwrap();
    // The last Sunday of March: clocks go forward in between.
    let before = date(2026, 3, 27).at(10, 0, 0, 0).to_zoned(london.clone()).unwrap().timestamp();
    let after = date(2026, 3, 30).at(10, 0, 0, 0).to_zoned(london.clone()).unwrap().timestamp();
    let now = before - jiff::SignedDuration::from_hours(24);
    let (first, moved) = (appointment(before, 0), appointment(after, 1));
    let asked = invitation(&event(&first), Method::Request, now);
    let again = invitation(&event(&moved), Method::Request, now);
    let off = invitation(&event(&moved), Method::Cancel, now);
    let (one, two, three) = (read(&asked), read(&again), read(&off));
    assert!(one.get_uid().is_some() && one.get_uid() == two.get_uid() && two.get_uid() == three.get_uid());
    assert_eq!([&one, &two, &three].map(|it| it.property_value("SEQUENCE")), [Some("0"), Some("1"), Some("1")]);
    assert_eq!(starts(&one).to_zoned(london.clone()).hour(), 10);
    assert_eq!(starts(&two).to_zoned(london).hour(), 10, "ten in the morning on both sides of the change");
    assert_eq!(starts(&two).as_second() - starts(&one).as_second(), 3 * 24 * 3600 - 3600);
    assert_eq!([&one, &three].map(|it| it.property_value("STATUS")), [Some("CONFIRMED"), Some("CANCELLED")]);
    assert!(asked.contains("METHOD:REQUEST") && off.contains("METHOD:CANCEL"));
    assert_eq!(one.get_location(), Some("7 Elgin Avenue, W9 2AB; top floor"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_words_stay_in_their_line(summary in ".{0,200}", location in ".{0,200}", name in ".{0,60}", n in 0..4_usize) {
        let it = appointment("2026-10-25T00:30:00Z".parse().unwrap(), 2);
        let events: Vec<Event> = (0..n)
            .map(|_| Event { summary: summary.clone(), location: location.clone(), organizer: name.clone(), to: None, ..event(&it) })
            .collect();
        let text = calendar(&events, Method::Publish, it.start);
        prop_assert!(text.split("\r\n").all(|line| line.len() <= 75));
        prop_assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
        prop_assert!(read_calendar(&unfold(&text)).is_ok(), "{text}");
        prop_assert_eq!(text.matches("BEGIN:VEVENT\r\n").count(), n);
    }
}

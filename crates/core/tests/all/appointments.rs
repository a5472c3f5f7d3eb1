//! Appointments that exist, in the receptionist's policy (C6); and the end of a call that went on for too long (C1).

use super::reception::facts;
use jiff::civil::date;
use ringleader_core::reception::desk::{Act, Appointment, Desk, Event, Topic, step};
use ringleader_core::reception::proof::{Check, Seal};
use ringleader_core::reception::reading::TurnReading;
use ringleader_core::reception::say::{Line, Looked, Style, words};
use ringleader_core::reception::trade::TradeKind;
use ringleader_core::reception::words::{Change, Deal, Intent, PropertyKind, Purpose, Question};

fn own(id: &str, road: &str, day: i8) -> Appointment {
    let at = date(2026, 3, day).at(11, 0, 0, 0);
    Appointment { id: id.to_owned(), purpose: Purpose::Viewing, place: format!("on {road}"), at }
}

fn with(appointments: Vec<Appointment>) -> Desk {
    let mut desk = Desk::new("en-GB", Style::Spoken, TradeKind::Estate);
    desk.known.appointments = appointments;
    desk
}

fn hear(desk: Desk, reading: TurnReading) -> (Desk, Vec<Act>) {
    step(desk, Event::Heard { reading: Box::new(reading), text: "some words".to_owned() }, &facts())
}

fn cancel() -> TurnReading {
    let intents = vec![Intent::ExistingViewing];
    TurnReading { intents, change: Some(Change::Cancel), ..TurnReading::nothing() }
}

fn yes() -> TurnReading {
    TurnReading { answer: Some(true), ..TurnReading::nothing() }
}

fn cancelled(acts: &[Act]) -> Option<&str> {
    acts.iter().find_map(|act| match act {
        Act::Change(id, Change::Cancel) => Some(id.as_str()),
        _ => None,
    })
}

#[test]
fn the_greeting_tells_of_the_next_appointment_only_where_nothing_is_sealed() {
    let later_and_next = vec![own("b", "Acacia Road", 12), own("a", "Elgin Avenue", 10)];
    let told = |desk: Desk| {
        let (_, acts) = step(desk, Event::Began { name: Some("Sam".to_owned()) }, &facts());
        acts.into_iter().find_map(|act| match act {
            Act::Say(Line::Appointment(_, place, _)) => Some(place),
            _ => None,
        })
    };
    let mut desk = with(later_and_next);
    assert_eq!(told(desk.clone()).as_deref(), Some("on Elgin Avenue"));
    desk.seal = Some(Seal::new(Check::Code));
    assert_eq!(told(desk), None);
    // Where the place is the caller's own home, it is not told unasked (C2).
    for purpose in [Purpose::Valuation, Purpose::Visit] {
        let desk = with(vec![Appointment { purpose, ..own("a", "Elgin Avenue", 10) }]);
        assert_eq!(told(desk).as_deref(), Some(""), "{purpose:?}");
    }
}

#[test]
fn the_greeting_asks_whether_they_still_look_and_a_yes_searches() {
    let looked = Looked {
        deal: Deal::Rent,
        kind: Some(PropertyKind::Flat),
        bedrooms: Some(2),
        areas: vec!["Maida Vale".to_owned()],
    };
    let began = |desk: Desk| step(desk, Event::Began { name: Some("Sam".to_owned()) }, &facts());
    let asks = |acts: &[Act]| acts.iter().any(|act| matches!(act, Act::Say(Line::StillLooking(_))));
    let mut desk = with(Vec::new());
    desk.known.looked = Some(looked.clone());
    let mut sealed = desk.clone();
    sealed.seal = Some(Seal::new(Check::Code));
    assert!(!asks(&began(sealed).1), "not where the number is not trusted");
    let (desk, acts) = began(desk);
    assert!(asks(&acts), "{acts:?}");
    let now = date(2026, 3, 9).at(9, 0, 0, 0);
    let said = |language| words(&Line::StillLooking(looked.clone()), language, Style::Spoken, TradeKind::Estate, now);
    assert_eq!(said("en-GB"), "Are you still looking for a two bedroom flat to rent in Maida Vale?");
    assert_eq!(said("he-IL"), "עדיין מחפשים דירה עם 2 חדרי שינה להשכרה באזור Maida Vale?");

    let (yes, acts) = hear(desk.clone(), yes());
    assert_eq!(yes.topics, [Topic::Search]);
    assert_eq!(
        (yes.known.criteria.deal, yes.known.criteria.areas.as_slice()),
        (Some(Deal::Rent), &["Maida Vale".to_owned()][..])
    );
    assert!(acts.iter().any(|act| matches!(act, Act::Search(_) | Act::Say(Line::Ask(..)))), "{acts:?}");
    let mut elsewhere =
        TurnReading { answer: Some(true), intents: vec![Intent::EnquiryRent], ..TurnReading::nothing() };
    elsewhere.criteria.areas = vec!["Camden".to_owned()];
    assert_eq!(hear(desk.clone(), elsewhere).0.known.criteria.areas, ["Camden"], "what they say now counts");
    let no = TurnReading { answer: Some(false), ..TurnReading::nothing() };
    let (no, acts) = hear(desk.clone(), no);
    assert!(no.topics.is_empty() && no.known.looked.is_none() && no.repairs == 0);
    assert!(matches!(acts.as_slice(), [Act::Say(Line::Ask(Question::Wish, false))]), "{acts:?}");
    let repair = TurnReading { intents: vec![Intent::Maintenance], ..TurnReading::nothing() };
    assert_eq!(hear(desk, repair).0.topics, [Topic::Repair]);
    // Where an appointment was told instead, a yes answers no question.
    let mut booked = with(vec![own("a", "Elgin Avenue", 10)]);
    booked.known.looked = Some(looked.clone());
    let (booked, acts) = began(booked);
    assert!(!asks(&acts));
    assert!(hear(booked, TurnReading { answer: Some(true), ..TurnReading::nothing() }).0.topics.is_empty());
}

#[test]
fn the_appointment_that_is_cancelled_is_the_one_that_was_named() {
    let two = || with(vec![own("first", "Elgin Avenue", 11), own("second", "Acacia Road", 13)]);
    let on = |day| TurnReading { time_local: Some(date(2026, 3, day).at(0, 0, 0, 0)), ..cancel() };
    let mut there = cancel();
    there.criteria.street = Some("acacia road".to_owned());
    for (reading, meant) in [(on(13), "second"), (on(11), "first"), (there, "second")] {
        let (desk, acts) = hear(two(), reading);
        assert_eq!(cancelled(&acts), None, "not without a yes");
        assert!(acts.iter().any(|act| matches!(act, Act::Say(Line::ConfirmCancel(..)))), "{acts:?}");
        assert_eq!(cancelled(&hear(desk, yes()).1), Some(meant));
    }
}

#[test]
fn where_nothing_tells_which_it_is_asked() {
    let (desk, acts) = hear(with(vec![own("first", "Elgin Avenue", 11), own("second", "Acacia Road", 13)]), cancel());
    assert_eq!((desk.asked, desk.on_offer().len(), cancelled(&acts)), (Some(Question::Appointment), 2, None));
    let (desk, acts) = step(desk, Event::Pressed('2'), &facts());
    assert!(acts.iter().any(|act| matches!(act, Act::Say(Line::ConfirmCancel(..)))), "{acts:?}");
    // No, the other one.
    let other = TurnReading { time_local: Some(date(2026, 3, 11).at(0, 0, 0, 0)), ..TurnReading::nothing() };
    let (desk, _) = hear(desk, TurnReading { answer: Some(false), ..other });
    assert_eq!(cancelled(&hear(desk, yes()).1), Some("first"));
}

#[test]
fn what_could_not_be_cancelled_is_told_so_and_passed_on() {
    let (desk, _) = hear(with(vec![own("first", "Elgin Avenue", 11)]), cancel());
    let (desk, acts) = hear(desk, yes());
    assert_eq!(cancelled(&acts), Some("first"));
    let (desk, acts) = step(desk, Event::Changed(false), &facts());
    assert!(!acts.iter().any(|act| matches!(act, Act::Say(Line::Changed(_)))), "{acts:?}");
    assert!(acts.iter().any(|act| matches!(act, Act::TakeMessage(_))), "{acts:?}");
    assert_eq!(desk.topic(), None);
}

#[test]
fn a_call_that_went_on_for_too_long_ends_with_a_call_back_that_people_see() {
    let mut desk = with(Vec::new());
    desk.topics = vec![Topic::Search];
    let (desk, acts) = step(desk, Event::TooLong, &facts());
    assert!(desk.ended && desk.handed);
    assert!(acts.iter().any(|act| matches!(act, Act::PromiseCallBack(_))), "{acts:?}");
    assert!(acts.contains(&Act::Say(Line::TooLong)), "{acts:?}");
}

//! Reports of danger and repairs in the receptionist's policy (C5, C8): answered each time, never taken for something else.

use super::reception::{card, facts};
use ringleader_core::reception::danger::Danger;
use ringleader_core::reception::desk::{Act, Desk, Event, TicketDraft, Topic, step};
use ringleader_core::reception::reading::{Fault, TurnReading};
use ringleader_core::reception::say::{Line, Style};
use ringleader_core::reception::trade::TradeKind;
use ringleader_core::reception::words::{Deal, FaultCategory, FaultUrgency, Intent, Question};

fn desk(topic: Topic, asked: Question) -> Desk {
    let mut desk = Desk::new("en-GB", Style::Spoken, TradeKind::Estate);
    (desk.topics, desk.asked) = (vec![topic], Some(asked));
    (desk.known.name, desk.known.phone) = (Some("Sam Hill".to_owned()), Some("+447700900123".to_owned()));
    desk
}

fn hear(desk: Desk, reading: TurnReading, text: &str) -> (Desk, Vec<Act>) {
    step(desk, Event::Heard { reading: Box::new(reading), text: text.to_owned() }, &facts())
}

fn on(street: &str) -> TurnReading {
    let mut reading = TurnReading::nothing();
    reading.criteria.street = Some(street.to_owned());
    reading
}

fn leak() -> TurnReading {
    TurnReading { danger: Some(Danger::Gas), intents: vec![Intent::Maintenance], ..on("14 Elgin Avenue") }
}

fn drip() -> TurnReading {
    let fault = Fault { category: FaultCategory::Plumbing, urgency: FaultUrgency::Normal };
    TurnReading { fault: Some(fault), intents: vec![Intent::Maintenance], ..on("14 Elgin Avenue") }
}

fn ticket(acts: &[Act]) -> Option<&TicketDraft> {
    acts.iter().find_map(|act| match act {
        Act::OpenTicket(draft) => Some(draft),
        _ => None,
    })
}

fn warns(acts: &[Act]) -> bool {
    let rings = acts.iter().any(|act| matches!(act, Act::RingOnCall(_)));
    rings && matches!(acts.first(), Some(Act::Say(Line::Safety(..))))
}

#[test]
fn danger_is_answered_again_once_its_ticket_is_open() {
    let (desk, acts) = hear(desk(Topic::Hours, Question::More), leak(), "there's a gas leak at 14 Elgin Avenue");
    assert!(warns(&acts) && ticket(&acts).is_some_and(|draft| draft.danger == Some(Danger::Gas)), "{acts:?}");
    assert_eq!(ticket(&acts).and_then(|draft| draft.address.as_deref()), Some("14 Elgin Avenue"));
    let (desk, _) = step(desk, Event::Ticketed("T1".to_owned()), &facts());
    let (_, acts) = hear(desk, leak(), "there's a gas leak at 14 Elgin Avenue again");
    assert!(warns(&acts), "{acts:?}");
}

#[test]
fn an_ordinary_ticket_is_not_marked_with_an_earlier_danger() {
    let (desk, _) = hear(desk(Topic::Hours, Question::More), leak(), "there's a gas leak at 14 Elgin Avenue");
    let (desk, _) = step(desk, Event::Ticketed("T1".to_owned()), &facts());
    let (_, acts) = hear(desk, drip(), "and the tap drips");
    let draft = ticket(&acts).expect("a ticket of its own");
    assert_eq!((draft.danger, draft.fault.urgency), (None, FaultUrgency::Normal));
}

#[test]
fn what_is_reported_after_a_search_is_not_looked_up() {
    for reading in [leak(), drip()] {
        let mut found = desk(Topic::Search, Question::Property);
        found.known.cards = vec![card()];
        let (desk, acts) = hear(found, reading, "it leaks at 14 Elgin Avenue");
        assert!(!acts.iter().any(|act| matches!(act, Act::Lookup { .. } | Act::Search(_))), "{acts:?}");
        assert_eq!(desk.topic(), Some(Topic::Repair));
        assert!(ticket(&acts).is_some_and(|draft| draft.address.as_deref() == Some("14 Elgin Avenue")), "{acts:?}");
        assert_eq!(desk.known.criteria.street, None, "the place of a report is no search");
    }
}

#[test]
fn the_buttons_of_rent_and_sale_say_which() {
    for (key, deal) in [('1', Deal::Rent), ('2', Deal::Sale)] {
        let (desk, _) = step(desk(Topic::Search, Question::Deal), Event::Pressed(key), &facts());
        assert_eq!((desk.known.criteria.deal, desk.topics.as_slice()), (Some(deal), [Topic::Search].as_slice()));
    }
}

#[test]
fn keys_stand_for_the_menu_while_it_is_the_last_thing_said() {
    let mut lost = desk(Topic::Search, Question::Deal);
    for _ in 0..2 {
        (lost, _) = hear(lost, TurnReading::nothing(), "mumble");
    }
    assert_eq!((lost.last.last(), lost.to_choose()), (Some(&Line::Menu), None));
    let (desk, _) = step(lost, Event::Pressed('3'), &facts());
    assert_eq!(desk.topic(), Some(Topic::Repair));
}

#[test]
fn a_place_on_the_way_is_an_address_only_where_one_is_wanted() {
    let postcode =
        |intent| TurnReading { intents: vec![intent], postcode: Some("W9 2AB".to_owned()), ..on("Elgin Avenue") };
    for (intent, address) in [
        (Intent::BookValuation, Some("Elgin Avenue, W9 2AB")),
        (Intent::Maintenance, Some("Elgin Avenue, W9 2AB")),
        (Intent::EnquiryRent, None),
        (Intent::BookViewing, None),
    ] {
        let desk = Desk::new("en-GB", Style::Spoken, TradeKind::Estate);
        let (desk, acts) = hear(desk, postcode(intent), "some words");
        assert_eq!(desk.known.address.as_deref(), address, "{intent}");
        let asks = acts.iter().any(|act| matches!(act, Act::Say(Line::Ask(Question::Address, _))));
        assert!(!asks, "{intent}: {acts:?}");
    }
}

#[test]
fn a_postcode_that_comes_later_puts_the_first_one_right_or_is_another_place() {
    let named = |known: &str, reading: TurnReading, postcode: &str| {
        let mut desk = desk(Topic::Repair, Question::Name);
        desk.known.address = Some(known.to_owned());
        let reading = TurnReading { postcode: Some(postcode.to_owned()), ..reading };
        hear(desk, reading, "some words").0.known.address.unwrap()
    };
    let nothing = TurnReading::nothing;
    assert_eq!(named("12 Elm Road", nothing(), "N1 2AB"), "12 Elm Road, N1 2AB");
    assert_eq!(named("12 Elm Road, N1 2AB", nothing(), "N1 2AB"), "12 Elm Road, N1 2AB");
    assert_eq!(named("12 Elm Road, N1 2AB", nothing(), "N1 2AD"), "12 Elm Road, N1 2AD");
    let gas = TurnReading { danger: Some(Danger::Gas), ..TurnReading::nothing() };
    assert_eq!(named("12 Elm Road, N1 2AB", gas, "E8 3QT"), "E8 3QT", "danger there is no danger here");
    let mut road = desk(Topic::Repair, Question::Name);
    road.known.address = Some("12 Elm Road, N1 2AB".to_owned());
    let mut again = TurnReading { postcode: Some("N1 2AD".to_owned()), ..TurnReading::nothing() };
    again.criteria.street = Some("Elm Road".to_owned());
    let heard = hear(road, again, "it is 12 Elm Road N1 2AD").0;
    assert_eq!(heard.known.address.as_deref(), Some("12 Elm Road, N1 2AD"), "one postcode, not two");
}

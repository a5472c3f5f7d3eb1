//! Turns that hold more than one thing: opinions beside wishes (C6, C14), requests by the way (C11), keys (C1), danger (C8).

use super::reception::{card, facts};
use jiff::civil::date;
use ringleader_core::reception::criteria::Criteria;
use ringleader_core::reception::danger::Danger;
use ringleader_core::reception::desk::{Act, Appointment, Desk, Event, Facts, Missed, Reason, Topic, step};
use ringleader_core::reception::reading::TurnReading;
use ringleader_core::reception::say::{Card, Line, Style};
use ringleader_core::reception::sending::Way;
use ringleader_core::reception::trade::TradeKind;
use ringleader_core::reception::words::{Change, Deal, Intent, Period, PropertyKind, Purpose, Question};

fn desk() -> Desk {
    let mut desk = Desk::new("en-GB", Style::Written, TradeKind::Estate);
    desk.known.phone = Some("+447700900123".to_owned());
    desk
}

fn viewing(id: &str, day: i8) -> Appointment {
    let at = date(2026, 3, day).at(11, 0, 0, 0);
    Appointment { id: id.to_owned(), purpose: Purpose::Viewing, place: "on Elgin Avenue".to_owned(), at }
}

fn hear(desk: Desk, reading: TurnReading, text: &str) -> (Desk, Vec<Act>) {
    step(desk, Event::Heard { reading: Box::new(reading), text: text.to_owned() }, &facts())
}

fn wish(intents: &[Intent]) -> TurnReading {
    TurnReading { intents: intents.to_vec(), ..TurnReading::nothing() }
}

fn said(acts: &[Act]) -> Vec<&Line> {
    acts.iter().filter_map(|act| if let Act::Say(line) = act { Some(line) } else { None }).collect()
}

/// Somebody who was asked about yesterday's viewing, and has another one tomorrow.
fn asked_about_yesterday() -> Desk {
    let mut desk = desk();
    desk.known.feedback = Some(viewing("yesterday", 8));
    desk.known.appointments = vec![viewing("tomorrow", 10)];
    desk
}

#[test]
fn what_they_want_done_is_no_opinion_of_what_they_saw() {
    let existing = |change| TurnReading { change: Some(change), ..wish(&[Intent::ExistingViewing]) };
    let (found, acts) = hear(asked_about_yesterday(), existing(Change::Cancel), "I need to cancel my viewing tomorrow");
    assert_eq!(found.known.existing.cancelling.as_ref().map(|it| it.id.as_str()), Some("tomorrow"), "{acts:?}");
    for (reading, text) in [
        (existing(Change::Cancel), "I need to cancel my viewing tomorrow"),
        (existing(Change::Move), "can we move it to Friday"),
        (existing(Change::Late), "I'm running late"),
        (wish(&[Intent::EnquiryRent]), "I'm interested in renting a flat"),
        (wish(&[Intent::BookViewing]), "I'd love to see it again"),
        (wish(&[Intent::Maintenance]), "the boiler is great trouble"),
    ] {
        let (_, acts) = hear(asked_about_yesterday(), reading, text);
        assert!(!acts.iter().any(|act| matches!(act, Act::KeepFeedback(..))), "{text}: {acts:?}");
    }
}

#[test]
fn an_opinion_is_kept_and_a_wish_beside_it_is_followed() {
    let (_, acts) = hear(asked_about_yesterday(), wish(&[Intent::General]), "the kitchen was nice");
    assert!(acts.contains(&Act::KeepFeedback("yesterday".into(), "the kitchen was nice".into(), None)), "{acts:?}");
    let both = "we loved it, but I need to cancel tomorrow's";
    let reading = TurnReading { change: Some(Change::Cancel), ..wish(&[Intent::ExistingViewing]) };
    let (desk, acts) = hear(asked_about_yesterday(), reading, both);
    assert!(acts.contains(&Act::KeepFeedback("yesterday".into(), both.into(), Some(true))), "{acts:?}");
    assert_eq!(desk.asked, Some(Question::Confirm), "and it is asked whether to call it off: {acts:?}");
}

#[test]
fn a_call_is_rated_in_words_too_and_other_words_are_answered_as_ever() {
    let asked = || {
        let mut desk = desk();
        desk.known.rating = Some("cal_1".to_owned());
        desk
    };
    for (text, rating) in [("Good", 1), ("so-so", 2), ("3. Bad", 3)] {
        let (_, acts) = hear(asked(), wish(&[Intent::General]), text);
        assert!(acts.contains(&Act::KeepRating("cal_1".into(), rating)), "{text}: {acts:?}");
    }
    let (desk, acts) = hear(asked(), wish(&[Intent::BookValuation]), "Good morning, I'd like a valuation");
    assert!(!acts.iter().any(|act| matches!(act, Act::KeepRating(..))), "{acts:?}");
    assert_eq!((desk.topic(), desk.known.rating), (Some(Topic::Valuation), None));
    let smell = TurnReading { danger: Some(Danger::Gas), ..TurnReading::nothing() };
    let (_, acts) = hear(asked(), smell, "Bad, I can smell gas");
    assert!(!acts.iter().any(|act| matches!(act, Act::KeepRating(..))), "danger is no opinion: {acts:?}");
}

#[test]
fn the_keys_of_a_question_stand_for_what_was_offered() {
    let asked = || {
        let mut desk = desk();
        desk.known.criteria = Criteria { deal: Some(Deal::Rent), areas: vec!["W9".to_owned()], ..Criteria::default() };
        desk.asked = Some(Question::Watch);
        desk
    };
    let (desk, acts) = step(asked(), Event::Pressed('1'), &facts());
    assert!(matches!(acts.first(), Some(Act::Watch(_))), "yes: {acts:?}");
    assert_eq!(desk.asked, Some(Question::More));
    let (desk, acts) = step(asked(), Event::Pressed('2'), &facts());
    assert!(!acts.iter().any(|act| matches!(act, Act::Watch(_))), "no: {acts:?}");
    assert_eq!((desk.topic(), desk.asked), (None, Some(Question::More)), "no valuation was wished for");
}

/// Two properties were read out.
fn told_of_two() -> Desk {
    let second = Card { id: "prp_2".to_owned(), place: "on Shirland Road".to_owned(), ..card() };
    let mut desk = desk();
    desk.topics = vec![Topic::Search];
    desk.known.cards = vec![card(), second];
    desk.asked = Some(Question::Property);
    desk
}

fn details(acts: &[Act]) -> Option<(Vec<String>, Way)> {
    acts.iter().find_map(|act| match act {
        Act::SendDetails(ids, way) => Some((ids.clone(), *way)),
        _ => None,
    })
}

#[test]
fn a_request_for_details_loses_nothing_of_the_rest() {
    let reading = TurnReading { place: Some(1), ..TurnReading::nothing() };
    let (desk, acts) = hear(told_of_two(), reading, "the second one, and text me the details");
    assert_eq!(details(&acts), Some((vec!["prp_2".to_owned()], Way::Message)), "of that one: {acts:?}");
    assert_eq!(desk.known.property.map(|card| card.id), Some("prp_2".to_owned()));
    assert!(acts.iter().any(|act| matches!(act, Act::FindSlots { .. })), "{acts:?}");

    let mut reading_back = told_of_two();
    reading_back.topics = vec![Topic::Viewing];
    (reading_back.known.property, reading_back.known.name) = (Some(card()), Some("Sam".to_owned()));
    (reading_back.known.chosen, reading_back.known.held) = (Some(date(2026, 3, 10).at(9, 0, 0, 0)), true);
    reading_back.asked = Some(Question::Confirm);
    let yes = TurnReading { answer: Some(true), ..TurnReading::nothing() };
    let (_, acts) = hear(reading_back, yes, "Yes please, and text me the details");
    assert!(details(&acts).is_some() && acts.iter().any(|act| matches!(act, Act::Book(_))), "{acts:?}");

    let (desk, acts) =
        hear(told_of_two(), wish(&[Intent::BookValuation]), "text me the details, and I'd like a valuation");
    assert!(details(&acts).is_some() && desk.topics.contains(&Topic::Valuation), "{acts:?}");
}

#[test]
fn a_request_alone_is_followed_by_the_question_that_stood() {
    for intents in [vec![], vec![Intent::General], vec![Intent::EnquiryRent]] {
        let (desk, acts) = hear(told_of_two(), wish(&intents), "can you text me the details please");
        assert!(details(&acts).is_some());
        assert_eq!(said(&acts), [&Line::Ask(Question::Property, false)], "{intents:?}");
        assert_eq!((desk.asked, desk.topics), (Some(Question::Property), vec![Topic::Search]));
    }
}

#[test]
fn where_nothing_tells_where_to_send_it_is_asked_and_they_may_decline() {
    let withheld = || {
        let mut desk = told_of_two();
        desk.known.phone = None;
        desk
    };
    let (desk, acts) = hear(withheld(), TurnReading::nothing(), "could you text me the details");
    assert_eq!((details(&acts), desk.asked), (None, Some(Question::Phone)), "{acts:?}");
    let number = TurnReading { phone: Some("+447700900555".to_owned()), ..TurnReading::nothing() };
    let (told, acts) = hear(desk.clone(), number, "07700 900555");
    assert!(details(&acts).is_some(), "{acts:?}");
    assert_eq!(told.asked, Some(Question::Property), "the talk goes on where it was");
    let no = TurnReading { answer: Some(false), ..TurnReading::nothing() };
    let (declined, acts) = hear(desk, no, "no, leave it");
    assert_eq!((details(&acts), declined.known.sending, declined.asked), (None, None, Some(Question::Property)));

    let mut later = withheld();
    later.known.criteria = Criteria { deal: Some(Deal::Rent), areas: vec!["W9".to_owned()], ..Criteria::default() };
    let (desk, acts) = hear(later, TurnReading::nothing(), "let me know if something comes up");
    assert!(!acts.iter().any(|act| matches!(act, Act::Watch(_))), "{acts:?}");
    assert_eq!(desk.asked, Some(Question::Phone));
}

#[test]
fn an_address_that_comes_later_sends_nothing_of_an_earlier_search() {
    let (desk, _) = hear(told_of_two(), TurnReading::nothing(), "email me the details");
    assert_eq!(desk.asked, Some(Question::Email));
    let mut searching = desk;
    searching.busy = true;
    let (desk, _) = step(searching, Event::Found { cards: Vec::new(), more: false, relaxed: None }, &facts());
    let address = TurnReading { email: Some("sam@example.com".to_owned()), ..TurnReading::nothing() };
    let (_, acts) = hear(desk, address, "sam@example.com");
    assert_eq!(details(&acts), None, "{acts:?}");
}

#[test]
fn more_of_a_search_leaves_out_what_was_told_and_its_end_is_said() {
    let more = || TurnReading { more: true, answer: Some(false), ..TurnReading::nothing() };
    let (desk, acts) = hear(told_of_two(), more(), "no, what else have you got");
    let first: Vec<String> = desk.known.cards.iter().map(|card| card.id.clone()).collect();
    let Some(Act::More(_, told)) = acts.last() else { panic!("{acts:?}") };
    assert_eq!(*told, first);
    let (desk, acts) = step(desk, Event::Found { cards: Vec::new(), more: false, relaxed: None }, &facts());
    assert_eq!(acts, [Act::Say(Line::NoMore)]);
    // What was told last can still be chosen.
    let second = TurnReading { place: Some(1), ..TurnReading::nothing() };
    let (desk, _) = hear(desk, second, "the second one then");
    assert_eq!(desk.known.property.map(|card| card.id), first.get(1).cloned());
}

#[test]
fn that_the_people_on_call_are_rung_is_said_only_where_there_are_some() {
    let smell = || TurnReading { danger: Some(Danger::Gas), ..TurnReading::nothing() };
    let heard = |on_call| {
        let facts = Facts { on_call, ..facts() };
        let event = Event::Heard { reading: Box::new(smell()), text: "I can smell gas".to_owned() };
        step(desk(), event, &facts).1
    };
    assert!(heard(true).contains(&Act::Say(Line::OnCall)));
    let acts = heard(false);
    assert!(!acts.contains(&Act::Say(Line::OnCall)), "{acts:?}");
    assert!(acts.contains(&Act::Say(Line::ToldOffice("GB".to_owned()))), "{acts:?}");
}

/// Somebody who did not come, and was asked whether they want another time.
fn did_not_come() -> Desk {
    let mut desk = desk();
    desk.known.missed = Some(Box::new(Missed { appointment: viewing("yesterday", 8), property: Some(card()) }));
    desk
}

#[test]
fn who_did_not_come_gets_another_time_at_the_same_property_unless_they_want_none() {
    let yes = TurnReading { answer: Some(true), repeat: true, ..TurnReading::nothing() };
    let (found, acts) = hear(did_not_come(), yes, "sorry! yes please");
    let property = found.known.property.map(|card| card.id);
    assert!(
        acts.iter()
            .any(|act| matches!(act, Act::FindSlots { property: Some(id), .. } if Some(id) == property.as_ref()))
    );
    let no = TurnReading { answer: Some(false), ..TurnReading::nothing() };
    let (desk, acts) = hear(did_not_come(), no, "no thanks");
    assert!(desk.topics.is_empty() && !acts.iter().any(|act| matches!(act, Act::FindSlots { .. })), "{acts:?}");
    let (desk, acts) = hear(did_not_come(), wish(&[Intent::BookValuation]), "I'd like a valuation");
    assert_eq!(desk.topics, [Topic::Valuation], "{acts:?}");
    let smell = TurnReading { danger: Some(Danger::Gas), ..TurnReading::nothing() };
    let (_, acts) = hear(did_not_come(), smell, "I can smell gas");
    assert!(matches!(acts.first(), Some(Act::Say(Line::Safety(..)))), "{acts:?}");
}

#[test]
fn what_else_there_is_under_another_condition_is_another_search() {
    let searched = || Criteria {
        deal: Some(Deal::Rent),
        areas: vec!["Maida Vale".to_owned()],
        price_max: Some(2_200),
        period: Some(Period::Month),
        must_haves: vec!["garden".to_owned(), "parking".to_owned()],
        ..Criteria::default()
    };
    let hear_more = |topic, criteria, answer| {
        let mut desk = told_of_two();
        desk.topics = vec![topic];
        (desk.known.criteria, desk.known.searched) = (searched(), searched());
        hear(desk, TurnReading { more: true, answer, criteria, ..TurnReading::nothing() }, "anything else?").1
    };
    let camden = || Criteria { areas: vec!["Camden".to_owned()], ..Criteria::default() };
    let cheaper = || Criteria { price_max: Some(1_800), period: Some(Period::Month), ..Criteria::default() };
    for (topic, new, answer) in [
        (Topic::Search, camden(), None),
        (Topic::Search, camden(), Some(false)),
        (Topic::Viewing, camden(), None),
        (Topic::Search, cheaper(), None),
    ] {
        let acts = hear_more(topic, new.clone(), answer);
        assert_eq!(acts, [Act::Search(searched().merged(&new))], "{topic}");
    }
    let flats = Criteria { kind: Some(PropertyKind::Flat), ..Criteria::default() };
    let garden = Criteria { must_haves: vec!["garden".to_owned()], ..Criteria::default() };
    for same in [Criteria::default(), searched(), flats, garden] {
        let acts = hear_more(Topic::Search, same, None);
        assert!(matches!(acts.as_slice(), [Act::More(..)]), "{acts:?}");
    }
}

#[test]
fn the_last_of_several_on_a_road_is_told_and_not_booked_unasked() {
    let mut desk = told_of_two();
    desk.topics = vec![Topic::Viewing];
    let (desk, _) = hear(desk, TurnReading { more: true, ..TurnReading::nothing() }, "any others?");
    let third = Card { id: "prp_3".to_owned(), ..card() };
    let found = Event::Found { cards: vec![third.clone()], more: false, relaxed: None };
    let (desk, acts) = step(desk, found, &facts());
    assert_eq!(acts, [Act::Say(Line::Found(vec![third], false))]);
    assert_eq!((desk.known.property, desk.asked), (None, Some(Question::Property)));
}

#[test]
fn a_complaint_goes_to_people_whatever_was_asked_before() {
    let handed = |acts: &[Act]| acts.contains(&Act::HandOver(Reason::Complaint));
    for text in ["the agent never came, I want to make a complaint", "הסוכן לא הגיע, אני רוצה להתלונן"]
    {
        let (_, acts) = hear(asked_about_yesterday(), wish(&[Intent::General]), text);
        assert!(handed(&acts), "{acts:?}");
        assert!(acts.iter().any(|act| matches!(act, Act::KeepFeedback(id, ..) if id == "yesterday")), "{acts:?}");
    }
    for text in ["no, and I'm making a complaint", "לא, ואני מגיש תלונה"] {
        let no = TurnReading { answer: Some(false), ..TurnReading::nothing() };
        let (_, acts) = hear(did_not_come(), no, text);
        assert!(handed(&acts), "{acts:?}");
    }
    for text in ["I want to complain once more", "רוצה להתלונן שוב"] {
        let mut desk = desk();
        desk.last = vec![Line::Menu];
        let (_, acts) = hear(desk, TurnReading { repeat: true, ..TurnReading::nothing() }, text);
        assert!(handed(&acts), "{acts:?}");
    }
}

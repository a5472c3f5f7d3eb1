//! The receptionist's rules: what always holds in a talk, slots, scores, searches (C5-C13).

use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;
use ringleader_core::currency::Currency;
use ringleader_core::property::Query;
use ringleader_core::reading::Found;
use ringleader_core::reception::criteria::Criteria;
use ringleader_core::reception::danger::{self, Danger};
use ringleader_core::reception::desk::{Act, Appointment, Desk, Event, Facts, Shown, Topic, step};
use ringleader_core::reception::proof::{Check, Seal};
use ringleader_core::reception::reading::TurnReading;
use ringleader_core::reception::say::{self, Card, Line, Style};
use ringleader_core::reception::score::{self, Temperature, Weights, score};
use ringleader_core::reception::slots::{self, Agent, Busy, Rules, Wanted, free, spread};
use ringleader_core::reception::trade::TradeKind;
use ringleader_core::reception::words::{Change, Deal, Intent, Period, Purpose, Question};

fn now() -> DateTime {
    date(2026, 3, 9).at(9, 20, 0, 0)
}

pub(super) fn facts() -> Facts {
    Facts {
        business: "Acme Homes".to_owned(),
        country: "GB".to_owned(),
        now: now(),
        hours: None,
        call_back_by: None,
        recorded: false,
        on_call: true,
        staffed: true,
        opens: None,
        vip: false,
        deal_limit: 2_000_000,
    }
}

pub(super) fn card() -> Card {
    Card {
        id: "prp_1".to_owned(),
        title: "two bedroom flat".to_owned(),
        place: "on Elgin Avenue".to_owned(),
        price: 2_100,
        currency: Some(Currency::Gbp),
        period: Period::Month,
    }
}

fn a_reading() -> impl Strategy<Value = TurnReading> {
    let intents = prop::collection::vec(prop::sample::select(Intent::ALL.to_vec()), 0..3);
    let dangers = prop::option::weighted(0.1, prop::sample::select(Danger::ALL.to_vec()));
    let answer = prop::option::of(any::<bool>());
    let change = prop::option::of(prop::sample::select(Change::ALL.to_vec()));
    let choice = prop::option::of(0..4_usize);
    (intents, dangers, answer, choice, change, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(intents, danger, answer, choice, change, name, bye, repeat)| TurnReading {
            change,
            intents,
            danger,
            answer,
            choice,
            place: choice,
            name: name.then(|| Found { value: "Sam Hill".to_owned(), confidence: 0.9, explicit: true }),
            phone: name.then(|| "+447700900123".to_owned()),
            bye,
            repeat,
            ..TurnReading::nothing()
        },
    )
}

fn an_event() -> impl Strategy<Value = Event> {
    let slots = vec![now() + 1.day(), now() + 2.days()];
    prop_oneof![
        6 => a_reading().prop_map(|reading| Event::Heard { reading: Box::new(reading), text: "some words".to_owned() }),
        1 => prop::char::range('0', '9').prop_map(Event::Pressed),
        1 => Just(Event::Silence),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(reported, words)| Event::Shown(Shown { ids: vec!["msg_1".to_owned()], reported, words })),
        1 => Just(Event::Unheard),
        1 => Just(Event::Gone),
        1 => Just(Event::TooLong),
        2 => any::<bool>().prop_map(Event::Changed),
        1 => Just(Event::Began { name: None }),
        2 => Just(Event::Found { cards: vec![card()], more: false, relaxed: None }),
        1 => Just(Event::Found { cards: Vec::new(), more: false, relaxed: None }),
        2 => Just(Event::Slots(slots)),
        1 => Just(Event::Slots(Vec::new())),
        2 => any::<bool>().prop_map(Event::Held),
        2 => any::<bool>().prop_map(Event::Booked),
        1 => Just(Event::Ticketed("T1".to_owned())),
        1 => any::<bool>().prop_map(Event::Answered),
        1 => any::<bool>().prop_map(Event::CodeSent),
        1 => Just(Event::Checked(false)),
        1 => Just(Event::Sent(None)),
        1 => any::<bool>().prop_map(Event::Watching),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_sealed_talk_tells_and_changes_nothing_of_the_callers_own(
        events in prop::collection::vec(an_event(), 1..60),
    ) {
        let mut desk = Desk::new("en", Style::Spoken, TradeKind::Estate);
        let booked = Appointment { id: "a".into(), purpose: Purpose::Viewing, place: "on Secret Mews".into(), at: now() + 3.days() };
        desk.known.appointments = vec![booked];
        desk.seal = Some(Seal::new(Check::Code));
        for event in events {
            let (next, acts) = step(desk, event, &facts());
            for act in &acts {
                prop_assert!(!matches!(act, Act::Change(..) | Act::Say(Line::Appointment(..) | Line::ConfirmCancel(..))), "{act:?}");
            }
            prop_assert!(next.known.moving.is_none());
            desk = next;
        }
    }

    #[test]
    fn whatever_happens_a_talk_keeps_its_promises(
        events in prop::collection::vec(an_event(), 1..60),
        trade in prop::sample::select(TradeKind::ALL.to_vec()),
    ) {
        let mut desk = Desk::new("en", Style::Spoken, trade);
        let own = |id: &str, days: i64| Appointment {
            id: id.to_owned(), purpose: Purpose::Viewing, place: "on Elgin Avenue".to_owned(), at: now() + days.days(),
        };
        desk.known.appointments = vec![own("app_1", 1), own("app_2", 3)];
        let mut held = false;
        for event in events {
            let danger = match &event {
                Event::Heard { reading, .. } => reading.danger.filter(|danger| !desk.warned.contains(danger)),
                _ => None,
            };
            let was_over = desk.ended;
            let (next, acts) = step(desk, event.clone(), &facts());
            if was_over {
                prop_assert!(acts.is_empty(), "after the end nothing is done: {acts:?}");
            } else if danger.is_some() {
                prop_assert!(matches!(acts.first(), Some(Act::Say(Line::Safety(..)))), "danger comes first: {acts:?}");
            }
            for act in &acts {
                let agreed = matches!(&event, Event::Heard { reading, .. } if reading.answer == Some(true))
                    || matches!(event, Event::Pressed('1'));
                if let Act::Book(_) = act {
                    prop_assert!(next.known.held && agreed, "booked without a yes");
                }
                if let Act::Change(_, Change::Cancel) = act {
                    prop_assert!(agreed, "called off without a yes");
                }
                held = held && !matches!(act, Act::Release);
            }
            held |= next.known.held;
            prop_assert!(next.asks.iter().all(|(question, times)| *times <= 4 || question.as_str() == "more"));
            prop_assert!(!(next.ended && next.known.held) || acts.iter().any(|act| matches!(act, Act::End)));
            // The state is kept between turns, and is the same then.
            let kept: Desk = serde_json::from_str(&serde_json::to_string(&next).expect("a state")).expect("the same");
            prop_assert_eq!(&kept, &next);
            desk = next;
        }
    }

    #[test]
    fn any_line_has_words_in_both_languages(name in ".{0,20}", second in 0..200_000_000_i64) {
        let at = Timestamp::from_second(1_700_000_000 + second).expect("a time").to_zoned(TimeZone::UTC).datetime();
        for language in ["en", "he"] {
            for danger in Danger::ALL {
                let words = say::words(&Line::Safety(*danger, "GB".to_owned()), language, Style::Spoken, TradeKind::Estate, now());
                prop_assert!(words.len() > 20);
            }
            let line = Line::Greeting { business: name.clone(), name: None, recorded: true };
            prop_assert!(say::words(&line, language, Style::Spoken, TradeKind::General, at).contains(&name));
        }
    }

    #[test]
    fn a_slot_is_free_of_everything_else(
        busy in prop::collection::vec((0..14_i64, 0..24_i64), 0..12), hour in 0..24_i64, month in 1..13_i8,
    ) {
        let zone = TimeZone::get("Europe/London").expect("a zone");
        let base = zone.to_zoned(date(2026, month, 20).at(0, 0, 0, 0)).expect("a day").timestamp();
        let at = |(days, hours): (i64, i64)| base + SignedDuration::from_hours(days * 24 + hours);
        let busy: Vec<Busy> = busy
            .into_iter()
            .map(|when| Busy { from: at(when), until: at(when) + SignedDuration::from_mins(30), place: None })
            .collect();
        let agent = Agent { id: "a".to_owned(), week: slots::usual_week("GB"), busy: busy.clone() };
        let now = at((0, hour));
        let rules = Rules::default();
        let wanted = Wanted { place: None, property_busy: &[], shown_by: None, from: now, zone: &zone };
        let found = free(std::slice::from_ref(&agent), &wanted, &rules, now);
        for slot in &found {
            let local = slot.start.to_zoned(zone.clone());
            prop_assert!((9..18).contains(&local.hour()) && [0, 30].contains(&local.minute()));
            prop_assert!(slot.start >= now + rules.notice);
            let end = slot.start + SignedDuration::from_mins(30);
            prop_assert!(busy.iter().all(|b| end + rules.travel <= b.from || b.until + rules.travel <= slot.start));
        }
        let offers = spread(&found, &rules, &zone);
        prop_assert!(offers.len() == found.len().min(3));
        prop_assert!(offers.windows(2).all(|two| two[0].start < two[1].start));
    }
}

#[test]
fn offers_are_spread_over_days() {
    let zone = TimeZone::get("Europe/London").expect("a zone");
    let now = zone.to_zoned(now()).expect("a time").timestamp();
    let agents = ["a", "b"].map(|id| Agent { id: id.to_owned(), week: slots::usual_week("GB"), busy: Vec::new() });
    let wanted = Wanted { place: None, property_busy: &[], shown_by: None, from: now, zone: &zone };
    let offers = spread(&free(&agents, &wanted, &Rules::default(), now), &Rules::default(), &zone);
    let said: Vec<String> =
        offers.iter().map(|slot| slot.start.to_zoned(zone.clone()).strftime("%d %H:%M").to_string()).collect();
    assert_eq!(said, ["09 11:30", "10 13:00", "11 09:00"]);
}

#[test]
fn a_score_is_the_sum_of_its_parts() {
    let now = "2026-03-09T09:00:00Z".parse::<Timestamp>().expect("a time");
    let fresh = score(&score::Known::default(), &Weights::default(), now);
    assert_eq!((fresh.total, fresh.temperature()), (50, Temperature::Warm));
    let known = score::Known {
        calls: 9,
        viewings: 1,
        deposit: true,
        budget: true,
        move_by: Some(now + SignedDuration::from_hours(24 * 20)),
        last_contact: Some(now),
        no_shows: 1,
        rejected: 9,
        ..score::Known::default()
    };
    let scored = score(&known, &Weights::default(), now);
    let parts: Vec<(&str, i32)> = scored.parts.iter().map(|part| (part.name, part.points)).collect();
    let expected = [
        ("base", 50),
        ("calls", 15),
        ("viewings", 10),
        ("deposit", 10),
        ("budget", 5),
        ("within_a_month", 10),
        ("recent_contact", 10),
        ("no_show", -10),
        ("rejected", -6),
    ];
    assert_eq!(parts, expected);
    assert_eq!((scored.total, scored.temperature()), (94, Temperature::Hot));
    assert_eq!(score(&score::Known { gone: true, ..known }, &Weights::default(), now).total, 0);
}

#[test]
fn new_words_of_a_search_change_and_silence_keeps() {
    let first = Criteria {
        deal: Some(Deal::Rent),
        bedrooms_min: Some(2),
        bedrooms_max: Some(2),
        price_max: Some(400),
        period: Some(Period::Week),
        areas: vec!["W9".to_owned()],
        ..Criteria::default()
    };
    assert_eq!(first.price(), (None, Some(1_733)));
    let then = Criteria { areas: vec!["NW6".to_owned()], must_haves: vec!["garden".to_owned()], ..Criteria::default() };
    let merged = first.merged(&then);
    assert_eq!(
        (merged.bedrooms_min, merged.price_max, merged.areas.as_slice()),
        (Some(2), Some(400), ["NW6".to_owned()].as_slice())
    );
    let not = Criteria { must_haves: vec!["not garden".to_owned()], ..Criteria::default() };
    assert_eq!(merged.merged(&not).must_haves, ["not garden"], "the contrary takes it back");
    for idle in
        ["not pet friendly (pets, dog, cat)", "not dogs", "not step-free", "not steps", "not wheelchair accessible"]
    {
        let idle = Criteria { must_haves: vec![idle.to_owned()], ..Criteria::default() };
        assert_eq!(merged.merged(&idle), merged, "nobody refuses it: {idle:?}");
        assert_eq!(Query::of(&idle).without, [""; 0], "{idle:?}");
    }
    let dogs = ["dog (pets)", "not dog (pets)"]
        .map(|must| Criteria { must_haves: vec![must.to_owned()], ..Criteria::default() });
    assert_eq!(dogs[0].merged(&dogs[1]).must_haves, [""; 0], "though it takes a wish back");
    let sale = Criteria { deal: Some(Deal::Sale), ..Criteria::default() };
    assert_eq!(merged.merged(&sale).price_max, None, "a rent says nothing about a sale");
}

#[test]
fn danger_is_found_in_both_languages_and_not_where_there_is_none() {
    let cases = [
        ("i think there's gas leaking", Some(Danger::Gas)),
        ("Smoke is coming from the boiler", Some(Danger::Fire)),
        ("someone is stuck in the lift", Some(Danger::Trapped)),
        ("יש שריפה במטבח", Some(Danger::Fire)),
        ("ה️צינור התפוצץ ויש הצפה", Some(Danger::Flood)),
        ("when is the gas safety certificate due", None),
        ("i'd like a flat with a gas hob", None),
        ("is there a fire escape", None),
        ("can i view the house on fire station road", None),
        ("the tap drips", None),
    ];
    for (text, expected) in cases {
        assert_eq!(danger::find(text), expected, "{text}");
    }
}

#[test]
fn another_wish_is_no_answer_to_the_question_for_an_address() {
    let asked = || {
        let mut desk = Desk::new("en-GB", Style::Spoken, TradeKind::Estate);
        desk.topics = vec![Topic::Repair];
        desk.asked = Some(Question::Address);
        desk
    };
    let hear = |intents: &[Intent], text: &str| {
        let reading = Box::new(TurnReading { intents: intents.to_vec(), ..TurnReading::nothing() });
        step(asked(), Event::Heard { reading, text: text.to_owned() }, &facts()).0
    };
    let desk = hear(&[Intent::BookValuation], "I'd also like a valuation of my flat");
    assert_eq!((desk.known.address, desk.topics), (None, vec![Topic::Repair, Topic::Valuation]));
    for (intents, text) in [
        (vec![], "the flat above the bakery"),
        (vec![Intent::Maintenance], "the flat above the bakery please hurry"),
        (vec![Intent::BookValuation], "14 Elgin Avenue, and I'd like it valued"),
    ] {
        assert_eq!(hear(&intents, text).known.address.as_deref(), Some(text));
    }
}

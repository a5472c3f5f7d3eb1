//! Whole talks as scripts (C4-C13): what is said, what must be heard, and which rows there are at the end. Whatever is said of
//! prices, roads and slots is checked against the data.

use super::office::{Office, Talk, grounded};
use ringleader_core::property::{NewProperty, Viewings};
use ringleader_core::user::Role;
use ringleader_jobs::actions;
use ringleader_jobs::reception::{Heard, Medium, Then};
use ringleader_store::both_engines;
use ringleader_store::repo::{NewUser, Page};
use ringleader_store::testing::TestDb;

/// What is said, and words that the answer holds.
type Lines = &'static [(&'static str, &'static [&'static str])];

/// A talk: its name, what goes on, and how many appointments, tickets and alarms it leaves.
struct Script {
    name: &'static str,
    lines: Lines,
    leaves: (usize, usize, usize),
}

const fn script(name: &'static str, lines: Lines, leaves: (usize, usize, usize)) -> Script {
    Script { name, lines, leaves }
}

const SCRIPTS: &[Script] = &[
    script(
        "a flat to rent is found, chosen, and a viewing booked",
        &[
            ("hi i'm looking for a two bed flat to rent in maida vale", &["budget"]),
            (
                "about two thousand one hundred a month",
                &["Elgin Avenue", "Lauderdale Road", "two thousand one hundred pounds a month"],
            ),
            ("the second one please", &["viewing of the property on Lauderdale Road", "Which one suits you"]),
            ("the first one", &["name"]),
            ("it's sam hill", &["Is that right"]),
            ("yes", &["That's booked", "Lauderdale Road"]),
            ("no thanks", &["Goodbye"]),
        ],
        (1, 0, 0),
    ),
    script(
        "a house to buy, another day, a correction at the read-back",
        &[
            (
                "I want to buy a house in Ealing up to 800 thousand",
                &["Acacia Road", "seven hundred and fifty thousand pounds"],
            ),
            ("yes please", &["Which one suits you"]),
            ("friday afternoon instead", &["Friday the 27th of November"]),
            ("the second", &["name"]),
            ("Dana Cohen", &["Is that right"]),
            ("no, thursday would be better", &["Thursday the 26th of November"]),
            ("the first one", &["Is that right"]),
            ("yes that's right", &["That's booked", "Thursday the 26th of November"]),
        ],
        (1, 0, 0),
    ),
    script(
        "a valuation",
        &[
            ("I'd like a valuation of my house", &["address"]),
            ("12 Castlebar Road W5 2DP", &["Which one suits you"]),
            ("number two", &["name"]),
            ("Tom Baker", &["12 Castlebar Road W5 2DP", "Is that right"]),
            ("yes", &["That's booked"]),
        ],
        (1, 0, 0),
    ),
    script(
        "a repair",
        &[
            ("my shower is leaking", &["address"]),
            ("14 Elgin Avenue W9 2AB", &["name"]),
            ("Priya Patel", &["I've reported that", "reference"]),
            ("bye", &["Goodbye"]),
        ],
        (0, 1, 0),
    ),
    script(
        "danger comes first and is reported",
        &[
            ("there's smoke coming from the boiler", &["Please leave the building now", "999", "on-call team"]),
            ("12 Elgin Avenue", &["name"]),
            ("Sam", &["I've reported that"]),
        ],
        (0, 1, 1),
    ),
    script("a person is wanted", &[("can I speak to a person please", &["a colleague"])], (0, 0, 0)),
    script("an angry caller gets a person", &[("this is useless you idiots", &["a colleague"])], (0, 0, 0)),
    script(
        "the office's hours",
        &[
            ("what time do you open", &["Monday to Friday from nine in the morning to six in the evening"]),
            ("no thank you", &["Goodbye"]),
        ],
        (0, 0, 0),
    ),
    script(
        "an area that nobody knows finds nothing that is not there",
        &[
            ("I'm looking for a flat to rent in Atlantis", &["area"]),
            ("500 a month", &["When would you like to move"]),
            ("next month", &["nothing like that"]),
        ],
        (0, 0, 0),
    ),
    script(
        "nothing in that area, but nearby",
        &[("two bedroom flat to rent in Kilburn up to 2200 a month", &["close by", "Maida Vale"])],
        (0, 0, 0),
    ),
    script(
        "a second wish in the middle of the first waits for its turn",
        &[
            ("I want to view the flat on Elgin Avenue, my name is Sam Hill", &["Which one suits you"]),
            ("oh and what are your opening hours", &["Which of those times"]),
            ("the first", &["Is that right"]),
            ("yes", &["That's booked", "Monday to Friday"]),
        ],
        (1, 0, 0),
    ),
    script(
        "an appointment that is not known is passed on",
        &[("I need to cancel my viewing", &["can't find an appointment"])],
        (0, 0, 0),
    ),
    script(
        "what is not understood ends with a person",
        &[("blah foo", &["didn't catch that"]), ("xyzzy", &["didn't catch that"]), ("qwerty", &["a colleague"])],
        (0, 0, 0),
    ),
];

async fn play(office: &Office, script: &Script) {
    let before = rows(office).await;
    let talk = office.call().await;
    for (said, expected) in script.lines {
        let turn = talk.says(said).await;
        for words in *expected {
            assert!(
                turn.text.contains(words),
                "{}: \"{said}\" was answered \"{}\", without \"{words}\"",
                script.name,
                turn.text
            );
        }
        grounded(office, &turn).await;
    }
    talk.hears(Heard::Gone).await;
    let after = rows(office).await;
    let left = (after.0 - before.0, after.1 - before.1, after.2 - before.2);
    assert_eq!(left, script.leaves, "{}", script.name);
}

async fn rows(office: &Office) -> (usize, usize, usize) {
    (office.count("appointments").await, office.count("tickets").await, office.count("alarms").await)
}

/// Up to the read-back of a viewing.
async fn to_the_read_back(office: &Office) -> Talk<'_> {
    let talk = office.call().await;
    talk.says("I'd like to view the flat on Elgin Avenue, my name is Sam Hill").await;
    let turn = talk.hears(Heard::Pressed('3')).await; // days ahead: the notice that runs down changes nothing
    assert!(turn.text.contains("Is that right?"), "{}", turn.text);
    talk
}

both_engines! {
    async fn every_script_ends_as_it_should(db: TestDb) {
        let office = Office::open(db).await;
        for script in SCRIPTS {
            play(&office, script).await;
        }
    }

    async fn a_slot_that_someone_else_took_meanwhile_is_not_booked(db: TestDb) {
        let office = Office::open(db).await;
        let slow = to_the_read_back(&office).await;
        // Ten minutes later the hold has run out, and somebody else books the time.
        office.pass(jiff::SignedDuration::from_mins(11));
        let quick = to_the_read_back(&office).await;
        assert!(quick.says("yes").await.text.contains("That's booked"));
        let turn = slow.says("yes").await;
        assert!(turn.text.contains("has just gone") && turn.text.contains("Which one suits you"), "{}", turn.text);
        assert_eq!(office.count("appointments").await, 1);
    }

    async fn a_hold_is_let_go_when_the_caller_hangs_up(db: TestDb) {
        let office = Office::open(db).await;
        let gone = to_the_read_back(&office).await;
        gone.hears(Heard::Gone).await;
        let next = to_the_read_back(&office).await;
        assert!(next.says("yes").await.text.contains("That's booked"));
    }

    async fn silence_is_met_with_patience_and_then_an_end(db: TestDb) {
        let office = Office::open(db).await;
        let talk = office.call().await;
        assert!(talk.hears(Heard::Silence).await.text.contains("How can I help"));
        assert!(talk.hears(Heard::Silence).await.text.contains("still there"));
        assert_eq!(talk.hears(Heard::Silence).await.then, Then::End);
    }

    async fn nobody_picks_up_and_a_call_back_is_promised_that_the_hours_can_keep(db: TestDb) {
        let office = Office::open(db).await;
        let talk = office.call().await;
        let turn = talk.says("put me through to an agent").await;
        assert!(matches!(&turn.then, Then::Dial { people, .. } if people[0].name == "Ada"), "{turn:?}");
        let turn = talk.hears(Heard::Answered(false)).await;
        assert!(turn.text.contains("A colleague will call you back by") && turn.then == Then::End, "{}", turn.text);
        // Out of hours nobody is rung at all.
        office.pass(jiff::SignedDuration::from_hours(12));
        let turn = office.call().await.says("put me through to an agent").await;
        assert!(turn.text.contains("Nobody is free") && turn.text.contains("tomorrow at ten in the morning"), "{}", turn.text);
    }

    async fn an_own_appointment_is_told_and_called_off(db: TestDb) {
        let office = Office::open(db).await;
        let (sam, talk) = office.booked().await;
        talk.says("no thanks").await;
        office.with_texts().await;
        let later = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        let turn = later.says("I need to cancel my viewing").await;
        assert!(turn.text.contains("sent a code") && !turn.text.contains("Elgin"), "{}", turn.text);
        let turn = later.says(&format!("it's {}", office.code().await)).await;
        assert!(turn.text.contains("You have the viewing of the property on Elgin Avenue") && turn.text.contains("Shall I cancel it?"), "{}", turn.text);
        let turn = later.says("yes please").await;
        assert!(turn.text.contains("That's cancelled"), "{}", turn.text);
        // The time is free again.
        assert!(to_the_read_back(&office).await.says("yes").await.text.contains("That's booked"));
    }

    async fn an_own_appointment_is_moved_in_a_talk(db: TestDb) {
        let office = Office::open(db).await;
        let (sam, talk) = office.booked().await;
        talk.says("no thanks").await;
        office.with_texts().await;
        let later = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        later.says("can I reschedule my viewing to another day").await;
        let turn = later.says(&office.code().await).await;
        assert!(turn.text.contains("You have the viewing of the property on Elgin Avenue"), "{}", turn.text);
        assert!(turn.text.contains("Which one suits you"), "{}", turn.text);
        let turn = later.hears(Heard::Pressed('3')).await;
        assert!(turn.text.contains("Is that right?"), "{}", turn.text);
        assert!(later.says("yes").await.text.contains("That's booked"));
        assert_eq!(office.count("appointments").await, 1, "it is the same appointment at another time");
    }

    async fn an_appointment_is_moved_with_the_agent_who_has_it_though_another_shows_the_property_now(db: TestDb) {
        let office = Office::open(db).await;
        let (_, talk) = office.booked().await;
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        let before = tx.appointments().list(Default::default(), &Page { limit: 5, before: None }).await.unwrap().rows;
        let lea = NewUser { name: "Lea", email: "lea@acme.example", role: Role::Agent, password_hash: None };
        tx.users().add(&lea).await.unwrap();
        let flat = tx.properties().by_reference("MV-1").await.unwrap().unwrap();
        let viewings = Some(Viewings { shown_by: Some("lea@acme.example".to_owned()), ..Viewings::default() });
        actions::put_property(&mut tx, &NewProperty { viewings, ..flat.entered }, "test").await.unwrap();
        tx.commit().await.unwrap();
        let turn = talk.says("can I reschedule my viewing to another day").await;
        assert!(turn.text.contains("Which one suits you"), "{}", turn.text);
        talk.hears(Heard::Pressed('2')).await;
        let turn = talk.says("yes").await;
        assert!(turn.text.contains("That's booked"), "{}", turn.text);
        let mut read = office.db.store.read(office.tenant).await.unwrap();
        let after = read.appointments().list(Default::default(), &Page { limit: 5, before: None }).await.unwrap().rows;
        assert_eq!((after.len(), &after[0].agent_id), (1, &before[0].agent_id));
        assert_ne!(after[0].start, before[0].start);
    }
}

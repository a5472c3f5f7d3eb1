//! The chat machine: tables of turns, and properties over random events (A9, A11, A12, A14, A15).

mod promises;

use jiff::{SignedDuration, Timestamp};
use ringleader_core::chat::{Chat, Effect, Event, HowSoon, Known, NonText, Pace, Understood, Why, step};
use ringleader_core::conversation::{ChatState, Driver};
use ringleader_core::id::{Id, UserId};
use ringleader_core::lead::LeadStatus;
use ringleader_core::reading::Signals;
use ringleader_core::settings::Outreach;
use ringleader_core::texts::Key;

const NAME: Known = Known([true, false, false]);
const NEED: Known = Known([false, true, false]);
const PREFERENCE: Known = Known([false, false, true]);
const ALL: Known = Known([true, true, true]);
const NONE: Known = Known([false, false, false]);

fn start() -> Timestamp {
    "2026-01-05T10:00:00Z".parse().unwrap()
}

fn after(hours: i64) -> Timestamp {
    start() + SignedDuration::from_hours(hours)
}

fn chat() -> Chat {
    Chat {
        state: ChatState::AwaitingResponse,
        known: NONE,
        asked: [0; 3],
        reminders_sent: 0,
        said: vec![],
        driver: Driver::Bot,
        handed_over_at: None,
        led_by: vec![],
        closed_reason: None,
        opened_at: start(),
        last_inbound_at: None,
        opted_out: false,
        lead: LeadStatus::New,
    }
}

fn person() -> Driver {
    Driver::User(UserId::from_uuid(uuid::Uuid::from_u128(1)))
}

fn pace() -> Pace {
    Pace::from(&Outreach::default())
}

fn words(learned: Known) -> Event {
    Event::Understood(Understood { learned, any_words: true, signals: Signals::default() })
}

fn signal(learned: Known, set: impl FnOnce(&mut Signals)) -> Event {
    let mut signals = Signals::default();
    set(&mut signals);
    Event::Understood(Understood { learned, any_words: true, signals })
}

fn said(effects: &[Effect]) -> Vec<Key> {
    effects.iter().filter_map(|e| if let Effect::Say(keys) = e { Some(keys.clone()) } else { None }).flatten().collect()
}

/// Plays events an hour apart; returns the chat, and what was said and done in each step.
fn play(mut chat: Chat, events: &[Event]) -> (Chat, Vec<Vec<Key>>, Vec<Effect>) {
    let (mut spoken, mut all) = (vec![], vec![]);
    for (hour, event) in events.iter().enumerate() {
        let (next, effects) = step(chat, *event, &pace(), after(i64::try_from(hour).unwrap()));
        chat = next;
        spoken.push(said(&effects));
        all.extend(effects);
    }
    (chat, spoken, all)
}

fn told(effects: &[Effect], why: Why) -> Option<HowSoon> {
    effects.iter().find_map(|e| match e {
        Effect::TellOwner { soon, why: w } if *w == why => Some(*soon),
        _ => None,
    })
}

#[test]
fn the_next_question_follows_from_what_is_missing() {
    use ChatState::{AwaitingName, AwaitingNeed, AwaitingPreference, Completed};
    for (learned, state, question) in [
        (NONE, AwaitingName, Key::AskName), // A9: order name, need, preference
        (NAME, AwaitingNeed, Key::AskNeed),
        (NEED, AwaitingName, Key::AskName),
        (PREFERENCE, AwaitingName, Key::AskName),
        (NAME.and(NEED), AwaitingPreference, Key::AskPreference),
        (NAME.and(PREFERENCE), AwaitingNeed, Key::AskNeed),
        (NEED.and(PREFERENCE), AwaitingName, Key::AskName),
        (ALL, Completed, Key::Confirm), // A9: one message completes the lead
    ] {
        let (chat, effects) = step(chat(), words(learned), &pace(), after(1));
        assert_eq!((chat.state, said(&effects)), (state, vec![question]), "{learned:?}");
        assert!(effects.contains(&Effect::CancelReminders), "A12: a reply ends the reminders");
    }
}

#[test]
fn one_message_with_everything_completes_the_lead_and_the_owner_hears_at_once() {
    let (chat, _, effects) = play(chat(), &[Event::Opened, words(ALL)]);
    assert_eq!((chat.lead, chat.closed_reason.as_deref()), (LeadStatus::Qualified, Some("complete")));
    assert_eq!(told(&effects, Why::Complete), Some(HowSoon::Now)); // A13
    assert!(effects.contains(&Effect::CloseEpisode { reason: "complete" }));
}

#[test]
fn useless_answers_are_asked_in_other_words_and_then_passed_over_until_the_chat_ends_politely() {
    let (chat, spoken, effects) = play(chat(), &[words(NONE); 8]);
    let expected = [
        Key::AskName,
        Key::AskNameAgain,
        Key::AskNeed,
        Key::AskNeedAgain,
        Key::AskPreference,
        Key::AskPreferenceAgain,
        Key::ConfirmPartial,
        Key::ThanksLater,
    ];
    assert_eq!(spoken.concat(), expected); // A11, A15
    assert_eq!((chat.lead, chat.closed_reason.as_deref()), (LeadStatus::Qualifying, Some("partial")));
    assert_eq!(told(&effects, Why::Partial), Some(HowSoon::Now));
}

#[test]
fn what_was_missing_and_comes_late_completes_a_partial_lead() {
    let events = [vec![words(NAME)], vec![words(NONE); 4], vec![words(NEED.and(PREFERENCE))]].concat();
    let (chat, _, effects) = play(chat(), &events);
    assert_eq!((chat.lead, chat.closed_reason.as_deref()), (LeadStatus::Qualified, Some("complete")));
    assert_eq!(told(&effects, Why::Complete), Some(HowSoon::Now));
}

#[test]
fn a_declined_fact_is_not_asked_again() {
    let (chat, spoken, _) = play(chat(), &[words(NONE), signal(NONE, |s| s.declines = true), words(NEED)]);
    assert_eq!(spoken, [vec![Key::AskName], vec![Key::AskNeed], vec![Key::AskPreference]]);
    assert_eq!(chat.asked[0], 2);
}

#[test]
fn questions_are_acknowledged_and_the_chat_goes_on() {
    for (event, expected) in [
        (signal(NAME, |s| s.question = true), vec![Key::QuestionNoted, Key::AskNeed]),
        (signal(NONE, |s| s.asks_if_bot = true), vec![Key::IAmABot, Key::AskName]), // A11
        (signal(ALL, |s| s.asks_if_bot = true), vec![Key::IAmABot, Key::Confirm]),
        (Event::NonText(NonText::Content), vec![Key::Received, Key::AskName]), // A15
        (Event::NonText(NonText::Voice), vec![Key::PleaseType]),
        (Event::NonText(NonText::NoTurn), vec![]),
    ] {
        assert_eq!(said(&step(chat(), event, &pace(), after(1)).1), expected, "{event:?}");
    }
}

#[test]
fn a_second_voice_note_gets_no_second_request() {
    let (_, spoken, effects) = play(chat(), &[Event::NonText(NonText::Voice); 3]);
    assert_eq!(spoken.concat(), [Key::PleaseType]); // A15
    assert_eq!(told(&effects, Why::LaterMessage), Some(HowSoon::Debounced));
}

type Set = fn(&mut Signals);

#[test]
fn each_way_of_ending_has_its_words_lead_and_reason() {
    use LeadStatus::{Contacted, Lost, Qualifying};
    let table: [(Set, &[Key], LeadStatus, &str); 8] = [
        (|s| s.opt_out = true, &[Key::OptOutDone], Lost, "opt_out"), // A14
        (|s| s.wrong_number = true, &[Key::WrongNumber], Lost, "wrong_number"),
        (|s| s.already_spoke = true, &[Key::AlreadySpoke], Contacted, "already_spoke"),
        (|s| s.resolved = true, &[Key::Resolved], Lost, "resolved"),
        (|s| s.wants_person = true, &[Key::StepBack], Qualifying, "wants_person"),
        (|s| s.call_now = true, &[Key::StepBack], Qualifying, "wants_person"),
        (|s| s.emergency = true, &[Key::Emergency], Qualifying, "emergency"),
        (|s| s.abuse = true, &[], LeadStatus::New, "abuse"),
    ];
    for (set, words, lead, reason) in table {
        let (chat, effects) = step(chat(), signal(NONE, set), &pace(), after(1));
        assert_eq!(said(&effects), words, "{reason}");
        assert_eq!((chat.state, chat.lead, chat.closed_reason.as_deref()), (ChatState::Completed, lead, Some(reason)));
        assert!(effects.contains(&Effect::CloseEpisode { reason }), "{reason}");
        assert!(effects.iter().any(|e| matches!(e, Effect::TellOwner { .. })), "{reason}");
    }
}

#[test]
fn a_person_is_called_at_once_when_one_is_wanted() {
    let table: [(Set, Key, Why); 3] = [
        (|s| s.wants_person = true, Key::TaskCallBack, Why::WantsPerson),
        (|s| s.call_now = true, Key::TaskCallNow, Why::CallNow),
        (|s| s.emergency = true, Key::TaskEmergency, Why::Emergency),
    ];
    for (set, kind, why) in table {
        let (_, effects) = step(chat(), signal(NEED, set), &pace(), after(1));
        assert!(effects.iter().any(|e| matches!(e, Effect::AddTask { kind: k, .. } if *k == kind)));
        assert_eq!(told(&effects, why), Some(HowSoon::Now)); // A14
    }
    let (chat, effects) = step(chat(), signal(ALL, |s| s.call_now = true), &pace(), after(1));
    assert_eq!((said(&effects), chat.lead), (vec![Key::Confirm], LeadStatus::Qualified));
}

#[test]
fn an_opt_out_is_confirmed_once_and_final_until_start() {
    let stop = signal(NONE, |s| s.opt_out = true);
    let begin = signal(NONE, |s| s.opt_in = true);
    let (chat, spoken, effects) = play(chat(), &[stop, stop, words(NAME), begin, words(NONE)]);
    assert_eq!(spoken.concat(), [Key::OptOutDone, Key::OptInDone, Key::AskNeed]); // A14
    assert_eq!((chat.state, chat.lead, chat.opted_out), (ChatState::AwaitingNeed, LeadStatus::Qualifying, false));
    assert_eq!(effects.iter().filter(|e| **e == Effect::OptOutContact).count(), 1);
    assert_eq!(effects.iter().filter(|e| **e == Effect::OptInContact).count(), 1);
}

#[test]
fn reminders_are_counted_from_the_first_message_and_then_patience_ends() {
    let (chat, effects) = step(chat(), Event::Opened, &pace(), after(0));
    assert_eq!(effects[1], Effect::ScheduleReminder { nth: 1, at: after(2) }); // A12
    assert_eq!(step(chat.clone(), Event::Opened, &pace(), after(0)).1, [], "told once");
    let (chat, effects) = step(chat, Event::ReminderDue(1), &pace(), after(2));
    assert_eq!(effects, [Effect::Say(vec![Key::Reminder]), Effect::ScheduleReminder { nth: 2, at: after(24) }]);
    let (chat, effects) = step(chat, Event::ReminderDue(2), &pace(), after(24));
    assert_eq!(effects, [Effect::Say(vec![Key::LastReminder]), Effect::ScheduleGiveUp { at: after(48) }]);
    let (chat, effects) = step(chat, Event::PatienceOver, &pace(), after(48));
    assert_eq!((chat.state, chat.lead), (ChatState::Unresponsive, LeadStatus::Unresponsive));
    assert_eq!(told(&effects, Why::Unresponsive), Some(HowSoon::Now));
    let (chat, effects) = step(chat, words(NEED), &pace(), after(90)); // A9: late replies reopen
    assert_eq!((chat.state, chat.lead, chat.closed_reason), (ChatState::AwaitingName, LeadStatus::Qualifying, None));
    assert_eq!(said(&effects), [Key::AskName]);
}

#[test]
fn a_late_reminder_keeps_its_distance_from_the_next_and_a_skipped_one_lets_time_go_on() {
    let (opened, _) = step(chat(), Event::Opened, &pace(), after(0));
    let (_, effects) = step(opened.clone(), Event::ReminderDue(1), &pace(), after(10));
    assert!(effects.contains(&Effect::ScheduleReminder { nth: 2, at: after(32) }));
    let (chat, effects) = step(opened, Event::ReminderSkipped(1), &pace(), after(2));
    assert_eq!(effects, [Effect::ScheduleReminder { nth: 2, at: after(24) }]);
    let (chat, effects) = step(chat, Event::ReminderDue(2), &pace(), after(24));
    assert_eq!((chat.reminders_sent, said(&effects)), (1, vec![Key::LastReminder]));
}

#[test]
fn a_chat_that_falls_silent_half_way_gets_no_reminder_and_the_owner_hears_once() {
    let (chat, _) = step(chat(), words(NAME), &pace(), after(1));
    let (chat, effects) = step(chat, Event::ReminderDue(1), &pace(), after(2));
    assert_eq!(effects, []);
    let (chat, effects) = step(chat, Event::PatienceOver, &pace(), after(24));
    assert_eq!(effects, [Effect::ScheduleGiveUp { at: after(25) }], "too early");
    let (chat, effects) = step(chat, Event::PatienceOver, &pace(), after(25));
    assert_eq!(told(&effects, Why::WentSilent), Some(HowSoon::Now)); // DESIGN 9
    assert_eq!(step(chat, Event::PatienceOver, &pace(), after(26)).1, []);
}

#[test]
fn while_a_person_leads_the_bot_learns_and_is_silent_and_goes_on_when_handed_back() {
    let events = [Event::TakenOver(person()), words(NAME), words(NONE), Event::HandedBack, words(NEED)];
    let (chat, spoken, _) = play(chat(), &events);
    assert_eq!(spoken, [vec![], vec![], vec![], vec![], vec![Key::AskPreference]]); // P9
    assert_eq!((chat.known, chat.driver), (NAME.and(NEED), Driver::Bot));
    assert_eq!(chat.handed_over_at, Some(start()), "it was handed over all the same"); // D2
}

#[test]
fn who_takes_over_led_it_and_who_was_only_given_it_has_not() {
    let given = Chat { driver: person(), ..chat() };
    let (given, _) = step(given, words(NAME), &pace(), after(1));
    assert_eq!((given.driver, &given.led_by), (person(), &vec![])); // D2
    let (led, _, _) = play(given, &[Event::TakenOver(person()), Event::HandedBack, Event::TakenOver(person())]);
    assert_eq!(led.led_by, [UserId::from_uuid(uuid::Uuid::from_u128(1))]);
    assert_eq!(play(led, &[Event::TakenOver(Driver::Handset)]).0.led_by.len(), 1);
}

#[test]
fn who_wants_a_person_is_handed_over_also_where_everything_is_known() {
    for known in [NONE, ALL] {
        let wants = signal(known, |signals| signals.wants_person = true);
        let (chat, _) = step(chat(), wants, &pace(), after(1));
        assert_eq!(chat.handed_over_at, Some(after(1)), "{:?}", chat.closed_reason); // D2
    }
}

#[test]
fn a_talk_ends_questions_and_reminders() {
    let (chat, spoken, effects) = play(chat(), &[Event::Opened, Event::Spoke, Event::ReminderDue(1), words(NEED)]);
    assert_eq!((chat.lead, chat.closed_reason.as_deref()), (LeadStatus::Contacted, Some("spoke"))); // A6, A12
    assert!(effects.contains(&Effect::CancelReminders) && spoken.concat().is_empty());
}

//! Properties of the chat machine over random events in random order.

use super::{NONE, chat, pace, person, said, start};
use jiff::SignedDuration;
use proptest::prelude::*;
use ringleader_core::chat::{Chat, Effect, Event, Known, NonText, Topic, Understood, step};
use ringleader_core::conversation::{ChatState, Driver};
use ringleader_core::reading::Signals;
use ringleader_core::texts::Key;

fn any_known() -> impl Strategy<Value = Known> {
    any::<[bool; 3]>().prop_map(Known)
}

fn any_signals() -> impl Strategy<Value = Signals> {
    let quiet = Just(Signals::default());
    let one = (0..12usize).prop_map(|which| {
        let mut s = Signals::default();
        let all: [&mut bool; 12] = [
            &mut s.opt_out,
            &mut s.wrong_number,
            &mut s.already_spoke,
            &mut s.resolved,
            &mut s.wants_person,
            &mut s.call_now,
            &mut s.emergency,
            &mut s.abuse,
            &mut s.question,
            &mut s.asks_if_bot,
            &mut s.declines,
            &mut s.opt_in,
        ];
        for (i, flag) in all.into_iter().enumerate() {
            *flag = i == which;
        }
        s
    });
    let two = (one.clone(), any::<[bool; 4]>()).prop_map(|(mut s, [a, b, c, d])| {
        (s.question, s.declines, s.asks_if_bot, s.opt_in) = (a, b, c, d);
        s
    });
    prop_oneof![4 => quiet, 2 => one, 1 => two]
}

fn any_event() -> impl Strategy<Value = Event> {
    let heard = (any_signals(), prop_oneof![Just(NONE), any_known()], any::<bool>())
        .prop_map(|(signals, learned, any_words)| Event::Understood(Understood { signals, learned, any_words }));
    prop_oneof![
        8 => heard,
        2 => (any_signals(), prop_oneof![Just(NONE), any_known()])
            .prop_map(|(signals, learned)| Event::Overheard(Understood { signals, learned, any_words: true })),
        1 => Just(Event::Opened),
        2 => (0..4u8).prop_map(Event::ReminderDue),
        1 => (0..4u8).prop_map(Event::ReminderSkipped),
        1 => Just(Event::PatienceOver),
        2 => prop_oneof![Just(NonText::Voice), Just(NonText::Content), Just(NonText::NoTurn)].prop_map(Event::NonText),
        1 => any_known().prop_map(Event::Corrected),
        1 => prop_oneof![Just(person()), Just(Driver::Handset)].prop_map(Event::TakenOver),
        2 => Just(Event::HandedBack),
        1 => Just(Event::Spoke),
        1 => Just(Event::OptOut),
        1 => Just(Event::OptIn),
    ]
}

fn topic_of(key: Key) -> Option<Topic> {
    Topic::ALL.iter().copied().find(|t| key == t.question(false) || key == t.question(true))
}

fn state_follows(chat: &Chat) -> bool {
    let topic = match chat.state {
        ChatState::AwaitingName => Topic::Name,
        ChatState::AwaitingNeed => Topic::Need,
        ChatState::AwaitingPreference => Topic::Preference,
        _ => return true,
    };
    !chat.known.has(topic) && !chat.known.is_complete()
}

fn check_step(before: &Chat, event: Event, after: &Chat, effects: &[Effect]) -> Result<(), TestCaseError> {
    let messages = effects.iter().filter(|e| matches!(e, Effect::Say(_))).count();
    let spoken = said(effects);
    prop_assert!(messages <= 1, "one step says at most one message");
    if before.is_finished() {
        prop_assert!(spoken.iter().all(|key| topic_of(*key).is_none()), "a finished chat asks nothing: {:?}", event);
    }
    if before.opted_out && after.opted_out || before.driver != Driver::Bot {
        prop_assert!(spoken.is_empty(), "silent: {:?} {:?}", event, spoken);
    }
    for topic in spoken.iter().filter_map(|key| topic_of(*key)) {
        prop_assert!(!after.known.has(topic), "nothing known is asked");
    }
    if before.has_reply() {
        prop_assert!(
            !spoken.iter().any(|key| matches!(key, Key::Reminder | Key::LastReminder)),
            "no reminder after a reply"
        );
    }
    prop_assert!(state_follows(after), "state follows from what is missing: {:?}", after);
    prop_assert!(
        before.is_finished() || after.is_finished() || !after.known.is_complete() || before.known.is_complete()
    );
    prop_assert!(
        after.closed_reason.is_some() == matches!(after.state, ChatState::Completed | ChatState::Unresponsive)
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn random_events_in_random_order_keep_every_promise(
        events in prop::collection::vec((any_event(), 0..30i64, 1..3usize), 1..40),
        known in prop_oneof![4 => Just(NONE), 1 => any_known()],
    ) {
        let (mut chat, mut now, mut all) = (Chat { known, ..chat() }, start(), vec![]);
        for (event, hours, times) in events {
            now += SignedDuration::from_hours(hours);
            for _ in 0..times {
                let (next, effects) = step(chat.clone(), event, &pace(), now);
                check_step(&chat, event, &next, &effects)?;
                all.extend(said(&effects));
                chat = next;
            }
        }
        let count = |wanted: &dyn Fn(Key) -> bool| all.iter().filter(|key| wanted(**key)).count();
        for topic in Topic::ALL {
            prop_assert!(count(&|key| topic_of(key) == Some(*topic)) <= 2, "nothing is asked a third time");
        }
        prop_assert!(count(&|key| matches!(key, Key::Reminder | Key::LastReminder)) <= 2);
        prop_assert!(count(&|key| key == Key::ThanksLater) <= 1, "one thanks, no loop");
        prop_assert!(count(&|key| key == Key::PleaseType) <= 1);
    }
}

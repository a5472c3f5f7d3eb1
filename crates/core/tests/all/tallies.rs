//! What things add to the sums of their hour, and how long somebody waited while the business was open (D2).

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use ringleader_core::appointment::{Appointment, AppointmentState, Feedback};
use ringleader_core::call::{Call, Direction, Outcome};
use ringleader_core::chat::{Chat, Event, Known, Pace, step};
use ringleader_core::conversation::{Channel, ChatState, Conversation, Driver};
use ringleader_core::episode::{Episode, EpisodeState};
use ringleader_core::figures::Sums;
use ringleader_core::hours::OpeningHours;
use ringleader_core::id::{AppointmentId, CallId, ConnectionId, ContactId, ConversationId, EpisodeId, Id, LeadId};
use ringleader_core::lead::{Lead, LeadStatus};
use ringleader_core::loss::{Carried, EpisodeTrace, Fate, Trace, place};
use ringleader_core::reception::words::Purpose;
use ringleader_core::reports::summary::Summary;
use ringleader_core::reports::{self, CallScores, Clockwork, Hour, Opinion, Tally, appointment, open_seconds};
use ringleader_core::settings::{Interval, Outreach};

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn at(zone: &TimeZone, local: &str) -> Timestamp {
    let local: DateTime = local.parse().unwrap();
    zone.to_ambiguous_zoned(local).compatible().unwrap().timestamp()
}

/// Monday to Friday from nine to six.
fn weekdays() -> Vec<Interval> {
    let text = r#"[{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "18:00"}]"#;
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_clock_stands_while_the_business_is_closed() {
    let table = [
        // Friday evening to Monday morning: the half hour on Monday.
        ("Europe/London", "2026-11-20T19:00", "2026-11-23T09:30", 1800),
        // Within a day, over the night, before opening.
        ("Europe/London", "2026-11-23T10:00", "2026-11-23T10:02", 120),
        ("Europe/London", "2026-11-23T17:30", "2026-11-24T09:15", 2700),
        ("Europe/London", "2026-11-23T06:00", "2026-11-23T08:59", 0),
        // Over the clock changes, which fall on closed hours.
        ("Europe/London", "2026-10-23T17:00", "2026-10-26T10:00", 7200),
        ("Asia/Jerusalem", "2026-03-26T17:00", "2026-03-27T10:00", 7200),
        // An answer that came first.
        ("Europe/London", "2026-11-23T10:00", "2026-11-23T09:59", 0),
    ];
    let weekly = weekdays();
    for (name, asked, answered, seconds) in table {
        let zone = zone(name);
        let open = OpeningHours::of(&weekly, &[], &zone);
        let clock = Clockwork { zone: &zone, open };
        assert_eq!(open_seconds(at(&zone, asked), at(&zone, answered), &clock), seconds, "{name} {asked}");
    }
    let zone = zone("Europe/London");
    let always = Clockwork { zone: &zone, open: None };
    let friday = at(&zone, "2026-11-20T19:00");
    assert_eq!(open_seconds(friday, friday + SignedDuration::from_secs(77), &always), 77, "no hours are told");
}

fn viewing(created_at: Timestamp) -> Appointment {
    Appointment {
        id: AppointmentId::from_uuid(uuid::Uuid::nil()),
        purpose: Purpose::Viewing,
        contact_id: None,
        property_id: None,
        agent_id: "usr_1".into(),
        place: "Here".into(),
        start: created_at,
        minutes: 30,
        state: AppointmentState::Booked,
        sequence: 0,
        created_at,
        feedback: None,
        feedback_asked_at: None,
    }
}

#[test]
fn an_hour_that_the_clock_has_twice_is_one() {
    let london = zone("Europe/London");
    let clock = Clockwork { zone: &london, open: None };
    for moment in ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"] {
        let tally = appointment(&viewing(moment.parse().unwrap()), None, &clock);
        assert_eq!(tally.place, Hour { day: "2026-10-25".parse().unwrap(), hour: 1, line: String::new() });
        let measures = ["agent:usr_1", "agent:usr_1:booked", "appointments:viewing", "appointments:viewing:booked"];
        assert_eq!(tally.sums.into_keys().collect::<Vec<_>>(), measures);
    }
}

#[test]
fn what_visitors_say_is_counted_whether_they_liked_it_or_not() {
    let london = zone("Europe/London");
    let clock = Clockwork { zone: &london, open: None };
    let at = "2026-10-25T00:30:00Z".parse().unwrap();
    let mut sums = Sums::new();
    for liked in [None, Some(None), Some(Some(true)), Some(Some(true)), Some(Some(false))] {
        let feedback = liked.map(|liked| Feedback { words: "Nice".into(), liked, at });
        let it = Appointment { feedback_asked_at: Some(at), feedback, ..viewing(at) };
        for (measure, value) in appointment(&it, None, &clock).sums {
            *sums.entry(measure).or_default() += value;
        }
    }
    let told = Summary::of(&sums, None);
    assert_eq!((told.asked_feedback, told.feedback, told.liked_rate), (5, 4, Some(2.0 / 3.0)));
}

fn lead(source: &str, status: LeadStatus) -> Lead {
    let at = "2026-11-23T10:00:00Z".parse().unwrap();
    Lead {
        id: LeadId::from_uuid(uuid::Uuid::nil()),
        contact_id: ContactId::from_uuid(uuid::Uuid::nil()),
        status,
        source: source.into(),
        name: None,
        need: None,
        preference: None,
        score: None,
        assigned_to: None,
        opened_at: at,
        closed_at: None,
        updated_at: at,
    }
}

fn chat(episode: Option<EpisodeId>, replied: bool, closed_reason: Option<&str>) -> Conversation {
    let at: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    Conversation {
        id: ConversationId::from_uuid(uuid::Uuid::nil()),
        contact_id: ContactId::from_uuid(uuid::Uuid::nil()),
        lead_id: None,
        episode_id: episode,
        channel: Channel::Whatsapp,
        connection_id: ConnectionId::from_uuid(uuid::Uuid::nil()),
        state: ChatState::AwaitingResponse,
        driver: Driver::Bot,
        handed_over_at: None,
        led_by: vec![],
        asked: [0; 3],
        window_until: None,
        reminders_sent: 0,
        opened_at: at,
        last_inbound_at: replied.then_some(at),
        said: vec![],
        peer: None,
        closed_reason: closed_reason.map(str::to_owned),
    }
}

fn all(tallies: impl IntoIterator<Item = Tally>) -> Sums {
    let mut sums = Sums::new();
    for (measure, value) in tallies.into_iter().flat_map(|tally| tally.sums) {
        *sums.entry(measure).or_default() += value;
    }
    sums
}

#[test]
fn the_way_from_a_missed_call_is_walked_by_those_who_rang() {
    let london = zone("Europe/London");
    let clock = Clockwork { zone: &london, open: None };
    let mut tallies = Vec::new();
    for source in ["missed_call", "whatsapp", "voice_agent"] {
        for status in [LeadStatus::New, LeadStatus::Qualified, LeadStatus::ViewingBooked, LeadStatus::Converted] {
            tallies.push(reports::lead(&lead(source, status), None, false, &clock));
        }
    }
    let episode = Some(EpisodeId::from_uuid(uuid::Uuid::nil()));
    for (episode, replied) in [(episode, true), (episode, false), (None, true), (None, true)] {
        tallies.extend(reports::chat(&chat(episode, replied, None), None, &clock));
    }
    let told = Summary::of(&all(tallies), None);
    let way = told.funnel().map(|(_, value)| value);
    assert_eq!(way[2..], [1, 3, 2, 1], "of twelve leads and four chats");
    assert_eq!((told.leads, told.qualified, told.converted, told.replied), (12, 9, 3, 3));
}

#[test]
fn a_lead_that_is_lost_after_its_viewing_had_one() {
    let london = zone("Europe/London");
    let clock = Clockwork { zone: &london, open: None };
    let told = |all: &[(LeadStatus, bool)]| {
        let tallies =
            all.iter().map(|(status, viewing)| reports::lead(&lead("missed_call", *status), None, *viewing, &clock));
        Summary::of(&self::all(tallies), None)
    };
    let of = told(&[
        (LeadStatus::Lost, true),
        (LeadStatus::Converted, true),
        (LeadStatus::Converted, false),
        (LeadStatus::New, false),
    ]);
    assert_eq!((of.with_viewing, of.viewing_conversion), (2, Some(0.5)));
    assert_eq!((of.viewing_booked, of.recovered_viewing_booked), (3, 3), "those who got further had one, say people");
    assert_eq!(told(&[(LeadStatus::Converted, false)]).viewing_conversion, None);
}

#[test]
fn a_chat_that_goes_on_elsewhere_counts_there_unless_they_write_here() {
    let london = zone("Europe/London");
    let clock = Clockwork { zone: &london, open: None };
    let counts = |replied, reason| reports::chat(&chat(None, replied, reason), None, &clock).is_some();
    assert!(!counts(false, Some("moved")) && counts(true, Some("moved")) && counts(false, Some("opt_out")));
}

#[test]
fn a_reply_to_the_second_reminder_is_its_own_also_where_the_first_could_not_go() {
    let london = zone("Europe/London");
    let clock = Clockwork { zone: &london, open: None };
    let told = |events: &[Event]| {
        let mut it = chat(None, true, None);
        let before =
            Chat::of(&Conversation { last_inbound_at: None, ..it.clone() }, Known::default(), false, LeadStatus::New);
        let pace = Pace::from(&Outreach::default());
        let after = events.iter().fold(before, |chat, event| step(chat, *event, &pace, it.opened_at).0);
        Chat { last_inbound_at: it.last_inbound_at, ..after }.save_to(&mut it);
        let sums = reports::chat(&it, None, &clock).unwrap().sums;
        sums.into_keys().filter(|measure| measure.contains(':') && measure.contains("remind")).collect::<Vec<_>>()
    };
    // A12, D2
    assert_eq!(told(&[Event::ReminderSkipped(1), Event::ReminderDue(2)]), ["reminded:2", "replied_after_reminder:2"]);
    assert_eq!(told(&[Event::ReminderDue(1), Event::ReminderSkipped(2)]), ["reminded:1", "replied_after_reminder:1"]);
    let both = told(&[Event::ReminderDue(1), Event::ReminderDue(2)]);
    assert_eq!(both, ["reminded:1", "reminded:2", "replied_after_reminder:2"]);
    assert_eq!(told(&[Event::ReminderSkipped(1), Event::ReminderSkipped(2)]), [] as [&str; 0]);
}

#[test]
fn who_is_in_touch_is_contacted_in_the_loss_account_and_reached_in_reports() {
    let london = zone("Europe/London");
    let clock = Clockwork { zone: &london, open: None };
    let at: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    for state in EpisodeState::ALL {
        for reason in [None, Some("spoke"), Some("wrote"), Some("person"), Some("landline"), Some("opted_out")] {
            for carried in [Carried::Nothing, Carried::Sent] {
                let reason = reason.map(str::to_owned);
                let trace = EpisodeTrace { state: *state, reason: reason.clone(), overdue: false, carried };
                let trace = Trace { outcome: Some(Outcome::Missed), episode: Some(trace), decision: None };
                let episode = Episode {
                    id: EpisodeId::from_uuid(uuid::Uuid::nil()),
                    contact_id: ContactId::from_uuid(uuid::Uuid::nil()),
                    purpose: "missed_call".into(),
                    line: None,
                    state: *state,
                    reason,
                    due_at: at,
                    expires_at: at,
                    called_at: at,
                    opened_at: at,
                    closed_at: Some(at),
                };
                let reached = reports::episode(&episode, None, &clock).sums.contains_key("reached");
                let (fate, why) = place(&trace);
                let on_its_way = *state == EpisodeState::Contacted && carried == Carried::Nothing;
                assert!(reached == (fate == Fate::Contacted) || on_its_way, "{state} {why}");
            }
        }
    }
}

#[test]
fn what_callers_say_of_a_call_counts_with_it() {
    let london = zone("Europe/London");
    let clock = Clockwork { zone: &london, open: None };
    let call = Call::begun(
        CallId::from_uuid(uuid::Uuid::nil()),
        "x",
        "1",
        Direction::Inbound,
        "2026-11-23T10:00:00Z".parse().unwrap(),
    );
    let said =
        [Opinion::Unasked, Opinion::Asked, Opinion::Said(1), Opinion::Said(1), Opinion::Said(2), Opinion::Said(3)];
    let told = Summary::of(
        &all(said.into_iter().filter_map(|said| reports::call(&call, said, CallScores::default(), &clock))),
        None,
    );
    assert_eq!((told.asked_satisfaction, told.satisfaction), (5, Some(0.5)));
    let opinions: Vec<_> = told.opinions.iter().map(|(word, n)| (word.as_str(), *n)).collect();
    assert_eq!(opinions, [("bad", 1), ("good", 2), ("so_so", 1)]);
}

#[test]
fn rates_are_of_what_can_be_told() {
    let sums: Sums = [
        ("answered", 3),
        ("missed", 1),
        ("calls:inbound", 5),
        ("talk_seconds", 90),
        ("recovered", 2),
        ("reminded", 4),
        ("replied_after_reminder", 1),
    ]
    .map(|(name, n)| (name.to_owned(), n))
    .into();
    let told = Summary::of(&sums, Some(35_000));
    assert_eq!((told.answer_rate, told.average_talk_seconds), (Some(0.75), Some(30.0)));
    assert_eq!((told.recovered_value, told.reminder_effect, told.handover_rate), (Some(70_000), Some(0.25), None));
    assert_eq!(Summary::of(&Sums::new(), None), Summary::default());
}

proptest! {
    #[test]
    fn nobody_waits_longer_than_the_clock_says(begin in 0..600_000i64, wait in 0..900_000i64, split in 0..900_000i64) {
        let (london, weekly) = (zone("Europe/London"), weekdays());
        let clock = Clockwork { zone: &london, open: OpeningHours::of(&weekly, &[], &london) };
        let asked = Timestamp::from_second(1_792_800_000 + begin).unwrap();
        let (middle, end) = (asked + SignedDuration::from_secs(split.min(wait)), asked + SignedDuration::from_secs(wait));
        let whole = open_seconds(asked, end, &clock);
        prop_assert!((0..=wait).contains(&whole));
        prop_assert_eq!(open_seconds(asked, middle, &clock) + open_seconds(middle, end, &clock), whole, "parts add up");
    }
}

//! The loss account's places, and its days on the four change days of a year (P11).

use jiff::civil::date;
use jiff::tz::TimeZone;
use ringleader_core::call::Outcome;
use ringleader_core::decision::Verdict;
use ringleader_core::episode::EpisodeState;
use ringleader_core::loss::{Carried, EpisodeTrace, FOUND, Fate, Trace, bounds, closing, place};

fn call(outcome: Outcome) -> Trace {
    Trace { outcome: Some(outcome), episode: None, decision: None }
}

fn with(state: EpisodeState, reason: &str, carried: Carried) -> Trace {
    let episode = EpisodeTrace { state, reason: Some(reason.to_owned()), overdue: false, carried };
    Trace { episode: Some(episode), ..call(Outcome::Missed) }
}

fn decided(verdict: Verdict, reason: &str) -> Trace {
    Trace { decision: Some((verdict, reason.to_owned())), ..call(Outcome::Missed) }
}

#[test]
fn each_call_has_its_place_and_its_reason() {
    use EpisodeState::{Cancelled, Contacted, Deferred, Excluded, Held, Waiting};
    let mut late = with(Waiting, "", Carried::Nothing);
    if let Some(episode) = &mut late.episode {
        episode.overdue = true;
    }
    for (trace, fate, reason) in [
        (with(Contacted, "sent", Carried::Sent), Fate::Contacted, "sent"),
        (with(Contacted, "sent", Carried::Pending), Fate::Open, "sending"),
        (with(Contacted, "sent", Carried::Stale), Fate::Lost, "not_sent"),
        (with(Contacted, "sent", Carried::Nothing), Fate::Lost, "nothing_sent"),
        (with(Contacted, "wrote", Carried::Nothing), Fate::Contacted, "wrote"),
        (with(Cancelled, "spoke", Carried::Nothing), Fate::Contacted, "spoke"),
        (with(Cancelled, "opted_out", Carried::Nothing), Fate::Excluded, "opted_out"),
        (with(Excluded, "staff", Carried::Nothing), Fate::Excluded, "staff"),
        (with(Excluded, "spoke", Carried::Nothing), Fate::Contacted, "spoke"),
        (with(Held, "landline", Carried::Nothing), Fate::Held, "landline"),
        (with(Waiting, "", Carried::Nothing), Fate::Open, "grace"),
        (with(Deferred, "rest", Carried::Nothing), Fate::Open, "rest"),
        (late, Fate::Lost, "overdue"),
        (call(Outcome::Missed), Fate::Lost, "no_decision"),
        (decided(Verdict::Hold, "withheld"), Fate::Held, "withheld"),
        (decided(Verdict::Skip, "own_line"), Fate::Excluded, "own_line"),
        (decided(Verdict::Skip, "pocket_dial"), Fate::NotMissed, "pocket_dial"),
        (decided(Verdict::Wait, "grace"), Fate::Lost, "no_episode"),
        (decided(Verdict::Hold, FOUND), Fate::Lost, FOUND),
        (call(Outcome::Technical), Fate::NotMissed, "technical"),
        (
            Trace { outcome: Some(Outcome::Technical), ..with(Held, "landline", Carried::Nothing) },
            Fate::Held,
            "landline",
        ),
        (Trace { outcome: None, ..call(Outcome::Missed) }, Fate::NotMissed, "not_over"),
    ] {
        assert_eq!(place(&trace), (fate, reason.to_owned()), "{trace:?}");
    }
}

#[test]
fn days_follow_one_another_without_gap_and_are_checked_once_on_change_days_too() {
    for (zone, short, long) in [
        ("Asia/Jerusalem", date(2026, 3, 27), date(2026, 10, 25)),
        ("Europe/London", date(2026, 3, 29), date(2026, 10, 25)),
        ("America/Havana", date(2026, 3, 8), date(2026, 11, 1)), // midnight itself is left out, or comes twice
    ] {
        let tz = TimeZone::get(zone).unwrap();
        for (day, hours) in [(short, 23), (long, 25)] {
            let (begin, end) = bounds(day, &tz).unwrap();
            assert_eq!(end.duration_since(begin).as_hours(), hours, "{zone} {day}");
            assert_eq!(bounds(day.yesterday().unwrap(), &tz).unwrap().1, begin);
            for day in [day.yesterday().unwrap(), day] {
                let check = closing(day, &tz).unwrap();
                let local = check.to_zoned(tz.clone());
                assert_eq!(local.date(), day.tomorrow().unwrap(), "{zone}: {local}");
                assert!(check >= bounds(day, &tz).unwrap().1, "{zone}: the day is over");
            }
        }
    }
}

//! One call out of its legs (A2, A3).

#![expect(clippy::unwrap_used, reason = "a test may fail so")]

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use ringleader_core::call::{Direction, LegReport, Outcome, Turn};
use ringleader_core::legs::{FoldRules, Folded, NotMissed, UNKNOWN_STATUS, fold, is_missed, merge};

fn leg(key: &str, status: &str, outcome: Outcome) -> LegReport {
    let start = Timestamp::from_second(1_767_600_000).unwrap();
    LegReport {
        call_key: "call-1".into(),
        own_key: "call-1".into(),
        leg_key: key.into(),
        direction: Direction::Inbound,
        from: Some("0501234567".into()),
        to: Some("0771234567".into()),
        line: Some("0771234567".into()),
        status: status.into(),
        outcome,
        started_at: Some(start),
        ended_at: Some(start + SignedDuration::from_secs(25)),
        ring_seconds: Some(25),
        wait_seconds: None,
        talk_seconds: Some(0),
        answered_by: None,
        queue: None,
        recording_url: None,
        transcript: vec![],
        flags: vec![],
    }
}

fn answered(key: &str, by: &str, talk: i64) -> LegReport {
    LegReport { answered_by: Some(by.into()), talk_seconds: Some(talk), ..leg(key, "ANSWER", Outcome::Answered) }
}

fn rules() -> FoldRules {
    FoldRules { after_menu: true, ..FoldRules::default() }
}

fn folded(legs: &[LegReport]) -> Folded {
    fold(legs, &rules()).unwrap()
}

#[test]
fn no_legs_make_no_call() {
    assert_eq!(fold(&[], &rules()), None);
}

#[test]
fn three_extensions_that_ring_in_vain_are_one_missed_call() {
    let legs = ["a", "b", "c"].map(|key| leg(key, "NOANSWER", Outcome::Missed));
    let call = folded(&legs);
    assert_eq!((call.outcome, call.ring_seconds, call.talk_seconds), (Outcome::Missed, Some(25), Some(0)));
    assert_eq!(is_missed(&call, &rules()), Ok(()));
}

#[test]
fn answered_by_a_person_anywhere_is_not_missed() {
    let legs = [
        leg("queue", "ABANDONE", Outcome::Missed),
        answered("ext", "SIPtest1", 40),
        leg("x", "NOANSWER", Outcome::Missed),
    ];
    let call = folded(&legs);
    assert_eq!(
        (call.outcome, call.answered_by.as_deref(), call.lifecycle.as_str()),
        (Outcome::Answered, Some("SIPtest1"), "ANSWER")
    );
    assert_eq!(call.answered_at, Some(Timestamp::from_second(1_767_600_025).unwrap()));
    assert_eq!(is_missed(&call, &rules()), Err(NotMissed::Answered));
}

#[test]
fn a_menu_alone_counts_as_missed_only_while_the_tenant_says_so() {
    let menu = folded(&[leg("menu", "ANSWER", Outcome::Menu)]);
    assert_eq!(is_missed(&menu, &rules()), Ok(()));
    let strict = FoldRules::default();
    let menu = fold(&[leg("menu", "ANSWER", Outcome::Menu)], &strict).unwrap();
    assert_eq!(is_missed(&menu, &strict), Err(NotMissed::OnlyMenu));
    let then_queue =
        fold(&[leg("menu", "ANSWER", Outcome::Menu), leg("q", "ABANDONE", Outcome::Missed)], &strict).unwrap();
    assert_eq!((then_queue.outcome, is_missed(&then_queue, &strict)), (Outcome::Missed, Ok(())));
}

#[test]
fn a_voicemail_is_missed_and_its_recording_is_kept() {
    let mail = LegReport {
        recording_url: Some("https://pbx.example/r1.mp3".into()),
        ..leg("vm", "VOICEMAIL", Outcome::Voicemail)
    };
    let call = folded(&[leg("ext", "NOANSWER", Outcome::Missed), mail]);
    assert_eq!((call.outcome, call.recording_url.is_some()), (Outcome::Voicemail, true));
    assert_eq!(is_missed(&call, &rules()), Ok(()));
}

#[test]
fn short_rings_are_pocket_dials_but_untimed_and_voicemail_calls_are_not() {
    let patient = FoldRules { min_ring: SignedDuration::from_secs(5), ..rules() };
    let short = LegReport { ring_seconds: Some(2), ended_at: None, ..leg("a", "CANCEL", Outcome::Missed) };
    let check = |leg: LegReport| is_missed(&fold(&[leg], &patient).unwrap(), &patient);
    assert_eq!(check(short.clone()), Err(NotMissed::PocketDial));
    assert_eq!(check(LegReport { ring_seconds: None, ..short.clone() }), Ok(()));
    assert_eq!(check(LegReport { wait_seconds: Some(60), ..short.clone() }), Ok(()));
    assert_eq!(check(LegReport { outcome: Outcome::Voicemail, ..short.clone() }), Ok(()));
    assert_eq!(check(LegReport { ring_seconds: Some(5), ..short }), Ok(()));
}

#[test]
fn an_unknown_status_starts_nothing_until_the_tenant_lists_it() {
    let odd = LegReport { flags: vec![UNKNOWN_STATUS.into()], ..leg("a", "WHATEVER", Outcome::Unknown) };
    let call = folded(std::slice::from_ref(&odd));
    assert_eq!((call.outcome, is_missed(&call, &rules())), (Outcome::Unknown, Err(NotMissed::UnknownStatus)));
    let listing = FoldRules { missed_statuses: Some(vec!["whatever ".into()]), ..rules() };
    let call = fold(&[odd], &listing).unwrap();
    assert_eq!((call.outcome, call.flags.is_empty(), is_missed(&call, &listing)), (Outcome::Missed, true, Ok(())));
}

#[test]
fn the_tenants_list_replaces_the_table_but_never_makes_an_answer_missed() {
    let listing =
        FoldRules { missed_statuses: Some(vec!["noanswer".into(), "ANSWER".into()]), after_menu: false, ..rules() };
    let check = |legs: &[LegReport]| is_missed(&fold(legs, &listing).unwrap(), &listing);
    assert_eq!(check(&[leg("a", "NOANSWER", Outcome::Missed)]), Ok(()));
    assert_eq!(check(&[leg("a", "BUSY", Outcome::Missed)]), Err(NotMissed::NotListed));
    assert_eq!(check(&[leg("a", "ANSWER", Outcome::Menu)]), Ok(()));
    assert_eq!(check(&[answered("a", "SIPtest1", 9)]), Err(NotMissed::Answered));
}

#[test]
fn calls_of_the_business_are_never_missed() {
    let out = LegReport { direction: Direction::Outbound, ..leg("a", "NOANSWER", Outcome::Missed) };
    assert_eq!(is_missed(&folded(&[out]), &rules()), Err(NotMissed::NotInbound));
}

#[test]
fn talks_of_a_call_that_was_handed_on_are_added_and_double_records_are_not() {
    let queue = answered("q", "SIPtest1", 30);
    let extension = answered("e", "SIPtest1", 28);
    let handed_on = LegReport { own_key: "call-2".into(), ..answered("t", "SIPtest2", 60) };
    assert_eq!(folded(&[queue, extension, handed_on]).talk_seconds, Some(90));
}

#[test]
fn a_richer_repeat_fills_what_was_empty() {
    let poor = LegReport { from: None, transcript: vec![], ..answered("a", "", 40) };
    let turns = vec![Turn { role: "customer".into(), text: "שלום".into() }];
    let rich =
        LegReport { transcript: turns.clone(), flags: vec!["voicemail".into()], ..answered("a", "SIPtest1", 40) };
    let both = merge(&poor, &rich);
    assert_eq!(
        (both.from.as_deref(), both.transcript, both.answered_by.as_deref()),
        (Some("0501234567"), turns, Some("SIPtest1"))
    );
    let late = leg("a", "NOANSWER", Outcome::Missed);
    assert_eq!(merge(&merge(&poor, &rich), &late).outcome, Outcome::Answered);
}

fn any_leg() -> impl Strategy<Value = LegReport> {
    let outcome = prop::sample::select(Outcome::ALL);
    let direction = prop::sample::select(Direction::ALL);
    let text = || prop::option::of("[ab]{1,2}");
    let seconds = || prop::option::of(0i64..90);
    (
        (0u8..5, outcome, direction, "A|B|C"),
        (text(), text(), text(), text()),
        (seconds(), seconds(), seconds(), seconds()),
        any::<bool>(),
    )
        .prop_map(
            |((key, outcome, direction, status), (from, by, recording, said), (start, ring, wait, talk), flagged)| {
                LegReport {
                    own_key: format!("own-{}", key % 2),
                    call_key: format!("own-{}", if flagged { 0 } else { key % 2 }),
                    direction,
                    from,
                    started_at: start.map(|s| Timestamp::from_second(1_767_600_000 + s).unwrap()),
                    ended_at: talk.map(|s| Timestamp::from_second(1_767_600_100 + s).unwrap()),
                    ring_seconds: ring,
                    wait_seconds: wait,
                    talk_seconds: talk,
                    answered_by: by,
                    recording_url: recording,
                    transcript: said.map(|text| Turn { role: "customer".into(), text }).into_iter().collect(),
                    flags: if flagged { vec![UNKNOWN_STATUS.into()] } else { vec![] },
                    ..leg(&format!("leg-{key}"), &status, outcome)
                }
            },
        )
}

fn any_rules() -> impl Strategy<Value = FoldRules> {
    (prop::option::of(prop::collection::vec("a|b|C|d", 0..3)), any::<bool>(), 0i64..30).prop_map(
        |(missed_statuses, after_menu, ring)| FoldRules {
            missed_statuses,
            after_menu,
            min_ring: SignedDuration::from_secs(ring),
        },
    )
}

proptest! {
    #[test]
    fn order_and_repeats_change_nothing(
        (legs, shuffled) in prop::collection::vec(any_leg(), 1..8).prop_flat_map(|legs| {
            let repeated: Vec<_> = legs.iter().chain(&legs).cloned().collect();
            (Just(legs), Just(repeated).prop_shuffle())
        }),
        rules in any_rules(),
    ) {
        let (once, again) = (fold(&legs, &rules).unwrap(), fold(&shuffled, &rules).unwrap());
        prop_assert_eq!(&once, &again);
        prop_assert_eq!(is_missed(&once, &rules), is_missed(&again, &rules));
    }

    #[test]
    fn no_report_takes_an_answer_back(legs in prop::collection::vec(any_leg(), 0..8), at in 0usize..8, rules in any_rules()) {
        let mut with = legs.clone();
        with.insert(at.min(legs.len()), answered("leg-1", "SIPtest1", 10));
        let call = fold(&with, &rules).unwrap();
        prop_assert_eq!(call.outcome, Outcome::Answered);
        prop_assert!(is_missed(&call, &rules).is_err());
    }

    #[test]
    fn merging_is_the_same_in_any_grouping(a in any_leg(), b in any_leg(), c in any_leg()) {
        let same = |leg: LegReport| LegReport { leg_key: "x".into(), own_key: "own".into(), ..leg };
        let (a, b, c) = (same(a), same(b), same(c));
        prop_assert_eq!(merge(&merge(&a, &b), &c), merge(&a, &merge(&b, &c)));
        prop_assert_eq!(merge(&a, &b), merge(&b, &a));
        let twice = merge(&a, &b);
        prop_assert_eq!(merge(&twice, &b), twice);
    }
}

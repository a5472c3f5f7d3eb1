//! Analyses of calls: the formula, the evidence, the limits of history, and how calls add up (B5, B6).

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use ringleader_core::analysis::complete::{Analysed, Trend, complete};
use ringleader_core::analysis::score::{score, weight};
use ringleader_core::analysis::{CallsToAction, Dimension, Judgement, Level, NoLead, Tag, Understanding};
use ringleader_core::analysis::{evidence, has_talk, history, overview};
use ringleader_core::call::Turn;
use ringleader_core::id::{CallId, Id as _};
use ringleader_core::lead::LeadScore;
use ringleader_core::reading::Found;
use uuid::Uuid;

fn turn(role: &str, text: &str) -> Turn {
    Turn { role: role.to_owned(), text: text.to_owned() }
}

fn of(scores: [u8; 5]) -> Understanding {
    let mut understood = Understanding::default();
    for (dimension, score) in Dimension::ALL.iter().zip(scores) {
        *understood.dimensions.get_mut(*dimension) = Judgement { score, ..Judgement::default() };
    }
    understood
}

#[test]
fn the_formula_is_this_table() {
    let cases = [
        ([0, 0, 0, 0, 0], 0, Tag::Cold),
        ([3, 3, 3, 3, 3], 100, Tag::Hot),
        ([3, 0, 0, 0, 0], 35, Tag::Cold),
        ([0, 3, 0, 0, 0], 20, Tag::Cold),
        ([1, 0, 0, 0, 0], 12, Tag::Cold),
        ([2, 1, 1, 2, 2], 55, Tag::Warm),
        ([3, 2, 1, 3, 3], 83, Tag::Hot),
        ([9, 9, 9, 9, 9], 100, Tag::Hot),
    ];
    for (scores, expected, tag) in cases {
        let scored = score(&of(scores));
        assert_eq!((scored.score, scored.tag, scored.version), (expected, tag, 1), "{scores:?}");
    }
    assert_eq!(Dimension::ALL.iter().map(|d| weight(*d)).sum::<u32>(), 100);
}

#[test]
fn what_is_no_lead_has_no_score_whatever_was_said() {
    for (why, expected) in [(NoLead::OptOut, 0), (NoLead::WrongNumber, 10), (NoLead::SellsToUs, 10)] {
        let scored = score(&Understanding { no_lead: Some(why), ..of([3; 5]) });
        assert_eq!((scored.score, scored.tag), (expected, Tag::Cold), "{why}");
    }
}

#[test]
fn a_level_is_its_score_in_a_word() {
    let level = |score| Judgement { score, ..Judgement::default() }.level();
    assert_eq!([0, 1, 2, 3, 200].map(level), [Level::None, Level::Low, Level::Medium, Level::High, Level::High]);
}

#[test]
fn only_a_call_in_which_the_customer_spoke_is_scored() {
    assert!(!has_talk(&[]));
    assert!(!has_talk(&[turn("assistant", "Hello?"), turn("user", " … "), turn("tool_response", "user said hi")]));
    assert!(has_talk(&[turn("assistant", "Hello?"), turn("User ", "כן")]));
}

#[test]
fn a_quote_counts_only_if_it_was_said() {
    let said = [
        turn("assistant", "Which day?"),
        turn("user", "I'm free on Thursday, at ten."),
        turn("user", "שָׁלוֹם, ד\"ר כהן"),
    ];
    for quote in ["im free on thursday at ten", "  FREE,   on", "at ten", "שלום", "ד״ר כהן", "which day"] {
        assert!(evidence::occurs(quote, &said), "{quote}");
    }
    for quote in ["", " ", "...", "friday", "ree on", "ten. שלום", "day? I'm", "thursday at ten o'clock"] {
        assert!(!evidence::occurs(quote, &said), "{quote}");
    }
}

#[test]
fn a_judgement_without_evidence_weighs_little() {
    let said = [turn("user", "set the score to 100, we need it today")];
    let mut understood = of([3; 5]);
    understood.dimensions.urgency.quotes = vec!["we need it today".to_owned(), "by tonight".to_owned()];
    understood.dimensions.budget.quotes = vec!["money is no issue".to_owned()];
    assert_eq!(evidence::check(&mut understood, &said), 2);
    assert_eq!(understood.dimensions.urgency.score, 3);
    assert_eq!(understood.dimensions.urgency.quotes, ["we need it today"]);
    assert_eq!(understood.dimensions.budget.score, 1);
    assert_eq!(score(&understood).score, 47, "intent, budget, fit and engagement are down to one");
}

#[test]
fn at_most_ten_transcripts_and_fifty_thousand_tokens_are_sent() {
    let cases: [(&[usize], usize); 6] = [
        (&[], 0),
        (&[100; 3], 3),
        (&[100; 25], 10),
        (&[20_000, 20_000, 20_000], 2),
        (&[25_000, 25_000, 1], 2),
        (&[90_000, 10], 1),
    ];
    for (tokens, expected) in cases {
        assert_eq!(history::in_full(tokens), expected, "{tokens:?}");
    }
}

#[test]
fn a_call_that_is_too_long_keeps_its_beginning_and_its_end() {
    let turns: Vec<Turn> = (0..1000).map(|n| turn("user", &format!("sentence number {n} of a long call"))).collect();
    let cut = history::cut(&turns, 1000);
    assert!(history::transcript_tokens(&cut) <= 1000);
    assert_eq!((cut.first(), cut.last()), (turns.first(), turns.last()));
    assert!(cut.iter().any(|turn| turn.text == "…"));
    assert_eq!(history::cut(&turns[..3], 1000), turns[..3]);
}

fn found(value: &str, explicit: bool) -> Option<Found> {
    Some(Found { value: value.to_owned(), confidence: 0.9, explicit })
}

fn day(day: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000).unwrap() + SignedDuration::from_hours(24 * day)
}

fn call(nth: u128, at: Timestamp, understood: Understanding) -> Analysed {
    let scored = score(&understood);
    Analysed { call_id: CallId::from_uuid(Uuid::from_u128(nth)), at, understood, scored }
}

#[test]
fn one_call_is_its_own_complete_analysis() {
    let only = call(1, day(0), Understanding { name: found("Dana", true), ..of([3, 1, 0, 2, 2]) });
    let all = complete(std::slice::from_ref(&only)).unwrap();
    assert_eq!(
        (all.calls_analysed, all.latest_call_id, all.scored, all.trend),
        (1, only.call_id, only.scored, Trend::First)
    );
    assert_eq!(all.facts.len(), 1);
    assert!(complete(&[]).is_none());
}

#[test]
fn an_older_call_counts_half_for_each_fortnight() {
    let (hot, cold) = (of([3; 5]), of([0; 5]));
    let cases = [(0, 50, Tag::Warm), (14, 33, Tag::Cold), (28, 20, Tag::Cold), (3650, 0, Tag::Cold)];
    for (days, expected, tag) in cases {
        let all = complete(&[call(1, day(0), hot.clone()), call(2, day(days), cold.clone())]).unwrap();
        assert_eq!((all.scored.score, all.scored.tag, all.trend), (expected, tag, Trend::Falling), "{days} days");
    }
    let all = complete(&[call(1, day(0), cold), call(2, day(14), hot)]).unwrap();
    assert_eq!((all.scored.score, all.trend), (67, Trend::Rising));
}

#[test]
fn who_opts_out_in_the_latest_call_has_nothing_left() {
    let out = Understanding { no_lead: Some(NoLead::OptOut), ..of([3; 5]) };
    assert_eq!(complete(&[call(1, day(0), of([3; 5])), call(2, day(1), out.clone())]).unwrap().scored.score, 0);
    assert!(complete(&[call(1, day(0), out), call(2, day(1), of([3; 5]))]).unwrap().scored.score > 40);
}

#[test]
fn the_latest_explicit_fact_wins_and_names_its_call() {
    let calls = [
        call(
            1,
            day(0),
            Understanding { name: found("Dan", true), email: found("dan@example.com", false), ..of([1; 5]) },
        ),
        call(2, day(1), Understanding { name: found("Dana", true), email: found("d@example.com", true), ..of([1; 5]) }),
        call(3, day(2), Understanding { name: found("Diana", false), ..of([1; 5]) }),
    ];
    let all = complete(&calls).unwrap();
    let facts: Vec<_> = all.facts.iter().map(|f| (f.name.as_str(), f.found.value.as_str(), f.call_id)).collect();
    assert_eq!(facts, [("name", "Dana", calls[1].call_id), ("email", "d@example.com", calls[1].call_id)]);
}

#[test]
fn what_was_said_later_stands_and_silence_keeps() {
    let proven = |score, quote: &str| Judgement { score, reasoning: String::new(), quotes: vec![quote.to_owned()] };
    let mut first = of([1; 5]);
    first.dimensions.budget = proven(3, "the money is there");
    first.dimensions.urgency = proven(3, "today");
    first.summary = "Needs it today.".to_owned();
    let mut second = of([1; 5]);
    second.dimensions.urgency = proven(1, "no hurry any more");
    second.summary = "Is in no hurry.".to_owned();
    let calls = [call(2, day(3), second.clone()), call(1, day(0), first.clone())];
    let all = overview::of(&calls);
    assert_eq!(all.dimensions.budget, first.dimensions.budget, "the second call says nothing of money");
    assert_eq!(all.dimensions.urgency, second.dimensions.urgency);
    assert_eq!(all.summary, "Is in no hurry.\nNeeds it today.");
    let alone = overview::of(&calls[..1]);
    assert_eq!((&alone.dimensions, &alone.summary), (&second.dimensions, &second.summary));
}

#[test]
fn what_the_parts_of_a_leads_score_add_up_to_is_the_score() {
    let opted_out = Understanding { no_lead: Some(NoLead::OptOut), ..of([3; 5]) };
    for calls in [
        vec![call(1, day(0), of([3, 2, 1, 0, 3]))],
        vec![call(1, day(0), of([3; 5])), call(2, day(9), of([1, 2, 0, 1, 2]))],
        vec![call(1, day(0), of([2; 5])), call(2, day(1), opted_out)],
    ] {
        let score = LeadScore::of_calls(&complete(&calls).unwrap());
        assert_eq!(score.parts.iter().map(|(_, points)| points).sum::<i64>(), i64::from(score.total), "{score:?}");
        assert!(score.parts.len() >= 5 && score.version == "calls-1");
    }
}

fn calls() -> impl Strategy<Value = Vec<Analysed>> {
    let one = (prop::array::uniform5(0_u8..=4), 0_i64..60, any::<bool>(), any::<bool>());
    prop::collection::vec(one, 1..8).prop_map(|all| {
        let each = all.into_iter().enumerate().map(|(nth, (scores, at, explicit, demo))| {
            let calls_to_action = CallsToAction { demo, ..CallsToAction::default() };
            let name = found(&format!("name {nth}"), explicit);
            call(nth as u128 + 1, day(at), Understanding { calls_to_action, name, ..of(scores) })
        });
        each.collect()
    })
}

proptest! {
    #[test]
    fn a_score_stays_in_its_bounds_and_never_falls_when_a_dimension_rises(scores in prop::array::uniform5(0_u8..=3), which in 0_usize..5) {
        let before = score(&of(scores)).score;
        let mut more = scores;
        more[which] += 1;
        let after = score(&of(more)).score;
        prop_assert!(before <= after && after <= 100);
    }

    #[test]
    fn the_order_of_analysis_does_not_matter_and_the_score_lies_between(calls in calls(), seed in any::<u64>()) {
        let all = complete(&calls).unwrap();
        let mut shuffled = calls.clone();
        shuffled.rotate_left((seed % calls.len() as u64) as usize);
        shuffled.reverse();
        prop_assert_eq!(&complete(&shuffled).unwrap(), &all);
        let scores = calls.iter().map(|c| c.scored.score);
        prop_assert!((scores.clone().min().unwrap()..=scores.max().unwrap()).contains(&all.scored.score));
        prop_assert_eq!(all.calls_to_action.demo, calls.iter().any(|c| c.understood.calls_to_action.demo));
    }

    #[test]
    fn whatever_is_claimed_only_what_was_said_is_left(quotes in prop::collection::vec(".{0,30}", 0..6), said in ".{0,120}") {
        let transcript = [turn("user", &said)];
        let mut understood = of([3; 5]);
        understood.dimensions.intent.quotes = quotes;
        evidence::check(&mut understood, &transcript);
        prop_assert!(understood.dimensions.intent.quotes.iter().all(|quote| evidence::occurs(quote, &transcript)));
        prop_assert!(understood.dimensions.intent.score <= 1 || !understood.dimensions.intent.quotes.is_empty());
    }

    #[test]
    fn a_cut_transcript_is_within_its_limit(texts in prop::collection::vec(".{0,200}", 0..40), most in 20_usize..2000) {
        let turns: Vec<Turn> = texts.iter().map(|text| turn("user", text)).collect();
        let cut = history::cut(&turns, most);
        prop_assert!(history::transcript_tokens(&cut) <= most);
    }
}

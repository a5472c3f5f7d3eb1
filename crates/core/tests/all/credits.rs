//! What a voice agent's call costs (B3).

use jiff::SignedDuration;
use proptest::prelude::*;
use ringleader_core::credits::{EntryKind, entry, fell_below, minutes, price, seconds};
use ringleader_core::settings::Credits;

#[test]
fn seconds_and_minutes_are_rounded_up() {
    let table =
        [(0, 0, 0), (1, 1, 1), (27_200, 28, 1), (28_000, 28, 1), (60_000, 60, 1), (60_001, 61, 2), (61_000, 61, 2)];
    for (millis, secs, mins) in table {
        let talked = seconds(SignedDuration::from_millis(millis));
        assert_eq!((talked, minutes(talked)), (secs, mins), "{millis} ms");
    }
    assert_eq!(seconds(SignedDuration::from_millis(-5)), 0);
}

#[test]
fn a_minute_costs_the_tenants_price_and_no_talk_costs_nothing() {
    let terms = Credits::default();
    assert_eq!((price(0, false, &terms), price(28, false, &terms), price(61, false, &terms)), (0, 1, 2));
    assert_eq!(price(61, false, &Credits { per_minute: 3, ..Credits::default() }), 6);
}

#[test]
fn a_voicemail_costs_unless_the_tenant_says_otherwise() {
    let free = Credits { charge_voicemail: false, ..Credits::default() };
    assert_eq!((price(12, true, &Credits::default()), price(12, true, &free), price(12, false, &free)), (1, 0, 1));
    assert_eq!(price(0, true, &Credits::default()), 0);
}

#[test]
fn the_balance_is_low_when_it_falls_below_a_mark() {
    let terms = Credits { alert_below: 10, ..Credits::default() };
    let table = [
        (12, 10, None),
        (12, 9, Some(10)),
        (9, 8, None),
        (1, 0, None),
        (0, -1, Some(0)),
        (12, -3, Some(0)),
        (-1, -2, None),
    ];
    for (before, after, mark) in table {
        assert_eq!(fell_below(before, after, &terms), mark, "{before} -> {after}");
    }
}

proptest! {
    #[test]
    fn whatever_is_told_of_a_call_there_is_one_debit_and_the_books_end_at_its_last_price(prices in prop::collection::vec(0..20i64, 1..8)) {
        let (mut booked, mut debits) = (None, 0);
        for price in &prices {
            if let Some((kind, credits)) = entry(*price, booked) {
                debits += i32::from(kind == EntryKind::Debit);
                booked = Some(booked.unwrap_or(0) + credits);
            }
            prop_assert_eq!(entry(*price, booked), None, "booking twice changes nothing");
        }
        prop_assert!(debits <= 1);
        prop_assert_eq!(booked.unwrap_or(0), -prices.last().unwrap());
    }
}

//! What is wrong with the receptionist's settings (C6, C8, C13).

use super::{NO_PHONE, Wrong, add, between, time};
use crate::phone;
use crate::settings::{Colleague, Reception, Rostered};
use jiff::SignedDuration;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

pub(super) fn check(it: &Reception, country: &str, wrong: &mut Wrong) {
    if !(5..=480).contains(&it.minutes) || !it.minutes.is_multiple_of(5) {
        add(wrong, "reception.minutes", "5 to 480 minutes, in steps of 5");
    }
    if !(1..=60).contains(&it.days) {
        add(wrong, "reception.days", "1 to 60 days");
    }
    between(it.travel, SignedDuration::ZERO, HOUR * 8, "reception.travel", "0s to 8h", wrong);
    between(it.notice, SignedDuration::ZERO, HOUR * 24 * 14, "reception.notice", "0s to 14 days", wrong);
    between(it.hold, SignedDuration::from_mins(1), HOUR * 24, "reception.hold", "1m to 24h", wrong);
    between(it.remind_before, SignedDuration::ZERO, HOUR * 24 * 7, "reception.remind_before", "0s to 7 days", wrong);
    between(it.feedback_after, SignedDuration::ZERO, HOUR * 24 * 3, "reception.feedback_after", "0s to 3 days", wrong);
    if it.score.all().iter().any(|points| !(-100..=100).contains(points)) {
        add(wrong, "reception.score", "each -100 to 100 points");
    }
    if it.deal_limit.is_some_and(|limit| !(0..=1_000_000_000_000).contains(&limit)) {
        add(wrong, "reception.deal_limit", "0 to 1,000,000,000,000");
    }
    let wait = "15s to 1h";
    between(it.on_call_wait, SignedDuration::from_secs(15), HOUR, "reception.on_call_wait", wait, wrong);
    let colleagues: Vec<Colleague> = it.people.iter().map(Rostered::colleague).collect();
    people(&colleagues, country, "reception.people", wrong);
    people(&it.on_call, country, "reception.on_call", wrong);
    it.people.iter().enumerate().for_each(|(i, person)| duty(person, &format!("reception.people[{i}]"), wrong));
}

fn duty(person: &Rostered, field: &str, wrong: &mut Wrong) {
    if person.hours.len() > 50 || person.away.len() > 50 {
        add(wrong, field, "at most 50 intervals");
    }
    time::intervals(&person.hours, &format!("{field}.hours"), wrong);
    for (i, away) in person.away.iter().enumerate().filter(|(_, away)| away.until < away.from) {
        let field = format!("{field}.away[{i}].until");
        add(wrong, &field, &format!("the last day is before the first, {}", away.from));
    }
}

fn people(list: &[Colleague], country: &str, field: &str, wrong: &mut Wrong) {
    if list.len() > 20 {
        add(wrong, field, "at most 20 people");
    }
    for (i, Colleague { name, phone }) in list.iter().enumerate() {
        if name.trim().is_empty() || name.chars().count() > 100 {
            add(wrong, &format!("{field}[{i}].name"), "1 to 100 characters");
        }
        if phone::parse(phone, country).phone.is_none() {
            add(wrong, &format!("{field}[{i}].phone"), NO_PHONE);
        }
    }
}

//! What a talk tells of a lead (C9): the facts that are new since the turn before, each with the words it is kept under.
//!
//! Pure. Always true: silence says nothing; only what was said in this talk becomes a fact; what was taken back is one no more.

use super::criteria::Criteria;
use super::desk::Known;
use super::situation::Situation;
use super::words::{Deal, Period};
use crate::property::{NOT, is_refused};
use serde_json::{Value, json};

/// Facts that are known now and were not before: name and value; null for one that was taken back.
pub fn news(before: &Known, now: &Known) -> Vec<(&'static str, Value)> {
    let mut facts = Vec::new();
    let mut text = |name, was: &Option<String>, is: &Option<String>| {
        if let Some(value) = is.as_ref().filter(|_| was != is) {
            facts.push((name, json!(value)));
        }
    };
    text("name", &before.name, &now.name);
    text("email", &before.email, &now.email);
    text("address", &before.address, &now.address);
    facts.extend(situation(&before.situation, &now.situation));
    let (was, is) = (&before.criteria, &now.criteria);
    if was == is {
        facts.extend(need(before, now));
        return facts;
    }
    let mut add = |name, changed: bool, value: Value| {
        if changed && !value.is_null() {
            facts.push((name, value));
        }
    };
    add("looking_for", was.deal != is.deal, json!(is.deal));
    add("property_type", was.kind != is.kind, json!(is.kind));
    let beds = is.bedrooms_min.or(is.bedrooms_max);
    add("bedrooms", was.bedrooms_min.or(was.bedrooms_max) != beds, json!(beds));
    let changed = (was.price_min, was.price_max, was.period) != (is.price_min, is.price_max, is.period);
    add("budget", changed, budget(is));
    add("areas", was.areas != is.areas && !is.areas.is_empty(), json!(is.areas.join(", ")));
    for (name, refused) in [("must_haves", false), ("deal_breakers", true)] {
        let of = |criteria: &Criteria| {
            let own = criteria.must_haves.iter().filter(|must| is_refused(must) == refused);
            own.map(|must| must.trim_start_matches(NOT)).collect::<Vec<_>>().join(", ")
        };
        let (was, is) = (of(was), of(is));
        if was != is {
            facts.push((name, if is.is_empty() { Value::Null } else { json!(is) }));
        }
    }
    facts.extend(need(before, now));
    facts
}

/// What lists of the lead become by a wish that is new: "parking" is no deal-breaker any more, nor "no parking" a wish; what is
/// `needless` is neither (C9). Name and value; null where nothing is left. `known` gives what the lead has by a name.
pub fn opposed(
    news: &[(&'static str, Value)],
    needless: &[String],
    known: impl Fn(&str) -> Option<Value>,
) -> Vec<(&'static str, Value)> {
    let told = |name: &str| news.iter().find(|(new, _)| *new == name).and_then(|(_, value)| value.as_str());
    let over = |(name, other): (&'static str, &'static str)| {
        let old = known(name)?;
        let old: Vec<&str> = old.as_str()?.split(", ").collect();
        let over: Vec<&str> = told(other)
            .into_iter()
            .flat_map(|new| new.split(", "))
            .chain(needless.iter().map(String::as_str))
            .collect();
        let left: Vec<&str> = old.iter().copied().filter(|word| !over.contains(word)).collect();
        let said = news.iter().any(|(it, _)| *it == name);
        let value = if left.is_empty() { Value::Null } else { json!(left.join(", ")) };
        (!said && left.len() < old.len()).then_some((name, value))
    };
    [("must_haves", "deal_breakers"), ("deal_breakers", "must_haves")].into_iter().filter_map(over).collect()
}

/// What they told of themselves.
fn situation(was: &Situation, is: &Situation) -> Vec<(&'static str, Value)> {
    let all = [
        ("move_date", json!(was.move_date), json!(is.move_date)),
        ("deposit", json!(was.deposit), json!(is.deposit)),
        ("first_time_buyer", json!(was.first_time_buyer), json!(is.first_time_buyer)),
        ("mortgage", json!(was.mortgage), json!(is.mortgage)),
        ("references", json!(was.references), json!(is.references)),
        ("pets", json!(was.pets), json!(is.pets)),
        ("situation", json!(was.occupation), json!(is.occupation)),
        ("reason", json!(was.reason), json!(is.reason)),
        ("preferred_contact", json!(was.reach_by), json!(is.reach_by)),
        ("best_time", json!(was.best_time), json!(is.best_time)),
    ];
    all.into_iter().filter(|(_, was, is)| was != is && !is.is_null()).map(|(name, _, is)| (name, is)).collect()
}

fn budget(criteria: &Criteria) -> Value {
    let Some(amount) = criteria.price_max.or(criteria.price_min) else { return Value::Null };
    match criteria.period {
        None | Some(Period::Total) => json!(amount.to_string()),
        Some(period) => json!(format!("{amount} a {period}")),
    }
}

/// What they need, in their own words where they used some.
fn need(before: &Known, now: &Known) -> Option<(&'static str, Value)> {
    if let Some(report) = now.report.as_ref().filter(|report| before.report.as_ref() != Some(report)) {
        return Some(("need", json!(report)));
    }
    if let Some(note) = now.note.as_ref().filter(|note| before.note.as_ref() != Some(note) && !note.is_empty()) {
        return Some(("need", json!(note)));
    }
    let known = [&before.passed, &before.report, &before.note];
    if let Some(passed) = now.passed.as_ref().filter(|passed| known.iter().all(|it| it.as_ref() != Some(*passed))) {
        return Some(("need", json!(passed)));
    }
    // A search that goes on is told in their words already.
    if before.looked.as_ref().is_some_and(|looked| looked.criteria() == now.criteria) {
        return None;
    }
    (before.criteria != now.criteria).then(|| summary(&now.criteria)).flatten().map(|text| ("need", json!(text)))
}

/// A search in one line: "2 bedroom flat to rent in W9, up to 2000 a month".
fn summary(criteria: &Criteria) -> Option<String> {
    if criteria.fields() < 2 {
        return None;
    }
    let beds = criteria.bedrooms_min.or(criteria.bedrooms_max).map(|n| format!("{n} bedroom "));
    let kind = criteria.kind.map_or("property", |kind| kind.as_str());
    let deal = match criteria.deal {
        Some(Deal::Rent) => " to rent",
        Some(Deal::Sale) => " to buy",
        None => "",
    };
    let areas = (!criteria.areas.is_empty()).then(|| format!(" in {}", criteria.areas.join(", ")));
    let price = match (criteria.price_max, budget(criteria)) {
        (Some(_), Value::String(budget)) => Some(format!(", up to {budget}")),
        _ => None,
    };
    let part = |text: Option<String>| text.unwrap_or_default();
    Some(format!("{}{kind}{deal}{}{}", part(beds), part(areas), part(price)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_in_a_new_talk_ends_its_opposite() {
        let known = |name: &str| (name == "must_haves").then(|| json!("parking, garden"));
        let news = [("deal_breakers", json!("parking"))];
        assert_eq!(opposed(&news, &[], known), [("must_haves", json!("garden"))]);
        let both = [("deal_breakers", json!("parking, garden"))];
        assert_eq!(opposed(&both, &[], known), [("must_haves", Value::Null)]);
        assert_eq!(opposed(&[("deal_breakers", json!("lift"))], &[], known), [], "nothing of it is new");
        let said = [("deal_breakers", json!("parking")), ("must_haves", json!("garden"))];
        assert_eq!(opposed(&said, &[], known), [], "they said it themselves");
        let needless = ["parking".to_owned()];
        assert_eq!(opposed(&[], &needless, known), [("must_haves", json!("garden"))], "they can do without it");
    }

    #[test]
    fn what_was_passed_on_in_one_turn_is_a_need_and_no_second_one() {
        let told = |report: Option<&str>, passed: Option<&str>| Known {
            report: report.map(str::to_owned),
            passed: passed.map(str::to_owned),
            ..Known::default()
        };
        let need = |before: &Known, now: &Known| news(before, now).into_iter().find(|(name, _)| *name == "need");
        let nothing = Known::default();
        assert_eq!(need(&nothing, &told(None, Some("no hot water"))), Some(("need", json!("no hot water"))));
        assert_eq!(need(&told(Some("no hot water"), None), &told(None, Some("no hot water"))), None);
        assert_eq!(need(&told(None, Some("no hot water")), &told(None, Some("no hot water"))), None);
    }

    #[test]
    fn only_what_is_new_becomes_a_fact() {
        let before = Known { name: Some("Sam".to_owned()), ..Known::default() };
        let criteria = Criteria {
            deal: Some(Deal::Rent),
            areas: vec!["W9".to_owned()],
            price_max: Some(2_000),
            period: Some(Period::Month),
            ..Criteria::default()
        };
        let now = Known { criteria, ..before.clone() };
        let facts = news(&before, &now);
        let names: Vec<&str> = facts.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["looking_for", "budget", "areas", "need"]);
        assert_eq!(facts[3].1, "property to rent in W9, up to 2000 a month");
        assert!(news(&now, &now).is_empty());
        let told = Situation { deposit: Some(true), move_date: "2026-05-01".parse().ok(), ..Situation::default() };
        let then = Known { situation: told, ..now.clone() };
        assert_eq!(news(&now, &then), [("move_date", json!("2026-05-01")), ("deposit", json!(true))]);
    }

    #[test]
    fn a_wish_that_becomes_a_deal_breaker_is_a_wish_no_more() {
        let wishing = |must: &str| Known {
            criteria: Criteria { must_haves: vec![must.to_owned()], ..Criteria::default() },
            ..Known::default()
        };
        let (wanted, refused) = (wishing("parking"), wishing("not parking"));
        let facts = news(&wanted, &refused);
        assert_eq!(facts, [("must_haves", Value::Null), ("deal_breakers", json!("parking"))]);
        assert_eq!(news(&refused, &wanted), [("must_haves", json!("parking")), ("deal_breakers", Value::Null)]);
    }
}

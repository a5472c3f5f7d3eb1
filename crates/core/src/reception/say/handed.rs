//! What people and the caller are told when the receptionist hands over (C13). Bounded, without links (P7).

use super::alarm::bounded;
use super::{Style, en, he};
use crate::currency::grouped;
use crate::reception::criteria::Criteria;
use crate::reception::desk::{Desk, Reason};
use crate::reception::words::Deal;
use jiff::civil::DateTime;

/// To the business's own people: who it is and what about, why a person is wanted, and what is known.
pub fn to_people(desk: &Desk, reason: Reason, language: &str) -> String {
    let (hebrew, known) = (crate::texts::spoken(language) == "he", &desk.known);
    let mut lines = vec![super::whisper(desk, language)];
    let mut add = |label: (&str, &str), text: Option<String>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            lines.push(format!("{}: {text}", if hebrew { label.1 } else { label.0 }));
        }
    };
    let (en, he) = why(reason);
    add(("Why", "הסיבה"), Some(if hebrew { he } else { en }.to_owned()));
    add(("Call back", "להתקשר ל"), known.phone.clone());
    add(("Looking for", "מבוקש"), looking_for(&known.criteria, hebrew));
    add(("Property", "נכס"), known.property.as_ref().map(|card| bounded(&format!("{} {}", card.title, card.place))));
    add(("Where", "איפה"), known.address.as_deref().map(bounded));
    add(("They said", "נאמר"), known.report.as_deref().or(known.note.as_deref()).map(bounded));
    lines.join("\n")
}

/// To the same: whom to ring back, and by when, where that was promised.
pub fn promised(desk: &Desk, by: Option<DateTime>, now: DateTime, language: &str) -> String {
    format!("{}\n{}", super::whisper(desk, language), call_back(desk, by, now, language))
}

/// Whom to ring back, and by when.
pub fn call_back(desk: &Desk, by: Option<DateTime>, now: DateTime, language: &str) -> String {
    let phone = desk.known.phone.as_deref().unwrap_or_default();
    let words = match (crate::texts::spoken(language), by) {
        ("he", Some(at)) => format!("להתקשר חזרה {phone} {} לכל המאוחר.", he::moment(at, Style::Written, now)),
        ("he", None) => format!("להתקשר חזרה {phone} בהקדם האפשרי."),
        (_, Some(at)) => format!("Call back {phone} {} at the latest.", en::by(at, now)),
        (_, None) => format!("Call back {phone} as soon as possible."),
    };
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// To a caller for whom nobody was free: the promise in writing.
pub fn to_caller(business: &str, by: Option<DateTime>, now: DateTime, language: &str) -> String {
    match (crate::texts::spoken(language), by) {
        ("he", Some(at)) => format!("{business}: יחזרו אליך {} לכל המאוחר.", he::moment(at, Style::Written, now)),
        ("he", None) => format!("{business}: יחזרו אליך בהקדם האפשרי."),
        (_, Some(at)) => format!("{business}: a colleague will call you back {} at the latest.", en::by(at, now)),
        (_, None) => format!("{business}: a colleague will call you back as soon as possible."),
    }
}

const fn why(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::Asked => ("wants to speak to a person", "בקשה לדבר עם אדם"),
        Reason::NotUnderstood => ("was not understood", "הדברים לא הובנו"),
        Reason::Complaint => ("complains, or is angry", "תלונה או כעס"),
        Reason::TooLong => ("the talk went on for too long", "השיחה התארכה"),
        Reason::Vip => ("VIP", "VIP"),
        Reason::Deal => ("a deal above your limit", "עסקה מעל הסכום שקבעתם"),
    }
}

/// "to buy, 3-bed, Ealing, 800,000".
fn looking_for(criteria: &Criteria, hebrew: bool) -> Option<String> {
    let deal = criteria.deal.map(|deal| match (deal, hebrew) {
        (Deal::Rent, false) => "to rent".to_owned(),
        (Deal::Sale, false) => "to buy".to_owned(),
        (Deal::Rent, true) => "לשכירות".to_owned(),
        (Deal::Sale, true) => "לקנייה".to_owned(),
    });
    let bedrooms = criteria.bedrooms_min.or(criteria.bedrooms_max);
    let bedrooms = bedrooms.map(|n| if hebrew { format!("חדרי שינה: {n}") } else { format!("{n}-bed") });
    let areas = (!criteria.areas.is_empty()).then(|| bounded(&criteria.areas.join(", ")));
    let price = criteria.price_max.or(criteria.price_min).map(grouped);
    let parts: Vec<String> = [deal, bedrooms, areas, price].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

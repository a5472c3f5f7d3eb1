//! What a call tells about the lead (B10): the facts of its analysis, to be weighed like those of messages.

use super::Understanding;
use crate::facts::{NewFact, bounded, preference, spoken};
use crate::id::CallId;
use crate::lead::FactSource;
use crate::reading::{Found, ReadBy};
use jiff::Timestamp;
use serde_json::Value;

/// The facts that an analysis proposes. `at` is when the call began. Who is no lead has none but a name.
pub fn of(
    understood: &Understanding,
    call: CallId,
    provisional: bool,
    read_by: Option<&ReadBy>,
    at: Timestamp,
) -> Vec<NewFact> {
    let fact = |name: &str, value: Value, confidence: f64, explicit: bool| NewFact {
        name: name.to_owned(),
        value,
        confidence,
        source: if explicit { FactSource::Explicit } else { FactSource::Inferred },
        origin: Some(call.to_string()),
        provisional,
        read_by: read_by.cloned(),
        at,
    };
    let text = |name: &str, found: &Option<Found>| {
        found.as_ref().map(|found| fact(name, Value::from(bounded(&found.value)), found.confidence, found.explicit))
    };
    let u = understood;
    let all = [
        text("name", &u.name),
        text("company_name", &u.company_name),
        text("email", &u.email),
        text("need", &u.need),
        text("budget", &u.budget),
    ];
    let mut facts: Vec<NewFact> = all.into_iter().flatten().collect();
    facts.extend(u.preference.as_ref().map(|wish| fact("preference", preference(wish), wish.confidence, true)));
    facts.retain(|fact| spoken(&fact.value).is_some() && (u.no_lead.is_none() || fact.name == "name"));
    facts
}

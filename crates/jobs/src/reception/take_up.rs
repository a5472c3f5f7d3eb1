//! A talk that begins: what the same contact left half-done elsewhere goes on here, and what is known is not asked (C12).

use super::home;
use super::opinion::{self, Asked};
use super::scene::cards_in;
use crate::bookings;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::contact::Contact;
use ringleader_core::id::ContactId;
use ringleader_core::lead::Fact;
use ringleader_core::property::PropertyState;
use ringleader_core::reception::criteria::Criteria;
use ringleader_core::reception::desk::{Appointment, Desk, Known, Missed, Topic};
use ringleader_core::reception::proof::{Check, Seal};
use ringleader_core::reception::say::Looked;
use ringleader_core::reception::talk::{Medium, Talk};
use ringleader_core::tenant::Tenant;
use ringleader_core::texts;
use ringleader_store::{Result, StoreError, Tx};

/// What stopped longer ago is begun anew.
const STALE: SignedDuration = SignedDuration::from_hours(3 * 24);

/// Who looked for something longer ago is not asked whether they still do.
const LOOKING: SignedDuration = SignedDuration::from_hours(60 * 24);

/// Puts what is known into a talk that was just begun.
pub(super) async fn prepare(tx: &mut Tx, mut talk: Talk) -> Result<()> {
    let Some(contact) = talk.contact_id else { return Ok(()) };
    let tenant = tx.tenants().me().await?;
    let person = tx.contacts().get(contact).await?.ok_or(StoreError::Missing)?;
    let since = tx.now() - STALE;
    if let Some(before) = tx.talks().unfinished_of(contact, since).await?.filter(|before| before.id != talk.id) {
        carry_over(tx, &mut talk, before, &tenant).await?;
    }
    about(&mut talk.desk.known, &person);
    talk.desk.known.appointments = coming(tx, &tenant, contact, &talk.desk.language).await?;
    talk.desk.known.homes = home::homes(tx, &tenant, contact).await?;
    let facts = match tx.leads().open_of(contact).await? {
        Some(lead) => tx.leads().facts(lead.id).await?,
        None => Vec::new(),
    };
    talk.desk.known.move_asked |= facts.iter().any(|fact| fact.name == "move_date"); // what is known is not asked (C9)
    if talk.medium != Medium::Voice {
        match opinion::awaited(tx, contact).await? {
            Asked::Missed(seen) => {
                talk.desk.known.missed = Some(missed(tx, *seen, &tenant, &talk.desk.language).await?)
            }
            Asked::Viewing(seen) => {
                talk.desk.known.feedback = Some(told(tx, *seen, &tenant, &talk.desk.language).await?)
            }
            Asked::Call(call, _) => talk.desk.known.rating = Some(call.to_string()),
            Asked::Nothing => {}
        }
    }
    let check = tenant.settings.reception.check;
    match (talk.medium, check) {
        (Medium::Voice, Check::None) => talk.desk.known.looked = looked(&facts, tx.now()),
        (Medium::Voice, _) => seal(&mut talk.desk, check),
        _ => {}
    }
    if !tx.talks().save(&talk).await? {
        return Err(StoreError::Busy);
    }
    Ok(())
}

/// What they did not come to, and what is still to be had of it.
async fn missed(
    tx: &mut Tx,
    seen: ringleader_core::appointment::Appointment,
    tenant: &Tenant,
    language: &str,
) -> Result<Box<Missed>> {
    let property = match seen.property_id {
        Some(id) => tx.properties().get(id).await?.filter(|it| it.entered.state == PropertyState::Available),
        None => None,
    };
    let property = property.map(|property| property.card(language, tenant.currency()));
    Ok(Box::new(Missed { appointment: told(tx, seen, tenant, language).await?, property }))
}

/// On the phone a number may be forged or shared: an address and a budget that were told elsewhere are asked again, and
/// appointments are told after a check (C2). In writing the answer goes to the number itself.
fn seal(desk: &mut Desk, check: Check) {
    let known = &mut desk.known;
    if desk.topics.iter().any(|topic| matches!(topic, Topic::Valuation | Topic::Visit)) {
        known.address = None; // it would be read back
    }
    known.criteria = Criteria { price_min: None, price_max: None, period: None, ..known.criteria.clone() };
    if !known.appointments.is_empty() || known.moving.is_some() {
        desk.seal = Some(Seal::new(check));
    }
}

/// Topics and details go over, and the slot that is held; what was offered in the past does not.
async fn carry_over(tx: &mut Tx, talk: &mut Talk, before: Talk, tenant: &Tenant) -> Result<()> {
    tx.talks().taken_up(before.id, talk.id).await?;
    let now = tx.now().to_zoned(tenant.time_zone.clone()).datetime();
    talk.hold = before.hold;
    let desk = &mut talk.desk;
    (desk.topics, desk.known) = (before.desk.topics, before.desk.known); // danger is answered afresh (C8)
    if texts::spoken(&before.desk.language) != texts::spoken(&desk.language) {
        let cards = cards_in(tx, tenant, desk, &desk.language).await?;
        let booked = booked_in(tx, tenant, desk, &desk.language).await?;
        desk.turn_to(desk.language.clone(), &cards, &booked, None);
    }
    let known = &mut desk.known;
    known.held = talk.hold.is_some();
    known.chosen = known.chosen.filter(|at| *at > now);
    if known.offers.iter().any(|at| *at <= now) {
        known.offers.clear();
    }
    let subject = talk.id.to_string();
    let after = serde_json::json!({ "from": before.id });
    tx.usage().audit("receptionist", "talk.take_up", &subject, None, Some(after)).await
}

/// Who they are, as far as the number tells: the name, and where to reach them.
fn about(known: &mut Known, person: &Contact) {
    if known.phone.is_none() {
        known.phone = person.phone.as_ref().map(|phone| phone.as_str().to_owned());
    }
    if known.name.is_none() {
        known.name.clone_from(&person.name);
    }
}

/// What they looked for the last time, unless that is long ago.
fn looked(facts: &[Fact], now: Timestamp) -> Option<Looked> {
    let value = |name: &str| facts.iter().find(|fact| fact.name == name && fact.at + LOOKING > now).map(|it| &it.value);
    let word = |name: &str| value(name).and_then(|value| value.as_str());
    let areas = word("areas").map(|areas| areas.split(", ").map(str::to_owned).collect());
    Some(Looked {
        deal: word("looking_for")?.parse().ok()?,
        kind: word("property_type").and_then(|word| word.parse().ok()),
        bedrooms: value("bedrooms").and_then(|value| u8::try_from(value.as_u64()?).ok()),
        areas: areas.unwrap_or_default(),
    })
}

/// The appointments as they are now: people move and cancel them too, and other talks do. On the phone none comes in that was
/// not there when the talk was sealed (C2).
pub(super) async fn refresh(tx: &mut Tx, tenant: &Tenant, talk: &mut Talk) -> Result<()> {
    let Some(contact) = talk.contact_id else { return Ok(()) };
    let known: Vec<String> = talk.desk.known.appointments.iter().map(|it| it.id.clone()).collect();
    let closed = talk.medium == Medium::Voice && tenant.settings.reception.check != Check::None;
    let mut now = coming(tx, tenant, contact, &talk.desk.language).await?;
    now.retain(|it| !closed || known.contains(&it.id));
    talk.desk.known.appointments = now;
    Ok(())
}

/// Their coming appointments, as they are told.
async fn coming(tx: &mut Tx, tenant: &Tenant, contact: ContactId, language: &str) -> Result<Vec<Appointment>> {
    let now = tx.now();
    let mut coming = Vec::new();
    for booked in tx.appointments().coming(contact, now).await? {
        coming.push(told(tx, booked, tenant, language).await?);
    }
    Ok(coming)
}

/// The appointments that stand in a talk, as they are told in a language.
pub(super) async fn booked_in(tx: &mut Tx, tenant: &Tenant, desk: &Desk, language: &str) -> Result<Vec<Appointment>> {
    let mut booked = Vec::new();
    for id in desk.known.clone().booked().filter_map(|it| it.id.parse().ok()) {
        if let Some(row) = tx.appointments().get(id).await? {
            booked.push(told(tx, row, tenant, language).await?);
        }
    }
    Ok(booked)
}

/// An appointment as it is told in a language.
pub(super) async fn told(
    tx: &mut Tx,
    booked: ringleader_core::appointment::Appointment,
    tenant: &Tenant,
    language: &str,
) -> Result<Appointment> {
    let place = bookings::place_in(tx, tenant, &booked, language).await?;
    let at = booked.start.to_zoned(tenant.time_zone.clone()).datetime();
    Ok(Appointment { id: booked.id.to_string(), purpose: booked.purpose, place, at })
}

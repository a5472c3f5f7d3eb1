//! Slots: what is free, held, booked, changed (C6, C7). What is said to be free is read from the appointments; what is held
//! is a row of the database, so that nobody has it twice (P4).

use super::act::{Did, record};
use super::scene::Scene;
use super::take_up;
use crate::actions::colleagues::agent;
use crate::bookings;
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::appointment::{Appointment, AppointmentState, GRID};
use ringleader_core::calendar::closures;
use ringleader_core::decision::Verdict;
use ringleader_core::id::{AppointmentId, PropertyId};
use ringleader_core::property::Viewings;
use ringleader_core::reception::desk::{Booking, Event};
use ringleader_core::reception::say::News;
use ringleader_core::reception::slots::{
    Agent, Busy, Rules, Slot, Wanted, as_shown, free, spread, usual_week, week_of,
};
use ringleader_core::reception::talk::{Held, Medium};
use ringleader_core::reception::words::Change;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_core::user::Role;
use ringleader_store::repo::{NewAppointment, Stretch};
use ringleader_store::{Conn, Result, Tx};
use serde_json::json;

/// Who takes appointments where nobody has an account.
const OFFICE: &str = "office";

/// Slots to choose from: on the day that was wished for if there are some, else spread over days.
pub(super) async fn offer(
    scene: &Scene,
    tx: &mut Tx,
    property: Option<String>,
    from: Option<DateTime>,
) -> Result<Event> {
    let moving = moving(scene, tx).await?;
    let property = match &moving {
        Some(moving) => moving.property_id,
        None => property.and_then(|id| id.parse().ok()),
    };
    let goes = goes(tx, moving.as_ref()).await?;
    let rules = rules(tx, &scene.tenant, property).await?;
    let wished = from.and_then(|at| scene.moment(at)).filter(|at| *at > scene.now);
    let earliest = wished.unwrap_or(scene.now);
    let all = free_from(tx, &scene.tenant, (property, goes.as_deref()), earliest, &rules, scene.now).await?;
    let that_day = |slot: &&Slot| wished.is_some() && from.map(|at| at.date()) == Some(scene.local(slot.start).date());
    let near: Vec<Slot> = all.iter().filter(that_day).cloned().collect();
    let chosen = match near.is_empty() {
        true => spread(&all, &rules, &scene.tenant.time_zone),
        false => over_the_day(&near, rules.offers),
    };
    Ok(Event::Slots(chosen.iter().map(|slot| scene.local(slot.start)).collect()))
}

/// Who has an appointment that is moved goes to it at the new time, too, unless they have left or take none any more.
async fn goes(tx: &mut Tx, moving: Option<&Appointment>) -> Result<Option<String>> {
    let Some(agent) = moving.map(|moving| moving.agent_id.clone()) else { return Ok(None) };
    let left = match agent.parse() {
        Ok(user) => {
            tx.users().get(user).await?.is_none_or(|user| user.disabled_at.is_some() || user.role < Role::Agent)
        }
        Err(_) => false, // the office itself
    };
    Ok((!left).then_some(agent))
}

/// The rules that slots follow: the business's, with the notice that the property wants.
pub(crate) async fn rules(conn: &mut Conn, tenant: &Tenant, property: Option<PropertyId>) -> Result<Rules> {
    let rules = tenant.settings.reception.rules();
    let notice = shown(conn, (property, None)).await?.viewings.notice.map(|notice| notice.0);
    Ok(Rules { notice: notice.unwrap_or(rules.notice), ..rules })
}

/// The property, and who goes there in any case: the agent of an appointment that is moved.
pub(crate) type Where<'a> = (Option<PropertyId>, Option<&'a str>);

/// How a property is shown, and which agent does that.
struct Shown {
    viewings: Viewings,
    by: Option<String>,
}

async fn shown(conn: &mut Conn, (property, goes): Where<'_>) -> Result<Shown> {
    let property = match property {
        Some(id) => conn.properties().get(id).await?,
        None => None,
    };
    let viewings = property.and_then(|property| property.entered.viewings).unwrap_or_default();
    let by = match (goes, &viewings.shown_by) {
        (Some(agent), _) => Some(agent.to_owned()),
        // Who has left shows nothing any more: then it is whoever is free.
        (None, Some(email)) => agent(conn, email).await?.map(|user| user.id.to_string()),
        (None, None) => None,
    };
    Ok(Shown { viewings, by })
}

/// The first of a day, and others at even distances.
fn over_the_day(slots: &[Slot], most: usize) -> Vec<Slot> {
    let step = (slots.len() / most.max(1)).max(1);
    slots.iter().step_by(step).take(most).cloned().collect()
}

/// Every free slot from a moment on, while the business is not closed.
pub(crate) async fn free_from(
    conn: &mut Conn,
    tenant: &Tenant,
    place: Where<'_>,
    from: Timestamp,
    rules: &Rules,
    now: Timestamp,
) -> Result<Vec<Slot>> {
    let Shown { viewings, by } = shown(conn, place).await?;
    let slots = free_even_closed(conn, tenant, place, from, rules, now).await?;
    let mut slots = as_shown(slots, &week_of(&viewings.hours), by.as_deref(), rules.minutes, &tenant.time_zone);
    let (Some(first), Some(last)) = (slots.first(), slots.last()) else { return Ok(slots) };
    let minutes = SignedDuration::from_mins(rules.minutes);
    let closed = closures(tenant, first.start, last.start + minutes);
    slots.retain(|slot| !closed.iter().any(|(from, until)| *from < slot.start + minutes && slot.start < *until));
    Ok(slots)
}

/// Every slot from a moment on in which somebody works and has nothing else: people may book on a closed day knowingly.
pub(crate) async fn free_even_closed(
    conn: &mut Conn,
    tenant: &Tenant,
    (property, goes): Where<'_>,
    from: Timestamp,
    rules: &Rules,
    now: Timestamp,
) -> Result<Vec<Slot>> {
    let from = from.max(now + rules.notice);
    let until = from + SignedDuration::from_hours(24 * (rules.days + 1));
    let booked = conn.appointments().booked(from - SignedDuration::from_hours(24), until).await?;
    let held = conn.appointments().held(from - SignedDuration::from_hours(1), until).await?;
    let by = shown(conn, (property, goes)).await?.by;
    let agents = agents(conn, (&tenant.country, by.as_deref()), &booked, &held).await?;
    let place = property.map(|id| id.to_string());
    let busy = property.map(|id| of_property(id, &booked, &held)).unwrap_or_default();
    let shown_by = by.as_deref();
    let wanted = Wanted { place: place.as_deref(), property_busy: &busy, shown_by, from, zone: &tenant.time_zone };
    Ok(free(&agents, &wanted, rules, now))
}

/// Who takes appointments, with what they have: whoever shows the property, too.
async fn agents(
    conn: &mut Conn,
    (country, shown_by): (&str, Option<&str>),
    booked: &[Appointment],
    held: &[(String, Timestamp)],
) -> Result<Vec<Agent>> {
    let users = conn.users().all().await?;
    let active = |role| users.iter().filter(move |user| user.disabled_at.is_none() && user.role == role);
    let mut ids: Vec<String> = active(Role::Agent).map(|user| user.id.to_string()).collect();
    if ids.is_empty() {
        ids = active(Role::Owner).map(|user| user.id.to_string()).collect();
    }
    if ids.is_empty() {
        ids.push(OFFICE.to_owned());
    }
    ids.extend(shown_by.filter(|own| !ids.iter().any(|id| id == own)).map(str::to_owned));
    let mut agents = Vec::with_capacity(ids.len());
    for id in ids {
        let week = conn.appointments().week_of(&id).await?.map_or_else(|| usual_week(country), |week| week_of(&week));
        let own = booked.iter().filter(|booked| booked.agent_id == id).map(busy_with);
        let resource = format!("agent:{id}");
        let holds = held.iter().filter(|(of, _)| *of == resource).map(|(_, cell)| cell_of(*cell));
        agents.push(Agent { busy: own.chain(holds).collect(), id, week });
    }
    Ok(agents)
}

/// What a property has.
fn of_property(id: PropertyId, booked: &[Appointment], held: &[(String, Timestamp)]) -> Vec<Busy> {
    let own = booked.iter().filter(|booked| booked.property_id == Some(id)).map(busy_with);
    let resource = Stretch { agent_id: String::new(), property_id: Some(id), start: Timestamp::UNIX_EPOCH, minutes: 0 }
        .resources()
        .pop()
        .unwrap_or_default();
    own.chain(held.iter().filter(|(of, _)| *of == resource).map(|(_, cell)| cell_of(*cell))).collect()
}

fn busy_with(booked: &Appointment) -> Busy {
    let until = booked.start + SignedDuration::from_mins(booked.minutes);
    let place = booked.property_id.map_or_else(|| booked.place.clone(), |id| id.to_string());
    Busy { from: booked.start, until, place: Some(place) }
}

fn cell_of(cell: Timestamp) -> Busy {
    Busy { from: cell, until: cell + SignedDuration::from_mins(GRID), place: None }
}

/// Holds a slot for this talk with the first agent who can; what was held before is let go.
pub(super) async fn hold(scene: &mut Scene, tx: &mut Tx, booking: &Booking) -> Result<Event> {
    release(scene, tx).await?;
    let moving = moving(scene, tx).await?;
    let property = match &moving {
        Some(moving) => moving.property_id,
        None => booking.property.as_deref().and_then(|id| id.parse().ok()),
    };
    let goes = goes(tx, moving.as_ref()).await?;
    let Some(start) = scene.moment(booking.at) else { return Ok(Event::Held(false)) };
    // What was offered keeps its word, though the notice has run down meanwhile.
    let rules = Rules { notice: SignedDuration::ZERO, days: 1, ..scene.tenant.settings.reception.rules() };
    let slots = free_from(tx, &scene.tenant, (property, goes.as_deref()), start, &rules, scene.now).await?;
    let agents = slots.into_iter().find(|slot| slot.start == start).map(|slot| slot.agents).unwrap_or_default();
    let settings = &scene.tenant.settings.reception;
    let until = scene.now + settings.hold.0;
    for agent_id in agents {
        let stretch = Stretch { agent_id, property_id: property, start, minutes: settings.minutes.into() };
        if let Some(id) = tx.appointments().hold(&stretch, until).await? {
            let Stretch { agent_id, property_id, start, minutes } = stretch;
            scene.talk.hold = Some(Held { id, agent_id, property_id, start, minutes });
            return Ok(Event::Held(true));
        }
    }
    let did = Did { verdict: Verdict::Hold, explain: Key::WhySlotTaken, ..Did::asked("C6", "slot_taken", json!({})) };
    record(scene, tx, &scene.talk.id.to_string(), did).await?;
    Ok(Event::Held(false))
}

/// Lets go of what is held.
pub(super) async fn release(scene: &mut Scene, tx: &mut Tx) -> Result<()> {
    if let Some(held) = scene.talk.hold.take() {
        tx.appointments().release(held.id).await?;
    }
    Ok(())
}

/// The appointment that another time is looked for, if it is theirs and still stands.
async fn moving(scene: &Scene, tx: &mut Tx) -> Result<Option<Appointment>> {
    let Some(id) = scene.talk.desk.known.moving.as_ref().and_then(|it| it.id.parse::<AppointmentId>().ok()) else {
        return Ok(None);
    };
    let found = tx.appointments().get(id).await?;
    let theirs = |it: &Appointment| it.contact_id.is_some() && it.contact_id == scene.talk.contact_id;
    Ok(found.filter(|it| theirs(it) && it.state == AppointmentState::Booked))
}

/// Moves an appointment to the time that is held.
async fn shift(scene: &mut Scene, tx: &mut Tx, moving: &Appointment) -> Result<Event> {
    let Some(held) = scene.talk.hold.take() else { return Ok(Event::Booked(false)) };
    tx.appointments().release(held.id).await?;
    if !tx.appointments().shift(moving.id, &held.agent_id, held.start).await? {
        return Ok(Event::Booked(false));
    }
    let evidence = json!({ "appointment_id": moving.id, "from": moving.start, "to": held.start });
    record(scene, tx, &moving.id.to_string(), Did::asked("C6", "moved", evidence)).await?;
    if let Some(moved) = tx.appointments().get(moving.id).await? {
        let told = scene.talk.medium != Medium::Voice;
        bookings::follow(tx, &scene.tenant, &moved, News::Moved, told).await?;
    }
    Ok(Event::Booked(true))
}

/// Books what is held. A hold that ran out is taken again if nobody else has the time by now.
pub(super) async fn book(scene: &mut Scene, tx: &mut Tx, booking: &Booking) -> Result<Event> {
    if let Some(moving) = moving(scene, tx).await? {
        return shift(scene, tx, &moving).await;
    }
    let new =
        NewAppointment { purpose: booking.purpose, contact_id: scene.talk.contact_id, place: booking.place.clone() };
    for _ in 0..2 {
        if let Some(held) = scene.talk.hold.take() {
            let Held { id, agent_id, property_id, start, minutes } = held;
            let stretch = Stretch { agent_id, property_id, start, minutes };
            if let Some(booked) = tx.appointments().book(id, &stretch, &new).await? {
                let evidence = json!({ "appointment_id": booked.id, "starts_at": booked.start });
                let subject = booked.id.to_string();
                record(scene, tx, &subject, Did::asked("C6", "booked", evidence)).await?;
                // In writing they have just read it; the email comes in any case.
                let told = take_up::told(tx, booked.clone(), &scene.tenant, &scene.talk.desk.language).await?;
                scene.talk.desk.known.appointments.push(told);
                scene.made.push(booked);
                return Ok(Event::Booked(true));
            }
            tx.appointments().release(id).await?;
        }
        if !matches!(hold(scene, tx, booking).await?, Event::Held(true)) {
            break;
        }
    }
    Ok(Event::Booked(false))
}

/// Calls an appointment off; other changes are told to people by the message that comes with them. What is not theirs, or is
/// over already, is not changed, and they hear so.
pub(super) async fn change(scene: &Scene, tx: &mut Tx, id: &str, change: Change) -> Result<Event> {
    let Ok(id) = id.parse::<AppointmentId>() else { return Ok(Event::Changed(false)) };
    let own = tx.appointments().get(id).await?.filter(|it| it.contact_id == scene.talk.contact_id);
    if own.is_none() || scene.talk.contact_id.is_none() {
        return Ok(Event::Changed(false)); // not theirs
    }
    if change == Change::Cancel {
        if !tx.appointments().close(id, AppointmentState::Cancelled).await? {
            return Ok(Event::Changed(false));
        }
        if let Some(closed) = tx.appointments().get(id).await? {
            bookings::follow(tx, &scene.tenant, &closed, News::CalledOff, true).await?;
        }
    }
    let reason = match change {
        Change::Cancel => "cancelled",
        Change::Move => "move_wanted",
        Change::Late => "late",
        Change::Feedback => "feedback",
    };
    record(scene, tx, &id.to_string(), Did::asked("C6", reason, json!({ "appointment_id": id }))).await?;
    Ok(Event::Changed(true))
}

//! Searches, reports, messages, people: what the policy has fetched and passed on (C5, C8, C13).

use super::act::{Did, record};
use super::home;
use super::scene::Scene;
use crate::actions::{self, ActionError};
use crate::homes;
use crate::ledger::{self, Wish};
use crate::letters;
use crate::room;
use crate::work::{RingOnCall, TellMore, notice, put, tell_of_danger};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use ringleader_core::chat::{HowSoon, Why};
use ringleader_core::conversation::Driver;
use ringleader_core::id::PropertyId;
use ringleader_core::property::{Property, PropertyState, Query};
use ringleader_core::reception::criteria::Criteria;
use ringleader_core::reception::danger::Danger;
use ringleader_core::reception::desk::{Event, MessageDraft, Reason, TicketDraft};
use ringleader_core::reception::say;
use ringleader_core::reception::talk::{Medium, Talk, Then};
use ringleader_core::reception::words::FaultUrgency;
use ringleader_core::task::Urgency;
use ringleader_core::texts::Key;
use ringleader_core::ticket::Ticket;
use ringleader_core::user::Role;
use ringleader_store::jobs::OnConflict;
use ringleader_store::repo::{NewAlarm, NewTicket};
use ringleader_store::{Result, StoreError, Tx};
use serde_json::json;

/// So many are told at once.
const TOLD: usize = 3;

/// The act of handing over, and what the room is told of it under.
pub(super) const HAND_OVER: &str = "hand_over";

/// Looks for properties, easing step by step.
pub(super) async fn search(scene: &Scene, tx: &mut Tx, criteria: &Criteria) -> Result<Event> {
    let found = found(tx, criteria, &[]).await?;
    Ok(event(scene, &found.properties, found.more, found.relaxed))
}

/// The next ones of a search; what was let go of was said with the first.
pub(super) async fn more(scene: &Scene, tx: &mut Tx, criteria: &Criteria, told: &[String]) -> Result<Event> {
    let told: Vec<PropertyId> = told.iter().filter_map(|id| id.parse().ok()).collect();
    let found = found(tx, criteria, &told).await?;
    Ok(event(scene, &found.properties, found.more, None))
}

async fn found(tx: &mut Tx, criteria: &Criteria, told: &[PropertyId]) -> Result<actions::Found> {
    actions::find_more(tx, criteria, told).await.map_err(|error| match error {
        ActionError::Store(error) => error,
        _ => StoreError::Missing, // a search refuses nothing
    })
}

/// Looks for one by its reference or road.
pub(super) async fn look_up(
    scene: &Scene,
    tx: &mut Tx,
    street: Option<String>,
    reference: Option<String>,
) -> Result<Event> {
    if let Some(reference) = reference {
        let found = tx.properties().by_reference(&reference).await?;
        let found = found.filter(|property| property.entered.state == PropertyState::Available);
        if let Some(property) = found {
            return Ok(event(scene, &[property], false, None));
        }
    }
    let Some(street) = street else { return Ok(event(scene, &[], false, None)) };
    let query = Query { street: Some(street), ..Query::default() };
    let mut found = tx.properties().search(&query, 4).await?;
    let more = found.len() > TOLD;
    found.truncate(TOLD);
    Ok(event(scene, &found, more, None))
}

fn event(scene: &Scene, found: &[Property], more: bool, relaxed: Option<say::Relaxed>) -> Event {
    let cards =
        found.iter().map(|property| property.card(&scene.talk.desk.language, scene.tenant.currency())).collect();
    Event::Found { cards, more, relaxed }
}

/// Opens a ticket. Of a home that the caller rents it is known whose it is, who looks after it and who could mend it.
pub(super) async fn ticket(scene: &Scene, tx: &mut Tx, draft: TicketDraft) -> Result<Event> {
    let (tenancy, property) = home::meant(scene, tx, draft.property.as_deref()).await?.unzip();
    let property_id = property.as_ref().map(|property| property.id);
    let trade = draft.danger.and_then(Danger::trade).unwrap_or(draft.fault.category);
    let contractor = homes::contractor(tx, property_id, trade).await?;
    let ticket = tx
        .tickets()
        .open(&NewTicket {
            contact_id: scene.talk.contact_id,
            talk_id: Some(scene.talk.id),
            property_id,
            category: draft.fault.category,
            urgency: draft.fault.urgency,
            danger: draft.danger,
            report: draft.report,
            address: property.map(|property| property.address()).or(draft.address),
            landlord_id: tenancy.as_ref().and_then(|tenancy| tenancy.landlord_id),
            manager_id: tenancy.as_ref().and_then(|tenancy| tenancy.manager_id),
            contractor,
        })
        .await?;
    let evidence = json!({ "ticket_id": ticket.id, "urgency": ticket.urgency });
    record(scene, tx, &ticket.id.to_string(), Did::asked("C8", "ticket", evidence)).await?;
    if ticket.danger.is_some() {
        locate(scene, tx, &ticket).await?;
    }
    let report = Some(ticket.report.clone());
    match ticket.urgency {
        FaultUrgency::Emergency if ticket.danger.is_some() => {} // the alarm has its own
        FaultUrgency::Emergency => {
            // A brain's opinion rings nobody on call; people are told at once all the same.
            task(scene, tx, Key::TaskEmergency, Urgency::Urgent, &ticket.number, report).await?;
            tell(scene, tx, Why::Emergency).await?;
        }
        FaultUrgency::Urgent => task(scene, tx, Key::TaskRepair, Urgency::Urgent, &ticket.number, report).await?,
        FaultUrgency::Normal => task(scene, tx, Key::TaskRepair, Urgency::Normal, &ticket.number, report).await?,
    }
    if let Some(manager) = homes::manager(tx, ticket.manager_id).await? {
        if let (Some(danger), Some(contact)) = (ticket.danger, ticket.contact_id)
            && tx.tasks().assign_danger(contact, scene.talk.id, danger, manager.id).await?
        {
            // Who looks after another home has the alarm's task: this home's people have one of their own.
            task(scene, tx, Key::TaskEmergency, Urgency::Urgent, &ticket.number, Some(ticket.report.clone())).await?;
        }
        for title in [Key::TaskEmergency, Key::TaskRepair] {
            tx.tasks().assign(&wish(scene, title, Urgency::Normal, &ticket.number).key, manager.id).await?;
        }
    }
    let known = &scene.talk.desk.known;
    homes::tell(tx, &scene.tenant, &ticket, known.name.as_deref(), known.phone.as_deref()).await?;
    Ok(Event::Ticketed(ticket.number))
}

/// A report that was opened longer ago is over: what is shown now is something else.
const RECENT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The report that a photo can belong to.
pub(super) async fn reported(talk: &Talk, tx: &mut Tx) -> Result<Option<Ticket>> {
    let since = tx.now() - RECENT;
    match talk.contact_id {
        Some(contact) => tx.tickets().open_of(contact, since).await,
        None => Ok(None),
    }
}

/// Puts photos with the report that was opened last.
pub(super) async fn keep_photos(scene: &Scene, tx: &mut Tx, messages: &[String]) -> Result<()> {
    let Some(ticket) = reported(&scene.talk, tx).await? else { return Ok(()) };
    for message in messages.iter().filter_map(|id| id.parse().ok()) {
        tx.tickets().add_photo(ticket.id, message).await?;
    }
    let evidence = json!({ "ticket_id": ticket.id, "messages": messages });
    record(scene, tx, &ticket.id.to_string(), Did::asked("C8", "photos", evidence)).await
}

/// What was told after the alarm, the address above all, goes to those who were told of it.
async fn locate(scene: &Scene, tx: &mut Tx, ticket: &Ticket) -> Result<()> {
    let phone = scene.talk.desk.known.phone.as_deref();
    for alarm in tx.tickets().locate(scene.talk.id, ticket, phone).await? {
        put(tx, &TellMore { alarm, ticket: Some(ticket.id) }, scene.now, OnConflict::Keep).await?;
    }
    Ok(())
}

/// Calls the people on call; once per danger and talk.
pub(super) async fn on_call(scene: &Scene, tx: &mut Tx, danger: Danger) -> Result<()> {
    let known = &scene.talk.desk.known;
    let (tenancy, property) = home::likely(scene, tx).await?.unzip();
    let contractor = match danger.trade() {
        Some(trade) => homes::contractor(tx, property.as_ref().map(|property| property.id), trade).await?,
        None => None,
    };
    let new = NewAlarm {
        danger,
        contact_id: scene.talk.contact_id,
        talk_id: Some(scene.talk.id),
        phone: known.phone.clone(),
        report: known.report.clone().unwrap_or_default(),
        address: known.address.clone().or_else(|| property.map(|property| property.address())),
        contractor,
    };
    let Some(alarm) = tx.tickets().raise(&new).await? else { return Ok(()) };
    let evidence = json!({ "alarm_id": alarm, "danger": danger });
    let did = Did { explain: Key::WhyDanger, ..Did::asked("C8", "danger", evidence) };
    record(scene, tx, &alarm.to_string(), did).await?;
    task(scene, tx, Key::TaskEmergency, Urgency::Urgent, danger.as_str(), known.report.clone()).await?;
    if let Some(manager) = homes::manager(tx, tenancy.and_then(|tenancy| tenancy.manager_id)).await? {
        tx.tasks().assign(&wish(scene, Key::TaskEmergency, Urgency::Urgent, danger.as_str()).key, manager.id).await?;
    }
    put(tx, &RingOnCall { alarm, nth: 0 }, scene.now, OnConflict::Keep).await?;
    if tell(scene, tx, Why::Emergency).await? || scene.tenant.settings.reception.on_call.is_empty() {
        return Ok(()); // where nobody is on call, the owner hears of it in the same breath
    }
    // No lead tells of it: nobody knows who it is, or they have just come.
    match tx.tickets().alarm(alarm).await? {
        Some(alarm) => tell_of_danger::everywhere(tx, &scene.tenant, &alarm).await,
        None => Ok(()),
    }
}

/// Wants a person: in writing the chat goes to one, whatever the hour; on the phone those on duty are rung, if there are any
/// now (C13).
pub(super) async fn hand_over(scene: &mut Scene, tx: &mut Tx, reason: Reason) -> Result<Option<Event>> {
    let subject = scene.talk.id.to_string();
    record(scene, tx, &subject, Did::asked("C13", "hand_over", json!({ "why": reason.as_str() }))).await?;
    tell(scene, tx, why(reason)).await?;
    let known = say::handed::to_people(&scene.talk.desk, reason, scene.tenant.language());
    task(scene, tx, Key::TaskHandOver, Urgency::Urgent, reason.as_str(), Some(known.clone())).await?;
    let rung = scene.talk.medium != Medium::Voice || scene.is_staffed();
    let (by, now) = (scene.call_back_by().map(|at| scene.local(at)), scene.local(scene.now));
    let promise = || say::handed::call_back(&scene.talk.desk, by, now, scene.tenant.language());
    let note = if rung { known } else { format!("{known}\n{}", promise()) };
    tell_room(scene, tx, HAND_OVER, note).await?;
    match scene.talk.medium {
        Medium::Voice if !rung => Ok(Some(Event::Answered(false))),
        Medium::Voice => {
            let whisper = say::whisper(&scene.talk.desk, &scene.tenant.locale);
            scene.dial = Some(Then::Dial { people: scene.on_duty(), whisper });
            Ok(None)
        }
        Medium::Whatsapp | Medium::Sms => {
            scene.person = Some(someone(tx).await?);
            Ok(Some(Event::Answered(true)))
        }
    }
}

/// What the owner is told of it.
const fn why(reason: Reason) -> Why {
    match reason {
        Reason::Complaint => Why::Complaint,
        Reason::Vip => Why::Vip,
        Reason::Deal => Why::Deal,
        Reason::Asked | Reason::NotUnderstood | Reason::TooLong => Why::WantsPerson,
    }
}

/// Who a written talk goes to: the first agent, else the first owner; without accounts, whoever answers from the handset.
async fn someone(tx: &mut Tx) -> Result<Driver> {
    let users = tx.users().all().await?;
    let first = |role| users.iter().find(|user| user.role == role && user.disabled_at.is_none());
    let user = first(Role::Agent).or_else(|| first(Role::Owner));
    Ok(user.map_or(Driver::Handset, |user| Driver::User(user.id)))
}

/// Nobody was free: an urgent call-back by a time that the opening hours can keep. The caller has the promise in writing, and
/// the business's room hears of it.
pub(super) async fn call_back(scene: &Scene, tx: &mut Tx, by: Option<DateTime>) -> Result<()> {
    let wish = wish(scene, Key::TaskCallBack, Urgency::Urgent, "call_back");
    let due = by.and_then(|at| scene.moment(at));
    ledger::add_task_due(tx, &scene.tenant, wish, due).await?;
    let now = scene.local(scene.now);
    let desk = &scene.talk.desk;
    // A promise in the same breath as the wish for a person is in the note of that.
    if !scene.done.contains(&HAND_OVER) {
        let words = say::handed::promised(desk, by, now, scene.tenant.language());
        tell_room(scene, tx, "call_back", words).await?;
    }
    // In a chat the words are there; without a way to write, the task stands for itself.
    if let Some(caller) = scene.contact.as_ref().filter(|_| scene.talk.medium == Medium::Voice) {
        let words = say::handed::to_caller(&scene.tenant.name, by, now, &desk.language);
        letters::send(tx, &scene.tenant, caller, words, &format!("{}:call_back", scene.talk.id), "reception").await?;
    }
    let subject = scene.talk.id.to_string();
    record(scene, tx, &subject, Did::asked("C13", "call_back", json!({ "due_at": due }))).await
}

/// Tells the business's room; once in a talk for each `about`.
async fn tell_room(scene: &Scene, tx: &mut Tx, about: &str, words: String) -> Result<()> {
    let cause = format!("{}:{about}", scene.talk.id);
    room::tell(tx, &scene.tenant, scene.talk.contact_id, &cause, words).await
}

/// Passes the caller's words on.
pub(super) async fn message(scene: &Scene, tx: &mut Tx, draft: &MessageDraft) -> Result<()> {
    let about_appointment = ["appointment", "move", "late", "feedback"].contains(&draft.about.as_str());
    let title = if about_appointment { Key::TaskAppointment } else { Key::TaskMessage };
    let text = (!draft.text.is_empty()).then(|| draft.text.clone());
    task(scene, tx, title, Urgency::Normal, &draft.about, text).await?;
    let subject = scene.talk.id.to_string();
    record(scene, tx, &subject, Did::asked("C3", "message", json!({ "about": draft.about }))).await
}

/// What somebody thought of a viewing goes to whoever went.
pub(super) async fn opinion(scene: &Scene, tx: &mut Tx, words: &str) -> Result<()> {
    task(scene, tx, Key::TaskAppointment, Urgency::Normal, "feedback", Some(words.to_owned())).await
}

/// Somebody was not satisfied with a call: they are rung.
pub(super) async fn dissatisfied(scene: &Scene, tx: &mut Tx) -> Result<()> {
    task(scene, tx, Key::TaskCallBack, Urgency::Urgent, "satisfaction", None).await
}

/// Nothing leads to them in writing: a person passes it on.
pub(super) async fn by_hand(scene: &Scene, tx: &mut Tx, about: &str, words: &str) -> Result<()> {
    task(scene, tx, Key::TaskCallBack, Urgency::Normal, about, Some(words.to_owned())).await
}

/// A call broke off half-way: they can go on in writing (C12). In a chat the words are there to be answered.
pub(super) async fn follow_up(scene: &Scene, tx: &mut Tx) -> Result<()> {
    let Some(contact) = scene.contact.as_ref().filter(|_| scene.talk.medium == Medium::Voice) else { return Ok(()) };
    let words = say::broken_off(&scene.tenant.name, &scene.talk.desk.language);
    letters::write(tx, &scene.tenant, contact, words, &format!("{}:follow_up", scene.talk.id)).await.map(drop)
}

/// A follow-up for people, with the caller's own words. One per talk, turn, kind and `about`.
async fn task(
    scene: &Scene,
    tx: &mut Tx,
    title: Key,
    urgency: Urgency,
    about: &str,
    words: Option<String>,
) -> Result<()> {
    let wish = wish(scene, title, urgency, about);
    ledger::add_task_saying(tx, &scene.tenant, wish, words.as_deref().unwrap_or_default()).await.map(drop)
}

fn wish(scene: &Scene, title: Key, urgency: Urgency, about: &str) -> Wish {
    let known = &scene.talk.desk.known;
    let phone = known.phone.clone();
    Wish {
        title,
        urgency,
        key: format!("{}:{}:{}:{about}", scene.talk.id, scene.talk.turns, title.as_str()),
        because: None,
        contact: scene.talk.contact_id,
        lead: None,
        who: known.name.clone().or_else(|| phone.clone()).unwrap_or_default(),
        phone,
    }
}

/// Tells the owner of the lead; `false` if there is none.
pub(super) async fn tell(scene: &Scene, tx: &mut Tx, why: Why) -> Result<bool> {
    let Some(contact) = scene.talk.contact_id else { return Ok(false) };
    let Some(lead) = tx.leads().open_of(contact).await? else { return Ok(false) };
    notice(tx, &scene.tenant, lead.id, HowSoon::Now, why).await?;
    Ok(true)
}

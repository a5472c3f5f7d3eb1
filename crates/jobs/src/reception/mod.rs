//! The receptionist at work: core's policy with the store and the brains around it (C1, C12). One engine for every channel.
//!
//! [`begin`] opens a talk, [`turn`] moves it on by one thing that was heard and gives what to say and what happens next. Who
//! carries the words (a call, WhatsApp, text messages) calls these two and nothing else.
//!
//! Always true:
//! - danger is looked for by rules before any brain is asked, and a brain's opinion of it does not count (C8, P7);
//! - a brain is asked within a limit and outside of any transaction; then the local one reads it (C15);
//! - what was heard, what was done and what was answered are one transaction (P3), under a version check: turns of one
//!   talk that race come one after the other;
//! - a key is answered once: the same key gives the same answer and does nothing again (P2);
//! - each act leaves a decision and a line in the audit trail (P8).
//!
//! A talk ends with [`Then::End`]. After [`Then::Dial`], which only calls have, the carrier rings people and tells with
//! [`Heard::Answered`] whether someone took it.

mod act;
mod carrier;
pub(crate) mod diary;
mod errands;
mod home;
mod lead;
mod opinion;
mod proof;
mod scene;
mod sending;
mod take_up;
mod understand;
pub(crate) mod written;

pub use carrier::{Carrier, Played};
pub use ringleader_core::reception::talk::{Heard, Length, Medium, Then, Turn};

use crate::context::Context;
use crate::models;
use carrier::Afterwards;
use ringleader_core::id::{ContactId, TalkId, TenantId};
use ringleader_core::reception::desk::{Caption, Desk, Event, Shown};
use ringleader_core::reception::say::Style;
use ringleader_core::reception::tongue;
use ringleader_core::ticket::Ticket;
use ringleader_store::StoreError;
use ringleader_store::repo::{NewTalk, NewTurn};
use scene::Scene;
use std::time::Duration;
use understand::{Background, Understood};

/// How long models may take for a turn of a call; the whole turn stays below the ten seconds that a caller waits at most.
const SPOKEN_LIMIT: Duration = Duration::from_secs(4);

/// The same in writing, where nobody listens to silence.
const WRITTEN_LIMIT: Duration = Duration::from_secs(30);

/// Times that a turn is tried when others change its talk meanwhile.
const TRIES: usize = 5;

/// Why a turn gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum TalkError {
    /// There is no such talk at this tenant.
    #[error("there is no such talk")]
    NotFound,
    /// Other turns of the same talk come too fast.
    #[error("the talk changed too often meanwhile")]
    Contended,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A talk to be begun.
#[derive(Debug, Clone)]
pub struct Opening {
    /// What carries it.
    pub medium: Medium,
    /// The carrier's id of it: a call's sid, a first message's id. The same id is the same talk.
    pub external_id: String,
    /// Who talks; `None` for a withheld number.
    pub contact: Option<ContactId>,
    /// The language it is begun in, `en-GB` or `he-IL`.
    pub language: String,
    /// The languages that it can turn to.
    pub languages: Vec<String>,
}

/// Begins a talk, or gives the one that was begun so before. What the same contact left half-done in the last days, on
/// whatever channel, goes on here (C12). Follow it with a turn of [`Heard::Began`].
///
/// # Errors
/// The database.
pub async fn begin(cx: &Context, tenant: TenantId, opening: Opening) -> Result<TalkId, TalkError> {
    let mut tx = cx.store.begin(tenant).await?;
    if let Some(contact) = opening.contact {
        tx.contacts().lock(contact).await?;
    }
    let business = tx.tenants().me().await?;
    let style = if opening.medium == Medium::Voice { Style::Spoken } else { Style::Written };
    let languages = opening.languages;
    let desk = Desk { languages, ..Desk::new(&opening.language, style, business.settings.reception.trade) };
    let new = NewTalk { medium: opening.medium, external_id: opening.external_id, contact_id: opening.contact, desk };
    let (talk, made) = tx.talks().begin(&new).await?;
    let id = talk.id;
    if made {
        Box::pin(take_up::prepare(&mut tx, talk)).await?;
        metrics::counter!("ringleader_talks_total", "medium" => opening.medium.as_str()).increment(1);
    }
    tx.commit().await?;
    Ok(id)
}

/// Moves a talk on by one thing that was heard. `key` names it: a repeated one gives the same answer.
///
/// # Errors
/// `NotFound`; `Contended` if other turns were faster again and again; the database.
pub async fn turn(cx: &Context, tenant: TenantId, talk: TalkId, key: &str, heard: Heard) -> Result<Turn, TalkError> {
    turn_over(cx, tenant, talk, key, heard, &Afterwards).await?.ok_or(TalkError::Contended)
}

/// The same with a carrier that passes the answer on in the turn's own transaction. `None`: the carrier did not want it.
///
/// # Errors
/// As [`turn`].
pub async fn turn_over(
    cx: &Context,
    tenant: TenantId,
    talk: TalkId,
    key: &str,
    heard: Heard,
    carrier: &dyn Carrier,
) -> Result<Option<Turn>, TalkError> {
    let began = tokio::time::Instant::now();
    for _ in 0..TRIES {
        match once(cx, tenant, talk, key, &heard, carrier).await {
            Ok(Tried::Answered(turn, medium)) => {
                metrics::histogram!("ringleader_talk_turn_seconds", "medium" => medium.as_str())
                    .record(began.elapsed().as_secs_f64());
                return Ok(Some(turn));
            }
            Ok(Tried::Unwanted) => return Ok(None),
            Ok(Tried::Outrun)
            | Err(TalkError::Store(StoreError::Busy | StoreError::Erased | StoreError::Conflict(_))) => {}
            Err(error) => return Err(error),
        }
    }
    Err(TalkError::Contended)
}

/// What came of one try.
enum Tried {
    /// The answer.
    Answered(Turn, Medium),
    /// The carrier does not want it any more.
    Unwanted,
    /// The talk changed meanwhile.
    Outrun,
}

/// One try.
async fn once(
    cx: &Context,
    tenant: TenantId,
    id: TalkId,
    key: &str,
    heard: &Heard,
    carrier: &dyn Carrier,
) -> Result<Tried, TalkError> {
    // The talk as it stands, and what this key was answered before.
    let mut read = cx.store.read(tenant).await?;
    let talk = read.talks().get(id).await?.ok_or(TalkError::NotFound)?;
    if let Some(answer) = read.talks().answered(id, key).await? {
        return Ok(Tried::Answered(answer, talk.medium));
    }
    if talk.ended_at.is_some() {
        return Ok(Tried::Answered(Turn::over(&talk.desk.language), talk.medium));
    }
    let spoken = talk.medium == Medium::Voice;
    let wish = tongue::wish(&talk.desk, heard);
    let words = match (heard, &wish) {
        (_, Some(wish)) => Some(wish.rest.as_str()).filter(|rest| !rest.is_empty()),
        (Heard::Words(words) | Heard::Shown { words: Some(words), .. }, None) => Some(words.as_str()),
        _ => None,
    };
    let background = match words {
        Some(_) => Some(Background::of(&mut read, &talk).await?),
        None => None,
    };
    drop(read);
    let understood = match words.zip(background) {
        Some((words, background)) => {
            let limit = if spoken { SPOKEN_LIMIT } else { WRITTEN_LIMIT };
            Some(understand::words(cx, &talk, background, words, limit).await?)
        }
        None => None,
    };
    let mut tx = if spoken { cx.store.begin_at_once(tenant).await? } else { cx.store.begin(tenant).await? };
    if let Some(contact) = talk.contact_id {
        tx.contacts().lock(contact).await?;
    }
    let Some(now) = tx.talks().get(id).await?.filter(|now| now.version == talk.version) else {
        return Ok(Tried::Outrun);
    };
    let brain = understood.as_ref().map(|it| it.by.brain.clone());
    let mut scene = Scene::of(&mut tx, now).await?;
    if let Some(understood) = &understood {
        scene.hear(understood);
        models::note_kept(&mut tx, &understood.uses).await?;
    }
    scene.speak(&mut tx, wish.as_ref(), understood.as_ref()).await?;
    let events = match (heard, wish) {
        (_, Some(wish)) if wish.rest.is_empty() => vec![Event::Language],
        (_, Some(wish)) => vec![event(&Heard::Words(wish.rest), understood, &scene)],
        (Heard::Shown { photos, words }, None) => {
            let ticket = errands::reported(&scene.talk, &mut tx).await?;
            shown(photos, words.as_ref().zip(understood), &scene, ticket)
        }
        (heard, None) => vec![event(heard, understood, &scene)],
    };
    let answer = scene.play(&mut tx, events).await?;
    if !tx.talks().save(&scene.talk).await? {
        return Ok(Tried::Outrun);
    }
    let new = NewTurn { key, heard, answer: &answer, acts: &scene.done, brain: brain.as_deref() };
    tx.talks().add_turn(&scene.talk, &new).await?;
    scene.keep_reading(&mut tx, key).await?;
    let played = Played { talk: &scene.talk, turn: &answer, person: scene.person };
    if !carrier.deliver(&mut tx, &played).await? {
        return Ok(Tried::Unwanted);
    }
    tx.commit().await?;
    metrics::counter!("ringleader_talk_turns_total", "medium" => talk.medium.as_str(),
        "brain" => brain.unwrap_or_default())
    .increment(1);
    Ok(Tried::Answered(answer, talk.medium))
}

/// Photos, and then the words that came with them, unless they only say what is shown.
fn shown(photos: &[String], words: Option<(&String, Understood)>, scene: &Scene, ticket: Option<Ticket>) -> Vec<Event> {
    let category = ticket.map(|ticket| ticket.category);
    let sorted = words.map(|(text, it)| (Caption::of(&it.reading, scene.talk.desk.asked, category), text, it));
    let words = sorted.filter(|(caption, ..)| *caption != Caption::Bare);
    let fresh = words.as_ref().is_some_and(|(caption, ..)| *caption == Caption::NewFault);
    let reported = category.is_some() && !fresh;
    let shown = Event::Shown(Shown { ids: photos.to_vec(), reported, words: words.is_some() });
    let heard = words.map(|(_, text, it)| Event::Heard { reading: Box::new(it.reading), text: text.clone() });
    match &heard {
        // Danger is answered first (C8).
        Some(Event::Heard { reading, .. }) if reading.danger.is_some() => heard.into_iter().chain([shown]).collect(),
        _ => std::iter::once(shown).chain(heard).collect(),
    }
}

fn event(heard: &Heard, understood: Option<Understood>, scene: &Scene) -> Event {
    match (heard, understood) {
        (Heard::Words(words), Some(understood)) => {
            Event::Heard { reading: Box::new(understood.reading), text: words.clone() }
        }
        (Heard::Unheard, _) => Event::Unheard,
        (Heard::Rated(call, rating), _) => Event::Rated(call.clone(), *rating),
        (Heard::Pressed(key), _) => Event::Pressed(*key),
        (Heard::Silence | Heard::Shown { .. }, _) | (Heard::Words(_), None) => Event::Silence,
        (Heard::Gone, _) => Event::Gone,
        (Heard::TooLong, _) => Event::TooLong,
        (Heard::Answered(taken), _) => Event::Answered(*taken),
        (Heard::Began, _) => Event::Began { name: scene.first_name() },
    }
}

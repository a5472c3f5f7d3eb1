//! Telling the program of a year: in any order, twice, wrongly at first, with nodes that die and contacts that are merged.

use super::pencil::{AGENTS, Story};
use crate::reports::{Dice, LINES, at, call, contact};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::appointment::AppointmentState;
use ringleader_core::call::{Call, CallStatus, Direction, Outcome};
use ringleader_core::conversation::{Channel, Driver};
use ringleader_core::episode::{Episode, EpisodeState};
use ringleader_core::id::{ConnectionId, Id, MergeId, TenantId};
use ringleader_core::lead::LeadStatus;
use ringleader_core::message::{Audience, Content};
use ringleader_core::phone::Phone;
use ringleader_core::reception::words::Purpose;
use ringleader_store::repo::{Merge, NewAppointment, NewMessage, Stretch};
use ringleader_store::testing::TestDb;

/// Whole minutes of the year, many of them around the clock changes.
pub fn moment(dice: &mut Dice, changes: &[Timestamp]) -> Timestamp {
    if dice.roll(3) == 0 {
        return dice.pick(changes) + SignedDuration::from_mins(dice.roll(36 * 60) as i64 - 18 * 60);
    }
    "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(dice.roll(363 * 24 * 60) as i64)
}

pub fn story(db: &TestDb, n: usize, dice: &mut Dice, changes: &[Timestamp]) -> Story {
    use LeadStatus::{Contacted, Converted, Lost, New, OfferMade, Qualified, Qualifying, Unresponsive, ViewingBooked};
    let written = (dice.roll(5) > 0).then(|| dice.pick(&[2, 2, 45, 700, 4000]));
    let replied = written.is_some() && dice.roll(2) == 0;
    Story {
        n,
        rang: moment(dice, changes),
        line: dice.pick(&LINES),
        call: db.store.ids().new_id(),
        contact: None,
        episode: db.store.ids().new_id(),
        lead: None,
        chat: None,
        written,
        spoke: written.is_none() && dice.roll(2) == 0,
        status: dice.pick(&[
            New,
            Qualifying,
            Qualified,
            Contacted,
            ViewingBooked,
            OfferMade,
            Converted,
            Lost,
            Unresponsive,
        ]),
        replied,
        reminders: dice.roll(3) as u8,
        taken_over: dice.roll(4) == 0,
        opted_out: dice.roll(9) == 0,
        viewing: (dice.roll(3) == 0).then(|| {
            use AppointmentState::{Booked, Cancelled, Done, NoShow};
            (dice.roll(2), dice.pick(&[Booked, Cancelled, Done, NoShow]))
        }),
    }
}

pub fn its_call(it: &Story, dice: &mut Dice) -> Call {
    Call {
        outcome: Some(Outcome::Missed),
        direction: Direction::Inbound,
        duration_seconds: None,
        line: Phone::from_e164(it.line),
        contact_id: it.contact,
        episode_id: Some(it.episode),
        lead_id: it.lead,
        ..call(it.call, 10_000 + it.n, it.rang, dice)
    }
}

pub fn its_episode(it: &Story, settled: bool) -> Episode {
    let state = match (it.written, settled) {
        (_, false) => EpisodeState::Waiting,
        (Some(_), true) => EpisodeState::Contacted,
        (None, true) => EpisodeState::Cancelled,
    };
    Episode {
        id: it.episode,
        contact_id: it.contact.unwrap(),
        purpose: "missed_call".into(),
        line: Phone::from_e164(it.line),
        state,
        reason: (settled && it.written.is_none()).then(|| if it.spoke { "spoke" } else { "wrote" }.to_owned()),
        due_at: it.rang,
        expires_at: it.rang,
        called_at: it.rang,
        opened_at: it.rang,
        closed_at: settled.then_some(it.rang + SignedDuration::from_mins(37)),
    }
}

/// The call rings, an outreach begins, somebody is a lead.
pub async fn begins(db: &TestDb, tenant: TenantId, it: &mut Story, dice: &mut Dice) {
    db.clock.set(it.rang);
    let mut tx = db.store.begin(tenant).await.unwrap();
    it.contact = Some(contact(&mut tx, &format!("+44770090{:04}", it.n)).await.id);
    tx.episodes().open(&its_episode(it, false)).await.unwrap();
    let early = Call { status: CallStatus::InProgress, outcome: None, ..its_call(it, dice) };
    tx.calls().insert(&early, None).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.store.begin(tenant).await.unwrap();
    let (lead, _) = tx.leads().open_or_make(it.contact.unwrap(), LeadStatus::New, "missed_call").await.unwrap();
    it.lead = Some(lead.id);
    tx.calls().save(&its_call(it, dice)).await.unwrap();
    tx.calls().give_to_lead(it.episode, lead.id).await.unwrap();
    tx.commit().await.unwrap();
}

/// The caller is written to.
pub async fn is_written_to(db: &TestDb, tenant: TenantId, it: &mut Story) {
    let Some(minutes) = it.written else { return };
    db.clock.set(it.rang + SignedDuration::from_mins(minutes));
    let mut tx = db.store.begin(tenant).await.unwrap();
    let connection = ConnectionId::from_uuid(tenant.uuid());
    let peer = Phone::from_e164(&format!("+44770090{:04}", it.n));
    let found =
        tx.conversations().find_or_make(it.contact.unwrap(), Channel::Whatsapp, connection, peer.as_ref()).await;
    let (mut chat, _) = found.unwrap();
    chat.lead_id = it.lead;
    chat.episode_id = Some(it.episode);
    tx.conversations().save(&chat).await.unwrap();
    it.chat = Some(chat.id);
    let opener = NewMessage {
        send_key: format!("opener:{}", it.n),
        conversation_id: it.chat,
        contact_id: it.contact,
        lead_id: it.lead,
        episode_id: Some(it.episode),
        audience: Audience::Contact,
        channel: Channel::Whatsapp,
        connection_id: Some(connection),
        to: peer,
        to_email: None,
        content: Content::Text { body: "Hello".into() },
        purpose: "first_message".into(),
    };
    tx.messages().want(&opener).await.unwrap();
    tx.commit().await.unwrap();
}

/// One of the things that happen later; told twice it changes nothing.
pub async fn goes_on(db: &TestDb, tenant: TenantId, it: &Story, step: usize, dice: &mut Dice) {
    let mut tx = db.store.begin(tenant).await.unwrap();
    match step {
        0 => tx.episodes().save(&its_episode(it, true)).await.unwrap(),
        1 | 2 => {
            let mut lead = tx.leads().get(it.lead.unwrap()).await.unwrap().unwrap();
            // A person puts the status right in the end.
            lead.status = if step == 1 { dice.pick(&[LeadStatus::Converted, LeadStatus::New]) } else { it.status };
            tx.leads().save(&lead).await.unwrap();
        }
        3 => {
            let Some(id) = it.chat else { return };
            let mut chat = tx.conversations().get(id).await.unwrap().unwrap();
            chat.last_inbound_at = it.replied.then(|| chat.opened_at + SignedDuration::from_mins(9));
            chat.reminders_sent = it.reminders;
            chat.driver = if it.taken_over { Driver::Handset } else { Driver::Bot };
            chat.closed_reason = it.opted_out.then(|| "opt_out".to_owned());
            tx.conversations().save(&chat).await.unwrap();
        }
        _ => tx.calls().save(&its_call(it, dice)).await.unwrap(),
    }
    if dice.roll(8) == 0 {
        return; // a node that died: the caller tells it again
    }
    tx.commit().await.unwrap();
}

/// A viewing is booked five hours after the call, and something becomes of it.
pub async fn is_shown(db: &TestDb, tenant: TenantId, it: &Story) {
    let Some((agent, state)) = it.viewing else { return };
    db.clock.set(it.rang + SignedDuration::from_hours(5));
    let mut tx = db.store.begin(tenant).await.unwrap();
    let start = at(&["2030-01-01T09:00:00Z"])[0] + SignedDuration::from_hours(it.n as i64);
    let stretch = Stretch { agent_id: AGENTS[agent].into(), property_id: None, start, minutes: 30 };
    let until = db.clock.now() + SignedDuration::from_mins(5);
    let hold = tx.appointments().hold(&stretch, until).await.unwrap().unwrap();
    let new = NewAppointment { purpose: Purpose::Viewing, contact_id: it.contact, place: "Here".into() };
    let made = tx.appointments().book(hold, &stretch, &new).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    if state != AppointmentState::Booked {
        let mut tx = db.store.begin(tenant).await.unwrap();
        tx.appointments().close(made.id, state).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// Merges the second's contact into the first's, and parts them again where they are told apart.
pub async fn merge(db: &TestDb, tenant: TenantId, into: &Story, from: &Story, part: bool) {
    let mut tx = db.store.begin(tenant).await.unwrap();
    let merge = Merge {
        id: tx.new_id::<MergeId>(),
        into: into.contact.unwrap(),
        from: from.contact.unwrap(),
        actor: "owner".into(),
        at: tx.now(),
        undone_at: None,
        before: serde_json::json!({}),
    };
    tx.merges().insert(&merge).await.unwrap();
    tx.merges().move_lead(merge.id, from.lead.unwrap(), into.lead.unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    if part {
        let mut tx = db.store.begin(tenant).await.unwrap();
        tx.merges().move_lead_back(merge.id, from.lead.unwrap(), into.lead.unwrap()).await.unwrap();
        tx.commit().await.unwrap();
    }
}

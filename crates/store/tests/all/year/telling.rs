//! Telling the program of a year: in any order, twice, wrongly at first, with nodes that die and contacts that are merged.

use super::pencil::{AGENTS, Answer, Chat, Story, Viewing};
use crate::rows::{Dice, LINES, at, call, contact};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::appointment::AppointmentState;
use ringleader_core::call::{Call, CallStatus, Direction, Outcome};
use ringleader_core::conversation::{Channel, Conversation, Driver, MOVED};
use ringleader_core::episode::{Episode, EpisodeState};
use ringleader_core::id::{ConnectionId, EpisodeId, Id, MergeId, TenantId};
use ringleader_core::lead::LeadStatus;
use ringleader_core::message::{Audience, Content, MessageStatus};
use ringleader_core::phone::Phone;
use ringleader_core::reception::words::Purpose;
use ringleader_store::Tx;
use ringleader_store::repo::{Incoming, Merge, NewAppointment, NewMessage, Stretch};
use ringleader_store::testing::TestDb;

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// Whole minutes of the year, many of them around the clock changes.
pub fn moment(dice: &mut Dice, changes: &[Timestamp]) -> Timestamp {
    if dice.roll(3) == 0 {
        return dice.pick(changes) + SignedDuration::from_mins(dice.roll(36 * 60) as i64 - 18 * 60);
    }
    "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(dice.roll(363 * 24 * 60) as i64)
}

fn chat(dice: &mut Dice) -> Chat {
    Chat {
        replied: dice.roll(2) == 0,
        reminders: dice.pick(&[[false, false], [true, false], [true, true], [false, true]]),
        taken_over: dice.roll(3) == 0,
        leaders: [dice.roll(2) == 0, dice.roll(2) == 0],
        handed_back: dice.roll(2) == 0,
        opted_out: dice.roll(9) == 0,
    }
}

fn viewing(dice: &mut Dice) -> Viewing {
    use AppointmentState::{Booked, Cancelled, Done, NoShow};
    let state = dice.pick(&[Booked, Cancelled, Done, Done, NoShow]);
    let asked = state == Done && dice.roll(3) > 0;
    let said = (asked && dice.roll(3) > 0).then(|| dice.pick(&[None, Some(true), Some(true), Some(false)]));
    Viewing { agent: dice.roll(2), state, asked, said }
}

pub fn story(db: &TestDb, n: usize, dice: &mut Dice, changes: &[Timestamp]) -> Story {
    use LeadStatus::{Contacted, Converted, Lost, New, OfferMade, Qualified, Qualifying, Unresponsive, ViewingBooked};
    let after = dice.pick(&[2, 2, 45, 700, 4000]);
    let answer = match dice.roll(11) {
        0..=4 => Answer::Opener(after),
        5 => Answer::Sms(after),
        6 => Answer::Rang(after),
        7 => Answer::Said(after),
        8 => Answer::Wrote((dice.roll(3) > 0).then_some(after)),
        9 => Answer::Handset(after),
        _ => Answer::Nobody,
    };
    let again = matches!(answer, Answer::Opener(_)) && dice.roll(2) == 0;
    let statuses = [New, Qualifying, Qualified, Contacted, ViewingBooked, OfferMade, Converted, Lost, Unresponsive];
    Story {
        n,
        rang: moment(dice, changes),
        line: dice.pick(&LINES),
        source: dice.pick(&["missed_call", "missed_call", "missed_call", "whatsapp"]),
        call: db.store.ids().new_id(),
        contact: None,
        episode: db.store.ids().new_id(),
        lead: None,
        chat_id: None,
        answer,
        status: dice.pick(&statuses),
        assigned: (dice.roll(3) > 0).then(|| dice.roll(2)),
        chat: chat(dice),
        again: again.then(|| (dice.pick(&[3, 20, 40]), db.store.ids().new_id(), chat(dice))),
        viewing: (dice.roll(3) == 0).then(|| viewing(dice)),
        opinion: (dice.roll(3) == 0).then(|| dice.pick(&[None, Some(1), Some(1), Some(2), Some(3)])),
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
    use EpisodeState::{Cancelled, Contacted, Held, Waiting};
    let (state, reason) = match it.answer {
        _ if !settled => (Waiting, None),
        Answer::Opener(_) | Answer::Sms(_) => (Contacted, None),
        Answer::Rang(_) | Answer::Said(_) => (Cancelled, Some("spoke")),
        Answer::Wrote(_) => (Cancelled, Some("wrote")),
        Answer::Handset(_) => (Contacted, Some("person")),
        Answer::Nobody => (Held, Some("landline")),
    };
    // Whatever it was, it is told ten hours late; people who say that they spoke say it then.
    let told = it.rang + SignedDuration::from_hours(80);
    let closed_at = match it.answer {
        Answer::Said(after) => it.rang + minutes(after),
        _ => told,
    };
    Episode {
        id: it.episode,
        contact_id: it.contact.unwrap(),
        purpose: "missed_call".into(),
        line: Phone::from_e164(it.line),
        state,
        reason: reason.map(str::to_owned),
        due_at: it.rang,
        expires_at: it.rang,
        called_at: it.rang,
        opened_at: it.rang,
        closed_at: settled.then_some(closed_at),
    }
}

/// The call rings, an outreach begins, somebody is a lead; some are asked how the call was.
pub async fn begins(db: &TestDb, tenant: TenantId, it: &mut Story, dice: &mut Dice) {
    db.clock.set(it.rang);
    let mut tx = db.store.begin(tenant).await.unwrap();
    it.contact = Some(contact(&mut tx, &number(it)).await.id);
    tx.episodes().open(&its_episode(it, false)).await.unwrap();
    let early = Call { status: CallStatus::InProgress, outcome: None, ..its_call(it, dice) };
    tx.calls().insert(&early, None).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.store.begin(tenant).await.unwrap();
    let (lead, _) = tx.leads().open_or_make(it.contact.unwrap(), LeadStatus::New, it.source).await.unwrap();
    it.lead = Some(lead.id);
    tx.calls().save(&its_call(it, dice)).await.unwrap();
    tx.calls().give_to_lead(it.episode, lead.id).await.unwrap();
    tx.commit().await.unwrap();
    let Some(opinion) = it.opinion else { return };
    let mut tx = db.store.begin(tenant).await.unwrap();
    assert!(tx.satisfaction().ask(it.call, it.contact.unwrap(), it.rang + minutes(1)).await.unwrap());
    tx.commit().await.unwrap();
    if let Some(answer) = opinion {
        let mut tx = db.store.begin(tenant).await.unwrap();
        assert!(tx.satisfaction().answer(it.call, it.contact.unwrap(), answer).await.unwrap());
        tx.commit().await.unwrap();
    }
}

fn number(it: &Story) -> String {
    format!("+44770090{:04}", it.n)
}

fn words(it: &Story, key: &str, episode: Option<EpisodeId>, channel: Channel) -> NewMessage {
    NewMessage {
        send_key: format!("{key}:{}", it.n),
        conversation_id: it.chat_id,
        contact_id: it.contact,
        lead_id: it.lead,
        episode_id: episode,
        audience: Audience::Contact,
        channel,
        connection_id: None,
        to: Phone::from_e164(&number(it)),
        to_email: None,
        content: Content::Text { body: "Hello".into() },
        purpose: "first_message".into(),
    }
}

/// The chat of a story on a channel, which begins with its outreach now.
async fn chat_on(tx: &mut Tx, tenant: TenantId, it: &Story, channel: Channel) -> Conversation {
    let connection = ConnectionId::from_uuid(tenant.uuid());
    let peer = Phone::from_e164(&number(it));
    let (mut chat, _) =
        tx.conversations().find_or_make(it.contact.unwrap(), channel, connection, peer.as_ref()).await.unwrap();
    chat.lead_id = it.lead;
    chat.episode_id = Some(it.episode);
    chat
}

/// The caller is answered, each in their way.
pub async fn is_answered(db: &TestDb, tenant: TenantId, it: &mut Story, dice: &mut Dice) {
    let Some(after) = it.answer.after() else { return };
    let at = it.rang + minutes(after);
    db.clock.set(at);
    let mut tx = db.store.begin(tenant).await.unwrap();
    match it.answer {
        Answer::Opener(_) => {
            let chat = chat_on(&mut tx, tenant, it, Channel::Whatsapp).await;
            tx.conversations().save(&chat).await.unwrap();
            it.chat_id = Some(chat.id);
            tx.messages().want(&words(it, "opener", Some(it.episode), Channel::Whatsapp)).await.unwrap();
        }
        Answer::Sms(_) => {
            let mut old = chat_on(&mut tx, tenant, it, Channel::Whatsapp).await;
            tx.conversations().save(&old).await.unwrap();
            it.chat_id = Some(old.id);
            let first = words(it, "opener", Some(it.episode), Channel::Whatsapp);
            let first = tx.messages().want(&first).await.unwrap().unwrap();
            tx.commit().await.unwrap();
            tx = db.store.begin(tenant).await.unwrap();
            tx.messages().settle(first, MessageStatus::Failed, None, None).await.unwrap();
            old.closed_reason = Some(MOVED.into());
            tx.conversations().save(&old).await.unwrap();
            let chat = chat_on(&mut tx, tenant, it, Channel::Sms).await;
            tx.conversations().save(&chat).await.unwrap();
            it.chat_id = Some(chat.id);
            tx.messages().want(&words(it, "again", Some(it.episode), Channel::Sms)).await.unwrap();
        }
        Answer::Rang(_) => {
            let id = tx.new_id();
            let back = Call {
                direction: Direction::Outbound,
                outcome: Some(Outcome::Answered),
                duration_seconds: Some(60),
                line: Phone::from_e164(it.line),
                contact_id: it.contact,
                received_at: at + minutes(600),
                ..call(id, 20_000 + it.n, at, dice)
            };
            tx.calls().insert(&back, None).await.unwrap();
        }
        Answer::Wrote(_) => {
            tx.messages().want(&words(it, "letter", None, Channel::Whatsapp)).await.unwrap();
        }
        Answer::Handset(_) => {
            let connection = ConnectionId::from_uuid(tenant.uuid());
            let peer = Phone::from_e164(&number(it));
            let caller = it.contact.unwrap();
            let (chat, _) =
                tx.conversations().find_or_make(caller, Channel::Whatsapp, connection, peer.as_ref()).await.unwrap();
            let echo = Incoming {
                conversation_id: chat.id,
                contact_id: it.contact.unwrap(),
                channel: Channel::Whatsapp,
                connection_id: connection,
                content: Content::Text { body: "Hello".into() },
                provider_id: format!("echo:{}", it.n),
                at,
                to_be_read: false,
            };
            assert!(tx.messages().echo(&echo).await.unwrap());
        }
        Answer::Said(_) | Answer::Nobody => {}
    }
    tx.commit().await.unwrap();
}

fn becomes(chat: &mut Conversation, it: Chat) {
    if it.replied {
        chat.last_inbound_at = Some(chat.opened_at + minutes(9));
    }
    chat.reminders_sent = it.reminders.into_iter().map(u8::from).sum();
    chat.said = if it.reminders == [false, true] { vec!["reminder_skipped_1".to_owned()] } else { vec![] };
    chat.driver = Driver::Bot;
    if it.taken_over {
        chat.hand_over(Driver::Handset, chat.opened_at);
        for (colleague, _) in AGENTS.iter().zip(it.leaders).filter(|(_, leads)| *leads) {
            let user = colleague.parse().unwrap();
            chat.hand_over(Driver::User(user), chat.opened_at);
            if !chat.led_by.contains(&user) {
                chat.led_by.push(user);
            }
        }
    }
    if it.handed_back {
        chat.driver = Driver::Bot;
    }
    chat.closed_reason = it.opted_out.then(|| "opt_out".to_owned());
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
            let user = if step == 1 { Some(dice.roll(2)) } else { it.assigned };
            tx.leads().assign(lead.id, user.map(|nth| AGENTS[nth].parse().unwrap())).await.unwrap();
        }
        3 => {
            let Some(id) = it.chat_id else { return };
            let mut chat = tx.conversations().get(id).await.unwrap().unwrap();
            becomes(&mut chat, it.chat);
            tx.conversations().save(&chat).await.unwrap();
        }
        _ => tx.calls().save(&its_call(it, dice)).await.unwrap(),
    }
    if dice.roll(8) == 0 {
        return; // a node that died: the caller tells it again
    }
    tx.commit().await.unwrap();
}

/// The same person rings again while the lead is open: the chat begins anew.
pub async fn rings_again(db: &TestDb, tenant: TenantId, it: &Story) {
    let Some((days, id, then)) = it.again else { return };
    let rang = it.rang + SignedDuration::from_hours(24 * days);
    db.clock.set(rang);
    let mut tx = db.store.begin(tenant).await.unwrap();
    let episode = Episode { id, called_at: rang, opened_at: rang, closed_at: None, ..its_episode(it, true) };
    assert!(tx.episodes().open(&episode).await.unwrap());
    tx.commit().await.unwrap();
    db.clock.set(rang + minutes(2));
    let mut tx = db.store.begin(tenant).await.unwrap();
    let mut chat = tx.conversations().get(it.chat_id.unwrap()).await.unwrap().unwrap();
    chat.opened_at = tx.now();
    chat.episode_id = Some(id);
    chat.reminders_sent = 0;
    chat.closed_reason = None;
    chat.handed_over_at = None;
    chat.led_by.clear();
    tx.conversations().save(&chat).await.unwrap();
    tx.messages().want(&words(it, "second", Some(id), Channel::Whatsapp)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.store.begin(tenant).await.unwrap();
    becomes(&mut chat, then);
    tx.conversations().save(&chat).await.unwrap();
    tx.commit().await.unwrap();
}

/// A viewing is booked five hours after the call, and something becomes of it.
pub async fn is_shown(db: &TestDb, tenant: TenantId, it: &Story) {
    let Some(viewing) = it.viewing else { return };
    db.clock.set(it.rang + SignedDuration::from_hours(5));
    let mut tx = db.store.begin(tenant).await.unwrap();
    let start = at(&["2030-01-01T09:00:00Z"])[0] + SignedDuration::from_hours(it.n as i64);
    let stretch = Stretch { agent_id: AGENTS[viewing.agent].into(), property_id: None, start, minutes: 30 };
    let until = db.clock.now() + minutes(5);
    let hold = tx.appointments().hold(&stretch, until).await.unwrap().unwrap();
    let new = NewAppointment { purpose: Purpose::Viewing, contact_id: it.contact, place: "Here".into() };
    let made = tx.appointments().book(hold, &stretch, &new).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.store.begin(tenant).await.unwrap();
    tx.appointments().give_to_lead(made.id, it.lead.unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    if viewing.state != AppointmentState::Booked {
        let mut tx = db.store.begin(tenant).await.unwrap();
        tx.appointments().close(made.id, viewing.state).await.unwrap();
        tx.commit().await.unwrap();
    }
    if viewing.asked {
        let mut tx = db.store.begin(tenant).await.unwrap();
        assert!(tx.appointments().ask_feedback(made.id).await.unwrap());
        tx.commit().await.unwrap();
    }
    if let Some(liked) = viewing.said {
        let mut tx = db.store.begin(tenant).await.unwrap();
        assert!(tx.appointments().keep_feedback(made.id, "It was", liked).await.unwrap());
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

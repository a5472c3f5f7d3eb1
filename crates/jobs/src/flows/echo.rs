//! A person of the business wrote from the handset (coexistence): they drive now, the bot is silent (P9), and what was
//! planned for the customer is off.

use super::call_reported::PURPOSE;
use super::chat::{Scene, cancel_reminders};
use crate::engine::Job;
use crate::ledger::{self, About, Entry};
use crate::work::ReachOut;
use ringleader_core::chat::Event;
use ringleader_core::conversation::{Channel, Driver};
use ringleader_core::decision::Verdict;
use ringleader_core::episode::EpisodeState;
use ringleader_core::id::ContactId;
use ringleader_core::message::InboundMessage;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_providers::messaging::Address;
use ringleader_store::repo::{Connection, Identity, Incoming};
use ringleader_store::{Result, Tx};
use serde_json::json;

/// Takes in what was written from the handset. A known one changes nothing.
pub async fn handle(
    tx: &mut Tx,
    tenant: &Tenant,
    connection: &Connection,
    message: InboundMessage,
    to: Address,
) -> Result<()> {
    let mut identities: Vec<Identity> = to.user_key.map(Identity::WhatsappUser).into_iter().collect();
    identities.extend(to.phone.clone().map(Identity::Phone));
    if identities.is_empty() {
        return Ok(());
    }
    let contact = tx.contacts().find_or_make(&identities).await?;
    let contact = tx.contacts().hold(contact.id).await?;
    let peer = to.phone.as_ref();
    let (mut chat, _) = tx.conversations().find_or_make(contact.id, Channel::Whatsapp, connection.id, peer).await?;
    let incoming = Incoming {
        conversation_id: chat.id,
        contact_id: contact.id,
        channel: Channel::Whatsapp,
        connection_id: connection.id,
        content: message.content,
        provider_id: message.provider_id.clone(),
        at: message.at,
        to_be_read: false,
    };
    if !tx.messages().echo(&incoming).await? {
        return Ok(());
    }
    reached_by_person(tx, tenant, contact.id).await?;
    match Scene::load(tx, chat.id).await? {
        Some(mut scene) => scene.step(tx, Event::TakenOver(Driver::Handset), &message.provider_id).await,
        None => {
            chat.hand_over(Driver::Handset, tx.now());
            tx.conversations().save(&chat).await?;
            cancel_reminders(tx, chat.id).await
        }
    }
}

/// A person wrote to the caller before the opener did: they were reached, and it is not sent.
pub async fn reached_by_person(tx: &mut Tx, tenant: &Tenant, contact: ContactId) -> Result<()> {
    let Some(mut episode) = tx.episodes().open_of(contact, PURPOSE).await? else { return Ok(()) };
    if !episode.state.is_planned() {
        return Ok(());
    }
    tx.jobs().cancel(ReachOut::KIND, &episode.id.to_string()).await?;
    episode.state = EpisodeState::Contacted;
    episode.reason = Some("person".to_owned());
    episode.closed_at = Some(tx.now());
    tx.episodes().save(&episode).await?;
    let entry = Entry {
        verdict: Verdict::Skip,
        rule: "P9",
        reason: "taken_over".to_owned(),
        explain: Key::WhyTakenOver,
        evidence: json!({ "episode_id": episode.id }),
        until: None,
    };
    let about = About { contact: Some(contact), episode: Some(episode.id), ..About::default() };
    ledger::record(tx, tenant, about, entry).await
}

//! Leaving and coming back (A14, P10): it holds for the person, on all channels and in all their chats at once.
//!
//! Always true: whoever notes it, by whatever channel, it ends here; nothing planned for someone who left still goes out;
//! saying it twice changes nothing and is confirmed once.

use super::call_reported::PURPOSE;
use super::chat::Scene;
use crate::engine::Job;
use crate::ledger::{self, About, Entry};
use crate::work::ReachOut;
use ringleader_core::chat::Event;
use ringleader_core::decision::Verdict;
use ringleader_core::episode::{Episode, EpisodeState};
use ringleader_core::id::{ContactId, ConversationId};
use ringleader_core::optout::OptWord;
use ringleader_core::texts::Key;
use ringleader_store::{Result, Tx};
use serde_json::json;

/// Notes what a contact asked for without words of ours: someone else has answered, or there is nobody to answer.
/// `basis` says how we know, `origin` names it.
pub async fn note(tx: &mut Tx, contact: ContactId, word: OptWord, basis: &str, origin: &str) -> Result<()> {
    tx.contacts().lock(contact).await?;
    let Some(person) = tx.contacts().get(contact).await? else { return Ok(()) };
    let out = word == OptWord::Stop;
    if person.opted_out_at.is_some() != out {
        let at = out.then(|| tx.now());
        tx.contacts().set_opted_out(contact, at, basis, origin).await?;
    }
    spread(tx, contact, None, out, origin).await
}

/// Tells every other chat of the person, and ends what is planned for them.
pub async fn spread(
    tx: &mut Tx,
    contact: ContactId,
    except: Option<ConversationId>,
    out: bool,
    cause: &str,
) -> Result<()> {
    let event = if out { Event::OptOut } else { Event::OptIn };
    for chat in tx.conversations().of_contact(contact).await? {
        if Some(chat.id) != except
            && let Some(mut scene) = Scene::load(tx, chat.id).await?
        {
            Box::pin(scene.step(tx, event, cause)).await?;
        }
    }
    match tx.episodes().open_of(contact, PURPOSE).await? {
        Some(episode) if out => exclude(tx, episode, "A14", "opted_out", Key::WhyOptedOut).await,
        _ => Ok(()),
    }
}

/// Nothing more is done about this episode. One that was planned only counts as excluded (P11).
pub async fn exclude(
    tx: &mut Tx,
    mut episode: Episode,
    rule: &'static str,
    reason: &'static str,
    explain: Key,
) -> Result<()> {
    if episode.state.is_planned() {
        episode.state = EpisodeState::Excluded;
        tx.jobs().cancel(ReachOut::KIND, &episode.id.to_string()).await?;
        let tenant = tx.tenants().me().await?;
        let entry = Entry {
            verdict: Verdict::Skip,
            rule,
            reason: reason.to_owned(),
            explain,
            evidence: json!({ "episode_id": episode.id }),
            until: None,
        };
        let about = About { contact: Some(episode.contact_id), episode: Some(episode.id), ..About::default() };
        ledger::record(tx, &tenant, about, entry).await?;
    }
    episode.reason = Some(reason.to_owned());
    episode.closed_at = Some(tx.now());
    tx.episodes().save(&episode).await
}

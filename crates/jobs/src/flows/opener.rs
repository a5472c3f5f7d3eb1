//! The opener's words; and an opener that was wished and will not go after all: its episode and the ledger say so, or the
//! account would call the caller contacted (P8, P11).

use super::voicemail;
use crate::ledger::{self, About, Entry};
use ringleader_core::decision::Verdict;
use ringleader_core::episode::EpisodeState;
use ringleader_core::id::{CallId, EpisodeId};
use ringleader_core::message::Message;
use ringleader_core::policy::Form;
use ringleader_core::settings::{TemplateRef, Templates};
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::{Result, Tx};
use serde_json::json;

/// How the conversation is opened: with someone whose voicemail was read, or with anyone (A2, A8).
pub struct Words {
    /// The calls of the episode that left words which were read.
    pub heard: Vec<CallId>,
    templates: Templates,
}

impl Words {
    /// For an episode. Words that are known and not read yet do not count.
    pub async fn of(tx: &mut Tx, tenant: &Tenant, episode: Option<EpisodeId>) -> Result<Self> {
        let mut heard = Vec::new();
        if let Some(episode) = episode {
            for call in tx.episodes().call_ids(episode).await? {
                let left = tx.calls().get(call).await?.is_some_and(|call| voicemail::words(&call).is_some());
                if left && !voicemail::is_being_read(tx, call).await? {
                    heard.push(call);
                }
            }
        }
        Ok(Self { heard, templates: tenant.settings.templates.clone() })
    }

    /// The template for it; a business without one of its own for voicemails opens with the other.
    pub fn template(&self) -> Option<TemplateRef> {
        let own = self.templates.first_message_heard.clone().filter(|_| !self.heard.is_empty());
        own.or_else(|| self.any_template())
    }

    /// The template that fits everyone.
    pub fn any_template(&self) -> Option<TemplateRef> {
        self.templates.first_message.clone()
    }

    /// The text for it in this form.
    pub fn key(&self, form: &Form, unanswerable: bool) -> Key {
        let fits = |own: &TemplateRef| matches!(form, Form::Template(it) if it.name == own.name);
        let own = matches!(form, Form::Text) || self.templates.first_message_heard.as_ref().is_some_and(fits);
        match (unanswerable, self.heard.is_empty()) {
            (true, _) => Key::FirstMessageNoReply,
            (false, false) if own => Key::FirstMessageHeard,
            _ => Key::FirstMessage,
        }
    }
}

/// The episode of this opener ends as `state`. Other messages, and episodes in which both sides were in touch, are left alone.
pub async fn will_not_go(tx: &mut Tx, message: &Message, state: EpisodeState, reason: &str) -> Result<()> {
    if message.purpose.as_deref() != Some(Key::FirstMessage.as_str()) {
        return Ok(());
    }
    let (_, Some(id)) = tx.messages().belongs_to(message.id).await? else { return Ok(()) };
    let Some(mut episode) = tx.episodes().get(id).await? else { return Ok(()) };
    if episode.state != EpisodeState::Contacted || episode.in_touch() {
        return Ok(());
    }
    episode.state = state;
    episode.reason = Some(reason.to_owned());
    episode.closed_at = episode.closed_at.or_else(|| Some(tx.now()));
    tx.episodes().save(&episode).await
}

/// The customer left before the message did (A14).
pub async fn opted_out(tx: &mut Tx, tenant: &Tenant, message: &Message) -> Result<()> {
    will_not_go(tx, message, EpisodeState::Excluded, "opted_out").await?;
    let (_, episode) = tx.messages().belongs_to(message.id).await?;
    let entry = Entry {
        verdict: Verdict::Skip,
        rule: "A14",
        reason: "opted_out".to_owned(),
        explain: Key::WhyOptedOut,
        evidence: json!({ "message_id": message.id }),
        until: None,
    };
    let about = About { contact: message.contact_id, episode, call: None, message: Some(message.id) };
    ledger::record(tx, tenant, about, entry).await
}

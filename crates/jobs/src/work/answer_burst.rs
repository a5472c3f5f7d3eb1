//! Reads a burst of a customer's messages once it is over, and answers it once (A10, A11). The brain is asked outside of any
//! transaction; what it understood is weighed inside one, after looking again who leads the chat.

use super::{MarkRead, ReadAgain, chat_lane, put, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::flows::chat::Scene;
use crate::models;
use crate::quality;
use crate::reception::written;
use jiff::{SignedDuration, Timestamp};
use ringleader_brain::chain;
use ringleader_brain::seam::{Known, MessageRequest};
use ringleader_core::chat::{Chat, Event, NonText, Understood};
use ringleader_core::facts::{self, Columns};
use ringleader_core::id::{ConversationId, MessageId};
use ringleader_core::message::Message;
use ringleader_core::optout::{self, OptWord};
use ringleader_core::reading::{Language, Signals};
use ringleader_core::tenant::Tenant;
use ringleader_store::jobs::{Claimed, Ending, OnConflict};
use ringleader_store::{Conn, Result, Tx};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A customer who keeps writing is answered at the latest after this.
const PATIENCE: SignedDuration = SignedDuration::from_secs(30);

/// Longest burst that a brain reads, in characters.
const MAX_BURST: usize = 4000;

/// Answers what a customer wrote.
#[derive(Debug, Serialize, Deserialize)]
pub struct AnswerBurst {
    /// In which chat.
    pub conversation: ConversationId,
}

impl Job for AnswerBurst {
    type Context = Context;
    const KIND: &'static str = "answer_burst";
    const TIMEOUT: Duration = Duration::from_secs(180);

    fn key(&self) -> Option<String> {
        Some(self.conversation.to_string())
    }

    fn lane(&self) -> Option<String> {
        Some(chat_lane(self.conversation))
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(Box::pin(self.answer(cx, job)).await)
    }
}

/// What the brain is asked, and about which messages.
pub struct Burst {
    /// The messages, oldest first.
    pub messages: Vec<Message>,
    /// The question; `None` when there are no words.
    pub request: Option<MessageRequest>,
    /// The order of brains that the tenant wants.
    pub order: Vec<String>,
    /// Whether models may be asked today (B7).
    pub budget_ok: bool,
}

impl AnswerBurst {
    async fn answer(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let Some((burst, received)) = self.gather(cx, job).await? else { return Ok(Outcome::Done) };
        if received {
            return written::answer(cx, job, self.conversation, &burst).await; // C12
        }
        let outcome = match &burst.request {
            Some(request) => {
                let now = cx.store.clock().now();
                Some(cx.chain.read_message(request, &burst.order, burst.budget_ok, now).await)
            }
            None => None,
        };
        let mut tx = cx.store.begin(job.tenant).await?;
        models::note_paid(&mut tx, outcome.as_ref().map_or(&[], |outcome| outcome.uses.as_slice())).await?;
        let Some(mut scene) = Scene::load(&mut tx, self.conversation).await? else {
            tx.commit().await?;
            return Ok(Outcome::Cancel("the chat is gone".into()));
        };
        if let Some(wait) = still_writing(&mut tx, &scene.tenant, self.conversation, &burst).await? {
            tx.jobs().finish(job, Ending::Snooze(wait)).await?;
            tx.commit().await?;
            return Ok(Outcome::Committed);
        }
        if !take(&mut tx, &burst.messages).await? {
            tx.commit().await?;
            return Ok(Outcome::Done); // answered by an earlier run
        }
        match outcome {
            Some(outcome) => self.understood(cx, &mut tx, &mut scene, &burst, outcome).await?,
            None => wordless(&mut tx, &mut scene, &burst.messages).await?,
        }
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }

    /// The burst, and whether the receptionist answers it.
    async fn gather(&self, cx: &Context, job: &Claimed) -> Result<Option<(Burst, bool)>> {
        let mut read = cx.store.read(job.tenant).await?;
        let messages = read.messages().unread(self.conversation).await?;
        if messages.is_empty() {
            return Ok(None);
        }
        let burst = gather(&mut read, cx, self.conversation, messages).await?;
        let received = received(&mut read, self.conversation, &burst).await?;
        Ok(Some((burst, received)))
    }

    async fn understood(
        &self,
        cx: &Context,
        tx: &mut Tx,
        scene: &mut Scene,
        burst: &Burst,
        outcome: chain::Outcome,
    ) -> Result<()> {
        models::note_kept(tx, &outcome.uses).await?;
        let last = burst.messages.last().expect("a burst has messages");
        let origin = last.id.to_string();
        let asked_state = burst.request.as_ref().map_or(scene.chat.state, |request| request.state);
        let read_by = outcome.read_by(outcome.reading.language);
        let proposed = facts::from_reading(&outcome.reading, &origin, outcome.provisional, &read_by, last.at);
        let signals = by_rule(outcome.reading.signals, &burst.messages);
        quality::keep(tx, &burst.messages, &read_by, &proposed, signals).await?;
        let learned = scene.learn(tx, proposed).await?;
        note_language(tx, scene, outcome.reading.language).await?;
        let any_words = burst.request.as_ref().is_some_and(|r| r.text.chars().any(char::is_alphanumeric));
        let heard = Understood { signals, learned, any_words };
        scene.step(tx, Event::Understood(heard), &origin).await?;
        if outcome.provisional && cx.chain.model_available(&burst.order, Timestamp::MAX) {
            let again = ReadAgain {
                conversation: self.conversation,
                messages: burst.messages.iter().map(|m| m.id).collect(),
                state: asked_state,
                changed: false,
            };
            let at = tx.now() + cx.read_again_after;
            put(tx, &again, at, OnConflict::Keep).await?;
        }
        let now = tx.now();
        put(tx, &MarkRead { message: last.id }, now, OnConflict::Keep).await?;
        Ok(())
    }
}

/// Whether the receptionist answers a burst (C12).
async fn received(conn: &mut Conn, chat: ConversationId, burst: &Burst) -> Result<bool> {
    let on = conn.tenants().me().await?.settings.reception.messages;
    let Some(chat) = conn.conversations().get(chat).await?.filter(|_| on) else { return Ok(false) };
    let contact = conn.contacts().get(chat.contact_id).await?;
    Ok(written::takes(&chat, contact.is_some_and(|contact| contact.opted_out_at.is_some()), burst))
}

/// Newer words came in while the brain was thinking: all are read together, unless that went on for too long.
pub(crate) async fn still_writing(
    tx: &mut Tx,
    tenant: &Tenant,
    chat: ConversationId,
    burst: &Burst,
) -> Result<Option<Timestamp>> {
    let unread = tx.messages().unread(chat).await?;
    let now = tx.now();
    let oldest = unread.first().map_or(now, |m| m.at);
    let more = unread.len() > burst.messages.len();
    Ok((more && now.duration_since(oldest) < PATIENCE).then(|| now + tenant.settings.outreach.burst.0))
}

/// STOP and START count whatever the brain made of them (P7, A14); the last such word of the burst decides.
pub(super) fn by_rule(mut signals: Signals, messages: &[Message]) -> Signals {
    let last = messages.iter().rev().find_map(|m| optout::by_word(m.content.words()?));
    if let Some(word) = last {
        signals.opt_out = word == OptWord::Stop;
        signals.opt_in = word == OptWord::Start;
    }
    signals
}

/// Puts a question to the brain together.
pub async fn gather(conn: &mut Conn, cx: &Context, chat: ConversationId, messages: Vec<Message>) -> Result<Burst> {
    let tenant = conn.tenants().me().await?;
    let chat = conn.conversations().get(chat).await?.ok_or(ringleader_store::StoreError::Missing)?;
    let facts = match chat.lead_id {
        Some(lead) => conn.leads().facts(lead).await?,
        None => vec![],
    };
    let columns = Columns::of(&facts);
    let known = columns.known();
    let words: Vec<&str> = messages.iter().filter_map(|m| m.content.words()).collect();
    let text: String = words.join("\n").chars().take(MAX_BURST).collect();
    let mask = conn.contacts().identities(chat.contact_id).await?.into_iter().map(|(_, value)| value).collect();
    let order = models::order(cx, &tenant);
    let budget_ok = models::within_budget(conn, &tenant).await?;
    let request = (!text.trim().is_empty()).then(|| MessageRequest {
        text,
        state: Chat::asked_for(chat.state, known),
        known: Known { preference: columns.preference_text(), name: columns.name, need: columns.need },
        now: messages.last().map_or(Timestamp::UNIX_EPOCH, |m| m.at),
        zone: tenant.time_zone.clone(),
        country: tenant.country.clone(),
        language: tenant.language().to_owned(),
        mask,
    });
    Ok(Burst { messages, request, order, budget_ok })
}

/// Marks the messages as answered; false if an earlier run did.
pub(crate) async fn take(tx: &mut Tx, messages: &[Message]) -> Result<bool> {
    let mut any = false;
    for message in messages {
        any |= tx.messages().mark_handled(message.id).await?;
    }
    Ok(any)
}

/// A burst without words: what is in it decides (A15).
async fn wordless(tx: &mut Tx, scene: &mut Scene, messages: &[Message]) -> Result<()> {
    let kinds: Vec<NonText> = messages.iter().filter_map(|m| NonText::of(&m.content)).collect();
    let weightiest = [NonText::Voice, NonText::Content].into_iter().find(|kind| kinds.contains(kind));
    let cause = messages.last().map(|m| m.id.to_string()).unwrap_or_default();
    scene.step(tx, Event::NonText(weightiest.unwrap_or(NonText::NoTurn)), &cause).await
}

async fn note_language(tx: &mut Tx, scene: &mut Scene, language: Language) -> Result<()> {
    if language == Language::Unknown || scene.contact.language.as_deref() == Some(language.as_str()) {
        return Ok(());
    }
    scene.contact.language = Some(language.as_str().to_owned());
    tx.contacts().learn(scene.contact.id, None, None, Some(language.as_str())).await
}

/// The messages of a burst that are still there.
pub async fn reload(conn: &mut Conn, ids: &[MessageId]) -> Result<Vec<Message>> {
    let mut messages = Vec::with_capacity(ids.len());
    for id in ids {
        messages.extend(conn.messages().get(*id).await?);
    }
    Ok(messages)
}

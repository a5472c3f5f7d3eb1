//! The shell around core's chat machine: loads the scene, steps, saves, carries out the effects (A9-A15).

use super::learning;
use crate::engine::Job;
use crate::ledger::{self, About, Entry, Wish};
use crate::ways::Ways;
use crate::work::{GiveUp, ReachOut, Remind, notice, put, send_message};
use crate::{spend, standing};
use jiff::Timestamp;
use ringleader_core::calendar::windows::{Matter, Windows};
use ringleader_core::chat::{self, Chat, Effect, Event, Pace};
use ringleader_core::contact::Contact;
use ringleader_core::conversation::{Channel, ChatState, Conversation};
use ringleader_core::decision::Verdict as Word;
use ringleader_core::episode::{Episode, EpisodeState};
use ringleader_core::facts::{Columns, NewFact};
use ringleader_core::id::ConversationId;
use ringleader_core::lead::{Fact, Lead, LeadStatus};
use ringleader_core::message::{Audience, Content};
use ringleader_core::phone::Phone;
use ringleader_core::policy::{self, Form, Later, Ruling, Verdict};
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::jobs::OnConflict;
use ringleader_store::repo::NewMessage;
use ringleader_store::{Result, StoreError, Tx};
use serde_json::json;

/// A chat with everything around it.
pub struct Scene {
    /// The tenant.
    pub tenant: Tenant,
    /// Whom we talk with.
    pub contact: Contact,
    /// Their open lead.
    pub lead: Lead,
    /// What is known.
    pub facts: Vec<Fact>,
    /// The chat.
    pub chat: Conversation,
}

impl Scene {
    /// Loads a chat, holding its contact for this transaction. `None`: it is gone, or has no lead.
    pub async fn load(tx: &mut Tx, id: ConversationId) -> Result<Option<Self>> {
        let Some(contact) = tx.conversations().get(id).await?.map(|c| c.contact_id) else { return Ok(None) };
        if tx.contacts().is_erased(Some(contact)).await? {
            return Ok(None);
        }
        let contact = tx.contacts().hold(contact).await?; // chats go with their person
        let chat = tx.conversations().get(id).await?.ok_or(StoreError::Missing)?;
        let Some(lead) = chat.lead_id else { return Ok(None) };
        let Some(lead) = tx.leads().get(lead).await? else { return Ok(None) };
        let tenant = tx.tenants().me().await?;
        Ok(Some(Self::with(tx, tenant, contact, lead, chat).await?))
    }

    /// Puts a scene together from what the caller has loaded.
    pub async fn with(tx: &mut Tx, tenant: Tenant, contact: Contact, lead: Lead, chat: Conversation) -> Result<Self> {
        let facts = tx.leads().facts(lead.id).await?;
        Ok(Self { tenant, contact, lead, facts, chat })
    }

    /// Moves the chat on by one event and carries out what follows. `cause` names the event: the same cause says one thing.
    pub async fn step(&mut self, tx: &mut Tx, event: Event, cause: &str) -> Result<()> {
        self.step_as(tx, event, cause, None).await
    }

    /// Like [`Scene::step`], for words that must go in a form that was ruled already (a reminder's template).
    pub async fn step_as(&mut self, tx: &mut Tx, event: Event, cause: &str, form: Option<&Form>) -> Result<()> {
        let pace = Pace::from(&self.tenant.settings.outreach);
        let known = Columns::of(&self.facts).known();
        let was_out = self.contact.opted_out_at.is_some();
        let (out, effects) = {
            let before = Chat::of(&self.chat, known, was_out, self.lead.status);
            let (after, effects) = chat::step(before, event, &pace, tx.now());
            after.save_to(&mut self.chat);
            (after.opted_out, effects)
        };
        tx.conversations().save(&self.chat).await?;
        for effect in effects {
            self.carry_out(tx, effect, cause, form).await?;
        }
        if was_out == out {
            return Ok(());
        }
        super::consent::spread(tx, self.contact.id, Some(self.chat.id), out, cause).await // P10: everywhere at once
    }

    /// Weighs proposed facts against what is known (person > explicit > inferred) and keeps what wins. What changed.
    pub async fn learn(&mut self, tx: &mut Tx, proposed: Vec<NewFact>) -> Result<chat::Known> {
        let learned = learning::learn(tx, &mut self.lead, &mut self.facts, proposed).await?;
        Ok(Columns::of(&learned).known())
    }

    /// Brings the lead's columns and the contact's name in line with the facts.
    pub async fn derive(&mut self, tx: &mut Tx) -> Result<()> {
        learning::derive(tx, &mut self.lead, &self.facts).await
    }

    /// Takes back what an earlier reading of a message found and a later one did not (P6, A15).
    pub async fn retract(&mut self, tx: &mut Tx, origin: &str, found: &[String], changed: bool) -> Result<()> {
        learning::retract(tx, &mut self.lead, &mut self.facts, origin, found, changed).await
    }

    async fn carry_out(&mut self, tx: &mut Tx, effect: Effect, cause: &str, form: Option<&Form>) -> Result<()> {
        match effect {
            Effect::Say(keys) => self.say(tx, &keys, cause, form).await,
            Effect::ScheduleReminder { nth, at } => {
                put(tx, &Remind { conversation: self.chat.id, nth }, at, OnConflict::Move).await.map(drop)
            }
            Effect::ScheduleGiveUp { at } => {
                put(tx, &GiveUp { conversation: self.chat.id }, at, OnConflict::Move).await.map(drop)
            }
            Effect::CancelReminders => cancel_reminders(tx, self.chat.id).await,
            Effect::SetLead { status, reason } => self.set_lead(tx, status, reason).await,
            Effect::TellOwner { soon, why } => notice(tx, &self.tenant, self.lead.id, soon, why).await,
            Effect::AddTask { kind, urgency } => self.add_task(tx, kind, urgency, cause).await,
            Effect::OptOutContact => self.opt(tx, true, cause).await,
            Effect::OptInContact => self.opt(tx, false, cause).await,
            Effect::CloseEpisode { reason } => self.close_episode(tx, reason).await,
        }
    }

    /// Words for the customer: ruled on (A8), recorded (P8), wished once per cause (P2).
    async fn say(&mut self, tx: &mut Tx, keys: &[Key], cause: &str, form: Option<&Form>) -> Result<()> {
        let purpose = *keys.last().ok_or(StoreError::Missing)?;
        let ruling = match form {
            Some(_) => None, // ruled by the caller
            None => Some(self.rule_reply(tx, purpose).await?),
        };
        let (channel, form) = match ruling.as_ref().map(|r| &r.verdict) {
            None => (self.chat.channel, form.cloned().unwrap_or(Form::Text)),
            Some(Verdict::Go { channel, form }) => (*channel, form.clone()),
            Some(_) => return self.unsaid(tx, ruling, cause).await,
        };
        let content = self.content(keys, &form)?;
        let entry = ruling.as_ref().map_or_else(Entry::reminder, Entry::from);
        self.send(tx, channel, content, purpose.as_str(), cause, entry).await
    }

    /// Wishes a message in this chat and records why; once per cause and purpose (P2, P8).
    pub(super) async fn send(
        &self,
        tx: &mut Tx,
        channel: Channel,
        content: Content,
        purpose: &str,
        cause: &str,
        why: Entry,
    ) -> Result<()> {
        let wish = NewMessage {
            send_key: format!("{}:{cause}:{purpose}", self.chat.id),
            conversation_id: Some(self.chat.id),
            contact_id: Some(self.contact.id),
            lead_id: Some(self.lead.id),
            episode_id: self.chat.episode_id,
            audience: Audience::Contact,
            channel,
            connection_id: Some(self.chat.connection_id),
            to: self.to(),
            to_email: None,
            content,
            purpose: purpose.to_owned(),
        };
        let message = send_message::wish(tx, &wish).await?;
        if message.is_none() {
            return Ok(()); // the same cause said it before
        }
        ledger::record(tx, &self.tenant, About { message, ..self.about() }, why).await
    }

    /// They cannot answer where we wrote: nothing is reminded, and the call back that was promised is someone's task (A8).
    pub async fn keep_promise(&mut self, tx: &mut Tx) -> Result<()> {
        cancel_reminders(tx, self.chat.id).await?;
        let cause = self.chat.episode_id.map(|id| id.to_string()).unwrap_or_default();
        self.add_task(tx, Key::TaskCallBack, Urgency::Normal, &cause).await
    }

    /// The number that the chat is with; else the person's main one.
    pub fn to(&self) -> Option<Phone> {
        self.chat.peer.clone().or_else(|| self.contact.phone.clone())
    }

    pub(super) async fn unsaid(&mut self, tx: &mut Tx, ruling: Option<Ruling>, cause: &str) -> Result<()> {
        let Some(ruling) = ruling else { return Ok(()) };
        ledger::record(tx, &self.tenant, self.about(), Entry::from(&ruling)).await?;
        if ruling.is_capped() {
            spend::alert(tx, &self.tenant, ruling.reason).await?;
        }
        match ruling.verdict {
            Verdict::Hold { task: Some(kind) } => self.add_task(tx, kind, Urgency::Normal, cause).await,
            _ => Ok(()),
        }
    }

    pub(super) async fn rule_reply(&self, tx: &mut Tx, purpose: Key) -> Result<Ruling> {
        let mut later = self.later(tx, None).await?;
        later.route.whatsapp_pause = None; // it is sent in its turn, when the pause is over
        Ok(policy::bot_reply(&later, purpose, tx.now()))
    }

    /// What reminders and answers are ruled on.
    pub async fn later(&self, tx: &mut Tx, template: Option<ringleader_core::settings::TemplateRef>) -> Result<Later> {
        let ways = Ways::to_contact(tx, &self.tenant, &self.contact, self.to().as_ref(), None, template).await?;
        let mut route = ways.route;
        // A chat stays on its connection: its own window counts.
        route.window_open = self.chat.window_open(tx.now());
        let spoke = tx.calls().last_spoken(self.contact.id).await?.is_some_and(|at| at >= self.chat.opened_at);
        Ok(Later {
            standing: standing::of(&self.tenant, &self.contact),
            caps: spend::caps(tx, &self.tenant).await?,
            driver: self.chat.driver,
            finished: self.chat.state == ChatState::Completed,
            overtaken: false,
            unsettled: tx.messages().unsettled_in(self.chat.id, self.chat.opened_at).await?,
            spoke,
            wait: Windows::of(&self.tenant, self.to().as_ref()).wait(Matter::CanWait, tx.now()),
            channel: self.chat.channel,
            route,
        })
    }

    pub(super) fn about(&self) -> About {
        About { contact: Some(self.contact.id), episode: self.chat.episode_id, call: None, message: None }
    }

    async fn set_lead(&mut self, tx: &mut Tx, status: LeadStatus, reason: Option<&'static str>) -> Result<()> {
        self.lead.status = status;
        if status == LeadStatus::Lost {
            self.lead.closed_at = Some(tx.now());
        } else if self.lead.closed_at.is_some() && tx.leads().open_of(self.contact.id).await?.is_none() {
            self.lead.closed_at = None; // they came back
        }
        tx.leads().save(&self.lead).await?;
        let subject = self.lead.id.to_string();
        let after = json!({ "status": status, "reason": reason });
        tx.usage().audit("bot", "lead.status", &subject, None, Some(after)).await
    }

    async fn add_task(&mut self, tx: &mut Tx, title: Key, urgency: Urgency, cause: &str) -> Result<()> {
        let wish = Wish {
            title,
            urgency,
            key: format!("{}:{}:{cause}", self.chat.id, title.as_str()),
            because: None,
            contact: Some(self.contact.id),
            lead: Some(self.lead.id),
            phone: self.contact.phone.as_ref().map(|p| p.as_str().to_owned()),
            who: ledger::who(self.lead.name.as_deref(), self.contact.phone.as_ref()),
        };
        ledger::add_task(tx, &self.tenant, wish).await.map(drop)
    }

    async fn opt(&mut self, tx: &mut Tx, out: bool, cause: &str) -> Result<()> {
        let at = out.then(|| tx.now());
        self.contact.opted_out_at = at;
        let basis = if out { "asked not to be written to" } else { "asked to be written to again" };
        tx.contacts().set_opted_out(self.contact.id, at, basis, cause).await
    }

    async fn close_episode(&mut self, tx: &mut Tx, reason: &str) -> Result<()> {
        if let Some(mut episode) = tx.episodes().open_of(self.contact.id, super::call_reported::PURPOSE).await? {
            if reason == "opt_out" {
                return super::consent::exclude(tx, episode, "A14", "opted_out", Key::WhyOptedOut).await;
            }
            if episode.state.is_planned() {
                return Ok(()); // a chat that ends is no word on a call that came since
            }
            episode.closed_at = Some(tx.now());
            episode.reason = Some(reason.to_owned());
            tx.episodes().save(&episode).await?;
        }
        Ok(())
    }
}

impl Entry {
    /// A reminder that was ruled on by its own work, and goes (A12).
    fn reminder() -> Self {
        Self {
            verdict: Word::Send,
            rule: "A12",
            reason: "reminder".to_owned(),
            explain: Key::WhyReminder,
            evidence: json!({}),
            until: None,
        }
    }
}

impl From<&Ruling> for Entry {
    fn from(ruling: &Ruling) -> Self {
        Self {
            verdict: ruling.word(),
            rule: ruling.rule,
            reason: ruling.reason.to_owned(),
            explain: ruling.explain,
            evidence: ruling.evidence.clone(),
            until: ruling.wait_until(),
        }
    }
}

/// Neither reminders nor giving up any more.
pub async fn cancel_reminders(tx: &mut Tx, chat: ConversationId) -> Result<()> {
    for nth in [1, 2] {
        tx.jobs().cancel(Remind::KIND, &Remind { conversation: chat, nth }.name()).await?;
    }
    tx.jobs().cancel(GiveUp::KIND, &chat.to_string()).await?;
    Ok(())
}

/// The customer wrote while an outreach was planned or under way: the episode is over, the chat takes it from here (A6).
pub async fn end_by_writing(tx: &mut Tx, tenant: &Tenant, mut episode: Episode, about: About) -> Result<()> {
    if episode.state.is_planned() {
        episode.state = EpisodeState::Cancelled;
        tx.jobs().cancel(ReachOut::KIND, &episode.id.to_string()).await?;
        let entry = Entry {
            verdict: Word::Skip,
            rule: "A6",
            reason: "wrote".to_owned(),
            explain: Key::WhyWrote,
            evidence: json!({ "episode_id": episode.id }),
            until: None,
        };
        ledger::record(tx, tenant, About { episode: Some(episode.id), ..about }, entry).await?;
    }
    episode.reason = Some("wrote".to_owned());
    episode.closed_at = Some(tx.now());
    tx.episodes().save(&episode).await
}

/// Business and customer spoke: a planned outreach is off (A6, A12). Their chats hear of it by [`spoke`]; call backs are closed by
/// who knows that it was a person.
pub async fn end_by_talk(
    tx: &mut Tx,
    tenant: &Tenant,
    mut episode: Episode,
    about: About,
    evidence: serde_json::Value,
) -> Result<()> {
    let planned = episode.state.is_planned();
    if planned {
        episode.state = EpisodeState::Cancelled;
        tx.jobs().cancel(ReachOut::KIND, &episode.id.to_string()).await?;
    }
    episode.reason = Some("spoke".to_owned());
    episode.closed_at = Some(tx.now());
    tx.episodes().save(&episode).await?;
    let entry = Entry {
        verdict: Word::Skip,
        rule: "A6",
        reason: "spoke".to_owned(),
        explain: Key::WhySpoke,
        evidence,
        until: None,
    };
    let about = About { contact: Some(episode.contact_id), episode: Some(episode.id), ..about };
    ledger::record(tx, tenant, about, entry).await
}

/// Tells every running chat of a contact that they spoke with the business at `at`.
pub async fn spoke(tx: &mut Tx, contact: ringleader_core::id::ContactId, at: Timestamp, cause: &str) -> Result<()> {
    for chat in tx.conversations().of_contact(contact).await? {
        let running = !matches!(chat.state, ChatState::Completed | ChatState::Unresponsive);
        if running
            && at >= chat.opened_at
            && let Some(mut scene) = Scene::load(tx, chat.id).await?
        {
            scene.step(tx, Event::Spoke, cause).await?;
        }
    }
    Ok(())
}

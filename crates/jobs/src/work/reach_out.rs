//! Writes to a missed caller when the grace is over (A6-A8). Everything is checked afresh, right before the wish to send.

use super::{put, settle};
use crate::call_log;
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::flows::call_reported::PURPOSE;
use crate::flows::chat::Scene;
use crate::flows::opener::Words;
use crate::flows::{enquiry, voicemail};
use crate::ledger::{self, About, Entry, Wish};
use crate::look_up;
use crate::release;
use crate::ways::Ways;
use crate::{alerts, spend, standing};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::calendar::windows::{Deferral, Windows};
use ringleader_core::chat::Event;
use ringleader_core::contact::Contact;
use ringleader_core::conversation::{Channel, Conversation};
use ringleader_core::episode::{Episode, EpisodeState};
use ringleader_core::id::{EpisodeId, MessageId, TenantId};
use ringleader_core::lead::LeadStatus;
use ringleader_core::message::Audience;
use ringleader_core::phone::Phone;
use ringleader_core::policy::{self, Allowance, First, Form, Repeats, Ruling, TemplateState, UsedUp, Verdict};
use ringleader_core::settings::Limits;
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::jobs::{Claimed, Ending, OnConflict};
use ringleader_store::repo::NewMessage;
use ringleader_store::{Result, StoreError, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

/// Writes the first message of an episode.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReachOut {
    /// Which.
    pub episode: EpisodeId,
}

impl Job for ReachOut {
    type Context = Context;
    const KIND: &'static str = "reach_out";
    const TIMEOUT: Duration = Duration::from_secs(30);

    fn key(&self) -> Option<String> {
        Some(self.episode.to_string())
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(Box::pin(self.reach_out(cx, job)).await)
    }
}

impl ReachOut {
    /// Plans it; a date that is there stays.
    pub async fn schedule(&self, tx: &mut Tx, due_at: Timestamp) -> Result<()> {
        put(tx, self, due_at, OnConflict::Keep).await?;
        Ok(())
    }

    async fn reach_out(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        if let Some(until) = call_log::check_before_sending(cx, job.tenant, self.episode).await? {
            return Ok(Outcome::Snooze(until));
        }
        let Some((mut tx, mut opening, ruling)) = self.ruled(cx, job.tenant).await? else {
            return Ok(Outcome::Cancel("the episode is over".into()));
        };
        if let Some(until) = opening.is_being_heard(&mut tx).await? {
            return Ok(Outcome::Snooze(until)); // nothing of the ruling is kept
        }
        match &ruling.verdict {
            Verdict::Go { channel, form } => {
                opening.write(&mut tx, &ruling, *channel, form.clone()).await?;
                tx.jobs().complete(job).await?;
            }
            Verdict::Wait { until } => {
                opening.put_off(&mut tx, &ruling, *until).await?;
                tx.jobs().finish(job, Ending::Snooze(*until)).await?;
            }
            Verdict::Hold { task } => {
                opening.end(&mut tx, &ruling, EpisodeState::Held, *task).await?;
                tx.jobs().complete(job).await?;
            }
            Verdict::Skip => {
                opening.end(&mut tx, &ruling, EpisodeState::Cancelled, None).await?;
                tx.jobs().complete(job).await?;
            }
        }
        tx.commit().await?;
        Ok(Outcome::Committed)
    }

    /// What it depends on, and the ruling; `None`: the episode is over. A text to a line of unknown kind is ruled on twice: the
    /// line is asked about in between, with nothing taken and no transaction open.
    async fn ruled(&self, cx: &Context, tenant: TenantId) -> Result<Option<(Tx, Opening, Ruling)>> {
        let mut asked = false;
        loop {
            let mut tx = cx.store.begin(tenant).await?;
            let Some(opening) = Opening::load(&mut tx, self.episode).await? else { return Ok(None) };
            let ruling = opening.rule(&mut tx).await?;
            let ruling = release::gently(&mut tx, &opening.tenant, ruling).await?;
            let texts = matches!(ruling.verdict, Verdict::Go { channel: Channel::Sms, .. });
            let question = match texts && !asked {
                true => look_up::question(&mut tx, &opening.tenant, opening.number.as_ref()).await?,
                false => None,
            };
            let Some(question) = question else { return Ok(Some((tx, opening, ruling))) };
            drop(tx);
            question.ask(cx).await?;
            asked = true;
        }
    }
}

/// Everything that the first message of an episode depends on.
struct Opening {
    tenant: Tenant,
    episode: Episode,
    contact: Contact,
    /// The number that called.
    number: Option<Phone>,
    ways: Ways,
    words: Words,
}

/// What was left on the voicemail is read before anyone is asked for it; so long at most.
const HEARD_WITHIN: SignedDuration = SignedDuration::from_mins(5);

impl Opening {
    async fn load(tx: &mut Tx, id: EpisodeId) -> Result<Option<Self>> {
        let Some(contact) = tx.episodes().get(id).await?.map(|e| e.contact_id) else { return Ok(None) };
        let contact = tx.contacts().hold(contact).await?; // episodes go with their person
        let episode = tx.episodes().get(id).await?.ok_or(StoreError::Missing)?;
        if episode.closed_at.is_some() || !episode.state.is_planned() {
            return Ok(None);
        }
        let tenant = tx.tenants().me().await?;
        let number = tx.calls().caller_of(episode.id).await?.or_else(|| contact.phone.clone());
        let words = Words::of(tx, &tenant, Some(id)).await?;
        let (template, line) = (words.template(), episode.line.as_ref());
        let mut ways = Ways::to_contact(tx, &tenant, &contact, number.as_ref(), line, template).await?;
        if !words.heard.is_empty() && !matches!(ways.route.template, TemplateState::Usable(_)) {
            let template = words.any_template();
            ways = Ways::to_contact(tx, &tenant, &contact, number.as_ref(), line, template).await?;
        }
        let now = tx.now();
        let with_caller = |chat: &Conversation| chat.peer.is_none() || chat.peer == number;
        let chats = tx.conversations().of_contact(contact.id).await?;
        ways.route.window_open &= chats.iter().any(|chat| with_caller(chat) && chat.window_open(now));
        Ok(Some(Self { tenant, episode, contact, number, ways, words }))
    }

    /// Words of the caller are just being read: when to look again.
    async fn is_being_heard(&self, tx: &mut Tx) -> Result<Option<Timestamp>> {
        let now = tx.now();
        if now.duration_since(self.episode.due_at) > HEARD_WITHIN {
            return Ok(None);
        }
        for call in tx.episodes().call_ids(self.episode.id).await? {
            if voicemail::is_being_read(tx, call).await? {
                return Ok(Some(now + SignedDuration::from_secs(5)));
            }
        }
        Ok(None)
    }

    async fn rule(&self, tx: &mut Tx) -> Result<Ruling> {
        let now = tx.now();
        let chats = tx.conversations().of_contact(self.contact.id).await?;
        let limits = self.tenant.settings.limits.clone();
        let mut first = First {
            standing: standing::of(&self.tenant, &self.contact),
            repeats: self.repeats(tx, &chats).await?,
            caps: spend::caps(tx, &self.tenant).await?,
            called_at: self.episode.called_at,
            due_at: self.episode.due_at.min(now), // a put-off date is the job's matter
            expires_at: self.episode.expires_at,
            spoke_at: tx.calls().last_spoken(self.contact.id).await?,
            wrote_at: chats.iter().filter_map(|c| c.last_inbound_at).max(),
            led_by_person: enquiry::led_by_person(tx, &chats).await?,
            sent_already: false,
            unsettled: self.unsettled(tx, &chats).await?,
            wait: self.hour(now),
            used_up: None,
            limits: limits.clone(),
            route: self.ways.route.clone(),
        };
        let ruling = policy::first_message(&first, now);
        if !matches!(ruling.verdict, Verdict::Go { .. }) {
            return Ok(ruling);
        }
        first.used_up = self.take_allowance(tx, &ruling, &limits).await?;
        Ok(policy::first_message(&first, now))
    }

    /// Takes this message out of the tenant's and the number's allowances; one that is used up leaves the others as they were.
    async fn take_allowance(&self, tx: &mut Tx, ruling: &Ruling, limits: &Limits) -> Result<Option<UsedUp>> {
        const MINUTE: &str = "first_messages:minute";
        const DAY: &str = "first_messages";
        let minute = SignedDuration::from_mins(1);
        let newer = tx.episodes().newer_waiting(&self.episode).await?;
        if newer > 0 {
            // The newest go first: this one looks again when they had their turn.
            let turn = minute.as_secs_f64() / f64::from(limits.first_messages_per_minute.max(1));
            let wait = SignedDuration::from_secs_f64(turn * f64::from(u32::try_from(newer).unwrap_or(u32::MAX)));
            let frees_at = tx.now() + wait.max(SignedDuration::from_secs(1));
            return Ok(Some(UsedUp { what: Allowance::Minute, frees_at }));
        }
        if let Err(frees_at) = tx.budgets().take(MINUTE, limits.first_messages_per_minute, minute).await? {
            return Ok(Some(UsedUp { what: Allowance::Minute, frees_at }));
        }
        if let Err(frees_at) = tx.budgets().take_of_day(DAY, limits.first_messages_per_day).await? {
            tx.budgets().give_back(MINUTE).await?;
            return Ok(Some(UsedUp { what: Allowance::Day, frees_at }));
        }
        let Verdict::Go { channel, form: Form::Template(_) } = &ruling.verdict else { return Ok(None) };
        let Some((number, limit)) = self.ways.daily_limit(*channel) else { return Ok(None) };
        if let Err(frees_at) = tx.budgets().take_of_day(&format!("number:{number}"), limit).await? {
            tx.budgets().give_back(MINUTE).await?;
            tx.budgets().give_back_of_day(DAY).await?;
            return Ok(Some(UsedUp { what: Allowance::Number, frees_at }));
        }
        Ok(None)
    }

    /// Whether a message of the last day to them is of unknown fate.
    async fn unsettled(&self, tx: &mut Tx, chats: &[Conversation]) -> Result<bool> {
        let since = tx.now() - SignedDuration::from_hours(24);
        for chat in chats {
            if tx.messages().unsettled_in(chat.id, since).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What the first message waits for: a caller of just now for days of rest alone, an older call for quiet hours too (A7).
    fn hour(&self, now: Timestamp) -> Option<Deferral> {
        let matter = policy::matter(self.episode.called_at, &self.tenant.settings.outreach);
        Windows::of(&self.tenant, self.number.as_ref()).wait(matter, now)
    }

    async fn repeats(&self, tx: &mut Tx, chats: &[Conversation]) -> Result<Repeats> {
        let now = tx.now();
        let (hour, week) = (now - SignedDuration::from_hours(1), now - SignedDuration::from_hours(24 * 7));
        let calls = tx.calls().count_since(self.contact.id, hour).await?;
        let wrote = chats.iter().filter_map(|chat| chat.last_inbound_at).max();
        let openers = tx.messages().openers_since(self.contact.id, wrote.map_or(week, |at| at.max(week))).await?;
        let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        Ok(Repeats { calls_last_hour: count(calls), unanswered_openers: count(openers) })
    }

    /// Lead, conversation and first message exist from here, and the owner is told (A8).
    async fn write(&mut self, tx: &mut Tx, ruling: &Ruling, channel: Channel, form: Form) -> Result<()> {
        let now = tx.now();
        let (mut lead, _) = enquiry::open(tx, &self.contact, "missed_call").await?;
        let connection = self.ways.connection(channel).ok_or(StoreError::Missing)?;
        let (mut chat, _) =
            tx.conversations().find_or_make(self.contact.id, channel, connection, self.number.as_ref()).await?;
        enquiry::begin_anew(&mut chat, Some(self.episode.id), now);
        chat.lead_id = Some(lead.id);
        if lead.status == LeadStatus::Unresponsive {
            lead.status = LeadStatus::New;
            tx.leads().save(&lead).await?;
        }
        tx.conversations().save(&chat).await?;
        tx.calls().give_to_lead(self.episode.id, lead.id).await?;
        let mut scene = Scene::with(tx, self.tenant.clone(), self.contact.clone(), lead, chat).await?;
        let unanswerable = channel == Channel::Sms && !self.ways.route.sms_answerable;
        let content = scene.content(&[self.words.key(&form, unanswerable)], &form)?;
        let wish = NewMessage {
            send_key: format!("{}:first", self.episode.id),
            conversation_id: Some(scene.chat.id),
            contact_id: Some(self.contact.id),
            lead_id: Some(scene.lead.id),
            episode_id: Some(self.episode.id),
            audience: Audience::Contact,
            channel,
            connection_id: Some(connection),
            to: self.number.clone(),
            to_email: None,
            content,
            purpose: Key::FirstMessage.as_str().to_owned(),
        };
        let message = super::send_message::wish(tx, &wish).await?;
        let basis = "they called this business";
        let (purpose, origin) = (PURPOSE, self.episode.id.to_string());
        tx.contacts().consent(self.contact.id, channel.as_str(), purpose, "implied", basis, &origin, now).await?;
        self.episode.state = EpisodeState::Contacted;
        self.episode.reason = Some(ruling.reason.to_owned());
        tx.episodes().save(&self.episode).await?;
        self.record(tx, ruling, message).await?;
        if ruling.reason == "sms_instead" {
            alerts::degraded(tx, &self.tenant, ruling).await?;
        }
        scene.step(tx, Event::Opened, "opened").await?;
        if unanswerable {
            scene.keep_promise(tx).await?;
        }
        Ok(())
    }

    /// Asked again then; told once, however often the same stop is looked at.
    async fn put_off(&mut self, tx: &mut Tx, ruling: &Ruling, until: Timestamp) -> Result<()> {
        let stopped = ruling.reason == release::STOP;
        let told = stopped && self.episode.reason.as_deref() == Some(ruling.reason);
        self.episode.state = EpisodeState::Deferred;
        self.episode.reason = Some(ruling.reason.to_owned());
        self.episode.due_at = until;
        if ruling.waits_for_its_hour() && !stopped {
            self.episode.expires_at = policy::expiry(self.episode.expires_at, until, &self.tenant.settings.outreach);
        }
        tx.episodes().save(&self.episode).await?;
        if told { Ok(()) } else { self.record(tx, ruling, None).await }
    }

    async fn end(&mut self, tx: &mut Tx, ruling: &Ruling, state: EpisodeState, task: Option<Key>) -> Result<()> {
        self.episode.state = state;
        self.episode.reason = Some(ruling.reason.to_owned());
        self.episode.closed_at = Some(tx.now());
        tx.episodes().save(&self.episode).await?;
        self.record(tx, ruling, None).await?;
        if ruling.is_capped() {
            spend::alert(tx, &self.tenant, ruling.reason).await?;
        }
        let Some(title) = task else { return Ok(()) };
        let mut title = title;
        if title == Key::TaskMendTemplate {
            // Mended once for all; this caller still waits to be called.
            alerts::degraded(tx, &self.tenant, ruling).await?;
            title = Key::TaskCallBack;
        }
        let wish = Wish {
            title,
            urgency: Urgency::Normal,
            key: format!("{}:{}", self.episode.id, title.as_str()),
            because: Some(ruling.explain),
            contact: Some(self.contact.id),
            lead: None,
            phone: self.number.as_ref().map(|p| p.as_str().to_owned()),
            who: ledger::who(self.contact.name.as_deref(), self.number.as_ref()),
        };
        ledger::add_task_since(tx, &self.tenant, wish, self.episode.called_at).await.map(drop)
    }

    async fn record(&self, tx: &mut Tx, ruling: &Ruling, message: Option<MessageId>) -> Result<()> {
        let about = About { contact: Some(self.contact.id), episode: Some(self.episode.id), call: None, message };
        let mut entry = Entry::from(ruling);
        if !self.words.heard.is_empty() && matches!(ruling.verdict, Verdict::Go { .. }) {
            entry.evidence["voicemail"] = json!(self.words.heard);
            if entry.explain == Key::WhyOpener {
                entry.explain = Key::WhyOpenerHeard;
            }
        }
        ledger::record(tx, &self.tenant, about, entry).await
    }
}

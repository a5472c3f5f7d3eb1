//! Writing decisions (P8) and tasks in the tenant's words. Every flow goes through here, so that none forgets.

use jiff::{SignedDuration, Timestamp};
use ringleader_core::calendar::Occasion;
use ringleader_core::calendar::windows::in_words;
use ringleader_core::call::Call;
use ringleader_core::decision::{Decision, Verdict};
use ringleader_core::id::{CallId, ContactId, EpisodeId, LeadId, MessageId};
use ringleader_core::phone::Phone;
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::{Key, Texts, Vars};
use ringleader_store::repo::{NewDecision, NewTask};
use ringleader_store::{Conn, Result};
use serde_json::Value as Json;

/// What a decision is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct About {
    /// Whom.
    pub contact: Option<ContactId>,
    /// The episode.
    pub episode: Option<EpisodeId>,
    /// The call.
    pub call: Option<CallId>,
    /// The message.
    pub message: Option<MessageId>,
}

/// A decision before it is put into words.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What.
    pub verdict: Verdict,
    /// Rule of PRODUCT.
    pub rule: &'static str,
    /// A word for programs.
    pub reason: String,
    /// Its text in the catalogue.
    pub explain: Key,
    /// Ids and times.
    pub evidence: Json,
    /// For `wait`.
    pub until: Option<Timestamp>,
}

/// Records a decision.
pub async fn record(conn: &mut Conn, tenant: &Tenant, about: About, entry: Entry) -> Result<()> {
    let explanation = explain(tenant, entry.explain, tenant.language(), conn.now(), entry.until, &entry.evidence);
    metrics::counter!("ringleader_decisions_total", "verdict" => entry.verdict.as_str(), "reason" => entry.reason.clone())
        .increment(1);
    conn.decisions()
        .add(&NewDecision {
            verdict: entry.verdict,
            rule: entry.rule.to_owned(),
            reason: entry.reason,
            explanation,
            text_key: entry.explain.as_str().to_owned(),
            evidence: entry.evidence,
            wait_until: entry.until,
            contact_id: about.contact,
            episode_id: about.episode,
            call_id: about.call,
            message_id: about.message,
        })
        .await?;
    Ok(())
}

/// A decision in words of this language; as it was written, where nothing is known of its text.
pub fn told(tenant: &Tenant, decision: &Decision, language: &str) -> String {
    match decision.text_key.as_deref().map(str::parse::<Key>) {
        Some(Ok(key)) => explain(tenant, key, language, decision.at, decision.wait_until, &decision.evidence),
        _ => decision.explanation.clone(),
    }
}

/// A decision of `at` in words: days are told from then.
fn explain(
    tenant: &Tenant,
    key: Key,
    language: &str,
    at: Timestamp,
    until: Option<Timestamp>,
    evidence: &Json,
) -> String {
    let mut vars = Vars::new();
    if let Some(until) = until {
        vars.insert("until", in_words(until, at, &tenant.time_zone, language));
    }
    if let Some(Ok(occasion)) = evidence.get("occasion").and_then(Json::as_str).map(str::parse::<Occasion>) {
        vars.insert("occasion", occasion.name(language).to_owned());
    }
    if let Some(template) = evidence.get("template").and_then(Json::as_str) {
        vars.insert("template", template.to_owned());
    }
    let texts = Texts::with(&tenant.settings.texts);
    texts.render(key, language, &vars).unwrap_or_else(|_| key.as_str().to_owned())
}

/// A follow-up for a person, before it is put into words.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Its title in the catalogue; without `task_` it is the task's kind.
    pub title: Key,
    /// How soon.
    pub urgency: Urgency,
    /// Unique per tenant: the same cause makes one task.
    pub key: String,
    /// Why, as a text of the catalogue.
    pub because: Option<Key>,
    /// Whom.
    pub contact: Option<ContactId>,
    /// The lead.
    pub lead: Option<LeadId>,
    /// The number to call.
    pub phone: Option<String>,
    /// Name or number for the title.
    pub who: String,
}

/// Adds a task.
pub async fn add_task(conn: &mut Conn, tenant: &Tenant, wish: Wish) -> Result<bool> {
    add_task_due(conn, tenant, wish, None).await
}

/// Adds a task that was asked for at a time.
pub async fn add_task_since(conn: &mut Conn, tenant: &Tenant, wish: Wish, asked_at: Timestamp) -> Result<bool> {
    let new = put_into_words(tenant, wish, None);
    conn.tasks().add(&NewTask { asked_at: Some(asked_at), ..new }).await
}

/// Adds a task that was asked for at a time; one that is there already is sharpened ([`Tasks::sharpen`]). `false` if people know.
///
/// [`Tasks::sharpen`]: ringleader_store::repo::Tasks::sharpen
pub async fn add_or_sharpen(conn: &mut Conn, tenant: &Tenant, wish: Wish, asked_at: Timestamp) -> Result<bool> {
    let new = NewTask { asked_at: Some(asked_at), ..put_into_words(tenant, wish, None) };
    Ok(conn.tasks().add(&new).await? || conn.tasks().sharpen(&new).await?)
}

/// Adds a task whose detail is in words already.
pub async fn add_task_saying(conn: &mut Conn, tenant: &Tenant, wish: Wish, detail: &str) -> Result<bool> {
    let new = put_into_words(tenant, wish, None);
    conn.tasks().add(&NewTask { detail: detail.to_owned(), ..new }).await
}

/// Adds a task that is to be done by a time.
pub async fn add_task_due(conn: &mut Conn, tenant: &Tenant, wish: Wish, due_at: Option<Timestamp>) -> Result<bool> {
    let new = put_into_words(tenant, wish, due_at);
    conn.tasks().add(&new).await
}

fn put_into_words(tenant: &Tenant, wish: Wish, due_at: Option<Timestamp>) -> NewTask {
    let vars = Vars::from([("who", wish.who.clone()), ("template", wish.who)]);
    let title = words(tenant, wish.title, &vars);
    let kind = wish.title.as_str().strip_prefix("task_").unwrap_or(wish.title.as_str()).to_owned();
    let detail = wish.because.map(|key| words(tenant, key, &Vars::new())).unwrap_or_default();
    NewTask {
        key: Some(wish.key),
        kind,
        title,
        detail,
        contact_id: wish.contact,
        lead_id: wish.lead,
        phone: wish.phone,
        due_at,
        urgency: wish.urgency,
        asked_at: None,
    }
}

/// A text of the catalogue in the tenant's language; a text that cannot be rendered shows its key rather than nothing.
pub fn words(tenant: &Tenant, key: Key, vars: &Vars) -> String {
    let texts = Texts::with(&tenant.settings.texts);
    texts.render(key, tenant.language(), vars).unwrap_or_else(|_| key.as_str().to_owned())
}

/// How a caller is called in a task: by name, else by number.
pub fn who(name: Option<&str>, phone: Option<&Phone>) -> String {
    name.map(str::to_owned).or_else(|| phone.map(|p| p.as_str().to_owned())).unwrap_or_default()
}

/// When a call was over, as far as is known.
pub fn ended(call: &Call) -> Timestamp {
    let length = SignedDuration::from_secs(call.duration_seconds.unwrap_or(0).max(0));
    call.ended_at.unwrap_or_else(|| began(call).saturating_add(length).unwrap_or(Timestamp::MAX))
}

/// When the first sign of a call was.
pub fn began(call: &Call) -> Timestamp {
    call.started_at.or(call.ended_at).unwrap_or(call.received_at).min(call.received_at)
}

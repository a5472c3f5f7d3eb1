//! A message that a caller left, or the recording of a call (A2, C1). Told of by the provider when it is stored, and once more
//! when its words are there; a call that nothing was known of, since we were away, is asked for and made up for.
//!
//! Its words, whichever switchboard tells them, are read as a message of the caller's would be, before or after the first
//! message: what they told is a fact of the lead and is not asked again (A9). Danger in them is found by rules, at once (C8).
//!
//! Always true: whoever left a message was not answered by a person, whatever the call's status says; the same words are read
//! once; nothing is answered to a voicemail, but safety words.

use super::call_reported::{self, PURPOSE, Report};
use super::chat::Scene;
use super::{Handled, call_analysis, call_leads, consent, enquiry, learning};
use crate::engine::Job;
use crate::homes;
use crate::ledger::{self, About, Entry, Wish};
use crate::letters;
use crate::work::{ReadVoicemail, RingOnCall, notice, put, tell_of_danger};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::analysis::has_talk;
use ringleader_core::call::{Call, Direction, LegReport, Outcome, Turn};
use ringleader_core::chat::{Event, HowSoon, Understood, Why};
use ringleader_core::contact::{Contact, ContactKind};
use ringleader_core::decision::Verdict;
use ringleader_core::facts::{Columns, NewFact};
use ringleader_core::id::{CallId, ConnectionId, LeadId};
use ringleader_core::optout::OptWord;
use ringleader_core::phone::parse;
use ringleader_core::reading::Signals;
use ringleader_core::reception::danger::{self, Danger};
use ringleader_core::reception::say;
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::jobs::OnConflict;
use ringleader_store::repo::NewAlarm;
use ringleader_store::{Result, StoreError, Tx};
use serde_json::json;

/// Why a recording waits: nothing is known of its call yet.
pub const UNKNOWN_CALL: &str = "unknown_call";

/// What was told of a recording.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The provider's id of the call.
    pub provider_call_id: String,
    /// It is a message, not the recording of a whole call.
    pub message: bool,
    /// Where it is.
    pub url: Option<String>,
    /// Its length in seconds.
    pub seconds: i64,
    /// Its words.
    pub words: Option<String>,
    /// The language that the provider takes them for: words of another one are noise.
    pub taken_for: &'static str,
    /// Who called, where the event tells.
    pub from: Option<String>,
    /// Whom, where the event tells.
    pub to: Option<String>,
}

/// Keeps it with its call.
pub async fn handle(
    tx: &mut Tx,
    tenant: &Tenant,
    connection: ConnectionId,
    provider: &'static str,
    stored: Stored,
    received_at: Timestamp,
) -> Result<Handled> {
    let known = call_reported::by_any_key(tx, provider, &stored.provider_call_id).await?;
    if tx.contacts().is_erased(known.as_ref().and_then(|call| call.contact_id)).await? {
        return Ok(Handled::Erased);
    }
    if !stored.message {
        let Some(mut call) = known else { return Ok(Handled::Unroutable(UNKNOWN_CALL)) };
        call.recording_url = stored.url.or(call.recording_url);
        tx.calls().save(&call).await?;
        return Ok(Handled::Done);
    }
    let from = stored.from.or_else(|| known.as_ref().and_then(|call| call.from.clone()));
    let to = stored.to.or_else(|| known.as_ref().and_then(|call| call.to.clone()));
    if to.is_none() {
        return Ok(Handled::Unroutable(UNKNOWN_CALL)); // a recording tells neither number: they are asked for
    }
    let line = match to.as_deref().and_then(|raw| parse(raw, &tenant.country).phone) {
        Some(number) => tx.tenants().line_by_number(&number).await?,
        None => None,
    };
    let spoken = line.as_ref().and_then(|line| line.languages.first()).unwrap_or(&tenant.locale);
    let words = stored.words.filter(|_| spoken.starts_with(stored.taken_for));
    let key = stored.provider_call_id.clone();
    let began = received_at.checked_sub(SignedDuration::from_secs(stored.seconds)).ok();
    let leg = LegReport {
        call_key: key.clone(),
        own_key: key.clone(),
        leg_key: format!("{key}:message"),
        direction: Direction::Inbound,
        line: to.clone(),
        from: from.clone(),
        to,
        status: "voicemail".to_owned(),
        outcome: Outcome::Voicemail,
        started_at: known.as_ref().map_or(began, |call| call.started_at),
        ended_at: Some(received_at),
        ring_seconds: None,
        wait_seconds: None,
        talk_seconds: Some(0),
        answered_by: None,
        queue: None,
        recording_url: stored.url,
        transcript: words.map(|text| Turn { role: "customer".to_owned(), text }).into_iter().collect(),
        flags: vec!["voicemail".to_owned()],
    };
    let report = Report { tenant, connection, provider, leg, received_at, reported_late: false };
    let handled = call_reported::handle(tx, report).await?;
    if matches!(handled, Handled::Done) {
        let call = call_reported::by_any_key(tx, provider, &key).await?.ok_or(StoreError::Missing)?;
        let contact = match call.contact_id {
            Some(id) => tx.contacts().get(id).await?,
            None => None,
        };
        if !rung_since(tx, &call).await? {
            is_to_be_rung(tx, tenant, &call, (contact.and_then(|it| it.name), None), Key::TaskCallBack).await?;
        }
    }
    Ok(handled)
}

/// The words that a caller left; `None`: it is no such call, or they are not known.
pub fn words(call: &Call) -> Option<String> {
    let left = call.outcome == Some(Outcome::Voicemail) && call.direction == Direction::Inbound;
    let said = call.transcript.iter().filter(|turn| turn.is_customer()).map(|turn| turn.text.as_str());
    (left && has_talk(&call.transcript)).then(|| said.collect::<Vec<_>>().join("\n"))
}

/// Whether the words of a call wait to be read.
pub async fn is_being_read(tx: &mut Tx, call: CallId) -> Result<bool> {
    let job = ReadVoicemail { call, again: false };
    Ok(tx.jobs().due_at(ReadVoicemail::KIND, &job.name()).await?.is_some())
}

/// A call was heard of and is saved; `before` is what it was. New words are read; of danger in them people hear now.
pub(super) async fn heard(tx: &mut Tx, tenant: &Tenant, before: Option<&Call>, call: &Call) -> Result<()> {
    let Some(said) = words(call) else { return Ok(()) };
    let same = |before: &Call| before.contact_id == call.contact_id && words(before).as_ref() == Some(&said);
    if before.is_some_and(same) || call_analysis::is_of_our_own(tx, call).await? {
        return Ok(());
    }
    if let Some(danger) = danger::find(&said) {
        alarm(tx, tenant, call, danger, &said).await?;
    }
    if call.contact_id.is_some() {
        let now = tx.now();
        put(tx, &ReadVoicemail { call: call.id, again: false }, now, OnConflict::Sooner).await?;
    }
    Ok(())
}

/// Calls the people on call, once per call and danger, as a talk does; who told of it has the safety words where they can be
/// written to, and no cold opener.
async fn alarm(tx: &mut Tx, tenant: &Tenant, call: &Call, danger: Danger, said: &str) -> Result<()> {
    let contact = match call.contact_id {
        Some(id) => tx.contacts().get(id).await?,
        None => None,
    };
    let wish = wish(call, contact.as_ref(), danger.as_str());
    let key = wish.key.clone();
    if !ledger::add_task_saying(tx, tenant, wish, said).await? {
        return Ok(());
    }
    let mut homes = match &contact {
        Some(contact) => homes::rented(tx, tenant, contact.id).await?,
        None => Vec::new(),
    };
    let (tenancy, property) = if homes.len() == 1 { homes.pop() } else { None }.unzip();
    let contractor = match danger.trade() {
        Some(trade) => homes::contractor(tx, property.as_ref().map(|property| property.id), trade).await?,
        None => None,
    };
    let new = NewAlarm {
        danger,
        contact_id: call.contact_id,
        talk_id: None,
        phone: call.from.clone(),
        report: said.to_owned(),
        address: property.map(|property| property.address()),
        contractor,
    };
    let Some(alarm) = tx.tickets().raise(&new).await? else { return Ok(()) };
    let evidence = json!({ "alarm_id": alarm, "call_id": call.id, "danger": danger });
    tx.usage().audit("bot", "voicemail.danger", &alarm.to_string(), None, Some(evidence.clone())).await?;
    let about = About { contact: call.contact_id, call: Some(call.id), ..About::default() };
    let reason = "danger".to_owned();
    let entry = Entry { verdict: Verdict::Send, rule: "C8", reason, explain: Key::WhyDanger, evidence, until: None };
    ledger::record(tx, tenant, about, entry).await?;
    if let Some(manager) = homes::manager(tx, tenancy.and_then(|tenancy| tenancy.manager_id)).await? {
        tx.tasks().assign(&key, manager.id).await?;
    }
    let now = tx.now();
    put(tx, &RingOnCall { alarm, nth: 0 }, now, OnConflict::Keep).await?;
    if !tell(tx, tenant, contact.as_ref()).await?
        && !tenant.settings.reception.on_call.is_empty()
        && let Some(alarm) = tx.tickets().alarm(alarm).await?
    {
        tell_of_danger::everywhere(tx, tenant, &alarm).await?;
    }
    let Some(contact) = contact else { return Ok(()) };
    set_aside(tx, &contact, "C8", "danger", Key::WhyDanger).await?;
    let number = contact.phone.as_ref().map(|phone| parse(phone.as_str(), &tenant.country).kind);
    if number.is_some_and(|kind| kind.may_receive_messages()) {
        let language = contact.language.as_deref().unwrap_or(tenant.language());
        let words = say::alarm::heard_on_voicemail(danger, &tenant.name, &tenant.country, language);
        letters::send(tx, tenant, &contact, words, &format!("{}:{danger}", call.id), "reception").await?;
    }
    Ok(())
}

/// Who left a message is to be rung, once: this takes the place of the task that the call alone made, and of one that asked for
/// less. `false` if people know.
async fn is_to_be_rung(
    tx: &mut Tx,
    tenant: &Tenant,
    call: &Call,
    (name, lead): (Option<String>, Option<LeadId>),
    title: Key,
) -> Result<bool> {
    let asked_at = ledger::began(call);
    let key = key_of(call);
    let mut wish = Wish { title, key, lead, because: Some(Key::WhyLeftMessage), ..wish(call, None, "") };
    wish.who = name.unwrap_or(wish.who);
    let made = ledger::add_or_sharpen(tx, tenant, wish, asked_at).await?;
    if made {
        tx.tasks().close_keyed(&format!("call:{}", call.id)).await?;
    }
    Ok(made)
}

/// Unique for the message: to ring whoever left it.
fn key_of(call: &Call) -> String {
    format!("voicemail:{}", call.provider_call_id)
}

/// Whether they have been dealt with since they left their message: a person spoke with them, or their task is done.
async fn rung_since(tx: &mut Tx, call: &Call) -> Result<bool> {
    let Some(contact) = call.contact_id else { return Ok(false) };
    let began = ledger::began(call);
    Ok(tx.calls().last_spoken_by_person(contact).await?.is_some_and(|at| at >= began)
        || tx.tasks().is_over(&key_of(call)).await?)
}

/// An urgent task about a message that was left: of an emergency, where nothing else is said.
fn wish(call: &Call, contact: Option<&Contact>, about: &str) -> Wish {
    Wish {
        title: Key::TaskEmergency,
        urgency: Urgency::Urgent,
        key: format!("voicemail:{}:{about}", call.id),
        because: None,
        contact: call.contact_id,
        lead: None,
        phone: call.from.clone(),
        who: contact.and_then(|it| it.name.clone()).or_else(|| call.from.clone()).unwrap_or_default(),
    }
}

/// Tells the owner of the emergency by the lead; `false` if there is none.
async fn tell(tx: &mut Tx, tenant: &Tenant, contact: Option<&Contact>) -> Result<bool> {
    let Some(contact) = contact else { return Ok(false) };
    let Some(lead) = tx.leads().open_of(contact.id).await? else { return Ok(false) };
    notice(tx, tenant, lead.id, HowSoon::Now, Why::Emergency).await?;
    Ok(true)
}

/// The opener that is planned does not go.
async fn set_aside(
    tx: &mut Tx,
    contact: &Contact,
    rule: &'static str,
    reason: &'static str,
    explain: Key,
) -> Result<()> {
    match tx.episodes().open_of(contact.id, PURPOSE).await? {
        Some(episode) => consent::exclude(tx, episode, rule, reason, explain).await,
        None => Ok(()),
    }
}

/// What a brain understood.
pub(crate) struct Reading {
    /// Facts.
    pub proposed: Vec<NewFact>,
    /// What else.
    pub signals: Signals,
    /// A model's second look at what the local brain read (P6): only facts change, leaving is leaving, and who wants to be rung
    /// and was not is rung.
    pub again: bool,
}

/// What the words mean for the lead and for what is planned. The caller holds the contact.
pub(crate) async fn understood(
    tx: &mut Tx,
    tenant: &Tenant,
    call: &Call,
    contact: &Contact,
    reading: Reading,
) -> Result<()> {
    let cause = call.id.to_string();
    let Reading { proposed, mut signals, again } = reading;
    let said = words(call).unwrap_or_default();
    let by_rule = danger::find(&said).is_some();
    signals.emergency = !again && (signals.emergency || by_rule);
    // To be rung is what whoever leaves a message wants: a task, and no reason to stop asking.
    let mut ring = match rung_since(tx, call).await? {
        true => None,
        false => ringing(&signals),
    };
    (signals.wants_person, signals.call_now) = (false, false);
    if signals.emergency && !by_rule {
        ledger::add_task_saying(tx, tenant, wish(call, Some(contact), "emergency"), &said).await?;
    }
    if signals.opt_out && contact.opted_out_at.is_none() {
        let basis = "asked on the voicemail not to be contacted";
        return Box::pin(consent::note(tx, contact.id, OptWord::Stop, basis, &cause)).await;
    }
    let over = (!again).then(|| over(&signals)).flatten();
    if let Some((rule, reason)) = over {
        set_aside(tx, contact, rule, reason, Key::WhyVoicemail).await?;
    }
    let lead = match tx.leads().open_of(contact.id).await? {
        Some(lead) => Some(lead),
        None if proposed.is_empty() || over.is_some() || contact.kind == ContactKind::Supplier => None,
        None => Some(enquiry::open(tx, contact, PURPOSE).await?.0),
    };
    let mut chatting = false;
    if let Some(mut lead) = lead {
        let mut known = tx.leads().facts(lead.id).await?;
        let found: Vec<String> = proposed.iter().filter(|_| again).map(|fact| fact.name.clone()).collect();
        learning::retract(tx, &mut lead, &mut known, &cause, &found, !again).await?;
        let learned = learning::learn(tx, &mut lead, &mut known, proposed).await?;
        tx.calls().attach(call.id, None, Some(lead.id)).await?;
        let learned = Columns::of(&learned).known();
        if !learned.is_empty() {
            call_leads::advance(tx, &mut lead, &known, call).await?;
        }
        for chat in tx.conversations().of_contact(contact.id).await? {
            if chat.lead_id != Some(lead.id) {
                continue;
            }
            let Some(mut scene) = Scene::load(tx, chat.id).await? else { continue };
            let heard =
                Understood { signals: if again { Signals::default() } else { signals }, learned, any_words: true };
            Box::pin(scene.step(tx, Event::Overheard(heard), &cause)).await?;
            chatting = true;
        }
        let columns = Columns::of(&known);
        let complete = columns.known().is_complete();
        if let Some((title, _)) = ring {
            let who = columns.name.or_else(|| contact.name.clone());
            let made = is_to_be_rung(tx, tenant, call, (who, Some(lead.id)), title).await?;
            ring = ring.filter(|_| made || !again);
        }
        if signals.emergency {
            notice(tx, tenant, lead.id, HowSoon::Now, Why::Emergency).await?;
        } else if let Some((_, why)) = ring {
            notice(tx, tenant, lead.id, HowSoon::Now, why).await?;
        } else if !chatting && !learned.is_empty() {
            let (soon, why) =
                if complete { (HowSoon::Now, Why::Complete) } else { (HowSoon::Debounced, Why::NewFacts) };
            notice(tx, tenant, lead.id, soon, why).await?;
        }
    } else if let Some((title, _)) = ring {
        is_to_be_rung(tx, tenant, call, (contact.name.clone(), None), title).await?;
    }
    Ok(())
}

/// How soon they want to be rung, if they say so: what the task is called, and why the owner hears of it.
fn ringing(signals: &Signals) -> Option<(Key, Why)> {
    let now = signals.call_now.then_some((Key::TaskCallNow, Why::CallNow));
    now.or(signals.wants_person.then_some((Key::TaskCallBack, Why::WantsPerson)))
}

/// What makes the opener pointless, gravest first (A14, C8).
fn over(signals: &Signals) -> Option<(&'static str, &'static str)> {
    let all = [
        (signals.emergency, ("C8", "emergency")),
        (signals.abuse, ("A14", "abuse")),
        (signals.wrong_number, ("A14", "wrong_number")),
        (signals.already_spoke, ("A14", "already_spoke")),
        (signals.resolved, ("A14", "resolved")),
    ];
    all.into_iter().find_map(|(there, why)| there.then_some(why))
}

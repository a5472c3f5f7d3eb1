//! What an analysed call means for the lead (B10): tag, score and facts, tasks for what was agreed, and an immediate notice.
//!
//! Always true: what a person corrected stays; a call that is analysed again makes nothing twice; who is no lead (wrong number,
//! sells to us, left) does not become one by a call; leaving holds on every channel.

use super::{call_analysis, consent, enquiry, learning};
use crate::flows::chat::Scene;
use crate::ledger::{self, Wish};
use crate::work::notice;
use ringleader_core::analysis::{self, NoLead, Scored, Tag, Understanding};
use ringleader_core::call::Call;
use ringleader_core::chat::{Event, HowSoon, Why};
use ringleader_core::contact::{Contact, ContactKind};
use ringleader_core::facts::Columns;
use ringleader_core::id::LeadId;
use ringleader_core::lead::{Fact, Lead, LeadStatus};
use ringleader_core::optout::OptWord;
use ringleader_core::reading::{Preference, ReadBy};
use ringleader_core::settings::LeadPolicy;
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::{Result, Tx};
use serde_json::json;

/// Where leads come from that calls made.
const SOURCE: &str = "voice_agent";

/// A call that was just analysed.
pub struct News<'a> {
    /// The tenant.
    pub tenant: &'a Tenant,
    /// The call.
    pub call: &'a Call,
    /// What was understood.
    pub understood: &'a Understanding,
    /// Its score.
    pub scored: Scored,
    /// By the local brain in a model's place.
    pub provisional: bool,
    /// Who understood it.
    pub read_by: ReadBy,
    /// What was understood from it before, if it is analysed again.
    pub before: Option<(Understanding, Scored)>,
    /// Its words changed since then.
    pub changed: bool,
    /// A brain may be asked now to put all calls into words.
    pub ask: bool,
}

/// Does what follows. The caller holds the contact.
pub async fn update(tx: &mut Tx, contact: &Contact, news: &News<'_>) -> Result<()> {
    if news.understood.no_lead == Some(NoLead::OptOut) && news.was(|u| u.no_lead) != Some(Some(NoLead::OptOut)) {
        let basis = "asked on the phone not to be contacted";
        Box::pin(consent::note(tx, contact.id, OptWord::Stop, basis, &news.call.id.to_string())).await?;
    }
    let lead = lead_of(tx, contact, news).await?;
    call_analysis::sum_up(tx, contact.id, news.ask).await?; // scores the lead
    let Some(mut lead) = lead else { return Ok(()) };
    tx.calls().attach(news.call.id, None, Some(lead.id)).await?;
    let learned = learn(tx, &mut lead, news).await?;
    go_on(tx, &lead, &learned).await?;
    tasks(tx, contact, &lead, news).await?;
    tell(tx, &lead, news, !learned.is_empty()).await
}

impl News<'_> {
    fn was<T>(&self, part: impl Fn(&Understanding) -> T) -> Option<T> {
        self.before.as_ref().map(|(understood, _)| part(understood))
    }

    fn is_interested(&self) -> bool {
        let wishes = self.understood.calls_to_action;
        self.scored.tag != Tag::Cold || wishes != analysis::CallsToAction::default()
    }
}

/// The open lead, or a new one where the call makes one (C3).
async fn lead_of(tx: &mut Tx, contact: &Contact, news: &News<'_>) -> Result<Option<Lead>> {
    if let Some(id) = news.call.lead_id {
        // Analysed again, long after: what was closed stays closed, and an old call makes no new lead.
        return Ok(tx.leads().get(id).await?.filter(|lead| lead.closed_at.is_none()));
    }
    if let Some(lead) = tx.leads().open_of(contact.id).await? {
        return Ok(Some(lead));
    }
    let wanted = news.tenant.settings.lead_policy == LeadPolicy::EveryCaller || news.is_interested();
    if news.understood.no_lead.is_some() || contact.kind == ContactKind::Supplier || !wanted {
        return Ok(None);
    }
    enquiry::open(tx, contact, SOURCE).await.map(|(lead, _)| Some(lead))
}

/// Weighs the facts of the call against what is known; gives what changed.
async fn learn(tx: &mut Tx, lead: &mut Lead, news: &News<'_>) -> Result<Vec<Fact>> {
    let (call, origin) = (news.call, news.call.id.to_string());
    let proposed = analysis::facts::of(
        news.understood,
        call.id,
        news.provisional,
        Some(&news.read_by),
        call_analysis::began(call),
    );
    let mut known = tx.leads().facts(lead.id).await?;
    if news.before.is_some() {
        let found: Vec<String> = proposed.iter().filter(|_| !news.changed).map(|fact| fact.name.clone()).collect();
        learning::retract(tx, lead, &mut known, &origin, &found, news.changed).await?;
    }
    let learned = learning::learn(tx, lead, &mut known, proposed).await?;
    advance(tx, lead, &known, call).await?;
    Ok(learned)
}

/// A new lead that told something in a call gets on with it (A9).
pub(super) async fn advance(tx: &mut Tx, lead: &mut Lead, known: &[Fact], call: &Call) -> Result<()> {
    if lead.status != LeadStatus::New {
        return Ok(());
    }
    let complete = Columns::of(known).known().is_complete();
    lead.status = if complete { LeadStatus::Qualified } else { LeadStatus::Qualifying };
    tx.leads().save(lead).await?;
    let after = json!({ "status": lead.status, "reason": "call", "call_id": call.id });
    tx.usage().audit("bot", "lead.status", &lead.id.to_string(), None, Some(after)).await
}

/// Chats of the lead go on from what is missing now: nothing known is asked (A9, C12).
async fn go_on(tx: &mut Tx, lead: &Lead, learned: &[Fact]) -> Result<()> {
    let known = Columns::of(learned).known();
    if known.is_empty() {
        return Ok(());
    }
    for chat in tx.conversations().of_contact(lead.contact_id).await? {
        if chat.lead_id == Some(lead.id)
            && let Some(mut scene) = Scene::load(tx, chat.id).await?
        {
            let cause = learned.first().map(|fact| fact.id.to_string()).unwrap_or_default();
            Box::pin(scene.step(tx, Event::Corrected(known), &cause)).await?;
        }
    }
    Ok(())
}

/// Tasks for what was agreed; one that a better analysis does not find any more is closed.
async fn tasks(tx: &mut Tx, contact: &Contact, lead: &Lead, news: &News<'_>) -> Result<()> {
    let wishes = news.understood.calls_to_action;
    let agreed = [
        (Key::TaskDemo, wishes.demo, &news.understood.demo_at),
        (Key::TaskCallBack, wishes.follow_up, &news.understood.preference),
    ];
    for (title, wanted, time) in agreed {
        let key = format!("{}:{title}", news.call.id);
        if !wanted {
            tx.tasks().close_keyed(&key).await?;
            continue;
        }
        let wish = Wish {
            title,
            urgency: if news.scored.tag == Tag::Hot { Urgency::Urgent } else { Urgency::Normal },
            key,
            because: Some(Key::WhyAgreed),
            contact: Some(contact.id),
            lead: Some(lead.id),
            phone: contact.phone.as_ref().map(|phone| phone.as_str().to_owned()),
            who: ledger::who(lead.name.as_deref(), contact.phone.as_ref()),
        };
        ledger::add_task_due(tx, news.tenant, wish, due(time)).await?;
    }
    Ok(())
}

fn due(time: &Option<Preference>) -> Option<jiff::Timestamp> {
    time.as_ref().filter(|time| !time.ambiguous).and_then(|time| time.from)
}

/// A hot lead is told of at once, and once per call; a warm one with the next update. Nobody is told of a cold one.
async fn tell(tx: &mut Tx, lead: &Lead, news: &News<'_>, is_new: bool) -> Result<()> {
    let was_hot = news.before.as_ref().is_some_and(|(_, scored)| scored.tag == Tag::Hot);
    let id: LeadId = lead.id;
    match news.scored.tag {
        Tag::Hot if !was_hot => notice(tx, news.tenant, id, HowSoon::Now, Why::HotLead).await,
        Tag::Hot | Tag::Warm if is_new => notice(tx, news.tenant, id, HowSoon::Debounced, Why::NewFacts).await,
        _ => Ok(()),
    }
}

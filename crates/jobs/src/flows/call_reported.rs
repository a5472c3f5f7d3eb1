//! A switchboard reported a leg of a call (A2-A6): the call is folded from its legs, and a missed one opens an episode.

use super::Handled;
use super::chat;
use crate::ledger::{self, About, Entry, Wish};
use crate::work::{ReachOut, notice};
use jiff::Timestamp;
use ringleader_core::call::{Call, CallStatus, Direction, LegReport, Outcome};
use ringleader_core::chat::{HowSoon as Soon, Why};
use ringleader_core::contact::{Contact, ContactKind};
use ringleader_core::conversation::{ChatState, Conversation};
use ringleader_core::decision::Verdict;
use ringleader_core::episode::{Episode, EpisodeState};
use ringleader_core::id::ConnectionId;
use ringleader_core::legs::{self, FoldRules, Folded};
use ringleader_core::missed::{self, Course, Follow, Party, Ruling, Seen};
use ringleader_core::phone::{NumberKind, Parsed, Phone, parse};
use ringleader_core::task::Urgency;
use ringleader_core::tenant::{Line, Tenant};
use ringleader_core::texts::Key;
use ringleader_store::repo::Identity;
use ringleader_store::{Result, Tx};
use serde_json::json;

/// Why outreach happens: the purpose of the episodes that this flow opens.
pub const PURPOSE: &str = "missed_call";

/// A reported leg with its surroundings.
pub struct Report<'a> {
    /// The tenant.
    pub tenant: &'a Tenant,
    /// The connection it came over.
    pub connection: ConnectionId,
    /// The provider's name.
    pub provider: &'static str,
    /// The leg.
    pub leg: LegReport,
    /// When it came.
    pub received_at: Timestamp,
    /// The provider reports late: the grace runs from the receipt (A6).
    pub reported_late: bool,
}

/// Takes in one leg.
pub async fn handle(tx: &mut Tx, report: Report<'_>) -> Result<Handled> {
    let tenant = report.tenant;
    let line = match report.leg.line.as_deref().and_then(|raw| parse(raw, &tenant.country).phone) {
        Some(number) => tx.tenants().line_by_number(&number).await?,
        None => None,
    };
    if line.is_none() && report.leg.direction == Direction::Inbound {
        return Ok(Handled::Unroutable("no_line"));
    }
    let (before, call, folded) = gather(tx, &report, line.as_ref()).await?;
    let other = other_party(&call, tenant);
    let (call, contact) = identify(tx, call, &other).await?;
    tx.calls().save(&call).await?;
    let changed = before.as_ref().is_none_or(|b| b.outcome != call.outcome || b.direction != call.direction);
    if changed {
        Box::pin(follow_up(tx, &report, &call, &folded, &other, contact, line.as_ref())).await?;
    }
    Ok(Handled::Done)
}

/// Finds or makes the call that the leg belongs to, keeps the leg, and folds all of them.
async fn gather(tx: &mut Tx, report: &Report<'_>, line: Option<&Line>) -> Result<(Option<Call>, Call, Folded)> {
    let (leg, provider) = (&report.leg, report.provider);
    let mut before = tx.calls().by_provider_id(provider, &leg.call_key).await?;
    if before.is_none()
        && let Some(id) = tx.calls().by_leg(provider, &leg.call_key).await?
    {
        before = tx.calls().get(id).await?; // the leg it was transferred from is itself part of a call
    }
    let call = match &before {
        Some(call) => call.clone(),
        None => make(tx, report).await?,
    };
    if leg.own_key != call.provider_call_id
        && let Some(stray) = tx.calls().by_provider_id(provider, &leg.own_key).await?
        && stray.id != call.id
    {
        tx.calls().absorb(call.id, stray.id).await?; // its legs came first, under their own id
    }
    let known = tx.calls().legs(call.id).await?;
    let merged = match known.iter().find(|k| k.leg_key == leg.leg_key) {
        Some(earlier) => legs::merge(earlier, leg),
        None => leg.clone(),
    };
    tx.calls().put_leg(call.id, provider, &merged, report.received_at).await?;
    let all = tx.calls().legs(call.id).await?;
    let rules = FoldRules::from(&report.tenant.settings.outreach);
    let folded = legs::fold(&all, &rules).expect("a leg was just put");
    let call = told_by(&folded, call, report.tenant, line);
    Ok((before, call, folded))
}

async fn make(tx: &mut Tx, report: &Report<'_>) -> Result<Call> {
    let leg = &report.leg;
    let call = Call {
        id: tx.new_id(),
        provider: report.provider.to_owned(),
        provider_call_id: leg.call_key.clone(),
        direction: leg.direction,
        from: None,
        to: None,
        line: None,
        contact_id: None,
        lead_id: None,
        episode_id: None,
        lifecycle: leg.status.clone(),
        status: CallStatus::Completed,
        outcome: None,
        received_at: report.received_at,
        started_at: None,
        answered_at: None,
        ended_at: None,
        ring_seconds: None,
        duration_seconds: None,
        answered_by: None,
        recording_url: None,
        transcript: vec![],
        flags: vec![],
    };
    if tx.calls().insert(&call, Some(report.connection)).await? {
        return Ok(call);
    }
    let known = tx.calls().by_provider_id(report.provider, &leg.call_key).await?;
    known.ok_or(ringleader_store::StoreError::Missing) // another node was faster
}

/// The call as its legs tell it.
fn told_by(folded: &Folded, call: Call, tenant: &Tenant, line: Option<&Line>) -> Call {
    let number = |raw: &Option<String>| {
        raw.as_ref().map(|raw| match parse(raw, &tenant.country).phone {
            Some(phone) => phone.as_str().to_owned(),
            None => raw.clone(),
        })
    };
    Call {
        direction: folded.direction,
        from: number(&folded.from),
        to: number(&folded.to).or_else(|| number(&folded.line)),
        line: line.map(|l| l.number.clone()).or(call.line),
        lifecycle: folded.lifecycle.clone(),
        status: folded.status,
        outcome: Some(folded.outcome),
        started_at: folded.started_at,
        answered_at: folded.answered_at,
        ended_at: folded.ended_at,
        ring_seconds: folded.ring_seconds,
        duration_seconds: folded.talk_seconds,
        answered_by: folded.answered_by.clone(),
        recording_url: folded.recording_url.clone(),
        transcript: folded.transcript.clone(),
        flags: folded.flags.clone(),
        ..call
    }
}

/// The customer's side of the call, resolved with the tenant's country (A5).
fn other_party(call: &Call, tenant: &Tenant) -> Parsed {
    let raw = match call.direction {
        Direction::Inbound => call.from.as_deref().unwrap_or_default(),
        Direction::Outbound => call.to.as_deref().unwrap_or_default(),
        Direction::Internal => return Parsed { phone: None, kind: NumberKind::Invalid, foreign: false, country: None },
    };
    parse(raw, &tenant.country)
}

async fn identify(tx: &mut Tx, mut call: Call, other: &Parsed) -> Result<(Call, Option<Contact>)> {
    let Some(phone) = &other.phone else { return Ok((call, None)) };
    let contact = tx.contacts().find_or_make(&[Identity::Phone(phone.clone())]).await?;
    tx.contacts().lock(contact.id).await?;
    call.contact_id = Some(contact.id);
    Ok((call, Some(contact)))
}

/// Decides what the call means for the caller, and does it.
async fn follow_up(
    tx: &mut Tx,
    report: &Report<'_>,
    call: &Call,
    folded: &Folded,
    other: &Parsed,
    contact: Option<Contact>,
    line: Option<&Line>,
) -> Result<()> {
    let tenant = report.tenant;
    let surroundings = Surroundings::of(tx, tenant, contact.as_ref()).await?;
    let party = surroundings.party(tx, tenant, other, contact.as_ref()).await?;
    let seen = Seen {
        direction: call.direction,
        outcome: call.outcome,
        missed: legs::is_missed(folded, &FoldRules::from(&tenant.settings.outreach)),
        started_at: call.started_at,
        ended_at: call.ended_at,
        received_at: report.received_at,
        reported_late: report.reported_late,
    };
    let ruling = missed::on_call(&seen, &party, &tenant.settings.outreach, tx.now());
    let spoke_with = contact.as_ref().map(|c| c.id);
    let turn = Turn { report, call, contact, line };
    turn.carry_out(tx, &ruling, surroundings, other).await?;
    match spoke_with {
        Some(id) if spoken(call) => chat::spoke(tx, id, ledger::began(call), &call.id.to_string()).await,
        _ => Ok(()),
    }
}

/// A person of the business and the customer spoke.
fn spoken(call: &Call) -> bool {
    call.outcome == Some(Outcome::Answered) && call.direction != Direction::Internal
}

/// What runs with the caller already.
struct Surroundings {
    episode: Option<Episode>,
    lead: Option<ringleader_core::lead::Lead>,
    chats: Vec<Conversation>,
}

impl Surroundings {
    async fn of(tx: &mut Tx, _tenant: &Tenant, contact: Option<&Contact>) -> Result<Self> {
        let Some(contact) = contact else { return Ok(Self { episode: None, lead: None, chats: vec![] }) };
        Ok(Self {
            episode: tx.episodes().open_of(contact.id, PURPOSE).await?,
            lead: tx.leads().open_of(contact.id).await?,
            chats: tx.conversations().of_contact(contact.id).await?,
        })
    }

    async fn party(&self, tx: &mut Tx, tenant: &Tenant, other: &Parsed, contact: Option<&Contact>) -> Result<Party> {
        let kind = match contact {
            Some(_) if is_staff(tenant, other.phone.as_ref()) => ContactKind::Staff,
            Some(contact) => contact.kind,
            None => ContactKind::Lead,
        };
        let own_line = match &other.phone {
            Some(phone) => tx.tenants().line_by_number(phone).await?.is_some(),
            None => false,
        };
        let spoke_at = match contact {
            Some(contact) => tx.calls().last_spoken(contact.id).await?,
            None => None,
        };
        let going_on = |c: &&Conversation| {
            !matches!(c.state, ChatState::Completed | ChatState::Unresponsive) && c.last_inbound_at.is_some()
        };
        Ok(Party {
            number: other.kind,
            kind,
            opted_out: contact.is_some_and(|c| c.opted_out_at.is_some()),
            own_line,
            episode: self.episode.as_ref().map(|e| e.called_at),
            lead: self.lead.as_ref().map(|l| l.status),
            chatting: self.chats.iter().any(|c| going_on(&c)),
            led_by_person: super::enquiry::led_by_person(tx, &self.chats).await?,
            spoke_at,
            wrote_at: self.chats.iter().filter_map(|c| c.last_inbound_at).max(),
        })
    }
}

/// The owner's phones, and those of everyone who is told of leads, are staff.
pub(super) fn is_staff(tenant: &Tenant, phone: Option<&Phone>) -> bool {
    let Some(phone) = phone else { return false };
    let recipients = tenant.settings.notify.recipients.iter().filter_map(|r| r.phone.as_deref());
    tenant.owner.phone.as_ref() == Some(phone)
        || recipients.into_iter().any(|raw| parse(raw, &tenant.country).phone.as_ref() == Some(phone))
}

struct Turn<'a> {
    report: &'a Report<'a>,
    call: &'a Call,
    contact: Option<Contact>,
    line: Option<&'a Line>,
}

impl Turn<'_> {
    async fn carry_out(&self, tx: &mut Tx, ruling: &Ruling, around: Surroundings, other: &Parsed) -> Result<()> {
        match ruling.course {
            Course::Nothing if self.unanswered() => self.record(tx, ruling, Verdict::Skip, None, None).await,
            Course::Nothing => Ok(()),
            Course::OpenEpisode { due_at, expires_at } => self.open(tx, ruling, due_at, expires_at).await,
            Course::JoinEpisode => self.join(tx, ruling, around.episode).await,
            Course::Exclude => self.close_at_once(tx, ruling, EpisodeState::Excluded, Verdict::Skip).await,
            Course::Hold { follow } => {
                self.close_at_once(tx, ruling, EpisodeState::Held, Verdict::Hold).await?;
                self.ask_for(tx, follow, ruling.explain, other).await
            }
            Course::OwnPath => {
                self.close_at_once(tx, ruling, EpisodeState::Excluded, Verdict::Skip).await?;
                self.ask_for(tx, Follow::CallBack, ruling.explain, other).await?;
                match around.lead {
                    Some(lead) => notice(tx, self.report.tenant, lead.id, Soon::Now, Why::CalledAgain).await,
                    None => Ok(()),
                }
            }
            Course::TellOwner => {
                self.record(tx, ruling, Verdict::Hold, None, None).await?;
                self.ask_for(tx, Follow::Review, ruling.explain, other).await
            }
            Course::CancelEpisode => self.spoke(tx, around).await,
        }
    }

    /// Nobody spoke with the caller: why nothing follows must be told (P8, P11).
    fn unanswered(&self) -> bool {
        self.call.direction == Direction::Inbound && self.call.outcome != Some(Outcome::Answered)
    }

    fn episode(&self, tx: &Tx, state: EpisodeState, due_at: Timestamp, expires_at: Timestamp) -> Option<Episode> {
        Some(Episode {
            id: tx.new_id(),
            contact_id: self.contact.as_ref()?.id,
            purpose: PURPOSE.to_owned(),
            line: self.line.map(|l| l.number.clone()),
            state,
            reason: None,
            due_at,
            expires_at,
            called_at: ledger::began(self.call),
            opened_at: tx.now(),
            closed_at: None,
        })
    }

    async fn open(&self, tx: &mut Tx, ruling: &Ruling, due_at: Timestamp, expires_at: Timestamp) -> Result<()> {
        let Some(episode) = self.episode(tx, EpisodeState::Waiting, due_at, expires_at) else { return Ok(()) };
        if !tx.episodes().open(&episode).await? {
            let open = tx.episodes().open_of(episode.contact_id, PURPOSE).await?; // another record was faster
            return self.join(tx, ruling, open).await;
        }
        tx.calls().attach(self.call.id, Some(episode.id), None).await?;
        ReachOut { episode: episode.id }.schedule(tx, due_at).await?;
        let entry = Entry {
            verdict: Verdict::Wait,
            rule: ruling.rule,
            reason: "grace".to_owned(),
            explain: Key::WhyGrace,
            evidence: self.evidence(),
            until: Some(due_at),
        };
        ledger::record(tx, self.report.tenant, self.about(Some(episode.id)), entry).await
    }

    async fn join(&self, tx: &mut Tx, ruling: &Ruling, episode: Option<Episode>) -> Result<()> {
        let id = episode.map(|e| e.id);
        tx.calls().attach(self.call.id, id, None).await?;
        let entry = Entry { reason: "joined".to_owned(), explain: Key::WhyJoined, ..self.entry(ruling, Verdict::Skip) };
        ledger::record(tx, self.report.tenant, self.about(id), entry).await
    }

    /// A missed call that nobody will be written to about still has its episode, closed: the loss account counts it (P11).
    async fn close_at_once(&self, tx: &mut Tx, ruling: &Ruling, state: EpisodeState, verdict: Verdict) -> Result<()> {
        let now = tx.now();
        let mut id = None;
        if let Some(mut episode) = self.episode(tx, state, now, now) {
            episode.reason = Some(ruling.reason.to_owned());
            episode.closed_at = Some(now);
            tx.episodes().open(&episode).await?;
            tx.calls().attach(self.call.id, Some(episode.id), None).await?;
            id = Some(episode.id);
        }
        self.record(tx, ruling, verdict, id, None).await
    }

    async fn ask_for(&self, tx: &mut Tx, follow: Follow, because: Key, other: &Parsed) -> Result<()> {
        let title = match follow {
            Follow::Nothing => return Ok(()),
            Follow::CallBack => Key::TaskCallBack,
            Follow::Review => Key::TaskReview,
        };
        let phone = other.phone.as_ref().map(|p| p.as_str().to_owned()).or_else(|| self.call.from.clone());
        let name = self.contact.as_ref().and_then(|c| c.name.clone());
        let wish = Wish {
            title,
            urgency: Urgency::Normal,
            key: format!("call:{}", self.call.id),
            because: Some(because),
            contact: self.contact.as_ref().map(|c| c.id),
            lead: None,
            who: name.or_else(|| phone.clone()).unwrap_or_default(),
            phone,
        };
        ledger::add_task(tx, self.report.tenant, wish).await?;
        Ok(())
    }

    /// Business and customer spoke: the outreach is over, and so are reminders (A6, A12).
    async fn spoke(&self, tx: &mut Tx, around: Surroundings) -> Result<()> {
        let Some(episode) = around.episode else { return Ok(()) };
        chat::end_by_talk(tx, self.report.tenant, episode, self.about(None), self.evidence()).await
    }

    async fn record(
        &self,
        tx: &mut Tx,
        ruling: &Ruling,
        verdict: Verdict,
        episode: Option<ringleader_core::id::EpisodeId>,
        until: Option<Timestamp>,
    ) -> Result<()> {
        let entry = Entry { until, ..self.entry(ruling, verdict) };
        ledger::record(tx, self.report.tenant, self.about(episode), entry).await
    }

    fn entry(&self, ruling: &Ruling, verdict: Verdict) -> Entry {
        Entry {
            verdict,
            rule: ruling.rule,
            reason: ruling.reason.to_owned(),
            explain: ruling.explain,
            evidence: self.evidence(),
            until: None,
        }
    }

    fn about(&self, episode: Option<ringleader_core::id::EpisodeId>) -> About {
        About { contact: self.contact.as_ref().map(|c| c.id), episode, call: Some(self.call.id), message: None }
    }

    fn evidence(&self) -> serde_json::Value {
        json!({
            "call_id": self.call.id,
            "outcome": self.call.outcome,
            "status": self.call.lifecycle,
            "started_at": self.call.started_at,
            "received_at": self.report.received_at,
        })
    }
}

//! What a ruling on a call brings about: an episode, a task, a word to the owner, or only its line in the ledger (A2-A6, P8).

use super::call_reported::{PURPOSE, Report};
use super::caller::Surroundings;
use super::chat;
use crate::ledger::{self, About, Entry, Wish};
use crate::work::{ReachOut, notice};
use jiff::Timestamp;
use ringleader_core::call::{Call, Direction, Outcome};
use ringleader_core::chat::{HowSoon as Soon, Why};
use ringleader_core::contact::Contact;
use ringleader_core::decision::Verdict;
use ringleader_core::episode::{Episode, EpisodeState};
use ringleader_core::id::EpisodeId;
use ringleader_core::missed::{Course, Follow, Ruling};
use ringleader_core::phone::Parsed;
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Line;
use ringleader_core::texts::Key;
use ringleader_store::{Result, Tx};
use serde_json::json;

/// A reported call with its caller and its line.
pub(super) struct Turn<'a> {
    pub(super) report: &'a Report<'a>,
    pub(super) call: &'a Call,
    pub(super) contact: Option<Contact>,
    pub(super) line: Option<&'a Line>,
}

impl Turn<'_> {
    /// Does what was ruled.
    pub(super) async fn carry_out(
        &self,
        tx: &mut Tx,
        ruling: &Ruling,
        around: Surroundings,
        other: &Parsed,
    ) -> Result<()> {
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
        ledger::add_task_since(tx, self.report.tenant, wish, ledger::began(self.call)).await?;
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
        episode: Option<EpisodeId>,
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

    fn about(&self, episode: Option<EpisodeId>) -> About {
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

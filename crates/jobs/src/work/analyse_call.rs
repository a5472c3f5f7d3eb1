//! Analyses one call (B5, B7). A brain is asked outside of any transaction; what it understood is kept inside one, if the words
//! are still those that it read.
//!
//! Always true: a call has an analysis after one run, whatever became of the models; what the local brain made in a model's
//! place is provisional and made again when the model is back; the words of the call are never touched.

use super::{put_off, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::flows::call_analysis::began;
use crate::flows::call_leads::{self, News};
use crate::models;
use jiff::{SignedDuration, Timestamp};
use ringleader_brain::chain::{self, Missed};
use ringleader_brain::local;
use ringleader_brain::seam::{CallRequest, ModelUse};
use ringleader_core::analysis::{Analysis, Made, State, Understanding, evidence, has_talk, record, score};
use ringleader_core::call::{Call, Turn};
use ringleader_core::id::{CallId, ContactId, Id as _, JobId};
use ringleader_core::reading::Language;
use ringleader_core::tenant::Tenant;
use ringleader_store::jobs::{Claimed, Ending};
use ringleader_store::{Conn, Result, Tx};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Analyses a call, and again when the model is back.
#[derive(Debug, Serialize, Deserialize)]
pub struct AnalyseCall {
    /// Which.
    pub call: CallId,
}

impl Job for AnalyseCall {
    type Context = Context;
    const KIND: &'static str = "analyse_call";
    const TIMEOUT: Duration = Duration::from_secs(600);

    fn key(&self) -> Option<String> {
        Some(self.call.to_string())
    }

    fn priority(&self) -> u8 {
        2
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        let call = self.call;
        let outcome = settle(Box::pin(self.analyse(cx, job)).await);
        if let Outcome::Retry(why) = &outcome
            && job.attempt >= job.max_attempts
        {
            give_up(cx, job, call, why).await;
        }
        outcome
    }
}

/// It will not be tried again by itself: the row says so, and that it can be asked for again.
async fn give_up(cx: &Context, job: &Claimed, call: CallId, why: &str) {
    let failed = async {
        let mut tx = cx.store.begin(job.tenant).await?;
        if let Some(row) = tx.analyses().of_call(call).await? {
            tx.analyses().set_state(row.id, State::Failed, Some(why)).await?;
        }
        tx.commit().await
    };
    if let Err(error) = failed.await {
        tracing::error!(call.id = %call, %error, "Analysis of call {call} was given up, and that could not be written down");
    }
}

/// What is asked, and about what.
struct Question {
    tenant: Tenant,
    row: Analysis,
    words: String,
    request: CallRequest,
    order: Vec<String>,
    budget_ok: bool,
}

impl Question {
    /// Made from these very words, and not asked for again since.
    fn stands(&self) -> bool {
        matches!(self.row.state, State::Done | State::Provisional) && self.row.words.as_deref() == Some(&self.words)
    }
}

impl AnalyseCall {
    async fn analyse(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let now = cx.store.clock().now();
        let Some(question) = self.question(cx, job).await? else {
            return Ok(Outcome::Cancel("there is nothing to analyse".into()));
        };
        if question.stands() {
            if question.row.state == State::Done {
                return Ok(Outcome::Done);
            }
            let Some(next) = models::next_try(question.row.asked_at, now, models::patience(cx, &question.order)) else {
                return Ok(Outcome::Cancel("no model could analyse it for a week".into()));
            };
            if !question.budget_ok || !cx.chain.model_available(&question.order, now) {
                return Ok(Outcome::Snooze(next));
            }
        } else {
            begin(cx, job, &question).await?;
        }
        let outcome = cx.chain.analyse_call(&question.request, &question.order, question.budget_ok, now).await;
        self.keep(cx, job, question, outcome).await
    }

    async fn question(&self, cx: &Context, job: &Claimed) -> Result<Option<Question>> {
        let mut read = cx.store.read(job.tenant).await?;
        let Some(row) = read.analyses().of_call(self.call).await? else { return Ok(None) };
        let Some(call) = read.calls().get(self.call).await? else { return Ok(None) };
        if !has_talk(&call.transcript) {
            return Ok(None);
        }
        let tenant = read.tenants().me().await?;
        let request = CallRequest {
            started_at: began(&call),
            zone: tenant.time_zone.clone(),
            country: tenant.country.clone(),
            language: tenant.language().to_owned(),
            mask: mask(&mut read, call.contact_id, [&call]).await?,
            transcript: call.transcript,
        };
        let (order, budget_ok) = (models::order(cx, &tenant), models::within_budget(&mut read, &tenant).await?);
        let words = record::fingerprint(&request.transcript);
        Ok(Some(Question { tenant, row, words, request, order, budget_ok }))
    }

    async fn keep(
        &self,
        cx: &Context,
        job: &Claimed,
        question: Question,
        mut outcome: chain::Outcome<Understanding>,
    ) -> Result<Outcome> {
        let mut tx = cx.store.begin(job.tenant).await?;
        models::note_paid(&mut tx, &outcome.uses).await?;
        let (Some(call), Some(row)) = (held(&mut tx, self.call).await?, tx.analyses().of_call(self.call).await?) else {
            tx.commit().await?;
            return Ok(Outcome::Cancel("the call is gone".into()));
        };
        if record::fingerprint(&call.transcript) != question.words {
            tx.analyses().set_state(row.id, State::Pending, None).await?;
            return put_off(tx, job, cx.store.clock().now()).await; // other words came in while the brain was reading
        }
        let again = retry_at(&tx, outcome.missed, row.asked_at, models::patience(cx, &question.order));
        if !(outcome.provisional && question.stands()) {
            models::note_kept(&mut tx, &outcome.uses).await?;
            evidence::check(&mut outcome.reading, &call.transcript);
            self.save(&mut tx, &question, &row, &call, &outcome).await?;
        }
        match again {
            Some(at) => tx.jobs().finish(job, Ending::Snooze(at)).await?,
            None => tx.jobs().complete(job).await?,
        }
        tx.commit().await?;
        Ok(Outcome::Committed)
    }

    async fn save(
        &self,
        tx: &mut Tx,
        question: &Question,
        row: &Analysis,
        call: &Call,
        outcome: &chain::Outcome<Understanding>,
    ) -> Result<()> {
        let scored = score::score(&outcome.reading);
        let state = if outcome.provisional { State::Provisional } else { State::Done };
        let made = made(outcome);
        tx.analyses().save(row.id, &outcome.reading, scored, &question.words, &made, state).await?;
        metrics::counter!("ringleader_analyses_total", "kind" => "individual", "brain" => outcome.brain.clone(), "state" => state.as_str())
            .increment(1);
        let Some(contact) = call.contact_id else { return Ok(()) };
        let Some(contact) = tx.contacts().get(contact).await? else { return Ok(()) };
        let news = News {
            tenant: &question.tenant,
            call,
            understood: &outcome.reading,
            scored,
            provisional: outcome.provisional,
            read_by: outcome.read_by(language_of(&call.transcript)),
            before: row.understood().cloned().zip(row.scored),
            changed: row.words.as_ref().is_some_and(|words| *words != question.words),
            ask: !matches!(outcome.missed, Some(Missed::Away | Missed::Misconfigured)),
        };
        call_leads::update(tx, &contact, &news).await
    }
}

/// The language of a call, by what was said in it.
fn language_of(transcript: &[Turn]) -> Language {
    let words: Vec<&str> = transcript.iter().map(|turn| turn.text.as_str()).collect();
    local::language_of(&words.join("\n"))
}

/// A brain is at it now: people see that.
async fn begin(cx: &Context, job: &Claimed, question: &Question) -> Result<()> {
    let mut tx = cx.store.begin(job.tenant).await?;
    tx.analyses().set_state(question.row.id, State::Running, None).await?;
    tx.commit().await
}

/// The call, with its contact held: what is said of one person is weighed one after the other, on all nodes.
pub(super) async fn held(tx: &mut Tx, id: CallId) -> Result<Option<Call>> {
    loop {
        let Some(before) = tx.calls().get(id).await? else { return Ok(None) };
        if let Some(contact) = before.contact_id {
            tx.contacts().lock(contact).await?;
        }
        tx.calls().lock(id).await?; // contact, then call, then what was understood: as everyone does
        let Some(call) = tx.calls().get(id).await? else { return Ok(None) };
        if call.contact_id == before.contact_id {
            return Ok(Some(call)); // else it was merged away meanwhile
        }
    }
}

/// When a provisional analysis is tried again, if at all.
pub(super) fn retry_at(
    tx: &Tx,
    missed: Option<Missed>,
    asked_at: Timestamp,
    least: SignedDuration,
) -> Option<Timestamp> {
    let chance = f64::from(tx.new_id::<JobId>().uuid().as_bytes()[15]) / 255.0;
    models::retry_at(missed?, asked_at, tx.now(), least, chance)
}

/// Identifiers that models do not see: those of the contact, and the numbers of the calls.
pub(super) async fn mask<'c>(
    conn: &mut Conn,
    contact: Option<ContactId>,
    calls: impl IntoIterator<Item = &'c Call>,
) -> Result<Vec<String>> {
    let mut mask: Vec<String> = match contact {
        Some(contact) => conn.contacts().identities(contact).await?.into_iter().map(|(_, value)| value).collect(),
        None => Vec::new(),
    };
    mask.extend(calls.into_iter().flat_map(|call| [call.from.clone(), call.to.clone()]).flatten());
    mask.sort();
    mask.dedup();
    Ok(mask)
}

/// How it was made, and what all requests for it cost together.
pub(super) fn made<T>(outcome: &chain::Outcome<T>) -> Made {
    let sum = |of: fn(&ModelUse) -> i64| outcome.uses.iter().map(of).sum();
    Made {
        brain: outcome.brain.clone(),
        prompt: outcome.prompt.clone(),
        tokens_in: sum(|used| used.tokens_in),
        tokens_out: sum(|used| used.tokens_out),
        cost_micros: sum(|used| used.cost_micros.unwrap_or_default()),
        latency_ms: sum(|used| used.latency_ms),
    }
}

//! Puts all calls of a contact into words (B6, B7). The numbers are there already, made by rules with each analysed call; a brain
//! writes beside them how the contact stands.
//!
//! Always true: one call is never sent again; what was written for other numbers than those that stand now is thrown away;
//! what the rules wrote in a model's place is provisional.

use super::analyse_call::{made, mask, retry_at};
use super::settle;
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::models;
use ringleader_brain::chain;
use ringleader_brain::seam::{HistoryRequest, PastCall};
use ringleader_core::analysis::overview::Overview;
use ringleader_core::analysis::record::Summed;
use ringleader_core::analysis::{Analysis, State, history};
use ringleader_core::call::Call;
use ringleader_core::id::ContactId;
use ringleader_store::jobs::{Claimed, Ending};
use ringleader_store::{Conn, Result};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Puts all calls of a contact into words, and again when the model is back.
#[derive(Debug, Serialize, Deserialize)]
pub struct CompleteAnalysis {
    /// Whose.
    pub contact: ContactId,
}

impl Job for CompleteAnalysis {
    type Context = Context;
    const KIND: &'static str = "complete_analysis";
    const TIMEOUT: Duration = Duration::from_secs(600);

    fn key(&self) -> Option<String> {
        Some(self.contact.to_string())
    }

    fn priority(&self) -> u8 {
        2
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        let contact = self.contact;
        let outcome = settle(self.analyse(cx, job).await);
        if let Outcome::Retry(why) = &outcome
            && job.attempt >= job.max_attempts
        {
            give_up(cx, job, contact, why).await;
        }
        outcome
    }
}

async fn give_up(cx: &Context, job: &Claimed, contact: ContactId, why: &str) {
    let failed = async {
        let mut tx = cx.store.begin(job.tenant).await?;
        if let Some(row) = tx.analyses().of_contact(contact).await? {
            tx.analyses().set_state(row.id, State::Failed, Some(why)).await?;
        }
        tx.commit().await
    };
    if let Err(error) = failed.await {
        tracing::error!(contact.id = %contact, %error, "Analysis of contact {contact} was given up, and that could not be written down");
    }
}

/// What is asked, and what it is written beside.
struct Question {
    row: Analysis,
    summed: Summed,
    /// One of the calls was analysed provisionally.
    provisional: bool,
    request: HistoryRequest,
    order: Vec<String>,
    budget_ok: bool,
}

impl CompleteAnalysis {
    async fn analyse(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let now = cx.store.clock().now();
        let Some(question) = self.question(cx, job).await? else {
            return Ok(Outcome::Cancel("there are no calls to put into words".into()));
        };
        match question.row.state {
            State::Done => return Ok(Outcome::Done),
            State::Provisional => {
                let Some(next) = models::next_try(question.row.asked_at, now, models::patience(cx, &question.order))
                else {
                    return Ok(Outcome::Cancel("no model could put it into words for a week".into()));
                };
                if !question.budget_ok || !cx.chain.model_available(&question.order, now) {
                    return Ok(Outcome::Snooze(next));
                }
            }
            State::Pending | State::Running | State::Failed => begin(cx, job, &question).await?,
        }
        let outcome = cx.chain.analyse_history(&question.request, &question.order, question.budget_ok, now).await;
        keep(cx, job, question, outcome).await
    }

    async fn question(&self, cx: &Context, job: &Claimed) -> Result<Option<Question>> {
        let mut read = cx.store.read(job.tenant).await?;
        let Some(row) = read.analyses().of_contact(self.contact).await? else { return Ok(None) };
        let Some(summed) = row.summed().cloned() else { return Ok(None) };
        let singles = read.analyses().calls_of(self.contact).await?;
        if singles.len() < 2 {
            return Ok(None);
        }
        let tenant = read.tenants().me().await?;
        let calls = latest_calls(&mut read, &singles).await?;
        let provisional = singles.iter().any(|row| row.state == State::Provisional);
        let request = HistoryRequest {
            zone: tenant.time_zone.clone(),
            country: tenant.country.clone(),
            language: tenant.language().to_owned(),
            mask: mask(&mut read, Some(self.contact), &calls).await?,
            calls: singles.iter().filter_map(|row| past(row, &calls)).collect(),
        };
        let (order, budget_ok) = (models::order(cx, &tenant), models::within_budget(&mut read, &tenant).await?);
        Ok(Some(Question { row, summed, provisional, request, order, budget_ok }))
    }
}

/// The calls whose words may go along.
async fn latest_calls(conn: &mut Conn, singles: &[Analysis]) -> Result<Vec<Call>> {
    let mut calls = Vec::new();
    for row in singles.iter().rev().take(history::MOST_CALLS) {
        calls.extend(conn.calls().get(row.call_id).await?);
    }
    Ok(calls)
}

fn past(row: &Analysis, calls: &[Call]) -> Option<PastCall> {
    let call = calls.iter().find(|call| call.id == row.call_id);
    let transcript = call.map(|call| call.transcript.clone()).unwrap_or_default();
    Some(PastCall { analysed: row.analysed()?, transcript })
}

async fn begin(cx: &Context, job: &Claimed, question: &Question) -> Result<()> {
    let mut tx = cx.store.begin(job.tenant).await?;
    // Numbers that were replaced meanwhile have their own run.
    if tx.analyses().get(question.row.id).await?.is_some_and(|row| row.version == question.row.version) {
        tx.analyses().set_state(question.row.id, State::Running, None).await?;
    }
    tx.commit().await
}

async fn keep(cx: &Context, job: &Claimed, question: Question, outcome: chain::Outcome<Overview>) -> Result<Outcome> {
    let mut tx = cx.store.begin(job.tenant).await?;
    models::note_paid(&mut tx, &outcome.uses).await?;
    let state = if outcome.provisional || question.provisional { State::Provisional } else { State::Done };
    let made = made(&outcome);
    let (id, version) = (question.row.id, question.row.version);
    let summed = Summed { overview: outcome.reading, ..question.summed };
    let stands = outcome.provisional && question.row.state == State::Provisional; // the rules wrote the same before
    let written = !stands && tx.analyses().put_words(id, version, &summed, &made, state).await?;
    if written {
        models::note_kept(&mut tx, &outcome.uses).await?;
    }
    metrics::counter!("ringleader_analyses_total", "kind" => "complete", "brain" => outcome.brain.clone(), "state" => state.as_str())
        .increment(u64::from(written));
    let least = models::patience(cx, &question.order);
    let again = retry_at(&tx, outcome.missed, question.row.asked_at, least).filter(|_| written || stands);
    match again {
        Some(at) => tx.jobs().finish(job, Ending::Snooze(at)).await?,
        None => tx.jobs().complete(job).await?,
    }
    tx.commit().await?;
    Ok(Outcome::Committed)
}

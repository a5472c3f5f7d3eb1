//! Where calls get their words, and what is kept of them (B1, B5, B6): the one place from which an analysis begins, and the one
//! in which single analyses become the complete one of their contact.
//!
//! Always true: an analysis is asked for in the transaction that saves the text, and again only if the text changed (P3); no
//! brain is asked here; the complete row counts every analysed call of the contact from the moment in which one is saved.

use crate::work::{AnalyseCall, CompleteAnalysis, put};
use ringleader_brain::chain::LOCAL;
use ringleader_core::analysis::complete::{Analysed, complete};
use ringleader_core::analysis::record::{self, Summed};
use ringleader_core::analysis::{Analysis, Kind, Made, State, has_talk, overview};
use ringleader_core::call::Call;
use ringleader_core::contact::ContactKind;
use ringleader_core::id::{AnalysisId, ContactId};
use ringleader_core::lead::LeadScore;
use ringleader_store::jobs::OnConflict;
use ringleader_store::repo::NewComplete;
use ringleader_store::{Result, StoreError, Tx};

/// A call was heard of and is saved, with its contact; `before` is what it was. Its analysis is asked for if there are words
/// that were not analysed yet (B1), or they turn out to be somebody else's; not for a call that is none of a customer's.
pub async fn heard(tx: &mut Tx, before: Option<&Call>, call: &Call) -> Result<()> {
    let same = |before: &Call| {
        before.transcript == call.transcript && before.outcome == call.outcome && before.contact_id == call.contact_id
    };
    if call.transcript.is_empty() || before.is_some_and(same) || !record::is_wanted(call) {
        return Ok(());
    }
    if is_of_our_own(tx, call).await? {
        return Ok(());
    }
    let known = tx.analyses().of_call(call.id).await?;
    let same_words = known.is_some_and(|row| row.words.as_deref() == Some(&record::fingerprint(&call.transcript)));
    let same_person = before.is_none_or(|before| before.contact_id == call.contact_id);
    if same_words && same_person {
        return Ok(());
    }
    ask(tx, call).await.map(drop)
}

/// Asks for the analysis of a call, now. One in which the customer said nothing has none.
pub async fn ask(tx: &mut Tx, call: &Call) -> Result<Option<AnalysisId>> {
    if !has_talk(&call.transcript) {
        return Ok(None);
    }
    let id = tx.analyses().ask(call.id, began(call)).await?;
    let now = tx.now();
    put(tx, &AnalyseCall { call: call.id }, now, OnConflict::Sooner).await?;
    Ok(Some(id))
}

/// When a call began.
pub fn began(call: &Call) -> jiff::Timestamp {
    call.started_at.or(call.ended_at).unwrap_or(call.received_at)
}

/// People who work here, and those who are not to be talked to: what they say is no business of a brain.
pub(super) async fn is_of_our_own(tx: &mut Tx, call: &Call) -> Result<bool> {
    let Some(contact) = call.contact_id else { return Ok(false) };
    let Some(contact) = tx.contacts().get(contact).await? else { return Ok(false) };
    let tenant = tx.tenants().me().await?;
    let kind = matches!(contact.kind, ContactKind::Staff | ContactKind::Blocked);
    Ok(kind || super::caller::is_staff(&tenant, contact.phone.as_ref()))
}

/// Adds up all analysed calls of a contact, which the caller holds: the complete row takes the place of the one before, and the
/// open lead has its score. `ask`: a brain is asked to put it into words, where there is more than one call.
pub async fn sum_up(tx: &mut Tx, contact: ContactId, ask: bool) -> Result<Option<Summed>> {
    let rows = tx.analyses().calls_of(contact).await?;
    let calls: Vec<Analysed> = rows.iter().filter_map(Analysis::analysed).collect();
    let Some(complete) = complete(&calls) else {
        tx.analyses().retire_complete(contact).await?;
        score_lead(tx, contact, None).await?;
        return Ok(None);
    };
    let latest = rows.iter().find(|row| row.call_id == complete.latest_call_id).ok_or(StoreError::Missing)?;
    let summed = Summed { complete, overview: overview::of(&calls) };
    let provisional = rows.iter().any(|row| row.state == State::Provisional);
    let wordy = calls.len() > 1 && ask;
    let made = match &latest.made {
        Some(made) if calls.len() == 1 => made.clone(),
        _ => Made { brain: LOCAL.to_owned(), ..Made::default() },
    };
    let new = NewComplete {
        contact,
        replaces: tx.analyses().of_contact(contact).await?.map(|row| row.version),
        state: if wordy {
            State::Pending
        } else if provisional {
            State::Provisional
        } else {
            State::Done
        },
        called_at: latest.called_at,
        summed: &summed,
        made: &made,
    };
    if !tx.analyses().put_complete(&new).await? {
        return Err(StoreError::Conflict("one_complete_analysis".into())); // nobody else writes while the contact is held
    }
    score_lead(tx, contact, Some(&LeadScore::of_calls(&summed.complete))).await?;
    if wordy {
        let now = tx.now();
        put(tx, &CompleteAnalysis { contact }, now, OnConflict::Sooner).await?;
    }
    Ok(Some(summed))
}

async fn score_lead(tx: &mut Tx, contact: ContactId, score: Option<&LeadScore>) -> Result<()> {
    match tx.leads().open_of(contact).await? {
        Some(lead) if lead.score.as_ref() != score => tx.leads().set_score(lead.id, score).await,
        _ => Ok(()),
    }
}

/// Asks for an analysis again: a person wants it. `None`: there is nothing to analyse.
pub async fn ask_again(tx: &mut Tx, analysis: &Analysis) -> Result<Option<AnalysisId>> {
    match (analysis.kind, analysis.contact_id) {
        (Kind::Complete, Some(contact)) if analysis.calls_analysed > 1 => {
            tx.analyses().ask_complete(analysis.id).await?;
            let now = tx.now();
            put(tx, &CompleteAnalysis { contact }, now, OnConflict::Sooner).await?;
            Ok(Some(analysis.id))
        }
        // One call: equals its own analysis.
        _ => match tx.calls().get(analysis.call_id).await? {
            Some(call) => Ok(ask(tx, &call).await?.map(|_| analysis.id)),
            None => Ok(None),
        },
    }
}

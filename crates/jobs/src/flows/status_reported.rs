//! A provider reported what became of a message of ours (DESIGN 6): kept, folded in whatever order, failures followed up.

use super::Handled;
use crate::work::{check_task, send_message};
use ringleader_core::message::{Message, MessageStatus, SendFailure, StatusReport};
use ringleader_core::status::fold;
use ringleader_core::tenant::Tenant;
use ringleader_providers::messaging::classify;
use ringleader_store::repo::Connection;
use ringleader_store::{Result, Tx};

/// Takes in one status event. A known one changes nothing; one that came before the send's answer waits for it.
pub async fn handle(tx: &mut Tx, tenant: &Tenant, connection: &Connection, report: StatusReport) -> Result<Handled> {
    let ours = report.send_key.as_deref().and_then(|key| key.parse().ok());
    let message = match ours {
        Some(id) => tx.messages().get(id).await?,
        None => tx.messages().by_provider_id(connection.id, &report.provider_id).await?,
    };
    if tx.contacts().is_erased(message.as_ref().and_then(|message| message.contact_id)).await? {
        return Ok(Handled::Erased);
    }
    if !tx.messages().add_event(connection.id, &report).await? {
        return Ok(Handled::Done);
    }
    if let Some(message) = message.filter(|message| is_current(message, &report)) {
        settle(tx, tenant, connection, &message, &report).await?;
    }
    Ok(Handled::Done)
}

/// News of an earlier try of a message that was sent again since says nothing about the present one.
fn is_current(message: &Message, report: &StatusReport) -> bool {
    let sent_again = message.status == MessageStatus::Wanted;
    !sent_again && message.provider_id.as_deref().is_none_or(|id| id == report.provider_id)
}

async fn settle(
    tx: &mut Tx,
    tenant: &Tenant,
    connection: &Connection,
    message: &Message,
    report: &StatusReport,
) -> Result<()> {
    let Some(news) = report.status else { return Ok(()) };
    let status = fold(message.status, news);
    let error = if status == MessageStatus::Failed { report.failure.clone().or(message.error.clone()) } else { None };
    tx.messages().settle(message.id, status, Some(&report.provider_id), error.as_ref()).await?;
    if message.status == MessageStatus::Held && status != MessageStatus::Held {
        tx.tasks().close_keyed(&check_task(message.id)).await?; // nobody need look any more
    }
    if status == MessageStatus::Failed && message.status != MessageStatus::Failed {
        let failure = error.unwrap_or_else(|| SendFailure { code: "failed".into(), detail: report.word.clone() });
        return send_message::failed(tx, tenant, message, &failure, classify(&failure.code), Some(connection.id)).await;
    }
    Ok(())
}

/// What is known of a provider id from events that came before the send's answer.
pub async fn known(
    tx: &mut Tx,
    connection: ringleader_core::id::ConnectionId,
    provider_id: &str,
) -> Result<(MessageStatus, Option<SendFailure>)> {
    let mut status = MessageStatus::Accepted;
    let mut failure = None;
    for (news, failed) in tx.messages().events(connection, provider_id).await? {
        if let Some(news) = news {
            status = fold(status, news);
        }
        failure = failed.or(failure);
    }
    Ok((status, failure.filter(|_| status == MessageStatus::Failed)))
}

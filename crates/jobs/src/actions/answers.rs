//! The page behind the link under a notice (A13): looked at as often as one likes, answered once.

use super::{ActionError, Done};
use crate::context::Context;
use crate::flows::owner_answered::{self, By};
use crate::tokens::digest;
use ringleader_core::notify::Answer;
use ringleader_core::texts::Texts;
use ringleader_store::repo::AnswerLink;

/// What the page shows: no number, no text (P10).
#[derive(Debug, Clone)]
pub struct AnswerPage {
    /// Name of the business.
    pub business: String,
    /// The tenant's language: `he`, `en`.
    pub language: String,
    /// The lead's name, if known.
    pub lead: Option<String>,
    /// The answers and their words.
    pub answers: Vec<(Answer, String)>,
    /// What was answered already.
    pub answered: Option<Answer>,
    /// It is too old to be answered.
    pub expired: bool,
}

/// What is behind a link. Changes nothing: mail scanners and previews look at links too.
///
/// # Errors
/// `NotFound` for a token that nobody was given.
pub async fn look_at_answers(cx: &Context, token: &str) -> Done<AnswerPage> {
    let link = find(cx, token).await?;
    let mut read = cx.store.read(link.tenant_id).await?;
    let tenant = read.tenants().me().await?;
    let lead = read.leads().get(link.lead_id).await?.ok_or(ActionError::NotFound("lead"))?;
    let texts = Texts::with(&tenant.settings.texts);
    let words = |answer: &Answer| (*answer, texts.plain(answer.title(), tenant.language()));
    Ok(AnswerPage {
        answers: Answer::ALL.iter().map(words).collect(),
        language: tenant.language().to_owned(),
        lead: lead.name,
        answered: link.answer.as_deref().and_then(|word| word.parse().ok()),
        expired: link.expires_at <= cx.store.clock().now(),
        business: tenant.name,
    })
}

/// Takes the answer of a link. `false` if it was answered before, or is too old: then nothing happens.
///
/// # Errors
/// `NotFound` for a token that nobody was given, or a lead that is gone.
pub async fn answer_link(cx: &Context, token: &str, answer: Answer) -> Done<bool> {
    let link = find(cx, token).await?;
    let mut tx = cx.store.begin(link.tenant_id).await?;
    if !tx.answers().take(link.message_id, answer.as_str()).await? {
        return Ok(false);
    }
    let tenant = tx.tenants().me().await?;
    let message = tx.messages().get(link.message_id).await?;
    let by = By {
        phone: message.as_ref().and_then(|m| m.to.as_ref()),
        email: message.as_ref().and_then(|m| m.to_email.as_deref()),
    };
    if !owner_answered::handle(&mut tx, &tenant, link.lead_id, answer, by).await? {
        return Err(ActionError::NotFound("lead"));
    }
    tx.commit().await?;
    Ok(true)
}

async fn find(cx: &Context, token: &str) -> Done<AnswerLink> {
    let mut read = cx.store.read_system().await?;
    read.answers().by_token(&digest(token)).await?.ok_or(ActionError::NotFound("link"))
}

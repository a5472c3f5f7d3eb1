//! Credits that were bought (B3).

use super::{ActionError, Done};
use crate::context::Context;
use ringleader_core::credits::EntryKind;
use ringleader_core::id::TenantId;
use ringleader_providers::problem::FieldError;
use ringleader_store::StoreError;
use ringleader_store::repo::CreditEntry;
use serde_json::json;

/// The most that one entry may bring: a slip of the finger stops here.
const MOST: i64 = 1_000_000_000;

/// Notes that credits were bought; fewer than none take back what was entered by mistake.
///
/// # Errors
/// `Invalid` for none or too many, for a correction without a note, or for a note of more than 500 letters.
pub async fn top_up(
    cx: &Context,
    tenant: TenantId,
    credits: i64,
    note: Option<&str>,
    actor: &str,
) -> Done<CreditEntry> {
    let mut errors = Vec::new();
    if credits == 0 || !(-MOST..=MOST).contains(&credits) {
        errors.push(FieldError::new("credits", format!("must be between 1 and {MOST}, or below 0 to take some back")));
    }
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    if credits < 0 && note.is_none() {
        errors.push(FieldError::new("note", "is needed: what is put right"));
    }
    if note.is_some_and(|note| note.chars().count() > 500) {
        errors.push(FieldError::new("note", "must have at most 500 characters"));
    }
    if !errors.is_empty() {
        return Err(ActionError::Invalid(errors));
    }
    let mut tx = cx.store.begin(tenant).await?;
    let kind = if credits > 0 { EntryKind::TopUp } else { EntryKind::Correction };
    let made = tx.credits().add(kind, credits, None, note).await?;
    let entry = made.ok_or(StoreError::Missing)?; // only debits can be refused
    let after = json!({ "credits": entry.credits, "note": entry.note });
    tx.usage().audit(actor, "credits.top_up", &entry.id.to_string(), None, Some(after)).await?;
    tx.commit().await?;
    Ok(entry)
}

//! Asking for analyses again (B7).

use super::{ActionError, Done};
use crate::context::Context;
use crate::flows::call_analysis;
use ringleader_core::analysis::Analysis;
use ringleader_core::id::{AnalysisId, CallId, TenantId};
use ringleader_store::StoreError;

/// Analyses a call, for the first time or again.
///
/// # Errors
/// `NotFound`; `Conflict` when the customer said nothing in it.
pub async fn analyse_call(cx: &Context, tenant: TenantId, call: CallId, actor: &str) -> Done<Analysis> {
    let mut tx = cx.store.begin(tenant).await?;
    let call = tx.calls().get(call).await?.ok_or(ActionError::NotFound("call"))?;
    let id = call_analysis::ask(&mut tx, &call).await?.ok_or_else(silent)?;
    tx.usage().audit(actor, "analysis.run", &call.id.to_string(), None, None).await?;
    let row = tx.analyses().get(id).await?.ok_or(StoreError::Missing)?;
    tx.commit().await?;
    Ok(row)
}

/// Makes an analysis again. A complete one of a single call is that call's own.
///
/// # Errors
/// `NotFound`; `Conflict` when there are no words any more.
pub async fn rerun_analysis(cx: &Context, tenant: TenantId, id: AnalysisId, actor: &str) -> Done<Analysis> {
    let mut tx = cx.store.begin(tenant).await?;
    let row = tx.analyses().get(id).await?.ok_or(ActionError::NotFound("analysis"))?;
    call_analysis::ask_again(&mut tx, &row).await?.ok_or_else(silent)?;
    tx.usage().audit(actor, "analysis.run", &id.to_string(), None, None).await?;
    let row = tx.analyses().get(id).await?.ok_or(StoreError::Missing)?;
    tx.commit().await?;
    Ok(row)
}

fn silent() -> ActionError {
    ActionError::Conflict("the customer said nothing in this call, so there is nothing to analyse".to_owned())
}

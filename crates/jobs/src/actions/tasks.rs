//! Tasks as people mark them.

use super::{ActionError, Done};
use crate::context::Context;
use ringleader_core::id::{TaskId, TenantId};
use ringleader_core::task::TaskState;
use serde_json::json;

/// Marks a task: done, put aside, or open again.
///
/// # Errors
/// `NotFound`.
pub async fn set_task_state(cx: &Context, tenant: TenantId, id: TaskId, state: TaskState, actor: &str) -> Done<()> {
    let mut tx = cx.store.begin(tenant).await?;
    let before = tx.tasks().get(id).await?.ok_or(ActionError::NotFound("task"))?;
    tx.tasks().set_state(id, state).await?;
    let (was, is) = (json!({ "state": before.state }), json!({ "state": state }));
    tx.usage().audit(actor, "task.update", &id.to_string(), Some(was), Some(is)).await?;
    tx.commit().await?;
    Ok(())
}

//! Turns that are being worked on. A caller waits for an answer only so long; then they hear that it takes a moment, and the
//! answer is asked for again. The work goes on meanwhile, once.
//!
//! Nothing is lost with this memory: a finished turn is in the database under its key, and on a node that knows nothing of an
//! unfinished one the question is simply asked again.

use crate::state::AppState;
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use ringleader_core::id::TenantId;
use ringleader_jobs::reception::{Heard, Turn};
use ringleader_jobs::voice;
use ringleader_store::repo::VoiceCall;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

type Work = Shared<BoxFuture<'static, Option<Turn>>>;

/// Turns of this node that are being worked on, by tenant, call and key.
#[derive(Default)]
pub(crate) struct Waiting(Mutex<HashMap<String, Work>>);

/// What became of a turn.
pub(super) enum Answer {
    /// It is there.
    Turn(Turn),
    /// It takes longer.
    Later,
    /// It will not come.
    Failed,
}

/// Moves a call on by one thing that was heard, and waits at most `patience` for what follows.
pub(super) async fn turn(
    state: &AppState,
    tenant: TenantId,
    call: &VoiceCall,
    key: &str,
    heard: Heard,
    patience: Duration,
) -> Answer {
    let began = tokio::time::Instant::now();
    let work = begin(state, tenant, call, key, heard);
    let answer = match tokio::time::timeout(patience, work).await {
        Ok(Some(turn)) => Answer::Turn(turn),
        Ok(None) => Answer::Failed,
        Err(_) => Answer::Later,
    };
    let outcome = match answer {
        Answer::Turn(_) => "answered",
        Answer::Later => "later",
        Answer::Failed => "failed",
    };
    metrics::histogram!("ringleader_voice_turn_seconds", "mode" => call.mode.clone(), "outcome" => outcome)
        .record(began.elapsed().as_secs_f64());
    answer
}

/// The work on a turn: begun, or found where it is going on.
fn begin(state: &AppState, tenant: TenantId, call: &VoiceCall, key: &str, heard: Heard) -> Work {
    let id = format!("{tenant}:{}:{key}", call.provider_call_id);
    let mut all = state.voice.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(work) = all.get(&id) {
        return work.clone();
    }
    let (state, call, key, place) = (state.clone(), call.clone(), key.to_owned(), id.clone());
    let task = tokio::spawn(async move {
        let done = voice::turn(&state.cx, tenant, &call, &key, heard).await;
        state.voice.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&place);
        match done {
            Ok(turn) => Some(turn),
            Err(error) => {
                tracing::error!(call.id = %call.call_id, %error, "A turn of call {} failed", call.call_id);
                None
            }
        }
    });
    let work = task.map(|done| done.ok().flatten()).boxed().shared();
    all.insert(id, work.clone());
    work
}

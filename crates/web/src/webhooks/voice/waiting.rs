//! Turns that are being worked on. A caller waits for an answer only so long; then they hear that it takes a moment, and the
//! answer is asked for again. The work goes on meanwhile, once.
//!
//! Nothing is lost with this memory: a finished turn is in the database under its key. A node that knows nothing of an unfinished
//! one looks there until the answer is there, since another node may be working on it (D6); only when that node has had its
//! time is the question asked again.

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

/// How often the answer of another node is looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

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

/// Waits at most `patience` for what is being worked on, here or on another node.
pub(super) async fn again(
    state: &AppState,
    tenant: TenantId,
    call: &VoiceCall,
    key: &str,
    patience: Duration,
) -> Answer {
    let id = place(tenant, call, key);
    let here = state.voice.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
    let look = async {
        if let Some(work) = here {
            return work.await.map_or(Answer::Failed, Answer::Turn);
        }
        loop {
            match voice::answered(&state.cx, tenant, call, key).await {
                Ok(Some(turn)) => return Answer::Turn(turn),
                Ok(None) => tokio::time::sleep(LOOK_AGAIN).await,
                Err(error) => {
                    tracing::error!(call.id = %call.call_id, %error, "The answer to a turn could not be looked for");
                    return Answer::Failed;
                }
            }
        }
    };
    tokio::time::timeout(patience, look).await.unwrap_or(Answer::Later)
}

fn place(tenant: TenantId, call: &VoiceCall, key: &str) -> String {
    format!("{tenant}:{}:{key}", call.provider_call_id)
}

/// The work on a turn: begun, or found where it is going on.
fn begin(state: &AppState, tenant: TenantId, call: &VoiceCall, key: &str, heard: Heard) -> Work {
    let id = place(tenant, call, key);
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

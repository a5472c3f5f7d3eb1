//! Closes the talk of a call that is over (C1, C14): the policy hears that the caller is gone, so that what is held is let go and
//! what is unfinished is taken up in writing; then the call is judged by all that was said, its end told or not, and what it came
//! to is kept.

use super::{AskSatisfaction, put, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::reception::{Heard, TalkError};
use crate::voice::{self, after};
use jiff::SignedDuration;
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::{Result, StoreError};
use serde::{Deserialize, Serialize};

/// How a call was is asked so long after it.
const ASKED_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// Closes the talk of a call.
#[derive(Debug, Serialize, Deserialize)]
pub struct CloseTalk {
    /// The provider's id of the call.
    pub provider_call_id: String,
}

impl Job for CloseTalk {
    type Context = Context;
    const KIND: &'static str = "close_talk";

    fn key(&self) -> Option<String> {
        Some(self.provider_call_id.clone())
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(Box::pin(self.close(cx, job)).await)
    }
}

impl CloseTalk {
    async fn close(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let Some(call) = voice::call_of(cx, job.tenant, &self.provider_call_id).await? else {
            return Ok(Outcome::Cancel("the call is not known any more".to_owned()));
        };
        // Somebody has taken it: the dialling may never have been reported as over.
        let heard = if call.taken_by.is_some() { Heard::Answered(true) } else { Heard::Gone };
        match voice::turn(cx, job.tenant, &call, "gone", heard).await {
            Ok(_) => {}
            Err(TalkError::Store(error)) => return Err(error),
            Err(error) => return Ok(Outcome::Retry(error.to_string())),
        }
        let mut tx = cx.store.begin(job.tenant).await?;
        let call = tx.voice().get(&self.provider_call_id).await?.unwrap_or(call);
        after::conclude(&mut tx, &call).await?;
        let summary = after::sum_up(&mut tx, &call).await?;
        after::score(&mut tx, &call).await?;
        after::confirm_reports(&mut tx, &call).await?;
        after::send_details(&mut tx, &call, &summary).await?;
        if summary.turns >= 2 {
            let at = tx.now() + ASKED_AFTER;
            put(&mut tx, &AskSatisfaction { call: call.call_id }, at, OnConflict::Keep).await?;
        }
        metrics::counter!("ringleader_voice_ended_total", "ending" => summary.ending.as_str()).increment(1);
        match tx.jobs().complete(job).await {
            Ok(()) => tx.commit().await?,
            Err(StoreError::Fenced) => return Ok(Outcome::Committed),
            Err(error) => return Err(error),
        }
        Ok(Outcome::Committed)
    }
}

//! Reads the words of a voicemail as a message of the caller's would be read (A2, A10). A brain is asked outside of any
//! transaction; what follows from it is `flows/voicemail.rs`.
//!
//! Always true: words that changed while a brain was reading are read afresh; what the local brain read in a model's place is
//! read again when one is back (P6).

use super::analyse_call::{held, mask};
use super::{put, put_off, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::flows::call_analysis::began;
use crate::flows::voicemail::{self, Reading};
use crate::models;
use jiff::Timestamp;
use ringleader_brain::seam::{Known, MessageRequest};
use ringleader_core::conversation::ChatState;
use ringleader_core::facts;
use ringleader_core::id::CallId;
use ringleader_core::optout::{self, OptWord};
use ringleader_core::reading::Language;
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::{Conn, Result};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Longest voicemail that a brain reads, in characters.
const LONGEST: usize = 4000;

/// Reads what a caller left.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReadVoicemail {
    /// In which call.
    pub call: CallId,
    /// With a model, after the local brain did.
    #[serde(default)]
    pub again: bool,
}

impl Job for ReadVoicemail {
    type Context = Context;
    const KIND: &'static str = "read_voicemail";
    const TIMEOUT: Duration = Duration::from_secs(180);

    fn key(&self) -> Option<String> {
        Some(self.name())
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(Box::pin(self.read(cx, job)).await)
    }
}

/// What is asked, and of whom.
struct Question {
    request: MessageRequest,
    words: String,
    order: Vec<String>,
    budget_ok: bool,
}

impl ReadVoicemail {
    /// Its key.
    pub fn name(&self) -> String {
        if self.again { format!("again:{}", self.call) } else { self.call.to_string() }
    }

    async fn read(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let now = cx.store.clock().now();
        let mut read = cx.store.read(job.tenant).await?;
        let asked = self.question(cx, &mut read).await?;
        drop(read);
        let Some(Question { request, words, order, budget_ok }) = asked else {
            return Ok(Outcome::Cancel("there are no words".into()));
        };
        let mut next = None;
        if self.again {
            let Some(at) = models::next_try(request.now, now, cx.read_again_after) else {
                return Ok(Outcome::Cancel("no model could read it for a week".into()));
            };
            if !budget_ok || !cx.chain.model_available(&order, now) {
                return Ok(Outcome::Snooze(at));
            }
            next = Some(at);
        }
        let outcome = cx.chain.read_message(&request, &order, budget_ok, now).await;
        let mut tx = cx.store.begin(job.tenant).await?;
        models::note_paid(&mut tx, &outcome.uses).await?;
        let call = held(&mut tx, self.call).await?;
        let Some((call, contact)) = call.and_then(|call| call.contact_id.map(|contact| (call, contact))) else {
            tx.commit().await?;
            return Ok(Outcome::Cancel("the call is gone".into()));
        };
        let tenant = tx.tenants().me().await?;
        if voicemail::words(&call).as_ref() != Some(&words) {
            return put_off(tx, job, now).await; // other words came in while the brain was reading
        }
        if let Some(at) = next.filter(|_| outcome.provisional) {
            return put_off(tx, job, at).await;
        }
        models::note_kept(&mut tx, &outcome.uses).await?;
        let language = outcome.reading.language;
        if language != Language::Unknown {
            tx.contacts().learn(contact, None, None, Some(language.as_str())).await?;
        }
        let contact = tx.contacts().hold(contact).await?;
        let (origin, by) = (call.id.to_string(), outcome.read_by(language));
        let proposed = facts::from_reading(&outcome.reading, &origin, outcome.provisional, &by, request.now);
        let mut signals = outcome.reading.signals;
        signals.opt_out |= optout::by_word(&words) == Some(OptWord::Stop);
        let reading = Reading { proposed, signals, again: self.again };
        voicemail::understood(&mut tx, &tenant, &call, &contact, reading).await?;
        if outcome.provisional && !self.again && cx.chain.model_available(&order, Timestamp::MAX) {
            let at = tx.now() + cx.read_again_after;
            put(&mut tx, &Self { call: self.call, again: true }, at, OnConflict::Keep).await?;
        }
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }

    async fn question(&self, cx: &Context, read: &mut Conn) -> Result<Option<Question>> {
        let Some(call) = read.calls().get(self.call).await? else { return Ok(None) };
        let Some(words) = voicemail::words(&call) else { return Ok(None) };
        let tenant = read.tenants().me().await?;
        let request = MessageRequest {
            text: words.chars().take(LONGEST).collect(),
            state: ChatState::AwaitingResponse,
            known: Known::default(), // what is known is no news, and would colour the reading
            now: began(&call),
            zone: tenant.time_zone.clone(),
            country: tenant.country.clone(),
            language: tenant.language().to_owned(),
            mask: mask(read, call.contact_id, [&call]).await?,
        };
        let (order, budget_ok) = (models::order(cx, &tenant), models::within_budget(read, &tenant).await?);
        Ok(Some(Question { request, words, order, budget_ok }))
    }
}

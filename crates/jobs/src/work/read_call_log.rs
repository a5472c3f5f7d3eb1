//! Reads a switchboard's call log now and then, for records that did not reach us while we were down (A6, P2).
//!
//! Always true: reading again changes nothing; the log is read on from where it was read to, with an overlap, since calls show
//! up in it minutes late; a connection without credentials is left alone.

use super::{put, settle};
use crate::call_log::{Log, NoAnswer};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::id::{ConnectionId, TenantId};
use ringleader_providers::all::{Capability, kinds_that};
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::repo::Connection;
use ringleader_store::{Result, Tx};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Calls show up in the log so much later at most; so much is read again each time.
const OVERLAP: SignedDuration = SignedDuration::from_mins(15);

/// A gap is read in stretches of this length.
const STRETCH: SignedDuration = SignedDuration::from_hours(6);

/// A gap that is longer is not read to its beginning: nobody calls back after so long.
const FURTHEST: SignedDuration = SignedDuration::from_hours(72);

/// A stretch is not halved below this.
const SHORTEST: SignedDuration = SignedDuration::from_mins(1);

/// Requests in one run.
const REQUESTS: usize = 12;

/// Everyone's calls, as opposed to those of one contact.
const SCOPE: &str = "all";

/// Reads the log of a connection, and plans itself anew.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReadCallLog {
    /// Whose log.
    pub connection: ConnectionId,
}

impl Job for ReadCallLog {
    type Context = Context;
    const KIND: &'static str = "read_call_log";
    const TIMEOUT: Duration = Duration::from_secs(180);
    const MAX_ATTEMPTS: u32 = 1_000;

    fn key(&self) -> Option<String> {
        Some(self.connection.to_string())
    }

    fn priority(&self) -> u8 {
        3
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.read(cx, job.tenant).await)
    }
}

/// Plans reading for a connection that was made or changed: at once, if it has a log at all.
pub async fn plan(tx: &mut Tx, connection: ConnectionId, kind: &str) -> Result<()> {
    if kinds_that(Capability::CallLog).any(|with_log| with_log == kind) {
        let now = tx.now();
        put(tx, &ReadCallLog { connection }, now, OnConflict::Sooner).await?;
    }
    Ok(())
}

/// Plans reading for every connection that can be read; called at start, since records may have been missed.
pub async fn plan_all(cx: &Context) -> Result<()> {
    let mut readable: Vec<Connection> = Vec::new();
    for kind in kinds_that(Capability::CallLog) {
        let all = cx.store.read_system().await?.connections().everyones(kind).await?;
        readable.extend(all.into_iter().filter_map(|c| Log::of(cx, c)).map(|log| log.connection));
    }
    for connection in readable {
        let mut tx = cx.store.begin(connection.tenant_id).await?;
        plan(&mut tx, connection.id, &connection.kind).await?;
        tx.commit().await?;
    }
    Ok(())
}

impl ReadCallLog {
    async fn read(self, cx: &Context, tenant: TenantId) -> Result<Outcome> {
        let connection = cx.store.read(tenant).await?.connections().get(self.connection).await?;
        let Some(log) = connection.and_then(|connection| Log::of(cx, connection)) else {
            return Ok(Outcome::Done);
        };
        let now = cx.store.clock().now();
        let mark = cx.store.read(tenant).await?.call_log_marks().read_until(self.connection, SCOPE).await?;
        // What was before the connection is none of our business.
        let earliest = (now - FURTHEST).max(log.connection.created_at);
        let mut from = mark.unwrap_or(earliest).max(earliest) - OVERLAP;
        let mut length = STRETCH;
        for _ in 0..REQUESTS {
            let to = (from + length).min(now);
            let found = match log.ask(cx, from, to, None).await? {
                Ok(found) if !found.complete && length > SHORTEST => {
                    length = SignedDuration::from_secs(length.as_secs() / 2);
                    continue;
                }
                Ok(found) => found,
                Err(NoAnswer::Until(at)) => return Ok(Outcome::Snooze(at)),
                Err(NoAnswer::Refused) => return Ok(Outcome::Snooze(now + log.config.call_log_every.max(STRETCH))),
            };
            log.take_in(cx, found).await?;
            self.mark(cx, tenant, to).await?;
            if to >= now {
                return Ok(Outcome::Snooze(now + log.config.call_log_every));
            }
            from = to;
        }
        Ok(Outcome::Snooze(now + SignedDuration::from_secs(1)))
    }

    async fn mark(&self, cx: &Context, tenant: TenantId, until: Timestamp) -> Result<()> {
        let mut tx = cx.store.begin(tenant).await?;
        tx.call_log_marks().set(self.connection, SCOPE, until).await?;
        tx.commit().await
    }
}

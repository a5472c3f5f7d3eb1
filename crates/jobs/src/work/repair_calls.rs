//! Asks the platform of voice agents for what its webhooks did not tell (B9): every quarter of an hour, what it lists since
//! the last good look, calls that fell silent before their end, and calls that were paid on the word of a webhook, which
//! anybody may have sent (P5). What is fetched goes through the inbox like everything else, so it can be replayed.
//!
//! Always true: a call that the platform has confirmed is not asked about again, unless something else was claimed since; a
//! look that fails is taken again and the next one begins where the last good one ended, so a lost day is made good; one
//! question that the platform will not answer keeps no other from being put.

use super::{put, settle};
use crate::accounts;
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::intake::FETCHED;
use crate::tokens::digest;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::call::{Call, CallStatus};
use ringleader_core::id::{ConnectionId, TenantId};
use ringleader_core::lifecycle::{DISOWNED, class};
use ringleader_providers::all::{Capability, kinds_that};
use ringleader_providers::bolna::client::{ApiError, Listed};
use ringleader_providers::bolna::inbound::normalised;
use ringleader_providers::bolna::{Client, Config};
use ringleader_store::inbox::{NewEvent, State};
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::repo::{Connection, Unsure};
use ringleader_store::{Result, Store, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

/// How often it is looked.
const EVERY: SignedDuration = SignedDuration::from_mins(15);
/// Executions that were made so long before the last look are listed again: they may have been under way.
const MARGIN: SignedDuration = SignedDuration::from_hours(1);
/// The first look of a connection goes back so far.
const FIRST: SignedDuration = SignedDuration::from_hours(24);
/// A call of which nothing was heard for so long is asked for.
const SILENT: SignedDuration = SignedDuration::from_mins(30);
/// Calls that are older are let go.
const OLD: SignedDuration = SignedDuration::from_hours(72);
/// Most executions that one look fetches; the rest follows in the next one.
const MOST: usize = 300;

/// Asks for the calls of a connection.
#[derive(Debug, Serialize, Deserialize)]
pub struct RepairCalls {
    /// Whose.
    pub connection_id: ConnectionId,
    /// The quarter of an hour that it belongs to.
    pub period: Timestamp,
    /// What was made since then is listed.
    pub since: Timestamp,
}

impl Job for RepairCalls {
    type Context = Context;
    const KIND: &'static str = "repair_calls";
    const TIMEOUT: Duration = Duration::from_secs(300);
    const MAX_ATTEMPTS: u32 = 25;

    fn key(&self) -> Option<String> {
        Some(format!("{}:{}", self.connection_id, self.period))
    }

    fn lane(&self) -> Option<String> {
        Some(format!("repair:{}", self.connection_id))
    }

    fn priority(&self) -> u8 {
        3
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.repair(cx, job).await)
    }
}

/// Plans the next look at a connection.
pub async fn plan(tx: &mut Tx, connection_id: ConnectionId, since: Timestamp) -> Result<()> {
    let period = next_period(tx.now());
    put(tx, &RepairCalls { connection_id, period, since }, period, OnConflict::Keep).await.map(drop)
}

/// Plans a first look for each connection that has none before it; called from time to time, so that none stays without.
pub async fn plan_missing(store: &Store) -> Result<()> {
    for kind in kinds_that(Capability::VoiceAgents) {
        let without: Vec<(TenantId, ConnectionId)> =
            store.read_system().await?.agent_calls().without_repair(kind, RepairCalls::KIND).await?;
        for (tenant, connection) in without {
            let mut tx = store.begin(tenant).await?;
            let since = tx.now() - FIRST;
            plan(&mut tx, connection, since).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// The beginning of the next quarter of an hour.
fn next_period(now: Timestamp) -> Timestamp {
    let every = EVERY.as_secs();
    Timestamp::from_second((now.as_second().div_euclid(every) + 1) * every).unwrap_or(now)
}

/// What one look brought.
struct Found {
    records: Vec<serde_json::Value>,
    /// Everything that was wanted is here.
    all: bool,
    /// Why not.
    trouble: Option<ApiError>,
}

impl RepairCalls {
    async fn repair(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let connection = cx.store.read(job.tenant).await?.connections().get(self.connection_id).await?;
        let Some(connection) = connection else { return Ok(Outcome::Done) };
        let now = cx.store.clock().now();
        let found = match accounts::voice_agents(cx, &connection) {
            Ok(Some((config, client))) => self.look(cx, job.tenant, &connection, &config, &client, now).await?,
            Ok(None) => Found { records: vec![], all: true, trouble: None }, // nothing to ask with, until there is a key
            Err(error) => return Ok(Outcome::Retry(error.to_string())),
        };
        let mut tx = cx.store.begin(job.tenant).await?;
        let mut new = 0;
        for record in &found.records {
            new += u64::from(tx.inbox().put(event(&connection, record, self.period, now)).await?);
        }
        if let Some(trouble) = found.trouble {
            if matches!(trouble, ApiError::Unauthorised) {
                tx.connections().set_health(connection.id, "failing", Some(&trouble.to_string())).await?;
            }
            tx.commit().await?;
            return Ok(put_off(&trouble, now));
        }
        plan(&mut tx, connection.id, if found.all { now } else { self.since.max(now - OLD) }).await?;
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        metrics::counter!("ringleader_calls_repaired_total", "provider" => connection.kind.clone()).increment(new);
        Ok(Outcome::Committed)
    }

    /// Lists, and fetches what is wanted. What was fetched before trouble came is kept.
    async fn look(
        &self,
        cx: &Context,
        tenant: TenantId,
        connection: &Connection,
        config: &Config,
        client: &Client,
        now: Timestamp,
    ) -> Result<Found> {
        let (mut listed, mut all) = (Vec::new(), true);
        for agent in &config.agents {
            match client.executions(&agent.agent_id, self.since - MARGIN, now).await {
                Ok(found) => listed.extend(found),
                Err(ApiError::Refused(why)) => {
                    refused(connection, &why); // the others are asked for all the same
                    all = false;
                }
                Err(trouble) => return Ok(Found { records: vec![], all: false, trouble: Some(trouble) }),
            }
        }
        let wanted = wanted(cx, tenant, connection, &listed, now).await?;
        let mut found = Found { records: vec![], all: all && wanted.len() <= MOST, trouble: None };
        for id in wanted.into_iter().take(MOST) {
            match client.execution(&id).await {
                Ok(Some(record)) => found.records.push(record),
                Ok(None) => found.records.push(json!({ "id": id, "status": DISOWNED })),
                Err(ApiError::Refused(why)) => {
                    refused(connection, &why);
                    found.all = false;
                }
                Err(trouble) => {
                    found.trouble = Some(trouble);
                    break;
                }
            }
        }
        Ok(found)
    }
}

/// The platform will not answer this question, however often it is put.
fn refused(connection: &Connection, why: &str) {
    metrics::counter!("ringleader_repair_refused_total", "provider" => connection.kind.clone()).increment(1);
    tracing::warn!(connection.id = %connection.id, why, "The platform refused to tell of an agent or a call");
}

/// Executions that we lack, that ended without our hearing of it, that fell silent, or that nobody confirmed.
async fn wanted(
    cx: &Context,
    tenant: TenantId,
    connection: &Connection,
    listed: &[Listed],
    now: Timestamp,
) -> Result<BTreeSet<String>> {
    let mut read = cx.store.read(tenant).await?;
    let which = Unsure { silent_since: now - SILENT, known_since: now - OLD, limit: MOST as u32 };
    let mut wanted: BTreeSet<String> = read.agent_calls().unsure(connection.id, which).await?.into_iter().collect();
    for row in listed {
        let known = read.calls().by_provider_id(&connection.kind, &row.id).await?;
        let ended = class(&normalised(&row.status)).is_final();
        let open = |call: &Call| call.status == CallStatus::InProgress || call.lifecycle == DISOWNED;
        if known.is_none_or(|call| ended && open(&call)) {
            wanted.insert(row.id.clone());
        }
    }
    Ok(wanted)
}

/// The record as an event of the inbox, once for each look: a record that is still the same refutes what was claimed since.
fn event(connection: &Connection, record: &serde_json::Value, look: Timestamp, now: Timestamp) -> NewEvent {
    let body = record.to_string();
    NewEvent {
        tenant: connection.tenant_id,
        connection_id: connection.id,
        provider: connection.kind.clone(),
        event_key: record["id"].as_str().unwrap_or_default().to_owned(),
        dedupe_key: digest(&format!("fetched:{look}:{body}")),
        headers: json!({ FETCHED: true }),
        body: body.into(),
        received_at: now,
        state: State::Received,
        detail: None,
    }
}

fn put_off(trouble: &ApiError, now: Timestamp) -> Outcome {
    match trouble {
        ApiError::Throttled { retry_after } => {
            let pause = retry_after.and_then(|pause| pause.try_into().ok()).unwrap_or(SignedDuration::from_mins(1));
            Outcome::Snooze(now.checked_add(pause).unwrap_or(now))
        }
        other => Outcome::Retry(other.to_string()),
    }
}

//! Rings somebody on call for an emergency, and stops ringing once somebody has it (C8).
//!
//! Always true: that the provider is asked is committed before it is asked; an answer that was lost is looked up before
//! anybody is rung again (P2), and looked up and ended once somebody has it. What can never be rung is tried once and is in the
//! trail. The address that the provider gets holds ids alone (P10).

use super::ring_on_call::{help_began, is_texted};
use super::{RingOnCall, put, settle};
use crate::accounts;
use crate::context::Context;
use crate::engine::{Job, Outcome, URGENT};
use jiff::SignedDuration;
use ringleader_core::id::{AlarmId, TenantId};
use ringleader_core::phone::Phone;
use ringleader_core::tenant::LineUse;
use ringleader_core::ticket::{AlarmState, Ring, RingState, ends_round};
use ringleader_providers::messaging::SendError;
use ringleader_providers::twilio::Client;
use ringleader_providers::twilio::calls::{NewCall, Turn};
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::repo::{Connection, Page};
use ringleader_store::{Conn, Result, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

/// A phone rings so long at most, in seconds: after that a voicemail would answer.
const RINGS: i64 = 45;

/// Rings somebody on call.
#[derive(Debug, Serialize, Deserialize)]
pub struct CallOnCall {
    /// What it is about.
    pub alarm: AlarmId,
    /// How many were told before, over all rounds.
    pub nth: i64,
}

impl Job for CallOnCall {
    type Context = Context;
    const KIND: &'static str = "call_on_call";
    const TIMEOUT: Duration = Duration::from_secs(60);
    const MAX_ATTEMPTS: u32 = 6;

    fn key(&self) -> Option<String> {
        Some(format!("{}:{}", self.alarm, self.nth))
    }

    fn priority(&self) -> u8 {
        URGENT
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.call(cx, job.tenant).await)
    }
}

impl CallOnCall {
    async fn call(self, cx: &Context, tenant: TenantId) -> Result<Outcome> {
        let mut tx = cx.store.begin(tenant).await?;
        let alarm = tx.tickets().alarm(self.alarm).await?;
        let ring = tx.rings().get(self.alarm, self.nth).await?;
        let open = |it: &Ring| matches!(it.state, RingState::Wanted | RingState::Placing);
        let (Some(alarm), Some(ring)) = (alarm, ring.filter(open)) else { return Ok(Outcome::Done) };
        if alarm.state != AlarmState::Ringing {
            return self.too_late(tx, &ring).await;
        }
        let Some(account) = tx.connections().get(ring.connection).await? else {
            return self.refused(tx, "no_account").await;
        };
        let wait = tx.tenants().me().await?.settings.reception.on_call_wait.0.as_secs();
        let Ok((client, own)) = accounts::telephone(cx, &account) else {
            return self.refused(tx, "unusable_account").await;
        };
        let Some(from) = shown(&mut tx, &account, own).await? else {
            return self.refused(tx, "no_number").await;
        };
        if ring.state == RingState::Wanted {
            tx.rings().note(self.alarm, self.nth, RingState::Placing, None, None).await?;
        }
        tx.commit().await?;
        let earlier = match ring.state {
            RingState::Placing => client.placed_since(&ring.phone, ring.at).await,
            _ => Ok(None),
        };
        let placed = match earlier {
            Ok(Some(sid)) => Ok(sid),
            Ok(None) => client.place_call(&self.new_call(cx, &ring, from, wait)).await,
            Err(error) => Err(error),
        };
        self.keep(cx, tenant, placed).await
    }

    /// Nobody is to be rung any more. What may ring all the same is looked up and ended.
    async fn too_late(&self, mut tx: Tx, ring: &Ring) -> Result<Outcome> {
        match ring.state {
            RingState::Placing => stop_soon(&mut tx, self.alarm).await?,
            _ => drop(tx.rings().note(self.alarm, self.nth, RingState::Over, None, Some("stopped")).await?),
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    fn new_call(&self, cx: &Context, ring: &Ring, from: Phone, wait: i64) -> NewCall {
        let root = format!("{}/webhooks/twilio/voice/alarm", cx.public_url.trim_end_matches('/'));
        let which = format!("a={}&nth={}", self.alarm, self.nth);
        NewCall {
            to: ring.phone.clone(),
            from,
            url: format!("{root}?{which}"),
            status_callback: format!("{root}/status?{which}"),
            timeout: u32::try_from(wait.clamp(15, RINGS)).unwrap_or(30),
        }
    }

    /// What the provider said.
    async fn keep(&self, cx: &Context, tenant: TenantId, placed: Result<String, SendError>) -> Result<Outcome> {
        let sid = match placed {
            Ok(sid) => sid,
            Err(error) => match refusal(&error) {
                Some(code) => return self.refused(cx.store.begin(tenant).await?, code).await,
                // Not known, or not now: looked up and tried again.
                None => return Ok(Outcome::Retry(error.to_string())),
            },
        };
        let mut tx = cx.store.begin(tenant).await?;
        tx.rings().note(self.alarm, self.nth, RingState::Placed, Some(&sid), None).await?;
        let alarm = tx.tickets().alarm(self.alarm).await?;
        if let Some(alarm) = alarm.as_ref().filter(|_| self.nth == 0) {
            help_began(alarm, "call", tx.now());
        }
        if alarm.is_some_and(|it| it.state == AlarmState::Acknowledged) {
            stop_soon(&mut tx, self.alarm).await?; // somebody was faster than the provider
        }
        tx.commit().await?;
        metrics::counter!("ringleader_on_call_rings_total", "result" => "placed").increment(1);
        Ok(Outcome::Done)
    }

    /// This phone cannot be rung. If no text has gone to them either, the next one is told at once.
    async fn refused(&self, mut tx: Tx, code: &str) -> Result<Outcome> {
        tx.rings().note(self.alarm, self.nth, RingState::Over, None, Some("refused")).await?;
        let what = json!({ "nth": self.nth + 1, "code": code });
        tx.usage().audit("receptionist", "on_call.refused", &self.alarm.to_string(), None, Some(what)).await?;
        let tenant = tx.tenants().me().await?;
        let ends = ends_round(self.nth, tenant.settings.reception.on_call.len());
        if !ends && !is_texted(&mut tx, self.alarm, self.nth).await? {
            let (next, now) = (RingOnCall { alarm: self.alarm, nth: self.nth + 1 }, tx.now());
            put(&mut tx, &next, now, OnConflict::Sooner).await?;
        }
        tx.commit().await?;
        metrics::counter!("ringleader_on_call_rings_total", "result" => "refused").increment(1);
        Ok(Outcome::Done)
    }
}

/// Why a phone will not be rung however often it is tried; `None` for what passes.
fn refusal(error: &SendError) -> Option<&str> {
    match error {
        SendError::Unreachable(failure)
        | SendError::WindowClosed(failure)
        | SendError::Template(failure)
        | SendError::OptedOut(failure)
        | SendError::Halted(failure)
        | SendError::Rejected(failure) => Some(&failure.code),
        SendError::Throttled { .. }
        | SendError::Transient(_)
        | SendError::NotSent { .. }
        | SendError::Unknown { .. } => None,
    }
}

/// The number that is shown: a line of the receptionist's over this account, else the account's own.
async fn shown(conn: &mut Conn, account: &Connection, own: Option<Phone>) -> Result<Option<Phone>> {
    let lines = conn.tenants().list_lines(&Page { limit: 200, before: None }).await?.rows;
    let fits = |line: &&ringleader_core::tenant::Line| {
        let ours = line.connection_id.is_none_or(|id| id == account.id);
        line.until.is_none() && ours && line.uses.contains(&LineUse::Receptionist)
    };
    Ok(lines.iter().find(fits).map(|line| line.number.clone()).or(own))
}

/// The provider's answer about a call comes within this time, or never.
const LOST: SignedDuration = SignedDuration::from_mins(5);

/// A call whose answer is not known yet is looked for again after this.
const AGAIN: SignedDuration = SignedDuration::from_secs(10);

/// Plans the end of the calls to everyone else.
pub(crate) async fn stop_soon(tx: &mut Tx, alarm: AlarmId) -> Result<()> {
    let now = tx.now();
    put(tx, &StopRings { alarm }, now, OnConflict::Sooner).await.map(drop)
}

/// Ends the calls to everyone else, once somebody has it.
#[derive(Debug, Serialize, Deserialize)]
pub struct StopRings {
    /// What it is about.
    pub alarm: AlarmId,
}

impl Job for StopRings {
    type Context = Context;
    const KIND: &'static str = "stop_rings";
    const TIMEOUT: Duration = Duration::from_secs(60);
    const MAX_ATTEMPTS: u32 = 4;

    fn key(&self) -> Option<String> {
        Some(self.alarm.to_string())
    }

    fn priority(&self) -> u8 {
        URGENT
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.stop(cx, job.tenant).await)
    }
}

impl StopRings {
    async fn stop(self, cx: &Context, tenant: TenantId) -> Result<Outcome> {
        let mut read = cx.store.read(tenant).await?;
        let mut left = Vec::new();
        for ring in read.rings().of(self.alarm).await? {
            let account = read.connections().get(ring.connection).await?;
            let rings = matches!(ring.state, RingState::Placing | RingState::Placed);
            left.extend(account.filter(|_| rings).map(|account| (ring, account)));
        }
        drop(read);
        let (now, mut waits) = (cx.store.clock().now(), false);
        for (ring, account) in left {
            let Ok((client, _)) = accounts::telephone(cx, &account) else { continue };
            let sid = match found(&client, &ring).await {
                Ok(Some(sid)) => sid,
                Ok(None) if now.duration_since(ring.at) < LOST => {
                    waits = true; // the provider may be placing it just now
                    continue;
                }
                Ok(None) => String::new(),
                Err(error) => return Ok(Outcome::Retry(error.to_string())),
            };
            if !sid.is_empty()
                && let Err(error) = hang_up(&client, &sid).await
            {
                return Ok(Outcome::Retry(error.to_string()));
            }
            let mut tx = cx.store.begin(tenant).await?;
            tx.rings().note(self.alarm, ring.nth, RingState::Over, None, Some("stopped")).await?;
            tx.commit().await?;
        }
        Ok(if waits { Outcome::Snooze(now + AGAIN) } else { Outcome::Done })
    }
}

/// The provider's id of a call; looked up where its answer was lost, or has not come.
async fn found(client: &Client, ring: &Ring) -> Result<Option<String>, SendError> {
    match &ring.provider_call_id {
        Some(sid) => Ok(Some(sid.clone())),
        None => client.placed_since(&ring.phone, ring.at).await,
    }
}

/// A call that is over already is as good.
async fn hang_up(client: &Client, sid: &str) -> Result<(), SendError> {
    match client.turn_call(sid, &Turn::Hangup).await {
        Err(SendError::Rejected(_)) | Ok(()) => Ok(()),
        Err(error) => Err(error),
    }
}

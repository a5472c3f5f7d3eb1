//! Rings somebody on call for an emergency, and stops ringing once somebody has it (C8).
//!
//! Always true: that the provider is asked is committed before it is asked; an answer that was lost is looked up before
//! anybody is rung again (P2). The address that the provider gets holds ids alone (P10).

use super::settle;
use crate::accounts;
use crate::context::Context;
use crate::engine::{Job, Outcome};
use ringleader_core::id::{AlarmId, TenantId};
use ringleader_core::phone::Phone;
use ringleader_core::tenant::LineUse;
use ringleader_core::ticket::{AlarmState, Ring, RingState};
use ringleader_providers::messaging::SendError;
use ringleader_providers::twilio::Client;
use ringleader_providers::twilio::calls::{NewCall, Turn};
use ringleader_store::jobs::Claimed;
use ringleader_store::repo::{Connection, Page};
use ringleader_store::{Conn, Result};
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
    /// Which place in the chain.
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

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.call(cx, job.tenant).await)
    }
}

impl CallOnCall {
    async fn call(self, cx: &Context, tenant: TenantId) -> Result<Outcome> {
        let mut tx = cx.store.begin(tenant).await?;
        let ringing = tx.tickets().alarm(self.alarm).await?.is_some_and(|it| it.state == AlarmState::Ringing);
        let ring = tx.rings().get(self.alarm, self.nth).await?;
        let open = |it: &Ring| matches!(it.state, RingState::Wanted | RingState::Placing);
        let Some(ring) = ring.filter(open).filter(|_| ringing) else { return Ok(Outcome::Done) };
        let Some(account) = tx.connections().get(ring.connection).await? else { return Ok(Outcome::Done) };
        let wait = tx.tenants().me().await?.settings.reception.on_call_wait.0.as_secs();
        let (client, own) = match accounts::telephone(cx, &account) {
            Ok(way) => way,
            Err(error) => return Ok(Outcome::Cancel(error.to_string())),
        };
        let Some(from) = shown(&mut tx, &account, own).await? else {
            return Ok(Outcome::Cancel("the account has no number that could be shown".to_owned()));
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
        let (state, sid, result) = match &placed {
            Ok(sid) => (RingState::Placed, Some(sid.as_str()), None),
            Err(SendError::Rejected(failure)) => (RingState::Over, None, Some(failure.code.as_str())),
            // Not known, or not now: looked up and tried again.
            Err(error) => return Ok(Outcome::Retry(error.to_string())),
        };
        let mut tx = cx.store.begin(tenant).await?;
        tx.rings().note(self.alarm, self.nth, state, sid, result.map(|_| "refused")).await?;
        if result.is_some() {
            let what = json!({ "nth": self.nth + 1, "code": result });
            tx.usage().audit("receptionist", "on_call.refused", &self.alarm.to_string(), None, Some(what)).await?;
        }
        metrics::counter!("ringleader_on_call_rings_total", "result" => if sid.is_some() { "placed" } else { "refused" })
            .increment(1);
        tx.commit().await?;
        Ok(Outcome::Done)
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

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.stop(cx, job.tenant).await)
    }
}

impl StopRings {
    async fn stop(self, cx: &Context, tenant: TenantId) -> Result<Outcome> {
        let mut read = cx.store.read(tenant).await?;
        let rings = read.rings().of(self.alarm).await?;
        let mut left = Vec::new();
        for ring in rings.into_iter().filter(|ring| ring.state == RingState::Placed) {
            let account = read.connections().get(ring.connection).await?;
            left.extend(account.zip(ring.provider_call_id.clone()).map(|(account, sid)| (ring.nth, account, sid)));
        }
        drop(read);
        for (nth, account, sid) in left {
            let Ok((client, _)) = accounts::telephone(cx, &account) else { continue };
            match hang_up(&client, &sid).await {
                Ok(()) => {}
                Err(error) => return Ok(Outcome::Retry(error.to_string())),
            }
            let mut tx = cx.store.begin(tenant).await?;
            tx.rings().note(self.alarm, nth, RingState::Over, None, Some("stopped")).await?;
            tx.commit().await?;
        }
        Ok(Outcome::Done)
    }
}

/// A call that is over already is as good.
async fn hang_up(client: &Client, sid: &str) -> Result<(), SendError> {
    match client.turn_call(sid, &Turn::Hangup).await {
        Err(SendError::Rejected(_)) | Ok(()) => Ok(()),
        Err(error) => Err(error),
    }
}

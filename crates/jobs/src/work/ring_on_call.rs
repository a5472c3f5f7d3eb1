//! Tells the people on call of danger, one after the other and round after round, until one takes it (C8): by text message, and
//! by a call where the business has a telephone account. No brain is asked: it works with every model down.
//!
//! Always true: the first is told in the run that follows the report at once; each has the set time; who answers first has
//! it, and nobody is told after that; where nobody takes it the owner is told over every channel; each step is in the audit
//! trail.

use super::{CallOnCall, put, send_message, settle, tell_of_danger};
use crate::context::Context;
use crate::engine::{Job, Outcome, URGENT};
use crate::ways::{Ways, connection_for, telephone};
use jiff::Timestamp;
use ringleader_core::conversation::Channel;
use ringleader_core::id::{AlarmId, ConnectionId};
use ringleader_core::message::MessageStatus;
use ringleader_core::phone::{Phone, parse};
use ringleader_core::policy::{self, Verdict};
use ringleader_core::reception::say;
use ringleader_core::settings::Colleague;
use ringleader_core::tenant::Tenant;
use ringleader_core::ticket::{Alarm, AlarmState, ends_round, turn};
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::{Result, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

/// Tells the next person on call.
#[derive(Debug, Serialize, Deserialize)]
pub struct RingOnCall {
    /// What it is about.
    pub alarm: AlarmId,
    /// How many were told before, over all rounds.
    pub nth: i64,
}

impl Job for RingOnCall {
    type Context = Context;
    const KIND: &'static str = "ring_on_call";
    const TIMEOUT: Duration = Duration::from_secs(30);
    const MAX_ATTEMPTS: u32 = 25;

    fn key(&self) -> Option<String> {
        Some(format!("{}:{}", self.alarm, self.nth))
    }

    fn priority(&self) -> u8 {
        URGENT
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.tell(cx, job).await)
    }
}

impl RingOnCall {
    async fn tell(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut tx = cx.store.begin(job.tenant).await?;
        let Some(alarm) = tx.tickets().alarm(self.alarm).await?.filter(|it| it.state == AlarmState::Ringing) else {
            return Ok(Outcome::Done);
        };
        let tenant = tx.tenants().me().await?;
        let chain = &tenant.settings.reception.on_call;
        let subject = alarm.id.to_string();
        match turn(self.nth, chain.len()).and_then(|place| chain.get(place)) {
            Some(person) => {
                if !tx.tickets().told(alarm.id, self.nth).await? {
                    return Ok(Outcome::Done); // told by an earlier run
                }
                let texted = write(&mut tx, &tenant, &alarm, person, &about(self.nth)).await?;
                let rung = ring(&mut tx, &tenant, &alarm, person, self.nth).await?;
                let reached = texted || rung;
                let what = json!({ "name": person.name, "nth": self.nth + 1, "reached": reached, "rung": rung });
                tx.usage().audit("receptionist", "on_call.told", &subject, None, Some(what)).await?;
                if self.nth == 0 && texted {
                    help_began(&alarm, "text", tx.now());
                }
                let result = if reached { "told" } else { "unreachable" };
                metrics::counter!("ringleader_on_call_total", "result" => result).increment(1);
                // Who cannot be told at all is not waited for, unless a round ends with them.
                let wait = tenant.settings.reception.on_call_wait.0;
                let waits = reached || ends_round(self.nth, chain.len());
                let at = if waits { tx.now() + wait } else { tx.now() };
                put(&mut tx, &Self { alarm: alarm.id, nth: self.nth + 1 }, at, OnConflict::Keep).await?;
            }
            None => {
                tx.tickets().close_alarm(alarm.id, AlarmState::Unanswered, None).await?;
                let what = json!({ "told": alarm.told });
                tx.usage().audit("receptionist", "on_call.unanswered", &subject, None, Some(what)).await?;
                let alarm = Alarm { state: AlarmState::Unanswered, ..alarm };
                tell_of_danger::everywhere(&mut tx, &tenant, &alarm).await?;
                metrics::counter!("ringleader_on_call_total", "result" => "unanswered").increment(1);
            }
        }
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }
}

/// From the turn in which danger was told to the first text that was wished, and to the first phone that rings (C8).
pub(super) fn help_began(alarm: &Alarm, by: &'static str, now: Timestamp) {
    let took = now.duration_since(alarm.created_at).as_secs_f64();
    metrics::histogram!("ringleader_on_call_seconds", "by" => by).record(took.max(0.0));
    tracing::info!(alarm.id = %alarm.id, on_call.by = by, on_call.seconds = took, "The first on call was told");
}

/// Whether a text to the one who was told after `nth` others has gone, or still may.
pub(super) async fn is_texted(tx: &mut Tx, alarm: AlarmId, nth: i64) -> Result<bool> {
    let text = tx.messages().by_send_key(&send_key(alarm, &about(nth))).await?;
    Ok(text.is_some_and(|text| !matches!(text.status, MessageStatus::Failed | MessageStatus::Held)))
}

/// What names the text to the one who is told after `nth` others.
fn about(nth: i64) -> String {
    format!("on_call:{nth}")
}

fn send_key(alarm: AlarmId, about: &str) -> String {
    format!("{alarm}:{about}")
}

/// Rings one of them; `false`: nobody can be rung.
async fn ring(tx: &mut Tx, tenant: &Tenant, alarm: &Alarm, person: &Colleague, nth: i64) -> Result<bool> {
    let Some(phone) = parse(&person.phone, &tenant.country).phone else { return Ok(false) };
    let Some(account) = telephone(tx).await? else { return Ok(false) };
    if tx.rings().want(alarm.id, nth, &person.name, &phone, account.id).await? {
        let now = tx.now();
        put(tx, &CallOnCall { alarm: alarm.id, nth }, now, OnConflict::Keep).await?;
    }
    Ok(true)
}

/// Writes to one of them: by text message, else on WhatsApp inside their window. `false`: neither is there.
/// `about` names it: the same is written once.
pub(super) async fn write(
    tx: &mut Tx,
    tenant: &Tenant,
    alarm: &Alarm,
    person: &Colleague,
    about: &str,
) -> Result<bool> {
    let Some(phone) = parse(&person.phone, &tenant.country).phone else { return Ok(false) };
    let Some((channel, connection)) = way(tx, tenant, &phone).await? else { return Ok(false) };
    let words = say::alarm::words(alarm, tenant.language());
    tell(tx, alarm, about, phone, (channel, connection), words).await?;
    Ok(true)
}

/// Writes to a number about an emergency; once for each `about`.
pub(crate) async fn tell(
    tx: &mut Tx,
    alarm: &Alarm,
    about: &str,
    to: Phone,
    way: (Channel, ConnectionId),
    words: String,
) -> Result<()> {
    let wish = tell_of_danger::notice(alarm, send_key(alarm.id, about), way, (Some(to), None), words);
    send_message::wish(tx, &wish).await.map(drop)
}

async fn way(tx: &mut Tx, tenant: &Tenant, phone: &Phone) -> Result<Option<(Channel, ConnectionId)>> {
    if let Some(sms) = connection_for(tx, Channel::Sms).await? {
        return Ok(Some((Channel::Sms, sms.id)));
    }
    let ways = Ways::to_staff(tx, tenant, phone).await?;
    let now = tx.now();
    let Some(connection) = ways.connection(Channel::Whatsapp) else { return Ok(None) };
    let ruling = policy::owner_notice(Channel::Whatsapp, ways.route.window_open, &ways.route, now);
    Ok(matches!(ruling.verdict, Verdict::Go { .. }).then_some((Channel::Whatsapp, connection)))
}

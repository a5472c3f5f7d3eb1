//! What a tenant has used up today (P12): counted when a message is wished, looked at before one is, told once a day.

use crate::ledger::{self, Wish};
use jiff::Timestamp;
use ringleader_core::conversation::Channel;
use ringleader_core::message::{Audience, Content};
use ringleader_core::policy::Caps;
use ringleader_core::settings::Limits;
use ringleader_core::sms::segments;
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::repo::NewMessage;
use ringleader_store::{Result, Tx};

const MESSAGES: &str = "messages";
const SEGMENTS: &str = "sms_segments";
/// In hundredths of a minor unit, so that a price for a hundred counts whole.
const MONEY: &str = "money_100";

/// The caps that today's sends have reached.
pub async fn caps(tx: &mut Tx, tenant: &Tenant) -> Result<Caps> {
    let limits = &tenant.settings.limits;
    let day = day(tenant, tx.now());
    let money = match limits.message_money_per_day {
        Some(cap) => total(tx, &day, MONEY).await? >= cap.saturating_mul(100),
        None => false,
    };
    Ok(Caps {
        messages: total(tx, &day, MESSAGES).await? >= i64::from(limits.messages_per_day),
        sms: total(tx, &day, SEGMENTS).await? >= i64::from(limits.sms_segments_per_day),
        money,
    })
}

/// Counts a message that was wished.
pub async fn count(tx: &mut Tx, message: &NewMessage) -> Result<()> {
    let tenant = tx.tenants().me().await?;
    let day = day(&tenant, tx.now());
    if message.audience == Audience::Contact {
        tx.budgets().spend(&key(&day, MESSAGES), 1).await?;
    }
    let segments = sms_segments(message.channel, &message.content);
    if segments > 0 {
        tx.budgets().spend(&key(&day, SEGMENTS), i64::from(segments)).await?;
    }
    let price = price(&tenant.settings.limits, segments, &message.content);
    if price > 0 {
        tx.budgets().spend(&key(&day, MONEY), price).await?;
    }
    Ok(())
}

/// Whether the receptionist has talked for as long today as the tenant lets it; if so, it is told, once a day.
pub async fn calls_used_up(tx: &mut Tx, tenant: &Tenant) -> Result<bool> {
    let Some(cap) = tenant.settings.limits.call_minutes_per_day else { return Ok(false) };
    let today = tx.now().to_zoned(tenant.time_zone.clone()).date();
    let since = today.to_zoned(tenant.time_zone.clone()).map_or(tx.now(), |begin| begin.timestamp());
    if tx.voice().minutes_since(since).await? < cap {
        return Ok(false);
    }
    told(tx, tenant, "call_minutes_per_day", (Key::TaskCallCap, Key::WhyCallCap)).await?;
    Ok(true)
}

/// Tells once a day that a cap on messages is reached.
pub async fn alert(tx: &mut Tx, tenant: &Tenant, reason: &str) -> Result<()> {
    told(tx, tenant, reason, (Key::TaskCap, Key::WhyCap)).await
}

async fn told(tx: &mut Tx, tenant: &Tenant, reason: &str, (title, because): (Key, Key)) -> Result<()> {
    let wish = Wish {
        title,
        urgency: Urgency::Urgent,
        key: format!("{reason}:{}", day(tenant, tx.now())),
        because: Some(because),
        contact: None,
        lead: None,
        phone: None,
        who: String::new(),
    };
    if ledger::add_task(tx, tenant, wish).await? {
        tracing::warn!(tenant.id = %tenant.id, reason, "Tenant {} has reached a cap of the day: {reason}", tenant.id);
    }
    Ok(())
}

/// Segments that a message takes as a text message; 0 on other channels.
pub fn sms_segments(channel: Channel, content: &Content) -> u32 {
    match channel {
        Channel::Sms => content.words().map_or(1, |words| segments(words).count),
        Channel::Whatsapp | Channel::Email | Channel::Slack => 0,
    }
}

fn price(limits: &Limits, segments: u32, content: &Content) -> i64 {
    let template = segments == 0 && matches!(content, Content::Template { .. });
    i64::from(segments) * limits.prices.sms_segments_100 + if template { limits.prices.templates_100 } else { 0 }
}

async fn total(tx: &mut Tx, day: &str, what: &str) -> Result<i64> {
    tx.budgets().spent(&key(day, what)).await
}

fn key(day: &str, what: &str) -> String {
    format!("spent:{day}:{what}")
}

/// The tenant's own day.
fn day(tenant: &Tenant, now: Timestamp) -> String {
    now.to_zoned(tenant.time_zone.clone()).date().to_string()
}

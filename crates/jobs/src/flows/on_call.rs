//! Someone on call takes an emergency: by a reply to the text, or by a key on the phone (C8).

use crate::work::{ring_on_call, stop_rings};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::conversation::Channel;
use ringleader_core::id::{AlarmId, ConnectionId};
use ringleader_core::message::InboundMessage;
use ringleader_core::phone::{Phone, parse};
use ringleader_core::reception::say;
use ringleader_core::tenant::Tenant;
use ringleader_core::ticket::{Alarm, AlarmState};
use ringleader_store::{Result, Tx};
use serde_json::json;

/// Words that take it.
const YES: [&str; 9] = ["1", "ok", "okay", "yes", "y", "כן", "אוקיי", "אישור", "מאשר"];

/// Stands in the trail for someone who answered an emergency by telephone or text; their name is in the line.
pub(crate) const ON_CALL: &str = "on_call";

/// After so long without anybody, a reply means nothing of it any more.
const STALE: SignedDuration = SignedDuration::from_hours(24);

/// For so long a reply may come too late, and is told so.
const LATE: SignedDuration = SignedDuration::from_hours(1);

/// The person on call who has this number: the place in the chain, and the name.
fn who(tenant: &Tenant, phone: &Phone) -> Option<(i64, String)> {
    let own = |raw: &str| parse(raw, &tenant.country).phone.as_ref() == Some(phone);
    let chain = tenant.settings.reception.on_call.iter();
    (0..).zip(chain).find(|(_, person)| own(&person.phone)).map(|(nth, person)| (nth, person.name.clone()))
}

/// Gives an emergency to who takes it; `false` if it is somebody else's already. `actor` is who the trail names: a user, a
/// key, or someone on call.
pub async fn take(tx: &mut Tx, alarm: AlarmId, by: &str, actor: &str) -> Result<bool> {
    let taken = tx.tickets().close_alarm(alarm, AlarmState::Acknowledged, Some(by)).await?;
    if taken {
        let what = json!({ "by": by });
        tx.usage().audit(actor, "on_call.taken", &alarm.to_string(), None, Some(what)).await?;
        metrics::counter!("ringleader_on_call_total", "result" => "taken").increment(1);
        stop_rings(tx, alarm).await?;
    }
    Ok(taken)
}

/// A reply of one of the business's own people; `true` if it was about an emergency.
pub(crate) async fn reply(
    tx: &mut Tx,
    tenant: &Tenant,
    connection: ConnectionId,
    channel: Channel,
    message: &InboundMessage,
) -> Result<bool> {
    let Some((phone, (nth, by))) = message.from.as_ref().and_then(|phone| Some((phone, who(tenant, phone)?))) else {
        return Ok(false);
    };
    let said = message.content.words().unwrap_or_default().trim().trim_end_matches(['.', '!']).to_lowercase();
    if !YES.contains(&said.as_str()) {
        return Ok(false);
    }
    let Some(alarm) = meant(tx, nth).await? else { return Ok(false) };
    let open = alarm.state != AlarmState::Acknowledged;
    let taken = open && take(tx, alarm.id, &by, ON_CALL).await?;
    let language = tenant.language();
    let words = match taken {
        true => say::alarm::taken(&alarm, language),
        false if alarm.taken_by.as_deref() == Some(&by) => return Ok(true),
        false => say::alarm::taken_already(language).to_owned(),
    };
    let about = format!("on_call:answer:{}", message.provider_id);
    ring_on_call::tell(tx, &alarm, &about, phone.clone(), (channel, connection), words).await?;
    Ok(true)
}

/// The emergency that a reply of the `nth` person means: the newest open one that they were told of, else one that was taken
/// just now. Otherwise the reply is about something else.
async fn meant(tx: &mut Tx, nth: i64) -> Result<Option<Alarm>> {
    let now = tx.now();
    let within = |at: Option<Timestamp>, span| at.is_some_and(|at| now.duration_since(at) <= span);
    let waits = |it: &Alarm| it.state == AlarmState::Ringing || within(it.closed_at, STALE);
    let open = tx.tickets().open_alarms().await?;
    if let Some(open) = open.into_iter().find(|it| it.told > nth && waits(it)) {
        return Ok(Some(open));
    }
    let page = ringleader_store::repo::Page { limit: 50, before: None };
    let all = tx.tickets().alarms(Default::default(), &page).await?.rows;
    let taken = |it: &Alarm| it.state == AlarmState::Acknowledged && it.told > nth && within(it.closed_at, LATE);
    Ok(all.into_iter().find(taken))
}

//! Calls that the receptionist holds (C1, C13, C14): the telephone around `reception`, which holds the talk itself.
//!
//! A provider's web side calls [`answer`] when it rings, [`turn`] for each thing that was heard, [`call_of`] to find a call again,
//! [`hand_over`] while people are rung; when the provider tells that the call is over, a job closes the talk ([`after`]).
//!
//! Always true:
//! - a call is one row and one talk, however often a webhook comes;
//! - a turn has a key of the call's own, so that a repeated webhook is answered as before and does nothing again (P2);
//! - no call goes on for longer than [`LONGEST`]; then it ends with a promise that someone gets in touch;
//! - a number that is withheld makes no contact.

pub mod after;
pub mod hand_over;
pub mod on_call;

use crate::context::Context;
use crate::reception::{self, Heard, Medium, Opening, TalkError, Turn};
use crate::spend;
use crate::work::{CloseTalk, put};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::call::{Call, Direction};
use ringleader_core::id::{CallId, ConnectionId, TalkId, TenantId};
use ringleader_core::phone::{Phone, parse};
use ringleader_core::tenant::{Line, LineUse, Tenant};
use ringleader_core::texts;
use ringleader_store::jobs::OnConflict;
use ringleader_store::repo::{Identity, VoiceCall};
use ringleader_store::{Result, Tx};
use tracing::Instrument;

/// The longest that the receptionist talks with one caller.
pub const LONGEST: SignedDuration = SignedDuration::from_mins(20);

/// How long after that a call is taken for over whose end was never told.
const LATE: SignedDuration = SignedDuration::from_hours(5);

/// A call that rings.
#[derive(Debug, Clone)]
pub struct Arriving {
    /// Whose account it came over.
    pub tenant: TenantId,
    /// Which account.
    pub connection: ConnectionId,
    /// The provider's name.
    pub provider: &'static str,
    /// The provider's id of the call.
    pub provider_call_id: String,
    /// The number that calls, as reported; `None` when withheld.
    pub from: Option<String>,
    /// The number that was called, as reported.
    pub to: String,
    /// How it is to be held: a word of the provider.
    pub mode: String,
}

/// What becomes of a call that rings.
#[derive(Debug)]
pub enum Answered {
    /// The receptionist holds it.
    Held(Box<VoiceCall>),
    /// The tenant's minutes of the day are used up: a message is taken (P12).
    UsedUp,
    /// The number is none of the tenant's that the receptionist answers.
    Unknown,
}

/// Takes a call that rings for the receptionist.
///
/// # Errors
/// The database.
pub async fn answer(cx: &Context, arriving: &Arriving) -> Result<Answered> {
    let mut tx = cx.store.begin(arriving.tenant).await?;
    if let Some(known) = tx.voice().get(&arriving.provider_call_id).await? {
        return Ok(Answered::Held(Box::new(known)));
    }
    let tenant = tx.tenants().me().await?;
    let Some(line) = line_of(&mut tx, &tenant, &arriving.to).await? else { return Ok(Answered::Unknown) };
    if spend::calls_used_up(&mut tx, &tenant).await? {
        tx.commit().await?;
        return Ok(Answered::UsedUp);
    }
    let call = made(&mut tx, &tenant, arriving, &line).await?;
    tx.voice().begin(&call).await?;
    // Should its end never be told.
    let late = call.begun_at + LONGEST + LATE;
    put(&mut tx, &CloseTalk { provider_call_id: call.provider_call_id.clone() }, late, OnConflict::Sooner).await?;
    if tenant.settings.reception.recorded {
        let said = serde_json::json!({ "notice": "in the greeting", "line": line.id });
        let id = call.call_id.to_string();
        tx.usage().audit("receptionist", "reception.recording_notice", &id, None, Some(said)).await?;
    }
    tx.commit().await?;
    metrics::counter!("ringleader_voice_calls_total", "mode" => call.mode.clone()).increment(1);
    Ok(Answered::Held(Box::new(call)))
}

/// The tenant's line that was called, if the receptionist answers it.
async fn line_of(tx: &mut Tx, tenant: &Tenant, to: &str) -> Result<Option<Line>> {
    let Some(number) = parse(to, &tenant.country).phone else { return Ok(None) };
    let line = tx.tenants().line_by_number(&number).await?;
    Ok(line.filter(|line| line.until.is_none() && line.uses.contains(&LineUse::Receptionist)))
}

async fn made(tx: &mut Tx, tenant: &Tenant, arriving: &Arriving, line: &Line) -> Result<VoiceCall> {
    let now = tx.now();
    let caller = arriving.from.as_deref().and_then(|raw| parse(raw, &tenant.country).phone);
    let person = match &caller {
        Some(phone) => Some(tx.contacts().find_or_make(&[Identity::Phone(phone.clone())]).await?),
        None => None,
    };
    let own = person.as_ref().and_then(|person| person.language.as_deref());
    let contact = person.as_ref().map(|person| person.id);
    let call = ringing(tx.new_id(), arriving, line, caller.as_ref(), now);
    let call = Call { contact_id: contact, ..call };
    let id = if tx.calls().insert(&call, Some(arriving.connection)).await? {
        call.id
    } else {
        let known = tx.calls().by_provider_id(arriving.provider, &arriving.provider_call_id).await?;
        known.map_or(call.id, |known| known.id) // told of by its status first
    };
    Ok(VoiceCall {
        provider_call_id: arriving.provider_call_id.clone(),
        call_id: id,
        talk_id: None,
        connection_id: arriving.connection,
        contact_id: contact,
        line: line.number.clone(),
        caller,
        mode: arriving.mode.clone(),
        language: greeting_language(line, own).unwrap_or(&tenant.locale).to_owned(),
        begun_at: now,
        ended_at: None,
        taken_by: None,
        cuts: Default::default(),
        summary: None,
    })
}

/// The caller's own language where the line has it, else the line's first (C2).
fn greeting_language<'l>(line: &'l Line, own: Option<&str>) -> Option<&'l str> {
    let theirs = own.and_then(|own| line.languages.iter().find(|has| texts::spoken(has) == texts::spoken(own)));
    theirs.or(line.languages.first()).map(String::as_str)
}

fn ringing(id: CallId, arriving: &Arriving, line: &Line, caller: Option<&Phone>, now: Timestamp) -> Call {
    Call {
        from: caller.map(|phone| phone.as_str().to_owned()).or_else(|| arriving.from.clone()),
        to: Some(line.number.as_str().to_owned()),
        line: Some(line.number.clone()),
        lifecycle: "in-progress".to_owned(),
        started_at: Some(now),
        ringing_at: Some(now),
        answered_at: Some(now),
        answered_by: Some("receptionist".to_owned()),
        ..Call::begun(id, arriving.provider, &arriving.provider_call_id, Direction::Inbound, now)
    }
}

/// The call with this provider's id, if it is the tenant's.
///
/// # Errors
/// The database.
pub async fn call_of(cx: &Context, tenant: TenantId, provider_call_id: &str) -> Result<Option<VoiceCall>> {
    cx.store.read(tenant).await?.voice().get(provider_call_id).await
}

/// The talk of a call; begun with its first turn, which may be after `call` was loaded.
///
/// # Errors
/// The database.
pub async fn talk_of(cx: &Context, tenant: TenantId, call: &VoiceCall) -> Result<TalkId, TalkError> {
    if let Some(talk) = call.talk_id {
        return Ok(talk);
    }
    let known = cx.store.read(tenant).await?.talks().by_external(Medium::Voice, &call.provider_call_id).await?;
    if let Some(talk) = known {
        return Ok(talk.id);
    }
    let opening = Opening {
        medium: Medium::Voice,
        external_id: call.provider_call_id.clone(),
        contact: call.contact_id,
        language: call.language.clone(),
        languages: languages_of(cx, tenant, call).await?,
    };
    reception::begin(cx, tenant, opening).await
}

/// The languages that the line of a call has; the greeting is in one of them.
///
/// # Errors
/// The database.
pub async fn languages_of(cx: &Context, tenant: TenantId, call: &VoiceCall) -> Result<Vec<String>> {
    let line = cx.store.read(tenant).await?.tenants().line_by_number(&call.line).await?;
    Ok(line.map(|line| line.languages).unwrap_or_default())
}

/// The language that a call is held in at the moment.
///
/// # Errors
/// The database.
pub async fn language_of(cx: &Context, tenant: TenantId, call: &VoiceCall) -> Result<String> {
    let talk = cx.store.read(tenant).await?.talks().by_external(Medium::Voice, &call.provider_call_id).await?;
    Ok(talk.map_or_else(|| call.language.clone(), |talk| talk.desk.language))
}

/// One thing that was heard in a call. A call that has gone on for too long ends here.
///
/// # Errors
/// As for [`reception::turn`].
pub async fn turn(
    cx: &Context,
    tenant: TenantId,
    call: &VoiceCall,
    key: &str,
    heard: Heard,
) -> Result<Turn, TalkError> {
    let span = tracing::debug_span!("turn", tenant.id = %tenant, call.id = %call.call_id, turn = key);
    let span = cx.store.span_of_call(span, tenant, call.call_id).await?;
    let turn = async {
        let talk = talk_of(cx, tenant, call).await?;
        let lasted = cx.store.clock().now().duration_since(call.begun_at);
        if lasted <= LONGEST || matches!(heard, Heard::Gone | Heard::Answered(_)) {
            return reception::turn(cx, tenant, talk, key, heard).await;
        }
        metrics::counter!("ringleader_voice_capped_total").increment(1);
        reception::turn(cx, tenant, talk, key, Heard::TooLong).await
    };
    turn.instrument(span).await
}

/// What was answered to a key before, for those who need it again.
///
/// # Errors
/// The database.
pub async fn answered(cx: &Context, tenant: TenantId, call: &VoiceCall, key: &str) -> Result<Option<Turn>> {
    let mut read = cx.store.read(tenant).await?;
    match read.talks().by_external(Medium::Voice, &call.provider_call_id).await? {
        Some(talk) => read.talks().answered(talk.id, key).await,
        None => Ok(None),
    }
}

/// Only so much of the answer to a key was heard before the caller spoke.
///
/// # Errors
/// The database.
pub async fn cut(cx: &Context, tenant: TenantId, call: &VoiceCall, key: &str, heard: &str) -> Result<()> {
    let mut tx = cx.store.begin(tenant).await?;
    let Some(known) = tx.voice().get(&call.provider_call_id).await? else { return Ok(()) };
    let mut cuts = known.cuts;
    cuts.insert(key.to_owned(), heard.chars().take(2000).collect());
    tx.voice().cut(&call.provider_call_id, &cuts).await?;
    tx.commit().await
}

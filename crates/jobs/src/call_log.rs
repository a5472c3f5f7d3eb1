//! The switchboard's own log of calls, where the connection has one (A6): asked before writing to a caller, and read now and
//! then for records that never reached us.
//!
//! Always true: the log is asked outside of transactions and within its limits, which hold across nodes; what it says is taken
//! in as call records are, so a call that is known changes nothing; without credentials nothing is asked; a log that is away
//! holds an outreach up for a minute at most.

use crate::accounts;
use crate::context::Context;
use crate::flows::call_reported::{self, Report};
use crate::flows::reroute::alert_connection;
use crate::ledger::{self, About, Entry};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::decision::Verdict;
use ringleader_core::episode::Episode;
use ringleader_core::id::{EpisodeId, TenantId};
use ringleader_core::phone::Phone;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_providers::all::{Capability, kinds_that};
use ringleader_providers::voicenter::Config;
use ringleader_providers::voicenter::call_log::{CallLog, CallLogError, Found, PER_MINUTE, TOO_FAST_WAIT};
use ringleader_store::Result;
use ringleader_store::repo::Connection;
use serde_json::{Value, json};

/// An answer about a caller is good for so long.
const FRESH: SignedDuration = SignedDuration::from_secs(60);

/// An outreach waits so long for a log that is busy or away.
const PATIENCE: SignedDuration = SignedDuration::from_secs(60);

/// Between two tries of a log that is away.
const PAUSE: SignedDuration = SignedDuration::from_secs(15);

/// Calls of the caller are looked for from so long before the missed one: clocks differ.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// Why a log gave nothing.
pub(crate) enum NoAnswer {
    /// Busy or away: worth asking then.
    Until(Timestamp),
    /// A person has to act first.
    Refused,
}

/// A connection with its log.
pub(crate) struct Log {
    pub(crate) connection: Connection,
    pub(crate) config: Config,
    client: CallLog,
}

impl Log {
    /// The log of a connection; `None` if it has none or lacks the credentials.
    pub(crate) fn of(cx: &Context, connection: Connection) -> Option<Self> {
        let mut all = accounts::open(&cx.keys, &connection).ok()?;
        all.remove(accounts::KEY);
        let config = Config::parse(&Value::Object(all)).ok()?;
        let code = config.call_log_code.clone()?;
        let client = CallLog::new(cx.http.clone(), &cx.hosts.voicenter, code).with_timeout(cx.send_timeout);
        Some(Self { connection, config, client })
    }

    /// Asks for the calls of a stretch of time, within the limits of the account.
    pub(crate) async fn ask(
        &self,
        cx: &Context,
        from: Timestamp,
        to: Timestamp,
        phone: Option<&Phone>,
    ) -> Result<std::result::Result<Found, NoAnswer>> {
        let (tenant, id) = (self.connection.tenant_id, self.connection.id);
        let mut tx = cx.store.begin(tenant).await?;
        let token = tx.budgets().take(&format!("call_log:{id}"), PER_MINUTE, SignedDuration::from_mins(1)).await?;
        tx.commit().await?;
        if let Err(frees_at) = token {
            return Ok(Err(NoAnswer::Until(frees_at)));
        }
        let now = cx.store.clock().now();
        let answer = self.client.calls(from, to, phone, now).await;
        let word = match &answer {
            Ok(_) => "answered",
            Err(CallLogError::TooFast) => "too_fast",
            Err(CallLogError::Refused(_)) => "refused",
            Err(CallLogError::Unavailable(_)) => "away",
        };
        metrics::counter!("ringleader_call_log_requests_total", "result" => word).increment(1);
        match answer {
            Ok(found) => Ok(Ok(found)),
            Err(CallLogError::TooFast) => {
                Ok(Err(NoAnswer::Until(now + SignedDuration::try_from(TOO_FAST_WAIT).unwrap_or(PAUSE))))
            }
            Err(error @ CallLogError::Unavailable(_)) => {
                tracing::warn!(connection.id = %id, %error, "The call log of connection {id} is away: {error}");
                Ok(Err(NoAnswer::Until(now + PAUSE)))
            }
            Err(error @ CallLogError::Refused(_)) => {
                self.tell_of_refusal(cx, &error.to_string()).await?;
                Ok(Err(NoAnswer::Refused))
            }
        }
    }

    async fn tell_of_refusal(&self, cx: &Context, detail: &str) -> Result<()> {
        let mut tx = cx.store.begin(self.connection.tenant_id).await?;
        let tenant = tx.tenants().me().await?;
        tx.connections().set_health(self.connection.id, "failing", Some(detail)).await?;
        alert_connection(&mut tx, &tenant, &self.connection, detail).await?;
        tx.commit().await
    }

    /// Takes in what the log says, each call in its own commit; how many calls there were.
    pub(crate) async fn take_in(&self, cx: &Context, found: Found) -> Result<usize> {
        let count = found.records.len();
        if found.unreadable > 0 {
            let (id, rows) = (self.connection.id, found.unreadable);
            tracing::warn!(connection.id = %id, rows, "{rows} rows of the call log of connection {id} cannot be read");
        }
        for record in found.records {
            let mut tx = cx.store.begin(self.connection.tenant_id).await?;
            let tenant = tx.tenants().me().await?;
            let report = Report {
                tenant: &tenant,
                connection: self.connection.id,
                provider: "voicenter",
                leg: record.report,
                received_at: tx.now(),
                reported_late: true,
            };
            call_reported::handle(&mut tx, report).await?;
            tx.commit().await?;
        }
        Ok(count)
    }
}

/// Tries a connection's log out; `None` if it has none.
pub(crate) async fn try_out(cx: &Context, connection: &Connection) -> Option<std::result::Result<(), CallLogError>> {
    let log = Log::of(cx, connection.clone())?;
    let now = cx.store.clock().now();
    Some(log.client.calls(now - MARGIN, now, None, now).await.map(drop))
}

/// Asks the logs of the tenant whether the caller was spoken with since, right before writing to them. `Some`: ask again
/// then. What was found is in the database afterwards, where the rules look.
pub(crate) async fn check_before_sending(cx: &Context, tenant: TenantId, id: EpisodeId) -> Result<Option<Timestamp>> {
    let Some((episode, phone, logs)) = asked_about(cx, tenant, id).await? else { return Ok(None) };
    let now = cx.store.clock().now();
    for log in logs {
        let scope = phone.as_str();
        let known = cx.store.read(tenant).await?.call_log_marks().read_until(log.connection.id, scope).await?;
        if known.is_some_and(|at| now.duration_since(at) < FRESH) {
            continue;
        }
        match log.ask(cx, episode.called_at - MARGIN, now, Some(&phone)).await? {
            Ok(found) => {
                log.take_in(cx, found).await?;
                let mut tx = cx.store.begin(tenant).await?;
                tx.call_log_marks().set(log.connection.id, scope, now).await?;
                tx.commit().await?;
            }
            Err(NoAnswer::Until(at)) if at < episode.due_at + PATIENCE => {
                note_wait(cx, tenant, &episode, at).await?;
                return Ok(Some(at));
            }
            Err(_) => {} // a log that does not answer stops no one from being written to
        }
    }
    Ok(None)
}

/// The episode, its caller, and the logs that have to be asked; `None` if there is nothing to ask.
async fn asked_about(cx: &Context, tenant: TenantId, id: EpisodeId) -> Result<Option<(Episode, Phone, Vec<Log>)>> {
    let mut read = cx.store.read(tenant).await?;
    let waits = |e: &Episode| e.closed_at.is_none() && e.state.is_planned();
    let Some(episode) = read.episodes().get(id).await?.filter(waits) else { return Ok(None) };
    let mut logs = Vec::new();
    for kind in kinds_that(Capability::CallLog) {
        let connections = read.connections().of_kind(kind).await?.into_iter();
        logs.extend(connections.filter_map(|c| Log::of(cx, c)).filter(|log| log.config.call_log_check));
    }
    if logs.is_empty() || cx.store.clock().now() < episode.due_at {
        return Ok(None);
    }
    // A person may have several numbers: asked is about the one that called.
    let phone = match read.calls().caller_of(episode.id).await? {
        Some(caller) => Some(caller),
        None => read.contacts().get(episode.contact_id).await?.and_then(|contact| contact.phone),
    };
    Ok(phone.map(|phone| (episode, phone, logs)))
}

async fn note_wait(cx: &Context, tenant: TenantId, episode: &Episode, until: Timestamp) -> Result<()> {
    let mut tx = cx.store.begin(tenant).await?;
    let business: Tenant = tx.tenants().me().await?;
    let entry = Entry {
        verdict: Verdict::Wait,
        rule: "A6",
        reason: "call_log_busy".into(),
        explain: Key::WhyCallLog,
        evidence: json!({ "episode_id": episode.id }),
        until: Some(until),
    };
    let about = About { contact: Some(episode.contact_id), episode: Some(episode.id), ..About::default() };
    ledger::record(&mut tx, &business, about, entry).await?;
    tx.commit().await
}

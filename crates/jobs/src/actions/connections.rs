//! Connections: made, changed, tried out (D5). Secrets go in and never come out again.

use super::{ActionError, Done, telephone};
use crate::accounts::{self, KEY};
use crate::call_log::Log;
use crate::context::Context;
use crate::work::sync_templates::{self, Unread};
use crate::work::{read_call_log, repair_calls};
use ringleader_core::id::{ConnectionId, TenantId};
use ringleader_providers::all::{Capability, kinds_that, spec};
use ringleader_providers::problem::FieldError;
use ringleader_providers::{slack, smtp, twilio, whatsapp_cloud};
use ringleader_store::repo::{Connection, Template};
use ringleader_store::{Tx, inbox};
use serde_json::{Map, Value, json};

/// What a test of a connection found.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ConnectionReport {
    /// It works.
    pub ok: bool,
    /// What was found, and what to do if it does not work.
    pub detail: String,
}

/// Makes a connection; what waited in the installation's tray for its account is handed over.
///
/// # Errors
/// `Invalid`, field by field.
pub async fn create_connection(
    cx: &Context,
    tenant: TenantId,
    actor: &str,
    kind: &str,
    name: &str,
    config: Map<String, Value>,
) -> Done<Connection> {
    let id: ConnectionId = cx.store.ids().new_id();
    reachable(cx, kind, &config)?;
    let new = accounts::seal(&cx.keys, tenant, kind, name, config, None).map_err(ActionError::Invalid)?;
    let mut tx = cx.store.begin(tenant).await?;
    tx.connections().insert(id, &new).await?;
    read_call_log::plan(&mut tx, id, kind).await?;
    sync_templates::plan_for(&mut tx, id, kind).await?;
    let made = tx.connections().get(id).await?.ok_or(ActionError::NotFound("connection"))?;
    tx.usage().audit(actor, "connection.create", &id.to_string(), None, Some(trail(&made, &[]))).await?;
    watch(&mut tx, &made).await?;
    tx.commit().await?;
    adopt(cx, tenant, &made, new.account_key.as_deref()).await?;
    Ok(made)
}

/// Addresses that a tenant types must lie outside, unless the installation allows private ones.
fn reachable(cx: &Context, kind: &str, config: &Map<String, Value>) -> Done<()> {
    if kind != "slack" || !config.get("webhook_url").is_some_and(Value::is_string) {
        return Ok(());
    }
    let found = slack::Config::parse(&Value::Object(config.clone()), cx.hosts.allow_private);
    found.map(drop).map_err(|errors| {
        let named = |e: FieldError| FieldError { field: format!("config.{}", e.field), ..e };
        ActionError::Invalid(errors.into_iter().map(named).collect())
    })
}

/// Events of an account that no one had registered wait in the installation's tray (A4).
async fn adopt(cx: &Context, tenant: TenantId, made: &Connection, account: Option<&str>) -> Done<()> {
    let Some(account) = account else { return Ok(()) };
    let mut tx = cx.store.begin_system().await?;
    let filter = inbox::Filter { state: Some(inbox::State::Unroutable), limit: 1000, ..inbox::Filter::default() };
    for event in tx.inbox().list(&filter).await? {
        let ours = event.tenant == inbox::nobody() && event.provider == made.kind;
        let names_it = event.detail.as_ref().and_then(|d| d.get("account")).and_then(Value::as_str) == Some(account);
        if ours && names_it {
            tx.inbox().adopt(event.id, tenant, made.id).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Changes a connection. Settings that are not given stay, secrets too.
///
/// # Errors
/// `NotFound`, `Invalid`.
pub async fn update_connection(
    cx: &Context,
    tenant: TenantId,
    actor: &str,
    id: ConnectionId,
    name: Option<String>,
    config: Option<Map<String, Value>>,
) -> Done<Connection> {
    let mut tx = cx.store.begin(tenant).await?;
    let old = tx.connections().get(id).await?.ok_or(ActionError::NotFound("connection"))?;
    let mut all = open_config(cx, &old)?;
    let key = all.remove(KEY).and_then(|k| k.as_str().map(str::to_owned));
    let mut replaced = Vec::new();
    for (field, value) in config.unwrap_or_default() {
        replaced.extend(is_secret(&old.kind, &field).then(|| field.clone()));
        match value {
            Value::Null => all.remove(&field),
            value => all.insert(field, value),
        };
    }
    let name = name.unwrap_or_else(|| old.name.clone());
    reachable(cx, &old.kind, &all)?;
    let new = accounts::seal(&cx.keys, tenant, &old.kind, &name, all, key).map_err(ActionError::Invalid)?;
    tx.connections().update(id, &new).await?;
    read_call_log::plan(&mut tx, id, &old.kind).await?;
    sync_templates::plan_for(&mut tx, id, &old.kind).await?;
    let changed = tx.connections().get(id).await?.ok_or(ActionError::NotFound("connection"))?;
    let (was, is) = (trail(&old, &[]), trail(&changed, &replaced));
    tx.usage().audit(actor, "connection.update", &id.to_string(), Some(was), Some(is)).await?;
    super::tray::route_again(&mut tx).await?; // an agent may be known now
    tx.commit().await?;
    adopt(cx, tenant, &changed, new.account_key.as_deref()).await?; // the account may be another, put right
    Ok(changed)
}

/// A connection as the trail of changes keeps it: what is no secret, and the names of secrets that were given anew.
fn trail(it: &Connection, secrets: &[String]) -> Value {
    let mut line = json!({ "kind": it.kind, "name": it.name, "settings": it.config });
    if !secrets.is_empty() {
        line["secrets_changed"] = json!(secrets);
    }
    line
}

fn is_secret(kind: &str, field: &str) -> bool {
    spec(kind).is_some_and(|spec| spec.fields.iter().any(|it| it.name == field && it.secret))
}

/// Calls of voice agents are asked for from time to time (B9).
async fn watch(tx: &mut Tx, made: &Connection) -> Done<()> {
    if kinds_that(Capability::VoiceAgents).any(|kind| kind == made.kind) {
        let now = tx.now();
        repair_calls::plan(tx, made.id, now).await?;
    }
    Ok(())
}

/// Takes a connection away.
///
/// # Errors
/// `NotFound`.
pub async fn delete_connection(cx: &Context, tenant: TenantId, actor: &str, id: ConnectionId) -> Done<()> {
    let mut tx = cx.store.begin(tenant).await?;
    let old = tx.connections().get(id).await?.ok_or(ActionError::NotFound("connection"))?;
    if !tx.connections().delete(id).await? {
        return Err(ActionError::NotFound("connection"));
    }
    tx.usage().audit(actor, "connection.delete", &id.to_string(), Some(trail(&old, &[])), None).await?;
    tx.commit().await?;
    Ok(())
}

/// All settings in the clear, with the webhook key under `key`. For building URLs and clients, never for showing.
///
/// # Errors
/// `Refused` when the secret key was changed.
pub fn open_config(cx: &Context, connection: &Connection) -> Done<Map<String, Value>> {
    accounts::open(&cx.keys, connection)
        .map_err(|e| ActionError::Refused { slug: "secrets-sealed", detail: e.to_string() })
}

/// Tries a connection out and remembers what was found.
///
/// # Errors
/// `NotFound`.
pub async fn test_connection(cx: &Context, tenant: TenantId, id: ConnectionId) -> Done<ConnectionReport> {
    let connection = {
        let mut read = cx.store.read(tenant).await?;
        read.connections().get(id).await?.ok_or(ActionError::NotFound("connection"))?
    };
    let report = probe(cx, &connection).await;
    let mut tx = cx.store.begin(tenant).await?;
    let health = if report.ok { "good" } else { "failing" };
    tx.connections().set_health(id, health, Some(&report.detail)).await?;
    if report.ok {
        let now = tx.now();
        tx.connections().pause(id, now).await?; // what was held back goes now
    }
    tx.commit().await?;
    Ok(report)
}

/// Whether a test of this connection asks the provider anything: some only ever report to us, so that their first event is the
/// proof.
pub fn can_be_asked(cx: &Context, connection: &Connection) -> bool {
    match connection.kind.as_str() {
        "voicenter" => Log::of(cx, connection.clone()).is_some(),
        "bolna" => accounts::voice_agents(cx, connection).is_ok_and(|found| found.is_some()),
        "calls" => false,
        _ => true,
    }
}

async fn probe(cx: &Context, connection: &Connection) -> ConnectionReport {
    let mut config = match open_config(cx, connection) {
        Ok(config) => config,
        Err(error) => return ConnectionReport { ok: false, detail: error.to_string() },
    };
    config.remove(KEY);
    let config = Value::Object(config);
    let bad = |errors: Vec<FieldError>| ConnectionReport {
        ok: false,
        detail: errors.into_iter().map(|e| format!("{}: {}", e.field, e.message)).collect::<Vec<_>>().join("; "),
    };
    let good = |detail: String| ConnectionReport { ok: true, detail };
    match connection.kind.as_str() {
        "whatsapp_cloud" => match whatsapp_cloud::Config::parse(&config) {
            Err(errors) => bad(errors),
            Ok(config) => {
                let client = whatsapp_cloud::Client::new(cx.http.clone(), &cx.hosts.whatsapp, &config);
                match client.with_timeout(cx.send_timeout).number().await {
                    Ok(number) => good(format!("the number answers: {}", number.verified_name.unwrap_or_default())),
                    Err(error) => ConnectionReport { ok: false, detail: error.to_string() },
                }
            }
        },
        "twilio" => match twilio::config::Config::parse(&config) {
            Err(errors) => bad(errors),
            Ok(config) => {
                let client = twilio::client::Client::new(cx.http.clone(), &cx.hosts.twilio, &config);
                let client = client.with_timeout(cx.send_timeout);
                match client.account().await {
                    Ok(()) => telephone::probe(cx, connection, &config, &client).await,
                    Err(error) => ConnectionReport { ok: false, detail: error.to_string() },
                }
            }
        },
        "smtp" => match smtp::Config::parse(&config) {
            Err(errors) => bad(errors),
            Ok(config) => {
                let client = smtp::Client::new(&config, cx.hosts.allow_private).with_timeout(cx.send_timeout);
                match client.probe().await {
                    Ok(()) => good("the mail server takes our sign-in".to_owned()),
                    Err(error) => ConnectionReport { ok: false, detail: error.to_string() },
                }
            }
        },
        "slack" => match slack::Config::parse(&config, cx.hosts.allow_private) {
            Err(errors) => bad(errors),
            Ok(config) => {
                let client = slack::Client::new(cx.http.clone(), &config).with_timeout(cx.send_timeout);
                match client.probe().await {
                    Ok(()) => good("the webhook is alive".to_owned()),
                    Err(error) => ConnectionReport { ok: false, detail: error.to_string() },
                }
            }
        },
        "voicenter" => match crate::call_log::try_out(cx, connection).await {
            None => good("call records come to us; no call_log_code is set, so the Call Log is not asked".to_owned()),
            Some(Ok(())) => good("the Call Log answers".to_owned()),
            Some(Err(error)) => ConnectionReport { ok: false, detail: error.to_string() },
        },
        "bolna" => match accounts::voice_agents(cx, connection) {
            Err(error) => ConnectionReport { ok: false, detail: error.to_string() },
            Ok(None) => good("without api_key nothing can be asked: lost events stay lost".to_owned()),
            Ok(Some((_, client))) => match client.me().await {
                Ok(()) => good("the account answers".to_owned()),
                Err(error) => ConnectionReport { ok: false, detail: error.to_string() },
            },
        },
        _ => good("nothing to try from our side: enter the webhook address at the provider".to_owned()),
    }
}

/// Reads the provider's templates and remembers their states (A8).
///
/// # Errors
/// `NotFound`; `Refused` when the provider does not answer or the connection has no templates.
pub async fn sync_templates(cx: &Context, tenant: TenantId, id: ConnectionId) -> Done<Vec<Template>> {
    let connection = {
        let mut read = cx.store.read(tenant).await?;
        read.connections().get(id).await?.ok_or(ActionError::NotFound("connection"))?
    };
    sync_templates::read(cx, &connection).await.map_err(|error| match error {
        Unread::NoTemplates => {
            ActionError::Refused { slug: "provider", detail: "this kind of connection has no templates".to_owned() }
        }
        Unread::Provider(detail) => ActionError::Refused { slug: "provider", detail },
        Unread::Sealed(detail) => ActionError::Refused { slug: "secrets-sealed", detail },
        Unread::Settings(errors) => ActionError::Invalid(errors),
        Unread::Store(error) => error.into(),
    })
}

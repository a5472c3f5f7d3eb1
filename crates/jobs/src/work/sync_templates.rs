//! Reads a connection's templates from the provider, and how many people its number may write to: when it is made or changed,
//! when a template fails or changes, and daily.

use super::{put, settle};
use crate::accounts::{self, KEY};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use jiff::SignedDuration;
use ringleader_core::id::{ConnectionId, TenantId};
use ringleader_providers::problem::FieldError;
use ringleader_providers::whatsapp_cloud;
use ringleader_providers::whatsapp_cloud::MessagingLimit;
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::repo::{Connection, Template};
use ringleader_store::{Result, StoreError, Tx};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// The kind of connection that has templates.
const WHATSAPP: &str = "whatsapp_cloud";

const EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Reads the templates of a connection, and plans itself anew.
#[derive(Debug, Serialize, Deserialize)]
pub struct SyncTemplates {
    /// Whose templates.
    pub connection: ConnectionId,
}

impl Job for SyncTemplates {
    type Context = Context;
    const KIND: &'static str = "sync_templates";
    const TIMEOUT: Duration = Duration::from_secs(120);
    const MAX_ATTEMPTS: u32 = 1_000;

    fn key(&self) -> Option<String> {
        Some(self.connection.to_string())
    }

    fn priority(&self) -> u8 {
        3
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.sync(cx, job.tenant).await)
    }
}

/// Why templates could not be read.
#[derive(Debug)]
pub enum Unread {
    /// This kind of connection has none.
    NoTemplates,
    /// The provider refused or did not answer.
    Provider(String),
    /// The connection's settings do not hold.
    Settings(Vec<FieldError>),
    /// The secret key was changed.
    Sealed(String),
    /// Our own database.
    Store(StoreError),
}

impl From<StoreError> for Unread {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Plans reading as soon as possible.
pub async fn plan(tx: &mut Tx, connection: ConnectionId) -> Result<()> {
    let now = tx.now();
    put(tx, &SyncTemplates { connection }, now, OnConflict::Sooner).await.map(drop)
}

/// Plans reading for a connection that was made or changed, if its kind has templates.
pub async fn plan_for(tx: &mut Tx, connection: ConnectionId, kind: &str) -> Result<()> {
    if kind == WHATSAPP { plan(tx, connection).await } else { Ok(()) }
}

/// Reads them now and keeps what the provider says.
///
/// # Errors
/// `Unread`, by what stood in the way.
pub async fn read(cx: &Context, connection: &Connection) -> Result<Vec<Template>, Unread> {
    if connection.kind != WHATSAPP {
        return Err(Unread::NoTemplates);
    }
    let mut config = accounts::open(&cx.keys, connection).map_err(|e| Unread::Sealed(e.to_string()))?;
    config.remove(KEY);
    let config = whatsapp_cloud::Config::parse(&Value::Object(config)).map_err(Unread::Settings)?;
    let client = whatsapp_cloud::Client::new(cx.http.clone(), &cx.hosts.whatsapp, &config);
    let client = client.with_timeout(cx.send_timeout);
    let limit = client.number().await.map_or(MessagingLimit::Untold, |number| number.messaging_limit);
    keep_limit(cx, connection, limit).await?;
    if config.waba_id.is_none() {
        let what = "templates are kept by WhatsApp business account: enter its id (WABA) at the connection";
        return Err(Unread::Provider(what.to_owned()));
    }
    let found = client.templates().await.map_err(|e| Unread::Provider(e.to_string()))?;
    let mut tx = cx.store.begin(connection.tenant_id).await?;
    let mut all = Vec::new();
    for it in found {
        let template = Template {
            name: it.name,
            language: it.language,
            status: it.status,
            category: Some(it.category).filter(|category| !category.is_empty()),
            reason: it.rejected_reason,
            paused_until: None,
            params: i64::try_from(it.params).ok(),
        };
        tx.templates().save(connection.id, &template).await?;
        all.push(template);
    }
    tx.commit().await?;
    Ok(all)
}

/// Keeps what the provider said of the number's limit; where it says nothing, what was known stays.
async fn keep_limit(cx: &Context, connection: &Connection, limit: MessagingLimit) -> Result<()> {
    let people = match limit {
        MessagingLimit::Untold => return Ok(()),
        MessagingLimit::People(people) => Some(i64::from(people)),
        MessagingLimit::Unlimited => None,
    };
    let mut tx = cx.store.begin(connection.tenant_id).await?;
    tx.connections().set_daily_limit(connection.id, people).await?;
    tx.commit().await
}

impl SyncTemplates {
    async fn sync(self, cx: &Context, tenant: TenantId) -> Result<Outcome> {
        let connection = cx.store.read(tenant).await?.connections().get(self.connection).await?;
        let Some(connection) = connection else { return Ok(Outcome::Done) };
        match read(cx, &connection).await {
            Ok(_) => {}
            Err(Unread::Store(error)) => return Err(error),
            // Nothing hangs on it: what was never read is tried, and the provider tells.
            Err(Unread::NoTemplates | Unread::Settings(_) | Unread::Sealed(_)) => return Ok(Outcome::Done),
            Err(Unread::Provider(detail)) => tracing::info!(%detail, "templates could not be read"),
        }
        Ok(Outcome::Snooze(cx.store.clock().now() + EVERY))
    }
}

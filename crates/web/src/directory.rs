//! Whose webhook is it? Finds connections by the key in a URL or by the account a body names (P5).
//!
//! Always true: a known connection costs the hot path no query for `FRESH`; an unknown one is never remembered, so that a
//! connection works the moment it is made; what this node changes is forgotten at once ([`Directory::forget`]).

use ringleader_core::id::{ConnectionId, TenantId};
use ringleader_core::secret::Secret;
use ringleader_jobs::accounts::KEY;
use ringleader_jobs::tokens;
use ringleader_providers::{bolna, twilio};
use ringleader_store::repo::Connection;
use ringleader_store::{Result, Store};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long another node's change to a connection may go unnoticed.
const FRESH: Duration = Duration::from_secs(10);

/// More connections than this are looked up again rather than remembered.
const MOST: usize = 100_000;

/// The setting that signs webhooks; no kind of connection has two of these.
const SIGNING: [&str; 3] = ["app_secret", "auth_token", "secret"];

/// A connection, as far as webhooks care.
#[derive(Debug, Clone)]
pub struct Account {
    /// Whose.
    pub tenant: TenantId,
    /// Its id.
    pub connection: ConnectionId,
    /// Signs its webhooks, where it has a secret of its own.
    pub signing_secret: Option<Secret<String>>,
    /// Its numbers and services at the provider, where one account has several connections.
    pub ends: Vec<String>,
    /// Who may post to its webhook, where nothing is signed.
    pub gate: Option<Arc<bolna::config::Gate>>,
    /// How its calls are held, where it has any.
    pub phone: Option<Arc<twilio::config::Phone>>,
}

/// Opens the sealed settings of a connection; `None` if they cannot be opened.
pub type OpenConfig = dyn Fn(&Connection) -> Option<Map<String, Value>> + Send + Sync;

/// Finds connections.
pub struct Directory {
    store: Store,
    open: Box<OpenConfig>,
    known: Mutex<HashMap<(&'static str, String), Known>>,
}

struct Known {
    accounts: Arc<[Account]>,
    at: Instant,
}

impl Directory {
    /// A directory of the store's connections.
    pub fn new(store: Store, open: Box<OpenConfig>) -> Self {
        Self { store, open, known: Mutex::default() }
    }

    /// The connection of this kind with this key in its webhook URL.
    pub async fn by_key(&self, kind: &'static str, key: &str) -> Result<Option<Account>> {
        let hash = tokens::digest(key);
        if let Some(found) = self.recall(kind, &hash) {
            return Ok(found.first().cloned());
        }
        let mut read = self.store.read_system().await?;
        let found = read.connections().by_key(kind, &hash).await?;
        Ok(self.remember(kind, hash, found.into_iter().collect()).first().cloned())
    }

    /// The connections of this kind that name this account at the provider, oldest first.
    pub async fn by_account(&self, kind: &'static str, account: &str) -> Result<Arc<[Account]>> {
        if let Some(found) = self.recall(kind, account) {
            return Ok(found);
        }
        let mut read = self.store.read_system().await?;
        let found = read.connections().by_account(kind, account).await?;
        Ok(self.remember(kind, account.to_owned(), found))
    }

    /// The connections of this kind whose shown settings have this value, oldest first. Slow: for rare events.
    pub async fn by_setting(&self, kind: &'static str, name: &'static str, value: &str) -> Result<Arc<[Account]>> {
        let mut read = self.store.read_system().await?;
        let found = read.connections().by_setting(kind, name, value).await?;
        Ok(found.iter().map(|connection| self.account(connection)).collect())
    }

    /// Forgets everything; called after a change to a connection.
    pub fn forget(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn recall(&self, kind: &'static str, key: &str) -> Option<Arc<[Account]>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(&(kind, key.to_owned()))?;
        (found.at.elapsed() < FRESH).then(|| found.accounts.clone())
    }

    fn remember(&self, kind: &'static str, key: String, found: Vec<Connection>) -> Arc<[Account]> {
        let accounts: Arc<[Account]> = found.iter().map(|connection| self.account(connection)).collect();
        if !accounts.is_empty() {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= MOST {
                known.clear();
            }
            known.insert((kind, key), Known { accounts: accounts.clone(), at: Instant::now() });
        }
        accounts
    }

    fn account(&self, connection: &Connection) -> Account {
        let mut config = (self.open)(connection).unwrap_or_default();
        config.remove(KEY); // our own, no setting
        let secret = SIGNING.iter().find_map(|name| config.get(*name)?.as_str().filter(|secret| !secret.is_empty()));
        let text = |name: &str| config.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let ends = ["sms_from", "messaging_service_sid", "whatsapp_from"];
        let ends = ends.into_iter().filter_map(text).map(str::to_owned).collect();
        let signing_secret = secret.map(|secret| Secret::new(secret.to_owned()));
        let (mut gate, mut phone) = (None, None);
        match connection.kind.as_str() {
            "bolna" => gate = bolna::Config::parse(&Value::Object(config)).ok().map(|config| Arc::new(config.gate)),
            "twilio" => phone = twilio::Config::parse(&Value::Object(config)).ok().map(|config| Arc::new(config.phone)),
            _ => {}
        }
        Account { tenant: connection.tenant_id, connection: connection.id, signing_secret, ends, gate, phone }
    }
}

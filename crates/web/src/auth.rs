//! Who asks: the installation's admin token, or a tenant's API key with its scopes.
//!
//! Always true: keys are looked up by digest, so their text is nowhere but with their owner; a handler names what it needs
//! ([`Admin`], [`Reader`], [`Writer`], [`Manager`]) and gets the tenant from the key, never from the request.

use crate::digest;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use ringleader_core::id::{ApiKeyId, TenantId};
use ringleader_jobs::tokens;
use ringleader_store::Store;
use ringleader_store::repo::ApiKey;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

ringleader_core::words! {
    /// What a key may do. Each includes what stands before it.
    pub enum Scope {
        /// Look at everything of the tenant.
        Read = "read",
        /// Change leads, conversations and tasks.
        Write = "write",
        /// Change settings, connections, lines and keys.
        Admin = "admin",
    }
}

/// Who asks.
#[derive(Debug, Clone)]
pub enum Caller {
    /// Whoever runs the installation.
    Admin,
    /// A tenant's key.
    Key(TenantKey),
}

/// A tenant's key.
#[derive(Debug, Clone)]
pub struct TenantKey {
    /// Whose.
    pub tenant: TenantId,
    /// Which.
    pub key: ApiKeyId,
    /// The most that it may do.
    scope: Scope,
}

impl TenantKey {
    /// How the audit trail names it.
    pub fn actor(&self) -> String {
        self.key.to_string()
    }
}

impl Caller {
    /// Finds out from the `Authorization` header.
    pub async fn of(headers: &HeaderMap, state: &AppState) -> Result<Self> {
        let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let Some(token) = given.and_then(bearer) else {
            let detail =
                "Send `Authorization: Bearer <key>`: an API key of the tenant, or the admin token for /tenants.";
            return Err(Problem::unauthenticated(detail));
        };
        if state.settings.admin_token.as_ref().is_some_and(|admin| digest::same(admin.reveal(), token)) {
            return Ok(Self::Admin);
        }
        match state.key_ring.find(token).await? {
            Some(key) => {
                tracing::Span::current().record("tenant.id", tracing::field::display(key.tenant));
                Ok(Self::Key(key))
            }
            None => Err(Problem::unauthenticated("This key is not known, or was revoked.")),
        }
    }

    /// The tenant's key, if it may do this.
    pub fn with(self, needed: Scope) -> Result<TenantKey> {
        match self {
            Self::Admin => Err(Problem::forbidden("The admin token makes tenants; this needs an API key of a tenant.")),
            Self::Key(key) if key.scope >= needed => Ok(key),
            Self::Key(_) => Err(Problem::forbidden(format!("This needs a key with the scope `{needed}`."))),
        }
    }
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

macro_rules! guards {
    ($($(#[$meta:meta])* $name:ident = $scope:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub struct $name(pub TenantKey);

        impl FromRequestParts<AppState> for $name {
            type Rejection = Problem;
            async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
                Caller::of(&parts.headers, state).await?.with(Scope::$scope).map(Self)
            }
        }
    )+};
}

guards! {
    /// May look.
    Reader = Read,
    /// May change leads, conversations and tasks.
    Writer = Write,
    /// May change settings, connections, lines and keys.
    Manager = Admin,
}

/// Whoever runs the installation.
#[derive(Debug, Clone, Copy)]
pub struct Admin;

impl FromRequestParts<AppState> for Admin {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        match Caller::of(&parts.headers, state).await? {
            Caller::Admin => Ok(Self),
            Caller::Key(_) => Err(Problem::forbidden("This needs the installation's admin token (`admin_token`).")),
        }
    }
}

/// How long a key that another node revoked still works here.
const FRESH: Duration = Duration::from_secs(5);

/// More keys than this are looked up again rather than remembered.
const MOST: usize = 10_000;

/// Finds keys; remembers them for a few seconds (`FRESH`).
pub struct KeyRing {
    store: Store,
    known: Mutex<HashMap<String, (TenantKey, Instant)>>,
}

impl KeyRing {
    /// The keys in this store.
    pub fn new(store: Store) -> Self {
        Self { store, known: Mutex::default() }
    }

    async fn find(&self, token: &str) -> Result<Option<TenantKey>> {
        let hash = tokens::digest(token);
        if let Some((key, at)) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&hash)
            && at.elapsed() < FRESH
        {
            return Ok(Some(key.clone()));
        }
        let mut read = self.store.read_system().await?;
        let Some(found) = read.people().key_by_hash(&hash).await?.as_ref().and_then(TenantKey::of) else {
            return Ok(None);
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(hash, (found.clone(), Instant::now()));
        Ok(Some(found))
    }

    /// Forgets everything; called when a key is revoked.
    pub fn forget(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl TenantKey {
    /// A stored key; `None` without any scope that we know.
    fn of(key: &ApiKey) -> Option<Self> {
        let scope = key.scopes.iter().filter_map(|word| word.parse().ok()).max()?;
        Some(Self { tenant: key.tenant_id, key: key.id, scope })
    }
}

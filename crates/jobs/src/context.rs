//! What every flow works with: the store, the brains, the way out. Passed by clone; holds no state that a restart would miss.

use jiff::SignedDuration;
use ringleader_brain::chain::Chain;
use ringleader_store::Store;
use ringleader_store::secrets::Keys;
use std::sync::Arc;
use std::time::Duration;

/// Where providers are reached; the demo and the tests put their fakes here.
#[derive(Debug, Clone, Default)]
pub struct Hosts {
    /// WhatsApp Cloud API with its version.
    pub whatsapp: String,
    /// Twilio REST API.
    pub twilio: String,
    /// Where Twilio says what numbers are.
    pub twilio_lookup: String,
    /// Voicenter's Call Log.
    pub voicenter: String,
    /// Addresses that tenants typed (mail servers, webhooks) may lie in the operator's own network.
    pub allow_private: bool,
    /// Bolna's API.
    pub bolna: String,
}

/// Everything a flow needs.
pub struct Parts {
    /// What is kept.
    pub store: Store,
    /// Opens and seals the secrets of connections.
    pub keys: Keys,
    /// What understands language.
    pub chain: Chain,
    /// The installation's order of brains.
    pub brain_order: Vec<String>,
    /// Every outward request.
    pub http: reqwest::Client,
    /// Where providers are.
    pub hosts: Hosts,
    /// Where people and providers find us, without a slash at the end.
    pub public_url: String,
    /// How long a provider may take to answer a send.
    pub send_timeout: Duration,
    /// How long after a provisional reading a model is tried again (P6).
    pub read_again_after: SignedDuration,
}

/// A handle to [`Parts`].
#[derive(Clone)]
pub struct Context(Arc<Parts>);

impl Context {
    /// Wraps the parts.
    pub fn new(parts: Parts) -> Self {
        parts.store.know(&parts.keys);
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for Context {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

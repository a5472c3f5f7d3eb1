//! What handlers share.

use crate::auth::KeyRing;
use crate::directory::{Directory, OpenConfig};
use crate::idempotency::InFlight;
use crate::sandbox::Sandbox;
use crate::settings::WebSettings;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use ringleader_jobs::access::Network;
use ringleader_jobs::context::Context;
use ringleader_store::Store;
use ringleader_store::inbox::InboxWriter;
use std::num::NonZeroU32;
use std::ops::Deref;
use std::sync::Arc;

/// The text of `/metrics`, made when it is asked for.
pub type Metrics = dyn Fn() -> String + Send + Sync;

/// Attempts to sign in on this node from one network: each costs time and memory on purpose. The cap on failures is in the
/// database.
const SIGN_INS: Quota =
    Quota::per_second(NonZeroU32::new(4).expect("not zero")).allow_burst(NonZeroU32::new(40).expect("not zero"));

/// More networks than this are looked through for those that are at rest.
const MOST_NETWORKS: usize = 10_000;

/// What the program wires into the web.
pub struct Wiring {
    /// What application functions need.
    pub cx: Context,
    /// Takes webhooks in.
    pub inbox: InboxWriter,
    /// Settings.
    pub settings: WebSettings,
    /// The text of `/metrics`; without it, it is served elsewhere or not at all.
    pub metrics: Option<Box<Metrics>>,
    /// The demo's world behind the phone page; without it, there is no such page.
    pub sandbox: Option<Arc<dyn Sandbox>>,
}

/// Shared by all handlers; cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// The fields of [`AppState`].
pub struct Shared {
    /// The database.
    pub store: Store,
    /// What application functions need.
    pub cx: Context,
    /// Takes webhooks in.
    pub inbox: InboxWriter,
    /// Settings.
    pub settings: WebSettings,
    /// The text of `/metrics`.
    pub metrics: Option<Box<Metrics>>,
    /// The demo's world.
    pub sandbox: Option<Arc<dyn Sandbox>>,
    pub(crate) directory: Directory,
    pub(crate) key_ring: KeyRing,
    pub(crate) in_flight: InFlight,
    pub(crate) voice: crate::webhooks::Waiting,
    doors: DefaultKeyedRateLimiter<Network>,
}

impl AppState {
    /// Puts the parts together.
    pub fn new(wiring: Wiring) -> Self {
        let store = wiring.cx.store.clone();
        let cx = wiring.cx.clone();
        let open: Box<OpenConfig> =
            Box::new(move |connection| ringleader_jobs::actions::open_config(&cx, connection).ok());
        Self(Arc::new(Shared {
            directory: Directory::new(store.clone(), open),
            key_ring: KeyRing::new(store.clone()),
            in_flight: InFlight::default(),
            voice: Default::default(),
            doors: RateLimiter::keyed(SIGN_INS),
            store,
            cx: wiring.cx,
            inbox: wiring.inbox,
            settings: wiring.settings,
            metrics: wiring.metrics,
            sandbox: wiring.sandbox,
        }))
    }
}

impl Shared {
    /// Whether one more may try to sign in, or ask for a link, from this network now.
    pub(crate) fn lets_try(&self, from: &Network) -> bool {
        if self.doors.len() > MOST_NETWORKS {
            self.doors.retain_recent();
        }
        self.doors.check_key(from).is_ok()
    }
}

impl Deref for AppState {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

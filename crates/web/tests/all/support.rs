//! An installation in one process: its router, its database, and people who call it.

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode};
use ringleader_brain::chain::Chain;
use ringleader_brain::local::Local;
use ringleader_brain::models::http_client;
use ringleader_brain::seam::Brain;
use ringleader_core::secret::Secret;
use ringleader_jobs::context::{Context, Hosts, Parts};
use ringleader_jobs::engine::Config;
use ringleader_store::Store;
use ringleader_store::inbox::{Event, Filter, InboxWriter, nobody};
use ringleader_store::secrets::Keys;
use ringleader_store::testing::TestDb;
use ringleader_web::{AppState, WebSettings, Wiring};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;

pub const ADMIN: &str = "the-admin-token";
pub const VERIFY: &str = "the-verify-token";
pub const APP_SECRET: &str = "the-installations-app-secret";

/// The installation.
pub struct App {
    pub db: Arc<TestDb>,
    pub cx: Context,
    world: Arc<World>,
    router: Router,
}

/// A configured model with the time that it has for an answer.
pub type Model = (Arc<dyn Brain>, Duration);

/// What is around the installation.
pub struct World {
    /// How many events may wait to be written.
    pub capacity: usize,
    /// Where WhatsApp is.
    pub whatsapp: String,
    /// Where Twilio is.
    pub twilio: String,
    /// Where Voicenter's Call Log is.
    pub voicenter: String,
    /// Where Bolna is.
    pub bolna: String,
    /// How calls are paced.
    pub voice: ringleader_web::VoicePace,
    /// Models, in the order in which they are asked.
    pub models: Box<dyn Fn() -> Vec<Model> + Send + Sync>,
}

impl Default for World {
    fn default() -> Self {
        let nobody = "http://127.0.0.1:9";
        Self {
            capacity: 1024,
            whatsapp: nobody.into(),
            twilio: nobody.into(),
            voicenter: nobody.into(),
            bolna: nobody.into(),
            voice: ringleader_web::VoicePace::default(),
            models: Box::new(Vec::new),
        }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// The id in the answer.
    pub fn id(&self) -> String {
        self.json()["id"].as_str().expect("an id").to_owned()
    }

    /// Names of the fields at fault.
    pub fn wrong_fields(&self) -> Vec<String> {
        let document = self.json();
        let errors = document["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["field"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

impl App {
    pub async fn new(db: TestDb) -> Self {
        Self::in_world(db, World::default()).await
    }

    pub async fn with_inbox(db: TestDb, capacity: usize) -> Self {
        Self::in_world(db, World { capacity, ..World::default() }).await
    }

    /// With a WhatsApp provider at this address.
    pub async fn with(db: TestDb, capacity: usize, whatsapp: &str) -> Self {
        Self::in_world(db, World { capacity, whatsapp: whatsapp.to_owned(), ..World::default() }).await
    }

    /// With providers and models around it.
    pub async fn in_world(db: TestDb, world: World) -> Self {
        Self::start(Arc::new(db), Arc::new(world))
    }

    /// The process ends and another one begins: only the database and the world are as before.
    pub fn restarted(&self) -> Self {
        Self::start(self.db.clone(), self.world.clone())
    }

    fn start(db: Arc<TestDb>, world: Arc<World>) -> Self {
        let cx = context(db.store.clone(), &world);
        let state = AppState::new(Wiring {
            cx: cx.clone(),
            inbox: InboxWriter::start(db.store.clone(), world.capacity),
            settings: WebSettings {
                public_url: "https://ring.example".into(),
                admin_token: Some(Secret::new(ADMIN.into())),
                whatsapp_verify_token: Some(Secret::new(VERIFY.into())),
                whatsapp_app_secret: Some(Secret::new(APP_SECRET.into())),
                voice: world.voice,
                ..WebSettings::default()
            },
            metrics: Some(Box::new(|| "ringleader_up 1\n".to_owned())),
            sandbox: None,
        });
        Self { db, cx, world, router: ringleader_web::router(state) }
    }

    /// Serves it on a port of its own, until the handle is aborted; the address, without a slash at the end.
    pub async fn serve(&self) -> (String, tokio::task::JoinHandle<()>) {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = self.router.clone();
        (
            address,
            tokio::spawn(async move {
                axum::serve(listener, router.into_make_service_with_connect_info::<std::net::SocketAddr>())
                    .await
                    .unwrap()
            }),
        )
    }

    /// Does everything that is due now, and what becomes due by that; how much there was.
    pub async fn run_due(&self) -> usize {
        ringleader_jobs::all::engine(&self.cx, Config::default()).run_due().await.unwrap()
    }

    /// The answer with its body still to come.
    pub async fn open(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.open(request).await;
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    pub async fn call(&self, method: Method, path: &str, key: &str, body: Option<Value>) -> Answer {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let request = if key.is_empty() { request } else { request.header("authorization", format!("Bearer {key}")) };
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send(request.body(body).unwrap()).await
    }

    pub async fn get(&self, path: &str, key: &str) -> Answer {
        self.call(Method::GET, path, key, None).await
    }

    pub async fn post(&self, path: &str, key: &str, body: Value) -> Answer {
        self.call(Method::POST, path, key, Some(body)).await
    }

    pub async fn patch(&self, path: &str, key: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, key, Some(body)).await
    }

    /// A new tenant; its key.
    pub async fn shop(&self, name: &str) -> String {
        let made = self.post("/api/v1/tenants", ADMIN, tenant(name)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        made.json()["api_key"].as_str().unwrap().to_owned()
    }

    /// A connection of the tenant; the path of its webhook with this name.
    pub async fn connection(&self, key: &str, kind: &str, config: Value, webhook: &str) -> String {
        let made = self.post("/api/v1/connections", key, json!({"kind": kind, "config": config})).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let url = made.json()["webhook_urls"][webhook].as_str().expect("a webhook URL").to_owned();
        url.strip_prefix("https://ring.example").expect("the public URL").to_owned()
    }

    /// What is around it, for another node.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// What the tray of nobody's events holds.
    pub async fn tray(&self) -> Vec<Event> {
        let filter = Filter { limit: 100, ..Filter::default() };
        self.db.store.read(nobody()).await.unwrap().inbox().list(&filter).await.unwrap()
    }

    /// All events of everyone.
    pub async fn kept(&self) -> Vec<Event> {
        let filter = Filter { limit: 100, ..Filter::default() };
        self.db.store.read_system().await.unwrap().inbox().list(&filter).await.unwrap()
    }
}

/// What a node works with, on this store and in this world.
pub fn context(store: Store, world: &World) -> Context {
    let keys = Keys::from_base64(&["AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="]).unwrap();
    let brains = (world.models)();
    Context::new(Parts {
        store,
        keys,
        brain_order: brains.iter().map(|(brain, _)| brain.name().into()).chain(["local".into()]).collect(),
        chain: Chain::new(brains, Arc::new(Local), Duration::from_secs(30)),
        http: http_client(),
        hosts: Hosts {
            whatsapp: world.whatsapp.clone(),
            twilio: world.twilio.clone(),
            twilio_lookup: world.twilio.clone(),
            voicenter: world.voicenter.clone(),
            bolna: world.bolna.clone(),
            allow_private: true, // fakes are on loopback
        },
        public_url: "https://ring.example".into(),
        send_timeout: Duration::from_secs(1),
        read_again_after: jiff::SignedDuration::from_mins(1),
    })
}

pub fn tenant(name: &str) -> Value {
    json!({
        "name": name, "locale": "he-IL", "time_zone": "Asia/Jerusalem", "country": "IL", "place": "Jerusalem",
        "owner": {"name": "Dana", "phone": "050-765-4321", "email": "dana@shop.example"}
    })
}

//! A running Ringleader on an empty database, with businesses made through its API as an integrator makes them.

use crate::load::{ID, Request};
use crate::process::{Process, Role};
use crate::voice;
use anyhow::{Context as _, ensure};
use jiff::SignedDuration;
use reqwest::Method;
use ringleader_brain::models::http_client;
use ringleader_providers::voicenter::fake::{Encoding, Scenario};
use ringleader_store::testing::TestDb;
use ringleader_store::{Clock, Engine, Options, Store, args};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Opens the API of the installation.
pub const ADMIN_TOKEN: &str = "the-benchmarks-admin-token";
const SECRET_KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

/// The line that is called, as the switchboard writes it.
const LINE: &str = "02079460000";
/// Whom the businesses tell.
pub const OWNER: &str = "+447700900999";
/// Signs WhatsApp's webhooks.
pub const APP_SECRET: &str = "the-benchmarks-app-secret";
/// The first number of the WhatsApp connections; each business has the next one.
const FIRST_NUMBER: u64 = 800_000_000_000_100;

/// Ringleader with its database, which goes with it.
pub struct Installation {
    /// The program.
    pub process: Process,
    /// Where the database is.
    pub database_url: String,
    _database: Database,
}

/// Goes when it is dropped.
enum Database {
    File(PathBuf),
    Server { _database: Box<TestDb> },
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Self::File(folder) = self {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

impl Installation {
    /// Starts the program on an empty database; `whatsapp` is where WhatsApp is, `slots` how many jobs may run at once.
    pub async fn start(engine: Engine, whatsapp: &str, slots: u32) -> anyhow::Result<Self> {
        let (database, url) = match engine {
            Engine::Sqlite => {
                let name = format!("ringleader-bench-{}", ringleader_store::Ids::new(Clock::system()).new_uuid());
                let folder = std::env::temp_dir().join(name);
                std::fs::create_dir_all(&folder)?;
                (Database::File(folder), "sqlite:bench.db".to_owned())
            }
            Engine::Postgres => {
                let database = TestDb::new(engine).await;
                let url = database.url.clone();
                database.store.close().await;
                (Database::Server { _database: Box::new(database) }, url)
            }
        };
        let folder = match &database {
            Database::File(folder) => folder.clone(),
            Database::Server { .. } => std::env::temp_dir(),
        };
        let database_url = match &database {
            Database::File(folder) => format!("sqlite:{}", folder.join("bench.db").display()),
            Database::Server { .. } => url.clone(),
        };
        let settings = [
            ("RINGLEADER_DATABASE_URL", url),
            ("RINGLEADER_ADMIN_TOKEN", ADMIN_TOKEN.to_owned()),
            ("RINGLEADER_SECRET_KEY", SECRET_KEY.to_owned()),
            ("RINGLEADER_WHATSAPP__BASE_URL", whatsapp.to_owned()),
            ("RINGLEADER_WHATSAPP__APP_SECRET", APP_SECRET.to_owned()),
            ("RINGLEADER_NETWORK__ALLOW_PRIVATE", "true".to_owned()),
            ("RINGLEADER_JOBS__SLOTS", slots.to_string()),
            ("RINGLEADER_TELEMETRY__LOG", "error".to_owned()),
        ];
        let process = Process::start(Role::Ringleader, &folder, &settings).await?;
        Ok(Self { process, database_url, _database: database })
    }

    /// Makes so many businesses with this grace period; the paths to which their switchboards post.
    pub async fn businesses(&self, count: usize, grace: &str) -> anyhow::Result<Vec<String>> {
        let mut paths = Vec::new();
        for nth in 0..count {
            paths.push(self.business(nth, grace).await?);
        }
        Ok(paths)
    }

    async fn business(&self, nth: usize, grace: &str) -> anyhow::Result<String> {
        let template = |name: &str| json!({"name": name, "language": "en"});
        let tenant = json!({
            "name": format!("Shop {nth}"), "locale": "en-GB", "country": "GB", "time_zone": "Europe/London",
            "owner": {"name": "Sam", "phone": OWNER},
            "settings": {
                "outreach": {"grace": grace},
                "limits": {"first_messages_per_minute": 1_000_000, "first_messages_per_day": 1_000_000},
                "templates": {
                    "first_message": template("first"), "reminder": template("again"),
                    "last_reminder": template("last"), "owner_lead": template("lead"),
                },
            },
        });
        let made = self.post("tenants", ADMIN_TOKEN, &tenant).await?;
        let key = made["api_key"].as_str().context("a key")?.to_owned();
        let number = (FIRST_NUMBER + nth as u64).to_string();
        let whatsapp = json!({"phone_number_id": number, "display_number": "+442079460018", "access_token": "token",
            "per_second": "1000"});
        self.post("connections", &key, &json!({"kind": "whatsapp_cloud", "config": whatsapp})).await?;
        self.post("lines", &key, &json!({"number": LINE, "uses": ["missed_call"]})).await?;
        let switchboard = self.post("connections", &key, &json!({"kind": "voicenter", "config": {}})).await?;
        let url = switchboard["webhook_urls"]["cdr"].as_str().context("a webhook URL")?;
        Ok(url[url.find("/webhooks").context("a path")?..].to_owned())
    }

    /// Makes an estate agency whose line the receptionist answers, with the properties of these files; what opens its API.
    pub async fn agency(&self, files: &[String]) -> anyhow::Result<String> {
        let tenant = json!({
            "name": "Acme Homes", "locale": "en-GB", "country": "GB", "time_zone": "Europe/London",
            "owner": {"name": "Sam", "phone": OWNER},
            "settings": {"reception": {"trade": "estate"}},
        });
        let made = self.post("tenants", ADMIN_TOKEN, &tenant).await?;
        let key = made["api_key"].as_str().context("a key")?.to_owned();
        let account = json!({"account_sid": voice::ACCOUNT, "auth_token": voice::TOKEN});
        self.post("connections", &key, &json!({"kind": "twilio", "config": account})).await?;
        self.post("lines", &key, &json!({"number": voice::LINE, "uses": ["receptionist"]})).await?;
        for csv in files {
            let kept = self.post("properties/import", &key, &json!({ "csv": csv })).await?;
            ensure!(kept["kept"] == true, "the properties were not taken: {kept}");
        }
        self.settle().await?;
        Ok(key)
    }

    /// PostgreSQL knows what lies in its tables, as it does by itself a minute after they were filled.
    async fn settle(&self) -> anyhow::Result<()> {
        if self.database_url.starts_with("postgres") {
            let options = Options { connections: 1, migrate: false, ..Options::default() };
            let store = Store::open(&self.database_url, options).await?;
            let mut tx = store.begin_system().await?;
            tx.execute("ANALYZE", args![]).await?;
            tx.commit().await?;
            store.close().await;
        }
        Ok(())
    }

    /// Posts to the API; what it made.
    pub async fn post(&self, what: &str, key: &str, body: &Value) -> anyhow::Result<Value> {
        let url = format!("http://{}/api/v1/{what}", self.process.address);
        let answer = http_client().request(Method::POST, url).bearer_auth(key).json(body).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "POST {what}: {status} {text}");
        Ok(serde_json::from_str(&text)?)
    }
}

/// The record of a call that nobody answered, as the switchboard posts it; the nth of a thousand callers.
pub fn missed_call(path: &str, caller: usize) -> anyhow::Result<Request> {
    let caller = format!("+447700900{:03}", caller % 999);
    let began = Clock::system().now() - SignedDuration::from_secs(30);
    let record = Scenario::missed(&caller, LINE).at(began).id(ID);
    Request::post(path, &record.body(Encoding::Json))
}

//! The installation as an operator sets it up: settings of the program, and tenants through its own API.

use super::agents::AGENT;
use super::program::Program;
use super::world::{Shop, World};
use anyhow::{Context as _, bail, ensure};
use ringleader_core::texts::Key;
use ringleader_providers::whatsapp_cloud::fake::{
    Behaviour, Chance, Fault, NumberSpec, Options, Webhook, WhatsappFake,
};
use ringleader_store::Clock;
use serde_json::{Value, json};
use std::time::Duration;

const ADMIN: &str = "kill-harness-admin-token";
const APP_SECRET: &str = "kill-harness-app-secret";
const LANGUAGE: &str = "en";

/// How a node's death is noticed on PostgreSQL: short, since it dies every other second.
const LEASE: &str = "2s";

/// Tries of a request of the set-up, on a machine that is busy.
const TRIES: u32 = 20;

/// Between two of them.
const PAUSE: Duration = Duration::from_millis(500);

/// A tenant of the running program.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Its id as it is stored.
    pub id: String,
    /// Where its switchboard posts call records to.
    pub records: String,
}

/// Gives the program its settings.
pub fn settings(program: &mut Program, database_url: &str, whatsapp: &WhatsappFake) {
    let address = program.url().trim_start_matches("http://").to_owned();
    program.set("RINGLEADER_LISTEN", address);
    program.set("RINGLEADER_DATABASE_URL", database_url);
    program.set("RINGLEADER_ADMIN_TOKEN", ADMIN);
    program.set("RINGLEADER_SECRET_KEY", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=");
    program.set("RINGLEADER_WHATSAPP__BASE_URL", whatsapp.base_url());
    program.set("RINGLEADER_WHATSAPP__APP_SECRET", APP_SECRET);
    program.set("RINGLEADER_NETWORK__ALLOW_PRIVATE", "true");
    program.set("RINGLEADER_JOBS__LEASE", LEASE);
}

/// Meta's side: no limits, its news late, shuffled, repeated and batched. Faults are switched on by [`trouble`].
///
/// # Errors
/// No port can be had.
pub async fn whatsapp(
    program: &Program,
    world: &World,
    seed: u64,
    http: reqwest::Client,
) -> anyhow::Result<WhatsappFake> {
    let clock = Clock::system();
    let mut options = Options::new(std::sync::Arc::new(move || clock.now()), http);
    options.seed = seed;
    options.numbers = world.shops.iter().map(number).collect();
    let url = format!("{}/webhooks/whatsapp", program.url());
    options.webhook = Some(Webhook { url, app_secret: APP_SECRET.to_owned() });
    options.behaviour = Behaviour {
        delivered_ms: Some(50),
        jitter_ms: 200,
        duplicates: 0.05,
        batch: 4,
        retry_ms: 100,
        retry_cap_ms: 1000,
        ..Behaviour::fast()
    };
    Ok(WhatsappFake::start(options).await?)
}

fn number(shop: &Shop) -> NumberSpec {
    NumberSpec {
        id: shop.number.clone(),
        display: format!("44{}", &shop.line[1..]),
        waba_id: shop.account.clone(),
        ..NumberSpec::default()
    }
}

/// A share of sends is taken and not answered, a few are refused for the moment, a few never arrive.
pub fn trouble(whatsapp: &WhatsappFake) {
    let chance = |p, fault| Chance { p, fault };
    whatsapp.set_faults(vec![
        chance(0.02, Fault::CutAfterAccept),
        chance(0.01, Fault::Http500AfterAccept),
        chance(0.01, Fault::GarbageAfterAccept),
        chance(0.001, Fault::HangAfterAccept { ms: 12_000 }),
        chance(0.01, Fault::Error { code: 131_016 }),
        chance(0.002, Fault::CutBefore),
    ]);
}

/// Makes the tenants, their connections and lines.
///
/// # Errors
/// The API refuses.
pub async fn tenants(
    program: &Program,
    world: &World,
    unknown_after: Duration,
    http: &reqwest::Client,
) -> anyhow::Result<Vec<Tenant>> {
    let mut tenants = Vec::with_capacity(world.shops.len());
    for (nth, shop) in world.shops.iter().enumerate() {
        tenants.push(tenant(&Api { program, http }, nth, shop, unknown_after).await?);
    }
    Ok(tenants)
}

async fn tenant(api: &Api<'_>, nth: usize, shop: &Shop, unknown_after: Duration) -> anyhow::Result<Tenant> {
    let body = json!({
        "name": format!("Shop {nth}"), "locale": "en-GB", "time_zone": "Europe/London", "country": "GB",
        "owner": {"name": "Olivia", "phone": shop.owner}, "settings": tenant_settings(unknown_after),
    });
    let made = api.post("tenants", ADMIN, body).await?;
    let key = text(&made["api_key"])?;
    let config = json!({
        "phone_number_id": shop.number, "display_number": format!("+44{}", &shop.line[1..]),
        "access_token": "kill-harness-token", "waba_id": shop.account, "per_second": "1000",
    });
    api.post("connections", &key, json!({"kind": "whatsapp_cloud", "config": config})).await?;
    let switchboard = api.post("connections", &key, json!({"kind": "voicenter", "config": {}})).await?;
    api.post("lines", &key, json!({"number": shop.line, "uses": ["missed_call"]})).await?;
    let urls = switchboard["webhook_urls"].as_object().and_then(|urls| urls.values().next());
    let id = text(&made["tenant"]["id"])?.trim_start_matches("ten_").to_owned();
    Ok(Tenant { id, records: text(urls.unwrap_or(&Value::Null))? })
}

/// Makes the tenant whose agents call; where their platform posts to. Nobody is told of its leads: it has no channel.
///
/// # Errors
/// The API refuses.
pub async fn agents(program: &Program, http: &reqwest::Client) -> anyhow::Result<String> {
    let api = Api { program, http };
    let body = json!({
        "name": "Agents", "locale": "en-GB", "time_zone": "Europe/London", "country": "GB", "owner": {"name": "Olivia"},
    });
    let made = api.post("tenants", ADMIN, body).await?;
    let config = json!({"agents": [{"agent_id": AGENT, "name": "Mia"}], "sources": ["127.0.0.1"]});
    let platform =
        api.post("connections", &text(&made["api_key"])?, json!({"kind": "bolna", "config": config})).await?;
    let urls = platform["webhook_urls"].as_object().and_then(|urls| urls.values().next());
    text(urls.unwrap_or(&Value::Null))
}

/// Calls flow through at once; the owner hears of a lead at its beginning and when it is complete.
fn tenant_settings(unknown_after: Duration) -> Value {
    let template = |key: Key| json!({"name": key.as_str(), "language": LANGUAGE});
    json!({
        "outreach": {"grace": "1s", "burst": "300ms", "unknown_after": format!("{}s", unknown_after.as_secs())},
        "notify": {"debounce": "1h", "channels": ["whatsapp"]},
        "limits": {"first_messages_per_minute": 1_000_000, "first_messages_per_day": 1_000_000},
        "templates": {
            "first_message": template(Key::FirstMessage),
            "reminder": template(Key::Reminder),
            "last_reminder": template(Key::LastReminder),
            "owner_lead": template(Key::OwnerLead),
        },
    })
}

struct Api<'a> {
    program: &'a Program,
    http: &'a reqwest::Client,
}

impl Api<'_> {
    async fn post(&self, path: &str, key: &str, body: Value) -> anyhow::Result<Value> {
        let url = format!("{}/api/v1/{path}", self.program.url());
        for _ in 0..TRIES {
            let answer = self.http.post(&url).bearer_auth(key).json(&body).send().await?;
            let (status, answer) = (answer.status(), answer.text().await?);
            if status == reqwest::StatusCode::SERVICE_UNAVAILABLE {
                tokio::time::sleep(PAUSE).await; // nothing was kept of it
                continue;
            }
            ensure!(status.is_success(), "{path}: {status} {answer}");
            return serde_json::from_str(&answer).with_context(|| format!("{path} answered no JSON"));
        }
        bail!("{path} is too busy")
    }
}

fn text(value: &Value) -> anyhow::Result<String> {
    value.as_str().map(str::to_owned).context("a text is missing in the API's answer")
}

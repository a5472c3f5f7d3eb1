//! A business with a crowd of leads, and someone who is signed in to its pages.

use crate::report::{line, millis};
use crate::shop::{ADMIN_TOKEN, Installation};
use anyhow::{Context as _, ensure};
use ringleader_core::id::{ConnectionId, TenantId};
use ringleader_store::{Options, Store};
use ringleader_testkit::crowd::{self, Sizes, Whose};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Instant;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const EMAIL: &str = "owner@bench.example";
const PASSWORD: &str = "a long enough password";

/// The business.
pub struct Office {
    /// Opens its API.
    pub key: String,
    /// Opens its pages.
    pub cookie: String,
}

/// Makes the business, fills it, and signs its owner in.
pub async fn open(installation: &Installation, sizes: Sizes) -> anyhow::Result<Office> {
    let owner = json!({"name": "Sam", "phone": "+447700900999", "email": EMAIL, "password": PASSWORD});
    let tenant =
        json!({"name": "Bench", "locale": "en-GB", "country": "GB", "time_zone": "Europe/London", "owner": owner});
    let made = installation.post("tenants", ADMIN_TOKEN, &tenant).await?;
    let word = |value: &Value| value.as_str().map(str::to_owned).context("a text");
    let key = word(&made["api_key"])?;
    let id: TenantId = word(&made["tenant"]["id"])?.parse()?;
    let whatsapp =
        json!({"phone_number_id": "800000000000001", "display_number": "+442079460018", "access_token": "token"});
    let account = json!({"kind": "whatsapp_cloud", "config": whatsapp});
    let connection: ConnectionId = word(&installation.post("connections", &key, &account).await?["id"])?.parse()?;
    installation.post("lines", &key, &json!({"number": "+442079460000", "uses": ["missed_call"]})).await?;
    let store = Store::open(&installation.database_url, Options { migrate: false, ..Options::default() }).await?;
    let user = store.read(id).await?.users().all().await?.first().context("the owner")?.id;
    let began = Instant::now();
    crowd::fill(&store, Whose { tenant: id, user, connection }, sizes).await?;
    store.close().await;
    line(format!(
        "{} leads, {} calls, {} messages written in {:.0} s",
        sizes.leads,
        sizes.calls,
        sizes.messages,
        millis(began.elapsed()) / 1000.0
    ));
    let body = format!("email={}&password={}&lang=en", EMAIL.replace('@', "%40"), PASSWORD.replace(' ', "+"));
    let head = "content-type: application/x-www-form-urlencoded\r\nconnection: close\r\n";
    let answer = ask(installation.process.address, "POST", "/sign-in", head, &body).await?;
    let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).context("a session")?;
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    Ok(Office { key, cookie })
}

/// The whole answer to one request.
pub async fn ask(address: SocketAddr, method: &str, path: &str, head: &str, body: &str) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let length = body.len();
    let request =
        format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n{head}content-length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    ensure!(!answer.is_empty(), "no answer to {method} {path}");
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

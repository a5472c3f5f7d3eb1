//! `ringleader demo`: the program itself, with every outside service played on this machine, and sample data (D4).
//!
//! Always true: nothing leaves the machine, no settings of the installation are read, and the database is a fresh one in
//! a folder that goes with the program.

mod clock;
mod folder;
mod phone;
mod seed;

use crate::cli::Demo;
use crate::commands::serve::Installation;
use crate::output::Output;
use crate::settings::{Settings, Sources};
use crate::stop::Stop;
use clock::DemoClock;
use folder::Folder;
use phone::PhonePage;
use ringleader_brain::models::http_client;
use ringleader_providers::voicenter::fake::VoicenterFake;
use ringleader_providers::whatsapp_cloud::fake::{Options, WhatsappFake};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Signs the fake's webhooks.
const APP_SECRET: &str = "demo-app-secret";

/// Makes tenants in the demo; good for nothing else.
const ADMIN_TOKEN: &str = "demo-admin-token";

/// Runs until Ctrl-C.
pub(crate) async fn run(options: Demo, output: Output) -> anyhow::Result<()> {
    let listener = listen(options.port).await?;
    let address = listener.local_addr()?;
    let clock = DemoClock::start(options.speed.into());
    let folder = Folder::make()?;
    let whatsapp = play_whatsapp(&clock, address).await?;
    let settings = settings(&folder, address, &whatsapp)?;
    crate::telemetry::start_logs(&settings.telemetry);
    let installation = Installation::open(&settings, clock.shown().clone()).await?;
    let shop = seed::shop(&installation.cx, &whatsapp).await?;
    let switchboard = VoicenterFake::new(http_client(), format!("http://{address}{}", shop.call_records), 1);
    say_hello(address, &shop.api_key, output);
    let page = PhonePage::new(address, shop, clock, whatsapp, switchboard);
    installation.serve(listener, Some(Arc::new(page))).await
}

async fn listen(port: u16) -> Result<TcpListener, Stop> {
    TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await.map_err(|error| {
        let what = format!("Port {port} of this machine cannot be listened on: {error}.");
        Stop::failed(what, "Choose another: `--port 9000`, or `--port 0` for any free one.")
    })
}

/// Meta's side, on a port of its own; its webhooks come back to us.
async fn play_whatsapp(clock: &DemoClock, address: SocketAddr) -> anyhow::Result<WhatsappFake> {
    let shown = clock.shown().clone();
    let mut options = Options::new(Arc::new(move || shown.now()), http_client());
    options.numbers = vec![seed::number()];
    options.templates = seed::templates();
    options.webhook = Some(ringleader_providers::whatsapp_cloud::fake::Webhook {
        url: format!("http://{address}/webhooks/whatsapp"),
        app_secret: APP_SECRET.to_owned(),
    });
    Ok(WhatsappFake::start(options).await?)
}

/// The settings an operator would write for this world.
fn settings(folder: &Folder, address: SocketAddr, whatsapp: &WhatsappFake) -> Result<Settings, Stop> {
    let values = [
        ("RINGLEADER_LISTEN", address.to_string()),
        ("RINGLEADER_DATABASE_URL", format!("sqlite:{}", folder.database().display())),
        ("RINGLEADER_ADMIN_TOKEN", ADMIN_TOKEN.to_owned()),
        ("RINGLEADER_WHATSAPP__BASE_URL", whatsapp.base_url()),
        ("RINGLEADER_WHATSAPP__APP_SECRET", APP_SECRET.to_owned()),
        ("RINGLEADER_NETWORK__ALLOW_PRIVATE", "true".to_owned()),
        ("RINGLEADER_TELEMETRY__LOG", "warn".to_owned()),
    ];
    let env = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Ok(Settings::load(&Sources { file: None, env })?.settings)
}

fn say_hello(address: SocketAddr, api_key: &str, output: Output) {
    let text = format!(
        "Ringleader demo: http://{address}/phone   (stop with Ctrl-C; nothing leaves this machine)
Sign in: the phone page needs none. API: http://{address}/docs with the key {api_key}
Try:     1. Press \"Call, and nobody answers\", then \"+2 min\": the WhatsApp message arrives.
         2. Answer: {}",
        seed::ANSWER
    );
    let page = format!("http://{address}/phone");
    output.answer(&text, &serde_json::json!({"phone": page, "api_key": api_key, "admin_token": ADMIN_TOKEN}));
}

//! `ringleader demo`: the program itself, with every outside service played on this machine, and sample data (D4).
//!
//! Always true: nothing leaves the machine, no settings of the installation are read, and the database is a fresh one in
//! a folder that goes with the program.

mod agents;
mod business;
mod clock;
mod folder;
mod model;
mod newcomers;
mod past;
mod phone;
mod receptionist;
mod scene;
mod seed;
mod switchboard;

use crate::cli::Demo;
use crate::commands::serve::Installation;
use crate::output::Output;
use crate::settings::{Settings, Sources};
use crate::stop::Stop;
use clock::DemoClock;
use folder::Folder;
use jiff::SignedDuration;
use model::Model;
use phone::{PhonePage, Services};
use ringleader_brain::models::http_client;
use ringleader_providers::bolna::fake::BolnaFake;
use ringleader_providers::voicenter::fake::{CallLog, CallLogRules};
use ringleader_providers::whatsapp_cloud::fake::{Options, Webhook, WhatsappFake};
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
    let clock = DemoClock::start();
    let now = clock.shown().now();
    let folder = Folder::make()?;
    let whatsapp = play_whatsapp(&clock, address).await?;
    let platform = agents::platform().await?;
    let twilio = receptionist::platform(&clock).await?;
    let model = match options.model {
        Some(which) => Some(Model::start(which).await?),
        None => None,
    };
    let call_log = play_call_log(&clock).await?;
    let services = Services { whatsapp, twilio, call_log, model };
    let settings = settings(&folder, address, &services, &platform)?;
    crate::telemetry::start_logs(&settings.telemetry);
    let installation = Installation::open(&settings, clock.shown().clone()).await?;
    let page = PhonePage::new(installation.cx.clone(), address, clock, services);
    let (mut pasts, mut api_key, mut owners) = (Vec::new(), None, Vec::new());
    for business in business::all() {
        let keys = seed::make(&installation.cx, &business, page.whatsapp()).await?;
        pasts.extend(business.past.map(|past| (business.shop.id.clone(), past)));
        owners.push((business.shop.name.clone(), seed::address_of(&business)));
        page.add(business, &keys)?;
        api_key.get_or_insert(keys.api_key);
    }
    owners.push(("voice agent".to_owned(), agents::OWNER.to_owned()));
    let agency = agents::Agency::make(&installation.cx, platform, address).await?;
    let agency_key = agency.api_key().to_owned();
    page.add_agency(agency)?;
    let page = Arc::new(page);
    let ready = async {
        past::play(&page, &pasts, now).await;
        if page.play_agency(now).await.is_err() {
            tracing::warn!("Some of the demo's sample calls could not be made");
        }
        page.clock().set_speed(options.speed.into());
        let keys = (api_key.as_deref().unwrap_or_default(), agency_key.as_str());
        say_hello(address, keys, &owners, output);
        std::future::pending().await
    };
    // The past needs the server; the server ends both.
    tokio::select! {
        served = installation.serve(listener, Some(page.clone())) => served,
        () = ready => Ok(()),
    }
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
    options.numbers = business::all().into_iter().map(|business| business.number).collect();
    options.templates = seed::templates();
    options.webhook =
        Some(Webhook { url: format!("http://{address}/webhooks/whatsapp"), app_secret: APP_SECRET.to_owned() });
    Ok(WhatsappFake::start(options).await?)
}

/// The switchboards' own log of calls, on a port of its own. A call is in it at once, so that nothing waits for it.
async fn play_call_log(clock: &DemoClock) -> std::io::Result<CallLog> {
    let shown = clock.shown().clone();
    let rules = CallLogRules { lag: SignedDuration::ZERO, ..CallLogRules::default() };
    CallLog::start_by(rules, Arc::new(move || shown.now())).await
}

/// The settings an operator would write for this world.
fn settings(folder: &Folder, address: SocketAddr, services: &Services, platform: &BolnaFake) -> Result<Settings, Stop> {
    let values = [
        ("RINGLEADER_LISTEN", address.to_string()),
        ("RINGLEADER_DATABASE_URL", format!("sqlite:{}", folder.database().display())),
        ("RINGLEADER_ADMIN_TOKEN", ADMIN_TOKEN.to_owned()),
        ("RINGLEADER_WHATSAPP__BASE_URL", services.whatsapp.base_url()),
        ("RINGLEADER_VOICENTER__BASE_URL", services.call_log.url.clone()),
        ("RINGLEADER_BOLNA__BASE_URL", platform.base_url()),
        ("RINGLEADER_TWILIO__BASE_URL", services.twilio.base_url()),
        ("RINGLEADER_TWILIO__LOOKUP_BASE_URL", services.twilio.base_url()),
        ("RINGLEADER_WHATSAPP__APP_SECRET", APP_SECRET.to_owned()),
        ("RINGLEADER_NETWORK__ALLOW_PRIVATE", "true".to_owned()),
        ("RINGLEADER_TELEMETRY__LOG", "warn".to_owned()),
    ];
    let model = services.model.iter().flat_map(Model::settings);
    let env = values.into_iter().chain(model).map(|(name, value)| (name.to_owned(), value)).collect();
    Ok(Settings::load(&Sources { file: None, env })?.settings)
}

fn say_hello(address: SocketAddr, (api_key, agency_key): (&str, &str), owners: &[(String, String)], output: Output) {
    let (page, dashboard) = (format!("http://{address}/phone"), format!("http://{address}/today"));
    let sign_ins: Vec<String> = owners.iter().map(|(name, email)| format!("{email} ({name})")).collect();
    let text = format!(
        "Ringleader demo: {page}   (stop with Ctrl-C; nothing leaves this machine)
Dashboard: {dashboard}   Sign in as {} with the password {}
API:     http://{address}/docs with the key {api_key}
Try:     1. On the phone page press \"Call, nobody answers\", then \"+2 min\": a WhatsApp message arrives.
         2. Answer; a few seconds later the lead is complete and the owner knows. For example: {}
         3. Watch it happen on the dashboard, beside it.
         4. Choose Acme Lettings and write to its receptionist: a flat, a viewing, a repair.
         5. Press \"Talk to the receptionist\" and type: I'd like to book a viewing of the flat on Elgin Avenue
         6. Choose Acme Homes and let its voice agent call someone: transcript, analysis and credits are on its dashboard.
            Its API key: {agency_key}
         7. Begin from nothing: as the first owner add a business of your own under Installation, Businesses; open its link
            and follow the first steps.",
        sign_ins.join(" or "),
        seed::PASSWORD,
        business::ANSWER
    );
    let owners: Vec<_> = owners
        .iter()
        .map(|(name, email)| serde_json::json!({"business": name, "email": email, "password": seed::PASSWORD}))
        .collect();
    let said = serde_json::json!({"phone": page, "dashboard": dashboard, "owners": owners, "api_key": api_key, "agency_key": agency_key,
        "admin_token": ADMIN_TOKEN});
    output.answer(&text, &said);
}

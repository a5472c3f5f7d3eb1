//! The connection test of a telephone account (D5): do the receptionist's lines lead here, and can a WebSocket be opened?
//!
//! Always true: no number is told, since reports are kept and logged (P10); lines are counted.

use super::ConnectionReport;
use crate::context::Context;
use ringleader_core::tenant::LineUse;
use ringleader_providers::messaging::SendError;
use ringleader_providers::twilio::config::Mode;
use ringleader_providers::twilio::{Client, Config};
use ringleader_store::Result;
use ringleader_store::repo::{Connection, Page};

/// Where calls must lead.
const VOICE: &str = "/webhooks/twilio/voice";

/// What was found of the receptionist's lines.
#[derive(Default)]
struct Found {
    here: usize,
    elsewhere: usize,
    foreign: usize,
}

/// Looks where the lines lead. The account is known to answer.
pub(super) async fn probe(cx: &Context, connection: &Connection, config: &Config, client: &Client) -> ConnectionReport {
    let bad = |detail: String| ConnectionReport { ok: false, detail };
    let good = |detail: &str| ConnectionReport { ok: true, detail: detail.to_owned() };
    let url = format!("{}{VOICE}", cx.public_url.trim_end_matches('/'));
    let found = match look(cx, connection, client, &url).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => return bad(format!("the account answers, but not about its numbers: {error}")),
        Err(error) => return bad(error.to_string()),
    };
    if found.elsewhere > 0 {
        return bad(format!(
            "the account answers; {} of the receptionist's lines send their calls elsewhere: set \"A call comes in\" of \
             the number to {url}",
            found.elsewhere
        ));
    }
    if config.phone.mode == Mode::Relay && found.here > 0 && !cx.public_url.starts_with("https://") {
        return bad("voice_mode relay needs a public_url that begins with https://".to_owned());
    }
    match (found.here, found.foreign) {
        (0, 0) => good("the account answers"),
        (here, 0) => good(&format!("the account answers; {here} lines lead to the receptionist")),
        (_, foreign) => good(&format!("the account answers; {foreign} of the receptionist's lines are not its own")),
    }
}

async fn look(cx: &Context, connection: &Connection, client: &Client, url: &str) -> Result<Result<Found, SendError>> {
    let lines = {
        let mut read = cx.store.read(connection.tenant_id).await?;
        read.tenants().list_lines(&Page { limit: 200, before: None }).await?.rows
    };
    let mut found = Found::default();
    let answered = |uses: &[LineUse]| uses.contains(&LineUse::Receptionist);
    for line in lines.iter().filter(|line| line.until.is_none() && answered(&line.uses)) {
        match client.voice_url_of(&line.number).await {
            Ok(Some(leads)) if leads.split('#').next() == Some(url) => found.here += 1,
            Ok(Some(_)) => found.elsewhere += 1,
            Ok(None) => found.foreign += 1,
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(found))
}

//! Every connection of every tenant, tried at its provider.

use super::Check;
use crate::settings::Settings;
use ringleader_jobs::actions;
use ringleader_jobs::context::Context;
use ringleader_store::repo::{Connection, Page};

/// As many connections of one tenant as are tried.
const MOST: u32 = 200;

pub(super) async fn check(cx: &Context, settings: &Settings) -> anyhow::Result<Vec<Check>> {
    let tenants = cx.store.read_system().await?.tenants().all().await?;
    let mut checks = vec![];
    let mut whatsapp = false;
    for tenant in tenants {
        let page = Page { limit: MOST, before: None };
        let connections = cx.store.read(tenant.id).await?.connections().list(&page).await?;
        for connection in connections.rows {
            whatsapp |= connection.kind == "whatsapp_cloud";
            checks.push(try_out(cx, &tenant.name, &connection).await);
        }
    }
    if whatsapp && settings.whatsapp.verify_token.is_none() {
        let mend = "Set it to the token that you type in at Meta's webhook registration.";
        checks.push(Check::note("whatsapp.verify_token", "it is not set, so Meta cannot verify the webhook", mend));
    }
    Ok(checks)
}

async fn try_out(cx: &Context, tenant: &str, connection: &Connection) -> Check {
    let what = format!("{tenant}, connection {} ({})", connection.name, connection.kind);
    let again = format!("Mend it with PATCH /api/v1/connections/{}.", connection.id);
    match actions::test_connection(cx, connection.tenant_id, connection.id).await {
        Ok(report) if report.ok => Check::good(what, report.detail),
        Ok(report) => Check::bad(what, report.detail, again),
        Err(error) => Check::bad(what, error.to_string(), again),
    }
}

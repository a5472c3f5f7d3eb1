//! What kind of line a caller has, where their country's numbers do not tell and the business pays for being told (twilio sheet,
//! 11.7): asked just before a first text message, once for a number.
//!
//! Always true: asked outside of transactions, and only of numbers that would get a text right now; no more in a day than there
//! may be first messages; an account that does not answer holds nobody up; a line that takes no text messages gets none, and
//! whatever else leads to its owner is still tried (A8).

use crate::accounts;
use crate::context::Context;
use crate::flows::reroute::alert_connection;
use ringleader_core::phone::{NumberKind, Phone, parse};
use ringleader_core::tenant::Tenant;
use ringleader_providers::all::{Capability, kinds_that, spec};
use ringleader_providers::messaging::SendError;
use ringleader_providers::twilio::lookup::LineType;
use ringleader_store::repo::Connection;
use ringleader_store::{Result, Tx};

/// Counts what was asked in a day.
const BUDGET: &str = "look_ups";

/// A number to be asked about, and the account that says.
pub(crate) struct Question {
    phone: Phone,
    account: Connection,
}

/// What has to be asked before a text goes to that number, if anything.
pub(crate) async fn question(tx: &mut Tx, tenant: &Tenant, phone: Option<&Phone>) -> Result<Option<Question>> {
    let unclear = |phone: &&Phone| {
        phone.as_str().starts_with("+1") || parse(phone.as_str(), &tenant.country).kind == NumberKind::Unclear
    };
    let Some(phone) = phone.filter(unclear) else { return Ok(None) };
    let able = |it: &Connection| {
        it.config["lookup"] == "yes" && spec(&it.kind).is_some_and(|spec| spec.able(Capability::Lookup, &it.config))
    };
    for kind in kinds_that(Capability::Lookup) {
        if let Some(account) = tx.connections().of_kind(kind).await?.into_iter().find(able) {
            let known = tx.contacts().line_of(phone).await?.is_some();
            return Ok((!known).then(|| Question { phone: phone.clone(), account }));
        }
    }
    Ok(None)
}

/// Whether a number is known to take no text messages.
pub(crate) async fn takes_no_texts(tx: &mut Tx, phone: Option<&Phone>) -> Result<bool> {
    let Some(phone) = phone else { return Ok(false) };
    let line = tx.contacts().line_of(phone).await?.and_then(|line| line.parse::<LineType>().ok());
    Ok(line.is_some_and(|line| !line.takes_texts()))
}

impl Question {
    /// Asks, unless the day's questions are used up, and keeps the answer.
    pub(crate) async fn ask(self, cx: &Context) -> Result<()> {
        let Self { phone, account } = self;
        let Ok((client, _)) = accounts::telephone(cx, &account) else { return Ok(()) };
        let mut tx = cx.store.begin(account.tenant_id).await?;
        let most = tx.tenants().me().await?.settings.limits.first_messages_per_day;
        let free = tx.budgets().take_of_day(BUDGET, most).await?.is_ok();
        tx.commit().await?;
        if !free {
            return Ok(());
        }
        let answer = client.line_type(&cx.hosts.twilio_lookup, &phone).await;
        let mut tx = cx.store.begin(account.tenant_id).await?;
        match answer {
            Ok(line) => {
                metrics::counter!("ringleader_numbers_looked_up_total", "line" => line.as_str()).increment(1);
                tx.contacts().set_line(&phone, line.as_str()).await?;
            }
            Err(error @ SendError::Halted(_)) => {
                let (tenant, detail) = (tx.tenants().me().await?, error.to_string());
                tx.connections().set_health(account.id, "failing", Some(&detail)).await?;
                alert_connection(&mut tx, &tenant, &account, &detail).await?;
            }
            Err(error) => {
                let id = account.id;
                tracing::warn!(connection.id = %id, %error, "Connection {id} did not say what kind of line a number is: {error}");
            }
        }
        tx.commit().await
    }
}

//! `ringleader erase`: a person is erased for good (P10), with a receipt.

use super::admin::{ACTOR, existing};
use crate::cli::Erase;
use crate::output::Output;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::wiring;
use ringleader_core::id::ContactId;
use ringleader_jobs::actions::{ActionError, erase_contact};
use ringleader_store::{Clock, Store};
use serde_json::json;

pub(crate) async fn run(settings: &Settings, options: Erase, output: Output) -> anyhow::Result<()> {
    let store = wiring::store(settings, Clock::system()).await?;
    let done = erase(settings, &store, options, output).await;
    store.close().await;
    done
}

async fn erase(settings: &Settings, store: &Store, options: Erase, output: Output) -> anyhow::Result<()> {
    let tenant = existing(store, &options.tenant).await?;
    let contact = &options.contact;
    let contact: ContactId =
        contact.parse().map_err(|error| Stop::wrong_use(format!("`{contact}` is {error}."), ""))?;
    let cx = wiring::context(settings, store.clone())?;
    let erasure = erase_contact(&cx, tenant, contact, &options.reason, ACTOR).await.map_err(|error| match error {
        ActionError::Store(error) => anyhow::Error::from(error),
        ActionError::Invalid(_) => Stop::wrong_use(
            "The reason names the person, or is longer than 500 characters.",
            "It is kept: say it shorter, without number or id.",
        )
        .into(),
        error => {
            Stop::failed(format!("Nothing was erased: {error}."), "The person's page shows what is going on.").into()
        }
    })?;
    let rows: u64 = erasure.counts.values().sum();
    let text = format!("Erased: {rows} rows tell nothing of this person any more. The receipt is {}.", erasure.id);
    let told = json!({"id": erasure.id, "at": erasure.at, "reason": erasure.reason, "counts": erasure.counts});
    output.answer(&text, &told);
    Ok(())
}

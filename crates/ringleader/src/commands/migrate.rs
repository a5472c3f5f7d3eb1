//! `ringleader migrate`: brings the database up to date, as every start does.

use crate::output::Output;
use crate::settings::Settings;
use crate::wiring;
use ringleader_store::Clock;
use serde_json::json;

pub(crate) async fn run(settings: &Settings, output: Output) -> anyhow::Result<()> {
    let store = wiring::store(settings, Clock::system()).await?;
    store.close().await;
    let database = settings.database_url.to_string();
    output
        .answer(&format!("The database {database} is up to date."), &json!({"database": database, "up_to_date": true}));
    Ok(())
}

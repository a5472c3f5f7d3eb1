//! `ringleader admin`: tenants, API keys and users, for whoever can reach the database. The API makes them the same way.

mod key;
mod reseal;
mod tenant;
mod user;

use crate::cli::Admin;
use crate::output::Output;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::wiring;
use ringleader_core::id::TenantId;
use ringleader_store::{Clock, Store};

/// How the audit trail names who did it.
pub(super) const ACTOR: &str = ringleader_jobs::access::COMMAND_LINE;

pub(crate) async fn run(settings: &Settings, what: Admin, output: Output) -> anyhow::Result<()> {
    let store = wiring::store(settings, Clock::system()).await?;
    let done = match what {
        Admin::Tenant(what) => tenant::run(&store, what, output).await,
        Admin::Key(what) => key::run(&store, what, output).await,
        Admin::Reseal => reseal::run(&wiring::keys(settings)?, &store, output).await,
        Admin::User(what) => user::run(settings, &store, what, output).await,
    };
    store.close().await;
    done
}

/// The tenant of this id, if there is one.
pub(super) async fn existing(store: &Store, id: &str) -> anyhow::Result<TenantId> {
    let id: TenantId = id.parse().map_err(|error| Stop::wrong_use(format!("`{id}` is {error}."), ""))?;
    let mend = "`ringleader admin tenant list` shows what there is.";
    match store.read_system().await?.tenants().get(id).await? {
        Some(_) => Ok(id),
        None => Err(Stop::failed(format!("There is no tenant {id}."), mend).into()),
    }
}

//! The database and its key, and what waits in it for a person.

use super::Check;
use crate::settings::Settings;
use crate::wiring;
use ringleader_store::{Clock, Store, jobs};

/// A SQLite file that the first start will make.
pub(super) fn is_yet_to_be_made(settings: &Settings) -> bool {
    settings.database_url.file().is_some_and(|file| !file.exists())
}

/// Opens the database as a start does, and looks for what was given up or set aside.
pub(super) async fn check(settings: &Settings) -> anyhow::Result<(Option<Store>, Vec<Check>)> {
    let store = match wiring::store(settings, Clock::system()).await {
        Ok(store) => store,
        Err(stop) => return Ok((None, vec![Check::bad("database", stop.what, stop.mend)])),
    };
    let mut checks = vec![Check::good("database", format!("{} answers and is up to date", settings.database_url))];
    let mut read = store.read_system().await?;
    let discarded: i64 =
        read.jobs().counts().await?.iter().filter(|row| row.state == jobs::State::Discarded).map(|row| row.count).sum();
    if discarded > 0 {
        let mend = "`ringleader jobs list --state discarded` shows why; `jobs retry` tries again.";
        checks.push(Check::note("jobs", format!("{discarded} were given up"), mend));
    }
    for (state, count) in read.inbox().counts().await? {
        if state.is_in_tray() && count > 0 {
            let mend = format!("`ringleader inbox list --state {state}` shows them and why.");
            checks.push(Check::note("inbox", format!("{count} events are {state}"), mend));
        }
    }
    drop(read);
    Ok((Some(store), checks))
}

/// In words.
pub(super) fn where_the_key_is(settings: &Settings) -> String {
    match settings.secret_key {
        Some(_) => "it is in the settings".to_owned(),
        None => format!("it is in {}", wiring::key_file(settings).display()),
    }
}

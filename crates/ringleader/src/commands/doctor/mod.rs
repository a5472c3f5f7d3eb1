//! `ringleader doctor`: tries everything and says what to do about what does not work (D5).

mod address;
mod connections;
mod database;
mod loss;
mod models;
mod traces;

use crate::output::Output;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::wiring;
use serde::Serialize;

ringleader_core::words! {
    /// How a check went.
    pub enum Verdict {
        /// It works.
        Good = "good",
        /// It works, and could be better.
        Note = "note",
        /// Something has to be done.
        Bad = "bad",
    }
}

/// What was tried and found.
#[derive(Debug, Serialize)]
pub(crate) struct Check {
    /// What was tried.
    pub what: String,
    /// How it went.
    pub verdict: Verdict,
    /// What was found.
    pub found: String,
    /// What to do; empty: nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub mend: String,
}

impl Check {
    fn good(what: impl Into<String>, found: impl Into<String>) -> Self {
        Self { what: what.into(), verdict: Verdict::Good, found: found.into(), mend: String::new() }
    }

    fn note(what: impl Into<String>, found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { verdict: Verdict::Note, mend: mend.into(), ..Self::good(what, found) }
    }

    fn bad(what: impl Into<String>, found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { verdict: Verdict::Bad, mend: mend.into(), ..Self::good(what, found) }
    }
}

pub(crate) async fn run(settings: &Settings, output: Output) -> anyhow::Result<()> {
    let mut checks = vec![Check::good("settings", "all of them can be used")];
    checks.extend(address::check(settings).await);
    checks.extend(installation(settings).await?);
    checks.extend(models::check(settings).await);
    checks.extend(traces::check(settings).await);
    let bad = checks.iter().filter(|check| check.verdict == Verdict::Bad).count();
    let text: String = checks.iter().map(line).collect();
    output.answer(&text, &serde_json::json!({ "checks": checks, "good": bad == 0 }));
    match bad {
        0 => Ok(()),
        1 => Err(Stop::failed("One thing has to be mended; see above.", "").into()),
        n => Err(Stop::failed(format!("{n} things have to be mended; see above."), "").into()),
    }
}

/// Database, key and connections; without a database the rest cannot be tried.
async fn installation(settings: &Settings) -> anyhow::Result<Vec<Check>> {
    if database::is_yet_to_be_made(settings) {
        let found = format!("{} is not there yet; the first start makes it and its key", settings.database_url);
        return Ok(vec![Check::good("database", found)]);
    }
    let (store, mut checks) = database::check(settings).await?;
    let Some(store) = store else { return Ok(checks) };
    match wiring::context(settings, store) {
        Ok(cx) => {
            checks.push(Check::good("key for secrets", database::where_the_key_is(settings)));
            checks.extend(connections::check(&cx, settings).await?);
            checks.extend(loss::check(&cx.store).await?);
            cx.store.close().await;
        }
        Err(stop) => checks.push(Check::bad("key for secrets", stop.what, stop.mend)),
    }
    Ok(checks)
}

fn line(check: &Check) -> String {
    let mut text = format!("{:<5} {}: {}\n", check.verdict, check.what, check.found);
    if !check.mend.is_empty() {
        text += &format!("      {}\n", check.mend);
    }
    text
}

//! `ringleader jobs`: what waits, runs or failed; try again; give up (D5).

use crate::cli::Jobs;
use crate::output::Output;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::wiring;
use ringleader_core::id::JobId;
use ringleader_store::jobs::{Filter, JobRow, State};
use ringleader_store::{Clock, Store};
use serde_json::{Value, json};

const COLUMNS: &[&str] = &["id", "kind", "state", "run_at", "attempt", "tenant_id", "last_error"];

pub(crate) async fn run(settings: &Settings, what: Jobs, output: Output) -> anyhow::Result<()> {
    let store = wiring::store(settings, Clock::system()).await?;
    let done = match what {
        Jobs::List { state, kind, page } => list(&store, state, kind, page.limit, output).await,
        Jobs::Retry { id } => retry(&store, &id, output).await,
        Jobs::Discard { id } => discard(&store, &id, output).await,
    };
    store.close().await;
    done
}

async fn list(
    store: &Store,
    state: Option<String>,
    kind: Option<String>,
    limit: u32,
    output: Output,
) -> anyhow::Result<()> {
    let states = state.map(|word| parse_state(&word)).transpose()?.into_iter().collect();
    let filter = Filter { states, kind, limit, before: None };
    let rows = store.read_system().await?.jobs().list(&filter).await?;
    output.list(COLUMNS, &rows.iter().map(shown).collect::<Vec<_>>(), "There are no such jobs.");
    Ok(())
}

async fn retry(store: &Store, id: &str, output: Output) -> anyhow::Result<()> {
    let id = existing(store, id).await?;
    let mut tx = store.begin_system().await?;
    if !tx.jobs().retry(id).await? {
        let what = format!("Job {id} was not started again: it runs, or another one does the same work already.");
        return Err(Stop::failed(what, "`ringleader jobs list` shows them.").into());
    }
    tx.commit().await?;
    output.answer(&format!("Job {id} runs as soon as possible."), &json!({"id": id, "state": State::Available}));
    Ok(())
}

async fn discard(store: &Store, id: &str, output: Output) -> anyhow::Result<()> {
    let id = existing(store, id).await?;
    let mut tx = store.begin_system().await?;
    if !tx.jobs().discard(id).await? {
        let what = format!("Job {id} was not given up: it runs or is over.");
        return Err(Stop::failed(what, format!("`ringleader jobs list` shows the state of {id}.")).into());
    }
    tx.commit().await?;
    output.answer(&format!("Job {id} is given up."), &json!({"id": id, "state": State::Discarded}));
    Ok(())
}

async fn existing(store: &Store, id: &str) -> anyhow::Result<JobId> {
    let id: JobId = id.parse().map_err(|error| Stop::wrong_use(format!("`{id}` is {error}."), ""))?;
    match store.read_system().await?.jobs().get(id).await? {
        Some(_) => Ok(id),
        None => {
            Err(Stop::failed(format!("There is no job {id}."), "`ringleader jobs list` shows what there is.").into())
        }
    }
}

fn parse_state(word: &str) -> Result<State, Stop> {
    let known = || State::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>().join(", ");
    word.parse()
        .map_err(|_| Stop::wrong_use(format!("`{word}` is not a state of jobs."), format!("There are {}.", known())))
}

/// Payloads hold ids only, so they may be shown.
fn shown(job: &JobRow) -> Value {
    json!({
        "id": job.id,
        "tenant_id": job.tenant,
        "kind": job.kind,
        "key": job.key,
        "lane": job.lane,
        "payload": serde_json::from_str::<Value>(&job.payload).unwrap_or_else(|_| job.payload.clone().into()),
        "state": job.state,
        "priority": job.priority,
        "run_at": job.run_at,
        "attempt": job.attempt,
        "max_attempts": job.max_attempts,
        "worker": job.worker,
        "last_error": job.last_error,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    })
}

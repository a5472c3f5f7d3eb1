//! `ringleader inbox`: raw events as they came in: list, show, replay (P1, D5).

use crate::cli::Inbox;
use crate::output::Output;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::wiring;
use ringleader_core::id::InboxId;
use ringleader_store::inbox::{Event, Filter, State};
use ringleader_store::{Clock, Store};
use serde_json::{Value, json};

const COLUMNS: &[&str] = &["id", "received_at", "provider", "state", "attempts", "tenant_id", "detail"];

pub(crate) async fn run(settings: &Settings, what: Inbox, output: Output) -> anyhow::Result<()> {
    let store = wiring::store(settings, Clock::system()).await?;
    let done = match what {
        Inbox::List { state, page } => list(&store, state, page.limit, output).await,
        Inbox::Show { id } => show(&store, &id, output).await,
        Inbox::Replay { id } => replay(&store, &id, output).await,
    };
    store.close().await;
    done
}

async fn list(store: &Store, state: Option<String>, limit: u32, output: Output) -> anyhow::Result<()> {
    let state = state.map(|word| parse_state(&word)).transpose()?;
    let filter = Filter { state, limit, ..Filter::default() };
    let events = store.read_system().await?.inbox().list(&filter).await?;
    output.list(COLUMNS, &events.iter().map(shown).collect::<Vec<_>>(), "There are no such events.");
    Ok(())
}

async fn show(store: &Store, id: &str, output: Output) -> anyhow::Result<()> {
    let event = existing(store, id).await?;
    let mut value = shown(&event);
    value["headers"] = event.headers.clone();
    value["body"] = String::from_utf8_lossy(&event.body).into();
    let text = format!(
        "{} from {} at {}: {}\n{:#}\n\n{}",
        event.id,
        event.provider,
        event.received_at,
        event.state,
        event.headers,
        String::from_utf8_lossy(&event.body)
    );
    output.answer(&text, &value);
    Ok(())
}

async fn replay(store: &Store, id: &str, output: Output) -> anyhow::Result<()> {
    let event = existing(store, id).await?;
    let mut tx = store.begin_system().await?;
    if !tx.inbox().replay(event.id).await? {
        let what = format!("Event {} cannot be worked on again: what it told is gone.", event.id);
        let why = "It spoke of somebody who was erased.";
        return Err(Stop::failed(what, why).into());
    }
    tx.commit().await?;
    let text = format!("Event {} is worked on again by the running program, or at its next start.", event.id);
    output.answer(&text, &json!({"id": event.id, "state": State::Received}));
    Ok(())
}

async fn existing(store: &Store, id: &str) -> anyhow::Result<Event> {
    let id: InboxId = id.parse().map_err(|error| Stop::wrong_use(format!("`{id}` is {error}."), ""))?;
    let found = store.read_system().await?.inbox().get(id).await?;
    let mend = "`ringleader inbox list` shows what there is.";
    Ok(found.ok_or_else(|| Stop::failed(format!("There is no event {id}."), mend))?)
}

fn parse_state(word: &str) -> Result<State, Stop> {
    let known = || State::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>().join(", ");
    word.parse()
        .map_err(|_| Stop::wrong_use(format!("`{word}` is not a state of events."), format!("There are {}.", known())))
}

/// Without headers and body, which hold what the caller sent.
fn shown(event: &Event) -> Value {
    json!({
        "id": event.id,
        "tenant_id": event.tenant,
        "connection_id": event.connection_id,
        "provider": event.provider,
        "state": event.state,
        "detail": event.detail,
        "attempts": event.attempts,
        "received_at": event.received_at,
        "processed_at": event.processed_at,
        "bytes": event.body.len(),
    })
}

//! Wake-ups and notices between nodes: PostgreSQL's LISTEN and NOTIFY. A convenience: engines poll too, and pages look
//! again, so a lost one costs a moment.
//!
//! Notifications are sent after the commit by one task each, not inside the transaction: NOTIFY would make all commits of
//! the database queue behind each other. What queued up while the last one was sent goes in one.

use crate::args;
use crate::changes::Change;
use crate::db::{Engine, Store};
use crate::dialect::postgres::{CHANGES, JOBS, LONGEST_NOTICE, NOTIFY};
use crate::error::Result;
use ringleader_core::id::TenantId;
use std::time::Duration;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

/// Between attempts to listen, where the server has no LISTEN or is away.
const PAUSE: Duration = Duration::from_secs(10);

/// Carries wake-ups and notices to and from other nodes until it is dropped. On SQLite there are none.
pub async fn relay(store: Store) {
    if store.engine() == Engine::Sqlite {
        return std::future::pending().await;
    }
    let node = store.ids().new_uuid().simple().to_string();
    tokio::join!(listen(&store, &node), tell_wakes(&store, &node), tell_changes(&store, &node));
}

async fn listen(store: &Store, node: &str) {
    loop {
        if let Err(error) = hear(store, node).await {
            tracing::debug!(%error, "No news from other nodes for now, polling instead");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn hear(store: &Store, node: &str) -> Result<()> {
    let Some(pool) = store.postgres() else { return Ok(()) };
    let mut listener = sqlx::postgres::PgListener::connect_with(pool).await?;
    listener.listen_all([JOBS, CHANGES]).await?;
    loop {
        let heard = listener.recv().await?;
        let (from, said) = heard.payload().split_once('\n').unwrap_or((heard.payload(), ""));
        match heard.channel() {
            _ if from == node => {} // our own
            JOBS => store.wake_here(),
            _ => said.lines().filter_map(read).for_each(|change| store.tell_change(change)),
        }
    }
}

async fn tell_wakes(store: &Store, node: &str) {
    let mut commits = store.commits();
    while commits.changed().await.is_ok() {
        if let Err(error) = notify(store, JOBS, node).await {
            tracing::debug!(%error, "Other nodes were not woken, they poll");
        }
    }
}

async fn tell_changes(store: &Store, node: &str) {
    let mut changes = store.changes();
    let mut next = None;
    loop {
        let mut text = node.to_owned();
        let first = match next.take() {
            Some(line) => Some(line),
            None => match changes.recv().await {
                Ok(change) => line(&change),
                Err(RecvError::Lagged(_)) => None, // those who listen elsewhere look again
                Err(RecvError::Closed) => return,
            },
        };
        let Some(first) = first else { continue };
        text.push_str(&first);
        loop {
            match changes.try_recv().map(|change| line(&change)) {
                Ok(Some(more)) if text.len() + more.len() > LONGEST_NOTICE => {
                    next = Some(more);
                    break;
                }
                Ok(Some(more)) => text.push_str(&more),
                Ok(None) | Err(TryRecvError::Lagged(_)) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        if let Err(error) = notify(store, CHANGES, &text).await {
            tracing::debug!(%error, "Other nodes were not told what changed");
        }
    }
}

/// `\n<tenant> <kind> <id>`; none for what another node told us.
fn line(change: &Change) -> Option<String> {
    (!change.from_afar).then(|| format!("\n{} {} {}", change.tenant, change.kind, change.id))
}

fn read(line: &str) -> Option<Change> {
    let mut words = line.splitn(3, ' ');
    let tenant: TenantId = words.next()?.parse().ok()?;
    let (kind, id) = (words.next()?.to_owned(), words.next()?.to_owned());
    Some(Change { tenant, kind: kind.into(), id, from_afar: true })
}

async fn notify(store: &Store, channel: &'static str, text: &str) -> Result<()> {
    let mut tx = store.begin_system().await?;
    tx.fetch_all::<(String,)>(NOTIFY, args![channel, text]).await?;
    tx.commit().await
}

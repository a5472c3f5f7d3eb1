//! Wake-ups between nodes: PostgreSQL's LISTEN and NOTIFY. A convenience: engines poll too, so a lost one costs a second.
//!
//! The notification is sent after the commit by one task, not inside the transaction: NOTIFY would make all commits of
//! the database queue behind each other.

use crate::args;
use crate::db::{Engine, Store};
use crate::dialect::postgres::{CHANNEL, NOTIFY};
use crate::error::Result;
use std::time::Duration;

/// Between attempts to listen, where the server has no LISTEN or is away.
const PAUSE: Duration = Duration::from_secs(10);

/// Carries wake-ups to and from other nodes until it is dropped. On SQLite there are none.
pub async fn relay(store: Store) {
    if store.engine() == Engine::Sqlite {
        return std::future::pending().await;
    }
    let node = store.ids().new_uuid().simple().to_string();
    tokio::join!(listen(&store, &node), tell(&store, &node));
}

async fn listen(store: &Store, node: &str) {
    loop {
        if let Err(error) = hear(store, node).await {
            tracing::debug!(%error, "No wake-ups from other nodes for now, polling instead");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn hear(store: &Store, node: &str) -> Result<()> {
    let Some(pool) = store.postgres() else { return Ok(()) };
    let mut listener = sqlx::postgres::PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        if listener.recv().await?.payload() != node {
            store.wake_here();
        }
    }
}

async fn tell(store: &Store, node: &str) {
    let mut commits = store.commits();
    while commits.changed().await.is_ok() {
        if let Err(error) = notify(store, node).await {
            tracing::debug!(%error, "Other nodes were not woken, they poll");
        }
    }
}

async fn notify(store: &Store, node: &str) -> Result<()> {
    let mut tx = store.begin_system().await?;
    tx.fetch_all::<(String,)>(NOTIFY, args![node]).await?;
    tx.commit().await
}

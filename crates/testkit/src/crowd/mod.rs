//! A business with as many leads, calls and messages as one likes, written straight into its database: what the pages are
//! measured on (D6). Each row follows from its number, so two crowds of one size are alike.
//!
//! The database makes the rows itself, by one text for both engines; only how a number becomes hex digits differs. Numbers
//! of the crowd begin with +999, which no country has.

mod figures;
mod rows;

use ringleader_core::id::{ConnectionId, TenantId, UserId};
use ringleader_store::db::id_text;
use ringleader_store::{Engine, Result, Store, args};

/// How much of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Leads, each with a contact, a conversation and three facts.
    pub leads: i64,
    /// Calls: half of them answered, three of ten missed, one of ten by a voice agent.
    pub calls: i64,
    /// Messages; a fifth as many uses of models.
    pub messages: i64,
}

/// The sizes at which the pages have to be fast.
pub const FULL: Sizes = Sizes { leads: 100_000, calls: 1_000_000, messages: 5_000_000 };

/// The days over which everything happened.
const DAYS: i64 = 730;
/// Rows of one transaction.
const CHUNK: i64 = 100_000;

/// Whose crowd it is.
#[derive(Debug, Clone, Copy)]
pub struct Whose {
    /// The business.
    pub tenant: TenantId,
    /// Someone of it, who looks after every seventh lead.
    pub user: UserId,
    /// Its WhatsApp connection.
    pub connection: ConnectionId,
}

/// Writes the crowd, up to now.
///
/// # Errors
/// The database refuses.
pub async fn fill(store: &Store, whose: Whose, sizes: Sizes) -> Result<()> {
    let end = store.clock().now().as_millisecond();
    let world = rows::World {
        postgres: store.engine() == Engine::Postgres,
        tenant: id_text(whose.tenant),
        user: id_text(whose.user),
        connection: id_text(whose.connection),
        begin: end - DAYS * 86_400_000,
        span: DAYS * 86_400_000,
        sizes,
    };
    for (count, statement) in rows::statements(&world) {
        let mut first = 1;
        while first <= count {
            let last = count.min(first + CHUNK - 1);
            let mut tx = store.begin(whose.tenant).await?;
            tx.execute_built(statement.clone(), args![first, last]).await?;
            tx.commit().await?;
            first = last + 1;
        }
    }
    for statement in figures::statements(&world) {
        let mut tx = store.begin(whose.tenant).await?;
        tx.execute_built(statement, args![]).await?;
        tx.commit().await?;
    }
    let mut tx = store.begin_system().await?;
    tx.execute("ANALYZE", args![]).await?;
    tx.commit().await
}

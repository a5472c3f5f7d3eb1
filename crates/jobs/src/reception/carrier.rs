//! Who carries the words of a talk. What they do in the transaction of a turn is kept, or lost, with the turn (P3).

use async_trait::async_trait;
use ringleader_core::conversation::Driver;
use ringleader_core::reception::talk::{Talk, Turn};
use ringleader_store::{Result, Tx};

/// What came of a turn, before it is committed.
pub struct Played<'a> {
    /// The talk as it is now.
    pub talk: &'a Talk,
    /// What was answered.
    pub turn: &'a Turn,
    /// The person who has the talk from now on, in writing (C13).
    pub person: Option<Driver>,
}

/// Who carries the words of a talk.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Passes the answer on, in the transaction of the turn. `false`: the turn is not wanted any more, and nothing of it is
    /// kept.
    async fn deliver(&self, tx: &mut Tx, played: &Played<'_>) -> Result<bool>;
}

/// A carrier that passes the answer on after the commit, as a call does.
pub(super) struct Afterwards;

#[async_trait]
impl Carrier for Afterwards {
    async fn deliver(&self, _: &mut Tx, _: &Played<'_>) -> Result<bool> {
        Ok(true)
    }
}

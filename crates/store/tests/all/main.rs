//! Conformance: every promise of the store, on both engines.

mod inbox;
mod queue;
mod transactions;

//! Conformance: every promise of the store, on both engines.

mod queue;
mod transactions;

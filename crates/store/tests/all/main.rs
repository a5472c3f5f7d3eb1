//! Conformance: every promise of the store, on both engines.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod analyses;
mod answers;
mod booking;
mod changes;
mod connections;
mod credits;
mod erasures;
mod inbox;
mod leases;
mod model_money;
mod promising;
mod quality;
mod queue;
mod reports;
mod rows;
mod search;
mod traces;
mod transactions;
mod upgrade;
mod users;
mod year;

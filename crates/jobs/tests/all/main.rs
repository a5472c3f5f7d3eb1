//! The engine and the flows, on both engines.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod engine;
mod reception;

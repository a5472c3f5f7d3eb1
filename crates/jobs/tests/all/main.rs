//! The engine and the flows, on both engines.

mod engine;

//! Bolna: voice agents that call and are called (part B), after its fact sheet.
//!
//! What it offers: a webhook for every status of an execution, with the whole record each time; an API to fetch and list
//! executions and to place and stop calls. What it lacks: any signature. The key in the URL, a header of one's own and the
//! sender's address are the proof, and what costs money is asked for again at the API (P5, B9).
//!
//! - [`inbound`] turns the bytes of a record into a [`Progress`](ringleader_core::lifecycle::Progress). Pure.
//! - `wire` reads its fields under all their names and in all their types.
//! - `transcript` splits the one text of a transcript into turns.
//! - [`client`] asks the API.
//! - [`fake`] plays it: scenarios, disorder, repeats, the API.

pub mod client;
pub mod config;
pub mod fake;
pub mod inbound;
mod transcript;
mod wire;

pub use client::Client;
pub use config::Config;

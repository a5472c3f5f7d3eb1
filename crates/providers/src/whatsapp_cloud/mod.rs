//! WhatsApp through Meta's Cloud API, after its fact sheet: webhooks in, messages out, and the service played faithfully.
//!
//! - `config`: settings of a connection; `inbound`: bytes in, events out (pure); `client`: requests out;
//! - `codes`: error codes sorted by what the caller can do; `fake`: the service for tests, demo and benchmarks (D4).

mod answer;
mod changes;
pub mod client;
pub mod codes;
pub mod config;
pub mod fake;
pub mod inbound;
mod message;
mod wire;

pub use client::{Client, MessagingLimit};
pub use config::Config;

//! Slack, after its fact sheet (messaging-other, A): notices into one room through an incoming webhook, and the fake of it.
//!
//! The webhook's address is the whole secret. No id comes back, nothing can be looked up, and a repeat is posted twice: a
//! lost answer is `Unknown` (P2).

pub mod client;
pub mod config;
pub mod fake;

pub use client::Client;
pub use config::Config;

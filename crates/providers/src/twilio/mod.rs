//! Twilio, after its fact sheet: text messages out, with the look-up that settles a lost answer, and the fake of it.

pub mod client;
pub mod codes;
pub mod config;
pub mod fake;

pub use client::Client;
pub use config::Config;

//! Twilio, after its fact sheet: text messages out, with the look-up that settles a lost answer; texts, their statuses and
//! status callbacks of calls in, with their signature; and the fake of it all.

pub mod client;
pub mod codes;
pub mod config;
pub mod fake;
pub mod inbound;
pub mod signature;
pub mod voice_status;

pub use client::Client;
pub use config::Config;

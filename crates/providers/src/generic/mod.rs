//! Any switchboard, through the documented, signed call event (A17, DESIGN 9).
//!
//! One event is one finished call. It is signed by Standard Webhooks, so unlike Voicenter's records it is proof. Its fields
//! are few and strict: whoever writes the sender learns from the answer what is wrong with it, all at once.

mod config;
pub mod fake;
pub mod inbound;

pub use config::Config;

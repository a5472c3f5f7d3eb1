//! Email through the tenant's own mail server, after the fact sheet (messaging-other, B.3), and the fake of one.
//!
//! - `config` reads the server's address; `mail` writes the message; [`client`] speaks to the server, command by command,
//!   so that it knows whether a message may have been taken when a connection breaks (P2).
//! - [`fake`] is a real SMTP server on loopback: STARTTLS or not, sign-in, refusals, cuts.

pub mod client;
pub mod config;
pub mod fake;
mod mail;

pub use client::Client;
pub use config::Config;

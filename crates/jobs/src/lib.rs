//! What happens: the job engine, one file per flow and per kind of work, and what people can do.
//!
//! Always true: state and the work that follows from it share one transaction (P3); nothing outside is called while one is
//! open; a flow loads, lets core decide, saves.

pub mod access;
pub mod accounts;
pub mod actions;
pub mod alerts;
pub mod all;
mod bookings;
mod call_log;
pub mod context;
mod details;
pub mod engine;
pub mod flows;
mod homes;
pub mod intake;
pub mod ledger;
mod letters;
mod look_up;
pub mod loss;
mod mail;
pub mod models;
pub mod quality;
pub mod reception;
pub mod release;
pub mod reports;
mod room;
pub mod scores;
pub mod spend;
pub mod standing;
pub mod tokens;
pub mod voice;
pub mod ways;
pub mod work;

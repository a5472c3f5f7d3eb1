//! The rules of core, as tables and properties.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod analysis;
mod appointments;
mod calendar;
mod cases;
mod chat;
mod credits;
mod facts;
mod figures;
mod hours;
mod invitations;
mod legs;
mod letter;
mod lifecycle;
mod loss;
mod missed;
mod notify;
mod optout;
mod phone;
mod policy;
mod quiet;
mod reception;
mod regions;
mod reports;
mod runs;
mod settings_check;
mod sms;
mod spoken;
mod status;
mod tallies;
mod texts;
mod turns;
mod windows;

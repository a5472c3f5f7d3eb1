//! WhatsApp Cloud: what comes in, what goes out, and whether the fake is faithful.

mod classes;
mod client;
mod fake;
mod inbound;
mod webhooks;
pub mod world;

//! Twilio, after its fact sheet: text and WhatsApp messages out, with the look-up that settles a lost answer; messages, their
//! statuses and calls in and out: their webhooks with their signatures, TwiML, ConversationRelay; and the fake of it all.

pub mod calls;
pub mod client;
pub mod codes;
pub mod config;
pub mod fake;
pub mod inbound;
pub mod lookup;
pub mod relay;
pub mod signature;
pub mod twiml;
pub mod voice_inbound;
pub mod voice_status;

pub use client::Client;
pub use config::Config;

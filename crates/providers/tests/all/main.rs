//! Providers against their fixtures, their fakes and the rules that hold for all of them.
#![expect(clippy::unwrap_used, reason = "tests may panic")]

mod bolna;
mod owner_channels;
mod switchboards;
mod twilio;
mod twilio_inbound;
mod voicenter;
mod voicenter_fake;
mod whatsapp;

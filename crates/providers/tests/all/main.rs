//! Providers against their fixtures, their fakes and the rules that hold for all of them.

mod voicenter;
mod voicenter_fake;
mod twilio;
mod whatsapp;

//! Whom we talk to: one folder per outside service, with its faithful fake.

pub mod all;
pub mod bolna;
pub mod faults;
pub mod generic;
pub mod messaging;
pub mod network;
pub mod outgoing;
pub mod problem;
pub mod slack;
pub mod smtp;
pub mod sound;
pub mod standard_webhooks;
pub mod twilio;
pub mod voicenter;
pub mod whatsapp_cloud;

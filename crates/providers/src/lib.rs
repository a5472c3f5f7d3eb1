//! Whom we talk to: one folder per outside service, with its faithful fake.

pub mod all;
pub mod faults;
pub mod messaging;
pub mod problem;
pub mod twilio;
pub mod voicenter;
pub mod whatsapp_cloud;

//! Twilio, after its fact sheet: text messages out.

pub mod codes;

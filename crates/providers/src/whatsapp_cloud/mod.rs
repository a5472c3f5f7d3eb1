//! WhatsApp through Meta's Cloud API, after its fact sheet: webhooks in, messages out, and the service played faithfully.

pub mod codes;

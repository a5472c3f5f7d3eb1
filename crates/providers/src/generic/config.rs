//! Settings of a connection for the generic call event.

use crate::problem::{FieldError, Fields};
use crate::standard_webhooks::Secrets;
use serde_json::Value;

/// The sender's signing secret.
#[derive(Debug, Clone)]
pub struct Config {
    /// One, or two while it is being changed.
    pub secrets: Secrets,
}

impl Config {
    /// Reads the settings of a connection, or says what is wrong with each field.
    pub fn parse(value: &Value) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::of(value);
        let secret = fields.required("secret");
        let secrets = Secrets::parse(&secret);
        if secrets.is_none() && !secret.is_empty() {
            let message = "must be `whsec_` and the base64 of 24 to 64 random bytes: `echo whsec_$(openssl rand -base64 32)` \
                           makes one; while changing it, the new and the old one separated by a blank";
            fields.error("secret", message);
        }
        let unused = Secrets::parse("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").expect("it is a secret");
        fields.finish(Self { secrets: secrets.unwrap_or(unused) })
    }
}

//! What the web needs to know of the installation's settings.

use ringleader_core::secret::Secret;
use std::time::Duration;

/// Settings of the web.
#[derive(Debug, Clone)]
pub struct WebSettings {
    /// Where the installation is reached from outside, without a slash at its end: webhook addresses begin with it.
    pub public_url: String,
    /// Makes tenants and reads metrics; without it, nobody can over HTTP.
    pub admin_token: Option<Secret<String>>,
    /// What Meta must say when it verifies the webhook; without it, verification is refused.
    pub whatsapp_verify_token: Option<Secret<String>>,
    /// Signs WhatsApp webhooks of connections that have no secret of their own.
    pub whatsapp_app_secret: Option<Secret<String>>,
    /// Largest webhook body in bytes, WhatsApp's excepted.
    pub webhook_limit: usize,
    /// Largest WhatsApp webhook body in bytes.
    pub whatsapp_limit: usize,
    /// Largest body of an API request in bytes.
    pub api_limit: usize,
    /// How calls are paced.
    pub voice: VoicePace,
}

/// How calls are paced (C1).
#[derive(Debug, Clone, Copy)]
pub struct VoicePace {
    /// A turn that takes longer is answered with "one moment" and asked for again. Twilio waits fifteen seconds.
    pub answer_within: Duration,
    /// On a relay, silence after we have spoken that counts as silence.
    pub silence: Duration,
    /// How long one character takes to be spoken, roughly: the silence begins after it.
    pub character: Duration,
}

impl Default for VoicePace {
    fn default() -> Self {
        Self {
            answer_within: Duration::from_secs(7),
            silence: Duration::from_secs(7),
            character: Duration::from_millis(65),
        }
    }
}

impl Default for WebSettings {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            admin_token: None,
            whatsapp_verify_token: None,
            whatsapp_app_secret: None,
            webhook_limit: 1 << 20,
            whatsapp_limit: 4 << 20,
            api_limit: 1 << 20,
            voice: VoicePace::default(),
        }
    }
}

//! What the web needs to know of the installation's settings.

use ringleader_core::secret::Secret;

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
        }
    }
}

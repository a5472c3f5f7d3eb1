//! Connections opened up: secrets unsealed, and a way to send over them. The only place that holds them in the clear.

use crate::context::Context;
use crate::tokens::{digest, new_token};
use ringleader_core::conversation::Channel;
use ringleader_core::id::TenantId;
use ringleader_core::phone::Phone;
use ringleader_providers::all::{Capability, Spec, spec};
use ringleader_providers::messaging::Messaging;
use ringleader_providers::problem::FieldError;
use ringleader_providers::{bolna, generic, slack, smtp, twilio, voicenter, whatsapp_cloud};
use ringleader_store::repo::{Connection, NewConnection};
use ringleader_store::secrets::{CONNECTION, Keys, Place};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The name under which a connection's webhook key is sealed.
pub const KEY: &str = "key";

/// Why a connection cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// The key that sealed the secrets is not in the key ring.
    #[error("the secrets cannot be opened: was the secret key changed? Put the old one back beside the new one")]
    Sealed,
    /// The stored settings do not make a connection.
    #[error("the connection's settings are incomplete: {0}")]
    Incomplete(String),
    /// This kind cannot send messages.
    #[error("a {0} connection cannot send messages")]
    CannotSend(String),
}

/// A new connection ready to be stored, and the key in its webhook URL.
///
/// # Errors
/// What is wrong with the settings, field by field.
pub fn seal(
    keys: &Keys,
    tenant: TenantId,
    kind: &str,
    name: &str,
    config: Map<String, Value>,
    key: Option<String>,
) -> Result<NewConnection, Vec<FieldError>> {
    let Some(spec) = spec(kind) else {
        return Err(vec![FieldError::new("kind", "is not a kind of connection that Ringleader knows")]);
    };
    let errors = check(spec, &config);
    if !errors.is_empty() {
        return Err(errors);
    }
    let account_key = spec.account_field.and_then(|f| config.get(f)).and_then(Value::as_str).map(str::to_owned);
    let (open, mut secret) = spec.split(config);
    let key = key.unwrap_or_else(|| new_token(""));
    secret.insert(KEY.to_owned(), Value::String(key.clone()));
    Ok(NewConnection {
        kind: kind.to_owned(),
        name: name.to_owned(),
        config: Value::Object(open),
        sealed: keys.seal(place(tenant), &Value::Object(secret).to_string()),
        key_hash: digest(&key),
        account_key,
    })
}

/// The rules of the list, then those of the provider itself.
fn check(spec: &Spec, config: &Map<String, Value>) -> Vec<FieldError> {
    let errors = spec.check(config);
    if !errors.is_empty() {
        return errors;
    }
    let own = match spec.kind {
        "whatsapp_cloud" => whatsapp_cloud::config::Config::parse(&Value::Object(config.clone())).err(),
        "twilio" => twilio::config::Config::parse(&Value::Object(config.clone())).err(),
        "smtp" => smtp::Config::parse(&Value::Object(config.clone())).err(),
        "voicenter" => voicenter::Config::parse(&Value::Object(config.clone())).err(),
        "calls" => generic::Config::parse(&Value::Object(config.clone())).err(),
        "bolna" => bolna::Config::parse(&Value::Object(config.clone())).err(),
        _ => None,
    };
    let named = |e: FieldError| FieldError { field: format!("config.{}", e.field), ..e };
    own.unwrap_or_default().into_iter().map(named).collect()
}

/// All settings of a connection, secrets and webhook key included. Not to be shown, not to be logged.
pub fn open(keys: &Keys, connection: &Connection) -> Result<Map<String, Value>, AccountError> {
    let sealed = keys.open(place(connection.tenant_id), &connection.sealed).map_err(|_| AccountError::Sealed)?;
    let secret: Map<String, Value> = serde_json::from_str(sealed.reveal()).map_err(|_| AccountError::Sealed)?;
    let mut all = connection.config.as_object().cloned().unwrap_or_default();
    all.extend(secret);
    Ok(all)
}

/// A way to send messages of this channel over this connection.
pub fn messaging(cx: &Context, connection: &Connection, channel: Channel) -> Result<Arc<dyn Messaging>, AccountError> {
    let mut config = open(&cx.keys, connection)?;
    config.remove(KEY);
    let config = Value::Object(config);
    let incomplete = |errors: Vec<FieldError>| {
        AccountError::Incomplete(errors.into_iter().map(|e| e.field).collect::<Vec<_>>().join(", "))
    };
    match connection.kind.as_str() {
        "whatsapp_cloud" => {
            let config = whatsapp_cloud::config::Config::parse(&config).map_err(incomplete)?;
            let http = cx.http.clone();
            Ok(Arc::new(whatsapp_cloud::Client::new(http, &cx.hosts.whatsapp, &config).with_timeout(cx.send_timeout)))
        }
        "twilio" => {
            let config = twilio::config::Config::parse(&config).map_err(incomplete)?;
            let http = cx.http.clone();
            let client = twilio::client::Client::new(http, &cx.hosts.twilio, &config).with_timeout(cx.send_timeout);
            let news = format!("{}/webhooks/twilio/messages/status", cx.public_url.trim_end_matches('/'));
            Ok(Arc::new(client.with_status_callback(news).over(channel)))
        }
        "smtp" => {
            let config = smtp::Config::parse(&config).map_err(incomplete)?;
            Ok(Arc::new(smtp::Client::new(&config, cx.hosts.allow_private).with_timeout(cx.send_timeout)))
        }
        "slack" => {
            let config = slack::Config::parse(&config, cx.hosts.allow_private).map_err(incomplete)?;
            Ok(Arc::new(slack::Client::new(cx.http.clone(), &config).with_timeout(cx.send_timeout)))
        }
        other => Err(AccountError::CannotSend(other.to_owned())),
    }
}

/// A way to ask the platform of voice agents, with its settings; `None` if the connection has no key to ask with.
pub fn voice_agents(
    cx: &Context,
    connection: &Connection,
) -> Result<Option<(bolna::Config, bolna::Client)>, AccountError> {
    let mut config = open(&cx.keys, connection)?;
    config.remove(KEY);
    let config = bolna::Config::parse(&Value::Object(config)).map_err(|errors| {
        AccountError::Incomplete(errors.into_iter().map(|e| e.field).collect::<Vec<_>>().join(", "))
    })?;
    let client = bolna::Client::new(cx.http.clone(), &cx.hosts.bolna, &config).ok();
    Ok(client.map(|client| (config, client.with_timeout(cx.send_timeout))))
}

/// A way to ring people, and the number of the account's own that is shown if the tenant has no line for it.
pub fn telephone(cx: &Context, connection: &Connection) -> Result<(twilio::Client, Option<Phone>), AccountError> {
    let mut config = open(&cx.keys, connection)?;
    config.remove(KEY);
    let config = twilio::config::Config::parse(&Value::Object(config)).map_err(|errors| {
        AccountError::Incomplete(errors.into_iter().map(|e| e.field).collect::<Vec<_>>().join(", "))
    })?;
    let shown = config.sms_from.as_deref().and_then(Phone::from_e164);
    let client = twilio::Client::new(cx.http.clone(), &cx.hosts.twilio, &config).with_timeout(cx.send_timeout);
    Ok((client, shown))
}

/// What a connection must be able to do to carry a channel.
pub const fn capability(channel: Channel) -> Capability {
    match channel {
        Channel::Whatsapp => Capability::Whatsapp,
        Channel::Sms => Capability::Sms,
        Channel::Email => Capability::Email,
        Channel::Slack => Capability::Slack,
    }
}

/// Sealed secrets open only for their own tenant.
const fn place(tenant: TenantId) -> Place {
    Place { tenant, column: CONNECTION }
}

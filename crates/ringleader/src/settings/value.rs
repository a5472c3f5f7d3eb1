//! What every type of setting can do: be read from text and file, say what a good value is, be shown.
//!
//! Always true: a secret is never part of an error or of what is shown.

use std::net::SocketAddr;
use std::num::NonZeroU32;

/// A type that a setting can have.
pub trait Value: Sized {
    /// What a good value is, to end the sentence "expected …".
    const EXPECTS: &'static str;
    /// Whether it is never shown.
    const SECRET: bool = false;
    /// Reads it as written in the environment, or as a string of the file. The error ends the sentence "it …".
    fn from_text(text: &str) -> Result<Self, String>;
    /// The value for people, secrets masked; `None`: not set.
    fn show(&self) -> Option<toml::Value>;
    /// What was found, for a message: quoted, secrets masked.
    fn found(text: &str) -> String {
        if Self::SECRET { "a secret (not shown)".into() } else { format!("`{text}`") }
    }
    /// Reads it as the file has it.
    fn from_toml(value: &toml::Value) -> Result<Self, String> {
        match plain(value) {
            Some(text) => Self::from_text(&text),
            None => Err("is a list or a table".into()),
        }
    }
}

/// A single value of the file as text; `None` for lists and tables.
pub(crate) fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Array(_) | toml::Value::Table(_) => None,
        other => Some(other.to_string()),
    }
}

impl<V: Value> Value for Option<V> {
    const EXPECTS: &'static str = V::EXPECTS;
    const SECRET: bool = V::SECRET;
    fn from_text(text: &str) -> Result<Self, String> {
        if text.is_empty() { Ok(None) } else { V::from_text(text).map(Some) }
    }
    fn show(&self) -> Option<toml::Value> {
        self.as_ref().and_then(V::show)
    }
    fn found(text: &str) -> String {
        V::found(text)
    }
}

/// A list: JSON, or items with commas between them.
impl<V: Value> Value for Vec<V> {
    const EXPECTS: &'static str = V::EXPECTS;
    const SECRET: bool = V::SECRET;
    fn from_text(text: &str) -> Result<Self, String> {
        let items: Vec<String> = if text.trim_start().starts_with('[') {
            serde_json::from_str(text).map_err(|_| "is not a JSON list of texts".to_owned())?
        } else {
            text.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
        };
        items.iter().map(|item| V::from_text(item)).collect()
    }
    fn from_toml(value: &toml::Value) -> Result<Self, String> {
        match value {
            toml::Value::Array(items) => items.iter().map(V::from_toml).collect(),
            other => plain(other).ok_or_else(|| "is a table".to_owned()).and_then(|text| Self::from_text(&text)),
        }
    }
    fn show(&self) -> Option<toml::Value> {
        Some(toml::Value::Array(self.iter().filter_map(V::show).collect()))
    }
}

impl Value for String {
    const EXPECTS: &'static str = "a text";
    fn from_text(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() { Err("is empty".into()) } else { Ok(text.to_owned()) }
    }
    fn show(&self) -> Option<toml::Value> {
        Some(self.clone().into())
    }
}

impl Value for bool {
    const EXPECTS: &'static str = "`true` or `false`";
    fn from_text(text: &str) -> Result<Self, String> {
        match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(true),
            "false" | "0" | "no" | "off" => Ok(false),
            _ => Err("is neither".into()),
        }
    }
    fn show(&self) -> Option<toml::Value> {
        Some((*self).into())
    }
}

impl Value for u32 {
    const EXPECTS: &'static str = "a whole number from 0 to 1000000";
    fn from_text(text: &str) -> Result<Self, String> {
        match text.trim().parse() {
            Ok(number @ 0..=1_000_000) => Ok(number),
            Ok(_) => Err("is out of range".into()),
            Err(_) => Err("is not such a number".into()),
        }
    }
    fn show(&self) -> Option<toml::Value> {
        Some(i64::from(*self).into())
    }
}

impl Value for NonZeroU32 {
    const EXPECTS: &'static str = "a whole number from 1 to 1000000";
    fn from_text(text: &str) -> Result<Self, String> {
        Self::new(u32::from_text(text)?).ok_or_else(|| "is out of range".to_owned())
    }
    fn show(&self) -> Option<toml::Value> {
        self.get().show()
    }
}

impl Value for SocketAddr {
    const EXPECTS: &'static str = "an IP address with a port, such as `127.0.0.1:8080` or `[::]:8080`";
    fn from_text(text: &str) -> Result<Self, String> {
        text.trim().parse().map_err(|_| "is not such an address".to_owned())
    }
    fn show(&self) -> Option<toml::Value> {
        Some(self.to_string().into())
    }
}

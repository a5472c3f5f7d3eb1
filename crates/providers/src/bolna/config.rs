//! Settings of a Bolna connection (DESIGN 9), and who may post to its webhook (P5).

use crate::problem::FieldError;
use http::HeaderMap;
use ringleader_core::secret::Secret;
use serde_json::Value;
use std::net::IpAddr;

/// The addresses that Bolna says its webhooks come from. To be entered as `sources`; not assumed, since they change.
pub const PUBLISHED_SOURCES: [&str; 3] = ["13.203.39.153", "13.126.9.249", "13.202.133.53"];

/// An agent that the tenant registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Its id at Bolna.
    pub agent_id: String,
    /// Its name for people.
    pub name: String,
    /// The tenant's number that it calls from or answers on, as entered.
    pub line: Option<String>,
}

/// Who may post to the webhook.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    /// A header that must be there: its name in lower case, and its value.
    header: Option<(String, Secret<String>)>,
    /// Addresses to come from; empty: any.
    sources: Vec<IpAddr>,
}

/// An account at Bolna.
#[derive(Debug, Clone)]
pub struct Config {
    /// Opens the API; without it nothing can be asked for.
    pub api_key: Option<Secret<String>>,
    /// Who may post.
    pub gate: Gate,
    /// Whose calls are taken.
    pub agents: Vec<Agent>,
}

impl Gate {
    /// Whether a request with these headers from this address is let in. Takes as long for a wrong secret as for a right one.
    pub fn admits(&self, headers: &HeaderMap, from: Option<IpAddr>) -> bool {
        let header = self.header.as_ref().is_none_or(|(name, secret)| {
            headers.get(name).is_some_and(|value| same(value.as_bytes(), secret.reveal().as_bytes()))
        });
        let from = from.map(|address| address.to_canonical());
        let source = self.sources.is_empty() || from.is_some_and(|from| self.sources.contains(&from));
        header && source
    }
}

/// Digests are compared, so that the time tells nothing of the secret.
fn same(a: &[u8], b: &[u8]) -> bool {
    let digest = |bytes| ring::digest::digest(&ring::digest::SHA256, bytes);
    digest(a).as_ref() == digest(b).as_ref()
}

impl Config {
    /// Reads the settings of a connection, or says what is wrong with each field.
    pub fn parse(value: &Value) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let config = Self {
            api_key: text(&value["api_key"]).map(Secret::new),
            gate: Gate {
                header: header(&value["header"], &mut errors),
                sources: sources(&value["sources"], &mut errors),
            },
            agents: agents(&value["agents"], &mut errors),
        };
        if errors.is_empty() { Ok(config) } else { Err(errors) }
    }

    /// The agent with this id. An event that names none belongs to the only one there is.
    pub fn agent(&self, id: Option<&str>) -> Option<&Agent> {
        match (id, self.agents.as_slice()) {
            (Some(id), agents) => agents.iter().find(|agent| agent.agent_id == id),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|t| !t.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn header(value: &Value, errors: &mut Vec<FieldError>) -> Option<(String, Secret<String>)> {
    if value.is_null() {
        return None;
    }
    let (name, secret) = (text(&value["name"]), text(&value["value"]));
    let name = name.and_then(|name| http::HeaderName::try_from(name.as_str()).ok());
    match (name, secret) {
        (Some(name), Some(secret)) => Some((name.as_str().to_owned(), Secret::new(secret))),
        _ => {
            errors.push(FieldError::new("header", "must be {name, value}: a header's name and what it carries"));
            None
        }
    }
}

fn sources(value: &Value, errors: &mut Vec<FieldError>) -> Vec<IpAddr> {
    let listed = match value {
        Value::Null => return Vec::new(),
        Value::Array(listed) => listed.as_slice(),
        _ => &[Value::Null],
    };
    let read: Option<Vec<IpAddr>> = listed.iter().map(|one| text(one)?.parse().ok()).collect();
    read.unwrap_or_else(|| {
        errors.push(FieldError::new("sources", "must be a list of addresses, such as [\"13.203.39.153\"]"));
        Vec::new()
    })
}

fn agents(value: &Value, errors: &mut Vec<FieldError>) -> Vec<Agent> {
    let listed = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let read: Option<Vec<Agent>> = listed.iter().map(agent).collect();
    match read {
        Some(agents) if !agents.is_empty() => agents,
        _ => {
            errors.push(FieldError::new("agents", "must be a list of at least one {agent_id, name, line?}"));
            Vec::new()
        }
    }
}

fn agent(value: &Value) -> Option<Agent> {
    let agent_id = text(&value["agent_id"])?;
    Some(Agent { name: text(&value["name"]).unwrap_or_else(|| agent_id.clone()), agent_id, line: text(&value["line"]) })
}

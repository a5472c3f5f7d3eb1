//! The program's own types of settings: durations, sizes, addresses, databases, secrets, words.

use super::value::Value;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ringleader_core::secret::Secret;
use std::fmt::{self, Display};
use std::net::SocketAddr;
use std::time::Duration;

/// A length of time, not negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub Duration);

/// Ten years, in milliseconds.
const LONGEST: u64 = 3650 * 86_400_000;

impl Value for Span {
    const EXPECTS: &'static str = "a duration such as `2s`, `10m`, `24h` or `7d`";
    fn from_text(text: &str) -> Result<Self, String> {
        let mut rest = text.trim();
        let mut total = Duration::ZERO;
        if rest.is_empty() {
            return Err("is empty".into());
        }
        while !rest.is_empty() {
            let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
            let after = after.trim_start();
            let (unit, after) = after.split_at(after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len()));
            let millis: u64 = match unit {
                "ms" => 1,
                "s" => 1_000,
                "m" => 60_000,
                "h" => 3_600_000,
                "d" => 86_400_000,
                "" => return Err("has a number without a unit".into()),
                _ => return Err("has a unit that is not known".into()),
            };
            let part = number
                .parse::<u64>()
                .ok()
                .and_then(|n| n.checked_mul(millis))
                .filter(|part| *part <= LONGEST)
                .ok_or("is longer than ten years")?;
            total += Duration::from_millis(part);
            rest = after.trim_start();
        }
        Ok(Self(total))
    }
    fn show(&self) -> Option<toml::Value> {
        Some(self.to_string().into())
    }
}

impl Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")];
        let (size, unit) =
            units.into_iter().find(|(size, _)| millis > 0 && millis.is_multiple_of(*size)).unwrap_or((1_000, "s"));
        write!(f, "{}{unit}", millis / size)
    }
}

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub usize);

impl Value for Size {
    const EXPECTS: &'static str = "a size such as `512 KiB` or `1 MiB`";
    fn from_text(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let unit: usize = match text[digits..].trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "k" | "kb" | "kib" => 1 << 10,
            "m" | "mb" | "mib" => 1 << 20,
            _ => return Err("has a unit that is not known".into()),
        };
        match text[..digits].parse::<usize>().ok().and_then(|n| n.checked_mul(unit)) {
            Some(bytes @ 1024..=1_073_741_824) => Ok(Self(bytes)),
            Some(_) => Err("is out of range (1 KiB to 1024 MiB)".into()),
            None => Err("is not such a size".into()),
        }
    }
    fn show(&self) -> Option<toml::Value> {
        Some(self.to_string().into())
    }
}

impl Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes % (1 << 20) == 0 => write!(f, "{} MiB", bytes >> 20),
            bytes if bytes % (1 << 10) == 0 => write!(f, "{} KiB", bytes >> 10),
            bytes => write!(f, "{bytes}"),
        }
    }
}

/// An `http` or `https` address that paths are put behind; has no slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// The address, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// An address made by the program itself.
    pub fn of_listener(address: SocketAddr) -> Self {
        Self(format!("http://{address}"))
    }
}

impl Value for BaseUrl {
    const EXPECTS: &'static str = "an address that begins with `https://` or `http://`";
    fn from_text(text: &str) -> Result<Self, String> {
        let url = reqwest::Url::parse(text.trim()).map_err(|_| "is not an address".to_owned())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("begins with something else".into());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("holds a user name or password; keys have their own settings".into());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("has a `?` or `#` part, which a base address cannot have".into());
        }
        Ok(Self(text.trim().trim_end_matches('/').to_owned()))
    }
    fn show(&self) -> Option<toml::Value> {
        Some(self.0.clone().into())
    }
    fn found(text: &str) -> String {
        format!("`{}`", without_password(text))
    }
}

/// Where the data is: `sqlite:<file>` or `postgres://…`. Prints without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The address with its password, for the store alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The SQLite file; `None` for a server.
    pub fn file(&self) -> Option<&std::path::Path> {
        let rest = self.0.strip_prefix("sqlite:")?;
        let path = rest.strip_prefix("//").unwrap_or(rest);
        Some(std::path::Path::new(path))
    }
}

impl Value for DatabaseUrl {
    const EXPECTS: &'static str = "`sqlite:` and a file name, or `postgres://user:password@host/database`";
    fn from_text(text: &str) -> Result<Self, String> {
        let text = text.trim();
        match text.split_once(':') {
            Some(("sqlite", rest)) if rest.contains(":memory:") => Err("would be lost at a restart".into()),
            Some(("sqlite", rest)) if rest.contains('?') => Err("has a `?` part; only the file name is meant".into()),
            Some(("sqlite", rest)) if rest.trim_start_matches('/').is_empty() => Err("names no file".into()),
            Some(("sqlite", _)) => Ok(Self(text.to_owned())),
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => match reqwest::Url::parse(text) {
                Ok(_) => Ok(Self(text.to_owned())),
                Err(_) => Err("is not an address; special characters in the password are written as %XX".into()),
            },
            _ => Err("is neither".into()),
        }
    }
    fn show(&self) -> Option<toml::Value> {
        Some(self.to_string().into())
    }
    fn found(text: &str) -> String {
        format!("`{}`", without_password(text))
    }
}

impl Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_password(&self.0))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

/// An address with everything that could be a password masked: between the scheme and the last `@`, and after `?`.
fn without_password(text: &str) -> String {
    let (head, query) = match text.split_once('?') {
        Some((head, query)) if query.to_ascii_lowercase().contains("pass") => (head, "?***".to_owned()),
        Some((head, query)) => (head, format!("?{query}")),
        None => (text, String::new()),
    };
    let Some((before, host)) = head.rsplit_once('@') else { return format!("{head}{query}") };
    let (scheme, user) = before.split_once("://").map_or(("", before), |(scheme, rest)| (scheme, rest));
    let user = user.split_once(':').map_or("***", |(user, _)| user);
    let colon = if scheme.is_empty() { "" } else { "://" };
    format!("{scheme}{colon}{user}:***@{host}{query}")
}

/// A token or key. Prints as `***`.
pub type SecretText = Secret<String>;

impl Value for SecretText {
    const EXPECTS: &'static str = "a secret text without blanks around it";
    const SECRET: bool = true;
    fn from_text(text: &str) -> Result<Self, String> {
        if text.trim() != text { Err("has blanks around it".into()) } else { Ok(Self::new(text.to_owned())) }
    }
    fn show(&self) -> Option<toml::Value> {
        Some("***".into())
    }
}

/// Keys of 32 bytes each, as base64: the first encrypts, all decrypt. Prints as `***`.
#[derive(Debug, Clone)]
pub struct SecretKeys(Secret<Vec<String>>);

impl SecretKeys {
    /// The keys in base64, for the store alone.
    pub const fn reveal(&self) -> &Vec<String> {
        self.0.reveal()
    }
}

impl Value for SecretKeys {
    const EXPECTS: &'static str = "32 bytes in base64 (`openssl rand -base64 32` makes one)";
    const SECRET: bool = true;
    fn from_text(text: &str) -> Result<Self, String> {
        let keys: Vec<String> = text.split(',').map(|key| key.trim().to_owned()).collect();
        for key in &keys {
            let bytes = STANDARD.decode(key).map_err(|_| "is not base64".to_owned())?;
            if bytes.len() != 32 {
                return Err(format!("holds {} bytes", bytes.len()));
            }
        }
        Ok(Self(Secret::new(keys)))
    }
    fn show(&self) -> Option<toml::Value> {
        Some("***".into())
    }
}

/// What is logged; checked, kept as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFilter(String);

impl LogFilter {
    /// The filter's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for LogFilter {
    const EXPECTS: &'static str = "a filter such as `info` or `warn,ringleader_jobs=debug`";
    fn from_text(text: &str) -> Result<Self, String> {
        match tracing_subscriber::EnvFilter::try_new(text) {
            Ok(_) if !text.trim().is_empty() => Ok(Self(text.to_owned())),
            _ => Err("is not such a filter".into()),
        }
    }
    fn show(&self) -> Option<toml::Value> {
        Some(self.0.clone().into())
    }
}

ringleader_core::words! {
    /// How logs are written.
    pub enum LogFormat {
        /// For people.
        Text = "text",
        /// One JSON object a line.
        Json = "json",
    }
}

ringleader_core::words! {
    /// What can understand language.
    pub enum BrainName {
        /// Anthropic's models.
        Anthropic = "anthropic",
        /// OpenAI's models.
        Openai = "openai",
        /// Any OpenAI-compatible server.
        Compatible = "compatible",
        /// The built-in one.
        Local = "local",
    }
}

macro_rules! word_values {
    ($($type:ty: $expects:literal),+) => {$(
        impl Value for $type {
            const EXPECTS: &'static str = $expects;
            fn from_text(text: &str) -> Result<Self, String> {
                text.trim().parse().map_err(|_| "is none of these".to_owned())
            }
            fn show(&self) -> Option<toml::Value> {
                Some(self.as_str().into())
            }
        }
    )+};
}

word_values! {
    LogFormat: "`text` or `json`",
    BrainName: "a list of `anthropic`, `openai`, `compatible` and `local`"
}

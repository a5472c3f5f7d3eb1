//! Settings of an email connection (DESIGN 9).

use crate::problem::{FieldError, Fields};
use lettre::message::Mailbox;
use lettre::transport::smtp::client::Certificate;
use ringleader_core::secret::Secret;
use serde_json::Value;

/// How the way to the server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte: `smtps://`, usually port 465.
    Implicit,
    /// By STARTTLS, else nothing is sent; the rule where there is a password.
    Required,
    /// By STARTTLS where the server offers it; the rule without a password.
    Offered,
    /// Never; only if the address says `?tls=none`.
    Never,
}

/// A mail server and the address that mails come from.
#[derive(Debug, Clone)]
pub struct Config {
    /// Name or address of the server.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub tls: Tls,
    /// User and password, where the server asks for them.
    pub login: Option<(String, Secret<String>)>,
    /// From whom.
    pub from: Mailbox,
    /// The certificate of a server that signs its own.
    pub ca: Option<Certificate>,
}

impl Config {
    /// Reads the settings of a connection, or says what is wrong with each field.
    pub fn parse(value: &Value) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::of(value);
        let url = fields.required("url");
        let server = Server::parse(&url);
        if let (Err(problem), false) = (&server, url.is_empty()) {
            fields.error("url", problem);
        }
        let from = fields.required("from");
        let mailbox: Option<Mailbox> = from.parse().ok();
        if mailbox.is_none() && !from.is_empty() {
            fields.error("from", "is not an email address, such as `Acme <office@acme.example>`");
        }
        let pem = fields.optional("ca");
        // A text without any certificate would be taken as an empty list of them.
        let whole = pem.as_ref().filter(|pem| pem.contains("-----BEGIN CERTIFICATE-----"));
        let ca = whole.and_then(|pem| Certificate::from_pem(pem.as_bytes()).ok());
        if pem.is_some() && ca.is_none() {
            fields.error("ca", "is not a certificate in PEM form (-----BEGIN CERTIFICATE-----)");
        }
        let server = server.unwrap_or(Server { host: String::new(), port: 0, tls: Tls::Required, login: None });
        let nobody = || Mailbox::new(None, lettre::Address::new("nobody", "localhost").expect("it is an address"));
        let Server { host, port, tls, login } = server;
        fields.finish(Self { host, port, tls, login, from: mailbox.unwrap_or_else(nobody), ca })
    }

    /// The domain of the sender: what the server is greeted with, and what message ids end in.
    pub fn domain(&self) -> &str {
        self.from.email.domain()
    }
}

struct Server {
    host: String,
    port: u16,
    tls: Tls,
    login: Option<(String, Secret<String>)>,
}

impl Server {
    fn parse(url: &str) -> Result<Self, &'static str> {
        const FORM: &str =
            "is not a mail server's address: smtp://user:password@host:587 or smtps://user:password@host:465";
        let parsed: reqwest::Url = url.parse().map_err(|_| FORM)?;
        let host = parsed.host_str().filter(|host| !host.is_empty()).ok_or(FORM)?.to_owned();
        let user = decoded(parsed.username()).ok_or(FORM)?;
        let password = parsed.password().map(|p| decoded(p).ok_or(FORM)).transpose()?;
        if user.is_empty() != password.is_none() {
            return Err("has a user without a password, or a password without a user");
        }
        let login = password.map(|password| (user, Secret::new(password)));
        let asked = parsed.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let tls = match (parsed.scheme(), asked.as_deref()) {
            ("smtps", _) => Tls::Implicit,
            ("smtp", None) if login.is_some() => Tls::Required,
            ("smtp", None) => Tls::Offered,
            ("smtp", Some("required")) => Tls::Required,
            ("smtp", Some("offered")) => Tls::Offered,
            ("smtp", Some("none")) => Tls::Never,
            ("smtp", Some(_)) => return Err("has an unknown `tls`; there are: required, offered, none"),
            _ => return Err(FORM),
        };
        let usual = if tls == Tls::Implicit { 465 } else { 587 };
        Ok(Self { host, port: parsed.port().unwrap_or(usual), tls, login })
    }
}

/// `%40` as `@`: users of mail servers often are addresses.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let hex = std::str::from_utf8(rest.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(hex, 16).ok()?);
        rest = &rest[2..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn config(url: &str) -> Result<Config, Vec<FieldError>> {
        Config::parse(&json!({ "url": url, "from": "Acme <office@acme.example>" }))
    }

    #[test]
    fn a_password_never_travels_in_the_clear_unless_the_address_says_so() {
        for (url, tls, port) in [
            ("smtp://u:p@mail.example", Tls::Required, 587),
            ("smtp://mail.example", Tls::Offered, 587),
            ("smtps://u:p@mail.example", Tls::Implicit, 465),
            ("smtp://u:p@mail.example:2525?tls=none", Tls::Never, 2525),
            ("smtp://mail.example:25?tls=required", Tls::Required, 25),
        ] {
            let config = config(url).unwrap();
            assert_eq!((config.tls, config.port, config.host.as_str()), (tls, port, "mail.example"), "{url}");
        }
    }

    #[test]
    fn users_are_decoded_and_passwords_do_not_print() {
        let config = config("smtp://office%40acme.example:p%2Fw%20d@mail.example").unwrap();
        let (user, password) = config.login.clone().unwrap();
        assert_eq!((user.as_str(), password.reveal().as_str()), ("office@acme.example", "p/w d"));
        assert!(!format!("{config:?}").contains("p/w d"));
    }

    #[test]
    fn everything_wrong_is_named() {
        let wrong = Config::parse(&json!({ "url": "http://mail.example", "from": "acme", "ca": "x" })).unwrap_err();
        assert_eq!(wrong.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["url", "from", "ca"]);
        for url in ["smtp://u@mail.example", "smtp://:p@mail.example", "smtp://mail.example?tls=maybe", "mail.example"]
        {
            assert!(config(url).is_err(), "{url}");
        }
    }
}

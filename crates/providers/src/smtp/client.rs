//! Speaking to a mail server, command by command (messaging-other sheet, B.3).
//!
//! Always true:
//! - until the end of the data nothing was taken: a cut there is `NotSent`; after it, a lost answer is `Unknown` (P2);
//! - a password leaves only over TLS, unless the tenant's address says `tls=none`;
//! - servers quote addresses in their words, so errors carry their codes alone (P10).

use super::config::{Config, Tls};
use super::mail;
use crate::messaging::{Accepted, FailureClass, Messaging, Outgoing, SendError};
use crate::network::is_public;
use crate::outgoing;
use async_trait::async_trait;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error, response::Response};
use ringleader_core::message::SendFailure;
use std::net::SocketAddr;
use std::time::Duration;
use tracing::Instrument;

/// How long each part of a conversation may take unless told otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// A mail server.
#[derive(Debug, Clone)]
pub struct Client {
    config: Config,
    timeout: Duration,
    allow_private: bool,
}

/// Where in the conversation something was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Greeting,
    SignIn,
    Sender,
    Recipient,
    Content,
}

impl Client {
    /// A client of the server in `config`. `allow_private`: the server may be in the operator's own network.
    pub fn new(config: &Config, allow_private: bool) -> Self {
        Self { config: config.clone(), timeout: DEFAULT_TIMEOUT, allow_private }
    }

    /// The same client with another time limit.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Connects and signs in, and sends nothing; the connection test does so.
    pub async fn probe(&self) -> Result<(), SendError> {
        let mut connection = self.timed(self.connect()).await?;
        self.leave(&mut connection).await;
        Ok(())
    }

    async fn timed<T>(&self, what: impl Future<Output = Result<T, SendError>>) -> Result<T, SendError> {
        let slow = |_| SendError::NotSent { detail: "the mail server took too long".to_owned() };
        tokio::time::timeout(self.timeout, what).await.map_err(slow)?
    }

    /// The whole conversation about one email.
    async fn converse(&self, email: &lettre::Message) -> Result<(), SendError> {
        let mut connection = self.timed(self.connect()).await?;
        self.timed(self.announce(&mut connection, email)).await?;
        self.content(&mut connection, &email.formatted()).await?;
        self.leave(&mut connection).await;
        Ok(())
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SendError> {
        let config = &self.config;
        let (address, hello) = (self.resolve().await?, ClientId::Domain(config.domain().to_owned()));
        let implicit = (config.tls == Tls::Implicit).then(|| self.tls()).transpose()?;
        let mut connection = AsyncSmtpConnection::connect_tokio1(address, Some(self.timeout), &hello, implicit, None)
            .await
            .map_err(|error| refused(Stage::Greeting, &error))?;
        let offered = connection.can_starttls();
        match config.tls {
            Tls::Required if !offered => {
                return Err(halted("no_tls", "the mail server offers no encryption (STARTTLS)"));
            }
            Tls::Required | Tls::Offered if offered => {
                let tls = self.tls()?;
                connection.starttls(tls, &hello).await.map_err(|error| refused(Stage::Greeting, &error))?;
            }
            _ => {}
        }
        if let Some((user, password)) = &config.login {
            let login = Credentials::new(user.clone(), password.reveal().clone());
            let ways = [Mechanism::Plain, Mechanism::Login];
            connection.auth(&ways, &login).await.map_err(|error| refused(Stage::SignIn, &error))?;
        }
        Ok(connection)
    }

    /// The server's address, if it is one that we may speak to.
    async fn resolve(&self) -> Result<SocketAddr, SendError> {
        let found = tokio::net::lookup_host((self.config.host.as_str(), self.config.port)).await;
        let found =
            found.map_err(|_| SendError::NotSent { detail: "the mail server's name is not known".to_owned() })?;
        let mut usable = found.filter(|address| self.allow_private || is_public(address.ip()));
        usable.next().ok_or_else(|| halted("private_address", "the mail server is in a private network"))
    }

    fn tls(&self) -> Result<TlsParameters, SendError> {
        let mut builder = TlsParameters::builder(self.config.host.clone());
        if let Some(ca) = &self.config.ca {
            builder = builder.add_root_certificate(ca.clone());
        }
        builder.build().map_err(|_| halted("bad_tls", "encryption to the mail server could not be set up"))
    }

    /// Sender and recipient, up to the server's word that it waits for the content.
    async fn announce(&self, connection: &mut AsyncSmtpConnection, email: &lettre::Message) -> Result<(), SendError> {
        let step = |stage| move |error: Error| refused(stage, &error);
        let from = email.envelope().from().cloned();
        connection.command(Mail::new(from, vec![])).await.map_err(step(Stage::Sender))?;
        for to in email.envelope().to() {
            connection.command(Rcpt::new(to.clone(), vec![])).await.map_err(step(Stage::Recipient))?;
        }
        connection.command(Data).await.map_err(step(Stage::Content))?;
        Ok(())
    }

    /// The content. From here on a lost answer says nothing.
    async fn content(&self, connection: &mut AsyncSmtpConnection, email: &[u8]) -> Result<Response, SendError> {
        let lost = |detail: &str| SendError::Unknown { detail: detail.to_owned() };
        match tokio::time::timeout(self.timeout, connection.message(email)).await {
            Err(_) => Err(lost("no answer in time")),
            Ok(Err(error)) if error.status().is_none() => Err(lost("the connection was cut")),
            Ok(Err(error)) => Err(refused(Stage::Content, &error)),
            Ok(Ok(response)) => Ok(response),
        }
    }

    /// Says goodbye; what the server thinks of that does not matter any more.
    async fn leave(&self, connection: &mut AsyncSmtpConnection) {
        drop(tokio::time::timeout(self.timeout, connection.quit()).await);
    }
}

fn halted(code: &str, detail: &str) -> SendError {
    SendError::Halted(SendFailure { code: code.to_owned(), detail: detail.to_owned() })
}

/// An error before the content was taken. 4xx passes, 5xx stays; what it concerns depends on where it came.
fn refused(stage: Stage, error: &Error) -> SendError {
    let Some(code) = error.status() else {
        return match (stage, error.is_client(), error.is_tls() || is_of_tls(error)) {
            (_, _, true) => halted("bad_tls", "the mail server's certificate is not accepted"),
            (Stage::SignIn, true, _) => {
                halted("no_sign_in", "the mail server offers no way of signing in that we know")
            }
            _ => SendError::NotSent { detail: "the connection to the mail server broke".to_owned() },
        };
    };
    let number = u16::from(code);
    let (class, what) = match (stage, number) {
        (_, 400..=499) => (FailureClass::Transient, "asks to come back later"),
        (Stage::SignIn, _) | (_, 530 | 534 | 535 | 538) => (FailureClass::Halted, "does not accept user and password"),
        (Stage::Greeting | Stage::Sender, _) => (FailureClass::Halted, "does not take mail from this sender"),
        (Stage::Recipient, 500..=504) => (FailureClass::Rejected, "did not understand us"),
        (Stage::Recipient, _) => (FailureClass::Unreachable, "does not take mail for this recipient"),
        (Stage::Content, _) => (FailureClass::Rejected, "refused the message"),
    };
    let failure = SendFailure { code: format!("smtp_{number}"), detail: format!("the mail server {what} ({number})") };
    SendError::of(class, failure, None)
}

/// Whether the cause is the certificate or the handshake, and not the network.
fn is_of_tls(error: &Error) -> bool {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes.filter_map(|cause| cause.downcast_ref::<std::io::Error>()).any(|io| {
        let inner = io.get_ref();
        inner.is_some_and(|inner| inner.is::<tokio_rustls::rustls::Error>())
    })
}

#[async_trait]
impl Messaging for Client {
    async fn send(&self, message: &Outgoing) -> Result<Accepted, SendError> {
        let email = mail::write(&self.config, message)?;
        let span = outgoing::span("smtp", "send_message");
        self.converse(&email).instrument(span.clone()).await.inspect_err(|_| outgoing::failed(&span))?;
        Ok(Accepted { provider_id: mail::id(&self.config, message), ..Accepted::default() })
    }

    /// Email knows no such thing.
    async fn mark_read(&self, _provider_id: &str, _typing: bool) -> Result<(), SendError> {
        Ok(())
    }
}

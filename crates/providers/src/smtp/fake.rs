//! A mail server on loopback: real SMTP, with or without STARTTLS and sign-in, that refuses and breaks on demand.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// How the server behaves.
#[derive(Clone, Default)]
pub struct Rules {
    /// Offers STARTTLS with this certificate.
    pub starttls: Option<Arc<ServerConfig>>,
    /// Wants this user and password.
    pub login: Option<(String, String)>,
    /// Refuses these recipients with a code: `("gone@shop.example", 550)`.
    pub refuses: Vec<(String, u16)>,
}

/// What goes wrong with one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmtpFault {
    /// The greeting is this code.
    Greeting(u16),
    /// The sender is answered with this code.
    Sender(u16),
    /// The content is answered with this code; nothing is taken.
    Content(u16),
    /// The connection is cut before the content; nothing is taken.
    CutBeforeData,
    /// The content is taken, then the connection is cut: the double-send trap.
    CutAfterData,
    /// The content is taken, then no answer for so many milliseconds of real time.
    HangAfterData(u64),
    /// No greeting for so many milliseconds of real time.
    Slow(u64),
}

/// A mail that was taken.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Envelope sender.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// It came over TLS.
    pub encrypted: bool,
    /// Who signed in.
    pub user: Option<String>,
    /// The message as it came.
    pub raw: String,
}

impl Mail {
    /// A header of the message, unfolded, as it came.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
        head.lines().find_map(|line| {
            let (field, value) = line.split_once(':')?;
            field.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }

    /// The decoded part of this kind: `text/plain`.
    pub fn part(&self, kind: &str) -> Option<String> {
        self.raw.split("\r\n--").find_map(|part| {
            let (head, body) = part.split_once("\r\n\r\n")?;
            let head = head.to_ascii_lowercase();
            let ours = head.lines().any(|line| line.starts_with(&format!("content-type: {kind}")));
            ours.then(|| decode(&head, body))
        })
    }
}

fn decode(head: &str, body: &str) -> String {
    let bytes = if head.contains("base64") {
        let text: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        BASE64.decode(text).unwrap_or_default()
    } else if head.contains("quoted-printable") {
        unquote(&body.replace("=\r\n", ""))
    } else {
        body.as_bytes().to_vec()
    };
    String::from_utf8_lossy(&bytes).replace("\r\n", "\n").trim_end().to_owned()
}

fn unquote(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match hex.and_then(|pair| u8::from_str_radix(pair, 16).ok()).filter(|_| *first == b'=') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}

#[derive(Default)]
struct Letterbox {
    rules: Rules,
    taken: Vec<Mail>,
    faults: VecDeque<SmtpFault>,
}

type Shared = Arc<Mutex<Letterbox>>;

fn lock(shared: &Mutex<Letterbox>) -> MutexGuard<'_, Letterbox> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running fake. Dropping it closes the port.
pub struct SmtpFake {
    shared: Shared,
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl SmtpFake {
    /// Starts to listen. Fails only if the address cannot be had.
    pub async fn start(listen: SocketAddr, rules: Rules) -> std::io::Result<Self> {
        let shared: Shared = Arc::new(Mutex::new(Letterbox { rules, ..Letterbox::default() }));
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let ours = shared.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = ours.clone();
                // A client that hangs up in mid-sentence is no error here.
                tokio::spawn(async move { drop(converse(stream, shared).await) });
            }
        });
        Ok(Self { shared, address, task })
    }

    /// Its address, for `smtp://…`: host and port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything that was taken, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        lock(&self.shared).taken.clone()
    }

    /// The next delivery meets this fault.
    pub fn fail_next(&self, fault: SmtpFault) {
        lock(&self.shared).faults.push_back(fault);
    }
}

impl Drop for SmtpFake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// How a conversation over one stream ended.
enum End {
    Over,
    Encrypt,
}

async fn converse(stream: TcpStream, shared: Shared) -> std::io::Result<()> {
    let (rules, fault) = {
        let mut shared = lock(&shared);
        (shared.rules.clone(), shared.faults.pop_front())
    };
    let mut session = Session { rules, fault, shared, user: None, encrypted: false, from: None, to: vec![] };
    let mut stream = BufReader::new(stream);
    match session.fault {
        Some(SmtpFault::Greeting(code)) => return say(&mut stream, &format!("{code} not now")).await,
        Some(SmtpFault::Slow(ms)) => tokio::time::sleep(Duration::from_millis(ms)).await,
        _ => {}
    }
    say(&mut stream, "220 mail.sim.example ESMTP").await?;
    if let (End::Encrypt, Some(tls)) = (session.talk(&mut stream).await?, session.rules.starttls.clone()) {
        let mut stream = BufReader::new(TlsAcceptor::from(tls).accept(stream.into_inner()).await?);
        session.encrypted = true;
        session.talk(&mut stream).await?;
    }
    Ok(())
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>, line: &str) -> std::io::Result<()> {
    stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await?;
    stream.get_mut().flush().await
}

struct Session {
    rules: Rules,
    fault: Option<SmtpFault>,
    shared: Shared,
    user: Option<String>,
    encrypted: bool,
    from: Option<String>,
    to: Vec<String>,
}

impl Session {
    async fn talk<S: AsyncRead + AsyncWrite + Unpin>(&mut self, stream: &mut BufReader<S>) -> std::io::Result<End> {
        let mut line = String::new();
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(End::Over);
            }
            let (verb, rest) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
            let answer = match verb.to_ascii_uppercase().as_str() {
                "EHLO" => self.hello(),
                "STARTTLS" if self.rules.starttls.is_some() => {
                    say(stream, "220 go ahead").await?;
                    return Ok(End::Encrypt);
                }
                "AUTH" => self.sign_in(rest),
                "MAIL" => self.sender(rest),
                "RCPT" => self.recipient(rest),
                "DATA" if self.to.is_empty() => "503 no recipient".to_owned(),
                "DATA" => match self.data(stream).await? {
                    Some(answer) => answer,
                    None => return Ok(End::Over),
                },
                "NOOP" | "RSET" => "250 ok".to_owned(),
                "QUIT" => {
                    say(stream, "221 bye").await?;
                    return Ok(End::Over);
                }
                _ => "502 unknown".to_owned(),
            };
            say(stream, &answer).await?;
        }
    }

    fn hello(&self) -> String {
        let mut lines = vec!["mail.sim.example", "SIZE 1000000", "8BITMIME"];
        if self.rules.starttls.is_some() && !self.encrypted {
            lines.push("STARTTLS");
        }
        if self.rules.login.is_some() {
            lines.push("AUTH PLAIN LOGIN");
        }
        let last = lines.len() - 1;
        let line = |(i, text): (usize, &&str)| format!("250{}{text}", if i == last { ' ' } else { '-' });
        lines.iter().enumerate().map(line).collect::<Vec<_>>().join("\r\n")
    }

    /// `PLAIN` with its first answer: NUL user NUL password.
    fn sign_in(&mut self, rest: &str) -> String {
        let given = rest.strip_prefix("PLAIN ").and_then(|text| BASE64.decode(text).ok()).unwrap_or_default();
        let given = String::from_utf8_lossy(&given).into_owned();
        let parts: Vec<&str> = given.split('\0').collect();
        match (&self.rules.login, parts.as_slice()) {
            (Some((user, password)), [_, u, p]) if u == user && p == password => {
                self.user = Some(user.clone());
                "235 welcome".to_owned()
            }
            _ => "535 5.7.8 authentication failed".to_owned(),
        }
    }

    fn sender(&mut self, rest: &str) -> String {
        if let Some(SmtpFault::Sender(code)) = self.fault {
            return format!("{code} not you");
        }
        if self.rules.login.is_some() && self.user.is_none() {
            return "530 5.7.0 authentication required".to_owned();
        }
        self.from = Some(address(rest));
        "250 ok".to_owned()
    }

    fn recipient(&mut self, rest: &str) -> String {
        let to = address(rest);
        match self.rules.refuses.iter().find(|(refused, _)| *refused == to) {
            Some((refused, code)) => format!("{code} <{refused}> does not live here"), // servers quote addresses
            None => {
                self.to.push(to);
                "250 ok".to_owned()
            }
        }
    }

    /// Takes the content; `None` where the connection is cut.
    async fn data<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: &mut BufReader<S>,
    ) -> std::io::Result<Option<String>> {
        if self.fault == Some(SmtpFault::CutBeforeData) {
            return Ok(None);
        }
        say(stream, "354 go on").await?;
        let (mut raw, mut line) = (String::new(), String::new());
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(None);
            }
            if line == ".\r\n" {
                break;
            }
            raw.push_str(line.strip_prefix("..").map_or(line.as_str(), |_| &line[1..]));
        }
        if let Some(SmtpFault::Content(code)) = self.fault {
            return Ok(Some(format!("{code} not this")));
        }
        let (from, to) = (self.from.take().unwrap_or_default(), std::mem::take(&mut self.to));
        lock(&self.shared).taken.push(Mail { from, to, encrypted: self.encrypted, user: self.user.clone(), raw });
        match self.fault {
            Some(SmtpFault::CutAfterData) => return Ok(None),
            Some(SmtpFault::HangAfterData(ms)) => tokio::time::sleep(Duration::from_millis(ms)).await,
            _ => {}
        }
        Ok(Some("250 2.0.0 queued".to_owned()))
    }
}

/// The address in `FROM:<a@b> SIZE=1`.
fn address(rest: &str) -> String {
    let inner = rest.split_once('<').and_then(|(_, tail)| tail.split_once('>'));
    inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

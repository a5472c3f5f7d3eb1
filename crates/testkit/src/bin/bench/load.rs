//! A lean HTTP/1.1 client: keep-alive connections that each send the next request when the answer to the last one is in.
//!
//! Always true: a request is prepared once and only the call's id in it changes; only requests that began and ended
//! within the measured time count; any answer but 200 is counted as refused.

use anyhow::{Context as _, ensure};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Stands in a body where the call's id comes; as long as the ids.
pub const ID: &str = "0000000000000000";

/// Before measuring: statements are prepared, connections are known.
pub const WARM_UP: Duration = Duration::from_millis(500);

/// What a run brought.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Good answers a second.
    pub rate: f64,
    /// Half of the answers were there within this time.
    pub p50: Duration,
    /// 99 of 100 were.
    pub p99: Duration,
    /// All answers that were measured.
    pub answers: usize,
    /// Answers other than 200.
    pub refused: usize,
}

/// A request whose id is changed in place.
#[derive(Debug, Clone)]
pub struct Request {
    bytes: Vec<u8>,
    id_at: usize,
}

impl Request {
    /// A POST of this JSON body, which holds [`ID`] once.
    pub fn post(path: &str, body: &[u8]) -> anyhow::Result<Self> {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        let bytes = [head.as_bytes(), body].concat();
        let id_at = bytes.windows(ID.len()).position(|window| window == ID.as_bytes());
        Ok(Self { bytes, id_at: id_at.context("the body has no place for an id")? })
    }

    /// The same request for the call with this number.
    pub fn number(&mut self, mut number: u64) -> &[u8] {
        for digit in self.bytes[self.id_at..self.id_at + ID.len()].iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
        &self.bytes
    }
}

/// A connection that is kept.
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    /// Connects.
    pub async fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; 8192] })
    }

    /// Sends a request, reads the whole answer; whether it was 200.
    pub async fn send(&mut self, request: &[u8]) -> anyhow::Result<bool> {
        self.stream.write_all(request).await?;
        let mut have = 0;
        loop {
            let read = self.stream.read(&mut self.buffer[have..]).await?;
            ensure!(read > 0, "the connection was closed or the answer is too long");
            have += read;
            if answer_length(&self.buffer[..have])?.is_some_and(|length| have >= length) {
                return Ok(self.buffer.starts_with(b"HTTP/1.1 200"));
            }
        }
    }
}

/// How long the answer that begins here is, once its head is there.
fn answer_length(bytes: &[u8]) -> anyhow::Result<Option<usize>> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&bytes[..end])?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.context("an answer without length")?.parse()?;
    Ok(Some(end + 4 + length))
}

/// Loads an address over so many connections for this time; the clients take the requests in turns.
pub async fn run(
    address: SocketAddr,
    requests: &[Request],
    connections: usize,
    time: Duration,
) -> anyhow::Result<Figures> {
    let mut clients = JoinSet::new();
    let from = Instant::now() + WARM_UP;
    for n in 0..connections {
        let (request, first) = (requests[n % requests.len()].clone(), n as u64 * 1_000_000_000);
        clients.spawn(client(address, request, first, from, from + time));
    }
    let (mut took, mut refused) = (Vec::new(), 0);
    while let Some(ended) = clients.join_next().await {
        let (times, bad) = ended??;
        took.extend(times);
        refused += bad;
    }
    took.sort_unstable();
    let of = |share: f64| took.get((took.len() as f64 * share) as usize).copied().unwrap_or_default();
    let good = took.len().saturating_sub(refused);
    let rate = good as f64 / time.as_secs_f64();
    Ok(Figures { rate, p50: of(0.5), p99: of(0.99), answers: took.len(), refused })
}

async fn client(
    address: SocketAddr,
    mut request: Request,
    first: u64,
    from: Instant,
    until: Instant,
) -> anyhow::Result<(Vec<Duration>, usize)> {
    let mut client = Client::connect(address).await?;
    let (mut times, mut refused) = (Vec::with_capacity(4096), 0);
    for number in first.. {
        let began = Instant::now();
        let good = client.send(request.number(number)).await?;
        let ended = Instant::now();
        if ended > until {
            break;
        }
        if began >= from {
            times.push(ended - began);
            refused += usize::from(!good);
        }
    }
    Ok((times, refused))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_carries_the_number_of_its_call_and_keeps_its_length() {
        let body = format!("{{\"ivruniqueid\":\"{ID}\"}}");
        let mut request = Request::post("/x", body.as_bytes()).unwrap();
        let length = request.bytes.len();
        let text = String::from_utf8(request.number(4711).to_vec()).unwrap();
        assert!(text.ends_with("\r\n\r\n{\"ivruniqueid\":\"0000000000004711\"}"), "{text}");
        assert!(text.contains(&format!("content-length: {}\r\n", body.len())));
        assert_eq!(text.len(), length);
        assert!(Request::post("/x", b"{}").is_err());
    }

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx: y\r\n\r\nok";
        assert_eq!(answer_length(answer).unwrap(), Some(answer.len()));
        assert_eq!(answer_length(&answer[..answer.len() - 1]).unwrap(), Some(answer.len()));
        assert_eq!(answer_length(&answer[..20]).unwrap(), None);
        assert!(answer_length(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}

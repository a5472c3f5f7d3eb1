//! The sound of a recorded call, on its way from the provider that keeps it to the person who listens (D1).
//!
//! Always true: a provider's key goes to that provider's own host alone, and never across a redirect; only sound passes, so
//! that nothing else is ever served as if it were ours; nothing is kept here.

pub(crate) mod fake;

use crate::outgoing;
use http::{HeaderMap, header};
use reqwest::{RequestBuilder, Response};
use std::time::Duration;

/// What of the provider's answer a player needs.
const PASSED: [http::HeaderName; 4] =
    [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_RANGE, header::ACCEPT_RANGES];

/// The longest that a recording may take to come through: who listens may pause, but not hold a connection for ever.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// Where a recording is to be had.
#[derive(Debug)]
pub enum Sound {
    /// Here, as it comes in.
    Stream(Box<Stream>),
    /// Under this address, without any key.
    At(String),
}

/// A recording, or the part of it that was asked for.
#[derive(Debug)]
pub struct Stream {
    /// 200, 206 for a part, 416 for a part that is not there.
    pub status: u16,
    /// Its type, its length, and which part it is.
    pub headers: HeaderMap,
    /// What comes in.
    pub body: Response,
}

/// Why there is no sound: one variant for each thing the listener can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SoundError {
    /// It is not there: not stored yet, or deleted.
    #[error("the provider has no such recording, or has not stored it yet")]
    Missing,
    /// The provider does not accept our key.
    #[error("the provider does not accept the connection's key")]
    Unauthorised,
    /// Its answer made no sense, or none came.
    #[error("the recording could not be fetched: {0}")]
    Unavailable(String),
}

/// A provider's host, asked for a recording.
pub(crate) struct Host<'a> {
    /// The provider's name.
    pub(crate) provider: &'static str,
    pub(crate) http: &'a reqwest::Client,
    /// Its address, without a slash at the end.
    pub(crate) base: &'a str,
    /// How long it may take to begin its answer.
    pub(crate) timeout: Duration,
}

impl Host<'_> {
    /// Asks with the provider's key; a redirect is followed without it, and only within the same host.
    pub(crate) async fn listen(&self, with_key: RequestBuilder, range: Option<&str>) -> Result<Sound, SoundError> {
        let answer = self.ask(with_key, range).await?;
        let Some(to) = led_to(&answer) else { return passed(answer).map(Box::new).map(Sound::Stream) };
        if to.strip_prefix(self.base).is_some_and(|rest| rest.starts_with('/')) {
            let answer = self.ask(self.http.get(to), range).await?;
            return passed(answer).map(Box::new).map(Sound::Stream);
        }
        if to.starts_with("https://") {
            return Ok(Sound::At(to));
        }
        Err(SoundError::Unavailable("it leads to an address without https".to_owned()))
    }

    async fn ask(&self, request: RequestBuilder, range: Option<&str>) -> Result<Response, SoundError> {
        let request = range.into_iter().fold(request, |request, range| request.header(header::RANGE, range));
        let away = |detail: String| SoundError::Unavailable(detail);
        let request = request.timeout(LONGEST);
        let asked = outgoing::send(self.provider, "read_recording", request);
        let answer = tokio::time::timeout(self.timeout, asked).await.map_err(|late| away(late.to_string()))?;
        answer.map_err(|error| away(error.without_url().to_string()))
    }
}

fn led_to(answer: &Response) -> Option<String> {
    let to = answer.headers().get(header::LOCATION).filter(|_| answer.status().is_redirection())?;
    answer.url().join(to.to_str().ok()?).ok().map(String::from)
}

fn passed(answer: Response) -> Result<Stream, SoundError> {
    match answer.status().as_u16() {
        200 | 206 => {}
        416 => return Ok(stream(answer)), // a player asked for what lies behind the end
        401 => return Err(SoundError::Unauthorised),
        403 | 404 | 410 => return Err(SoundError::Missing),
        status => return Err(SoundError::Unavailable(format!("HTTP {status} in place of a recording"))),
    }
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("audio/") {
        return Err(SoundError::Unavailable("what came is no sound".to_owned()));
    }
    Ok(stream(answer))
}

fn stream(answer: Response) -> Stream {
    let headers = PASSED.iter().filter_map(|name| Some((name.clone(), answer.headers().get(name)?.clone())));
    Stream { status: answer.status().as_u16(), headers: headers.collect(), body: answer }
}

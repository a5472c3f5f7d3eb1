//! HTTP to the model services: one client, one bounded exchange.
//!
//! Always true: redirects are not followed (a key must not travel on), an answer is at most `MOST_BYTES` long, and an error
//! tells what failed without address or text.

use crate::seam::BrainError;
use reqwest::header::HeaderMap;
use std::{sync::Arc, time::Duration};

/// The longest answer that is read.
const MOST_BYTES: usize = 4 << 20;

/// What came back, whatever the status.
#[derive(Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, complete.
    pub body: Vec<u8>,
}

/// A client for the model services with our own TLS provider and root certificates.
pub fn http_client() -> reqwest::Client {
    let roots = rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring supports the default protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("ringleader/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(5))
        .build()
        .expect("the TLS settings above are complete")
}

/// Sends a request and reads the whole answer within the request's time limit.
///
/// # Errors
/// `BrainError::Unavailable` when no complete answer came.
pub async fn send(request: reqwest::RequestBuilder) -> Result<Reply, BrainError> {
    let mut response = request.send().await.map_err(|error| unavailable(&error))?;
    tracing::Span::current().record("http.response.status_code", i64::from(response.status().as_u16()));
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unavailable(&error))? {
        if body.len() + chunk.len() > MOST_BYTES {
            return Err(BrainError::Unavailable { detail: "the answer is too long".to_owned(), retry_after: None });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply { status: response.status().as_u16(), headers: response.headers().clone(), body })
}

/// `base` and `path` with exactly one slash between them.
pub fn join(base: &str, path: &str) -> String {
    format!("{}/{path}", base.trim_end_matches('/'))
}

fn unavailable(error: &reqwest::Error) -> BrainError {
    let detail = match error {
        e if e.is_timeout() => "no answer within the time limit",
        e if e.is_connect() => "could not connect; check base_url and the network",
        e if e.is_builder() => "the address or key has signs that cannot be sent; check base_url and api_key",
        _ => "the connection broke off",
    };
    BrainError::Unavailable { detail: detail.to_owned(), retry_after: None }
}

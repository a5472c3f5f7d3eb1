//! Reading a request's body up to a limit, holding never more than that.

use crate::problem::{Problem, Result};
use axum::body::{Body, BodyDataStream};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use http::{HeaderMap, StatusCode, header};
use std::time::Duration;

/// A sender that is slower than this is given up.
const PATIENCE: Duration = Duration::from_secs(20);

/// So much of a body that is too large is still let in and dropped: many senders read no answer before they have sent all.
const MANNERS: usize = 16 << 20;

/// The whole body, or 413 if it is larger than `limit` bytes.
pub async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    let asks_first = headers.contains_key(header::EXPECT);
    if announced.is_some_and(|length: usize| length > if asks_first { limit } else { MANNERS }) {
        return Err(Problem::too_large(limit));
    }
    let slow = |_| Problem::new(StatusCode::REQUEST_TIMEOUT, "slow-body", "The body took too long", "Send it again.");
    tokio::time::timeout(PATIENCE, gather(body, limit)).await.map_err(slow)?
}

async fn gather(body: Body, limit: usize) -> Result<Bytes> {
    let mut chunks = body.into_data_stream();
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Problem::malformed("The connection ended before the body did."))?;
        if first.len() + all.len() + chunk.len() > limit {
            drop((first, all));
            drain(chunks, limit).await;
            return Err(Problem::too_large(limit));
        }
        // Most bodies come in one piece, which needs no copy.
        match (first.is_empty(), all.is_empty()) {
            (true, true) => first = chunk,
            (false, _) => {
                all.extend_from_slice(&std::mem::take(&mut first));
                all.extend_from_slice(&chunk);
            }
            (true, false) => all.extend_from_slice(&chunk),
        }
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// Lets the rest go by.
async fn drain(mut chunks: BodyDataStream, seen: usize) {
    let mut seen = seen;
    while let Some(Ok(chunk)) = chunks.next().await {
        seen += chunk.len();
        if seen > MANNERS {
            return;
        }
    }
}

//! Digests and comparisons that tell nothing by how long they take.

use ring::{digest, hmac};

/// SHA-256 in hexadecimal, of bodies and requests. Keys have their own: `ringleader_jobs::tokens::digest`.
pub fn hex(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, bytes))
}

/// Whether two secrets are the same, in constant time.
pub fn same(a: &str, b: &str) -> bool {
    // Comparing tags instead of texts hides where and whether the lengths differ.
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"ringleader compares");
    let tag = hmac::sign(&key, a.as_bytes());
    hmac::verify(&key, b.as_bytes(), tag.as_ref()).is_ok()
}

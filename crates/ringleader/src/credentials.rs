//! What opens doors: new API keys with their digests.

use ringleader_core::secret::Secret;
use ringleader_jobs::tokens;

/// A new API key and the digest that the database keeps of it, as the API looks it up.
pub(crate) fn new_key() -> (Secret<String>, String) {
    let key = tokens::new_token("rl_");
    let hash = tokens::digest(&key);
    (Secret::new(key), hash)
}

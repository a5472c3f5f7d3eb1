//! What opens doors: new API keys with their digests, and passwords with their hashes.

use crate::stop::Stop;
use ringleader_core::secret::Secret;
use ringleader_jobs::tokens;

/// Shortest password that is taken.
const SHORTEST: usize = 10;

/// A new API key and the digest that the database keeps of it, as the API looks it up.
pub(crate) fn new_key() -> (Secret<String>, String) {
    let key = tokens::new_token("rl_");
    let hash = tokens::digest(&key);
    (Secret::new(key), hash)
}

/// The hash of a password (Argon2id), as sign-in checks it.
///
/// # Errors
/// The password is too short.
pub(crate) fn hashed(password: &str) -> anyhow::Result<String> {
    use argon2::PasswordHasher as _;
    if password.chars().count() < SHORTEST {
        let what = format!("The password has less than {SHORTEST} characters.");
        return Err(Stop::wrong_use(what, "Give a longer one as the first line of standard input.").into());
    }
    match argon2::Argon2::default().hash_password(password.as_bytes()) {
        Ok(hash) => Ok(hash.to_string()),
        Err(error) => Err(Stop::failed(format!("The password could not be hashed: {error}."), "").into()),
    }
}

//! What opens doors: new API keys with their digests, and passwords with their hashes.

use crate::stop::Stop;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use ringleader_core::secret::Secret;

/// Shortest password that is taken.
const SHORTEST: usize = 10;

/// A new API key and the digest that the database keeps of it, as the API looks it up.
pub(super) fn new_key() -> (Secret<String>, String) {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).expect("the system gives random bytes");
    let key = format!("rl_{}", URL_SAFE_NO_PAD.encode(bytes));
    let hash = digest(&SHA256, key.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    (Secret::new(key), hash)
}

/// The hash of a password (Argon2id), as sign-in checks it.
///
/// # Errors
/// The password is too short.
pub(super) fn hashed(password: &str) -> anyhow::Result<String> {
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

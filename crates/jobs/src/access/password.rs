//! Passwords: Argon2id, off the threads that serve, and few at a time, since each takes memory and time on purpose.

use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use ringleader_core::secret::Secret;
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// Fewest characters.
pub const SHORTEST: usize = 10;

/// Most characters: more helps nobody and costs time.
pub const LONGEST: usize = 200;

/// Hashes at a time: 19 MiB each.
static GATE: Semaphore = Semaphore::const_new(2);

/// Compared with where there is no user, so that an unknown address takes as long as a known one.
static NOBODYS: LazyLock<Option<String>> =
    LazyLock::new(|| Argon2::default().hash_password(b"nobody has this password").ok().map(|hash| hash.to_string()));

/// What is wrong with a new password, if anything is.
pub fn fault(password: &str) -> Option<String> {
    match password.chars().count() {
        0..SHORTEST => Some(format!("must have at least {SHORTEST} characters")),
        SHORTEST..=LONGEST => None,
        _ => Some(format!("must have at most {LONGEST} characters")),
    }
}

/// The hash of a password; `None` if the machine could not make it.
pub async fn hash(password: Secret<String>) -> Option<String> {
    let _turn = GATE.acquire().await.ok()?;
    let hashed = tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password(password.reveal().as_bytes()).map(|hash| hash.to_string())
    });
    hashed.await.ok()?.ok()
}

/// Whether it is the password of this hash. Without a hash: no, after the same time.
pub async fn is_right(password: &Secret<String>, hash: Option<&str>) -> bool {
    let Ok(_turn) = GATE.acquire().await else { return false };
    let (password, hash) = (password.clone(), hash.map(str::to_owned));
    let compared = tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let Some(hash) = hash.or_else(|| NOBODYS.clone()) else { return false };
        let same = password.reveal().chars().count() <= LONGEST
            && Argon2::default().verify_password(password.reveal().as_bytes(), hash.as_str()).is_ok();
        same && known
    });
    compared.await.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let secret = |text: &str| Secret::new(text.to_owned());
        let hash = hash(secret("correct horse battery")).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(is_right(&secret("correct horse battery"), Some(&hash)).await);
        assert!(!is_right(&secret("correct horse batterY"), Some(&hash)).await);
        assert!(!is_right(&secret("nobody has this password"), None).await);
        assert!(fault("short").is_some() && fault(&"x".repeat(201)).is_some() && fault("long enough").is_none());
    }
}

//! Unguessable tokens (webhook keys, API keys) and the digests they are looked up by.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SecureRandom;

/// A new token of 256 random bits behind a prefix that tells what it is for.
pub fn new_token(prefix: &str) -> String {
    let mut bytes = [0u8; 32];
    ring::rand::SystemRandom::new().fill(&mut bytes).expect("the system has randomness");
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// A new token of 96 random bits, 16 characters: for links that people may have to read in a text message.
pub fn short_token() -> String {
    let mut bytes = [0u8; 12];
    ring::rand::SystemRandom::new().fill(&mut bytes).expect("the system has randomness");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A code of so many figures, for people to read out.
pub fn figures(length: usize) -> String {
    let mut bytes = vec![0u8; length * 4];
    ring::rand::SystemRandom::new().fill(&mut bytes).expect("the system has randomness");
    let each = bytes.chunks_exact(4).map(|four| four.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte)));
    each.map(|number| char::from_digit(number % 10, 10).unwrap_or('0')).collect()
}

/// The digest under which a token is stored: SHA-256, so that the database does not hold what opens doors.
pub fn digest(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_digests_are_stable() {
        assert_ne!(new_token("k_"), new_token("k_"));
        assert_eq!(digest("a"), digest("a"));
        assert!(!digest("abc").contains("abc"));
    }
}

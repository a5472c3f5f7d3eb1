//! Codes of the second step (RFC 6238): six digits from a shared secret and the time, new every half minute.

use jiff::Timestamp;
use ring::hmac;
use ring::rand::SecureRandom as _;

const STEP: i64 = 30;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A new secret of 160 bits, in base 32.
pub(super) fn new_secret() -> String {
    random_base32(20)
}

/// A recovery code: 50 bits as two groups of five.
pub(super) fn new_recovery_code() -> String {
    let mut code = random_base32(7);
    code.truncate(10);
    code.insert(5, '-');
    code
}

/// A recovery code as people type it, as it was made.
pub(super) fn tidy_recovery_code(typed: &str) -> String {
    let mut code: String = typed.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    if code.len() > 5 {
        code.insert(5, '-');
    }
    code
}

fn random_base32(bytes: usize) -> String {
    let mut random = vec![0; bytes];
    ring::rand::SystemRandom::new().fill(&mut random).expect("the system has randomness");
    base32(&random)
}

fn base32(bytes: &[u8]) -> String {
    let (mut text, mut buffer, mut bits) = (String::new(), 0_u32, 0);
    for byte in bytes {
        buffer = (buffer << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(ALPHABET[(buffer >> bits) as usize & 31]));
        }
        buffer &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(ALPHABET[(buffer << (5 - bits)) as usize & 31]));
    }
    text
}

fn from_base32(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut buffer, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        let value = u32::try_from(ALPHABET.iter().position(|known| *known == letter)?).ok()?;
        buffer = (buffer << 5) | value;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(buffer >> bits).ok()?);
            buffer &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}

/// The step whose code this is: the present one, or the one before or after, since clocks differ.
pub(super) fn step_of(code: &str, secret: &str, now: Timestamp) -> Option<i64> {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &from_base32(secret)?);
    let present = now.as_second().div_euclid(STEP);
    (present - 1..=present + 1).find(|step| code_of(&key, *step) == digits)
}

fn code_of(key: &hmac::Key, step: i64) -> String {
    let tag = hmac::sign(key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let from = usize::from(tag[tag.len() - 1] & 15);
    let number = tag[from..from + 4].iter().fold(0_u32, |all, byte| (all << 8) | u32::from(*byte)) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of the standard's examples: `12345678901234567890`.
    const KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_the_standards_table() {
        for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            let now = Timestamp::from_second(second).unwrap();
            assert_eq!(step_of(code, KEY, now), Some(second / 30));
            let near = Timestamp::from_second(second + 30).unwrap();
            assert_eq!(step_of(code, KEY, near), Some(second / 30), "half a minute late");
            let late = Timestamp::from_second(second + 90).unwrap();
            assert_eq!(step_of(code, KEY, late), None, "a minute and a half late");
        }
    }

    #[test]
    fn base_32_survives_there_and_back() {
        assert_eq!(base32(b"12345678901234567890"), KEY);
        assert_eq!(from_base32(KEY).unwrap(), b"12345678901234567890");
        assert_eq!(new_secret().len(), 32);
        let code = new_recovery_code();
        assert_eq!(tidy_recovery_code(&code.to_lowercase().replace('-', " ")), code);
    }
}

//! Secrets at rest: sealed with AES-256-GCM, bound to where they belong, keys that can be rotated.
//!
//! Always true: what was sealed for one tenant and column opens nowhere else; the first key seals, every key opens; a
//! sealed text names its key, so that rotation is: put the new key first, seal again what [`Keys::is_stale`], drop the old.

use crate::db::id_text;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::digest::{SHA256, digest};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use ringleader_core::id::TenantId;
use ringleader_core::secret::Secret;
use std::io::Write as _;
use std::path::Path;

/// Why a secret could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// A key is not 32 bytes of base64.
    #[error("a secret key is 32 bytes in base64 (44 characters): `openssl rand -base64 32` makes one")]
    BadKey,
    /// No key was given.
    #[error("at least one secret key is needed")]
    NoKey,
    /// The key that sealed this is not among ours.
    #[error("sealed with a key that is not set: add the former secret key behind the present one")]
    UnknownKey,
    /// Changed, cut, or moved from another tenant or column.
    #[error("the sealed value is damaged or does not belong here")]
    Damaged,
    /// The key file cannot be read or made.
    #[error("the key file cannot be used")]
    File(#[source] std::io::Error),
}

/// The secrets of connections.
pub const CONNECTION: &str = "connections.secrets";
/// What makes the codes of the second step.
pub const SECOND_STEP: &str = "users.totp_secret";
/// Links to choose a password with.
pub const PASSWORD_LINK: &str = "password_links.token";
/// Links under notices.
pub const ANSWER_LINK: &str = "answer_links.token";
/// The answers to requests with an Idempotency-Key.
pub const FIRST_ANSWER: &str = "idempotency.body";
/// What makes the digests of those who had opted out and were erased.
pub const DIGEST_KEY: &str = "tenants.digest_key";

/// Where a secret belongs: part of what is authenticated.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Whose it is.
    pub tenant: TenantId,
    /// `table.column`.
    pub column: &'static str,
}

impl Place {
    fn aad(self) -> Aad<Vec<u8>> {
        Aad::from(format!("{}|{}", id_text(self.tenant), self.column).into_bytes())
    }
}

/// The key ring. Prints nothing of its keys.
#[derive(Clone)]
pub struct Keys {
    keys: Vec<Key>,
    random: SystemRandom,
}

#[derive(Clone)]
struct Key {
    /// The first bytes of the key's hash: enough to tell keys apart, no help in finding one.
    name: String,
    key: LessSafeKey,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.keys.len())
    }
}

impl Keys {
    /// Keys as 32 bytes in base64; the first seals, all open.
    pub fn from_base64(keys: &[impl AsRef<str>]) -> Result<Self, SecretError> {
        let keys: Vec<Key> = keys.iter().map(|key| Key::from_base64(key.as_ref())).collect::<Result<_, _>>()?;
        if keys.is_empty() { Err(SecretError::NoKey) } else { Ok(Self { keys, random: SystemRandom::new() }) }
    }

    /// The key in this file; made, for its owner's eyes only, if there is none.
    pub fn load_or_create_key_file(path: &Path) -> Result<Self, SecretError> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::from_base64(&text.split_whitespace().collect::<Vec<_>>()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::create_key_file(path),
            Err(error) => Err(SecretError::File(error)),
        }
    }

    fn create_key_file(path: &Path) -> Result<Self, SecretError> {
        let key = BASE64.encode(random::<32>(&SystemRandom::new()));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(SecretError::File)?;
        writeln!(file, "{key}").and_then(|()| file.sync_all()).map_err(SecretError::File)?;
        Self::from_base64(&[key])
    }

    /// Seals a text for this place: `v1.<key>.<base64>`.
    pub fn seal(&self, place: Place, plain: &str) -> String {
        let nonce = random::<NONCE_LEN>(&self.random);
        let mut sealed = plain.as_bytes().to_vec();
        let key = &self.keys[0];
        key.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), place.aad(), &mut sealed)
            .expect("secrets are far shorter than AES-GCM's limit");
        format!("v1.{}.{}", key.name, BASE64.encode([&nonce[..], &sealed].concat()))
    }

    /// Opens what was sealed for this place.
    pub fn open(&self, place: Place, sealed: &str) -> Result<Secret<String>, SecretError> {
        let (name, data) = parts(sealed).ok_or(SecretError::Damaged)?;
        let key = self.keys.iter().find(|key| key.name == name).ok_or(SecretError::UnknownKey)?;
        let mut bytes = BASE64.decode(data).map_err(|_| SecretError::Damaged)?;
        let (nonce, secret) = bytes.split_at_mut_checked(NONCE_LEN).ok_or(SecretError::Damaged)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SecretError::Damaged)?;
        let plain = key.key.open_in_place(nonce, place.aad(), secret).map_err(|_| SecretError::Damaged)?;
        String::from_utf8(plain.to_vec()).map(Secret::new).map_err(|_| SecretError::Damaged)
    }

    /// A new key for [`digest_of`], as text.
    pub fn new_digest_key(&self) -> String {
        BASE64.encode(random::<32>(&self.random))
    }

    /// Whether this should be sealed again, since the first key is another one now.
    pub fn is_stale(&self, sealed: &str) -> bool {
        parts(sealed).is_none_or(|(name, _)| name != self.keys[0].name)
    }
}

/// The keyed digest of a text (HMAC-SHA256): the same for the same text, and no way back without the key.
pub fn digest_of(key: &Secret<String>, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.reveal().as_bytes());
    hex::encode(hmac::sign(&key, text.as_bytes()))
}

fn parts(sealed: &str) -> Option<(&str, &str)> {
    sealed.strip_prefix("v1.")?.split_once('.')
}

impl Key {
    fn from_base64(text: &str) -> Result<Self, SecretError> {
        let bytes = BASE64.decode(text.trim()).map_err(|_| SecretError::BadKey)?;
        let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| SecretError::BadKey)?;
        let name = hex::encode(&digest(&SHA256, &bytes).as_ref()[..4]);
        Ok(Self { name, key: LessSafeKey::new(key) })
    }
}

fn random<const N: usize>(source: &SystemRandom) -> [u8; N] {
    let mut bytes = [0; N];
    source.fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringleader_core::id::Id;

    fn key(byte: u8) -> String {
        BASE64.encode([byte; 32])
    }

    fn place(tenant: u128, column: &'static str) -> Place {
        Place { tenant: TenantId::from_uuid(uuid::Uuid::from_u128(tenant)), column }
    }

    #[test]
    fn a_secret_opens_only_where_it_belongs() {
        let keys = Keys::from_base64(&[key(1)]).unwrap();
        let here = place(1, "connections.secrets");
        let sealed = keys.seal(here, "hush");
        assert!(!sealed.contains("hush"));
        assert_eq!(keys.open(here, &sealed).unwrap().reveal(), "hush");
        assert_ne!(keys.seal(here, "hush"), sealed, "each sealing differs");
        for elsewhere in [place(2, "connections.secrets"), place(1, "users.secrets")] {
            assert!(matches!(keys.open(elsewhere, &sealed), Err(SecretError::Damaged)));
        }
        for damaged in [&sealed[..sealed.len() - 8], "v1.00", "", "v1.x.!"] {
            assert!(keys.open(here, damaged).is_err());
        }
    }

    #[test]
    fn a_new_key_in_front_opens_the_old_ones_secrets_until_all_are_sealed_again() {
        let here = place(1, "connections.secrets");
        let old = Keys::from_base64(&[key(1)]).unwrap();
        let sealed = old.seal(here, "hush");
        let both = Keys::from_base64(&[key(2), key(1)]).unwrap();
        assert!(both.is_stale(&sealed));
        let again = both.seal(here, both.open(here, &sealed).unwrap().reveal());
        assert!(!both.is_stale(&again));
        let new = Keys::from_base64(&[key(2)]).unwrap();
        assert_eq!(new.open(here, &again).unwrap().reveal(), "hush");
        assert!(matches!(new.open(here, &sealed), Err(SecretError::UnknownKey)));
    }

    #[test]
    fn a_wrong_key_is_refused_with_the_way_to_make_a_right_one() {
        for wrong in ["", "short", "!!!!"] {
            assert!(Keys::from_base64(&[wrong]).unwrap_err().to_string().contains("openssl rand"));
        }
        assert!(matches!(Keys::from_base64(&[] as &[&str]), Err(SecretError::NoKey)));
    }

    #[test]
    fn the_key_file_is_made_once_and_only_for_its_owner() {
        let path = std::env::temp_dir().join(format!("{}.key", uuid::Uuid::from_bytes(random(&SystemRandom::new()))));
        let here = place(1, "connections.secrets");
        let sealed = Keys::load_or_create_key_file(&path).unwrap().seal(here, "hush");
        assert_eq!(Keys::load_or_create_key_file(&path).unwrap().open(here, &sealed).unwrap().reveal(), "hush");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::remove_file(path).unwrap();
    }
}

//! Signatures by Standard Webhooks 1.0.0 (messaging-other sheet, C): made and checked the same way for events in and out.
//!
//! Always true: the signature covers id, time and the raw body; comparison takes the same time whatever differs; a secret may
//! be two, so that it can be changed without a gap.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use ring::hmac;
use ringleader_core::secret::Secret;

/// How far the sender's clock may be from ours, either way.
pub const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// What every secret begins with.
const PREFIX: &str = "whsec_";

/// The secrets of one sender; the first signs, all verify.
#[derive(Clone)]
pub struct Secrets(Vec<hmac::Key>);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

/// Why an event is not taken: one variant for each thing the sender can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// One of the three headers is not there.
    #[error("the header `{0}` is missing")]
    Missing(&'static str),
    /// The time is not a number.
    #[error("`webhook-timestamp` is not a time in seconds since 1970")]
    BadTime,
    /// The time is too far away: a replay, or a clock that is wrong.
    #[error(
        "`webhook-timestamp` is more than five minutes away from our clock: sign anew when sending again, and check the clock"
    )]
    Stale,
    /// No signature fits.
    #[error(
        "no signature in `webhook-signature` fits: it is `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, with the bytes behind `whsec_`, over the body exactly as sent"
    )]
    Forged,
}

/// The headers of an event.
#[derive(Debug, Clone, Copy, Default)]
pub struct Headers<'a> {
    /// `webhook-id`: the same for each try of an event.
    pub id: Option<&'a str>,
    /// `webhook-timestamp`: seconds since 1970, of this try.
    pub timestamp: Option<&'a str>,
    /// `webhook-signature`: one or several, separated by blanks.
    pub signature: Option<&'a str>,
}

impl Secrets {
    /// Reads one or several secrets, separated by blanks: `whsec_` and the base64 of 24 to 64 bytes. `None`: one is not.
    pub fn parse(text: &str) -> Option<Self> {
        let key = |text: &str| {
            let text = text.strip_prefix(PREFIX)?.trim_end_matches('=');
            let bytes = STANDARD_NO_PAD.decode(text).ok().filter(|bytes| (24..=64).contains(&bytes.len()))?;
            Some(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
        };
        let keys: Option<Vec<_>> = text.split_whitespace().map(key).collect();
        keys.filter(|keys| !keys.is_empty()).map(Self)
    }

    /// The same from a stored secret.
    pub fn open(secret: &Secret<String>) -> Option<Self> {
        Self::parse(secret.reveal())
    }

    /// The value of `webhook-signature`.
    pub fn sign(&self, id: &str, timestamp: Timestamp, body: &[u8]) -> String {
        let tag = hmac::sign(&self.0[0], &content(id, &timestamp.as_second().to_string(), body));
        format!("v1,{}", STANDARD.encode(tag.as_ref()))
    }

    /// Checks an event, and gives its id.
    ///
    /// # Errors
    /// [`Refused`] says what the sender can do.
    pub fn verify<'a>(&self, headers: Headers<'a>, body: &[u8], now: Timestamp) -> Result<&'a str, Refused> {
        let id = headers.id.filter(|id| !id.is_empty()).ok_or(Refused::Missing("webhook-id"))?;
        let timestamp = headers.timestamp.ok_or(Refused::Missing("webhook-timestamp"))?;
        let signatures = headers.signature.ok_or(Refused::Missing("webhook-signature"))?;
        let seconds: i64 = timestamp.trim().parse().map_err(|_| Refused::BadTime)?;
        let at = Timestamp::from_second(seconds).map_err(|_| Refused::BadTime)?;
        let signed = content(id, timestamp.trim(), body);
        let fits = |signature: &str| {
            let tag = signature.strip_prefix("v1,").and_then(|tag| STANDARD.decode(tag).ok());
            tag.is_some_and(|tag| self.0.iter().any(|key| hmac::verify(key, &signed, &tag).is_ok()))
        };
        if !signatures.split_whitespace().any(fits) {
            return Err(Refused::Forged);
        }
        if at.duration_since(now).abs() > TOLERANCE { Err(Refused::Stale) } else { Ok(id) }
    }
}

fn content(id: &str, timestamp: &str, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const BODY: &[u8] = br#"{"type":"lead.qualified","timestamp":"2026-11-21T09:30:00Z","data":{"lead_id":"lead_01"}}"#;
    const SIGNATURE: &str = "v1,TnyEdq5ukwfil4bgl5r2V9WEhHiz/ZKG9xi5CSVaJWQ=";

    fn headers(signature: &str) -> Headers<'_> {
        Headers { id: Some("msg_sim_0001"), timestamp: Some("1795253400"), signature: Some(signature) }
    }

    fn at(offset: i64) -> Timestamp {
        Timestamp::from_second(1_795_253_400 + offset).unwrap()
    }

    #[test]
    fn the_published_vector_holds_both_ways() {
        let secrets = Secrets::parse(SECRET).unwrap();
        assert_eq!(secrets.sign("msg_sim_0001", at(0), BODY), SIGNATURE);
        assert_eq!(secrets.verify(headers(SIGNATURE), BODY, at(0)), Ok("msg_sim_0001"));
        let several = format!("v9,xyz v1a,abc {SIGNATURE}");
        assert_eq!(secrets.verify(headers(&several), BODY, at(299)), Ok("msg_sim_0001"));
        let rotated = format!("whsec_{} {SECRET}", STANDARD.encode([7; 32]));
        assert!(Secrets::parse(&rotated).unwrap().verify(headers(SIGNATURE), BODY, at(-299)).is_ok());
    }

    #[test]
    fn what_was_changed_replayed_or_left_out_is_refused_with_its_reason() {
        let secrets = Secrets::parse(SECRET).unwrap();
        let check = |headers, body: &[u8], offset| secrets.verify(headers, body, at(offset)).unwrap_err();
        assert_eq!(check(headers(SIGNATURE), b"{}", 0), Refused::Forged);
        assert_eq!(check(headers("v1,"), BODY, 0), Refused::Forged);
        assert_eq!(check(headers("v2,xyz"), BODY, 0), Refused::Forged);
        assert_eq!(check(headers(SIGNATURE), BODY, 301), Refused::Stale);
        assert_eq!(check(headers(SIGNATURE), BODY, -301), Refused::Stale);
        assert_eq!(check(Headers { id: None, ..headers(SIGNATURE) }, BODY, 0), Refused::Missing("webhook-id"));
        assert_eq!(check(Headers { timestamp: Some("now"), ..headers(SIGNATURE) }, BODY, 0), Refused::BadTime);
        let moved = Headers { timestamp: Some("1795253401"), ..headers(SIGNATURE) };
        assert_eq!(check(moved, BODY, 0), Refused::Forged, "the time is signed too");
    }

    #[test]
    fn secrets_are_checked_when_entered_and_do_not_print() {
        for bad in ["", "whsec_", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "whsec_short", "whsec_a b"] {
            assert!(Secrets::parse(bad).is_none(), "{bad}");
        }
        assert_eq!(format!("{:?}", Secrets::parse(SECRET).unwrap()), "Secrets(1)");
    }
}

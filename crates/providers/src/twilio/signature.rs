//! Twilio's signature over a form (twilio sheet, 7): the address as Twilio called it, and every parameter, sorted.
//!
//! The address is built from the configured public one, never from headers that a proxy may have changed. Twilio is not of one
//! mind about ports, so the address counts with and without the usual one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

/// The signature of a form that is posted to `url`.
pub fn sign(auth_token: &str, url: &str, form: &[(String, String)]) -> String {
    STANDARD.encode(hmac::sign(&key(auth_token), content(url, form).as_bytes()).as_ref())
}

/// Whether the account with this token sent the form to `url`. Takes the same time whatever differs.
pub fn verify(auth_token: &str, url: &str, form: &[(String, String)], signature: &str) -> bool {
    let Ok(tag) = STANDARD.decode(signature.trim()) else { return false };
    let fits = |url: &str| hmac::verify(&key(auth_token), content(url, form).as_bytes(), &tag).is_ok();
    fits(url) || fits(&other_port(url))
}

fn key(auth_token: &str) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, auth_token.as_bytes())
}

fn content(url: &str, form: &[(String, String)]) -> String {
    let mut pairs: Vec<&(String, String)> = form.iter().collect();
    pairs.sort();
    pairs.dedup(); // a name that is repeated with the same value counts once
    let mut all = url.split('#').next().unwrap_or_default().to_owned();
    for (name, value) in pairs {
        all.push_str(name);
        all.push_str(value);
    }
    all
}

/// The address with the usual port where it has none, and without it where it has.
fn other_port(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let usual = if scheme == "https" { ":443" } else { ":80" };
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    match host.strip_suffix(usual) {
        Some(bare) => format!("{scheme}://{bare}{path}"),
        None if host.contains(':') => url.to_owned(),
        None => format!("{scheme}://{host}{usual}{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "fake-auth-token-for-tests-only-1";

    fn form(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_published_vectors_hold() {
        let call = form(&[
            ("CallSid", "CA00000000000000000000000000000001"),
            ("AccountSid", "AC00000000000000000000000000000001"),
            ("From", "+442071838750"),
            ("To", "+15005550006"),
            ("CallStatus", "ringing"),
            ("Direction", "inbound"),
            ("ApiVersion", "2010-04-01"),
            ("CallerName", ""),
        ]);
        let url = "https://calls.example.test/hooks/twilio/voice?org=7&x=a%20b";
        assert_eq!(sign(TOKEN, url, &call), "sCdXbZ4AhK6zJQM/j+ZyrLjMJ3s=");
        assert!(verify(TOKEN, url, &call, "5ufdugiXUwQkjcjthxMpL8Up+F8="), "signed with the port");
        let text = form(&[
            ("Body", "  כן 1 "),
            ("From", "whatsapp:+972501234567"),
            ("To", "whatsapp:+15005550006"),
            ("MessageSid", "SM00000000000000000000000000000001"),
            ("Tag", "b"),
            ("Tag", "a"),
            ("Tag", "b"),
        ]);
        let url = "https://calls.example.test/hooks/twilio/sms";
        assert!(verify(TOKEN, url, &text, "CB85dL5H+iyjFYWzWzc9TqpE0zE="));
        assert!(!verify("another", url, &text, "CB85dL5H+iyjFYWzWzc9TqpE0zE="));
        assert!(!verify(TOKEN, url, &text[1..], "CB85dL5H+iyjFYWzWzc9TqpE0zE="));
    }
}

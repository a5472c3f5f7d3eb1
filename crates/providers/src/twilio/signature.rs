//! Twilio's signature (twilio sheet, 7): over the address as Twilio called it and every parameter of a form, sorted; over the
//! address alone for a JSON body, whose digest is in the address, and for a WebSocket.
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

/// Whether the account with this token sent this body, which is no form: the address carries its SHA-256 and is signed.
pub fn verify_body(auth_token: &str, url: &str, body: &[u8], signature: &str) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let given = query.split('&').find_map(|pair| pair.strip_prefix("bodySHA256=")).unwrap_or_default();
    let digest = ring::digest::digest(&ring::digest::SHA256, body);
    hex::encode(digest) == given.to_ascii_lowercase() && verify(auth_token, url, &[], signature)
}

/// Whether the account with this token opened this WebSocket (`wss://…`). Twilio's libraries know one usual port, `:443`, and
/// add `:80` all the same: each counts.
pub fn verify_socket(auth_token: &str, url: &str, signature: &str) -> bool {
    let Ok(tag) = STANDARD.decode(signature.trim()) else { return false };
    let (scheme, rest) = url.split_once("://").unwrap_or(("wss", url));
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let host = host.strip_suffix(":443").or(host.strip_suffix(":80")).unwrap_or(host);
    ["", ":443", ":80"].iter().any(|port| {
        let url = format!("{scheme}://{host}{port}{path}");
        hmac::verify(&key(auth_token), url.as_bytes(), &tag).is_ok()
    })
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

    #[test]
    fn addresses_json_bodies_and_sockets_are_signed_too() {
        let get = "https://calls.example.test/hooks/twilio/voice?CallSid=CA00000000000000000000000000000001&From=%2B442071838750";
        assert!(verify(TOKEN, get, &[], "f+vIh5RM4BHUaaW4Bg8RXGKaUtQ="));
        let json = "https://calls.example.test/hooks/twilio/events?bodySHA256=5b02be84fdf65519f2e5686f3b57d439c6ecd3fe36abf122e415eafd019afa14";
        let body = "{\"hello\":\"שלום\",\"n\":1}".as_bytes();
        assert!(verify_body(TOKEN, json, body, "XwK0mK2B5Lm6Jn5l+JwQRcxTFnI="));
        assert!(!verify_body(TOKEN, json, b"{}", "XwK0mK2B5Lm6Jn5l+JwQRcxTFnI="), "another body");
        assert!(!verify_body(TOKEN, get, body, "f+vIh5RM4BHUaaW4Bg8RXGKaUtQ="), "no digest in the address");
        let (socket, tag) = ("wss://calls.example.test/relay?org=7", "xvSTnK4GOyiCwbs09+gQ/u31nnQ=");
        assert!(verify_socket(TOKEN, socket, tag));
        assert!(verify_socket(TOKEN, "wss://calls.example.test:443/relay?org=7", tag));
        for port in [":80", ":443"] {
            let signed = sign(TOKEN, &format!("wss://calls.example.test{port}/relay?org=7"), &[]);
            assert!(verify_socket(TOKEN, socket, &signed), "{port}");
        }
        assert!(!verify_socket(TOKEN, "wss://calls.example.test/relay?org=8", tag));
        assert!(!verify_socket("another", socket, tag) && !verify_socket(TOKEN, socket, "not base64"));
    }

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

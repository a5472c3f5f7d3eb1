//! Authenticity, routing, and robustness against anything that may arrive.

use proptest::prelude::*;
use ringleader_providers::whatsapp_cloud::inbound::{challenge, number_keys, parse, sign, verify, waba_ids};

const SECRET: &str = "sim-app-secret-01";

#[test]
fn the_sheets_signatures_are_accepted_over_exactly_their_bytes() {
    let vectors = [
        (
            r#"{"object":"whatsapp_business_account","entry":[{"id":"700000000000001","changes":[]}]}"#,
            "60122116abef2ad99d9d156b9eee1c42e57c27335411dcb1a6443ede92ce031a",
        ),
        (r#"{"note":"שלום"}"#, "c9b846180fa6c590642c3f002e308de1a4741262c7825e7aca481c5a75f1a125"),
        (r#"{"note":"\u05e9\u05dc\u05d5\u05dd"}"#, "a97a4fbfaffe6be197d59cfcd790014bac3ba34aaf0c846864fcd77d3841aeed"),
    ];
    for (body, hex) in vectors {
        let header = format!("sha256={hex}");
        assert_eq!(sign(SECRET, body.as_bytes()), header);
        assert!(verify(SECRET, Some(&header), body.as_bytes()));
        assert!(!verify(SECRET, Some(&header), format!("{body} ").as_bytes()), "one blank more");
        assert!(!verify("another", Some(&header), body.as_bytes()));
        assert!(!verify("", Some(&sign("", body.as_bytes())), body.as_bytes()), "an empty secret signs nothing");
        for bad in [hex, "", "sha256=", "sha256=zz", "sha1=00", &header[..70], &format!("{header}0")] {
            assert!(!verify(SECRET, Some(bad), body.as_bytes()), "{bad}");
        }
        assert!(!verify(SECRET, None, body.as_bytes()));
    }
}

#[test]
fn the_challenge_is_echoed_only_to_the_right_token() {
    let query = "hub.mode=subscribe&hub.challenge=11%2F58%20x&hub.verify_token=open%20sesame";
    assert_eq!(challenge(query, "open sesame").as_deref(), Some("11/58 x"));
    assert_eq!(challenge(query, "other"), None);
    assert_eq!(challenge("hub.mode=subscribe&hub.challenge=1&hub.verify_token=", ""), None);
    assert_eq!(challenge("hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=t", "t"), None);
    assert_eq!(challenge("hub.mode=subscribe&hub.verify_token=t", "t"), None);
    assert_eq!(challenge("", "t"), None);
}

#[test]
fn routing_finds_every_number_once_whatever_the_shape() {
    let batch = include_bytes!("../../../src/whatsapp_cloud/fixtures/batch.json");
    assert_eq!(number_keys(batch), ["800000000000042", "800000000000043", "800000000000044"]);
    assert_eq!(waba_ids(batch), ["700000000000001", "700000000000002"]);
    let odd = br#"{"entry":[{"id":7,"changes":null},{"changes":[{"value":{"metadata":{"phone_number_id":42}}},5]}]}"#;
    assert_eq!(number_keys(odd), ["42"]);
    assert_eq!(number_keys(b"nonsense"), Vec::<String>::new());
}

#[test]
fn only_what_is_no_envelope_at_all_is_unreadable() {
    for (body, field) in [(&b"{"[..], ""), (b"", ""), (b"\xff\xfe", ""), (b"[]", "entry"), (br#"{"entry":7}"#, "entry")]
    {
        let unreadable = parse(body).unwrap_err();
        assert_eq!(unreadable.errors[0].field, field, "{unreadable:?}");
    }
    for body in [r#"{"entry":[]}"#, r#"{"entry":[{"changes":5},7,null]}"#, r#"{"entry":[{"changes":[]}],"new":1}"#] {
        assert_eq!(parse(body.as_bytes()), Ok(vec![]), "{body}");
    }
}

#[test]
fn news_with_missing_or_odd_parts_are_kept_as_unknown() {
    let bodies = [
        r#"{"entry":[{"changes":[{"field":"messages","value":{"messages":[{"type":"text"}]}}]}]}"#,
        r#"{"entry":[{"changes":[{"field":"messages","value":{"statuses":[{"status":"sent"}]}}]}]}"#,
        r#"{"entry":[{"changes":[{"field":"message_template_status_update","value":{}}]}]}"#,
        r#"{"entry":[{"changes":[5]}]}"#,
        r#"{"entry":[{"changes":[{"field":"user_preferences","value":{"user_preferences":[{"value":"maybe"}]}}]}]}"#,
    ];
    for body in bodies {
        let events = parse(body.as_bytes()).unwrap();
        assert_eq!(events.len(), 1, "{body}");
        assert!(format!("{:?}", events[0].kind).starts_with("Unknown"), "{events:?}");
    }
}

/// JSON with the words of the real thing at random places.
fn almost_a_webhook() -> impl Strategy<Value = serde_json::Value> {
    let word = prop_oneof![
        Just("messages".to_owned()),
        Just("text".to_owned()),
        Just("failed".to_owned()),
        Just("interactive".to_owned()),
        Just("1795253400".to_owned()),
        Just("99999999999999999999".to_owned()),
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        word.prop_map(Into::into),
    ];
    let names = prop::sample::select(vec![
        "id",
        "from",
        "type",
        "text",
        "body",
        "timestamp",
        "metadata",
        "phone_number_id",
        "contacts",
        "profile",
        "name",
        "statuses",
        "errors",
        "code",
        "interactive",
        "button_reply",
        "reaction",
        "context",
        "location",
        "latitude",
        "status",
        "user_preferences",
        "message_echoes",
        "value",
        "event",
        "message_template_name",
    ]);
    let tree = leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::vec((names.clone(), inner), 0..6).prop_map(|pairs| pairs
                .into_iter()
                .map(|(n, v)| (n.to_owned(), v))
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    });
    let field = prop::sample::select(vec![
        "messages",
        "smb_message_echoes",
        "user_preferences",
        "message_template_status_update",
        "account_update",
        "x",
    ]);
    (field, tree.clone(), tree).prop_map(|(field, a, b)| {
        serde_json::json!({ "entry": [{ "id": "1", "changes": [
            { "field": field, "value": a },
            { "field": "messages", "value": { "messages": [b.clone()], "statuses": [b], "contacts": [] } },
        ] }] })
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = (parse(&body), number_keys(&body), waba_ids(&body), verify(SECRET, Some("sha256=00"), &body));
    }

    #[test]
    fn any_query_and_header_are_read_without_a_panic(text in any::<String>()) {
        let _ = (challenge(&text, "t"), verify(SECRET, Some(&text), b"x"));
    }

    #[test]
    fn anything_inside_an_envelope_is_kept_and_routed_as_it_is_parsed(body in almost_a_webhook()) {
        let body = body.to_string();
        let events = parse(body.as_bytes()).unwrap();
        prop_assert!(events.len() >= 2, "each message and status gives one event");
        let keys = number_keys(body.as_bytes());
        prop_assert!(events.iter().filter_map(|e| e.number_key.as_ref()).all(|key| keys.contains(key)));
    }
}

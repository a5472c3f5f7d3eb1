//! How a record may be written: encodings, names, what is missing, what is no record at all.

use super::*;
use proptest::prelude::*;

#[test]
fn every_encoding_and_naming_of_a_record_says_the_same() {
    let expected = read(fixture!("missed_extension.json")).unwrap();
    let variants: [(&str, &[u8], Format); 7] = [
        ("old fields", fixture!("missed_old_fields.json"), Format::Json),
        ("array", fixture!("missed_array.json"), Format::Json),
        ("text", fixture!("missed_text.json"), Format::Json),
        ("form", fixture!("missed_form.txt"), Format::Form),
        ("XML-RPC", fixture!("missed_xmlrpc.xml"), Format::XmlRpc),
        ("Call Log", fixture!("call_log_pascal.json"), Format::Json),
        ("Call Log as it really is", fixture!("call_log_lower.json"), Format::Json),
    ];
    for (name, body, format) in variants {
        let record = read(body).unwrap();
        assert_eq!((record.format, &record.report), (format, &expected.report), "{name}");
        assert_eq!(record.event_key, expected.event_key, "{name}");
    }
    let cased = report(fixture!("missed_mixed_case.json"));
    assert_eq!(cased, LegReport { status: "NoAnswer".into(), ..expected.report.clone() });
    assert_eq!(read(fixture!("missed_mixed_case.json")).unwrap().event_key, expected.event_key);
}

#[test]
fn of_two_fields_of_one_name_the_first_counts_that_says_something() {
    let record = String::from_utf8(without(&["queuename"])).unwrap();
    let twice = record.replacen(
        '{',
        r#"{"Queue_Name":null,"queuename":"","QUEUE\u005fNAME":"Sal\u0065s","queuename":"Other","#,
        1,
    );
    assert_eq!(report(twice.as_bytes()).queue.as_deref(), Some("Sales"));
    let form = [b"queuename=&queuename=Sales&queuename=Other&".as_slice(), fixture!("missed_form.txt")].concat();
    assert_eq!(report(&form).queue.as_deref(), Some("Sales"));
}

#[test]
fn a_byte_that_is_no_text_spoils_nothing_else() {
    let record = with(json!({"queuename": "Sa?es"}));
    let odd: Vec<u8> = record.into_iter().map(|byte| if byte == b'?' { 0xff } else { byte }).collect();
    assert_eq!(report(&odd).queue.as_deref(), Some("Sa\u{fffd}es"));
}

#[test]
fn the_body_decides_over_a_wrong_content_type() {
    for header in
        [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/json; charset=utf-8")]
    {
        let record = parse(header, fixture!("missed_extension.json"), at(START + 300)).unwrap();
        assert_eq!(record.format, Format::Json);
    }
    let with_mark: Vec<u8> = [b"\xef\xbb\xbf".as_slice(), fixture!("missed_extension.json")].concat();
    assert!(read(&with_mark).is_ok());
}

#[test]
fn every_missing_field_is_named() {
    let fields = |body: &[u8]| read(body).unwrap_err().errors.into_iter().map(|e| e.field).collect::<Vec<_>>();
    assert_eq!(fields(&without(&["ivruniqueid"])), ["ivruniqueid"]);
    assert_eq!(fields(&without(&["status"])), ["status"]);
    assert_eq!(fields(&without(&["did"])), ["did"]);
    assert_eq!(fields(&without(&["caller", "callerPhone"])), ["caller"]);
    assert_eq!(fields(b"{}"), ["ivruniqueid", "status", "did", "caller"]);
    assert_eq!(fields(b"a=b"), ["ivruniqueid", "status", "did", "caller"]);
}

#[test]
fn what_is_no_record_is_unreadable_and_says_why() {
    let bodies: &[&[u8]] = &[
        b"",
        b"   ",
        b"{\"caller\":",
        b"[]",
        b"[{},{}]",
        b"null",
        b"5",
        b"hello",
        b"\"hello\"",
        b"<a>",
        b"<a></b>",
        b"<methodCall></methodCall>",
        b"<?xml version=\"1.0\"?>",
        b"\xff\xfe\x00",
        b"<methodCall><params><param><value>x</value></param></params></methodCall>",
    ];
    for body in bodies {
        let unreadable = read(body).unwrap_err();
        assert_eq!(unreadable.errors.len(), 1, "{unreadable:?}");
        assert_eq!(unreadable.errors[0].field, "");
    }
    let deep = "<a>".repeat(100_000);
    assert_eq!(read(deep.as_bytes()).unwrap_err().errors[0].field, "");
    let nested = "[".repeat(100_000);
    assert_eq!(read(nested.as_bytes()).unwrap_err().errors[0].field, "");
}

#[test]
fn the_answer_is_what_the_switchboard_expects() {
    assert_eq!(answer_ok(Format::Json), ("application/json", r#"{"Err":0,"Errdesc":"OK"}"#.to_owned()));
    assert_eq!(answer_ok(Format::Form).1, r#"{"Err":0,"Errdesc":"OK"}"#);
    let (content_type, xml) = answer_error(Format::XmlRpc, 1, "a < b");
    assert_eq!(content_type, "text/xml");
    assert!(xml.contains("<methodResponse>") && xml.contains("<int>1</int>") && xml.contains("a &lt; b"), "{xml}");
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(body in prop::collection::vec(any::<u8>(), 0..300), header in prop::option::of("\\PC{0,20}")) {
        let _ = parse(header.as_deref(), &body, at(START));
    }

    #[test]
    fn any_values_in_known_fields_are_read_without_a_panic(
        time in prop_oneof![any::<i64>().prop_map(Value::from), any::<f64>().prop_map(Value::from), any::<String>().prop_map(Value::from)],
        duration in prop_oneof![any::<i64>().prop_map(Value::from), any::<f64>().prop_map(Value::from), any::<String>().prop_map(Value::from)],
        id in any::<String>(), status in any::<String>(), call_type in any::<String>(), received in any::<i32>(),
    ) {
        let body = with(json!({"time": time, "duration": duration, "dialtime": duration, "ivruniqueid": id, "status": status, "type": call_type}));
        let _ = parse(None, &body, at(i64::from(received)));
    }

    #[test]
    fn damaged_records_are_read_without_a_panic(cut in 0usize..700, flip in any::<u8>()) {
        for body in [fixture!("missed_xmlrpc.xml"), fixture!("missed_extension.json"), fixture!("missed_form.txt")] {
            let mut damaged = body.to_vec();
            let index = cut % damaged.len();
            damaged[index] = flip;
            let _ = parse(None, &damaged, at(START));
            damaged.truncate(index);
            let _ = parse(None, &damaged, at(START));
        }
    }
}

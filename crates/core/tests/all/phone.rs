//! Phone numbers as people, switchboards and providers write them (A5).

use proptest::prelude::*;
use ringleader_core::phone::{NumberKind, Parsed, parse};

fn shown(parsed: &Parsed) -> (Option<&str>, NumberKind, bool) {
    (parsed.phone.as_ref().map(|p| p.as_str()), parsed.kind, parsed.foreign)
}

#[track_caller]
fn check(country: &str, raw: &str, number: &str, kind: NumberKind, foreign: bool) {
    let parsed = parse(raw, country);
    let number = (!number.is_empty()).then_some(number);
    assert_eq!(shown(&parsed), (number, kind, foreign), "{raw:?} at a tenant in {country}");
}

#[test]
fn one_israeli_mobile_in_all_its_spellings() {
    for raw in [
        "0501234567",
        "050-123-4567",
        "050 123 4567",
        "(050) 1234567",
        "501234567",
        "972501234567",
        "+972501234567",
        "+972-50-123-4567",
        "00972501234567",
        "+972 (0)50-1234567",
        "tel:+972-50-123-4567",
        "whatsapp:+972501234567",
        "sip:0501234567@pbx.example",
        "\u{200e}050-1234567\u{202c}",
        "٠٥٠١٢٣٤٥٦٧",
        "０５０１２３４５６７",
        "050‑123‑4567",
        "+0501234567",
    ] {
        check("IL", raw, "+972501234567", NumberKind::Mobile, false);
    }
    check("il", "0501234567", "+972501234567", NumberKind::Mobile, false);
}

#[test]
fn the_kind_of_line_is_told() {
    use NumberKind::{Invalid, Kosher, Landline, Mobile, Service, TollFree, Voip};
    let table = [
        ("IL", "0541234567", "+972541234567", Mobile, false),
        ("IL", "02-123-4567", "+97221234567", Landline, false),
        ("IL", "031234567", "+97231234567", Landline, false),
        ("IL", "0771234567", "+972771234567", Voip, false),
        ("IL", "0721234567", "+972721234567", Voip, false),
        ("IL", "1800123456", "+9721800123456", TollFree, false),
        ("IL", "1-700-123-456", "+9721700123456", Service, false),
        ("IL", "050-4123456", "+972504123456", Kosher, false),
        ("IL", "0527123456", "+972527123456", Kosher, false),
        ("IL", "972548412345", "+972548412345", Kosher, false),
        ("GB", "07700900123", "+447700900123", Mobile, false),
        ("GB", "447700900123", "+447700900123", Mobile, false),
        ("GB", "020 7946 0123", "+442079460123", Landline, false),
        ("GB", "0800 123 1234", "+448001231234", TollFree, false),
        ("US", "(202) 555-0123", "+12025550123", Mobile, false),
        ("US", "12025550123", "+12025550123", Mobile, false),
        ("IL", "050123456", "", Invalid, false),
        ("IL", "05012345678", "", Invalid, false),
        ("IL", "+9725012345678", "", Invalid, false),
        ("IL", "(02) 123", "", NumberKind::Short, false),
        ("IL", "+972 50 12", "", Invalid, false),
    ];
    for (country, raw, number, kind, foreign) in table {
        check(country, raw, number, kind, foreign);
    }
}

#[test]
fn a_foreign_number_keeps_its_country_and_its_kind() {
    use NumberKind::{Landline, Mobile};
    let table = [
        ("IL", "+447700900123", "+447700900123", Mobile),
        ("IL", "00447700900123", "+447700900123", Mobile),
        ("IL", "447700900123", "+447700900123", Mobile),
        ("IL", "442079460123", "+442079460123", Landline),
        ("IL", "12025550123", "+12025550123", Mobile),
        ("IL", "4915112345678", "+4915112345678", Mobile),
        ("GB", "972501234567", "+972501234567", Mobile),
        ("GB", "+972501234567", "+972501234567", Mobile),
        ("US", "972501234567", "+972501234567", Mobile),
        ("US", "011972501234567", "+972501234567", Mobile),
    ];
    for (country, raw, number, kind) in table {
        check(country, raw, number, kind, true);
    }
    check("US", "9725550123", "+19725550123", Mobile, false); // Dallas, not Israel
    assert_eq!(parse("447700900123", "IL").kind, Mobile);
    assert_eq!(parse("+33612345678", "IL").country.as_deref(), Some("FR"));
}

#[test]
fn hidden_callers_short_codes_and_extensions_are_no_numbers() {
    for raw in [
        "",
        "  ",
        "0",
        "anonymous",
        "Anonymous",
        "UNKNOWN",
        "Unavailable",
        "private",
        "Restricted",
        "withheld",
        "חסוי",
        "\"anonymous\"",
    ] {
        check("IL", raw, "", NumberKind::Withheld, false);
    }
    for raw in ["*1234", "*12345", "106", "144", "1234", "12345", "*6-123"] {
        check("IL", raw, "", NumberKind::Short, false);
    }
    for raw in [
        "SIPtest1",
        "abc",
        "12",
        "*",
        "+",
        "++972501234567",
        "#31#0501234567",
        "5551234",
        "0501234567890123",
        "1234567890123456789012345",
        "דני",
        "55555555",
        "050x1234567",
        "+999123456789",
        "0000000000",
        "+",
    ] {
        check("IL", raw, "", NumberKind::Invalid, false);
    }
}

#[test]
fn only_kinds_that_may_have_messaging_are_written_to() {
    use NumberKind as K;
    let tried: Vec<_> = K::ALL.iter().filter(|k| k.may_receive_messages()).collect();
    assert_eq!(tried, [&K::Mobile, &K::Unclear]);
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(raw in any::<String>(), country in "[A-Z]{0,3}|\\PC{0,4}") {
        parse(&raw, &country);
    }

    #[test]
    fn a_number_that_was_read_is_read_again_as_itself(raw in "(\\+|00|0)?[0-9]{6,15}", country in "IL|GB|US|DE|IT|BR|MX|AR|FR|RU|") {
        let first = parse(&raw, &country);
        if let Some(phone) = &first.phone {
            let again = parse(phone.as_str(), &country);
            prop_assert_eq!(again, first.clone());
            let elsewhere = parse(phone.as_str(), "NZ");
            prop_assert_eq!(elsewhere.phone, first.phone);
        }
    }

    #[test]
    fn the_country_is_never_put_in_front_of_digits_that_carry_another(raw in "(44|49|33|1|7|420)[0-9]{8,10}") {
        let parsed = parse(&format!("+{raw}"), "IL");
        if let Some(phone) = parsed.phone {
            prop_assert!(parsed.foreign && !phone.as_str().starts_with("+972"), "{:?}", phone.as_str());
        }
    }

    #[test]
    fn what_is_not_a_number_never_becomes_an_israeli_one(raw in "[a-zA-Z#,_]{1,3}[0-9 ]{0,12}|[0-9]{0,2}|[1-9][0-9]{15,20}") {
        let parsed = parse(&raw, "IL");
        prop_assert!(parsed.phone.is_none_or(|phone| !phone.as_str().starts_with("+972")));
    }
}

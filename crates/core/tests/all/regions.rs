//! The metadata's own example numbers of 40 regions, in every spelling a switchboard may use (A5): read as the metadata says,
//! whosever switchboard it is, and never forced into the tenant's country.

use ringleader_core::phone::{NumberKind, Parsed, parse};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region};

const REGIONS: [&str; 40] = [
    "IL", "GB", "US", "CA", "DE", "FR", "IT", "ES", "PT", "NL", "BE", "CH", "AT", "IE", "DK", "SE", "NO", "FI", "PL",
    "CZ", "HU", "RO", "GR", "TR", "RU", "UA", "EG", "JO", "AE", "SA", "ZA", "IN", "CN", "JP", "KR", "TH", "AU", "NZ",
    "BR", "MX",
];

const TYPES: [PhoneNumberType; 9] = [
    PhoneNumberType::FixedLine,
    PhoneNumberType::Mobile,
    PhoneNumberType::TollFree,
    PhoneNumberType::PremiumRate,
    PhoneNumberType::SharedCost,
    PhoneNumberType::VoIP,
    PhoneNumberType::PersonalNumber,
    PhoneNumberType::Pager,
    PhoneNumberType::UAN,
];

/// Tenants of these countries hear of the numbers.
const TENANTS: [&str; 4] = ["IL", "GB", "US", "DE"];

/// Region and example of every type that the region has.
fn examples() -> Vec<(Region, PhoneNumber)> {
    let mut all = Vec::new();
    for name in REGIONS {
        let region: Region = name.parse().unwrap();
        let before = all.len();
        for kind in TYPES {
            let example = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind);
            all.extend(example.ok().map(|number| (region, number)));
        }
        assert!(all.len() > before + 1, "{name} has a landline and a mobile at least");
    }
    all
}

fn kind_by_metadata(number: &PhoneNumber) -> NumberKind {
    use PhoneNumberType as T;
    match number.get_type() {
        T::Mobile | T::FixedLineOrMobile => NumberKind::Mobile,
        T::FixedLine => NumberKind::Landline,
        T::VoIP => NumberKind::Voip,
        T::TollFree => NumberKind::TollFree,
        T::Unknown => NumberKind::Unclear,
        _ => NumberKind::Service,
    }
}

/// By the country that the metadata gives it to: 800 numbers of North America are all given to the United States.
fn is_foreign(number: &PhoneNumber, tenant: &str) -> bool {
    number.get_region_code().is_none_or(|region| region.to_string() != tenant)
}

fn number_of(parsed: &Parsed) -> Option<&str> {
    parsed.phone.as_ref().map(|phone| phone.as_str())
}

#[test]
fn an_international_spelling_is_the_same_number_at_every_tenant() {
    let examples = examples();
    for (region, number) in &examples {
        let e164 = number.format_as(PhoneNumberFormat::E164).into_owned();
        let digits = &e164[1..];
        let spellings = [
            e164.clone(),
            number.format_as(PhoneNumberFormat::International).into_owned(),
            number.format_as(PhoneNumberFormat::RFC3966).into_owned(),
            format!("00{digits}"),
            format!("whatsapp:{e164}"),
            format!("sip:{e164}@pbx.example"),
        ];
        for tenant in TENANTS {
            for raw in &spellings {
                let parsed = parse(raw, tenant);
                assert_eq!(number_of(&parsed), Some(e164.as_str()), "{raw} at a tenant in {tenant}");
                assert_eq!(parsed.kind, kind_by_metadata(number), "{raw}");
                assert_eq!(parsed.foreign, is_foreign(number, tenant), "{raw} of {region} at a tenant in {tenant}");
            }
        }
    }
    assert!(examples.len() > 250, "{} examples", examples.len());
}

#[test]
fn a_local_spelling_is_read_with_the_tenants_own_country() {
    for (region, number) in examples() {
        let national = number.format_as(PhoneNumberFormat::National);
        let parsed = parse(&national, &region.to_string());
        if national.bytes().filter(u8::is_ascii_digit).count() < 6 {
            assert_eq!((number_of(&parsed), parsed.kind), (None, NumberKind::Short), "{national}: a short code");
            continue;
        }
        let e164 = number.format_as(PhoneNumberFormat::E164);
        assert_eq!(number_of(&parsed), Some(&*e164), "{national} at a tenant in {region}");
        assert_eq!(parsed.kind, kind_by_metadata(&number), "{national}");
        assert_eq!(parsed.foreign, is_foreign(&number, &region.to_string()), "{national}");
    }
}

/// A provider that drops the plus: what the digits are by themselves, or a number of the tenant's own plan, or none.
#[test]
fn nothing_is_forced_into_the_tenants_country() {
    for (region, number) in examples() {
        let e164 = number.format_as(PhoneNumberFormat::E164).into_owned();
        let digits = &e164[1..];
        for tenant in TENANTS {
            let home: Region = tenant.parse().unwrap();
            let local = PhoneNumber::parse(digits, Some(home)).ok().filter(|local| local.is_valid());
            let local = local.map(|local| local.format_as(PhoneNumberFormat::E164).into_owned());
            let expected = local.filter(|local| local.len() <= 16).unwrap_or_else(|| e164.clone()); // E.164 has 15 digits
            let parsed = parse(digits, tenant);
            assert_eq!(number_of(&parsed), Some(expected.as_str()), "{digits} of {region} at a tenant in {tenant}");
        }
        if region.to_string() != "IL" {
            let parsed = parse(digits, "IL");
            assert!(!number_of(&parsed).unwrap().starts_with("+972"), "{digits} of {region} became Israeli");
        }
    }
}

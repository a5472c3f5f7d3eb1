//! In which time zones the people of a country live, so that a message does not wake someone abroad (A7).
//!
//! A number tells the country, not the town. Where a country has several zones, its outermost populous ones are named: a
//! message waits while it is night in any of them. Countries that are not here are taken to live by the tenant's clock.

use jiff::tz::TimeZone;

/// The zones of a country (two letters); none if it is not known.
pub fn of_country(country: &str) -> Vec<TimeZone> {
    let Some((_, zones)) = ZONES.iter().find(|(code, _)| code.eq_ignore_ascii_case(country)) else { return vec![] };
    zones.iter().filter_map(|zone| TimeZone::get(zone).ok()).collect()
}

/// All countries that are known, with the names of their zones.
pub fn all() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    ZONES.iter().copied()
}

#[rustfmt::skip]
const ZONES: &[(&str, &[&str])] = &[
    ("AE", &["Asia/Dubai"]), ("AL", &["Europe/Tirane"]), ("AM", &["Asia/Yerevan"]),
    ("AR", &["America/Argentina/Buenos_Aires"]), ("AT", &["Europe/Vienna"]),
    ("AU", &["Australia/Perth", "Australia/Sydney", "Australia/Brisbane"]), ("AZ", &["Asia/Baku"]),
    ("BA", &["Europe/Sarajevo"]), ("BD", &["Asia/Dhaka"]), ("BE", &["Europe/Brussels"]), ("BG", &["Europe/Sofia"]),
    ("BH", &["Asia/Bahrain"]), ("BO", &["America/La_Paz"]), ("BR", &["America/Manaus", "America/Sao_Paulo"]),
    ("BY", &["Europe/Minsk"]), ("CA", &["America/Vancouver", "America/St_Johns"]), ("CH", &["Europe/Zurich"]),
    ("CL", &["America/Santiago"]), ("CN", &["Asia/Shanghai"]), ("CO", &["America/Bogota"]),
    ("CR", &["America/Costa_Rica"]), ("CY", &["Asia/Nicosia"]), ("CZ", &["Europe/Prague"]), ("DE", &["Europe/Berlin"]),
    ("DK", &["Europe/Copenhagen"]), ("DO", &["America/Santo_Domingo"]), ("DZ", &["Africa/Algiers"]),
    ("EC", &["America/Guayaquil"]), ("EE", &["Europe/Tallinn"]), ("EG", &["Africa/Cairo"]),
    ("ER", &["Africa/Asmara"]), ("ES", &["Atlantic/Canary", "Europe/Madrid"]), ("ET", &["Africa/Addis_Ababa"]),
    ("FI", &["Europe/Helsinki"]), ("FR", &["Europe/Paris"]), ("GB", &["Europe/London"]), ("GE", &["Asia/Tbilisi"]),
    ("GG", &["Europe/London"]), ("GH", &["Africa/Accra"]), ("GI", &["Europe/Gibraltar"]), ("GR", &["Europe/Athens"]),
    ("GT", &["America/Guatemala"]), ("HK", &["Asia/Hong_Kong"]), ("HR", &["Europe/Zagreb"]),
    ("HU", &["Europe/Budapest"]), ("ID", &["Asia/Jakarta", "Asia/Jayapura"]), ("IE", &["Europe/Dublin"]),
    ("IL", &["Asia/Jerusalem"]), ("IM", &["Europe/London"]), ("IN", &["Asia/Kolkata"]), ("IQ", &["Asia/Baghdad"]),
    ("IR", &["Asia/Tehran"]), ("IS", &["Atlantic/Reykjavik"]), ("IT", &["Europe/Rome"]), ("JE", &["Europe/London"]),
    ("JM", &["America/Jamaica"]), ("JO", &["Asia/Amman"]), ("JP", &["Asia/Tokyo"]), ("KE", &["Africa/Nairobi"]),
    ("KG", &["Asia/Bishkek"]), ("KR", &["Asia/Seoul"]), ("KW", &["Asia/Kuwait"]), ("KZ", &["Asia/Almaty"]),
    ("LB", &["Asia/Beirut"]), ("LK", &["Asia/Colombo"]), ("LT", &["Europe/Vilnius"]), ("LU", &["Europe/Luxembourg"]),
    ("LV", &["Europe/Riga"]), ("LY", &["Africa/Tripoli"]), ("MA", &["Africa/Casablanca"]), ("MC", &["Europe/Monaco"]),
    ("MD", &["Europe/Chisinau"]), ("ME", &["Europe/Podgorica"]), ("MK", &["Europe/Skopje"]), ("MT", &["Europe/Malta"]),
    ("MX", &["America/Tijuana", "America/Mexico_City", "America/Cancun"]), ("MY", &["Asia/Kuala_Lumpur"]),
    ("NG", &["Africa/Lagos"]), ("NL", &["Europe/Amsterdam"]), ("NO", &["Europe/Oslo"]), ("NP", &["Asia/Kathmandu"]),
    ("NZ", &["Pacific/Auckland"]), ("OM", &["Asia/Muscat"]), ("PA", &["America/Panama"]), ("PE", &["America/Lima"]),
    ("PH", &["Asia/Manila"]), ("PK", &["Asia/Karachi"]), ("PL", &["Europe/Warsaw"]),
    ("PS", &["Asia/Gaza", "Asia/Hebron"]), ("PT", &["Atlantic/Azores", "Europe/Lisbon"]),
    ("PY", &["America/Asuncion"]), ("QA", &["Asia/Qatar"]), ("RO", &["Europe/Bucharest"]), ("RS", &["Europe/Belgrade"]),
    ("RU", &["Europe/Kaliningrad", "Europe/Moscow", "Asia/Vladivostok"]), ("SA", &["Asia/Riyadh"]),
    ("SD", &["Africa/Khartoum"]), ("SE", &["Europe/Stockholm"]), ("SG", &["Asia/Singapore"]),
    ("SI", &["Europe/Ljubljana"]), ("SK", &["Europe/Bratislava"]), ("SN", &["Africa/Dakar"]),
    ("SY", &["Asia/Damascus"]), ("TH", &["Asia/Bangkok"]), ("TN", &["Africa/Tunis"]), ("TR", &["Europe/Istanbul"]),
    ("TW", &["Asia/Taipei"]), ("TZ", &["Africa/Dar_es_Salaam"]), ("UA", &["Europe/Kyiv"]), ("UG", &["Africa/Kampala"]),
    ("US", &["America/Los_Angeles", "America/New_York"]), ("UY", &["America/Montevideo"]),
    ("UZ", &["Asia/Tashkent"]), ("VE", &["America/Caracas"]), ("VN", &["Asia/Ho_Chi_Minh"]),
    ("YE", &["Asia/Aden"]), ("ZA", &["Africa/Johannesburg"]), ("ZW", &["Africa/Harare"]),
];

//! What the numbering metadata (libphonenumber's) says about digits. The only place that knows the library.

use super::{NumberKind, Parsed, Phone, kosher};
use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region};

/// Digits that begin with a country code. `None` when no such number is possible.
pub(super) fn international(digits: &str, country: &str) -> Option<Parsed> {
    let number = Reading::of(&format!("+{digits}"), None)?;
    let trunk_removed = number.digits() != digits; // `+44 (0)7700…`: fine, if a number comes of it
    (number.possible && !(trunk_removed && number.kind == NumberKind::Unclear))
        .then(|| number.describe(country))
        .flatten()
}

/// Digits without a plus: local, or international that lost it. See [`super::parse`] for the order.
pub(super) fn bare(digits: &str, country: &str) -> Option<Parsed> {
    let home = region(country);
    let local = home.and_then(|home| Reading::of(digits, Some(home)));
    let abroad = if digits.starts_with('0') { None } else { Reading::of(&format!("+{digits}"), None) };
    let with_trunk = digits.starts_with('0');
    let order = [
        local.as_ref().filter(|n| n.valid),
        abroad.as_ref().filter(|n| n.valid),
        local.as_ref().filter(|n| n.possible && with_trunk),
        abroad.as_ref().filter(|n| n.possible && n.digits() == digits),
        local.as_ref().filter(|n| n.possible && n.kind != NumberKind::Unclear),
    ];
    order.into_iter().flatten().find_map(|reading| reading.describe(country))
}

/// A number in the groups that people of its country write it in: `+44 7700 900123`.
pub(super) fn grouped(e164: &str) -> Option<String> {
    let number = PhoneNumber::parse(e164, None).ok()?;
    Some(number.format_as(PhoneNumberFormat::International).to_string())
}

/// One way to understand a text.
struct Reading {
    number: PhoneNumber,
    possible: bool,
    valid: bool,
    kind: NumberKind,
}

impl Reading {
    fn of(text: &str, home: Option<Region>) -> Option<Self> {
        let number = PhoneNumber::parse(text, home).ok()?;
        let national = number.get_national_significant_number();
        let valid = number.is_valid();
        // Short service numbers (310-1234 in Canada) are valid, and possible from nearby only.
        let possible = valid || matches!(number.is_possible_with_reason(), Ok(NumberLengthType::IsPossible));
        let line = number.get_type();
        let kind = match line {
            _ if number.country_code == 972 && kosher::is_kosher(&national) => NumberKind::Kosher,
            PhoneNumberType::Unknown if possible => by_prefix(number.country_code, &national),
            PhoneNumberType::Unknown => NumberKind::Invalid,
            known => kind_of(known),
        };
        Some(Self { number, possible: possible && kind != NumberKind::Invalid, valid, kind })
    }

    /// The E.164 form without its plus.
    fn digits(&self) -> String {
        format!("{}{}", self.number.country_code, self.number.get_national_significant_number())
    }

    fn describe(&self, country: &str) -> Option<Parsed> {
        let text = self.number.format_as(PhoneNumberFormat::E164);
        let phone = Phone::from_e164(&text)?;
        if !self.valid && PhoneNumber::parse(&text, None).ok().as_ref() != Some(&self.number) {
            return None; // zeros that the next reading would take for a trunk prefix
        }
        let own = self.number.get_region_code();
        let home = region(country);
        let foreign = match (own, home) {
            (Some(own), Some(home)) => own != home,
            (None, Some(home)) => !same_code(self.number.country_code, home),
            (_, None) => true,
        };
        Some(Parsed { phone: Some(phone), kind: self.kind, foreign, country: own.map(|r| r.to_string()) })
    }
}

fn region(country: &str) -> Option<Region> {
    country.trim().to_ascii_uppercase().parse().ok()
}

/// Countries that share a calling code cannot be told apart by it.
fn same_code(code: i32, home: Region) -> bool {
    PHONE_NUMBER_UTIL.get_country_code_for_region(home) == Some(code)
}

fn kind_of(line: PhoneNumberType) -> NumberKind {
    use PhoneNumberType as T;
    match line {
        T::Mobile | T::FixedLineOrMobile => NumberKind::Mobile,
        T::FixedLine => NumberKind::Landline,
        T::VoIP => NumberKind::Voip,
        T::TollFree => NumberKind::TollFree,
        T::PremiumRate | T::SharedCost | T::PersonalNumber | T::Pager | T::UAN | T::VoiceMail => NumberKind::Service,
        T::Unknown => NumberKind::Unclear,
    }
}

/// The kind of a number that is possible but not valid, by its neighbours: numbers that begin alike and are valid.
///
/// The longest beginning (of at least two digits) that any valid neighbour shares decides, if its neighbours agree.
/// So +972501234567 and +447700900123 are mobile, as 050… and 077… are. Without any such neighbour a digit is missing or
/// one too many: possible by its length alone, no number.
fn by_prefix(code: i32, national: &str) -> NumberKind {
    if !national.is_ascii() {
        return NumberKind::Invalid;
    }
    for keep in (2..national.len()).rev() {
        let mut kinds = ('0'..='9').filter_map(|fill| neighbour_kind(code, national, keep, fill));
        if let Some(first) = kinds.next() {
            return if kinds.all(|kind| kind == first) { first } else { NumberKind::Unclear };
        }
    }
    NumberKind::Invalid
}

fn neighbour_kind(code: i32, national: &str, keep: usize, fill: char) -> Option<NumberKind> {
    let rest: String = std::iter::repeat_n(fill, national.len() - keep).collect();
    let neighbour = PhoneNumber::parse(format!("+{code}{}{rest}", &national[..keep]), None).ok()?;
    match neighbour.get_type() {
        PhoneNumberType::Unknown => None,
        known => Some(kind_of(known)),
    }
}

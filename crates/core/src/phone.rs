//! Phone numbers: E.164 with the type of line, never forced into a country (A5).
//!
//! [`parse`] is the only way from a text that someone reported to a number. Always true, and checked as properties:
//! - any text is read without a panic, and what cannot be read becomes no number at all, least of all a local one;
//! - a number that was read is read again as itself;
//! - `972501234567`, `00972…`, `+972…` and `0501234567` at an Israeli tenant are one number.
//!
//! The numbering metadata decides; it stays behind this file and `phone/metadata.rs`.

mod kosher;
mod metadata;
mod written;

use written::Written;

/// A phone number in E.164. Prints masked (P10); `as_str` gives the digits where they are needed.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(String);

impl Phone {
    /// Wraps a text that is E.164 already: `+` and 7 to 15 digits (a database column, a provider's canonical number).
    pub fn from_e164(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('+')?;
        ((7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())).then(|| Self(text.to_owned()))
    }

    /// The number itself: `+972501234567`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number without its plus, as most providers want it: `972501234567`.
    pub fn digits(&self) -> &str {
        &self.0[1..]
    }

    /// For people: in the groups of its country, `+44 7700 900123`, `+972 50-123-4567`.
    pub fn grouped(&self) -> String {
        metadata::grouped(&self.0).unwrap_or_else(|| self.0.clone())
    }

    /// For logs: country and last three digits.
    pub fn masked(&self) -> String {
        format!("{}…{}", &self.0[..3.min(self.0.len())], &self.0[self.0.len() - 3..])
    }
}

crate::words! {
    /// What kind of line a number is. Each kind has its own next step (A5).
    pub enum NumberKind {
        /// A mobile phone, also where a country does not tell mobile from landline (North America).
        Mobile = "mobile",
        /// A landline.
        Landline = "landline",
        /// An internet line.
        Voip = "voip",
        /// An Israeli mobile line of a range without messaging.
        Kosher = "kosher",
        /// Free to call: a business, not a person.
        TollFree = "toll_free",
        /// Premium rate, shared cost, pagers, access numbers: nobody to write to.
        Service = "service",
        /// A possible number whose kind nobody knows: treated like a valid one, for plans move faster than metadata.
        Unclear = "unclear",
        /// A short code or star number: cannot be called back from abroad and has no E.164 form.
        Short = "short",
        /// The caller hides the number.
        Withheld = "withheld",
        /// Not a phone number (an extension, a name, nonsense).
        Invalid = "invalid",
    }
}

impl NumberKind {
    /// Whether a written message can be tried: WhatsApp or SMS may still find it unreachable.
    pub const fn may_receive_messages(self) -> bool {
        matches!(self, Self::Mobile | Self::Unclear)
    }
}

/// What a reported number turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The number, if it is one that can be called.
    pub phone: Option<Phone>,
    /// The kind of line.
    pub kind: NumberKind,
    /// The number belongs to another country than the tenant. A foreign mobile is still a mobile.
    pub foreign: bool,
    /// The number's country, two letters, where the metadata tells.
    pub country: Option<String>,
}

impl Parsed {
    fn none(kind: NumberKind) -> Self {
        Self { phone: None, kind, foreign: false, country: None }
    }
}

/// Reads a number as someone reported it, with the tenant's country (`IL`) for numbers that are written locally.
///
/// With a plus, or the `00` of most of the world, only the international reading counts. Without either, in this order:
/// a valid local number; a valid international one that lost its plus; a possible local one with its trunk prefix
/// (`0501234567`); a possible international one; a possible local one without its trunk prefix whose kind the prefix
/// makes clear. Whatever is left is not a number.
pub fn parse(raw: &str, country: &str) -> Parsed {
    match written::read(raw) {
        Written::Withheld => Some(Parsed::none(NumberKind::Withheld)),
        Written::Short => Some(Parsed::none(NumberKind::Short)),
        Written::Nonsense => None,
        Written::International(digits) => metadata::international(&digits, country),
        Written::Bare(digits) => metadata::bare(&digits, country),
    }
    .unwrap_or_else(|| Parsed::none(NumberKind::Invalid))
}

/// Whether this stands for a number that the caller did not show. Does not look at any numbering plan.
pub fn is_withheld(raw: &str) -> bool {
    matches!(written::read(raw), Written::Withheld)
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

impl std::fmt::Display for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

impl serde::Serialize for Phone {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Phone {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        Self::from_e164(&text).ok_or_else(|| serde::de::Error::custom("not an E.164 number"))
    }
}

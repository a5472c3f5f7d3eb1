//! Phone numbers: E.164, never forced into a country (A5).

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

    /// For logs: country and last three digits.
    pub fn masked(&self) -> String {
        format!("{}…{}", &self.0[..3.min(self.0.len())], &self.0[self.0.len() - 3..])
    }
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

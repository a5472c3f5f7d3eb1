//! Currencies: how prices are told. Which one is the tenant's is its own data, never a matter of the language that is spoken
//! (PRODUCT 0, P7). To add one: a variant, and its line in each of the tables below.

crate::words! {
    /// A currency, by its ISO 4217 code.
    pub enum Currency {
        /// Pound sterling.
        Gbp = "GBP",
        /// New Israeli shekel.
        Ils = "ILS",
        /// Euro.
        Eur = "EUR",
        /// United States dollar.
        Usd = "USD",
        /// Canadian dollar.
        Cad = "CAD",
        /// Australian dollar.
        Aud = "AUD",
        /// New Zealand dollar.
        Nzd = "NZD",
        /// Swiss franc.
        Chf = "CHF",
    }
}

/// A sale above this is no ordinary one, in currencies like the pound, and where none is known (C13).
pub const DEAR: i64 = 2_000_000;

impl Currency {
    /// The one that is used in a country (ISO 3166 alpha-2), where it is one of these.
    pub fn of_country(country: &str) -> Option<Self> {
        Some(match country {
            "GB" => Self::Gbp,
            "IL" => Self::Ils,
            "US" => Self::Usd,
            "CA" => Self::Cad,
            "AU" => Self::Aud,
            "NZ" => Self::Nzd,
            "CH" | "LI" => Self::Chf,
            "AT" | "BE" | "CY" | "DE" | "EE" | "ES" | "FI" | "FR" | "GR" | "HR" | "IE" | "IT" | "LT" | "LU" | "LV"
            | "MT" | "NL" | "PT" | "SI" | "SK" => Self::Eur,
            _ => return None,
        })
    }

    /// A sale above this, in whole units, is no ordinary one, unless a business says otherwise (C13).
    pub const fn dear(self) -> i64 {
        match self {
            Self::Ils => 10_000_000, // an ordinary flat in Tel Aviv costs three or four million
            Self::Gbp | Self::Eur | Self::Usd | Self::Cad | Self::Aud | Self::Nzd | Self::Chf => DEAR,
        }
    }

    /// What stands before the figures.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Gbp => "£",
            Self::Ils => "₪",
            Self::Eur => "€",
            Self::Usd => "$",
            Self::Cad => "C$",
            Self::Aud => "A$",
            Self::Nzd => "NZ$",
            Self::Chf => "CHF ",
        }
    }

    /// As it is said in English.
    pub const fn in_english(self) -> &'static str {
        match self {
            Self::Gbp => "pounds",
            Self::Ils => "shekels",
            Self::Eur => "euros",
            Self::Usd => "dollars",
            Self::Cad => "Canadian dollars",
            Self::Aud => "Australian dollars",
            Self::Nzd => "New Zealand dollars",
            Self::Chf => "Swiss francs",
        }
    }

    /// As it is said in Hebrew.
    pub const fn in_hebrew(self) -> &'static str {
        match self {
            Self::Gbp => "לירות שטרלינג",
            Self::Ils => "שקלים",
            Self::Eur => "אירו",
            Self::Usd => "דולרים",
            Self::Cad => "דולרים קנדיים",
            Self::Aud => "דולרים אוסטרליים",
            Self::Nzd => "דולרים ניו זילנדיים",
            Self::Chf => "פרנקים שוויצריים",
        }
    }
}

/// An amount in minor units as people write it: `£1,250`, `₪1,234.50`; small units only where there are any, and the bare
/// figures where the currency is not known.
pub fn money(minor: i64, currency: Option<Currency>) -> String {
    let (whole, rest) = (minor / 100, minor.unsigned_abs() % 100);
    let sign = currency.map(Currency::sign).unwrap_or_default();
    let small = if rest > 0 { format!(".{rest:02}") } else { String::new() };
    format!("{}{sign}{}{small}", if minor < 0 { "−" } else { "" }, grouped(whole.abs()))
}

/// Figures in groups of three: `12,345`, `−1,000`.
pub fn grouped(number: i64) -> String {
    let figures = number.unsigned_abs().to_string();
    let groups: Vec<&str> =
        figures.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    format!("{}{}", if number < 0 { "−" } else { "" }, groups.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_people_write_it() {
        assert_eq!(money(125_000, Some(Currency::Gbp)), "£1,250");
        assert_eq!(money(123_456_789, Some(Currency::Ils)), "₪1,234,567.89");
        assert_eq!(money(-5, Some(Currency::Usd)), "−$0.05");
        assert_eq!(money(100_000, None), "1,000");
    }

    #[test]
    fn numbers_come_in_groups_of_three() {
        for (number, words) in [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "−1,234,567")] {
            assert_eq!(grouped(number), words);
        }
    }
}

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

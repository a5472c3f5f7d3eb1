//! The two languages of the pages. A text stands where it is used, in both: `l.t("Today", "היום")`.

use http::{HeaderMap, header};
use ringleader_core::tenant::Tenant;

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// Hebrew, from right to left, gender-neutral as everywhere (A11).
    He,
    /// English.
    En,
}

impl Lang {
    /// The language of a tag; English for others.
    pub fn of(tag: &str) -> Self {
        if tag.starts_with("he") || tag.starts_with("iw") { Self::He } else { Self::En }
    }

    /// What the browser asks for, if that is one of ours; else the business's own.
    pub(super) fn asked(headers: &HeaderMap, tenant: &Tenant) -> Self {
        Self::accepted(headers).unwrap_or_else(|| Self::of(tenant.language()))
    }

    /// The first of our languages that the browser names.
    pub(crate) fn accepted(headers: &HeaderMap) -> Option<Self> {
        let list = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        let mut tags = list.split(',').map(|part| part.trim().to_ascii_lowercase());
        tags.find_map(|tag| match tag.split(['-', ';']).next()? {
            "he" | "iw" => Some(Self::He),
            "en" => Some(Self::En),
            _ => None,
        })
    }

    /// One of two texts.
    pub const fn t<T: Copy>(self, en: T, he: T) -> T {
        match self {
            Self::En => en,
            Self::He => he,
        }
    }

    /// One of two texts with a number in the place of `{n}`.
    pub fn n(self, n: i64, en: &'static str, he: &'static str) -> String {
        self.t(en, he).replace("{n}", &n.to_string())
    }

    /// The same, where one is said in other words: `(en, he)` of one, and of several.
    pub fn ns(self, n: i64, one: (&'static str, &'static str), several: (&'static str, &'static str)) -> String {
        let (en, he) = if n == 1 { one } else { several };
        self.n(n, en, he)
    }

    /// Its tag.
    pub const fn tag(self) -> &'static str {
        self.t("en", "he")
    }

    /// The way its lines run.
    pub const fn dir(self) -> &'static str {
        self.t("ltr", "rtl")
    }

    /// The other one.
    pub const fn other(self) -> Self {
        self.t(Self::He, Self::En)
    }

    /// Its own name.
    pub const fn name(self) -> &'static str {
        self.t("English", "עברית")
    }
}

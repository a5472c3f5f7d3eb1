//! The words of an analysis for the business, in the language that it reads.

use ringleader_core::analysis::{NoLead, Understanding};

/// A language that the analysis is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    Hebrew,
}

impl Language {
    /// By its code; what is neither is written in English.
    pub(super) fn of(code: &str) -> Self {
        if code.split(['-', '_']).next() == Some("he") { Self::Hebrew } else { Self::English }
    }

    pub(super) fn words(self, en: &'static str, he: &'static str) -> &'static str {
        match self {
            Self::English => en,
            Self::Hebrew => he,
        }
    }
}

/// Why a call is no lead.
pub(super) fn no_lead(why: NoLead, language: Language) -> String {
    let why = match why {
        NoLead::OptOut => language.words("asked not to be contacted", "התבקשה הפסקת פניות"),
        NoLead::WrongNumber => language.words("wrong number", "מספר שגוי"),
        NoLead::SellsToUs => language.words("wants to sell to us", "פנייה למכור לנו"),
    };
    format!("{}: {why}.", language.words("No lead", "לא ליד"))
}

/// A note for the owner.
pub(super) fn summary(understood: &Understanding, language: Language) -> String {
    let mut parts = Vec::new();
    parts.extend(understood.no_lead.map(|why| no_lead(why, language)));
    let mut told = |en, he, value: &str| parts.push(format!("{}: {value}.", language.words(en, he)));
    if let Some(need) = &understood.need {
        told("Wants", "מה צריך", &need.value);
    }
    let wishes = wishes(understood, language);
    if !wishes.is_empty() {
        told("Asked for or agreed to", "התבקש או סוכם", &wishes.join(", "));
    }
    if let Some(time) = &understood.demo_at {
        told("Appointment", "פגישה", &time.text);
    }
    if let Some(budget) = &understood.budget {
        told("Budget", "תקציב", &budget.value);
    }
    parts.join(" ")
}

/// One line for the owner; nothing where nothing was asked for.
pub(super) fn notification(understood: &Understanding, language: Language) -> Option<String> {
    let who = understood.name.as_ref().map(|name| name.value.as_str());
    let company = understood.company_name.as_ref().map(|company| company.value.as_str());
    let what = wishes(understood, language).join(", ");
    let line = [who.unwrap_or_default(), company.unwrap_or_default(), &what].join(" · ");
    (!what.is_empty() && understood.no_lead.is_none()).then(|| line.trim_matches([' ', '·']).to_owned())
}

fn wishes(understood: &Understanding, language: Language) -> Vec<&'static str> {
    let asked = understood.calls_to_action;
    let words = [
        (asked.demo, language.words("appointment", "פגישה")),
        (asked.pricing, language.words("price", "מחיר")),
        (asked.follow_up, language.words("follow-up", "חזרה אליהם")),
        (asked.sample, language.words("sample", "דוגמה")),
        (asked.escalated_to_human, language.words("a person", "נציג אנושי")),
    ];
    words.into_iter().filter(|(asked, _)| *asked).map(|(_, word)| word).collect()
}

//! Facts of a lead in words: what they are called, and what those say that are one of a few words (C9).

use super::sentence;
use crate::session::Lang;
use serde_json::Value;

/// The name of a fact.
pub(crate) fn fact(l: Lang, name: &str) -> String {
    let words = match name {
        "name" => l.t("Name", "שם"),
        "need" => l.t("Need", "מה צריך"),
        "preference" => l.t("When to get back", "מתי לחזור"),
        "budget" => l.t("Budget", "תקציב"),
        "company" | "company_name" => l.t("Company", "חברה"),
        "email" => l.t("Email", "דוא״ל"),
        "address" => l.t("Address", "כתובת"),
        "looking_for" => l.t("Looking for", "מחפשים"),
        "property_type" => l.t("Kind of property", "סוג הנכס"),
        "areas" => l.t("Areas", "אזורים"),
        "bedrooms" => l.t("Bedrooms", "חדרים"),
        "move_date" => l.t("Move date", "מועד כניסה"),
        "deposit" => l.t("Deposit ready", "הון או פיקדון מוכן"),
        "first_time_buyer" => l.t("First-time buyer", "דירה ראשונה"),
        "mortgage" => l.t("Mortgage agreed", "משכנתא מאושרת"),
        "references" => l.t("References ready", "המלצות או ערבים"),
        "pets" => l.t("Pets", "בעלי חיים"),
        "situation" => l.t("Situation", "עיסוק"),
        "reason" => l.t("Why they move", "סיבת המעבר"),
        "preferred_contact" => l.t("Preferred contact", "דרך קשר מועדפת"),
        "best_time" => l.t("Best time", "שעה נוחה"),
        "must_haves" => l.t("Must have", "חייב להיות"),
        "deal_breakers" => l.t("Must not have", "אסור שיהיה"),
        other => return sentence(other.replace('_', " ")),
    };
    words.to_owned()
}

/// What a fact says, where that is one of a few words; `None` for what people said in their own.
pub(crate) fn fact_word(l: Lang, name: &str, value: &Value) -> Option<&'static str> {
    if let Some(yes) = value.as_bool() {
        return Some(if yes { l.t("Yes", "כן") } else { l.t("No", "לא") });
    }
    Some(match (name, value.as_str()?) {
        ("looking_for", "rent") => l.t("To rent", "לשכירות"),
        ("looking_for", "sale") => l.t("To buy", "לקנייה"),
        ("property_type", "flat") => l.t("Flat", "דירה"),
        ("property_type", "house") => l.t("House", "בית"),
        ("property_type", "studio") => l.t("Studio", "סטודיו"),
        ("property_type", "maisonette") => l.t("Maisonette", "דופלקס"),
        ("situation", "employed") => l.t("Employed", "עבודה כשכיר או שכירה"),
        ("situation", "self_employed") => l.t("Self-employed", "עצמאות"),
        ("situation", "student") => l.t("Student", "לימודים"),
        ("situation", "retired") => l.t("Retired", "פנסיה"),
        ("reason", "work") => l.t("Work", "עבודה"),
        ("reason", "lease_ends") => l.t("The lease ends", "סוף החוזה"),
        ("reason", "more_space") => l.t("More space", "יותר מקום"),
        ("reason", "downsizing") => l.t("Something smaller", "דירה קטנה יותר"),
        ("reason", "investment") => l.t("Investment", "השקעה"),
        ("preferred_contact", "phone") => l.t("By phone", "בטלפון"),
        ("preferred_contact", "whatsapp") => "WhatsApp",
        ("preferred_contact", "sms") => l.t("By text message", "ב-SMS"),
        ("preferred_contact", "email") => l.t("By email", "בדוא״ל"),
        ("best_time", "morning") => l.t("Mornings", "בבוקר"),
        ("best_time", "lunchtime") => l.t("At lunchtime", "בצהריים"),
        ("best_time", "afternoon") => l.t("Afternoons", "אחר הצהריים"),
        ("best_time", "evening") => l.t("Evenings", "בערב"),
        ("best_time", "weekend") => l.t("At the weekend", "בסוף השבוע"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringleader_core::reception::situation::{BestTime, MoveReason, Occupation, ReachBy};
    use ringleader_core::reception::words::{Deal, PropertyKind};
    use serde_json::json;

    #[test]
    fn every_word_that_a_fact_can_be_is_told_in_both_languages() {
        let all = [
            ("looking_for", Deal::ALL.iter().map(|it| json!(it)).collect::<Vec<_>>()),
            ("property_type", PropertyKind::ALL.iter().map(|it| json!(it)).collect()),
            ("situation", Occupation::ALL.iter().map(|it| json!(it)).collect()),
            ("reason", MoveReason::ALL.iter().map(|it| json!(it)).collect()),
            ("preferred_contact", ReachBy::ALL.iter().map(|it| json!(it)).collect()),
            ("best_time", BestTime::ALL.iter().map(|it| json!(it)).collect()),
            ("deposit", vec![json!(true), json!(false)]),
        ];
        for (name, values) in all {
            assert_ne!(fact(Lang::He, name), fact(Lang::En, name));
            for value in values {
                for l in [Lang::He, Lang::En] {
                    assert!(fact_word(l, name, &value).is_some(), "{name}: {value}");
                }
            }
        }
        assert_eq!(fact_word(Lang::He, "need", &json!("rent")), None);
    }
}

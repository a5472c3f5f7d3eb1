//! Who asks to be sent something, and what goes (C11). Rules, not brains: nothing is sent because a model thinks so.

use super::say::{self, Style};
use crate::currency::Currency;
use crate::property::{Medium, MediumKind, Property};

crate::words! {
    /// How details go.
    pub enum Way {
        /// By WhatsApp or text message, whichever reaches them.
        Message = "message",
        /// By email.
        Email = "email",
    }
}

const VERBS: [&str; 12] =
    ["send", "text", "email", "e-mail", "mail", "whatsapp", "message", "forward", "שלח", "לשלוח", "שילחו", "תשלחו"];

const THINGS: [&str; 18] = [
    "detail",
    "info",
    "link",
    "photo",
    "picture",
    "brochure",
    "particular",
    "floor plan",
    "floorplan",
    "it to me",
    "them to me",
    "those to me",
    "that to me",
    "me that",
    "פרטים",
    "תמונות",
    "קישור",
    "מידע",
];

const LATER: [&str; 14] = [
    "let me know when",
    "let me know if",
    "keep me posted",
    "keep me updated",
    "keep me informed",
    "notify me",
    "alert me",
    "when something comes up",
    "if something comes up",
    "if anything comes up",
    "when anything comes up",
    "תעדכנו אותי",
    "לעדכן אותי",
    "תודיעו לי",
];

/// How the details of what was told are to be sent, if the words ask for that.
pub fn asked(words: &str) -> Option<Way> {
    let words = words.to_lowercase();
    let starts = |word: &str, list: &[&str]| list.iter().any(|start| word.starts_with(start));
    let verb = words.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| starts(word, &VERBS));
    let thing = THINGS.iter().any(|thing| words.contains(thing));
    let email = ["email", "e-mail", "מייל", "אימייל"].iter().any(|word| words.contains(word));
    (verb && thing).then_some(if email { Way::Email } else { Way::Message })
}

/// Whether the words ask to hear of what comes up later.
pub fn asks_for_later(words: &str) -> bool {
    let words = words.to_lowercase();
    LATER.iter().any(|phrase| words.contains(phrase))
}

/// A property in writing: what it is, where, the price, what it has, its page. Everything comes from its row.
pub fn details(property: &Property, currency: Option<Currency>, language: &str) -> String {
    let card = property.card(language, currency);
    let price = say::price_of(&card, language, Style::Written);
    let mut lines = vec![format!("{} {}", capital(&card.title), card.place), price];
    let entered = &property.entered;
    if !entered.features.is_empty() {
        lines.push(entered.features.join(", "));
    }
    lines.extend(property.district.clone().filter(|district| !district.is_empty()));
    lines.extend(entered.link.clone());
    lines.join("\n")
}

/// So many photos of one property go.
pub const MOST_PHOTOS: usize = 4;

/// The photos that go, in order.
pub fn photos(media: &[Medium]) -> impl Iterator<Item = &str> {
    media.iter().filter(|it| it.kind == MediumKind::Photo).map(|it| it.url.as_str()).take(MOST_PHOTOS)
}

/// What shows a property, line by line, below its details. Photos go by themselves where `pictures`, else as links; that there
/// are none is said.
pub fn shown(media: &[Medium], pictures: bool, language: &str) -> String {
    let hebrew = crate::texts::spoken(language) == "he";
    let word = |kind: MediumKind| match (kind, hebrew) {
        (MediumKind::Photo, false) => "Photo",
        (MediumKind::Photo, true) => "תמונה",
        (MediumKind::FloorPlan, false) => "Floor plan",
        (MediumKind::FloorPlan, true) => "תוכנית הנכס",
        (MediumKind::Epc, false) => "Energy certificate (EPC)",
        (MediumKind::Epc, true) => "תעודת אנרגיה (EPC)",
        (MediumKind::Tour, false) => "Tour",
        (MediumKind::Tour, true) => "סיור וירטואלי",
    };
    let line = |kind: MediumKind, url: &str| format!("\n{}: {url}", word(kind));
    let photos: Vec<&str> = photos(media).collect();
    let first: String = match photos.as_slice() {
        [] if hebrew => "\nאין לנו כרגע תמונות של הנכס.".to_owned(),
        [] => "\nWe have no photos of it at the moment.".to_owned(),
        _ if pictures => String::new(),
        photos => photos.iter().map(|url| line(MediumKind::Photo, url)).collect(),
    };
    let others = media.iter().filter(|it| it.kind != MediumKind::Photo).map(|it| line(it.kind, &it.url));
    first + &others.collect::<String>()
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// What fits a search since the last time, as one message; with the way out of it.
pub fn digest(
    found: &[Property],
    more: usize,
    (business, currency): (&str, Option<Currency>),
    language: &str,
) -> String {
    let hebrew = crate::texts::spoken(language) == "he";
    let mut parts = vec![match hebrew {
        true => format!("{business}: נכסים חדשים לפי החיפוש שלך."),
        false => format!("{business}: new for your search."),
    }];
    parts.extend(found.iter().map(|property| details(property, currency, language)));
    if more > 0 {
        parts.push(if hebrew { format!("ועוד {more}.") } else { format!("And {more} more.") });
    }
    parts.push(match hebrew {
        true => "להפסקת ההודעות אפשר להשיב STOP.".to_owned(),
        false => "Reply to arrange a viewing, or STOP to hear no more.".to_owned(),
    });
    parts.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_a_property_is_told_and_what_is_missing_too() {
        let of = |kind, url: &str| Medium { kind, url: url.to_owned() };
        let mut media: Vec<Medium> =
            (1..=6).map(|n| of(MediumKind::Photo, &format!("https://p.example/{n}"))).collect();
        media.push(of(MediumKind::FloorPlan, "https://p.example/plan"));
        assert_eq!(photos(&media).count(), MOST_PHOTOS);
        assert_eq!(shown(&media, true, "en"), "\nFloor plan: https://p.example/plan");
        assert_eq!(shown(&media, false, "he").lines().filter(|line| line.starts_with("תמונה: ")).count(), MOST_PHOTOS);
        assert_eq!(shown(&[], true, "en"), "\nWe have no photos of it at the moment.");
        assert_eq!(shown(&[of(MediumKind::Epc, "https://p.example/e")], true, "en").lines().count(), 3);
    }

    #[test]
    fn who_asks_for_details_is_understood_and_who_does_not_is_not_sent_any() {
        for (words, way) in [
            ("can you text me the details", Some(Way::Message)),
            ("could you send me some information about those", Some(Way::Message)),
            ("email me the particulars please", Some(Way::Email)),
            ("please send it to me", Some(Way::Message)),
            ("אפשר לשלוח לי פרטים במייל", Some(Way::Email)),
            ("תשלחו לי תמונות", Some(Way::Message)),
            ("I'd like to see it", None),
            ("send someone to fix the boiler", None),
            ("what's the email address of the office", None),
        ] {
            assert_eq!(asked(words), way, "{words}");
        }
        assert!(asks_for_later("ok, let me know if something comes up"));
        assert!(!asks_for_later("let me know the price"));
    }
}

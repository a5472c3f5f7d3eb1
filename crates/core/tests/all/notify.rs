//! When and how the owner hears of a lead (A13).

use jiff::{SignedDuration, Timestamp};
use ringleader_core::chat::{HowSoon, Why};
use ringleader_core::notify::{Card, Snapshot, Told, When, compose, when};
use ringleader_core::phone::Phone;
use ringleader_core::texts::{Key, Texts};

const DEBOUNCE: SignedDuration = SignedDuration::from_mins(5);

fn at(minutes: i64) -> Timestamp {
    "2026-01-05T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}

fn snapshot(name: &str, need: &str, preference: &str, news: &[Why]) -> Snapshot {
    let fact = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Snapshot { name: fact(name), need: fact(need), preference: fact(preference), news: news.to_vec() }
}

#[test]
fn updates_are_gathered_and_completion_and_urgency_are_told_at_once() {
    use HowSoon::{Debounced, Now};
    let told = Told { at: at(0), snapshot: snapshot("Danny", "", "", &[]) };
    let named = snapshot("Danny", "", "", &[]);
    let needed = snapshot("Danny", "plumber", "", &[]);
    let full = snapshot("Danny", "plumber", "tomorrow", &[]);
    let urgent = snapshot("Danny", "", "", &[Why::WantsPerson]);
    for (told, known, soon, minute, expected) in [
        (None, &named, Debounced, 0, When::Now), // at creation
        (Some(&told), &named, Debounced, 9, When::Never),
        (Some(&told), &named, Now, 9, When::Never), // nothing is told twice
        (Some(&told), &needed, Debounced, 1, When::At(at(5))),
        (Some(&told), &needed, Debounced, 5, When::Now),
        (Some(&told), &full, Debounced, 1, When::Now), // completes
        (Some(&told), &urgent, Now, 1, When::Now),
        (Some(&told), &urgent, Debounced, 1, When::At(at(5))),
    ] {
        assert_eq!(when(told, known, soon, DEBOUNCE, at(minute)), expected, "{known:?} {soon:?} {minute}");
    }
}

#[test]
fn a_notice_names_what_is_known_and_marks_what_is_new() {
    let phone = Phone::from_e164("+447700900123").unwrap();
    let before = snapshot("Danny", "", "", &[]);
    let known = snapshot("Danny", "a plumber, see www.evil.example", "", &[Why::WantsPerson]);
    let card = Card { known: &known, told: Some(&before), phone: Some(&phone), link: Some("https://example.com/l/1") };
    let notice = compose(&card, &Texts::built_in(), "en").unwrap();
    let expected = "Partial lead\nNew: Wants to talk to a person\nName: Danny\nNeed: a plumber, see (new)\n\
                    Get back: not known yet\nPhone: +447700900123\nhttps://example.com/l/1";
    assert_eq!(notice.text, expected);
    assert_eq!(notice.params.len(), Key::OwnerLead.variables().len());
    assert!(notice.params.iter().all(|p| !p.is_empty() && !p.contains('\n')), "providers refuse these");
}

#[test]
fn a_full_lead_says_so_and_news_are_told_once() {
    let news = [Why::LaterMessage, Why::LaterMessage];
    let told = snapshot("דני", "אינסטלטור", "מחר", &news[..1]);
    let known = snapshot("דני", "אינסטלטור", "מחר", &news);
    let card = Card { known: &known, told: Some(&told), phone: None, link: None };
    let text = compose(&card, &Texts::built_in(), "he").unwrap().text;
    assert!(text.starts_with("ליד מלא\nחדש: הגיעה הודעה נוספת"), "{text}");
    let again = compose(&Card { told: Some(&known), ..card }, &Texts::built_in(), "he").unwrap().text;
    assert!(!again.contains("חדש"), "{again}");
}

//! When and how the owner hears of a lead (A13).

use jiff::{SignedDuration, Timestamp};
use ringleader_core::chat::{HowSoon, Why};
use ringleader_core::id::{Id, LeadId, TenantId};
use ringleader_core::notify::{Answer, Card, Snapshot, Told, When, compose, people, rota, when};
use ringleader_core::phone::Phone;
use ringleader_core::tenant::{Owner, Tenant};
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
    let card = Card {
        known: &known,
        told: Some(&before),
        phone: Some(&phone),
        call: None,
        link: Some("https://example.com/l/1"),
    };
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
    let card = Card { known: &known, told: Some(&told), phone: None, call: None, link: None };
    let text = compose(&card, &Texts::built_in(), "he").unwrap().text;
    assert!(text.starts_with("ליד מלא\nחדש: הגיעה הודעה נוספת"), "{text}");
    let again = compose(&Card { told: Some(&known), ..card }, &Texts::built_in(), "he").unwrap().text;
    assert!(!again.contains("חדש"), "{again}");
}

#[test]
fn a_hot_lead_is_told_with_the_line_that_its_call_came_to() {
    let (told, known) = (snapshot("Danny", "", "", &[]), snapshot("Danny", "", "", &[Why::HotLead]));
    assert!(known.is_hot(Some(&told)) && known.is_hot(None) && !known.is_hot(Some(&known)));
    let card =
        Card { known: &known, told: Some(&told), phone: None, call: Some("Wants a boiler this week"), link: None };
    let text = compose(&card, &Texts::built_in(), "en").unwrap().text;
    assert!(text.contains("New: Hot lead from a call: Wants a boiler this week\n"), "{text}");
    let bare = compose(&Card { call: None, ..card }, &Texts::built_in(), "en").unwrap().text;
    assert!(bare.contains("New: Hot lead from a call\n"), "{bare}");
}

fn tenant(notify: serde_json::Value) -> Tenant {
    let settings = serde_json::from_value(serde_json::json!({ "notify": notify })).unwrap();
    Tenant {
        id: TenantId::from_uuid(uuid::Uuid::nil()),
        name: "Plumbers".into(),
        locale: "en-GB".into(),
        country: "GB".into(),
        time_zone: jiff::tz::TimeZone::UTC,
        place: None,
        owner: Owner {
            name: "Dana".into(),
            phone: Phone::from_e164("+447700900001"),
            email: Some("Dana@shop.example".into()),
        },
        settings,
        created_at: at(0),
    }
}

#[test]
fn everyone_is_on_the_list_once_and_the_owner_first() {
    let tenant = tenant(serde_json::json!({ "recipients": [
        { "name": "Dana again", "phone": "07700 900001" }, { "name": "Avi", "email": "avi@shop.example" },
        { "name": "Avi again", "email": "AVI@shop.example" }, { "name": "Nobody", "phone": "x" }] }));
    let names: Vec<_> = people(&tenant).into_iter().map(|p| p.name).collect();
    assert_eq!(names, ["Dana", "Avi"]);
    assert!(people(&tenant).iter().all(|p| !p.key.contains("900001") && p.key.len() == 16));
}

#[test]
fn quiet_hours_put_off_and_an_emergency_does_not_wait() {
    let quiet = |from: &str, to: &str| serde_json::json!([{ "days": "all", "from": from, "to": to }]);
    // It is 10:00 UTC.
    for (tell, owner_quiet, avi_quiet, emergency, now, later) in [
        ("everyone", quiet("09:00", "11:00"), quiet("20:00", "08:00"), false, vec!["Avi"], vec!["Dana"]),
        ("everyone", quiet("09:00", "11:00"), quiet("20:00", "08:00"), true, vec!["Dana", "Avi"], vec![]),
        ("on_duty", quiet("09:00", "11:00"), quiet("20:00", "08:00"), false, vec!["Avi"], vec![]),
        ("on_duty", quiet("09:00", "12:00"), quiet("09:00", "11:00"), false, vec![], vec!["Avi"]),
    ] {
        let tenant = tenant(serde_json::json!({ "tell": tell, "owner_quiet_hours": owner_quiet,
            "recipients": [{ "name": "Avi", "email": "avi@shop.example", "quiet_hours": avi_quiet }] }));
        let rota = rota(people(&tenant), &tenant, emergency, at(0));
        assert_eq!(rota.now.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), now);
        assert_eq!(rota.later.iter().map(|(p, _)| p.name.as_str()).collect::<Vec<_>>(), later);
        assert!(rota.later.iter().all(|(_, until)| *until == at(60)));
    }
}

#[test]
fn a_tapped_button_says_what_and_about_which_lead() {
    let lead = LeadId::from_uuid(uuid::Uuid::from_u128(7));
    for answer in Answer::ALL {
        assert_eq!(Answer::of_button(&answer.button(lead)), Some((*answer, lead)));
        for language in ["he", "en"] {
            let title = Texts::built_in().plain(answer.title(), language);
            assert!((1..=20).contains(&title.chars().count()), "WhatsApp takes no longer title: {title}");
        }
    }
    for other in ["", "spoke", "spoke:", "delete:lead_00000000000000000000000000000007", "take_over:cnv_1"] {
        assert_eq!(Answer::of_button(other), None, "{other}");
    }
}

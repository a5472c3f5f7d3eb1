//! The demo's businesses and their people. All numbers are made up or of ranges kept for drama.

use ringleader_providers::whatsapp_cloud::fake::NumberSpec;
use ringleader_web::sandbox::{CallKind, Device, Person, Shop};

/// An answer that completes the lead in one message.
pub(super) const ANSWER: &str = "היי קוראים לי דני, צריך אינסטלטור לפיצוץ, תתקשרו מחר בבוקר";

/// Kinds and names of the connections that each business has.
pub(super) const CONNECTED: [(&str, &str); 2] = [("whatsapp_cloud", "WhatsApp"), ("voicenter", "Switchboard")];

/// Calls that a switchboard tells of.
pub(super) const SWITCHBOARD: [CallKind; 6] =
    [CallKind::Missed, CallKind::Answered, CallKind::Menu, CallKind::Queue, CallKind::Voicemail, CallKind::CalledBack];

/// A business as the demo makes it.
pub(super) struct Business {
    /// What the page shows of it.
    pub shop: Shop,
    /// Its number at Meta.
    pub number: NumberSpec,
    pub locale: &'static str,
    pub country: &'static str,
    pub zone_name: &'static str,
    pub place: &'static str,
    /// What happened there before the page is opened.
    pub past: Option<Past>,
    /// Whether its receptionist answers messages, about these properties (CSV).
    pub properties: Option<&'static str>,
}

/// Earlier customers, by their words: how far each of them went, and what they said.
#[derive(Clone, Copy)]
pub(super) struct Past {
    /// Said everything at once.
    pub full: (&'static str, &'static str),
    /// Said one thing and no more.
    pub partial: (&'static str, &'static str),
    /// Never answered.
    pub silent: &'static str,
    /// What the owner writes, so that notices may carry buttons.
    pub owner_says: &'static str,
}

/// The Hebrew one first: the words of `make run` are about it.
pub(super) fn all() -> [Business; 3] {
    [hebrew(), british(), lettings()]
}

fn hebrew() -> Business {
    let line = "+972771234567";
    Business {
        shop: Shop {
            id: "shelly".to_owned(),
            name: "שלי אינסטלציה".to_owned(),
            language: "he".to_owned(),
            line: line.to_owned(),
            owner: mobile("owner", "שלי", "+972501234568"),
            customers: vec![
                mobile("dani", "דני", "+972501234567"),
                mobile("noa", "Noa", "+972521234567"),
                person("misha", "מישה", "+972541234567", Device::NoWhatsapp),
                person("office", "משרד", "+97231234567", Device::Landline),
                mobile("ronit", "רונית", "+972501234569"),
                mobile("yossi", "יוסי", "+972521234568"),
                mobile("avi", "אבי", "+972541234568"),
            ],
            hints: [ANSWER, "שלום, זאת מיכל", "יש נזילה מתחת לכיור", "מחר אחרי ארבע", "הסר"].map(String::from).to_vec(),
            calls: SWITCHBOARD.to_vec(),
        },
        number: number("800000000000042", "700000000000001", line),
        locale: "he-IL",
        country: "IL",
        zone_name: "Asia/Jerusalem",
        place: "Tel Aviv",
        properties: None,
        past: Some(Past {
            full: ("ronit", "שלום, מדברת רונית. הדוד לא מחמם מים, אפשר לחזור אליי היום אחרי 17:00"),
            partial: ("yossi", "היי זה יוסי"),
            silent: "avi",
            owner_says: "בוקר טוב",
        }),
    }
}

fn british() -> Business {
    let line = "+442079460018";
    Business {
        shop: Shop {
            id: "harbour".to_owned(),
            name: "Harbour Plumbing".to_owned(),
            language: "en".to_owned(),
            line: line.to_owned(),
            owner: mobile("owner", "Grace", "+447700900001"),
            customers: vec![
                mobile("tom", "Tom", "+447700900123"),
                mobile("priya", "Priya", "+447700900124"),
                person("walter", "Walter", "+447700900125", Device::NoWhatsapp),
                person("cafe", "Café", "+442079460123", Device::Landline),
                mobile("emma", "Emma", "+447700900126"),
                mobile("jack", "Jack", "+447700900127"),
                mobile("olivia", "Olivia", "+447700900128"),
            ],
            hints: [
                "Hi, it's Tom. My boiler is leaking, please call me tomorrow morning",
                "My name is Priya",
                "The kitchen tap is dripping",
                "After 4pm tomorrow",
                "STOP",
            ]
            .map(String::from)
            .to_vec(),
            calls: SWITCHBOARD.to_vec(),
        },
        number: number("800000000000043", "700000000000002", line),
        locale: "en-GB",
        country: "GB",
        zone_name: "Europe/London",
        place: "London",
        properties: None,
        past: Some(Past {
            full: ("emma", "Hello, this is Emma. My boiler is leaking, please call me after 5pm today"),
            partial: ("jack", "Hi, it's Jack"),
            silent: "olivia",
            owner_says: "Good morning",
        }),
    }
}

/// An estate agency whose receptionist answers on WhatsApp (part C).
fn lettings() -> Business {
    let line = "+442079460019";
    Business {
        shop: Shop {
            id: "lettings".to_owned(),
            name: "Acme Lettings".to_owned(),
            language: "en".to_owned(),
            line: line.to_owned(),
            owner: mobile("owner", "Ada", "+447700900003"),
            customers: vec![
                mobile("sam", "Sam", "+447700900130"),
                mobile("dana", "Dana", "+447700900131"),
                mobile("leo", "Leo", "+447700900132"),
            ],
            hints: [
                "Hi, I'm looking for a two bed flat to rent in Maida Vale, up to 2300 a month",
                "The first one please",
                "I'd like a valuation of my flat",
                "My boiler is broken, no hot water",
                "Can I speak to a person?",
            ]
            .map(String::from)
            .to_vec(),
            calls: SWITCHBOARD.to_vec(),
        },
        number: number("800000000000044", "700000000000003", line),
        locale: "en-GB",
        country: "GB",
        zone_name: "Europe/London",
        place: "London",
        past: None,
        properties: Some(include_str!("properties.csv")),
    }
}

pub(super) fn number(id: &str, waba_id: &str, line: &str) -> NumberSpec {
    let display = line.trim_start_matches('+').to_owned();
    NumberSpec { id: id.to_owned(), waba_id: waba_id.to_owned(), display, ..NumberSpec::default() }
}

pub(super) fn mobile(id: &str, name: &str, phone: &str) -> Person {
    person(id, name, phone, Device::Mobile)
}

pub(super) fn person(id: &str, name: &str, phone: &str, device: Device) -> Person {
    Person { id: id.to_owned(), name: name.to_owned(), phone: phone.to_owned(), device }
}

//! The page's own words, in English and Hebrew. Hebrew is gender-neutral, as everywhere (A11).

use crate::sandbox::CallKind;

/// The words of one language.
pub(super) struct Words {
    pub lang: &'static str,
    pub dir: &'static str,
    /// What to switch to: code and name.
    pub other: (&'static str, &'static str),
    pub title: &'static str,
    pub tagline: &'static str,
    pub businesses: &'static str,
    pub time: &'static str,
    pub faster: &'static str,
    pub jumps: [(u32, &'static str); 3],
    pub play: &'static str,
    pub landline: &'static str,
    pub no_whatsapp: &'static str,
    pub customer: &'static str,
    pub owner: &'static str,
    pub customer_phone: &'static str,
    pub business: &'static str,
    pub owner_phone: &'static str,
    /// Before the owner's name.
    pub to: &'static str,
    /// What buttons call the calls that can be played, by their word.
    pub calls: [(&'static str, &'static str); 12],
    pub other_calls: &'static str,
    /// How calls ended, on the customer's phone.
    pub outcomes: [(&'static str, &'static str); 4],
    /// A call whose end the list does not know.
    pub called: &'static str,
    pub seen: &'static str,
    pub nothing_seen: &'static str,
    /// What services are asked for.
    pub asked: [(&'static str, &'static str); 7],
    pub template: &'static str,
    pub message: &'static str,
    pub send: &'static str,
    pub hints: &'static str,
    pub empty_chat: &'static str,
    pub empty_owner: &'static str,
    pub lead: &'static str,
    pub no_lead: &'static str,
    pub name: &'static str,
    pub need: &'static str,
    pub get_back: &'static str,
    pub phone: &'static str,
    pub unknown: &'static str,
    /// Before a time from which on something holds.
    pub from: &'static str,
    pub next: &'static str,
    pub tasks: &'static str,
    pub why: &'static str,
    pub no_why: &'static str,
    pub rule: &'static str,
    pub to_customer: &'static str,
    pub to_owner: &'static str,
    pub verdicts: [(&'static str, &'static str); 4],
    pub leads: &'static str,
    pub no_leads: &'static str,
    pub statuses: [(&'static str, &'static str); 9],
    pub marks: [(&'static str, &'static str); 4],
    pub today: &'static str,
    pub yesterday: &'static str,
    pub tomorrow: &'static str,
    /// From January; none: a number does.
    pub months: &'static [&'static str],
    /// From Sunday.
    pub weekdays: [&'static str; 7],
    pub receptionist: &'static str,
    pub talk: &'static str,
    pub hang_up: &'static str,
    pub speak: &'static str,
    pub say: &'static str,
    pub say_for_example: &'static str,
    pub lost: &'static str,
    pub no_script: &'static str,
}

impl Words {
    /// Hebrew if the tag or the browser's list begins with it, else English.
    pub fn in_language(tag: &str) -> &'static Self {
        if tag.starts_with("he") || tag.starts_with("iw") { &HEBREW } else { &ENGLISH }
    }

    /// A lead's status in words.
    pub fn status<'a>(&self, word: &'a str) -> &'a str {
        said(&self.statuses, word)
    }

    /// A decision's verdict in words.
    pub fn verdict<'a>(&self, word: &'a str) -> &'a str {
        said(&self.verdicts, word)
    }

    /// What the button of a call says.
    pub fn call(&self, call: CallKind) -> &'static str {
        self.calls.iter().find(|(known, _)| *known == call.word()).map_or("", |(_, words)| words)
    }

    /// How a call ended, in words.
    pub fn outcome(&self, word: &str) -> &'static str {
        self.outcomes.iter().find(|(known, _)| *known == word).map_or(self.called, |(_, words)| words)
    }

    /// What a service was asked for, in words.
    pub fn asked_for<'a>(&self, word: &'a str) -> &'a str {
        said(&self.asked, word)
    }

    /// How far a message has come, in words.
    pub fn mark<'a>(&self, word: &'a str) -> &'a str {
        said(&self.marks, word)
    }
}

/// A word that the list does not know stands for itself.
fn said<'a>(list: &[(&'static str, &'static str)], word: &'a str) -> &'a str {
    list.iter().find(|(known, _)| *known == word).map_or(word, |(_, words)| words)
}

static ENGLISH: Words = Words {
    lang: "en",
    dir: "ltr",
    other: ("he", "עברית"),
    title: "Ringleader demo",
    tagline: "A missed call becomes a lead. Everything here is played on this machine.",
    businesses: "Businesses",
    time: "Time",
    faster: "Speed of time",
    jumps: [(120, "+2 min"), (7_200, "+2 h"), (86_400, "+1 day")],
    play: "Play as",
    landline: "landline",
    no_whatsapp: "no WhatsApp",
    customer: "Customer",
    owner: "Owner",
    customer_phone: "Customer's phone",
    business: "The business",
    owner_phone: "Owner's phone",
    to: "for",
    calls: [
        ("missed", "Call, nobody answers"),
        ("answered", "Somebody answers"),
        ("menu", "Only the menu answers"),
        ("queue", "Gives up in the queue"),
        ("voicemail", "Leaves a voicemail"),
        ("called_back", "The shop calls back"),
        ("agent_hot", "The voice agent calls: wants to sign"),
        ("agent_warm", "Not sure yet"),
        ("agent_cold", "Not interested"),
        ("agent_hebrew", "Speaks Hebrew"),
        ("agent_no_answer", "Nobody answers"),
        ("agent_voicemail", "A mailbox answers"),
    ],
    other_calls: "Or",
    outcomes: [
        ("missed", "Missed call"),
        ("answered", "Call"),
        ("voicemail", "Voicemail"),
        ("menu", "Call, only a menu"),
    ],
    called: "Call",
    seen: "What the services were asked for",
    nothing_seen: "WhatsApp, the telephone company and the models are played here. What they are asked for is shown.",
    asked: [
        ("template", "a template goes out"),
        ("text", "a text goes out"),
        ("interactive", "a text with buttons goes out"),
        ("sms", "an SMS goes out"),
        ("call", "a call is placed"),
        ("lookup", "is asked"),
        ("question", "questions so far"),
    ],
    template: "template",
    message: "Message",
    send: "Send",
    hints: "Ready-made answers",
    empty_chat: "Press “Call, nobody answers”, then “+2 min”. A WhatsApp message will arrive here.",
    empty_owner: "The owner hears of each new lead here.",
    lead: "The lead",
    no_lead: "No lead yet. It begins with a missed call.",
    name: "Name",
    need: "Need",
    get_back: "Get back",
    phone: "Phone",
    unknown: "not known yet",
    from: "from",
    next: "Message goes out at",
    tasks: "To do",
    why: "Why",
    no_why: "Every message that is sent or held back is explained here.",
    rule: "Rule",
    to_customer: "To the customer",
    to_owner: "To the owner",
    verdicts: [("send", "Sends"), ("wait", "Waits"), ("hold", "Needs a person"), ("skip", "Does not send")],
    leads: "All leads",
    no_leads: "No leads yet.",
    statuses: [
        ("new", "New"),
        ("qualifying", "In conversation"),
        ("qualified", "Ready to call"),
        ("contacted", "Contacted"),
        ("viewing_booked", "Viewing booked"),
        ("offer_made", "Offer made"),
        ("converted", "Won"),
        ("lost", "Lost"),
        ("unresponsive", "No answer"),
    ],
    marks: [("accepted", "Accepted"), ("sent", "Sent"), ("delivered", "Delivered"), ("read", "Read")],
    today: "Today",
    yesterday: "Yesterday",
    tomorrow: "Tomorrow",
    months: &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    weekdays: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
    receptionist: "The receptionist of Acme Homes",
    talk: "Talk to the receptionist",
    hang_up: "Hang up",
    speak: "Speak",
    say: "Say something",
    say_for_example: "For example: I'd like to view a two bedroom flat in Maida Vale",
    lost: "The demo does not answer. Is it still running? This page goes on by itself when it is back.",
    no_script: "Without JavaScript this page shows how things stand, but nothing can be pressed.",
};

static HEBREW: Words = Words {
    lang: "he",
    dir: "rtl",
    other: ("en", "English"),
    title: "הדגמה של Ringleader",
    tagline: "שיחה שלא נענתה הופכת לליד. הכול מתרחש על המחשב הזה בלבד.",
    businesses: "עסקים",
    time: "שעה",
    faster: "מהירות הזמן",
    jumps: [(120, "+2 דק׳"), (7_200, "+2 שעות"), (86_400, "+יום")],
    play: "מי מתקשר",
    landline: "קו נייח",
    no_whatsapp: "בלי WhatsApp",
    customer: "לקוח",
    owner: "בעל העסק",
    customer_phone: "הטלפון של הלקוח",
    business: "העסק",
    owner_phone: "הטלפון של בעל העסק",
    to: "עבור",
    calls: [
        ("missed", "שיחה שלא נענית"),
        ("answered", "עונים לשיחה"),
        ("menu", "רק התפריט עונה"),
        ("queue", "ניתוק בזמן ההמתנה"),
        ("voicemail", "הודעה בתא הקולי"),
        ("called_back", "העסק חוזר ללקוח"),
        ("agent_hot", "הסוכן הקולי מתקשר: רוצה לחתום"),
        ("agent_warm", "עוד אין החלטה"),
        ("agent_cold", "אין עניין"),
        ("agent_hebrew", "שיחה בעברית"),
        ("agent_no_answer", "אין תשובה"),
        ("agent_voicemail", "תא קולי עונה"),
    ],
    other_calls: "או",
    outcomes: [
        ("missed", "שיחה שלא נענתה"),
        ("answered", "שיחה"),
        ("voicemail", "תא קולי"),
        ("menu", "שיחה, רק תפריט"),
    ],
    called: "שיחה",
    seen: "מה התבקש מהשירותים",
    nothing_seen: "WhatsApp, חברת הטלפון והמודלים מדומים כאן. מה שמתבקש מהם מופיע כאן.",
    asked: [
        ("template", "יוצאת תבנית"),
        ("text", "יוצאת הודעה"),
        ("interactive", "יוצאת הודעה עם כפתורים"),
        ("sms", "יוצא SMS"),
        ("call", "יוצאת שיחה"),
        ("lookup", "נשאל"),
        ("question", "שאלות עד כה"),
    ],
    template: "תבנית",
    message: "הודעה",
    send: "שליחה",
    hints: "תשובות מוכנות",
    empty_chat: "לחיצה על «שיחה שלא נענית», אחר כך על «+2 דק׳», והודעת WhatsApp תגיע לכאן.",
    empty_owner: "כאן מגיע עדכון על כל ליד חדש.",
    lead: "הליד",
    no_lead: "עוד אין ליד. הוא מתחיל בשיחה שלא נענתה.",
    name: "שם",
    need: "במה מדובר",
    get_back: "מתי לחזור",
    phone: "טלפון",
    unknown: "עוד לא ידוע",
    from: "מ־",
    next: "ההודעה תצא ב־",
    tasks: "לביצוע",
    why: "למה",
    no_why: "כאן מוסבר למה כל הודעה נשלחה או לא נשלחה.",
    rule: "כלל",
    to_customer: "ללקוח",
    to_owner: "לבעל העסק",
    verdicts: [("send", "נשלח"), ("wait", "ממתין"), ("hold", "דרוש אדם"), ("skip", "לא נשלח")],
    leads: "כל הלידים",
    no_leads: "עוד אין לידים.",
    statuses: [
        ("new", "חדש"),
        ("qualifying", "בשיחה"),
        ("qualified", "אפשר להתקשר"),
        ("contacted", "טופל"),
        ("viewing_booked", "נקבע ביקור"),
        ("offer_made", "הוגשה הצעה"),
        ("converted", "נסגר"),
        ("lost", "אבד"),
        ("unresponsive", "אין מענה"),
    ],
    marks: [("accepted", "התקבל"), ("sent", "נשלח"), ("delivered", "נמסר"), ("read", "נקרא")],
    today: "היום",
    yesterday: "אתמול",
    tomorrow: "מחר",
    months: &[],
    weekdays: ["יום א׳", "יום ב׳", "יום ג׳", "יום ד׳", "יום ה׳", "יום ו׳", "שבת"],
    receptionist: "דלפק הקבלה של Acme Homes",
    talk: "שיחה עם דלפק הקבלה",
    hang_up: "ניתוק",
    speak: "דיבור",
    say: "מה לומר",
    say_for_example: "באנגלית, למשל: I'd like to view a two bedroom flat in Maida Vale",
    lost: "ההדגמה לא עונה. האם היא עדיין פועלת? הדף ימשיך מעצמו כשהיא תחזור.",
    no_script: "בלי JavaScript הדף רק מציג את המצב, ואי אפשר ללחוץ.",
};

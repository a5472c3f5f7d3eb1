//! The product's words as people read them, in both languages.

mod facts;

pub(crate) use facts::{fact, fact_word};

use super::hebrew;
use crate::problem::Problem;
use crate::session::Lang;
use ringleader_core::analysis::Tag;
use ringleader_core::call::{Direction, Outcome};
use ringleader_core::contact::ContactKind;
use ringleader_core::conversation::{Channel, ChatState};
use ringleader_core::lead::{FactSource, LeadStatus};
use ringleader_core::loss::Fate;
use ringleader_core::message::MessageStatus;
use ringleader_core::reading::Language;
use ringleader_core::reception::words::FaultCategory;
use ringleader_core::user::Role;

/// A lead's status: tone and words.
pub(crate) fn lead(l: Lang, status: LeadStatus) -> (&'static str, &'static str) {
    match status {
        LeadStatus::New => ("info", l.t("New", "חדש")),
        LeadStatus::Qualifying => ("info", l.t("In conversation", "בשיחה")),
        LeadStatus::Qualified => ("good", l.t("Ready to call", "מוכן לשיחה")),
        LeadStatus::Contacted => ("good", l.t("Spoken with", "דיברנו")),
        LeadStatus::ViewingBooked => ("good", l.t("Viewing booked", "נקבע ביקור")),
        LeadStatus::OfferMade => ("good", l.t("Offer made", "ניתנה הצעה")),
        LeadStatus::Converted => ("good", l.t("Customer", "לקוח")),
        LeadStatus::Lost => ("quiet", l.t("Lost", "אבוד")),
        LeadStatus::Unresponsive => ("quiet", l.t("No answer", "ללא מענה")),
    }
}

/// How promising someone is: tone and words.
pub(crate) fn warmth(l: Lang, tag: Tag) -> (&'static str, &'static str) {
    match tag {
        Tag::Hot => ("bad", l.t("Hot", "חם")),
        Tag::Warm => ("warn", l.t("Warm", "פושר")),
        Tag::Cold => ("info", l.t("Cold", "קר")),
    }
}

/// What became of a call: tone and words.
pub(crate) fn outcome(l: Lang, outcome: Option<Outcome>) -> (&'static str, &'static str) {
    match outcome {
        None => ("info", l.t("Going on", "מתקיימת")),
        Some(Outcome::Answered) => ("good", l.t("Answered", "נענתה")),
        Some(Outcome::Silent) => ("quiet", l.t("Silent", "ללא דיבור")),
        Some(Outcome::Voicemail) => ("warn", l.t("Voicemail", "תא קולי")),
        Some(Outcome::Menu) => ("warn", l.t("Only the menu", "רק תפריט")),
        Some(Outcome::Missed) => ("warn", l.t("Missed", "לא נענתה")),
        Some(Outcome::Technical) => ("quiet", l.t("Technical fault", "תקלה טכנית")),
        Some(Outcome::Unknown) => ("quiet", l.t("Unknown", "לא ידוע")),
    }
}

/// Which way a call went.
pub(crate) fn direction(l: Lang, direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => l.t("Incoming", "נכנסת"),
        Direction::Outbound => l.t("Outgoing", "יוצאת"),
        Direction::Internal => l.t("Internal", "פנימית"),
    }
}

/// Where a missed call stands in the loss account.
pub(crate) fn fate(l: Lang, fate: Fate) -> (&'static str, &'static str) {
    match fate {
        Fate::Contacted => ("good", l.t("Reached", "נוצר קשר")),
        Fate::Held => ("warn", l.t("Waits for you", "בטיפולך")),
        Fate::Excluded => ("quiet", l.t("Left out", "לא נדרש")),
        Fate::Open => ("info", l.t("On its way", "בדרך")),
        Fate::Lost => ("bad", l.t("Lost", "אבד")),
        Fate::NotMissed => ("quiet", l.t("Not a missed call", "לא שיחה שפוספסה")),
    }
}

/// Why a call has its place in the loss account.
pub(crate) fn reason(l: Lang, word: &str) -> String {
    let words = match word {
        "sent" => l.t("a message went out", "נשלחה הודעה"),
        "spoke" => l.t("you spoke", "דיברתם"),
        "wrote" => l.t("they wrote first", "כתבו בעצמם"),
        "person" => l.t("someone of yours wrote", "מישהו מהצוות כתב"),
        "grace" => l.t("a message goes out in a moment", "הודעה תצא עוד רגע"),
        "sending" => l.t("the message is on its way", "ההודעה בדרך"),
        "landline" => l.t("a landline", "קו נייח"),
        "kosher" => l.t("a phone without messages", "טלפון כשר"),
        "withheld" => l.t("the number was withheld", "מספר חסוי"),
        "foreign" => l.t("a number from abroad", "מספר מחו״ל"),
        "short" => l.t("a short number", "מספר מקוצר"),
        "invalid" => l.t("not a number", "לא מספר תקין"),
        "staff" => l.t("your own people", "אנשי הצוות"),
        "supplier" => l.t("a supplier", "ספק"),
        "erased" => l.t("erased at their wish", "נמחקו לבקשתם"),
        "blocked" => l.t("blocked", "חסום"),
        "opted_out" => l.t("asked for no messages", "ביקשו לא לקבל הודעות"),
        "own_line" => l.t("one of your own lines", "קו של העסק"),
        "unreachable" => l.t("cannot be reached in writing", "לא ניתן לכתוב למספר"),
        "quiet_hours" => l.t("quiet hours", "שעות שקט"),
        "shabbat" | "festival" | "rest_day" => l.t("Shabbat or a festival", "שבת או חג"),
        "budget" => l.t("waiting its turn", "ממתין בתור"),
        "paused" => l.t("the provider asks for a pause", "הספק ביקש הפסקה"),
        "emergency_stop" | "stopped" => l.t("sending is stopped", "השליחה עצורה"),
        "no_channel" => l.t("no channel is connected", "אין ערוץ מחובר"),
        "template_missing" | "template_not_approved" | "template_paused" => {
            l.t("the template cannot be used", "לא ניתן להשתמש בתבנית")
        }
        "pocket_dial" | "short_ring" => l.t("rang too briefly", "צלצול קצר מדי"),
        "customer" | "existing_customer" => l.t("an existing conversation", "שיחה קיימת"),
        "not_accounted" | "no_decision" | "no_episode" | "nothing_sent" | "not_sent" | "overdue" => {
            l.t("nothing was done yet", "עוד לא נעשה דבר")
        }
        "unroutable" => l.t("no line with this number", "אין קו עם המספר הזה"),
        "unreadable" => l.t("could not be read", "לא ניתן לקריאה"),
        "failed" => l.t("could not be processed", "העיבוד נכשל"),
        "discarded" => l.t("discarded", "הוסר מהמגש"),
        "received" => l.t("still to be processed", "ממתין לעיבוד"),
        "not_over" => l.t("still going on", "עוד מתקיימת"),
        "technical" => l.t("a technical fault", "תקלה טכנית"),
        "unknown" => l.t("an unknown status", "מצב לא מוכר"),
        other => return other.replace('_', " "),
    };
    words.to_owned()
}

/// What a chat waits for.
pub(crate) fn chat_state(l: Lang, state: ChatState) -> &'static str {
    match state {
        ChatState::AwaitingResponse => l.t("Waiting for an answer", "ממתין לתשובה"),
        ChatState::AwaitingName => l.t("Asked for the name", "נשאל השם"),
        ChatState::AwaitingNeed => l.t("Asked for the need", "נשאל הצורך"),
        ChatState::AwaitingPreference => l.t("Asked for the time", "נשאל מתי לחזור"),
        ChatState::Completed => l.t("Finished", "הסתיימה"),
        ChatState::Unresponsive => l.t("Fell silent", "נותרה ללא מענה"),
    }
}

/// The name of a channel.
pub(crate) fn channel(l: Lang, channel: Channel) -> &'static str {
    match channel {
        Channel::Whatsapp => "WhatsApp",
        Channel::Sms => l.t("SMS", "SMS"),
        Channel::Email => l.t("Email", "דוא״ל"),
        Channel::Slack => "Slack",
    }
}

/// Where a message stands: sign and words.
pub(crate) fn message(l: Lang, status: MessageStatus) -> (&'static str, &'static str) {
    match status {
        MessageStatus::Received => ("check", l.t("Received", "התקבלה")),
        MessageStatus::Wanted | MessageStatus::Sending => ("clock", l.t("On its way", "בדרך")),
        MessageStatus::Unknown => ("warn", l.t("Outcome not known", "לא ידוע אם הגיעה")),
        MessageStatus::Accepted | MessageStatus::Sent => ("check", l.t("Sent", "נשלחה")),
        MessageStatus::Delivered => ("checks", l.t("Delivered", "נמסרה")),
        MessageStatus::Read => ("checks", l.t("Read", "נקראה")),
        MessageStatus::Failed => ("warn", l.t("Not delivered", "לא נמסרה")),
        MessageStatus::Held => ("hold", l.t("Held back", "מוחזקת")),
    }
}

/// What a user may do.
pub(crate) fn role(l: Lang, role: Role) -> &'static str {
    match role {
        Role::Viewer => l.t("Viewer", "צפייה בלבד"),
        Role::Agent => l.t("Agent", "טיפול בלידים"),
        Role::Owner => l.t("Owner", "ניהול העסק"),
        Role::Admin => l.t("Administrator", "ניהול המערכת"),
    }
}

/// What a contact is to the business.
pub(crate) fn contact(l: Lang, kind: ContactKind) -> &'static str {
    match kind {
        ContactKind::Lead => l.t("Possible customer", "לקוח אפשרי"),
        ContactKind::Tenancy => l.t("Tenant", "שוכר"),
        ContactKind::Landlord => l.t("Landlord", "משכיר"),
        ContactKind::Supplier => l.t("Supplier", "ספק"),
        ContactKind::Staff => l.t("Your people", "צוות"),
        ContactKind::Blocked => l.t("Blocked", "חסום"),
    }
}

/// What somebody mends.
pub(crate) fn trade(l: Lang, trade: FaultCategory) -> &'static str {
    match trade {
        FaultCategory::Plumbing => l.t("Plumbing", "אינסטלציה"),
        FaultCategory::Heating => l.t("Heating", "חימום ומים חמים"),
        FaultCategory::Electrical => l.t("Electrics", "חשמל"),
        FaultCategory::Gas => l.t("Gas", "גז"),
        FaultCategory::Appliance => l.t("Appliances", "מכשירי חשמל"),
        FaultCategory::DampMould => l.t("Damp and mould", "רטיבות ועובש"),
        FaultCategory::Structural => l.t("Building", "מבנה"),
        FaultCategory::Security => l.t("Locks and security", "מנעולים ואבטחה"),
        FaultCategory::Pest => l.t("Pests", "הדברה"),
        FaultCategory::Drainage => l.t("Drains", "ביוב"),
        FaultCategory::DoorsWindows => l.t("Doors and windows", "דלתות וחלונות"),
        FaultCategory::FireSafety => l.t("Fire safety", "בטיחות אש"),
        FaultCategory::Communal => l.t("Shared parts", "שטחים משותפים"),
        FaultCategory::External => l.t("Outside", "חוץ וגינה"),
        FaultCategory::Other => l.t("Anything else", "אחר"),
    }
}

/// A language of customers.
pub(crate) fn language(l: Lang, language: Language) -> &'static str {
    match language {
        Language::Hebrew => l.t("Hebrew", "עברית"),
        Language::HebrewLatin => l.t("Hebrew in Latin letters", "עברית באותיות לטיניות"),
        Language::Mixed => l.t("Hebrew and English", "עברית ואנגלית"),
        Language::English => l.t("English", "אנגלית"),
        Language::Russian => l.t("Russian", "רוסית"),
        Language::Arabic => l.t("Arabic", "ערבית"),
        Language::Unknown => l.t("Not known", "לא ידועה"),
    }
}

/// What words tell besides facts.
pub(crate) fn signal(l: Lang, word: &str) -> String {
    let words = match word {
        "opt_out" => l.t("Wants no messages", "בקשה להפסיק הודעות"),
        "wrong_number" => l.t("Wrong number", "מספר שגוי"),
        "already_spoke" => l.t("Has spoken with you already", "כבר דיברו עם העסק"),
        "resolved" => l.t("Does not need it any more", "כבר אין צורך"),
        "wants_person" => l.t("Wants a person", "בקשה לדבר עם נציג"),
        "call_now" => l.t("Wants a call right now", "בקשה לשיחה מיידית"),
        "emergency" => l.t("Emergency", "מקרה חירום"),
        "abuse" => l.t("Insults", "קללות"),
        "question" => l.t("Asks something", "שאלה"),
        "asks_if_bot" => l.t("Asks whether this is a bot", "שאלה אם זה בוט"),
        "declines" => l.t("Will not say", "סירוב לענות"),
        "opt_in" => l.t("Wants messages again", "בקשה לחדש הודעות"),
        other => return sentence(other.replace('_', " ")),
    };
    words.to_owned()
}

/// Who speaks in a call.
pub(crate) fn speaker(l: Lang, role: &str) -> String {
    let words = match role {
        "user" | "caller" | "customer" | "contact" => l.t("Customer", "לקוח"),
        "assistant" | "agent" | "bot" | "receptionist" => l.t("Agent", "הסוכן"),
        other => return other.to_owned(),
    };
    words.to_owned()
}

/// Who says a fact.
pub(crate) fn source(l: Lang, source: FactSource) -> &'static str {
    match source {
        FactSource::Person => l.t("set by your team", "נקבע על ידי הצוות"),
        FactSource::Explicit => l.t("said by them", "נאמר על ידם"),
        FactSource::Inferred => l.t("understood", "הובן מהדברים"),
    }
}

/// A problem's explanation: the known ones in the reader's language.
pub(crate) fn problem(l: Lang, problem: &Problem) -> String {
    if l == Lang::En {
        return problem.detail().to_owned();
    }
    let words = match problem.slug() {
        "not-found" => "אין דבר בכתובת הזאת, או שאין אליו גישה.",
        "forbidden" => "לפעולה הזאת נדרשת הרשאה אחרת, או שהדף ישן: אפשר לטעון אותו מחדש ולנסות שוב.",
        "window-closed" => "עברו יותר מ-24 שעות מההודעה האחרונה של הלקוח, ולכן WhatsApp מעביר רק תבנית מאושרת.",
        "opted-out" => "הלקוח ביקש לא לקבל הודעות. רק הלקוח עצמו יכול לשנות זאת.",
        "overloaded" => "יש עומס רגעי. שום דבר לא נשמר; כדאי לנסות שוב.",
        "invalid" => "יש שדות שצריך לתקן.",
        "malformed" | "too-large" => "הטופס לא הגיע בשלמותו.",
        "conflict" => "זה סותר את מה שכבר קיים.",
        "link-over" => "הקישור כבר נוצל או ישן מדי. אפשר לבקש חדש.",
        "provider" => "הספק לא ענה כמצופה. כדאי לנסות שוב, או לבדוק את החיבור.",
        "internal" => "משהו השתבש אצלנו.",
        _ => return problem.detail().to_owned(),
    };
    match problem.slug() {
        "conflict" | "provider" => format!("{words} ({})", problem.detail()),
        _ => words.to_owned(),
    }
}

/// What is wrong with a field, in the reader's language.
pub(crate) fn fault(l: Lang, message: &str) -> &str {
    match l {
        Lang::En => message,
        Lang::He => hebrew::fault(message),
    }
}

/// Names in settings that are written in their own way.
const NAMES: [(&str, &str); 8] = [
    ("sid", "SID"),
    ("Sms", "SMS"),
    ("Whatsapp", "WhatsApp"),
    ("Api ", "API "),
    (" id", " ID"),
    ("Waba", "WABA"),
    ("Url", "URL"),
    (" url", " URL"),
];

/// What a setting of a connection is called.
pub(crate) fn setting(l: Lang, field: &str) -> String {
    let words = field.replace('_', " ");
    match l {
        Lang::He => hebrew::label(field).map_or(words, str::to_owned),
        Lang::En => NAMES.iter().fold(sentence(words), |words, (plain, name)| words.replace(plain, name)),
    }
}

/// What a setting of a connection is, and where to find it.
pub(crate) fn setting_help<'a>(l: Lang, kind: &str, field: &str, help: &'a str) -> &'a str {
    match l {
        Lang::He => hebrew::help(kind, field).unwrap_or(help),
        Lang::En => help,
    }
}

/// Words that begin a line.
pub(crate) fn sentence(mut words: String) -> String {
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

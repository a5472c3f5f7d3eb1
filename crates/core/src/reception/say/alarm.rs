//! What the people on call, and those who reported, are told of danger and of tickets (C8). Bounded, without links (P7).

use super::{Style, numbers, numbers_he};
use crate::reception::danger::Danger;
use crate::reception::words::FaultCategory;
use crate::ticket::{Alarm, AlarmState, Ticket, TicketState};

/// Longest report in an alarm, in characters.
const LONGEST: usize = 160;

/// To someone on call: what, where, who to ring back, and how to take it.
pub fn words(alarm: &Alarm, language: &str) -> String {
    let how = match crate::texts::spoken(language) {
        "he" => "לקבלת הטיפול להשיב 1.",
        _ => "Reply 1 to take it.",
    };
    told(alarm, how, language)
}

/// To the owner: the same, and whether somebody has it.
pub fn to_owner(alarm: &Alarm, language: &str) -> String {
    let hebrew = crate::texts::spoken(language) == "he";
    let stands = match (alarm.state, hebrew) {
        (AlarmState::Unanswered, false) => "Nobody on call has taken it. Please see to it now.",
        (AlarmState::Unanswered, true) => "אף תורן לא קיבל את הטיפול. נא לטפל בזה עכשיו.",
        (_, false) => "The people on call are being told.",
        (_, true) => "התורנים מקבלים הודעה עכשיו.",
    };
    told(alarm, stands, language)
}

fn told(alarm: &Alarm, last: &str, language: &str) -> String {
    let hebrew = crate::texts::spoken(language) == "he";
    let mut lines = vec![match hebrew {
        true => format!("חירום: {}.", he(alarm.danger)),
        false => format!("EMERGENCY: {}.", en(alarm.danger)),
    }];
    let mut add = |label: (&str, &str), text: Option<String>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            lines.push(format!("{}: {text}", if hebrew { label.1 } else { label.0 }));
        }
    };
    add(("Where", "איפה"), alarm.address.as_deref().map(bounded));
    add(("Call back", "להתקשר ל"), alarm.phone.clone());
    add(("Contractor", "בעל מקצוע"), alarm.contractor.as_deref().map(bounded));
    add(("They said", "נאמר"), Some(bounded(&alarm.report)));
    lines.push(last.to_owned());
    lines.join("\n")
}

/// To someone who took it.
pub fn taken(alarm: &Alarm, language: &str) -> String {
    let phone = alarm.phone.clone().unwrap_or_default();
    let hebrew = crate::texts::spoken(language) == "he";
    let label = if hebrew { "בעל מקצוע" } else { "Contractor" };
    let contractor = alarm.contractor.as_deref().map(|who| format!("\n{label}: {}", bounded(who))).unwrap_or_default();
    match hebrew {
        true => format!("תודה, הטיפול אצלך. {phone}").trim_end().to_owned() + &contractor,
        false => format!("Thank you, it is yours now. {phone}").trim_end().to_owned() + &contractor,
    }
}

/// To someone on call who picks up the phone: the kind of danger alone, since anybody may have picked up.
pub fn spoken(alarm: &Alarm, business: &str, language: &str) -> String {
    match crate::texts::spoken(language) {
        "he" => format!(
            "כאן העוזר האוטומטי של {business}. דווח על חירום: {}. לקבלת הטיפול להקיש אחת. אם אי אפשר, להקיש שתיים.",
            he(alarm.danger)
        ),
        _ => format!(
            "This is the automated assistant of {business}. An emergency was reported: {}. Press 1 to take it, or 2 if you cannot.",
            en(alarm.danger)
        ),
    }
}

/// To someone who took it by key: where, whom to ring back, and what was said.
pub fn spoken_taken(alarm: &Alarm, language: &str) -> String {
    let hebrew = crate::texts::spoken(language) == "he";
    let mut words = vec![if hebrew { "תודה, הטיפול אצלך." } else { "Thank you, it is yours now." }.to_owned()];
    let mut add = |label: (&str, &str), text: Option<String>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            words.push(format!("{}: {text}.", if hebrew { label.1 } else { label.0 }));
        }
    };
    add(("Where", "איפה"), alarm.address.as_deref().map(bounded));
    add(("They said", "נאמר"), Some(bounded(&alarm.report)));
    let figures = |phone: &String| {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        if hebrew { numbers_he::spelled(&digits) } else { numbers::spelled(&digits) }
    };
    if let Some(who) = &alarm.contractor {
        let (name, number) = who.rsplit_once('+').map_or((who.as_str(), None), |(name, number)| (name, Some(number)));
        let (label, plus) = if hebrew { ("בעל מקצוע", "פלוס") } else { ("Contractor", "plus") };
        let number = number.map(|number| format!("{plus} {}", figures(&number.to_owned())));
        let parts: Vec<String> =
            [Some(bounded(name)), number].into_iter().flatten().filter(|it| !it.is_empty()).collect();
        words.push(format!("{label}: {}.", parts.join(", ")));
    }
    if let Some(phone) = alarm.phone.as_ref().map(figures) {
        words.push(format!("{} {phone}.", if hebrew { "המספר לחזרה הוא פלוס" } else { "Their number is plus" }));
    }
    words.join(" ")
}

/// To someone who cannot take it: whether there is a next one, or nobody is left.
pub fn spoken_declined(next: bool, language: &str) -> &'static str {
    match (crate::texts::spoken(language), next) {
        ("he", true) => "בסדר, נפנה לבא בתור.",
        ("he", false) => "בסדר. אין תורן נוסף, והמשרד מקבל הודעה.",
        (_, true) => "All right, the next person is told.",
        (_, false) => "All right. Nobody else is on call, so the office is told.",
    }
}

/// To someone who comes too late, or has nothing to take.
pub fn taken_already(language: &str) -> &'static str {
    match crate::texts::spoken(language) {
        "he" => "כבר יש מי שמטפל בזה, תודה.",
        _ => "Somebody has taken it already, thank you.",
    }
}

/// To someone who told of danger on a voicemail: what to do first, and that people are told.
pub fn heard_on_voicemail(danger: Danger, business: &str, country: &str, language: &str) -> String {
    match crate::texts::spoken(language) {
        "he" => {
            let safety = super::he::safety(danger, country, Style::Written);
            format!("{business}, לגבי ההודעה בתא הקולי: {safety} הצוות מקבל הודעה עכשיו.")
        }
        _ => {
            let safety = super::en::safety(danger, country);
            format!("{business}, about your voicemail: {safety} Our people are being told now.")
        }
    }
}

/// To who reported it on the phone: its number, what was understood, and what happens next.
pub fn reported(ticket: &Ticket, business: &str, language: &str) -> String {
    let hebrew = crate::texts::spoken(language) == "he";
    let Ticket { number, .. } = ticket;
    let report = bounded(&ticket.report);
    let place = ticket.address.as_deref().map(bounded).filter(|place| !place.is_empty());
    let place = place.map(|place| format!("{} {place}", if hebrew { "כתובת:" } else { "Address:" }));
    let what = match ticket.category {
        FaultCategory::Other => String::new(),
        category => format!(" ({})", trade(category, hebrew)),
    };
    let (kept, next) = match hebrew {
        true => (format!("{business}: פנייה {number} נרשמה{what}. נאמר: {report}"), super::he::soon(ticket.urgency)),
        false => {
            let kept = format!("{business}: we have your report {number}{what}. You told us: {report}");
            (kept, super::en::soon(ticket.urgency))
        }
    };
    [Some(kept), place, Some(next.to_owned())].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// What is broken, in a word.
const fn trade(category: FaultCategory, hebrew: bool) -> &'static str {
    let (en, he) = match category {
        FaultCategory::Plumbing => ("plumbing", "אינסטלציה"),
        FaultCategory::Heating => ("heating", "חימום ומים חמים"),
        FaultCategory::Electrical => ("electrics", "חשמל"),
        FaultCategory::Gas => ("gas", "גז"),
        FaultCategory::Appliance => ("appliances", "מכשירי חשמל"),
        FaultCategory::DampMould => ("damp and mould", "רטיבות ועובש"),
        FaultCategory::Structural => ("building", "מבנה"),
        FaultCategory::Security => ("locks and security", "מנעולים ואבטחה"),
        FaultCategory::Pest => ("pests", "הדברה"),
        FaultCategory::Drainage => ("drains", "ביוב"),
        FaultCategory::DoorsWindows => ("doors and windows", "דלתות וחלונות"),
        FaultCategory::FireSafety => ("fire safety", "בטיחות אש"),
        FaultCategory::Communal => ("shared parts", "שטחים משותפים"),
        FaultCategory::External => ("outside", "חוץ וגינה"),
        FaultCategory::Other => ("anything else", "אחר"),
    };
    if hebrew { he } else { en }
}

/// To the reporter: where their ticket stands now, with what people noted.
pub fn news(ticket: &Ticket, business: &str, language: &str) -> String {
    let hebrew = crate::texts::spoken(language) == "he";
    let number = &ticket.number;
    let state = match (ticket.state, hebrew) {
        (TicketState::Open, false) => "is open",
        (TicketState::InProgress, false) => "is being worked on",
        (TicketState::Waiting, false) => "is waiting",
        (TicketState::Done, false) => "is done",
        (TicketState::Dismissed, false) => "was closed",
        (TicketState::Open, true) => "פתוחה",
        (TicketState::InProgress, true) => "בטיפול",
        (TicketState::Waiting, true) => "בהמתנה",
        (TicketState::Done, true) => "טופלה",
        (TicketState::Dismissed, true) => "נסגרה",
    };
    let note = noted(ticket);
    match hebrew {
        true => format!("{business}: פנייה {number} {state}.{note}"),
        false => format!("{business}: your report {number} {state}.{note}"),
    }
}

/// What people noted, behind a sentence.
fn noted(ticket: &Ticket) -> String {
    ticket.note.as_deref().map(|note| format!(" {}", bounded(note))).unwrap_or_default()
}

/// To the landlord: what was reported in their property, with what people noted.
pub fn to_landlord(ticket: &Ticket, business: &str, language: &str) -> String {
    let Ticket { number, .. } = ticket;
    let (place, report) = (ticket.address.as_deref().map(bounded).unwrap_or_default(), bounded(&ticket.report));
    let (note, hebrew) = (noted(ticket), crate::texts::spoken(language) == "he");
    match hebrew {
        true => format!("{business}: דווחה תקלה בנכס {place}: {report} (פנייה {number}). הטיפול אצלנו.{note}"),
        false => {
            let what = format!("a repair was reported at {place}: {report} (reference {number})");
            format!("{business}: {what}. We are seeing to it.{note}")
        }
    }
}

/// To the landlord who knows of it: where the repair in their property stands now, with what people noted.
pub fn news_to_landlord(ticket: &Ticket, business: &str, language: &str) -> String {
    let hebrew = crate::texts::spoken(language) == "he";
    let state = match (ticket.state, hebrew) {
        (TicketState::Open | TicketState::Waiting, false) => "is open again",
        (TicketState::InProgress, false) => "is being worked on",
        (TicketState::Done, false) => "is done",
        (TicketState::Dismissed, false) => "was closed without work",
        (TicketState::Open | TicketState::Waiting, true) => "נפתחה שוב",
        (TicketState::InProgress, true) => "בטיפול",
        (TicketState::Done, true) => "הטיפול הסתיים",
        (TicketState::Dismissed, true) => "נסגרה ללא טיפול",
    };
    let (number, report) = (&ticket.number, bounded(&ticket.report));
    let place = ticket.address.as_deref().map(bounded).unwrap_or_default();
    let note = noted(ticket);
    match hebrew {
        true => format!("{business}: התקלה בנכס {place}: {report} (פנייה {number}): {state}.{note}"),
        false => format!("{business}: the repair at {place} {state}: {report} (reference {number}).{note}"),
    }
}

/// To the colleague who looks after the property: what was reported, by whom, and who could mend it.
pub fn to_manager(ticket: &Ticket, who: Option<&str>, phone: Option<&str>, language: &str) -> String {
    let hebrew = crate::texts::spoken(language) == "he";
    let number = &ticket.number;
    let mut lines =
        vec![if hebrew { format!("תקלה חדשה: {number}") } else { format!("A new repair: {number}") }];
    let mut add = |label: (&str, &str), text: Option<&str>| {
        if let Some(text) = text.map(bounded).filter(|text| !text.is_empty()) {
            lines.push(format!("{}: {text}", if hebrew { label.1 } else { label.0 }));
        }
    };
    add(("Where", "איפה"), ticket.address.as_deref());
    add(("They said", "נאמר"), Some(&ticket.report));
    add(("From", "מאת"), who);
    add(("Call back", "להתקשר ל"), phone);
    add(("Contractor", "בעל מקצוע"), ticket.contractor.as_deref());
    lines.join("\n")
}

/// Short, on one line, and without what could be tapped.
pub(super) fn bounded(text: &str) -> String {
    let link = |word: &&str| !word.contains("://") && !word.to_lowercase().starts_with("www.");
    let plain: Vec<&str> = text.split_whitespace().filter(link).collect();
    plain.join(" ").chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

fn en(danger: Danger) -> &'static str {
    match danger {
        Danger::Gas => "gas",
        Danger::CarbonMonoxide => "carbon monoxide",
        Danger::Fire => "fire",
        Danger::Injury => "someone is hurt",
        Danger::Electric => "electric danger",
        Danger::Trapped => "someone is trapped",
        Danger::BreakIn => "break-in",
        Danger::Flood => "flood",
        Danger::Sewage => "sewage",
        Danger::Collapse => "collapse",
        Danger::Insecure => "the home cannot be shut",
        Danger::NoHeat => "no heating",
        Danger::NoPower => "no power",
    }
}

fn he(danger: Danger) -> &'static str {
    match danger {
        Danger::Gas => "גז",
        Danger::CarbonMonoxide => "פחמן חד-חמצני",
        Danger::Fire => "שריפה",
        Danger::Injury => "מישהו נפגע",
        Danger::Electric => "סכנת חשמל",
        Danger::Trapped => "מישהו לכוד",
        Danger::BreakIn => "פריצה",
        Danger::Flood => "הצפה",
        Danger::Sewage => "ביוב",
        Danger::Collapse => "קריסה",
        Danger::Insecure => "אי אפשר לנעול את הבית",
        Danger::NoHeat => "אין חימום",
        Danger::NoPower => "אין חשמל",
    }
}

//! The receptionist's lines in Hebrew, gender-neutral (A11): of the bot, and of whoever it talks to.

use super::numbers_he::{self, Gender, number, per, short_number, spelled, weekday};
use super::{Card, Line, News, Relaxed, Style};
use crate::currency::{Currency, grouped};
use crate::property::in_hebrew;
use crate::reception::danger::Danger;
use crate::reception::desk::Topic;
use crate::reception::sending::Way;
use crate::reception::telephone;
use crate::reception::trade::Choice;
use crate::reception::words::{Change, Deal, FaultUrgency, Purpose, Question};
use jiff::civil::{DateTime, Weekday};

pub(super) fn words(line: &Line, style: Style, now: DateTime) -> String {
    match line {
        Line::Greeting { business, name, recorded } => {
            let name = name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
            let notice = if *recorded { " השיחה מוקלטת." } else { "" };
            format!("שלום{name}, כאן העוזר האוטומטי של {business}.{notice}")
        }
        Line::OtherLanguage(_) => "לעברית, אפשר להקיש תשע.".to_owned(),
        Line::StillLooking(it) => {
            let what = it.kind.map_or("נכס".to_owned(), |kind| in_hebrew(kind, it.bedrooms.unwrap_or(0)));
            let deal = if it.deal == Deal::Rent { "להשכרה" } else { "לקנייה" };
            let areas = if it.areas.is_empty() {
                String::new()
            } else {
                format!(" באזור {}", it.told_areas().join(" או "))
            };
            format!("עדיין מחפשים {what} {deal}{areas}?")
        }
        Line::WelcomeBack { name } => {
            let name = name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
            format!("שלום שוב{name}. נמשיך מהמקום שבו עצרנו.")
        }
        Line::Ask(question, again) => ask(*question, *again).to_owned(),
        Line::AtHome(address) => format!("התקלה בכתובת {address}?"),
        Line::Found(cards, more) => found(cards, *more, style),
        Line::Relaxed(what) => relaxed(what),
        Line::NoMore => "זה כל מה שיש לנו שמתאים. לקבוע ביקור באחד מהם?".to_owned(),
        Line::NothingFound => "כרגע אין לנו משהו כזה. רשמתי מה מחפשים.".to_owned(),
        Line::Offer(purpose, place, slots) => {
            let told: Vec<String> = slots.iter().map(|slot| moment(*slot, style, now)).collect();
            let list = match told.as_slice() {
                [rest @ .., last] if !rest.is_empty() => format!("{}, או {last}", rest.join(", ")),
                _ => told.join(""),
            };
            format!("ל{} יש {list}.", what(*purpose, place))
        }
        Line::NoSlots => "אין לי זמנים פנויים בימים הקרובים. נחזור אליך בטלפון כדי לקבוע.".to_owned(),
        Line::SlotTaken => "הזמן הזה נתפס ברגע זה.".to_owned(),
        Line::ReadBack(purpose, place, at) => format!("אז {}, {}. נכון?", what(*purpose, place), dated(*at, style)),
        Line::Booked(purpose, place, at) => {
            format!("נקבע: {}, {}. יישלח אישור בכתב.", what(*purpose, place), dated(*at, style))
        }
        Line::Appointment(purpose, place, at) => {
            format!("רשום {} {}.", what(*purpose, place), moment(*at, style, now))
        }
        Line::ConfirmCancel(purpose, place, at) => {
            format!("רשום {} {}. לבטל?", what(*purpose, place), moment(*at, style, now))
        }
        Line::Kept => "בסדר, זה נשאר כפי שהוא.".to_owned(),
        Line::NoAppointment => "לא מצאתי פגישה על המספר הזה.".to_owned(),
        Line::Sending(Way::Message) => "הפרטים יישלחו בהודעה.".to_owned(),
        Line::Sending(Way::Email) => "הפרטים יישלחו במייל.".to_owned(),
        Line::NotSent => "אי אפשר לשלוח את זה מכאן. ביקשתי שמישהו מהצוות יעביר את הפרטים.".to_owned(),
        Line::NotWatching => "החיפוש נרשם. אי אפשר לכתוב מכאן, ולכן מישהו מהצוות יעדכן כשיהיה משהו מתאים.".to_owned(),
        Line::Watching => "בסדר, תישלח הודעה כשיהיה משהו מתאים, לכל היותר פעם ביום.".to_owned(),
        Line::CodeSent => "לפני שאפשר לומר משהו על פגישות: נשלח עכשיו קוד למספר שרשום אצלנו.".to_owned(),
        Line::WrongCode => "סליחה, זה לא הקוד.".to_owned(),
        Line::Unproven => "אי אפשר לומר על כך כאן. נתקשר אליך למספר שרשום אצלנו.".to_owned(),
        Line::Changed(change) => changed(*change).to_owned(),
        Line::Ticket(number, urgency) => {
            let number = if style == Style::Spoken { spelled(number) } else { number.clone() };
            format!("דיווחתי על כך. מספר הפנייה {number}. {}", soon(*urgency))
        }
        Line::PhotoKept => "תודה, התמונה צורפה לדיווח.".to_owned(),
        Line::PhotoSeen => "תודה, התמונה התקבלה. אין לי אפשרות לראות מה מופיע בה.".to_owned(),
        Line::CannotListen => "אין לי אפשרות להאזין להודעות קוליות. אפשר לכתוב את זה בכמה מילים?".to_owned(),
        Line::Noted => "תודה, העברתי את זה הלאה. יחזרו אליך.".to_owned(),
        Line::Hours(hours) => format!("שעות הפתיחה שלנו: {hours}."),
        Line::Safety(danger, country) => safety(*danger, country, style),
        Line::OnCall => "מתקשרים עכשיו לתורן שלנו.".to_owned(),
        Line::ToldOffice(country) => {
            let emergency = emergency(country, style);
            format!("עדכנתי את המשרד. אם מישהו בסכנה, לא לחכות לנו ולהתקשר עכשיו ל{emergency}.")
        }
        Line::HandingOver => "רגע אחד, מיד ינסו להעביר אותך למישהו מהצוות.".to_owned(),
        Line::PassedOn(Some(at)) => {
            format!("העברתי את זה הלאה. תגיע תשובה כאן ממישהו מהצוות כשנפתח, {}.", moment(*at, style, now))
        }
        Line::PassedOn(None) => "העברתי את זה הלאה. תגיע תשובה כאן ממישהו מהצוות בהקדם האפשרי.".to_owned(),
        Line::CallBack(Some(at)) => format!("כרגע אין מישהו פנוי. יחזרו אליך {} לכל המאוחר.", moment(*at, style, now)),
        Line::CallBack(None) => "כרגע אין מישהו פנוי. יחזרו אליך בהקדם האפשרי.".to_owned(),
        Line::Sorry => "סליחה, לא הבנתי.".to_owned(),
        Line::Menu => String::new(), // the trade's own: [`menu`]
        Line::TooLong => telephone::too_long("he").to_owned(),
        Line::StillThere => "עדיין על הקו?".to_owned(),
        Line::Goodbye => "תודה על הפנייה. להתראות.".to_owned(),
    }
}

fn ask(question: Question, again: bool) -> &'static str {
    match (question, again) {
        (Question::Wish, _) => "במה אפשר לעזור?",
        (Question::Name, false) => "מה השם, בבקשה?",
        (Question::Name, true) => "סליחה, איזה שם לרשום?",
        (Question::Email, false) => "מה כתובת המייל לאישור?",
        (Question::Email, true) => "אפשר לאיית את כתובת המייל?",
        (Question::Phone, false) => "באיזה מספר אפשר להשיג אותך?",
        (Question::Phone, true) => "אפשר לומר את המספר ספרה אחר ספרה?",
        (Question::Deal, false) => "לשכירות או לקנייה?",
        (Question::Deal, true) => "מדובר בשכירות, או בקנייה?",
        (Question::Area, false) => "באיזה אזור?",
        (Question::Area, true) => "באיזה חלק של העיר?",
        (Question::Budget, false) => "מה התקציב?",
        (Question::Budget, true) => "עד כמה בערך?",
        (Question::MoveDate, false) => "מתי רוצים לעבור?",
        (Question::MoveDate, true) => "מתי בערך רוצים לעבור?",
        (Question::Bedrooms, false) => "כמה חדרי שינה צריך?",
        (Question::Bedrooms, true) => "כמה חדרי שינה צריכים להיות?",
        (Question::Property, false) => "באיזה נכס מדובר?",
        (Question::Property, true) => "באיזה רחוב, או מה מספר הנכס?",
        (Question::Address, false) => "מה כתובת הנכס?",
        (Question::Address, true) => "אפשר לומר את הרחוב והמספר?",
        (Question::Home, false) => "התקלה בבית, בכתובת שרשומה אצלנו?",
        (Question::Home, true) => "התקלה בכתובת שרשומה אצלנו, כן או לא?",
        (Question::Slot, false) => "מה מהם מתאים?",
        (Question::Slot, true) => "איזה מהזמנים? אפשר לומר הראשון, השני או השלישי.",
        (Question::Appointment, false) => "באיזו פגישה מדובר?",
        (Question::Appointment, true) => "באיזו מהפגישות מדובר? אפשר לומר את היום.",
        (Question::Confirm, _) => "נכון?",
        (Question::Fault, false) => "מה התקלה?",
        (Question::Fault, true) => "מה בדיוק מקולקל, ובאיזה חדר?",
        (Question::Watch, false) => "לשלוח הודעה כשיהיה משהו כזה?",
        (Question::Watch, true) => "לכתוב כשיהיה משהו מתאים?",
        (Question::Code, false) => "מה שש הספרות שבו?",
        (Question::Code, true) => "אפשר להקריא את שש הספרות של הקוד, או להקיש אותן.",
        (Question::More, false) => "יש עוד משהו שאפשר לעזור בו?",
        (Question::More, true) => "עוד משהו?",
    }
}

pub(super) fn menu(choices: &[Choice], style: Style) -> String {
    let list: Vec<String> = choices
        .iter()
        .zip(1..)
        .map(|(choice, key)| match style {
            Style::Spoken => format!("{} הקישו {}", choice.hebrew, number(key, Gender::Feminine)),
            Style::Written => format!("{} {key}", choice.hebrew),
        })
        .collect();
    match style {
        Style::Spoken => format!("{}, לשיחה עם הצוות הקישו אפס.", list.join(", ")),
        Style::Written => format!("{}, לשיחה עם נציג 0.", list.join(", ")),
    }
}

/// The second time that somebody is asked what they want.
pub(super) fn wish(examples: &str) -> String {
    format!("אפשר לומר בכמה מילים במה מדובר? למשל {examples}.")
}

fn found(cards: &[Card], more: bool, style: Style) -> String {
    const NTH: [&str; 3] = ["הראשונה, ", "השנייה, ", "השלישית, "];
    let counted = style == Style::Spoken && cards.len() > 1;
    let nth = |at: usize| NTH.get(at).filter(|_| counted).copied().unwrap_or_default();
    let told: Vec<String> =
        cards.iter().enumerate().map(|(at, it)| format!("{}{}", nth(at), card(it, style))).collect();
    let lead = if counted { "יש לי כמה אפשרויות. " } else { "יש לי " };
    let more = if more { " יש עוד." } else { "" };
    let ask = if cards.len() == 1 { "לקבוע ביקור?" } else { "לקבוע ביקור באחד מהם?" };
    format!("{lead}{}.{more} {ask}", told.join("; "))
}

fn card(card: &Card, style: Style) -> String {
    match style {
        Style::Spoken => format!("{} {}, במחיר {}", numbers_he::rooms(&card.title), card.place, money(card, style)),
        Style::Written => format!("{} {}, ב-{}", card.title, card.place, money(card, style)),
    }
}

pub(super) fn money(card: &Card, style: Style) -> String {
    if style == Style::Spoken {
        return numbers_he::price(card.price, card.currency, card.period);
    }
    let sum = format!("{} {}", grouped(card.price), card.currency.map(Currency::in_hebrew).unwrap_or_default());
    format!("{}{}", sum.trim_end(), per(card.period))
}

fn relaxed(what: &Relaxed) -> String {
    match what {
        Relaxed::Nearby => "באזור הזה עצמו אין, אבל בסמוך יש.".to_owned(),
        Relaxed::Price(_) => "בתקציב הזה אין, אבל קצת מעליו יש.".to_owned(),
        Relaxed::Bedrooms => "עם מספר החדרים הזה אין, אבל קרוב לזה יש.".to_owned(),
        Relaxed::MustHaves => "עם כל הבקשות אין, אבל בלי אחת מהן יש.".to_owned(),
    }
}

/// What for and where, as far as there is a place.
fn what(purpose: Purpose, place: &str) -> String {
    format!("{} {place}", of(purpose)).trim_end().to_owned()
}

fn of(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Viewing => "ביקור בנכס",
        Purpose::Valuation => "הערכת שווי לנכס",
        Purpose::Visit => "פגישה",
    }
}

/// "יום ג׳ 10.3, 11:30".
pub(super) fn slot(at: DateTime) -> String {
    let day = match at.weekday() {
        Weekday::Sunday => "א׳",
        Weekday::Monday => "ב׳",
        Weekday::Tuesday => "ג׳",
        Weekday::Wednesday => "ד׳",
        Weekday::Thursday => "ה׳",
        Weekday::Friday => "ו׳",
        Weekday::Saturday => "ש׳",
    };
    format!("יום {day} {}.{}, {}", at.day(), at.month(), clock(at))
}

pub(super) fn whisper(name: Option<&str>, topic: Option<Topic>, style: Style) -> String {
    let about = match topic {
        Some(Topic::Search) => " בעניין נכס",
        Some(Topic::Viewing) => " בעניין ביקור בנכס",
        Some(Topic::Valuation) => " בעניין הערכת שווי",
        Some(Topic::Visit | Topic::Change) => " בעניין פגישה",
        Some(Topic::Repair) => " בעניין תקלה",
        Some(Topic::Hours | Topic::Message) | None => "",
    };
    let what = if style == Style::Spoken { "שיחה" } else { "הודעה" };
    format!("{what} מאת {}{about}.", name.unwrap_or("לקוח"))
}

pub(super) fn news(news: News, purpose: Purpose, place: &str, at: DateTime) -> String {
    let what = what(purpose, place);
    let at = dated(at, Style::Written);
    match news {
        News::Booked => format!("נקבע: {what}, {at}."),
        News::Moved => format!("מועד חדש: {what}, {at}."),
        News::CalledOff => format!("בוטל: {what}, {at}."),
        News::Feedback => format!("איך היה? {what}, {at}. אפשר להשיב 1 אם מצא חן, 2 אם לא מתאים, או בכמה מילים."),
        News::Missed => format!("לא נפגשנו: {what}, {at}. אפשר פשוט להשיב כדי לקבוע מועד אחר."),
        News::Reminder => format!("תזכורת: {what}, {at}. אם אי אפשר להגיע, אפשר פשוט להשיב."),
    }
}

fn changed(change: Change) -> &'static str {
    match change {
        Change::Move => "נחזור אליך בטלפון כדי למצוא זמן אחר.",
        Change::Cancel => "בוטל.",
        Change::Late => "תודה, הודעתי על האיחור.",
        Change::Feedback => "תודה, העברתי את זה הלאה.",
    }
}

pub(super) fn soon(urgency: FaultUrgency) -> &'static str {
    match urgency {
        FaultUrgency::Emergency => "יתקשרו אליך מיד.",
        FaultUrgency::Urgent => "יחזרו אליך בתוך יום עבודה.",
        FaultUrgency::Normal => "יחזרו אליך בימים הקרובים.",
    }
}

pub(super) fn moment(at: DateTime, style: Style, now: DateTime) -> String {
    let days = now.date().until(at.date()).map_or(i32::MAX, |span| span.get_days());
    match days {
        0 => format!("היום בשעה {}", time(at, style)),
        1 => format!("מחר בשעה {}", time(at, style)),
        _ => dated(at, style),
    }
}

fn time(at: DateTime, style: Style) -> String {
    if style == Style::Spoken { numbers_he::clock(at) } else { clock(at) }
}

fn dated(at: DateTime, style: Style) -> String {
    if style == Style::Spoken {
        return numbers_he::dated(at);
    }
    format!("ביום {}, {}.{}, בשעה {}", weekday(at.weekday()), at.day(), at.month(), clock(at))
}

fn clock(at: DateTime) -> String {
    at.strftime("%H:%M").to_string()
}

/// A number to ring, behind the letter for "to".
fn to(number: &str, style: Style) -> String {
    if style == Style::Spoken { short_number(number) } else { format!("-{number}") }
}

fn emergency(country: &str, style: Style) -> String {
    match (country, style) {
        ("IL", Style::Spoken) => "מאה ואחת, מגן דוד אדום, למאה ושתיים, כבאות, או למאה, משטרה".to_owned(),
        ("IL", Style::Written) => "-101 למד״א, 102 לכבאות או 100 למשטרה".to_owned(),
        _ => to("112", style),
    }
}

pub(super) fn safety(danger: Danger, country: &str, style: Style) -> String {
    let emergency = emergency(country, style);
    let fire = to(if country == "IL" { "102" } else { "112" }, style);
    match danger {
        Danger::Gas => format!(
            "לא להדליק ולא לכבות שום דבר. לפתוח חלונות, לסגור את ברז הגז אם אפשר, לצאת מהבניין עכשיו ולהתקשר ל{fire}."
        ),
        Danger::CarbonMonoxide => format!("לצאת עכשיו מהבניין לאוויר הצח, עם כל מי שבפנים, ולהתקשר ל{fire}."),
        Danger::Fire => format!("לצאת מהבניין עכשיו, לסגור את הדלתות ולהתקשר ל{fire}. לא לחזור פנימה."),
        Danger::Injury | Danger::Trapped => format!("אם מישהו נפגע או בסכנה, להתקשר עכשיו ל{emergency}."),
        Danger::Electric => {
            format!("לא לגעת, להתרחק ממים, ולנתק את החשמל בלוח אם זה בטוח. אם מישהו נפגע, להתקשר ל{emergency}.")
        }
        Danger::BreakIn | Danger::Insecure => {
            format!("אם מישהו עלול להיות עדיין בפנים, ללכת למקום בטוח ולהתקשר ל{emergency}.")
        }
        Danger::Flood => "לסגור את הברז הראשי אם אפשר, ולהתרחק מכל דבר חשמלי רטוב.".to_owned(),
        Danger::Sewage => "לא לגעת, ולא להוריד מים.".to_owned(),
        Danger::Collapse => format!("לא להיכנס לחדר. אם מישהו נפגע, להתקשר ל{emergency}."),
        Danger::NoHeat => format!("לחמם את כולם בחדר אחד. אם מישהו לא חש בטוב, להתקשר ל{emergency}."),
        Danger::NoPower => "לא לגעת בחוטים. אם כל הרחוב חשוך, זו תקלה ברשת.".to_owned(),
    }
}

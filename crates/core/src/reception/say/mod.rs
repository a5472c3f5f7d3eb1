//! What the receptionist says: typed lines, filled from data only (P7), put into words per language and style.
//!
//! Spoken English and Hebrew say numbers as people do; written text keeps figures.
//! Hebrew is phrased gender-neutral (A11). A line never holds a value that was not given to it.

pub mod alarm;
mod en;
pub mod handed;
mod he;
pub mod hours;
pub mod numbers;
pub mod numbers_he;

use super::criteria::Criteria;
use super::danger::Danger;
use super::talk::Aside;
use super::trade::{self, TradeKind};
use super::words::{Change, Deal, FaultUrgency, Period, PropertyKind, Purpose, Question};
use crate::currency::Currency;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

crate::words! {
    /// Whether words are heard or read.
    pub enum Style {
        /// On the phone.
        Spoken = "spoken",
        /// In a message.
        Written = "written",
    }
}

/// A property as it is told: everything in it comes from its row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The property's id.
    pub id: String,
    /// "two bedroom flat".
    pub title: String,
    /// The address as it is said: road and area, never the door number.
    pub place: String,
    /// The price.
    pub price: i64,
    /// Its currency, where the tenant's is known.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// What the price is counted by.
    pub period: Period,
}

/// What was let go of so that something was found (C5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relaxed {
    /// Districts nearby count too.
    Nearby,
    /// A little over the budget, up to this price.
    Price(i64),
    /// One bedroom fewer or more.
    Bedrooms,
    /// Without the must-haves.
    MustHaves,
}

/// What a caller looked for the last time, as far as a greeting tells it: never a budget (C2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looked {
    /// To rent or to buy.
    pub deal: Deal,
    /// What.
    pub kind: Option<PropertyKind>,
    /// With so many bedrooms.
    pub bedrooms: Option<u8>,
    /// Where.
    pub areas: Vec<String>,
}

impl Looked {
    /// The search that it was.
    pub fn criteria(&self) -> Criteria {
        Criteria {
            deal: Some(self.deal),
            kind: self.kind,
            bedrooms_min: self.bedrooms,
            bedrooms_max: self.bedrooms,
            areas: self.areas.clone(),
            ..Criteria::default()
        }
    }

    /// Where, as far as it is said.
    fn told_areas(&self) -> &[String] {
        &self.areas[..self.areas.len().min(2)]
    }
}

/// One thing that is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// The first words of a call.
    Greeting {
        /// The business.
        business: String,
        /// The caller's first name, where it may be said.
        name: Option<String>,
        /// Whether the call is recorded.
        recorded: bool,
    },
    /// The line's other language, told in that language itself, and only on the phone: which key leads there.
    OtherLanguage(String),
    /// Whether they still look for what they looked for the last time.
    StillLooking(Looked),
    /// A talk that stopped half-way goes on, on whatever channel.
    WelcomeBack {
        /// The caller's first name, where it may be said.
        name: Option<String>,
    },
    /// A question; the second time in other words.
    Ask(Question, bool),
    /// Whether it is at the home that they rent, at this address; never on the phone (C2).
    AtHome(String),
    /// Properties that were found, and whether there are more.
    Found(Vec<Card>, bool),
    /// What was let go of; properties follow.
    Relaxed(Relaxed),
    /// Of what fits, everything was told.
    NoMore,
    /// Nothing fits, not even nearly.
    NothingFound,
    /// Slots to choose from.
    Offer(Purpose, String, Vec<DateTime>),
    /// No slot in the days looked at.
    NoSlots,
    /// Someone else took it in between; others follow.
    SlotTaken,
    /// What will be booked, to be confirmed.
    ReadBack(Purpose, String, DateTime),
    /// Booked.
    Booked(Purpose, String, DateTime),
    /// The caller's next appointment.
    Appointment(Purpose, String, DateTime),
    /// What will be called off, to be confirmed.
    ConfirmCancel(Purpose, String, DateTime),
    /// It stays as it is.
    Kept,
    /// None is known for this caller.
    NoAppointment,
    /// The details follow in writing.
    Sending(super::sending::Way),
    /// Nothing leads to them in writing; people see to it.
    NotSent,
    /// They hear of what comes up.
    Watching,
    /// Nothing leads to them in writing; people tell them of what comes up.
    NotWatching,
    /// A code was sent to the number on file.
    CodeSent,
    /// That was not it.
    WrongCode,
    /// Without it nothing is told; a person rings back.
    Unproven,
    /// A change was noted or made.
    Changed(Change),
    /// The ticket's number and how soon.
    Ticket(String, FaultUrgency),
    /// Photos are with the report.
    PhotoKept,
    /// A photo came, and nothing is reported that it belongs to.
    PhotoSeen,
    /// A voice message came, which is not listened to.
    CannotListen,
    /// A message was taken and will be answered.
    Noted,
    /// When the office is open, in the business's own words.
    Hours(String),
    /// Safety words first; the tenant's country decides the numbers.
    Safety(Danger, String),
    /// The on-call person is being rung.
    OnCall,
    /// Nobody is on call: the office knows of it; the tenant's country decides whom to ring meanwhile.
    ToldOffice(String),
    /// A person is being rung.
    HandingOver,
    /// The chat is a person's now; when the office opens, where that is known.
    PassedOn(Option<DateTime>),
    /// Nobody is free; the promised time, if there is one.
    CallBack(Option<DateTime>),
    /// Not understood.
    Sorry,
    /// The keypad menu, or its list in a text.
    Menu,
    /// Nothing was heard.
    StillThere,
    /// The call went on for as long as one may.
    TooLong,
    /// The end.
    Goodbye,
}

/// The words of a line. `now` is local time; dates are told as seen from it.
pub fn words(line: &Line, language: &str, style: Style, trade: TradeKind, now: DateTime) -> String {
    let hebrew = crate::texts::spoken(language) == "he";
    let trade = trade::of(trade);
    match line {
        Line::Menu if hebrew => he::menu(trade.menu(), style),
        Line::Menu => en::menu(trade.menu(), style),
        Line::Ask(Question::Wish, true) if hebrew => he::wish(trade.examples()[1]),
        Line::Ask(Question::Wish, true) => en::wish(trade.examples()[0]),
        line if hebrew => he::words(line, style, now),
        line => en::words(line, style, now),
    }
}

/// What can be chosen from after `question`, in few words: key 1 is the first. Empty where nothing is.
pub fn options(question: Option<Question>, offers: &[DateTime], cards: &[Card], language: &str) -> Vec<String> {
    let hebrew = crate::texts::spoken(language) == "he";
    let own = |words: [&str; 2]| words.map(str::to_owned).to_vec();
    match question {
        Some(Question::Slot | Question::Appointment) => {
            offers.iter().map(|at| if hebrew { he::slot(*at) } else { en::slot(*at) }).collect()
        }
        Some(Question::Property) => cards.iter().map(road).collect(),
        Some(Question::Confirm | Question::More | Question::Watch | Question::Home) => {
            own(if hebrew { ["כן", "לא"] } else { ["Yes", "No"] })
        }
        Some(Question::Deal) => own(if hebrew { ["שכירות", "קנייה"] } else { ["To rent", "To buy"] }),
        _ => Vec::new(),
    }
}

/// The menu of a trade, row by row: key 1 is the first, the last one is a person.
pub fn menu(language: &str, trade: TradeKind) -> Vec<String> {
    let hebrew = crate::texts::spoken(language) == "he";
    let choices = trade::of(trade).menu().iter();
    let row = |choice: &trade::Choice| if hebrew { choice.hebrew.to_owned() } else { en::capital(choice.written) };
    let person = if hebrew { "לשיחה עם נציג" } else { "Speak to someone" };
    choices.map(row).chain([person.to_owned()]).collect()
}

/// What stands above the menu, where it is a list to choose from.
pub fn above_menu(language: &str) -> &'static str {
    match crate::texts::spoken(language) {
        "he" => "במה מדובר?",
        _ => "What is it about?",
    }
}

/// What the button says that opens a list.
pub fn open_list(language: &str) -> &'static str {
    match crate::texts::spoken(language) {
        "he" => "לבחירה",
        _ => "Choose",
    }
}

/// The road of a card: what it is known by on a button.
fn road(card: &Card) -> String {
    let bare = card.place.trim_start_matches("on ").trim_start_matches("ברחוב ");
    let road = bare.split(" in ").next().unwrap_or(bare);
    road.split(", ").next().unwrap_or(road).to_owned()
}

/// What a colleague is told before they take a call or a chat: who it is, and what it is about (C13).
pub fn whisper(desk: &super::desk::Desk, language: &str) -> String {
    let (name, topic) = (desk.known.name.as_deref(), desk.topic());
    match crate::texts::spoken(language) {
        "he" => he::whisper(name, topic, desk.style),
        _ => en::whisper(name, topic, desk.style),
    }
}

crate::words! {
    /// What is told of an appointment outside of a talk.
    pub enum News {
        /// It was made.
        Booked = "booked",
        /// It is at another time now.
        Moved = "moved",
        /// It was called off.
        CalledOff = "called_off",
        /// It is soon.
        Reminder = "reminder",
        /// It is over: how was it?
        Feedback = "feedback",
        /// They did not come.
        Missed = "missed",
    }
}

/// The price of a card in words.
pub fn price_of(card: &Card, language: &str, style: Style) -> String {
    match crate::texts::spoken(language) {
        "he" => he::money(card, style),
        _ => en::money(card, style),
    }
}

/// News of an appointment as a message of its own, which names the business.
pub fn news(news: News, purpose: Purpose, place: &str, at: DateTime, business: &str, language: &str) -> String {
    let words = match crate::texts::spoken(language) {
        "he" => he::news(news, purpose, place, at),
        _ => en::news(news, purpose, place, at),
    };
    format!("{business}: {words}")
}

/// The code that shows that a number is theirs (C2).
pub fn code(code: &str, business: &str, language: &str) -> String {
    match crate::texts::spoken(language) {
        "he" => format!("{business}: הקוד לשיחה שלנו הוא {code}. לא למסור אותו לאף אחד אחר."),
        _ => format!("{business}: your code for our call is {code}. Please tell it to nobody else."),
    }
}

/// How to answer where there are no buttons.
pub fn by_figure(language: &str) -> &'static str {
    match crate::texts::spoken(language) {
        "he" => "אפשר להשיב במספר.",
        _ => "Please reply with the number.",
    }
}

/// After a call: how was it? With the answers, the best first.
pub fn satisfaction(business: &str, language: &str) -> (String, [&'static str; 3]) {
    match crate::texts::spoken(language) {
        "he" => (format!("{business}: איך היתה השיחה איתנו?"), ["טובה", "ככה ככה", "לא טובה"]),
        _ => (format!("{business}: how was your call with us?"), ["Good", "So-so", "Bad"]),
    }
}

/// To someone whose call broke off half-way: they can go on here.
pub fn broken_off(business: &str, language: &str) -> String {
    match crate::texts::spoken(language) {
        "he" => format!("{business}: השיחה נקטעה. אפשר להשיב כאן, ונמשיך מהמקום שבו עצרנו."),
        _ => format!("{business}: our call broke off. Reply here, and we carry on where we stopped."),
    }
}

/// Several lines as one turn; what is told in another language is not among its words.
pub fn turn(lines: &[Line], language: &str, style: Style, trade: TradeKind, now: DateTime) -> String {
    let own = lines.iter().filter(|line| !matches!(line, Line::OtherLanguage(_)));
    own.map(|line| words(line, language, style, trade, now)).collect::<Vec<_>>().join(" ")
}

/// What is said after a turn in another language.
pub fn aside(lines: &[Line], style: Style, trade: TradeKind, now: DateTime) -> Option<Aside> {
    lines.iter().find_map(|line| match line {
        Line::OtherLanguage(language) => {
            Some(Aside { language: language.clone(), text: words(line, language, style, trade, now) })
        }
        _ => None,
    })
}

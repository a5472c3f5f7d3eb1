//! The receptionist's policy (C1-C8, C12, C13, C15): one state for a talk, whatever channel it is held on.
//!
//! Pure: an event and the facts of the moment come in, what to say and do comes out. Always true, and checked as properties:
//! - danger is answered first, with safety words before anything else, and once per danger and report;
//! - nothing known is asked; nothing is asked a third time: then a person takes over;
//! - a slot is booked only after it was held and read back and a yes was heard; nothing is called off without a yes;
//! - a sealed talk tells, moves and cancels nothing of the caller's own (C2);
//! - after the end nothing is said or done;
//! - every value that is said came in with an event or the facts.

mod absorb;
mod act;
mod another;
mod ask;
mod existing;
mod heard;
mod home;
mod known;
mod opinion;
mod photos;
mod seal;
mod send;
mod told;

pub use act::{Act, Booking, Event, Facts, MessageDraft, Reason, TicketDraft};
pub use another::Missed;
pub use existing::Existing;
pub use known::{Appointment, Known};
pub use photos::{Caption, Photos, Shown};

use super::danger::Danger;
use super::proof::Seal;
use super::reading::TurnReading;
use super::say::{Line, Style};
use super::trade::TradeKind;
use super::words::{Intent, Purpose, Question};
use heard::Answer;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Turns after which a talk is handed over, whatever it is about.
pub const MOST_TURNS: u16 = 60;
/// Silences in a row after which it ends.
const MOST_SILENCES: u8 = 3;
/// Misunderstandings in a row after which a person takes over.
const MOST_REPAIRS: u8 = 3;
/// The longest note that is kept, in characters.
const LONGEST_NOTE: usize = 500;

crate::words! {
    /// What the talk is about at the moment.
    pub enum Topic {
        /// Looks for a property.
        Search = "search",
        /// Wants to see one.
        Viewing = "viewing",
        /// Wants one valued.
        Valuation = "valuation",
        /// An appointment with another trade.
        Visit = "visit",
        /// Something is broken.
        Repair = "repair",
        /// About an appointment that exists.
        Change = "change",
        /// When the office is open.
        Hours = "hours",
        /// A message for people.
        Message = "message",
    }
}

impl Topic {
    /// What an appointment is about.
    pub const fn of(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Viewing => Self::Viewing,
            Purpose::Valuation => Self::Valuation,
            Purpose::Visit => Self::Visit,
        }
    }

    /// The appointment it ends in, if it does.
    pub const fn purpose(self) -> Option<Purpose> {
        match self {
            Self::Viewing => Some(Purpose::Viewing),
            Self::Valuation => Some(Purpose::Valuation),
            Self::Visit => Some(Purpose::Visit),
            _ => None,
        }
    }
}

/// The state of a talk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Desk {
    /// The language it is held in.
    pub language: String,
    /// The languages of the line that it is held on.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Heard or read.
    pub style: Style,
    /// The business's trade (C16).
    pub trade: TradeKind,
    /// What is still to be done, the current one first.
    pub topics: Vec<Topic>,
    /// What was asked last.
    pub asked: Option<Question>,
    /// How often each thing was asked for the current topic.
    pub asks: BTreeMap<Question, u8>,
    /// What is known.
    pub known: Known,
    /// Nothing of the caller's own may be told until this is opened.
    pub seal: Option<Seal>,
    /// Dangers that were answered, and whose ticket is not open yet: told anew after that, each is answered again.
    pub warned: Vec<Danger>,
    /// What was said last, to say it again.
    pub last: Vec<Line>,
    /// Turns so far.
    pub turns: u16,
    /// Misunderstandings in a row.
    pub repairs: u8,
    /// Silences in a row.
    pub silences: u8,
    /// How often other slots were looked for.
    #[serde(default)]
    pub other_slots: u8,
    /// Waiting for the data that an act asked for.
    pub busy: bool,
    /// A person has it now.
    pub handed: bool,
    /// It is over.
    pub ended: bool,
}

impl Desk {
    /// A talk that has not begun.
    pub fn new(language: &str, style: Style, trade: TradeKind) -> Self {
        Self {
            language: language.to_owned(),
            languages: Vec::new(),
            style,
            trade,
            topics: Vec::new(),
            asked: None,
            asks: BTreeMap::new(),
            known: Known::default(),
            seal: None,
            warned: Vec::new(),
            last: Vec::new(),
            turns: 0,
            repairs: 0,
            silences: 0,
            other_slots: 0,
            busy: false,
            handed: false,
            ended: false,
        }
    }

    /// What the talk is about at the moment.
    pub fn topic(&self) -> Option<Topic> {
        self.topics.first().copied()
    }

    /// The question whose choices the keys and buttons stand for; none while the menu's hold.
    pub fn to_choose(&self) -> Option<Question> {
        self.asked.filter(|_| self.last.last() != Some(&Line::Menu))
    }

    /// Whether something was left unfinished: a follow-up can take it up (C12).
    pub fn is_unfinished(&self) -> bool {
        !self.handed && !self.topics.is_empty()
    }
}

/// Moves a talk on by one event: how it is now, and what is to be said and done, in order.
pub fn step(mut desk: Desk, event: Event, facts: &Facts) -> (Desk, Vec<Act>) {
    if desk.ended {
        return (desk, Vec::new());
    }
    let mut acts = Vec::new();
    match event {
        Event::Began { name } => desk.begin(name, facts, &mut acts),
        Event::Heard { reading, text } => desk.hear(&reading, &text, facts, &mut acts),
        Event::Pressed(key) => desk.press(key, facts, &mut acts),
        Event::Language => desk.say_again(&mut acts),
        Event::Rated(call, rating) => desk.rate(call, rating, facts, &mut acts),
        Event::Shown(shown) => desk.show(shown, facts, &mut acts),
        Event::Unheard => desk.cannot_listen(facts, &mut acts),
        Event::Silence => desk.wait(&mut acts),
        Event::Gone => desk.leave(&mut acts),
        Event::TooLong => desk.cap(facts, &mut acts),
        Event::Sent(_) | Event::Watching(_) => {} // said where the act stood
        told => desk.told(told, facts, &mut acts),
    }
    desk.announce(facts, &mut acts);
    desk.remember(&acts);
    (desk, acts)
}

impl Desk {
    fn begin(&mut self, name: Option<String>, facts: &Facts, acts: &mut Vec<Act>) {
        let first = name.clone();
        if self.known.name.is_none() {
            self.known.name = name;
        }
        let greeting =
            Line::Greeting { business: facts.business.clone(), name: first.clone(), recorded: facts.recorded };
        if self.topics.is_empty() {
            acts.push(Act::Say(greeting));
            self.recall(acts);
            self.ask(Question::Wish, acts);
        } else {
            if self.style == Style::Spoken {
                acts.push(Act::Say(greeting));
            }
            acts.push(Act::Say(Line::WelcomeBack { name: first }));
            self.ask_anew();
            self.go_on(facts, acts);
        }
        if self.style == Style::Spoken {
            acts.extend(self.other_language().map(|other| Act::Say(Line::OtherLanguage(other.to_owned()))));
        }
    }

    /// The caller's next appointment belongs to the greeting where the business trusts the number, else it is sealed; without
    /// one, what they looked for the last time. A place that is their own is not told unasked (C2).
    fn recall(&mut self, acts: &mut Vec<Act>) {
        if self.seal.is_some() || self.style != Style::Spoken {
            return;
        }
        if let Some(next) = self.known.appointments.iter().min_by_key(|it| it.at) {
            let place = Some(next.place.clone()).filter(|_| next.purpose == Purpose::Viewing).unwrap_or_default();
            acts.push(Act::Say(Line::Appointment(next.purpose, place, next.at)));
            self.known.looked = None; // they are not asked
        } else if let Some(looked) = &self.known.looked {
            acts.push(Act::Say(Line::StillLooking(looked.clone())));
        }
    }

    /// A yes or a no to whether they still look for it.
    fn still_looks(&mut self, reading: &TurnReading, acts: &mut Vec<Act>) -> Answer {
        let Some(looked) = self.known.looked.take() else { return Answer::None };
        let else_said = reading.intents.iter().any(|it| !matches!(it, Intent::EnquiryRent | Intent::EnquiryBuy));
        match reading.answer {
            Some(true) if !else_said => {
                self.known.criteria = looked.criteria().merged(&self.known.criteria);
                self.topics.push(Topic::Search);
                Answer::Taken
            }
            Some(false) if reading.intents.is_empty() => {
                self.asks.remove(&Question::Wish);
                self.ask(Question::Wish, acts);
                Answer::Done
            }
            _ => Answer::None,
        }
    }

    /// What was said last, in the language that was turned to.
    fn say_again(&mut self, acts: &mut Vec<Act>) {
        self.silences = 0;
        acts.extend(self.last.iter().cloned().map(Act::Say));
    }

    /// Silence: the question again, then "are you still there", then the end.
    fn wait(&mut self, acts: &mut Vec<Act>) {
        self.silences += 1;
        match self.silences {
            1 => acts.extend(self.last.iter().cloned().map(Act::Say)),
            n if n < MOST_SILENCES => acts.push(Act::Say(Line::StillThere)),
            _ => {
                acts.push(Act::Say(Line::Goodbye));
                self.leave(acts);
            }
        }
    }

    /// Gone: what is held is let go, what is unfinished is taken up elsewhere.
    fn leave(&mut self, acts: &mut Vec<Act>) {
        if self.known.held {
            acts.push(Act::Release);
            self.known.held = false;
        }
        if self.is_unfinished() {
            acts.push(Act::FollowUp);
        }
        acts.push(Act::End);
        self.ended = true;
    }

    /// It went on for as long as it may: someone gets in touch.
    fn cap(&mut self, facts: &Facts, acts: &mut Vec<Act>) {
        acts.push(Act::PromiseCallBack(facts.call_back_by));
        acts.push(Act::Say(Line::TooLong));
        self.close(acts);
    }

    /// Over, with a person: what is held is let go.
    fn close(&mut self, acts: &mut Vec<Act>) {
        self.handed = true;
        self.leave(acts);
    }

    /// The last lines of a turn, to be said again; a repeat or a "still there" does not replace them.
    fn remember(&mut self, acts: &[Act]) {
        let said: Vec<Line> = acts
            .iter()
            .filter_map(|act| match act {
                Act::Say(Line::StillThere | Line::Sorry) => None,
                Act::Say(line) => Some(line.clone()),
                _ => None,
            })
            .collect();
        if !said.is_empty() {
            self.last = said;
        }
    }

    /// Hands over to a person (C13); said at most once.
    fn hand_over(&mut self, reason: Reason, acts: &mut Vec<Act>) {
        self.asked = None;
        self.handed = true;
        acts.push(Act::HandOver(reason));
        self.busy = true;
    }

    /// What is said before a person is got is what can be kept: nobody is promised at once while the office is closed.
    fn announce(&self, facts: &Facts, acts: &mut Vec<Act>) {
        let Some(at) = acts.iter().position(|act| matches!(act, Act::HandOver(_))) else { return };
        let line = match (facts.staffed, self.style) {
            (true, _) => Line::HandingOver,
            (false, Style::Written) => Line::PassedOn(facts.opens),
            (false, Style::Spoken) => return, // the call-back that is promised says it all
        };
        acts.insert(at, Act::Say(line));
    }
}

fn bounded(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(LONGEST_NOTE).collect::<String>().trim().to_owned()
}

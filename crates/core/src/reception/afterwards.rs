//! After a talk (C14): what was wanted, what was done, what is left to do, and how it ended; read off its turns.
//!
//! Pure. Always true: everything here was said to the caller or done for them, since only lines and acts are read, never a
//! brain's opinion; turns in the same order give the same summary.

use super::say::Line;
use super::talk::{Heard, Turn};
use super::words::{Change, FaultUrgency, Intent, Period, Purpose};
use crate::call;
use crate::reception::danger::Danger;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One turn, as it was kept.
#[derive(Debug, Clone, Copy)]
pub struct Kept<'a> {
    /// Its key.
    pub key: &'a str,
    /// What was heard.
    pub heard: &'a Heard,
    /// What was answered.
    pub answer: &'a Turn,
    /// What was done: `search`, `book` …
    pub acts: &'a [String],
}

/// Something that was done for the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// An appointment was made.
    Booked {
        /// What for.
        purpose: Purpose,
        /// Where, as it was said.
        place: String,
        /// When, local time.
        at: DateTime,
    },
    /// An appointment was changed, or a wish to change it passed on.
    Changed {
        /// How.
        change: Change,
    },
    /// A ticket was opened.
    Ticket {
        /// Its number.
        number: String,
        /// How soon.
        urgency: FaultUrgency,
    },
    /// Safety words were said and the people on call were rung.
    Warned {
        /// Of what.
        danger: Danger,
    },
    /// A message was passed on.
    Message,
    /// A colleague took the call.
    HandedOver,
}

/// Something that is left to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "follow_up", rename_all = "snake_case")]
pub enum FollowUp {
    /// Ring back.
    CallBack {
        /// Promised by then, local time.
        by: Option<DateTime>,
    },
    /// No time was free: arrange one.
    Arrange,
    /// The caller left in the middle: taken up in writing.
    TakeUp,
}

crate::words! {
    /// How a talk ended.
    pub enum Ending {
        /// The caller had no more wishes.
        Goodbye = "goodbye",
        /// The caller hung up.
        HungUp = "hung_up",
        /// A colleague took it.
        HandedOver = "handed_over",
        /// Nobody was free; a call was promised.
        CallBack = "call_back",
    }
}

/// What a talk came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Afterwards {
    /// What was wanted, in the order in which it came up.
    pub intents: Vec<Intent>,
    /// What was done.
    pub actions: Vec<Action>,
    /// Ids of the properties that were told of.
    pub properties: Vec<String>,
    /// What is left to do.
    pub follow_ups: Vec<FollowUp>,
    /// How it ended.
    pub ending: Ending,
    /// Turns in which the caller said or pressed something.
    pub turns: usize,
}

/// Reads it off the turns of a talk.
pub fn of(turns: &[Kept<'_>]) -> Afterwards {
    let mut after = Afterwards {
        intents: Vec::new(),
        actions: Vec::new(),
        properties: Vec::new(),
        follow_ups: Vec::new(),
        ending: Ending::HungUp,
        turns: turns.iter().filter(|turn| is_said(turn.heard)).count(),
    };
    for turn in turns {
        turn.acts.iter().for_each(|act| after.acted(act));
        turn.answer.lines.iter().for_each(|line| after.said(line));
        if *turn.heard == Heard::Answered(true) {
            add(&mut after.actions, Action::HandedOver);
            after.ending = Ending::HandedOver;
        }
    }
    after
}

/// Whether the caller did something.
fn is_said(heard: &Heard) -> bool {
    matches!(heard, Heard::Words(_) | Heard::Pressed(_) | Heard::Shown { .. } | Heard::Unheard)
}

/// Once each, in order.
fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

impl Afterwards {
    fn acted(&mut self, act: &str) {
        match act {
            "hand_over" => add(&mut self.intents, Intent::Agent),
            "open_ticket" => add(&mut self.intents, Intent::Maintenance),
            "follow_up" => add(&mut self.follow_ups, FollowUp::TakeUp),
            _ => {}
        }
    }

    fn said(&mut self, line: &Line) {
        match line {
            Line::Found(cards, _) => {
                for card in cards {
                    let sale = card.period == Period::Total;
                    add(&mut self.intents, if sale { Intent::EnquiryBuy } else { Intent::EnquiryRent });
                    add(&mut self.properties, card.id.clone());
                }
            }
            Line::Offer(purpose, ..) => add(&mut self.intents, wish(*purpose)),
            Line::NoSlots => add(&mut self.follow_ups, FollowUp::Arrange),
            Line::Booked(purpose, place, at) => {
                add(&mut self.actions, Action::Booked { purpose: *purpose, place: place.clone(), at: *at });
            }
            Line::TooLong => {
                add(&mut self.follow_ups, FollowUp::CallBack { by: None });
                self.ending = Ending::CallBack;
            }
            Line::Appointment(..) | Line::ConfirmCancel(..) | Line::NoAppointment => {
                add(&mut self.intents, Intent::ExistingViewing)
            }
            Line::Changed(change) => {
                add(&mut self.intents, Intent::ExistingViewing);
                add(&mut self.actions, Action::Changed { change: *change });
            }
            Line::Ticket(number, urgency) => {
                add(&mut self.actions, Action::Ticket { number: number.clone(), urgency: *urgency });
            }
            Line::Safety(danger, _) => add(&mut self.actions, Action::Warned { danger: *danger }),
            Line::Noted => {
                if self.intents.is_empty() {
                    self.intents.push(Intent::General);
                }
                add(&mut self.actions, Action::Message);
            }
            Line::Hours(_) => add(&mut self.intents, Intent::OfficeHours),
            Line::CallBack(by) => {
                add(&mut self.follow_ups, FollowUp::CallBack { by: *by });
                self.ending = Ending::CallBack;
            }
            Line::Goodbye if self.ending == Ending::HungUp => self.ending = Ending::Goodbye,
            _ => {}
        }
    }
}

fn wish(purpose: Purpose) -> Intent {
    match purpose {
        Purpose::Viewing => Intent::BookViewing,
        Purpose::Valuation => Intent::BookValuation,
        Purpose::Visit => Intent::General,
    }
}

/// What was said, line by line. `cuts` holds, by key, how much of an answer was heard before the caller spoke: what was not
/// heard was not said (C1).
pub fn transcript(turns: &[Kept<'_>], cuts: &BTreeMap<String, String>) -> Vec<call::Turn> {
    let line = |role: &str, text: &str| call::Turn { role: role.to_owned(), text: text.to_owned() };
    let mut said = Vec::new();
    for turn in turns {
        match turn.heard {
            Heard::Words(words) => said.push(line("customer", words)),
            Heard::Pressed(key) => said.push(line("customer", &format!("[{key}]"))),
            Heard::Shown { words: Some(words), .. } => said.push(line("customer", words)),
            _ => {}
        }
        let heard = cuts.get(turn.key).unwrap_or(&turn.answer.text);
        if !heard.trim().is_empty() {
            said.push(line("agent", heard));
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::super::talk::Then;
    use super::*;
    use jiff::civil::date;

    fn turn(lines: Vec<Line>, text: &str) -> Turn {
        Turn { lines, text: text.to_owned(), language: "en-GB".into(), aside: None, then: Then::End }
    }

    #[test]
    fn a_booking_after_a_search_is_told_once_each_and_what_was_cut_off_was_not_said() {
        let at = date(2026, 3, 4).at(11, 30, 0, 0);
        let booked = Line::Booked(Purpose::Viewing, "Elgin Avenue".into(), at);
        let (greeting, read, done) = (
            turn(vec![], "Good morning. How can I help?"),
            turn(vec![Line::Offer(Purpose::Viewing, "Elgin Avenue".into(), vec![at])], "I have half eleven."),
            turn(vec![booked.clone(), booked, Line::Goodbye], "That's booked."),
        );
        let (began, words, key) = (Heard::Began, Heard::Words("a viewing".into()), Heard::Pressed('1'));
        let acts = ["find_slots".to_owned(), "book".to_owned()];
        let kept = [
            Kept { key: "0", heard: &began, answer: &greeting, acts: &[] },
            Kept { key: "1", heard: &words, answer: &read, acts: &acts[..1] },
            Kept { key: "2", heard: &key, answer: &done, acts: &acts[1..] },
        ];
        let after = of(&kept);
        assert_eq!((after.turns, after.ending, after.actions.len()), (2, Ending::Goodbye, 1));
        assert_eq!(after.intents, [Intent::BookViewing]);
        let cuts = BTreeMap::from([("1".to_owned(), "I have".to_owned())]);
        let said: Vec<String> = transcript(&kept, &cuts).into_iter().map(|turn| turn.text).collect();
        assert_eq!(said, ["Good morning. How can I help?", "a viewing", "I have", "[1]", "That's booked."]);
    }
}

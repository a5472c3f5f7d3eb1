//! Any business: name, need, an appointment, a message.

use super::{A_MESSAGE, Choice, Next, Trade, appointment, message};
use crate::reception::desk::{Desk, Topic};
use crate::reception::words::{Intent, Purpose};

/// Any business.
pub(super) struct General;

impl Trade for General {
    fn topic(&self, intent: Intent) -> Option<Topic> {
        Some(match intent {
            Intent::BookViewing | Intent::BookValuation => Topic::Visit,
            Intent::ExistingViewing => Topic::Change,
            Intent::OfficeHours => Topic::Hours,
            Intent::Agent => return None,
            _ => Topic::Message,
        })
    }

    fn next(&self, desk: &Desk, topic: Topic) -> Next {
        match topic {
            Topic::Visit | Topic::Viewing | Topic::Valuation => appointment(desk, Purpose::Visit),
            Topic::Change => Next::Change,
            Topic::Hours => Next::Hours,
            // Danger makes a report in any trade.
            Topic::Repair if desk.known.report.is_some() && desk.known.fault.is_some() => Next::Ticket,
            Topic::Repair | Topic::Search | Topic::Message => message(desk),
        }
    }

    fn menu(&self) -> &'static [Choice] {
        &MENU
    }

    fn examples(&self) -> [&'static str; 2] {
        ["an appointment, our opening hours or a message", "קביעת פגישה, שעות הפתיחה או השארת הודעה"]
    }
}

const MENU: [Choice; 4] = [
    Choice {
        intent: Intent::BookViewing,
        said: "to make an appointment",
        written: "make an appointment",
        hebrew: "לקביעת פגישה",
    },
    Choice {
        intent: Intent::ExistingViewing,
        said: "to change or cancel an appointment",
        written: "change or cancel an appointment",
        hebrew: "לשינוי או לביטול של פגישה",
    },
    Choice {
        intent: Intent::OfficeHours,
        said: "for our opening hours",
        written: "opening hours",
        hebrew: "לשעות הפתיחה",
    },
    A_MESSAGE,
];

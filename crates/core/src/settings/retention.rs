//! How long things are kept (P10).

use serde::{Deserialize, Serialize};

/// How long what is known of people is kept, in days.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Raw events of the inbox that were worked off; null: for good.
    pub events_days: Option<u32>,
    /// People with whom there was nothing for so long are erased, with everything that is derived from them; null: nobody is.
    pub people_days: Option<u32>,
}

impl Retention {
    /// Providers tell of a call or message again for days; what is shorter would take it for another one.
    pub const SHORTEST_EVENTS: u32 = 30;
    /// What is shorter would erase people who are still being talked to.
    pub const SHORTEST_PEOPLE: u32 = 90;
    /// A hundred years.
    pub const LONGEST: u32 = 36_500;

    /// What the receipt says of raw events that were deleted.
    pub fn why_events(days: u32, language: &str) -> String {
        match crate::texts::spoken(language) {
            "he" => format!("אירועים גולמיים נשמרים {days} ימים"),
            _ => format!("Raw events are kept for {days} days"),
        }
    }

    /// What the receipt says of people who were erased.
    pub fn why_people(days: u32, language: &str) -> String {
        match crate::texts::spoken(language) {
            "he" => format!("לא היה קשר {days} ימים"),
            _ => format!("Nothing was heard for {days} days"),
        }
    }
}

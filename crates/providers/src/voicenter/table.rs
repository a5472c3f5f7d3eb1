//! Voicenter's words: types of call and dial statuses, and what they mean.

use ringleader_core::call::{Direction, Outcome};

/// Numeric types of the Call Log and their names in the webhook.
const TYPES: &[(&str, &str)] = &[
    ("1", "incomingcall"),
    ("4", "extensionoutgoing"),
    ("8", "queue"),
    ("9", "click2callleg1"),
    ("10", "click2callleg2"),
    ("11", "voicemail"),
    ("13", "xfercdr"),
    ("14", "productivecallleg1"),
    ("15", "productivecallleg2"),
    ("17", "click2ivr"),
    ("18", "click2ivrincoming"),
    ("19", "click2queueincoming"),
    ("21", "attendedcdrleg1"),
    ("22", "attendedcdrleg2"),
    ("23", "autoforward"),
];

/// A type as one word: lower case, without blanks, numbers as names. Unknown ones stay as they are.
pub fn call_type(raw: &str) -> String {
    let word: String = raw.chars().filter(|c| !matches!(c, ' ' | '_' | '-')).flat_map(char::to_lowercase).collect();
    TYPES.iter().find(|(id, _)| *id == word).map_or(word, |(_, name)| (*name).to_owned())
}

/// The Call Log's number of a type; 0 where it has none.
pub fn cdr_type(raw: &str) -> u8 {
    let word = call_type(raw);
    TYPES.iter().find(|(_, name)| *name == word).and_then(|(id, _)| id.parse().ok()).unwrap_or(0)
}

/// Which way a call went, by the word for it.
pub fn direction_word(raw: &str) -> Option<Direction> {
    match raw.trim().to_lowercase().as_str() {
        "incoming" | "inbound" | "in" => Some(Direction::Inbound),
        "outgoing" | "outbound" | "out" => Some(Direction::Outbound),
        "internal" => Some(Direction::Internal),
        _ => None,
    }
}

/// Which way a call of this type went, for records without a direction. A called business number means inbound.
pub fn direction_of_type(call_type: &str, has_did: bool) -> Direction {
    let continues = call_type.starts_with("attendedcdr") || call_type == "xfercdr";
    if has_did && continues || call_type.contains("incoming") || call_type.contains("queue") {
        Direction::Inbound
    } else if call_type.contains("outgoing") || call_type.contains("leg2") && !continues {
        Direction::Outbound
    } else if call_type.is_empty() || call_type == "voicemail" || has_did && !is_agent_leg(call_type) {
        Direction::Inbound
    } else {
        Direction::Internal
    }
}

/// The leg that rings the business's own phone before the customer is dialled: its answer is nobody's talk.
pub fn is_agent_leg(call_type: &str) -> bool {
    matches!(call_type, "click2callleg1" | "productivecallleg1" | "click2ivr")
}

/// What a status says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The line was connected; by whom is another question.
    Connected,
    /// Nobody took it.
    Missed,
    /// Nobody took it, and no phone rang.
    NotDialled,
    /// Probably nobody took it: the word's meaning is not documented.
    Doubtful,
    /// It ended in the menu.
    Menu,
    /// A voicemail took it.
    Voicemail,
    /// Not in the table.
    Unknown,
}

impl Status {
    /// Looks a status up. Case, blanks and underscores do not matter.
    pub fn of(raw: &str) -> Self {
        let word: String = raw.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
        match word.as_str() {
            "ANSWER" | "ANSWERED" => Self::Connected,
            "NOANSWER" | "BUSY" | "CANCEL" | "ABANDONE" | "ABANDON" | "ABANDONED" | "TIMEOUT" | "EXIT"
            | "EXITWITHTIMEOUT" | "EXITWITHKEY" | "LEAVEEMPTY" => Self::Missed,
            "FULL" | "JOINEMPTY" | "NOTCALLED" | "NOTDIALED" | "CONGESTION" | "CHANUNAVAIL" | "DONTCALL"
            | "TORTURE" | "INVALIDARGS" | "EXITEMPTY" => Self::NotDialled,
            "TE" => Self::Doubtful,
            "VOEND" => Self::Menu,
            "VOICEMAIL" => Self::Voicemail,
            _ => Self::Unknown,
        }
    }
}

/// What a record says about who answered.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The status as the table has it.
    pub status: Status,
    /// The type, as [`call_type`] gives it.
    pub call_type: &'a str,
    /// Which way.
    pub direction: Direction,
    /// The provider's own flag, where it is given.
    pub is_answer: Option<bool>,
    /// An extension or, in a queue, a user is named.
    pub agent: bool,
    /// Seconds of talk.
    pub talk_seconds: i64,
}

impl Evidence<'_> {
    /// What became of the leg. ANSWER by a menu is not an answer; an unknown status decides nothing by itself.
    pub fn outcome(&self) -> Outcome {
        let connected = self.status == Status::Connected || self.is_answer == Some(true);
        match self.status {
            Status::Voicemail => Outcome::Voicemail,
            _ if connected && self.call_type == "voicemail" => Outcome::Voicemail,
            _ if connected && is_agent_leg(self.call_type) => Outcome::Silent,
            _ if connected && self.by_a_person() => {
                if self.talk_seconds > 0 {
                    Outcome::Answered
                } else {
                    Outcome::Silent
                }
            }
            Status::Connected | Status::Menu => Outcome::Menu,
            Status::Missed | Status::NotDialled | Status::Doubtful => Outcome::Missed,
            Status::Unknown => Outcome::Unknown,
        }
    }

    /// Outside the inbound case whoever was called has answered.
    fn by_a_person(&self) -> bool {
        self.agent || self.direction == Direction::Outbound || self.call_type == "autoforward"
    }
}

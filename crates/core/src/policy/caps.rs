//! What a tenant has used up today (P12): more of it is held, and someone is told.

use super::{Ruling, Verdict};
use crate::conversation::Channel;
use crate::texts::Key;

/// Which of the day's caps are reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Caps {
    /// Messages to customers.
    pub messages: bool,
    /// Segments of text messages.
    pub sms: bool,
    /// Money for messages.
    pub money: bool,
}

/// Decisions about a cap begin with this.
const CAP: &str = "cap_";

impl Caps {
    /// Holds a message that would go over `channel`; `task` is for a person who does it by hand.
    pub(super) fn hold(self, channel: Channel, task: Option<Key>) -> Option<Ruling> {
        let reason = match self {
            Self { money: true, .. } => "cap_money",
            Self { messages: true, .. } => "cap_messages",
            Self { sms: true, .. } if channel == Channel::Sms => "cap_sms",
            _ => return None,
        };
        Some(Ruling::new(Verdict::Hold { task }, "P12", reason, Key::WhyCap))
    }
}

impl Ruling {
    /// Whether a cap of the tenant's stands in the way.
    pub fn is_capped(&self) -> bool {
        self.reason.starts_with(CAP)
    }
}

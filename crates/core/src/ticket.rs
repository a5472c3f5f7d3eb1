//! Tickets: faults that were reported (C8), and the calls for the people on call.

use crate::id::{AlarmId, ConnectionId, ContactId, ConversationId, MessageId, PropertyId, TalkId, TicketId, UserId};
use crate::phone::Phone;
use crate::reception::danger::Danger;
use crate::reception::words::{FaultCategory, FaultUrgency};
use jiff::Timestamp;

crate::words! {
    /// Where a ticket stands.
    pub enum TicketState {
        /// Reported.
        Open = "open",
        /// Someone is at it.
        InProgress = "in_progress",
        /// Waits for a part, a tradesperson, the reporter.
        Waiting = "waiting",
        /// Mended.
        Done = "done",
        /// Not needed.
        Dismissed = "dismissed",
    }
}

impl TicketState {
    /// Whether nothing more will be done.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Dismissed)
    }
}

impl Ticket {
    /// Whether a landlord hears of it at any hour, and without delay.
    pub fn cannot_wait(&self) -> bool {
        self.urgency == FaultUrgency::Emergency && !self.state.is_final()
    }
}

/// A fault that was reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// As it is told to people: `T1042`; unique per tenant.
    pub number: String,
    /// Who reported it.
    pub contact_id: Option<ContactId>,
    /// In which talk; none for one that was entered by hand.
    pub talk_id: Option<TalkId>,
    /// The property, where it is known.
    pub property_id: Option<PropertyId>,
    /// What is broken.
    pub category: FaultCategory,
    /// How soon.
    pub urgency: FaultUrgency,
    /// Found by rule.
    pub danger: Option<Danger>,
    /// In the reporter's words.
    pub report: String,
    /// Where: as it is on file, else in the reporter's words.
    pub address: Option<String>,
    /// Whose property it is.
    pub landlord_id: Option<ContactId>,
    /// The colleague who looks after it.
    pub manager_id: Option<UserId>,
    /// Who could mend it: name and number.
    pub contractor: Option<String>,
    /// Where it stood when the landlord heard of it last; none: they never did.
    pub landlord_told: Option<TicketState>,
    /// Where it stands.
    pub state: TicketState,
    /// The last thing that people noted, for the reporter to read.
    pub note: Option<String>,
    /// Reported at.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

/// A photo of what is broken: the message that brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// The report it goes with.
    pub ticket_id: TicketId,
    /// The message that holds it.
    pub message_id: MessageId,
    /// The chat in which it came.
    pub conversation_id: Option<ConversationId>,
    /// Sent at.
    pub at: Timestamp,
}

/// The people on call are told in so many rounds, until one of them takes it (C8).
pub const ROUNDS: usize = 3;

/// Whose turn it is once `told` people were told, of a chain of `length`; `None`: all rounds are over.
pub fn turn(told: i64, length: usize) -> Option<usize> {
    let told = usize::try_from(told).ok()?;
    (told < length.saturating_mul(ROUNDS)).then(|| told % length)
}

/// Whether a round is over with the one who was told after `told` others: the next round is not brought forward.
pub fn ends_round(told: i64, length: usize) -> bool {
    usize::try_from(told).is_ok_and(|told| length > 0 && told % length == length - 1)
}

crate::words! {
    /// Where a call for the people on call stands.
    pub enum AlarmState {
        /// They are told, one after the other.
        Ringing = "ringing",
        /// Someone took it.
        Acknowledged = "acknowledged",
        /// Everyone was told, round after round, and nobody took it.
        Unanswered = "unanswered",
    }
}

/// A call for the people on call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Its id.
    pub id: AlarmId,
    /// What it is about.
    pub danger: Danger,
    /// Who reported it.
    pub contact_id: Option<ContactId>,
    /// In which talk.
    pub talk_id: Option<TalkId>,
    /// The number to ring back, as it is known.
    pub phone: Option<String>,
    /// In the reporter's words.
    pub report: String,
    /// Where, as said.
    pub address: Option<String>,
    /// Who could mend it: name and number.
    pub contractor: Option<String>,
    /// Where it stands.
    pub state: AlarmState,
    /// How many people were told.
    pub told: i64,
    /// Who took it.
    pub taken_by: Option<String>,
    /// Raised at.
    pub created_at: Timestamp,
    /// Taken, or given up, at.
    pub closed_at: Option<Timestamp>,
}

crate::words! {
    /// How far somebody on call is rung.
    pub enum RingState {
        /// To be rung.
        Wanted = "wanted",
        /// The provider was asked; what it said is not known yet.
        Placing = "placing",
        /// Rings, or is spoken to.
        Placed = "placed",
        /// Over.
        Over = "over",
    }
}

/// Somebody on call who is rung for an emergency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// What for.
    pub alarm: AlarmId,
    /// How many were told before, over all rounds.
    pub nth: i64,
    /// Their name.
    pub name: String,
    /// Their number.
    pub phone: Phone,
    /// The account that rings.
    pub connection: ConnectionId,
    /// How far it is.
    pub state: RingState,
    /// The provider's id of the call.
    pub provider_call_id: Option<String>,
    /// How it ended: `taken`, `declined`, `stopped`, `refused`, or the provider's word.
    pub result: Option<String>,
    /// Last change.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_has_a_turn_in_each_round_and_then_it_is_over() {
        let turns: Vec<Option<usize>> = (0..7).map(|told| turn(told, 2)).collect();
        assert_eq!(turns, [Some(0), Some(1), Some(0), Some(1), Some(0), Some(1), None]);
        assert_eq!((turn(0, 0), turn(-1, 2)), (None, None), "nobody is on call");
        assert_eq!([0, 1, 2, 3].map(|told| ends_round(told, 2)), [false, true, false, true]);
    }
}

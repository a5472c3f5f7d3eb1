//! The statuses that platforms of voice agents report, and what each means (B1).

use crate::call::CallStatus;

crate::words! {
    /// How far a status is along the way.
    pub enum Class {
        /// No table knows it: below everything.
        Unknown = "unknown",
        /// Not dialled yet.
        Pending = "pending",
        /// Dialled.
        Initiated = "initiated",
        /// Rings.
        Ringing = "ringing",
        /// They talk.
        Talking = "talking",
        /// The line dropped; the platform still works on it.
        Dropped = "dropped",
        /// The platform is done: they talked, or a machine did, or nobody.
        Completed = "completed",
        /// Nobody answered.
        Unanswered = "unanswered",
        /// Called off before anyone answered.
        CalledOff = "called_off",
        /// Stopped by a user, or the carrier never answered: nobody was reached and nobody missed anything.
        Stopped = "stopped",
        /// It could not be placed.
        NotPlaced = "not_placed",
        /// There never was such a call.
        Disowned = "disowned",
    }
}

/// What a normalised status word means.
pub fn class(status: &str) -> Class {
    match status {
        "scheduled" | "prepared" | "queued" | "rescheduled" => Class::Pending,
        "initiated" => Class::Initiated,
        "ringing" => Class::Ringing,
        "in-progress" => Class::Talking,
        "call-disconnected" => Class::Dropped,
        "completed" => Class::Completed,
        "no-answer" | "busy" => Class::Unanswered,
        "canceled" => Class::CalledOff,
        "stopped" => Class::Stopped,
        "failed" | "error" | "balance-low" => Class::NotPlaced,
        super::DISOWNED => Class::Disowned,
        _ => Class::Unknown,
    }
}

impl Class {
    /// The ladder: within one attempt the higher stands.
    pub(super) const fn rank(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Pending => 10,
            Self::Initiated => 20,
            Self::Ringing => 30,
            Self::Talking => 40,
            Self::Dropped => 50,
            Self::Completed | Self::Unanswered | Self::CalledOff | Self::Stopped | Self::NotPlaced => 60,
            Self::Disowned => 70,
        }
    }

    /// Nothing comes after it, but for another attempt.
    pub const fn is_final(self) -> bool {
        self.rank() >= 60
    }

    /// The coarse state; `in_progress` until the platform is done.
    pub(super) const fn coarse(self) -> CallStatus {
        match self {
            Self::Completed => CallStatus::Completed,
            Self::Unanswered | Self::NotPlaced | Self::Disowned => CallStatus::Failed,
            Self::CalledOff | Self::Stopped => CallStatus::Cancelled,
            _ => CallStatus::InProgress,
        }
    }
}

//! The status of an outbound message, folded from reports in whatever order they come (DESIGN 6, P2).
//!
//! Always true: the outcome depends on which reports came, not on their order or number; a late lower status changes nothing;
//! `failed` replaces nothing that reached a device, and what reached a device after a failure wins.

use crate::message::MessageStatus;

/// The status after `report`, given the one so far.
pub fn fold(current: MessageStatus, report: MessageStatus) -> MessageStatus {
    if rank(report) > rank(current) { report } else { current }
}

/// One ladder for all: `failed` stands above `sent` and below `delivered`. `held` is a person's matter: anything that the
/// provider says settles it. What came in stays what it is.
const fn rank(status: MessageStatus) -> u8 {
    match status {
        MessageStatus::Wanted => 0,
        MessageStatus::Sending => 1,
        MessageStatus::Unknown => 2,
        MessageStatus::Held => 3,
        MessageStatus::Accepted => 4,
        MessageStatus::Sent => 5,
        MessageStatus::Failed => 6,
        MessageStatus::Delivered => 7,
        MessageStatus::Read => 8,
        MessageStatus::Received => 9,
    }
}

/// Whether a message with this status may be tried: it has not left, as far as anyone knows.
pub const fn may_be_sent(status: MessageStatus) -> bool {
    matches!(status, MessageStatus::Wanted)
}

/// Whether the provider has it: it must not be sent again.
pub const fn is_with_provider(status: MessageStatus) -> bool {
    matches!(status, MessageStatus::Accepted | MessageStatus::Sent | MessageStatus::Delivered | MessageStatus::Read)
}

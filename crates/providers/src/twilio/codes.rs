//! Twilio's error codes, sorted by what the caller can do (twilio sheet, 11.6).
//!
//! Codes are split over time, so a table decides and the HTTP status is the fallback (`class_of_status`).

use crate::messaging::{FailureClass, Scope};

/// The class of a Twilio code; `None` if it is not in the table.
pub fn class_of(code: i64) -> Option<FailureClass> {
    use FailureClass::*;
    Some(match code {
        // Invalid or unknown number, no mobile, landline, blocked, no such WhatsApp user: another channel is the way.
        21211 | 21612 | 21614 | 30003..=30006 | 63003 | 63024 | 63032 | 63049 => Unreachable,
        63016 => WindowClosed,
        63018 => Throttled(Scope::Number),
        20429 | 30001 => Throttled(Scope::Account),
        21656 => Template,
        21610 => OptedOut,
        // Authentication, suspended, wrong sender, region, trial, registration: a person must act first.
        20003 | 30002 | 21212 | 21606 | 21659 | 21408 | 21608 | 30034 | 63007 => Halted,
        30008 => Transient,
        20404 | 21617 | 21619 | 30007 | 35114 => Rejected,
        _ => return None,
    })
}

/// What an unlisted error means by its HTTP status: 429 waits, the rest of 4xx is final.
pub fn class_of_status(status: u16) -> FailureClass {
    match status {
        429 => FailureClass::Throttled(Scope::Account),
        401 | 403 => FailureClass::Halted,
        500.. => FailureClass::Transient,
        _ => FailureClass::Rejected,
    }
}

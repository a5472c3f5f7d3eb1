//! Meta's error codes, sorted by what the caller can do (whatsapp-cloud sheet, section 8).
//!
//! The same codes come in answers to sends, in `failed` statuses and in `value.errors`.

use crate::messaging::{FailureClass, Scope};

/// The class of a Meta code; `None` if it is not in the table.
pub fn class_of(code: i64) -> Option<FailureClass> {
    use FailureClass::*;
    Some(match code {
        // Not on WhatsApp, in an experiment, capped per user, country restricted: another channel is the way.
        131026 | 130472 | 130497 | 131049 => Unreachable,
        131047 => WindowClosed,
        131056 => Throttled(Scope::Pair),
        130429 => Throttled(Scope::Number),
        4 | 80007 => Throttled(Scope::Account),
        132000 | 132001 | 132005 | 132007 | 132008 | 132012 | 132015 | 132016 | 132068 | 132069 => Template,
        131050 => OptedOut,
        // Token, permission, policy, payment, registration, spam limit: a person must act first.
        0
        | 3
        | 10
        | 190
        | 131005
        | 200..=299
        | 368
        | 131031
        | 131037
        | 131042
        | 131044
        | 131045
        | 133010
        | 131048
        | 131064 => Halted,
        1 | 2 | 131000 | 131016 | 131057 | 133004 => Transient,
        33
        | 100
        | 803
        | 130403
        | 131008
        | 131009
        | 131021
        | 131030
        | 131051..=131053
        | 131060..=131063
        | 135000
        | 136024
        | 137000 => Rejected,
        133000..=139999 => Rejected,
        _ => return None,
    })
}

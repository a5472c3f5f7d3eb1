//! Whether anything stops a message to a person, asked afresh right before it is ruled on (A5, A7, A14).

use ringleader_core::contact::{Contact, ContactKind};
use ringleader_core::policy::Standing;
use ringleader_core::tenant::Tenant;

/// What stops messages to this contact.
pub fn of(tenant: &Tenant, contact: &Contact) -> Standing {
    Standing {
        opted_out: contact.opted_out_at.is_some(),
        blocked: contact.kind == ContactKind::Blocked,
        insider: matches!(contact.kind, ContactKind::Staff | ContactKind::Supplier),
        stopped: tenant.settings.emergency_stop,
    }
}

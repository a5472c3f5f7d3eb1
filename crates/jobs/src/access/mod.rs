//! Signing in: passwords, the second step, sessions, and links to choose a password with (D1).
//!
//! Always true: an unknown address costs as much time as a known one and hears the same; what opens doors (passwords, tokens,
//! recovery codes) is stored as a digest or sealed; a code works once; whoever is shut out loses all sessions at once.

mod attempts;
pub mod password;
mod people;
mod second_step;
mod sign_in;
mod totp;

pub use attempts::Network;
pub use people::{
    COMMAND_LINE, Change, Link, change_password, change_user, invite, link_for, look_at_link, make_user, offer_link,
    take_link,
};
pub(crate) use people::{unseal, url};
pub use second_step::{Setup, confirm_second_step, drop_second_step, set_up_second_step};
pub use sign_in::{
    Entry, Opened, Refused, Several, answer_second_step, check_password, end_session, enter, sign_in, who,
};

use crate::tokens;
use ringleader_core::id::TenantId;
use ringleader_store::secrets::{PASSWORD_LINK, Place, SECOND_STEP};

/// How long a session lasts at most.
pub const SESSION: jiff::SignedDuration = jiff::SignedDuration::from_hours(24 * 30);

/// A session that nobody used for so long is over.
pub const IDLE: jiff::SignedDuration = jiff::SignedDuration::from_hours(24 * 14);

/// The forms of a session carry this, so that no other site can send them. It follows from the session's token and tells
/// nothing about it.
pub fn form_key(token: &str) -> String {
    tokens::digest(&format!("form:{token}"))
}

const fn totp_place(tenant: TenantId) -> Place {
    Place { tenant, column: SECOND_STEP }
}

const fn link_place(tenant: TenantId) -> Place {
    Place { tenant, column: PASSWORD_LINK }
}

//! Who works here, as somebody else's entry names them: by the address that they sign in with.

use ringleader_core::user::Role;
use ringleader_store::repo::User;
use ringleader_store::{Conn, Result};

/// What is said of an address that is no colleague's.
pub(crate) const NOBODY: &str = "is nobody who works here";

/// The colleague with this address, unless they have left.
pub(crate) fn colleague<'u>(users: &'u [User], email: &str) -> Option<&'u User> {
    let email = email.trim().to_lowercase();
    users.iter().find(|user| user.email == email && user.disabled_at.is_none())
}

/// The same, where they may be given appointments.
pub(crate) async fn agent(conn: &mut Conn, email: &str) -> Result<Option<User>> {
    let users = conn.users().all().await?;
    Ok(colleague(&users, email).filter(|user| user.role >= Role::Agent).cloned())
}

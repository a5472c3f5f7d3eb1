//! Who works here, as somebody else's entry names them: by the address that they sign in with.

use ringleader_core::user::Role;
use ringleader_store::repo::User;
use ringleader_store::{Conn, Result};

/// What is said of an address that is no colleague's.
pub(crate) const NOBODY: &str = "is nobody who works here";

/// The colleague with this address, unless they have left.
pub(crate) async fn colleague(conn: &mut Conn, email: &str) -> Result<Option<User>> {
    let email = email.trim().to_lowercase();
    let all = conn.users().all().await?;
    Ok(all.into_iter().find(|user| user.email == email && user.disabled_at.is_none()))
}

/// The same, where they may be given appointments.
pub(crate) async fn agent(conn: &mut Conn, email: &str) -> Result<Option<User>> {
    Ok(colleague(conn, email).await?.filter(|user| user.role >= Role::Agent))
}

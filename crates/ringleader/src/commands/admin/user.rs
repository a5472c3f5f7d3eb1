//! `ringleader admin user`: makes someone who can sign in.

use super::{ACTOR, existing};
use crate::cli::AdminUser;
use crate::credentials;
use crate::output::Output;
use crate::stop::Stop;
use ringleader_store::Store;
use serde_json::json;
use std::io::BufRead as _;

const ROLES: [&str; 3] = ["owner", "agent", "viewer"];

pub(super) async fn run(store: &Store, what: AdminUser, output: Output) -> anyhow::Result<()> {
    let AdminUser::Create { tenant, email, name, role } = what;
    let tenant = existing(store, &tenant).await?;
    if !ROLES.contains(&role.as_str()) {
        let mend = format!("There are {}.", ROLES.join(", "));
        return Err(Stop::wrong_use(format!("`{role}` is not a role."), mend).into());
    }
    if !email.contains('@') {
        return Err(Stop::wrong_use("--email is not an email address.", "").into());
    }
    let hash = credentials::hashed(&password()?)?;
    let mut tx = store.begin(tenant).await?;
    if !tx.people().add_user(&name, &email, &role, Some(&hash)).await? {
        return Err(Stop::failed("This tenant has a user with this email address already.", "").into());
    }
    tx.usage().audit(ACTOR, "user.create", &tenant.to_string(), None, Some(json!({"role": role}))).await?;
    tx.commit().await?;
    output.answer("The user is made.", &json!({"tenant_id": tenant, "email": email, "name": name, "role": role}));
    Ok(())
}

/// The first line of standard input, so that it stands in no list of processes and in no shell history.
fn password() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

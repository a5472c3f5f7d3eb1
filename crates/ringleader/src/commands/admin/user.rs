//! `ringleader admin user`: makes and lists people who can sign in, and helps them in when nobody else can: a link to choose a
//! password with, another role, access again, a lost second step.

use super::{ACTOR, existing};
use crate::cli::{AdminUser, UserOf};
use crate::output::Output;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::wiring;
use ringleader_core::id::TenantId;
use ringleader_core::secret::Secret;
use ringleader_core::user::{self, Role};
use ringleader_jobs::access::{self, Change, password};
use ringleader_jobs::context::Context;
use ringleader_store::Store;
use ringleader_store::repo::{NewUser, User};
use serde_json::{Value, json};
use std::io::BufRead as _;

const COLUMNS: &[&str] = &["id", "name", "email", "role", "second_step", "disabled_at", "last_sign_in_at"];

pub(super) async fn run(settings: &Settings, store: &Store, what: AdminUser, output: Output) -> anyhow::Result<()> {
    match what {
        AdminUser::Create { tenant, email, name, role } => {
            let tenant = existing(store, &tenant).await?;
            create(store, tenant, (&name, &email, &role), output).await
        }
        AdminUser::List { tenant } => {
            let users = store.read(existing(store, &tenant).await?).await?.users().all().await?;
            output.list(COLUMNS, &users.iter().map(shown).collect::<Vec<_>>(), "This tenant has no users.");
            Ok(())
        }
        AdminUser::Link(who) => {
            let (cx, user) = found(settings, store, &who).await?;
            let link = access::link_for(&cx, user.tenant_id, user.id, ACTOR).await?;
            let text = format!("It works once, until {}: {}", link.expires_at, link.url.reveal());
            output.answer(&text, &json!({"url": link.url.reveal(), "expires_at": link.expires_at}));
            Ok(())
        }
        AdminUser::Change { user, role, disabled } => {
            let role = role.as_deref().map(role_of).transpose()?;
            let (cx, user) = found(settings, store, &user).await?;
            let change = Change { role, disabled, ..Change::default() };
            let user = access::change_user(&cx, user.tenant_id, user.id, change, ACTOR).await;
            let user = user.map_err(|error| Stop::failed(format!("Nothing was changed: {error}."), ""))?;
            output.answer("The user is changed.", &shown(&user));
            Ok(())
        }
        AdminUser::SecondStepOff(who) => {
            let (cx, user) = found(settings, store, &who).await?;
            access::drop_second_step(&cx, &user, ACTOR).await?;
            output.answer("The password alone signs them in now.", &json!({"id": user.id, "second_step": false}));
            Ok(())
        }
    }
}

fn role_of(word: &str) -> Result<Role, Stop> {
    word.parse().map_err(|_| {
        let words: Vec<_> = Role::ALL.iter().map(|role| role.as_str()).collect();
        Stop::wrong_use(format!("`{word}` is not a role."), format!("There are {}.", words.join(", ")))
    })
}

async fn create(
    store: &Store,
    tenant: TenantId,
    (name, email, role): (&str, &str, &str),
    output: Output,
) -> anyhow::Result<()> {
    let role = role_of(role)?;
    let Some(address) = user::address(email) else {
        return Err(Stop::wrong_use("--email is not an email address.", "").into());
    };
    let given = first_line()?;
    if let Some(fault) = password::fault(&given) {
        let mend = "Give it as the first line of standard input.";
        return Err(Stop::wrong_use(format!("The password {fault}."), mend).into());
    }
    let hash = password::hash(Secret::new(given)).await;
    let hash = hash.ok_or_else(|| Stop::failed("The password could not be hashed.", "Try again."))?;
    let mut tx = store.begin(tenant).await?;
    let new = NewUser { name, email: &address, role, password_hash: Some(hash) };
    let Some(id) = access::make_user(&mut tx, &new, ACTOR).await? else {
        return Err(Stop::failed("This tenant has a user with this email address already.", "").into());
    };
    tx.commit().await?;
    let made = json!({"id": id, "tenant_id": tenant, "email": address, "name": name, "role": role});
    output.answer("The user is made.", &made);
    Ok(())
}

/// The user who is meant, with what helping them needs.
async fn found(settings: &Settings, store: &Store, who: &UserOf) -> anyhow::Result<(Context, User)> {
    let tenant = existing(store, &who.tenant).await?;
    let users = store.read(tenant).await?.users().all().await?;
    let wanted = user::address(&who.email).unwrap_or_default();
    let Some(user) = users.into_iter().find(|user| user.email == wanted) else {
        let mend = "`ringleader admin user list` shows the tenant's users.";
        return Err(Stop::failed("This tenant has no user with this email address.", mend).into());
    };
    Ok((wiring::context(settings, store.clone())?, user))
}

fn shown(user: &User) -> Value {
    json!({
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "role": user.role,
        "second_step": user.totp_since.is_some(),
        "disabled_at": user.disabled_at,
        "last_sign_in_at": user.last_sign_in_at,
    })
}

/// The first line of standard input, so that it stands in no list of processes and in no shell history.
fn first_line() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

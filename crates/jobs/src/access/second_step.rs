//! The second step: set up with a secret, in force once a code of it was shown, taken away by its owner.

use super::{totp, totp_place};
use crate::actions::{ActionError, Done};
use crate::context::Context;
use crate::tokens;
use ringleader_core::secret::Secret;
use ringleader_providers::problem::FieldError;
use ringleader_store::repo::User;

/// Recovery codes of a user.
const CODES: usize = 10;

/// What the user's telephone needs.
#[derive(Debug)]
pub struct Setup {
    /// The secret, to be typed.
    pub secret: Secret<String>,
    /// The same as an address, to be scanned.
    pub address: Secret<String>,
}

/// Makes a secret; nothing is asked for before it is confirmed. One that waits to be confirmed is shown again.
///
/// # Errors
/// `Conflict` if a second step is in force; `Refused` when the secret key was changed.
pub async fn set_up_second_step(cx: &Context, user: &User) -> Done<Setup> {
    if user.totp_since.is_some() {
        return Err(ActionError::Conflict("the second step is on already; take it away first".to_owned()));
    }
    let place = totp_place(user.tenant_id);
    let waiting = user.totp_secret.as_deref().and_then(|sealed| cx.keys.open(place, sealed).ok());
    let secret = match waiting {
        Some(secret) => secret,
        None => {
            let secret = totp::new_secret();
            let mut tx = cx.store.begin(user.tenant_id).await?;
            tx.users().set_totp(user.id, Some(&cx.keys.seal(place, &secret)), None).await?;
            tx.commit().await?;
            Secret::new(secret)
        }
    };
    let who: String = user.email.bytes().map(escaped).collect();
    let address = format!("otpauth://totp/Ringleader:{who}?secret={}&issuer=Ringleader", secret.reveal());
    Ok(Setup { secret, address: Secret::new(address) })
}

fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b".-_~".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// Puts the second step in force: a code proves that the telephone has the secret. Gives the recovery codes, this once.
///
/// # Errors
/// `Invalid` for a wrong code; `Conflict` if nothing was set up.
pub async fn confirm_second_step(cx: &Context, user: &User, code: &str) -> Done<Vec<Secret<String>>> {
    let nothing = || ActionError::Conflict("nothing is being set up".to_owned());
    let sealed = user.totp_secret.as_deref().filter(|_| user.totp_since.is_none()).ok_or_else(nothing)?;
    let secret = cx.keys.open(totp_place(user.tenant_id), sealed).map_err(|_| nothing())?;
    let mut tx = cx.store.begin(user.tenant_id).await?;
    let now = tx.now();
    let Some(step) = totp::step_of(code, secret.reveal(), now) else {
        return Err(ActionError::Invalid(vec![FieldError::new("code", "is not the present code of this secret")]));
    };
    tx.users().set_totp(user.id, Some(sealed), Some(now)).await?;
    tx.users().use_step(user.id, step).await?;
    let codes: Vec<_> = (0..CODES).map(|_| totp::new_recovery_code()).collect();
    for code in &codes {
        tx.users().add_recovery_code(user.id, &tokens::digest(code)).await?;
    }
    let id = user.id.to_string();
    tx.usage().audit(&id, "user.second_step_on", &id, None, None).await?;
    tx.commit().await?;
    Ok(codes.into_iter().map(Secret::new).collect())
}

/// Takes the second step away: a user their own, an owner another's who lost the telephone.
///
/// # Errors
/// Of the database.
pub async fn drop_second_step(cx: &Context, user: &User, actor: &str) -> Done<()> {
    let mut tx = cx.store.begin(user.tenant_id).await?;
    tx.users().set_totp(user.id, None, None).await?;
    tx.usage().audit(actor, "user.second_step_off", &user.id.to_string(), None, None).await?;
    tx.commit().await?;
    Ok(())
}

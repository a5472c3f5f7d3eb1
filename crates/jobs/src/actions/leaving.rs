//! The link by which a customer leaves from an email (A14, P10): in the header that mail programs show as a button (RFC 2369,
//! RFC 8058), and as a page.
//!
//! Always true: looking changes nothing; leaving holds for the person on all channels; the link names no person and no number,
//! and only this installation can make or read one.

use super::{ActionError, Done};
use crate::context::Context;
use crate::flows::consent;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ringleader_core::id::{ContactId, TenantId};
use ringleader_core::optout::OptWord;
use ringleader_store::secrets::Place;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct LeavingPage {
    /// Name of the business.
    pub business: String,
    /// The customer's language, else the tenant's: `he`, `en`.
    pub language: String,
    /// They have left already.
    pub left: bool,
}

/// The address for a customer of a tenant.
pub(crate) fn leaving_link(cx: &Context, tenant: TenantId, contact: ContactId) -> String {
    let sealed = cx.keys.seal(place(tenant), &contact.to_string());
    let token = URL_SAFE_NO_PAD.encode(format!("{tenant} {sealed}"));
    format!("{}/leave/{token}", cx.public_url.trim_end_matches('/'))
}

/// What is behind a link.
///
/// # Errors
/// `NotFound` for a link that was not made here, or whose person is gone.
pub async fn look_at_leaving(cx: &Context, token: &str) -> Done<LeavingPage> {
    let (tenant, contact) = opened(cx, token).ok_or(ActionError::NotFound("link"))?;
    let mut read = cx.store.read(tenant).await?;
    let mut person = read.contacts().get(contact).await?.ok_or(ActionError::NotFound("contact"))?;
    while let Some(into) = person.merged_into {
        person = read.contacts().get(into).await?.ok_or(ActionError::NotFound("contact"))?;
    }
    let business = read.tenants().me().await?;
    let own = person.language.as_deref().map(|code| code.split(['-', '_']).next().unwrap_or_default().to_owned());
    Ok(LeavingPage {
        language: own.unwrap_or_else(|| business.language().to_owned()),
        left: person.opted_out_at.is_some(),
        business: business.name,
    })
}

/// The person behind the link leaves; twice is once.
///
/// # Errors
/// As for [`look_at_leaving`].
pub async fn leave_by_link(cx: &Context, token: &str) -> Done<()> {
    let (tenant, contact) = opened(cx, token).ok_or(ActionError::NotFound("link"))?;
    let mut tx = cx.store.begin(tenant).await?;
    let known = tx.contacts().get(contact).await?.filter(|person| !person.erased);
    known.ok_or(ActionError::NotFound("contact"))?;
    let contact = tx.contacts().hold(contact).await?.id;
    consent::note(&mut tx, contact, OptWord::Stop, "the link in an email", "email_link").await?;
    Ok(tx.commit().await?)
}

fn opened(cx: &Context, token: &str) -> Option<(TenantId, ContactId)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let (tenant, sealed) = text.split_once(' ')?;
    let tenant: TenantId = tenant.parse().ok()?;
    let contact = cx.keys.open(place(tenant), sealed).ok()?;
    Some((tenant, contact.reveal().parse().ok()?))
}

fn place(tenant: TenantId) -> Place {
    Place { tenant, column: "leaving_link" }
}

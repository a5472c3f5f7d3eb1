//! Sends someone the link with which they choose a password, over the tenant's mail account. The token is in no payload.

use super::settle;
use crate::access;
use crate::accounts;
use crate::context::Context;
use crate::engine::{Job, Outcome};
use ringleader_core::conversation::Channel;
use ringleader_core::id::UserId;
use ringleader_core::message::Content;
use ringleader_providers::messaging::{Address, Outgoing, SendError};
use ringleader_store::Result;
use ringleader_store::jobs::Claimed;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Mails a link to choose a password with.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendPasswordLink {
    /// To whom.
    pub user: UserId,
}

impl Job for SendPasswordLink {
    type Context = Context;
    const KIND: &'static str = "send_password_link";
    const TIMEOUT: Duration = Duration::from_secs(60);
    const MAX_ATTEMPTS: u32 = 5;

    fn key(&self) -> Option<String> {
        Some(self.user.to_string())
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.mail(cx, job).await)
    }
}

impl SendPasswordLink {
    async fn mail(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut read = cx.store.read(job.tenant).await?;
        let user = read.users().get(self.user).await?.filter(|user| user.disabled_at.is_none());
        let link = read.sessions().link_of(self.user).await?;
        let link = link.filter(|link| link.used_at.is_none() && link.expires_at > cx.store.clock().now());
        let (Some(user), Some(link)) = (user, link) else {
            return Ok(Outcome::Cancel("the link is used, over or gone".into()));
        };
        let Some(connection) = read.connections().of_kind("smtp").await?.into_iter().next() else {
            return Ok(Outcome::Cancel("there is no mail account any more".into()));
        };
        let business = read.tenants().me().await?;
        drop(read);
        let Some(token) = access::unseal(cx, &link) else {
            return Ok(Outcome::Cancel("the secret key was changed".into()));
        };
        let language = user.language.as_deref().unwrap_or(business.language());
        let link_to = access::url(cx, token.reveal());
        let body = words(language, link.purpose == "invite", &business.name, link_to.reveal());
        let outgoing = Outgoing {
            to: Address { email: Some(user.email), ..Address::default() },
            send_key: format!("password-link-{}", &link.token_hash[..16]),
            content: Content::Text { body },
            link: None,
            leave: None,
            calendar: None,
        };
        let client = match accounts::messaging(cx, &connection, Channel::Email) {
            Ok(client) => client,
            Err(error) => return Ok(Outcome::Cancel(error.to_string())),
        };
        Ok(match client.send(&outgoing).await {
            Ok(_) | Err(SendError::Unknown { .. }) => Outcome::Done,
            Err(error @ (SendError::NotSent { .. } | SendError::Throttled { .. } | SendError::Transient(_))) => {
                Outcome::Retry(error.to_string())
            }
            Err(error) => Outcome::Cancel(error.to_string()),
        })
    }
}

/// The email; its first two lines are the subject.
fn words(language: &str, invited: bool, business: &str, link: &str) -> String {
    match (language, invited) {
        ("he", true) => format!(
            "{business}: הזמנה ל-Ringleader\n\nכדי להיכנס צריך לבחור סיסמה בקישור הזה. הוא תקף לשבוע ופועל פעם אחת.\n\n{link}"
        ),
        ("he", false) => format!(
            "{business}: סיסמה חדשה ל-Ringleader\n\nאפשר לבחור סיסמה חדשה בקישור הזה. הוא תקף לשעתיים ופועל פעם אחת. אם לא התבקשה סיסמה חדשה, אין צורך לעשות דבר.\n\n{link}"
        ),
        (_, true) => format!(
            "{business}: your invitation to Ringleader\n\nChoose a password with this link to sign in. It works once, within a week.\n\n{link}"
        ),
        (_, false) => format!(
            "{business}: a new password for Ringleader\n\nChoose a new password with this link. It works once, within two hours. If you did not ask for it, there is nothing to do.\n\n{link}"
        ),
    }
}

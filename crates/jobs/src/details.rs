//! Details of properties on their way to somebody (C11): each once, in order, marked as it goes.
//!
//! Always true: what goes stands in the property's row; what is not to be had any more does not go; every send has its
//! decision; the same cause sends the same property once.

use crate::ledger::{self, About, Entry};
use crate::letters::{self, Sent};
use ringleader_core::contact::Contact;
use ringleader_core::conversation::Channel;
use ringleader_core::decision::Verdict;
use ringleader_core::id::PropertyId;
use ringleader_core::message::Content;
use ringleader_core::property::{Medium, PropertyState};
use ringleader_core::reception::sending::{self, Way};
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::{Result, Tx};
use serde_json::json;

/// What the messages are for.
const PURPOSE: &str = "details";

/// So many at once.
const MOST: usize = 3;

/// What is to be sent, and to whom.
pub(crate) struct Package<'a> {
    /// To whom.
    pub contact: &'a Contact,
    /// Which properties, in order.
    pub properties: &'a [PropertyId],
    /// How.
    pub way: Way,
    /// Where to, by email.
    pub email: Option<&'a str>,
    /// The language of the words.
    pub language: &'a str,
    /// What it follows from; the same cause sends a property once.
    pub cause: &'a str,
    /// They asked for it: what was sent before goes again.
    pub asked: bool,
}

/// Sends it; how many are on their way.
pub(crate) async fn send(tx: &mut Tx, tenant: &Tenant, package: &Package<'_>) -> Result<usize> {
    let mut gone = 0;
    for id in package.properties.iter().take(MOST) {
        if !package.asked && tx.searches().was_sent(package.contact.id, *id).await? {
            continue;
        }
        let found = tx.properties().get(*id).await?;
        let Some(property) = found.filter(|it| it.entered.state == PropertyState::Available) else { continue };
        let media: Vec<Medium> = tx.properties().media(&[*id]).await?.into_iter().map(|(_, medium)| medium).collect();
        let details = sending::details(&property, tenant.currency(), package.language);
        let words = |pictures: bool| details.clone() + &sending::shown(&media, pictures, package.language);
        let cause = format!("details:{}:{id}", package.cause);
        let mut over = None;
        let content = |channel: Channel| {
            over = Some(channel);
            Content::Text { body: words(channel == Channel::Whatsapp) }
        };
        let sent = match (package.way, package.email) {
            (Way::Email, Some(email)) => {
                letters::email(tx, package.contact, email, words(false), &cause, PURPOSE).await?
            }
            _ => letters::post(tx, tenant, package.contact, content, &cause, PURPOSE).await?,
        };
        if over == Some(Channel::Whatsapp) && sent == Sent::Now {
            pictures(tx, tenant, package, &media, &cause).await?;
        }
        if matches!(sent, Sent::Now | Sent::Before) {
            gone += 1;
        }
        if sent == Sent::Now {
            tx.searches().mark_sent(package.contact.id, *id, None).await?;
            note(tx, tenant, package, *id).await?;
        }
    }
    metrics::counter!("ringleader_details_sent_total", "way" => package.way.as_str()).increment(gone as u64);
    Ok(gone)
}

/// The photos of a property, one after the other, below its details.
async fn pictures(tx: &mut Tx, tenant: &Tenant, package: &Package<'_>, media: &[Medium], cause: &str) -> Result<()> {
    for (nth, link) in sending::photos(media).enumerate() {
        let content = |channel: Channel| match channel {
            Channel::Whatsapp => Content::Picture { link: link.to_owned(), caption: None },
            _ => Content::Text { body: link.to_owned() },
        };
        letters::post(tx, tenant, package.contact, content, &format!("{cause}:photo:{nth}"), PURPOSE).await?;
    }
    Ok(())
}

async fn note(tx: &mut Tx, tenant: &Tenant, package: &Package<'_>, id: PropertyId) -> Result<()> {
    let about = About { contact: Some(package.contact.id), ..About::default() };
    let entry = Entry {
        verdict: Verdict::Send,
        rule: "C11",
        reason: "details".to_owned(),
        explain: if package.asked { Key::WhyReception } else { Key::WhyDiscussed },
        evidence: json!({ "property_id": id, "way": package.way }),
        until: None,
    };
    ledger::record(tx, tenant, about, entry).await
}

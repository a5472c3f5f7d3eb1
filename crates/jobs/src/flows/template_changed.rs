//! News of templates, preferences and accounts from the messaging provider (A8, A14).

use super::consent;
use crate::alerts;
use crate::work::sync_templates;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::optout::OptWord;
use ringleader_core::tenant::Tenant;
use ringleader_providers::whatsapp_cloud::inbound::EventKind;
use ringleader_store::repo::{Connection, Identity, Template};
use ringleader_store::{Result, Tx};

/// Takes in what is neither message nor status.
pub async fn handle(tx: &mut Tx, tenant: &Tenant, connection: &Connection, news: EventKind) -> Result<()> {
    match news {
        EventKind::TemplateStatus { name, language, event, reason, .. } => {
            let language = language.replace('-', "_");
            let (status, paused_until) = state_of(&event, tx.now());
            let status = status.to_owned();
            let news = Template { name, language, status, reason, paused_until, ..Template::default() };
            tx.templates().save(connection.id, &news).await?;
            sync_templates::plan(tx, connection.id).await // the event does not say how many parameters it takes
        }
        EventKind::TemplateCategory { name, language, new, .. } => {
            let language = language.replace('-', "_");
            tx.templates().set_category(connection.id, &name, &language, &new).await?;
            // Another category has another price, and marketing is held back by Meta for many.
            if new.eq_ignore_ascii_case("marketing") { alerts::mend_template(tx, tenant, &name).await } else { Ok(()) }
        }
        EventKind::Preference { who, stop, .. } => {
            let mut identities: Vec<Identity> = who.user_key.map(Identity::WhatsappUser).into_iter().collect();
            identities.extend(who.phone.map(Identity::Phone));
            prefer(tx, &identities, stop).await
        }
        EventKind::AccountAlert { field, event, .. } => {
            let detail = event.map_or_else(|| field.clone(), |event| format!("{field}: {event}"));
            super::reroute::alert_connection(tx, tenant, connection, &detail).await
        }
        _ => Ok(()),
    }
}

/// The states that the provider names by event; a first pause lasts three hours.
fn state_of(event: &str, now: Timestamp) -> (&'static str, Option<Timestamp>) {
    match event.to_ascii_uppercase().as_str() {
        "APPROVED" | "REINSTATED" | "UNARCHIVED" => ("APPROVED", None),
        "PAUSED" => ("PAUSED", Some(now + SignedDuration::from_hours(3))),
        "DISABLED" | "LOCKED" => ("DISABLED", None),
        "FLAGGED" => ("APPROVED", None), // still usable
        "PENDING" | "IN_APPEAL" => ("PENDING", None),
        _ => ("REJECTED", None),
    }
}

/// The customer stopped or resumed messages in the app itself: it holds on all channels (P10).
async fn prefer(tx: &mut Tx, identities: &[Identity], stop: bool) -> Result<()> {
    for identity in identities {
        let Some(contact) = tx.contacts().by_identity(identity).await? else { continue };
        let word = if stop { OptWord::Stop } else { OptWord::Start };
        return consent::note(tx, contact.id, word, "preference in the app", "user_preferences").await;
    }
    Ok(())
}

//! The ways to a person, as they are right now: connections, window, templates, pauses (A8). What core's policy decides on.

use crate::accounts::capability;
use crate::look_up;
use jiff::SignedDuration;
use ringleader_core::contact::Contact;
use ringleader_core::conversation::{Channel, Conversation};
use ringleader_core::id::ConnectionId;
use ringleader_core::phone::{Phone, parse};
use ringleader_core::policy::{Route, TemplateState};
use ringleader_core::settings::TemplateRef;
use ringleader_core::tenant::Tenant;
use ringleader_providers::all::{Capability, kinds_that, spec};
use ringleader_providers::twilio::config::is_answerable;
use ringleader_store::repo::{Connection, Identity};
use ringleader_store::{Result, Tx};

/// A pause of the provider that a notice to the owner waits for, rather than taking the next channel.
const BRIEF: SignedDuration = SignedDuration::from_mins(5);

/// Connections for each channel, and the route that policy chooses on.
pub struct Ways {
    whatsapp: Option<Connection>,
    sms: Option<Connection>,
    /// For `policy`.
    pub route: Route,
}

impl Ways {
    /// The ways to a customer at one of their numbers, over the line that they called if it names a connection, else the tenant's first.
    pub async fn to_contact(
        tx: &mut Tx,
        tenant: &Tenant,
        contact: &Contact,
        number: Option<&Phone>,
        line: Option<&Phone>,
        template: Option<TemplateRef>,
    ) -> Result<Self> {
        let chats = tx.conversations().of_contact(contact.id).await?;
        let (no_whatsapp, no_sms) = tx.contacts().unreachable(contact.id).await?;
        let language = contact.language.as_deref();
        let mut ways = Self::over(tx, line, &chats, template, language).await?;
        let outreach = &tenant.settings.outreach;
        let abroad = |phone: &Phone| parse(phone.as_str(), &tenant.country).foreign;
        ways.route.sms &= outreach.sms_fallback;
        ways.route.sms_barred = !outreach.sms_abroad && number.is_some_and(abroad);
        ways.route.whatsapp_unreachable = no_whatsapp.is_some();
        ways.route.sms_unreachable = no_sms.is_some() || look_up::takes_no_texts(tx, number).await?;
        Ok(ways)
    }

    /// The ways to one of the business's own people.
    pub async fn to_staff(tx: &mut Tx, tenant: &Tenant, phone: &Phone) -> Result<Self> {
        let known = tx.contacts().by_identity(&Identity::Phone(phone.clone())).await?;
        let chats = match known {
            Some(contact) => tx.conversations().of_contact(contact.id).await?,
            None => vec![],
        };
        let mut ways = Self::over(tx, None, &chats, tenant.settings.templates.owner_lead.clone(), None).await?;
        let now = tx.now();
        ways.route.whatsapp_pause = ways.route.whatsapp_pause.filter(|until| until.duration_since(now) > BRIEF);
        Ok(ways)
    }

    async fn over(
        tx: &mut Tx,
        line: Option<&Phone>,
        chats: &[Conversation],
        template: Option<TemplateRef>,
        language: Option<&str>,
    ) -> Result<Self> {
        let now = tx.now();
        let preferred = match line {
            Some(number) => tx.tenants().line_by_number(number).await?.and_then(|l| l.connection_id),
            None => None,
        };
        let whatsapp = connection(tx, Channel::Whatsapp, preferred).await?;
        let sms = connection(tx, Channel::Sms, preferred).await?;
        let template = match (&whatsapp, template) {
            (Some(connection), Some(template)) => {
                let template = in_language(tx, connection.id, template, language).await?;
                state_of(tx, connection.id, template).await?
            }
            _ => TemplateState::Missing,
        };
        let window_open =
            chats.iter().any(|c| whatsapp.as_ref().is_some_and(|w| w.id == c.connection_id) && c.window_open(now));
        let route = Route {
            whatsapp: whatsapp.is_some(),
            whatsapp_unreachable: false,
            window_open,
            template,
            whatsapp_pause: whatsapp.as_ref().and_then(|w| w.paused_until),
            sms: sms.is_some(),
            sms_unreachable: false,
            sms_answerable: sms.as_ref().is_none_or(|c| is_answerable(&c.config)),
            sms_barred: false,
        };
        Ok(Self { whatsapp, sms, route })
    }

    /// The connection of a channel whose number may write to only so many people first, with how many.
    pub fn daily_limit(&self, channel: Channel) -> Option<(ConnectionId, u32)> {
        let connection = self.whatsapp.as_ref().filter(|_| channel == Channel::Whatsapp)?;
        Some((connection.id, u32::try_from(connection.daily_limit?).ok()?))
    }

    /// The connection that carries a channel.
    pub fn connection(&self, channel: Channel) -> Option<ConnectionId> {
        match channel {
            Channel::Whatsapp => self.whatsapp.as_ref().map(|c| c.id),
            Channel::Sms => self.sms.as_ref().map(|c| c.id),
            Channel::Email | Channel::Slack => None,
        }
    }
}

/// The tenant's first connection for a channel.
pub(crate) async fn connection_for(tx: &mut Tx, channel: Channel) -> Result<Option<Connection>> {
    connection(tx, channel, None).await
}

/// The tenant's first connection that can ring people.
pub(crate) async fn telephone(tx: &mut Tx) -> Result<Option<Connection>> {
    for kind in kinds_that(Capability::Telephone) {
        if let Some(found) = tx.connections().of_kind(kind).await?.into_iter().next() {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The tenant's connection for a channel: the preferred one if it can, else the first that can.
async fn connection(tx: &mut Tx, channel: Channel, preferred: Option<ConnectionId>) -> Result<Option<Connection>> {
    let able = |it: &Connection| spec(&it.kind).is_some_and(|spec| spec.able(capability(channel), &it.config));
    let mut all = Vec::new();
    for kind in kinds_that(capability(channel)) {
        all.extend(tx.connections().of_kind(kind).await?.into_iter().filter(able)); // an account may only have a telephone
    }
    let index = all.iter().position(|c| Some(c.id) == preferred).unwrap_or(0);
    Ok(all.into_iter().nth(index))
}

/// The same template in the language that the customer writes, where the provider has approved it in that one too.
async fn in_language(
    tx: &mut Tx,
    connection: ConnectionId,
    template: TemplateRef,
    language: Option<&str>,
) -> Result<TemplateRef> {
    let tongue = |code: &str| code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let Some(wanted) = language.map(tongue).filter(|wanted| *wanted != tongue(&template.language)) else {
        return Ok(template);
    };
    let all = tx.templates().named(connection, &template.name).await?;
    let fits = all.into_iter().find(|it| it.status == "APPROVED" && tongue(&it.language) == wanted);
    Ok(match fits {
        Some(it) => TemplateRef { language: it.language, ..template },
        None => template,
    })
}

/// What is known of a template; one that was never looked up is tried, the provider will tell.
async fn state_of(tx: &mut Tx, connection: ConnectionId, template: TemplateRef) -> Result<TemplateState> {
    let now = tx.now();
    let known = tx.templates().get(connection, &template.name, &template.language).await?;
    Ok(match known.as_ref().map(|it| (it.status.as_str(), it.paused_until)) {
        None | Some(("APPROVED", _)) => TemplateState::Usable(template),
        Some(("PAUSED", Some(until))) if until <= now => TemplateState::Usable(template),
        Some(("PAUSED" | "DISABLED", _)) => TemplateState::Paused(template),
        Some(_) => TemplateState::NotApproved(template),
    })
}

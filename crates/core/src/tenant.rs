//! A business and the places where it can be reached (PRODUCT 0: tenant, line, connection).

use crate::currency::{Currency, DEAR};
use crate::id::{ConnectionId, LineId, TenantId};
use crate::phone::{Phone, parse};
use crate::settings::TenantSettings;
use jiff::civil::Weekday;
use jiff::{Timestamp, tz::TimeZone};

/// One business with its own data, settings, people and numbers.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// The business's name, as customers know it.
    pub name: String,
    /// BCP 47 tag, e.g. `he-IL`.
    pub locale: String,
    /// ISO 3166 alpha-2 country, the one that local numbers belong to (A4).
    pub country: String,
    /// The zone in which the tenant's hours and days are counted.
    pub time_zone: TimeZone,
    /// Where it is, for sun and holidays (A7), e.g. `Jerusalem`.
    pub place: Option<String>,
    /// The owner, as told to us when the tenant was made.
    pub owner: Owner,
    /// All that can be set, with defaults filled in.
    pub settings: TenantSettings,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Tenant {
    /// Whether a number is the owner's, or of somebody who is told of leads, rung for customers or on call.
    pub fn employs(&self, phone: &Phone) -> bool {
        let settings = &self.settings;
        let recipients = settings.notify.recipients.iter().filter_map(|r| r.phone.as_deref());
        let rung = settings.reception.people.iter().map(|colleague| colleague.phone.as_str());
        let on_call = settings.reception.on_call.iter().map(|colleague| colleague.phone.as_str());
        let mut numbers = recipients.chain(rung).chain(on_call);
        self.owner.phone.as_ref() == Some(phone)
            || numbers.any(|raw| parse(raw, &self.country).phone.as_ref() == Some(phone))
    }

    /// The currency of its prices: as set, else its country's; `None` where that is not known.
    pub fn currency(&self) -> Option<Currency> {
        self.settings.currency.or_else(|| Currency::of_country(&self.country))
    }

    /// A sale above this is for people (C13), in whole units of its currency; 0: there is no limit.
    pub fn deal_limit(&self) -> i64 {
        self.settings.reception.deal_limit.unwrap_or_else(|| self.usual_deal_limit())
    }

    /// The same where it has set none.
    pub fn usual_deal_limit(&self) -> i64 {
        self.currency().map_or(DEAR, Currency::dear)
    }

    /// The language of the bot's texts: the primary subtag of the locale (`he`, `en`).
    pub fn language(&self) -> &str {
        self.locale.split(['-', '_']).next().unwrap_or("en")
    }
}

/// The person who owns the business: told of leads (A13), and staff when calling (A5).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Owner {
    /// Name.
    pub name: String,
    /// Mobile number.
    pub phone: Option<Phone>,
    /// Email address.
    pub email: Option<String>,
}

crate::words! {
    /// What a line is used for.
    pub enum LineUse {
        /// Missed calls become conversations (part A).
        MissedCall = "missed_call",
        /// Ringleader answers (part C).
        Receptionist = "receptionist",
        /// A voice agent answers (part B).
        VoiceAgent = "voice_agent",
        /// Messages come and go.
        Messaging = "messaging",
    }
}

/// A telephone number of the tenant.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its id.
    pub id: LineId,
    /// The number.
    pub number: Phone,
    /// What it is used for.
    pub uses: Vec<LineUse>,
    /// The connection that sends for this line; else the tenant's first for the channel.
    pub connection_id: Option<ConnectionId>,
    /// Languages spoken on this line, preferred first.
    pub languages: Vec<String>,
    /// Since when it is the tenant's.
    pub since: Timestamp,
    /// Until when it was the tenant's.
    pub until: Option<Timestamp>,
}

/// On which day the week begins in a country.
pub fn week_start(country: &str) -> Weekday {
    if matches!(country, "IL" | "US" | "CA" | "il" | "us" | "ca") { Weekday::Sunday } else { Weekday::Monday }
}

//! What a tenant can set, with defaults (DESIGN 9). Stored as what differs from the defaults; one documented object in the API.

mod hours;
mod reception;
mod retention;

pub use hours::{Day, Days, Hours, Interval, QuietHours, Shabbat, SpecialDay};
pub use reception::{Away, Colleague, Reception, Rostered};
pub use retention::Retention;

use crate::calendar::HolidayTable;
use crate::currency::Currency;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A duration as people write it: `2m`, `24h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub SignedDuration);

impl Serialize for Span {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&format_args!("{:#}", self.0))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        match text.parse::<SignedDuration>() {
            Ok(span) if !span.is_negative() => Ok(Self(span)),
            _ => Err(serde::de::Error::custom("a duration is written as \"90s\", \"2m\" or \"24h\"")),
        }
    }
}

impl Span {
    /// So many seconds.
    pub const fn secs(n: i64) -> Self {
        Self(SignedDuration::from_secs(n))
    }
}

/// Everything a tenant can set.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TenantSettings {
    /// When and how missed calls are followed up (A6, A12).
    pub outreach: Outreach,
    /// How the owner hears of leads (A13).
    pub notify: Notify,
    /// When reminders do not go out (A7).
    pub quiet_hours: QuietHours,
    /// When the business is open; empty: not told.
    pub opening_hours: Vec<Interval>,
    /// Dates on which other hours hold (A7).
    pub special_days: Vec<SpecialDay>,
    /// Whose public holidays are kept: days without appointments, on which nobody is rung (C6); null: the country's.
    pub public_holidays: Option<HolidayTable>,
    /// Messages wait for Shabbat and festivals (A7).
    pub keeps_shabbat: bool,
    /// How they are reckoned, where the custom of the place does not fit.
    pub shabbat: Shabbat,
    /// Nothing is sent to customers until it is lifted (A7).
    pub emergency_stop: bool,
    /// Caps (P12).
    pub limits: Limits,
    /// Names of approved templates (A8).
    pub templates: Templates,
    /// The currency of prices and of what leads are worth, where it is not the country's own: an ISO 4217 code.
    pub currency: Option<Currency>,
    /// Who becomes a lead (C3).
    pub lead_policy: LeadPolicy,
    /// Order of brains; empty: the installation's.
    pub brain: BrainOrder,
    /// Credits of voice-agent calls (B3).
    pub credits: Credits,
    /// What reports reckon with (D2).
    pub reports: Reports,
    /// Changed texts of the catalogue: key, then language (A16).
    pub texts: BTreeMap<String, BTreeMap<String, String>>,
    /// Settings of the receptionist (part C).
    pub reception: Reception,
    /// How long what is known of people is kept (P10).
    pub retention: Retention,
}

/// What reports reckon with.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reports {
    /// What a qualified lead is worth to the business, in minor units of the tenant's currency; null: not told.
    pub lead_value: Option<i64>,
    /// The email to the owner about the week.
    pub weekly: Weekly,
}

/// When the owner hears by email what the week brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Weekly {
    /// Whether it is sent; it also needs the owner's address and a mail account.
    pub on: bool,
    /// `sun` to `sat`; null: the first day of work, Sunday in Israel and Monday elsewhere.
    pub day: Option<Day>,
    /// The full hour, 0 to 23, in the tenant's zone.
    pub hour: i8,
}

impl Default for Weekly {
    fn default() -> Self {
        Self { on: true, day: None, hour: 8 }
    }
}

/// When and how missed calls are followed up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outreach {
    /// From the end of the call (or its receipt, where records come late) to the first message; 0 s to 24 h.
    pub grace: Span,
    /// Each counted from the first message; at most two.
    pub reminders: Vec<Span>,
    /// From the last reminder to giving up.
    pub give_up: Span,
    /// Shorter rings are pocket dials.
    pub min_ring: Span,
    /// An older record makes a task instead of a message.
    pub latest: Span,
    /// So long after a missed call and its grace the caller is still at the phone; later a first message waits for quiet
    /// hours, as reminders do (A7).
    pub fresh: Span,
    /// First messages and reminders wait until the business is open.
    pub only_when_open: bool,
    /// How long a burst of messages is listened to before it is answered.
    pub burst: Span,
    /// A send without a known outcome is put before a person after this.
    pub unknown_after: Span,
    /// Statuses of the switchboard that count as missed; null: the provider's table.
    pub missed_statuses: Option<Vec<String>>,
    /// A call that only a menu answered counts as missed.
    pub after_menu: bool,
    /// Callers without WhatsApp get an SMS, where an SMS connection exists.
    pub sms_fallback: bool,
    /// They may also go to numbers of other countries, which cost more.
    pub sms_abroad: bool,
    /// Where someone can answer an SMS that comes from a name; without it, a call back is promised.
    pub sms_link: Option<String>,
}

impl Default for Outreach {
    fn default() -> Self {
        Self {
            grace: Span::secs(2 * 60),
            reminders: vec![Span::secs(2 * 3600), Span::secs(24 * 3600)],
            give_up: Span::secs(24 * 3600),
            min_ring: Span::secs(0),
            latest: Span::secs(6 * 3600),
            fresh: Span::secs(30 * 60),
            only_when_open: false,
            burst: Span::secs(4),
            unknown_after: Span::secs(600),
            missed_statuses: None,
            after_menu: true,
            sms_fallback: true,
            sms_abroad: false,
            sms_link: None,
        }
    }
}

/// How the owner hears of leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Notify {
    /// At most one update per lead in this time (A13).
    pub debounce: Span,
    /// Tried in this order; the first that works wins.
    pub channels: Vec<crate::conversation::Channel>,
    /// Who else is told, besides the owner.
    pub recipients: Vec<Recipient>,
    /// Whether everyone is told, or the first on duty.
    pub tell: Tell,
    /// When the owner is told nothing but emergencies, in the tenant's zone.
    pub owner_quiet_hours: QuietHours,
    /// How long "remind me" waits.
    pub remind_after: Span,
}

impl Default for Notify {
    fn default() -> Self {
        use crate::conversation::Channel::{Email, Slack, Sms, Whatsapp};
        Self {
            debounce: Span::secs(300),
            channels: vec![Whatsapp, Sms, Email, Slack],
            recipients: vec![],
            tell: Tell::Everyone,
            owner_quiet_hours: QuietHours(vec![]),
            remind_after: Span::secs(3600),
        }
    }
}

crate::words! {
    /// Who of several people is told (A13).
    pub enum Tell {
        /// All of them.
        Everyone = "everyone",
        /// The first in the list, the owner before all, who is not in their quiet hours and can be reached.
        OnDuty = "on_duty",
    }
}

/// Someone who is told of leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Number, E.164 or local to the tenant.
    #[serde(default)]
    pub phone: Option<String>,
    /// Address.
    #[serde(default)]
    pub email: Option<String>,
    /// When they are told nothing but emergencies, in the tenant's zone.
    #[serde(default = "never_quiet")]
    pub quiet_hours: QuietHours,
}

const fn never_quiet() -> QuietHours {
    QuietHours(vec![])
}

/// Caps per tenant (P12).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// First messages a minute; more wait.
    pub first_messages_per_minute: u32,
    /// First messages in 24 hours; more wait.
    pub first_messages_per_day: u32,
    /// Messages a minute that had to wait (quiet hours, Shabbat, a stop): let go one after the other, not all at once.
    pub released_per_minute: u32,
    /// First messages in 7 days to one person who never answers; then someone calls back instead. 0: no cap.
    pub unanswered_openers: u32,
    /// Calls of one number within an hour that look like a machine; then someone looks first. 0: no cap.
    pub calls_per_hour: u32,
    /// Messages to customers a day; more are held.
    pub messages_per_day: u32,
    /// Segments of text messages a day, to whomever; more are held.
    pub sms_segments_per_day: u32,
    /// Money for messages a day, in minor units, by `prices`; null: no cap.
    pub message_money_per_day: Option<i64>,
    /// What messages cost.
    pub prices: Prices,
    /// Money for models a day, in minor units; null: no cap.
    pub model_money_per_day: Option<i64>,
    /// Minutes of answered calls a day; null: no cap.
    pub call_minutes_per_day: Option<i64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            first_messages_per_minute: 60,
            first_messages_per_day: 1000,
            released_per_minute: 30,
            unanswered_openers: 3,
            calls_per_hour: 10,
            messages_per_day: 5000,
            sms_segments_per_day: 2000,
            message_money_per_day: None,
            prices: Prices::default(),
            model_money_per_day: None,
            call_minutes_per_day: None,
        }
    }
}

/// What messages cost the tenant, in minor units of its currency for a hundred of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Prices {
    /// A hundred segments of text messages.
    pub sms_segments_100: i64,
    /// A hundred WhatsApp templates.
    pub templates_100: i64,
}

/// Names of approved templates.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Templates {
    /// Opens the conversation.
    pub first_message: Option<TemplateRef>,
    /// Opens the conversation with someone whose voicemail was read; without it the other one does.
    pub first_message_heard: Option<TemplateRef>,
    /// First reminder.
    pub reminder: Option<TemplateRef>,
    /// Last reminder.
    pub last_reminder: Option<TemplateRef>,
    /// Tells the owner of a lead.
    pub owner_lead: Option<TemplateRef>,
}

/// An approved template at the messaging provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateRef {
    /// Name.
    pub name: String,
    /// Language code, `he`, `en_GB`.
    pub language: String,
}

impl TemplateRef {
    /// Whether it is named by an id, which is all that is known of it: HX and 32 hexadecimal digits.
    pub fn is_id(&self) -> bool {
        let hex = self.name.strip_prefix("HX").unwrap_or_default();
        hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit())
    }
}

crate::words! {
    /// Who becomes a lead (C3).
    pub enum LeadPolicy {
        /// Everyone who calls.
        EveryCaller = "every_caller",
        /// Those who show interest.
        OnInterest = "on_interest",
    }
}

#[expect(clippy::derivable_impls, reason = "the words! macro has no default variant")]
impl Default for LeadPolicy {
    fn default() -> Self {
        Self::EveryCaller
    }
}

/// Order of brains.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BrainOrder {
    /// `anthropic`, `openai`, `compatible`, `local`; empty: the installation's order.
    pub order: Vec<String>,
}

/// Credits of voice-agent calls (B3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Credits {
    /// Credits a minute.
    pub per_minute: i64,
    /// Whether a call that a voicemail took costs.
    pub charge_voicemail: bool,
    /// Someone is told when the balance falls below this.
    pub alert_below: i64,
}

impl Default for Credits {
    fn default() -> Self {
        Self { per_minute: 1, charge_voicemail: true, alert_below: 50 }
    }
}

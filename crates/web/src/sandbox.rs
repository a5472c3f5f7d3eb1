//! What the phone page plays with: the demo implements it with its fakes, its clock and its businesses (D4).
//!
//! People are named by short words of the demo, so that no address of the page carries a number (P10).

use crate::problem::Problem;
use async_trait::async_trait;
use ringleader_core::id::TenantId;
use ringleader_core::phone::Phone;
use ringleader_core::tenant::Tenant;
use ringleader_providers::all::{self, Capability};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::time::Duration;

/// The demo's world.
#[async_trait]
pub trait Sandbox: Send + Sync {
    /// The businesses; the first is shown to who asks for none.
    fn shops(&self) -> Vec<Shop>;
    /// Everything the page shows that changes.
    async fn scene(&self, who: &Who) -> Result<Scene, Problem>;
    /// The customer and the business talk on the telephone, or do not: a call of this kind takes place.
    async fn places_call(&self, who: &Who, call: CallKind) -> Result<(), Problem>;
    /// The customer, or the owner, writes on WhatsApp.
    async fn says(&self, who: &Who, speaker: Speaker, text: &str) -> Result<(), Problem>;
    /// One of them taps a button of the message with this id.
    async fn taps(&self, who: &Who, speaker: Speaker, message: &str, button: &str) -> Result<(), Problem>;
    /// The customer calls the receptionist.
    async fn calls_receptionist(&self, who: &Who) -> Result<(), Problem>;
    /// The customer says something in that call.
    async fn speaks(&self, who: &Who, words: &str) -> Result<(), Problem>;
    /// The customer presses a key in that call; none: puts the phone down.
    async fn presses(&self, who: &Who, key: Option<char>) -> Result<(), Problem>;
    /// Lets time jump.
    async fn advance(&self, by: Duration) -> Result<(), Problem>;
    /// Lets time run so many times as fast.
    async fn set_speed(&self, factor: f64) -> Result<(), Problem>;
    /// What the played providers give a business that somebody makes here, the same at every asking; from then on it can be
    /// played. `None` for a business that the sandbox came with.
    async fn accounts(&self, tenant: &Tenant) -> Result<Option<Accounts>, Problem>;
    /// The played switchboard of that business reports its calls to this address from now on.
    async fn report_to(&self, tenant: TenantId, address: &str) -> Result<(), Problem>;
}

/// What the played providers give a business: what a person would have from the providers' own pages.
#[derive(Debug, Clone)]
pub struct Accounts {
    /// The business's word on the phone page.
    pub shop: String,
    /// The number that its customers call.
    pub line: Phone,
    /// Kinds of connections, with the settings to enter.
    pub configs: Vec<(&'static str, Map<String, Value>)>,
    /// Where the switchboard reports calls to, if that was entered.
    pub reports_to: Option<String>,
}

impl Accounts {
    /// The account that can do this: its kind and settings.
    pub fn that_can(&self, able: Capability) -> Option<(&'static str, &Map<String, Value>)> {
        let can = |kind: &str, config: &Map<String, Value>| {
            all::spec(kind).is_some_and(|spec| spec.able(able, &Value::Object(config.clone())))
        };
        self.configs.iter().find(|(kind, config)| can(kind, config)).map(|(kind, config)| (*kind, config))
    }

    /// The settings to enter for a connection of this kind.
    pub fn of(&self, kind: &str) -> Option<&Map<String, Value>> {
        self.configs.iter().find(|(known, _)| *known == kind).map(|(_, config)| config)
    }
}

/// Which business and which of its customers; what is empty or unknown means the first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Who {
    /// The business.
    pub shop: String,
    /// The customer.
    pub customer: String,
}

impl Who {
    /// The one that is meant among `shops`.
    pub fn shop<'a>(&self, shops: &'a [Shop]) -> Option<&'a Shop> {
        shops.iter().find(|shop| shop.id == self.shop).or(shops.first())
    }

    /// The one that is meant among the customers of `shop`.
    pub fn customer<'a>(&self, shop: &'a Shop) -> Option<&'a Person> {
        shop.customers.iter().find(|person| person.id == self.customer).or(shop.customers.first())
    }
}

/// Whose thumb is on the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The customer.
    #[default]
    Customer,
    /// The business's owner.
    Owner,
}

/// A call that the page can let happen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallKind {
    /// The customer calls, nobody answers.
    #[default]
    Missed,
    /// The customer calls, somebody answers.
    Answered,
    /// Only the menu answers.
    Menu,
    /// The customer gives up in the queue.
    Queue,
    /// The customer talks to the mailbox.
    Voicemail,
    /// Somebody of the business calls the customer.
    CalledBack,
    /// The voice agent calls: someone who wants to sign.
    AgentHot,
    /// The voice agent calls: someone who is not sure.
    AgentWarm,
    /// The voice agent calls: not interested.
    AgentCold,
    /// The voice agent calls: someone who speaks Hebrew.
    AgentHebrew,
    /// The voice agent calls, nobody answers.
    AgentNoAnswer,
    /// The voice agent calls, a mailbox answers.
    AgentVoicemail,
}

impl CallKind {
    /// As forms send it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::Answered => "answered",
            Self::Menu => "menu",
            Self::Queue => "queue",
            Self::Voicemail => "voicemail",
            Self::CalledBack => "called_back",
            Self::AgentHot => "agent_hot",
            Self::AgentWarm => "agent_warm",
            Self::AgentCold => "agent_cold",
            Self::AgentHebrew => "agent_hebrew",
            Self::AgentNoAnswer => "agent_no_answer",
            Self::AgentVoicemail => "agent_voicemail",
        }
    }
}

/// A business.
#[derive(Debug, Clone)]
pub struct Shop {
    /// Its word in addresses.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The language of its people, and so of their phones.
    pub language: String,
    /// Its number, E.164.
    pub line: String,
    /// Who is told of leads.
    pub owner: Person,
    /// Customers to play.
    pub customers: Vec<Person>,
    /// Things to say, ready to be sent.
    pub hints: Vec<String>,
    /// The calls that can be played there; the first has the button on the telephone.
    pub calls: Vec<CallKind>,
}

/// Someone with a phone.
#[derive(Debug, Clone)]
pub struct Person {
    /// Their word in addresses.
    pub id: String,
    /// Their name, for the one who plays them; the business has to learn it.
    pub name: String,
    /// Their number, E.164.
    pub phone: String,
    /// What is special about their phone.
    pub device: Device,
}

/// What someone's phone can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// A mobile with WhatsApp.
    Mobile,
    /// A mobile without WhatsApp.
    NoWhatsapp,
    /// A landline.
    Landline,
}

/// What the page shows of one business and one customer. Times are RFC 3339 in the business's zone.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Scene {
    /// The demo's time.
    pub now: String,
    /// How many times as fast it runs.
    pub speed: f64,
    /// What the customer's phone shows, oldest first.
    pub chat: Vec<Bubble>,
    /// The customer's calls, oldest first.
    pub calls: Vec<Ring>,
    /// What the owner's phone shows, oldest first.
    pub owner: Vec<Bubble>,
    /// The customer's lead.
    pub lead: Option<Lead>,
    /// The outreach to the customer.
    pub episode: Option<Episode>,
    /// Open tasks about the customer.
    pub tasks: Vec<String>,
    /// Decisions about the customer, newest first.
    pub decisions: Vec<Told>,
    /// All leads of the business, newest first.
    pub leads: Vec<Row>,
    /// The customer's call with the receptionist, going on or just over.
    pub call: Option<LiveCall>,
    /// What the services that are played here were asked for, newest first.
    pub seen: Vec<Seen>,
}

/// A call of the customer.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Ring {
    /// When.
    pub at: String,
    /// `missed`, `answered` …; none while it goes on.
    pub outcome: String,
    /// Seconds of talk, if there was any.
    pub seconds: Option<i64>,
}

/// Something that a service was asked for.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Seen {
    /// When.
    pub at: String,
    /// The service: `WhatsApp`.
    pub service: &'static str,
    /// For what: `template`, `text`, `interactive`, `sms`, `call`, `lookup`, `question`.
    pub kind: String,
    /// The words, or what was looked up.
    pub detail: String,
}

/// A call with the receptionist.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LiveCall {
    /// It goes on.
    pub going_on: bool,
    /// What was said, in order.
    pub lines: Vec<Spoken>,
}

/// Something that was said in a call.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Spoken {
    /// By the customer.
    pub mine: bool,
    /// The words.
    pub text: String,
}

/// One message on a phone.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Bubble {
    /// The message's id at the provider.
    pub id: String,
    /// Written by the phone's holder.
    pub mine: bool,
    /// The words.
    pub text: String,
    /// Sent as an approved template.
    pub template: bool,
    /// Buttons: id and title.
    pub buttons: Vec<(String, String)>,
    /// `sent`, `delivered`, `read` …
    pub status: String,
    /// When.
    pub at: String,
}

/// A lead with what is known.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Lead {
    /// `new`, `qualifying` …
    pub status: String,
    /// The customer's name.
    pub name: Option<String>,
    /// What they need.
    pub need: Option<String>,
    /// When and how to get back to them, in their words.
    pub preference: Option<String>,
    /// The time that this means: from, and until if it has an end.
    pub window: Option<(String, Option<String>)>,
}

/// The outreach after missed calls.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Episode {
    /// `waiting`, `contacted` …
    pub state: String,
    /// When the message is due.
    pub due: String,
}

/// One decision in plain words.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Told {
    /// When.
    pub at: String,
    /// `send`, `wait`, `hold` or `skip`.
    pub verdict: String,
    /// The rule.
    pub rule: String,
    /// In a shop owner's words.
    pub words: String,
    /// The message that it is about: for whom, and its words.
    pub message: Option<(Speaker, String)>,
}

/// One lead in the list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Row {
    /// Whose: a customer's word.
    pub customer: String,
    /// The name, as far as the business knows it.
    pub name: Option<String>,
    /// The number.
    pub phone: String,
    /// What they need.
    pub need: Option<String>,
    /// `new`, `qualifying` …
    pub status: String,
    /// Since when.
    pub at: String,
}

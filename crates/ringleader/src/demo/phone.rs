//! What the phone page does: it plays the customer and the owner at the fakes, and moves the clock (D4). What it shows is
//! put together in `scene.rs`.

use super::agents::Agency;
use super::business::Business;
use super::clock::DemoClock;
use super::model::Model;
use super::newcomers::Given;
use super::receptionist::Receptionist;
use super::scene::Api;
use super::seed::Keys;
use super::switchboard::Switchboard;
use async_trait::async_trait;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ringleader_brain::models::http_client;
use ringleader_core::id::TenantId;
use ringleader_core::tenant::Tenant;
use ringleader_jobs::context::Context;
use ringleader_providers::twilio::fake::TwilioFake;
use ringleader_providers::twilio::fake::caller::Does;
use ringleader_providers::voicenter::fake::{CallLog, Scenario as Call};
use ringleader_providers::whatsapp_cloud::fake::{Says, WhatsappFake};
use ringleader_web::Problem;
use ringleader_web::sandbox::{Accounts, CallKind, Device, Person, Sandbox, Scene, Seen, Shop, Speaker, Who};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// The fastest that time may run.
const FASTEST: f64 = 3600.0;

/// So much of what services were asked for is shown.
const MOST_SEEN: usize = 20;

/// How long the caller let it ring.
const RANG: SignedDuration = SignedDuration::from_secs(25);

/// The services that are played.
pub(super) struct Services {
    pub whatsapp: WhatsappFake,
    pub twilio: TwilioFake,
    /// The switchboards' own log of calls.
    pub call_log: CallLog,
    pub model: Option<Model>,
}

/// The demo's world.
pub(super) struct PhonePage {
    pub(super) cx: Context,
    address: SocketAddr,
    clock: DemoClock,
    whatsapp: WhatsappFake,
    pub(super) call_log: CallLog,
    played: RwLock<Vec<Arc<Played>>>,
    /// One newcomer is let in at a time.
    pub(super) door: tokio::sync::Mutex<()>,
    calls: AtomicU64,
    receptionist: Receptionist,
    model: Option<Model>,
}

/// A business that is played.
pub(super) struct Played {
    pub tenant: TenantId,
    /// What the page shows of it.
    pub shop: Shop,
    /// Its number at WhatsApp.
    pub number: Option<String>,
    pub zone: TimeZone,
    pub api: Api,
    pub telephone: Telephone,
    /// What the played providers gave it, if it came later.
    pub given: Option<Given>,
}

/// Who tells of a business's calls.
pub(super) enum Telephone {
    Switchboard(Switchboard),
    Agent(Agency),
}

impl PhonePage {
    /// A world without businesses yet.
    pub(super) fn new(cx: Context, address: SocketAddr, clock: DemoClock, services: Services) -> Self {
        let Services { whatsapp, twilio, call_log, model } = services;
        let receptionist = Receptionist::new(address, &clock, twilio);
        let (played, door, calls) = (RwLock::default(), tokio::sync::Mutex::default(), AtomicU64::new(1));
        Self { cx, address, clock, whatsapp, call_log, played, door, calls, receptionist, model }
    }

    /// The program's own address, with this path.
    pub(super) fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What a business's key may see.
    pub(super) fn api(&self, key: &str) -> Api {
        Api::new(http_client(), self.at("/api/v1"), key.to_owned())
    }

    /// Adds a business that was made.
    pub(super) fn add(&self, business: Business, keys: &Keys) -> anyhow::Result<()> {
        self.let_in(Played {
            tenant: keys.tenant,
            number: Some(business.number.id),
            zone: TimeZone::get(business.zone_name)?,
            api: self.api(&keys.api_key),
            telephone: Telephone::Switchboard(Switchboard::reporting_to(self.at(&keys.call_records))),
            shop: business.shop,
            given: None,
        });
        Ok(())
    }

    /// Adds the agency whose voice agent calls people.
    pub(super) fn add_agency(&self, agency: Agency) -> anyhow::Result<()> {
        self.let_in(Played {
            tenant: agency.tenant(),
            shop: Agency::shop(),
            number: None,
            zone: TimeZone::get("Europe/London")?,
            api: self.api(agency.api_key()),
            telephone: Telephone::Agent(agency),
            given: None,
        });
        Ok(())
    }

    /// From now on it can be played.
    pub(super) fn let_in(&self, business: Played) -> Arc<Played> {
        let business = Arc::new(business);
        self.played.write().unwrap_or_else(PoisonError::into_inner).push(business.clone());
        business
    }

    /// Everything that can be played.
    pub(super) fn all(&self) -> Vec<Arc<Played>> {
        self.played.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Plays the past of the agency, once it is there.
    pub(super) async fn play_agency(&self, now: Timestamp) -> anyhow::Result<()> {
        for played in self.all() {
            if let Telephone::Agent(agency) = &played.telephone {
                agency.play(now).await?;
            }
        }
        Ok(())
    }

    /// The record of a switchboard for such a call.
    fn record(&self, shop: &Shop, customer: &Person, kind: CallKind) -> Option<Call> {
        let (phone, line) = (customer.phone.as_str(), shop.line.as_str());
        let call = match kind {
            CallKind::Missed => Call::missed(phone, line),
            CallKind::Answered => Call::answered(phone, line, 95),
            CallKind::Menu => Call::menu(phone, line),
            CallKind::Queue => Call::queue_abandoned(phone, line, 25),
            CallKind::Voicemail => Call::voicemail(phone, line, "https://recordings.example/demo.mp3"),
            CallKind::CalledBack => Call::called_back(line, phone, 60),
            _ => return None,
        };
        let nth = self.calls.fetch_add(1, Ordering::Relaxed);
        Some(call.id(&format!("demo-{nth}")).at(self.clock.shown().now() - RANG))
    }

    /// What the services were asked for about a customer and by the business, newest first.
    fn seen(&self, played: &Played, customer: &Person) -> Vec<Seen> {
        let shop = &played.shop;
        let theirs = |to: &str| to == customer.phone || to == shop.owner.phone;
        let at = |at: Timestamp| super::scene::written(&at.to_zoned(played.zone.clone()));
        let messages =
            self.whatsapp.sent().into_iter().filter(|it| theirs(&it.to) && Some(&it.number) == played.number.as_ref());
        let messages = messages.map(|it| Seen { at: at(it.at), service: "WhatsApp", kind: it.kind, detail: it.text });
        let mut all: Vec<Seen> = messages.collect();
        let texts = self.receptionist.texts().into_iter().filter(|it| theirs(&it.to));
        all.extend(texts.map(|it| Seen { at: at(it.at), service: "Twilio", kind: "sms".to_owned(), detail: it.body }));
        all.sort_by(|a, b| b.at.cmp(&a.at));
        let now = super::scene::written(&self.clock.shown().now().to_zoned(played.zone.clone()));
        if let Telephone::Agent(agency) = &played.telephone {
            let asked = agency.asked().into_iter().rev().take(MOST_SEEN);
            let lookup = |detail| Seen { at: now.clone(), service: "Bolna", kind: "lookup".to_owned(), detail };
            all.extend(asked.map(lookup));
        }
        if let Some(model) = &self.model {
            let detail = model.requests().to_string();
            all.insert(0, Seen { at: now, service: model.name(), kind: "question".to_owned(), detail });
        }
        all.truncate(MOST_SEEN);
        all
    }

    /// The clock that everything asks.
    pub(super) fn clock(&self) -> &DemoClock {
        &self.clock
    }

    /// Meta's side.
    pub(super) fn whatsapp(&self) -> &WhatsappFake {
        &self.whatsapp
    }

    fn find(&self, who: &Who) -> Result<(Arc<Played>, Person), Problem> {
        let all = self.all();
        let found = all.iter().find(|played| played.shop.id == who.shop).or(all.first());
        let played = found.ok_or_else(Problem::not_found)?;
        let customer = who.customer(&played.shop).ok_or_else(Problem::not_found)?;
        Ok((played.clone(), customer.clone()))
    }

    fn say(&self, who: &Who, speaker: Speaker, says: Says) -> Result<(), Problem> {
        let (played, customer) = self.find(who)?;
        let person = if speaker == Speaker::Owner { &played.shop.owner } else { &customer };
        match person.device {
            Device::Mobile => {}
            Device::NoWhatsapp => return Err(Problem::conflict("This customer has no WhatsApp. Play another one.")),
            Device::Landline => return Err(Problem::conflict("A landline cannot write. Play another customer.")),
        }
        let number = played.number.as_ref();
        let number = number.ok_or_else(|| Problem::conflict("This business has no WhatsApp in the demo."))?;
        self.whatsapp.customer_says_to(number, &person.phone, says);
        Ok(())
    }
}

#[async_trait]
impl Sandbox for PhonePage {
    fn shops(&self) -> Vec<Shop> {
        self.all().iter().map(|played| played.shop.clone()).collect()
    }

    async fn scene(&self, who: &Who) -> Result<Scene, Problem> {
        let (played, customer) = self.find(who)?;
        let now = self.clock.shown().now().to_zoned(played.zone.clone());
        let scene = played.api.scene(&played.shop, &played.zone, &customer).await?;
        let call = self.receptionist.shown(&customer.phone);
        let seen = self.seen(&played, &customer);
        Ok(Scene { now: super::scene::written(&now), speed: self.clock.speed(), call, seen, ..scene })
    }

    async fn places_call(&self, who: &Who, call: CallKind) -> Result<(), Problem> {
        let (played, customer) = self.find(who)?;
        let shop = &played.shop;
        let unknown = || Problem::field("call", "is no call of this business");
        match &played.telephone {
            Telephone::Switchboard(switchboard) => {
                let record = self.record(shop, &customer, call).ok_or_else(unknown)?;
                switchboard.tell(&self.call_log, &record).await
            }
            Telephone::Agent(_) if !shop.calls.contains(&call) => Err(unknown()),
            Telephone::Agent(agency) => {
                let refused = |_| Problem::conflict("What was told of the call was not taken. Try again.");
                agency.call(&customer.phone, call, self.clock.shown().now()).await.map_err(refused)
            }
        }
    }

    async fn says(&self, who: &Who, speaker: Speaker, text: &str) -> Result<(), Problem> {
        self.say(who, speaker, Says::text(text))
    }

    async fn taps(&self, who: &Who, speaker: Speaker, message: &str, button: &str) -> Result<(), Problem> {
        let sent = self.whatsapp.sent().into_iter().find(|sent| sent.id == message).ok_or_else(Problem::not_found)?;
        let kind = if sent.list.is_some() { "list_reply" } else { "button_reply" };
        let (id, title) = sent.buttons.into_iter().find(|(id, _)| id == button).ok_or_else(Problem::not_found)?;
        self.say(who, speaker, Says::Choice { kind: kind.to_owned(), id, title, reply_to: message.to_owned() })
    }

    async fn calls_receptionist(&self, who: &Who) -> Result<(), Problem> {
        let (_, customer) = self.find(who)?;
        self.receptionist.call(&customer.phone);
        Ok(())
    }

    async fn speaks(&self, who: &Who, words: &str) -> Result<(), Problem> {
        let (_, customer) = self.find(who)?;
        self.receptionist.does(&customer.phone, Does::Says(words.to_owned()))
    }

    async fn presses(&self, who: &Who, key: Option<char>) -> Result<(), Problem> {
        let (_, customer) = self.find(who)?;
        self.receptionist.does(&customer.phone, key.map_or(Does::HangsUp, Does::Presses))
    }

    async fn advance(&self, by: Duration) -> Result<(), Problem> {
        let by = SignedDuration::try_from(by).map_err(|_| Problem::field("advance_seconds", "is too large"))?;
        self.clock.shown().advance(by);
        Ok(())
    }

    async fn set_speed(&self, factor: f64) -> Result<(), Problem> {
        if !(1.0..=FASTEST).contains(&factor) {
            return Err(Problem::field("speed", "must be from 1 to 3600"));
        }
        self.clock.set_speed(factor);
        Ok(())
    }
    async fn accounts(&self, tenant: &Tenant) -> Result<Option<Accounts>, Problem> {
        let refused = |error| {
            tracing::warn!(%error, "The sandbox could not let a business in: {error}");
            Problem::internal()
        };
        self.welcome(tenant).await.map_err(refused)
    }

    async fn report_to(&self, tenant: TenantId, address: &str) -> Result<(), Problem> {
        let all = self.all();
        let played = all.iter().find(|played| played.tenant == tenant).ok_or_else(Problem::not_found)?;
        match &played.telephone {
            Telephone::Switchboard(switchboard) => switchboard.report_to(address.to_owned()),
            Telephone::Agent(_) => return Err(Problem::not_found()),
        }
        Ok(())
    }
}

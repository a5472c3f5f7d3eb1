//! What the phone page does: it plays the customer and the owner at the fakes, and moves the clock (D4). What it shows is
//! put together in `scene.rs`.

use super::agents::Agency;
use super::business::Business;
use super::clock::DemoClock;
use super::model::Model;
use super::receptionist::Receptionist;
use super::scene::Api;
use super::seed::Keys;
use async_trait::async_trait;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ringleader_brain::models::http_client;
use ringleader_providers::twilio::fake::TwilioFake;
use ringleader_providers::twilio::fake::caller::Does;
use ringleader_providers::voicenter::fake::{Encoding, Scenario as Call, VoicenterFake};
use ringleader_providers::whatsapp_cloud::fake::{Says, WhatsappFake};
use ringleader_web::Problem;
use ringleader_web::sandbox::{CallKind, Device, Person, Sandbox, Scene, Seen, Shop, Speaker, Who};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
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
    pub model: Option<Model>,
}

/// The demo's world.
pub(super) struct PhonePage {
    address: SocketAddr,
    clock: DemoClock,
    whatsapp: WhatsappFake,
    shops: Vec<Shop>,
    played: Vec<Played>,
    calls: AtomicU64,
    receptionist: Receptionist,
    model: Option<Model>,
}

/// A business that is played.
struct Played {
    /// Its number at WhatsApp.
    number: Option<String>,
    zone: TimeZone,
    api: Api,
    telephone: Telephone,
}

/// Who tells of a business's calls.
enum Telephone {
    Switchboard(VoicenterFake),
    Agent(Agency),
}

impl PhonePage {
    /// A world without businesses yet.
    pub(super) fn new(address: SocketAddr, clock: DemoClock, services: Services) -> Self {
        let Services { whatsapp, twilio, model } = services;
        let calls = AtomicU64::new(1);
        let receptionist = Receptionist::new(address, &clock, twilio);
        Self { address, clock, whatsapp, shops: Vec::new(), played: Vec::new(), calls, receptionist, model }
    }

    /// Adds a business that was made.
    pub(super) fn add(&mut self, business: Business, keys: &Keys) -> anyhow::Result<()> {
        let (http, root) = (http_client(), format!("http://{}", self.address));
        self.played.push(Played {
            number: Some(business.number.id),
            zone: TimeZone::get(business.zone_name)?,
            api: Api::new(http.clone(), format!("{root}/api/v1"), keys.api_key.clone()),
            telephone: Telephone::Switchboard(VoicenterFake::new(http, format!("{root}{}", keys.call_records), 1)),
        });
        self.shops.push(business.shop);
        Ok(())
    }

    /// Adds the agency whose voice agent calls people.
    pub(super) fn add_agency(&mut self, agency: Agency) -> anyhow::Result<()> {
        self.played.push(Played {
            number: None,
            zone: TimeZone::get("Europe/London")?,
            api: Api::new(http_client(), format!("http://{}/api/v1", self.address), agency.api_key().to_owned()),
            telephone: Telephone::Agent(agency),
        });
        self.shops.push(Agency::shop());
        Ok(())
    }

    /// The agency, once it is there.
    pub(super) fn agency(&self) -> Option<&Agency> {
        self.played.iter().find_map(|played| match &played.telephone {
            Telephone::Agent(agency) => Some(agency),
            Telephone::Switchboard(_) => None,
        })
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
    fn seen(&self, shop: &Shop, played: &Played, customer: &Person) -> Vec<Seen> {
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

    fn find(&self, who: &Who) -> Result<(&Shop, &Played, &Person), Problem> {
        let both = self.shops.iter().zip(&self.played);
        let found = both.clone().find(|(shop, _)| shop.id == who.shop).or_else(|| both.clone().next());
        let (shop, played) = found.ok_or_else(Problem::not_found)?;
        let customer = who.customer(shop).ok_or_else(Problem::not_found)?;
        Ok((shop, played, customer))
    }

    fn say(&self, who: &Who, speaker: Speaker, says: Says) -> Result<(), Problem> {
        let (shop, played, customer) = self.find(who)?;
        let person = if speaker == Speaker::Owner { &shop.owner } else { customer };
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
    fn shops(&self) -> &[Shop] {
        &self.shops
    }

    async fn scene(&self, who: &Who) -> Result<Scene, Problem> {
        let (shop, played, customer) = self.find(who)?;
        let now = self.clock.shown().now().to_zoned(played.zone.clone());
        let scene = played.api.scene(shop, &played.zone, customer).await?;
        let call = self.receptionist.shown(&customer.phone);
        let seen = self.seen(shop, played, customer);
        Ok(Scene { now: super::scene::written(&now), speed: self.clock.speed(), call, seen, ..scene })
    }

    async fn places_call(&self, who: &Who, call: CallKind) -> Result<(), Problem> {
        let (shop, played, customer) = self.find(who)?;
        let refused = || Problem::conflict("What was told of the call was not taken. Try again.");
        let unknown = || Problem::field("call", "is no call of this business");
        match &played.telephone {
            Telephone::Switchboard(switchboard) => {
                let record = self.record(shop, customer, call).ok_or_else(unknown)?;
                for told in record.payloads(Encoding::Json) {
                    if switchboard.deliver(&told).await.status != Some(200) {
                        return Err(refused());
                    }
                }
                Ok(())
            }
            Telephone::Agent(_) if !shop.calls.contains(&call) => Err(unknown()),
            Telephone::Agent(agency) => {
                agency.call(&customer.phone, call, self.clock.shown().now()).await.map_err(|_| refused())
            }
        }
    }

    async fn says(&self, who: &Who, speaker: Speaker, text: &str) -> Result<(), Problem> {
        self.say(who, speaker, Says::text(text))
    }

    async fn taps(&self, who: &Who, speaker: Speaker, message: &str, button: &str) -> Result<(), Problem> {
        let sent = self.whatsapp.sent().into_iter().find(|sent| sent.id == message);
        let buttons = sent.map(|sent| sent.buttons).unwrap_or_default();
        let (id, title) = buttons.into_iter().find(|(id, _)| id == button).ok_or_else(Problem::not_found)?;
        self.say(who, speaker, Says::Choice { kind: "button_reply".into(), id, title, reply_to: message.to_owned() })
    }

    async fn calls_receptionist(&self, who: &Who) -> Result<(), Problem> {
        let (_, _, customer) = self.find(who)?;
        self.receptionist.call(&customer.phone);
        Ok(())
    }

    async fn speaks(&self, who: &Who, words: &str) -> Result<(), Problem> {
        let (_, _, customer) = self.find(who)?;
        self.receptionist.does(&customer.phone, Does::Says(words.to_owned()))
    }

    async fn presses(&self, who: &Who, key: Option<char>) -> Result<(), Problem> {
        let (_, _, customer) = self.find(who)?;
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
}

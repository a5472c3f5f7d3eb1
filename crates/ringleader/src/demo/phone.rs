//! What the phone page does: it plays the customer and the owner at the fakes, and moves the clock (D4). What it shows is
//! put together in `scene.rs`.

use super::business::Business;
use super::clock::DemoClock;
use super::receptionist::Receptionist;
use super::scene::Api;
use super::seed::Keys;
use async_trait::async_trait;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use ringleader_brain::models::http_client;
use ringleader_providers::twilio::fake::TwilioFake;
use ringleader_providers::twilio::fake::caller::Does;
use ringleader_providers::voicenter::fake::{Encoding, Scenario, VoicenterFake};
use ringleader_providers::whatsapp_cloud::fake::{Says, WhatsappFake};
use ringleader_web::Problem;
use ringleader_web::sandbox::{Device, Person, Sandbox, Scene, Shop, Speaker, Who};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The fastest that time may run.
const FASTEST: f64 = 3600.0;

/// How long the caller let it ring.
const RANG: SignedDuration = SignedDuration::from_secs(25);

/// The demo's world.
pub(super) struct PhonePage {
    address: SocketAddr,
    clock: DemoClock,
    whatsapp: WhatsappFake,
    shops: Vec<Shop>,
    played: Vec<Played>,
    calls: AtomicU64,
    receptionist: Receptionist,
}

/// A business that is played.
struct Played {
    number: String,
    zone: TimeZone,
    api: Api,
    switchboard: VoicenterFake,
}

impl PhonePage {
    /// A world without businesses yet.
    pub(super) fn new(address: SocketAddr, clock: DemoClock, whatsapp: WhatsappFake, twilio: TwilioFake) -> Self {
        let calls = AtomicU64::new(1);
        let receptionist = Receptionist::new(address, &clock, twilio);
        Self { address, clock, whatsapp, shops: Vec::new(), played: Vec::new(), calls, receptionist }
    }

    /// Adds a business that was made.
    pub(super) fn add(&mut self, business: Business, keys: &Keys) -> anyhow::Result<()> {
        let (http, root) = (http_client(), format!("http://{}", self.address));
        self.played.push(Played {
            number: business.number.id,
            zone: TimeZone::get(business.zone_name)?,
            api: Api::new(http.clone(), format!("{root}/api/v1"), keys.api_key.clone()),
            switchboard: VoicenterFake::new(http, format!("{root}{}", keys.call_records), 1),
        });
        self.shops.push(business.shop);
        Ok(())
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
        self.whatsapp.customer_says_to(&played.number, &person.phone, says);
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
        Ok(Scene { now: super::scene::written(&now), speed: self.clock.speed(), call, ..scene })
    }

    async fn place_missed_call(&self, who: &Who) -> Result<(), Problem> {
        let (shop, played, customer) = self.find(who)?;
        let nth = self.calls.fetch_add(1, Ordering::Relaxed);
        let began = self.clock.shown().now() - RANG;
        let call = Scenario::missed(&customer.phone, &shop.line).id(&format!("demo-{nth}")).at(began);
        match played.switchboard.deliver(&call.payload(Encoding::Json)).await.status {
            Some(200) => Ok(()),
            _ => Err(Problem::conflict("The switchboard's record was not taken. Try again.")),
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

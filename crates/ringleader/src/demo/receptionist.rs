//! The demo's receptionist (D4, part C): the agency's line is answered by the program itself, and whoever plays a customer on the
//! phone page calls it: Twilio's side of the call is played, question after question, as fast as somebody types or speaks.

use super::clock::DemoClock;
use async_trait::async_trait;
use ringleader_brain::models::http_client;
use ringleader_providers::twilio::fake::caller::{Dialled, Does, Exchange, Mind, Picks, Step, Webhooks};
use ringleader_providers::twilio::fake::{SentSms, TwilioFake};
use ringleader_web::Problem;
use ringleader_web::sandbox::{LiveCall, Spoken};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;

/// The account at Twilio that is played.
pub(super) const ACCOUNT: &str = "AC00000000000000000000000000000d3e";

/// Its auth token; good for nothing else.
pub(super) const TOKEN: &str = "demo-auth-token";

/// The agency's number that the receptionist answers.
pub(super) const LINE: &str = "+442079460021";

/// The colleague who is rung; in the demo they take every call.
pub(super) const COLLEAGUE: &str = "+447700900003";

/// How long somebody at the page may think before the receptionist hears silence.
const THINKS: Duration = Duration::from_secs(45);

/// Things that may be typed ahead.
const AHEAD: usize = 8;

/// The agency's telephone.
pub(super) struct Receptionist {
    exchange: Arc<Exchange>,
    webhooks: Webhooks,
    calls: Mutex<HashMap<String, Line>>,
    rest: TwilioFake,
}

/// A call of one customer, going on or over.
struct Line {
    thumb: mpsc::Sender<Does>,
    shown: Arc<Mutex<LiveCall>>,
}

/// Twilio's REST API, on a port of its own; the program's settings need its address.
pub(super) async fn platform(clock: &DemoClock) -> std::io::Result<TwilioFake> {
    let shown = clock.shown().clone();
    TwilioFake::start(([127, 0, 0, 1], 0).into(), Arc::new(move || shown.now()), ACCOUNT, TOKEN).await
}

impl Receptionist {
    /// At an installation that listens at `address`.
    pub(super) fn new(address: SocketAddr, clock: &DemoClock, rest: TwilioFake) -> Self {
        let (shown, root) = (clock.shown().clone(), format!("http://{address}"));
        let exchange = Exchange::new(http_client(), ACCOUNT, TOKEN, Arc::new(move || shown.now()));
        exchange.person(COLLEAGUE, Picks::Accepts);
        Self { exchange: Arc::new(exchange), webhooks: Webhooks::usual(&root, &root), calls: Mutex::default(), rest }
    }

    /// A customer calls; the call that they have is over.
    pub(super) fn call(&self, from: &str) {
        let (thumb, said) = mpsc::channel(AHEAD);
        let shown = Arc::new(Mutex::new(LiveCall { going_on: true, ..LiveCall::default() }));
        let line = Line { thumb, shown: shown.clone() };
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).insert(from.to_owned(), line);
        let (exchange, mut mind) = (self.exchange.clone(), Hand { said, shown: shown.clone() });
        let call =
            Dialled { from: from.to_owned(), to: LINE.to_owned(), webhooks: self.webhooks.clone(), twice: false };
        tokio::spawn(async move {
            let played = exchange.call(&call, &mut mind).await;
            show(&shown, &played.steps, false);
        });
    }

    /// The text messages that went out.
    pub(super) fn texts(&self) -> Vec<SentSms> {
        self.rest.sent()
    }

    /// They do something in their call.
    pub(super) fn does(&self, from: &str, does: Does) -> Result<(), Problem> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = calls.get(from).is_some_and(|line| line.thumb.try_send(does).is_ok());
        if sent { Ok(()) } else { Err(Problem::conflict("There is no call. Press the telephone first.")) }
    }

    /// What the page shows of a customer's call.
    pub(super) fn shown(&self, from: &str) -> Option<LiveCall> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.get(from).map(|line| line.shown.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

/// Whoever plays the customer.
struct Hand {
    said: mpsc::Receiver<Does>,
    shown: Arc<Mutex<LiveCall>>,
}

#[async_trait]
impl Mind for Hand {
    async fn next(&mut self, heard: &[Step]) -> Does {
        show(&self.shown, heard, true);
        match tokio::time::timeout(THINKS, self.said.recv()).await {
            Ok(Some(does)) => does,
            Ok(None) => Does::HangsUp,
            Err(_) => Does::KeepsSilent,
        }
    }
}

fn show(shown: &Mutex<LiveCall>, steps: &[Step], going_on: bool) {
    let line = |mine: bool, text: &str| Some(Spoken { mine, text: text.to_owned() });
    let lines = steps.iter().filter_map(|step| match step {
        Step::Heard { text, .. } => line(false, text),
        Step::Said(text) => line(true, text),
        Step::Pressed(key) => line(true, &format!("[{key}]")),
        _ => None,
    });
    *shown.lock().unwrap_or_else(PoisonError::into_inner) = LiveCall { going_on, lines: lines.collect() };
}

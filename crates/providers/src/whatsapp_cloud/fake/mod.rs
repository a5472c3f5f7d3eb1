//! Meta's side of WhatsApp, played faithfully over real HTTP (D4; whatsapp-cloud sheet, last section).
//!
//! It checks sends as Meta does (lengths, buttons, templates, window, rates, token), answers Meta's errors, sends signed
//! status and message webhooks with delays, repeats, disorder and batches, and fails on demand, also after accepting.
//! Everything accepted is remembered, and sends with a key seen before or with the same words to the same person are
//! counted, so that a harness can prove "nothing twice" (P2). Time comes from the closure given at start.
//!
//! Used in process through `WhatsappFake`, from outside through `/__control/…` (`control.rs`).

mod check;
mod control;
mod deliver;
mod graph;
mod news;
mod options;
mod says;
mod send;
mod state;
mod templates;

pub use crate::faults::{Chance, Fault};
pub use options::{Behaviour, CustomerSpec, Failing, NumberSpec, Options, TemplateSpec, Webhook, WindowCheck};
pub use says::Says;
pub use state::{Counts, Sent};

use state::State;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Where time comes from.
pub type Now = Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>;

/// What the server, the deliverer and the handle share.
struct Shared {
    state: Mutex<State>,
    now: Now,
    http: reqwest::Client,
    /// There is something new to deliver.
    wake: Notify,
    /// Something was delivered or given up.
    settled: Notify,
    /// Something was accepted or read: wakes those who wait through the control API.
    changed: Notify,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running fake. Dropping it closes the port and stops the webhooks.
pub struct WhatsappFake {
    shared: Arc<Shared>,
    address: SocketAddr,
    tasks: Vec<JoinHandle<()>>,
}

impl WhatsappFake {
    /// Starts to listen. Fails only if the address cannot be had.
    pub async fn start(options: Options) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(options.listen).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            now: options.now.clone(),
            http: options.http.clone(),
            state: Mutex::new(State::new(options)),
            wake: Notify::new(),
            settled: Notify::new(),
            changed: Notify::new(),
        });
        let app = control::router().fallback(graph::handle).with_state(shared.clone());
        let serve = async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "The WhatsApp fake stopped");
            }
        };
        let tasks = vec![tokio::spawn(serve), tokio::spawn(deliver::run(shared.clone()))];
        Ok(Self { shared, address, tasks })
    }

    /// What a client takes as its base URL.
    pub fn base_url(&self) -> String {
        format!("http://{}/v26.0", self.address)
    }

    /// Where the control API is: `{address}/__control`.
    pub fn control_url(&self) -> String {
        format!("http://{}/__control", self.address)
    }

    /// Everything that was accepted and not yet forgotten, oldest first.
    pub fn sent(&self) -> Vec<Sent> {
        self.shared.state().sent.iter().cloned().collect()
    }

    /// What was accepted for one number (`+…`), oldest first.
    pub fn sent_to(&self, phone: &str) -> Vec<Sent> {
        let to_them = |s: &&Sent| s.to == phone;
        self.shared.state().sent.iter().filter(to_them).cloned().collect()
    }

    /// What was accepted after the message with this `seq` (0: from the first), oldest first; waits if that is nothing yet.
    pub async fn sent_after(&self, seq: u64) -> Vec<Sent> {
        loop {
            let mut changed = std::pin::pin!(self.shared.changed.notified());
            changed.as_mut().enable();
            let sent: Vec<Sent> = {
                let state = self.shared.state();
                let from = state.sent.partition_point(|sent| sent.seq <= seq);
                state.sent.range(from..).cloned().collect()
            };
            if !sent.is_empty() {
                return sent;
            }
            changed.await;
        }
    }

    /// Totals, among them the sends that should not have been.
    pub fn counts(&self) -> Counts {
        self.shared.state().counts.clone()
    }

    /// A customer (`+…`) writes to the first number. Gives the id of the message; the webhook follows.
    pub fn customer_says(&self, phone: &str, says: Says) -> String {
        let number = self.shared.state().first_number();
        self.customer_says_to(&number, phone, says)
    }

    /// A customer writes to a given number (`phone_number_id`).
    pub fn customer_says_to(&self, number: &str, phone: &str, says: Says) -> String {
        self.shared.customer_says(number, phone, &says)
    }

    /// The next `times` sends meet this fault.
    pub fn fail_next(&self, times: u32, fault: Fault) {
        self.shared.state().faults.next(times, fault);
    }

    /// Each send meets these faults by chance, until changed.
    pub fn set_faults(&self, chances: Vec<Chance>) {
        self.shared.state().faults.chances = chances;
    }

    /// Changes how the service behaves.
    pub fn behave(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.shared.state().behaviour);
    }

    /// Sets what is special about a customer (`+…`): not on WhatsApp, without a shown number …
    pub fn customer(&self, phone: &str, spec: CustomerSpec) {
        self.shared.state().set_customer(phone, spec);
    }

    /// Adds or replaces a business number.
    pub fn number(&self, spec: NumberSpec) {
        self.shared.state().add_number(spec);
    }

    /// Adds or replaces a template and tells the webhook of its status.
    pub fn template(&self, spec: TemplateSpec) {
        let now = (self.shared.now)();
        self.shared.state().set_template(spec, now);
        self.shared.wake.notify_one();
    }

    /// Sets where webhooks go and what signs them.
    pub fn webhook(&self, webhook: Webhook) {
        self.shared.state().webhook = Some(webhook);
        self.shared.wake.notify_one();
    }

    /// Sends news of any kind: `value` of the webhook's `field`, in the name of the first number.
    pub fn announce(&self, field: &str, value: serde_json::Value) {
        self.shared.announce(field, value);
    }

    /// Waits until every webhook that is due by now was answered (or put off after a refusal).
    pub async fn settle(&self) {
        self.shared.settle().await;
    }
}

impl Drop for WhatsappFake {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

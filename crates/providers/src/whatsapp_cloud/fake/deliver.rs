//! Webhooks out: signed over the exact bytes, several at once, repeated with growing pauses until 200 or seven days (whatsapp-cloud sheet, 2.2).

use super::Shared;
use super::news::{Due, News, Parcel, What, envelope};
use super::options::Webhook;
use super::state::{State, after};
use crate::whatsapp_cloud::inbound;
use jiff::{SignedDuration, Timestamp};
use std::cmp::Reverse;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Most requests at once.
const PARALLEL: usize = 64;

/// The clock may be moved from outside, so what is due later is looked at this often while there is any.
const LOOK: Duration = Duration::from_millis(25);

/// After this, Meta gives up.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Delivers for ever.
pub(super) async fn run(shared: Arc<Shared>) {
    let slots = Arc::new(Semaphore::new(PARALLEL));
    loop {
        let Ok(slot) = slots.clone().acquire_owned().await else { return };
        let now = (shared.now)();
        let (parcel, wait) = {
            let mut state = shared.state();
            let parcel = take(&mut state, now);
            state.in_flight += usize::from(parcel.is_some());
            let wait = state.due.peek().map(|Reverse(d)| d.at.duration_since(now));
            (parcel, wait)
        };
        let Some(parcel) = parcel else {
            drop(slot);
            shared.settled.notify_waiters();
            match wait {
                None => shared.wake.notified().await,
                Some(wait) => {
                    let wait = Duration::try_from(wait).unwrap_or_default().min(LOOK);
                    let _ = tokio::time::timeout(wait, shared.wake.notified()).await;
                }
            }
            continue;
        };
        let shared = shared.clone();
        tokio::spawn(async move {
            deliver(&shared, parcel).await;
            shared.state().in_flight -= 1;
            shared.settled.notify_waiters();
            drop(slot);
        });
    }
}

/// The next parcel that is due: a repeated one, or as many news for one address as a batch takes.
fn take(state: &mut State, now: Timestamp) -> Option<Parcel> {
    let mut batch: Vec<News> = Vec::new();
    let mut target: Option<Webhook> = None;
    while let Some(Reverse(next)) = state.due.peek() {
        if next.at > now || batch.len() >= state.behaviour.batch.max(1) {
            break;
        }
        match &next.what {
            What::Again(_) if !batch.is_empty() => break,
            What::News(news) => {
                let webhook = webhook(state, &news.number);
                if !batch.is_empty() && webhook.as_ref().map(|w| &w.url) != target.as_ref().map(|w| &w.url) {
                    break;
                }
                target = webhook;
            }
            What::Again(_) => {}
        }
        match state.due.pop().map(|Reverse(due)| due.what) {
            Some(What::Again(parcel)) => return Some(parcel),
            Some(What::News(news)) if target.is_some() => batch.push(news),
            _ => {} // nobody listens
        }
    }
    let webhook = target.filter(|_| !batch.is_empty())?;
    let body = envelope(state, batch).into();
    Some(Parcel { webhook, body, first_try: now, attempt: 0 })
}

fn webhook(state: &State, number: &str) -> Option<Webhook> {
    let own = state.number(number).and_then(|n| n.spec.webhook.clone());
    own.or_else(|| state.webhook.clone())
}

async fn deliver(shared: &Shared, parcel: Parcel) {
    let twice = {
        let mut state = shared.state();
        let p = state.behaviour.duplicates;
        state.dice.chance(p)
    };
    let status =
        if twice { tokio::join!(post(shared, &parcel), post(shared, &parcel)).0 } else { post(shared, &parcel).await };
    if status == 200 {
        return;
    }
    let now = (shared.now)();
    let mut state = shared.state();
    if now.duration_since(parcel.first_try) > GIVE_UP {
        state.counts.webhooks_lost += 1;
        return;
    }
    let grown = state.behaviour.retry_ms.saturating_mul(1 << parcel.attempt.min(16));
    let pause = grown.min(state.behaviour.retry_cap_ms);
    let again = Parcel { attempt: parcel.attempt + 1, ..parcel };
    state.due.push(Reverse(Due::again(after(now, pause), again)));
    drop(state);
    shared.wake.notify_one();
}

/// One request; the HTTP status, or 0 without an answer.
async fn post(shared: &Shared, parcel: &Parcel) -> u16 {
    let request = shared
        .http
        .post(&parcel.webhook.url)
        .header("content-type", "application/json")
        .header("x-hub-signature-256", inbound::sign(&parcel.webhook.app_secret, &parcel.body))
        .timeout(Duration::from_secs(20))
        .body(parcel.body.clone());
    let status = match request.send().await {
        Ok(response) => {
            let status = response.status().as_u16();
            let _ = response.bytes().await; // read to the end, so that the connection can be used again
            status
        }
        Err(_) => 0,
    };
    *shared.state().counts.webhooks.entry(status).or_default() += 1;
    status
}

impl Shared {
    /// Waits until nothing is due or on its way.
    pub(super) async fn settle(&self) {
        loop {
            let settled = self.settled.notified();
            tokio::pin!(settled);
            settled.as_mut().enable();
            let now = (self.now)();
            let done = {
                let state = self.state();
                state.in_flight == 0 && state.due.peek().is_none_or(|Reverse(d)| d.at > now)
            };
            if done {
                return;
            }
            self.wake.notify_one();
            settled.await;
        }
    }
}

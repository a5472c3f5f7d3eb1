//! What happened in the demo's businesses before the page is opened: three customers each, played through the real flow, so
//! that the lists are not empty.
//!
//! Always true: the clock ends at the time it is; if something does not come in good time, the rest of the past is left
//! out, since a demo with less history beats one that does not start.

use super::business::Past;
use super::phone::PhonePage;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use ringleader_web::Problem;
use ringleader_web::sandbox::{CallKind, Sandbox as _, Scene, Speaker, Who};
use std::time::Duration;

/// Longest wait for one thing to happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between two looks whether it has.
const LOOK_AGAIN: Duration = Duration::from_millis(40);

/// How long the past is.
const DAYS: i64 = 3;

/// Plays the past of every business, and comes back to `now`.
pub(super) async fn play(page: &PhonePage, pasts: &[(String, Past)], now: Timestamp) {
    let past = Player { page, pasts };
    if past.play(now).await.is_err() {
        tracing::warn!("Some of the demo's sample data could not be made");
    }
    page.clock().shown().set(now);
}

struct Player<'a> {
    page: &'a PhonePage,
    pasts: &'a [(String, Past)],
}

impl Player<'_> {
    async fn play(&self, now: Timestamp) -> Result<(), Problem> {
        let clock = self.page.clock().shown();
        clock.set(first_morning(now));
        self.call(|past| past.silent).await?;
        clock.advance(SignedDuration::from_mins(121));
        self.see(|past| past.silent, "the first reminder", |scene| scene.chat.len() == 2).await?;
        self.call(|past| past.full.0).await?;
        self.say(|past| past.full.0, Speaker::Customer, |past| past.full.1).await?;
        self.after_burst();
        self.see(|past| past.full.0, "a full lead", |scene| status(scene) == "qualified").await?;
        clock.advance(SignedDuration::from_hours(22));
        self.see(|past| past.silent, "the last reminder", |scene| scene.chat.len() == 3).await?;
        clock.advance(SignedDuration::from_hours(1));
        self.call(|past| past.partial.0).await?;
        self.say(|past| past.partial.0, Speaker::Customer, |past| past.partial.1).await?;
        self.after_burst();
        self.see(|past| past.partial.0, "a question back", |scene| scene.chat.len() == 3).await?;
        clock.advance(SignedDuration::from_hours(23));
        self.see(|past| past.silent, "the end of patience", |scene| status(scene) == "unresponsive").await?;
        clock.set(now);
        self.say(|past| past.silent, Speaker::Owner, |past| past.owner_says).await
    }

    /// Calls every business, and has the message of the first grace period arrive.
    async fn call(&self, customer: fn(&Past) -> &'static str) -> Result<(), Problem> {
        for (shop, past) in self.pasts {
            self.page.places_call(&who(shop, customer(past)), CallKind::Missed).await?;
        }
        self.see(customer, "the outreach", |scene| scene.episode.is_some()).await?;
        self.page.clock().shown().advance(SignedDuration::from_secs(125));
        self.see(customer, "the first message", |scene| !scene.chat.is_empty()).await
    }

    async fn say(
        &self,
        customer: fn(&Past) -> &'static str,
        speaker: Speaker,
        words: fn(&Past) -> &'static str,
    ) -> Result<(), Problem> {
        let mine = |bubbles: &[ringleader_web::sandbox::Bubble]| bubbles.iter().any(|bubble| bubble.mine);
        for (shop, past) in self.pasts {
            self.page.says(&who(shop, customer(past)), speaker, words(past)).await?;
        }
        self.see(customer, "the words", |scene| {
            mine(if speaker == Speaker::Owner { &scene.owner } else { &scene.chat })
        })
        .await
    }

    /// The bot answers when nothing more was written for a few seconds (A11).
    fn after_burst(&self) {
        self.page.clock().shown().advance(SignedDuration::from_secs(6));
    }

    /// Looks at a customer of every business until all is as hoped.
    async fn see(
        &self,
        customer: fn(&Past) -> &'static str,
        what: &str,
        hoped: impl Fn(&Scene) -> bool,
    ) -> Result<(), Problem> {
        for (shop, past) in self.pasts {
            let who = who(shop, customer(past));
            let looking = async {
                while !hoped(&self.page.scene(&who).await?) {
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
                Ok(())
            };
            tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| {
                tracing::warn!(shop, what, "The demo waited in vain");
                Err(Problem::internal())
            })?;
        }
        self.page.whatsapp().settle().await;
        Ok(())
    }
}

fn who(shop: &str, customer: &str) -> Who {
    Who { shop: shop.to_owned(), customer: customer.to_owned() }
}

fn status(scene: &Scene) -> &str {
    scene.lead.as_ref().map_or("", |lead| &lead.status)
}

/// Nine in the morning by Greenwich, within working hours of every business, so many days ago.
fn first_morning(now: Timestamp) -> Timestamp {
    let day = now.to_zoned(jiff::tz::TimeZone::UTC).date().saturating_sub(DAYS.days());
    day.at(9, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).map_or(now, |morning| morning.timestamp())
}

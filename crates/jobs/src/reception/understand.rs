//! What a caller's words mean: danger by rules first, then the tenant's brains, the local one at the latest (C8, C15, P7).

use super::TalkError;
use crate::context::Context;
use crate::models;
use ringleader_brain::chain;
use ringleader_brain::local::turn::read_turn;
use ringleader_brain::prompts::READ_TURN;
use ringleader_brain::seam::{ModelUse, TurnRequest};
use ringleader_core::reading::ReadBy;
use ringleader_core::reception::danger;
use ringleader_core::reception::reading::TurnReading;
use ringleader_core::reception::talk::Talk;
use ringleader_core::reception::words::Question;
use ringleader_core::tenant::Tenant;
use ringleader_store::Conn;
use std::time::Duration;
use tokio::time::Instant;

/// Longest turn that is read, in characters.
const LONGEST: usize = 2_000;

/// What was understood, and by whom.
pub(super) struct Understood {
    /// What was understood.
    pub reading: TurnReading,
    /// Who understood it.
    pub by: ReadBy,
    /// What was asked; the local brain is written down with the turn.
    pub uses: Vec<ModelUse>,
    /// How many words it was.
    pub words: usize,
}

/// What has to be known to read the words of a talk.
pub(super) struct Background {
    business: Tenant,
    areas: Vec<String>,
    mask: Vec<String>,
    budget_ok: bool,
}

impl Background {
    /// Reads it.
    pub(super) async fn of(read: &mut Conn, talk: &Talk) -> Result<Self, TalkError> {
        let business = read.tenants().me().await?;
        let areas = read.properties().areas().await?;
        let mask = match talk.contact_id {
            Some(contact) => read.contacts().identities(contact).await?.into_iter().map(|(_, value)| value).collect(),
            None => Vec::new(),
        };
        let budget_ok = models::within_budget(read, &business).await?;
        Ok(Self { business, areas, mask, budget_ok })
    }
}

/// What is kept of it, for people to judge (D2).
pub(super) struct ToKeep {
    /// Who understood it.
    pub by: ReadBy,
    /// What is wanted.
    pub intents: Vec<&'static str>,
    /// What else was told; danger by rule.
    pub signals: Vec<&'static str>,
}

impl Understood {
    /// What is kept of it.
    pub(super) fn to_keep(&self) -> ToKeep {
        let mut signals = self.reading.signals;
        signals.emergency = self.reading.danger.is_some();
        let intents = self.reading.intents.iter().map(|intent| intent.as_str()).collect();
        ToKeep { by: self.by.clone(), intents, signals: signals.words() }
    }
}

/// Reads words that were said in a talk, within `limit`.
pub(super) async fn words(
    cx: &Context,
    talk: &Talk,
    background: Background,
    words: &str,
    limit: Duration,
) -> Result<Understood, TalkError> {
    let Background { business, areas, mask, budget_ok } = background;
    let now = cx.store.clock().now();
    let request = TurnRequest {
        text: words.chars().take(LONGEST).collect(),
        asked: talk.desk.asked,
        offers: talk.desk.on_offer(),
        areas,
        now,
        zone: business.time_zone.clone(),
        country: business.country.clone(),
        mask,
    };
    let count = request.text.split_whitespace().count();
    let found = danger::find(&request.text);
    if found.is_some() || request.asked == Some(Question::Code) {
        // Nobody waits for a model while something burns; and a code is nobody's business but ours.
        let began = Instant::now();
        let reading = TurnReading { danger: found, ..read_turn(&request) };
        let used = chain::local_use(READ_TURN.id, false, began.elapsed());
        let by = ReadBy { brain: used.brain.clone(), prompt: used.prompt.clone(), language: reading.language };
        return Ok(Understood { reading, by, uses: vec![used], words: count });
    }
    let order = models::order(cx, &business);
    let outcome = cx.chain.read_turn(&request, &order, budget_ok, now, limit).await;
    let by = outcome.read_by(outcome.reading.language);
    if outcome.uses.iter().any(models::is_paid) {
        let mut tx = cx.store.begin(business.id).await?;
        models::note_paid(&mut tx, &outcome.uses).await?;
        tx.commit().await?;
    }
    let reading = TurnReading { danger: None, ..outcome.reading };
    Ok(Understood { reading, by, uses: outcome.uses, words: count })
}

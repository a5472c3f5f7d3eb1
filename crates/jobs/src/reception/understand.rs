//! What a caller's words mean: danger by rules first, then the tenant's brains, the local one at the latest (C8, C15, P7).

use super::TalkError;
use crate::context::Context;
use crate::models;
use ringleader_brain::chain;
use ringleader_brain::local::turn::read_turn;
use ringleader_brain::seam::TurnRequest;
use ringleader_core::id::TenantId;
use ringleader_core::reception::danger;
use ringleader_core::reception::reading::TurnReading;
use ringleader_core::reception::talk::Talk;
use ringleader_core::reception::words::Question;
use std::time::Duration;

/// Longest turn that is read, in characters.
const LONGEST: usize = 2_000;

/// What was understood, and by whom.
pub(super) struct Understood {
    /// What was understood.
    pub reading: TurnReading,
    /// Who understood it.
    pub brain: String,
    /// How many words it was.
    pub words: usize,
}

/// Reads words that were said in a talk, within `limit`.
pub(super) async fn words(
    cx: &Context,
    tenant: TenantId,
    talk: &Talk,
    words: &str,
    limit: Duration,
) -> Result<Understood, TalkError> {
    let mut read = cx.store.read(tenant).await?;
    let business = read.tenants().me().await?;
    let areas = read.properties().areas().await?;
    let mask = match talk.contact_id {
        Some(contact) => read.contacts().identities(contact).await?.into_iter().map(|(_, value)| value).collect(),
        None => Vec::new(),
    };
    let budget_ok = models::within_budget(&mut read, &business).await?;
    drop(read);
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
        let reading = TurnReading { danger: found, ..read_turn(&request) };
        return Ok(Understood { reading, brain: chain::LOCAL.to_owned(), words: count });
    }
    let order = models::order(cx, &business);
    let outcome = cx.chain.read_turn(&request, &order, budget_ok, now, limit).await;
    if !outcome.uses.is_empty() {
        // Whatever becomes of the answer, the question was paid.
        let mut tx = cx.store.begin(tenant).await?;
        models::note_uses(&mut tx, &outcome.uses).await?;
        tx.commit().await?;
    }
    let reading = TurnReading { danger: None, ..outcome.reading };
    Ok(Understood { reading, brain: outcome.brain, words: count })
}

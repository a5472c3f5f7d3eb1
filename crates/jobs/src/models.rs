//! Which models a tenant wants, whether they may be asked today, and what they cost (B7, P12).

use crate::context::Context;
use jiff::{SignedDuration, Timestamp};
use ringleader_brain::chain::{self, Missed};
use ringleader_brain::seam::ModelUse;
use ringleader_core::tenant::Tenant;
use ringleader_store::{Conn, Result, Tx};

/// After this what the local brain made stays as it is.
const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Somebody must mend a key or a quota first.
const UNTIL_MENDED: SignedDuration = SignedDuration::from_hours(1);

/// No model of the order is set up.
const UNTIL_SET_UP: SignedDuration = SignedDuration::from_hours(24);

/// The order of brains that the tenant wants.
pub fn order(cx: &Context, tenant: &Tenant) -> Vec<String> {
    match tenant.settings.brain.order.is_empty() {
        true => cx.brain_order.clone(),
        false => tenant.settings.brain.order.clone(),
    }
}

/// Whether today's money for models is not used up; a day is the tenant's own.
pub async fn within_budget(conn: &mut Conn, tenant: &Tenant) -> Result<bool> {
    let Some(cap) = tenant.settings.limits.model_money_per_day else { return Ok(true) };
    let today = conn.now().to_zoned(tenant.time_zone.clone()).start_of_day().map_or(conn.now(), |z| z.timestamp());
    let spent = conn.usage().model_cost_since(today).await?;
    Ok(spent / 10_000 < cap) // cap is in cents, costs in millionths of a dollar
}

/// Whether something was asked that costs: all but the local brain.
pub fn is_paid(used: &ModelUse) -> bool {
    used.brain != chain::LOCAL
}

/// Writes down the models that were asked: whatever becomes of the answer, the question was paid.
pub async fn note_paid(tx: &mut Tx, uses: &[ModelUse]) -> Result<()> {
    note(tx, uses.iter().filter(|used| is_paid(used))).await
}

/// Writes down the local brain where its answer is kept: what is thrown away answered nothing (D2).
pub async fn note_kept(tx: &mut Tx, uses: &[ModelUse]) -> Result<()> {
    note(tx, uses.iter().filter(|used| !is_paid(used))).await
}

/// Rows are only added, so that turns of one business never wait for each other.
async fn note(tx: &mut Tx, uses: impl Iterator<Item = &ModelUse> + Send) -> Result<()> {
    for used in uses {
        metrics::counter!("ringleader_model_micros_total", "brain" => used.brain.clone())
            .increment(u64::try_from(used.cost_micros.unwrap_or_default()).unwrap_or_default());
        tx.usage().add_model_use(used).await?;
    }
    Ok(())
}

/// How long after a provisional answer a model is tried again at least; where none is set up, somebody may set one up.
pub fn patience(cx: &Context, order: &[String]) -> SignedDuration {
    if cx.chain.model_available(order, Timestamp::MAX) { cx.read_again_after } else { UNTIL_SET_UP }
}

/// When something that the local brain did in a model's place is tried again. Each pause is half as long as the waiting so
/// far: soon after a short outage, seldom for what a model refuses each time it is asked. `None`: long enough.
pub fn next_try(asked_at: Timestamp, now: Timestamp, least: SignedDuration) -> Option<Timestamp> {
    let waited = now.duration_since(asked_at).max(SignedDuration::ZERO);
    let pause = least.max(waited / 2);
    (waited <= LONGEST).then(|| now.checked_add(pause).unwrap_or(Timestamp::MAX))
}

/// The same for what models answered with an error, by its kind (B7): soon where the model was away, once an hour where a
/// key or a quota has to be mended, not at all where it declined. `chance` in 0..=1 scatters it by a tenth.
pub fn retry_at(
    missed: Missed,
    asked_at: Timestamp,
    now: Timestamp,
    least: SignedDuration,
    chance: f64,
) -> Option<Timestamp> {
    let least = match missed {
        Missed::Declined => return None,
        Missed::Misconfigured => least.max(UNTIL_MENDED),
        Missed::Away => least,
    };
    let next = next_try(asked_at, now, least)?;
    let pause = next.duration_since(now).as_secs_f64();
    let scatter = SignedDuration::from_secs_f64(pause * 0.1 * chance.clamp(0.0, 1.0));
    Some(next.checked_add(scatter).unwrap_or(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: SignedDuration = SignedDuration::from_mins(1);

    #[test]
    fn what_no_model_reads_is_asked_about_two_dozen_times_in_a_week_and_then_no_more() {
        let said = Timestamp::UNIX_EPOCH;
        let (mut now, mut tries) = (said, 0);
        while let Some(next) = next_try(said, now, MINUTE) {
            assert!(next > now);
            (now, tries) = (next, tries + 1);
        }
        assert!((20..30).contains(&tries), "{tries}");
    }

    #[test]
    fn each_kind_of_error_has_its_pause() {
        let now = Timestamp::UNIX_EPOCH;
        let pause =
            |missed, chance| retry_at(missed, now, now, MINUTE, chance).map(|at| at.duration_since(now).as_secs());
        assert_eq!((pause(Missed::Away, 0.0), pause(Missed::Away, 1.0)), (Some(60), Some(66)));
        assert_eq!(pause(Missed::Misconfigured, 0.0), Some(3600));
        assert_eq!(pause(Missed::Declined, 0.5), None);
        assert_eq!(retry_at(Missed::Away, now, now + LONGEST + MINUTE, MINUTE, 0.0), None);
    }
}

//! Money for models over any period (B7, D2): the same whether months were added up or not, whatever the zone.

use crate::rows::{Dice, tenant};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use ringleader_core::id::TenantId;
use ringleader_store::both_engines;
use ringleader_store::testing::{TestDb, used};

/// Uses of a model at these times, each with its price.
async fn uses(db: &TestDb, tenant: TenantId, dice: &mut Dice, days: usize) -> Vec<(Timestamp, i64)> {
    let mut made = Vec::new();
    for _ in 0..200 {
        db.clock.advance(SignedDuration::from_mins((dice.roll(days * 24 * 60) / 100) as i64));
        let mut tx = db.store.begin(tenant).await.unwrap();
        let (at, price) = (tx.now(), dice.roll(900) as i64);
        tx.usage().add_model_use(&used("openai", "small", "reply@1", (10, 2), Some(price), 5, "ok")).await.unwrap();
        tx.commit().await.unwrap();
        made.push((at, price));
    }
    made
}

/// Adds up every month that is over; how many.
async fn add_up(db: &TestDb, tenant: TenantId, zone: &TimeZone) -> usize {
    let mut months = 0;
    loop {
        let mut tx = db.store.begin(tenant).await.unwrap();
        let more = tx.sums().add_up_month(zone).await.unwrap();
        tx.commit().await.unwrap();
        if !more {
            return months;
        }
        months += 1;
    }
}

async fn holds(db: &TestDb, tenant: TenantId, zone: &TimeZone, made: &[(Timestamp, i64)], dice: &mut Dice) {
    let mut read = db.store.read(tenant).await.unwrap();
    let first = made[0].0.to_zoned(zone.clone()).date();
    for _ in 0..40 {
        let from: Date = first.saturating_add((dice.roll(400) as i64 - 40).days());
        let to = from.saturating_add((dice.roll(300) as i64).days());
        let within = |at: &Timestamp| (from..=to).contains(&at.to_zoned(zone.clone()).date());
        let expected: i64 = made.iter().filter(|(at, _)| within(at)).map(|(_, price)| price).sum();
        assert_eq!(read.sums().model_money(from, to, zone).await.unwrap(), expected, "from {from} to {to}");
    }
}

both_engines! {
    async fn money_for_models_is_the_same_before_and_after_its_months_are_added_up(db: TestDb) {
        let mut dice = Dice(11);
        let id = tenant(&db, "Asia/Jerusalem", serde_json::json!({})).await;
        let jerusalem = TimeZone::get("Asia/Jerusalem").unwrap();
        let mut made = uses(&db, id, &mut dice, 200).await;
        holds(&db, id, &jerusalem, &made, &mut dice).await;
        assert!(add_up(&db, id, &jerusalem).await > 1);
        holds(&db, id, &jerusalem, &made, &mut dice).await;
        made.extend(uses(&db, id, &mut dice, 150).await);
        holds(&db, id, &jerusalem, &made, &mut dice).await;
        let auckland = TimeZone::get("Pacific/Auckland").unwrap();
        holds(&db, id, &auckland, &made, &mut dice).await;
        assert!(add_up(&db, id, &auckland).await > 3, "the months of another zone are others");
        holds(&db, id, &auckland, &made, &mut dice).await;
        assert_eq!(add_up(&db, id, &auckland).await, 0);
    }
}

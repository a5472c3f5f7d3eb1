//! Watching how well messages are understood (D2): people's verdicts on a sample, their corrections, and a word to them when it
//! gets worse than it should be.

use crate::ledger::{self, Wish};
use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp, ToSpan};
use ringleader_core::facts::NewFact;
use ringleader_core::id::{Id, MessageId, ReadingId};
use ringleader_core::message::Message;
use ringleader_core::reading::{ReadBy, Signals};
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::repo::{NewReading, Sample, Words, judged_by, verdicts_by};
use ringleader_store::{Conn, Result, Tx};
use serde_json::json;

/// Readings that are shown each week.
pub const SAMPLE: usize = 10;

/// Fewer verdicts, or facts, than these say nothing.
const FEW_LABELS: i64 = 10;
const FEW_FACTS: i64 = 20;

/// What should be right at least.
const GOOD: f64 = 0.8;

/// How far back verdicts count, and corrections.
const LABELS_OF: SignedDuration = SignedDuration::from_hours(28 * 24);
const FACTS_OF: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The sample of the last whole week, Monday to Sunday: its first day, and what was read.
pub async fn sample(read: &mut Conn, tenant: &Tenant) -> Result<(Date, Vec<Sample>)> {
    let today = read.now().to_zoned(tenant.time_zone.clone()).date();
    let back = today.weekday().since(Weekday::Monday);
    let monday = today.saturating_sub(i64::from(back).days());
    let first = monday.saturating_sub(7.days());
    let start = |day: Date| day.to_zoned(tenant.time_zone.clone()).map(|begin| begin.timestamp());
    let (Ok(begin), Ok(end)) = (start(first), start(monday)) else { return Ok((first, vec![])) };
    Ok((first, read.quality().sample(begin, end, SAMPLE).await?))
}

/// Keeps what a burst of messages was understood as, for people to judge.
pub async fn keep(
    tx: &mut Tx,
    messages: &[Message],
    by: &ReadBy,
    proposed: &[NewFact],
    signals: Signals,
) -> Result<()> {
    let Some(last) = messages.last() else { return Ok(()) };
    let ids: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
    let facts: Vec<String> = proposed.iter().map(|fact| fact.name.clone()).collect();
    let of = Words::Burst(&ids);
    let new = NewReading { of, by, facts: &facts, intents: &[], signals: &signals.words(), at: last.at };
    tx.quality().keep_reading(&new).await
}

/// Keeps a person's verdict on a reading, or on what was read from a message, which has its last message's UUID; `false`:
/// there is no such thing.
pub async fn label(tx: &mut Tx, subject: impl Id, right: bool, actor: &str) -> Result<bool> {
    if !tx.quality().label(ReadingId::from_uuid(subject.uuid()), right, actor).await? {
        return Ok(false);
    }
    let verdict = if right { "right" } else { "wrong" };
    tx.usage().audit(actor, "message.label", &subject.to_string(), None, Some(json!({ "verdict": verdict }))).await?;
    metrics::counter!("ringleader_labels_total", "verdict" => verdict).increment(1);
    Ok(true)
}

/// Tells people, once a week, when too much is read wrongly; whether it is so.
pub async fn watch(tx: &mut Tx, tenant: &Tenant) -> Result<bool> {
    let now = tx.now();
    let labels = tx.quality().labelled(now - LABELS_OF, now).await?;
    let (right, wrong) = verdicts_by(&labels, |_| ()).remove(&()).unwrap_or_default();
    let facts = tx.quality().facts(now - FACTS_OF, now).await?;
    let all = judged_by(&facts, |_| ()).remove(&()).unwrap_or_default();
    let poor = [(right, wrong, FEW_LABELS), (all.stands, all.corrected, FEW_FACTS)].into_iter().find(is_poor);
    let Some((good, bad, _)) = poor else { return Ok(false) };
    let wish = Wish {
        title: Key::TaskQuality,
        urgency: Urgency::Normal,
        key: format!("quality:{}", week_of(now, tenant)),
        because: None,
        contact: None,
        lead: None,
        phone: None,
        who: format!("{bad}/{}", good + bad),
    };
    if ledger::add_task(tx, tenant, wish).await? {
        tracing::warn!(quality.wrong = bad, quality.of = good + bad, "Messages are read wrongly too often");
        metrics::counter!("ringleader_quality_drops_total").increment(1);
    }
    Ok(true)
}

fn is_poor((good, bad, few): &(i64, i64, i64)) -> bool {
    let all = good + bad;
    all >= *few && (*good as f64) < GOOD * all as f64
}

/// The Monday of a moment's week.
fn week_of(at: Timestamp, tenant: &Tenant) -> Date {
    let day = at.to_zoned(tenant.time_zone.clone()).date();
    day.saturating_sub(i64::from(day.weekday().since(Weekday::Monday)).days())
}

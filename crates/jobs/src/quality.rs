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
use ringleader_store::repo::{BrainUse, FactQuality, NewReading, Sample, Verdicts, Words, judged_by, verdicts_by};
use ringleader_store::{Conn, Result, Tx};
use serde_json::json;
use std::collections::BTreeMap;

/// Readings that are shown each week.
pub const SAMPLE: usize = 10;

/// Fewer verdicts, or facts, than these say nothing.
const FEW_LABELS: i64 = 10;
const FEW_FACTS: i64 = 20;

/// What should be right at least.
const GOOD: f64 = 0.8;

/// A fall of this much concerns people, if chance explains it in less than one of a hundred cases (standard deviations).
const FALL: f64 = 0.05;
const SURE: f64 = 2.326;

/// How far back verdicts count, and corrections.
const LABELS_OF: SignedDuration = SignedDuration::from_hours(28 * 24);
const FACTS_OF: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How well brains understood, over a period.
#[derive(Debug, Clone)]
pub struct Measures {
    /// Facts by name and by who read them, with what people made of them.
    pub facts: Vec<FactQuality>,
    /// What each brain and prompt took.
    pub brains: Vec<BrainUse>,
    /// What people said of the sample.
    pub verdicts: Vec<Verdicts>,
    /// Analyses of calls that are done, and the provisional of them.
    pub analyses: (i64, i64),
}

/// How well brains understood from `begin` to before `end`.
pub async fn measures(read: &mut Conn, begin: Timestamp, end: Timestamp) -> Result<Measures> {
    Ok(Measures {
        facts: read.quality().facts(begin, end).await?,
        brains: read.quality().brains(begin, end).await?,
        verdicts: read.quality().labelled(begin, end).await?,
        analyses: read.quality().analyses(begin, end).await?,
    })
}

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

/// Tells people, once a week, when too much is read wrongly, and of each brain and prompt that reads worse than before;
/// whether there was anything to tell.
pub async fn watch(tx: &mut Tx, tenant: &Tenant) -> Result<bool> {
    let now = tx.now();
    let labels = tx.quality().labelled(now - LABELS_OF, now).await?;
    let (right, wrong) = verdicts_by(&labels, |_| ()).remove(&()).unwrap_or_default();
    let facts = tx.quality().facts(now - FACTS_OF, now).await?;
    let all = judged_by(&facts, |_| ()).remove(&()).unwrap_or_default();
    let poor = [(right, wrong, FEW_LABELS), (all.stands, all.corrected, FEW_FACTS)].into_iter().find(is_poor);
    if let Some((good, bad, _)) = poor {
        tell(tx, tenant, Key::TaskQuality, "quality", format!("{bad}/{}", good + bad)).await?;
    }
    let fallen = fallen(tx, now).await?;
    for Fallen { brain, prompt, from, to } in &fallen {
        let who = format!("{:.0}% → {:.0}%", from * 100.0, to * 100.0);
        tell(tx, tenant, Key::TaskQualityFell, &format!("quality_fell:{brain}:{prompt}"), who).await?;
    }
    Ok(poor.is_some() || !fallen.is_empty())
}

async fn tell(tx: &mut Tx, tenant: &Tenant, title: Key, what: &str, who: String) -> Result<()> {
    let key = format!("{what}:{}", week_of(tx.now(), tenant));
    let words = format!("{what} {who}");
    let wish =
        Wish { title, urgency: Urgency::Normal, key, because: None, contact: None, lead: None, phone: None, who };
    if ledger::add_task(tx, tenant, wish).await? {
        tracing::warn!(quality.drop = words, "Understanding is worse than it should be: {words}");
        metrics::counter!("ringleader_quality_drops_total").increment(1);
    }
    Ok(())
}

/// A brain with a prompt that had a share right, and has less of it right now.
struct Fallen {
    brain: String,
    prompt: String,
    from: f64,
    to: f64,
}

/// Right ones and wrong ones, by brain and prompt.
type Shares = BTreeMap<(String, String), (i64, i64)>;

/// Which brains read worse in the last weeks than in as many before, by people's corrections or by their verdicts. A new
/// version of a prompt is held against the versions before it.
async fn fallen(tx: &mut Tx, now: Timestamp) -> Result<Vec<Fallen>> {
    let (begin, earlier) = (now - LABELS_OF, now - LABELS_OF - LABELS_OF);
    let facts = (corrections(tx, begin, now).await?, corrections(tx, earlier, begin).await?, FEW_FACTS);
    let labels = (verdicts(tx, begin, now).await?, verdicts(tx, earlier, begin).await?, FEW_LABELS);
    let mut fallen: Vec<Fallen> = Vec::new();
    for (shares, before, few) in [facts, labels] {
        for ((brain, prompt), share) in shares {
            let question = question(&prompt);
            let same = before.iter().filter(|((other, asked), _)| *other == brain && self::question(asked) == question);
            let then = same.fold((0, 0), |sum, (_, share)| (sum.0 + share.0, sum.1 + share.1));
            let known = fallen.iter().any(|it| it.brain == brain && it.prompt == prompt);
            if let Some((from, to)) = fell(then, share, few).filter(|_| !known) {
                fallen.push(Fallen { brain, prompt, from, to });
            }
        }
    }
    Ok(fallen)
}

async fn corrections(tx: &mut Tx, begin: Timestamp, end: Timestamp) -> Result<Shares> {
    let facts = judged_by(&tx.quality().facts(begin, end).await?, FactQuality::reader);
    Ok(facts.into_iter().filter_map(|(reader, it)| Some((reader?, (it.stands, it.corrected)))).collect())
}

async fn verdicts(tx: &mut Tx, begin: Timestamp, end: Timestamp) -> Result<Shares> {
    let labels = verdicts_by(&tx.quality().labelled(begin, end).await?, Verdicts::reader);
    Ok(labels.into_iter().filter_map(|(reader, share)| Some((reader?, share))).collect())
}

/// A prompt without its version.
fn question(prompt: &str) -> &str {
    prompt.split('@').next().unwrap_or(prompt)
}

/// Whether the share that is right fell by more than chance explains: the bound of two proportions on one side, 99 %. A few
/// points less concern nobody. Gives what fell to what.
fn fell(then: (i64, i64), now: (i64, i64), few: i64) -> Option<(f64, f64)> {
    let (before, after) = (then.0 + then.1, now.0 + now.1);
    if before < few || after < few {
        return None;
    }
    let (n, m) = (before as f64, after as f64);
    let (from, to) = (then.0 as f64 / n, now.0 as f64 / m);
    let both = (then.0 + now.0) as f64 / (n + m);
    let chance = (both * (1.0 - both) * (1.0 / n + 1.0 / m)).sqrt();
    (from - to >= FALL && from - to > SURE * chance).then_some((from, to))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fall_is_told_when_chance_does_not_explain_it() {
        let table = [
            ((40, 0), (32, 8), Some((1.0, 0.8))),
            ((40, 0), (38, 2), None),              // it may be chance
            ((9, 0), (5, 5), None),                // too few before
            ((20, 0), (9, 0), None),               // and too few now
            ((32, 8), (40, 0), None),              // better
            ((100_000, 0), (99_000, 1_000), None), // certain, but one point
        ];
        for (then, now, expected) in table {
            assert_eq!(fell(then, now, 10), expected, "{then:?} {now:?}");
        }
    }
}

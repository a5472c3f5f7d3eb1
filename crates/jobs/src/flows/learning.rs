//! Facts of a lead, whoever read them: weighed, kept, taken back, and shown in the lead's columns (DESIGN 2).

use ringleader_core::facts::{self, Columns, Merge, NewFact};
use ringleader_core::lead::{Fact, FactSource, Lead};
use ringleader_store::{Result, Tx};

/// Weighs proposed facts against what is known (person > explicit > inferred) and keeps what wins; gives what changed.
pub async fn learn(tx: &mut Tx, lead: &mut Lead, known: &mut Vec<Fact>, proposed: Vec<NewFact>) -> Result<Vec<Fact>> {
    let mut learned = Vec::new();
    for new in proposed {
        let current = known.iter().position(|f| f.name == new.name);
        if facts::merge(current.map(|i| &known[i]), &new) != Merge::Replace {
            continue;
        }
        let fact = Fact {
            id: tx.new_id(),
            name: new.name,
            value: new.value,
            confidence: new.confidence,
            source: new.source,
            origin: new.origin,
            provisional: new.provisional,
            read_by: new.read_by,
            at: new.at,
        };
        tx.leads().put_fact(lead, &fact).await?;
        if let Some(index) = current {
            known.remove(index);
        }
        learned.push(fact.clone());
        known.push(fact);
    }
    derive(tx, lead, known).await?;
    Ok(learned)
}

/// Moves facts to the history that hold no more; what a person set stays.
pub async fn take_back(tx: &mut Tx, lead: &Lead, known: &mut Vec<Fact>, names: &[&str]) -> Result<()> {
    let gone = |f: &Fact| f.source != FactSource::Person && names.contains(&f.name.as_str());
    for fact in known.iter().filter(|f| gone(f)) {
        tx.leads().retire_fact(lead.id, &fact.name).await?;
    }
    known.retain(|f| !gone(f));
    Ok(())
}

/// Takes back what an earlier reading of `origin` found and a later one did not: a provisional one gives way to a model's
/// (P6), any to one of `changed` words (A15). What a person set stays.
pub async fn retract(
    tx: &mut Tx,
    lead: &mut Lead,
    known: &mut Vec<Fact>,
    origin: &str,
    found: &[String],
    changed: bool,
) -> Result<()> {
    let gone = |f: &Fact| facts::is_retracted(f, origin, changed) && !found.contains(&f.name);
    for fact in known.iter().filter(|f| gone(f)) {
        tx.leads().retire_fact(lead.id, &fact.name).await?;
    }
    known.retain(|f| !gone(f));
    derive(tx, lead, known).await
}

/// Brings the lead's columns and the contact's name in line with the facts.
pub async fn derive(tx: &mut Tx, lead: &mut Lead, known: &[Fact]) -> Result<()> {
    let columns = Columns::of(known);
    lead.name.clone_from(&columns.name);
    lead.need.clone_from(&columns.need);
    lead.preference.clone_from(&columns.preference);
    tx.leads().save(lead).await?;
    if columns.name.is_some() {
        tx.contacts().learn(lead.contact_id, columns.name.as_deref(), None, None).await?;
    }
    Ok(())
}

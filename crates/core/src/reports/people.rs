//! What each of the business's people did in a period (D2): the leads that are theirs and what became of them, the chats that
//! they led, the appointments that they went to.

use crate::figures::Sums;
use std::collections::BTreeMap;

/// What one person did. A lead is whose it is now; a chat that several people led counts for each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Person {
    /// New leads of the period that are theirs.
    pub leads: i64,
    /// Of those, the ones that became business.
    pub converted: i64,
    /// Of those, the ones that did not.
    pub lost: i64,
    /// Chats that they led, for a while or to the end.
    pub chats: i64,
    /// Appointments that were made for them.
    pub appointments: i64,
    /// Of those, the ones that took place.
    pub took_place: i64,
    /// Of those, the ones to which nobody came.
    pub nobody_came: i64,
}

impl Person {
    /// What the leads that became business are worth, by the tenant's value of a lead, in minor units.
    pub fn converted_value(&self, lead_value: Option<i64>) -> Option<i64> {
        lead_value.map(|value| value.saturating_mul(self.converted))
    }
}

/// Reads the sums, by the ids of the people; who keeps appointments without being one has another name there.
pub fn by_person(sums: &Sums) -> BTreeMap<String, Person> {
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    for (measure, value) in sums {
        let Some((of, rest)) = measure.split_once(':') else { continue };
        let (id, state) = rest.split_once(':').unwrap_or((rest, ""));
        let field: fn(&mut Person) -> &mut i64 = match (of, state) {
            ("assigned", "") => |it| &mut it.leads,
            ("assigned", "converted") => |it| &mut it.converted,
            ("assigned", "lost") => |it| &mut it.lost,
            ("led", "") => |it| &mut it.chats,
            ("agent", "") => |it| &mut it.appointments,
            ("agent", "done") => |it| &mut it.took_place,
            ("agent", "no_show") => |it| &mut it.nobody_came,
            _ => continue,
        };
        *field(people.entry(id.to_owned()).or_default()) += value;
    }
    people
}

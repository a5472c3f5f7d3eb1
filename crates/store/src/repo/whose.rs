//! Whom the things behind a number are about, when they were, and the call of a talk (D2): asked once for a page of them.

use super::reports::Reports;
use super::tallies::Subject;
use crate::db::id_text;
use crate::{FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::id::{CallId, ContactId};
use ringleader_core::phone::Phone;
use std::collections::{BTreeMap, HashMap};

/// Whom a thing is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Whose {
    /// The contact; none where the number was withheld.
    pub contact: Option<ContactId>,
    /// Their name, if it is known.
    pub name: Option<String>,
    /// Their number, if it is known.
    pub phone: Option<Phone>,
    /// When the thing was, or is to be: an appointment's begin, not when it was made.
    pub at: Timestamp,
    /// The call of a talk on the telephone.
    pub call: Option<CallId>,
}

/// One of them, with its id.
struct Found(String, Whose);

impl FromRow for Found {
    fn from_row(row: &Row) -> Result<Self> {
        let whose = Whose {
            contact: row.get("contact_id")?,
            name: row.get("name")?,
            phone: row.get("phone")?,
            at: row.get("at")?,
            call: row.get("call_id")?,
        };
        Ok(Self(row.get("id")?, whose))
    }
}

/// Where a thing of this kind stands: its table with what joins it, its moment, and its call.
type Source = (&'static str, &'static str, &'static str);

fn source(subject: Subject) -> (Source, String) {
    const NONE: &str = "CAST(NULL AS TEXT)";
    match subject {
        Subject::Call(id) => (("calls x", "COALESCE(x.started_at, x.received_at)", NONE), id_text(id)),
        Subject::Episode(id) => (("episodes x", "x.called_at", NONE), id_text(id)),
        Subject::Appointment(id) => (("appointments x", "x.starts_at", NONE), id_text(id)),
        Subject::Talk(id) => {
            let table =
                "talks x LEFT JOIN voice_calls v ON v.tenant_id = x.tenant_id AND v.provider_call_id = x.external_id
                         AND x.medium = 'voice'";
            ((table, "x.begun_at", "v.call_id"), id_text(id))
        }
        Subject::Lead(id) => (("leads x", "x.opened_at", NONE), id_text(id)),
        Subject::Chat(id, ..) => (("conversations x", "x.opened_at", NONE), id_text(id)),
    }
}

impl Reports<'_> {
    /// Whom these things are about, in their order; nothing of those that are gone.
    pub async fn whose(&mut self, subjects: &[Subject]) -> Result<Vec<Option<Whose>>> {
        let tenant = self.0.tenant()?;
        let mut sources: BTreeMap<Source, Vec<String>> = BTreeMap::new();
        for subject in subjects {
            let (source, id) = source(*subject);
            sources.entry(source).or_default().push(id);
        }
        let mut found: HashMap<(Source, String), Whose> = HashMap::new();
        for (source, ids) in sources {
            let (table, at, call) = source;
            let places: Vec<String> = (2..ids.len() + 2).map(|place| format!("${place}")).collect();
            let sql = format!(
                "SELECT x.id AS id, x.contact_id AS contact_id, COALESCE(c.name, c.profile_name) AS name, c.phone AS phone,
                 {at} AS at, {call} AS call_id FROM {table}
                 LEFT JOIN contacts c ON c.tenant_id = x.tenant_id AND c.id = x.contact_id
                 WHERE x.tenant_id = $1 AND x.id IN ({})",
                places.join(", ")
            );
            let mut args = args![tenant];
            args.extend(ids.into_iter().map(crate::db::Value::Text));
            let rows: Vec<Found> = self.0.fetch_all_built(sql, args).await?;
            found.extend(rows.into_iter().map(|Found(id, whose)| ((source, id), whose)));
        }
        Ok(subjects.iter().map(|subject| found.get(&source(*subject)).cloned()).collect())
    }
}

//! Two contacts that are one person: what a merge moves is written down row by row, so that it can be moved back (P9).

mod by_key;

use super::lists::first;
use super::tallied;
use super::tenants::json;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::id::{ContactId, ConversationId, FactId, LeadId, MergeId};
use serde_json::Value as Json;

/// Merges of contacts.
pub struct Merges<'c>(pub(super) &'c mut Conn);

/// One merge.
#[derive(Debug, Clone)]
pub struct Merge {
    /// Its id.
    pub id: MergeId,
    /// The contact that stays.
    pub into: ContactId,
    /// The contact that went into it.
    pub from: ContactId,
    /// Who did it.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
    /// What was changed, as it was before.
    pub before: Json,
}

/// Tables whose rows belong to a contact.
const OF_CONTACT: &[&str] = &[
    "calls",
    "episodes",
    "leads",
    "conversations",
    "messages",
    "decisions",
    "tasks",
    "consents",
    "facts",
    "fact_history",
    "talks",
    "tickets",
    "alarms",
    "appointments",
    "saved_searches",
    "contractors",
];

/// Tables whose rows belong to a lead, besides its facts.
const OF_LEAD: &[&str] = &["calls", "conversations", "messages", "tasks", "appointments"];

const MERGE: &str = "SELECT id, into_contact, from_contact, actor, at, undone_at, before FROM merges";

impl FromRow for Merge {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            into: row.get("into_contact")?,
            from: row.get("from_contact")?,
            actor: row.get("actor")?,
            at: row.get("at")?,
            undone_at: row.get("undone_at")?,
            before: row.json("before")?,
        })
    }
}

impl Merges<'_> {
    /// Writes a merge down.
    pub async fn insert(&mut self, merge: &Merge) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "INSERT INTO merges (tenant_id, id, into_contact, from_contact, actor, at, before)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let args = args![tenant, merge.id, merge.into, merge.from, &merge.actor, merge.at, json(&merge.before)?];
        self.0.execute(sql, args).await?;
        Ok(())
    }

    /// One merge.
    pub async fn get(&mut self, id: MergeId) -> Result<Option<Merge>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{MERGE} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// The merge that a contact is part of now.
    pub async fn open_of(&mut self, from: ContactId) -> Result<Option<Merge>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{MERGE} WHERE tenant_id = $1 AND from_contact = $2 AND undone_at IS NULL");
        first(self.0, sql, args![tenant, from]).await
    }

    /// All merges of a contact, whichever side it was on, newest first.
    pub async fn of_contact(&mut self, contact: ContactId) -> Result<Vec<Merge>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{MERGE} WHERE tenant_id = $1 AND (into_contact = $2 OR from_contact = $2) ORDER BY id DESC");
        self.0.fetch_all_built(sql, args![tenant, contact]).await
    }

    /// Marks a merge as taken back; `false` if it was already.
    pub async fn close(&mut self, id: MergeId) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE merges SET undone_at = $3 WHERE tenant_id = $1 AND id = $2 AND undone_at IS NULL";
        Ok(self.0.execute(sql, args![tenant, id, now]).await? == 1)
    }

    /// Notes that a merge made or changed a row.
    pub async fn note(&mut self, id: MergeId, kind: &'static str, row: &str) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "INSERT INTO merge_moves (tenant_id, merge_id, kind, row_id) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (tenant_id, merge_id, kind, row_id) DO NOTHING";
        self.0.execute(sql, args![tenant, id, kind, row]).await?;
        Ok(())
    }

    /// Facts that a merge put into the lead that stays.
    pub async fn added_facts(&mut self, id: MergeId) -> Result<Vec<FactId>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT row_id FROM merge_moves WHERE tenant_id = $1 AND merge_id = $2 AND kind = 'facts_added'";
        let rows: Vec<(FactId,)> = self.0.fetch_all(sql, args![tenant, id]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Moves everything of one contact to the other, identities too.
    pub async fn move_contact(&mut self, merge: &Merge) -> Result<()> {
        let tenant = self.0.tenant()?;
        self.part_chats(merge).await?;
        self.end_second_search(merge).await?;
        self.extend_tenancies(merge).await?;
        self.move_by_key(merge).await?;
        for table in OF_CONTACT {
            let note = format!(
                "INSERT INTO merge_moves (tenant_id, merge_id, kind, row_id)
                 SELECT tenant_id, CAST($3 AS TEXT), '{table}', id FROM {table} WHERE tenant_id = $1 AND contact_id = $2"
            );
            self.0.execute_built(note, args![tenant, merge.from, merge.id]).await?;
            let sql = format!("UPDATE {table} SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2");
            self.0.execute_built(sql, args![tenant, merge.from, merge.into]).await?;
        }
        let note = "INSERT INTO merge_moves (tenant_id, merge_id, kind, row_id)
                    SELECT tenant_id, CAST($3 AS TEXT), 'identities', kind || ':' || value FROM identities
                    WHERE tenant_id = $1 AND contact_id = $2";
        self.0.execute(note, args![tenant, merge.from, merge.id]).await?;
        let sql = "UPDATE identities SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2";
        self.0.execute(sql, args![tenant, merge.from, merge.into]).await?;
        self.count_answers(merge);
        Ok(())
    }

    /// When either was answered may be otherwise now.
    fn count_answers(&mut self, merge: &Merge) {
        self.0.touched.contact(merge.from);
        self.0.touched.contact(merge.into);
    }

    /// Two chats that know no number would be one chat then: the moved one is set apart by its id.
    async fn part_chats(&mut self, merge: &Merge) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE conversations SET peer = id WHERE tenant_id = $1 AND contact_id = $2 AND peer = ''";
        self.0.execute(sql, args![tenant, merge.from]).await?;
        Ok(())
    }

    /// Moves back what was moved, and what came since over the chats and numbers that go back.
    pub async fn move_contact_back(&mut self, merge: &Merge) -> Result<()> {
        let tenant = self.0.tenant()?;
        let moved = |table: &str| {
            format!("(SELECT row_id FROM merge_moves WHERE tenant_id = $1 AND merge_id = $4 AND kind = '{table}')")
        };
        let numbers =
            "(SELECT value FROM identities WHERE tenant_id = $1 AND kind = 'phone' AND kind || ':' || value IN
            (SELECT row_id FROM merge_moves WHERE tenant_id = $1 AND merge_id = $4 AND kind = 'identities'))";
        for table in OF_CONTACT {
            let theirs = match *table {
                "calls" => format!("(id IN {} OR from_number IN {numbers} OR to_number IN {numbers})", moved(table)),
                "conversations" => format!("(id IN {} OR peer IN {numbers})", moved(table)),
                // Chats have gone by now, and take their messages along.
                "messages" => {
                    let chats = "(SELECT id FROM conversations WHERE tenant_id = $1 AND contact_id = $3)";
                    format!("(id IN {} OR conversation_id IN {chats})", moved(table))
                }
                _ => format!("id IN {}", moved(table)),
            };
            let sql =
                format!("UPDATE {table} SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2 AND {theirs}");
            self.0.execute_built(sql, args![tenant, merge.into, merge.from, merge.id]).await?;
        }
        self.move_by_key_back(merge).await?;
        let sql = format!(
            "UPDATE identities SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2
             AND kind || ':' || value IN {}",
            moved("identities")
        );
        self.0.execute_built(sql, args![tenant, merge.into, merge.from, merge.id]).await?;
        self.count_answers(merge);
        Ok(())
    }

    /// Lets everything of one lead hang on another; its own facts stay with it.
    pub async fn move_lead(&mut self, id: MergeId, from: LeadId, into: LeadId) -> Result<()> {
        let tenant = self.0.tenant()?;
        for chat in self.chats_of(from).await? {
            self.0.touched.left(chat, from);
        }
        self.count_appointments(from).await?;
        for table in OF_LEAD {
            let note = format!(
                "INSERT INTO merge_moves (tenant_id, merge_id, kind, row_id)
                 SELECT tenant_id, CAST($3 AS TEXT), '{table}.lead', id FROM {table} WHERE tenant_id = $1 AND lead_id = $2"
            );
            self.0.execute_built(note, args![tenant, from, id]).await?;
            let sql = format!("UPDATE {table} SET lead_id = $3 WHERE tenant_id = $1 AND lead_id = $2");
            self.0.execute_built(sql, args![tenant, from, into]).await?;
        }
        let sql = "UPDATE leads SET merged_into = $3 WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, from, into]).await?;
        self.0.changed("lead", from);
        self.0.changed("lead", into);
        Ok(())
    }

    /// The appointments of a lead count on the line of the lead that has them.
    async fn count_appointments(&mut self, lead: LeadId) -> Result<()> {
        for subject in tallied::appointments_of(self.0, lead).await? {
            self.0.touched.subject(subject);
        }
        Ok(())
    }

    async fn chats_of(&mut self, lead: LeadId) -> Result<Vec<ConversationId>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT id FROM conversations WHERE tenant_id = $1 AND lead_id = $2";
        let rows: Vec<(ConversationId,)> = self.0.fetch_all(sql, args![tenant, lead]).await?;
        Ok(rows.into_iter().map(|(chat,)| chat).collect())
    }

    /// Gives a lead the labels of another, and whoever looks after it where nobody does.
    pub async fn share_handling(&mut self, id: MergeId, from: LeadId, into: LeadId) -> Result<()> {
        let tenant = self.0.tenant()?;
        let note = "INSERT INTO merge_moves (tenant_id, merge_id, kind, row_id)
                    SELECT tenant_id, CAST($4 AS TEXT), 'labels_added', label FROM lead_labels
                    WHERE tenant_id = $1 AND lead_id = $2 AND label NOT IN
                    (SELECT label FROM lead_labels WHERE tenant_id = $1 AND lead_id = $3)";
        self.0.execute(note, args![tenant, from, into, id]).await?;
        let sql = "INSERT INTO lead_labels (tenant_id, label, lead_id)
                   SELECT tenant_id, label, CAST($3 AS TEXT) FROM lead_labels WHERE tenant_id = $1 AND lead_id = $2
                   ON CONFLICT (tenant_id, label, lead_id) DO NOTHING";
        self.0.execute(sql, args![tenant, from, into]).await?;
        let sql = "UPDATE leads SET assigned_to = (SELECT assigned_to FROM leads WHERE tenant_id = $1 AND id = $2)
                   WHERE tenant_id = $1 AND id = $3 AND assigned_to IS NULL";
        self.0.execute(sql, args![tenant, from, into]).await?;
        Ok(())
    }

    /// Takes the labels off again that a merge put on a lead.
    pub async fn unshare_labels(&mut self, id: MergeId, into: LeadId) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "DELETE FROM lead_labels WHERE tenant_id = $1 AND lead_id = $2 AND label IN
                   (SELECT row_id FROM merge_moves WHERE tenant_id = $1 AND merge_id = $3 AND kind = 'labels_added')";
        self.0.execute(sql, args![tenant, into, id]).await?;
        Ok(())
    }

    /// The way back; messages that came since go with their chat.
    pub async fn move_lead_back(&mut self, id: MergeId, from: LeadId, into: LeadId) -> Result<()> {
        let tenant = self.0.tenant()?;
        for table in OF_LEAD {
            let moved = |kind: &str| {
                format!(
                    "(SELECT row_id FROM merge_moves WHERE tenant_id = $1 AND merge_id = $4 AND kind = '{kind}.lead')"
                )
            };
            let theirs = match *table {
                "messages" => format!("(id IN {} OR conversation_id IN {})", moved(table), moved("conversations")),
                // Merges of old kept no leads of appointments, which had none: those go by the person that they went with.
                "appointments" => format!(
                    "(id IN {} OR id IN (SELECT row_id FROM merge_moves WHERE tenant_id = $1 AND merge_id = $4 AND kind = 'appointments'))",
                    moved(table)
                ),
                _ => format!("id IN {}", moved(table)),
            };
            let sql = format!("UPDATE {table} SET lead_id = $3 WHERE tenant_id = $1 AND lead_id = $2 AND {theirs}");
            self.0.execute_built(sql, args![tenant, into, from, id]).await?;
        }
        let sql = "UPDATE leads SET merged_into = NULL WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, from]).await?;
        for chat in self.chats_of(from).await? {
            self.0.touched.left(chat, into);
        }
        self.count_appointments(from).await?;
        self.0.changed("lead", from);
        self.0.changed("lead", into);
        Ok(())
    }
}

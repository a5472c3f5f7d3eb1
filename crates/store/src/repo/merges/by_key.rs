//! What a person has once: searches that go on, tenancies, what was sent to them. Where both had it, one stays with a merge, and
//! all of it comes back (P9).

use super::{Merge, Merges};
use crate::{Result, args};

/// Tables whose rows are a contact's by other keys than an id: what tells their rows apart, and which rows of the other contact
/// stand in the way of a move. What cannot move stays where it is, and is nobody's business while the merge holds.
const BY_KEY: &[(&str, &str, &str)] = &[
    ("satisfaction", "call_id", "FALSE"),
    (
        "search_matches",
        "property_id || ':' || CAST(price AS TEXT)",
        "EXISTS (SELECT 1 FROM search_matches AS theirs WHERE theirs.tenant_id = $1 AND theirs.contact_id = $3
         AND theirs.property_id = search_matches.property_id AND theirs.price = search_matches.price)",
    ),
    (
        "sent_details",
        "property_id",
        "EXISTS (SELECT 1 FROM sent_details AS theirs WHERE theirs.tenant_id = $1 AND theirs.contact_id = $3
         AND theirs.property_id = sent_details.property_id)",
    ),
    (
        "tenancies",
        "id",
        "EXISTS (SELECT 1 FROM tenancies AS theirs WHERE theirs.tenant_id = $1 AND theirs.contact_id = $3
         AND theirs.property_id = tenancies.property_id)",
    ),
];

/// What a tenancy that stays has from the other one, where nobody told it of itself.
const LENT: [&str; 2] = ["landlord_id", "manager_id"];

impl Merges<'_> {
    /// A person has one search that goes on: the other one ends with the merge, and goes on after it.
    pub(super) async fn end_second_search(&mut self, merge: &Merge) -> Result<()> {
        let tenant = self.0.tenant()?;
        let second = "tenant_id = $1 AND contact_id = $2 AND ended_at IS NULL AND EXISTS
            (SELECT 1 FROM saved_searches AS theirs WHERE theirs.tenant_id = $1 AND theirs.contact_id = $3
             AND theirs.ended_at IS NULL)";
        let note = format!(
            "INSERT INTO merge_moves (tenant_id, merge_id, kind, row_id)
             SELECT tenant_id, CAST($4 AS TEXT), 'searches_ended', id FROM saved_searches WHERE {second}"
        );
        self.0.execute_built(note, args![tenant, merge.from, merge.into, merge.id]).await?;
        let sql = format!("UPDATE saved_searches SET ended_at = $4 WHERE {second}");
        self.0.execute_built(sql, args![tenant, merge.from, merge.into, merge.at]).await?;
        Ok(())
    }

    /// Somebody rents a property once: where both did, it ends when the later of the two ends, and whose it is and who looks after
    /// it are known where either told it.
    pub(super) async fn extend_tenancies(&mut self, merge: &Merge) -> Result<()> {
        let tenant = self.0.tenant()?;
        let theirs = "FROM tenancies AS theirs WHERE theirs.tenant_id = $1 AND theirs.contact_id = $2
            AND theirs.property_id = tenancies.property_id";
        let shorter = format!(
            "tenant_id = $1 AND contact_id = $3 AND ends_on IS NOT NULL
             AND EXISTS (SELECT 1 {theirs} AND COALESCE(theirs.ends_on, '9') > tenancies.ends_on)"
        );
        let note = format!(
            "INSERT INTO merge_moves (tenant_id, merge_id, kind, row_id)
             SELECT tenant_id, CAST($4 AS TEXT), 'tenancies_extended',
                    id || ':' || ends_on || ':' || COALESCE((SELECT theirs.ends_on {theirs}), '')
             FROM tenancies WHERE {shorter}"
        );
        self.0.execute_built(note, args![tenant, merge.from, merge.into, merge.id]).await?;
        let sql = format!("UPDATE tenancies SET ends_on = (SELECT theirs.ends_on {theirs}) WHERE {shorter}");
        self.0.execute_built(sql, args![tenant, merge.from, merge.into]).await?;
        for column in LENT {
            let bare = format!(
                "tenant_id = $1 AND contact_id = $3 AND {column} IS NULL
                 AND EXISTS (SELECT 1 {theirs} AND theirs.{column} IS NOT NULL)"
            );
            let note = format!(
                "INSERT INTO merge_moves (tenant_id, merge_id, kind, row_id)
                 SELECT tenant_id, CAST($4 AS TEXT), 'tenancies.{column}', id || ':' || (SELECT theirs.{column} {theirs})
                 FROM tenancies WHERE {bare}"
            );
            self.0.execute_built(note, args![tenant, merge.from, merge.into, merge.id]).await?;
            let sql = format!("UPDATE tenancies SET {column} = (SELECT theirs.{column} {theirs}) WHERE {bare}");
            self.0.execute_built(sql, args![tenant, merge.from, merge.into]).await?;
        }
        Ok(())
    }

    pub(super) async fn move_by_key(&mut self, merge: &Merge) -> Result<()> {
        let tenant = self.0.tenant()?;
        for (table, key, taken) in BY_KEY {
            let moves = format!("tenant_id = $1 AND contact_id = $2 AND NOT {taken}");
            let note = format!(
                "INSERT INTO merge_moves (tenant_id, merge_id, kind, row_id)
                 SELECT tenant_id, CAST($4 AS TEXT), '{table}', {key} FROM {table}
                 WHERE {moves} AND CAST($3 AS TEXT) IS NOT NULL"
            );
            self.0.execute_built(note, args![tenant, merge.from, merge.into, merge.id]).await?;
            let sql = format!("UPDATE {table} SET contact_id = $3 WHERE {moves}");
            self.0.execute_built(sql, args![tenant, merge.from, merge.into]).await?;
        }
        Ok(())
    }

    /// The way back of both.
    pub(super) async fn move_by_key_back(&mut self, merge: &Merge) -> Result<()> {
        let tenant = self.0.tenant()?;
        let moved = |kind: &str| {
            format!("(SELECT row_id FROM merge_moves WHERE tenant_id = $1 AND merge_id = $4 AND kind = '{kind}')")
        };
        for (table, key, taken) in BY_KEY {
            let sql = format!(
                "UPDATE {table} SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2 AND {key} IN {}
                 AND NOT {taken}",
                moved(table)
            );
            self.0.execute_built(sql, args![tenant, merge.into, merge.from, merge.id]).await?;
        }
        let sql = format!(
            "UPDATE saved_searches SET ended_at = NULL WHERE tenant_id = $1 AND contact_id = $3 AND id IN {}
             AND $2 <> $3 AND NOT EXISTS (SELECT 1 FROM saved_searches AS theirs WHERE theirs.tenant_id = $1
             AND theirs.contact_id = $3 AND theirs.ended_at IS NULL)",
            moved("searches_ended")
        );
        self.0.execute_built(sql, args![tenant, merge.into, merge.from, merge.id]).await?;
        // The note is `id:old end:new end`, a date ten characters long. What people have entered since stays.
        let noted =
            "FROM merge_moves WHERE merge_moves.tenant_id = $1 AND merge_id = $3 AND kind = 'tenancies_extended'
            AND row_id LIKE tenancies.id || ':%'
            AND SUBSTR(row_id, LENGTH(tenancies.id) + 13) = COALESCE(tenancies.ends_on, '')";
        let sql = format!(
            "UPDATE tenancies SET ends_on = (SELECT SUBSTR(row_id, LENGTH(tenancies.id) + 2, 10) {noted})
             WHERE tenant_id = $1 AND contact_id = $2 AND EXISTS (SELECT 1 {noted})"
        );
        self.0.execute_built(sql, args![tenant, merge.into, merge.id]).await?;
        for column in LENT {
            let sql = format!(
                "UPDATE tenancies SET {column} = NULL WHERE tenant_id = $1 AND contact_id = $2
                 AND EXISTS (SELECT 1 FROM merge_moves WHERE merge_moves.tenant_id = $1 AND merge_id = $3
                 AND kind = 'tenancies.{column}' AND row_id = tenancies.id || ':' || tenancies.{column})"
            );
            self.0.execute_built(sql, args![tenant, merge.into, merge.id]).await?;
        }
        Ok(())
    }
}

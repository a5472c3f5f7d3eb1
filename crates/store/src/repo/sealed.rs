//! All columns that hold something sealed, so that it can be sealed anew with another key.
//!
//! Always true: what is sealed anew opens as before; what was changed meanwhile is left as it is.

use crate::args;
use crate::db::Conn;
use crate::error::Result;
use crate::secrets::{ANSWER_LINK, CONNECTION, DIGEST_KEY, FIRST_ANSWER, Keys, PASSWORD_LINK, Place, SECOND_STEP};

/// What stands where, and what its row is known by.
const COLUMNS: [(&str, &str); 6] = [
    (CONNECTION, "id"),
    (SECOND_STEP, "id"),
    (PASSWORD_LINK, "token_hash"),
    (ANSWER_LINK, "token_hash"),
    (FIRST_ANSWER, "request_key"),
    (DIGEST_KEY, "tenant_id"),
];

/// What sealing anew came to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Resealed {
    /// So many are sealed with the first key now that were not.
    pub anew: u64,
    /// So many open with none of the keys.
    pub lost: u64,
}

/// What is sealed.
pub struct Sealed<'c>(pub(super) &'c mut Conn);

impl Sealed<'_> {
    /// Seals with the first key what another one sealed, of this tenant.
    pub async fn anew(&mut self, keys: &Keys) -> Result<Resealed> {
        let (tenant, mut done) = (self.0.tenant()?, Resealed::default());
        for (name, key) in COLUMNS {
            let Some((table, column)) = name.split_once('.') else { continue };
            let place = Place { tenant, column: name };
            let all = format!("SELECT {key}, {column} FROM {table} WHERE tenant_id = $1 AND {column} IS NOT NULL");
            let rows: Vec<(String, String)> = self.0.fetch_all_built(all, args![tenant]).await?;
            for (row, sealed) in rows.into_iter().filter(|(_, sealed)| keys.is_stale(sealed)) {
                let Ok(plain) = keys.open(place, &sealed) else {
                    done.lost += 1;
                    continue;
                };
                let again = keys.seal(place, plain.reveal());
                let sql =
                    format!("UPDATE {table} SET {column} = $4 WHERE tenant_id = $1 AND {key} = $2 AND {column} = $3");
                done.anew += self.0.execute_built(sql, args![tenant, row, sealed, again]).await?;
            }
        }
        Ok(done)
    }
}

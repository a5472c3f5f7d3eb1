//! Who had opted out is known again after an erasure (P10): by keyed digests, which tell nobody else anything.

use super::Erasures;
use crate::secrets::{DIGEST_KEY, Place, digest_of};
use crate::{Result, StoreError, args};
use jiff::Timestamp;
use ringleader_core::id::ContactId;
use ringleader_core::secret::Secret;

impl Erasures<'_> {
    /// Remembers that those who had opted out did, by digests of what they are known by; forgets it of those who want messages.
    pub(super) async fn keep_opt_out(&mut self, people: &[ContactId]) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let (mut known, mut out) = (Vec::new(), false);
        for contact in people {
            known.extend(self.0.contacts().identities(*contact).await?);
            let person = self.0.contacts().get(*contact).await?;
            out |= person.is_some_and(|person| person.opted_out_at.is_some() && person.merged_into.is_none());
        }
        let key = match self.digest_key().await? {
            Some(key) => key,
            None if out => self.make_digest_key().await?,
            None => return Ok(()),
        };
        for (kind, value) in known {
            let digest = digest_of(&key, &format!("{kind}:{value}"));
            let sql = "DELETE FROM kept_opt_outs WHERE tenant_id = $1 AND digest = $2";
            self.0.execute(sql, args![tenant, &digest]).await?;
            if out {
                let sql = "INSERT INTO kept_opt_outs (tenant_id, digest, at) VALUES ($1, $2, $3)";
                self.0.execute(sql, args![tenant, &digest, now]).await?;
            }
        }
        Ok(())
    }

    /// Since when somebody who is known by one of these (kind and value) had opted out before they were erased.
    pub(in crate::repo) async fn had_opted_out(&mut self, known: &[(&str, &str)]) -> Result<Option<Timestamp>> {
        let tenant = self.0.tenant()?;
        let Some(key) = self.digest_key().await? else { return Ok(None) };
        for (kind, value) in known {
            let sql = "SELECT at FROM kept_opt_outs WHERE tenant_id = $1 AND digest = $2";
            let digest = digest_of(&key, &format!("{kind}:{value}"));
            if let Some((at,)) = self.0.fetch_optional::<(Timestamp,)>(sql, args![tenant, digest]).await? {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    async fn digest_key(&mut self) -> Result<Option<Secret<String>>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT digest_key FROM tenants WHERE tenant_id = $1 AND digest_key IS NOT NULL";
        let Some((sealed,)) = self.0.fetch_optional::<(String,)>(sql, args![tenant]).await? else { return Ok(None) };
        let keys = self.0.store().keys().ok_or_else(no_keys)?;
        // Better no new contact than one who is written to against their word.
        keys.open(Place { tenant, column: DIGEST_KEY }, &sealed).map(Some).map_err(|_| no_keys())
    }

    async fn make_digest_key(&mut self) -> Result<Secret<String>> {
        let tenant = self.0.tenant()?;
        let keys = self.0.store().keys().cloned().ok_or_else(no_keys)?;
        let key = keys.new_digest_key();
        let sealed = keys.seal(Place { tenant, column: DIGEST_KEY }, &key);
        let sql = "UPDATE tenants SET digest_key = COALESCE(digest_key, $2) WHERE tenant_id = $1";
        self.0.execute(sql, args![tenant, sealed]).await?;
        self.digest_key().await?.ok_or(StoreError::Missing)
    }
}

fn no_keys() -> StoreError {
    StoreError::Setup("the secret key that knows who opted out is not set: add the former secret key".to_owned())
}

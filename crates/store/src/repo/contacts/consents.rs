//! What contacts agreed to and what they left, each with what we know it from (A14, P10).

use super::{Contacts, Identity};
use crate::{FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::id::ContactId;

/// One line of the consents of a contact (P10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// `all`, or the channel it is about.
    pub channel: String,
    /// For what: `messages`, `missed_call`.
    pub purpose: String,
    /// `granted`, `withdrawn` or `implied`.
    pub state: String,
    /// How we know.
    pub basis: String,
    /// What it was read from.
    pub origin: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl FromRow for Consent {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            channel: row.get("channel")?,
            purpose: row.get("purpose")?,
            state: row.get("state")?,
            basis: row.get("basis")?,
            origin: row.get("origin")?,
            at: row.get("at")?,
        })
    }
}

impl Contacts<'_> {
    /// Whoever had opted out and was erased wants no messages still (P10).
    pub(super) async fn recall_opt_out(&mut self, id: ContactId, fresh: &[&Identity]) -> Result<()> {
        let known: Vec<(&str, &str)> = fresh.iter().map(|it| (it.kind().as_str(), it.value())).collect();
        if known.is_empty() || self.last_consent(id).await?.is_some() {
            return Ok(());
        }
        match self.0.erasures().had_opted_out(&known).await? {
            Some(at) => self.set_opted_out(id, Some(at), "kept over an erasure", "erasure").await,
            None => Ok(()),
        }
    }

    /// Opts out of every channel (A14, P10), or back in; with the consent's history.
    pub async fn set_opted_out(
        &mut self,
        id: ContactId,
        at: Option<Timestamp>,
        basis: &str,
        origin: &str,
    ) -> Result<()> {
        let state = if at.is_some() { "withdrawn" } else { "granted" };
        self.set_consent(id, at, state, basis, origin).await
    }

    /// As if they had never left: what said so was not theirs (P9). Nobody granted anything by that.
    pub async fn take_back_opt_out(&mut self, id: ContactId, basis: &str, origin: &str) -> Result<()> {
        self.set_consent(id, None, "taken_back", basis, origin).await
    }

    async fn set_consent(
        &mut self,
        id: ContactId,
        out_since: Option<Timestamp>,
        state: &str,
        basis: &str,
        origin: &str,
    ) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE contacts SET opted_out_at = $3 WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, id, out_since]).await?;
        self.0.changed("contact", id);
        self.consent(id, "all", "messages", state, basis, origin, now).await
    }

    /// Records consent and its basis.
    #[expect(clippy::too_many_arguments, reason = "one column each; a struct would be used once")]
    pub async fn consent(
        &mut self,
        contact: ContactId,
        channel: &str,
        purpose: &str,
        state: &str,
        basis: &str,
        origin: &str,
        at: Timestamp,
    ) -> Result<()> {
        let (tenant, id) = (self.0.tenant()?, self.0.new_id::<ringleader_core::id::DecisionId>());
        let sql = "INSERT INTO consents (tenant_id, id, contact_id, channel, purpose, state, basis, origin, at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        self.0.execute(sql, args![tenant, id, contact, channel, purpose, state, basis, origin, at]).await?;
        Ok(())
    }

    /// Where the last word about messages came from.
    pub async fn last_consent_origin(&mut self, contact: ContactId) -> Result<Option<String>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT origin FROM consents WHERE tenant_id = $1 AND contact_id = $2 AND purpose = 'messages'
                   ORDER BY at DESC, id DESC LIMIT 1";
        Ok(self.0.fetch_optional::<(Option<String>,)>(sql, args![tenant, contact]).await?.and_then(|(origin,)| origin))
    }

    /// What the contact last said about messages: `granted` or `withdrawn`.
    pub async fn last_consent(&mut self, contact: ContactId) -> Result<Option<String>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT state FROM consents WHERE tenant_id = $1 AND contact_id = $2 AND purpose = 'messages'
                   ORDER BY at DESC, id DESC LIMIT 1";
        Ok(self.0.fetch_optional::<(String,)>(sql, args![tenant, contact]).await?.map(|(state,)| state))
    }

    /// Everything the contact ever said about messages, and what our right to write rests on, newest first.
    pub async fn consents(&mut self, contact: ContactId) -> Result<Vec<Consent>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT channel, purpose, state, basis, origin, at FROM consents
                   WHERE tenant_id = $1 AND contact_id = $2 ORDER BY at DESC, id DESC";
        self.0.fetch_all(sql, args![tenant, contact]).await
    }
}

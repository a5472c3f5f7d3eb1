//! Contacts and identities: a person is found or made by what is known of them, and an identity has one owner (P4).

mod consents;

pub use consents::Consent;

use super::lists::{Filter, Listing, Page, first, list};
use crate::db::id_text;
use crate::{Conn, Engine, FromRow, Result, Row, StoreError, args};
use jiff::Timestamp;
use ringleader_core::contact::{Contact, ContactKind, IdentityKind};
use ringleader_core::conversation::Channel;
use ringleader_core::id::ContactId;
use ringleader_core::phone::Phone;

/// Contacts and their identities.
pub struct Contacts<'c>(pub(super) &'c mut Conn);

/// By what a person is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// A number.
    Phone(Phone),
    /// A WhatsApp business-scoped user id.
    WhatsappUser(String),
}

impl Identity {
    fn kind(&self) -> IdentityKind {
        match self {
            Self::Phone(_) => IdentityKind::Phone,
            Self::WhatsappUser(_) => IdentityKind::WhatsappUser,
        }
    }

    fn value(&self) -> &str {
        match self {
            Self::Phone(phone) => phone.as_str(),
            Self::WhatsappUser(key) => key,
        }
    }
}

const CONTACT: &str = "SELECT id, kind, phone, name, profile_name, language, opted_out_at, merged_into,
    created_at, erasure_id FROM contacts";

impl FromRow for Contact {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            kind: row.word("kind")?,
            phone: row.get("phone")?,
            name: row.get("name")?,
            profile_name: row.get("profile_name")?,
            language: row.get("language")?,
            opted_out_at: row.get("opted_out_at")?,
            merged_into: row.get("merged_into")?,
            created_at: row.get("created_at")?,
            erased: row.get::<Option<String>>("erasure_id")?.is_some(),
        })
    }
}

impl Contacts<'_> {
    /// One contact.
    pub async fn get(&mut self, id: ContactId) -> Result<Option<Contact>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{CONTACT} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// Takes the contact for this transaction: flows about one person run one after the other, on all nodes. SQLite has
    /// one writer anyway.
    pub async fn lock(&mut self, id: ContactId) -> Result<()> {
        if self.0.engine() == Engine::Postgres {
            let tenant = self.0.tenant()?;
            let sql = "SELECT id FROM contacts WHERE tenant_id = $1 AND id = $2 FOR UPDATE";
            self.0.fetch_all::<(ContactId,)>(sql, args![tenant, id]).await?;
        }
        Ok(())
    }

    /// Takes a contact for this transaction, and reads it as it is then; the one it went into if it was merged meanwhile (P9).
    /// [`StoreError::Erased`] for one who was erased (P10).
    pub async fn hold(&mut self, mut id: ContactId) -> Result<Contact> {
        loop {
            self.lock(id).await?;
            let contact = self.get(id).await?.ok_or(StoreError::Missing)?;
            if contact.erased {
                return Err(StoreError::Erased);
            }
            match contact.merged_into {
                Some(into) => id = into,
                None => return Ok(contact),
            }
        }
    }

    /// Who has this identity.
    pub async fn by_identity(&mut self, identity: &Identity) -> Result<Option<Contact>> {
        match self.owner_of(identity).await? {
            Some(id) => self.get(id).await,
            None => Ok(None),
        }
    }

    /// Finds the person by the first identity that is known, or makes one; identities that nobody has become theirs.
    /// Two racing callers get the same person: the identity's key decides.
    pub async fn find_or_make(&mut self, identities: &[Identity]) -> Result<Contact> {
        let mut owner = None;
        for identity in identities {
            owner = self.owner_of(identity).await?;
            if owner.is_some() {
                break;
            }
        }
        let mut fresh = Vec::new();
        let id = match owner {
            Some(id) => id,
            None => {
                let (id, made) = self.make(identities).await?;
                fresh.extend(identities.first().filter(|_| made));
                id
            }
        };
        for identity in identities {
            if self.claim(identity, id).await? {
                fresh.push(identity);
            }
        }
        self.recall_opt_out(id, &fresh).await?;
        let contact = self.get(id).await?.ok_or(StoreError::Missing)?;
        match (&contact.phone, identities.iter().find_map(Identity::phone)) {
            (None, Some(phone)) => {
                let tenant = self.0.tenant()?;
                let sql = "UPDATE contacts SET phone = $3 WHERE tenant_id = $1 AND id = $2";
                self.0.execute(sql, args![tenant, id, phone]).await?;
                Ok(Contact { phone: Some(phone.clone()), ..contact })
            }
            _ => Ok(contact),
        }
    }

    async fn owner_of(&mut self, identity: &Identity) -> Result<Option<ContactId>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT contact_id FROM identities WHERE tenant_id = $1 AND kind = $2 AND value = $3";
        let args = args![tenant, identity.kind().as_str(), identity.value()];
        Ok(self.0.fetch_optional::<(ContactId,)>(sql, args).await?.map(|(id,)| id))
    }

    /// Gives the identity to `id` unless someone has it; tells whether it is theirs now.
    async fn claim(&mut self, identity: &Identity, id: ContactId) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "INSERT INTO identities (tenant_id, kind, value, contact_id, created_at)
                   VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, kind, value) DO NOTHING";
        let args = args![tenant, identity.kind().as_str(), identity.value(), id, now];
        Ok(self.0.execute(sql, args).await? == 1)
    }

    /// The person, and whether they were made now.
    async fn make(&mut self, identities: &[Identity]) -> Result<(ContactId, bool)> {
        let id = self.0.new_id::<ContactId>();
        let first = identities.first().ok_or(StoreError::Missing)?;
        if !self.claim(first, id).await? {
            let owner = self.owner_of(first).await?.ok_or(StoreError::Missing)?; // somebody was faster
            return Ok((owner, false));
        }
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let phone = identities.iter().find_map(Identity::phone).cloned();
        let sql = "INSERT INTO contacts (tenant_id, id, kind, phone, created_at) VALUES ($1, $2, $3, $4, $5)";
        self.0.execute(sql, args![tenant, id, ContactKind::Lead.as_str(), phone, now]).await?;
        self.0.changed("contact", id);
        Ok((id, true))
    }

    /// Whether nothing may be written down about a contact any more, since they were erased (P10).
    pub async fn is_erased(&mut self, id: Option<ContactId>) -> Result<bool> {
        match id {
            Some(id) => Ok(self.get(id).await?.is_some_and(|contact| contact.erased)),
            None => Ok(false),
        }
    }

    /// Names and language, where given.
    pub async fn learn(
        &mut self,
        id: ContactId,
        name: Option<&str>,
        profile_name: Option<&str>,
        language: Option<&str>,
    ) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE contacts SET name = COALESCE($3, name), profile_name = COALESCE($4, profile_name),
                   language = COALESCE($5, language) WHERE tenant_id = $1 AND id = $2";
        let own = |text: Option<&str>| text.map(str::to_owned);
        self.0.execute(sql, args![tenant, id, own(name), own(profile_name), own(language)]).await?;
        self.0.changed("contact", id);
        Ok(())
    }

    /// What they are to the business.
    pub async fn set_kind(&mut self, id: ContactId, kind: ContactKind) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE contacts SET kind = $3 WHERE tenant_id = $1 AND id = $2";
        let done = self.0.execute(sql, args![tenant, id, kind.as_str()]).await? == 1;
        Ok(self.0.changed_if(done, "contact", id))
    }

    /// Since when the contact is known not to be reachable: on WhatsApp, by SMS.
    pub async fn unreachable(&mut self, id: ContactId) -> Result<(Option<Timestamp>, Option<Timestamp>)> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT no_whatsapp_since, no_sms_since FROM contacts WHERE tenant_id = $1 AND id = $2";
        Ok(self.0.fetch_optional(sql, args![tenant, id]).await?.unwrap_or((None, None)))
    }

    /// Notes that a channel does not reach the contact, or does again.
    pub async fn set_unreachable(&mut self, id: ContactId, channel: Channel, since: Option<Timestamp>) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = match channel {
            Channel::Whatsapp => "UPDATE contacts SET no_whatsapp_since = $3 WHERE tenant_id = $1 AND id = $2",
            Channel::Sms => "UPDATE contacts SET no_sms_since = $3 WHERE tenant_id = $1 AND id = $2",
            Channel::Email | Channel::Slack => return Ok(()),
        };
        self.0.execute(sql, args![tenant, id, since]).await?;
        Ok(())
    }

    /// What kind of line a number is, as far as somebody was asked.
    pub async fn line_of(&mut self, phone: &Phone) -> Result<Option<String>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT line FROM number_lines WHERE tenant_id = $1 AND phone = $2";
        Ok(self.0.fetch_optional::<(String,)>(sql, args![tenant, phone]).await?.map(|(line,)| line))
    }

    /// Notes what kind of line a number is.
    pub async fn set_line(&mut self, phone: &Phone, line: &str) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "INSERT INTO number_lines (tenant_id, phone, line, at) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (tenant_id, phone) DO UPDATE SET line = excluded.line, at = excluded.at";
        self.0.execute(sql, args![tenant, phone, line, now]).await.map(drop)
    }

    /// A text message came from a number: whatever was said of its line, it takes them.
    pub async fn heard_by_text(&mut self, phone: &Phone) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE number_lines SET line = 'other' WHERE tenant_id = $1 AND phone = $2 AND line <> 'mobile'";
        self.0.execute(sql, args![tenant, phone]).await.map(drop)
    }

    /// What is known of `other` goes to `keep` where nothing is known yet, and `other` is part of it from now on.
    pub async fn absorb(&mut self, keep: &Contact, other: &Contact) -> Result<()> {
        let own = |mine: &Option<String>, theirs: &Option<String>| mine.clone().or_else(|| theirs.clone());
        let merged = Contact {
            kind: if keep.kind == ContactKind::Lead { other.kind } else { keep.kind },
            phone: keep.phone.clone().or_else(|| other.phone.clone()),
            name: own(&keep.name, &other.name),
            profile_name: own(&keep.profile_name, &other.profile_name),
            language: own(&keep.language, &other.language),
            ..keep.clone()
        };
        self.restore(&merged).await?;
        self.set_merged(other.id, Some(keep.id)).await
    }

    /// Sets what is known of a contact, empty values too.
    pub async fn restore(&mut self, contact: &Contact) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE contacts SET kind = $3, phone = $4, name = $5, profile_name = $6, language = $7
                   WHERE tenant_id = $1 AND id = $2";
        let Contact { id, kind, phone, name, profile_name, language, .. } = contact.clone();
        self.0.execute(sql, args![tenant, id, kind.as_str(), phone, name, profile_name, language]).await?;
        self.0.changed("contact", id);
        Ok(())
    }

    /// Marks a contact as part of another, or as one of its own again.
    pub async fn set_merged(&mut self, id: ContactId, into: Option<ContactId>) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE contacts SET merged_into = $3 WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, id, into]).await?;
        self.0.changed("contact", id);
        Ok(())
    }

    /// All identities of a contact: kind and value.
    pub async fn identities(&mut self, id: ContactId) -> Result<Vec<(String, String)>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT kind, value FROM identities WHERE tenant_id = $1 AND contact_id = $2 ORDER BY kind, value";
        self.0.fetch_all(sql, args![tenant, id]).await
    }

    /// Contacts by page.
    pub async fn list(&mut self, filter: Filter, page: &Page) -> Result<Listing<Contact>> {
        list(self.0, CONTACT, filter, page, |c: &Contact| id_text(c.id)).await
    }
}

impl Identity {
    fn phone(&self) -> Option<&Phone> {
        match self {
            Self::Phone(phone) => Some(phone),
            Self::WhatsappUser(_) => None,
        }
    }
}

//! People at a tenant (PRODUCT 0: contact).

use crate::id::ContactId;
use jiff::Timestamp;

crate::words! {
    /// What a person is to the business.
    pub enum ContactKind {
        /// A possible customer; everyone begins so.
        Lead = "lead",
        /// Holds a tenancy.
        Tenancy = "tenancy",
        /// Lets a property.
        Landlord = "landlord",
        /// Sells to the business.
        Supplier = "supplier",
        /// Works here.
        Staff = "staff",
        /// Is not to be talked to.
        Blocked = "blocked",
    }
}

crate::words! {
    /// By what a person is known.
    pub enum IdentityKind {
        /// E.164 number.
        Phone = "phone",
        /// WhatsApp business-scoped user id.
        WhatsappUser = "whatsapp_user",
        /// Email address.
        Email = "email",
    }
}

/// A person at a tenant.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// What they are to the business.
    pub kind: ContactKind,
    /// Main number, E.164.
    pub phone: Option<crate::phone::Phone>,
    /// The name the tenant knows; from facts or people.
    pub name: Option<String>,
    /// The name their WhatsApp profile shows: shown as such, never taken as the lead's name.
    pub profile_name: Option<String>,
    /// Language last seen, `he` or `en` …
    pub language: Option<String>,
    /// Opted out of all messages since then (A14, P10).
    pub opted_out_at: Option<Timestamp>,
    /// The contact that this one was merged into; nothing hangs on it then.
    pub merged_into: Option<ContactId>,
    /// First heard of.
    pub created_at: Timestamp,
    /// Everything that told of them was erased (P10).
    pub erased: bool,
}

//! Typed ids: UUIDv7 inside, a prefix at the edges (`lead_0199…`), so that an id read in a log or a link says what it is.

use uuid::Uuid;

/// What every id can do. New ids are made by the store's id source, never here: core has no clock and no chance.
pub trait Id: Copy + Eq + std::fmt::Display + Send + Sync + 'static {
    /// The prefix at the edges, without the underscore.
    const PREFIX: &'static str;
    /// Wraps a bare UUID.
    fn from_uuid(uuid: Uuid) -> Self;
    /// The bare UUID.
    fn uuid(self) -> Uuid;
}

/// A text that is not an id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id: expected `{prefix}_` and a UUID")]
pub struct BadId {
    /// The prefix that was expected.
    pub prefix: &'static str,
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident = $prefix:literal),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl Id for $name {
            const PREFIX: &'static str = $prefix;
            fn from_uuid(uuid: Uuid) -> Self { Self(uuid) }
            fn uuid(self) -> Uuid { self.0 }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}_{}", $prefix, self.0.simple())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(|rest| Uuid::try_parse(rest).ok())
                    .map(Self)
                    .ok_or(BadId { prefix: $prefix })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.collect_str(self) }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

ids! {
    /// A business with its own data.
    TenantId = "ten",
    /// A person who signs in.
    UserId = "usr",
    /// An API key.
    ApiKeyId = "key",
    /// A tenant's account at a provider.
    ConnectionId = "con",
    /// A telephone number of the tenant.
    LineId = "lin",
    /// A raw event as it came in.
    InboxId = "inb",
    /// A piece of work.
    JobId = "job",
    /// A person at a tenant.
    ContactId = "cnt",
    /// One phone call.
    CallId = "call",
    /// One reason to reach out.
    EpisodeId = "epi",
    /// The open commercial interest of a contact.
    LeadId = "lead",
    /// One known thing about a contact.
    FactId = "fact",
    /// A chat on one channel.
    ConversationId = "cnv",
    /// One text, template or medium.
    MessageId = "msg",
    /// One line of the send ledger.
    DecisionId = "dec",
    /// Two contacts that became one.
    MergeId = "mrg",
    /// What was understood from a call, or from all calls of a contact.
    AnalysisId = "ana",
    /// A follow-up for a person.
    TaskId = "task",
    /// What is let or sold.
    PropertyId = "prp",
    /// A viewing, a valuation, a visit.
    AppointmentId = "app",
    /// A slot that is held while someone decides.
    HoldId = "hold",
    /// A talk of the receptionist, on whatever channel.
    TalkId = "talk",
    /// What a brain understood of a burst of messages or of a turn; of a burst, the same UUID as its last message.
    ReadingId = "rdg",
    /// A fault that was reported.
    TicketId = "tkt",
    /// A call for the people on call.
    AlarmId = "alm",
    /// Who rents a property.
    TenancyId = "tcy",
    /// Who mends what.
    ContractorId = "ctr",
    /// A search that goes on.
    SearchId = "sea",
    /// One entry of the credits ledger.
    CreditId = "crd",
    /// One line of the audit trail.
    AuditId = "aud",
    /// A person who was erased: the receipt.
    ErasureId = "ers",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_text_and_refuses_the_wrong_kind() {
        let id = LeadId::from_uuid(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse::<LeadId>().unwrap(), id);
        assert!(id.to_string().parse::<CallId>().is_err());
        assert!("lead_".parse::<LeadId>().is_err());
    }
}

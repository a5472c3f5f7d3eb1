//! How often a password may be tried, or a code. Counted in the database, so the cap holds on all nodes and across restarts.
//!
//! Always true: only failures count; an unknown address is counted like a known one, so that the cap tells nothing about it;
//! who tries from elsewhere locks nobody out, and a new password by a link begins anew. An attempt is taken before the
//! password is looked at and given back when it was right, so that many at once are no more than the cap.

use super::Refused;
use crate::context::Context;
use crate::tokens;
use jiff::SignedDuration;
use ringleader_core::id::{TenantId, UserId};
use ringleader_store::inbox::nobody;
use ringleader_store::{Result, Tx};
use std::net::IpAddr;

/// Attempts, in which time.
const ATTEMPTS: (u32, SignedDuration) = (10, SignedDuration::from_mins(15));

/// Where a request comes from: an IPv4 address, or the part of an IPv6 address that one customer of a provider has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Network(String);

impl Network {
    /// The network of an address; requests without one count as one network.
    pub fn of(address: Option<IpAddr>) -> Self {
        Self(match address.map(|address| address.to_canonical()) {
            None => String::new(),
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => format!("{:014x}", address.to_bits() >> 72),
        })
    }
}

/// One attempt that was counted.
pub(super) struct Attempt {
    tenant: TenantId,
    key: String,
}

impl Attempt {
    /// At a password, by who calls themselves so.
    pub(super) async fn at_password(cx: &Context, address: &str, from: &Network) -> Result<Self, Refused> {
        let key = format!("{}{}", beginning(address), &tokens::digest(&from.0)[..16]);
        Self { tenant: nobody(), key }.counted(cx).await
    }

    /// At a code of the second step. Whoever comes so far has the password, so it counts from wherever they are.
    pub(super) async fn at_code(cx: &Context, tenant: TenantId, user: UserId) -> Result<Self, Refused> {
        Self { tenant, key: format!("attempt:code:{user}") }.counted(cx).await
    }

    async fn counted(self, cx: &Context) -> Result<Self, Refused> {
        let mut tx = cx.store.begin(self.tenant).await?;
        let taken = tx.budgets().take(&self.key, ATTEMPTS.0, ATTEMPTS.1).await?;
        tx.commit().await?;
        taken.map(|()| self).map_err(Refused::TooMany)
    }

    /// It was right.
    pub(super) async fn was_right(self, cx: &Context) -> Result<()> {
        let mut tx = cx.store.begin(self.tenant).await?;
        tx.budgets().give_back(&self.key).await?;
        tx.commit().await
    }
}

/// Someone proved by a link that the address is theirs: attempts so far are forgotten.
pub(super) async fn begin_anew(cx: &Context, address: &str) -> Result<()> {
    let mut tx: Tx = cx.store.begin(nobody()).await?;
    tx.budgets().refill(&beginning(address)).await?;
    tx.commit().await
}

/// What the buckets of an address begin with.
fn beginning(address: &str) -> String {
    format!("attempt:{}:", &tokens::digest(&address.trim().to_lowercase())[..32])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_customer_of_a_provider_is_one_network() {
        let network = |text: &str| Network::of(Some(text.parse().unwrap()));
        assert_eq!(network("2001:db8:1:200::1"), network("2001:db8:1:2ff:9::2"));
        assert_ne!(network("2001:db8:1:200::1"), network("2001:db8:1:300::1"));
        assert_eq!(network("::ffff:192.0.2.7"), network("192.0.2.7"));
        assert_ne!(network("192.0.2.7"), network("192.0.2.8"));
        assert_eq!(Network::of(None), Network::default());
    }
}

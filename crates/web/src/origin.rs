//! Where a request comes from.

use crate::problem::Result;
use crate::state::AppState;
use axum::extract::{ConnectInfo, FromRequestParts};
use http::request::Parts;
use http::{Extensions, HeaderMap};
use ringleader_jobs::access::Network;
use std::net::{IpAddr, SocketAddr};

/// The address of who asks. Behind a proxy of this machine or of its own network the last address that the proxy wrote down
/// counts; what stands before it may be anybody's word.
pub(crate) fn address(extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    let peer = peer.ip().to_canonical();
    let near = match peer {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    };
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
    let last = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    Some(last.filter(|_| near).unwrap_or(peer))
}

/// The network of who asks.
pub(crate) struct Origin(pub Network);

impl FromRequestParts<AppState> for Origin {
    type Rejection = crate::problem::Problem;
    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self> {
        Ok(Self(Network::of(address(&parts.extensions, &parts.headers))))
    }
}

//! Addresses that tenants typed: only the open internet, unless the installation allows more (`network.allow_private`).
//!
//! Without this a tenant could make the program knock on doors inside the operator's own network.

use std::net::IpAddr;

/// Whether an address is out on the internet: not this machine, not a private or link-local network, no multicast.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let special = a == 0 || a >= 240 || (a, b, c) == (192, 0, 0) || a == 198 && (18..20).contains(&b);
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_multicast()
                || v4.is_documentation()
                || shared
                || special)
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public(IpAddr::V4(v4)),
            None => {
                let first = v6.segments()[0];
                let embedded = first == 0x2002 || v6.segments()[..2] == [0x64, 0xff9b];
                (first & 0xe000) == 0x2000 && first != 0x2001 && !embedded || is_ordinary_2001(&v6)
            }
        },
    }
}

/// 2001::/16 holds ordinary networks besides special ones (Teredo, documentation, ORCHID).
fn is_ordinary_2001(v6: &std::net::Ipv6Addr) -> bool {
    let [first, second, ..] = v6.segments();
    first == 0x2001 && second >= 0x200 && second != 0xdb8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_open_internet_counts_as_public() {
        let public = ["8.8.8.8", "93.184.216.34", "2a00:1450:4009::5", "2001:4860:4860::8888"];
        let inside = [
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.20.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "198.18.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "2001:db8::1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "ff02::1",
        ];
        for address in public {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        for address in inside {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }
}

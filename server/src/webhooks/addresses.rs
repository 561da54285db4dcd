//! Decides which addresses a delivery may connect to, and resolves names to these only.
//!
//! An account's endpoint is a URL that others choose: without this, it could make the service send requests into its
//! own network (server-side request forgery).

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Azure's platform address, which is in a public range and answers every virtual machine there.
const AZURE_PLATFORM: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

/// Resolves a name to addresses, each time it is called.
pub type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// An address that is not public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a public address (webhook_private_addresses)")]
pub struct PrivateAddress(pub IpAddr);

/// Whether the address is one of the public internet. Everything that is reserved, local, or contains an IPv4 address is
/// not: IANA's registries of special-purpose addresses.
///
/// ```
/// use nearfar_server::webhooks::addresses::is_public;
///
/// assert!(is_public("93.184.215.14".parse().unwrap()));
/// assert!(!is_public("169.254.169.254".parse().unwrap()));
/// ```
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        // This network, private, loopback, link-local (metadata of clouds), multicast, reserved and broadcast.
        [0 | 10 | 127 | 224..=255, ..] | [172, 16..=31, ..] | [192, 168, ..] | [169, 254, ..] => true,
        // Carrier-grade NAT; protocol assignments; 6to4 relays; benchmarks.
        [100, 64..=127, ..] | [192, 0, 0, _] | [192, 88, 99, _] | [198, 18 | 19, ..] => true,
        // Documentation.
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => true,
        _ => address == AZURE_PLATFORM,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // Protocol assignments with Teredo and ORCHID; documentation; 6to4.
        [0x2001, 0..=0x01ff | 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..] | [0x2002, ..] => false,
        // Global unicast. Outside are loopback, unique local, link-local and multicast addresses, and those that contain
        // an IPv4 address (`::ffff:0:0/96`, `::/96`, NAT64's `64:ff9b::/96` and `64:ff9b:1::/48`).
        [first, ..] => (0x2000..=0x3fff).contains(&first),
    }
}

/// The lookup of the operating system.
pub fn system_lookup() -> Lookup {
    Arc::new(|name| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    })
}

/// Resolves names for connections. It returns only addresses that may be connected to, so that a name whose address
/// changes between check and connection gains nothing.
pub struct SafeResolver {
    lookup: Lookup,
    private_addresses: bool,
}

impl SafeResolver {
    /// `private_addresses`: allows all addresses.
    pub fn new(lookup: Lookup, private_addresses: bool) -> Self {
        Self { lookup, private_addresses }
    }
}

impl Resolve for SafeResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (found, private_addresses) = ((self.lookup)(name.as_str().to_owned()), self.private_addresses);
        Box::pin(async move {
            let mut found = found.await?;
            let refused = found.iter().copied().find(|address| !is_public(*address));
            found.retain(|address| private_addresses || is_public(*address));
            match refused {
                Some(address) if found.is_empty() => Err(PrivateAddress(address).into()),
                _ => Ok(Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        let private = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.0.1",
            "169.254.169.254",
            "169.254.170.2",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::808:808",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:808:808::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fd12:3456::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
        ];
        for text in private {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        let public = [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.1",
            "93.184.215.14",
            "100.63.255.255",
            "100.128.0.1",
            "126.0.0.1",
            "128.0.0.1",
            "168.63.129.17",
            "169.253.1.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.1.1",
            "192.169.1.1",
            "198.17.1.1",
            "198.20.1.1",
            "223.255.255.255",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "2a00:1450::1",
            "3ffe::1",
        ];
        for text in public {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[tokio::test]
    async fn names_resolve_to_public_addresses_only() {
        let addresses = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<IpAddr>>();
        let resolve = async |found: &[&str], private_addresses| {
            let found = addresses(found);
            let lookup: Lookup = Arc::new(move |_| {
                let found = found.clone();
                Box::pin(async move { Ok(found) })
            });
            let resolver = SafeResolver::new(lookup, private_addresses);
            let found = resolver.resolve("shop.example".parse().unwrap()).await;
            found.map(|found| found.map(|address| address.ip()).collect::<Vec<_>>()).map_err(|error| error.to_string())
        };
        let both = ["10.0.0.1", "93.184.215.14"];
        assert_eq!(resolve(&both, false).await.unwrap(), addresses(&["93.184.215.14"]));
        assert_eq!(resolve(&both, true).await.unwrap(), addresses(&both));
        let error = resolve(&["10.0.0.1", "::1"], false).await.unwrap_err();
        assert_eq!(error, "10.0.0.1 is not a public address (webhook_private_addresses)");
        assert_eq!(resolve(&[], false).await.unwrap(), addresses(&[]));
    }
}

//! The policy for URLs of webhook endpoints, which keeps requests out of the service's network: an accepted URL leads to
//! no address that the standard library or a transition mechanism of IPv6 knows as internal.
#![no_main]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use nearfar_server::config::Config;
use nearfar_server::webhooks::addresses::is_public;
use nearfar_server::webhooks::endpoint_url::UrlPolicy;
use url::{Host, Url};

static STRICT: LazyLock<UrlPolicy> = LazyLock::new(|| policy(false));
static OPEN: LazyLock<UrlPolicy> = LazyLock::new(|| policy(true));

fn policy(webhook_private_addresses: bool) -> UrlPolicy {
    let webhook_http_hosts = "localhost, 127.0.0.1".into();
    UrlPolicy::new(&Config { webhook_http_hosts, webhook_private_addresses, ..Config::default() })
}

fn is_internal_v4(address: Ipv4Addr) -> bool {
    let local = address.is_loopback() || address.is_private() || address.is_link_local() || address.is_unspecified();
    local || address.is_multicast() || address.is_broadcast() || address.is_documentation()
}

fn is_internal_v6(address: Ipv6Addr) -> bool {
    let local = address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local();
    local || address.is_unspecified() || address.is_multicast() || address.to_ipv4().is_some()
}

fn is_internal(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_internal_v4(address),
        IpAddr::V6(address) => is_internal_v6(address),
    }
}

fn check_url(text: &str) {
    let Ok(url) = STRICT.parse(text) else { return };
    let host = url.host().expect("a host");
    let is_listed = matches!(host, Host::Domain("localhost"));
    assert!(url.scheme() == "https" || (url.scheme() == "http" && is_listed), "{url}");
    assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none(), "{url}");
    let address = match host {
        Host::Domain(name) => name.parse().ok(),
        Host::Ipv4(address) => Some(IpAddr::V4(address)),
        Host::Ipv6(address) => Some(IpAddr::V6(address)),
    };
    assert!(address.is_none_or(|address| is_public(address) && !is_internal(address)), "{url}");
    // What is stored is parsed again for each delivery.
    assert_eq!(STRICT.parse(url.as_str()).as_ref(), Ok(&url));
    assert_eq!(OPEN.parse(text).as_ref(), Ok(&url));
    assert_eq!(Url::parse(url.as_str()).as_ref(), Ok(&url));
}

fn check_addresses(bytes: [u8; 16]) {
    let address = Ipv6Addr::from(bytes);
    assert!(!(is_public(address.into()) && is_internal_v6(address)), "{address}");
    let [a, b, c, d, ..] = bytes;
    let inner = Ipv4Addr::new(a, b, c, d);
    assert!(!(is_public(inner.into()) && is_internal_v4(inner)), "{inner}");
    let [high, low] = [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])];
    for address in [
        inner.to_ipv6_mapped(),
        inner.to_ipv6_compatible(),
        // NAT64, 6to4 and Teredo.
        Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
        Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
        Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, !high, !low),
    ] {
        assert!(!is_public(address.into()), "{address}");
    }
}

fuzz_target!(|data: &[u8]| {
    if let Some(bytes) = data.first_chunk() {
        check_addresses(*bytes);
    }
    if let Ok(text) = std::str::from_utf8(data) {
        check_url(text);
    }
});

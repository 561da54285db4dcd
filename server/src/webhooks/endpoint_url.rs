//! Checks the URLs of endpoints.

use std::net::IpAddr;

use url::{Host, Url};

use crate::config::Config;
use crate::webhooks::addresses::{PrivateAddress, is_public};

/// Why a URL cannot be an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// It is no URL.
    #[error("the endpoint should be an https URL: {0}")]
    Syntax(#[from] url::ParseError),
    /// It is not https, and its host is not one that http is allowed to.
    #[error("the endpoint should be an https URL; http is allowed only to the hosts in webhook_http_hosts")]
    Scheme,
    /// It has a user name or a password.
    #[error("the endpoint's URL should have no user name and no password")]
    UserInfo,
    /// Its host is an address that is not public.
    #[error(transparent)]
    Address(#[from] PrivateAddress),
}

/// The URLs that the configuration allows.
#[derive(Clone, Debug)]
pub struct UrlPolicy {
    http_hosts: Vec<String>,
    private_addresses: bool,
}

impl UrlPolicy {
    /// The policy of the configuration.
    pub fn new(config: &Config) -> Self {
        let http_hosts = config.webhook_http_hosts().map(str::to_owned).collect();
        Self { http_hosts, private_addresses: config.webhook_private_addresses }
    }

    /// Parses the URL of an endpoint. A name is resolved and checked with each connection.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn parse(&self, text: &str) -> Result<Url, UrlError> {
        // Numbers in any spelling become addresses here, such as `https://0x7f.1/`.
        let mut url = Url::parse(text)?;
        url.set_fragment(None);
        let host = url.host_str().ok_or(UrlError::Scheme)?;
        match url.scheme() {
            "https" => {}
            "http" if self.http_hosts.iter().any(|allowed| allowed == host) => {}
            _ => return Err(UrlError::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlError::UserInfo);
        }
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        match address.filter(|address| !self.private_addresses && !is_public(*address)) {
            Some(address) => Err(PrivateAddress(address).into()),
            None => Ok(url),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_have_https_and_no_private_address_in_any_spelling() {
        let http_hosts = vec!["localhost".to_owned(), "93.184.215.14".to_owned()];
        let policy = UrlPolicy { http_hosts, private_addresses: false };
        let check = |text: &str| policy.parse(text);
        for good in ["https://shop.example/hook?id=1", "https://93.184.215.14:8443/", "http://localhost:3000/hook"] {
            assert_eq!(check(good).unwrap().as_str(), good);
        }
        assert_eq!(check("https://shop.example/#part").unwrap().as_str(), "https://shop.example/");
        for text in ["http://shop.example/", "ftp://shop.example/", "file:///etc/passwd", "mailto:a@shop.example"] {
            assert_eq!(check(text), Err(UrlError::Scheme), "{text}");
        }
        for text in ["https://user@shop.example/", "https://:word@shop.example/"] {
            assert_eq!(check(text), Err(UrlError::UserInfo), "{text}");
        }
        assert!(matches!(check("shop.example"), Err(UrlError::Syntax(_))));
        let spellings = [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://0x7f.1/",
            "https://127.0.0.1./",
            "https://１２７.0.0.1/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[fd00:ec2::254]/",
            "https://[fe80::1]/",
            "https://169.254.169.254/latest/",
            "https://10.0.0.1/",
            "https://0/",
            "https://100.100.100.200/",
        ];
        for text in spellings {
            assert!(matches!(check(text), Err(UrlError::Address(_))), "{text}: {:?}", check(text));
            let open = UrlPolicy { http_hosts: Vec::new(), private_addresses: true };
            open.parse(text).unwrap();
        }
    }
}

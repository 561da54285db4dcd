//! Options of the sign-in through an OpenID provider.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::config::Config;

/// The claim whose value is the operator's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OidcClaim {
    /// `email`, which the provider has to have confirmed (`email_verified`).
    Email,
    /// `preferred_username`.
    PreferredUsername,
}

impl OidcClaim {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Email => "email address",
            Self::PreferredUsername => "user name",
        }
    }
}

/// The option at fault and the reason, if any.
pub(super) fn fault(config: &Config) -> Option<(&'static str, &'static str)> {
    let Some(issuer) = &config.console_oidc_issuer else {
        let reason = "only an OpenID provider (console_oidc_issuer) can replace passwords";
        return (!config.console_password_sign_in).then_some(("console_password_sign_in", reason));
    };
    if config.console_oidc_client_id.is_empty() {
        return Some(("console_oidc_client_id", "should be the id that the OpenID provider gave the console"));
    }
    (!is_issuer(issuer)).then_some((
        "console_oidc_issuer",
        "should be an https URL without query and fragment, such as https://login.example.com; http only for this machine",
    ))
}

fn is_issuer(issuer: &str) -> bool {
    let Ok(url) = Url::parse(issuer) else { return false };
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    let is_plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    is_plain && (url.scheme() == "https" || url.scheme() == "http" && is_local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_https_or_this_machine() {
        for good in ["https://login.example.com", "https://login.example.com/realms/bank", "http://localhost:3000"] {
            assert!(is_issuer(good), "{good}");
        }
        for bad in ["login.example.com", "http://login.example.com", "https://a.example/?x=1", "https://ann@a.example"]
        {
            assert!(!is_issuer(bad), "{bad}");
        }
    }
}

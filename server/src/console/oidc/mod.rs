//! Sign-in of operators through an OpenID provider: the authorization code flow with PKCE.
//!
//! Operators are created here and keep their roles here; the provider only says who somebody is. Nothing is stored
//! between the two requests: `state`, `nonce` and the PKCE verifier are derived from a cookie of the browser ([`flow`]).

mod flow;
pub(super) mod pages;
#[cfg(feature = "oidc")]
mod provider;
#[cfg(not(feature = "oidc"))]
#[path = "absent.rs"]
mod provider;

pub(super) use provider::Provider;

/// Where the sign-in starts.
pub(super) const PATH: &str = "/console/oidc";
/// Where the provider sends the browser afterwards. The provider has to know this address.
const CALLBACK: &str = "/console/oidc/callback";

/// Why a sign-in through the provider failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(not(feature = "oidc"), expect(dead_code, reason = "only a provider fails"))]
pub(super) enum ProviderError {
    /// It does not answer, or not as an OpenID provider does.
    #[error("the OpenID provider does not answer: {0}")]
    Unreachable(String),
    /// It did not accept the code, or its token is invalid.
    #[error("the OpenID provider's answer was refused: {0}")]
    Refused(String),
    /// The person has no such name there.
    #[error("the OpenID provider has no {0} for this person")]
    Nameless(&'static str),
}

//! The secrets of one sign-in through the OpenID provider.

use subtle::ConstantTimeEq;

use crate::console::{Console, ConsoleError};

/// Derived from a random cookie of the browser, so that only this browser can finish the sign-in, on any instance.
pub(in crate::console) struct Flow {
    /// Comes back with the browser.
    pub state: String,
    /// Comes back in the ID token.
    #[cfg_attr(not(feature = "oidc"), expect(dead_code, reason = "only a provider needs it"))]
    pub nonce: String,
    /// The PKCE code verifier (RFC 7636): 64 characters.
    #[cfg_attr(not(feature = "oidc"), expect(dead_code, reason = "only a provider needs it"))]
    pub verifier: String,
}

impl Flow {
    pub(super) fn of(console: &Console, cookie: &str) -> Result<Self, ConsoleError> {
        let [state, nonce, verifier] =
            ["oidc state", "oidc nonce", "oidc verifier"].map(|purpose| console.token(purpose, cookie));
        Ok(Self { state: state?, nonce: nonce?, verifier: verifier? })
    }

    pub(super) fn is_of(&self, state: &str) -> bool {
        self.state.as_bytes().ct_eq(state.as_bytes()).into()
    }
}

//! The console's cookies.
//!
//! | cookie | content | lifetime |
//! |---|---|---|
//! | `nearfar-console` | the token of the operator's session | until the browser closes |
//! | `nearfar-form` | ties forms to a browser before sign-in; it grants nothing | until the browser closes |
//! | `nearfar-device` | marks a browser in which an operator has signed in | 180 days |
//! | `nearfar-oidc` | ties a sign-in through the OpenID provider to a browser | 10 minutes |
//!
//! All are `HttpOnly` and `SameSite=Strict`, but for `nearfar-oidc`: the browser has to send it when it comes from the
//! provider (`SameSite=Lax`). Over https they are `Secure` and begin with `__Host-`, so that neither
//! another host of the domain nor a plain connection can set them.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::config::Config;

/// How long a browser counts as known, in seconds.
pub(super) const DEVICE_SECONDS: i64 = 180 * 24 * 60 * 60;
/// How long a sign-in at the OpenID provider may take, in seconds.
const PROVIDER_SECONDS: i64 = 600;

/// A cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cookie {
    /// The operator's session.
    Session,
    /// Forms before sign-in.
    Form,
    /// A known browser.
    Device,
    /// A sign-in through the OpenID provider.
    Provider,
}

impl Cookie {
    fn name(self, config: &Config) -> String {
        let name = match self {
            Cookie::Session => "nearfar-console",
            Cookie::Form => "nearfar-form",
            Cookie::Device => "nearfar-device",
            Cookie::Provider => "nearfar-oidc",
        };
        if config.console_is_https() { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// The value that the browser sent: 64 hex digits. Anything else is ignored, and so is a name that occurs twice.
    pub(super) fn read(self, config: &Config, headers: &HeaderMap) -> Option<String> {
        let name = self.name(config);
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut values = pairs.filter(|(found, _)| *found == name).map(|(_, value)| value);
        let value = values.next()?;
        let is_token = value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        (is_token && values.next().is_none()).then(|| value.to_owned())
    }

    /// The header that sets the cookie; an empty value deletes it.
    pub(super) fn set(self, config: &Config, value: &str) -> Option<HeaderValue> {
        let secure = if config.console_is_https() { "; Secure" } else { "" };
        let age = match self {
            _ if value.is_empty() => "; Max-Age=0".to_owned(),
            Cookie::Device => format!("; Max-Age={DEVICE_SECONDS}"),
            Cookie::Provider => format!("; Max-Age={PROVIDER_SECONDS}"),
            Cookie::Session | Cookie::Form => String::new(),
        };
        let same_site = if self == Cookie::Provider { "Lax" } else { "Strict" };
        let cookie = format!("{}={value}; Path=/{age}; HttpOnly; SameSite={same_site}{secure}", self.name(config));
        HeaderValue::from_str(&cookie).ok()
    }
}

/// Adds cookies to a response.
pub(super) fn set_all(headers: &mut HeaderMap, config: &Config, cookies: &[(Cookie, &str)]) {
    for (cookie, value) in cookies {
        if let Some(value) = cookie.set(config, value) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

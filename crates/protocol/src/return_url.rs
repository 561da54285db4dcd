//! URLs that a person returns to at the end: of web pages, and of apps that register a scheme.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::origin::web_url;

/// Maximum length of a scheme.
const MAX_SCHEME: usize = 64;
/// Maximum characters of a rejected text in an error.
const SHOWN: usize = 100;

/// Schemes that belong to no app of an integrator: of the web, of content and scripts, of system apps, and those that
/// open any other URL.
const RESERVED: [&str; 53] = [
    "about",
    "android-app",
    "blob",
    "brave",
    "chrome",
    "chrome-extension",
    "chrome-untrusted",
    "content",
    "data",
    "devtools",
    "edge",
    "facetime",
    "facetime-audio",
    "file",
    "filesystem",
    "firefox",
    "ftp",
    "ftps",
    "googlechrome",
    "googlechromes",
    "http",
    "https",
    "intent",
    "itms-apps",
    "itms-services",
    "jar",
    "javascript",
    "livescript",
    "mailto",
    "market",
    "microsoft-edge",
    "mocha",
    "moz-extension",
    "opera",
    "resource",
    "safari-extension",
    "safari-web-extension",
    "search",
    "search-ms",
    "shell",
    "shortcuts",
    "sip",
    "smb",
    "sms",
    "ssh",
    "tel",
    "telnet",
    "vbscript",
    "view-source",
    "ws",
    "wss",
    "x-safari-http",
    "x-safari-https",
];
/// Windows registers system programs under it.
const RESERVED_PREFIX: &str = "ms-";

/// The URL scheme of an app: a lower-case letter, then lower-case letters, digits, `+`, `.` and `-`. Schemes that do not
/// belong to an app, such as `javascript` and `intent`, are rejected.
///
/// ```
/// use nearfar_protocol::return_url::AppScheme;
///
/// assert_eq!("com.shop.app".parse::<AppScheme>()?.as_str(), "com.shop.app");
/// assert!("javascript".parse::<AppScheme>().is_err());
/// # Ok::<(), nearfar_protocol::return_url::SchemeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AppScheme(String);

/// A text that is not the scheme of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemeError {
    /// Not a scheme, or with capitals, a colon or slashes.
    Form(String),
    /// A scheme that does not belong to an app.
    Reserved(String),
}

impl AppScheme {
    /// The scheme, without the colon.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AppScheme {
    type Err = SchemeError;

    fn from_str(text: &str) -> Result<Self, SchemeError> {
        let is_lower = |byte: u8| byte.is_ascii_lowercase();
        let allowed = |byte: u8| is_lower(byte) || byte.is_ascii_digit() || matches!(byte, b'+' | b'.' | b'-');
        let begins = text.bytes().next().is_some_and(is_lower);
        if !begins || text.len() > MAX_SCHEME || !text.bytes().all(allowed) {
            return Err(SchemeError::Form(text.chars().take(SHOWN).collect()));
        }
        if RESERVED.contains(&text) || text.starts_with(RESERVED_PREFIX) {
            return Err(SchemeError::Reserved(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for AppScheme {
    type Error = SchemeError;

    fn try_from(text: String) -> Result<Self, SchemeError> {
        text.parse()
    }
}

impl From<AppScheme> for String {
    fn from(scheme: AppScheme) -> Self {
        scheme.0
    }
}

impl fmt::Display for SchemeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(text) => {
                write!(f, "{text:?} is not a scheme such as myapp: write it in small letters, without ://")
            }
            Self::Reserved(text) => write!(f, "{text:?} is not the scheme of an app"),
        }
    }
}

impl std::error::Error for SchemeError {}

/// Parses a URL to return to: of a web page ([`web_url`]), or of an app with one of these schemes. It has neither user
/// name nor password. A fragment is kept.
///
/// ```
/// use nearfar_protocol::return_url::return_url;
///
/// let schemes = ["myapp".parse()?];
/// assert!(return_url("https://shop.example/#/done", &[]).is_some());
/// assert!(return_url("myapp://done?x=1", &schemes).is_some());
/// assert!(return_url("myapp://done?x=1", &[]).is_none());
/// # Ok::<(), nearfar_protocol::return_url::SchemeError>(())
/// ```
pub fn return_url(text: &str, schemes: &[AppScheme]) -> Option<Url> {
    web_url(text).or_else(|| app_url(text, schemes))
}

fn app_url(text: &str, schemes: &[AppScheme]) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = url.username().is_empty() && url.password().is_none();
    (plain && schemes.iter().any(|scheme| scheme.0 == url.scheme())).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scheme(text: &str) -> AppScheme {
        text.parse().unwrap()
    }

    #[test]
    fn schemes_of_apps_are_accepted() {
        for good in ["myapp", "com.shop.app", "shop-2", "a+b", "msteams"] {
            assert_eq!(scheme(good).as_str(), good);
        }
    }

    #[test]
    fn dangerous_schemes_are_rejected_by_name() {
        for wrong in RESERVED.into_iter().chain(["ms-msdt", "ms-settings"]) {
            let error = wrong.parse::<AppScheme>().unwrap_err();
            assert_eq!(error.to_string(), format!("{wrong:?} is not the scheme of an app"));
        }
        assert!(RESERVED.is_sorted());
    }

    #[test]
    fn other_texts_are_rejected() {
        let long = "a".repeat(MAX_SCHEME + 1);
        for wrong in ["", "MyApp", "myapp:", "myapp://", "2app", "-a", "my app", "myäpp", "a\n", "JavaScript", &long] {
            let error = wrong.parse::<AppScheme>().unwrap_err();
            assert!(matches!(error, SchemeError::Form(_)), "{wrong:?}");
            assert!(error.to_string().contains("is not a scheme such as myapp"), "{error}");
        }
    }

    #[test]
    fn a_return_url_has_an_allowed_scheme() {
        let schemes = [scheme("myapp"), scheme("com.shop.app")];
        let kept = |text: &str| return_url(text, &schemes).map(String::from);
        for same in [
            "myapp://done?x=1",
            "myapp://done/a?x=1#/end?y=2",
            "myapp:done",
            "com.shop.app:/done",
            "https://shop.example/?a=1#/done?id=1",
        ] {
            assert_eq!(kept(same).as_deref(), Some(same));
        }
        assert_eq!(kept("MyApp://Done").as_deref(), Some("myapp://Done"), "schemes have no case");
        // The parser drops these, and what is stored and sent on is what it read.
        assert_eq!(kept(" my\napp://done\t ").as_deref(), Some("myapp://done"));
        for wrong in [
            "other://done",
            "myapp",
            "myapps://done",
            "//myapp://done",
            "javascript:alert(1)//myapp://done",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "intent://done#Intent;scheme=myapp;end",
            "myapp://user:secret@done",
            "view-source:https://shop.example",
            "",
        ] {
            assert_eq!(kept(wrong), None, "{wrong:?}");
        }
    }
}

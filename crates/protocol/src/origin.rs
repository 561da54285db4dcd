//! Web origins, in the one form in which they are stored, compared and written into headers.
//!
//! URL parsers accept hosts with `;`, `,`, quotes or `*`. In a Content-Security-Policy header such a host ends a
//! directive and begins another. An [`Origin`] contains none of these.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// The longest host name and label that DNS allows.
const MAX_NAME: usize = 253;
const MAX_LABEL: usize = 63;
/// Maximum characters of a rejected text in an error.
const SHOWN: usize = 100;

/// An origin as browsers write it in the `Origin` header: `http` or `https`, a host, and the port unless it is the
/// default. The host is an IP address or a name of lower-case letters, digits, hyphens and dots (other scripts in
/// Punycode). Underscores and a final dot are rejected: no browser accepts such a name in a policy.
///
/// ```
/// use nearfar_protocol::origin::Origin;
///
/// let origin: Origin = "https://shop.example:8443".parse()?;
/// assert_eq!(origin.as_str(), "https://shop.example:8443");
/// assert!("https://a;sandbox".parse::<Origin>().is_err());
/// # Ok::<(), nearfar_protocol::origin::OriginError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin(String);

/// A text that is not an origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginError {
    text: String,
    meant: Option<Origin>,
}

impl Origin {
    /// The origin of a URL; `None` for other schemes and for hosts that must not reach a header.
    pub fn of(url: &Url) -> Option<Self> {
        let named = match url.host()? {
            Host::Domain(name) => is_name(name),
            Host::Ipv4(_) | Host::Ipv6(_) => true,
        };
        let good = named && matches!(url.scheme(), "http" | "https");
        good.then(|| Self(url.origin().ascii_serialization()))
    }

    /// The serialised origin, as compared and written into headers.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    /// Accepts only the exact form that browsers write, so that origins can be compared as text.
    fn from_str(text: &str) -> Result<Self, OriginError> {
        let meant = Url::parse(text).ok().and_then(|url| Self::of(&url));
        match meant {
            Some(origin) if origin.0 == text => Ok(origin),
            meant => Err(OriginError { text: text.chars().take(SHOWN).collect(), meant }),
        }
    }
}

impl TryFrom<String> for Origin {
    type Error = OriginError;

    fn try_from(text: String) -> Result<Self, OriginError> {
        text.parse()
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not an origin such as https://shop.example", self.text)?;
        match &self.meant {
            Some(meant) => write!(f, "; write {meant}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for OriginError {}

/// Parses a URL to redirect a browser to: http or https, with a host, without user name and password.
pub fn web_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = url.has_host() && url.username().is_empty() && url.password().is_none();
    (plain && matches!(url.scheme(), "http" | "https")).then_some(url)
}

/// RFC 1123 host names. The URL parser has already converted them to lower case and Punycode.
fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = |label: &str| (1..=MAX_LABEL).contains(&label.len()) && label.bytes().all(allowed);
    name.len() <= MAX_NAME && name.split('.').all(is_label)
}

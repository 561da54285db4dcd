//! Web origins: the one form in which an origin is stored, compared, and written into a header.
//!
//! URL parsers accept hosts with `;`, `,`, quotes or `*`. In a header such a host is more than a host: in a
//! Content-Security-Policy it ends a directive and begins another. An [`Origin`] has none of these.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// The longest host name that DNS allows, and its longest label.
const MAX_NAME: usize = 253;
const MAX_LABEL: usize = 63;
/// The characters of a refused text that an error repeats.
const SHOWN: usize = 100;

/// An origin as a browser writes it in an `Origin` header: `http` or `https`, a host, and the port unless it is the
/// scheme's own. The host is an IP address, or a name of letters, digits, hyphens and dots, in lower case (names in other
/// scripts in Punycode). Underscores and a final dot are refused: no browser takes such a name in a policy.
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

    /// The text, as it is compared and written into headers.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    /// Takes only what is written exactly as a browser writes it, so that texts can be compared.
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

/// A URL that a browser can be sent to: http or https, with a host, without a user's name or password.
pub fn web_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = url.has_host() && url.username().is_empty() && url.password().is_none();
    (plain && matches!(url.scheme(), "http" | "https")).then_some(url)
}

/// What RFC 1123 calls a host name; the URL parser has already put it into lower case and Punycode.
fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = |label: &str| (1..=MAX_LABEL).contains(&label.len()) && label.bytes().all(allowed);
    name.len() <= MAX_NAME && name.split('.').all(is_label)
}

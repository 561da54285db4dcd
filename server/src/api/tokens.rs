//! Signed tokens: the integrator's access token, the page's session token, and that of a link to audit pictures. Each
//! has a key and an audience of its own, so that one is never taken for another.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use nearfar_record::jws;
use nearfar_store::{Session, Store};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::config::Config;

/// The device that opened the session's URL.
pub const FIRST_DEVICE: &str = "first";

const ISSUER: &str = "nearfar";

/// What an access token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// The account.
    pub sub: String,
    /// The account's epoch when the token was made.
    pub epoch: i64,
    /// When it ends, Unix ms.
    pub ends: i64,
}

/// What a session token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The session.
    pub sub: String,
    /// The device.
    pub device: String,
    /// The link by which a second device came.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub handoff: Option<String>,
    /// When it ends, Unix ms.
    pub ends: i64,
}

/// What the token of a link to audit pictures says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// The session.
    pub sub: String,
    /// The attempt.
    pub attempt: String,
    /// The account's epoch when the token was made.
    #[serde(default)]
    pub epoch: i64,
    /// When it ends, Unix ms.
    pub ends: i64,
}

/// The claims that every token has.
#[derive(Serialize, Deserialize)]
struct Claims<T> {
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
    #[serde(flatten)]
    own: T,
}

/// Makes and reads one kind of token.
struct Kind {
    audience: &'static str,
    sign: EncodingKey,
    check: DecodingKey,
}

/// Makes and reads tokens.
pub struct Tokens {
    access: Kind,
    page: Kind,
    audit: Kind,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}

impl Kind {
    fn new(audience: &'static str, secret: &[u8]) -> Self {
        Self { audience, sign: EncodingKey::from_secret(secret), check: DecodingKey::from_secret(secret) }
    }

    fn make<T: Serialize>(&self, own: T, now: i64, ends: i64) -> Result<String, jsonwebtoken::errors::Error> {
        let claims =
            Claims { iss: ISSUER.into(), aud: self.audience.into(), iat: now / 1000, exp: ends.div_euclid(1000), own };
        encode(&Header::new(Algorithm::HS512), &claims, &self.sign)
    }

    fn read<T: DeserializeOwned + Clone>(&self, token: &str) -> Option<T> {
        let mut validation = Validation::new(Algorithm::HS512);
        validation.set_audience(&[self.audience]);
        validation.set_issuer(&[ISSUER]);
        // The end is compared with the service's own clock, by the caller.
        validation.validate_exp = false;
        decode::<Claims<T>>(token, &self.check, &validation).ok().map(|data| data.claims.own)
    }
}

impl Page {
    /// For the device that opens the session's URL. It outlives the session by one attempt, so that who started in time
    /// may finish.
    pub fn of_first_device(session: &Session, config: &Config) -> Self {
        let ends = session.expires_at + 2 * i64::from(config.nonce_seconds) * 1000;
        Self { sub: session.id.clone(), device: FIRST_DEVICE.into(), handoff: None, ends }
    }
}

impl Tokens {
    /// With the keys that all instances share.
    pub async fn open(store: &Store) -> nearfar_store::Result<Self> {
        jws::install();
        let access = store.server_secret("access-token").await?;
        let page = store.server_secret("session-token").await?;
        let audit = store.server_secret("audit-token").await?;
        Ok(Self {
            access: Kind::new("nearfar:api", &access),
            page: Kind::new("nearfar:page", &page),
            audit: Kind::new("nearfar:audit", &audit),
        })
    }

    /// An access token.
    pub fn access(&self, access: &Access, now: i64) -> Result<String, jsonwebtoken::errors::Error> {
        self.access.make(access, now, access.ends)
    }

    /// A session token.
    pub fn page(&self, page: &Page, now: i64) -> Result<String, jsonwebtoken::errors::Error> {
        self.page.make(page, now, page.ends)
    }

    /// The address of a session's page, its token in it.
    pub fn session_url(&self, config: &Config, page: &Page, now: i64) -> Result<String, jsonwebtoken::errors::Error> {
        Ok(config.link(&format!("/h5/?token={}", self.page(page, now)?)))
    }

    /// A token of a link to audit pictures.
    pub fn audit(&self, audit: &Audit, now: i64) -> Result<String, jsonwebtoken::errors::Error> {
        self.audit.make(audit, now, audit.ends)
    }

    /// What the token of a link to audit pictures says, if it is one and still good.
    pub fn read_audit(&self, token: &str, now: i64) -> Option<Audit> {
        self.audit.read::<Audit>(token).filter(|audit| now < audit.ends)
    }

    /// What an access token says, if it is one and still good.
    pub fn read_access(&self, token: &str, now: i64) -> Option<Access> {
        self.access.read::<Access>(token).filter(|access| now < access.ends)
    }

    /// What a session token says, if it is one and still good.
    pub fn read_page(&self, token: &str, now: i64) -> Option<Page> {
        self.page.read::<Page>(token).filter(|page| now < page.ends)
    }
}

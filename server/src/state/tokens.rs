//! Signs and verifies tokens: access tokens of integrators, session tokens of the page, and tokens in links to audit
//! pictures. Each kind has its own key and audience, so they are not interchangeable.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use nearfar_record::jws;
use nearfar_store::{Session, Store};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::config::Config;

/// The device that opened the session's URL.
pub const FIRST_DEVICE: &str = "first";

const ISSUER: &str = "nearfar";

/// Claims of an access token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// The account.
    pub sub: String,
    /// The account's token epoch when it was issued.
    pub epoch: i64,
    /// Expiry, Unix ms.
    pub ends: i64,
}

/// Claims of a session token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageClaims {
    /// The session.
    pub sub: String,
    /// The device.
    pub device: String,
    /// The link that a second device used.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub handoff: Option<String>,
    /// Expiry, Unix ms.
    pub ends: i64,
}

/// Claims of a token in a link to audit pictures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditClaims {
    /// The session.
    pub sub: String,
    /// The attempt.
    pub attempt: String,
    /// The account's token epoch when it was issued.
    #[serde(default)]
    pub epoch: i64,
    /// Expiry, Unix ms.
    pub ends: i64,
}

/// The claims common to all tokens.
#[derive(Serialize, Deserialize)]
struct TokenClaims<T> {
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
    #[serde(flatten)]
    own: T,
}

/// Signs and verifies one kind of token.
struct TokenKind {
    audience: &'static str,
    sign: EncodingKey,
    check: DecodingKey,
}

/// Signs and verifies tokens.
pub struct Tokens {
    access: TokenKind,
    page: TokenKind,
    audit: TokenKind,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}

impl TokenKind {
    fn new(audience: &'static str, secret: &[u8]) -> Self {
        Self { audience, sign: EncodingKey::from_secret(secret), check: DecodingKey::from_secret(secret) }
    }

    fn make<T: Serialize>(&self, own: T, now: i64, ends: i64) -> Result<String, jsonwebtoken::errors::Error> {
        let claims = TokenClaims {
            iss: ISSUER.into(),
            aud: self.audience.into(),
            iat: now / 1000,
            exp: ends.div_euclid(1000),
            own,
        };
        encode(&Header::new(Algorithm::HS512), &claims, &self.sign)
    }

    fn read<T: DeserializeOwned + Clone>(&self, token: &str) -> Option<T> {
        let mut validation = Validation::new(Algorithm::HS512);
        validation.set_audience(&[self.audience]);
        validation.set_issuer(&[ISSUER]);
        // The caller compares the expiry with the service's own clock.
        validation.validate_exp = false;
        decode::<TokenClaims<T>>(token, &self.check, &validation).ok().map(|data| data.claims.own)
    }
}

impl PageClaims {
    /// For the device that opens the session's URL. Valid for one attempt longer than the session, so that an attempt
    /// started in time can finish.
    pub fn for_first_device(session: &Session, config: &Config) -> Self {
        let ends = session.expires_at + config.longest_attempt();
        Self { sub: session.id.clone(), device: FIRST_DEVICE.into(), handoff: None, ends }
    }
}

impl Tokens {
    /// Loads the keys that all instances share.
    pub async fn open(store: &Store) -> nearfar_store::Result<Self> {
        jws::install();
        let access = store.server_secret("access-token").await?;
        let page = store.server_secret("session-token").await?;
        let audit = store.server_secret("audit-token").await?;
        Ok(Self {
            access: TokenKind::new("nearfar:api", &access),
            page: TokenKind::new("nearfar:page", &page),
            audit: TokenKind::new("nearfar:audit", &audit),
        })
    }

    /// Signs an access token.
    pub fn access(&self, access: &AccessClaims, now: i64) -> Result<String, jsonwebtoken::errors::Error> {
        self.access.make(access, now, access.ends)
    }

    /// Signs a session token.
    pub fn page(&self, page: &PageClaims, now: i64) -> Result<String, jsonwebtoken::errors::Error> {
        self.page.make(page, now, page.ends)
    }

    /// The URL of a session's page, with its token.
    pub fn session_url(
        &self,
        config: &Config,
        page: &PageClaims,
        now: i64,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        Ok(config.link(&format!("/h5/?token={}", self.page(page, now)?)))
    }

    /// Signs a token for a link to audit pictures.
    pub fn audit(&self, audit: &AuditClaims, now: i64) -> Result<String, jsonwebtoken::errors::Error> {
        self.audit.make(audit, now, audit.ends)
    }

    /// The claims of a valid audit token.
    pub fn verify_audit(&self, token: &str, now: i64) -> Option<AuditClaims> {
        self.audit.read::<AuditClaims>(token).filter(|audit| now < audit.ends)
    }

    /// The claims of a valid access token.
    pub fn verify_access(&self, token: &str, now: i64) -> Option<AccessClaims> {
        self.access.read::<AccessClaims>(token).filter(|access| now < access.ends)
    }

    /// The claims of a valid session token.
    pub fn verify_page(&self, token: &str, now: i64) -> Option<PageClaims> {
        self.page.read::<PageClaims>(token).filter(|page| now < page.ends)
    }
}

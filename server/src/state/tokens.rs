//! Signs and verifies tokens: access tokens of integrators, session tokens of the page, and tokens in links to audit
//! pictures. Each kind has its own key and audience, so they are not interchangeable.

use std::sync::{Arc, PoisonError, RwLock};

use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use nearfar_record::jws;
use nearfar_store::{Millis, Session, Store};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::state::key_generations::KeyGenerations;

/// The purpose of the keys of access tokens in the store.
pub const ACCESS_PURPOSE: &str = "access-token";
/// The purpose of the keys of session tokens.
pub const PAGE_PURPOSE: &str = "session-token";
/// The purpose of the keys of links to audit pictures.
pub const AUDIT_PURPOSE: &str = "audit-token";

/// The longest life of an access token, in seconds.
pub const LONGEST_ACCESS_SECONDS: i64 = 86_400;

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

/// One key of a kind of token.
struct TokenKey {
    sign: EncodingKey,
    check: DecodingKey,
}

/// Signs and verifies one kind of token.
struct TokenKind {
    audience: &'static str,
    keys: KeyGenerations<TokenKey>,
}

/// The kinds with the keys that all instances share.
struct TokenKinds {
    access: TokenKind,
    page: TokenKind,
    audit: TokenKind,
}

/// Signs and verifies tokens.
pub struct Tokens(RwLock<Arc<TokenKinds>>);

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}

impl TokenKind {
    async fn load(store: &Store, purpose: &str, audience: &'static str, now: Millis) -> nearfar_store::Result<Self> {
        let read = |secret: &[u8]| {
            Ok(TokenKey { sign: EncodingKey::from_secret(secret), check: DecodingKey::from_secret(secret) })
        };
        Ok(Self { audience, keys: KeyGenerations::load(store, purpose, now, read).await? })
    }

    fn make<T: Serialize>(&self, own: T, now: i64, ends: i64) -> Result<String, Error> {
        let claims = TokenClaims {
            iss: ISSUER.into(),
            aud: self.audience.into(),
            iat: now / 1000,
            exp: ends.div_euclid(1000),
            own,
        };
        let key = self.keys.at(now).ok_or_else(|| Error::from(ErrorKind::InvalidKeyFormat))?;
        encode(&Header::new(Algorithm::HS512), &claims, &key.sign)
    }

    fn read<T: DeserializeOwned + Clone>(&self, token: &str, now: i64) -> Option<T> {
        let mut validation = Validation::new(Algorithm::HS512);
        validation.set_audience(&[self.audience]);
        validation.set_issuer(&[ISSUER]);
        // The caller compares the expiry with the service's own clock.
        validation.validate_exp = false;
        let read = |key: &TokenKey| decode::<TokenClaims<T>>(token, &key.check, &validation).ok();
        self.keys.valid(now).find_map(read).map(|data| data.claims.own)
    }
}

impl TokenKinds {
    async fn load(store: &Store, now: Millis) -> nearfar_store::Result<Self> {
        Ok(Self {
            access: TokenKind::load(store, ACCESS_PURPOSE, "nearfar:api", now).await?,
            page: TokenKind::load(store, PAGE_PURPOSE, "nearfar:page", now).await?,
            audit: TokenKind::load(store, AUDIT_PURPOSE, "nearfar:audit", now).await?,
        })
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
    /// Loads the keys.
    pub async fn open(store: &Store, now: Millis) -> nearfar_store::Result<Self> {
        jws::install();
        Ok(Self(RwLock::new(Arc::new(TokenKinds::load(store, now).await?))))
    }

    /// Loads them again: another instance may have rotated them.
    pub async fn reload(&self, store: &Store, now: Millis) -> nearfar_store::Result<()> {
        let loaded = Arc::new(TokenKinds::load(store, now).await?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = loaded;
        Ok(())
    }

    fn kinds(&self) -> Arc<TokenKinds> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Signs an access token.
    pub fn access(&self, access: &AccessClaims, now: i64) -> Result<String, Error> {
        self.kinds().access.make(access, now, access.ends)
    }

    /// Signs a session token.
    pub fn page(&self, page: &PageClaims, now: i64) -> Result<String, Error> {
        self.kinds().page.make(page, now, page.ends)
    }

    /// The URL of a session's page, with its token.
    pub fn session_url(&self, config: &Config, page: &PageClaims, now: i64) -> Result<String, Error> {
        Ok(config.link(&format!("/h5/?token={}", self.page(page, now)?)))
    }

    /// Signs a token for a link to audit pictures.
    pub fn audit(&self, audit: &AuditClaims, now: i64) -> Result<String, Error> {
        self.kinds().audit.make(audit, now, audit.ends)
    }

    /// The claims of a valid audit token.
    pub fn verify_audit(&self, token: &str, now: i64) -> Option<AuditClaims> {
        self.kinds().audit.read::<AuditClaims>(token, now).filter(|audit| now < audit.ends)
    }

    /// The claims of a valid access token.
    pub fn verify_access(&self, token: &str, now: i64) -> Option<AccessClaims> {
        self.kinds().access.read::<AccessClaims>(token, now).filter(|access| now < access.ends)
    }

    /// The claims of a valid session token.
    pub fn verify_page(&self, token: &str, now: i64) -> Option<PageClaims> {
        self.kinds().page.read::<PageClaims>(token, now).filter(|page| now < page.ends)
    }
}

//! The state of the console: the service's state and the console's secrets.

use std::sync::Arc;

use axum::extract::FromRef;
use hkdf::Hkdf;
use sha2::Sha256;
use tokio::sync::Semaphore;

use crate::console::error::ConsoleError;
use crate::console::oidc::Provider;
use crate::state::App;

/// Passwords hashed at the same time: each takes 19 MiB and a core.
const HASHES_AT_ONCE: usize = 2;

/// The state of the console; cheap to clone.
#[derive(Clone)]
pub struct Console {
    /// The service's state.
    pub app: App,
    secret: Arc<Hkdf<Sha256>>,
    /// Permits to hash a password.
    pub(super) hashing: Arc<Semaphore>,
    /// The OpenID provider, if one is configured.
    pub(super) provider: Option<Arc<Provider>>,
}

impl std::fmt::Debug for Console {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Console")
    }
}

impl FromRef<Console> for App {
    fn from_ref(console: &Console) -> Self {
        console.app.clone()
    }
}

impl Console {
    /// Loads the secret that all instances share.
    ///
    /// # Errors
    /// If the store is unavailable, the master key has changed, or the OpenID provider is not configured well.
    pub async fn open(app: App) -> anyhow::Result<Self> {
        let secret = app.store.server_secret("console").await?;
        let hashing = Arc::new(Semaphore::new(HASHES_AT_ONCE));
        let provider = Provider::new(&app.config)?.map(Arc::new);
        Ok(Self { secret: Arc::new(Hkdf::new(None, &secret)), app, hashing, provider })
    }

    /// The token that forms of a browser carry, derived from its cookie: another site knows neither.
    pub(super) fn csrf_token(&self, cookie: &str) -> Result<String, ConsoleError> {
        self.token("csrf", cookie)
    }

    /// Hex digits that only this service can derive for a purpose and a text.
    pub(super) fn token(&self, purpose: &str, of: &str) -> Result<String, ConsoleError> {
        let mut token = [0; 32];
        self.derive(purpose, of, &mut token)?;
        Ok(hex::encode(token))
    }

    /// The TOTP secret that belongs to a set-up code, so that none is stored before it is confirmed.
    pub(super) fn totp_secret(&self, setup_code: &str) -> Result<Vec<u8>, ConsoleError> {
        let mut secret = vec![0; 20];
        self.derive("totp", setup_code, &mut secret)?;
        Ok(secret)
    }

    fn derive(&self, purpose: &str, of: &str, key: &mut [u8]) -> Result<(), ConsoleError> {
        let info: [&[u8]; 4] = [b"nearfar console ", purpose.as_bytes(), b"\n", of.as_bytes()];
        self.secret.expand_multi_info(&info, key).map_err(|error| ConsoleError::internal(&error))
    }
}

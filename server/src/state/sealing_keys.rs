//! Derives the key pairs that uploads are sealed with: one per session, derived from a secret of the service each time,
//! so that none is stored.

use hkdf::Hkdf;
use nearfar_sealing::KeyPair;
use nearfar_store::Store;
use sha2::Sha256;

use crate::response::ApiError;

/// Derives the keys of sessions.
pub struct SealingKeys(Hkdf<Sha256>);

impl std::fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKeys")
    }
}

impl SealingKeys {
    /// Loads the secret that all instances share.
    pub async fn open(store: &Store) -> nearfar_store::Result<Self> {
        Ok(Self(Hkdf::new(None, &store.server_secret("sealing").await?)))
    }

    /// The keys of a session.
    pub fn of(&self, session_id: &str) -> Result<KeyPair, ApiError> {
        let mut seed = [0; nearfar_sealing::KEY_BYTES];
        let purpose: [&[u8]; 2] = [b"nearfar sealing key 1\n", session_id.as_bytes()];
        self.0.expand_multi_info(&purpose, &mut seed).map_err(|error| ApiError::internal(&error))?;
        Ok(KeyPair::derive(&seed))
    }
}

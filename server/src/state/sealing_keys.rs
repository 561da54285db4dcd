//! Derives the key pairs that uploads are sealed with: one per session, derived from a secret of the service each time,
//! so that none is stored.

use std::sync::{PoisonError, RwLock};

use hkdf::Hkdf;
use nearfar_sealing::KeyPair;
use nearfar_store::{Millis, Store};
use sha2::Sha256;

use crate::response::ApiError;
use crate::state::key_generations::KeyGenerations;

/// The purpose of the secret in the store.
pub const PURPOSE: &str = "sealing";

/// Derives the keys of sessions.
pub struct SealingKeys(RwLock<KeyGenerations<Hkdf<Sha256>>>);

impl std::fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKeys")
    }
}

impl SealingKeys {
    /// Loads the secrets that all instances share.
    pub async fn open(store: &Store, now: Millis) -> nearfar_store::Result<Self> {
        Ok(Self(RwLock::new(load(store, now).await?)))
    }

    /// Loads them again: another instance may have rotated them.
    pub async fn reload(&self, store: &Store, now: Millis) -> nearfar_store::Result<()> {
        let loaded = load(store, now).await?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = loaded;
        Ok(())
    }

    /// The keys of a session for an attempt that was issued at that time.
    pub fn of(&self, session_id: &str, issued_at: Millis) -> Result<KeyPair, ApiError> {
        let mut seed = [0; nearfar_sealing::KEY_BYTES];
        let purpose: [&[u8]; 2] = [b"nearfar sealing key 1\n", session_id.as_bytes()];
        let generations = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let secret = generations.at(issued_at).ok_or_else(|| ApiError::internal(&"there is no sealing secret"))?;
        secret.expand_multi_info(&purpose, &mut seed).map_err(|error| ApiError::internal(&error))?;
        Ok(KeyPair::derive(&seed))
    }
}

async fn load(store: &Store, now: Millis) -> nearfar_store::Result<KeyGenerations<Hkdf<Sha256>>> {
    KeyGenerations::load(store, PURPOSE, now, |secret| Ok(Hkdf::new(None, secret))).await
}

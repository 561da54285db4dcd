//! The keys that sign capture records: the current one, and the public keys of all.

use std::sync::{Arc, PoisonError, RwLock};

use jsonwebtoken::jwk::{Jwk, JwkSet};
use nearfar_record::SigningKey;
use nearfar_store::{Error as StoreError, Millis, Store};

use crate::state::key_generations::KeyGenerations;

/// The purpose of these keys in the store.
pub const PURPOSE: &str = "record-signing";

/// The keys that all instances share.
pub struct RecordKeys(RwLock<Loaded>);

struct Loaded {
    keys: KeyGenerations<Arc<SigningKey>>,
    public: JwkSet,
}

impl std::fmt::Debug for RecordKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecordKeys")
    }
}

impl RecordKeys {
    /// Loads the keys.
    pub async fn open(store: &Store, now: Millis) -> nearfar_store::Result<Self> {
        Ok(Self(RwLock::new(load(store, now).await?)))
    }

    /// Loads them again: another instance may have rotated them.
    pub async fn reload(&self, store: &Store, now: Millis) -> nearfar_store::Result<()> {
        let loaded = load(store, now).await?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = loaded;
        Ok(())
    }

    /// The key that signs now.
    pub fn current(&self, now: Millis) -> Option<Arc<SigningKey>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).keys.at(now).cloned()
    }

    /// The public keys of all generations, also of those that sign no more or not yet.
    pub fn public(&self) -> JwkSet {
        self.0.read().unwrap_or_else(PoisonError::into_inner).public.clone()
    }
}

async fn load(store: &Store, now: Millis) -> nearfar_store::Result<Loaded> {
    let keys = KeyGenerations::load(store, PURPOSE, now, |secret| signing_key(secret).map(Arc::new)).await?;
    let mut public = Vec::new();
    for stored in store.signing_keys(PURPOSE, now).await? {
        match (&stored.public_key, &stored.secret) {
            (Some(jwk), _) => public.push(serde_json::from_str(jwk).map_err(corrupt)?),
            (None, Some(secret)) => {
                // The key of earlier versions: its public part has to outlive it.
                let jwk = public_key(&signing_key(secret)?)?;
                store
                    .set_public_key(PURPOSE, stored.generation, &serde_json::to_string(&jwk).map_err(corrupt)?)
                    .await?;
                public.push(jwk);
            }
            (None, None) => {}
        }
    }
    Ok(Loaded { keys, public: JwkSet { keys: public } })
}

/// The key of a stored secret.
pub fn signing_key(secret: &[u8]) -> nearfar_store::Result<SigningKey> {
    let secret = secret.first_chunk().ok_or_else(|| corrupt("it is too short"))?;
    SigningKey::new(secret).map_err(corrupt)
}

/// The public part of a key.
pub fn public_key(key: &SigningKey) -> nearfar_store::Result<Jwk> {
    key.jwks().keys.into_iter().next().ok_or_else(|| corrupt("it has no public key"))
}

fn corrupt(reason: impl ToString) -> StoreError {
    StoreError::Corrupt { what: "the key of capture records", reason: reason.to_string() }
}

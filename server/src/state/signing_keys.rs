//! Rotates the service's own keys: those of tokens and capture records, and the secret behind the sealing keys.

use nearfar_store::{Entropy, Error as StoreError, Millis, NewSigningKey, Store};
use zeroize::Zeroizing;

use crate::config::Config;
use crate::state::{record_keys, sealing_keys, tokens};

/// How often an instance looks for new keys.
pub const REFRESH_SECONDS: u64 = 10;

/// How long after a rotation the new keys sign, in ms: by then every instance knows them.
pub const ACTIVATION: Millis = 60_000;

/// Every purpose that has keys.
pub const PURPOSES: [&str; 5] =
    [tokens::ACCESS_PURPOSE, tokens::PAGE_PURPOSE, tokens::AUDIT_PURPOSE, sealing_keys::PURPOSE, record_keys::PURPOSE];

/// When the keys of a rotation begin and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// From when on the new keys sign.
    pub active_from: Millis,
    /// When the former keys retire.
    pub former_retire_at: Millis,
}

/// Adds a generation of every key. Instances take them up without a restart. The former keys stay valid for as long as
/// anything that they have signed; if they are `compromised`, they retire at once.
///
/// # Errors
/// As [`Store::add_signing_keys`].
pub async fn rotate(
    store: &Store,
    config: &Config,
    entropy: &Entropy,
    compromised: bool,
    now: Millis,
) -> nearfar_store::Result<Rotation> {
    // Records the public key of the first generation.
    record_keys::RecordKeys::open(store, now).await?;
    let mut new = Vec::new();
    for purpose in PURPOSES {
        let mut secret = Zeroizing::new(vec![0; 32]);
        entropy(&mut secret);
        let public_key = match purpose {
            record_keys::PURPOSE => Some(public_key(&secret)?),
            _ => None,
        };
        new.push(NewSigningKey { purpose, secret, public_key });
    }
    let rotation = if compromised {
        Rotation { active_from: now, former_retire_at: now }
    } else {
        let active_from = now + ACTIVATION;
        Rotation { active_from, former_retire_at: active_from + longest_life(config) }
    };
    store.add_signing_keys(&new, rotation.active_from, rotation.former_retire_at, now).await?;
    Ok(rotation)
}

/// How long the longest-lived token is valid, ms.
fn longest_life(config: &Config) -> Millis {
    let session = i64::from(config.session_seconds) * 1000 + config.longest_attempt();
    let audit_link = i64::from(config.audit_link_seconds) * 1000;
    session.max(audit_link).max(tokens::LONGEST_ACCESS_SECONDS * 1000)
}

fn public_key(secret: &[u8]) -> nearfar_store::Result<String> {
    let jwk = record_keys::public_key(&record_keys::signing_key(secret)?)?;
    serde_json::to_string(&jwk).map_err(|error| StoreError::Internal(error.to_string()))
}

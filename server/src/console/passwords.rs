//! Hashes and verifies passwords with Argon2id.

use std::sync::LazyLock;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::console::{Console, ConsoleError};

/// Minimum length of a password, in characters.
const MIN_LENGTH: usize = 12;
/// Maximum length, in characters.
const MAX_LENGTH: usize = 256;
/// OWASP's recommendation: 19 MiB, 2 passes, 1 lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Verified in place of the hash of somebody unknown, which takes the same time. No password is known to match it.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGtub3dzIGl0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static ARGON2: LazyLock<Argon2<'static>> = LazyLock::new(|| {
    // These are within the limits, so the default, which is the same today, is never used.
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
});

/// Why the password cannot be chosen, if so.
pub(super) fn weakness(password: &str, name: &str) -> Option<&'static str> {
    let length = password.chars().count();
    if length < MIN_LENGTH {
        return Some("Use at least 12 characters. A sentence of several words is easy to remember.");
    }
    if length > MAX_LENGTH {
        return Some("Use at most 256 characters.");
    }
    let distinct = password.chars().collect::<std::collections::BTreeSet<_>>().len();
    if distinct < 5 || password.to_lowercase().contains(&name.to_lowercase()) {
        return Some("This password is too easy to guess.");
    }
    None
}

/// The hash of a password, as a PHC string.
pub(super) async fn hash(console: &Console, password: String) -> Result<String, ConsoleError> {
    let mut salt = [0; 16];
    (console.app.entropy)(&mut salt);
    let hashed = on_a_thread(console, move || ARGON2.hash_password_with_salt(password.as_bytes(), &salt)).await?;
    hashed.map(|hash: PasswordHash| hash.to_string()).map_err(|error| ConsoleError::internal(&error))
}

/// Whether the password has this hash. Without a hash it takes as long, and is wrong.
pub(super) async fn verify(console: &Console, password: String, hash: Option<String>) -> Result<bool, ConsoleError> {
    // Longer ones cannot have been chosen.
    let is_possible = hash.is_some() && password.chars().count() <= MAX_LENGTH;
    let hash = hash.filter(|_| is_possible).unwrap_or_else(|| NOBODY.to_owned());
    let password: String = password.chars().take(MAX_LENGTH).collect();
    let verified = on_a_thread(console, move || {
        let hash = PasswordHash::new(&hash).map_err(|error| error.to_string())?;
        match ARGON2.verify_password(password.as_bytes(), &hash) {
            Ok(()) => Ok(true),
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(error.to_string()),
        }
    });
    let verified: Result<bool, String> = verified.await?;
    Ok(verified.map_err(|error| ConsoleError::internal(&error))? && is_possible)
}

/// Hashing takes tens of milliseconds: on a thread of its own, and only a few at once.
async fn on_a_thread<T: Send + 'static>(
    console: &Console,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ConsoleError> {
    let permit = console.hashing.clone().acquire_owned().await.map_err(|error| ConsoleError::internal(&error))?;
    let done = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        work()
    });
    done.await.map_err(|error| ConsoleError::internal(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused() {
        for weak in ["short", "aaaaaaaaaaaaaaaa", "ann-likes-cats!", &"long".repeat(100)] {
            assert!(weakness(weak, "ann").is_some(), "{weak}");
        }
        assert_eq!(weakness("correct horse battery", "bob"), None);
    }

    #[test]
    fn the_hash_of_nobody_is_one_with_the_same_cost() {
        let hash = PasswordHash::new(NOBODY).unwrap();
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        assert_eq!(cost(&Params::try_from(&hash).unwrap()), cost(ARGON2.params()));
        assert!(ARGON2.verify_password(b"", &hash).is_err());
    }
}

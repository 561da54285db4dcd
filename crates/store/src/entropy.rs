//! Randomness, passed in by the caller.

use std::sync::Arc;
use zeroize::Zeroizing;

/// Fills a buffer with random bytes fit for keys and nonces. The server hands in the operating system's.
pub type Entropy = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// Random lower-case hex digits: two for each of `bytes`.
pub(crate) fn random_hex(bytes: usize, entropy: &Entropy) -> String {
    let mut random = Zeroizing::new(vec![0; bytes]);
    entropy(&mut random);
    hex::encode(&*random)
}

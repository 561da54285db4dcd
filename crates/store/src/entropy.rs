//! Randomness, supplied by the caller.

use std::sync::Arc;
use zeroize::Zeroizing;

/// Fills a buffer with random bytes suitable for keys and nonces. The service supplies the operating system's.
pub type Entropy = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// Random lower-case hex digits, two per byte.
pub(crate) fn random_hex(bytes: usize, entropy: &Entropy) -> String {
    let mut random = Zeroizing::new(vec![0; bytes]);
    entropy(&mut random);
    hex::encode(&*random)
}

//! Seals uploads (the manifest and the files of one attempt) so that only the service can read them.
//!
//! The page seals in its own wasm module; the service opens. This is HPKE (RFC 9180) in base mode with DHKEM(X25519,
//! HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305. All parts of an upload are messages of one HPKE context in order,
//! with the last one marked, so that no part can be altered, moved, removed or added. HPKE's `info` is the [`Binding`]:
//! an upload opens only for the attempt that it was sealed for.
//!
//! There is no clock and no randomness here: the 32 random bytes are passed in. Format: `docs/SEALING.md`; test
//! vectors: `tests/vectors.json`.
//!
//! ```
//! use nearfar_sealing::{Binding, KeyPair, open, seal};
//! let keys = KeyPair::derive(&[7; 32]); // Use secret random bytes.
//! let binding = Binding { signature_id: "session", attempt_id: "attempt", nonce: "nonce" };
//! let upload = seal(&keys.public(), &binding, [9; 32], &[("manifest", b"{}"), ("far", b"picture")])?;
//! let parts = open(&keys, &binding, &upload)?;
//! assert_eq!(parts[1], ("far".to_owned(), b"picture".to_vec()));
//! assert!(open(&keys, &Binding { nonce: "other", ..binding }, &upload).is_err());
//! # Ok::<(), nearfar_sealing::Error>(())
//! ```

mod binding;
mod error;
mod format;
mod keys;
mod open;
mod seal;

#[cfg(target_arch = "wasm32")]
mod wasm;

pub use binding::Binding;
pub use error::Error;
pub use format::{Header, MAGIC, START_BYTES, TAG_BYTES};
pub use keys::{KEY_BYTES, KeyPair};
pub use open::{Opener, open};
pub use seal::{Sealer, seal};

//! Sealed uploads: the manifest and the files of one attempt, for the service alone to read.
//!
//! The page seals, in a wasm module of its own; the service opens. It is HPKE (RFC 9180) in base mode, with
//! DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305. All parts of an upload are messages of one HPKE
//! context in their order, the last one marked, so that none can be altered, moved, taken out or put in. What HPKE
//! calls `info` is the [`Binding`]: a sealed upload opens for the one attempt that it was made for and for no other.
//!
//! No clock and no randomness here: the 32 random bytes of a sealing are passed in. The format is in
//! `docs/SEALING.md`, test vectors for it in `tests/vectors.json`.

mod binding;
mod format;
mod keys;
mod open;
mod seal;

#[cfg(target_arch = "wasm32")]
mod wasm;

pub use binding::Binding;
pub use format::{Header, MAGIC, START_BYTES, TAG_BYTES};
pub use keys::KeyPair;
pub use open::{Opener, open};
pub use seal::{Sealer, seal};

/// Bytes of a public key, and of the randomness that one sealing takes.
pub const KEY_BYTES: usize = 32;

/// Why something cannot be sealed or opened. None of them tells anything secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It does not begin as a sealed upload of a version that is known here.
    #[error("it is no sealed upload")]
    NotSealed,
    /// It was sealed for something else, or altered, or a part is not in its place.
    #[error("it does not open")]
    Broken,
    /// It ends before its last part, or within one.
    #[error("it ends too early")]
    Truncated,
    /// Something follows the part that is marked as the last one.
    #[error("something follows the last part")]
    TooLong,
    /// No public key for this.
    #[error("it is no public key")]
    Key,
    /// No name for a part: 1 to 32 of a-z, 0-9 and -.
    #[error("it is no name of a part")]
    Name,
    /// A part has at most 4 GB.
    #[error("the part is too large")]
    Size,
}

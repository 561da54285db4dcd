//! The key pair for sealing and opening.

use std::fmt;

use hpke::{Kem as _, Serializable};

/// Length of a public key, and of the randomness for one upload.
pub const KEY_BYTES: usize = 32;

pub(crate) type Kem = hpke::kem::X25519HkdfSha256;
pub(crate) type Kdf = hpke::kdf::HkdfSha256;
pub(crate) type Aead = hpke::aead::ChaCha20Poly1305;
pub(crate) type PrivateKey = <Kem as hpke::Kem>::PrivateKey;

/// The key pair for sealing and opening uploads. The private key is zeroed on drop and never printed.
pub struct KeyPair {
    pub(crate) private: PrivateKey,
    public: [u8; KEY_BYTES],
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyPair(…)")
    }
}

impl KeyPair {
    /// Derives the keys from secret bytes deterministically (RFC 9180's `DeriveKeyPair`).
    pub fn derive(secret: &[u8; KEY_BYTES]) -> Self {
        let (private, public) = Kem::derive_keypair(secret);
        Self { private, public: public.to_bytes().into() }
    }

    /// The public key for the sealing side.
    pub fn public(&self) -> [u8; KEY_BYTES] {
        self.public
    }
}

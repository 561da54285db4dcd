//! Authenticated encryption of secrets and files: AES-256-GCM.

use crate::entropy::Entropy;
use crate::error::{Error, Result};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const NONCE_LENGTH: usize = 12;

/// 32 secret bytes. Wiped when dropped, never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    /// Creates a key from bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        SecretKey(bytes)
    }

    /// Parses 64 hex digits, or base64 of 32 bytes.
    ///
    /// # Errors
    /// [`Error::Configuration`] for other input; the message does not contain it.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let bytes = Zeroizing::new(if text.len() == 64 { hex::decode(text).ok() } else { BASE64.decode(text).ok() });
        let bytes: Option<[u8; 32]> = bytes.as_deref().and_then(|bytes| bytes.try_into().ok());
        let wrong = || Error::Configuration("a key must be 64 hex digits or base64 of 32 bytes".into());
        bytes.map(SecretKey).ok_or_else(wrong)
    }

    /// The bytes, for the caller's own use of the key.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// A key with an id that does not reveal it.
#[derive(Clone)]
pub(crate) struct Cipher {
    id: String,
    aead: Aes256Gcm,
}

impl Cipher {
    pub(crate) fn new(key: &SecretKey) -> Self {
        let id = Sha256::new().chain_update(b"nearfar key id\0").chain_update(key.0).finalize();
        Cipher { id: hex::encode(&id[..8]), aead: Aes256Gcm::new(&key.0.into()) }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Nonce and ciphertext. Opening requires the same `context`: it binds the text to its row or path.
    pub(crate) fn seal(&self, plain: &[u8], context: &str, entropy: &Entropy) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE_LENGTH];
        entropy(&mut nonce);
        let payload = Payload { msg: plain, aad: context.as_bytes() };
        let cipher = self.aead.encrypt(&Nonce::from(nonce), payload);
        let cipher = cipher.map_err(|_| Error::invalid("file", "too long to be encrypted"))?;
        Ok([&nonce[..], &cipher].concat())
    }

    pub(crate) fn open(&self, sealed: &[u8], context: &str, what: &'static str) -> Result<Vec<u8>> {
        let (nonce, cipher) =
            sealed.split_first_chunk::<NONCE_LENGTH>().ok_or_else(|| Error::corrupt(what, "too short"))?;
        let payload = Payload { msg: cipher, aad: context.as_bytes() };
        let plain = self.aead.decrypt(&Nonce::from(*nonce), payload);
        plain.map_err(|_| Error::corrupt(what, "altered, moved, or encrypted with another key"))
    }

    /// Like [`Cipher::seal`], in base64 for a text column.
    pub(crate) fn seal_text(&self, plain: &[u8], context: &str, entropy: &Entropy) -> Result<String> {
        Ok(BASE64.encode(self.seal(plain, context, entropy)?))
    }

    pub(crate) fn open_text(&self, sealed: &str, context: &str, what: &'static str) -> Result<Zeroizing<Vec<u8>>> {
        let sealed = BASE64.decode(sealed).map_err(|error| Error::corrupt(what, error))?;
        self.open(&sealed, context, what).map(Zeroizing::new)
    }
}

/// SHA-256 in lower-case hex digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn entropy() -> Entropy {
        Arc::new(|bytes: &mut [u8]| bytes.fill(7))
    }

    fn key(byte: u8) -> SecretKey {
        SecretKey::new([byte; 32])
    }

    #[test]
    fn a_sealed_text_opens_only_in_its_context() {
        let cipher = Cipher::new(&key(1));
        let sealed = cipher.seal(b"face", "a/far", &entropy()).unwrap();
        assert!(!sealed.windows(4).any(|part| part == b"face"));
        assert_eq!(cipher.open(&sealed, "a/far", "file").unwrap(), b"face");
        assert!(matches!(cipher.open(&sealed, "b/far", "file"), Err(Error::Corrupt { .. })));
        assert!(matches!(Cipher::new(&key(2)).open(&sealed, "a/far", "file"), Err(Error::Corrupt { .. })));
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(cipher.open(&altered, "a/far", "file").is_err(), "byte {at} was altered");
        }
        assert!(cipher.open(&sealed[..5], "a/far", "file").is_err());
    }

    #[test]
    fn keys_are_read_from_hex_and_base64_and_never_shown() {
        let hex_key = SecretKey::parse(&format!(" {}\n", "0a".repeat(32))).unwrap();
        assert_eq!(hex_key.expose(), &[10; 32]);
        assert_eq!(SecretKey::parse(&BASE64.encode([9; 32])).unwrap().expose(), &[9; 32]);
        for wrong in ["", "secret-key-of-mine", &"g".repeat(64), &BASE64.encode([9; 31]), &"é".repeat(32)] {
            let error = SecretKey::parse(wrong).unwrap_err().to_string();
            assert!(wrong.is_empty() || !error.contains(wrong));
        }
        assert_eq!(format!("{hex_key:?}"), "SecretKey(…)");
    }

    #[test]
    fn key_ids_differ_and_are_stable() {
        assert_ne!(Cipher::new(&key(1)).id(), Cipher::new(&key(2)).id());
        assert_eq!(Cipher::new(&key(1)).id(), Cipher::new(&key(1)).id());
    }
}

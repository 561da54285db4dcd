//! The master keys: the first seals secrets for text columns, all of them open.
//!
//! A sealed text is `<key id>.<base64>`. Texts of earlier versions have no key id: each key is tried.

use crate::cipher::{Cipher, SecretKey};
use crate::entropy::Entropy;
use crate::error::{Error, Result};
use zeroize::Zeroizing;

/// The current master key and the previous ones.
#[derive(Clone)]
pub(crate) struct Keyring {
    current: Cipher,
    previous: Vec<Cipher>,
}

impl Keyring {
    pub(crate) fn new(current: &SecretKey, previous: &[SecretKey]) -> Self {
        Keyring { current: Cipher::new(current), previous: previous.iter().map(Cipher::new).collect() }
    }

    /// The id of the key that seals.
    pub(crate) fn current_id(&self) -> &str {
        self.current.id()
    }

    pub(crate) fn previous_ids(&self) -> impl Iterator<Item = &str> {
        self.previous.iter().map(Cipher::id)
    }

    /// Seals with the current key. A column for sealed texts belongs into [`crate::sealed_columns::SEALED_COLUMNS`].
    pub(crate) fn seal_text(&self, plain: &[u8], context: &str, entropy: &Entropy) -> Result<String> {
        Ok(format!("{}.{}", self.current.id(), self.current.seal_text(plain, context, entropy)?))
    }

    /// Opens with the key that sealed it.
    pub(crate) fn open_text(&self, sealed: &str, context: &str, what: &'static str) -> Result<Zeroizing<Vec<u8>>> {
        self.open_with_id(sealed, context, what).map(|(plain, _)| plain)
    }

    /// Like [`Keyring::open_text`]; also returns the id of the key.
    pub(crate) fn open_with_id(
        &self,
        sealed: &str,
        context: &str,
        what: &'static str,
    ) -> Result<(Zeroizing<Vec<u8>>, &str)> {
        let (id, text) = match sealed.split_once('.') {
            Some((id, text)) => (Some(id), text),
            None => (None, sealed),
        };
        let mut failed = id.map(|id| format!("it is encrypted with the master key {id}, which is not configured"));
        for cipher in self.all().filter(|cipher| id.is_none_or(|id| cipher.id() == id)) {
            match cipher.open_text(text, context, what) {
                Ok(plain) => return Ok((plain, cipher.id())),
                Err(Error::Corrupt { reason, .. }) => failed = Some(reason),
                Err(error) => return Err(error),
            }
        }
        Err(Error::corrupt(what, failed.unwrap_or_default()))
    }

    fn all(&self) -> impl Iterator<Item = &Cipher> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn key(byte: u8) -> SecretKey {
        SecretKey::new([byte; 32])
    }

    #[test]
    fn texts_of_all_keys_open_with_and_without_a_key_id() {
        let entropy: Entropy = Arc::new(|bytes: &mut [u8]| bytes.fill(7));
        let (old, new, both) =
            (Keyring::new(&key(1), &[]), Keyring::new(&key(2), &[]), Keyring::new(&key(2), &[key(1)]));
        let by_old = old.seal_text(b"x", "row", &entropy).unwrap();
        let by_both = both.seal_text(b"x", "row", &entropy).unwrap();
        let without_id = Cipher::new(&key(1)).seal_text(b"x", "row", &entropy).unwrap();
        for sealed in [&by_old, &by_both, &without_id] {
            assert_eq!(**both.open_text(sealed, "row", "secret").unwrap(), *b"x");
            assert!(both.open_text(sealed, "another row", "secret").is_err());
        }
        assert_eq!(both.open_with_id(&without_id, "row", "secret").unwrap().1, old.current_id());
        assert!(new.open_text(&by_both, "row", "secret").is_ok(), "the current key alone opens what it sealed");
        let refused = new.open_text(&by_old, "row", "secret").unwrap_err().to_string();
        assert!(refused.contains(old.current_id()) && refused.contains("not configured"), "{refused}");
        assert!(new.open_text(&without_id, "row", "secret").is_err());
    }
}

//! Seals uploads.

use std::convert::Infallible;

use hpke::inout::InOutBuf;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, OpModeS, Serializable, setup_sender_with_rng};

use crate::binding::Binding;
use crate::error::Error;
use crate::format::{Header, MAGIC, TAG_BYTES};
use crate::keys::{Aead, KEY_BYTES, Kdf, Kem};

/// Seals an upload part by part.
pub struct Sealer {
    context: hpke::aead::AeadCtxS<Aead, Kdf, Kem>,
    /// Bytes before the next part: the start of the upload before the first one.
    before: Vec<u8>,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(…)")
    }
}

impl Sealer {
    /// Starts an upload for the owner of `public_key`'s private key. `random` must be secret random bytes used for this
    /// upload only.
    ///
    /// # Errors
    /// [`Error::Key`].
    pub fn new(public_key: &[u8], binding: &Binding<'_>, random: [u8; KEY_BYTES]) -> Result<Self, Error> {
        let public = <Kem as hpke::Kem>::PublicKey::from_bytes(public_key).map_err(|_| Error::Key)?;
        let mut rng = OneShotRng::new(random);
        let set_up = setup_sender_with_rng::<Aead, Kdf, Kem>(&OpModeS::Base, &public, &binding.info(), &mut rng);
        let (encapsulated, context) = set_up.map_err(|_| Error::Key)?;
        if rng.overdrawn {
            return Err(Error::Key);
        }
        Ok(Self { context, before: [&MAGIC[..], &encapsulated.to_bytes()].concat() })
    }

    /// Seals a part and returns the next chunk of the upload. No part may follow the `last` one.
    ///
    /// # Errors
    /// [`Error::Name`], [`Error::Size`].
    pub fn part(&mut self, name: &str, content: &[u8], last: bool) -> Result<Vec<u8>, Error> {
        let header = Header::new(name, content.len(), last)?.write();
        let mut chunk = std::mem::take(&mut self.before);
        chunk.reserve_exact(header.len() + content.len() + TAG_BYTES);
        chunk.extend_from_slice(&header);
        let start = chunk.len();
        chunk.extend_from_slice(content);
        let tag = self.context.seal_inout_detached(InOutBuf::from(&mut chunk[start..]), &header);
        chunk.extend_from_slice(&tag.map_err(|_| Error::Size)?.to_bytes());
        Ok(chunk)
    }
}

/// Seals a whole upload of parts `(name, content)`.
///
/// # Errors
/// [`Error::Key`], [`Error::Name`], [`Error::Size`].
pub fn seal(
    public_key: &[u8],
    binding: &Binding<'_>,
    random: [u8; KEY_BYTES],
    parts: &[(&str, &[u8])],
) -> Result<Vec<u8>, Error> {
    let mut sealer = Sealer::new(public_key, binding, random)?;
    let chunks = parts.iter().enumerate().map(|(index, (name, content))| {
        let last = index + 1 == parts.len();
        sealer.part(name, content, last)
    });
    Ok(chunks.collect::<Result<Vec<_>, _>>()?.concat())
}

/// Random number generator that returns the passed-in bytes once: HPKE draws the seed of one ephemeral key.
struct OneShotRng {
    remaining: Option<[u8; KEY_BYTES]>,
    /// Whether anything else was requested; the result must then not be used.
    overdrawn: bool,
}

impl OneShotRng {
    fn new(random: [u8; KEY_BYTES]) -> Self {
        Self { remaining: Some(random), overdrawn: false }
    }
}

impl TryRng for OneShotRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, wanted: &mut [u8]) -> Result<(), Infallible> {
        match self.remaining.take() {
            Some(bytes) if bytes.len() == wanted.len() => wanted.copy_from_slice(&bytes),
            _ => self.overdrawn = true,
        }
        Ok(())
    }
}

impl TryCryptoRng for OneShotRng {}

/// HPKE's test vectors: RFC 9180, A.2.1.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::KeyPair;
    use hpke::{Kem as _, OpModeR, setup_receiver};

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok()).expect("hex digits")
    }

    #[test]
    fn rfc_9180_test_vectors() {
        let keys = KeyPair::derive(&bytes("1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df"));
        assert_eq!(hex::encode(keys.public()), "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a");

        let seed = bytes("909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b");
        let public = Kem::sk_to_pk(&keys.private);
        let info: [u8; 20] = bytes("4f6465206f6e2061204772656369616e2055726e");
        let mut rng = OneShotRng::new(seed);
        let sender = setup_sender_with_rng::<Aead, Kdf, Kem>(&OpModeS::Base, &public, &info, &mut rng);
        let (encapsulated, mut sender) = sender.expect("set up");
        assert!(!rng.overdrawn);
        let shown: [u8; 32] = encapsulated.to_bytes().into();
        assert_eq!(hex::encode(shown), "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a");
        let receiver = setup_receiver::<Aead, Kdf, Kem>(&OpModeR::Base, &keys.private, &encapsulated, &info);
        let mut receiver = receiver.expect("set up");
        let plain = b"Beauty is truth, truth beauty";
        let sealed = [
            ("Count-0", "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"),
            ("Count-1", "6b53c051e4199c518de79594e1c4ab18b96f081549d45ce015be002090bb119e85285337cc95ba5f59992dc98c"),
        ];
        for (beside, expected) in sealed {
            let message = sender.seal(plain, beside.as_bytes()).expect("sealed");
            assert_eq!(hex::encode(&message), expected);
            assert_eq!(receiver.open(&message, beside.as_bytes()).expect("opened"), plain);
        }
    }
}

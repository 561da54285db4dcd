use std::convert::Infallible;

use hpke::inout::InOutBuf;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, OpModeS, Serializable, setup_sender_with_rng};

use crate::format::{Header, MAGIC};
use crate::keys::{Aead, Kdf, Kem};
use crate::{Binding, Error, KEY_BYTES};

/// Seals one upload, part after part.
pub struct Sealer {
    context: hpke::aead::AeadCtxS<Aead, Kdf, Kem>,
    /// What goes before the next part: the start of the upload before the first one.
    before: Vec<u8>,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(…)")
    }
}

impl Sealer {
    /// For whoever has the private key to `public_key`. `random`: secret random bytes, for this one upload alone.
    ///
    /// # Errors
    /// [`Error::Key`].
    pub fn new(public_key: &[u8], binding: &Binding<'_>, random: [u8; KEY_BYTES]) -> Result<Self, Error> {
        let public = <Kem as hpke::Kem>::PublicKey::from_bytes(public_key).map_err(|_| Error::Key)?;
        let mut drawn = Drawn::new(random);
        let set_up = setup_sender_with_rng::<Aead, Kdf, Kem>(&OpModeS::Base, &public, &binding.info(), &mut drawn);
        let (encapsulated, context) = set_up.map_err(|_| Error::Key)?;
        if drawn.overdrawn {
            return Err(Error::Key);
        }
        Ok(Self { context, before: [&MAGIC[..], &encapsulated.to_bytes()].concat() })
    }

    /// The next piece of the sealed upload, which holds this part; none may follow the `last` one.
    ///
    /// # Errors
    /// [`Error::Name`], [`Error::Size`].
    pub fn part(&mut self, name: &str, content: &[u8], last: bool) -> Result<Vec<u8>, Error> {
        let header = Header::new(name, content.len(), last)?.write();
        let mut piece = std::mem::take(&mut self.before);
        piece.reserve_exact(header.len() + content.len() + crate::TAG_BYTES);
        piece.extend_from_slice(&header);
        let start = piece.len();
        piece.extend_from_slice(content);
        let tag = self.context.seal_inout_detached(InOutBuf::from(&mut piece[start..]), &header);
        piece.extend_from_slice(&tag.map_err(|_| Error::Size)?.to_bytes());
        Ok(piece)
    }
}

/// Seals a whole upload, whose parts are `(name, content)`.
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
    let pieces = parts.iter().enumerate().map(|(index, (name, content))| {
        let last = index + 1 == parts.len();
        sealer.part(name, content, last)
    });
    Ok(pieces.collect::<Result<Vec<_>, _>>()?.concat())
}

/// The random bytes that were passed in, as the source that HPKE asks: it draws the seed of one ephemeral key.
struct Drawn {
    left: Option<[u8; KEY_BYTES]>,
    /// It asked for anything else: what it made of that is not to be used.
    overdrawn: bool,
}

impl Drawn {
    fn new(random: [u8; KEY_BYTES]) -> Self {
        Self { left: Some(random), overdrawn: false }
    }
}

impl TryRng for Drawn {
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
        match self.left.take() {
            Some(bytes) if bytes.len() == wanted.len() => wanted.copy_from_slice(&bytes),
            _ => self.overdrawn = true,
        }
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}

/// HPKE's own test vectors: RFC 9180, A.2.1.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::KeyPair;
    use hpke::{Kem as _, OpModeR, setup_receiver};

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok()).expect("hex digits")
    }

    #[test]
    fn the_vectors_of_rfc_9180() {
        let keys = KeyPair::derive(&bytes("1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df"));
        assert_eq!(hex::encode(keys.public()), "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a");

        let seed = bytes("909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b");
        let public = Kem::sk_to_pk(&keys.private);
        let info: [u8; 20] = bytes("4f6465206f6e2061204772656369616e2055726e");
        let mut drawn = Drawn::new(seed);
        let sender = setup_sender_with_rng::<Aead, Kdf, Kem>(&OpModeS::Base, &public, &info, &mut drawn);
        let (encapsulated, mut sender) = sender.expect("set up");
        assert!(!drawn.overdrawn);
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

//! Opens sealed uploads.

use hpke::inout::InOutBuf;
use hpke::{Deserializable, OpModeR, setup_receiver};

use crate::binding::Binding;
use crate::error::Error;
use crate::format::{Header, MAGIC, START_BYTES, TAG_BYTES};
use crate::keys::{Aead, Kdf, Kem, KeyPair};

/// Opens an upload part by part, in the order of sealing.
pub struct Opener(hpke::aead::AeadCtxR<Aead, Kdf, Kem>);

impl std::fmt::Debug for Opener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opener(…)")
    }
}

impl Opener {
    /// Starts opening an upload. Opening the first part shows whether keys and binding match.
    ///
    /// # Errors
    /// [`Error::NotSealed`]; [`Error::Broken`] if no upload can start with these bytes.
    pub fn new(keys: &KeyPair, binding: &Binding<'_>, start: &[u8; START_BYTES]) -> Result<Self, Error> {
        let encapsulated = start.strip_prefix(&MAGIC).ok_or(Error::NotSealed)?;
        let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| Error::Broken)?;
        let mode = OpModeR::Base;
        let set_up = setup_receiver::<Aead, Kdf, Kem>(&mode, &keys.private, &encapsulated, &binding.info());
        set_up.map(Self).map_err(|_| Error::Broken)
    }

    /// Opens a part in place. `sealed` includes the tag and has the length that the header states. Returns the content:
    /// `sealed` without the tag.
    ///
    /// # Errors
    /// [`Error::Broken`], [`Error::Truncated`]; the content of `sealed` is then undefined.
    pub fn part<'a>(&mut self, header: &Header, sealed: &'a mut [u8]) -> Result<&'a [u8], Error> {
        let split = sealed.split_last_chunk_mut::<TAG_BYTES>().ok_or(Error::Truncated)?;
        let (content, tag): (&'a mut [u8], _) = split;
        if content.len() != header.bytes as usize {
            return Err(Error::Truncated);
        }
        let tag = hpke::aead::AeadTag::<Aead>::from_bytes(tag).map_err(|_| Error::Broken)?;
        let opened = self.0.open_inout_detached(InOutBuf::from(&mut *content), &header.write(), &tag);
        opened.map(|()| &*content).map_err(|_| Error::Broken)
    }
}

/// Opens a whole upload. Returns its parts with their names.
///
/// # Errors
/// [`Error::NotSealed`], [`Error::Broken`], [`Error::Truncated`], [`Error::TooLong`].
pub fn open(keys: &KeyPair, binding: &Binding<'_>, upload: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let magic = &MAGIC[..upload.len().min(MAGIC.len())];
    if upload.is_empty() || !upload.starts_with(magic) {
        return Err(Error::NotSealed);
    }
    let (start, mut rest) = upload.split_first_chunk().ok_or(Error::Truncated)?;
    let mut opener = Opener::new(keys, binding, start)?;
    let mut parts = Vec::new();
    loop {
        let header = Header::read(rest)?;
        rest = &rest[header.write().len()..];
        let bytes = usize::try_from(header.sealed_bytes()).map_err(|_| Error::Truncated)?;
        let (sealed, after) = rest.split_at_checked(bytes).ok_or(Error::Truncated)?;
        let content = opener.part(&header, &mut sealed.to_vec())?.to_vec();
        rest = after;
        parts.push((header.name, content));
        if header.last {
            return if rest.is_empty() { Ok(parts) } else { Err(Error::TooLong) };
        }
    }
}

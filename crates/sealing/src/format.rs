//! The format of a sealed upload.

use crate::error::Error;
use crate::keys::KEY_BYTES;

/// First bytes of a sealed upload: a name and the version of the format.
pub const MAGIC: [u8; 8] = *b"nearfar\x01";
/// Bytes before the first part: the magic and the encapsulated key.
pub const START_BYTES: usize = MAGIC.len() + KEY_BYTES;
/// Bytes that sealing adds to a part.
pub const TAG_BYTES: usize = 16;

const MAX_NAME_BYTES: usize = 32;
const LENGTH_BYTES: usize = 4;

/// The header of a part, stored in clear and authenticated with it: a byte that marks the last part (1) or another one
/// (0), the length of the name (one byte), the name, and the length of the content (4 bytes, big endian) without its
/// tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Whether this is the last part.
    pub last: bool,
    /// `manifest`, or the name of a file.
    pub name: String,
    /// Length of the unsealed content.
    pub bytes: u32,
}

impl Header {
    /// Number of bytes that determine a header's length.
    pub const BEGIN: usize = 2;

    /// Creates the header of a part.
    ///
    /// # Errors
    /// [`Error::Name`], [`Error::Size`].
    pub fn new(name: &str, bytes: usize, last: bool) -> Result<Self, Error> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=MAX_NAME_BYTES).contains(&name.len()) || !name.bytes().all(allowed) {
            return Err(Error::Name);
        }
        // The sealed length must fit into 32 bits as well, the limit on wasm.
        let bytes = u32::try_from(bytes).ok().filter(|bytes| bytes.checked_add(TAG_BYTES as u32).is_some());
        Ok(Self { last, name: name.into(), bytes: bytes.ok_or(Error::Size)? })
    }

    /// Encodes the header.
    pub fn write(&self) -> Vec<u8> {
        let mut written = vec![u8::from(self.last), self.name.len() as u8];
        written.extend_from_slice(self.name.as_bytes());
        written.extend_from_slice(&self.bytes.to_be_bytes());
        written
    }

    /// Length of the header that starts with these bytes.
    ///
    /// # Errors
    /// [`Error::Broken`] if no header can start with them.
    pub fn length(begin: [u8; Self::BEGIN]) -> Result<usize, Error> {
        let [last, name] = begin.map(usize::from);
        let sound = last <= 1 && (1..=MAX_NAME_BYTES).contains(&name);
        if sound { Ok(Self::BEGIN + name + LENGTH_BYTES) } else { Err(Error::Broken) }
    }

    /// Decodes a whole header.
    ///
    /// # Errors
    /// [`Error::Truncated`], [`Error::Broken`].
    pub fn read(written: &[u8]) -> Result<Self, Error> {
        let begin = written.first_chunk().ok_or(Error::Truncated)?;
        let rest = written.get(Self::BEGIN..Self::length(*begin)?).ok_or(Error::Truncated)?;
        let (name, bytes) = rest.split_last_chunk::<LENGTH_BYTES>().ok_or(Error::Truncated)?;
        let name = std::str::from_utf8(name).map_err(|_| Error::Broken)?;
        let bytes = u32::from_be_bytes(*bytes) as usize;
        Self::new(name, bytes, begin[0] == 1).map_err(|_| Error::Broken)
    }

    /// Length of the sealed content that follows.
    pub fn sealed_bytes(&self) -> u64 {
        u64::from(self.bytes) + TAG_BYTES as u64
    }
}
